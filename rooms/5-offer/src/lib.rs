//! Offer: present the solution that answers what they told us.
//!
//! An offer is written in versions (`offer`): lines, each tied to the challenges and goals it answers,
//! promised results with number, unit and source, and words. It is relevant (`relevance`) when it
//! answers the most important challenge, serves a long-term ambition or says that none is known, and
//! stays within the budget or says why not; what is not relevant is sent only with a reason, which is
//! kept. A sent version never changes (`state`): they look, answer, let it expire, or a newer one
//! takes its place. Then the ball is in their court, and in three business days somebody asks.
//! What is *not* here: price books, taxes, approvals, documents and the page they sign on.

mod change;
pub mod content;
mod expire;
mod offer;
pub mod price;
mod reactions;
pub mod relevance;
mod routes;
mod send;
pub mod state;

use std::sync::Arc;

use http_room::{Door, Timer};
use store::{Migration, Reference};

pub use change::{accept, check_way, end, find};
pub use offer::{
    OFFER_CHANGED, OFFER_DRAFTED, OFFER_ENDED, OFFER_FEEDBACK, OFFER_SENT, OFFER_VIEWED, Offer, OfferLine,
    of_deal, refresh,
};
pub use routes::{Draft, Ending, Feedback, FeedbackKind, Viewing};
pub use send::Sending;

/// The tables of this room.
pub const MIGRATIONS: &[Migration] =
    &[Migration { id: "2026-11-23-15-offer", sql: include_str!("../migrations/2026-11-23-15-offer.sql") }];

/// Columns that name a company or a person.
pub const REFERENCES: &[Reference] = &[
    Reference::by_id("offer_view", "person_id", "person"),
    Reference::by_id("offer_feedback", "person_id", "person"),
];

/// What the server needs to know of this room.
#[must_use]
pub fn door() -> Door {
    let expire = Timer {
        name: "offer.expire",
        every_seconds: expire::EVERY_SECONDS,
        woken: None,
        run: Arc::new(|app| Box::pin(async move { Ok(expire::expire_due(&app).await?) })),
    };
    Door {
        name: "offer",
        routes: routes::routes(),
        migrations: MIGRATIONS.to_vec(),
        references: REFERENCES.to_vec(),
        reactions: reactions::reactions(),
        timers: vec![expire],
        ..Door::default()
    }
}
