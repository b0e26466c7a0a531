//! A whole house on a database of its own, for the tests of records and of the rooms.
//!
//! Cargo feature `testing`; never part of the product.

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use axum::{Extension, Router};
use http_room::app::Config;
use http_room::door::NewWorkspace;
use http_room::{App, Door, Member, Role, Scope};
use kernel::{Locale, Timestamp, UserId, WorkspaceId};
use serde_json::{Value as Json, json};
use store::job::{self, Ended};
use store::secret::Secrets;
use store::{Clock, Db, OpenOptions, Sql, migrate, reaction};
use tower::ServiceExt;
use utoipa_axum::router::OpenApiRouter;

/// Monday 23 November 2026, 09:00 in Seoul: the hour at which tests begin.
pub const MORNING: Timestamp = Timestamp(1_795_392_000_000_000);

/// The house under test: two workspaces that must not see each other.
pub struct House {
    /// What handlers reach.
    pub app: App,
    /// The owner of the first workspace.
    pub owner: Member,
    /// The owner of the other workspace.
    pub stranger: Member,
    router: Router<App>,
    doors: Vec<Door>,
    _dir: Option<tempfile::TempDir>,
}

impl House {
    /// On SQLite.
    ///
    /// # Panics
    /// When it cannot be set up: the test cannot go on.
    pub async fn on_sqlite(doors: Vec<Door>) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", dir.path().join("house.db").display());
        Self::on(&url, doors, Some(dir)).await
    }

    /// On PostgreSQL.
    ///
    /// # Panics
    /// When it cannot be set up: the test cannot go on.
    pub async fn on_postgres(doors: Vec<Door>) -> Self {
        let url = hosts::postgres::fresh_database().expect("PostgreSQL for tests");
        Self::on(&url, doors, None).await
    }

    async fn on(url: &str, mut doors: Vec<Door>, dir: Option<tempfile::TempDir>) -> Self {
        doors.insert(0, crate::door());
        let db =
            Db::open(url, &OpenOptions { connections: 6, cache_mib: 8 }).await.expect("the database opens");
        let mut migrations = [migrate::MIGRATIONS, http_room::idempotency::MIGRATIONS].concat();
        migrations.extend(doors.iter().flat_map(|d| d.migrations.clone()));
        migrate::run(&db, &migrations).await.expect("it migrates");
        let secrets = Secrets::from_base64("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").expect("a key");
        let config = Config { closed_network: true, ..Config::default() };
        let app = App::new(db, secrets, Clock::fixed(MORNING), config).knowing(&doors);
        let mut api: OpenApiRouter<App> = OpenApiRouter::new();
        for door in &mut doors {
            api = api.merge(std::mem::take(&mut door.routes));
        }
        let router = Router::new().nest("/api/v1", api.split_for_parts().0);
        let owner = found(&app, "ours", &doors).await;
        let stranger = found(&app, "theirs", &doors).await;
        Self { app, owner, stranger, router, doors, _dir: dir }
    }

    /// A further member of the first workspace.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn member(&self, role: Role) -> Member {
        let tx = self.app.db.write_tx().await.expect("a transaction");
        let user = add_user(&self.app, &tx, self.owner.workspace, role.key()).await;
        tx.commit().await.expect("commit");
        Member { user, role, ..self.owner.clone() }
    }

    /// Sends a request as a member; answers status and JSON (null when there is none).
    ///
    /// # Panics
    /// When the answer is not JSON though it says so.
    pub async fn send(
        &self,
        me: &Member,
        method: Method,
        path: &str,
        body: Option<Json>,
        headers: &[(&str, &str)],
    ) -> (StatusCode, Json) {
        let (status, bytes) = self.send_raw(me, method, path, body, headers).await;
        let json =
            if bytes.is_empty() { Json::Null } else { serde_json::from_slice(&bytes).unwrap_or(Json::Null) };
        (status, json)
    }

    /// Sends a request; answers the bytes.
    ///
    /// # Panics
    /// When the router fails, which it never does.
    pub async fn send_raw(
        &self,
        me: &Member,
        method: Method,
        path: &str,
        body: Option<Json>,
        headers: &[(&str, &str)],
    ) -> (StatusCode, Vec<u8>) {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = body.map_or_else(Body::empty, |b| Body::from(b.to_string()));
        let request = request.body(body).expect("a request");
        let router = self.router.clone().layer(Extension(me.clone())).with_state(self.app.clone());
        let response = router.oneshot(request).await.expect("an answer");
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 64 << 20).await.expect("a body");
        (status, bytes.to_vec())
    }

    /// Uploads a file with a `kind` beside it.
    ///
    /// # Panics
    /// When the router fails, which it never does.
    pub async fn upload(
        &self,
        me: &Member,
        path: &str,
        kind: &str,
        name: &str,
        bytes: &[u8],
    ) -> (StatusCode, Json) {
        self.upload_form(me, path, &[("kind", kind)], (name, bytes)).await
    }

    /// Uploads a file with fields beside it.
    ///
    /// # Panics
    /// When the router fails, which it never does.
    pub async fn upload_form(
        &self,
        me: &Member,
        path: &str,
        fields: &[(&str, &str)],
        (name, bytes): (&str, &[u8]),
    ) -> (StatusCode, Json) {
        let mut body = Vec::new();
        for (field, value) in fields {
            let part = format!("--7f\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        body.extend_from_slice(
            format!("--7f\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n")
                .as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--7f--\r\n");
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/api/v1{path}"))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=7f")
            .body(Body::from(body))
            .expect("a request");
        let router = self.router.clone().layer(Extension(me.clone())).with_state(self.app.clone());
        let response = router.oneshot(request).await.expect("an answer");
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 64 << 20).await.expect("a body");
        (status, serde_json::from_slice(&bytes).unwrap_or(Json::Null))
    }

    /// GET as the owner; the status must be 200.
    ///
    /// # Panics
    /// When it is not.
    pub async fn get(&self, path: &str) -> Json {
        let (status, json) = self.send(&self.owner, Method::GET, path, None, &[]).await;
        assert_eq!(status, StatusCode::OK, "GET {path}: {json}");
        json
    }

    /// POST as the owner; the status must be a success.
    ///
    /// # Panics
    /// When it is not.
    pub async fn post(&self, path: &str, body: Json) -> Json {
        let (status, json) = self.send(&self.owner, Method::POST, path, Some(body), &[]).await;
        assert!(status.is_success(), "POST {path}: {status} {json}");
        json
    }

    /// PUT as the owner; the status must be a success.
    ///
    /// # Panics
    /// When it is not.
    pub async fn put(&self, path: &str, body: Json) -> Json {
        let (status, json) = self.send(&self.owner, Method::PUT, path, Some(body), &[]).await;
        assert!(status.is_success(), "PUT {path}: {status} {json}");
        json
    }

    /// PATCH as the owner; the status must be a success.
    ///
    /// # Panics
    /// When it is not.
    pub async fn patch(&self, path: &str, body: Json) -> Json {
        let (status, json) = self.send(&self.owner, Method::PATCH, path, Some(body), &[]).await;
        assert!(status.is_success(), "PATCH {path}: {status} {json}");
        json
    }

    /// Lets every reaction read on until none has anything left.
    ///
    /// # Panics
    /// When the database refuses, or events stay out of reach for 20 seconds.
    pub async fn react(&self) {
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(120);
        for reaction in self.doors.iter().flat_map(|d| &d.reactions) {
            loop {
                let taken = reaction::advance(&self.app.db, reaction, self.app.clock.now())
                    .await
                    .expect("a reaction");
                if taken == 0 && !reaction::is_behind(&self.app.db, reaction).await.expect("the log") {
                    break;
                }
                assert!(tokio::time::Instant::now() < deadline, "{} did not catch up", reaction.name);
                if taken == 0 {
                    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                }
            }
        }
    }

    /// Does every job that is due, in this task.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn work(&self) {
        let handlers: Vec<_> = self.doors.iter().flat_map(|d| d.jobs.clone()).collect();
        let kinds: Vec<&'static str> = handlers.iter().map(|h| h.kind).collect();
        while let Some(job) =
            job::claim(&self.app.db, &kinds, "test", self.app.clock.now()).await.expect("a claim")
        {
            let handler = handlers.iter().find(|h| h.kind == job.kind).expect("a handler");
            let ended: Ended = (handler.run)(self.app.clone(), job.clone()).await;
            if let Ended::Retry(why) | Ended::Failed(why) = &ended {
                eprintln!("job {}: {why}", job.kind);
            }
            let tx = self.app.db.write_tx().await.expect("a transaction");
            job::finish(&tx, &job, ended, self.app.clock.now()).await.expect("an end");
            tx.commit().await.expect("commit");
        }
    }

    /// Begins the next due job and drops it as soon as it reports `enough(done)` units, as a crash
    /// would. Answers how many units had been done.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn work_until(&self, enough: impl Fn(i64) -> bool) -> i64 {
        let handlers: Vec<_> = self.doors.iter().flat_map(|d| d.jobs.clone()).collect();
        let kinds: Vec<&'static str> = handlers.iter().map(|h| h.kind).collect();
        let job = job::claim(&self.app.db, &kinds, "doomed", self.app.clock.now())
            .await
            .expect("a claim")
            .expect("a job");
        let handler = handlers.iter().find(|h| h.kind == job.kind).expect("a handler");
        let mut heard = self.app.live.listen();
        let mut work = (handler.run)(self.app.clone(), job.clone());
        loop {
            tokio::select! {
                biased;
                told = heard.recv() => {
                    if let Ok((_, http_room::live::Heard::Job(told))) = told
                        && enough(told.done) {
                            return told.done;
                        }
                }
                _ = &mut work => panic!("the job ended before it could be cut short"),
            }
        }
    }

    /// Runs every timer until it has nothing to do.
    ///
    /// # Panics
    /// When one fails.
    pub async fn tick(&self) {
        for timer in self.doors.iter().flat_map(|d| d.timers.clone()) {
            while (timer.run)(self.app.clone()).await.expect("a timer") > 0 {}
        }
    }

    /// Kinds of the newest events of the first workspace, oldest first.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn events(&self) -> Vec<(String, Json)> {
        let text = "SELECT kind, payload FROM event WHERE workspace_id = ? ORDER BY seq";
        let rows = Sql::with(self.app.db.engine(), text, [self.owner.workspace.into()])
            .rows(self.app.db.read())
            .await
            .expect("the log");
        rows.iter()
            .map(|r| (r.try_get_by_index(0).expect("kind"), r.try_get_by_index(1).expect("payload")))
            .collect()
    }
}

