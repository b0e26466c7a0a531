//! A text as numbers: words and letters in a row, and the notions that stand in it.
//!
//! A feature is named by 32 bits of a hash of what it is; collisions among some tens of thousands are few
//! and cost little (Weinberger et al. 2009, "Feature hashing for large scale multitask learning").

use super::notions::{Found, find};
use super::words::{ends_clause, is_hangul, lower, names, tokens, without_spaces};

/// What a text shows, each kind of feature scaled to length one, so that long texts weigh like short ones.
#[derive(Debug, Default)]
pub(super) struct Features {
    /// Name and value.
    pub all: Vec<(u32, f32)>,
    /// Names of single words and syllables, by which one sees whether the language is known at all.
    pub words: Vec<u32>,
    /// A notion stands in it that is more than a pronoun or a negation.
    pub tells: bool,
}

/// Words and notions that stand at most this far apart are a pair.
const PAIR: u16 = 6;

/// Reads a text.
pub(super) fn features(text: &str) -> Features {
    let low = lower(text);
    let words = tokens(&low);
    let mut out = Features::default();
    let hashes: Vec<u64> = words.iter().map(|word| hash_of(word)).collect();
    let mut in_words = word_rows(&words, &hashes);
    let korean = low.chars().any(is_hangul);
    if korean {
        syllable_ends(&words, &hashes, &mut in_words);
        let syllables = low.chars().filter(|c| is_hangul(*c));
        out.words = syllables.map(|c| SYLLABLES.and(u64::from(u32::from(c))).end()).collect();
    } else {
        let spelt = words.iter().zip(&hashes).filter(|(word, _)| word.starts_with(char::is_alphabetic));
        out.words = spelt.map(|(_, hash)| WORD.and(*hash).end()).collect();
    }
    out.scale(in_words);
    out.scale(letter_rows(&words));
    if korean {
        out.scale(syllable_rows(&without_spaces(&low)));
    }
    let found = find(&low);
    out.tells = found.iter().any(|one| one.tells());
    out.scale(notion_rows(&found, names(text)));
    out
}

impl Features {
    fn scale(&mut self, mut group: Vec<u32>) {
        group.sort_unstable();
        group.dedup();
        let value = 1.0 / (group.len().max(1) as f32).sqrt();
        self.all.extend(group.into_iter().map(|name| (name, value)));
    }
}

/// Single words, pairs, threes, pairs with one between, and words that a negation reaches.
fn word_rows(words: &[&str], hashes: &[u64]) -> Vec<u32> {
    let mut out = Vec::with_capacity(words.len() * 5 + 4);
    let at = |place: usize| match place.checked_sub(1) {
        None => EDGE,
        Some(n) => hashes.get(n).copied().unwrap_or(EDGE),
    };
    let mut negated = 0;
    for place in 0..=words.len() {
        let (one, two) = (at(place), at(place + 1));
        if place > 0 {
            let word = words[place - 1];
            out.push(WORD.and(one).end());
            if negated > 0 {
                out.push(NOT_WORD.and(one).end());
                negated -= 1;
            }
            if NEGATIONS.contains(&word) {
                negated = 3;
            } else if ends_clause(word) {
                negated = 0;
            }
        }
        out.push(TWO.and(one).and(two).end());
        if place < words.len() {
            let three = at(place + 2);
            out.push(THREE.and(one).and(two).and(three).end());
            out.push(APART.and(one).and(three).end());
        }
    }
    out
}

const NEGATIONS: [&str; 24] = [
    "not", "no", "never", "don't", "doesn't", "didn't", "isn't", "aren't", "wasn't", "won't", "wouldn't",
    "can't", "cannot", "couldn't", "without", "nothing", "hardly", "dont", "nor", "neither", "haven't",
    "hasn't", "nobody", "none",
];

/// Beginnings and endings of Korean words: stem and politeness, whatever stands between.
fn syllable_ends(words: &[&str], hashes: &[u64], out: &mut Vec<u32>) {
    let mut before = EDGE;
    for (word, hash) in words.iter().zip(hashes) {
        if !word.contains(is_hangul) {
            before = *hash;
            continue;
        }
        let start = |n: usize| word.char_indices().nth(n).map_or(*word, |(at, _)| &word[..at]);
        let length = word.chars().count();
        let end =
            |n: usize| word.char_indices().nth(length.saturating_sub(n)).map_or(*word, |(at, _)| &word[at..]);
        for n in [2, 3] {
            out.push(START.and(hash_of(start(n))).end());
            out.push(END.and(hash_of(end(n))).end());
        }
        let stem = hash_of(start(2));
        out.push(STARTS.and(before).and(stem).end());
        before = stem;
    }
}

