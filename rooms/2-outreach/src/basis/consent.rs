//! Consents as they were given: how, when, in what words; confirmed, or taken back. Also the words of somebody of ours
//! that what is written to a person is no advertisement.

use kernel::{LeadArrivalId, PersonId, Timestamp, UserId, WorkspaceId};
use prospecting::inbound::arrival;
use records::events;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::json;
use store::db::Source;
use store::{Actor, Event, NewEvent, Result, Sql, Subject, WriteTx};
use uuid::Uuid;

use super::law::Ground;
use super::notice::rules::first_look;

pub use events::{CONSENT_GIVEN, CONSENT_WITHDRAWN};

/// A consent, or a word that something is no advertisement.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Consent {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub person_id: PersonId,
    /// `consent` or `not_advertising`.
    pub kind: String,
    /// When it was given.
    pub given_at: Timestamp,
    /// How: a form, a call, a business card with a word on it.
    pub how: String,
    /// In what words; for what is no advertisement, why it is none.
    pub wording: String,
    /// When it was confirmed last: in Korea every two years.
    pub confirmed_at: Option<Timestamp>,
    /// Taken back since then.
    pub withdrawn_at: Option<Timestamp>,
    /// Why.
    pub withdrawn_why: Option<String>,
    /// What came in through a form and held it.
    pub arrival_id: Option<Uuid>,
    /// Who put it on record, if a member did.
    pub created_by: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
}

const COLUMNS: &str = "id, person_id, kind, given_at, how, wording, confirmed_at, withdrawn_at, withdrawn_why, arrival_id, \
    created_by, created_at";

/// Consents of a person, the newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn of_person(db: &impl Source, workspace: WorkspaceId, person: PersonId) -> Result<Vec<Consent>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM consent WHERE ");
    sql.push_with("person_id = ? AND workspace_id = ?", [person.into(), workspace.into()]);
    sql.push(" ORDER BY given_at DESC, created_at DESC");
    sql.all(db.conn()).await
}

/// What is put on record.
#[derive(Debug, Clone)]
pub struct NewConsent {
    /// [`Ground::Consent`] or [`Ground::NotAdvertising`].
    pub ground: Ground,
    /// When it was given.
    pub given_at: Timestamp,
    /// How.
    pub how: String,
    /// In what words.
    pub wording: String,
    /// What came in and held it.
    pub arrival: Option<Uuid>,
}

/// Puts a consent on record. Answers its id; `None` when that arrival's is there already.
///
/// # Errors
/// Whatever the database says.
pub async fn put(
    tx: &mut WriteTx,
    (workspace, actor): (WorkspaceId, Actor),
    person: PersonId,
    new: &NewConsent,
    now: Timestamp,
) -> Result<Option<Uuid>> {
    let id = Uuid::now_v7();
    let kind = if new.ground == Ground::NotAdvertising { "not_advertising" } else { "consent" };
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO consent (id, workspace_id, person_id, kind, given_at, how, wording, arrival_id, created_by, created_at, confirm_at) VALUES ",
    );
    sql.bind_list([
        id.into(),
        workspace.into(),
        person.into(),
        kind.into(),
        new.given_at.into(),
        new.how.clone().into(),
        new.wording.clone().into(),
        new.arrival.into(),
        actor.user().into(),
        now.into(),
        (kind == "consent").then(|| first_look(new.given_at)).into(),
    ]);
    sql.push(" ON CONFLICT DO NOTHING");
    if sql.run(tx.conn()).await? == 0 {
        return Ok(None);
    }
    let event = NewEvent::now(workspace, CONSENT_GIVEN, actor, now).about(about(person, id));
    let payload = json!({ "kind": kind, "how": new.how, "given_at": new.given_at, "confirmed": false });
    tx.record(event.with(payload)).await?;
    Ok(Some(id))
}

fn about(person: PersonId, id: Uuid) -> Subject {
    Subject { person: Some(person), row: Some(id), ..Subject::default() }
}

