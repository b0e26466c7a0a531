//! Learning the weights from the training table. Part of the tests: what is shipped is what was learned.
//!
//! Multinomial logistic regression by stochastic gradient descent with a falling step and L2 (Bottou 2012, "Stochastic
//! gradient descent tricks"); features weigh by the root of their rarity (idf), and what weighs least is left out.
//! A reply with several intents counts mostly for its primary one and a little for the others.

use std::collections::HashMap;

use super::features::{Features, features};
use super::model::{Each, Model, shares};
use super::read::{Seen, primary};
use super::{Intent, Lessons};

/// A reply of the tables with its intents, the primary first.
#[derive(Debug, Clone)]
pub(super) struct Example {
    pub intents: Vec<Intent>,
    pub text: String,
}

impl Example {
    pub(super) fn primary(&self) -> Intent {
        self.intents[0]
    }
}

const ROUNDS: usize = 20;
const STEP: f32 = 0.5;
const L2: f32 = 1e-4;
/// How much rarity weighs.
const RARITY: f32 = 0.4;
/// What of an example counts for the intents beside its primary one.
const BESIDE: f32 = 0.2;
/// Features that are kept.
const KEPT: usize = 40_000;
/// Parts of the training table that are held out in turn.
pub(super) const FOLDS: usize = 8;

/// Reads a table: intents, a tab, the text with `\n` for line ends.
pub(super) fn table(text: &str) -> Vec<Example> {
    let line = |line: &str| {
        let (intents, text) = line.split_once('\t').unwrap_or_else(|| panic!("no tab in {line:?}"));
        let intent = |key: &str| Intent::from_key(key).unwrap_or_else(|| panic!("no intent {key:?}"));
        Example { intents: intents.split(',').map(intent).collect(), text: text.replace("\\n", "\n") }
    };
    text.lines().map(line).collect()
}

/// The training table of both languages.
pub(super) fn training() -> Vec<Example> {
    let fixtures = [
        include_str!("../../../tests/fixtures/intents/train.en.tsv"),
        include_str!("../../../tests/fixtures/intents/train.ko.tsv"),
    ];
    fixtures.into_iter().flat_map(table).collect()
}

/// Weights for these examples, the features among the kept.
pub(super) fn learn(examples: &[&Example], calibration: (f32, f32)) -> Model {
    let read: Vec<Features> = examples.iter().map(|e| features(&e.text)).collect();
    let (names, rarity) = rarities(&read);
    let place: HashMap<u32, usize> = names.iter().enumerate().map(|(place, name)| (*name, place)).collect();
    let rows: Vec<Vec<(usize, f32)>> = read
        .iter()
        .map(|f| f.all.iter().map(|(name, value)| (place[name], value * rarity[place[name]])).collect())
        .collect();
    let wanted: Vec<Each> = examples.iter().map(|e| targets(e)).collect();
    let (bias, mut weights) = descend(&rows, &wanted, names.len());
    for (row, rarity) in weights.iter_mut().zip(&rarity) {
        *row = row.map(|weight| weight * rarity);
    }
    quantise(bias, &names, &weights, calibration)
}

/// Names of all features, ascending, and the root of their rarity.
fn rarities(read: &[Features]) -> (Vec<u32>, Vec<f32>) {
    let mut seen: HashMap<u32, u32> = HashMap::new();
    for (name, _) in read.iter().flat_map(|f| &f.all) {
        *seen.entry(*name).or_default() += 1;
    }
    let mut counted: Vec<(u32, u32)> = seen.into_iter().collect();
    counted.sort_unstable();
    let rarity = |count: u32| (read.len() as f32 / count as f32).ln().powf(RARITY);
    counted.into_iter().map(|(name, count)| (name, rarity(count))).unzip()
}

fn targets(example: &Example) -> Each {
    let mut out = Each::default();
    let beside = example.intents.len() - 1;
    out[example.primary() as usize] = if beside == 0 { 1.0 } else { 1.0 - BESIDE };
    for intent in &example.intents[1..] {
        out[*intent as usize] = BESIDE / beside as f32;
    }
    out
}

