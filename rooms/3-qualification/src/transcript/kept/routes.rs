//! Transcripts over HTTP.

use axum::Json as Answered;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_room::{Answer, App, Body, Problem, Reader, Writer};
use kernel::{ActivityId, TranscriptId, limits};
use records::{activity, events};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::db::Source as _;
use store::{NewEvent, Sql, search};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::super::listening::{Listening, listening};
use super::super::read::SIZE_CAP;
use super::add::{NewTranscript, add, subject};
use super::decide::{Acceptance, accept, dismiss};
use super::query::{self, Which};
use super::view::{TranscriptView, transcript_of, view};
use super::{ConsentHow, Speaker, TranscriptHead, speakers};
use crate::finding::Finding;

/// An upload.
#[derive(utoipa::ToSchema)]
#[allow(dead_code)]
struct TranscriptUpload {
    /// The call or meeting it belongs to.
    activity_id: Uuid,
    /// How its people agreed.
    consent_how: ConsentHow,
    /// Who agreed.
    consent_by: String,
    /// Who of ours speaks, as the file has the name; may come several times.
    rep: Option<String>,
    /// WebVTT, SRT, SBV, "Name: words", or JSON of a meeting tool; at most 20 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Parts of an upload that are not the file.
const PARTS: usize = 64;

#[utoipa::path(post, path = "/transcripts", tag = "qualification", operation_id = "add_transcript", request_body(content = TranscriptUpload, content_type = "multipart/form-data"),
    responses((status = 201, description = "Kept", body = TranscriptView), (status = 404, description = "No such call or meeting", body = Problem), (status = 422, description = "It is no transcript, with the line in `facts`, or a field is at fault", body = Problem)))]
async fn upload(
    me: Writer,
    State(app): State<App>,
    mut parts: Multipart,
) -> Answer<(StatusCode, Answered<TranscriptView>)> {
    let new = form(&mut parts).await?;
    let id = add(&app, (me.workspace, me.actor()), new).await?;
    Ok((StatusCode::CREATED, Answered(view(&app, &me, id).await?)))
}

async fn form(parts: &mut Multipart) -> Answer<NewTranscript> {
    let (mut activity, mut how, mut by, mut reps, mut file) = (None, None, String::new(), Vec::new(), None);
    let mut seen = 0;
    while let Some(part) = parts.next_field().await.map_err(|e| unread(&e))? {
        seen += 1;
        if seen > PARTS {
            return Err(Problem::bad_request("The upload has too many parts."));
        }
        match part.name() {
            Some("activity_id") => activity = word(part).await?.parse().ok().map(ActivityId),
            Some("consent_how") => how = ConsentHow::parse(&word(part).await?),
            Some("consent_by") => by = word(part).await?,
            Some("rep") => reps.push(word(part).await?),
            Some("file") => {
                file = Some((part.file_name().unwrap_or("transcript").to_owned(), bytes(part).await?))
            }
            _ => {}
        }
    }
    let activity =
        activity.ok_or_else(|| Problem::field("activity_id", "required", "the call or meeting"))?;
    let how = how.ok_or_else(|| Problem::field("consent_how", "required", "spoken, written or notice"))?;
    let (name, bytes) = file.ok_or_else(|| Problem::field("file", "required", "a transcript"))?;
    let reps = reps.into_iter().filter(|rep| !rep.is_empty()).collect();
    Ok(NewTranscript { activity, consent_how: how, consent_by: by, reps, name, bytes, job: None })
}

pub(super) async fn word(part: Field<'_>) -> Answer<String> {
    let text = part.text().await.map_err(|e| unread(&e))?;
    Ok(text.trim().chars().take(limits::LINE_CHARS).collect())
}

async fn bytes(mut part: Field<'_>) -> Answer<Vec<u8>> {
    let mut all = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(|e| unread(&e))? {
        if all.len() + piece.len() > SIZE_CAP {
            return Err(Problem::field("file", "too_long", "at most 20 MiB"));
        }
        all.extend_from_slice(&piece);
    }
    Ok(all)
}

