//! Who gets in touch: forms on a site, and other systems that pass leads on.
//!
//! A `form` is set up by a manager and shown by `page` at a public address that cannot be guessed; `visit` takes
//! what a visitor sent, tells the honest from machines, and keeps it word by word with the consent (`arrival`).
//! `leads` takes the same from programs. Both end in `arrive`: the person and the company are recognised, gaps
//! are filled, what somebody typed is left alone, and a task says to answer. Duplicates and scores follow by the
//! room's reactions. What is *not* here: mail that comes in (outreach), lists that are imported (records).

pub mod arrival;
pub mod arrival_routes;
pub mod arrive;
pub mod ask;
pub mod form;
pub mod form_routes;
pub mod leads;
pub mod page;
pub mod rules;
pub mod visit;

use http_room::App;
use store::Reference;
use utoipa_axum::router::OpenApiRouter;

/// Columns that name a company or a person.
pub const REFERENCES: &[Reference] = &[
    Reference::by_id("lead_arrival", "person_id", "person"),
    Reference::by_id("lead_arrival", "company_id", "company"),
];

/// Routes below the API.
pub fn routes() -> OpenApiRouter<App> {
    form_routes::routes().merge(arrival_routes::routes()).merge(leads::routes())
}
