//! How a workspace's offers look: one colour, a picture, and who offers.

use axum::Json as Answered;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, Manager, Problem, Reader};
use kernel::{FileId, WorkspaceId, limits};
use paper::document::{PICTURE_BYTES, Picture};
use paper::picture::PictureKind;
use process::deal_row;
use process::room::{given, optional};
use records::workspace::Workspace;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::db::Source;
use store::{Sql, file};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The colour when none is chosen.
const ACCENT: &str = "#1864ab";

/// How offers look.
#[derive(Debug, Clone)]
pub struct Theme {
    /// The colour, `#1864ab`.
    pub accent: String,
    /// Who offers.
    pub sender: String,
    /// Address and registration, line by line.
    pub sender_lines: String,
    /// The picture.
    pub logo: Option<Picture>,
}

impl Theme {
    /// Address and registration.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.sender_lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }
}

/// How offers look, as members see and change it.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ThemeSetting {
    /// The colour of headings and buttons, `#1864ab`. One that white can be read on.
    pub accent: String,
    /// Who offers; the workspace's name when empty.
    #[serde(default)]
    pub sender: String,
    /// Address and registration, line by line.
    #[serde(default)]
    pub sender_lines: String,
    /// Whether there is a picture; a change of the others leaves it.
    #[serde(default)]
    #[schema(required = true)]
    pub logo: bool,
}

#[derive(FromQueryResult)]
struct Row {
    accent: String,
    logo_file_id: Option<FileId>,
    sender: String,
    sender_lines: String,
}

async fn row(db: &impl Source, workspace: WorkspaceId) -> Answer<Option<Row>> {
    let text = "SELECT accent, logo_file_id, sender, sender_lines FROM offer_theme WHERE workspace_id = ?";
    Ok(Sql::with(db.engine(), text, [workspace.into()]).one(db.conn()).await?)
}

/// How the workspace's offers look.
///
/// # Errors
/// Whatever the database says.
pub async fn of(db: &impl Source, space: &Workspace) -> Answer<Theme> {
    let row = row(db, space.id).await?;
    let logo = match row.as_ref().and_then(|r| r.logo_file_id) {
        Some(id) => file::bytes(db, space.id, id).await?,
        None => None,
    };
    let sender = row.as_ref().map(|r| r.sender.clone()).filter(|s| !s.is_empty());
    let sender = sender.unwrap_or_else(|| space.name.clone());
    Ok(Theme {
        accent: row.as_ref().map_or_else(|| ACCENT.to_owned(), |r| r.accent.clone()),
        logo: logo.map(|bytes| Picture { bytes, alt: sender.clone() }),
        sender,
        sender_lines: row.map(|r| r.sender_lines).unwrap_or_default(),
    })
}

/// Whether a colour is one, and white can be read on it (WCAG 2.2, contrast of 4.5 to 1).
#[must_use]
pub fn is_legible(accent: &str) -> bool {
    let Some(digits) =
        accent.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()))
    else {
        return false;
    };
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let (Some(red), Some(green), Some(blue)) = (part(0), part(2), part(4)) else { return false };
    let linear = |c: u8| {
        let c = f64::from(c) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    let light = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    1.05 / (light + 0.05) >= 4.5
}

async fn setting(app: &App, workspace: WorkspaceId) -> Answer<ThemeSetting> {
    let space = deal_row::workspace(&app.db, workspace).await?;
    let theme = of(&app.db, &space).await?;
    Ok(ThemeSetting {
        accent: theme.accent,
        sender: theme.sender,
        sender_lines: theme.sender_lines,
        logo: theme.logo.is_some(),
    })
}

#[utoipa::path(get, path = "/offer-theme", tag = "offer", operation_id = "read_offer_theme",
    responses((status = 200, description = "How offers look", body = ThemeSetting)))]
async fn read(me: Reader, State(app): State<App>) -> Answer<Answered<ThemeSetting>> {
    Ok(Answered(setting(&app, me.workspace).await?))
}

#[utoipa::path(put, path = "/offer-theme", tag = "offer", operation_id = "set_offer_theme", request_body = ThemeSetting,
    responses((status = 200, description = "As it is now", body = ThemeSetting), (status = 422, description = "Fields at fault", body = Problem)))]
