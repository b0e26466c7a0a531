//! Files of the library: kept, and handed out under a link that nobody guesses to whoever is given it.

use axum::Json as Answered;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http_room::{Answer, App, Problem, Writer};
use kernel::{FileId, WorkspaceId, limits};
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::db::Source;
use store::{Sql, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Largest file, in bytes.
const SIZE_CAP: usize = 20 << 20;
/// Files of a workspace at most.
const FILES: usize = 2_000;
/// Parts of an upload that are not the file.
const PARTS: usize = 16;
/// Longest token that is looked for.
const TOKEN: usize = 64;

/// What may be handed out, by the ending of its name. Nothing in it runs in a browser.
const KINDS: [(&str, &str); 14] = [
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("txt", "text/plain; charset=utf-8"),
    ("csv", "text/csv; charset=utf-8"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("hwp", "application/x-hwp"),
    ("hwpx", "application/hwp+zip"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
];

/// A file of the library.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ContentFile {
    /// Its id, for a piece of content.
    pub file_id: Uuid,
    /// Its name.
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// The link whoever gets it can open.
    pub url: String,
}

/// A file to keep.
#[derive(utoipa::ToSchema)]
#[allow(dead_code)]
struct ContentUpload {
    /// A PDF, an image, a document, a table, slides, a text, sound or film; at most 20 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// What kind of file a name stands for; nothing for one that is not handed out.
fn kind_of(name: &str) -> Option<&'static str> {
    let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
    KINDS.iter().find(|(known, _)| *known == ending).map(|(_, kind)| *kind)
}

/// The link of a file.
#[must_use]
pub(super) fn link(base_url: &str, token: &str) -> String {
    format!("{base_url}/d/{token}")
}

/// The token of a file of the library; nothing for any other file.
pub(super) async fn token(db: &impl Source, workspace: WorkspaceId, file: Uuid) -> Answer<Option<String>> {
    let text = "SELECT token FROM content_file WHERE file_id = ? AND workspace_id = ?";
    Ok(Sql::with(db.engine(), text, [file.into(), workspace.into()]).scalar(db.conn()).await?)
}

#[utoipa::path(post, path = "/content-files", tag = "nurturing", operation_id = "upload_content_file", request_body(content = ContentUpload, content_type = "multipart/form-data"),
    responses((status = 201, description = "Kept; name it in a piece of content", body = ContentFile), (status = 409, description = "There are 2,000", body = Problem), (status = 422, description = "A field is at fault", body = Problem)))]
async fn upload(
    me: Writer,
    State(app): State<App>,
    mut parts: Multipart,
) -> Answer<(StatusCode, Answered<ContentFile>)> {
    let (name, bytes) = read(&mut parts).await?;
    let kind = kind_of(&name).ok_or_else(|| {
        let known: Vec<&str> = KINDS.iter().map(|(ending, _)| *ending).collect();
        Problem::field("file", "file_kind", format!("one of {}", known.join(", ")))
    })?;
    let mut tx = app.db.write_tx().await?;
    let text = "SELECT COUNT(*) FROM content_file WHERE workspace_id = ?";
    let there: Option<i64> = Sql::with(tx.engine(), text, [me.workspace.into()]).scalar(tx.conn()).await?;
    if there.is_some_and(|n| usize::try_from(n).is_ok_and(|n| n >= FILES)) {
        return Err(Problem::conflict("too_many", "There are 2,000 files; delete pieces first."));
    }
    let made = keep(&mut tx, &app, &me, (&name, kind, &bytes)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Answered(made)))
}

async fn keep(
    tx: &mut WriteTx,
    app: &App,
    me: &Writer,
    (name, kind, bytes): (&str, &str, &[u8]),
) -> Answer<ContentFile> {
    let now = app.clock.now();
    let info = store::file::keep(tx, me.workspace, name, kind, bytes, now).await?;
    let mut token = [0_u8; 16];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut token);
    let token = hex::encode(token);
    let text = "INSERT INTO content_file (file_id, workspace_id, token, created_by, created_at) VALUES (?, ?, ?, ?, ?)";
    let values = [info.id.into(), me.workspace.into(), token.as_str().into(), me.user.into(), now.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let url = link(&app.config.base_url, &token);
    Ok(ContentFile { file_id: info.id.0, name: info.name, size: info.size, url })
}

