//! Offer: present the solution that answers what they told us.
//!
//! An offer is written in versions (`offer`). What a version says (`content`) is words, up to three
//! packages of lines, each tied to the challenges and goals it answers, and promised results with
//! number, unit and source; `price` reckons what it comes to in whole minor units. Prices come from
//! the catalogue (`catalogue`): products, and price books whose published versions never change. It is relevant
//! (`relevance`) when it answers the most important challenge, serves a long-term ambition or says
//! that none is known, and stays within the budget or says why not; what is not relevant is sent only
//! with a reason, which is kept. Rules (`approval`) ask for somebody else's agreement, and whoever
//! takes something off a price meets the guard (`discount`). A sent version never changes (`state`): they look,
//! answer, let it expire, or a newer one takes its place; `diff` says what changed. Then the ball is
//! in their court, and in three business days somebody asks.
//! They read it on a page of its own or as a PDF, both made of the same lines and sums (`sight`), by a link
//! that is theirs (`link`, `page`); what happens there is kept row by row (`audit`). They say yes with a code from
//! their mail, and what was agreed is sealed (`sign`).

mod answers;
pub mod approval;
pub mod audit;
pub mod catalogue;
mod change;
mod check;
pub mod content;
pub mod desk;
pub mod diff;
pub mod discount;
mod expire;
pub mod incentive;
pub mod link;
pub mod margin;
mod notice;
mod offer;
pub mod page;
pub mod price;
mod reactions;
pub mod relevance;
mod routes;
mod send;
pub mod sight;
pub mod sign;
pub mod standing;
pub mod state;
mod template;
pub mod theme;

use std::sync::Arc;

use http_room::{Door, Timer};
use store::{Migration, Reference};

pub use answers::{Ending, Feedback, FeedbackKind, Viewing};
pub use change::{accept, check_way, end, find};
pub use content::{Content, OfferLine};
pub use notice::FOLLOW_UP;
pub use offer::{
    OFFER_CHANGED, OFFER_DISCOUNTED, OFFER_DRAFTED, OFFER_ENDED, OFFER_FEEDBACK, OFFER_REVIEW_ASKED,
    OFFER_REVIEWED, OFFER_SENT, OFFER_VIEWED, Offer, of_deal, refresh,
};
pub use page::public_routes;
pub use send::Sending;

/// The tables of this room.
pub const MIGRATIONS: &[Migration] = &[
    Migration { id: "2026-11-23-15-offer", sql: include_str!("../migrations/2026-11-23-15-offer.sql") },
    Migration {
        id: "2026-11-28-90-offer-content",
        sql: include_str!("../migrations/2026-11-28-90-offer-content.sql"),
    },
    Migration {
        id: "2026-11-28-91-catalogue",
        sql: include_str!("../migrations/2026-11-28-91-catalogue.sql"),
    },
    Migration {
        id: "2026-11-28-94-offer-page",
        sql: include_str!("../migrations/2026-11-28-94-offer-page.sql"),
    },
];

/// Columns that name a company or a person.
pub const REFERENCES: &[Reference] = &[
    Reference::by_id("offer_view", "person_id", "person"),
    Reference::by_id("offer_feedback", "person_id", "person"),
    Reference::by_id("offer_link", "person_id", "person"),
    Reference::by_id("offer_acceptance", "person_id", "person"),
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
        routes: routes::routes().merge(desk::routes()),
        migrations: MIGRATIONS.to_vec(),
        references: REFERENCES.to_vec(),
        reactions: reactions::reactions(),
        timers: vec![expire],
        ..Door::default()
    }
}
