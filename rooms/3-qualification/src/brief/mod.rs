//! The brief: everything known about a company and a deal, on one page, before the talk (R86).
//!
//! It is read together when it is asked for, so it is ready when the call falls due and never older than what it tells.

mod routes;
mod rules;

use http_room::{Answer, ListQuery};
use kernel::{TalkId, Timestamp, WorkspaceId};
use process::deal_row::DealRow;
use process::fact_store;
use process::facts::{EvidenceKind, Research, ResearchItem};
use process::gate::{Check, Verdict, judge_gate};
use process::moves;
use process::stage::{Phase, Status};
use prospecting::scoring;
use records::Kind;
use records::company::Company;
use records::custom_field::Label;
use records::deal::DealPerson;
use records::task::{self, Task};
use records::timeline::{self, TimelineEntry};
use serde::Serialize;
use store::db::Source;
use store::{Result, Sql};

pub use routes::routes;

use crate::bant::rules::Factor;
use crate::bant::{self};
use crate::committee::{self, rules::CommitteeWarning};
use crate::discovery::framework;
use crate::discovery::talk;
use crate::finding::{self, Finding};
use rules::{Known, is_touch, links, open_questions};

/// Talks whose answers are looked through, the newest ones.
const TALKS: usize = 20;
/// Touches told.
const TOUCHES: usize = 30;

/// An address where one can read more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct BriefLink {
    /// `website`, `linkedin`, or the kind of research it was found by: `trigger`, `what_they_do`, …
    pub about: String,
    /// The address.
    pub url: String,
}

/// One of the four factors, as far as it is known.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BriefFactor {
    /// Which.
    pub factor: Factor,
    /// 0 to 2; null when not known.
    pub rating: Option<u8>,
    /// How its best evidence is known.
    pub kind: Option<EvidenceKind>,
    /// Sure enough, and known from them.
    pub confirmed: bool,
}

/// A question nobody has an answer to yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct OpenQuestion {
    /// Its key in the framework.
    pub key: String,
    /// What is asked.
    pub ask: Label,
}

/// Everything known before the talk.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CallBrief {
    /// The deal's name.
    pub deal_name: String,
    /// Where it stands.
    pub stage: Phase,
    /// And how.
    pub status: Status,
    /// Why them.
    pub why_them: Option<String>,
    /// The firm, with its score, its grade and the reasons for them.
    pub company: Option<Company>,
    /// The site, and where its news were found.
    pub links: Vec<BriefLink>,
    /// What research found.
    pub research: Vec<ResearchItem>,
    /// The committee with roles and stance.
    pub people: Vec<DealPerson>,
    /// What the committee lacks.
    pub warnings: Vec<CommitteeWarning>,
    /// What they said in talks.
    pub findings: Vec<Finding>,
    /// Need, budget, authority, timing.
    pub factors: Vec<BriefFactor>,
    /// What the gate still misses.
    pub missing: Vec<Check>,
    /// Questions of the framework of this stage without an answer.
    pub open_questions: Vec<OpenQuestion>,
    /// Mails, calls, meetings and notes, the newest first, at most 30.
    pub touches: Vec<TimelineEntry>,
    /// The next call or meeting that somebody has to make.
    pub due: Option<Task>,
    /// A talk that was begun and not ended.
    pub open_talk: Option<TalkId>,
    /// When it was put together.
    pub at: Timestamp,
}

/// Puts the brief together.
///
/// # Errors
/// Whatever the database says.
pub async fn brief(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: &DealRow,
    now: Timestamp,
) -> Answer<CallBrief> {
    let loaded = moves::load(db, workspace, deal.clone()).await?;
    let position = &loaded.state.position;
    let checks = judge_gate(&loaded.version.definition, position.stage, &loaded.facts, now);
    let company = company(db, workspace, deal).await?;
    let research: Research = fact_store::get(db, workspace, deal.id).await?.unwrap_or_default();
    let findings = finding::of_deal(db, workspace, deal.id).await?;
    let factors = factors(db, workspace, deal, now).await?;
    let talks = talk::of_deal(db, workspace, deal.id).await?;
    let mut known = Known::new(&findings, &factors);
    for talk in talks.iter().take(TALKS) {
        known.answers(&talk::cells(db, workspace, talk.id).await?);
    }
    let outline = framework::offered(db, workspace, deal).await?.into_iter().next();
    let asked = |o: &framework::OfferedOutline| open_questions(&o.outline, &known);
    Ok(CallBrief {
        deal_name: deal.name.clone(),
        stage: position.stage,
        status: position.status,
        why_them: deal.why_them.clone(),
        links: links(company.as_ref(), &research.items),
        research: research.items,
        people: records::deal::committee(db, workspace, deal.id).await?,
        warnings: committee::warnings_of(db, workspace, deal.id).await?,
        open_questions: outline.as_ref().map(asked).unwrap_or_default(),
        open_talk: talks.iter().find(|t| t.state == "open" && t.kind != talk::FORM).map(|t| t.id),
        missing: checks.into_iter().filter(|c| c.verdict != Verdict::Met).collect(),
        touches: touches(db, workspace, deal).await?,
        due: due(db, workspace, deal).await?,
        company,
        findings,
        factors,
        at: now,
    })
}

async fn company(db: &impl Source, workspace: WorkspaceId, deal: &DealRow) -> Result<Option<Company>> {
    let Some(id) = deal.company_id else { return Ok(None) };
    let mut sql = scoring::companies(db.engine(), workspace);
    sql.push(" AND id = ").bind(id);
    sql.one(db.conn()).await
}

async fn factors(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: &DealRow,
    now: Timestamp,
) -> Result<Vec<BriefFactor>> {
    let rows = bant::evidence(db, workspace, deal.id).await?;
    let four = bant::standings(&rows, now)?;
    let shown = Factor::ALL.into_iter().zip(four).map(|(factor, standing)| BriefFactor {
        factor,
        rating: standing.as_ref().map(|s| s.rating),
        kind: standing.as_ref().map(|s| s.kind),
        confirmed: standing.as_ref().is_some_and(|s| s.is_confirmed(now)),
    });
    Ok(shown.collect())
}

/// What passed between them and us, with the company and all its people; of a deal without company, about the deal.
async fn touches(db: &impl Source, workspace: WorkspaceId, deal: &DealRow) -> Answer<Vec<TimelineEntry>> {
    let (kind, id) = match deal.company_id {
        Some(company) => (Kind::Company, company.0),
        None => (Kind::Deal, deal.id.0),
    };
    let query = ListQuery { limit: 200, ..ListQuery::default() };
    let page = timeline::of(db, workspace, kind, id, &query).await?;
    Ok(page.items.into_iter().filter(|e| is_touch(&e.kind)).take(TOUCHES).collect())
}

async fn due(db: &impl Source, workspace: WorkspaceId, deal: &DealRow) -> Answer<Option<Task>> {
    let text = "SELECT id FROM task WHERE deal_id = ? AND workspace_id = ? AND state = 'open' AND deleted_at IS NULL \
                AND kind IN ('call', 'meeting') ORDER BY COALESCE(due_on, '9999'), id LIMIT 1";
    let id = Sql::with(db.engine(), text, [deal.id.into(), workspace.into()]).scalar(db.conn()).await?;
    match id {
        Some(id) => Ok(Some(task::find(db, workspace, kernel::TaskId(id)).await?)),
        None => Ok(None),
    }
}
