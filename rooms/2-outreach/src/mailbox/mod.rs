//! Mailboxes: the accounts mail goes out from and answers come back to. Passwords and tokens are sealed and never
//! shown.

mod counting;
pub mod health;
mod input;
mod judge;
pub mod provider;
pub mod ramp;
mod routes;
mod sandbox;
pub mod sign_in;
mod trial;

use std::collections::{HashMap, HashSet};

use http_room::{Answer, App, Problem};
use kernel::{MailboxId, SignInProviderId, Timestamp, UserId, WorkspaceId};
use mail::{ImapSettings, Login, Mailbox as Correspondent, SmtpSettings, Trust};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::db::Source;
use store::{Engine, Result, Sql, StoreError, WriteTx};

pub use counting::{REST_SECONDS, hour_of};
pub use health::MAILBOX_HALTED;
pub(crate) use judge::judge_ramps;
pub use routes::routes;
pub use sandbox::ensure_sandbox_mailbox;
pub use sign_in::NoLogin;
pub use trial::{TestAnswer, TestStep};

/// A mailbox was connected. Payload: `address`.
pub const MAILBOX_CREATED: &str = "mailbox.created";
/// A mailbox changed. Payload: `before`, `after`.
pub const MAILBOX_CHANGED: &str = "mailbox.changed";
/// A mailbox was taken off. Payload: `address`.
pub const MAILBOX_DELETED: &str = "mailbox.deleted";

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// An upgrade that must succeed.
    Starttls,
    /// Nothing; for servers on the same machine only.
    None,
}

impl From<Security> for mail::Security {
    fn from(security: Security) -> Self {
        match security {
            Security::Tls => Self::Tls,
            Security::Starttls => Self::StartTls,
            Security::None => Self::Plain,
        }
    }
}

/// A server of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Server {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub security: Security,
    /// User name; empty when the server asks for none (SMTP only).
    #[serde(default)]
    pub username: String,
}

/// A mailbox as it is kept, sealed passwords included. Never leaves the crate as JSON.
#[derive(Debug, Clone, FromQueryResult)]
pub struct MailboxRow {
    /// Its id.
    pub id: MailboxId,
    /// Whose workspace.
    pub workspace_id: WorkspaceId,
    /// The member who sends from it.
    pub owner_id: UserId,
    /// `real` or `sandbox`.
    pub kind: String,
    /// Sender name.
    pub from_name: String,
    /// Address.
    pub address: String,
    /// Outgoing server.
    pub smtp: Json,
    /// Incoming server.
    pub imap: Json,
    smtp_secret: Option<String>,
    imap_secret: Option<String>,
    /// Certificate to believe besides the usual roots.
    pub certificate_pem: Option<String>,
    /// Lines under every mail.
    pub signature: String,
    /// Automatic mails a day at most.
    pub daily_cap: i64,
    /// Seconds between two mails at least; up to three times as many.
    pub gap_seconds: i64,
    /// `active`, `paused`, `error`.
    pub state: String,
    /// Why it does not work.
    pub state_reason: Option<String>,
    /// Where it signs in instead of with passwords.
    pub sign_in_provider_id: Option<SignInProviderId>,
    /// Since when somebody has to sign in again.
    pub signed_out_at: Option<Timestamp>,
    /// The day `sent_today` counts.
    pub sent_day: Option<String>,
    /// Mails sent on `sent_day`.
    pub sent_today: i64,
    /// No automatic mail before.
    pub next_slot_at: Timestamp,
    /// `exempt`, `unchecked`, `failed`, `passed`: whether automatic mail of its domain may leave.
    pub domain_state: String,
    ramp_level: Option<i64>,
    ramp_days: i64,
    /// Automatic mails an hour at most.
    pub hourly_cap: Option<i64>,
    /// The hour `sent_in_hour` counts, in hours since 1970.
    pub sent_hour: i64,
    /// Mails sent in `sent_hour`.
    pub sent_in_hour: i64,
    /// The inbox's UIDVALIDITY when it was read last.
    pub uid_validity: Option<i64>,
    /// The last UID read.
    pub last_uid: i64,
    /// Counts changes.
    pub revision: i64,
    /// Connected when.
    pub created_at: Timestamp,
    /// Changed when.
    pub updated_at: Timestamp,
}

