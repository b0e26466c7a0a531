//! What a workspace taught by correcting readings: weights of its own beside the shipped ones.
//!
//! Learned anew from the corrections each time, by passive-aggressive updates (PA-I, multiclass by the strongest
//! rival: Crammer et al. 2006, "Online passive-aggressive algorithms", section 8): a correction moves the weights
//! as little as makes it right. Nothing is shared between workspaces.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::Intent;
use super::features::Features;
use super::model::{Each, Model, greatest, shares};
use super::read::{HOLDS, Seen, capped, primary};

/// The newest corrections that are learned from; older ones are forgotten.
pub const MOST_LESSONS: usize = 200;

/// By how much the right intent must score above its strongest rival.
const MARGIN: f32 = 2.0;

/// The most that one correction moves a weight, in units of its feature.
const AGGRESSIVENESS: f32 = 1.0;

/// How often all corrections are gone through, at most.
const ROUNDS: usize = 4;

/// Letters of a correction that are learned from.
const LETTERS: usize = 600;

/// What was learned from corrections. [`Lessons::default`] is having learned nothing.
#[derive(Debug, Clone, Default)]
pub struct Lessons {
    weights: HashMap<u32, Each, BuildHasherDefault<AsIs>>,
}

impl Lessons {
    /// Learns from replies and what they are said to want, oldest first; the last [`MOST_LESSONS`] count.
    #[must_use]
    pub fn learn(corrections: &[(String, Intent)]) -> Lessons {
        let mut lessons = Lessons::default();
        let newest = &corrections[corrections.len().saturating_sub(MOST_LESSONS)..];
        let texts: Vec<Lesson> = newest.iter().map(|(text, intent)| Lesson::of(text, *intent)).collect();
        for _ in 0..ROUNDS {
            let moved = texts.iter().filter(|lesson| lessons.take(lesson)).count();
            if moved == 0 {
                break;
            }
        }
        lessons
    }

    /// Whether there is anything in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    pub(super) fn add_to(&self, scores: &mut Each, features: &Features) {
        if self.weights.is_empty() {
            return;
        }
        for (name, value) in &features.all {
            for (score, weight) in scores.iter_mut().zip(self.weights.get(name).into_iter().flatten()) {
                *score += weight * value;
            }
        }
    }

    /// Takes one correction to heart; whether anything had to move.
    fn take(&mut self, lesson: &Lesson) -> bool {
        let (model, right) = (Model::shipped(), lesson.intent as usize);
        if primary(&lesson.seen.shares(model, self)) == right {
            return false;
        }
        self.update(&lesson.seen.whole, right);
        for sentence in &lesson.seen.sentences {
            // A sentence that says something earlier in the order would win over what was said to be meant.
            let shares = shares(&model.scores(sentence, self));
            let loudest = greatest(&shares);
            if loudest < right && shares[loudest] >= HOLDS {
                self.update(sentence, right);
            }
        }
        true
    }

    fn update(&mut self, features: &Features, right: usize) {
        let mut scores = Model::shipped().scores(features, self);
        let wanted = scores[right];
        scores[right] = f32::MIN;
        let rival = greatest(&scores);
        let loss = MARGIN - (wanted - scores[rival]);
        let length: f32 = features.all.iter().map(|(_, value)| value * value).sum();
        if loss <= 0.0 || length <= 0.0 {
            return;
        }
        let step = AGGRESSIVENESS.min(loss / (2.0 * length));
        for (name, value) in &features.all {
            let row = self.weights.entry(*name).or_default();
            row[right] += step * value;
            row[rival] -= step * value;
        }
    }
}

struct Lesson {
    intent: Intent,
    seen: Seen,
}

impl Lesson {
    fn of(text: &str, intent: Intent) -> Lesson {
        let text: String = capped(text).chars().take(LETTERS).collect();
        Lesson { intent, seen: Seen::of(&text) }
    }
}

/// Names of features are hashes already.
#[derive(Debug, Clone, Copy, Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash << 8 | u64::from(*byte));
    }

    fn write_u32(&mut self, name: u32) {
        // Both ends of the hash are looked at by the map.
        self.0 = u64::from(name) << 32 | u64::from(name);
    }
}
