//! Every value once. A record then holds a small number per field, equality is equality of numbers,
//! and how common a value is, is known.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

/// Texts numbered from 1; 0 means missing.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    text: String,
    /// End of each text; the first entry stands for 0.
    ends: Vec<usize>,
    /// Records of the first and second list that hold it.
    counts: Vec<[u32; 2]>,
    places: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Dictionary {
    pub(crate) fn new() -> Self {
        Self { ends: vec![0], counts: vec![[0; 2]], ..Self::default() }
    }

    /// The number of a text, counting one more record of list `side`.
    pub(crate) fn count(&mut self, text: &str, side: usize) -> u32 {
        let id = self.intern(text);
        self.counts[id as usize][side] += 1;
        id
    }

    fn intern(&mut self, text: &str) -> u32 {
        let Self { text: all, ends, places, hasher, .. } = self;
        let hash = hasher.hash_one(text);
        if let Some(id) = places.find(hash, |id| slice(all, ends, *id) == text) {
            return *id;
        }
        let id = u32::try_from(ends.len()).unwrap_or(u32::MAX);
        all.push_str(text);
        ends.push(all.len());
        self.counts.push([0; 2]);
        places.insert_unique(hash, id, |id| hasher.hash_one(slice(all, ends, *id)));
        id
    }

    /// The text of a number.
    pub(crate) fn get(&self, id: u32) -> &str {
        slice(&self.text, &self.ends, id)
    }

    /// Records of the two lists that hold the value.
    pub(crate) fn counts(&self, id: u32) -> [u32; 2] {
        self.counts[id as usize]
    }

    /// Numbers in use are 1 to this, inclusive.
    pub(crate) fn last(&self) -> u32 {
        u32::try_from(self.ends.len() - 1).unwrap_or(u32::MAX)
    }

    /// Forgets how texts are found, once none is added.
    pub(crate) fn seal(&mut self) {
        self.places = HashTable::new();
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.counts.shrink_to_fit();
    }
}

fn slice<'t>(text: &'t str, ends: &[usize], id: u32) -> &'t str {
    match id as usize {
        0 => "",
        at => &text[ends[at - 1]..ends[at]],
    }
}

/// Words of each value with how rare they are, for names and texts of several words.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// Where each value's words begin in `ids`.
    starts: Vec<u32>,
    /// Word numbers, ascending within a value.
    ids: Vec<u32>,
    /// Inverse document frequency of each word, squared.
    weight: Vec<f32>,
    /// Records that hold each word.
    pub(crate) records: Vec<u32>,
    /// Length of each value's vector.
    norm: Vec<f32>,
}

impl Words {
    /// Cuts every value into words and runs of Hangul into pairs of syllables.
    pub(crate) fn of(values: &Dictionary) -> Self {
        let mut words = Dictionary::new();
        let mut made = Self { starts: vec![0, 0], ..Self::default() };
        let mut records = vec![0_u32];
        for id in 1..=values.last() {
            let [a, b] = values.counts(id);
            let from = made.ids.len();
            for gram in kernel::search::grams(values.get(id)) {
                let word = words.intern(&gram);
                records.resize(records.len().max(word as usize + 1), 0);
                records[word as usize] += a + b;
                made.ids.push(word);
            }
            made.ids[from..].sort_unstable();
            made.starts.push(u32::try_from(made.ids.len()).unwrap_or(u32::MAX));
        }
        made.weigh(values, records);
        made
    }

    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // weights need few digits
    fn weigh(&mut self, values: &Dictionary, records: Vec<u32>) {
        let all: u32 = (1..=values.last()).map(|id| values.counts(id).iter().sum::<u32>()).sum();
        let idf = |n: u32| (1.0 + f64::from(all) / f64::from(n.max(1))).ln();
        self.weight = records.iter().map(|n| idf(*n).powi(2) as f32).collect();
        self.records = records;
        self.norm = (0..=values.last())
            .map(|id| self.words(id).iter().map(|w| self.weight[*w as usize]).sum::<f32>().sqrt())
            .collect();
    }

    /// Words of a value, ascending by number.
    pub(crate) fn words(&self, id: u32) -> &[u32] {
        &self.ids[self.starts[id as usize] as usize..self.starts[id as usize + 1] as usize]
    }

    /// Cosine of two values' vectors of inverse document frequencies, 0 to 1, and the share of the
    /// smaller value that the larger one holds.
    pub(crate) fn alike(&self, a: u32, b: u32) -> (f32, f32) {
        let (mut left, mut right) = (self.words(a), self.words(b));
        let mut shared = 0.0;
        while let ([l, rest_l @ ..], [r, rest_r @ ..]) = (left, right) {
            if l == r {
                shared += self.weight[*l as usize];
            }
            left = if l <= r { rest_l } else { left };
            right = if r <= l { rest_r } else { right };
        }
        let (na, nb) = (self.norm[a as usize], self.norm[b as usize]);
        if na == 0.0 || nb == 0.0 {
            return (0.0, 0.0);
        }
        (shared / (na * nb), shared / na.min(nb).powi(2))
    }
}
