//! Signing in to a mail account at its provider (OAuth 2) instead of with a password: the providers a workspace has set
//! up, a sign-in from its beginning to the mailbox, and tokens that are renewed before they end.
//!
//! Providers are asked through `outward`, so that its limits hold for them too. What is *not* here: the SASL
//! exchange with the mail servers (`mail`).

mod access;
mod begin;
mod finish;
mod grant;
mod input;
mod known;
mod provider;
mod routes;
pub mod rules;
mod token;

pub use access::NoLogin;
pub(super) use access::login;
pub use grant::GrantError;
pub use routes::routes;
pub(crate) use token::doubt;
pub(super) use token::drop_token;

use http_room::App;

/// A mailbox was connected by signing in. Payload: `address`, `provider`.
pub const MAILBOX_SIGNED_IN: &str = "mailbox.signed_in";
/// A mailbox's provider wants somebody to sign in again. Payload: `address`, `reason`.
pub const MAILBOX_SIGNED_OUT: &str = "mailbox.signed_out";
/// A provider was set up or changed. Payload: `name`, `kind`.
pub const PROVIDER_SET: &str = "sign_in_provider.set";
/// A provider was taken off. Payload: `name`.
pub const PROVIDER_DELETED: &str = "sign_in_provider.deleted";

/// The word in a mailbox's `state_reason` that asks somebody to sign in again.
pub const SIGN_IN_AGAIN: &str = "sign_in_again";

/// Where providers send members back to: a page of the web app, which knows who is signed in.
#[must_use]
pub fn redirect_url(app: &App) -> String {
    format!("{}/mailboxes/signed-in", app.config.base_url.trim_end_matches('/'))
}
