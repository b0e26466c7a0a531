//! The channel advisor (domain, section 7): by which way a person is best reached, and why.
//!
//! `rules` rank the channels by what is believed of each and by how the person can be reached; beliefs begin with the
//! table of priors and move with the workspace's own outcomes, which `outcome` counts from the log into `tally`, by
//! `segment`. `block` knows who is not to be written to. What is *not* here: sending, and the steps of a sequence
//! (outreach).

mod block;
mod kind;
mod outcome;
mod presence;
mod read;
mod routes;
pub mod rules;
#[cfg(test)]
mod rules_tests;
mod segment;
mod tally;

use http_room::Timer;
use std::sync::Arc;
use store::Reference;
use store::reaction::Reaction;

pub use kind::{Channel, Refusals};
pub use outcome::settle_due;
pub use presence::Presence;
pub use read::advise;
pub use routes::routes;

/// Columns that name a person.
pub const REFERENCES: &[Reference] = &[Reference::by_id("channel_touch", "person_id", "person")];

/// What the advisor learns from.
#[must_use]
pub fn reactions() -> Vec<Reaction> {
    vec![outcome::reaction(), block::reaction()]
}

/// Ends touches nobody answered.
#[must_use]
pub fn timer() -> Timer {
    Timer {
        name: "prospecting.settle_touches",
        every_seconds: 300,
        run: Arc::new(|app| Box::pin(outcome::settle_due(app))),
    }
}
