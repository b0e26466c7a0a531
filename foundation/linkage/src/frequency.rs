//! How much rarer an agreement on a rare value is. The chance that a pair that is none agrees on a
//! value is the share of *other* records that hold it (Winkler, "Frequency-based matching", 1989; the
//! term-frequency adjustment of Splink). Counting the pair's own two records would make every value
//! look more common than it is, so they are left out, and what a value's absence elsewhere is worth
//! is estimated as Good (Biometrika 40, 1953) does for species not seen again.

use crate::corpus::{Corpus, Slot};

/// How many values seen before the default counts as, so that a short list does not decide alone.
const BELIEF: f64 = 20.0;
/// Bounds of the estimate: a name seen once may be somebody else's too, an address hardly ever.
const LEAST_UNSEEN: f64 = 0.005;

/// Expected further holders of a value nobody else was seen with, from how often values repeat: within
/// a list of two, where repetition is chance, the ratio of values seen twice to values seen once; in a
/// list searched for duplicates, where two may be the same record, that of three times to twice. A short
/// list leans on the field's default.
pub(crate) fn unseen(corpus: &Corpus, slot: &Slot, default: f64) -> f64 {
    let first: u32 = if corpus.second.is_some() { 1 } else { 2 };
    let mut seen = [BELIEF * default / f64::from(first + 1), BELIEF];
    for id in 1..=slot.values.last() {
        let counts = slot.values.counts(id);
        for count in counts {
            if count == first {
                seen[1] += 1.0;
            } else if count == first + 1 {
                seen[0] += 1.0;
            }
        }
    }
    (f64::from(first + 1) * seen[0] / seen[1]).clamp(LEAST_UNSEEN, 1.0)
}

/// The chance that another record holds this value.
pub(crate) fn chance(corpus: &Corpus, slot: &Slot, unseen: f64, id: u32) -> f64 {
    let counts = slot.values.counts(id);
    let others = |count: u32, own: u32| f64::from(count.saturating_sub(own)) + unseen;
    #[allow(clippy::cast_precision_loss)] // list lengths
    let chance = match corpus.second {
        None => others(counts[0], 2) / corpus.rows as f64,
        Some(second) => {
            let lengths = [second.max(1) as f64, (corpus.rows - second).max(1) as f64];
            (others(counts[0], 1) / lengths[0]).max(others(counts[1], 1) / lengths[1])
        }
    };
    chance.clamp(1e-9, 1.0)
}

/// The chance that two records agree exactly by chance, over all values.
pub(crate) fn mean_chance(corpus: &Corpus, slot: &Slot, unseen: f64) -> f64 {
    let (mut sum, mut holders) = (0.0, 0.0);
    for id in 1..=slot.values.last() {
        let count = f64::from(slot.values.counts(id).iter().sum::<u32>());
        sum += count * chance(corpus, slot, unseen, id);
        holders += count;
    }
    if holders > 0.0 { sum / holders } else { 1.0 }
}
