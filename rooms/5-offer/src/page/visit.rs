//! Whoever follows a link: the page, its sums, its PDF.
//!
//! No sign-in and no cookie, hence nothing another site could ride on; the address is the key. Looking is written down
//! once for each person and day, so that opening it ten times is one view.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use http_room::{Answer, App, Visitor, guarded};
use kernel::{FileId, Locale};
use paper::picture::{self, PictureKind};
use sea_orm::FromQueryResult;
use serde_json::json;
use store::{Sql, file};
use uuid::Uuid;

use super::view::{is_machine, write_view};
use super::{Comment, Filled, SCRIPT, STYLE, Shown, Wrong, answer, notice, words};
use crate::audit::{self, Happened};
use crate::link::{self, Link};
use crate::offer::of_deal;
use crate::sight::Choice;
use crate::sign::{accept, certificate};
use crate::standing::Standing;
use crate::state::OfferState;
use crate::theme::{self, Theme};

/// Most bytes somebody may send: a drawn signature is the largest.
pub(super) const BODY: usize = 160 << 10;
/// PDFs printed for one link in an hour.
const PRINTS: i64 = 60;

/// Public pages of this room, to be mounted at the root: `/o/{token}`.
pub fn public_routes() -> Router<App> {
    Router::new()
        .route("/o/page.css", get(|| async { part("text/css; charset=utf-8", STYLE) }))
        .route("/o/page.js", get(|| async { part("text/javascript; charset=utf-8", SCRIPT) }))
        .route("/o/{token}", get(show))
        .route("/o/{token}/buy", get(buy))
        .route("/o/theme/{name}", get(theme_css))
        .route("/o/{token}/logo", get(logo))
        .route("/o/{token}/picture/{file}", get(picture))
        .route("/o/{token}/offer.pdf", get(pdf))
        .route("/o/{token}/receipt", get(receipt))
        .route("/o/{token}/agreement.pdf", get(agreement))
        .route("/o/{token}/comment", post(answer::comment))
        .route("/o/{token}/timing", post(answer::timing))
        .route("/o/{token}/reading", post(answer::reading))
        .route("/o/{token}/accept", post(answer::accept))
        .route("/o/{token}/decline", post(answer::decline))
        .layer(DefaultBodyLimit::max(BODY))
}

fn part(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=3600")], text).into_response()
}

/// A link that leads somewhere.
pub(super) struct Opened {
    pub(super) link: Link,
    pub(super) standing: Standing,
    pub(super) theme: Theme,
}

/// The offer behind a token; none when there is none, or none that anybody outside may see.
pub(super) async fn open(app: &App, token: &str) -> Answer<Option<Opened>> {
    let Some(link) = link::by_token(&app.db, token).await? else { return Ok(None) };
    let Some(standing) = Standing::of_link(app, &app.db, &link).await? else { return Ok(None) };
    let out = standing.offer.sent_at.is_some() && standing.offer.state != OfferState::Discarded;
    if !out || standing.who.is_none() {
        return Ok(None);
    }
    let theme = theme::of(&app.db, &standing.space).await?;
    Ok(Some(Opened { link, standing, theme }))
}

pub(super) fn closed() -> Answer<Response> {
    let words = words(Locale::En);
    let korean = super::words(Locale::Ko);
    let text = format!("{} {}", words.closed_text, korean.closed_text);
    let html = notice(Locale::En, words.closed, &text, None)?;
    Ok(guarded(false, (StatusCode::NOT_FOUND, Html(html))))
}

/// What an address asks for, by name, in order.
pub(super) fn choice_of(pairs: &[(String, String)], standing: &Standing) -> Option<Choice> {
    let id = |text: &String| text.parse::<Uuid>().ok();
    let package = pairs.iter().find(|(key, _)| key == "p").and_then(|(_, value)| id(value));
    let Some(package) = package else { return Choice::usual(&standing.content) };
    let lines: BTreeSet<Uuid> =
        pairs.iter().filter(|(key, _)| key == "c").filter_map(|(_, value)| id(value)).collect();
    Choice { package, lines }.within(&standing.content)
}