async fn found(app: &App, slug: &str, doors: &[Door]) -> Member {
    let workspace = crate::workspace::Workspace {
        id: WorkspaceId::new(),
        name: slug.to_owned(),
        slug: slug.to_owned(),
        time_zone: "Asia/Seoul".to_owned(),
        country: "KR".to_owned(),
        locale: "en".to_owned(),
        currency: "USD".to_owned(),
        // What the law of a country asks is tried where it is the matter.
        settings: json!({ "mail_rules": {
            "KR": { "need": "nothing", "reason": "nobody is written to" },
            "other": { "need": "nothing", "reason": "nobody is written to" },
        } }),
        sample_data: false,
        created_at: app.clock.now(),
    };
    let mut tx = app.db.write_tx().await.expect("a transaction");
    crate::workspace::insert(&tx, &workspace).await.expect("a workspace");
    let user = add_user(app, &tx, workspace.id, "owner").await;
    let new = NewWorkspace {
        id: workspace.id,
        owner: user,
        locale: Locale::En,
        currency: kernel::Currency::USD,
        now: app.clock.now(),
    };
    for made in doors.iter().flat_map(|d| &d.workspace_created) {
        made(&mut tx, &new).await.expect("the room sets itself up");
    }
    tx.commit().await.expect("commit");
    Member {
        workspace: workspace.id,
        user,
        token: None,
        role: Role::Owner,
        scope: Scope::Write,
        locale: Locale::En,
    }
}

