//! Forms over HTTP. Reading is for everybody, changing for managers.

use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, FieldError, IfMatch, Manager, Member, Problem, Reader, Tagged};
use kernel::{LeadFormId, Locale};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::db::Source;
use store::{NewEvent, Subject, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ask::{self, Askable};
use super::form::{self, LeadForm, LeadFormInput};
use super::{page, rules};
use crate::events;

/// A form as a visitor would see it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LeadFormPreview {
    /// The whole page.
    pub html: String,
}

/// In which language to show a form.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InLanguage {
    /// `en` or `ko`; yours when absent.
    lang: Option<String>,
}

fn shown(app: &App, mut form: LeadForm) -> LeadForm {
    form.page_url = format!("{}/f/{}", app.config.base_url, form.token);
    form
}

async fn find(app: &App, db: &impl Source, me: &Member, id: LeadFormId) -> Answer<LeadForm> {
    let found = form::find(db, me.workspace, id).await?;
    found.map(|form| shown(app, form)).ok_or_else(|| Problem::not_found("form"))
}

/// The form with its texts trimmed, or everything wrong with it.
async fn checked(db: &impl Source, me: &Member, mut sent: LeadFormInput) -> Answer<LeadFormInput> {
    let own = form::own_fields(db, me.workspace).await?;
    sent.name = sent.name.trim().to_owned();
    for text in [&mut sent.redirect_url, &mut sent.source] {
        *text = text.take().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    }
    let mut errors = rules::faults(&sent, &ask::askable(&own));
    for (n, owner) in sent.owner_ids.iter().enumerate().take(rules::OWNERS) {
        if !records::workspace::is_member(db, me.workspace, *owner).await? {
            errors.push(FieldError::new(
                format!("owner_ids.{n}"),
                "not_found",
                "this is no member of the workspace",
            ));
        }
    }
    if errors.is_empty() { Ok(sent) } else { Err(Problem::invalid(errors)) }
}

async fn tell(
    tx: &mut WriteTx,
    app: &App,
    me: &Member,
    kind: &'static str,
    form: LeadFormId,
    before: Option<&LeadFormInput>,
    after: Option<&LeadFormInput>,
) -> Answer<()> {
    let subject = Subject { row: Some(form.0), ..Subject::default() };
    let event = NewEvent::now(me.workspace, kind, me.actor(), app.clock.now()).about(subject);
    tx.record(event.with(json!({ "before": before, "after": after }))).await?;
    Ok(())
}

#[utoipa::path(get, path = "/lead-forms", tag = "prospecting", operation_id = "list_lead_forms",
    responses((status = 200, description = "Every form, the oldest first", body = Vec<LeadForm>)))]
async fn list(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<LeadForm>>> {
    let forms = form::all(&app.db, me.workspace).await?;
    Ok(Answered(forms.into_iter().map(|form| shown(&app, form)).collect()))
}

#[utoipa::path(post, path = "/lead-forms", tag = "prospecting", operation_id = "add_lead_form", request_body = LeadFormInput,
    responses((status = 201, description = "The form, with its public address", body = LeadForm), (status = 422, description = "Fields at fault", body = Problem)))]
async fn add(
    me: Manager,
    State(app): State<App>,
    Body(sent): Body<LeadFormInput>,
) -> Answer<(StatusCode, Tagged<LeadForm>)> {
    let mut tx = app.db.write_tx().await?;
    let content = checked(&tx, &me, sent).await?;
    let id = form::insert(&tx, me.workspace, &content, app.clock.now()).await?;
    tell(&mut tx, &app, &me, events::FORM_CREATED, id, None, Some(&content)).await?;
    let made = find(&app, &tx, &me, id).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Tagged(made.revision, made)))
}

#[utoipa::path(get, path = "/lead-forms/{id}", tag = "prospecting", operation_id = "get_lead_form", params(("id" = Uuid, Path, description = "The form")),
    responses((status = 200, description = "The form", body = LeadForm), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<LeadFormId>) -> Answer<Tagged<LeadForm>> {
    let found = find(&app, &app.db, &me, id).await?;
    Ok(Tagged(found.revision, found))
}

#[utoipa::path(put, path = "/lead-forms/{id}", tag = "prospecting", operation_id = "save_lead_form", params(("id" = Uuid, Path, description = "The form")), request_body = LeadFormInput,
    responses((status = 200, description = "As it is now; another wording of the consent is another version of it", body = LeadForm), (status = 404, description = "Not there", body = Problem),
        (status = 412, description = "Somebody else changed it", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn save(
    me: Manager,
    State(app): State<App>,
    Path(id): Path<LeadFormId>,
    seen: IfMatch,
    Body(sent): Body<LeadFormInput>,
) -> Answer<Tagged<LeadForm>> {
    let mut tx = app.db.write_tx().await?;
    let before = find(&app, &tx, &me, id).await?;
    seen.check(before.revision)?;
    let content = checked(&tx, &me, sent).await?;
    if content != before.content {
        form::update(&tx, &before, &content, app.clock.now()).await?;
        tell(&mut tx, &app, &me, events::FORM_CHANGED, id, Some(&before.content), Some(&content)).await?;
    }
    let after = find(&app, &tx, &me, id).await?;
    tx.commit().await?;
    Ok(Tagged(after.revision, after))
}

#[utoipa::path(delete, path = "/lead-forms/{id}", tag = "prospecting", operation_id = "delete_lead_form", params(("id" = Uuid, Path, description = "The form")),
    responses((status = 204, description = "Gone; its public address answers 404, what came in stays"), (status = 404, description = "Not there", body = Problem),
        (status = 412, description = "Somebody else changed it", body = Problem)))]
async fn remove(
    me: Manager,
    State(app): State<App>,
    Path(id): Path<LeadFormId>,
    seen: IfMatch,
) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let before = find(&app, &tx, &me, id).await?;
    seen.check(before.revision)?;
    form::remove(&tx, &before, app.clock.now()).await?;
    tell(&mut tx, &app, &me, events::FORM_DELETED, id, Some(&before.content), None).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/lead-forms/fields", tag = "prospecting", operation_id = "list_lead_form_fields",
    responses((status = 200, description = "What a form may ask for", body = Vec<Askable>)))]
async fn fields(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<Askable>>> {
    Ok(Answered(ask::askable(&form::own_fields(&app.db, me.workspace).await?)))
}

#[utoipa::path(post, path = "/lead-forms/preview", tag = "prospecting", operation_id = "preview_lead_form", params(InLanguage), request_body = LeadFormInput,
    responses((status = 200, description = "The page; nothing is kept", body = LeadFormPreview), (status = 422, description = "Fields at fault", body = Problem)))]
async fn preview(
    me: Manager,
    State(app): State<App>,
    Query(language): Query<InLanguage>,
    Body(sent): Body<LeadFormInput>,
) -> Answer<Answered<LeadFormPreview>> {
    let content = checked(&app.db, &me, sent).await?;
    let own = form::own_fields(&app.db, me.workspace).await?;
    let locale = language.lang.as_deref().and_then(Locale::parse).unwrap_or(me.locale);
    let html = page::form(&content, &ask::asked(&content.fields, &own), &page::Shown::fresh(locale, ""))?;
    Ok(Answered(LeadFormPreview { html }))
}

/// Routes of forms.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(get, save, remove))
        .routes(routes!(fields))
        .routes(routes!(preview))
}