/// Notes that a person was told again at an instant what they agreed to, and did not object. Answers whether there is such a
/// consent.
///
/// # Errors
/// Whatever the database says.
pub async fn confirm(
    tx: &mut WriteTx,
    (workspace, actor): (WorkspaceId, Actor),
    id: Uuid,
    at: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let text = "UPDATE consent SET confirmed_at = ?, confirm_at = ? WHERE id = ? AND workspace_id = ? AND kind = 'consent' \
                AND withdrawn_at IS NULL RETURNING person_id, how, given_at";
    let values = [at.into(), first_look(at).into(), id.into(), workspace.into()];
    let rows = Sql::with(tx.engine(), text, values).rows(tx.conn()).await?;
    let Some(row) = rows.first() else { return Ok(false) };
    let (person, how, given_at): (PersonId, String, Timestamp) =
        (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    let event = NewEvent::now(workspace, CONSENT_GIVEN, actor, now).about(about(person, id));
    let payload = json!({ "kind": "consent", "how": how, "given_at": given_at, "confirmed": true });
    tx.record(event.with(payload)).await?;
    Ok(true)
}

/// Takes consents back: the one that is named, or all that the person gave. Answers how many there were.
///
/// # Errors
/// Whatever the database says.
pub async fn withdraw(
    tx: &mut WriteTx,
    (workspace, actor): (WorkspaceId, Actor),
    which: Which,
    why: &str,
    now: Timestamp,
) -> Result<usize> {
    let text = "UPDATE consent SET withdrawn_at = ?, withdrawn_why = ?, confirm_at = NULL WHERE withdrawn_at IS NULL AND workspace_id = ? AND ";
    let mut sql = Sql::with(tx.engine(), text, [now.into(), why.into(), workspace.into()]);
    match which {
        Which::One(id) => sql.push("id = ").bind(id),
        Which::AllOf(person) => sql.push("kind = 'consent' AND person_id = ").bind(person),
    };
    sql.push(" RETURNING id, person_id, kind");
    let rows = sql.rows(tx.conn()).await?;
    for row in &rows {
        let (id, person, kind): (Uuid, PersonId, String) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let event = NewEvent::now(workspace, CONSENT_WITHDRAWN, actor, now).about(about(person, id));
        tx.record(event.with(json!({ "kind": kind, "reason": why }))).await?;
    }
    Ok(rows.len())
}

/// Which consents are taken back.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    /// This one.
    One(Uuid),
    /// All that a person gave.
    AllOf(PersonId),
}

/// Whether somebody agreed after this instant and did not take it back.
///
/// # Errors
/// Whatever the database says.
pub async fn given_since(
    db: &impl Source,
    workspace: WorkspaceId,
    people: &[PersonId],
    since: Timestamp,
) -> Result<bool> {
    let text = "SELECT 1 FROM consent WHERE kind = 'consent' AND withdrawn_at IS NULL AND given_at >= ? AND person_id IN ";
    let mut sql = Sql::with(db.engine(), text, [since.into()]);
    sql.bind_list(people.iter().map(|id| (*id).into())).push(" AND ").push_check("workspace_id", workspace);
    Ok(!people.is_empty() && !sql.rows(db.conn()).await?.is_empty())
}

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// What came in through a form holds the consent word by word: it is put on record with the person.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn keep_arrived(event: &Event, tx: &mut WriteTx) -> std::result::Result<(), Failed> {
    let (events::LEAD_ARRIVED, Some(person), Some(id)) =
        (event.kind.as_str(), event.person_id, event.subject_id)
    else {
        return Ok(());
    };
    let kept = arrival::consent(&*tx, event.workspace_id, LeadArrivalId(id)).await?;
    let Some((consented, source)) = kept else { return Ok(()) };
    let new = NewConsent {
        ground: Ground::Consent,
        given_at: consented.at.unwrap_or(event.at),
        how: source.unwrap_or_else(|| "form".to_owned()),
        wording: consented.text,
        arrival: Some(id),
    };
    put(tx, (event.workspace_id, Actor::Outside), person, &new, event.recorded_at).await?;
    Ok(())
}
