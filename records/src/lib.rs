//! What every room shares: workspaces and members, companies, people, deals, tasks, notes, calls,
//! meetings, custom fields, lists, import and the timeline.
//!
//! A record is changed in one transaction with the event that tells of it. What is *not* here: the
//! rules of the cycle (process), and what each stage adds (rooms).

pub mod activity;
pub mod asked_field;
pub mod committee;
pub mod company;
pub mod custom_field;
pub mod custom_value;
pub mod deal;
pub mod disposition;
pub mod events;
pub mod import;
mod input;
pub mod kind;
pub mod link;
pub mod merge;
pub mod person;
pub mod record_list;
pub mod routes;
pub mod saved_view;
pub mod search_entry;
mod search_routes;
pub mod stored;
pub mod task;
#[cfg(feature = "testing")]
pub mod testing;
pub mod timeline;
pub mod undo;
pub mod workspace;
pub mod write;

pub use input::{CompanyInput, PersonInput};
pub use kind::Kind;

use http_room::Door;
use store::Migration;

/// The tables of this crate.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        id: "2026-11-23-02-workspaces",
        sql: include_str!("../migrations/2026-11-23-02-workspaces.sql"),
    },
    Migration { id: "2026-11-23-04-records", sql: include_str!("../migrations/2026-11-23-04-records.sql") },
    Migration {
        id: "2026-11-25-04-list-indexes",
        sql: include_str!("../migrations/2026-11-25-04-list-indexes.sql"),
    },
    Migration { id: "2026-11-25-05-merges", sql: include_str!("../migrations/2026-11-25-05-merges.sql") },
    Migration {
        id: "2026-11-25-06-import-formats",
        sql: include_str!("../migrations/2026-11-25-06-import-formats.sql"),
    },
    Migration {
        id: "2026-11-25-07-record-lists",
        sql: include_str!("../migrations/2026-11-25-07-record-lists.sql"),
    },
    Migration { id: "2026-11-26-02-research", sql: include_str!("../migrations/2026-11-26-02-research.sql") },
    Migration { id: "2026-11-26-05-lists", sql: include_str!("../migrations/2026-11-26-05-lists.sql") },
    Migration {
        id: "2026-11-26-06-custom-values",
        sql: include_str!("../migrations/2026-11-26-06-custom-values.sql"),
    },
    Migration {
        id: "2026-11-26-13-value-lines",
        sql: include_str!("../migrations/2026-11-26-13-value-lines.sql"),
    },
    Migration {
        id: "2026-11-26-14-contact-points",
        sql: include_str!("../migrations/2026-11-26-14-contact-points.sql"),
    },
    Migration { id: "2026-11-27-07-presence", sql: include_str!("../migrations/2026-11-27-07-presence.sql") },
    Migration {
        id: "2026-11-27-15-dispositions",
        sql: include_str!("../migrations/2026-11-27-15-dispositions.sql"),
    },
];

/// What the server needs to know of records.
#[must_use]
pub fn door() -> Door {
    Door {
        name: "records",
        routes: routes::routes()
            .merge(custom_field::routes())
            .merge(saved_view::routes())
            .merge(record_list::routes())
            .merge(task::routes())
            .merge(activity::routes())
            .merge(committee::routes())
            .merge(search_routes::routes())
            .merge(undo::routes())
            .merge(merge::routes())
            .merge(import::routes::routes()),
        migrations: MIGRATIONS.to_vec(),
        references: merge::REFERENCES.to_vec(),
        jobs: vec![import::job()],
        ..Door::default()
    }
}
