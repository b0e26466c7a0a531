//! What somebody sends from the page: words, consent to timing, a yes or a no.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_room::{Answer, App, Visitor, guarded};
use kernel::limits;
use process::deal_row;
use process::room::Visit;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Actor, Sql};
use uuid::Uuid;

use super::visit::{Opened, by_name, choice_of, closed, open, read, shown};
use super::{Filled, Wrong, notice, words};
use crate::audit::{self, Happened, count_since};
use crate::change::end;
use crate::link;
use crate::notice::{What, tell_owner};
use crate::offer::{OFFER_FEEDBACK, refresh};
use crate::sign::accept::{Outcome, Signing, sign};
use crate::sign::code::{self, Sent};
use crate::sign::rules::{NAME_CHARS, Refusal, is_drawing, may_answer};
use crate::state::OfferState;

/// Words from one link in an hour.
const WORDS: i64 = 20;
/// Tries to sign from one link in an hour.
const TRIES: i64 = 30;
/// The longest anybody is believed to read between two tellings, seconds.
const SECONDS: i64 = 120;

pub(super) fn too_many(opened: &Opened, token: &str) -> Answer<Response> {
    let locale = opened.standing.locale();
    let words = words(locale);
    let html = notice(locale, &opened.standing.content.title, words.too_many, Some(&format!("/o/{token}")))?;
    let mut response = guarded(false, (StatusCode::TOO_MANY_REQUESTS, Html(html)));
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("3600"));
    Ok(response)
}

fn on_to(to: &str) -> Response {
    guarded(false, (StatusCode::SEE_OTHER, [(header::LOCATION, to.to_owned())]))
}

/// The page again, with what was chosen on it.
fn back_to(opened: &Opened, token: &str, pairs: &[(String, String)]) -> String {
    let kept = by_name(pairs).get("q").copied().unwrap_or_default();
    let choice = choice_of(&read(kept.as_bytes()), &opened.standing);
    format!("/o/{token}?{}", super::query(choice.as_ref()))
}

/// Whether something happened too often from a link within the hour.
pub(super) async fn often(app: &App, opened: &Opened, kinds: &[&str], most: i64) -> Answer<bool> {
    let hour = opened.standing.now.plus_seconds(-3_600);
    let mut all = 0;
    for kind in kinds {
        all += count_since(&app.db, opened.link.id, kind, hour).await?;
    }
    Ok(all >= most)
}

/// Holds the deal for a write of somebody outside.
async fn visit_of(app: &App, opened: &Opened) -> Answer<Option<Visit>> {
    let link = &opened.link;
    let tx = app.db.write_tx().await?;
    let deal = deal_row::hold(&tx, link.workspace_id, link.deal_id).await?;
    let now = opened.standing.now;
    Ok(deal.map(|deal| Visit { tx, deal, workspace: link.workspace_id, actor: Actor::Outside, now }))
}

async fn note(
    visit: &Visit,
    opened: &Opened,
    kind: &'static str,
    visitor: &Visitor,
    facts: Json,
) -> Answer<()> {
    let happened = Happened { kind, link: Some(opened.link.id), visitor: Some(visitor), facts };
    Ok(audit::add(&visit.tx, visit.workspace, opened.link.offer_id, happened, visit.now).await?)
}

pub(super) async fn comment(
    State(app): State<App>,
    Path(token): Path<String>,
    visitor: Visitor,
    body: Bytes,
) -> Answer<Response> {
    let Some(opened) = open(&app, &token).await? else { return closed() };
    let pairs = read(&body);
    let given = by_name(&pairs);
    let text = |key: &str| given.get(key).copied().unwrap_or_default();
    let standing = &opened.standing;
    let section = text("section");
    let known = section == "price" || standing.content.sections.iter().any(|s| s.id.to_string() == section);
    let said = text("words");
    let open = may_answer(standing.offer.state, standing.is_expired()).is_ok();
    let back = back_to(&opened, &token, &pairs);
    if !open || !known || said.is_empty() {
        return Ok(on_to(&back));
    }
    if !limits::fits(said, limits::REASON_CHARS) {
        let locale = standing.locale();
        let html = notice(locale, &standing.content.title, words(locale).too_large, Some(&back))?;
        return Ok(guarded(false, (StatusCode::UNPROCESSABLE_ENTITY, Html(html))));
    }
    if often(&app, &opened, &["commented"], WORDS).await? {
        return too_many(&opened, &token);
    }
    let kind = if text("kind") == "question" { "question" } else { "comment" };
    keep_words(&app, &opened, &visitor, (kind, section, said)).await?;
    let anchor = if section == "price" { "packages".to_owned() } else { format!("s-{section}") };
    Ok(on_to(&format!("{back}&said=1#{anchor}")))
}

