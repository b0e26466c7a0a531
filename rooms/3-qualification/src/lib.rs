//! Qualification: is this the right customer, and are we right for them?
//!
//! The rep talks and listens. What they learn is kept in the prospect's own words: challenges, goals,
//! ambitions, what is used today, how they decide (`finding`). Need, budget, authority and timing are
//! rated from evidence, which weighs by where it comes from and fades with time (`bant`); qualifiers
//! of the workspace's own join in (`qualifier`). Who decides, and how we know, is the `committee`'s.
//! What was said in
//! a call or a meeting is read, measured and pointed at (`transcript`). All of it becomes facts that the gate of this stage reads. Fewer than half of early leads fit, and
//! that is normal: this room says so openly and suggests, but never moves a deal by itself.
//! What is *not* here: moving the deal (process), and scoring companies before anybody talked
//! (prospecting).

pub mod bant;
pub mod brief;
pub mod committee;
pub mod decision;
pub mod discovery;
pub mod finding;
pub mod qualifier;
mod reactions;
pub mod transcript;

pub use discovery::form::public_routes;

use http_room::Door;
use store::reference::KeyPart;
use store::{Migration, Reference};

/// The tables of this room.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        id: "2026-11-23-13-qualification",
        sql: include_str!("../migrations/2026-11-23-13-qualification.sql"),
    },
    Migration {
        id: "2026-11-26-03-research-fields",
        sql: include_str!("../migrations/2026-11-26-03-research-fields.sql"),
    },
    Migration {
        id: "2026-11-28-31-transcripts",
        sql: include_str!("../migrations/2026-11-28-31-transcripts.sql"),
    },
    Migration {
        id: "2026-11-28-32-recordings",
        sql: include_str!("../migrations/2026-11-28-32-recordings.sql"),
    },
    Migration {
        id: "2026-11-28-33-discovery",
        sql: include_str!("../migrations/2026-11-28-33-discovery.sql"),
    },
];

/// Columns that name a company or a person.
pub const REFERENCES: &[Reference] = &[
    Reference::by_id("finding", "person_id", "person"),
    Reference::by_id("bant_evidence", "person_id", "person"),
    Reference::by_id("talk", "person_id", "person"),
    Reference::by_id("fit_decision", "person_id", "person"),
    Reference::by_id("reopen_proposal", "person_id", "person"),
    Reference {
        key: &[KeyPart::Id("transcript_id"), KeyPart::Word("name")],
        ..Reference::by_id("transcript_speaker", "person_id", "person")
    },
    Reference {
        key: &[KeyPart::Id("deal_id"), KeyPart::Word("role")],
        stays: Some(
            "EXISTS (SELECT 1 FROM role_proof o WHERE o.deal_id = t.deal_id AND o.role = t.role AND o.person_id = ?)",
        ),
        ..Reference::by_id("role_proof", "person_id", "person")
    },
];

/// What the server needs to know of this room.
#[must_use]
pub fn door() -> Door {
    Door {
        name: "qualification",
        routes: finding::routes()
            .merge(bant::routes())
            .merge(qualifier::routes())
            .merge(committee::routes())
            .merge(transcript::kept::routes())
            .merge(discovery::routes())
            .merge(brief::routes())
            .merge(decision::routes()),
        migrations: MIGRATIONS.to_vec(),
        references: REFERENCES.to_vec(),
        reactions: reactions::reactions(),
        jobs: vec![transcript::kept::speech_handler()],
        timers: vec![transcript::kept::folder_timer()],
        ..Door::default()
    }
}
