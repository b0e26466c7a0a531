//! The way out of every automatic mail: one click, no sign-in, for ever (RFC 8058).
//!
//! GET shows a page and changes nothing, since mail scanners follow links; POST takes effect at once.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http_room::{Answer, App};
use kernel::{EmailAddress, Locale, MessageId, PersonId, WorkspaceId};
use store::{Actor, Sql};

use crate::basis::consent::{self, Which};
use crate::enrolment::stop_suppressed;
use crate::suppression::{Entry, Reason, Target, suppress};

/// Longest token that is looked for.
const TOKEN: usize = 64;

/// Public pages of this room, to be mounted at the root: `/u/{token}`, `/c/{token}/{link}`, `/m/{token}`, and
/// the proof that a host of links leads here.
pub fn public_routes() -> Router<App> {
    Router::new()
        .route("/u/{token}", get(show).post(refuse))
        .merge(crate::click::routes())
        .merge(crate::tracking::public_routes())
        .merge(crate::meeting::public_routes())
}

const NO_STORE: [(HeaderName, &str); 2] =
    [(header::CACHE_CONTROL, "no-store"), (HeaderName::from_static("x-robots-tag"), "noindex")];

/// What the page says, in English and Korean.
#[derive(Clone, Copy)]
enum Says {
    Ask,
    Done,
    Unknown,
}

impl Says {
    fn in_language(self, locale: Locale) -> &'static str {
        match (self, locale) {
            (Self::Ask, Locale::En) => "Do you want no more mail from us?",
            (Self::Ask, Locale::Ko) => "더 이상 메일을 받지 않으시겠습니까?",
            (Self::Done, Locale::En) => "You will get no more mail from us.",
            (Self::Done, Locale::Ko) => "더 이상 메일을 보내지 않겠습니다.",
            (Self::Unknown, Locale::En) => "This link is not complete.",
            (Self::Unknown, Locale::Ko) => "링크가 올바르지 않습니다.",
        }
    }
}

/// The language of whoever reads, by their browser.
fn language(headers: &HeaderMap) -> Locale {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Locale::from_accept_language(accepted.unwrap_or_default()).unwrap_or_default()
}

const STYLE: &str = "\
:root{color-scheme:light dark;--ground:#f1f3f5;--card:#fff;--ink:#1a1b1e;--soft:#5c636a;--deep:#1864ab}\
@media(prefers-color-scheme:dark){:root{--ground:#141517;--card:#1f2023;--ink:#e9ecef;--soft:#a6adb4;--deep:#74b9f5}}\
*{box-sizing:border-box}\
body{margin:0;min-height:100vh;background:var(--ground);color:var(--ink);word-break:keep-all;\
font:1rem/1.5 system-ui,'Apple SD Gothic Neo','Malgun Gothic','Noto Sans KR',sans-serif}\
main{max-width:32rem;margin:0 auto;padding:2.5rem 1.25rem;background:var(--card)}\
@media(min-width:40rem){main{margin-top:15vh;border-radius:.75rem;padding:2.5rem}}\
h1{font-size:1.5rem;line-height:1.3;margin:0 0 .5rem}p{margin:0;color:var(--soft)}form{margin-top:1.5rem}\
button{width:100%;font:inherit;font-weight:700;padding:.8125rem 1.25rem;border:0;border-radius:.625rem;\
background:var(--deep);color:var(--card);cursor:pointer}\
:focus-visible{outline:3px solid #4dabf7;outline-offset:2px}";

/// One small page in the reader's language, with the other below: whoever was written to may read either.
fn page(says: Says, locale: Locale) -> Html<String> {
    let (other, button) = match locale {
        Locale::En => (Locale::Ko, "No more mail"),
        Locale::Ko => (Locale::En, "더 이상 받지 않기"),
    };
    let form = match says {
        Says::Ask => format!("<form method=\"post\"><button type=\"submit\">{button}</button></form>"),
        _ => String::new(),
    };
    let (title, below) = (says.in_language(locale), says.in_language(other));
    Html(format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><main><h1>{title}</h1><p lang=\"{}\">{below}</p>{form}</main></body></html>",
        locale.tag(),
        other.tag()
    ))
}

/// A mail that somebody refuses more of.
struct Refused {
    workspace: WorkspaceId,
    message: MessageId,
    address: String,
    person: Option<PersonId>,
}

async fn find(app: &App, token: &str) -> Answer<Option<Refused>> {
    if token.is_empty() || token.len() > TOKEN || !token.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Ok(None);
    }
    let text = "SELECT workspace_id, id, to_address, person_id FROM message WHERE token = ?";
    let rows = Sql::with(app.db.engine(), text, [token.into()]).rows(app.db.read()).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(Refused {
        workspace: row.try_get_by_index(0)?,
        message: row.try_get_by_index(1)?,
        address: row.try_get_by_index(2)?,
        person: row.try_get_by_index(3)?,
    }))
}

fn unknown(locale: Locale) -> Response {
    (StatusCode::NOT_FOUND, NO_STORE, page(Says::Unknown, locale)).into_response()
}

async fn show(State(app): State<App>, Path(token): Path<String>, headers: HeaderMap) -> Answer<Response> {
    let locale = language(&headers);
    if find(&app, &token).await?.is_none() {
        return Ok(unknown(locale));
    }
    Ok((NO_STORE, page(Says::Ask, locale)).into_response())
}

async fn refuse(State(app): State<App>, Path(token): Path<String>, headers: HeaderMap) -> Answer<Response> {
    let locale = language(&headers);
    let Some(Refused { workspace, message, address, person }) = find(&app, &token).await? else {
        return Ok(unknown(locale));
    };
    if let Ok(address) = EmailAddress::parse(&address) {
        let now = app.clock.now();
        let mut tx = app.db.write_tx().await?;
        let entry = Entry {
            workspace,
            actor: Actor::Outside,
            reason: Reason::Unsubscribe,
            note: None,
            message: Some(message),
            now,
        };
        let target = Target::Address(address);
        suppress(&mut tx, &target, &entry).await?;
        stop_suppressed(&mut tx, workspace, &target, Actor::Outside, now).await?;
        // Whoever was written to may have another address by now: they meant us, not the address.
        if let Some(person) = person {
            stop_suppressed(&mut tx, workspace, &Target::Person(person), Actor::Outside, now).await?;
            let (by, why) = ((workspace, Actor::Outside), Reason::Unsubscribe.key());
            consent::withdraw(&mut tx, by, Which::AllOf(person), why, now).await?;
        }
        tx.commit().await?;
    }
    Ok((NO_STORE, page(Says::Done, locale)).into_response())
}