pub(super) fn unread(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::field("file", "too_long", "at most 20 MiB");
    }
    Problem::bad_request(format!("The upload could not be read: {error}"))
}

/// Talks, and how many there are.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Talks {
    /// The newest first.
    items: Vec<TranscriptHead>,
    /// All of them, also those that are not shown; of a search those found.
    n: i64,
    /// Of the talks of one member: how much of them they speak. Null without a member, and of fewer than five talks with times.
    listening: Option<Listening>,
}

#[utoipa::path(get, path = "/transcripts", tag = "qualification", operation_id = "list_transcripts", params(Which),
    responses((status = 200, description = "The newest talks first, with their measures", body = Talks)))]
async fn list(me: Reader, State(app): State<App>, Query(which): Query<Which>) -> Answer<Answered<Talks>> {
    let q = which.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    let Some(q) = q else {
        let items = query::list(&app.db, me.workspace, &which, None).await?;
        let shares = items.iter().filter_map(|one| one.talk["share"].as_f64());
        let listening = which.user_id.and_then(|_| listening(shares));
        let n = query::count(&app.db, me.workspace, &which).await?;
        return Ok(Answered(Talks { items, n, listening }));
    };
    let q: String = q.chars().take(limits::QUERY_CHARS).collect();
    let hits = search::find(&app.db, me.workspace, &q, &["transcript"], 100).await?;
    let found = hits.into_iter().map(|hit| TranscriptId(hit.record_id)).collect();
    let items = query::list(&app.db, me.workspace, &which, Some(found)).await?;
    let n = i64::try_from(items.len()).unwrap_or(i64::MAX);
    Ok(Answered(Talks { items, n, listening: None }))
}

#[utoipa::path(get, path = "/transcripts/{id}", tag = "qualification", operation_id = "get_transcript", params(("id" = Uuid, Path, description = "The transcript")),
    responses((status = 200, description = "What was said, and what follows from it", body = TranscriptView), (status = 404, description = "Not there", body = Problem)))]
async fn get(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<TranscriptId>,
) -> Answer<Answered<TranscriptView>> {
    view(&app, &me, id).await.map(Answered)
}

#[utoipa::path(get, path = "/transcripts/{id}/file", tag = "qualification", operation_id = "get_transcript_file", params(("id" = Uuid, Path, description = "The transcript")),
    responses((status = 200, description = "The file as it came", body = Vec<u8>, content_type = "application/octet-stream"), (status = 404, description = "Not there", body = Problem)))]
async fn file(me: Reader, State(app): State<App>, Path(id): Path<TranscriptId>) -> Answer<Response> {
    query::find(&app.db, me.workspace, id).await?;
    let source = query::source(&app.db, me.workspace, id).await?;
    let bytes = store::file::bytes(&app.db, me.workspace, source.file_id).await?;
    let bytes = bytes.ok_or_else(|| Problem::not_found("file"))?;
    // Never shown by a browser as a page of ours.
    let headers =
        [(header::CONTENT_TYPE, "application/octet-stream"), (header::CONTENT_DISPOSITION, "attachment")];
    Ok((headers, bytes).into_response())
}

/// Who speaks.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SpeakerMapping {
    /// Everybody of the transcript, each once.
    speakers: Vec<Speaker>,
}

