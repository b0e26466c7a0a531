//! A guest at the page of a meeting they booked, whose address stands in its mail: looking, moving, cancelling, and the
//! invitation as a file. Whoever knows the address may do all of it.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, Response};
use axum::routing::{get, post};
use http_room::{Answer, App};
use kernel::Locale;
use store::Actor;

use super::change::{self, By};
use super::model::{self, Meeting};
use super::page::{self, Wrong, words};
use super::visit::{
    Counter, Shown, Wanted, closed, counter, fresh_calendar, guarded, instant, is_token, locale, on_to,
    opened, picking, read, text, wanted_of,
};
use super::{kind, letters};
use crate::mailbox;

/// Longest reason of cancelling, characters.
const REASON: usize = 500;

/// `/m/b/{token}` and what is below it.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/m/b/{token}", get(look))
        .route("/m/b/{token}/move", get(show_move).post(send_move))
        .route("/m/b/{token}/cancel", post(send_cancel))
        .route("/m/b/{token}/invite.ics", get(invite))
}

/// A meeting by its link.
async fn booked(app: &App, token: &str) -> Answer<Option<Meeting>> {
    if !is_token(token) {
        return Ok(None);
    }
    Ok(model::by_token(&app.db, token).await?)
}

async fn look(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Answer<Response> {
    let said = locale(&headers, wanted.lang.as_deref());
    let Some(meeting) = booked(&app, &token).await? else { return closed(said.unwrap_or_default()) };
    let locale = said.unwrap_or_else(|| meeting.locale());
    let kind = kind::find(&app.db, meeting.workspace_id, meeting.kind_id).await?.filter(|kind| kind.active);
    let again = kind.map(|kind| format!("/m/{}?lang={}", kind.token, locale.tag()));
    let from = mailbox::find(&app.db, meeting.workspace_id, meeting.mailbox_id).await?;
    let host = from.map(|from| from.from_name).unwrap_or_default();
    let (fresh, now) = (wanted.new.is_some(), app.clock.now());
    let html = page::meeting(locale, (&meeting, &token), (&host, again.as_deref()), (fresh, now))?;
    Ok(guarded(false, Html(html)))
}

/// A meeting that can still be moved, with the counter of its kind.
async fn movable(app: &App, token: &str) -> Answer<Option<(Meeting, Counter)>> {
    let Some(meeting) = booked(app, token).await? else { return Ok(None) };
    let open = meeting.state()?.is_open() && meeting.starts_at > app.clock.now();
    match kind::find(&app.db, meeting.workspace_id, meeting.kind_id).await?.filter(|_| open) {
        Some(kind) => Ok(Some((meeting, counter(app, kind).await?))),
        None => Ok(None),
    }
}

async fn show_move(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Answer<Response> {
    let said = locale(&headers, wanted.lang.as_deref());
    let Some((meeting, counter)) = movable(&app, &token).await? else {
        return closed(said.unwrap_or_default());
    };
    let locale = said.unwrap_or_else(|| meeting.locale());
    let shown = Shown { wanted, moving: Some((&meeting, &token)), ..Shown::default() };
    Ok(guarded(false, Html(picking(&app, &counter, locale, shown).await?)))
}

async fn send_move(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Response> {
    let given = read(&body).unwrap_or_default();
    let said = locale(&headers, given.get("lang").map(String::as_str));
    let Some((meeting, counter)) = movable(&app, &token).await? else {
        return closed(said.unwrap_or_default());
    };
    let locale = said.unwrap_or_else(|| meeting.locale());
    let words = words(locale);
    let (wrong, alert) = match instant(&given) {
        None => (Wrong { at: Some(words.no_hour), ..Wrong::default() }, None),
        Some(starts) => {
            fresh_calendar(&app, &counter.kind).await;
            let by = By { actor: Actor::Outside, reason: None, token: Some(&token), tell: true };
            let since =
                opened(&app, &counter.kind, text(&given, "ticket")).unwrap_or_else(|| app.clock.now());
            if change::move_to(&app, &meeting, (starts, since), &by).await?.is_some() {
                return Ok(on_to(&token, locale));
            }
            (Wrong::default(), Some(words.taken))
        }
    };
    let shown = Shown {
        wanted: wanted_of(&given),
        moving: Some((&meeting, &token)),
        wrong,
        alert,
        ..Shown::default()
    };
    let html = picking(&app, &counter, locale, shown).await?;
    let status = if wrong.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::CONFLICT };
    Ok(guarded(false, (status, Html(html))))
}

async fn send_cancel(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Response> {
    let given = read(&body).unwrap_or_default();
    let said = locale(&headers, given.get("lang").map(String::as_str));
    let Some(meeting) = booked(&app, &token).await? else { return closed(said.unwrap_or_default()) };
    let locale = said.unwrap_or_else(|| meeting.locale());
    let reason: String = text(&given, "reason").chars().take(REASON).collect();
    let reason = Some(reason.as_str()).filter(|reason| !reason.is_empty());
    let by = By { actor: Actor::Outside, reason, token: Some(&token), tell: true };
    // One that is over already is shown as it is.
    match change::cancel(&app, &meeting, &by).await {
        Err(problem) if problem.status != StatusCode::CONFLICT.as_u16() => return Err(problem),
        _ => {}
    }
    let to = format!("/m/b/{token}?lang={}", locale.tag());
    Ok(guarded(false, (StatusCode::SEE_OTHER, [(header::LOCATION, to)])))
}

async fn invite(State(app): State<App>, Path(token): Path<String>) -> Answer<Response> {
    let Some(meeting) = booked(&app, &token).await? else { return closed(Locale::default()) };
    let Some(text) = letters::invitation(&app, &meeting, &token).await? else {
        return closed(meeting.locale());
    };
    let kind = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8; method=REQUEST"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"invite.ics\""),
    ];
    Ok(guarded(false, (kind, text)))
}
