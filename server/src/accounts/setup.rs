//! First run: the first user, the first workspace, once.

use super::me::{Me, me_of};
use super::person::Reading;
use super::session;
use super::users::{self, User};
use super::{Porch, auth, password, workspaces};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http_room::{Answer, App, Body, Furnish, NewWorkspace, Problem, Role};
use kernel::{Timestamp, UserId, WorkspaceId};
use records::workspace::Workspace;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::db::Source;
use store::{Actor, Engine, NewEvent, Sql, WriteTx};

/// The job that fills a workspace with sample data; some room must know how.
pub const SAMPLE_JOB: &str = "sample_data";

/// What the first page asks for before anything else.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SetupState {
    /// Whether nobody has set it up yet.
    pub first_run: bool,
    /// The program's version.
    pub version: String,
    /// Whether it can start with sample data.
    pub has_sample_data: bool,
}

/// With what to start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum StartWith {
    /// With nothing.
    #[default]
    Empty,
    /// With a believable team and a year of history.
    Sample,
}

/// The first owner and their workspace.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct SetUp {
    /// Your name.
    pub name: String,
    /// Your mail address; you sign in with it.
    pub email: String,
    /// At least 10 characters.
    pub password: String,
    /// The team's name.
    pub workspace_name: String,
    /// `en` or `ko`.
    pub locale: String,
    /// IANA zone.
    pub time_zone: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// ISO 4217.
    pub currency: String,
    /// With what to start.
    #[serde(default)]
    pub start: StartWith,
}

/// Whether this is the first run.
#[utoipa::path(get, path = "/setup", tag = "accounts", security(()),
    responses((status = 200, description = "Where it stands.", body = SetupState)))]
pub async fn show_setup(
    State(app): State<App>,
    Extension(porch): Extension<Porch>,
) -> Answer<Json<SetupState>> {
    Ok(Json(SetupState {
        first_run: !users::any(&app.db).await?,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        has_sample_data: porch.has_sample_data,
    }))
}

/// Makes the first user and workspace, and signs them in. Works once.
#[utoipa::path(post, path = "/setup", tag = "accounts", security(()), request_body = SetUp,
    responses((status = 200, description = "You are signed in.", body = Me),
        (status = 409, description = "It is set up already.", body = Problem),
        (status = 422, description = "Fields are at fault.", body = Problem)))]
pub async fn set_up(
    State(app): State<App>,
    Extension(porch): Extension<Porch>,
    auth::CameFrom(origin): auth::CameFrom,
    Body(asked): Body<SetUp>,
) -> Answer<Response> {
    if users::any(&app.db).await? {
        return Err(already());
    }
    let now = app.clock.now();
    let (user, workspace) = read(&asked, &porch, now)?;
    let user = User { password_hash: Some(password::hash(&asked.password).await?), ..user };
    let mut tx = app.db.write_tx().await?;
    lock(&tx).await?;
    if users::any(&tx).await? {
        return Err(already());
    }
    users::insert(&tx, &user).await?;
    found(&mut tx, &workspace, user.id, &porch.furnish, now).await?;
    if asked.start == StartWith::Sample {
        ask_for_sample(&tx, workspace.id, user.id, now).await?;
    }
    let token = session::open(&tx, user.id, &origin, now).await?;
    tx.commit().await?;
    let me = me_of(&app.db, user.id, workspace.id, Role::Owner).await?;
    Ok(([(header::SET_COOKIE, session::cookie(&token, &app.config.base_url))], Json(me)).into_response())
}

fn already() -> Problem {
    Problem::conflict("already_set_up", "It is set up already. Sign in, or ask for an invitation.")
}

fn read(asked: &SetUp, porch: &Porch, now: Timestamp) -> Result<(User, Workspace), Problem> {
    let mut reading = Reading::default();
    let locale = reading.locale("locale", &asked.locale);
    let time_zone = reading.zone("time_zone", &asked.time_zone);
    let user = User {
        id: UserId::new(),
        name: reading.name("name", &asked.name),
        email: reading.email("email", &asked.email),
        password_hash: None,
        locale: locale.tag().to_owned(),
        time_zone: time_zone.clone(),
        created_at: now,
        disabled_at: None,
    };
    reading.password("password", &asked.password);
    let name = reading.name("workspace_name", &asked.workspace_name);
    let workspace = Workspace {
        id: WorkspaceId::new(),
        slug: workspaces::slug_of(&name),
        name,
        time_zone,
        country: reading.country("country", &asked.country),
        locale: locale.tag().to_owned(),
        currency: reading.currency("currency", &asked.currency).code().to_owned(),
        settings: json!({}),
        sample_data: asked.start == StartWith::Sample,
        created_at: now,
    };
    if asked.start == StartWith::Sample && !porch.has_sample_data {
        reading.complain("start", "unavailable", "This installation has no sample data. Start empty.");
    }
    reading.finish()?;
    Ok((user, workspace))
}

/// Two first owners at once take turns; the second finds it done.
async fn lock(tx: &WriteTx) -> store::Result<()> {
    if tx.engine() == Engine::Postgres {
        Sql::new(tx.engine(), "SELECT pg_advisory_xact_lock(727002027)").rows(tx.conn()).await?;
    }
    Ok(())
}

/// Makes a workspace with its first owner and what every room gives it.
///
/// # Errors
/// When its slug is taken, a room cannot furnish it, or whatever the database says.
pub async fn found(
    tx: &mut WriteTx,
    workspace: &Workspace,
    owner: UserId,
    furnish: &[Furnish],
    now: Timestamp,
) -> Result<(), Problem> {
    records::workspace::insert(tx, workspace).await?;
    users::join(tx, workspace.id, owner, Role::Owner, now).await?;
    let made = NewEvent::now(workspace.id, "workspace.created", Actor::User(owner), now)
        .with(json!({ "after": { "name": workspace.name } }));
    tx.record(made).await?;
    let new = NewWorkspace {
        id: workspace.id,
        owner,
        locale: workspace.locale(),
        currency: workspace.currency(),
        now,
    };
    for furnish in furnish {
        furnish(tx, &new).await.map_err(|why| Problem::internal(&why))?;
    }
    Ok(())
}

async fn ask_for_sample(
    tx: &WriteTx,
    workspace: WorkspaceId,
    owner: UserId,
    now: Timestamp,
) -> store::Result<()> {
    let job = store::job::NewJob {
        workspace,
        kind: SAMPLE_JOB,
        payload: json!({}),
        run_at: now,
        created_by: Some(owner),
    };
    store::job::enqueue(tx, job, now).await.map(|_| ())
}
