//! The gate before automatic mail: what was found of a domain, kept, and what that means for its mailboxes.

use http_room::{Answer, App};
use kernel::{Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Actor, NewEvent, Result, Sql, StoreError, WriteTx};

use super::look::{look, real_mailboxes};
use super::{DOMAIN_CHECKED, Finding, Report};
use crate::message::check::DOMAIN_UNREADY;

/// Seconds after which a domain that was set up is looked at again, and one that was not.
const READY_SECONDS: i64 = 24 * 3600;
const UNREADY_SECONDS: i64 = 3600;

#[derive(Debug, FromQueryResult)]
pub(super) struct Kept {
    domain: String,
    pub ready: bool,
    findings: Json,
    checked_at: Timestamp,
}

impl Kept {
    /// As a report again.
    pub fn report(&self) -> Result<Report> {
        let shape = |e: serde_json::Error| StoreError::Shape {
            what: "domain_check.findings".to_owned(),
            why: e.to_string(),
        };
        let findings: Vec<Finding> = serde_json::from_value(self.findings.clone()).map_err(shape)?;
        Ok(Report::new(&self.domain, findings, self.ready, self.checked_at))
    }
}

/// What was found of a domain when it was looked at last.
pub(super) async fn kept(db: &impl Source, space: WorkspaceId, domain: &str) -> Result<Option<Kept>> {
    let text =
        "SELECT domain, ready, findings, checked_at FROM domain_check WHERE workspace_id = ? AND domain = ?";
    Sql::with(db.engine(), text, [space.into(), domain.into()]).one(db.conn()).await
}

/// `passed`, `failed`, or `unchecked`.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn state_of(db: &impl Source, space: WorkspaceId, domain: &str) -> Result<&'static str> {
    Ok(match kept(db, space, domain).await? {
        None => "unchecked",
        Some(check) if check.ready => "passed",
        Some(_) => "failed",
    })
}

/// Looks at a domain, keeps what was found, and opens or shuts the gate.
pub(super) async fn check(app: &App, space: WorkspaceId, domain: &str, by: Actor) -> Answer<Report> {
    let report = look(app, space, domain).await?;
    let before = kept(&app.db, space, domain).await?.map(|check| check.ready);
    let mailboxes = real_mailboxes(&app.db, space).await?;
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    let text = "INSERT INTO domain_check (workspace_id, domain, ready, findings, checked_at) VALUES (?, ?, ?, ?, ?) \
                ON CONFLICT (workspace_id, domain) DO UPDATE SET ready = excluded.ready, findings = excluded.findings, \
                checked_at = excluded.checked_at";
    let values =
        [space.into(), domain.into(), report.ready.into(), json!(report.findings).into(), now.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    for mailbox in mailboxes.iter().filter(|m| m.domain() == domain && m.domain_state != "exempt") {
        open_or_shut(&tx, space, mailbox.id, report.ready, now).await?;
    }
    if before != Some(report.ready) {
        let event = NewEvent::now(space, DOMAIN_CHECKED, by, now);
        tx.record(event.with(json!({ "domain": domain, "ready": report.ready }))).await?;
    }
    tx.commit().await?;
    Ok(report)
}

async fn open_or_shut(
    tx: &WriteTx,
    space: WorkspaceId,
    mailbox: kernel::MailboxId,
    ready: bool,
    now: Timestamp,
) -> Result<()> {
    let state = if ready { "passed" } else { "failed" };
    let text =
        "UPDATE mailbox SET domain_state = ? WHERE id = ? AND workspace_id = ? AND domain_state <> 'exempt'";
    let values = [state.into(), mailbox.into(), space.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    if !ready {
        return Ok(());
    }
    let text = "UPDATE mailbox SET next_slot_at = ? WHERE id = ? AND workspace_id = ? AND next_slot_at > ?";
    let values = [now.into(), mailbox.into(), space.into(), now.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let text = "UPDATE message SET due_at = ?, reason = NULL WHERE state = 'queued' AND mailbox_id = ? AND workspace_id = ? \
                AND reason = ?";
    let values = [now.into(), mailbox.into(), space.into(), DOMAIN_UNREADY.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Looks again at one domain whose mailboxes wait for that, or whose check is old. Answers how many.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn look_again(app: &App) -> Answer<usize> {
    if app.config.closed_network {
        return Ok(0);
    }
    let now = app.clock.now();
    let text = "SELECT DISTINCT workspace_id, address FROM mailbox WHERE deleted_at IS NULL AND kind = 'real' \
                AND domain_state <> 'exempt'";
    let rows = Sql::new(app.db.engine(), text).rows(app.db.read()).await?;
    for row in rows {
        let (space, address): (WorkspaceId, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let domain = crate::mailbox::domain_of(&address);
        let due = match kept(&app.db, space, &domain).await? {
            None => true,
            Some(check) => {
                let rest = if check.ready { READY_SECONDS } else { UNREADY_SECONDS };
                now.seconds_since(check.checked_at) >= rest
            }
        };
        if due {
            check(app, space, &domain, Actor::System).await?;
            return Ok(1);
        }
    }
    Ok(0)
}
