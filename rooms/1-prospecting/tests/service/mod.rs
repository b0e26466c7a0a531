//! A service that knows companies and people, on a real port of this machine.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
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
            .route("/companies/{domain}", get(company))
            .route("/people", post(person))
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

async fn company(
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

async fn person(State(known): State<Arc<Mutex<Known>>>, body: Bytes) -> Response {
    known.lock().unwrap().bodies.push(serde_json::from_slice(&body).unwrap());
    axum::Json(json!({ "title": "CTO", "rank": "lead" })).into_response()
}