fn descend(rows: &[Vec<(usize, f32)>], wanted: &[Each], features: usize) -> (Each, Vec<Each>) {
    let (mut bias, mut weights) = (Each::default(), vec![Each::default(); features]);
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut chance = Chance(1);
    for round in 0..ROUNDS {
        for last in (1..order.len()).rev() {
            order.swap(last, chance.below(last + 1));
        }
        let step = STEP * (1.0 - round as f32 / ROUNDS as f32 * 0.95);
        for example in &order {
            let mut scores = bias;
            for (place, value) in &rows[*example] {
                for k in 0..11 {
                    scores[k] += weights[*place][k] * value;
                }
            }
            let mut wrong = shares(&scores);
            for k in 0..11 {
                wrong[k] -= wanted[*example][k];
                bias[k] -= step * 0.1 * wrong[k];
            }
            for (place, value) in &rows[*example] {
                let row = &mut weights[*place];
                for k in 0..11 {
                    row[k] -= step * (wrong[k] * value + L2 * row[k]);
                }
            }
        }
    }
    (bias, weights)
}

/// Keeps the features that weigh most, in steps of a 127th of the greatest weight.
fn quantise(bias: Each, names: &[u32], weights: &[Each], calibration: (f32, f32)) -> Model {
    let weight = |row: &Each| row.iter().fold(0.0_f32, |most, w| most.max(w.abs()));
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|a, b| weight(&weights[*b]).total_cmp(&weight(&weights[*a])).then(a.cmp(b)));
    order.truncate(KEPT);
    order.sort_unstable();
    let scale = order.iter().map(|at| weight(&weights[*at])).fold(f32::MIN_POSITIVE, f32::max) / 127.0;
    let row = |at: usize| weights[at].map(|w| (w / scale).round() as i8);
    Model::new(bias, scale, calibration, order.into_iter().map(|at| (names[at], row(at))).collect())
}

/// Every example read by weights that were learned without its part of the table: what they took for primary, its
/// share, and whether they were right. Parts are stretches of the table: whole situations are held out.
pub(super) fn held_out(examples: &[Example]) -> Vec<(Intent, f32, bool)> {
    let part = |at: usize| part_of(examples, at);
    let parts: Vec<usize> = (0..examples.len()).map(part).collect();
    let mut out = Vec::new();
    for fold in 0..FOLDS {
        let rest: Vec<&Example> =
            examples.iter().zip(&parts).filter(|(_, p)| **p != fold).map(|(e, _)| e).collect();
        let model = learn(&rest, (1.0, 0.0));
        for (example, _) in examples.iter().zip(&parts).filter(|(_, p)| **p == fold) {
            let shares = Seen::of(&example.text).shares(&model, &Lessons::default());
            let place = primary(&shares);
            out.push((example.primary(), shares[place], Intent::ALL[place] == example.primary()));
        }
    }
    out
}

/// In which part an example is: those of one intent and language are cut into stretches.
fn part_of(examples: &[Example], at: usize) -> usize {
    let korean = |e: &Example| e.text.contains(super::words::is_hangul);
    let same = |e: &&Example| e.primary() == examples[at].primary() && korean(e) == korean(&examples[at]);
    let before = examples[..at].iter().filter(same).count();
    let all = examples.iter().filter(same).count();
    before * FOLDS / all
}

/// Slope and offset with which shares become how often one is right (Platt 1999), by gradient descent.
pub(super) fn calibrate(readings: &[(Intent, f32, bool)]) -> (f32, f32) {
    let points: Vec<(f32, f32)> = readings
        .iter()
        .map(|(_, share, right)| {
            let share = share.clamp(1e-4, 1.0 - 1e-4);
            ((share / (1.0 - share)).ln(), if *right { 1.0 } else { 0.0 })
        })
        .collect();
    let (mut slope, mut offset) = (1.0_f32, 0.0_f32);
    for _ in 0..2_000 {
        let (mut down_slope, mut down_offset) = (0.0, 0.0);
        for (x, y) in &points {
            let wrong = 1.0 / (1.0 + (-(slope * x + offset)).exp()) - y;
            down_slope += wrong * x;
            down_offset += wrong;
        }
        slope -= 0.1 * down_slope / points.len() as f32;
        offset -= 0.1 * down_offset / points.len() as f32;
    }
    (slope, offset)
}

/// A chain of numbers that look like chance and are always the same (Knuth's MMIX constants).
pub(super) struct Chance(pub u64);

impl Chance {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}
