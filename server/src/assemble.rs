//! The rooms' doors, side by side: one router, one document, one list of migrations.

use crate::accounts::auth::Gate;
use crate::accounts::system_mail::SystemMail;
use crate::accounts::{self, Porch, auth, setup};
use crate::layers;
use crate::{API, document, live};
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use http_room::{App, Door, Problem, idempotency};
use std::sync::Arc;
use store::Migration;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every door of the house but the accounts' own, in the order of the cycle.
#[must_use]
pub fn rooms() -> Vec<Door> {
    vec![
        records::door(),
        process::door(),
        prospecting::door(),
        outreach::door(),
        qualification::door(),
        nurturing::door(),
        offer::door(),
        objections::door(),
        closing::door(),
        insight::door(),
    ]
}

/// Every door, the accounts' first.
#[must_use]
pub fn doors(mail: Option<Arc<SystemMail>>) -> Vec<Door> {
    let mut doors = vec![accounts::door(mail)];
    doors.extend(rooms());
    doors.push(crate::sample::door());
    document::tell_apart(doors.iter_mut().map(|door| (door.name, door.routes.get_openapi_mut())));
    doors
}

/// Every table of the house.
#[must_use]
pub fn migrations(doors: &[Door]) -> Vec<Migration> {
    let mut all: Vec<Migration> =
        [store::migrate::MIGRATIONS, idempotency::MIGRATIONS, records::MIGRATIONS].concat();
    all.extend(doors.iter().flat_map(|door| door.migrations.iter().copied()));
    all.sort_by_key(|migration| migration.id);
    all.dedup_by_key(|migration| migration.id);
    all
}

/// The API's document. Needs neither database nor configuration.
#[must_use]
pub fn openapi() -> OpenApi {
    described(&mut doors(None)).1
}

/// The document as text, as `web/openapi.json` holds it.
#[must_use]
pub fn openapi_text() -> String {
    let mut text = serde_json::to_string_pretty(&openapi()).unwrap_or_default();
    text.push('\n');
    text
}

/// Takes the routes out of the doors.
fn described(doors: &mut [Door]) -> (Router<App>, OpenApi) {
    let mut shared = OpenApiRouter::new();
    let mut ours = OpenApiRouter::new().routes(routes!(live::listen));
    for door in doors {
        let routes = std::mem::take(&mut door.routes);
        // The accounts' answers hold secrets that are shown once: they must not be kept for a replay.
        if door.name == "accounts" {
            ours = ours.merge(routes);
        } else {
            shared = shared.merge(routes);
        }
    }
    let shared = shared.layer(middleware::from_fn(only_once));
    let api = ours.merge(shared);
    let (router, mut document) =
        OpenApiRouter::with_openapi(document::frame()).nest(API, api).split_for_parts();
    document::finish(&mut document);
    (router, document)
}

/// Replays a create that carries an `Idempotency-Key`. Uploads pass: they are larger than what is kept.
async fn only_once(request: Request, next: Next) -> Response {
    let upload = layers::is_upload(request.headers());
    match request.extensions().get::<App>().cloned().filter(|_| !upload) {
        Some(app) => idempotency::replay(axum::extract::State(app), request, next).await,
        None => next.run(request).await,
    }
}

/// What the accounts need to know of the other doors.
#[must_use]
pub fn porch(doors: &[Door], mail: Option<Arc<SystemMail>>, behind_proxy: bool) -> Porch {
    Porch {
        attempts: Arc::default(),
        mail,
        furnish: doors.iter().flat_map(|door| door.workspace_created.iter().cloned()).collect(),
        has_sample_data: doors.iter().flat_map(|door| &door.jobs).any(|job| job.kind == setup::SAMPLE_JOB),
        behind_proxy,
    }
}

/// The API, behind its gate.
pub fn api(app: &App, doors: &mut [Door], porch: Porch) -> Router {
    let (router, document) = described(doors);
    let text = Bytes::from(serde_json::to_vec(&document).unwrap_or_default());
    let json = HeaderValue::from_static("application/json");
    let show = move || {
        let (text, json) = (text.clone(), json.clone());
        async move { ([(header::CONTENT_TYPE, json)], text) }
    };
    router
        .route(&format!("{API}/openapi.json"), get(show))
        .route_layer(middleware::from_fn_with_state(Gate::new(app.clone()), auth::admit))
        .layer(Extension(porch))
        .layer(Extension(app.clone()))
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Not with this method.")
        })
        .with_state(app.clone())
}
