//! Objections: listen to what holds them back, and explain until they say it is settled.
//!
//! What they state and what is really behind it are two things, and both are kept (`objection`). The
//! order is always the same (`rules`): acknowledge, ask, listen, answer, and let them confirm in their
//! own words. Answering before asking is possible, and is written down. Only who, when and their words
//! confirm; silence never does. A risk may be accepted with a reason, an objection taken back, and one
//! that comes again reopens the same record. An objection can be raised in any stage; the gate of this
//! one opens when none is left open. Related things to check are named with each kind.
//! What mails and questions may hold is proposed (`detect`) and taken by a person; the `library` of responses says what to ask
//! first and how well each answer has worked; `early` says what a deal will probably meet, so that nurturing answers it first.
//! What is *not* here: how a mail leaves (outreach), and the moves (process).

mod detect;
pub mod early;
mod guide;
mod label;
pub mod library;
mod objection;
pub mod pressing;
mod raise;
mod reactions;
mod routes;
pub mod rules;
mod steps;
pub mod taxonomy;
mod words;

use std::sync::Arc;

use http_room::Door;
use store::{Migration, Reference};

pub use detect::{ObjectionProposal, ProposalVerdict, SettleProposal};
pub use guide::Guide;
pub use label::{KindView, NewLabel, ObjectionLabel};
pub use objection::{
    OBJECTION_LINKED, OBJECTION_MOVED, OBJECTION_RAISED, OBJECTION_UNDERSTOOD, Objection, ObjectionLink,
    ObjectionQuestion, of_deal, refresh,
};
pub use raise::{NewObjection, Source};
pub use routes::{CheckedRelated, ObjectionLine, Understood};
pub use steps::NewStep;

/// The tables of this room.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        id: "2026-11-23-16-objections",
        sql: include_str!("../migrations/2026-11-23-16-objections.sql"),
    },
    Migration {
        id: "2026-11-28-95-objection-library",
        sql: include_str!("../migrations/2026-11-28-95-objection-library.sql"),
    },
];

/// Columns that name a company or a person.
pub const REFERENCES: &[Reference] = &[
    Reference::by_id("objection", "person_id", "person"),
    Reference::by_id("objection_proposal", "person_id", "person"),
];

/// What the server needs to know of this room.
#[must_use]
pub fn door() -> Door {
    Door {
        name: "objections",
        routes: routes::routes()
            .merge(steps::routes())
            .merge(guide::routes())
            .merge(label::routes())
            .merge(detect::routes())
            .merge(library::routes())
            .merge(early::routes()),
        migrations: MIGRATIONS.to_vec(),
        references: REFERENCES.to_vec(),
        reactions: reactions::reactions(),
        workspace_created: vec![Arc::new(|tx, new| {
            Box::pin(async move {
                library::furnish(tx, new).await?;
                Ok(())
            })
        })],
        ..Door::default()
    }
}