/// Three to five letters in a row inside Latin words, edges included: what typing errors leave.
fn letter_rows(words: &[&str]) -> Vec<u32> {
    let mut out = Vec::new();
    let mut letters = Vec::new();
    for word in words.iter().filter(|w| !w.starts_with('<') && w.contains(|c: char| c.is_ascii_alphabetic()))
    {
        letters.clear();
        letters.extend(std::iter::once('_').chain(word.chars()).chain(std::iter::once('_')));
        rows(&letters, 3..=5, LETTERS, |_| true, &mut out);
    }
    out
}

/// One to four syllables in a row, spaces taken out; runs of Latin letters and of marks count as one.
fn syllable_rows(letters: &[char]) -> Vec<u32> {
    let mut flat = vec!['^'];
    for c in letters {
        let c = match c {
            c if is_hangul(*c) => *c,
            '0' => '0',
            '?' => '?',
            c if c.is_alphabetic() => 'a',
            _ => '.',
        };
        if is_hangul(c) || flat.last() != Some(&c) {
            flat.push(c);
        }
    }
    flat.push('$');
    let mut out = Vec::new();
    rows(&flat, 1..=4, SYLLABLES, |row| row.iter().any(|c| is_hangul(*c)), &mut out);
    out
}

fn rows(
    letters: &[char],
    lengths: std::ops::RangeInclusive<usize>,
    kind: Name,
    wanted: impl Fn(&[char]) -> bool,
    out: &mut Vec<u32>,
) {
    for from in 0..letters.len() {
        let mut hash = kind;
        for (n, letter) in letters[from..].iter().take(*lengths.end()).enumerate() {
            hash = hash.and(u64::from(u32::from(*letter)));
            if lengths.contains(&(n + 1)) && wanted(&letters[from..=from + n]) {
                out.push(hash.end());
            }
        }
    }
}

/// Notions, those a negation cancels as their opposite, and pairs of them in the same clause.
fn notion_rows(found: &[Found], names: usize) -> Vec<u32> {
    let mut out = Vec::new();
    let id = |one: &Found| u64::from(one.notion) << 1 | u64::from(one.negated);
    for (n, one) in found.iter().enumerate() {
        out.push(NOTION.and(id(one)).end());
        if one.negated {
            out.push(NOTION.and(id(&Found { negated: false, ..*one })).end());
        }
        let near = |two: &&Found| two.clause == one.clause && two.at.saturating_sub(one.at) <= PAIR;
        for two in found[n + 1..].iter().take_while(near).filter(|two| two.notion != one.notion) {
            out.push(NOTIONS.and(id(one)).and(id(two)).end());
        }
    }
    out.extend((1..=names as u64).map(|n| NAMES.and(n).end()));
    out
}

/// What a feature is of, mixed with what it is: FNV-1a over 64 bits at a time.
#[derive(Clone, Copy)]
struct Name(u64);

const WORD: Name = Name(1);
const NOT_WORD: Name = Name(2);
const TWO: Name = Name(3);
const THREE: Name = Name(4);
const APART: Name = Name(5);
const START: Name = Name(6);
const END: Name = Name(7);
const STARTS: Name = Name(8);
const LETTERS: Name = Name(9);
const SYLLABLES: Name = Name(10);
const NOTION: Name = Name(11);
const NOTIONS: Name = Name(12);
const NAMES: Name = Name(13);

/// Where a text begins and ends.
const EDGE: u64 = 0;

impl Name {
    const PRIME: u64 = 0x0000_0100_0000_01b3;

    fn and(self, value: u64) -> Name {
        let mixed = (self.0.rotate_left(23) ^ value).wrapping_mul(Self::PRIME);
        Name(mixed ^ mixed >> 32)
    }

    fn end(self) -> u32 {
        // The high bits of a product are the well mixed ones.
        (self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
    }
}

fn hash_of(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(b)).wrapping_mul(Name::PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_reads_the_same_however_it_is_spaced_but_for_its_words() {
        let rows = |text: &str| syllable_rows(&without_spaces(text));
        assert_eq!(rows("메일 보내지 마세요"), rows("메일보내지마세요"));
        assert_ne!(rows("메일 보내세요"), rows("메일 보내지 마세요"));
    }

    #[test]
    fn a_long_text_weighs_as_much_as_a_short_one() {
        let length = |text: &str| features(text).all.iter().map(|(_, v)| v * v).sum::<f32>();
        let (short, long) =
            (length("not interested"), length(&"we are not interested in any of it. ".repeat(50)));
        assert!((short - long).abs() < 1e-3, "{short} {long}");
    }
}
