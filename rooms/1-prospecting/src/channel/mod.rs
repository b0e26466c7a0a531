//! The channel advisor (domain, section 7): by which way a person is best reached, and why.
//!
//! `rules` rank the channels by what is believed of each and by how the person can be reached; beliefs begin with the
//! table of priors and move with the workspace's own outcomes, which `outcome` counts from the log into `tally`, by
//! `segment`, and into `hour_tally`, by the hour on the clock (`clock`) of whom was touched; `hours` says which hour is a
//! good one. `lot` lets a share of people try what chance draws. A `touch` keeps what was advised before it, and `report`
//! says what came of that. `block` knows who is not to be written to, `lawful` whom the law lets get no mail. What is *not* here: sending, and the steps of a
//! sequence (outreach).

mod block;
mod clock;
mod hour_routes;
mod hour_tally;
pub mod hours;
#[cfg(test)]
mod hours_tests;
mod kind;
mod lawful;
mod lot;
mod outcome;
mod presence;
mod read;
mod report;
mod routes;
pub mod rules;
#[cfg(test)]
mod rules_tests;
mod segment;
mod tally;
mod touch;

use http_room::{App, Timer};
use std::sync::Arc;
use store::Reference;
use store::reaction::Reaction;
use utoipa_axum::router::OpenApiRouter;

pub use kind::{Channel, Refusals};
pub use outcome::settle_due;
pub use presence::Presence;
pub use read::advise;

/// Routes of the advisor.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    routes::routes().merge(hour_routes::routes()).merge(report::routes())
}

/// Columns that name a person.
pub const REFERENCES: &[Reference] = &[
    Reference::by_id("channel_touch", "person_id", "person"),
    Reference::by_id("channel_consent", "person_id", "person"),
];

/// What the advisor learns from.
#[must_use]
pub fn reactions() -> Vec<Reaction> {
    vec![outcome::reaction(), block::reaction(), lawful::reaction()]
}

/// Ends touches nobody answered.
#[must_use]
pub fn timer() -> Timer {
    Timer {
        name: "prospecting.settle_touches",
        every_seconds: 300,
        woken: None,
        run: Arc::new(|app| Box::pin(outcome::settle_due(app))),
    }
}
