//! What came in, kept word by word: the values, the consent with its text, from where, and what became of it.

use http_room::App;
use http_room::door::Ticked;
use kernel::{CompanyId, LeadArrivalId, LeadFormId, PersonId, Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Result, Sql, WriteTx};

use super::arrive::Arrived;
use super::rules::SPAM_DAYS;

/// Somebody who got in touch, as it came in.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct LeadArrival {
    /// Its id.
    pub id: LeadArrivalId,
    /// Through which form; none for other systems.
    pub form_id: Option<LeadFormId>,
    /// What the form is called.
    pub form_name: Option<String>,
    /// `arrived` or `spam`.
    pub state: String,
    /// `trap_filled` or `too_quick`.
    pub spam_reason: Option<String>,
    /// What was filled in or sent, word by word.
    #[schema(value_type = Object)]
    pub given: Json,
    /// The source new records got.
    pub source: Option<String>,
    /// Its id in the system it comes from.
    pub external_id: Option<String>,
    /// The language of the page.
    pub locale: Option<String>,
    /// What they agreed to, as they read it.
    pub consent_text: Option<String>,
    /// Which wording of it.
    pub consent_version: Option<i64>,
    /// When they agreed.
    pub consented_at: Option<Timestamp>,
    /// The network address it came from.
    pub address: Option<String>,
    /// What the browser called itself.
    pub user_agent: Option<String>,
    /// Who it was.
    pub person_id: Option<PersonId>,
    /// Their name.
    pub person_name: Option<String>,
    /// Where they work.
    pub company_id: Option<CompanyId>,
    /// Its name.
    pub company_name: Option<String>,
    /// What was made and filled in.
    #[schema(value_type = Option<Arrived>)]
    pub outcome: Option<Json>,
    /// When it came in.
    pub created_at: Timestamp,
}

/// Columns of [`LeadArrival`].
pub const COLUMNS: &str = "id, form_id, form_name, \
    state, spam_reason, given, source, CASE WHEN form_id IS NULL THEN external_id END AS external_id, locale, consent_text, \
    consent_version, consented_at, address, user_agent, person_id, \
    (SELECT p.name FROM person p WHERE p.id = lead_arrival.person_id) AS person_name, company_id, \
    (SELECT c.name FROM company c WHERE c.id = lead_arrival.company_id) AS company_name, outcome, created_at";

/// A consent as it was given.
#[derive(Debug, Clone, Default)]
pub struct Consented {
    /// The text they read.
    pub text: String,
    /// Which wording of it.
    pub version: Option<i64>,
    /// When.
    pub at: Option<Timestamp>,
}

/// What came in, before it is kept.
#[derive(Debug, Clone)]
pub struct Coming {
    /// To whom.
    pub workspace: WorkspaceId,
    /// Through which form: its id and name.
    pub form: Option<(LeadFormId, String)>,
    /// What tells one sender's ids from another's.
    pub origin: String,
    /// The id by which a second sending is known.
    pub external_id: Option<String>,
    /// Why it is taken for spam.
    pub spam_reason: Option<&'static str>,
    /// What was sent.
    pub given: Json,
    /// The source new records get.
    pub source: Option<String>,
    /// The language of the page.
    pub locale: Option<&'static str>,
    /// What they agreed to.
    pub consent: Option<Consented>,
    /// From where.
    pub visitor: Option<http_room::Visitor>,
    /// When.
    pub now: Timestamp,
}

/// Keeps what came in. `None` when the same was sent before.
///
/// # Errors
/// Whatever the database says.
pub async fn reserve(tx: &WriteTx, coming: &Coming) -> Result<Option<LeadArrivalId>> {
    let id = LeadArrivalId::new();
    let consent = coming.consent.clone().unwrap_or_default();
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO lead_arrival (id, workspace_id, form_id, form_name, origin, external_id, state, spam_reason, given, source, locale, \
         consent_text, consent_version, consented_at, address, user_agent, created_at) VALUES ",
    );
    sql.bind_list([
        id.into(),
        coming.workspace.into(),
        coming.form.as_ref().map(|(id, _)| *id).into(),
        coming.form.as_ref().map(|(_, name)| name.clone()).into(),
        coming.origin.clone().into(),
        coming.external_id.clone().into(),
        (if coming.spam_reason.is_some() { "spam" } else { "arrived" }).into(),
        coming.spam_reason.map(str::to_owned).into(),
        coming.given.clone().into(),
        coming.source.clone().into(),
        coming.locale.map(str::to_owned).into(),
        coming.consent.as_ref().map(|_| consent.text).into(),
        consent.version.into(),
        coming.consent.as_ref().map(|c| c.at.unwrap_or(coming.now)).into(),
        coming.visitor.as_ref().map(|v| v.address.clone()).into(),
        coming.visitor.as_ref().map(|v| v.user_agent.chars().take(500).collect::<String>()).into(),
        coming.now.into(),
    ]);
    sql.push(" ON CONFLICT (workspace_id, origin, external_id) DO NOTHING");
    Ok((sql.run(tx.conn()).await? == 1).then_some(id))
}

