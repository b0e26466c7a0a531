//! The weights and how a reply is scored with them: multinomial logistic regression over [`features`](super::features).
//!
//! The weights are learned from the training table by `learn_weights` (see `train`), kept as `weights.bin`, and
//! never change while the program runs; what a workspace corrects is kept apart ([`Lessons`]).

use std::sync::OnceLock;

use super::features::Features;
use super::lessons::Lessons;

/// One number for each intent, in the order of [`Intent::ALL`](super::Intent::ALL).
pub(super) type Each = [f32; 11];

/// What is known of features: their names in order, and a row of weights for each.
pub(super) struct Model {
    /// What an empty text scores.
    pub bias: Each,
    /// What a step of a weight is worth.
    pub scale: f32,
    /// Slope and offset that make a score a confidence (Platt 1999), learned on held-out replies.
    pub calibration: (f32, f32),
    /// Names of features, ascending.
    pub names: Vec<u32>,
    /// Weights in steps, in the order of the names.
    pub rows: Vec<[i8; 11]>,
    /// Where names with the same upper twelve bits begin.
    starts: Vec<u32>,
}

const MARK: &[u8; 4] = b"7in1";

impl Model {
    /// The weights that come with the program.
    pub(super) fn shipped() -> &'static Model {
        static MODEL: OnceLock<Model> = OnceLock::new();
        MODEL.get_or_init(|| {
            Model::read(include_bytes!("weights.bin")).expect("the weights are whole: a test reads them")
        })
    }

    pub(super) fn new(
        bias: Each,
        scale: f32,
        calibration: (f32, f32),
        weights: Vec<(u32, [i8; 11])>,
    ) -> Model {
        let (names, rows): (Vec<u32>, Vec<[i8; 11]>) = weights.into_iter().unzip();
        let start = |bits: u32| names.partition_point(|name| name >> 20 < bits) as u32;
        let starts = (0..=1 << 12).map(start).collect();
        Model { bias, scale, calibration, names, rows, starts }
    }

    /// Reads what [`Model::bytes`] wrote.
    pub(super) fn read(bytes: &[u8]) -> Option<Model> {
        let rest = bytes.strip_prefix(MARK)?;
        let (head, rest) = rest.split_at_checked(14 * 4)?;
        let mut numbers = head.chunks_exact(4).map(|n| f32::from_le_bytes([n[0], n[1], n[2], n[3]]));
        let bias = std::array::from_fn(|_| numbers.next().unwrap_or_default());
        let [scale, slope, offset] = std::array::from_fn(|_| numbers.next().unwrap_or_default());
        let (lines, left) = rest.as_chunks::<15>();
        if !left.is_empty() {
            return None;
        }
        let line = |line: &[u8; 15]| {
            let name = u32::from_le_bytes([line[0], line[1], line[2], line[3]]);
            (name, std::array::from_fn(|k| i8::from_le_bytes([line[4 + k]])))
        };
        Some(Model::new(bias, scale, (slope, offset), lines.iter().map(line).collect()))
    }

    /// The weights of a feature, if it is known.
    pub(super) fn row(&self, name: u32) -> Option<&[i8; 11]> {
        let bits = (name >> 20) as usize;
        let (from, to) = (self.starts[bits] as usize, self.starts[bits + 1] as usize);
        let at = self.names[from..to].iter().position(|n| *n == name)?;
        Some(&self.rows[from + at])
    }

    /// How much speaks for each intent.
    pub(super) fn scores(&self, features: &Features, lessons: &Lessons) -> Each {
        let mut scores = self.bias;
        for (name, value) in &features.all {
            if let Some(row) = self.row(*name) {
                let worth = value * self.scale;
                for (score, weight) in scores.iter_mut().zip(row) {
                    *score += f32::from(*weight) * worth;
                }
            }
        }
        lessons.add_to(&mut scores, features);
        scores
    }

    /// The share of a text's words that was ever seen, 0 to 1.
    pub(super) fn familiarity(&self, features: &Features) -> f32 {
        if features.words.is_empty() || features.tells {
            return 1.0;
        }
        let known = features.words.iter().filter(|name| self.row(**name).is_some()).count();
        known as f32 / features.words.len() as f32
    }

    /// How often an intent that scores this share is the right one, 0 to 1.
    pub(super) fn confidence(&self, share: f32) -> f32 {
        let share = share.clamp(1e-4, 1.0 - 1e-4);
        let (slope, offset) = self.calibration;
        1.0 / (1.0 + (-(slope * (share / (1.0 - share)).ln() + offset)).exp())
    }
}

/// Shares of the intents that add up to one.
pub(super) fn shares(scores: &Each) -> Each {
    let top = scores.iter().copied().fold(f32::MIN, f32::max);
    let grown = scores.map(|score| (score - top).exp());
    let sum: f32 = grown.iter().sum();
    grown.map(|one| one / sum)
}

/// The place of the greatest.
pub(super) fn greatest(values: &Each) -> usize {
    let mut best = 0;
    for (place, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = place;
        }
    }
    best
}

#[cfg(test)]
impl Model {
    /// As a file.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut out = MARK.to_vec();
        let more = [self.scale, self.calibration.0, self.calibration.1];
        out.extend(self.bias.iter().chain(&more).flat_map(|n| n.to_le_bytes()));
        for (name, row) in self.names.iter().zip(&self.rows) {
            out.extend(name.to_le_bytes());
            out.extend(row.iter().flat_map(|w| w.to_le_bytes()));
        }
        out
    }
}
