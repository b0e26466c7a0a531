//! The way out of every automatic mail: one click, no sign-in, for ever (RFC 8058).
//!
//! GET shows a page and changes nothing, since mail scanners follow links; POST takes effect at once.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http_room::{Answer, App};
use kernel::{EmailAddress, MessageId, PersonId, WorkspaceId};
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

/// One small page in both languages. `form` shows the button.
fn page(title: &str, korean: &str, form: bool) -> Html<String> {
    let button = if form {
        "<form method=\"post\"><button type=\"submit\">No more mail · 더 이상 받지 않기</button></form>"
    } else {
        ""
    };
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem}}\
         button{{font:inherit;padding:.6rem 1rem}}</style>\
         <h1>{title}</h1><p lang=\"ko\">{korean}</p>{button}</html>"
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

fn unknown() -> Response {
    let page = page("This link is not complete.", "링크가 올바르지 않습니다.", false);
    (StatusCode::NOT_FOUND, NO_STORE, page).into_response()
}

async fn show(State(app): State<App>, Path(token): Path<String>) -> Answer<Response> {
    if find(&app, &token).await?.is_none() {
        return Ok(unknown());
    }
    let page = page("Do you want no more mail from us?", "더 이상 메일을 받지 않으시겠습니까?", true);
    Ok((NO_STORE, page).into_response())
}

async fn refuse(State(app): State<App>, Path(token): Path<String>) -> Answer<Response> {
    let Some(Refused { workspace, message, address, person }) = find(&app, &token).await? else {
        return Ok(unknown());
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
    let page = page("You will get no more mail from us.", "더 이상 메일을 보내지 않겠습니다.", false);
    Ok((NO_STORE, page).into_response())
}
