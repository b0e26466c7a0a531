//! Objections: listen to what holds them back, and explain until they say it is settled.
//!
//! What they state and what is really behind it are two things, and both are kept (`objection`). The
//! order is always the same (`rules`): acknowledge, ask, listen, answer, and let them confirm in their
//! own words. Answering before asking is possible, and is written down. Only who, when and their words
//! confirm; silence never does. A risk may be accepted with a reason, an objection taken back, and one
//! that comes again reopens the same record. An objection can be raised in any stage; the gate of this
//! one opens when none is left open. Related things to check are named with each kind.
//! What is *not* here: finding objections in mails, and the library of answers.

mod objection;
mod routes;
pub mod rules;

use http_room::Door;
use store::{Migration, Reference};

pub use objection::{
    OBJECTION_MOVED, OBJECTION_RAISED, OBJECTION_UNDERSTOOD, Objection, ObjectionQuestion, of_deal, refresh,
};
pub use routes::{NewObjection, NewStep, Understood};

/// The tables of this room.
pub const MIGRATIONS: &[Migration] = &[Migration {
    id: "2026-11-23-16-objections",
    sql: include_str!("../migrations/2026-11-23-16-objections.sql"),
}];

/// Columns that name a company or a person.
pub const REFERENCES: &[Reference] = &[Reference::by_id("objection", "person_id", "person")];

/// What the server needs to know of this room.
#[must_use]
pub fn door() -> Door {
    Door {
        name: "objections",
        routes: routes::routes(),
        migrations: MIGRATIONS.to_vec(),
        references: REFERENCES.to_vec(),
        ..Door::default()
    }
}