/// The consent that came in, if one did, and from where it came.
///
/// # Errors
/// Whatever the database says.
pub async fn consent(
    db: &impl Source,
    workspace: WorkspaceId,
    id: LeadArrivalId,
) -> Result<Option<(Consented, Option<String>)>> {
    let text = "SELECT consent_text, consent_version, consented_at, source FROM lead_arrival \
                WHERE id = ? AND workspace_id = ? AND consented_at IS NOT NULL";
    let rows = Sql::with(db.engine(), text, [id.into(), workspace.into()]).rows(db.conn()).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let text: Option<String> = row.try_get_by_index(0)?;
    let consented = Consented {
        text: text.unwrap_or_default(),
        version: row.try_get_by_index(1)?,
        at: row.try_get_by_index(2)?,
    };
    Ok(Some((consented, row.try_get_by_index(3)?)))
}

/// Takes back that something is spam. `false` when it is none, or somebody else was quicker.
///
/// # Errors
/// Whatever the database says.
pub async fn clear(tx: &WriteTx, workspace: WorkspaceId, id: LeadArrivalId) -> Result<bool> {
    let text = "UPDATE lead_arrival SET state = 'arrived', spam_reason = NULL WHERE id = ? AND workspace_id = ? AND state = 'spam'";
    Ok(Sql::with(tx.engine(), text, [id.into(), workspace.into()]).run(tx.conn()).await? == 1)
}

/// Keeps what became of it.
///
/// # Errors
/// Whatever the database says.
pub async fn settle(tx: &WriteTx, workspace: WorkspaceId, id: LeadArrivalId, done: &Arrived) -> Result<()> {
    let text = "UPDATE lead_arrival SET person_id = ?, company_id = ?, outcome = ? WHERE id = ? AND workspace_id = ?";
    let values =
        [done.person_id.into(), done.company_id.into(), json!(done).into(), id.into(), workspace.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// What became of the one that was sent before under this id.
///
/// # Errors
/// Whatever the database says.
pub async fn outcome_of(
    db: &impl Source,
    workspace: WorkspaceId,
    origin: &str,
    external_id: &str,
) -> Result<Option<Json>> {
    let text = "SELECT outcome FROM lead_arrival WHERE workspace_id = ? AND origin = ? AND external_id = ?";
    let values = [workspace.into(), origin.into(), external_id.into()];
    Ok(Sql::with(db.engine(), text, values).scalar::<Option<Json>>(db.conn()).await?.flatten())
}

/// How many came in through a form since an instant: from one network address, and in all.
///
/// # Errors
/// Whatever the database says.
pub async fn since(
    db: &impl Source,
    form: LeadFormId,
    address: &str,
    since: Timestamp,
) -> Result<(i64, i64)> {
    let text = "SELECT COALESCE(SUM(CASE WHEN address = ? THEN 1 ELSE 0 END), 0), COUNT(*) FROM lead_arrival \
                WHERE form_id = ? AND created_at > ?";
    let rows =
        Sql::with(db.engine(), text, [address.into(), form.into(), since.into()]).rows(db.conn()).await?;
    let Some(row) = rows.first() else { return Ok((0, 0)) };
    Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))
}

/// One arrival of a workspace.
///
/// # Errors
/// Whatever the database says.
pub async fn find(
    db: &impl Source,
    workspace: WorkspaceId,
    id: LeadArrivalId,
) -> Result<Option<LeadArrival>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM lead_arrival WHERE ");
    sql.push_with("id = ? AND workspace_id = ?", [id.into(), workspace.into()]);
    sql.one(db.conn()).await
}

/// Forgets spam nobody asked for; answers how much.
///
/// # Errors
/// Whatever the database says.
pub async fn forget_spam(app: App) -> Ticked {
    let tx = app.db.write_tx().await?;
    let before = app.clock.now().plus_days(-SPAM_DAYS);
    let text = "DELETE FROM lead_arrival WHERE id IN \
                (SELECT id FROM lead_arrival WHERE state = 'spam' AND created_at < ? LIMIT 1000)";
    let gone = Sql::with(tx.engine(), text, [before.into()]).run(tx.conn()).await?;
    tx.commit().await?;
    Ok(usize::try_from(gone)?)
}
