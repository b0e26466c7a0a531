//! What becomes of a suggestion: it is kept as a finding, or dismissed.

use http_room::{Answer, App, Member, Problem};
use kernel::{DealId, FindingId, TranscriptId};
use process::room::Visit;
use serde::Deserialize;
use store::Sql;
use store::WriteTx;
use store::db::Source as _;

use super::super::suggest::Suggestion;
use super::{query, view};
use crate::finding::{Finding, FindingKind, NewFinding, Said, write_down};

/// How a suggestion is kept.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The kind of finding; what the suggestion says when absent.
    #[serde(default)]
    pub kind: Option<FindingKind>,
    /// What it comes to; the words themselves when absent.
    #[serde(default)]
    pub summary: Option<String>,
    /// Of which deal; that of the call or meeting when absent.
    #[serde(default)]
    pub deal_id: Option<DealId>,
}

/// Keeps a suggestion as a finding of a deal, with the second it was said.
///
/// # Errors
/// 404 without it, 409 when it was decided before, 422 without a deal.
pub(super) async fn accept(
    app: &App,
    me: &Member,
    id: TranscriptId,
    suggestion: &str,
    how: Acceptance,
) -> Answer<Finding> {
    let head = query::find(&app.db, me.workspace, id).await?;
    let (found, kind) = find(app, me, id, suggestion).await?;
    let deal = how.deal_id.or(head.deal_id);
    let deal = deal.ok_or_else(|| Problem::field("deal_id", "required", "say of which deal"))?;
    let speakers = query::speakers(&app.db, me.workspace, id).await?;
    let speaker = speakers.into_iter().find(|speaker| speaker.name == found.speaker);
    let mut visit = Visit::begin(app, me, deal).await?;
    let person = speaker.and_then(|speaker| speaker.person_id);
    // Whoever is not in the committee is named by the transcript alone.
    let person_id = if visit.check_person("person_id", person).await.is_ok() { person } else { None };
    let new = NewFinding {
        kind: how.kind.unwrap_or(kind),
        summary: how.summary.unwrap_or_else(|| found.quote.clone()),
        words: Some(found.quote.clone()),
        priority: 1,
        person_id,
        activity_id: Some(head.activity_id.0),
    };
    let said = Said { transcript: id, at_ms: found.at.map(|at| at.0) };
    let finding = write_down(&mut visit, new, Some(said)).await?;
    decide(&visit.tx, app, me, (id, suggestion), Some(finding.id)).await?;
    visit.leave().await?;
    Ok(finding)
}

/// Puts a suggestion aside.
///
/// # Errors
/// 404 without it, 409 when it was decided before.
pub(super) async fn dismiss(app: &App, me: &Member, id: TranscriptId, suggestion: &str) -> Answer<()> {
    find(app, me, id, suggestion).await?;
    let tx = app.db.write_tx().await?;
    decide(&tx, app, me, (id, suggestion), None).await?;
    Ok(tx.commit().await?)
}

async fn find(
    app: &App,
    me: &Member,
    id: TranscriptId,
    suggestion: &str,
) -> Answer<(Suggestion, FindingKind)> {
    let view = view::view(app, me, id).await?;
    let found = view.suggestions.into_iter().find(|offered| offered.id == suggestion);
    let found = found.ok_or_else(|| Problem::not_found("suggestion"))?;
    Ok((found.suggestion, found.finding_kind))
}

async fn decide(
    tx: &WriteTx,
    app: &App,
    me: &Member,
    (id, suggestion): (TranscriptId, &str),
    finding: Option<FindingId>,
) -> Answer<()> {
    let text = "INSERT INTO transcript_decision (transcript_id, suggestion, workspace_id, finding_id, created_by, created_at) \
                VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (transcript_id, suggestion) DO NOTHING";
    let values = [
        id.into(),
        suggestion.into(),
        me.workspace.into(),
        finding.into(),
        me.user.into(),
        app.clock.now().into(),
    ];
    match Sql::with(tx.engine(), text, values).run(tx.conn()).await? {
        0 => Err(Problem::conflict("already_decided", "This suggestion was decided before.")),
        _ => Ok(()),
    }
}
