//! Closing: help them decide, and set up what comes next, together.
//!
//! Deals do not close themselves, and tricks close none that last. This room says whether all is ready
//! (`rules`: fit, qualified, value shown, decision maker reached, offer current, no objection open),
//! keeps one plan both sides can see (`plan`: results with numbers and sources, dated next steps with
//! names on each side, open questions, start date, who pays), and each time the decision was asked
//! for, directly or indirectly. Nobody is pushed while an objection is open. Their yes (`acceptance`)
//! is recorded with what proves it, never assumed. After a meeting it drafts the lines of a summary.
//! What is *not* here: winning, losing and "not yet" (moves of the process), and the page they sign on.

mod acceptance;
mod plan;
mod routes;
pub mod rules;

use http_room::Door;
use store::{Migration, Reference};

pub use acceptance::NewAcceptance;
pub use plan::{
    ACCEPTANCE_WITHDRAWN, ACCEPTED, ATTEMPTED, AcceptanceRecord, CloseAttempt, ExpectedResult, OpenQuestion,
    PLAN_CHANGED, Plan, of_deal,
};
pub use routes::{ClosingView, NewAttempt, NewPlan, Summary};

/// The tables of this room.
pub const MIGRATIONS: &[Migration] = &[Migration {
    id: "2026-11-23-17-closing",
    sql: include_str!("../migrations/2026-11-23-17-closing.sql"),
}];

/// Columns that name a company or a person.
pub const REFERENCES: &[Reference] = &[Reference::by_id("close_attempt", "person_id", "person")];

/// What the server needs to know of this room.
#[must_use]
pub fn door() -> Door {
    Door {
        name: "closing",
        routes: routes::routes(),
        migrations: MIGRATIONS.to_vec(),
        references: REFERENCES.to_vec(),
        ..Door::default()
    }
}