async fn read(parts: &mut Multipart) -> Answer<(String, Vec<u8>)> {
    let broken = |error: axum::extract::multipart::MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::field("file", "too_long", "at most 20 MiB"),
        _ => Problem::bad_request(format!("The upload could not be read: {error}")),
    };
    let mut seen = 0;
    while let Some(mut part) = parts.next_field().await.map_err(broken)? {
        seen += 1;
        if seen > PARTS {
            return Err(Problem::bad_request("The upload has too many parts."));
        }
        if part.name() != Some("file") {
            continue;
        }
        let name: String = part
            .file_name()
            .unwrap_or("file")
            .chars()
            .filter(|c| !c.is_control())
            .take(limits::NAME_CHARS)
            .collect();
        let mut all = Vec::new();
        while let Some(piece) = part.chunk().await.map_err(broken)? {
            if all.len() + piece.len() > SIZE_CAP {
                return Err(Problem::field("file", "too_long", "at most 20 MiB"));
            }
            all.extend_from_slice(&piece);
        }
        if all.is_empty() {
            return Err(Problem::field("file", "required", "the file is empty"));
        }
        return Ok((name, all));
    }
    Err(Problem::field("file", "required", "a file"))
}

/// `/d/{token}`, to be mounted at the root: the file of whoever was given its link.
pub fn public_routes() -> Router<App> {
    Router::new().route("/d/{token}", get(hand_out)).layer(DefaultBodyLimit::max(0))
}

#[derive(FromQueryResult)]
struct Kept {
    file_id: FileId,
    workspace_id: WorkspaceId,
}

async fn hand_out(State(app): State<App>, Path(token): Path<String>) -> Response {
    match file(&app, &token).await {
        Ok(Some(response)) => response,
        Ok(None) => (StatusCode::NOT_FOUND, "There is no such file.").into_response(),
        Err(problem) => problem.into_response(),
    }
}

async fn file(app: &App, token: &str) -> Answer<Option<Response>> {
    if token.len() > TOKEN || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let text = "SELECT file_id, workspace_id FROM content_file WHERE token = ?";
    let found: Option<Kept> = Sql::with(app.db.engine(), text, [token.into()]).one(app.db.read()).await?;
    let Some(kept) = found else { return Ok(None) };
    let Some(info) = store::file::info(&app.db, kept.workspace_id, kept.file_id).await? else {
        return Ok(None);
    };
    let Some(bytes) = store::file::bytes(&app.db, kept.workspace_id, kept.file_id).await? else {
        return Ok(None);
    };
    let headers = [
        (header::CONTENT_TYPE, info.media_type.clone()),
        (header::CONTENT_DISPOSITION, disposition(&info.name, &info.media_type)),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "private, max-age=3600".to_owned()),
    ];
    Ok(Some((headers, bytes).into_response()))
}

/// A PDF and an image are shown, everything else is saved; the name in every language (RFC 6266).
fn disposition(name: &str, kind: &str) -> String {
    let shown = kind == "application/pdf" || kind.starts_with("image/");
    let how = if shown { "inline" } else { "attachment" };
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("{how}; filename*=UTF-8''{encoded}")
}

/// Routes of the files, for members.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(upload))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_name_says_and_keeps_its_name() {
        for (name, kind) in [
            ("Case study.PDF", Some("application/pdf")),
            ("사례.hwp", Some("application/x-hwp")),
            ("page.html", None),
            ("picture.svg", None),
            ("run.exe", None),
            ("none", None),
        ] {
            assert_eq!(kind_of(name), kind, "{name}");
        }
        assert_eq!(disposition("a b.pdf", "application/pdf"), "inline; filename*=UTF-8''a%20b.pdf");
        assert_eq!(disposition("사\".txt", "text/plain"), "attachment; filename*=UTF-8''%EC%82%AC%22.txt");
    }
}
