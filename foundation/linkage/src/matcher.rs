//! The matcher: records in, pairs with reasons out.

use serde::Serialize;

use crate::blocking::{Blocks, keys};
use crate::compare::{Pattern, code, compare, crossed};
use crate::corpus::{Collection, Corpus, MOST_FIELDS, Slot};
use crate::estimate::{Patterns, learn, raise_u, sample_u};
use crate::field::{Field, Kind, Record};
use crate::frequency;
use crate::level::Level;
use crate::model::{Chances, Parameters, Weights, identified, prior_bits, probability, weigh};
use crate::resolve::resolve;

/// Probability from which a pair is called a match unless the caller says otherwise.
pub const THRESHOLD: f64 = 0.5;
/// Candidate pairs the parameters are learned from at most.
const LEARN_FROM: u64 = 1_000_000;

/// What one field said.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Evidence {
    /// The field.
    pub field: Field,
    /// How far the two values agree.
    pub level: Level,
    /// What that is worth, in bits: +1 doubles the odds of a match, −1 halves them.
    pub bits: f64,
}

/// Two records that may be one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// Index of one record, in the first list when there are two.
    pub a: usize,
    /// Index of the other, the larger of the two within one list.
    pub b: usize,
    /// Probability of a match, 0 to 1.
    pub score: f64,
    /// Sum of the evidence in bits. The odds before looking are not part of it.
    pub weight: f64,
    /// Field by field, the strongest first; fields missing on a side are not named.
    pub evidence: Vec<Evidence>,
}

/// What a run found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    /// Pairs at or above the threshold, ascending by `a` and `b`.
    pub pairs: Vec<Pair>,
    /// Records looked at, in both lists.
    pub records: usize,
    /// Pairs compared.
    pub candidates: u64,
    /// Blocks that were too large to look into.
    pub skipped_blocks: usize,
    /// Probability from which a pair is reported.
    pub threshold: f64,
    /// What was learned; can be kept for [`Matcher::score`].
    pub parameters: Parameters,
}

/// Finds records that mean the same person or company.
#[derive(Debug, Clone)]
pub struct Matcher {
    kind: Kind,
    threshold: f64,
    kept: Option<Parameters>,
    frequencies: bool,
    threads: usize,
}

