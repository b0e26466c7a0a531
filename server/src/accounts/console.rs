//! What the operator does from the command line, where whoever has the database is trusted.

use super::password_reset::make_link;
use super::person::Reading;
use super::users::{self, Membership, User};
use super::{password, session, setup, workspaces};
use crate::assemble;
use http_room::{App, Problem, Role};
use kernel::{Timestamp, UserId, WorkspaceId};
use records::workspace::Workspace;
use serde::Serialize;
use serde_json::json;
use store::{Actor, NewEvent, WriteTx};

/// A user in the list.
#[derive(Debug, Clone, Serialize)]
pub struct Listed {
    /// Mail address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Whether they have a password and are not locked out.
    pub can_sign_in: bool,
    /// Where they belong.
    pub memberships: Vec<Membership>,
}

/// Every user.
///
/// # Errors
/// Whatever the database says.
pub async fn list(app: &App) -> Result<Vec<Listed>, Problem> {
    let mut listed = Vec::new();
    for user in users::all(&app.db).await? {
        listed.push(Listed {
            memberships: users::memberships(&app.db, user.id).await?,
            can_sign_in: user.password_hash.is_some() && user.disabled_at.is_none(),
            email: user.email,
            name: user.name,
            created_at: user.created_at,
        });
    }
    Ok(listed)
}

/// A user to add.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Mail address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Role; in a new workspace always owner.
    pub role: Role,
    /// `en` or `ko`.
    pub locale: String,
    /// Slug of the workspace; none: the only one there is.
    pub workspace: Option<String>,
    /// A workspace to make for them.
    pub new_workspace: Option<NewWorkspace>,
}

/// A workspace to make.
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    /// Name.
    pub name: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// IANA zone.
    pub time_zone: String,
    /// ISO 4217.
    pub currency: String,
}

/// What was made.
#[derive(Debug, Clone, Serialize)]
pub struct Created {
    /// The user.
    pub user_id: UserId,
    /// Mail address.
    pub email: String,
    /// Slug of the workspace.
    pub workspace: String,
    /// Where to choose a password; none when they have one.
    pub link: Option<String>,
}

/// Adds a user to a workspace.
///
/// # Errors
/// 404 when there is no such workspace, 409 when they are a member already, 422 when fields are at fault.
pub async fn create(app: &App, new: NewUser) -> Result<Created, Problem> {
    let now = app.clock.now();
    let mut reading = Reading::default();
    let (email, name) = (reading.email("email", &new.email), reading.name("name", &new.name));
    let locale = reading.locale("locale", &new.locale);
    let made = new.new_workspace.as_ref().map(|w| read_workspace(w, locale, now, &mut reading));
    reading.finish()?;
    let mut tx = app.db.write_tx().await?;
    let workspace = match &made {
        Some(workspace) => with_free_slug(&tx, workspace).await?,
        None => choose(&tx, new.workspace.as_deref()).await?,
    };
    let known = users::by_email(&tx, &email).await?;
    let user = match known {
        Some(user) => user,
        None => {
            let user = User {
                id: UserId::new(),
                email,
                name,
                password_hash: None,
                locale: locale.tag().to_owned(),
                time_zone: workspace.time_zone.clone(),
                created_at: now,
                disabled_at: None,
            };
            users::insert(&tx, &user).await?;
            user
        }
    };
    match made {
        Some(_) => found(&mut tx, &workspace, user.id, now).await?,
        None => join(&mut tx, workspace.id, user.id, new.role, now).await?,
    }
    tx.commit().await?;
    let link = if user.password_hash.is_none() { Some(make_link(app, &user).await?) } else { None };
    Ok(Created { user_id: user.id, email: user.email, workspace: workspace.slug, link })
}

