//! Forms, as a manager sets them up and as they are kept.

use base64::Engine as _;
use http_room::Answer;
use kernel::{LeadFormId, Timestamp, UserId, WorkspaceId};
use rand::Rng as _;
use records::Kind;
use records::custom_field::{self, Label};
use sea_orm::{FromQueryResult, TryGetableFromJson};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::db::Source;
use store::{Result, Sql, WriteTx};

use super::ask::OwnFields;

/// Leads an hour from one network address when nothing is set.
pub const PER_ADDRESS: i64 = 10;
/// Leads an hour through one form when nothing is set.
pub const PER_FORM: i64 = 200;

/// A field a form asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// `person.email`, `company.custom.size`, `message`.
    pub field: String,
    /// Whether it must be filled in.
    #[serde(default)]
    pub required: bool,
    /// What the form calls it, when not by its own name.
    #[serde(default)]
    pub label: Option<Label>,
}

/// What a form says. An empty text takes the other language's, and then the usual one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormTexts {
    /// Above the form.
    pub title: Label,
    /// Below the title.
    pub intro: Label,
    /// On the button.
    pub button: Label,
    /// After it was sent.
    pub thanks: Label,
}

/// What somebody agrees to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormConsent {
    /// The text beside the tick.
    pub text: Label,
    /// Whether the form cannot be sent without.
    pub required: bool,
}

fn per_address() -> i64 {
    PER_ADDRESS
}

fn per_form() -> i64 {
    PER_FORM
}

fn yes() -> bool {
    true
}

/// A form, as a manager sets it up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LeadFormInput {
    /// What the team calls it.
    pub name: String,
    /// What it says.
    pub texts: FormTexts,
    /// What it asks for, in this order; `person.email` must be among them.
    pub fields: Vec<FormField>,
    /// What visitors agree to.
    #[serde(default)]
    pub consent: Option<FormConsent>,
    /// Where a visitor goes after sending, an https address; the thanks are shown when absent.
    #[serde(default)]
    pub redirect_url: Option<String>,
    /// The source new records get; the form's name when absent.
    #[serde(default)]
    pub source: Option<String>,
    /// Who gets the leads, in turn. Nobody: new companies are dealt out by the territories.
    #[serde(default)]
    pub owner_ids: Vec<UserId>,
    /// Leads an hour that one network address may send.
    #[serde(default = "per_address")]
    pub per_address: i64,
    /// Leads an hour that the form takes in all.
    #[serde(default = "per_form")]
    pub per_form: i64,
    /// Whether it is open.
    #[serde(default = "yes")]
    pub active: bool,
}

impl TryGetableFromJson for LeadFormInput {}

/// A form.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct LeadForm {
    /// Its id.
    pub id: LeadFormId,
    /// Whose.
    #[serde(skip)]
    pub workspace_id: WorkspaceId,
    /// The part of its public address that cannot be guessed.
    pub token: String,
    /// What was set up.
    pub content: LeadFormInput,
    /// Counts the wordings of its consent.
    pub consent_version: i64,
    /// Counts the leads given to its owners.
    #[serde(skip)]
    pub turn: i64,
    /// Counts changes.
    pub revision: i64,
    /// Made when.
    pub created_at: Timestamp,
    /// Changed last.
    pub updated_at: Timestamp,
    /// Where visitors find it.
    #[sea_orm(skip)]
    pub page_url: String,
}

const COLUMNS: &str =
    "id, workspace_id, token, content, consent_version, turn, revision, created_at, updated_at";

fn select(engine: store::Engine) -> Sql {
    let mut sql = Sql::new(engine, "SELECT ");
    sql.push(COLUMNS).push(" FROM lead_form WHERE deleted_at IS NULL AND ");
    sql
}

/// The forms of a workspace, the oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn all(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<LeadForm>> {
    let mut sql = select(db.engine());
    sql.push_with("workspace_id = ? ORDER BY id", [workspace.into()]);
    sql.all(db.conn()).await
}

/// One form of a workspace.
///
/// # Errors
/// Whatever the database says.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: LeadFormId) -> Result<Option<LeadForm>> {
    let mut sql = select(db.engine());
    sql.push_with("workspace_id = ? AND id = ?", [workspace.into(), id.into()]);
    sql.one(db.conn()).await
}

/// The form at a public address.
///
/// # Errors
/// Whatever the database says.
pub async fn by_token(db: &impl Source, token: &str) -> Result<Option<LeadForm>> {
    let mut sql = select(db.engine());
    sql.push_with("token = ?", [token.into()]);
    sql.one(db.conn()).await
}

/// 256 random bits in base64url.
fn new_token() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Writes a new form down; answers its id.
///
/// # Errors
/// Whatever the database says.
pub async fn insert(
    tx: &WriteTx,
    workspace: WorkspaceId,
    content: &LeadFormInput,
    now: Timestamp,
) -> Result<LeadFormId> {
    let id = LeadFormId::new();
    let text = "INSERT INTO lead_form (id, workspace_id, token, content, consent_version, turn, revision, created_at, updated_at) \
                VALUES (?, ?, ?, ?, 1, 0, 1, ?, ?)";
    let values =
        [id.into(), workspace.into(), new_token().into(), json!(content).into(), now.into(), now.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(id)
}

/// Writes a form anew. Another wording of the consent is another version of it.
///
/// # Errors
/// Whatever the database says.
pub async fn update(tx: &WriteTx, before: &LeadForm, content: &LeadFormInput, now: Timestamp) -> Result<()> {
    let wording = |c: &LeadFormInput| c.consent.as_ref().map(|c| c.text.clone());
    let version = before.consent_version + i64::from(wording(&before.content) != wording(content));
    let text = "UPDATE lead_form SET content = ?, consent_version = ?, revision = revision + 1, updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values =
        [json!(content).into(), version.into(), now.into(), before.id.into(), before.workspace_id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Takes a form away; what came in through it stays.
///
/// # Errors
/// Whatever the database says.
pub async fn remove(tx: &WriteTx, form: &LeadForm, now: Timestamp) -> Result<()> {
    let text =
        "UPDATE lead_form SET deleted_at = ?, revision = revision + 1 WHERE id = ? AND workspace_id = ?";
    let values = [now.into(), form.id.into(), form.workspace_id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Whose turn it is among the owners who are still members, and moves the turn on.
///
/// # Errors
/// Whatever the database says.
pub async fn next_owner(tx: &WriteTx, form: &LeadForm) -> Result<Option<UserId>> {
    let mut owners = Vec::new();
    for owner in &form.content.owner_ids {
        if records::workspace::is_member(tx, form.workspace_id, *owner).await? {
            owners.push(*owner);
        }
    }
    if owners.is_empty() {
        return Ok(None);
    }
    let text = "UPDATE lead_form SET turn = turn + 1 WHERE id = ? AND workspace_id = ? RETURNING turn";
    let values = [form.id.into(), form.workspace_id.into()];
    let turn: Option<i64> = Sql::with(tx.engine(), text, values).scalar(tx.conn()).await?;
    Ok(super::rules::in_turn(&owners, turn.unwrap_or(1)))
}

/// The fields of a workspace's own.
///
/// # Errors
/// Whatever the database says.
pub async fn own_fields(db: &impl Source, workspace: WorkspaceId) -> Answer<OwnFields> {
    Ok(OwnFields {
        person: custom_field::in_use(db, workspace, Kind::Person).await?,
        company: custom_field::in_use(db, workspace, Kind::Company).await?,
    })
}