impl Matcher {
    /// With the one configuration of the kind.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { kind, threshold: THRESHOLD, kept: None, frequencies: true, threads }
    }

    /// Reports pairs from another probability on.
    #[must_use]
    pub fn threshold(self, threshold: f64) -> Self {
        Self { threshold, ..self }
    }

    /// Scores with parameters learned before instead of learning anew.
    #[must_use]
    pub fn parameters(self, parameters: Parameters) -> Self {
        Self { kept: Some(parameters), ..self }
    }

    /// Weighs agreements without regard to how rare the value is. What a list of a few records holds twice is not
    /// common for that: in it every value would look common, and nothing would identify anybody.
    #[must_use]
    pub fn without_frequencies(self) -> Self {
        Self { frequencies: false, ..self }
    }

    /// Pairs within one list.
    #[must_use]
    pub fn within(&self, records: &[Record]) -> Found {
        let mut collection = Collection::new(self.kind);
        records.iter().for_each(|record| collection.push(record));
        self.run(collection)
    }

    /// Pairs of one record of `a` and one of `b`.
    #[must_use]
    pub fn between(&self, a: &[Record], b: &[Record]) -> Found {
        let mut collection = Collection::new(self.kind);
        a.iter().for_each(|record| collection.push(record));
        collection.begin_second();
        b.iter().for_each(|record| collection.push(record));
        self.run(collection)
    }

    /// Pairs of records collected one by one, within a list or between two.
    #[must_use]
    pub fn run(&self, collection: Collection) -> Found {
        let corpus = collection.finish();
        let blocks = Blocks::build(&corpus);
        let parameters = self.kept.clone().unwrap_or_else(|| self.estimate(&corpus, &blocks));
        let scorer = Scorer::new(&corpus, &parameters, self.frequencies);
        let (pairs, candidates) = self.look(&blocks, &scorer);
        let pairs = match corpus.second {
            Some(_) => resolve(pairs, |x, y| probability(scorer.bits(x, y)) >= self.threshold),
            None => pairs,
        };
        let first = corpus.second.unwrap_or(0);
        let pairs = pairs.into_iter().map(|(a, b, _)| scorer.pair(a, b, first)).collect();
        Found {
            pairs,
            records: corpus.rows,
            candidates,
            skipped_blocks: blocks.skipped,
            threshold: self.threshold,
            parameters,
        }
    }

    fn estimate(&self, corpus: &Corpus, blocks: &Blocks) -> Parameters {
        let mut weights = sample_u(corpus);
        let crossed = crossed(corpus);
        if let Some(second) = corpus.second {
            raise_u(&mut weights, &self.inside(corpus, blocks, second));
        }
        let mut seen = 0_u64;
        (0..blocks.len()).for_each(|block| blocks.pairs(block, corpus.second, &mut |_, _| seen += 1));
        let every = seen.div_ceil(LEARN_FROM).max(1);
        let patterns = self.in_parallel(blocks.len(), |range, patterns: &mut Patterns| {
            for block in range {
                blocks.pairs(block, corpus.second, &mut |a, b| {
                    if mix(a, b).is_multiple_of(every) {
                        *patterns.entry(compare(corpus, &crossed, a, b)).or_default() += 1.0;
                    }
                });
            }
        });
        let mut all = Patterns::default();
        for (pattern, count) in patterns.into_iter().flatten() {
            *all.entry(pattern).or_default() += count;
        }
        #[allow(clippy::cast_precision_loss)] // a small factor
        learn(corpus, weights, &all, every as f64)
    }

    /// How often each level of each field is seen among the pairs inside the lists.
    fn inside(&self, corpus: &Corpus, blocks: &Blocks, second: usize) -> Vec<Chances> {
        let crossed = crossed(corpus);
        let parts = self.in_parallel(blocks.len(), |range, seen: &mut Vec<Chances>| {
            seen.resize(corpus.slots.len(), Chances::default());
            for block in range {
                blocks.pairs_inside(block, second, &mut |a, b| {
                    let pattern = compare(corpus, &crossed, a, b);
                    for (at, seen) in seen.iter_mut().enumerate() {
                        seen[code(pattern, at) as usize] += 1.0;
                    }
                });
            }
        });
        #[allow(clippy::cast_precision_loss)] // list lengths
        let pairs = |n: usize| n as f64 * (n as f64 - 1.0) / 2.0;
        let all = (pairs(second) + pairs(corpus.rows - second)).max(1.0);
        let mut share = vec![Chances::default(); corpus.slots.len()];
        for (at, level, seen) in parts.iter().flat_map(|part| {
            part.iter()
                .enumerate()
                .flat_map(|(at, levels)| levels.iter().enumerate().map(move |(l, n)| (at, l, n)))
        }) {
            share[at][level] += seen / all;
        }
        share
    }

    /// Scores all candidates; pairs at the threshold in order, and how many candidates there were.
    fn look(&self, blocks: &Blocks, scorer: &Scorer<'_>) -> (Vec<(u32, u32, f64)>, u64) {
        let least = prior_bits(self.threshold.clamp(1e-9, 1.0 - 1e-9));
        let parts = self.in_parallel(blocks.len(), |range, part: &mut (Vec<(u32, u32, f64)>, u64)| {
            for block in range {
                blocks.pairs(block, scorer.corpus.second, &mut |a, b| {
                    part.1 += 1;
                    let bits = scorer.bits(a, b);
                    if bits >= least {
                        part.0.push((a, b, bits));
                    }
                });
            }
        });
        let candidates = parts.iter().map(|part| part.1).sum();
        let mut pairs: Vec<_> = parts.into_iter().flat_map(|part| part.0).collect();
        pairs.sort_unstable_by_key(|(a, b, _)| (*a, *b));
        (pairs, candidates)
    }

    /// Shares out `0..count` in small runs among the threads; each gathers into its own `T`.
    fn in_parallel<T: Default + Send>(
        &self,
        count: usize,
        work: impl Fn(std::ops::Range<usize>, &mut T) + Sync,
    ) -> Vec<T> {
        const RUN: usize = 16;
        let next = std::sync::atomic::AtomicUsize::new(0);
        let (next, work) = (&next, &work);
        std::thread::scope(|scope| {
            let begun: Vec<_> = (0..self.threads)
                .map(|_| {
                    scope.spawn(move || {
                        let mut gathered = T::default();
                        loop {
                            let from = next.fetch_add(RUN, std::sync::atomic::Ordering::Relaxed);
                            if from >= count {
                                return gathered;
                            }
                            work(from..(from + RUN).min(count), &mut gathered);
                        }
                    })
                })
                .collect();
            begun.into_iter().map(|t| t.join().unwrap_or_else(|e| std::panic::resume_unwind(e))).collect()
        })
    }

    /// Scores one record against a handful of candidates, with kept or default parameters and without
    /// regard to the threshold; `a` of each pair is 0, `b` the candidate's index. The best first.
    #[must_use]
    pub fn score(&self, record: &Record, candidates: &[Record]) -> Vec<Pair> {
        let mut collection = Collection::new(self.kind);
        collection.push(record);
        collection.begin_second();
        candidates.iter().for_each(|candidate| collection.push(candidate));
        let corpus = collection.finish();
        let parameters = self.kept.clone().unwrap_or_else(|| Parameters::default_for(self.kind));
        let scorer = Scorer::new(&corpus, &parameters, false);
        let rows = u32::try_from(corpus.rows).unwrap_or(u32::MAX);
        let mut pairs: Vec<Pair> = (1..rows).map(|b| scorer.pair(0, b, 1)).collect();
        pairs.sort_by(|x, y| y.score.total_cmp(&x.score).then(x.b.cmp(&y.b)));
        pairs
    }
}