pub(crate) const COLUMNS: &str = "id, workspace_id, owner_id, kind, from_name, address, smtp, imap, smtp_secret, imap_secret, \
    certificate_pem, signature, daily_cap, gap_seconds, state, state_reason, sign_in_provider_id, signed_out_at, sent_day, sent_today, next_slot_at, domain_state, \
    ramp_level, ramp_days, hourly_cap, sent_hour, sent_in_hour, uid_validity, last_uid, revision, created_at, updated_at";

/// A mailbox as clients see it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MailboxView {
    /// Its id.
    pub id: MailboxId,
    /// The member who sends from it.
    pub owner_id: UserId,
    /// `real`, or `sandbox`: mail is kept inside and sample prospects answer.
    pub kind: String,
    /// Address.
    pub email: String,
    /// Sender name.
    pub from_name: String,
    /// Outgoing server.
    pub smtp: Server,
    /// Incoming server.
    pub imap: Server,
    /// Certificate to believe besides the usual roots.
    pub certificate_pem: Option<String>,
    /// Lines under every mail.
    pub signature: String,
    /// Automatic mails a day at most.
    pub daily_cap: i64,
    /// How many it may send a day as it stands: the least of `daily_cap`, its ramp and its provider's ceiling.
    pub cap_now: i64,
    /// Automatic mails an hour at most.
    pub hourly_cap: Option<i64>,
    /// The step of a new mailbox's ramp, 1 to 6; null: it has been sending for long.
    pub ramp_level: Option<i64>,
    /// `gmail`, `google_workspace`, `microsoft_365`: whose ceilings hold.
    pub provider: Option<String>,
    /// Whether automatic mail of its domain may leave: `exempt` (its server is on this machine, or it was there before),
    /// `unchecked`, `failed`, `passed`.
    pub domain_state: String,
    /// Seconds between two automatic mails at least; up to three times as many.
    pub gap_seconds: i64,
    /// `active`, `paused`, `error`.
    pub state: String,
    /// Why it does not work; `health_bounces`, `health_complaints`, `health_blocks` when it was stopped by itself,
    /// `sign_in_again` when its mails wait for somebody to sign in at its provider.
    pub state_reason: Option<String>,
    /// Where it signs in instead of with passwords.
    pub sign_in_provider_id: Option<SignInProviderId>,
    /// Whether somebody has to sign in there again.
    pub signed_out: bool,
    /// Mails sent on `sent_day`.
    pub sent_today: i64,
    /// The day that counts, in the workspace's zone.
    pub sent_day: Option<String>,
    /// Counts changes.
    pub revision: i64,
    /// Connected when.
    pub created_at: Timestamp,
    /// Changed when.
    pub updated_at: Timestamp,
}

fn shape(what: &str, why: impl std::fmt::Display) -> StoreError {
    StoreError::Shape { what: what.to_owned(), why: why.to_string() }
}

fn server(what: &str, value: &Json) -> Result<Server> {
    serde_json::from_value(value.clone()).map_err(|e| shape(what, e))
}

