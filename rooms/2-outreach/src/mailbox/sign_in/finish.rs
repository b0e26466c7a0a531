//! The end of a sign-in: the code a member came back with becomes tokens, and the tokens a mailbox.

use http_room::{Answer, App, Member, Problem};
use kernel::{EmailAddress, MailboxId};
use serde::Deserialize;
use serde_json::json;
use store::db::Source;
use store::{Sql, WriteTx};

use super::super::input::{NewMailbox, ServerInput};
use super::super::routes::{domain_state, insert, minded, tell, view_of};
use super::super::{MAILBOX_CREATED, MailboxView, Server};
use super::begin::{SignInRow, take};
use super::grant::{GrantError, HandIn, ask};
use super::known::{GOOGLE_MAIL, ProviderKind};
use super::provider::{self, ProviderRow};
use super::rules::{Grant, refusal};
use super::{MAILBOX_SIGNED_IN, token};

/// What a provider sent a member back with.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInReturn {
    /// The state of the sign-in.
    pub state: String,
    /// The code, when the member consented.
    #[serde(default)]
    pub code: Option<String>,
    /// The provider's code of what went wrong.
    #[serde(default)]
    pub error: Option<String>,
    /// Its words.
    #[serde(default)]
    pub error_description: Option<String>,
}

/// Finishes a sign-in.
///
/// # Errors
/// 409 with what the provider said, or why the account is not the one that was meant.
pub async fn finish(app: &App, me: &Member, back: SignInReturn) -> Answer<MailboxView> {
    let row = take(app, me, &back.state).await?;
    let provider = provider::found(&app.db, me.workspace, row.provider_id).await?;
    let refused = back.error.as_deref().map(|error| refusal(error, back.error_description.as_deref()));
    if let Some(why) = refused {
        return Err(said(&provider, &why));
    }
    let Some(code) = back.code.as_deref() else {
        return Err(Problem::field("code", "required", "what the provider sent along"));
    };
    let verifier = row.verifier(app, &back.state)?;
    let grant = ask(app, &provider, HandIn::Code(code, &verifier)).await?;
    let grant = grant.map_err(|why| said(&provider, &why))?;
    let (account, refresh_token) = looked_at(&provider, &row, &grant)?;
    let mut tx = app.db.write_tx().await?;
    let id = connect(app, &mut tx, me, &provider, &row, &account).await?;
    token::keep(app, &tx, me.workspace, id, &grant, refresh_token).await?;
    let view = view_of(&tx, me.workspace, id).await?;
    let payload = json!({ "address": view.email, "provider": provider.name });
    tell(&mut tx, app, me, MAILBOX_SIGNED_IN, id, payload).await?;
    tx.commit().await?;
    Ok(view)
}

/// What the provider said, as a problem: its own words are its detail, and a fact for screens.
fn said(provider: &ProviderRow, why: &GrantError) -> Problem {
    let detail = format!("{} said: {why}", provider.name);
    let problem = match why {
        GrantError::Ended(_) => Problem::conflict("sign_in_expired", detail),
        GrantError::Later(_) => Problem::conflict("provider_unavailable", detail),
        GrantError::Refused { code, .. } => match code.as_str() {
            "access_denied" => Problem::conflict("consent_refused", detail),
            "invalid_client" | "unauthorized_client" => Problem::conflict("client_refused", detail),
            "invalid_scope" => Problem::conflict("scope_refused", detail),
            "redirect_uri_mismatch" => Problem::conflict("redirect_refused", detail),
            _ => Problem::conflict("provider_refused", detail),
        },
    };
    problem.with_facts(json!({ "provider": provider.name, "words": why.to_string() }))
}

