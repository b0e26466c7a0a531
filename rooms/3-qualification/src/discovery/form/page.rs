//! The page a prospect answers on. No sign-in, no cookie: its address is the key.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, Response};
use axum::routing::get;
use http_room::{Answer, App, FieldError};
use kernel::{Locale, PersonId, WorkspaceId};
use process::deal_row;
use process::owner_task::{Owed, owe};
use process::room::Visit;
use prospecting::inbound::ask::Given;
use prospecting::inbound::page::{self, EMBED, Shown, words};
use prospecting::inbound::visit::{BODY, SCRIPT, TRAP, guarded, read};
use records::Kind;
use records::custom_field;
use serde::Deserialize;
use serde_json::json;
use store::{Actor, Sql};
use uuid::Uuid;

use super::rules::{self, Own, answered_title, content};
use crate::discovery::autosave::{self, CellPatch, Saver};
use crate::discovery::fill::fill;
use crate::discovery::outline::Outline;
use crate::discovery::talk::{self, FORM_ANSWERED, Talk};

/// Longest token that is looked for.
const TOKEN: usize = 64;
/// Changes that one form takes in; a person sends a few, a machine many.
const MOST: i64 = 3_000;

/// Public pages of this room, to be mounted at the root: `/q/{token}`.
pub fn public_routes() -> Router<App> {
    Router::new()
        .route("/q/{token}/embed.js", get(embed))
        .route("/q/{token}", get(show).post(send))
        .layer(DefaultBodyLimit::max(4 * BODY))
}

#[derive(Debug, Default, Deserialize)]
struct Wanted {
    lang: Option<String>,
    embed: Option<String>,
}

/// An open form, and how its visitor is answered.
struct Open {
    workspace: WorkspaceId,
    talk: Talk,
    outline: Outline,
    own: Own,
    usual: Locale,
}

async fn open(app: &App, token: &str) -> Answer<Option<Open>> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if token.is_empty() || token.len() > TOKEN || !token.bytes().all(fits) {
        return Ok(None);
    }
    let Some((workspace, id)) = talk::by_token(&app.db, token).await? else { return Ok(None) };
    let talk = talk::find(&app.db, workspace, id).await?;
    let deal = deal_row::find(&app.db, workspace, talk.deal_id).await?;
    if talk.state != "open" || deal.is_none() {
        return Ok(None);
    }
    let outline = talk::outline(&app.db, workspace, &talk).await?;
    let own = Own {
        deal: custom_field::in_use(&app.db, workspace, Kind::Deal).await?,
        company: custom_field::in_use(&app.db, workspace, Kind::Company).await?,
    };
    let space = deal_row::workspace(&app.db, workspace).await?;
    let who = match talk.person_id {
        Some(person) => outreach::recipient::find(&app.db, workspace, person).await?,
        None => None,
    };
    let usual = who.and_then(|w| w.language()).unwrap_or(space.locale());
    Ok(Some(Open { workspace, talk, outline, own, usual }))
}

fn locale(headers: &HeaderMap, wanted: &Wanted, usual: Locale) -> Locale {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let chosen = wanted.lang.as_deref().and_then(Locale::parse);
    chosen.or_else(|| Locale::from_accept_language(accepted)).unwrap_or(usual)
}

fn closed(locale: Locale, embed: bool) -> Answer<Response> {
    let words = words(locale);
    let html = page::notice(locale, embed, words.closed, words.closed_text)?;
    Ok(guarded(None, (StatusCode::NOT_FOUND, Html(html))))
}

async fn embed(State(app): State<App>, Path(token): Path<String>) -> Answer<Response> {
    if open(&app, &token).await?.is_none() {
        return Ok(guarded(None, StatusCode::NOT_FOUND));
    }
    Ok(guarded(None, ([(header::CONTENT_TYPE, SCRIPT)], EMBED)))
}