impl MailboxRow {
    /// Without its secrets.
    ///
    /// # Errors
    /// When the stored settings have another shape.
    pub fn view(&self) -> Result<MailboxView> {
        Ok(MailboxView {
            id: self.id,
            owner_id: self.owner_id,
            kind: self.kind.clone(),
            email: self.address.clone(),
            from_name: self.from_name.clone(),
            smtp: server("mailbox.smtp", &self.smtp)?,
            imap: server("mailbox.imap", &self.imap)?,
            certificate_pem: self.certificate_pem.clone(),
            signature: self.signature.clone(),
            daily_cap: self.daily_cap,
            cap_now: self.cap(),
            hourly_cap: self.hourly_cap,
            ramp_level: self.ramp_level,
            provider: self.provider().map(|provider| provider.key.to_owned()),
            domain_state: self.domain_state.clone(),
            gap_seconds: self.gap_seconds,
            state: self.state.clone(),
            state_reason: self.state_reason.clone(),
            sign_in_provider_id: self.sign_in_provider_id,
            signed_out: self.signed_out_at.is_some(),
            sent_today: self.sent_today,
            sent_day: self.sent_day.clone(),
            revision: self.revision,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }

    /// Whether mail stays inside.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        self.kind == "sandbox"
    }

    /// The domain it sends from, in lower case.
    #[must_use]
    pub fn domain(&self) -> String {
        domain_of(&self.address)
    }

    /// Name and address, for headers.
    #[must_use]
    pub fn sender(&self) -> Correspondent {
        Correspondent::named(self.from_name.clone(), self.address.clone())
    }

    /// The account it signs in with, if that is an address.
    #[must_use]
    pub fn account(&self) -> Option<String> {
        self.sign_in_provider_id?;
        self.imap["username"].as_str().filter(|name| name.contains('@')).map(str::to_owned)
    }

    /// How to send, with the password opened or a token that is valid.
    ///
    /// # Errors
    /// When the secret does not open, or there is no token.
    pub async fn smtp_settings(&self, app: &App) -> Result<SmtpSettings, NoLogin> {
        let server = server("mailbox.smtp", &self.smtp)?;
        let login = sign_in::login(app, self, "smtp", &server.username, self.smtp_secret.as_deref()).await?;
        Ok(smtp_settings(&server, login, &self.address, self.certificate_pem.as_deref()))
    }

    /// How to read, with the password opened or a token that is valid.
    ///
    /// # Errors
    /// As [`MailboxRow::smtp_settings`].
    pub async fn imap_settings(&self, app: &App) -> Result<ImapSettings, NoLogin> {
        let server = server("mailbox.imap", &self.imap)?;
        let login = sign_in::login(app, self, "imap", &server.username, self.imap_secret.as_deref()).await?;
        Ok(imap_settings(&server, login, self.certificate_pem.as_deref()))
    }
}

/// The part behind the `@`, in lower case, as DNS writes it.
#[must_use]
pub fn domain_of(address: &str) -> String {
    let domain = address.rsplit_once('@').map_or(address, |(_, domain)| domain);
    kernel::domain::host_of(domain).unwrap_or_else(|| domain.to_lowercase())
}

/// Whether a server is on this machine or in a private network, by how it is written.
pub(crate) fn is_near(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse().is_ok_and(|address| !outward::is_public(address))
}

/// What a mailbox's secret is sealed for: this mailbox and this server, nothing else.
fn purpose(id: MailboxId, server: &str) -> String {
    format!("mailbox {id} {server}")
}

pub(crate) fn seal(app: &App, id: MailboxId, server: &str, password: &str) -> String {
    app.secrets.seal(&purpose(id, server), password)
}

fn open(app: &App, id: MailboxId, server: &str, sealed: Option<&str>) -> Result<String> {
    sealed.map_or(Ok(String::new()), |sealed| app.secrets.open(&purpose(id, server), sealed))
}

fn trust(certificate_pem: Option<&str>) -> Trust {
    Trust { extra_roots_pem: certificate_pem.map(str::to_owned), accept_invalid_certs: false }
}

fn password_login(server: &Server, password: String) -> Login {
    Login::Password { username: server.username.clone(), password }
}

fn smtp_settings(server: &Server, login: Login, address: &str, pem: Option<&str>) -> SmtpSettings {
    let login = (!server.username.is_empty()).then_some(login);
    let domain = address.rsplit_once('@').map_or("localhost", |(_, d)| d);
    SmtpSettings {
        host: server.host.clone(),
        port: server.port,
        security: server.security.into(),
        login,
        ehlo_name: domain.to_owned(),
        trust: trust(pem),
        limits: Default::default(),
    }
}

fn imap_settings(server: &Server, login: Login, pem: Option<&str>) -> ImapSettings {
    ImapSettings {
        host: server.host.clone(),
        port: server.port,
        security: server.security.into(),
        login,
        trust: trust(pem),
        limits: Default::default(),
    }
}

fn select(engine: Engine, workspace: WorkspaceId, id: MailboxId) -> Sql {
    let mut sql = Sql::new(engine, "SELECT ");
    sql.push(COLUMNS).push(" FROM mailbox WHERE ");
    sql.push_with("id = ? AND workspace_id = ? AND deleted_at IS NULL", [id.into(), workspace.into()]);
    sql
}

/// A mailbox, unless taken off.
///
/// # Errors
/// Whatever the database says.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: MailboxId) -> Result<Option<MailboxRow>> {
    select(db.engine(), workspace, id).one(db.conn()).await
}