/// Whose account it is, and the refresh token, if the grant is one a mailbox can live with.
fn looked_at<'a>(
    provider: &ProviderRow,
    row: &SignInRow,
    grant: &'a Grant,
) -> Answer<(EmailAddress, &'a str)> {
    if provider.kind() == ProviderKind::Google && grant.lacks(GOOGLE_MAIL) {
        return Err(Problem::conflict(
            "mail_not_allowed",
            "Access to mail was not ticked. Sign in again and tick it.",
        ));
    }
    let Some(refresh_token) = grant.refresh_token.as_deref() else {
        let why = "The provider gave no refresh token, so the mailbox would stop within the hour. Ask for offline access.";
        return Err(Problem::conflict("nothing_lasting", why));
    };
    let meant = row.email.as_deref().and_then(|email| EmailAddress::parse(email).ok());
    match (&grant.email, meant) {
        (Some(account), Some(meant)) if account.key() != meant.key() => {
            let (account, meant) = (account.as_str(), meant.as_str());
            let why = format!("You signed in as {account}, not as {meant}.");
            Err(Problem::conflict("other_account", why)
                .with_facts(json!({ "account": account, "meant": meant })))
        }
        (Some(account), _) => Ok((account.clone(), refresh_token)),
        (None, Some(meant)) => Ok((meant, refresh_token)),
        (None, None) => Err(Problem::conflict(
            "account_unknown",
            "The provider does not say whose account it is. Give the address first.",
        )),
    }
}

/// The mailbox of an account: the one that was meant, the one with its address, or a new one.
async fn connect(
    app: &App,
    tx: &mut WriteTx,
    me: &Member,
    provider: &ProviderRow,
    row: &SignInRow,
    account: &EmailAddress,
) -> Answer<MailboxId> {
    let smtp = provider.server(&provider.smtp, account.as_str())?;
    let imap = provider.server(&provider.imap, account.as_str())?;
    let known = match row.mailbox_id {
        Some(id) => Some(id),
        None => of_address(tx, me, account).await?,
    };
    let id = match known {
        Some(id) => id,
        None => {
            let from_name = match &row.from_name {
                Some(name) => name.clone(),
                None => name_of(tx, me).await?,
            };
            let id = insert(app, tx, me, &new_mailbox(account, from_name, &smtp, &imap)).await?;
            let payload = json!({ "address": account.as_str(), "kind": "real" });
            tell(tx, app, me, MAILBOX_CREATED, id, payload).await?;
            id
        }
    };
    sign_in_from_now_on(app, tx, me, provider, id, (&smtp, &imap)).await?;
    Ok(id)
}

async fn of_address(tx: &WriteTx, me: &Member, account: &EmailAddress) -> Answer<Option<MailboxId>> {
    let text = "SELECT id FROM mailbox WHERE workspace_id = ? AND address_key = ? AND deleted_at IS NULL";
    let values = [me.workspace.into(), account.key().into()];
    Ok(Sql::with(tx.engine(), text, values).scalar(tx.conn()).await?)
}

async fn name_of(tx: &WriteTx, me: &Member) -> Answer<String> {
    let text = "SELECT name FROM app_user WHERE id = ?";
    let name: Option<String> = Sql::with(tx.engine(), text, [me.user.into()]).scalar(tx.conn()).await?;
    Ok(name.unwrap_or_default())
}

fn new_mailbox(account: &EmailAddress, from_name: String, smtp: &Server, imap: &Server) -> NewMailbox {
    NewMailbox {
        email: account.as_str().to_owned(),
        from_name,
        smtp: ServerInput::of(smtp),
        imap: ServerInput::of(imap),
        daily_cap: None,
        hourly_cap: None,
        ramp: None,
        gap_seconds: None,
        signature: None,
        certificate_pem: None,
        owner_id: None,
    }
}

/// Its passwords are forgotten; unless it is paused it works again.
async fn sign_in_from_now_on(
    app: &App,
    tx: &WriteTx,
    me: &Member,
    provider: &ProviderRow,
    id: MailboxId,
    (smtp, imap): (&Server, &Server),
) -> Answer<()> {
    // Whoever could no longer mind it meanwhile does not connect it.
    let row = minded(tx, me, id).await?;
    let domain_state = match row.smtp["host"] == json!(smtp.host) {
        true => row.domain_state,
        false => domain_state(tx, me.workspace, &row.address, &smtp.host).await?.to_owned(),
    };
    let text = "UPDATE mailbox SET sign_in_provider_id = ?, signed_out_at = NULL, smtp = ?, imap = ?, smtp_secret = NULL, \
                imap_secret = NULL, domain_state = ?, state = CASE WHEN state = 'paused' THEN state ELSE 'active' END, \
                state_reason = CASE WHEN state = 'paused' THEN state_reason END, revision = revision + 1, updated_at = ? \
                WHERE id = ? AND workspace_id = ?";
    let values = [
        provider.id.into(),
        json!(smtp).into(),
        json!(imap).into(),
        domain_state.into(),
        app.clock.now().into(),
        id.into(),
        me.workspace.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}