/// Everything the page of a link shows, nothing filled in.
pub(super) async fn shown<'a>(
    app: &App,
    opened: &'a Opened,
    token: &'a str,
    choice: Option<Choice>,
) -> Answer<Shown<'a>> {
    let (link, standing) = (&opened.link, &opened.standing);
    let signed = accept::of_offer(&app.db, link.workspace_id, link.offer_id).await?;
    let count = i64::try_from(signed.len()).unwrap_or(i64::MAX);
    let receipt = signed.iter().any(|a| a.link_id == link.id);
    // What the first of several signers chose holds for all.
    let choice = standing.first.as_ref().map(accept::choice_of).or(choice);
    Ok(Shown {
        standing,
        theme: &opened.theme,
        token,
        choice,
        signer: link.signs_at.is_some() && !receipt,
        wait: link.signs_at.is_some_and(|place| place > count + 1),
        receipt,
        timed: link.timed,
        pictures: pictures(app, standing).await?,
        comments: comments(app, standing).await?,
        newer: newer(app, link, standing).await?,
        filled: Filled {
            name: standing.who.as_ref().map(|w| w.name.clone()).unwrap_or_default(),
            ..Filled::default()
        },
        wrong: Wrong::default(),
        ask_code: None,
        alert: None,
        said: None,
    })
}

async fn pictures(app: &App, standing: &Standing) -> Answer<BTreeSet<Uuid>> {
    let mut found = BTreeSet::new();
    for id in standing.content.sections.iter().filter_map(|s| s.file_id) {
        let head = file::head(&app.db, standing.space.id, FileId(id), 16).await?;
        if head.is_some_and(|bytes| PictureKind::of(&bytes).is_some()) {
            found.insert(id);
        }
    }
    Ok(found)
}

#[derive(FromQueryResult)]
struct Said {
    section: Option<String>,
    words: Option<String>,
    name: Option<String>,
    at: kernel::Timestamp,
}

async fn comments(app: &App, standing: &Standing) -> Answer<Vec<Comment>> {
    let text = "SELECT f.section, f.words, p.name, f.at FROM offer_feedback f LEFT JOIN person p ON p.id = f.person_id \
                WHERE f.offer_id = ? AND f.workspace_id = ? AND f.link_id IS NOT NULL ORDER BY f.at, f.id LIMIT 200";
    let values = [standing.offer.id.into(), standing.space.id.into()];
    let rows: Vec<Said> = Sql::with(app.db.engine(), text, values).all(app.db.read()).await?;
    let locale = standing.locale();
    let comment = |said: Said| Comment {
        section: said.section.unwrap_or_default(),
        words: said.words.unwrap_or_default(),
        who: said.name.unwrap_or_default(),
        day: locale.date(said.at.to_utc().with_timezone(&standing.zone).date_naive()),
    };
    Ok(rows.into_iter().map(comment).collect())
}

/// The page of the version that took this one's place, for the same person.
async fn newer(app: &App, link: &Link, standing: &Standing) -> Answer<Option<String>> {
    if standing.offer.state != OfferState::Superseded {
        return Ok(None);
    }
    let all = of_deal(&app.db, link.workspace_id, link.deal_id).await?;
    let Some(newest) = all.into_iter().find(|o| o.sent_at.is_some() && o.version > standing.offer.version)
    else {
        return Ok(None);
    };
    let links = link::of_offer(&app.db, link.workspace_id, newest.id).await?;
    links.iter().find(|l| l.person_id == link.person_id).map(|l| l.url(app)).transpose()
}

async fn show(
    State(app): State<App>,
    method: Method,
    Path(token): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
    visitor: Visitor,
) -> Answer<Response> {
    let Some(opened) = open(&app, &token).await? else { return closed() };
    if method == Method::GET && !is_machine(&visitor.user_agent) {
        write_view(&app, &opened, &visitor).await?;
    }
    let mut shown = shown(&app, &opened, &token, choice_of(&pairs, &opened.standing)).await?;
    if pairs.iter().any(|(key, _)| key == "said") {
        shown.said = Some(words(opened.standing.locale()).said);
    }
    Ok(guarded(false, Html(shown.page()?)))
}