async fn add_user(app: &App, tx: &store::WriteTx, workspace: WorkspaceId, role: &str) -> UserId {
    let user = UserId::new();
    let now = app.clock.now();
    let text = "INSERT INTO app_user (id, email, name, locale, time_zone, created_at) VALUES (?, ?, ?, 'en', 'Asia/Seoul', ?)";
    let email = format!("{user}@sevenfold.test");
    Sql::with(tx.engine(), text, [user.into(), email.into(), format!("The {role}").into(), now.into()])
        .run(&**tx)
        .await
        .expect("a user");
    let text = "INSERT INTO membership (workspace_id, user_id, role, created_at) VALUES (?, ?, ?, ?)";
    Sql::with(tx.engine(), text, [workspace.into(), user.into(), role.into(), now.into()])
        .run(&**tx)
        .await
        .expect("a membership");
    user
}

/// Runs an async check on both databases: `on_both_databases!(name_of_the_promise, check, doors)`,
/// where `doors` is a function that gives the rooms under test.
#[macro_export]
macro_rules! on_both_databases {
    ($name:ident, $check:ident, $doors:ident) => {
        mod $name {
            #[tokio::test]
            async fn on_sqlite() {
                super::$check($crate::testing::House::on_sqlite(super::$doors()).await).await;
            }
            #[tokio::test]
            async fn on_postgres() {
                super::$check($crate::testing::House::on_postgres(super::$doors()).await).await;
            }
        }
    };
}
