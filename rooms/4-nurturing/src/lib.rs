//! Nurturing: become the source they trust, until they are ready.
//!
//! Most qualified prospects are not ready yet. This room knows how much they know (`awareness`, moved
//! only by what they say and do, never by opened mails), what we gave them (`log`: touches that
//! educate, prove, help, invite or bring news), and which signs of interest they show (`signal`, which
//! weigh by kind and fade). Together they become the fact the gate reads. "Not yet" is an answer: it
//! parks the deal until a day this room proposes (`parking`); on that day, or at 40 points of
//! interest, it wakes with a task that tells the story so far and one line to open with.
//! What is *not* here: the tracks that send content by themselves, and the moves (process).

pub mod awareness;
pub mod log;
pub mod parking;
mod reactions;
mod routes;
pub mod signal;

use http_room::Door;
use store::{Migration, Reference};

pub use routes::{NewAwareness, NewSignal, NewTouch, NurtureView, Proposal};

/// The tables of this room.
pub const MIGRATIONS: &[Migration] = &[Migration {
    id: "2026-11-23-14-nurturing",
    sql: include_str!("../migrations/2026-11-23-14-nurturing.sql"),
}];

/// Columns that name a company or a person.
pub const REFERENCES: &[Reference] = &[
    Reference::by_id("awareness_move", "person_id", "person"),
    Reference::by_id("value_touch", "person_id", "person"),
    Reference::by_id("nurture_signal", "person_id", "person"),
];

/// What the server needs to know of this room.
#[must_use]
pub fn door() -> Door {
    Door {
        name: "nurturing",
        routes: routes::routes(),
        migrations: MIGRATIONS.to_vec(),
        references: REFERENCES.to_vec(),
        reactions: reactions::reactions(),
        ..Door::default()
    }
}
