//! A service that knows companies and people, on a real port of this machine, and what tests do with it.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use http_room::Door;
use records::testing::House;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use store::Clock;
use tokio::task::JoinHandle;

#[derive(Default)]
struct Known {
    companies: BTreeMap<String, Json>,
    keys: Vec<String>,
    bodies: Vec<Json>,
    calls: usize,
    failing: Option<(u16, Option<String>)>,
    hanging: bool,
}

/// The service; it ends with this value.
pub struct Service {
    /// Where it is.
    pub url: String,
    /// On which port.
    pub port: u16,
    known: Arc<Mutex<Known>>,
    serving: JoinHandle<()>,
}

const HOME: &str = r#"<html lang="ko"><head><title>Hanbit</title><meta name="description" content="Software for shippers">
<meta name="generator" content="WordPress 6.8"><script type="application/ld+json">{"@type": "Organization",
"legalName": "Hanbit Soft Inc.", "telephone": "+82-2-123-4567", "address": {"addressCountry": "KR"},
"numberOfEmployees": {"value": 50}, "foundingDate": "1998", "sameAs": ["https://www.linkedin.com/company/hanbit"]}</script>
</head><body>Hello</body></html>"#;

impl Service {
    /// Starts one that knows one company.
    pub async fn start() -> Self {
        let known = Arc::new(Mutex::new(Known::default()));
        let router = Router::new()
            .route("/companies/{domain}", get(about_company))
            .route("/people", post(about_person))
            .route("/home", get(|| async { Html(HOME) }))
            .with_state(Arc::clone(&known));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let service = Self { url: format!("http://{at}"), port: at.port(), known, serving };
        service.says(
            "hanbit.co.kr",
            json!({ "size": "40", "sector": "Software", "place": { "city": "Seoul" },
                "stack": [{ "name": "Rust" }, { "name": "Go" }] }),
        );
        service
    }

    /// What it says of a company from now on.
    pub fn says(&self, domain: &str, what: Json) {
        self.known.lock().unwrap().companies.insert(domain.to_owned(), what);
    }

    /// It answers this status from now on.
    pub fn fails(&self, status: u16, retry_after: Option<&str>) {
        self.known.lock().unwrap().failing = Some((status, retry_after.map(str::to_owned)));
    }

    /// It answers again.
    pub fn answers(&self) {
        self.known.lock().unwrap().failing = None;
    }

    /// It never answers any more.
    pub fn hangs(&self) {
        self.known.lock().unwrap().hanging = true;
    }

    /// How often it was asked.
    pub fn calls(&self) -> usize {
        self.known.lock().unwrap().calls
    }

    /// With which keys.
    pub fn keys(&self) -> Vec<String> {
        self.known.lock().unwrap().keys.clone()
    }

    /// What it was sent.
    pub fn bodies(&self) -> Vec<Json> {
        self.known.lock().unwrap().bodies.clone()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn about_company(
    State(known): State<Arc<Mutex<Known>>>,
    Path(domain): Path<String>,
    headers: HeaderMap,
) -> Response {
    let hanging = {
        let mut known = known.lock().unwrap();
        known.calls += 1;
        known.keys.extend(headers.get("authorization").map(|key| key.to_str().unwrap().to_owned()));
        known.hanging
    };
    if hanging {
        std::future::pending::<()>().await;
    }
    let known = known.lock().unwrap();
    if let Some((status, retry_after)) = &known.failing {
        let status = StatusCode::from_u16(*status).unwrap();
        return match retry_after {
            Some(seconds) => (status, [(header::RETRY_AFTER, seconds.clone())], "no").into_response(),
            None => (status, "no").into_response(),
        };
    }
    match known.companies.get(&domain) {
        Some(Json::String(text)) => text.clone().into_response(),
        Some(what) => axum::Json(what.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn about_person(State(known): State<Arc<Mutex<Known>>>, body: Bytes) -> Response {
    known.lock().unwrap().bodies.push(serde_json::from_slice(&body).unwrap());
    axum::Json(json!({ "title": "CTO", "rank": "lead" })).into_response()
}

/// The rooms under test.
pub fn doors() -> Vec<Door> {
    vec![process::door(), prospecting::door()]
}

/// The service as a source, switched on.
pub fn content(service: &Service) -> Json {
    json!({
        "name": "Acme Data", "enabled": true, "source": "http", "on": "company",
        "request": { "method": "GET", "url": format!("{}/companies/{{{{ domain }}}}", service.url),
            "headers": [{ "name": "Authorization", "value": "Bearer {{ secret.key }}" }] },
        "mapping": [
            { "from": "/size", "to": "employees", "transform": "number", "confidence": 0.8 },
            { "from": "/sector", "to": "industry" },
            { "from": "$.place.city", "to": "city" },
            { "from": "stack[*].name", "to": "extra.technologies", "transform": "list" },
        ],
        "quota": { "per_day": 10, "per_month": 100, "spacing_ms": 0 }, "cache_days": 30, "timeout_seconds": 5,
    })
}

/// The service set up in a workspace that has no other source.
pub async fn set_up(house: &House, service: &Service, change: impl FnOnce(&mut Json)) -> Json {
    for built_in in house.get("/enrichment-providers").await.as_array().unwrap() {
        let path = format!("/enrichment-providers/{}", built_in["id"].as_str().unwrap());
        house.send(&house.owner, Method::DELETE, &path, None, &[]).await;
    }
    let mut content = content(service);
    change(&mut content);
    house.post("/enrichment-providers", json!({ "content": content, "secrets": { "key": "s3cret" } })).await
}

/// A company.
pub async fn company(house: &House, domain: &str, more: Json) -> String {
    let mut sent = json!({ "name": domain, "domain": domain });
    sent.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    house.post("/companies", sent).await["id"].as_str().unwrap().to_owned()
}

/// Asks every source about companies and answers the first job.
pub async fn enrich(house: &House, ids: &[&str]) -> Json {
    let started = house.post("/enrichment", json!({ "kind": "company", "ids": ids })).await;
    house.work().await;
    job(house, started["jobs"][0]["id"].as_str().unwrap()).await
}

/// A job as it is now.
pub async fn job(house: &House, id: &str) -> Json {
    let job = store::job::find(&house.app.db, house.owner.workspace, id.parse().unwrap()).await.unwrap();
    json!(job.unwrap())
}

/// What sources said of a company.
pub async fn of(house: &House, id: &str) -> Json {
    house.get(&format!("/companies/{id}/enrichment")).await
}

/// What was said of a field.
pub fn value(enrichment: &Json, field: &str) -> Json {
    let values = enrichment["values"].as_array().unwrap();
    values.iter().find(|value| value["field"] == field).cloned().unwrap_or_default()
}

/// Decides on a value.
pub async fn decide(house: &House, value: &Json, decision: &str) -> (StatusCode, Json) {
    let body = json!({ "ids": [value["id"]], "decision": decision });
    house.send(&house.owner, Method::POST, "/enrichment/decide", Some(body), &[]).await
}

/// Lets time pass.
pub fn later(house: &mut House, seconds: i64) {
    house.app.clock = Clock::fixed(house.app.clock.now().plus_seconds(seconds));
}
