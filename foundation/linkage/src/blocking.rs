//! Which pairs are looked at. Records that share a key are candidates; a key is a value that matches
//! hardly ever miss all of. Keys are hashes, stable from run to run, so that a database may index them.
//!
//! Blocks are taken from the smallest up while the pairs they make stay within a budget that grows
//! with the number of records: a key that half the records share tells nothing, and no step is quadratic.

use crate::corpus::Corpus;
use crate::field::{Field, Kind};

/// Pairs looked at in any case, and further ones per record.
const BUDGET: u64 = 600_000;
const BUDGET_PER_RECORD: u64 = 24;
/// Records of a block whose pairs inside one list are looked at, at most.
const INSIDE: usize = 200;
/// Pairs of one block at most.
const BLOCK_PAIRS: u64 = 200_000;

/// The 64-bit FNV-1a hash (Fowler, Noll, Vo) of a key's parts: fixed for ever, unlike the standard library's.
fn hash(tag: u8, parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    add(tag);
    for part in parts {
        part.bytes().for_each(&mut add);
        add(0xff);
    }
    hash
}

fn start(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(at, _)| &text[..at])
}

fn end(text: &str, bytes: usize) -> &str {
    text.get(text.len().saturating_sub(bytes)..).unwrap_or(text)
}

/// First letter and the consonants behind it, each run once: what typing errors in vowels leave.
fn skeleton(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if out.is_empty() || !(matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h') || out.ends_with(c)) {
            out.push(c);
        }
    }
    out
}

