//! What a person wants, by their own words only.
//!
//! A small model over cues, notions and letters reads English and Korean, and what it says comes with how sure it is.
//! It runs here, without a network. How a reply is labelled in doubt, and how often the model is right: `docs/intents.md`.
//!
//! What is not here: what follows from an intent, and who may correct it.

mod features;
mod lessons;
mod model;
mod notions;
mod read;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod train;
mod words;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use lessons::{Lessons, MOST_LESSONS};

/// What an answer says, in the order in which one is chosen as the primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Take me off.
    Unsubscribe,
    /// Threat or accusation.
    Hostile,
    /// Somebody else is right for this, and named.
    Referral,
    /// I am not right for this.
    WrongPerson,
    /// Later.
    NotNow,
    /// No.
    NotInterested,
    /// A reason against.
    Objection,
    /// Let us talk.
    Meeting,
    /// Go on.
    Interested,
    /// Asks something.
    Question,
    /// None of these.
    Other,
}

impl Intent {
    /// All of them in their order.
    pub const ALL: [Intent; 11] = [
        Intent::Unsubscribe,
        Intent::Hostile,
        Intent::Referral,
        Intent::WrongPerson,
        Intent::NotNow,
        Intent::NotInterested,
        Intent::Objection,
        Intent::Meeting,
        Intent::Interested,
        Intent::Question,
        Intent::Other,
    ];

    /// Its name in the database, the API and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Intent::Unsubscribe => "unsubscribe",
            Intent::Hostile => "hostile",
            Intent::Referral => "referral",
            Intent::WrongPerson => "wrong_person",
            Intent::NotNow => "not_now",
            Intent::NotInterested => "not_interested",
            Intent::Objection => "objection",
            Intent::Meeting => "meeting",
            Intent::Interested => "interested",
            Intent::Question => "question",
            Intent::Other => "other",
        }
    }

    /// The intent of this name.
    pub fn from_key(key: &str) -> Option<Intent> {
        Self::ALL.into_iter().find(|intent| intent.key() == key)
    }

    /// Whether it counts as a positive answer by default (R94; a workspace may choose otherwise).
    pub fn is_positive(self) -> bool {
        matches!(self, Intent::Referral | Intent::Meeting | Intent::Interested | Intent::Question)
    }
}

/// How sure a reading is, in hundredths: of a hundred readings of 0.87, about 87 are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Confidence(u8);

impl Confidence {
    pub(crate) fn of(share: f32) -> Confidence {
        // In range by the clamp.
        Confidence((share * 100.0).round().clamp(0.0, 100.0) as u8)
    }

    /// 0 to 1.
    pub fn share(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

impl Serialize for Confidence {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(self.share())
    }
}

impl<'de> Deserialize<'de> for Confidence {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Confidence, D::Error> {
        f32::deserialize(from).map(Confidence::of)
    }
}

/// An intent of a reply, and how sure that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Which.
    pub intent: Intent,
    /// How sure.
    pub confidence: Confidence,
}

/// Every intent of the reply text, the primary first; [`Intent::Other`] alone if nothing is known of it.
///
/// The primary one is the first in the order of [`Intent`] among those that hold. Reads the first 2 KiB; linear.
pub fn intents(reply: &str) -> Vec<Heard> {
    intents_with(reply, &Lessons::default())
}

/// The same by somebody who was corrected before.
pub fn intents_with(reply: &str, lessons: &Lessons) -> Vec<Heard> {
    read::read(model::Model::shipped(), reply, lessons)
}