async fn buy(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Answer<Response> {
    let Some(opened) = open(&app, &token).await? else { return closed() };
    let shown = shown(&app, &opened, &token, choice_of(&pairs, &opened.standing)).await?;
    Ok(guarded(false, Html(shown.buy()?)))
}

/// One colour as a style sheet: `/o/theme/1864ab.css`.
async fn theme_css(Path(name): Path<String>) -> Response {
    let accent = name.strip_suffix(".css").map(|digits| format!("#{digits}"));
    match accent.filter(|accent| theme::is_legible(accent)) {
        Some(accent) => {
            let text = format!(":root {{ --accent: {accent}; }}\n");
            let headers = [
                (header::CONTENT_TYPE, "text/css; charset=utf-8"),
                (header::CACHE_CONTROL, "public, max-age=86400"),
            ];
            (headers, text).into_response()
        }
        None => guarded(false, StatusCode::NOT_FOUND),
    }
}

async fn logo(State(app): State<App>, Path(token): Path<String>) -> Answer<Response> {
    let Some(opened) = open(&app, &token).await? else { return closed() };
    Ok(opened.theme.logo.map_or_else(|| guarded(false, StatusCode::NOT_FOUND), |logo| image(logo.bytes)))
}

fn image(bytes: Vec<u8>) -> Response {
    let Some(kind) = PictureKind::of(&bytes).map(PictureKind::media_type) else {
        return guarded(false, StatusCode::NOT_FOUND);
    };
    let mut response = guarded(false, ([(header::CONTENT_TYPE, kind)], bytes));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600"));
    response
}

async fn picture(State(app): State<App>, Path((token, id)): Path<(String, Uuid)>) -> Answer<Response> {
    let Some(opened) = open(&app, &token).await? else { return closed() };
    let standing = &opened.standing;
    if !standing.content.sections.iter().any(|s| s.file_id == Some(id)) {
        return Ok(guarded(false, StatusCode::NOT_FOUND));
    }
    let bytes = file::bytes(&app.db, standing.space.id, FileId(id))
        .await?
        .filter(|bytes| picture::size(bytes).is_some());
    Ok(bytes.map_or_else(|| guarded(false, StatusCode::NOT_FOUND), image))
}

/// A PDF under a name.
pub(crate) fn pdf_file(name: &str, bytes: Vec<u8>) -> Response {
    let name: String = name.chars().filter(|c| c.is_alphanumeric() || " -_.".contains(*c)).take(80).collect();
    let encoded: String =
        form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20");
    let disposition = format!("inline; filename*=UTF-8''{encoded}.pdf");
    let headers =
        [(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    guarded(false, (headers, bytes))
}

/// Writes down that a PDF is asked for; answers no when there were too many within the hour.
async fn count_print(app: &App, opened: &Opened, visitor: &Visitor) -> Answer<bool> {
    let (link, now) = (&opened.link, opened.standing.now);
    let tx = app.db.write_tx().await?;
    audit::hold(&tx, link.offer_id).await?;
    if audit::count_since(&tx, link.id, "printed", now.plus_seconds(-3_600)).await? >= PRINTS {
        return Ok(false);
    }
    let happened =
        Happened { kind: "printed", link: Some(link.id), visitor: Some(visitor), facts: json!({}) };
    audit::add(&tx, link.workspace_id, link.offer_id, happened, now).await?;
    tx.commit().await?;
    Ok(true)
}

async fn pdf(
    State(app): State<App>,
    visitor: Visitor,
    Path(token): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Answer<Response> {
    let Some(opened) = open(&app, &token).await? else { return closed() };
    // Counted before it is printed, so that many at once do not all pass.
    if !count_print(&app, &opened, &visitor).await? {
        return answer::too_many(&opened, &token);
    }
    let asked = pairs.iter().any(|(key, _)| key == "p");
    let choice = if asked { choice_of(&pairs, &opened.standing) } else { None };
    let bytes = opened.standing.pdf(&app, choice.as_ref()).await?;
    Ok(pdf_file(&opened.standing.content.title, bytes))
}

async fn receipt(State(app): State<App>, Path(token): Path<String>) -> Answer<Response> {
    let Some(opened) = open(&app, &token).await? else { return closed() };
    let link = &opened.link;
    let signed = accept::of_offer(&app.db, link.workspace_id, link.offer_id).await?;
    let Some(mine) = signed.iter().find(|a| a.link_id == link.id) else { return closed() };
    let shown = shown(&app, &opened, &token, None).await?;
    let whole = opened.standing.offer.state == OfferState::Accepted;
    Ok(guarded(false, Html(shown.receipt_page(&mine.receipt, whole)?)))
}

/// The sealed agreement, for those who signed.
async fn agreement(State(app): State<App>, Path(token): Path<String>) -> Answer<Response> {
    let Some(opened) = open(&app, &token).await? else { return closed() };
    let link = &opened.link;
    let signed = accept::of_offer(&app.db, link.workspace_id, link.offer_id).await?;
    if !signed.iter().any(|a| a.link_id == link.id) {
        return closed();
    }
    match certificate::of(&app, link.workspace_id, &opened.standing).await? {
        Some(bytes) => Ok(pdf_file(&opened.standing.content.title, bytes)),
        None => closed(),
    }
}

/// What was sent, by name, in order. Control characters but line breaks are dropped.
pub(super) fn read(body: &[u8]) -> Vec<(String, String)> {
    let clean = |text: &str| text.chars().filter(|c| !c.is_control() || *c == '\n').collect::<String>();
    form_urlencoded::parse(body)
        .take(400)
        .map(|(key, value)| (key.into_owned(), clean(value.trim())))
        .collect()
}

/// The values of a form, the last of each name.
pub(super) fn by_name(pairs: &[(String, String)]) -> BTreeMap<&str, &str> {
    pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}
