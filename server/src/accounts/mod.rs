//! Accounts: who may come in, by which proof, into which workspace.
//!
//! First-run set-up, sign-in by password, sessions, invitations, members, API tokens, the workspace's
//! own settings. What a member may do once inside is decided in `http_room::member`.

pub mod api_tokens;
pub mod attempts;
pub mod auth;
pub mod console;
pub mod invitations;
mod letters;
pub mod me;
pub mod members;
pub mod password;
pub mod password_reset;
pub mod person;
pub mod session;
pub mod setup;
pub mod sign_in;
pub mod system_mail;
pub mod token;
pub mod users;
pub mod workspaces;

use http_room::{App, Door, Furnish, JobHandler};
use std::sync::Arc;
use store::Migration;
use system_mail::SystemMail;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The tables of ways in.
pub const MIGRATIONS: &[Migration] = &[Migration {
    id: "2026-11-23-03-accounts",
    sql: include_str!("../../migrations/2026-11-23-03-accounts.sql"),
}];

/// What the routes of this module need besides the [`App`]; a request extension.
#[derive(Clone)]
pub struct Porch {
    /// Failed sign-ins of late.
    pub attempts: Arc<attempts::Attempts>,
    /// Sends resets and invitations, when an SMTP server was configured.
    pub mail: Option<Arc<SystemMail>>,
    /// What every room gives a new workspace.
    pub furnish: Arc<[Furnish]>,
    /// Whether a room knows how to fill a workspace with sample data.
    pub has_sample_data: bool,
    /// Whether the last `X-Forwarded-For` entry is the client: only behind a proxy of ours.
    pub behind_proxy: bool,
}

impl std::fmt::Debug for Porch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Porch").field("mail", &self.mail.is_some()).finish_non_exhaustive()
    }
}

/// The accounts' own door: routes, tables, and the jobs that send its letters.
#[must_use]
pub fn door(mail: Option<Arc<SystemMail>>) -> Door {
    let for_invitations = mail.clone();
    Door {
        name: "accounts",
        routes: routes(),
        migrations: MIGRATIONS.to_vec(),
        jobs: vec![
            JobHandler {
                kind: password_reset::JOB,
                run: Arc::new(move |app, job| Box::pin(password_reset::send(app, job, mail.clone()))),
            },
            JobHandler {
                kind: invitations::JOB,
                run: Arc::new(move |app, job| Box::pin(invitations::send(app, job, for_invitations.clone()))),
            },
        ],
        timers: vec![session::sweep()],
        ..Door::default()
    }
}

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(setup::show_setup, setup::set_up))
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(sign_in::sign_out))
        .routes(routes!(me::show_me, me::change_me))
        .routes(routes!(me::change_password))
        .routes(routes!(session::list_sessions))
        .routes(routes!(session::revoke_session))
        .routes(routes!(password_reset::ask_password_reset))
        .routes(routes!(password_reset::reset_password))
        .routes(routes!(invitations::list_invitations, invitations::invite))
        .routes(routes!(invitations::withdraw_invitation))
        .routes(routes!(invitations::show_invitation))
        .routes(routes!(invitations::accept_invitation))
        .routes(routes!(members::list_members))
        .routes(routes!(members::change_member, members::remove_member))
        .routes(routes!(api_tokens::list_api_tokens, api_tokens::create_api_token))
        .routes(routes!(api_tokens::revoke_api_token))
        .routes(routes!(workspaces::show_workspace, workspaces::change_workspace))
}