async fn keep_words(
    app: &App,
    opened: &Opened,
    visitor: &Visitor,
    (kind, section, said): (&str, &str, &str),
) -> Answer<()> {
    let link = &opened.link;
    let Some(mut visit) = visit_of(app, opened).await? else { return Ok(()) };
    let text = "INSERT INTO offer_feedback (id, workspace_id, offer_id, kind, words, person_id, at, link_id, section) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let id = Uuid::now_v7();
    let values = [
        id.into(),
        visit.workspace.into(),
        link.offer_id.into(),
        kind.into(),
        said.into(),
        link.person_id.into(),
        visit.now.into(),
        link.id.into(),
        section.into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    let title = opened.standing.content.sections.iter().find(|s| s.id.to_string() == section);
    let title = title.map(|s| s.title.clone());
    let payload = json!({
        "version": opened.standing.offer.version, "kind": kind, "words": said, "section": title, "feedback_id": id,
    });
    visit.tell(OFFER_FEEDBACK, link.offer_id.0, Some(link.person_id), payload).await?;
    note(&visit, opened, "commented", visitor, json!({ "kind": kind, "section": section })).await?;
    refresh(&visit.tx, visit.workspace, visit.deal.id, visit.now).await?;
    let name = opened.standing.who.as_ref().map(|w| w.name.clone()).unwrap_or_default();
    tell_owner(&mut visit, Some(link.person_id), What::Said(&name)).await?;
    visit.leave().await
}

pub(super) async fn timing(
    State(app): State<App>,
    Path(token): Path<String>,
    body: Bytes,
) -> Answer<Response> {
    let Some(opened) = open(&app, &token).await? else { return closed() };
    let pairs = read(&body);
    let agreed = by_name(&pairs).get("agreed") == Some(&"yes");
    let tx = app.db.write_tx().await?;
    link::agree_to_timing(&tx, &opened.link, agreed).await?;
    tx.commit().await?;
    Ok(on_to(&back_to(&opened, &token, &pairs)))
}

/// Seconds for which chapters were in sight; nothing is kept of whoever did not agree.
pub(super) async fn reading(
    State(app): State<App>,
    Path(token): Path<String>,
    body: Bytes,
) -> Answer<Response> {
    let Some(opened) = open(&app, &token).await? else { return closed() };
    let link = &opened.link;
    if link.timed != Some(true) {
        return Ok(guarded(false, StatusCode::NO_CONTENT));
    }
    let pairs = read(&body);
    let known = |key: &str| {
        key == "price" || opened.standing.content.sections.iter().any(|s| s.id.to_string() == key)
    };
    let tx = app.db.write_tx().await?;
    for (section, seconds) in pairs.iter().filter(|(key, _)| known(key)).take(100) {
        let Some(seconds) = seconds.parse::<i64>().ok().filter(|n| (1..=SECONDS).contains(n)) else {
            continue;
        };
        let text = "INSERT INTO offer_reading (link_id, workspace_id, section, seconds, at) VALUES (?, ?, ?, ?, ?) \
                    ON CONFLICT (link_id, section) DO UPDATE SET seconds = offer_reading.seconds + excluded.seconds, \
                    at = excluded.at WHERE offer_reading.seconds < 86400";
        let values = [
            link.id.into(),
            link.workspace_id.into(),
            section.as_str().into(),
            seconds.into(),
            opened.standing.now.into(),
        ];
        Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    }
    tx.commit().await?;
    Ok(guarded(false, StatusCode::NO_CONTENT))
}

pub(super) async fn decline(
    State(app): State<App>,
    Path(token): Path<String>,
    visitor: Visitor,
    body: Bytes,
) -> Answer<Response> {
    let Some(opened) = open(&app, &token).await? else { return closed() };
    let pairs = read(&body);
    let reason: String = by_name(&pairs)
        .get("reason")
        .copied()
        .unwrap_or_default()
        .chars()
        .take(limits::REASON_CHARS)
        .collect();
    let back = format!("/o/{token}");
    let signs = opened.link.signs_at.is_some();
    if reason.trim().is_empty()
        || !signs
        || may_answer(opened.standing.offer.state, opened.standing.is_expired()).is_err()
    {
        return Ok(on_to(&back));
    }
    let Some(mut visit) = visit_of(&app, &opened).await? else { return closed() };
    let fresh = crate::change::find(&visit, opened.link.offer_id).await?;
    if may_answer(fresh.state, opened.standing.is_expired()).is_ok() {
        end(&mut visit, &fresh, OfferState::Declined, Some(&reason)).await?;
        note(&visit, &opened, "declined", &visitor, json!({ "reason": reason })).await?;
        let name = opened.standing.who.as_ref().map(|w| w.name.clone()).unwrap_or_default();
        tell_owner(&mut visit, Some(opened.link.person_id), What::Declined(&name)).await?;
        visit.leave().await?;
    }
    Ok(on_to(&back))
}

/// What was filled in, and what is wrong with it.
fn filled(pairs: &[(String, String)], opened: &Opened) -> (Filled, Wrong) {
    let given = by_name(pairs);
    let text = |key: &str| given.get(key).copied().unwrap_or_default();
    let words = words(opened.standing.locale());
    let line = |text: &str| text.replace('\n', " ").chars().take(NAME_CHARS + 1).collect::<String>();
    let filled = Filled {
        name: line(text("name")),
        role: line(text("role")).chars().take(NAME_CHARS).collect(),
        start_on: text("start_on").chars().take(10).collect(),
        drawn: text("drawn").to_owned(),
        consent: text("consent") == "yes",
    };
    let start = filled.start_on.parse::<chrono::NaiveDate>();
    let start_fits = filled.start_on.is_empty() || start.is_ok_and(|day| day >= opened.standing.today());
    let wrong = Wrong {
        name: (filled.name.is_empty() || filled.name.chars().count() > NAME_CHARS).then_some(words.no_name),
        start: (!start_fits).then_some(words.no_start),
        consent: (!filled.consent).then_some(words.no_consent),
        code: None,
    };
    (filled, wrong)
}

fn drawing(filled: &Filled) -> Option<Vec<u8>> {
    let encoded = filled.drawn.strip_prefix("data:image/png;base64,")?;
    STANDARD.decode(encoded).ok().filter(|bytes| is_drawing(bytes))
}

pub(super) async fn accept(
    State(app): State<App>,
    Path(token): Path<String>,
    visitor: Visitor,
    body: Bytes,
) -> Answer<Response> {
    let Some(opened) = open(&app, &token).await? else { return closed() };
    if often(&app, &opened, &["code_sent", "code_wrong", "refused"], TRIES).await? {
        return too_many(&opened, &token);
    }
    let pairs = read(&body);
    let (filled, wrong) = filled(&pairs, &opened);
    let given = by_name(&pairs);
    let text = |key: &str| given.get(key).copied().unwrap_or_default();
    let (code, again) = (text("code"), text("again") == "yes");
    if wrong.any() {
        return page(&app, &opened, &token, &pairs, Again { filled, wrong, ..Again::default() }).await;
    }
    if (code.is_empty() || again) && opened.link.signs_at.is_some() && !signed(&app, &opened).await? {
        return ask_code(&app, &opened, &token, &pairs, (filled, &visitor)).await;
    }
    let signing = Signing {
        choice: choice_of(&pairs, &opened.standing).filter(|_| given.contains_key("p")),
        hash: text("hash"),
        total: text("total").parse().ok(),
        granted: text("granted"),
        name: &filled.name,
        role: &filled.role,
        start_on: filled.start_on.parse().ok(),
        code,
        drawn: drawing(&filled),
        visitor: &visitor,
    };
    match sign(&app, &opened.link, signing).await? {
        Outcome::Signed(_) => Ok(on_to(&format!("/o/{token}/receipt"))),
        Outcome::Refused(refusal) => {
            let alert = Some(words(opened.standing.locale()).of(refusal));
            page(&app, &opened, &token, &pairs, Again { filled, alert, ..Again::default() }).await
        }
        Outcome::WrongCode => {
            let wrong = Wrong { code: Some(words(opened.standing.locale()).wrong_code), ..Wrong::default() };
            page(&app, &opened, &token, &pairs, Again { filled, wrong, code: true, alert: None }).await
        }
    }
}

async fn signed(app: &App, opened: &Opened) -> Answer<bool> {
    let link = &opened.link;
    let all = crate::sign::accept::of_offer(&app.db, link.workspace_id, link.offer_id).await?;
    Ok(all.iter().any(|a| a.link_id == link.id))
}

/// Somebody signs before them: no code is sent yet.
async fn out_of_turn(app: &App, opened: &Opened) -> Answer<Option<Refusal>> {
    let link = &opened.link;
    let signed = crate::sign::accept::of_offer(&app.db, link.workspace_id, link.offer_id).await?.len();
    let place = link.signs_at.and_then(|place| usize::try_from(place).ok()).unwrap_or(0);
    Ok((place > signed + 1).then_some(Refusal::NotYourTurn))
}

/// What is shown once more.
#[derive(Default)]
struct Again {
    filled: Filled,
    wrong: Wrong,
    alert: Option<&'static str>,
    code: bool,
}

async fn ask_code(
    app: &App,
    opened: &Opened,
    token: &str,
    pairs: &[(String, String)],
    (filled, visitor): (Filled, &Visitor),
) -> Answer<Response> {
    let words = words(opened.standing.locale());
    let standing = &opened.standing;
    let refused = may_answer(standing.offer.state, standing.is_expired()).err();
    let Some(who) = standing.who.as_ref() else { return closed() };
    let refused = refused.or(out_of_turn(app, opened).await?);
    if let Some(refusal) = refused {
        let alert = Some(words.of(refusal));
        return page(app, opened, token, pairs, Again { filled, alert, ..Again::default() }).await;
    }
    let Some(visit) = visit_of(app, opened).await? else { return closed() };
    let title = (standing.locale(), standing.content.title.as_str());
    let sent = code::send(app, &visit.tx, &opened.link, &visit.deal, who, title).await?;
    let again = match sent {
        Sent::Yes => {
            note(&visit, opened, "code_sent", visitor, json!({})).await?;
            visit.leave().await?;
            Again { filled, code: true, ..Again::default() }
        }
        Sent::TooMany => Again { filled, code: true, alert: Some(words.too_many), ..Again::default() },
        Sent::NoWay => Again { filled, alert: Some(words.no_mail), ..Again::default() },
        Sent::Locked => Again { filled, alert: Some(words.locked), ..Again::default() },
    };
    page(app, opened, token, pairs, again).await
}

/// The page once more, as it was filled in, with what is wrong.
async fn page(
    app: &App,
    opened: &Opened,
    token: &str,
    pairs: &[(String, String)],
    again: Again,
) -> Answer<Response> {
    // What happened meanwhile is shown, too.
    let Some(fresh) = open(app, token).await? else { return closed() };
    let mut shown = shown(app, &fresh, token, choice_of(pairs, &fresh.standing)).await?;
    let status = if again.wrong.any() || again.alert.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let mail = opened.standing.who.as_ref().and_then(|w| w.address()).map(|a| a.as_str().to_owned());
    shown.ask_code = again
        .code
        .then(|| super::words::code_sent(fresh.standing.locale(), mail.as_deref().unwrap_or_default()));
    (shown.filled, shown.wrong, shown.alert) = (again.filled, again.wrong, again.alert);
    Ok(guarded(false, (status, Html(shown.page()?))))
}
