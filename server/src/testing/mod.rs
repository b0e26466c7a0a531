//! The whole program in a test: on a database of its own, with an owner signed in, and a second
//! workspace whose owner must never be seen by the first. For tests only (feature `testing`).

mod client;

pub use client::{Client, Reply, read};

use crate::accounts::setup;
use crate::accounts::users::{self, User};
use crate::accounts::{password, session, system_mail::SystemMailSettings};
use crate::settings::Settings;
use crate::worker::{self, Duties};
use crate::{assemble, serve};
use axum::Router;
use axum::http::StatusCode;
use http_room::App;
use kernel::{Timestamp, UserId, WorkspaceId};
use records::workspace::Workspace;
use serde_json::{Value, json};
use std::sync::Arc;
use store::secret::Secrets;
use store::{Clock, Db, OpenOptions};
use tokio::sync::watch;

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
            ..http_room::app::Config::default()
        };
        let app = App::new(db, secrets, choices.clock, config).knowing(&doors);
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
        Client::new(self.router.clone())
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
