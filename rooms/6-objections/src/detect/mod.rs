//! Objections that mails, talks and questions on a page may hold: proposed, never written down by themselves. A person
//! takes or leaves each.

mod routes;
pub mod rules;

use kernel::{DealId, PersonId, Timestamp, WorkspaceId};
use offer::OFFER_FEEDBACK;
use records::events;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::db::Source;
use store::reaction::Reaction;
use store::{Event, Result, Sql, WriteTx};
use uuid::Uuid;

pub use routes::{ProposalVerdict, SettleProposal, routes};

use crate::objection;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// An objection that may be there.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct ObjectionProposal {
    /// Its id.
    pub id: Uuid,
    /// Of which deal.
    pub deal_id: DealId,
    /// Its name.
    pub deal_name: String,
    /// Who said it.
    pub person_id: Option<PersonId>,
    /// Their name.
    pub person_name: Option<String>,
    /// `mail`, `offer_page`.
    pub source: String,
    /// The mail, or the question.
    pub source_id: Uuid,
    /// What it sounds like.
    pub kind: String,
    /// The sentence.
    pub quote: String,
    /// `open`, `taken`, `left`.
    pub state: String,
    /// What it became.
    pub objection_id: Option<kernel::ObjectionId>,
    /// When it was said.
    pub at: Timestamp,
}

pub(crate) const COLUMNS: &str = "p.id, p.deal_id, d.name AS deal_name, p.person_id, q.name AS person_name, p.source, \
    p.source_id, p.kind, p.quote, p.state, p.objection_id, p.at FROM objection_proposal p \
    JOIN deal d ON d.id = p.deal_id LEFT JOIN person q ON q.id = p.person_id";

/// Where a text was said.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// In which deal.
    pub deal: DealId,
    /// By whom.
    pub person: Option<PersonId>,
    /// `mail`, `offer_page`.
    pub source: &'static str,
    /// The mail, or the question.
    pub id: Uuid,
    /// What.
    pub text: &'a str,
    /// When.
    pub at: Timestamp,
}

/// Proposes what a text may hold, each kind once. Answers how many are new.
///
/// # Errors
/// Whatever the database says.
pub async fn propose(tx: &WriteTx, workspace: WorkspaceId, said: &Said<'_>) -> Result<u64> {
    let mut new = 0;
    for one in rules::detect(said.text) {
        let text = "INSERT INTO objection_proposal (id, workspace_id, deal_id, person_id, source, source_id, kind, quote, state, at) \
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', ?) ON CONFLICT (source_id, kind) DO NOTHING";
        let values = [
            Uuid::now_v7().into(),
            workspace.into(),
            said.deal.into(),
            said.person.into(),
            said.source.into(),
            said.id.into(),
            one.kind.key().into(),
            one.quote.into(),
            said.at.into(),
        ];
        new += Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    }
    Ok(new)
}

/// How many proposals of a deal nobody has looked at.
///
/// # Errors
/// Whatever the database says.
pub async fn waiting(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Result<u32> {
    let text =
        "SELECT COUNT(*) FROM objection_proposal WHERE state = 'open' AND deal_id = ? AND workspace_id = ?";
    let count: Option<i64> =
        Sql::with(db.engine(), text, [deal.into(), workspace.into()]).scalar(db.conn()).await?;
    Ok(u32::try_from(count.unwrap_or(0)).unwrap_or(u32::MAX))
}

/// The reaction that reads what they write.
#[must_use]
pub fn reaction() -> Reaction {
    Reaction::each("objections.read_replies", &[events::REPLY_RECEIVED, OFFER_FEEDBACK], |e, tx| {
        Box::pin(read(e, tx))
    })
}

async fn read(event: &Event, tx: &mut WriteTx) -> std::result::Result<(), Failed> {
    let workspace = event.workspace_id;
    let deal = match (event.deal_id, event.person_id) {
        (Some(deal), _) => Some(deal),
        (None, Some(person)) => outreach::recipient::open_deal(tx, workspace, person).await?,
        _ => None,
    };
    let Some(deal) = deal else { return Ok(()) };
    let said = |key: &str| event.payload[key].as_str();
    let (source, id, text) = if event.kind == OFFER_FEEDBACK {
        // What one of us noted has no id of its own: whoever notes it hears the objection too.
        let id = said("feedback_id").and_then(|id| id.parse().ok());
        ("offer_page", id, said("words").map(str::to_owned))
    } else {
        // What a machine sent holds nothing against us.
        if said("class") != Some("human") {
            return Ok(());
        }
        let id: Option<Uuid> = said("message_id").and_then(|id| id.parse().ok());
        let Some(message) = id else { return Ok(()) };
        let found = outreach::message::find(tx, workspace, kernel::MessageId(message)).await?;
        ("mail", Some(message), found.map(|mail| mail.excerpt.unwrap_or(mail.text)))
    };
    if let (Some(id), Some(text)) = (id, text) {
        let said = Said { deal, person: event.person_id, source, id, text: &text, at: event.at };
        if propose(tx, workspace, &said).await? > 0 {
            objection::refresh(tx, workspace, deal, event.recorded_at).await?;
        }
    }
    Ok(())
}
