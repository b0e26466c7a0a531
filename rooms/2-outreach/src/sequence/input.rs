//! What clients say of a sequence, and what is wrong with it.

use std::collections::HashSet;

use http_room::body::patched;
use http_room::{Answer, FieldError, Member, Problem};
use kernel::{MailboxId, limits};
use serde::Deserialize;
use store::WriteTx;

use super::{GOALS, Step, rules};
use crate::mailbox;
use crate::timing::Windows;

/// Mailboxes that take turns at most.
const MAILBOXES: usize = 20;

/// A sequence to write.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSequence {
    /// Its name.
    pub name: String,
    /// What it is for; `conversation`.
    #[serde(default)]
    pub goal: Option<String>,
    /// The mailbox it sends from.
    #[serde(default)]
    pub mailbox_id: Option<MailboxId>,
    /// Further mailboxes that take turns with it, each new conversation from the one with most room left; 20 at most.
    #[serde(default)]
    pub mailbox_ids: Vec<MailboxId>,
    /// When it sends.
    #[serde(default)]
    pub windows: Windows,
    /// The steps in their order.
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// Changes to a sequence; what is left out stays. Steps of an active one become its next version, for
/// people enrolled from then on.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SequencePatch {
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// What it is for.
    #[serde(default)]
    pub goal: Option<String>,
    /// The mailbox it sends from; null: each member's own.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<Uuid>)]
    pub mailbox_id: Option<Option<MailboxId>>,
    /// Further mailboxes that take turns with it.
    #[serde(default)]
    pub mailbox_ids: Option<Vec<MailboxId>>,
    /// When it sends.
    #[serde(default)]
    pub windows: Option<Windows>,
    /// The steps in their order.
    #[serde(default)]
    pub steps: Option<Vec<Step>>,
}

/// A sequence as it is to be.
pub(super) struct Form<'a> {
    pub name: &'a str,
    pub goal: &'a str,
    pub mailbox: Option<MailboxId>,
    pub others: &'a [MailboxId],
    pub windows: &'a Windows,
    pub steps: &'a [Step],
}

/// Refuses what cannot be a sequence.
pub(super) async fn check(tx: &WriteTx, me: &Member, form: &Form<'_>) -> Answer<()> {
    let mut errors = rules::faults(form.steps);
    if form.name.trim().is_empty() || !limits::fits(form.name, limits::NAME_CHARS) {
        errors.push(FieldError::new("name", "required", "from 1 to 200 characters"));
    }
    if !GOALS.contains(&form.goal) {
        errors.push(FieldError::new("goal", "invalid", format!("one of {}", GOALS.join(", "))));
    }
    if form.windows.windows.len() > 10 {
        errors.push(FieldError::new("windows.windows", "too_many", "at most 10"));
    }
    let named: HashSet<MailboxId> = form.mailbox.iter().chain(form.others).copied().collect();
    let known = mailbox::find_all(tx, me.workspace, named).await?;
    if form.mailbox.is_some_and(|id| !known.contains_key(&id)) {
        errors.push(FieldError::new("mailbox_id", "not_found", "there is no such mailbox"));
    }
    if form.others.iter().any(|id| !known.contains_key(id)) {
        errors.push(FieldError::new("mailbox_ids", "not_found", "there is no such mailbox"));
    }
    if form.others.len() > MAILBOXES {
        errors.push(FieldError::new("mailbox_ids", "too_many", "at most 20"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}
