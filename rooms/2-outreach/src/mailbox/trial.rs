//! Trying a mailbox: step by step, with the server's words where it stops. Sends nothing.

use http_room::Answer;
use mail::probe::{Probe, Step, probe_smtp};
use mail::{ImapSettings, SmtpSettings};
use serde::Serialize;

/// One step of a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TestStep {
    /// `smtp_resolve`, `smtp_connect`, `smtp_greet`, `smtp_tls`, `smtp_login`, and the same for `imap`
    /// with `imap_inbox` at the end.
    pub step: String,
    /// Whether it worked.
    pub ok: bool,
    /// The server's or the system's words.
    pub detail: Option<String>,
}

/// How far a test came: each server's steps up to the first that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TestAnswer {
    /// Whether everything worked.
    pub ok: bool,
    /// In the order in which they were tried.
    pub steps: Vec<TestStep>,
}

fn word(step: Step) -> &'static str {
    match step {
        Step::Resolve => "resolve",
        Step::Connect => "connect",
        Step::Tls => "tls",
        Step::Greet => "greet",
        Step::SignIn => "login",
        Step::Folder => "inbox",
    }
}

fn named(prefix: &str, probe: Probe) -> impl Iterator<Item = TestStep> {
    probe.into_iter().map(move |s| TestStep {
        step: format!("{prefix}_{}", word(s.step)),
        ok: s.ok,
        detail: Some(s.words).filter(|w| !w.is_empty()),
    })
}

/// Tries both servers at once.
pub(super) async fn try_both(smtp: &SmtpSettings, imap: &ImapSettings) -> Answer<TestAnswer> {
    let (smtp, imap) = tokio::join!(probe_smtp(smtp), crate::imap::probe(imap.clone()));
    let imap = imap.map_err(|e| http_room::Problem::internal(&e))?;
    let steps: Vec<TestStep> = named("smtp", smtp).chain(named("imap", imap)).collect();
    Ok(TestAnswer { ok: steps.iter().all(|s| s.ok), steps })
}
