//! What every room shares: workspaces and members, companies, people, deals, tasks, notes, calls,
//! meetings, custom fields, lists, import and the timeline.
//!
//! A record is changed in one transaction with the event that tells of it. What is *not* here: the
//! rules of the cycle (process), and what each stage adds (rooms).

pub mod company;
pub mod custom_field;
pub mod deal;
pub mod events;
pub mod import;
pub mod kind;
pub mod person;
pub mod search_entry;
pub mod workspace;
pub mod write;

pub use kind::Kind;

use store::Migration;

/// The tables of this crate.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        id: "2026-11-23-02-workspaces",
        sql: include_str!("../migrations/2026-11-23-02-workspaces.sql"),
    },
    Migration { id: "2026-11-23-04-records", sql: include_str!("../migrations/2026-11-23-04-records.sql") },
];
