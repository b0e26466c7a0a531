//! Recordings over HTTP: a talk's sound, to be turned into its transcript.

use axum::Json as Answered;
use axum::extract::multipart::Field;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Problem, Writer};
use kernel::{ActivityId, limits};
use process::room::given;
use records::activity;
use store::job::{self, Job, NewJob};
use tempfile::TempPath;
use tokio::io::AsyncWriteExt;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::ConsentHow;
use super::routes::{unread, word};
use super::speech::{KIND, Recording};

/// Bytes of a recording.
const SOUND_CAP: u64 = 500 << 20;

/// An upload.
#[derive(utoipa::ToSchema)]
#[allow(dead_code)]
struct RecordingUpload {
    /// The call or meeting it belongs to.
    activity_id: Uuid,
    /// How its people agreed.
    consent_how: ConsentHow,
    /// Who agreed.
    consent_by: String,
    /// The sound, of at most 500 MiB, in a format the program on the server reads.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

#[utoipa::path(post, path = "/recordings", tag = "qualification", operation_id = "transcribe_recording", request_body(content = RecordingUpload, content_type = "multipart/form-data"),
    responses((status = 202, description = "A job that ends with the transcript's id in its result", body = Job), (status = 404, description = "No such call or meeting", body = Problem), (status = 409, description = "No program for speech is set up on this server", body = Problem), (status = 422, description = "A field is at fault", body = Problem)))]
async fn transcribe(
    me: Writer,
    State(app): State<App>,
    mut parts: Multipart,
) -> Answer<(StatusCode, Answered<Job>)> {
    if app.config.speech_to_text.is_none() {
        return Err(Problem::conflict(
            "no_speech_to_text",
            "No program for speech is set up on this server.",
        ));
    }
    let (mut activity, mut how, mut by, mut file) = (None, None, String::new(), None);
    while let Some(part) = parts.next_field().await.map_err(|e| unread(&e))? {
        match part.name() {
            Some("activity_id") => activity = word(part).await?.parse().ok().map(ActivityId),
            Some("consent_how") => how = ConsentHow::parse(&word(part).await?),
            Some("consent_by") => by = word(part).await?,
            Some("file") => {
                file = Some((part.file_name().unwrap_or("recording").to_owned(), on_disk(part).await?))
            }
            _ => {}
        }
    }
    let activity =
        activity.ok_or_else(|| Problem::field("activity_id", "required", "the call or meeting"))?;
    let consent_how =
        how.ok_or_else(|| Problem::field("consent_how", "required", "spoken, written or notice"))?;
    let consent_by = given("consent_by", &by, limits::NAME_CHARS)?;
    let (name, path) = file.ok_or_else(|| Problem::field("file", "required", "a recording"))?;
    let talk = activity::find(&app.db, me.workspace, activity).await?;
    if !matches!(talk.kind.as_str(), "call" | "meeting") {
        return Err(Problem::field("activity_id", "invalid", "a call or a meeting"));
    }
    let now = app.clock.now();
    let name: String = name.chars().take(limits::NAME_CHARS).collect();
    let kept =
        store::file::keep_from(&app.db, me.workspace, &name, "application/octet-stream", &path, now).await?;
    let recording = Recording { file: kept.id, name, activity, consent_how, consent_by };
    let payload = serde_json::to_value(&recording).map_err(|why| Problem::internal(&why))?;
    let tx = app.db.write_tx().await?;
    let new = NewJob { workspace: me.workspace, kind: KIND, payload, run_at: now, created_by: Some(me.user) };
    let id = job::enqueue(&tx, new, now).await?;
    let job = job::find(&tx, me.workspace, id).await?.ok_or_else(|| Problem::not_found("job"))?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Answered(job)))
}

/// Writes a part of an upload to disk as it comes in.
async fn on_disk(mut part: Field<'_>) -> Answer<TempPath> {
    let (file, path) = tempfile::NamedTempFile::new().map_err(|e| Problem::internal(&e))?.into_parts();
    let mut file = tokio::fs::File::from_std(file);
    let mut size = 0;
    while let Some(bytes) = part.chunk().await.map_err(|e| unread(&e))? {
        size += bytes.len() as u64;
        if size > SOUND_CAP {
            return Err(Problem::field("file", "too_long", "at most 500 MiB"));
        }
        file.write_all(&bytes).await.map_err(|e| Problem::internal(&e))?;
    }
    file.flush().await.map_err(|e| Problem::internal(&e))?;
    Ok(path)
}

/// Routes of recordings.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(transcribe))
}
