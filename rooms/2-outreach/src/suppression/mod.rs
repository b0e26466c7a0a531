//! Who must not be written to: asked at enrolling, planning and claiming, kept for good.

mod routes;

use std::collections::BTreeSet;

use kernel::{EmailAddress, MessageId, PersonId, Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::db::Source;
use store::{Actor, NewEvent, Result, Sql, Subject, WriteTx};
use uuid::Uuid;

pub use routes::routes;

use crate::basis::consent::{self, Which};
use crate::enrolment::people_behind;

pub use records::events::CONTACT_SUPPRESSED as SUPPRESSED;
pub use records::events::CONTACT_SUPPRESSION_LIFTED as SUPPRESSION_LIFTED;

/// How far a suppression reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// One address in all its spellings.
    Address,
    /// A person with all addresses.
    Person,
    /// Every address of a domain.
    Domain,
}

impl Scope {
    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Person => "person",
            Self::Domain => "domain",
        }
    }
}

/// Why somebody must not be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// They asked for it.
    Unsubscribe,
    /// They pressed "spam".
    Complaint,
    /// The address does not exist.
    HardBounce,
    /// They threatened or accused.
    Hostile,
    /// One of us said so.
    ByHand,
}

impl Reason {
    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Unsubscribe => "unsubscribe",
            Self::Complaint => "complaint",
            Self::HardBounce => "hard_bounce",
            Self::Hostile => "hostile",
            Self::ByHand => "by_hand",
        }
    }
}

/// An entry of the list.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Suppression {
    /// Its id.
    pub id: Uuid,
    /// `address`, `person`, `domain`.
    pub scope: String,
    /// The address or domain; empty once erased.
    pub text: Option<String>,
    /// The person, for that scope.
    pub person_id: Option<PersonId>,
    /// `unsubscribe`, `complaint`, `hard_bounce`, `hostile`, `by_hand`.
    pub reason: String,
    /// In somebody's words.
    pub note: Option<String>,
    /// The mail that caused it.
    pub message_id: Option<MessageId>,
    /// Who entered it, if a member did.
    pub created_by: Option<UserId>,
    /// Since when.
    pub created_at: Timestamp,
    /// No longer in force since then.
    pub lifted_at: Option<Timestamp>,
    /// Who lifted it.
    pub lifted_by: Option<UserId>,
    /// Why.
    pub lift_reason: Option<String>,
}

pub(crate) const COLUMNS: &str = "id, scope, text, person_id, reason, note, message_id, created_by, created_at, lifted_at, \
    lifted_by, lift_reason";

/// What is to be suppressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One address.
    Address(EmailAddress),
    /// A person.
    Person(PersonId),
    /// A domain, lower case.
    Domain(String),
}

impl Target {
    fn parts(&self) -> (Scope, String, Option<String>, Option<PersonId>) {
        match self {
            Self::Address(address) => (Scope::Address, address.suppression_key(), Some(address.key()), None),
            Self::Person(id) => (Scope::Person, id.to_string(), None, Some(*id)),
            Self::Domain(domain) => (Scope::Domain, domain.clone(), Some(domain.clone()), None),
        }
    }
}

/// The hash under which an entry is found, of the workspace and the key, so that it outlives erasure.
fn key_hash(workspace: WorkspaceId, scope: Scope, key: &str) -> String {
    hex::encode(Sha256::digest(format!("{workspace}\n{}\n{key}", scope.key())))
}

/// Everything under which an entry would keep this address and person from being written to.
fn keys(workspace: WorkspaceId, address: Option<&EmailAddress>, person: Option<PersonId>) -> Vec<String> {
    let mut keys = Vec::new();
    if let Some(address) = address {
        keys.push(key_hash(workspace, Scope::Address, &address.suppression_key()));
        let labels: Vec<&str> = address.domain().split('.').collect();
        let domains = (0..labels.len().saturating_sub(1)).map(|n| labels[n..].join("."));
        keys.extend(domains.map(|d| key_hash(workspace, Scope::Domain, &d)));
    }
    keys.extend(person.map(|p| key_hash(workspace, Scope::Person, &p.to_string())));
    keys
}

/// Why this address or person must not be written to, if so.
///
/// # Errors
/// Whatever the database says.
pub async fn in_force(
    db: &impl Source,
    workspace: WorkspaceId,
    address: Option<&EmailAddress>,
    person: Option<PersonId>,
) -> Result<Option<String>> {
    Ok(in_force_of(db, workspace, &[(address, person)]).await?.pop().flatten())
}

