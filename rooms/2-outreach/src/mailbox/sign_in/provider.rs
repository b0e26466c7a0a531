//! Providers as they are kept.

use http_room::{Answer, App, Problem};
use kernel::{SignInProviderId, Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql, WriteTx};

use super::super::{Server, server};
use super::input::Checked;
use super::known::ProviderKind;

const COLUMNS: &str = "id, workspace_id, kind, name, tenant, authorize_url, token_url, scopes, client_id, client_secret, smtp, imap";

/// A provider, its sealed secret included. Never leaves the crate as JSON.
#[derive(Clone, FromQueryResult)]
pub struct ProviderRow {
    /// Its id.
    pub id: SignInProviderId,
    /// Whose workspace.
    pub workspace_id: WorkspaceId,
    kind: String,
    /// Its name.
    pub name: String,
    tenant: Option<String>,
    /// Where members consent.
    pub authorize_url: String,
    /// Where tokens are given.
    pub token_url: String,
    /// What is asked for, by spaces.
    pub scopes: String,
    /// The app's id there.
    pub client_id: String,
    client_secret: Option<String>,
    /// Outgoing server, without a user name.
    pub smtp: Json,
    /// Incoming server, without a user name.
    pub imap: Json,
}

/// A provider as members see it. Its secret is never shown.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SignInProvider {
    /// Its id.
    pub id: SignInProviderId,
    /// Which kind.
    pub kind: ProviderKind,
    /// Its name.
    pub name: String,
    /// Microsoft: the tenant whose members may sign in; `common` for any.
    pub tenant: Option<String>,
    /// Where members consent.
    pub authorize_url: String,
    /// Where tokens are given.
    pub token_url: String,
    /// What is asked for, by spaces.
    pub scopes: String,
    /// The app's id there.
    pub client_id: String,
    /// Whether a secret is kept.
    pub has_secret: bool,
    /// Outgoing server, without a user name.
    pub smtp: Server,
    /// Incoming server, without a user name.
    pub imap: Server,
    /// Mailboxes that sign in there.
    pub mailboxes: i64,
}

fn purpose(id: SignInProviderId) -> String {
    format!("sign_in_provider {id}")
}

impl ProviderRow {
    /// Which kind.
    pub fn kind(&self) -> ProviderKind {
        ProviderKind::parse(&self.kind)
    }

    /// Its secret, opened.
    ///
    /// # Errors
    /// When it does not open.
    pub fn secret(&self, app: &App) -> Result<Option<String>> {
        self.client_secret.as_deref().map(|sealed| app.secrets.open(&purpose(self.id), sealed)).transpose()
    }

    /// Whether a secret is kept.
    pub fn has_secret(&self) -> bool {
        self.client_secret.is_some()
    }

    /// A server of it, for this user name.
    ///
    /// # Errors
    /// When what is kept has another shape.
    pub fn server(&self, kept: &Json, username: &str) -> Result<Server> {
        Ok(Server { username: username.to_owned(), ..server("sign_in_provider server", kept)? })
    }

    fn view(self, mailboxes: i64) -> Result<SignInProvider> {
        Ok(SignInProvider {
            kind: self.kind(),
            has_secret: self.has_secret(),
            smtp: self.server(&self.smtp, "")?,
            imap: self.server(&self.imap, "")?,
            id: self.id,
            name: self.name,
            tenant: self.tenant,
            authorize_url: self.authorize_url,
            token_url: self.token_url,
            scopes: self.scopes,
            client_id: self.client_id,
            mailboxes,
        })
    }
}

/// A provider, or 404.
pub async fn found(db: &impl Source, space: WorkspaceId, id: SignInProviderId) -> Answer<ProviderRow> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM sign_in_provider WHERE deleted_at IS NULL AND ");
    sql.push_with("id = ? AND workspace_id = ?", [id.into(), space.into()]);
    sql.one(db.conn()).await?.ok_or_else(|| Problem::not_found("provider"))
}