fn read_workspace(
    new: &NewWorkspace,
    locale: kernel::Locale,
    now: Timestamp,
    reading: &mut Reading,
) -> Workspace {
    let name = reading.name("new_workspace", &new.name);
    Workspace {
        id: WorkspaceId::new(),
        slug: workspaces::slug_of(&name),
        name,
        time_zone: reading.zone("time_zone", &new.time_zone),
        country: reading.country("country", &new.country),
        locale: locale.tag().to_owned(),
        currency: reading.currency("currency", &new.currency).code().to_owned(),
        settings: json!({}),
        sample_data: false,
        created_at: now,
    }
}

async fn choose(tx: &WriteTx, slug: Option<&str>) -> Result<Workspace, Problem> {
    let mut all = records::workspace::all(tx).await?;
    match slug {
        Some(slug) => all.into_iter().find(|w| w.slug == slug).ok_or_else(|| Problem::not_found("workspace")),
        None if all.len() == 1 => Ok(all.remove(0)),
        None if all.is_empty() => {
            let detail = "There is no workspace yet. Make one with --new-workspace, or open the first page in a browser.";
            Err(Problem::new(axum::http::StatusCode::NOT_FOUND, "not_found", detail))
        }
        None => {
            let slugs: Vec<String> = all.into_iter().map(|w| w.slug).collect();
            let detail = format!("Say which workspace with --workspace: {}", slugs.join(", "));
            Err(Problem::field("workspace", "required", detail))
        }
    }
}

async fn with_free_slug(tx: &WriteTx, workspace: &Workspace) -> Result<Workspace, Problem> {
    let taken: Vec<String> = records::workspace::all(tx).await?.into_iter().map(|w| w.slug).collect();
    let numbered = (2..).map(|n| format!("{}-{n}", workspace.slug));
    let slug = std::iter::once(workspace.slug.clone()).chain(numbered).find(|slug| !taken.contains(slug));
    Ok(Workspace { slug: slug.unwrap_or_default(), ..workspace.clone() })
}

async fn found(
    tx: &mut WriteTx,
    workspace: &Workspace,
    owner: UserId,
    now: Timestamp,
) -> Result<(), Problem> {
    let doors = assemble::doors(None);
    let furnish: Vec<_> = doors.iter().flat_map(|door| door.workspace_created.iter().cloned()).collect();
    setup::found(tx, workspace, owner, &furnish, now).await
}

async fn join(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    user: UserId,
    role: Role,
    now: Timestamp,
) -> Result<(), Problem> {
    if records::workspace::is_member(tx, workspace, user).await? {
        return Err(Problem::conflict("already_member", "They are a member already."));
    }
    users::join(tx, workspace, user, role, now).await?;
    let event = NewEvent::now(workspace, "member.joined", Actor::System, now);
    tx.record(event.with(json!({ "user_id": user, "role": role.key() }))).await?;
    Ok(())
}

async fn user_of(app: &App, email: &str) -> Result<User, Problem> {
    let mut reading = Reading::default();
    let email = reading.email("email", email);
    reading.finish()?;
    users::by_email(&app.db, &email).await?.ok_or_else(|| Problem::not_found("user"))
}

/// A link with which a user sets a new password.
///
/// # Errors
/// 404 when nobody has this address.
pub async fn reset_link(app: &App, email: &str) -> Result<String, Problem> {
    let user = user_of(app, email).await?;
    Ok(make_link(app, &user).await?)
}

/// Sets a password, and signs the user out everywhere.
///
/// # Errors
/// 404 when nobody has this address, 422 when the password is at fault.
pub async fn set_password(app: &App, email: &str, password: &str) -> Result<(), Problem> {
    let user = user_of(app, email).await?;
    let mut reading = Reading::default();
    reading.password("password", password);
    reading.finish()?;
    let hash = password::hash(password).await?;
    let tx = app.db.write_tx().await?;
    users::set_password(&tx, user.id, &hash).await?;
    session::end_all(&tx, user.id).await?;
    tx.commit().await?;
    Ok(())
}