/// Keys of one record, ascending, each once.
pub(crate) fn keys(corpus: &Corpus, row: u32) -> Vec<u64> {
    let get = |field| corpus.value(row, field);
    let mut keys = Vec::with_capacity(16);
    let mut put = |tag: u8, parts: &[Option<&str>]| {
        let whole: Option<Vec<&str>> = parts.iter().copied().collect();
        keys.extend(whole.filter(|parts| parts.iter().all(|p| !p.is_empty())).map(|parts| hash(tag, &parts)));
    };
    put(1, &[get(Field::NationalId)]);
    put(2, &[get(Field::Email)]);
    put(3, &[get(Field::Phone).map(|p| end(p, 8))]);
    put(4, &[get(Field::HouseNumber), get(Field::Street)]);
    match corpus.kind {
        Kind::People => person_keys(corpus, row, &mut put),
        Kind::Companies => {
            put(5, &[get(Field::Company)]);
            put(6, &[get(Field::Domain)]);
            let joined = get(Field::Company).map(|name| name.replace(' ', ""));
            put(7, &[joined.as_deref().map(|name| start(name, 5))]);
            for word in corpus.name_words(row) {
                put(8, &[Some(word.as_str())]);
            }
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn person_keys(corpus: &Corpus, row: u32, put: &mut impl FnMut(u8, &[Option<&str>])) {
    let get = |field| corpus.value(row, field);
    let (given, family) = (get(Field::GivenName), get(Field::FamilyName));
    let (city, postal, company) = (get(Field::City), get(Field::PostalCode), get(Field::Company));
    let birth = get(Field::BirthDate);
    // Either name may stand in the other's place.
    let (first, last) = if given <= family { (given, family) } else { (family, given) };
    put(10, &[first, last]);
    put(11, &[birth]);
    put(12, &[family, postal.or(city).or(company)]);
    put(13, &[given, postal.or(city).or(company)]);
    put(14, &[company, family]);
    put(15, &[company, given]);
    let local = get(Field::Email).and_then(|e| e.rsplit_once('@')).map(|(local, _)| local);
    put(16, &[local.filter(|l| l.len() >= 5)]);
    let sound = |name: Option<&str>| name.map(skeleton);
    let (sound_given, sound_family) = (sound(given), sound(family));
    put(17, &[sound_given.as_deref(), sound_family.as_deref()]);
    put(18, &[given.map(|g| start(g, 3)), family.map(|f| start(f, 3)), get(Field::Region)]);
    put(19, &[get(Field::Street), city]);
    put(20, &[city, get(Field::Street2)]);
}

/// Records grouped by key, and which groups each record is in.
pub(crate) struct Blocks {
    /// Records of all blocks, one block behind the other, ascending within.
    members: Vec<u32>,
    /// Where each block ends in `members`.
    ends: Vec<usize>,
    /// Blocks of each record, ascending.
    of_record: Vec<u32>,
    /// Where each record's blocks end.
    record_ends: Vec<u32>,
    /// Blocks that were too large to look into.
    pub(crate) skipped: usize,
}

impl Blocks {
    pub(crate) fn build(corpus: &Corpus) -> Self {
        let rows = u32::try_from(corpus.rows).unwrap_or(u32::MAX);
        let mut entries: Vec<(u64, u32)> = Vec::with_capacity(corpus.rows * 8);
        for row in 0..rows {
            entries.extend(keys(corpus, row).into_iter().map(|key| (key, row)));
        }
        entries.sort_unstable();
        let (groups, skipped) = admit(corpus, &entries);
        let mut blocks = Self {
            members: Vec::new(),
            ends: Vec::new(),
            of_record: Vec::new(),
            record_ends: Vec::new(),
            skipped,
        };
        let mut counts = vec![0_u32; corpus.rows + 1];
        for (from, to) in &groups {
            blocks.members.extend(entries[*from..*to].iter().map(|(_, row)| *row));
            blocks.ends.push(blocks.members.len());
            entries[*from..*to].iter().for_each(|(_, row)| counts[*row as usize] += 1);
        }
        drop(entries);
        blocks.turn_over(counts);
        blocks
    }

    /// Fills `of_record` from `members`.
    fn turn_over(&mut self, counts: Vec<u32>) {
        let mut at = 0;
        let mut starts: Vec<u32> = Vec::with_capacity(counts.len());
        for count in counts {
            starts.push(at);
            at += count;
        }
        self.of_record = vec![0; at as usize];
        for block in 0..self.ends.len() {
            for at in self.range(block) {
                let next = &mut starts[self.members[at] as usize];
                self.of_record[*next as usize] = u32::try_from(block).unwrap_or(u32::MAX);
                *next += 1;
            }
        }
        self.record_ends = starts;
    }

    fn range(&self, block: usize) -> std::ops::Range<usize> {
        let from = if block == 0 { 0 } else { self.ends[block - 1] };
        from..self.ends[block]
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    fn blocks_of(&self, row: u32) -> &[u32] {
        let from = if row == 0 { 0 } else { self.record_ends[row as usize - 1] };
        &self.of_record[from as usize..self.record_ends[row as usize] as usize]
    }

    /// Calls `each` with every pair of a block that no earlier block holds too.
    pub(crate) fn pairs(&self, block: usize, second: Option<usize>, each: &mut impl FnMut(u32, u32)) {
        let members = &self.members[self.range(block)];
        let own = u32::try_from(block).unwrap_or(u32::MAX);
        let split = second.map(|s| members.partition_point(|row| (*row as usize) < s));
        let lefts = split.unwrap_or(members.len());
        for (at, a) in members[..lefts].iter().enumerate() {
            for b in &members[split.unwrap_or(at + 1)..] {
                if self.first_common(*a, *b) == Some(own) {
                    each(*a, *b);
                }
            }
        }
    }

    /// Calls `each` with every pair of a block inside one of two lists that no earlier block holds too.
    /// Large blocks are left out: what they hold is common, not rare.
    pub(crate) fn pairs_inside(&self, block: usize, second: usize, each: &mut impl FnMut(u32, u32)) {
        let members = &self.members[self.range(block)];
        let own = u32::try_from(block).unwrap_or(u32::MAX);
        if members.len() > INSIDE {
            return;
        }
        let (left, right) = members.split_at(members.partition_point(|row| (*row as usize) < second));
        for list in [left, right] {
            for (at, a) in list.iter().enumerate() {
                for b in list[at + 1..].iter().filter(|b| self.first_common(*a, **b) == Some(own)) {
                    each(*a, *b);
                }
            }
        }
    }

    fn first_common(&self, a: u32, b: u32) -> Option<u32> {
        let (mut left, mut right) = (self.blocks_of(a), self.blocks_of(b));
        loop {
            match (left, right) {
                ([l, ..], [r, ..]) if l == r => return Some(*l),
                ([l, rest @ ..], [r, ..]) if l < r => left = rest,
                (_, [_, rest @ ..]) if !left.is_empty() => right = rest,
                _ => return None,
            }
        }
    }
}

/// Ranges of `entries` that are looked into, the smallest first, and how many are not.
fn admit(corpus: &Corpus, entries: &[(u64, u32)]) -> (Vec<(usize, usize)>, usize) {
    let mut groups: Vec<(u64, usize, usize)> = Vec::new();
    let mut from = 0;
    for group in entries.chunk_by(|a, b| a.0 == b.0) {
        let pairs = pairs_of(corpus, group);
        if pairs > 0 {
            groups.push((pairs, from, from + group.len()));
        }
        from += group.len();
    }
    groups.sort_unstable();
    let mut left = BUDGET + BUDGET_PER_RECORD * corpus.rows as u64;
    let taken = groups
        .iter()
        .take_while(|(pairs, ..)| {
            let fits = *pairs <= left.min(BLOCK_PAIRS);
            left = left.saturating_sub(*pairs);
            fits
        })
        .count();
    let skipped = groups.len() - taken;
    groups.truncate(taken);
    (groups.into_iter().map(|(_, from, to)| (from, to)).collect(), skipped)
}

fn pairs_of(corpus: &Corpus, group: &[(u64, u32)]) -> u64 {
    let all = group.len() as u64;
    match corpus.second {
        Some(second) => {
            let first = group.partition_point(|(_, row)| (*row as usize) < second) as u64;
            first * (all - first)
        }
        None => all * (all - 1) / 2,
    }
}