#[utoipa::path(put, path = "/transcripts/{id}/speakers", tag = "qualification", operation_id = "map_speakers", request_body = SpeakerMapping, params(("id" = Uuid, Path, description = "The transcript")),
    responses((status = 200, description = "Measured anew", body = TranscriptView), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn map(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<TranscriptId>,
    Body(new): Body<SpeakerMapping>,
) -> Answer<Answered<TranscriptView>> {
    let head = query::find(&app.db, me.workspace, id).await?;
    let activity = activity::find(&app.db, me.workspace, head.activity_id).await?;
    let mut tx = app.db.write_tx().await?;
    let transcript = transcript_of(&head, query::source(&tx, me.workspace, id).await?)?;
    let before = query::speakers(&tx, me.workspace, id).await?;
    let names: Vec<String> = before.iter().map(|speaker| speaker.name.clone()).collect();
    speakers::check(&tx, me.workspace, &names, &new.speakers).await?;
    speakers::write(&tx, (me.workspace, id), &transcript, &new.speakers, false).await?;
    let event = NewEvent::now(me.workspace, events::TRANSCRIPT_MAPPED, me.actor(), app.clock.now());
    let payload = json!({ "name": head.name, "before": before, "after": new.speakers });
    tx.record(event.about(subject(&activity, id)).with(payload)).await?;
    tx.commit().await?;
    view(&app, &me, id).await.map(Answered)
}

#[utoipa::path(delete, path = "/transcripts/{id}", tag = "qualification", operation_id = "delete_transcript", params(("id" = Uuid, Path, description = "The transcript")),
    responses((status = 204, description = "What was said is gone; findings stay"), (status = 404, description = "Not there", body = Problem)))]
async fn remove(me: Writer, State(app): State<App>, Path(id): Path<TranscriptId>) -> Answer<StatusCode> {
    let head = query::find(&app.db, me.workspace, id).await?;
    let activity = activity::find(&app.db, me.workspace, head.activity_id).await?;
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    let source = query::source(&tx, me.workspace, id).await?;
    // The words go with it: whoever takes their consent back wants them gone.
    let text = "UPDATE transcript SET deleted_at = ?, cues = ?, talk = ? WHERE id = ? AND workspace_id = ?";
    let values =
        [now.into(), json!([]).into(), serde_json::Value::Null.into(), id.into(), me.workspace.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    store::file::forget(&tx, me.workspace, source.file_id).await?;
    search::remove_all(&tx, [id.0]).await?;
    let event = NewEvent::now(me.workspace, events::TRANSCRIPT_DELETED, me.actor(), now);
    tx.record(event.about(subject(&activity, id)).with(json!({ "name": head.name }))).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/transcripts/{id}/suggestions/{suggestion}/accept", tag = "qualification", operation_id = "accept_suggestion", request_body = Acceptance,
    params(("id" = Uuid, Path, description = "The transcript"), ("suggestion" = String, Path, description = "The suggestion")),
    responses((status = 201, description = "A finding now", body = Finding), (status = 404, description = "Not there", body = Problem), (status = 409, description = "Decided before", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn keep(
    me: Writer,
    State(app): State<App>,
    Path((id, suggestion)): Path<(TranscriptId, String)>,
    Body(how): Body<Acceptance>,
) -> Answer<(StatusCode, Answered<Finding>)> {
    let finding = accept(&app, &me, id, &suggestion, how).await?;
    Ok((StatusCode::CREATED, Answered(finding)))
}

#[utoipa::path(post, path = "/transcripts/{id}/suggestions/{suggestion}/dismiss", tag = "qualification", operation_id = "dismiss_suggestion",
    params(("id" = Uuid, Path, description = "The transcript"), ("suggestion" = String, Path, description = "The suggestion")),
    responses((status = 204, description = "Put aside"), (status = 404, description = "Not there", body = Problem), (status = 409, description = "Decided before", body = Problem)))]
async fn put_aside(
    me: Writer,
    State(app): State<App>,
    Path((id, suggestion)): Path<(TranscriptId, String)>,
) -> Answer<StatusCode> {
    dismiss(&app, &me, id, &suggestion).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Routes of transcripts.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, upload))
        .routes(routes!(get, remove))
        .routes(routes!(file))
        .routes(routes!(map))
        .routes(routes!(keep))
        .routes(routes!(put_aside))
        .merge(super::recordings::routes())
}
