//! The whole program in a test: on a database of its own, with an owner signed in, and a second
//! workspace whose owner must never be seen by the first. For tests only (feature `testing`).

use crate::accounts::setup;
use crate::accounts::users::{self, User};
use crate::accounts::{password, session, system_mail::SystemMailSettings};
use crate::settings::Settings;
use crate::worker::{self, Duties};
use crate::{API, assemble, serve};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::Response;
use http_room::App;
use kernel::{Timestamp, UserId, WorkspaceId};
use records::workspace::Workspace;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use store::secret::Secrets;
use store::{Clock, Db, OpenOptions};
use tokio::sync::watch;
use tower::ServiceExt;

/// The password of everybody in tests.
pub const PASSWORD: &str = "a decent sentence";
/// When tests with a standing clock begin: Monday 2026-11-23, 09:00 in Seoul.
pub const MORNING: Timestamp = Timestamp(1_795_392_000_000_000);

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// A new file.
    Sqlite,
    /// A new database on the tests' own server.
    Postgres,
}

/// What a test may choose.
#[derive(Debug, Clone)]
pub struct Choices {
    /// The clock.
    pub clock: Clock,
    /// The installation's own mail.
    pub smtp: Option<SystemMailSettings>,
    /// Whether mail may go to this machine.
    pub closed_network: bool,
    /// Whether the last `X-Forwarded-For` is the client.
    pub behind_proxy: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Self { clock: Clock::fixed(MORNING), smtp: None, closed_network: true, behind_proxy: false }
    }
}

/// The program under test.
#[derive(Debug)]
pub struct TestServer {
    /// Its parts.
    pub app: App,
    /// Everything it serves.
    pub router: Router,
    /// What its worker does.
    pub duties: Duties,
    stop: watch::Sender<bool>,
    _dir: Option<tempfile::TempDir>,
}

impl TestServer {
    /// Nobody has set it up yet.
    ///
    /// # Panics
    /// When the database cannot be made.
    pub async fn empty(on: On) -> Self {
        Self::chosen(on, Choices::default()).await
    }

    /// With everything a test may choose.
    ///
    /// # Panics
    /// When the database cannot be made.
    pub async fn chosen(on: On, choices: Choices) -> Self {
        let (url, dir) = match on {
            On::Sqlite => {
                let dir = tempfile::tempdir().expect("a folder for the test");
                (format!("sqlite:{}", dir.path().join("test.db").display()), Some(dir))
            }
            On::Postgres => (hosts::postgres::fresh_database().expect("PostgreSQL for the test"), None),
        };
        let options = OpenOptions { connections: 4, cache_mib: 8 };
        let db = Db::open(&url, &options).await.expect("the test's database");
        let settings =
            Settings { smtp: choices.smtp, behind_proxy: choices.behind_proxy, ..Settings::default() };
        let mail =
            settings.smtp.as_ref().map(|smtp| Arc::new(crate::accounts::system_mail::SystemMail::new(smtp)));
        let mut doors = assemble::doors(mail);
        store::migrate::run(&db, &assemble::migrations(&doors)).await.expect("migrations");
        let secrets = Secrets::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").expect("32 bytes");
        let config = http_room::app::Config {
            base_url: "http://127.0.0.1:7000".to_owned(),
            node: "test".to_owned(),
            closed_network: choices.closed_network,
        };
        let app = App::new(db, secrets, choices.clock, config);
        let duties = Duties::of(&doors);
        let (stop, stopping) = watch::channel(false);
        let router = serve::router(&app, &mut doors, &settings, &stopping);
        Self { app, router, duties, stop, _dir: dir }
    }

    /// Set up, with the owner of its first workspace signed in.
    ///
    /// # Panics
    /// When setting it up fails.
    pub async fn owned(on: On) -> (Self, Client) {
        let server = Self::empty(on).await;
        let owner = server.set_up().await;
        (server, owner)
    }

    /// Sets it up; answers the owner.
    ///
    /// # Panics
    /// When setting it up fails.
    pub async fn set_up(&self) -> Client {
        let owner = self.client();
        let done = owner.post("/setup", first_owner()).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        owner
    }

    /// Somebody who has not signed in.
    #[must_use]
    pub fn client(&self) -> Client {
        Client {
            router: self.router.clone(),
            jar: Arc::default(),
            bearer: None,
            headers: vec![("sevenfold-request".to_owned(), "1".to_owned())],
            address: SocketAddr::from(([192, 0, 2, 1], 4000)),
        }
    }

    /// The owner, signed in, of another workspace of this name.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn other_workspace(&self, name: &str) -> Client {
        let now = self.app.clock.now();
        let email = format!("owner@{}.example", name.to_lowercase());
        let user = User {
            id: UserId::new(),
            email,
            name: format!("Owner of {name}"),
            password_hash: Some(password::hash(PASSWORD).await.expect("a hash")),
            locale: "en".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            created_at: now,
            disabled_at: None,
        };
        let workspace = Workspace {
            id: WorkspaceId::new(),
            name: name.to_owned(),
            slug: name.to_lowercase(),
            time_zone: "Europe/Berlin".to_owned(),
            country: "DE".to_owned(),
            locale: "en".to_owned(),
            currency: "EUR".to_owned(),
            settings: json!({}),
            sample_data: false,
            created_at: now,
        };
        let doors = assemble::doors(None);
        let furnish: Vec<_> = doors.iter().flat_map(|door| door.workspace_created.iter().cloned()).collect();
        let mut tx = self.app.db.write_tx().await.expect("a transaction");
        users::insert(&tx, &user).await.expect("a user");
        setup::found(&mut tx, &workspace, user.id, &furnish, now).await.expect("a workspace");
        let token = session::open(&tx, user.id, &session::Origin::default(), now).await.expect("a session");
        tx.commit().await.expect("a commit");
        let client = self.client();
        client.keep(&format!("{}={token}", session::COOKIE));
        client
    }

    /// Does all work that is due: reactions, jobs, timers, until nothing is left.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn work(&self) -> usize {
        worker::drain(&self.app, &self.duties).await.expect("the worker")
    }

    /// Moves a standing clock on.
    pub fn later(&self, seconds: i64) {
        self.app.clock.set(self.app.clock.now().plus_seconds(seconds));
    }

    /// Follows the log for live screens until the test ends.
    pub fn follow(&self) {
        tokio::spawn(crate::live::follow(self.app.clone(), self.stop.subscribe()));
    }
}

