//! The gallery: what the event log says of the cycle, measured.
//!
//! It reads the log, never the rooms. Each company's events are read into the trials of the five
//! rates (`trials`, pure); a reaction keeps them in a table, so that a figure over a year is a sum
//! over an index and equals a rebuild at any time. Every rate carries its numerator, denominator and
//! interval; a rate over nothing is a dash, never 0 %.

pub mod rates;
mod reaction;
pub mod rebuild;
mod routes;
pub mod trials;

use http_room::Door;
use store::Migration;

/// The tables of this crate.
pub const MIGRATIONS: &[Migration] = &[Migration {
    id: "2026-11-23-40-insight",
    sql: include_str!("../migrations/2026-11-23-40-insight.sql"),
}];

/// What the server needs to know of insight.
#[must_use]
pub fn door() -> Door {
    Door {
        name: "insight",
        routes: routes::routes(),
        migrations: MIGRATIONS.to_vec(),
        reactions: vec![reaction::keep_trials()],
        ..Door::default()
    }
}
