//! The desk at which a rep finds out about companies, one after the other.
//!
//! The `queue` hands out the best company that fits and is not researched yet, and holds it for its rep so that
//! no two work on the same. `read` puts on the desk what is asked of it: the five items of research, the fields
//! its fit is judged by, and fields of the workspace's own that are asked. Each `answer` keeps where it is known
//! from and can be taken back; the score is known at once. A `verdict` ends it: done, later, does not fit.
//! `prospects` lists the people there, with what their titles say of their roles; `head_count` keeps how many are
//! known. What is *not* here: need, budget, authority and timing (qualification), and writing to anybody (outreach).

pub mod answer;
pub mod head_count;
pub mod prospects;
pub mod queue;
pub mod read;
pub mod routes;
pub mod rules;
pub mod titles;
pub mod verdict;

use http_room::Answer;
use kernel::{CompanyId, DealId, Timestamp, UserId, WorkspaceId};
use process::deal_row::{self, DealRow};
use process::facts::EvidenceKind;
use records::Kind;
use records::company::Company;
use records::write::{self, Author};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use store::Reference;
use store::WriteTx;
use store::reference::KeyPart;
use uuid::Uuid;

/// Columns that name a company.
pub const REFERENCES: &[Reference] = &[
    Reference {
        key: &[KeyPart::Id("company_id")],
        stays: Some("EXISTS (SELECT 1 FROM research_desk o WHERE o.company_id = ?)"),
        ..Reference::by_id("research_desk", "company_id", "company")
    },
    Reference::by_id("company_answer", "company_id", "company"),
];

/// Seconds a company is held for a rep after their last answer.
pub const HELD_SECONDS: i64 = 20 * 60;

/// What kind of question it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// One of the five items of research; answered in words, with a source.
    Item,
    /// A field of the company.
    Field,
}

/// A question, and what is known.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Question {
    /// `item.trigger`, or the name of a field: `employees`, `custom.crm`.
    pub key: String,
    /// Words or a field.
    pub kind: QuestionKind,
    /// Whether the profile counts it.
    pub scored: bool,
    /// Whether nothing more has to be found out.
    pub answered: bool,
    /// What is known; null when nothing is.
    #[schema(value_type = Object)]
    pub value: Json,
    /// Who answered it at the desk, when, and from what; null when it came another way.
    pub known: Option<Known>,
}

/// Where an answer is known from.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Known {
    /// The answer.
    pub answer_id: Uuid,
    /// By whom.
    pub by: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// How.
    pub kind: EvidenceKind,
    /// How sure it made us when it was fresh, 0 to 1.
    pub confidence: f64,
    /// Where it stands.
    pub url: Option<String>,
    /// The words it rests on.
    pub quote: Option<String>,
}

/// The deal that keeps what research finds.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DeskDeal {
    /// Which.
    pub id: DealId,
    /// Where it stands.
    pub stage: String,
    /// `open`, `lost`, …
    pub status: String,
    /// Whose it is.
    pub owner_id: Option<UserId>,
    /// Criteria of its gate that are not met.
    #[schema(value_type = Vec<String>)]
    pub missing: Json,
}

/// How far a company is.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Standing {
    /// `open`, `done`, `later`, `unfit`.
    pub state: String,
    /// Why it does not fit, or is put off.
    pub reason: Option<String>,
    /// When it comes back.
    pub wake_at: Option<Timestamp>,
    /// Who is at work on it.
    pub held_by: Option<UserId>,
    /// Until when.
    pub held_until: Option<Timestamp>,
    /// Whose verdict it was.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<Timestamp>,
}

/// A company on the desk.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Desk {
    /// The company, its fit included.
    pub company: Company,
    /// Its open deal, else its newest; null while it is in the pool.
    pub deal: Option<DeskDeal>,
    /// What is asked, in order.
    pub questions: Vec<Question>,
    /// Items of research with a source.
    pub sourced: u32,
    /// Items that must have one before anybody is written to.
    pub needed: u32,
    /// Whether nothing is left to find out.
    pub complete: bool,
    /// How far it is.
    pub standing: Standing,
    /// The newest answer, which can be taken back.
    pub last_answer: Option<Uuid>,
}

/// The open deal of a company, or a new one in prospecting: research is kept with it.
///
/// # Errors
/// Whatever the database says.
pub async fn deal_of(tx: &mut WriteTx, by: &Author, company: &Company) -> Answer<DealRow> {
    if let Some(known) =
        read::deals(tx, by.workspace, company.id).await?.into_iter().find(|d| d.status == "open")
        && let Some(row) = deal_row::hold(tx, by.workspace, known.id).await?
    {
        return Ok(row);
    }
    let mut sent = Map::new();
    sent.insert("name".to_owned(), json!(company.name));
    sent.insert("company_id".to_owned(), json!(company.id));
    let id = DealId(write::create(tx, by, Kind::Deal, &sent).await?);
    process::settle::settle(tx, by.workspace, id, by.now).await?;
    let row = deal_row::hold(tx, by.workspace, id).await?;
    row.ok_or_else(|| http_room::Problem::not_found("deal"))
}

/// A company that is not deleted, held until the transaction ends.
pub(crate) async fn held(tx: &WriteTx, workspace: WorkspaceId, id: CompanyId) -> Answer<Company> {
    let found = crate::scoring::hold(tx, workspace, &[id].into()).await?.pop();
    found.ok_or_else(|| http_room::Problem::not_found("company"))
}

/// Who writes.
pub(crate) async fn author(tx: &WriteTx, me: &http_room::Member, now: Timestamp) -> Answer<Author> {
    let currency = deal_row::workspace(tx, me.workspace).await?.currency();
    Ok(Author { workspace: me.workspace, actor: me.actor(), now, cause: None, currency })
}
