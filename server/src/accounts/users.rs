//! Users and memberships in the database.

use http_room::{Problem, Role};
use kernel::{Locale, Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::db::Source;
use store::{Engine, Result, Sql, WriteTx};

/// Somebody who may sign in. Never sent as it is: it has the password's hash.
#[derive(Debug, Clone, FromQueryResult)]
pub struct User {
    /// Id.
    pub id: UserId,
    /// Lower-case mail address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Argon2id, in PHC text; none before the first password.
    pub password_hash: Option<String>,
    /// `en` or `ko`.
    pub locale: String,
    /// IANA zone.
    pub time_zone: String,
    /// When made.
    pub created_at: Timestamp,
    /// When locked out, if so.
    pub disabled_at: Option<Timestamp>,
}

impl User {
    /// The user's language.
    #[must_use]
    pub fn locale(&self) -> Locale {
        Locale::parse(&self.locale).unwrap_or_default()
    }
}

/// A workspace somebody belongs to.
#[derive(Debug, Clone, FromQueryResult, Serialize, utoipa::ToSchema)]
pub struct Membership {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Its name.
    pub workspace_name: String,
    /// `owner`, `admin`, `manager`, `rep`, `read_only`.
    #[schema(value_type = Role)]
    pub role: String,
}

const COLUMNS: &str = "id, email, name, password_hash, locale, time_zone, created_at, disabled_at";

/// The user with this address, written in lower case.
///
/// # Errors
/// Whatever the database says.
pub async fn by_email(db: &impl Source, email: &str) -> Result<Option<User>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM app_user WHERE email = ").bind(email);
    sql.one(db.conn()).await
}

/// One user.
///
/// # Errors
/// Whatever the database says.
pub async fn find(db: &impl Source, id: UserId) -> Result<Option<User>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM app_user WHERE id = ").bind(id);
    sql.one(db.conn()).await
}

/// Every user of this installation, by address.
///
/// # Errors
/// Whatever the database says.
pub async fn all(db: &impl Source) -> Result<Vec<User>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM app_user ORDER BY email");
    sql.all(db.conn()).await
}

/// Whether there is any user yet.
///
/// # Errors
/// Whatever the database says.
pub async fn any(db: &impl Source) -> Result<bool> {
    Ok(!Sql::new(db.engine(), "SELECT 1 FROM app_user LIMIT 1").rows(db.conn()).await?.is_empty())
}

/// Writes a new user down.
///
/// # Errors
/// When the address is taken, or whatever the database says.
pub async fn insert(tx: &WriteTx, user: &User) -> Result<()> {
    let text = "INSERT INTO app_user (id, email, name, password_hash, locale, time_zone, created_at) \
                VALUES (?, ?, ?, ?, ?, ?, ?)";
    let values = [
        user.id.into(),
        user.email.clone().into(),
        user.name.clone().into(),
        user.password_hash.clone().into(),
        user.locale.clone().into(),
        user.time_zone.clone().into(),
        user.created_at.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Gives a user another password.
///
/// # Errors
/// Whatever the database says.
pub async fn set_password(tx: &WriteTx, user: UserId, hash: &str) -> Result<()> {
    let text = "UPDATE app_user SET password_hash = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [hash.into(), user.into()]).run(tx.conn()).await?;
    Ok(())
}

/// The workspaces somebody belongs to, oldest membership first.
///
/// # Errors
/// Whatever the database says.
pub async fn memberships(db: &impl Source, user: UserId) -> Result<Vec<Membership>> {
    let text = "SELECT m.workspace_id, w.name AS workspace_name, m.role FROM membership m \
                JOIN workspace w ON w.id = m.workspace_id WHERE m.user_id = ? ORDER BY m.created_at, m.workspace_id";
    Sql::with(db.engine(), text, [user.into()]).all(db.conn()).await
}

/// Makes somebody a member.
///
/// # Errors
/// When they are one already, or whatever the database says.
pub async fn join(
    tx: &WriteTx,
    workspace: WorkspaceId,
    user: UserId,
    role: Role,
    now: Timestamp,
) -> Result<()> {
    let text = "INSERT INTO membership (workspace_id, user_id, role, created_at) VALUES (?, ?, ?, ?)";
    let values = [workspace.into(), user.into(), role.key().into(), now.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// A member's role, locked against change until the transaction ends.
///
/// # Errors
/// 404 when there is no such member.
pub async fn role_for_update(
    tx: &WriteTx,
    workspace: WorkspaceId,
    user: UserId,
) -> std::result::Result<Role, Problem> {
    lock_owners(tx, workspace).await?;
    let text = "SELECT role FROM membership WHERE workspace_id = ? AND user_id = ?";
    let role: Option<String> =
        Sql::with(tx.engine(), text, [workspace.into(), user.into()]).scalar(tx.conn()).await?;
    role.as_deref().and_then(Role::parse).ok_or_else(|| Problem::not_found("member"))
}

/// How many owners a workspace has.
///
/// # Errors
/// Whatever the database says.
pub async fn owners(tx: &WriteTx, workspace: WorkspaceId) -> Result<i64> {
    let text = "SELECT count(*) FROM membership WHERE workspace_id = ? AND role = 'owner'";
    Ok(Sql::with(tx.engine(), text, [workspace.into()]).scalar(tx.conn()).await?.unwrap_or(0))
}

/// Two administrators who demote two owners at once must take turns. SQLite has one writer anyway.
async fn lock_owners(tx: &WriteTx, workspace: WorkspaceId) -> Result<()> {
    if tx.engine() == Engine::Postgres {
        let text = "SELECT id FROM workspace WHERE id = ? FOR UPDATE";
        Sql::with(tx.engine(), text, [workspace.into()]).rows(tx.conn()).await?;
    }
    Ok(())
}
