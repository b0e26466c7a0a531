//! Discovery: the right questions beside the notes, and answers that become data.
//!
//! A `framework` is an outline of questions, edited as a working copy and published in versions; a stage of the process
//! opens it in one of them. A `talk` follows the version it began with. What is typed is kept place by place
//! (`autosave`), so that neither a killed tab nor a colleague in the same answer loses a word, and `fill` turns
//! answers into findings, evidence, roles and fields. What is *not* here: what the evidence comes to (`bant`), and
//! whether the gate opens (process).

pub mod autosave;
pub mod cell;
pub mod fill;
pub mod finish;
pub mod form;
pub mod framework;
mod framework_routes;
pub mod merge;
pub mod outline;
pub mod talk;
mod talk_routes;
pub mod template;

use http_room::App;
use utoipa_axum::router::OpenApiRouter;

/// Routes of frameworks and talks.
pub fn routes() -> OpenApiRouter<App> {
    framework_routes::routes().merge(talk_routes::routes()).merge(form::routes())
}
