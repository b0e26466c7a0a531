//! Tracks: long-running sequences that keep in touch, with something of value each time.
//!
//! A track is a sequence of the outreach room whose steps wait until this room gives them free (`clear`): the limits over
//! all tracks hold (`cadence`), and the piece of content is chosen that fits the reader at that moment (`content`).
//! `rules` decide, `enter` says who comes in and goes, `touches` writes down what was given.
//! What is *not* here: how a mail is written and sent (outreach).

pub mod clear;
pub mod enter;
mod queries;
mod routes;
pub mod rules;
pub mod silent;
mod template;
pub(crate) mod touches;

use kernel::{SequenceId, Timestamp};
use process::facts::Awareness;
use sea_orm::FromQueryResult;
use serde_json::Value as Json;

pub use queries::{find, of_sequences, of_workspace};
pub use routes::routes;
use rules::{Span, TrackKind};

/// A track was begun or changed. Payload: `after`.
pub const TRACK_CHANGED: &str = "track.changed";

/// What makes a sequence a track.
#[derive(Debug, Clone, FromQueryResult)]
pub struct TrackRow {
    /// The sequence.
    pub sequence_id: SequenceId,
    kind: String,
    /// Days from the beginning of a step to that of the next; none: the sequence's own pace.
    pub every_days: Option<i64>,
    enter_from: Option<String>,
    enter_to: Option<String>,
    exit_at: Option<String>,
    /// Whoever fits comes in without anybody's doing.
    pub enters_alone: bool,
    /// Counts changes.
    pub revision: i64,
    /// Written when.
    pub created_at: Timestamp,
}

fn level(key: Option<&String>) -> Option<Awareness> {
    serde_json::from_value(Json::from(key?.as_str())).ok()
}

impl TrackRow {
    /// What it is for.
    #[must_use]
    pub fn kind(&self) -> TrackKind {
        TrackKind::parse(&self.kind).unwrap_or(TrackKind::Regular)
    }

    /// Whether it names no price and no offer (R107).
    #[must_use]
    pub fn names_no_price(&self) -> bool {
        self.kind() == TrackKind::TwoYear
    }

    /// Who it is for.
    #[must_use]
    pub fn span(&self) -> Span {
        Span {
            enter_from: level(self.enter_from.as_ref()),
            enter_to: level(self.enter_to.as_ref()),
            exit_at: level(self.exit_at.as_ref()),
        }
    }
}
