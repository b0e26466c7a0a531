//! The buyer at the page: looking, asking, and saying that a step of theirs is done.
//!
//! No sign-in and no cookie, hence nothing another site could ride on. What is written is counted by deal and by network
//! address; a link that was taken back looks like one that never was.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use http_room::{Answer, App, Visitor};
use kernel::{DealId, Locale, WorkspaceId, limits};
use process::deal_row;
use process::room::Visit;
use process::stage::Status;
use serde::Deserialize;
use serde_json::json;
use store::db::Source;
use store::{Actor, Sql};
use uuid::Uuid;

use super::{STYLE, Shown, notice, words};
use crate::attempt::note_question;
use crate::plan::{self, Plan};
use crate::routes::standings;
use crate::rules::Side;
use crate::watch;

/// They asked something on the page of the plan. Payload: `text`.
pub const PAGE_QUESTION: &str = "closing.page_question";
/// They said on the page that a step of theirs is done. Payload: `what`.
pub const PAGE_STEP_DONE: &str = "closing.page_step_done";

/// Most bytes that may be sent.
const BODY: usize = 16 << 10;
/// Writings on a page in an hour.
const OF_PAGE: i64 = 20;
/// Writings from one network address in an hour.
const OF_ADDRESS: i64 = 10;
/// Fields of a form that are read.
const FIELDS: usize = 400;
/// Longest token that is looked for.
const TOKEN: usize = 64;

/// `/c/{token}` and what is below it; to be mounted at the root.
pub fn public_routes() -> Router<App> {
    Router::new()
        .route("/c/plan.css", get(style))
        .route("/c/{token}", get(look))
        .route("/c/{token}/question", post(ask))
        .route("/c/{token}/done", post(done))
        .layer(DefaultBodyLimit::max(BODY))
}

async fn style() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")],
        STYLE,
    )
}

#[derive(Debug, Default, Deserialize)]
struct Wanted {
    lang: Option<String>,
    did: Option<String>,
}

fn said_locale(headers: &HeaderMap, wanted: Option<&str>) -> Option<Locale> {
    let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    wanted.and_then(Locale::parse).or_else(|| Locale::from_accept_language(header?))
}

fn guarded(response: impl IntoResponse) -> Response {
    http_room::guarded(false, response)
}

fn closed(locale: Locale) -> Answer<Response> {
    let words = words(locale);
    Ok(guarded((StatusCode::NOT_FOUND, Html(notice(locale, words.closed, words.closed_text)?))))
}

/// Whose page it is.
async fn page_of(app: &App, token: &str) -> Answer<Option<(WorkspaceId, DealId)>> {
    if token.is_empty() || token.len() > TOKEN || !token.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Ok(None);
    }
    Ok(plan::by_token(&app.db, token).await?)
}

#[derive(Default)]
struct Said {
    alert: Option<&'static str>,
    thanks: Option<&'static str>,
}

/// The page as it stands now; `None` when there is nothing to see any more.
async fn shown(
    app: &App,
    token: &str,
    (workspace, deal): (WorkspaceId, DealId),
    said: Option<Locale>,
    how: impl Fn(Locale) -> Said,
    filled: &str,
) -> Answer<Option<String>> {
    let Some(row) = deal_row::find(&app.db, workspace, deal).await? else { return Ok(None) };
    let Some(plan) = plan::of_deal(&app.db, workspace, deal).await? else { return Ok(None) };
    let status = row.position()?.status;
    if matches!(status, Status::Lost | Status::Disqualified) {
        return Ok(None);
    }
    let space = deal_row::workspace(&app.db, workspace).await?;
    let now = app.clock.now();
    let view = standings(&app.db, workspace, &row, now).await?;
    let company: Option<String> = match row.company_id {
        Some(company) => {
            let text = "SELECT name FROM company WHERE id = ? AND workspace_id = ?";
            Sql::with(app.db.engine(), text, [company.into(), workspace.into()]).scalar(app.db.read()).await?
        }
        None => None,
    };
    let locale = said.unwrap_or_else(|| space.locale());
    let how = how(locale);
    let page = Shown {
        locale,
        token,
        plan: &plan,
        levers: &view.levers,
        ours: &space.name,
        theirs: company.as_deref(),
        today: deal_row::calendar(&app.db, &space, row.owner_id).await?.date(now),
        open: true,
        alert: how.alert,
        thanks: how.thanks,
        filled,
    };
    page.render().map(Some)
}

