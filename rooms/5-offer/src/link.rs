//! Links to the page of an offer: one for each person, so that it is known whose link was passed on.
//!
//! A link's token has 256 bits. It is found by its hash; its sealed form lets a member copy the link again.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_room::{Answer, App};
use kernel::{DealId, OfferId, PersonId, Timestamp, WorkspaceId};
use rand::Rng;
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};
use store::db::Source;
use store::{Result, Sql, WriteTx};
use uuid::Uuid;

/// Longest token that is looked for.
const TOKEN: usize = 64;

/// A link.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Link {
    /// Its id.
    pub id: Uuid,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The version it shows.
    pub offer_id: OfferId,
    /// The deal.
    pub deal_id: DealId,
    /// Whose it is.
    pub person_id: PersonId,
    /// The place among those who sign.
    pub signs_at: Option<i64>,
    /// Whether they agreed that reading is timed.
    pub timed: Option<bool>,
    token_sealed: String,
}

const COLUMNS: &str = "l.id, l.workspace_id, l.offer_id, o.deal_id, l.person_id, l.signs_at, l.timed, l.token_sealed \
    FROM offer_link l JOIN offer o ON o.id = l.offer_id WHERE ";

fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

fn purpose(id: Uuid) -> String {
    format!("offer link {id}")
}

/// The link of a token.
///
/// # Errors
/// Whatever the database says.
pub async fn by_token(db: &impl Source, token: &str) -> Result<Option<Link>> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if token.is_empty() || token.len() > TOKEN || !token.bytes().all(fits) {
        return Ok(None);
    }
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push("l.token_hash = ").bind(hash(token));
    sql.one(db.conn()).await
}

/// The links of a version, the oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn of_offer(db: &impl Source, workspace: WorkspaceId, offer: OfferId) -> Result<Vec<Link>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push_with("l.offer_id = ? AND l.workspace_id = ?", [offer.into(), workspace.into()]);
    sql.push(" ORDER BY l.created_at, l.id LIMIT 100");
    sql.all(db.conn()).await
}

impl Link {
    /// Its address.
    ///
    /// # Errors
    /// When it was sealed with another key.
    pub fn url(&self, app: &App) -> Answer<String> {
        let token = app.secrets.open(&purpose(self.id), &self.token_sealed)?;
        Ok(url(app, &token))
    }
}

/// The page of a token.
#[must_use]
pub fn url(app: &App, token: &str) -> String {
    format!("{}/o/{token}", app.config.base_url.trim_end_matches('/'))
}

fn new_token() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Gives a link another token; the one before leads nowhere.
///
/// # Errors
/// Whatever the database says.
pub async fn renew(app: &App, tx: &WriteTx, link: &Link) -> Result<()> {
    let token = new_token();
    let text = "UPDATE offer_link SET token_hash = ?, token_sealed = ? WHERE id = ? AND workspace_id = ?";
    let sealed = app.secrets.seal(&purpose(link.id), &token);
    let values = [hash(&token).into(), sealed.into(), link.id.into(), link.workspace_id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Makes a link for somebody who has none yet.
///
/// # Errors
/// Whatever the database says.
pub async fn issue(
    app: &App,
    tx: &WriteTx,
    workspace: WorkspaceId,
    offer: OfferId,
    person: PersonId,
    now: Timestamp,
) -> Result<()> {
    let (id, token) = (Uuid::now_v7(), new_token());
    let text = "INSERT INTO offer_link (id, workspace_id, offer_id, person_id, token_hash, token_sealed, created_at) \
                VALUES (?, ?, ?, ?, ?, ?, ?)";
    let values = [
        id.into(),
        workspace.into(),
        offer.into(),
        person.into(),
        hash(&token).into(),
        app.secrets.seal(&purpose(id), &token).into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Gives a link its place among those who sign, or takes it away.
///
/// # Errors
/// Whatever the database says.
pub async fn place(tx: &WriteTx, link: &Link, signs_at: Option<i64>) -> Result<()> {
    let text = "UPDATE offer_link SET signs_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [signs_at.into(), link.id.into(), link.workspace_id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Keeps whether they agreed that reading is timed; what was timed before is forgotten when they did not.
///
/// # Errors
/// Whatever the database says.
pub async fn agree_to_timing(tx: &WriteTx, link: &Link, agreed: bool) -> Result<()> {
    let text = "UPDATE offer_link SET timed = ? WHERE id = ? AND workspace_id = ?";
    let values = [agreed.into(), link.id.into(), link.workspace_id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    if !agreed {
        let text = "DELETE FROM offer_reading WHERE link_id = ? AND workspace_id = ?";
        let values = [link.id.into(), link.workspace_id.into()];
        Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    }
    Ok(())
}