async fn set(
    me: Manager,
    State(app): State<App>,
    Body(new): Body<ThemeSetting>,
) -> Answer<Answered<ThemeSetting>> {
    let accent = given("accent", &new.accent, 7)?.to_lowercase();
    if !is_legible(&accent) {
        let message = "a colour such as #1864ab, dark enough for white letters on it";
        return Err(Problem::field("accent", "invalid", message));
    }
    let sender = optional("sender", Some(&new.sender), limits::NAME_CHARS)?.unwrap_or_default();
    let lines = optional("sender_lines", Some(&new.sender_lines), limits::REASON_CHARS)?.unwrap_or_default();
    let tx = app.db.write_tx().await?;
    let text = "INSERT INTO offer_theme (workspace_id, accent, sender, sender_lines, updated_at) VALUES (?, ?, ?, ?, ?) \
                ON CONFLICT (workspace_id) DO UPDATE SET accent = excluded.accent, sender = excluded.sender, \
                sender_lines = excluded.sender_lines, updated_at = excluded.updated_at";
    let values = [me.workspace.into(), accent.into(), sender.into(), lines.into(), app.clock.now().into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await?;
    Ok(Answered(setting(&app, me.workspace).await?))
}

/// A picture that is sent.
#[derive(Debug, utoipa::ToSchema)]
#[allow(dead_code)] // for the description
struct LogoForm {
    /// PNG or JPEG, at most 2 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

#[utoipa::path(post, path = "/offer-theme/logo", tag = "offer", operation_id = "set_offer_logo",
    request_body(content = inline(LogoForm), content_type = "multipart/form-data"),
    responses((status = 200, description = "As it is now", body = ThemeSetting), (status = 422, description = "No PNG or JPEG, or too large", body = Problem)))]
async fn set_logo(
    me: Manager,
    State(app): State<App>,
    mut parts: Multipart,
) -> Answer<Answered<ThemeSetting>> {
    let wrong = || Problem::field("file", "invalid", "a PNG or JPEG of at most 2 MiB");
    let mut bytes = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|_| wrong())? {
        if part.name() == Some("file") {
            bytes = part.bytes().await.map_err(|_| wrong())?.to_vec();
        }
    }
    let sample = paper::document::Document {
        title: "x".to_owned(),
        author: "x".to_owned(),
        accent: ACCENT.to_owned(),
        logo: Some(Picture { bytes: bytes.clone(), alt: "x".to_owned() }),
        ..paper::document::Document::default()
    };
    // What cannot be printed is no picture.
    crate::standing::print(sample).await.map_err(|_| wrong())?;
    let kind = PictureKind::of(&bytes).ok_or_else(wrong)?.media_type();
    let (now, tx) = (app.clock.now(), app.db.write_tx().await?);
    let kept = file::keep(&tx, me.workspace, "logo", kind, &bytes, now).await?;
    keep_logo(&tx, me.workspace, Some(kept.id), now).await?;
    tx.commit().await?;
    Ok(Answered(setting(&app, me.workspace).await?))
}

async fn keep_logo(
    tx: &store::WriteTx,
    workspace: WorkspaceId,
    logo: Option<FileId>,
    now: kernel::Timestamp,
) -> Answer<()> {
    let before = row(tx, workspace).await?.and_then(|r| r.logo_file_id);
    let text = "INSERT INTO offer_theme (workspace_id, accent, sender, sender_lines, logo_file_id, updated_at) \
                VALUES (?, ?, '', '', ?, ?) ON CONFLICT (workspace_id) DO UPDATE SET \
                logo_file_id = excluded.logo_file_id, updated_at = excluded.updated_at";
    let values = [workspace.into(), ACCENT.into(), logo.into(), now.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    if let Some(old) = before {
        file::forget(tx, workspace, old).await?;
    }
    Ok(())
}

#[utoipa::path(delete, path = "/offer-theme/logo", tag = "offer", operation_id = "remove_offer_logo",
    responses((status = 204, description = "There is no picture any more")))]
async fn remove_logo(me: Manager, State(app): State<App>) -> Answer<StatusCode> {
    let tx = app.db.write_tx().await?;
    keep_logo(&tx, me.workspace, None, app.clock.now()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Routes of how offers look.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read, set))
        .routes(routes!(set_logo, remove_logo))
        .layer(DefaultBodyLimit::max(PICTURE_BYTES + (64 << 10)))
}

#[cfg(test)]
mod tests {
    use super::is_legible;

    #[test]
    fn a_colour_is_one_that_white_can_be_read_on() {
        let table = [
            ("#1864ab", true),
            ("#000000", true),
            ("#767676", true),
            ("#777777", false),
            ("#ffe066", false),
            ("1864ab", false),
            ("#18a", false),
            ("#+1+1+1", false),
            ("#18é4a", false),
            ("red", false),
        ];
        for (colour, legible) in table {
            assert_eq!(is_legible(colour), legible, "{colour}");
        }
    }
}
