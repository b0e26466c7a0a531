//! Keys that a workspace's mails are signed with, one for a domain. The private half is sealed and never shown.

use http_room::{Answer, App, Problem};
use kernel::{Timestamp, UserId, WorkspaceId};
use mail::auth::dkim;
use mail::{DkimKey, MailError};
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::db::Source;
use store::{Result, Sql, WriteTx};
use uuid::Uuid;

/// A key as it is kept. Never leaves the crate as JSON.
#[derive(Debug, Clone, FromQueryResult)]
pub struct StoredKey {
    id: Uuid,
    /// Of which domain.
    pub domain: String,
    /// Under which name it is published.
    pub selector: String,
    private_key: String,
    /// Base64 of the public half.
    pub public_key: String,
    created_at: Timestamp,
}

/// What has to be published so that a key is believed.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct KeyRecord {
    /// The record's kind, `TXT`.
    pub kind: String,
    /// Under which name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The same as zone files take it: strings of 255 characters at most.
    pub quoted: String,
    /// Made when.
    pub created_at: Timestamp,
}

fn purpose(id: Uuid) -> String {
    format!("dkim {id}")
}

impl StoredKey {
    /// Ready to sign with.
    ///
    /// # Errors
    /// When the secret does not open or is no key.
    pub fn opened(&self, app: &App) -> std::result::Result<DkimKey, MailError> {
        let failed = |why: String| MailError::Field { field: "dkim".to_owned(), why };
        let pem =
            app.secrets.open(&purpose(self.id), &self.private_key).map_err(|e| failed(e.to_string()))?;
        DkimKey::rsa(&self.selector, &self.domain, &pem)
    }

    /// What to publish.
    #[must_use]
    pub fn record(&self) -> KeyRecord {
        let value = dkim::record_value(&self.public_key);
        KeyRecord {
            kind: "TXT".to_owned(),
            name: dkim::record_name(&self.selector, &self.domain),
            quoted: dkim::quoted(&value),
            value,
            created_at: self.created_at,
        }
    }
}

/// The key of a domain, if it has one.
///
/// # Errors
/// Whatever the database says.
pub async fn of(db: &impl Source, workspace: WorkspaceId, domain: &str) -> Result<Option<StoredKey>> {
    let text = "SELECT id, domain, selector, private_key, public_key, created_at FROM dkim_key \
                WHERE workspace_id = ? AND domain = ? AND deleted_at IS NULL";
    Sql::with(db.engine(), text, [workspace.into(), domain.into()]).one(db.conn()).await
}

/// Makes a key for a domain that has none. The selector names the day, so that a later key can stand beside it.
///
/// # Errors
/// A conflict when there is one.
pub async fn make(app: &App, workspace: WorkspaceId, domain: &str, by: UserId) -> Answer<StoredKey> {
    if of(&app.db, workspace, domain).await?.is_some() {
        return Err(Problem::conflict("dkim_key_exists", "This domain has a key. Take it away first."));
    }
    let made = tokio::task::spawn_blocking(dkim::new_rsa).await.map_err(|e| Problem::internal(&e))?;
    let made = made.map_err(|e| Problem::internal(&e))?;
    let (id, now) = (Uuid::now_v7(), app.clock.now());
    let selector = format!("sf{}", now.to_utc().format("%Y%m%d%H%M"));
    let tx = app.db.write_tx().await?;
    let text = "INSERT INTO dkim_key (id, workspace_id, domain, selector, private_key, public_key, created_by, created_at) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let sealed = app.secrets.seal(&purpose(id), &made.private);
    let values = [
        id.into(),
        workspace.into(),
        domain.into(),
        selector.clone().into(),
        sealed.clone().into(),
        made.public.clone().into(),
        by.into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await?;
    let domain = domain.to_owned();
    Ok(StoredKey { id, domain, selector, private_key: sealed, public_key: made.public, created_at: now })
}

/// Takes the key of a domain away: mails are not signed with it any more. Answers whether there was one.
///
/// # Errors
/// Whatever the database says.
pub async fn take_away(tx: &WriteTx, workspace: WorkspaceId, domain: &str, now: Timestamp) -> Result<bool> {
    let text = "UPDATE dkim_key SET deleted_at = ?, private_key = '' WHERE workspace_id = ? AND domain = ? AND deleted_at IS NULL";
    let done = Sql::with(tx.engine(), text, [now.into(), workspace.into(), domain.into()]).run(tx.conn());
    Ok(done.await? > 0)
}
