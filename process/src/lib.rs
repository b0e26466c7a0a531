//! The process: the team's way of selling as one roadmap of seven stages.
//!
//! A deal stands in one stage and one status. It leaves a stage ahead when the gate of that stage is
//! met: every criterion is a rule over recorded facts. Rooms write those facts; the process reads
//! them, and the records, and decides. `transition` holds the table of moves and `gate` the rules of
//! the criteria, both pure; `moves` writes a decision with everything that follows from it, in one
//! transaction. What is *not* here: how facts come about (rooms), and what moves mean for the
//! figures (insight). Invariants: a gate is never passed in silence; each move is one row of
//! `transition` and one event; published versions never change.

pub mod assemble;
pub mod board;
pub mod criterion;
pub mod deal_row;
pub mod definition;
pub mod fact_store;
pub mod facts;
mod fault;
pub mod gate;
pub mod gate_cache;
pub mod moves;
pub mod next_step;
pub mod owed;
pub mod owner_task;
mod reactions;
mod refusal;
pub mod room;
pub mod routes;
pub mod settle;
pub mod sla;
pub mod stage;
pub mod tasks;
pub mod today;
pub mod transition;
pub mod version;
pub mod wake;

use std::sync::Arc;

use http_room::{Door, Timer};
use store::{Actor, Migration};

/// The tables of the process.
pub const MIGRATIONS: &[Migration] = &[Migration {
    id: "2026-11-23-10-process",
    sql: include_str!("../migrations/2026-11-23-10-process.sql"),
}];

/// What the server needs to know of the process.
#[must_use]
pub fn door() -> Door {
    let wake = Timer {
        name: "process.wake",
        every_seconds: wake::EVERY_SECONDS,
        woken: None,
        run: Arc::new(|app| Box::pin(async move { Ok(wake::wake_due(&app).await?) })),
    };
    Door {
        name: "process",
        routes: routes::routes(),
        migrations: MIGRATIONS.to_vec(),
        reactions: reactions::reactions(),
        timers: vec![wake],
        workspace_created: vec![Arc::new(|tx, new| {
            Box::pin(async move {
                version::publish_default(tx, new.id, Actor::User(new.owner), new.now).await?;
                Ok(())
            })
        })],
        ..Door::default()
    }
}
