//! A visitor at a form: the page, what they send, and the script that puts the form on a site.
//!
//! No sign-in and no cookie, hence nothing another site could ride on; any site may read and send here. A page
//! carries a sealed ticket that says when it was opened: it tells machines by their haste, and the same page sent
//! twice is one lead. A machine is answered like anybody else.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http_room::{Answer, App, FieldError, Problem, Visitor};
use kernel::{LeadArrivalId, Locale, Timestamp};
use records::workspace;
use records::write::Author;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use store::{Actor, WriteTx};

use super::arrival::{self, Coming, Consented};
use super::arrive::{Arrived, Newcomer, arrive};
use super::ask::{self, Given};
use super::form::{self, LeadForm};
use super::page::{self, Shown, in_language, words};
use super::rules::{TICKET_SECONDS, origin_of, spam_reason};

/// Longest token that is looked for.
const TOKEN: usize = 64;
/// Most bytes a visitor may send.
pub const BODY: usize = 64 << 10;
/// Most values a visitor may send.
const VALUES: usize = 400;
/// The type of a script.
pub const SCRIPT: &str = "text/javascript; charset=utf-8";
/// The field no visitor sees.
pub const TRAP: &str = "fax_number";

/// Public pages of this room, to be mounted at the root: `/f/{token}`.
pub fn public_routes() -> Router<App> {
    Router::new()
        .route("/f/form.css", get(|| async { part("text/css; charset=utf-8", page::STYLE) }))
        .route("/f/frame.js", get(|| async { part(SCRIPT, page::FRAME) }))
        .route("/f/{token}/embed.js", get(embed))
        .route("/f/{token}", get(show).post(send).options(allow))
        .layer(DefaultBodyLimit::max(4 * BODY))
}

/// A file of the program itself, which browsers may keep for an hour.
fn part(kind: &'static str, text: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=3600")];
    (headers, text).into_response()
}

#[derive(Debug, Default, Deserialize)]
struct Wanted {
    lang: Option<String>,
    embed: Option<String>,
}

/// How the visitor is answered.
struct Manner {
    locale: Locale,
    embed: bool,
    json: bool,
}

fn manner(headers: &HeaderMap, wanted: &Wanted, usual: Locale) -> Manner {
    let text = |name| headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok()).unwrap_or_default();
    let chosen = wanted.lang.as_deref().and_then(Locale::parse);
    let locale =
        chosen.or_else(|| Locale::from_accept_language(text(header::ACCEPT_LANGUAGE))).unwrap_or(usual);
    let is_json = |name| text(name).starts_with("application/json");
    let json = is_json(header::CONTENT_TYPE) || is_json(header::ACCEPT);
    Manner { locale, embed: wanted.embed.is_some(), json }
}

/// An open form by the token of its address, and its workspace's language.
async fn open_form(app: &App, token: &str) -> Answer<Option<(LeadForm, Locale)>> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if token.is_empty() || token.len() > TOKEN || !token.bytes().all(fits) {
        return Ok(None);
    }
    let Some(form) = form::by_token(&app.db, token).await?.filter(|f| f.content.active) else {
        return Ok(None);
    };
    let space = workspace::find(&app.db, form.workspace_id).await?;
    Ok(Some((form, space.map(|space| space.locale()).unwrap_or_default())))
}

fn purpose(form: &LeadForm) -> String {
    format!("lead form {}", form.id)
}

fn ticket(app: &App, form: &LeadForm) -> String {
    app.secrets.seal(&purpose(form), &app.clock.now().0.to_string())
}

/// When the page was opened; none when the ticket is not ours, or too old.
fn opened(app: &App, form: &LeadForm, ticket: &str) -> Option<Timestamp> {
    let at = app.secrets.open(&purpose(form), ticket).ok()?.parse().ok().map(Timestamp)?;
    (0..=TICKET_SECONDS).contains(&app.clock.now().seconds_since(at)).then_some(at)
}

/// Headers of everything a visitor is answered: any site may frame, read and send, and nothing runs but ours.
pub fn guarded(form: Option<&LeadForm>, response: impl IntoResponse) -> Response {
    let mut response = response.into_response();
    let onward = form.and_then(|f| origin_of(f.content.redirect_url.as_deref()?)).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self' {onward}; \
         base-uri 'none'; frame-ancestors *"
    );
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

async fn allow() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    guarded(None, (StatusCode::NO_CONTENT, headers))
}

/// One sentence, in the visitor's manner.
fn say(manner: &Manner, status: StatusCode, code: &str, title: &str, text: &str) -> Answer<Response> {
    if manner.json {
        return Ok(guarded(None, Problem::new(status, code, text)));
    }
    let html = page::notice(manner.locale, manner.embed, title, text)?;
    Ok(guarded(None, (status, Html(html))))
}

fn closed(manner: &Manner) -> Answer<Response> {
    let words = words(manner.locale);
    say(manner, StatusCode::NOT_FOUND, "not_found", words.closed, words.closed_text)
}

