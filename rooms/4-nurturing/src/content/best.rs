//! The best next piece for somebody, with the reasons; and the task to write one where none fits.

use http_room::Answer;
use kernel::{DealId, Locale, PersonId, Timestamp, WorkspaceId};
use process::deal_row::{self, DealRow};
use process::fact_store;
use process::facts::{Discovery, Nurture, Objections, Research, ResearchKind};
use process::owner_task::{Owed, owe};
use records::workspace::Workspace;
use serde::Serialize;
use serde_json::Value as Json;
use store::db::Source;
use store::{Actor, Result, Sql, WriteTx};

use super::queries::{self, seen};
use super::rules::{Reason, Whom, judge, rank, score};
use super::{Content, ContentRow};

/// Pieces that are proposed.
const PROPOSED: usize = 5;

/// A piece with the reasons for it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BestPiece {
    /// The piece.
    pub content: Content,
    /// Its points, 4 at least.
    pub score: u32,
    /// What the points are for.
    pub reasons: Vec<Reason>,
}

/// What to give next.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BestContent {
    /// The best first, five at most; empty when nothing fits well enough.
    pub pieces: Vec<BestPiece>,
    /// What is known to trouble them, in somebody's words.
    pub troubles: Vec<String>,
    /// With nothing that fits: the challenge to write something for.
    pub write_for: Option<String>,
}

/// What is known of somebody, as far as content is chosen by it.
///
/// # Errors
/// Whatever the database says.
pub async fn whom_of(
    db: &impl Source,
    space: &Workspace,
    deal: &DealRow,
    person: Option<PersonId>,
    now: Timestamp,
) -> Answer<Whom> {
    let workspace = space.id;
    let nurture: Option<Nurture> = fact_store::get(db, workspace, deal.id).await?;
    let objections: Option<Objections> = fact_store::get(db, workspace, deal.id).await?;
    let heard = objections.unwrap_or_default();
    let open = heard.items.into_iter().filter(|o| !o.state.is_settled());
    let calendar = deal_row::calendar(db, space, deal.owner_id).await?;
    let (locale, tags, roles) = person_of(db, workspace, deal.id, person).await?;
    let mut troubles = troubles(db, workspace, deal.id).await?;
    troubles.extend(tags);
    Ok(Whom {
        locale: locale.unwrap_or_else(|| space.locale()),
        troubles,
        level: nurture.and_then(|n| n.awareness),
        industry: industry_of(db, workspace, deal).await?,
        roles,
        objections: open.filter_map(|o| o.kind).chain(heard.predicted).collect(),
        stage: deal.position()?.stage.key().to_owned(),
        today: calendar.date(now),
    })
}