async fn look(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Answer<Response> {
    let said = said_locale(&headers, wanted.lang.as_deref());
    let Some(place) = page_of(&app, &token).await? else { return closed(said.unwrap_or_default()) };
    let how = |locale: Locale| {
        let words = words(locale);
        let thanks = match wanted.did.as_deref() {
            Some("asked") => Some(words.asked),
            Some("done") => Some(words.marked),
            _ => None,
        };
        Said { thanks, ..Said::default() }
    };
    match shown(&app, &token, place, said, how, "").await? {
        Some(html) => Ok(guarded(Html(html))),
        None => closed(said.unwrap_or_default()),
    }
}

fn read(body: &[u8]) -> BTreeMap<String, String> {
    let clean = |text: &str| text.chars().filter(|c| !c.is_control() || *c == '\n').collect::<String>();
    let fields = form_urlencoded::parse(body).take(FIELDS);
    fields.map(|(key, value)| (key.into_owned(), clean(value.trim()))).collect()
}

/// Begins to write in the name of somebody outside, unless too much was written within the hour.
async fn begin(
    app: &App,
    (workspace, deal): (WorkspaceId, DealId),
    visitor: &Visitor,
) -> Answer<Option<(Visit, Plan)>> {
    let now = app.clock.now();
    let tx = app.db.write_tx().await?;
    let text = "SELECT COUNT(*), COALESCE(CAST(SUM(CASE WHEN address = ? THEN 1 ELSE 0 END) AS BIGINT), 0) \
                FROM closing_page_post WHERE deal_id = ? AND at > ?";
    let values = [visitor.address.clone().into(), deal.into(), now.plus_seconds(-3600).into()];
    let rows = Sql::with(tx.engine(), text, values).rows(tx.conn()).await?;
    let (all, theirs): (i64, i64) = match rows.first() {
        Some(row) => (row.try_get_by_index(0)?, row.try_get_by_index(1)?),
        None => (0, 0),
    };
    let row = deal_row::hold(&tx, workspace, deal).await?;
    let plan = plan::of_deal(&tx, workspace, deal).await?;
    let (Some(row), Some(plan)) = (row, plan) else { return Ok(None) };
    if matches!(row.position()?.status, Status::Lost | Status::Disqualified) {
        return Ok(None);
    }
    if all >= OF_PAGE || theirs >= OF_ADDRESS {
        return Ok(None);
    }
    let text =
        "INSERT INTO closing_page_post (id, workspace_id, deal_id, address, at) VALUES (?, ?, ?, ?, ?)";
    let values =
        [Uuid::now_v7().into(), workspace.into(), deal.into(), visitor.address.clone().into(), now.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let visit = Visit { tx, deal: row, workspace, actor: Actor::Outside, now };
    Ok(Some((visit, plan)))
}

fn back(token: &str, locale: Option<Locale>, did: &str) -> Response {
    let lang = locale.map_or_else(String::new, |locale| format!("&lang={}", locale.tag()));
    guarded((StatusCode::SEE_OTHER, [(header::LOCATION, format!("/c/{token}?did={did}{lang}"))]))
}

async fn again(
    app: &App,
    token: &str,
    place: (WorkspaceId, DealId),
    said: Option<Locale>,
    (status, question): (StatusCode, &str),
) -> Answer<Response> {
    let how = |locale: Locale| {
        let words = words(locale);
        let alert = if status == StatusCode::TOO_MANY_REQUESTS { words.too_many } else { words.no_question };
        Said { alert: Some(alert), ..Said::default() }
    };
    match shown(app, token, place, said, how, question).await? {
        Some(html) => Ok(guarded((status, Html(html)))),
        None => closed(said.unwrap_or_default()),
    }
}

async fn ask(
    State(app): State<App>,
    Path(token): Path<String>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Response> {
    let given = read(&body);
    let said = said_locale(&headers, given.get("lang").map(String::as_str));
    let Some(place) = page_of(&app, &token).await? else { return closed(said.unwrap_or_default()) };
    let question = given.get("question").map(String::as_str).unwrap_or_default();
    // A machine fills everything in; it is answered like anybody else.
    if given.get("fax_number").is_some_and(|trap| !trap.is_empty()) {
        return Ok(back(&token, said, "asked"));
    }
    if question.is_empty() || !limits::fits(question, limits::LINE_CHARS) {
        return again(&app, &token, place, said, (StatusCode::UNPROCESSABLE_ENTITY, question)).await;
    }
    let Some((mut visit, plan)) = begin(&app, place, &visitor).await? else {
        return again(&app, &token, place, said, (StatusCode::TOO_MANY_REQUESTS, question)).await;
    };
    note_question(&visit, question, true).await?;
    visit.tell(PAGE_QUESTION, plan.id, None, json!({ "text": question })).await?;
    visit.leave().await?;
    Ok(back(&token, said, "asked"))
}

async fn done(
    State(app): State<App>,
    Path(token): Path<String>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Response> {
    let given = read(&body);
    let said = said_locale(&headers, given.get("lang").map(String::as_str));
    let Some(place) = page_of(&app, &token).await? else { return closed(said.unwrap_or_default()) };
    let step: Option<Uuid> = given.get("step").and_then(|id| id.parse().ok());
    let Some((mut visit, plan)) = begin(&app, place, &visitor).await? else {
        return again(&app, &token, place, said, (StatusCode::TOO_MANY_REQUESTS, "")).await;
    };
    let mut steps = plan.steps.clone();
    let found = steps.iter_mut().find(|s| s.side == Side::Them && s.id == step && step.is_some() && !s.done);
    if let Some(one) = found {
        one.done = true;
        let what = one.what.clone();
        let text = "UPDATE closing_plan SET steps = ?, updated_at = ? WHERE id = ?";
        let values: [sea_orm::Value; 3] = [json!(steps).into(), visit.now.into(), plan.id.into()];
        Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
        visit.tell(PAGE_STEP_DONE, plan.id, None, json!({ "what": what })).await?;
        watch::sync_steps(&mut visit.tx, visit.workspace, &visit.deal, visit.now).await?;
        visit.leave().await?;
    }
    Ok(back(&token, said, "done"))
}
