//! Closing: help them decide, and set up what comes next, together.
//!
//! Deals do not close themselves, and tricks close none that last. This room says whether all is ready
//! (`rules`: fit, qualified, value shown, decision maker reached, offer current, no objection open),
//! keeps one plan both sides can see (`plan`: results with numbers and sources, dated next steps with
//! names on each side, open questions, start date, who pays), and each time the decision was asked
//! for, directly or indirectly. Nobody is pushed while an objection is open. Their yes (`acceptance`)
//! is recorded with what proves it, never assumed. The buyer sees the plan on a `page`; `watch` sees that it goes on, and
//! `remind` reminds them where somebody allowed it. Levers (`lever`) are typed and end on their own, urgency stands on a
//! `fact`, and a `nudge` that claims more does not leave. After a meeting there is a `summary`; an `ending` asks for its
//! handover or its lesson, and `contact` proposes whom else to talk to.
//! What is *not* here: winning, losing and "not yet" (moves of the process), and the page they sign on.

mod acceptance;
mod attempt;
pub mod contact;
pub mod ending;
pub mod fact;
pub mod lever;
pub mod nudge;
pub mod page;
mod plan;
mod reactions;
pub mod remind;
mod routes;
pub mod rules;
pub mod summary;
pub mod watch;
mod words;

use std::sync::Arc;

use http_room::{Door, Timer};
use store::{Migration, Reference};

pub use acceptance::NewAcceptance;
pub use attempt::NewAttempt;
pub use page::public_routes;
pub use plan::{
    ACCEPTANCE_WITHDRAWN, ACCEPTED, ATTEMPTED, AcceptanceRecord, CloseAttempt, ExpectedResult, NextAttempt,
    OpenQuestion, PLAN_CHANGED, Plan, PlanDocument, Reminders, of_deal,
};
pub use routes::{ClosingView, LeverView, NewPlan};

/// The tables of this room.
pub const MIGRATIONS: &[Migration] = &[
    Migration { id: "2026-11-23-17-closing", sql: include_str!("../migrations/2026-11-23-17-closing.sql") },
    Migration {
        id: "2026-11-28-97-closing-plan",
        sql: include_str!("../migrations/2026-11-28-97-closing-plan.sql"),
    },
];

/// Columns that name a company or a person.
pub const REFERENCES: &[Reference] = &[
    Reference::by_id("close_attempt", "person_id", "person"),
    Reference::by_id("closing_plan", "person_id", "person"),
    Reference::by_id("loss_note", "person_id", "person"),
    Reference::by_id("company_refusal", "company_id", "company"),
];

/// The timer of this room: deals that are closing are looked after.
fn timer() -> Timer {
    Timer {
        name: "closing.watch",
        every_seconds: 300,
        woken: None,
        run: Arc::new(|app| Box::pin(async move { Ok(watch::look(&app).await?) })),
    }
}

/// What the server needs to know of this room, besides [`public_routes`].
#[must_use]
pub fn door() -> Door {
    Door {
        name: "closing",
        routes: routes::routes()
            .merge(acceptance::routes())
            .merge(attempt::routes())
            .merge(fact::routes())
            .merge(nudge::routes())
            .merge(page::routes())
            .merge(remind::routes())
            .merge(summary::routes())
            .merge(ending::routes())
            .merge(contact::routes()),
        migrations: MIGRATIONS.to_vec(),
        references: REFERENCES.to_vec(),
        reactions: reactions::reactions(),
        timers: vec![timer()],
        ..Door::default()
    }
}