/// What is known to trouble a deal's company: what they said, then what research supposes.
async fn troubles(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Result<Vec<String>> {
    let discovery: Option<Discovery> = fact_store::get(db, workspace, deal).await?;
    let research: Option<Research> = fact_store::get(db, workspace, deal).await?;
    let supposed = research.unwrap_or_default().items.into_iter();
    let supposed = supposed.filter(|item| item.kind == ResearchKind::LikelyChallenge).map(|item| item.text);
    Ok(discovery.unwrap_or_default().challenge_words.into_iter().chain(supposed).collect())
}

type PersonOf = (Option<Locale>, Vec<String>, Vec<String>);

/// Language, tags and roles of a person in a deal.
async fn person_of(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: DealId,
    person: Option<PersonId>,
) -> Result<PersonOf> {
    let Some(person) = person else { return Ok(PersonOf::default()) };
    let text = "SELECT p.locale, p.tags, c.roles FROM person p LEFT JOIN deal_person c ON c.person_id = p.id AND c.deal_id = ? \
                WHERE p.id = ? AND p.workspace_id = ? AND p.deleted_at IS NULL";
    let values = [deal.into(), person.into(), workspace.into()];
    let rows = Sql::with(db.engine(), text, values).rows(db.conn()).await?;
    let Some(row) = rows.first() else { return Ok(PersonOf::default()) };
    let (locale, tags, roles): (Option<String>, Json, Option<Json>) =
        (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    let words = |list: Json| serde_json::from_value::<Vec<String>>(list).unwrap_or_default();
    Ok((locale.as_deref().and_then(Locale::parse), words(tags), roles.map(words).unwrap_or_default()))
}

async fn industry_of(db: &impl Source, workspace: WorkspaceId, deal: &DealRow) -> Result<Option<String>> {
    let Some(company) = deal.company_id else { return Ok(None) };
    let text = "SELECT industry FROM company WHERE id = ? AND workspace_id = ?";
    let found: Option<Option<String>> =
        Sql::with(db.engine(), text, [company.into(), workspace.into()]).scalar(db.conn()).await?;
    Ok(found.flatten())
}

/// What fits somebody, the best first.
///
/// # Errors
/// Whatever the database says.
pub async fn ranked(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: DealId,
    person: Option<PersonId>,
    whom: &Whom,
) -> Result<Vec<(ContentRow, Vec<Reason>)>> {
    let had = seen(db, workspace, deal, person).await?;
    let judged = queries::all(db, workspace).await?.into_iter().filter_map(|row| {
        let reasons = judge(&row.piece(), whom, had.contains(&row.id)).ok()?;
        Some((row, reasons))
    });
    Ok(rank(judged.collect(), |row| row.created_at))
}

/// The best next pieces for somebody, with the reasons.
///
/// # Errors
/// Whatever the database says.
pub async fn best_for(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: DealId,
    person: Option<PersonId>,
    whom: Whom,
) -> Answer<BestContent> {
    let ranked = ranked(db, workspace, deal, person, &whom).await?;
    let pieces: Vec<BestPiece> = ranked
        .into_iter()
        .take(PROPOSED)
        .map(|(row, reasons)| BestPiece { content: row.view(), score: score(&reasons), reasons })
        .collect();
    let write_for = if pieces.is_empty() { whom.troubles.first().cloned() } else { None };
    Ok(BestContent { pieces, troubles: whom.troubles, write_for })
}

/// Gives the deal's owner the task to write content for a challenge, once. Answers whether it is new.
///
/// # Errors
/// Whatever the database says.
pub async fn task_to_write(
    tx: &mut WriteTx,
    space: &Workspace,
    deal: &DealRow,
    challenge: Option<&str>,
    now: Timestamp,
) -> Answer<bool> {
    let key = "content";
    let text =
        "SELECT 1 FROM task WHERE workspace_id = ? AND deal_id = ? AND origin_key = ? AND state = 'open'";
    let values = [space.id.into(), deal.id.into(), key.into()];
    if !Sql::with(tx.engine(), text, values).rows(tx.conn()).await?.is_empty() {
        return Ok(false);
    }
    let title = match (space.locale(), challenge) {
        (Locale::En, Some(challenge)) => format!("Write content for: {challenge}"),
        (Locale::En, None) => format!("Find out what troubles them: {}", deal.name),
        (Locale::Ko, Some(challenge)) => format!("콘텐츠 쓰기: {challenge}"),
        (Locale::Ko, None) => format!("무엇이 어려운지 알아보기: {}", deal.name),
    };
    let owed = Owed { key: Some(key.to_owned()), ..Owed::process(title, 2) };
    owe(tx, space, deal, Actor::System, owed, (now, now)).await?;
    Ok(true)
}

/// What a track's mail says of a piece in its merge fields; `block` is all of it, with nothing blank.
#[must_use]
pub fn fields_of(row: &ContentRow) -> Json {
    let parts = [Some(row.title.as_str()), Some(row.body.as_str()), row.url.as_deref()];
    let said: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.trim().is_empty()).collect();
    serde_json::json!({ "content": {
        "title": row.title, "text": row.body, "url": row.url, "block": said.join("\n"),
    } })
}