/// What the first owner sends.
#[must_use]
pub fn first_owner() -> Value {
    json!({
        "name": "Ada", "email": "ada@acme.example", "password": PASSWORD, "workspace_name": "Acme",
        "locale": "en", "time_zone": "Asia/Seoul", "country": "KR", "currency": "KRW", "start": "empty",
    })
}

/// Somebody who asks. Clones share their cookie, as tabs of a browser do.
#[derive(Debug, Clone)]
pub struct Client {
    router: Router,
    jar: Arc<Mutex<Option<String>>>,
    bearer: Option<String>,
    headers: Vec<(String, String)>,
    address: SocketAddr,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// The body, when it is JSON; null else.
    pub body: Value,
    /// The body as text.
    pub text: String,
}

impl Reply {
    /// The problem's stable word, if it is one.
    #[must_use]
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// A text inside the body by JSON pointer: `/user/id`.
    ///
    /// # Panics
    /// When there is no text there.
    #[must_use]
    pub fn text_at(&self, pointer: &str) -> String {
        let found = self.body.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("no text at {pointer} in {}", self.text)).to_owned()
    }

    /// This, if the status is that.
    ///
    /// # Panics
    /// When it is another.
    #[must_use]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }
}

impl Client {
    /// A program with this API token instead of a cookie.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { bearer: Some(token.to_owned()), jar: Arc::default(), headers: Vec::new(), ..self.clone() }
    }

    /// Another browser at the same address.
    #[must_use]
    pub fn signed_out(&self) -> Self {
        Self { jar: Arc::default(), bearer: None, ..self.clone() }
    }

    /// Sends this header too.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.retain(|(n, _)| n != name);
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// Leaves this header out.
    #[must_use]
    pub fn without_header(&self, name: &str) -> Self {
        let mut client = self.clone();
        client.headers.retain(|(n, _)| n != name);
        client
    }

    /// From another network address.
    #[must_use]
    pub fn from_address(&self, last: u8) -> Self {
        Self { address: SocketAddr::from(([192, 0, 2, last], 4000)), ..self.clone() }
    }

    /// The cookie, if there is one: `sevenfold_session=…`.
    #[must_use]
    pub fn cookie(&self) -> Option<String> {
        self.jar.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A browser that has this cookie.
    pub fn keep(&self, cookie: &str) {
        *self.jar.lock().unwrap_or_else(PoisonError::into_inner) = Some(cookie.to_owned());
    }

    /// GET below the API.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    /// POST below the API.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(body)).await
    }

    /// PATCH below the API.
    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// PUT below the API.
    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// DELETE below the API.
    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None).await
    }

    /// Any request below the API with a JSON body.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let uri = format!("{API}{path}");
        let request = Request::builder().method(method).uri(uri);
        let request = match body {
            Some(body) => {
                request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string()))
            }
            None => request.body(Body::empty()),
        };
        read(self.raw(request.expect("a request")).await).await
    }

    /// Any request at all; the answer as it is, its body unread.
    ///
    /// # Panics
    /// When a header cannot be sent.
    pub async fn raw(&self, mut request: Request<Body>) -> Response {
        request.extensions_mut().insert(ConnectInfo(self.address));
        let headers = request.headers_mut();
        for (name, value) in &self.headers {
            let name = header::HeaderName::try_from(name.as_str()).expect("a header's name");
            headers.insert(name, value.parse().expect("a header's value"));
        }
        if let Some(bearer) = &self.bearer {
            headers.insert(header::AUTHORIZATION, format!("Bearer {bearer}").parse().expect("a token"));
        }
        if let Some(cookie) = self.cookie() {
            headers.insert(header::COOKIE, cookie.parse().expect("a cookie"));
        }
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        if let Some(set) = response.headers().get(header::SET_COOKIE).and_then(|v| v.to_str().ok()) {
            let pair = set.split(';').next().unwrap_or_default().to_owned();
            let gone = pair.ends_with('=');
            *self.jar.lock().unwrap_or_else(PoisonError::into_inner) = Some(pair).filter(|_| !gone);
        }
        response
    }
}

/// Reads an answer to its end.
///
/// # Panics
/// When it breaks off.
pub async fn read(response: Response) -> Reply {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("the whole answer");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let body = serde_json::from_str(&text).unwrap_or_default();
    Reply { status: parts.status, headers: parts.headers, body, text }
}

/// Runs `async fn check(on: On)` on both databases: `on_both!(name_of_the_test, check);`
#[macro_export]
macro_rules! on_both {
    ($name:ident, $check:path) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            #[tokio::test]
            async fn on_sqlite() {
                $check($crate::testing::On::Sqlite).await;
            }
            #[tokio::test]
            async fn on_postgres() {
                $check($crate::testing::On::Postgres).await;
            }
        }
    };
}
