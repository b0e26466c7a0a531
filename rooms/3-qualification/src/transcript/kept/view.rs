//! A transcript as its page shows it.

use std::collections::HashMap;

use http_room::{Answer, App, Member, Problem};
use kernel::{FindingId, TranscriptId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use store::Sql;
use store::db::Source as Db;

use super::super::read::{Cue, Transcript};
use super::super::suggest::{Suggestion, SuggestionKind, suggest};
use super::super::talk::{Moment, measure};
use super::{Source, Speaker, TranscriptHead, from_kept, is_rep, query};
use crate::finding::FindingKind;

/// A suggestion, and what became of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Offered {
    /// What tells it from the others of this talk.
    pub id: String,
    /// `open`, `accepted`, `dismissed`.
    pub state: &'static str,
    /// The finding it became.
    pub finding_id: Option<FindingId>,
    /// What kind of finding it would be.
    pub finding_kind: FindingKind,
    /// The suggestion.
    #[serde(flatten)]
    pub suggestion: Suggestion,
}

/// A transcript with all that follows from it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TranscriptView {
    /// What lists show.
    #[serde(flatten)]
    pub head: TranscriptHead,
    /// Who speaks.
    pub speakers: Vec<Speaker>,
    /// What was said, in the order of the file.
    #[schema(value_type = Vec<CueShown>)]
    pub cues: Vec<Cue>,
    /// The rows behind the measures, in the order of the talk.
    pub moments: Vec<Moment>,
    /// What may be worth keeping.
    pub suggestions: Vec<Offered>,
    /// What was left out of the file or looks wrong.
    #[schema(value_type = Vec<super::super::read::Note>)]
    pub notes: Json,
}

/// Something said.
#[derive(utoipa::ToSchema)]
#[allow(dead_code)]
pub struct CueShown {
    /// When it begins, in seconds; none in a text without time stamps.
    start: Option<f64>,
    /// When it ends, in seconds.
    end: Option<f64>,
    /// Who speaks, as the file has it.
    speaker: Option<String>,
    /// The words.
    text: String,
}

#[derive(FromQueryResult)]
struct Decision {
    suggestion: String,
    finding_id: Option<FindingId>,
}

/// The transcript and all that follows from it.
pub(super) async fn view(app: &App, me: &Member, id: TranscriptId) -> Answer<TranscriptView> {
    let db = &app.db;
    let head = query::find(db, me.workspace, id).await?;
    let source = query::source(db, me.workspace, id).await?;
    let speakers = query::speakers(db, me.workspace, id).await?;
    let notes = source.notes.clone();
    let transcript = transcript_of(&head, source)?;
    let decisions = decisions(db, me, id).await?;
    let offered = suggestions(app, me, &head, &transcript, &speakers).await?.into_iter().map(|suggestion| {
        let id = suggestion.id();
        let decided = decisions.get(&id);
        let state = match decided {
            None => "open",
            Some(None) => "dismissed",
            Some(Some(_)) => "accepted",
        };
        let (finding_id, finding_kind) = (decided.copied().flatten(), finding_kind(&suggestion));
        Offered { id, state, finding_id, finding_kind, suggestion }
    });
    let suggestions = offered.collect();
    let moments = measure(&transcript, is_rep(&speakers)).map(|m| m.moments).unwrap_or_default();
    Ok(TranscriptView { head, speakers, cues: transcript.cues, moments, suggestions, notes })
}

pub(super) fn transcript_of(head: &TranscriptHead, source: Source) -> Answer<Transcript> {
    from_kept(source.cues, &head.format, &head.timing).map_err(|why| Problem::internal(&why))
}

/// What the talk suggests.
pub(super) async fn suggestions(
    app: &App,
    me: &Member,
    head: &TranscriptHead,
    transcript: &Transcript,
    speakers: &[Speaker],
) -> Answer<Vec<Suggestion>> {
    let workspace = records::workspace::find(&app.db, me.workspace).await?;
    let held = head.held_at.to_utc().date_naive();
    let country = workspace.as_ref().map(|workspace| workspace.country.as_str());
    Ok(suggest(&transcript.cues, is_rep(speakers), held, country))
}

async fn decisions(
    db: &impl Db,
    me: &Member,
    id: TranscriptId,
) -> Answer<HashMap<String, Option<FindingId>>> {
    let text =
        "SELECT suggestion, finding_id FROM transcript_decision WHERE transcript_id = ? AND workspace_id = ?";
    let rows: Vec<Decision> =
        Sql::with(db.engine(), text, [id.into(), me.workspace.into()]).all(db.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.suggestion, row.finding_id)).collect())
}

/// The kind of finding a suggestion becomes when nobody chooses another.
fn finding_kind(suggestion: &Suggestion) -> FindingKind {
    match (suggestion.kind, suggestion.key.as_str()) {
        (SuggestionKind::Goal, _) | (SuggestionKind::Topic, "result") => FindingKind::Goal,
        (SuggestionKind::Topic, "current_solution" | "competitor")
        | (SuggestionKind::Objection, "competitor") => FindingKind::CurrentSolution,
        (SuggestionKind::Topic, "decision" | "timeline")
        | (SuggestionKind::Objection, "authority" | "timing") => FindingKind::DecisionProcess,
        (SuggestionKind::Date | SuggestionKind::NextStep, _) => FindingKind::DecisionProcess,
        (SuggestionKind::Topic | SuggestionKind::Objection, _) => FindingKind::DecisionCriterion,
        (SuggestionKind::Challenge, _) => FindingKind::Challenge,
    }
}
