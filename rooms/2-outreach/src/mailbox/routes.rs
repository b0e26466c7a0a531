//! Mailboxes over HTTP. A member minds their own; administrators mind all.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, FieldError, IfMatch, Member, Problem, Reader, Right, Tagged, Writer};
use kernel::{MailboxId, WorkspaceId};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{NewEvent, Sql, StoreError, Subject, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::input::{MailboxPatch, NewMailbox, ServerInput, address_of, faults};
use super::ramp::Ramp;
use super::trial::{TestAnswer, try_both};
use super::{COLUMNS, MAILBOX_CHANGED, MAILBOX_CREATED, MAILBOX_DELETED, MailboxRow, MailboxView, Server};
use super::{domain_of, found, imap_settings, is_near, password_login, seal, sign_in, smtp_settings};
use crate::deliverability;

pub(super) async fn insert(app: &App, tx: &WriteTx, me: &Member, new: &NewMailbox) -> Answer<MailboxId> {
    let address = address_of(&new.email)?;
    let (cap, gap) = (new.daily_cap.unwrap_or(50), new.gap_seconds.unwrap_or(60));
    let signature = new.signature.clone().unwrap_or_default();
    let mut errors = faults(&new.from_name, (cap, new.hourly_cap), gap, &signature);
    errors.extend(new.smtp.faults("smtp"));
    errors.extend(new.imap.faults("imap"));
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let (id, now) = (MailboxId::new(), app.clock.now());
    let domain_state = domain_state(tx, me.workspace, address.as_str(), &new.smtp.host).await?;
    let ramp = new.ramp.unwrap_or(domain_state != "exempt" && !app.config.closed_network);
    let sealed = |server, input: &ServerInput| input.password.as_deref().map(|p| seal(app, id, server, p));
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO mailbox (id, workspace_id, owner_id, kind, from_name, address, address_key, smtp, imap, smtp_secret, \
         imap_secret, certificate_pem, signature, daily_cap, gap_seconds, state, domain_state, ramp_level, hourly_cap, \
         revision, created_at, updated_at) VALUES ",
    );
    sql.bind_list([
        id.into(),
        me.workspace.into(),
        new.owner_id.unwrap_or(me.user).into(),
        "real".into(),
        new.from_name.trim().into(),
        address.as_str().into(),
        address.key().into(),
        json!(new.smtp.kept()).into(),
        json!(new.imap.kept()).into(),
        sealed("smtp", &new.smtp).into(),
        sealed("imap", &new.imap).into(),
        new.certificate_pem.clone().into(),
        signature.into(),
        cap.into(),
        gap.into(),
        "active".into(),
        domain_state.into(),
        ramp.then_some(1_i64).into(),
        new.hourly_cap.into(),
        1_i64.into(),
        now.into(),
        now.into(),
    ]);
    sql.run(tx.conn()).await?;
    Ok(id)
}

/// Whether automatic mail of an address may leave through this server.
pub(super) async fn domain_state(
    tx: &WriteTx,
    space: WorkspaceId,
    address: &str,
    host: &str,
) -> Answer<&'static str> {
    if is_near(host) {
        return Ok("exempt");
    }
    Ok(deliverability::state_of(tx, space, &domain_of(address)).await?)
}

pub(super) async fn tell(
    tx: &mut WriteTx,
    app: &App,
    me: &Member,
    kind: &'static str,
    id: MailboxId,
    payload: Json,
) -> Answer<()> {
    let subject = Subject { row: Some(id.0), ..Subject::default() };
    tx.record(NewEvent::now(me.workspace, kind, me.actor(), app.clock.now()).about(subject).with(payload))
        .await?;
    Ok(())
}

/// The mailbox, if this member may change it.
pub(super) async fn minded(db: &impl Source, me: &Member, id: MailboxId) -> Answer<MailboxRow> {
    let row = found(db, me.workspace, id).await?;
    if row.owner_id == me.user || me.may(Right::Administer) {
        return Ok(row);
    }
    Err(Problem::forbidden("This mailbox belongs to another member."))
}