/// Keys of a record: two records are candidates for one another when they share any. Ascending, the
/// same in every run and version of the program that normalises alike.
#[must_use]
pub fn blocking_keys(kind: Kind, record: &Record) -> Vec<u64> {
    let mut collection = Collection::new(kind);
    collection.push(record);
    keys(&collection.finish(), 0)
}

/// A number that looks random, the same for a pair in every run.
fn mix(a: u32, b: u32) -> u64 {
    let both = ((u64::from(a) << 32) | u64::from(b)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (both ^ (both >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 32
}

/// Scores pairs of a corpus with given parameters.
struct Scorer<'c> {
    corpus: &'c Corpus,
    weights: Vec<Weights>,
    crossed: Vec<(usize, usize)>,
    before: f64,
    /// Bits of an exact agreement on each value, for each slot.
    exact: Vec<Vec<f32>>,
}

impl<'c> Scorer<'c> {
    fn new(corpus: &'c Corpus, parameters: &Parameters, frequencies: bool) -> Self {
        let weights: Vec<Weights> = corpus.slots.iter().map(|slot| parameters.of(slot.field)).collect();
        #[allow(clippy::cast_possible_truncation)] // bits need few digits
        let exact = |(slot, weights): (&Slot, &Weights)| -> Vec<f32> {
            let bits =
                |id| (weights.m[1] / frequency::chance(corpus, slot, weights.unseen, id)).log2() as f32;
            (0..=slot.values.last()).map(bits).collect()
        };
        let exact =
            if frequencies { corpus.slots.iter().zip(&weights).map(exact).collect() } else { Vec::new() };
        Self { corpus, weights, crossed: crossed(corpus), before: prior_bits(parameters.prior), exact }
    }

    fn weigh(&self, a: u32, b: u32, each: &mut [f64; MOST_FIELDS]) -> (Pattern, f64) {
        let pattern = compare(self.corpus, &self.crossed, a, b);
        let row = self.corpus.row(a);
        let bits = |at: usize, level: Level| match self.exact.get(at) {
            Some(exact) if level == Level::Exact => f64::from(exact[row[at] as usize]),
            _ => self.weights[at].bits(level),
        };
        let sum = weigh(self.corpus, pattern, bits, each);
        (pattern, sum)
    }

    /// Bits of the odds of a match; a pair that nothing identifies has none.
    fn bits(&self, a: u32, b: u32) -> f64 {
        let (pattern, sum) = self.weigh(a, b, &mut [0.0; MOST_FIELDS]);
        if identified(self.corpus, pattern) { self.before + sum } else { f64::NEG_INFINITY }
    }

    fn pair(&self, a: u32, b: u32, first: usize) -> Pair {
        let mut each = [0.0; MOST_FIELDS];
        let (pattern, weight) = self.weigh(a, b, &mut each);
        let mut evidence: Vec<Evidence> = Vec::new();
        for (at, slot) in self.corpus.slots.iter().enumerate() {
            if let Some(level) = Level::from_code(code(pattern, at)) {
                evidence.push(Evidence { field: slot.field, level, bits: each[at] });
            }
        }
        evidence.sort_by(|x, y| y.bits.abs().total_cmp(&x.bits.abs()).then(x.field.cmp(&y.field)));
        let score = if identified(self.corpus, pattern) { probability(self.before + weight) } else { 0.0 };
        Pair { a: a as usize, b: b as usize - first, score, weight, evidence }
    }
}

impl Pair {
    /// The bits of one field, when both records have it.
    #[must_use]
    pub fn bits_of(&self, field: Field) -> Option<f64> {
        self.evidence.iter().find(|e| e.field == field).map(|e| e.bits)
    }
}