async fn embed(State(app): State<App>, Path(token): Path<String>) -> Answer<Response> {
    if open_form(&app, &token).await?.is_none() {
        return Ok(guarded(None, StatusCode::NOT_FOUND));
    }
    let kind = [(header::CONTENT_TYPE, SCRIPT)];
    Ok(guarded(None, (kind, page::EMBED)))
}

async fn show(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Answer<Response> {
    let found = open_form(&app, &token).await?;
    let manner = manner(&headers, &wanted, found.as_ref().map(|(_, usual)| *usual).unwrap_or_default());
    let Some((form, _)) = found else { return closed(&manner) };
    let own = form::own_fields(&app.db, form.workspace_id).await?;
    let asked = ask::asked(&form.content.fields, &own);
    let ticket = ticket(&app, &form);
    if manner.json {
        let fields: Vec<Json> =
            asked.iter().map(|a| json!({ "field": a.field, "required": a.required })).collect();
        let consent = &form.content.consent;
        let told =
            json!({ "texts": form.content.texts, "fields": fields, "consent": consent, "ticket": ticket });
        return Ok(guarded(Some(&form), axum::Json(told)));
    }
    let shown = Shown { embed: manner.embed, ..Shown::fresh(manner.locale, &ticket) };
    Ok(guarded(Some(&form), Html(page::form(&form.content, &asked, &shown)?)))
}

/// What was sent, by name. Control characters but line breaks are dropped; nothing else is changed.
pub fn read(json: bool, body: &[u8]) -> Option<Given> {
    let clean = |text: &str| text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let mut given = Given::new();
    if json {
        let sent: BTreeMap<String, Json> = serde_json::from_slice(body).ok()?;
        for (key, value) in sent {
            let values = value.as_array().cloned().unwrap_or_else(|| vec![value]);
            let text = |v: &Json| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
            let values =
                values.iter().filter(|v| !v.is_null() && **v != Json::Bool(false)).map(|v| clean(&text(v)));
            given.insert(key, values.collect());
        }
    } else {
        for (key, value) in form_urlencoded::parse(body) {
            given.entry(key.into_owned()).or_default().push(clean(&value));
        }
    }
    (given.values().map(Vec::len).sum::<usize>() <= VALUES).then_some(given)
}

fn first<'a>(given: &'a Given, key: &str) -> &'a str {
    given.get(key).and_then(|values| values.first()).map(String::as_str).unwrap_or_default()
}

async fn send(
    State(app): State<App>,
    Path(token): Path<String>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Response> {
    let found = open_form(&app, &token).await?;
    let usual = found.as_ref().map(|(_, usual)| *usual).unwrap_or_default();
    let plain = manner(&headers, &Wanted::default(), usual);
    let Some((form, _)) = found else { return closed(&plain) };
    let given = if body.len() > BODY { None } else { read(plain.json, &body) };
    let Some(given) = given else {
        let words = words(plain.locale);
        return say(&plain, StatusCode::PAYLOAD_TOO_LARGE, "too_large", words.title, words.too_large);
    };
    let wanted = |key| Some(first(&given, key).to_owned()).filter(|text| !text.is_empty());
    let wanted = Wanted { lang: wanted("lang"), embed: wanted("embed") };
    let manner = manner(&headers, &wanted, usual);
    take(&app, &form, given, &visitor, &manner).await
}

/// Whether one more lead is too many this hour.
async fn too_many(app: &App, form: &LeadForm, visitor: &Visitor) -> Answer<bool> {
    let hour = app.clock.now().plus_seconds(-3600);
    let (theirs, all) = arrival::since(&app.db, form.id, &visitor.address, hour).await?;
    Ok(theirs >= form.content.per_address || all >= form.content.per_form)
}

async fn take(
    app: &App,
    form: &LeadForm,
    given: Given,
    visitor: &Visitor,
    manner: &Manner,
) -> Answer<Response> {
    let words = words(manner.locale);
    if too_many(app, form, visitor).await? {
        let (status, title) = (StatusCode::TOO_MANY_REQUESTS, words.title);
        let mut refused = say(manner, status, "too_many_attempts", title, words.too_many)?;
        refused.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("3600"));
        return Ok(refused);
    }
    let Some(at) = opened(app, form, first(&given, "ticket")) else {
        let error = FieldError::new("ticket", "invalid", "open the page again for a new ticket");
        return again(app, form, given, manner, vec![error], Some(words.too_old)).await;
    };
    let own = form::own_fields(&app.db, form.workspace_id).await?;
    let agreed = !first(&given, "consent").is_empty();
    let mut errors =
        ask::read(&ask::asked(&form.content.fields, &own), &given, &own).err().unwrap_or_default();
    if form.content.consent.as_ref().is_some_and(|c| c.required) && !agreed {
        errors.push(FieldError::new("consent", "required", "must be agreed to"));
    }
    if !errors.is_empty() {
        return again(app, form, given, manner, errors, None).await;
    }
    let spam = spam_reason(first(&given, TRAP), at, app.clock.now());
    match keep(app, form, &given, visitor, (agreed, spam, manner.locale)).await {
        Ok(()) => sent(form, manner),
        // What arose only in the writing cannot be laid at one field of the form.
        Err(problem) => {
            tracing::warn!(%problem, form = %form.id, "a lead could not be taken in");
            again(app, form, given, manner, Vec::new(), Some(words.not_now)).await
        }
    }
}

