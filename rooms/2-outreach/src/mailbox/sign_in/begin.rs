//! The beginning of a sign-in: it is kept for one member, for ten minutes and for one use, and the member is sent to the
//! provider.

use http_room::{Answer, App, Member, Problem};
use kernel::{MailboxId, SignInProviderId};
use outward::Url;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::db::Source;
use store::{Result, Sql, WriteTx};

use super::super::input::{address_of, name_fault};
use super::super::routes::minded;
use super::rules::{Consent, digest, written};
use super::{provider, redirect_url};

/// Seconds within which a member has to be back.
const SECONDS: i64 = 600;

/// A mailbox to be connected by signing in.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSignIn {
    /// Where.
    pub provider_id: SignInProviderId,
    /// The mailbox that is to sign in from now on; left out: a new one.
    #[serde(default)]
    pub mailbox_id: Option<MailboxId>,
    /// Its address; needed when the provider does not say whose account it is.
    #[serde(default)]
    pub email: Option<String>,
    /// Sender name of a new mailbox; the member's name when left out.
    #[serde(default)]
    pub from_name: Option<String>,
}

/// Where to go now.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SignInBegun {
    /// The provider's page.
    pub authorize_url: String,
}

/// A sign-in under way.
#[derive(FromQueryResult)]
pub struct SignInRow {
    /// Where.
    pub provider_id: SignInProviderId,
    /// The mailbox, unless a new one.
    pub mailbox_id: Option<MailboxId>,
    /// The address that was meant.
    pub email: Option<String>,
    /// Sender name of a new one.
    pub from_name: Option<String>,
    verifier: String,
}

fn purpose(digest: &str) -> String {
    format!("mailbox_sign_in {digest}")
}

fn random() -> String {
    let mut bytes = [0; 32];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    written(&bytes)
}

/// Begins a sign-in.
///
/// # Errors
/// 404 for the provider or the mailbox, 403 for another member's mailbox, 422.
pub async fn begin(app: &App, me: &Member, new: NewSignIn) -> Answer<SignInBegun> {
    let provider = provider::found(&app.db, me.workspace, new.provider_id).await?;
    let mut email = new.email.as_deref().map(address_of).transpose()?.map(|email| email.as_str().to_owned());
    if let Some(fault) = new.from_name.as_deref().and_then(name_fault) {
        return Err(Problem::invalid(vec![fault]));
    }
    if let Some(id) = new.mailbox_id {
        let row = minded(&app.db, me, id).await?;
        if row.is_sandbox() {
            return Err(Problem::field("mailbox_id", "not_allowed", "a sandbox connects to nothing"));
        }
        email = Some(row.account().unwrap_or(row.address));
    }
    let (state, verifier) = (random(), random());
    keep(app, me, &new, email.as_deref(), &state, &verifier).await?;
    let authorize_url = Url::parse(&provider.authorize_url).map_err(|why| Problem::internal(&why))?;
    let consent = Consent {
        authorize_url: &authorize_url,
        client_id: &provider.client_id,
        scopes: &provider.scopes,
        redirect_url: &redirect_url(app),
        state: &state,
        verifier: &verifier,
        email: email.as_deref(),
        further: provider.kind().further(),
    };
    Ok(SignInBegun { authorize_url: consent.url().into() })
}

async fn keep(
    app: &App,
    me: &Member,
    new: &NewSignIn,
    email: Option<&str>,
    state: &str,
    verifier: &str,
) -> Answer<()> {
    let (digest, now) = (digest(state), app.clock.now());
    let sealed = app.secrets.seal(&purpose(&digest), verifier);
    let tx = app.db.write_tx().await?;
    Sql::with(tx.engine(), "DELETE FROM mailbox_sign_in WHERE expires_at <= ?", [now.into()])
        .run(tx.conn())
        .await?;
    let text = "INSERT INTO mailbox_sign_in (state, workspace_id, user_id, provider_id, mailbox_id, email, from_name, verifier, \
                expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        digest.into(),
        me.workspace.into(),
        me.user.into(),
        new.provider_id.into(),
        new.mailbox_id.into(),
        email.into(),
        new.from_name.as_deref().map(str::trim).into(),
        sealed.into(),
        now.plus_seconds(SECONDS).into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(tx.commit().await?)
}

/// Takes a sign-in of this member, which nobody can take again.
///
/// # Errors
/// 409 when there is none: not begun, not by this member, not in this workspace, taken before, or too long ago.
pub async fn take(app: &App, me: &Member, state: &str) -> Answer<SignInRow> {
    let digest = digest(state);
    let tx = app.db.write_tx().await?;
    let found = held(&tx, me, &digest, app).await?;
    let text = "DELETE FROM mailbox_sign_in WHERE state = ? AND workspace_id = ? AND user_id = ?";
    let values = [digest.into(), me.workspace.into(), me.user.into()];
    let taken = Sql::with(tx.engine(), text, values).run(tx.conn()).await? > 0;
    tx.commit().await?;
    found.filter(|_| taken).ok_or_else(|| {
        Problem::conflict(
            "sign_in_over",
            "This sign-in was not begun by you in this workspace, is finished already or took longer than ten minutes. \
             Begin it again.",
        )
    })
}

async fn held(tx: &WriteTx, me: &Member, digest: &str, app: &App) -> Result<Option<SignInRow>> {
    let text = "SELECT provider_id, mailbox_id, email, from_name, verifier FROM mailbox_sign_in \
                WHERE state = ? AND workspace_id = ? AND user_id = ? AND expires_at > ?";
    let values = [digest.into(), me.workspace.into(), me.user.into(), app.clock.now().into()];
    Sql::with(tx.engine(), text, values).one(tx.conn()).await
}

impl SignInRow {
    /// The verifier, opened.
    ///
    /// # Errors
    /// When it does not open.
    pub fn verifier(&self, app: &App, state: &str) -> Result<String> {
        app.secrets.open(&purpose(&digest(state)), &self.verifier)
    }
}