/// Those of these mailboxes that were not taken off.
///
/// # Errors
/// Whatever the database says.
pub async fn find_all(
    db: &impl Source,
    workspace: WorkspaceId,
    ids: impl IntoIterator<Item = MailboxId>,
) -> Result<HashMap<MailboxId, MailboxRow>> {
    let ids: HashSet<MailboxId> = ids.into_iter().collect();
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM mailbox WHERE deleted_at IS NULL AND id IN ");
    sql.bind_list(ids.into_iter().map(Into::into)).push(" AND ").push_check("workspace_id", workspace);
    let rows: Vec<MailboxRow> = sql.all(db.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// How a member signs: the signature of their oldest mailbox that has one.
///
/// # Errors
/// Whatever the database says.
pub async fn signature_of(db: &impl Source, workspace: WorkspaceId, user: UserId) -> Result<Option<String>> {
    let text = "SELECT signature FROM mailbox WHERE workspace_id = ? AND owner_id = ? AND deleted_at IS NULL \
                AND TRIM(signature) <> '' ORDER BY created_at, id LIMIT 1";
    Sql::with(db.engine(), text, [workspace.into(), user.into()]).scalar(db.conn()).await
}

/// A mailbox, unless taken off, held until the transaction ends, so that its counts hold under many senders.
///
/// # Errors
/// Whatever the database says.
pub async fn hold(tx: &WriteTx, workspace: WorkspaceId, id: MailboxId) -> Result<Option<MailboxRow>> {
    let mut sql = select(tx.engine(), workspace, id);
    sql.hold();
    sql.one(tx.conn()).await
}

/// A mailbox, or 404.
pub(crate) async fn found(db: &impl Source, workspace: WorkspaceId, id: MailboxId) -> Answer<MailboxRow> {
    find(db, workspace, id).await?.ok_or_else(|| Problem::not_found("mailbox"))
}

/// Notes that a mailbox works, or why it does not. A paused one stays paused, one that waits for somebody to sign in again waits.
///
/// # Errors
/// Whatever the database says.
pub async fn note_health(app: &App, row: &MailboxRow, why: Option<&str>) -> Result<()> {
    if row.state == "paused" || row.signed_out_at.is_some() || row.state_reason.as_deref() == why {
        return Ok(());
    }
    let state = if why.is_some() { "error" } else { "active" };
    let tx = app.db.write_tx().await?;
    let text = "UPDATE mailbox SET state = ?, state_reason = ?, updated_at = ? \
                WHERE id = ? AND workspace_id = ? AND state <> 'paused' AND signed_out_at IS NULL";
    let now = app.clock.now();
    let values = [state.into(), why.into(), now.into(), row.id.into(), row.workspace_id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await
}
