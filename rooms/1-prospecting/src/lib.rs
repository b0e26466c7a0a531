//! Prospecting, the first room: whom to sell to, and what to know before the first word.
//!
//! The ideal customer profile is a list of weighted criteria over company fields, the workspace's
//! own included (`icp`, pure rules); a `questionnaire` leads to its first form. A manager works on a draft and
//! publishes it (`profile`); what is
//! published is copied into a version that never changes, and one profile at a time scores every
//! company. Scores, grades and reasons are written on the company row (`scoring`): by a job after
//! each publishing (`rescore`), by a reaction when a company comes in or changes (`reaction`). A score
//! is no edit: it moves no revision, and only a changed grade is an event. `preview` tries criteria on
//! a sample without writing; `learn` proposes criteria from won and lost deals, or says that nothing
//! separates them; `research` keeps five sourced findings per deal and tells the process.
//! `duplicates` finds companies and people that are there twice. `territory` says by rule whose companies are.
//! `desk` hands out one company after the other to be researched, takes the answers and lists the people there.
//! `inbound` takes in who gets in touch by a form or from another system. `enrich` asks sources outside for what is
//! not known yet, and says of each value where it comes from. `channel` says by which way a person is best reached,
//! and why. `mail_law` says on what ground the law lets somebody get mail. What is *not* here: the company record itself (records), and whether a deal may move on (process).

pub mod channel;
pub mod desk;
pub mod duplicates;
pub mod enrich;
pub mod events;
pub mod fit;
pub mod icp;
pub mod inbound;
pub mod learn;
pub mod mail_law;
pub mod preview;
pub mod profile;
pub mod profile_routes;
pub mod questionnaire;
pub mod reaction;
pub mod rescore;
pub mod research;
mod scan;
pub mod scoring;
pub mod territory;

use std::sync::Arc;

use http_room::{Door, Timer};
use store::{Actor, Migration};

/// The tables of this room.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        id: "2026-11-23-10-prospecting",
        sql: include_str!("../migrations/2026-11-23-10-prospecting.sql"),
    },
    Migration {
        id: "2026-11-25-11-duplicates",
        sql: include_str!("../migrations/2026-11-25-11-duplicates.sql"),
    },
    Migration {
        id: "2026-11-25-12-territories",
        sql: include_str!("../migrations/2026-11-25-12-territories.sql"),
    },
    Migration { id: "2026-11-25-13-inbound", sql: include_str!("../migrations/2026-11-25-13-inbound.sql") },
    Migration {
        id: "2026-11-26-01-enrichment",
        sql: include_str!("../migrations/2026-11-26-01-enrichment.sql"),
    },
    Migration { id: "2026-11-26-03-research", sql: include_str!("../migrations/2026-11-26-03-research.sql") },
    Migration {
        id: "2026-11-26-10-channel-advisor",
        sql: include_str!("../migrations/2026-11-26-10-channel-advisor.sql"),
    },
    Migration {
        id: "2026-11-26-11-icp-questionnaire",
        sql: include_str!("../migrations/2026-11-26-11-icp-questionnaire.sql"),
    },
    Migration {
        id: "2026-11-27-50-channel-hours",
        sql: include_str!("../migrations/2026-11-27-50-channel-hours.sql"),
    },
    Migration {
        id: "2026-11-27-62-channel-consents",
        sql: include_str!("../migrations/2026-11-27-62-channel-consents.sql"),
    },
];

pub use inbound::visit::public_routes;

/// What the server needs to know of prospecting, besides [`public_routes`].
#[must_use]
pub fn door() -> Door {
    Door {
        name: "prospecting",
        routes: profile_routes::routes()
            .merge(learn::routes::routes())
            .merge(research::routes())
            .merge(questionnaire::routes())
            .merge(fit::routes())
            .merge(channel::routes())
            .merge(duplicates::routes::routes())
            .merge(desk::routes::routes())
            .merge(territory::routes::routes())
            .merge(inbound::routes())
            .merge(enrich::routes()),
        migrations: MIGRATIONS.to_vec(),
        references: [inbound::REFERENCES, desk::REFERENCES, enrich::REFERENCES, channel::REFERENCES].concat(),
        reactions: [
            vec![
                reaction::score_companies(),
                territory::arrival::reaction(),
                desk::head_count::reaction(),
                enrich::arrivals(),
            ],
            duplicates::arrival::reactions(),
            channel::reactions(),
        ]
        .concat(),
        jobs: vec![
            rescore::handler(),
            duplicates::search::handler(),
            territory::apply::handler(),
            territory::undo::handler(),
            enrich::handler(),
        ],
        timers: vec![
            Timer {
                name: "prospecting.forget_spam",
                every_seconds: 3600,
                woken: None,
                run: Arc::new(|app| Box::pin(inbound::arrival::forget_spam(app))),
            },
            Timer {
                name: "prospecting.wake_research",
                every_seconds: 60,
                woken: None,
                run: Arc::new(|app| Box::pin(desk::verdict::wake(app))),
            },
            enrich::timer(),
            channel::timer(),
        ],
        workspace_created: vec![Arc::new(|tx, new| {
            Box::pin(async move {
                let by = profile::By { workspace: new.id, actor: Actor::User(new.owner), now: new.now };
                profile::furnish(tx, by, new.locale, new.currency).await?;
                Ok(enrich::furnish(tx, new.id, new.locale, new.now).await?)
            })
        })],
    }
}
