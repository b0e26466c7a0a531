//! Values for records from elsewhere: from services an administrator sets up, and from a company's own site.
//!
//! A `provider` is a row: a request as a `template`, a `mapping` of its answers to our fields, a `quota`. `claim`
//! counts a call in the transaction that allows it and remembers answers; `asking` asks and `settle` keeps what was
//! found: every value with where it came from and when. A field that says nothing is filled in; a value a person
//! typed or an import brought is never overwritten silently (`standing`), it becomes a proposal somebody decides on
//! (`value`). `origin` names the source of a mail address. Asking is always a job (`job`); `due` starts it by itself. `website` is the built-in source. What is
//! *not* here: how servers outside are reached (outward), and how a record is written (records).

mod asking;
mod claim;
mod due;
mod job;
pub mod mapping;
pub mod origin;
pub mod provider;
mod provider_rules;
pub mod quota;
mod record_routes;
mod routes;
mod run;
mod settle;
mod standing;
mod template;
#[cfg(test)]
mod template_tests;
mod try_out;
mod value;
mod verdict;
mod website;

pub use due::{arrivals, timer};
pub use job::handler;

use http_room::{Answer, App, Problem};
use kernel::{EnrichmentProviderId, Locale, Timestamp, WorkspaceId};
use outward::{Outside, Policy};
use std::collections::BTreeMap;
use store::{Reference, WriteTx};
use utoipa_axum::router::OpenApiRouter;

/// Columns that name a company or a person. What the kept record has of a source already stays as it is.
pub const REFERENCES: &[Reference] = &[
    Reference {
        stays: Some(
            "EXISTS (SELECT 1 FROM enrichment_value o WHERE o.provider_id = t.provider_id AND o.field = t.field \
             AND o.company_id = ?)",
        ),
        ..Reference::by_id("enrichment_value", "company_id", "company")
    },
    Reference {
        stays: Some(
            "EXISTS (SELECT 1 FROM enrichment_value o WHERE o.provider_id = t.provider_id AND o.field = t.field \
             AND o.person_id = ?)",
        ),
        ..Reference::by_id("enrichment_value", "person_id", "person")
    },
    Reference {
        stays: Some(
            "EXISTS (SELECT 1 FROM enrichment_run o WHERE o.provider_id = t.provider_id AND o.company_id = ?)",
        ),
        ..Reference::by_id("enrichment_run", "company_id", "company")
    },
    Reference {
        stays: Some(
            "EXISTS (SELECT 1 FROM enrichment_run o WHERE o.provider_id = t.provider_id AND o.person_id = ?)",
        ),
        ..Reference::by_id("enrichment_run", "person_id", "person")
    },
];

/// Routes below the API.
#[must_use]
pub fn routes() -> OpenApiRouter<App> {
    routes::routes().merge(record_routes::routes())
}

/// The world outside as the operator lets us see it.
fn outside(app: &App) -> Answer<Outside> {
    let config = &app.config;
    let private = config.closed_network || config.private_requests;
    Outside::new(Policy { private, name_server: config.name_server }).map_err(|why| Problem::internal(&why))
}

/// What the built-in source is called.
fn built_in_name(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "Company website",
        Locale::Ko => "회사 홈페이지",
    }
}

/// Gives a new workspace its built-in source.
///
/// # Errors
/// Whatever the database says.
pub async fn furnish(
    tx: &WriteTx,
    workspace: WorkspaceId,
    locale: Locale,
    now: Timestamp,
) -> store::Result<()> {
    let content = provider_rules::website(built_in_name(locale));
    provider::insert(tx, workspace, EnrichmentProviderId::new(), &content, &BTreeMap::new(), now).await
}