/// The providers of a workspace, by name.
pub async fn all(db: &impl Source, space: WorkspaceId) -> Answer<Vec<SignInProvider>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM sign_in_provider WHERE deleted_at IS NULL AND workspace_id = ").bind(space);
    sql.push(" ORDER BY name, id");
    let rows: Vec<ProviderRow> = sql.all(db.conn()).await?;
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let count = mailboxes_of(db, space, row.id).await?;
        views.push(row.view(count)?);
    }
    Ok(views)
}

/// A provider as members see it, or 404.
pub async fn view_of(db: &impl Source, space: WorkspaceId, id: SignInProviderId) -> Answer<SignInProvider> {
    let row = found(db, space, id).await?;
    Ok(row.view(mailboxes_of(db, space, id).await?)?)
}

/// How many mailboxes sign in there.
pub async fn mailboxes_of(db: &impl Source, space: WorkspaceId, id: SignInProviderId) -> Result<i64> {
    let text = "SELECT COUNT(*) FROM mailbox WHERE workspace_id = ? AND sign_in_provider_id = ? AND deleted_at IS NULL";
    let count = Sql::with(db.engine(), text, [space.into(), id.into()]).scalar(db.conn()).await?;
    Ok(count.unwrap_or(0))
}

/// Keeps a new provider.
pub async fn insert(
    app: &App,
    tx: &WriteTx,
    space: WorkspaceId,
    new: &Checked,
    now: Timestamp,
) -> Result<SignInProviderId> {
    let id = SignInProviderId::new();
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO sign_in_provider (id, workspace_id, kind, name, tenant, authorize_url, token_url, scopes, client_id, \
         client_secret, smtp, imap, created_at, updated_at) VALUES ",
    );
    let secret = new.client_secret.as_deref().map(|secret| app.secrets.seal(&purpose(id), secret));
    sql.bind_list([
        id.into(),
        space.into(),
        new.known.kind.key().into(),
        new.known.name.as_str().into(),
        new.tenant.clone().into(),
        new.known.authorize_url.as_str().into(),
        new.known.token_url.as_str().into(),
        new.known.scopes.as_str().into(),
        new.client_id.as_str().into(),
        secret.into(),
        serde_json::json!(new.known.smtp).into(),
        serde_json::json!(new.known.imap).into(),
        now.into(),
        now.into(),
    ]);
    sql.run(tx.conn()).await?;
    Ok(id)
}

/// Changes a provider. Its mailboxes ask it again at once.
pub async fn update(app: &App, tx: &WriteTx, old: &ProviderRow, new: &Checked, now: Timestamp) -> Result<()> {
    let secret = match new.client_secret.as_deref() {
        Some(secret) => Some(app.secrets.seal(&purpose(old.id), secret)),
        None => old.client_secret.clone(),
    };
    let text = "UPDATE sign_in_provider SET name = ?, tenant = ?, authorize_url = ?, token_url = ?, scopes = ?, client_id = ?, \
                client_secret = ?, smtp = ?, imap = ?, updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [
        new.known.name.as_str().into(),
        new.tenant.clone().into(),
        new.known.authorize_url.as_str().into(),
        new.known.token_url.as_str().into(),
        new.known.scopes.as_str().into(),
        new.client_id.as_str().into(),
        secret.into(),
        serde_json::json!(new.known.smtp).into(),
        serde_json::json!(new.known.imap).into(),
        now.into(),
        old.id.into(),
        old.workspace_id.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let text = "UPDATE mailbox_token SET retry_at = 0 WHERE mailbox_id IN \
                (SELECT id FROM mailbox WHERE workspace_id = ? AND sign_in_provider_id = ?)";
    Sql::with(tx.engine(), text, [old.workspace_id.into(), old.id.into()]).run(tx.conn()).await?;
    Ok(())
}

/// Takes a provider off, its secret at once.
pub async fn delete(tx: &WriteTx, row: &ProviderRow, now: Timestamp) -> Result<()> {
    let text =
        "UPDATE sign_in_provider SET deleted_at = ?, client_secret = NULL WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [now.into(), row.id.into(), row.workspace_id.into()]).run(tx.conn()).await?;
    Ok(())
}
