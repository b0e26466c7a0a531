//! Providers and sign-ins over HTTP. Administrators set providers up; every member may sign in there.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Admin, Answer, App, Body, Member, Problem, Reader, Writer};
use kernel::SignInProviderId;
use serde::Serialize;
use serde_json::json;
use store::{NewEvent, Subject, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::MailboxView;
use super::begin::{NewSignIn, SignInBegun};
use super::finish::SignInReturn;
use super::input::NewSignInProvider;
use super::known::{ANY_TENANT, KnownProvider, google, microsoft};
use super::provider::SignInProvider;
use super::{PROVIDER_DELETED, PROVIDER_SET, begin, finish, provider, redirect_url};

/// The providers of a workspace, and what setting one up takes.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SignInProviders {
    /// The address to register at the provider.
    pub redirect_url: String,
    /// Those set up, by name.
    pub providers: Vec<SignInProvider>,
    /// Those that come with their addresses and servers.
    pub known: Vec<KnownProvider>,
}

async fn tell(
    tx: &mut WriteTx,
    app: &App,
    me: &Member,
    kind: &'static str,
    row: &SignInProvider,
) -> Answer<()> {
    let subject = Subject { row: Some(row.id.0), ..Subject::default() };
    let event = NewEvent::now(me.workspace, kind, me.actor(), app.clock.now()).about(subject);
    tx.record(event.with(json!({ "name": row.name, "kind": row.kind }))).await?;
    Ok(())
}

#[utoipa::path(get, path = "/sign-in-providers", tag = "outreach", operation_id = "list_sign_in_providers",
    responses((status = 200, description = "Where members can sign in to mail accounts; secrets are never shown", body = SignInProviders)))]
async fn list(me: Reader, State(app): State<App>) -> Answer<Answered<SignInProviders>> {
    Ok(Answered(SignInProviders {
        redirect_url: redirect_url(&app),
        providers: provider::all(&app.db, me.workspace).await?,
        known: vec![google(), microsoft(ANY_TENANT)],
    }))
}

#[utoipa::path(post, path = "/sign-in-providers", tag = "outreach", operation_id = "create_sign_in_provider", request_body = NewSignInProvider,
    responses((status = 201, description = "Set up", body = SignInProvider), (status = 403, description = "No administrator", body = Problem), (status = 409, description = "Google and Microsoft are set up once", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn create(
    me: Admin,
    State(app): State<App>,
    Body(new): Body<NewSignInProvider>,
) -> Answer<(StatusCode, Answered<SignInProvider>)> {
    let checked = new.checked(None)?;
    let mut tx = app.db.write_tx().await?;
    let id = provider::insert(&app, &tx, me.workspace, &checked, app.clock.now()).await?;
    let view = provider::view_of(&tx, me.workspace, id).await?;
    tell(&mut tx, &app, &me, PROVIDER_SET, &view).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Answered(view)))
}

#[utoipa::path(put, path = "/sign-in-providers/{id}", tag = "outreach", operation_id = "update_sign_in_provider", request_body = NewSignInProvider, params(("id" = Uuid, Path, description = "The provider")),
    responses((status = 200, description = "As it is now; its mailboxes ask it again at once", body = SignInProvider), (status = 403, description = "No administrator", body = Problem), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn update(
    me: Admin,
    State(app): State<App>,
    Path(id): Path<SignInProviderId>,
    Body(new): Body<NewSignInProvider>,
) -> Answer<Answered<SignInProvider>> {
    let mut tx = app.db.write_tx().await?;
    let old = provider::found(&tx, me.workspace, id).await?;
    let checked = new.checked(Some(&old))?;
    provider::update(&app, &tx, &old, &checked, app.clock.now()).await?;
    let view = provider::view_of(&tx, me.workspace, id).await?;
    tell(&mut tx, &app, &me, PROVIDER_SET, &view).await?;
    tx.commit().await?;
    Ok(Answered(view))
}

#[utoipa::path(delete, path = "/sign-in-providers/{id}", tag = "outreach", operation_id = "delete_sign_in_provider", params(("id" = Uuid, Path, description = "The provider")),
    responses((status = 204, description = "Taken off"), (status = 403, description = "No administrator", body = Problem), (status = 404, description = "Not there", body = Problem), (status = 409, description = "Mailboxes sign in there", body = Problem)))]
async fn remove(me: Admin, State(app): State<App>, Path(id): Path<SignInProviderId>) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let row = provider::found(&tx, me.workspace, id).await?;
    let view = provider::view_of(&tx, me.workspace, id).await?;
    if view.mailboxes > 0 {
        return Err(Problem::conflict("provider_in_use", "Mailboxes sign in there. Take them off first."));
    }
    provider::delete(&tx, &row, app.clock.now()).await?;
    tell(&mut tx, &app, &me, PROVIDER_DELETED, &view).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/mailbox-sign-ins", tag = "outreach", operation_id = "begin_mailbox_sign_in", request_body = NewSignIn,
    responses((status = 200, description = "Where to send the member; holds for ten minutes, once", body = SignInBegun), (status = 403, description = "Another member's mailbox", body = Problem), (status = 404, description = "No such provider or mailbox", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn begin_one(
    me: Writer,
    State(app): State<App>,
    Body(new): Body<NewSignIn>,
) -> Answer<Answered<SignInBegun>> {
    begin::begin(&app, &me, new).await.map(Answered)
}

#[utoipa::path(post, path = "/mailbox-sign-ins/finish", tag = "outreach", operation_id = "finish_mailbox_sign_in", request_body = SignInReturn,
    responses((status = 200, description = "The mailbox, connected", body = MailboxView), (status = 403, description = "Another member's mailbox", body = Problem), (status = 409, description = "Not begun here, over, or what the provider said", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn finish_one(
    me: Writer,
    State(app): State<App>,
    Body(back): Body<SignInReturn>,
) -> Answer<Answered<MailboxView>> {
    finish::finish(&app, &me, back).await.map(Answered)
}

/// Routes of providers and sign-ins.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(update, remove))
        .routes(routes!(begin_one))
        .routes(routes!(finish_one))
}
