//! Nurturing: become the source they trust, until they are ready.
//!
//! Most qualified prospects are not ready yet. This room knows how much they know (`awareness`, moved
//! only by what they say and do, never by opened mails), what we gave them (`log`: touches that
//! educate, prove, help, invite or bring news), and which signs of interest they show (`signal`, which
//! weigh by kind and fade). Together they become the fact the gate reads. "Not yet" is an answer: it
//! parks the deal until a day this room proposes (`parking`); on that day, or at 40 points of
//! interest, it wakes with a task that tells the story so far and one line to open with.
//! A `track` keeps in touch by itself within the limits of `cadence`, with the piece of the library (`content`) that fits;
//! `hot` interest heads Today, and `questions` shows how fast we answer.
//! What is *not* here: how a mail leaves (outreach), and the moves (process).

pub mod awareness;
pub mod cadence;
pub mod content;
pub mod hot;
pub mod log;
pub mod parking;
pub mod questions;
mod reactions;
mod routes;
pub mod signal;
pub mod track;

use std::sync::Arc;

use http_room::{Door, Timer};
use store::{Migration, Reference};

pub use content::file::public_routes;
pub use routes::{NewAwareness, NewSignal, NewTouch, NurtureView, Proposal};

/// The tables of this room.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        id: "2026-11-23-14-nurturing",
        sql: include_str!("../migrations/2026-11-23-14-nurturing.sql"),
    },
    Migration { id: "2026-11-28-85-content", sql: include_str!("../migrations/2026-11-28-85-content.sql") },
    Migration {
        id: "2026-11-28-86-nurture-tracks",
        sql: include_str!("../migrations/2026-11-28-86-nurture-tracks.sql"),
    },
    Migration {
        id: "2026-11-28-87-content-file",
        sql: include_str!("../migrations/2026-11-28-87-content-file.sql"),
    },
];

/// Columns that name a company or a person.
pub const REFERENCES: &[Reference] = &[
    Reference::by_id("awareness_move", "person_id", "person"),
    Reference::by_id("value_touch", "person_id", "person"),
    Reference::by_id("nurture_signal", "person_id", "person"),
];

/// The timers of this room: steps of tracks that are due, and levels that silence costs.
fn timers() -> Vec<Timer> {
    vec![
        Timer {
            name: "nurturing.tracks",
            every_seconds: 30,
            woken: None,
            run: Arc::new(|app| Box::pin(async move { Ok(track::clear::clear_due(&app).await?) })),
        },
        Timer {
            name: "nurturing.silence",
            every_seconds: 3_600,
            woken: None,
            run: Arc::new(|app| Box::pin(async move { Ok(track::silent::fade(&app).await?) })),
        },
    ]
}

/// What the server needs to know of this room, besides [`public_routes`].
#[must_use]
pub fn door() -> Door {
    Door {
        name: "nurturing",
        routes: routes::routes().merge(content::routes()).merge(track::routes()).merge(questions::routes()),
        migrations: MIGRATIONS.to_vec(),
        references: REFERENCES.to_vec(),
        reactions: reactions::reactions(),
        timers: timers(),
        ..Door::default()
    }
}