/// The same for many, in their order: the reason of the oldest entry that speaks.
///
/// # Errors
/// Whatever the database says.
pub async fn in_force_of(
    db: &impl Source,
    workspace: WorkspaceId,
    whom: &[(Option<&EmailAddress>, Option<PersonId>)],
) -> Result<Vec<Option<String>>> {
    let theirs: Vec<Vec<String>> = whom.iter().map(|(a, p)| keys(workspace, *a, *p)).collect();
    let asked: BTreeSet<&String> = theirs.iter().flatten().collect();
    if asked.is_empty() {
        return Ok(vec![None; whom.len()]);
    }
    let text = "SELECT key_hash, reason FROM suppression WHERE lifted_at IS NULL AND workspace_id = ";
    let mut sql = Sql::new(db.engine(), text);
    sql.bind(workspace).push(" AND key_hash IN ").bind_list(asked.into_iter().map(|key| key.clone().into()));
    sql.push(" ORDER BY created_at");
    let mut found: Vec<(String, String)> = Vec::new();
    for row in sql.rows(db.conn()).await? {
        found.push((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
    }
    let reason =
        |keys: &Vec<String>| found.iter().find(|(key, _)| keys.contains(key)).map(|(_, why)| why.clone());
    Ok(theirs.iter().map(reason).collect())
}

/// Who asks for a suppression, and why.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Whose list.
    pub workspace: WorkspaceId,
    /// Who.
    pub actor: Actor,
    /// Why.
    pub reason: Reason,
    /// In whose words.
    pub note: Option<String>,
    /// The mail that caused it.
    pub message: Option<MessageId>,
    /// When.
    pub now: Timestamp,
}

/// Suppresses, in the caller's transaction; a second time it changes nothing. Answers the new entry's id.
///
/// # Errors
/// Whatever the database says.
pub async fn suppress(tx: &mut WriteTx, target: &Target, entry: &Entry) -> Result<Option<Uuid>> {
    let (scope, key, text, person) = target.parts();
    let id = Uuid::now_v7();
    let insert = "INSERT INTO suppression (id, workspace_id, scope, key_hash, text, person_id, reason, note, message_id, \
                  created_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    let values = [
        id.into(),
        entry.workspace.into(),
        scope.key().into(),
        key_hash(entry.workspace, scope, &key).into(),
        text.clone().into(),
        person.into(),
        entry.reason.key().into(),
        entry.note.clone().into(),
        entry.message.into(),
        entry.actor.user().into(),
        entry.now.into(),
    ];
    if Sql::with(tx.engine(), insert, values).run(tx.conn()).await? == 0 {
        return Ok(None);
    }
    let payload = json!({ "scope": scope, "text": text, "reason": entry.reason });
    let subject = Subject { person, row: Some(id), ..Subject::default() };
    let event = NewEvent::now(entry.workspace, SUPPRESSED, entry.actor, entry.now);
    tx.record(event.about(subject).with(payload)).await?;
    if matches!(entry.reason, Reason::Unsubscribe | Reason::Complaint) {
        for person in people_behind(tx, entry.workspace, target).await? {
            let by = (entry.workspace, entry.actor);
            consent::withdraw(tx, by, Which::AllOf(person), entry.reason.key(), entry.now).await?;
        }
    }
    Ok(Some(id))
}

/// Lifts what a correction of this reply had suppressed; what others asked for stays.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn lift_of_correction(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    reply: MessageId,
    actor: Actor,
    now: Timestamp,
) -> Result<()> {
    let text = "UPDATE suppression SET lifted_at = ?, lifted_by = ?, lift_reason = 'corrected' \
                WHERE workspace_id = ? AND message_id = ? AND created_by IS NOT NULL AND lifted_at IS NULL \
                AND reason IN ('unsubscribe', 'hostile') RETURNING id, scope, text, person_id";
    let values = [now.into(), actor.user().into(), workspace.into(), reply.into()];
    for row in Sql::with(tx.engine(), text, values).rows(tx.conn()).await? {
        let (id, scope): (Uuid, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let text: Option<String> = row.try_get_by_index(2)?;
        let subject = Subject { person: row.try_get_by_index(3)?, row: Some(id), ..Subject::default() };
        let event = NewEvent::now(workspace, SUPPRESSION_LIFTED, actor, now).about(subject);
        tx.record(event.with(json!({ "scope": scope, "text": text, "reason": "corrected" }))).await?;
    }
    Ok(())
}