async fn show(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Answer<Response> {
    let found = open(&app, &token).await?;
    let locale = locale(&headers, &wanted, found.as_ref().map(|f| f.usual).unwrap_or_default());
    let Some(form) = found else { return closed(locale, wanted.embed.is_some()) };
    let cells = talk::cells(&app.db, form.workspace, form.talk.id).await?;
    let place = |key: &str| cells.get(key).map(|c| c.value.clone()).unwrap_or_default();
    let given = rules::given(&form.outline, &form.own, place);
    let shown = Shown { embed: wanted.embed.is_some(), given, ..Shown::fresh(locale, "") };
    render(&form, &shown, StatusCode::OK)
}

fn render(form: &Open, shown: &Shown, status: StatusCode) -> Answer<Response> {
    let html = page::form(&content(), &rules::asked(&form.outline, &form.own), shown)?;
    Ok(guarded(None, (status, Html(html))))
}

async fn send(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Response> {
    let found = open(&app, &token).await?;
    let usual = found.as_ref().map(|f| f.usual).unwrap_or_default();
    let given = if body.len() > BODY { None } else { read(false, &body) };
    let value = |key: &str| {
        let values = given.as_ref().and_then(|g: &Given| g.get(key));
        values.and_then(|v| v.first()).filter(|t| !t.is_empty()).cloned()
    };
    let wanted = Wanted { lang: value("lang"), embed: value("embed") };
    let (locale, embed) = (locale(&headers, &wanted, usual), wanted.embed.is_some());
    let Some(form) = found else { return closed(locale, embed) };
    let trapped = value(TRAP).is_some();
    let Some(given) = given else {
        let words = words(locale);
        let html = page::notice(locale, embed, words.title, words.too_large)?;
        return Ok(guarded(None, (StatusCode::PAYLOAD_TOO_LARGE, Html(html))));
    };
    match rules::read(&form.outline, &form.own, &given) {
        Err(errors) => again(&form, (locale, embed), given, errors),
        // Whoever fills in what nobody sees is answered like anybody else.
        Ok(_) if trapped => thanks(locale, embed),
        Ok(parts) => {
            if too_many(&app, &form).await? {
                let words = words(locale);
                let html = page::notice(locale, embed, words.title, words.too_many)?;
                return Ok(guarded(None, (StatusCode::TOO_MANY_REQUESTS, Html(html))));
            }
            keep(&app, &form, parts).await?;
            thanks(locale, embed)
        }
    }
}

fn again(
    form: &Open,
    (locale, embed): (Locale, bool),
    given: Given,
    errors: Vec<FieldError>,
) -> Answer<Response> {
    let shown = Shown { embed, given, errors, ..Shown::fresh(locale, "") };
    render(form, &shown, StatusCode::UNPROCESSABLE_ENTITY)
}

fn thanks(locale: Locale, embed: bool) -> Answer<Response> {
    let mut response = guarded(None, Html(page::thanks(&content(), locale, embed)?));
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

async fn too_many(app: &App, form: &Open) -> Answer<bool> {
    let text = "SELECT COUNT(*) FROM talk_revision WHERE talk_id = ? AND workspace_id = ?";
    let values = [form.talk.id.into(), form.workspace.into()];
    let found: Option<i64> = Sql::with(app.db.engine(), text, values).scalar(app.db.read()).await?;
    Ok(found.unwrap_or(0) >= MOST)
}

/// Keeps the answers, fills the fields with what they wrote, and tells the deal's owner at the first time.
async fn keep(app: &App, form: &Open, parts: Vec<(String, serde_json::Value)>) -> Answer<()> {
    let now = app.clock.now();
    let tx = app.db.write_tx().await?;
    let Some(deal) = deal_row::hold(&tx, form.workspace, form.talk.deal_id).await? else { return Ok(()) };
    let mut visit = Visit { tx, deal, workspace: form.workspace, actor: Actor::Outside, now };
    let held = talk::hold(&visit.tx, form.workspace, form.talk.id).await?;
    let before = talk::cells(&visit.tx, form.workspace, held.id).await?;
    let stands = |cell: &str| before.get(cell).map(|c| (c.value.clone(), c.revision)).unwrap_or_default();
    let patches: Vec<CellPatch> = parts
        .into_iter()
        .map(|(cell, value)| (stands(&cell), cell, value))
        .filter(|((stood, _), _, value)| stood != value)
        .map(|((_, base), cell, value)| CellPatch { id: Uuid::now_v7(), base, cell, value })
        .collect();
    if patches.is_empty() {
        return Ok(());
    }
    let by = Saver { workspace: form.workspace, user: None, now };
    autosave::save(&visit.tx, by, &held, &patches).await?;
    fill(&mut visit, &held).await?;
    let cells = talk::cells(&visit.tx, form.workspace, held.id).await?;
    let payload = json!({
        "answered": talk::answered(&form.outline, &cells), "questions": form.outline.questions.len(),
    });
    visit.tell(FORM_ANSWERED, held.id.0, held.person_id, payload).await?;
    if before.is_empty() {
        tell_owner(&mut visit, held.person_id).await?;
    }
    visit.leave().await
}

async fn tell_owner(visit: &mut Visit, person: Option<PersonId>) -> Answer<()> {
    let space = deal_row::workspace(&visit.tx, visit.workspace).await?;
    let who = match person {
        Some(person) => outreach::recipient::find(&visit.tx, visit.workspace, person).await?,
        None => None,
    };
    let title = answered_title(space.locale(), who.as_ref().map_or(&visit.deal.name, |w| &w.name));
    let owed = Owed { person, ..Owed::notice(title) };
    owe(&mut visit.tx, &space, &visit.deal, Actor::System, owed, (visit.now, visit.now)).await?;
    Ok(())
}