/// The page once more, as it was filled in, with what is wrong.
async fn again(
    app: &App,
    form: &LeadForm,
    given: Given,
    manner: &Manner,
    errors: Vec<FieldError>,
    alert: Option<&'static str>,
) -> Answer<Response> {
    let ours = errors.is_empty();
    let status = if ours { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::UNPROCESSABLE_ENTITY };
    if manner.json {
        let problem = if ours {
            Problem::new(status, "timeout", alert.unwrap_or_default())
        } else {
            Problem::invalid(errors)
        };
        return Ok(guarded(Some(form), problem));
    }
    let own = form::own_fields(&app.db, form.workspace_id).await?;
    let agreed = !first(&given, "consent").is_empty();
    let ticket = ticket(app, form);
    let shown = Shown { locale: manner.locale, ticket, embed: manner.embed, given, agreed, errors, alert };
    let html = page::form(&form.content, &ask::asked(&form.content.fields, &own), &shown)?;
    Ok(guarded(Some(form), (status, Html(html))))
}

fn sent(form: &LeadForm, manner: &Manner) -> Answer<Response> {
    let content = &form.content;
    if manner.json {
        let thanks = in_language(&content.texts.thanks, manner.locale, words(manner.locale).thanks);
        let told = json!({ "thanks": thanks, "redirect_url": content.redirect_url });
        return Ok(guarded(Some(form), axum::Json(told)));
    }
    match &content.redirect_url {
        Some(url) if !manner.embed => {
            Ok(guarded(Some(form), (StatusCode::SEE_OTHER, [(header::LOCATION, url.clone())])))
        }
        _ => Ok(guarded(Some(form), Html(page::thanks(content, manner.locale, manner.embed)?))),
    }
}

/// Keeps what was sent, and takes the lead in unless a machine sent it. The same page again is nothing new.
async fn keep(
    app: &App,
    form: &LeadForm,
    given: &Given,
    visitor: &Visitor,
    (agreed, spam_reason, locale): (bool, Option<&'static str>, Locale),
) -> Answer<()> {
    let now = app.clock.now();
    let consent = form.content.consent.as_ref().filter(|_| agreed).map(|consent| Consented {
        text: in_language(&consent.text, locale, "").to_owned(),
        version: Some(form.consent_version),
        at: Some(now),
    });
    let asked = |key: &str| form.content.fields.iter().any(|f| f.field == key);
    let coming = Coming {
        workspace: form.workspace_id,
        form: Some((form.id, form.content.name.clone())),
        origin: format!("form:{}", form.id),
        external_id: Some(hex::encode(Sha256::digest(first(given, "ticket")))),
        spam_reason,
        given: given
            .iter()
            .filter(|(key, _)| asked(key))
            .map(|(key, values)| (key.clone(), json!(values)))
            .collect(),
        source: Some(source(form)),
        locale: Some(locale.tag()),
        consent,
        visitor: Some(visitor.clone()),
        now,
    };
    let agreed = coming.consent.is_some();
    let mut tx = app.db.write_tx().await?;
    let Some(id) = arrival::reserve(&tx, &coming).await? else { return Ok(()) };
    if spam_reason.is_none() {
        take_in(&mut tx, form, given, agreed, (id, Actor::Outside, now)).await?;
    }
    Ok(tx.commit().await?)
}

fn source(form: &LeadForm) -> String {
    form.content.source.clone().unwrap_or_else(|| form.content.name.clone())
}

/// Makes a lead of what was filled in.
///
/// # Errors
/// 422 when a value does not fit.
pub async fn take_in(
    tx: &mut WriteTx,
    form: &LeadForm,
    given: &Given,
    agreed: bool,
    (arrival, actor, now): (LeadArrivalId, Actor, Timestamp),
) -> Answer<Arrived> {
    let own = form::own_fields(tx, form.workspace_id).await?;
    let answers =
        ask::read(&ask::asked(&form.content.fields, &own), given, &own).map_err(Problem::invalid)?;
    let space = process::deal_row::workspace(tx, form.workspace_id).await?;
    let by = Author { workspace: form.workspace_id, actor, now, cause: None, currency: space.currency() };
    let lead = Newcomer {
        person: answers.person,
        company: answers.company,
        message: answers.message,
        owner: form::next_owner(tx, form).await?,
        basis: if agreed { "consent" } else { "inquiry" },
        source: Some(source(form)),
        form: Some((form.id, form.content.name.clone())),
        arrival,
        answer: true,
    };
    arrive(tx, &by, &lead).await
}