pub(super) async fn view_of(db: &impl Source, workspace: WorkspaceId, id: MailboxId) -> Answer<MailboxView> {
    Ok(found(db, workspace, id).await?.view()?)
}

#[utoipa::path(get, path = "/mailboxes", tag = "outreach", operation_id = "list_mailboxes",
    responses((status = 200, description = "By address", body = Vec<MailboxView>)))]
async fn list(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<MailboxView>>> {
    let mut sql = Sql::new(app.db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM mailbox WHERE deleted_at IS NULL AND workspace_id = ").bind(me.workspace);
    sql.push(" ORDER BY address, id");
    let rows: Vec<MailboxRow> = sql.all(app.db.read()).await?;
    let views: Result<_, StoreError> = rows.iter().map(MailboxRow::view).collect();
    Ok(Answered(views?))
}

#[utoipa::path(post, path = "/mailboxes", tag = "outreach", operation_id = "create_mailbox", request_body = NewMailbox,
    responses((status = 201, description = "Connected", body = MailboxView), (status = 403, description = "For another member", body = Problem), (status = 409, description = "The address has a mailbox already", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn create(
    me: Writer,
    State(app): State<App>,
    Body(new): Body<NewMailbox>,
) -> Answer<(StatusCode, Tagged<MailboxView>)> {
    let mut tx = app.db.write_tx().await?;
    if let Some(owner) = new.owner_id.filter(|o| *o != me.user) {
        if !me.may(Right::Administer) {
            return Err(Problem::forbidden("Connecting a mailbox for others takes an administrator."));
        }
        if !records::workspace::is_member(&tx, me.workspace, owner).await? {
            return Err(Problem::field("owner_id", "not_found", "this is no member of the workspace"));
        }
    }
    let id = insert(&app, &tx, &me, &new).await?;
    let view = view_of(&tx, me.workspace, id).await?;
    tell(&mut tx, &app, &me, MAILBOX_CREATED, id, json!({ "address": view.email, "kind": "real" })).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Tagged(view.revision, view)))
}

#[utoipa::path(get, path = "/mailboxes/{id}", tag = "outreach", operation_id = "get_mailbox", params(("id" = Uuid, Path, description = "The mailbox")),
    responses((status = 200, description = "The mailbox, with its revision as ETag", body = MailboxView), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<MailboxId>) -> Answer<Tagged<MailboxView>> {
    let view = view_of(&app.db, me.workspace, id).await?;
    Ok(Tagged(view.revision, view))
}

#[utoipa::path(patch, path = "/mailboxes/{id}", tag = "outreach", operation_id = "update_mailbox", request_body = MailboxPatch, params(("id" = Uuid, Path, description = "The mailbox")),
    responses((status = 200, description = "As it is now", body = MailboxView), (status = 403, description = "Another member's", body = Problem), (status = 404, description = "Not there", body = Problem), (status = 412, description = "Changed by somebody else", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn patch(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<MailboxId>,
    if_match: IfMatch,
    Body(patch): Body<MailboxPatch>,
) -> Answer<Tagged<MailboxView>> {
    let mut tx = app.db.write_tx().await?;
    let row = minded(&tx, &me, id).await?;
    if_match.check(row.revision)?;
    let before = row.view()?;
    write(&app, &tx, &row, &patch).await?;
    let after = view_of(&tx, me.workspace, id).await?;
    tell(&mut tx, &app, &me, MAILBOX_CHANGED, id, json!({ "before": before, "after": after })).await?;
    tx.commit().await?;
    Ok(Tagged(after.revision, after))
}

/// A stored password never goes to another server than the one it was given for.
fn password_needed(name: &str, old: &Json, stored: bool, new: Option<&ServerInput>) -> Option<FieldError> {
    let new = new.filter(|n| n.password.is_none() && stored)?;
    let same = serde_json::from_value::<Server>(old.clone()).is_ok_and(|old| {
        let new = new.kept();
        (old.host, old.port, old.security) == (new.host, new.port, new.security)
    });
    let field = format!("{name}.password");
    (!same).then(|| FieldError::new(field, "required", "give the password again for another server"))
}

async fn write(app: &App, tx: &WriteTx, row: &MailboxRow, patch: &MailboxPatch) -> Answer<()> {
    let address = address_of(patch.email.as_deref().unwrap_or(&row.address))?;
    let from_name = patch.from_name.clone().unwrap_or_else(|| row.from_name.clone());
    let signature = patch.signature.clone().unwrap_or_else(|| row.signature.clone());
    let (cap, gap) = (patch.daily_cap.unwrap_or(row.daily_cap), patch.gap_seconds.unwrap_or(row.gap_seconds));
    let hourly = patch.hourly_cap.unwrap_or(row.hourly_cap);
    let mut errors = faults(&from_name, (cap, hourly), gap, &signature);
    errors.extend(patch.smtp.as_ref().and_then(|s| s.faults("smtp")));
    errors.extend(patch.imap.as_ref().and_then(|s| s.faults("imap")));
    let state = patch.state.as_deref().unwrap_or("active");
    if !matches!(state, "active" | "paused") {
        errors.push(FieldError::new("state", "invalid", "active or paused"));
    }
    let (signed_in, by_password) = (row.sign_in_provider_id.is_some(), patch.gives_password());
    if signed_in && by_password {
        errors.extend(patch.lacks_password());
    } else {
        let stored = |secret: &Option<String>| signed_in || secret.is_some();
        errors.extend(password_needed("smtp", &row.smtp, stored(&row.smtp_secret), patch.smtp.as_ref()));
        errors.extend(password_needed("imap", &row.imap, stored(&row.imap_secret), patch.imap.as_ref()));
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    // New settings get a new chance; a pause ends only when somebody says so.
    let state = if row.state == "paused" && patch.state.is_none() { "paused" } else { state };
    let (provider, signed_out) = match by_password {
        true => (None, None),
        false => (row.sign_in_provider_id, row.signed_out_at),
    };
    if signed_in && by_password {
        sign_in::drop_token(tx, row.id).await?;
    }
    // Only signing in helps one that waits for it.
    let (state, reason) = match signed_out {
        Some(_) if state == "active" => ("error", Some(sign_in::SIGN_IN_AGAIN)),
        _ => (state, None),
    };
    let kept = |input: &Option<ServerInput>, old| {
        input.as_ref().map_or_else(|| Ok(old), |s| serde_json::to_value(s.kept()))
    };
    let secret = |input: &Option<ServerInput>, server, old: &Option<String>| {
        let password = input.as_ref().and_then(|s| s.password.as_deref());
        password.map(|p| seal(app, row.id, server, p)).or_else(|| old.clone())
    };
    let moved = address.as_str() != row.address
        || patch.smtp.as_ref().is_some_and(|s| json!(s.kept().host) != row.smtp["host"]);
    let host = patch.smtp.as_ref().map_or_else(|| row.smtp["host"].as_str().unwrap_or_default(), |s| &s.host);
    let domain_state = match moved {
        true => domain_state(tx, row.workspace_id, address.as_str(), host).await?.to_owned(),
        false => row.domain_state.clone(),
    };
    let ramp = match patch.ramp {
        Some(true) => Some(Ramp::START),
        Some(false) => None,
        None => row.ramp(),
    };
    let text = "UPDATE mailbox SET address = ?, address_key = ?, from_name = ?, signature = ?, daily_cap = ?, gap_seconds = ?, \
                smtp = ?, imap = ?, smtp_secret = ?, imap_secret = ?, certificate_pem = ?, state = ?, state_reason = ?, \
                sign_in_provider_id = ?, signed_out_at = ?, domain_state = ?, ramp_level = ?, ramp_days = ?, hourly_cap = ?, revision = revision + 1, updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [
        address.as_str().into(),
        address.key().into(),
        from_name.trim().into(),
        signature.into(),
        cap.into(),
        gap.into(),
        kept(&patch.smtp, row.smtp.clone()).map_err(|e| Problem::internal(&e))?.into(),
        kept(&patch.imap, row.imap.clone()).map_err(|e| Problem::internal(&e))?.into(),
        secret(&patch.smtp, "smtp", &row.smtp_secret).into(),
        secret(&patch.imap, "imap", &row.imap_secret).into(),
        patch.certificate_pem.clone().unwrap_or_else(|| row.certificate_pem.clone()).into(),
        state.into(),
        reason.into(),
        provider.into(),
        signed_out.into(),
        domain_state.into(),
        ramp.map(|ramp| ramp.level).into(),
        ramp.map_or(0, |ramp| ramp.days).into(),
        hourly.into(),
        app.clock.now().into(),
        row.id.into(),
        row.workspace_id.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

#[utoipa::path(delete, path = "/mailboxes/{id}", tag = "outreach", operation_id = "delete_mailbox", params(("id" = Uuid, Path, description = "The mailbox")),
    responses((status = 204, description = "Taken off; it sends and reads no more"), (status = 403, description = "Another member's", body = Problem), (status = 404, description = "Not there", body = Problem)))]
async fn remove(me: Writer, State(app): State<App>, Path(id): Path<MailboxId>) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let row = minded(&tx, &me, id).await?;
    let text = "UPDATE mailbox SET deleted_at = ?, smtp_secret = NULL, imap_secret = NULL WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [app.clock.now().into(), id.into(), me.workspace.into()])
        .run(tx.conn())
        .await?;
    sign_in::drop_token(&tx, id).await?;
    tell(&mut tx, &app, &me, MAILBOX_DELETED, id, json!({ "address": row.address })).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/mailboxes/test", tag = "outreach", operation_id = "test_new_mailbox", request_body = NewMailbox,
    responses((status = 200, description = "How far each server let us come; nothing is kept or sent", body = TestAnswer), (status = 422, description = "Fields at fault", body = Problem)))]
async fn test_new(_: Writer, Body(new): Body<NewMailbox>) -> Answer<Answered<TestAnswer>> {
    let address = address_of(&new.email)?;
    let pem = new.certificate_pem.as_deref();
    let login =
        |input: &ServerInput| password_login(&input.kept(), input.password.clone().unwrap_or_default());
    let smtp = smtp_settings(&new.smtp.kept(), login(&new.smtp), address.as_str(), pem);
    let imap = imap_settings(&new.imap.kept(), login(&new.imap), pem);
    try_both(&smtp, &imap).await.map(Answered)
}

#[utoipa::path(post, path = "/mailboxes/{id}/test", tag = "outreach", operation_id = "test_mailbox", params(("id" = Uuid, Path, description = "The mailbox")),
    responses((status = 200, description = "How far each server let us come; nothing is sent", body = TestAnswer), (status = 403, description = "Another member's", body = Problem), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It has no valid token: somebody has to sign in again, or its provider cannot be asked", body = Problem)))]
async fn test_kept(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<MailboxId>,
) -> Answer<Answered<TestAnswer>> {
    let row = minded(&app.db, &me, id).await?;
    if row.is_sandbox() {
        return Ok(Answered(TestAnswer { ok: true, steps: Vec::new() }));
    }
    let answer = try_both(&row.smtp_settings(&app).await?, &row.imap_settings(&app).await?).await?;
    if answer.steps.iter().any(|s| !s.ok && s.step.ends_with("_login")) {
        sign_in::doubt(&app, &row).await?;
    }
    let failed = answer.steps.iter().find(|s| !s.ok).and_then(|s| s.detail.clone());
    super::note_health(&app, &row, failed.as_deref()).await?;
    Ok(Answered(answer))
}

/// Routes of mailboxes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, patch, remove))
        .routes(routes!(test_new))
        .routes(routes!(test_kept))
        .merge(sign_in::routes())
}
