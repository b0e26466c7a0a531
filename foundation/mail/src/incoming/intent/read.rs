//! From a reply to its intents: what a sentence says holds for the whole, and the first in order is the primary.

use super::features::{Features, features};
use super::lessons::Lessons;
use super::model::{Each, Model, greatest, shares};
use super::words::sentences;
use super::{Confidence, Heard, Intent};

/// The share from which an intent holds, and can be the primary one.
pub(super) const HOLDS: f32 = 0.5;

/// The share from which an intent holds beside a primary one before it.
const HOLDS_BESIDE: f32 = 0.3;

/// Sentences that are read by themselves.
pub(super) const SENTENCES: usize = 24;

/// Bytes of a reply that are read: people say what they want at the beginning.
const CAP: usize = 2 * 1024;

/// Of a text whose words are known to less than this share, nothing is known.
const FAMILIAR: f32 = 0.34;

/// The part of a reply that is read.
pub(super) fn capped(reply: &str) -> &str {
    crate::html::cut_at(reply, CAP).trim()
}

/// A reply as the model sees it: the whole, and its sentences where there are several.
pub(super) struct Seen {
    pub whole: Features,
    pub sentences: Vec<Features>,
}

impl Seen {
    pub(super) fn of(text: &str) -> Seen {
        let parts = sentences(text, SENTENCES);
        let parts = if parts.len() > 1 { parts } else { Vec::new() };
        Seen { whole: features(text), sentences: parts.into_iter().map(features).collect() }
    }

    /// What the whole and its sentences say.
    pub(super) fn shares(&self, model: &Model, lessons: &Lessons) -> Each {
        let mut out = shares(&model.scores(&self.whole, lessons));
        for sentence in &self.sentences {
            let said = shares(&model.scores(sentence, lessons));
            for (share, more) in out.iter_mut().zip(said).take(Intent::Other as usize) {
                *share = share.max(more);
            }
        }
        out
    }
}

/// The place of the primary intent: the first that holds, else the likeliest.
pub(super) fn primary(shares: &Each) -> usize {
    let holds = shares[..Intent::Other as usize].iter().position(|share| *share >= HOLDS);
    holds.unwrap_or_else(|| greatest(shares))
}

/// Every intent of the reply text with its confidence, the primary first.
pub(super) fn read(model: &Model, reply: &str, lessons: &Lessons) -> Vec<Heard> {
    let text = capped(reply);
    let seen = Seen::of(text);
    let (shares, familiarity) = (seen.shares(model, lessons), model.familiarity(&seen.whole));
    let asks = text.contains(['?', '？']);
    let trust = (familiarity / (2.0 * FAMILIAR)).min(1.0);
    let heard = |place: usize| Heard {
        intent: Intent::ALL[place],
        confidence: Confidence::of(model.confidence(shares[place]) * trust),
    };
    if familiarity < FAMILIAR && lessons.is_empty() {
        let intent = if asks { Intent::Question } else { Intent::Other };
        return vec![Heard { intent, confidence: Confidence::of(shares[intent as usize] * trust) }];
    }
    let first = primary(&shares);
    let beside =
        |place: &usize| shares[*place] >= HOLDS_BESIDE || (asks && *place == Intent::Question as usize);
    let rest = (first + 1..Intent::Other as usize).filter(beside);
    std::iter::once(first).chain(rest).map(heard).collect()
}
