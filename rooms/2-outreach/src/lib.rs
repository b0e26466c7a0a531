//! Outreach: starting a conversation, one person at a time.
//!
//! A rep writes a sequence: a few mails, perhaps a call, with business days between them. People are put
//! into it with a reason why them. The `engine` writes each mail when it is due where the person lives, sends
//! it through the rep's own `mailbox`, and never twice. The `inbox` reads what comes back: a person's answer
//! stops everything at once, in the transaction that writes it down; an absence halts; an address that does not
//! exist is never written to again. Whoever refuses is on the `suppression` list before the next mail is claimed; whom
//! the law protects from mail they did not ask for needs a `basis`.
//! A `conversation` is what waits in the shared inbox until somebody answers; a `call` that is due waits in a queue.
//! Whoever would rather talk books a `meeting` on a public page.
//! What is *not* here: what an answer means for the deal (process and the later rooms hear of it as events),
//! and the bytes of mail and its protocols (`mail`).
//!
//! Invariant: a reply whose transaction commits before a claim commits always keeps that mail from leaving.

pub mod basis;
pub mod call;
pub mod click;
pub mod conversation;
pub mod deliverability;
pub mod engine;
pub mod enrolment;
mod imap;
pub mod inbox;
pub mod letter;
pub mod mailbox;
pub mod meeting;
pub mod message;
pub mod piece;
mod reactions;
pub mod recipient;
pub mod sealed;
pub mod sequence;
pub mod snippet;
pub mod suppression;
pub mod timing;
pub mod tracking;
mod unsubscribe;

pub use mailbox::ensure_sandbox_mailbox;
pub use unsubscribe::public_routes;

use http_room::Door;
use store::{Migration, Reference};

/// The tables of this room.
pub const MIGRATIONS: &[Migration] = &[
    Migration { id: "2026-11-23-20-outreach", sql: include_str!("../migrations/2026-11-23-20-outreach.sql") },
    Migration { id: "2026-11-26-20-engine", sql: include_str!("../migrations/2026-11-26-20-engine.sql") },
    Migration { id: "2026-11-26-21-intents", sql: include_str!("../migrations/2026-11-26-21-intents.sql") },
    Migration { id: "2026-11-27-10-meetings", sql: include_str!("../migrations/2026-11-27-10-meetings.sql") },
    Migration {
        id: "2026-11-27-20-deliverability",
        sql: include_str!("../migrations/2026-11-27-20-deliverability.sql"),
    },
    Migration {
        id: "2026-11-27-22-conversations",
        sql: include_str!("../migrations/2026-11-27-22-conversations.sql"),
    },
    Migration { id: "2026-11-27-23-calls", sql: include_str!("../migrations/2026-11-27-23-calls.sql") },
    Migration { id: "2026-11-27-25-stories", sql: include_str!("../migrations/2026-11-27-25-stories.sql") },
    Migration { id: "2026-11-27-26-pieces", sql: include_str!("../migrations/2026-11-27-26-pieces.sql") },
    Migration { id: "2026-11-27-30-consents", sql: include_str!("../migrations/2026-11-27-30-consents.sql") },
    Migration { id: "2026-11-27-31-sign-in", sql: include_str!("../migrations/2026-11-27-31-sign-in.sql") },
    Migration {
        id: "2026-11-27-60-consent-notices",
        sql: include_str!("../migrations/2026-11-27-60-consent-notices.sql"),
    },
    Migration {
        id: "2026-11-27-61-consent-confirmations",
        sql: include_str!("../migrations/2026-11-27-61-consent-confirmations.sql"),
    },
    Migration {
        id: "2026-11-27-63-source-told",
        sql: include_str!("../migrations/2026-11-27-63-source-told.sql"),
    },
    Migration {
        id: "2026-11-27-70-calendar-sign-in",
        sql: include_str!("../migrations/2026-11-27-70-calendar-sign-in.sql"),
    },
    Migration {
        id: "2026-11-27-71-tracking-host",
        sql: include_str!("../migrations/2026-11-27-71-tracking-host.sql"),
    },
    Migration { id: "2026-11-28-80-tracks", sql: include_str!("../migrations/2026-11-28-80-tracks.sql") },
];

/// Columns that name a company or a person.
pub const REFERENCES: &[Reference] = &[
    Reference {
        stays: Some(
            "t.state IN ('scheduled', 'active', 'waiting', 'paused') AND EXISTS (SELECT 1 FROM enrolment o \
             WHERE o.workspace_id = t.workspace_id AND o.person_id = ? \
             AND o.state IN ('scheduled', 'active', 'waiting', 'paused'))",
        ),
        ..Reference::by_id("enrolment", "person_id", "person")
    },
    Reference::by_id("enrolment", "company_id", "company"),
    Reference::by_id("message", "person_id", "person"),
    Reference::by_id("message", "company_id", "company"),
    Reference::by_id("conversation", "person_id", "person"),
    Reference::by_id("conversation", "company_id", "company"),
    Reference::by_id("suppression", "person_id", "person"),
    Reference::by_id("consent", "person_id", "person"),
    Reference {
        stays: Some(
            "EXISTS (SELECT 1 FROM consent_notice o WHERE o.cause_id = t.cause_id AND o.kind = t.kind \
             AND o.said_at = t.said_at AND o.person_id = ?)",
        ),
        ..Reference::by_id("consent_notice", "person_id", "person")
    },
    Reference::by_id("piece", "person_id", "person"),
    Reference::by_id("piece", "company_id", "company"),
    Reference::by_id("meeting", "person_id", "person"),
    Reference::by_id("meeting", "company_id", "company"),
];

/// What the server needs to know of this room, besides [`public_routes`].
#[must_use]
pub fn door() -> Door {
    Door {
        name: "outreach",
        routes: mailbox::routes()
            .merge(deliverability::routes())
            .merge(sequence::routes())
            .merge(enrolment::routes())
            .merge(message::routes())
            .merge(inbox::routes())
            .merge(conversation::routes())
            .merge(call::routes())
            .merge(suppression::routes())
            .merge(basis::routes())
            .merge(meeting::routes())
            .merge(snippet::routes())
            .merge(tracking::routes())
            .merge(piece::routes()),
        migrations: MIGRATIONS.to_vec(),
        references: REFERENCES.to_vec(),
        reactions: [reactions::reactions(), basis::notice::reactions()].concat(),
        timers: engine::timers(),
        ..Door::default()
    }
}
