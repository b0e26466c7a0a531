//! Who is not to be written to, as the log tells of it: outreach keeps that list, and this room may not ask it.

use std::collections::HashSet;

use kernel::{EmailAddress, PersonId, WorkspaceId};
use records::events;
use sha2::{Digest, Sha256};
use store::db::Source;
use store::reaction::Reaction;
use store::{Event, Result, Sql, WriteTx};

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// The reaction.
#[must_use]
pub fn reaction() -> Reaction {
    const KINDS: &[&str] = &[events::CONTACT_SUPPRESSED, events::CONTACT_SUPPRESSION_LIFTED];
    Reaction::each("prospecting.channel_blocks", KINDS, |event, tx| Box::pin(react(event, tx)))
}

fn hash(workspace: WorkspaceId, scope: &str, key: &str) -> String {
    hex::encode(Sha256::digest(format!("{workspace}\n{scope}\n{key}")))
}

async fn react(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let said = |key: &str| event.payload[key].as_str();
    let scope = said("scope").unwrap_or_default();
    let key = match scope {
        "person" => event.person_id.map(|person| person.to_string()),
        "address" => said("text").and_then(|t| EmailAddress::parse(t).ok()).map(|a| a.suppression_key()),
        _ => said("text").map(str::to_owned),
    };
    let Some(key) = key else { return Ok(()) };
    let text = if event.kind == events::CONTACT_SUPPRESSED {
        "INSERT INTO channel_block (workspace_id, key_hash) VALUES (?, ?) ON CONFLICT DO NOTHING"
    } else {
        "DELETE FROM channel_block WHERE workspace_id = ? AND key_hash = ?"
    };
    let values = [event.workspace_id.into(), hash(event.workspace_id, scope, &key).into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// How far the list reaches for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barred {
    /// Not at all.
    Nothing,
    /// Their address, or its domain: no mail.
    Mail,
    /// Themselves: nothing at all.
    Person,
}

/// How far the list reaches for whom these keys stand.
#[must_use]
pub fn reach(keys: &[String], blocked: &HashSet<String>) -> Barred {
    match keys.iter().position(|key| blocked.contains(key)) {
        None => Barred::Nothing,
        Some(0) => Barred::Person,
        Some(_) => Barred::Mail,
    }
}

/// What of a person may be on the list: themselves first, then their address, its domain and the domains above.
#[must_use]
pub fn keys_of(workspace: WorkspaceId, person: PersonId, email: Option<&str>) -> Vec<String> {
    let mut keys = vec![hash(workspace, "person", &person.to_string())];
    if let Some(address) = email.and_then(|e| EmailAddress::parse(e).ok()) {
        keys.push(hash(workspace, "address", &address.suppression_key()));
        let labels: Vec<&str> = address.domain().split('.').collect();
        keys.extend((0..labels.len() - 1).map(|n| hash(workspace, "domain", &labels[n..].join("."))));
    }
    keys
}

/// Which of these keys are on the list.
///
/// # Errors
/// Whatever the database says.
pub async fn among(db: &impl Source, workspace: WorkspaceId, keys: Vec<String>) -> Result<HashSet<String>> {
    let mut sql = Sql::new(db.engine(), "SELECT key_hash FROM channel_block WHERE workspace_id = ");
    sql.bind(workspace).push(" AND key_hash IN ").bind_list(keys.into_iter().map(Into::into));
    let rows = sql.rows(db.conn()).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}
