//! Learning the parameters from the records themselves, without labels: `u` from pairs taken at
//! random, `m` and the prior by expectation maximisation over candidate pairs (Winkler, "Using the EM
//! algorithm for weight computation in the Fellegi-Sunter model", 1988; Dempster, Laird & Rubin 1977).
//! What few matches cannot tell is held by the default as so many pairs seen before.

use hashbrown::HashMap;

use crate::compare::{Pattern, code, compare, crossed};
use crate::corpus::{Corpus, MOST_FIELDS, Slot};
use crate::frequency;
use crate::level::Level;
use crate::model::{Chances, Parameters, Weights, identified, prior_bits, probability, weigh};

/// Pairs taken at random for `u`.
const SAMPLE: u32 = 200_000;
/// How many matched pairs the defaults of `m` count as.
const BELIEF: f64 = 10.0;
/// How many random pairs the defaults of `u` count as.
const BELIEF_U: f64 = 20.0;
const ROUNDS: usize = 25;

/// Candidate pairs as patterns with how many pairs show each.
pub(crate) type Patterns = HashMap<Pattern, f64>;

/// `u` and `unseen` of every field; `m` stays the default.
pub(crate) fn sample_u(corpus: &Corpus) -> Vec<Weights> {
    let crossed = crossed(corpus);
    let mut seen = vec![[0.0; Level::CODES]; corpus.slots.len()];
    let mut draw = Draw(0x5EED);
    for _ in 0..SAMPLE {
        let Some((a, b)) = random_pair(corpus, &mut draw) else { break };
        let pattern = compare(corpus, &crossed, a, b);
        for (at, seen) in seen.iter_mut().enumerate() {
            seen[code(pattern, at) as usize] += 1.0;
        }
    }
    corpus.slots.iter().zip(seen).map(|(slot, seen)| weights_of(corpus, slot, &seen)).collect()
}

fn weights_of(corpus: &Corpus, slot: &Slot, seen: &Chances) -> Weights {
    let mut weights = Weights::default_for(slot.field);
    weights.unseen = frequency::unseen(corpus, slot, weights.unseen);
    let compared: f64 = seen[1..].iter().sum();
    let default = weights.u;
    for ((u, seen), default) in weights.u.iter_mut().zip(seen).zip(default) {
        *u = (seen + BELIEF_U * default) / (compared + BELIEF_U);
    }
    weights.u[1] = frequency::mean_chance(corpus, slot, weights.unseen);
    weights
}

/// Raises `u` of the levels between exact and different to what is seen inside the lists, when there are
/// two: two records of one list that are alike are, in a clean list, alike by chance. `share` is how often
/// each level is seen among all pairs inside the lists.
pub(crate) fn raise_u(weights: &mut [Weights], share: &[Chances]) {
    for (weights, share) in weights.iter_mut().zip(share) {
        for (u, share) in weights.u.iter_mut().zip(share).take(Level::Weak as usize + 1).skip(2) {
            *u = u.max(*share);
        }
    }
}

/// A linear congruential generator (Knuth's MMIX): the same pairs every time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % (end.max(1) as u64)).unwrap_or(0)
    }
}

fn random_pair(corpus: &Corpus, draw: &mut Draw) -> Option<(u32, u32)> {
    let (a, b) = match corpus.second {
        Some(second) if second > 0 && second < corpus.rows => {
            (draw.below(second), second + draw.below(corpus.rows - second))
        }
        Some(_) => return None,
        None if corpus.rows < 2 => return None,
        None => {
            let a = draw.below(corpus.rows);
            (a, (a + 1 + draw.below(corpus.rows - 1)) % corpus.rows)
        }
    };
    Some((u32::try_from(a).ok()?, u32::try_from(b).ok()?))
}

/// Learns `m` and the prior. `scale` is how many candidates each sampled one stands for.
pub(crate) fn learn(
    corpus: &Corpus,
    mut weights: Vec<Weights>,
    patterns: &Patterns,
    scale: f64,
) -> Parameters {
    let mut patterns: Vec<(Pattern, f64)> = patterns.iter().map(|(p, n)| (*p, *n)).collect();
    patterns.sort_unstable_by_key(|(pattern, _)| *pattern);
    let all = corpus.all_pairs().max(1.0);
    #[allow(clippy::cast_precision_loss)] // list lengths
    let (rows, shorter) = match corpus.second {
        Some(second) => (corpus.rows as f64, second.min(corpus.rows - second) as f64),
        None => (corpus.rows as f64, corpus.rows as f64 / 2.0),
    };
    let mut prior = (0.1 * shorter / all).clamp(1e-12, 0.4);
    for _ in 0..ROUNDS {
        let (counts, matches) = expect(corpus, &weights, prior, &patterns);
        let bounded = (matches * scale).clamp(1.0, (3.0 * rows).max(1.0));
        prior = (bounded / all).clamp(1e-12, 0.4);
        for (weights, counts) in weights.iter_mut().zip(&counts) {
            maximise(weights, counts);
        }
    }
    Parameters { prior, weights }
}

/// How often matches are expected to show each level of each field, and how many matches there are.
fn expect(
    corpus: &Corpus,
    weights: &[Weights],
    prior: f64,
    patterns: &[(Pattern, f64)],
) -> (Vec<Chances>, f64) {
    let mut counts = vec![[0.0; Level::CODES]; weights.len()];
    let mut matches = 0.0;
    let before = prior_bits(prior);
    let bits: Vec<Chances> = weights
        .iter()
        .map(|w| std::array::from_fn(|c| Level::from_code(c as u64).map_or(0.0, |level| w.bits(level))))
        .collect();
    let mut each = [0.0; MOST_FIELDS];
    for (pattern, pairs) in patterns {
        if !identified(corpus, *pattern) {
            continue;
        }
        let sum = weigh(corpus, *pattern, |at, level| bits[at][level as usize], &mut each);
        let expected = pairs * probability(before + sum);
        matches += expected;
        for (at, counts) in counts.iter_mut().enumerate() {
            counts[code(*pattern, at) as usize] += expected;
        }
    }
    (counts, matches)
}

fn maximise(weights: &mut Weights, counts: &Chances) {
    let default = Weights::default_for(weights.field).m;
    let seen: f64 = counts[1..].iter().sum();
    for ((m, counts), default) in weights.m.iter_mut().zip(counts).zip(default).skip(1) {
        *m = (counts + BELIEF * default) / (seen + BELIEF);
    }
}
