//! What came in, over HTTP, for managers: it holds network addresses and the proofs of consent.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::list::{self, push_conditions};
use http_room::{Answer, App, Field, FieldKind, ListQuery, Manager, Page, Problem};
use kernel::LeadArrivalId;
use store::Sql;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::arrival::{self, COLUMNS, LeadArrival};
use super::ask::Given;
use super::{form, visit};

const FIELDS: &[Field] = &[
    Field::column("state", FieldKind::Choice, false),
    Field::column("form_id", FieldKind::Company, false),
    Field::column("person_id", FieldKind::Person, false),
    Field::column("company_id", FieldKind::Company, false),
    Field::column("source", FieldKind::Text, false),
    Field::column("consented_at", FieldKind::Instant, false),
    Field::column("created_at", FieldKind::Instant, true),
];

#[utoipa::path(get, path = "/lead-arrivals", tag = "prospecting", operation_id = "list_lead_arrivals", params(records::routes::ListParams),
    responses((status = 200, description = "A page, the newest first", body = Page<LeadArrival>), (status = 422, description = "A filter, sort or cursor that does not fit", body = Problem)))]
async fn all(me: Manager, State(app): State<App>, query: ListQuery) -> Answer<Answered<Page<LeadArrival>>> {
    let mut sql = Sql::new(app.db.engine(), "FROM lead_arrival WHERE workspace_id = ");
    sql.bind(me.workspace);
    push_conditions(&mut sql, FIELDS, &query.filters)?;
    list::page(app.db.read(), COLUMNS, sql, FIELDS, &query, ("created_at", true)).await.map(Answered)
}

#[utoipa::path(get, path = "/lead-arrivals/{id}", tag = "prospecting", operation_id = "get_lead_arrival", params(("id" = Uuid, Path, description = "The arrival")),
    responses((status = 200, description = "What came in, with the consent as it was given", body = LeadArrival), (status = 404, description = "Not there", body = Problem)))]
async fn get(
    me: Manager,
    State(app): State<App>,
    Path(id): Path<LeadArrivalId>,
) -> Answer<Answered<LeadArrival>> {
    let found = arrival::find(&app.db, me.workspace, id).await?;
    found.map(Answered).ok_or_else(|| Problem::not_found("lead"))
}

#[utoipa::path(post, path = "/lead-arrivals/{id}/accept", tag = "prospecting", operation_id = "accept_lead_arrival", params(("id" = Uuid, Path, description = "The arrival")),
    responses((status = 200, description = "No spam after all: taken in as if it had just been sent", body = LeadArrival), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "`not_spam`: it was taken in already", body = Problem), (status = 422, description = "A value no longer fits", body = Problem)))]
async fn accept(
    me: Manager,
    State(app): State<App>,
    Path(id): Path<LeadArrivalId>,
) -> Answer<Answered<LeadArrival>> {
    let mut tx = app.db.write_tx().await?;
    let found = arrival::find(&tx, me.workspace, id).await?.ok_or_else(|| Problem::not_found("lead"))?;
    if !arrival::clear(&tx, me.workspace, id).await? {
        return Err(Problem::conflict("not_spam", "It was taken in already."));
    }
    let form = match found.form_id {
        Some(form) => form::find(&tx, me.workspace, form).await?,
        None => None,
    };
    let form = form.ok_or_else(|| Problem::not_found("form"))?;
    let given: Given = serde_json::from_value(found.given).map_err(|e| Problem::internal(&e))?;
    let agreed = found.consented_at.is_some();
    visit::take_in(&mut tx, &form, &given, agreed, (id, me.actor(), app.clock.now())).await?;
    let after = arrival::find(&tx, me.workspace, id).await?.ok_or_else(|| Problem::not_found("lead"))?;
    tx.commit().await?;
    Ok(Answered(after))
}

/// Routes of what came in.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(all)).routes(routes!(get)).routes(routes!(accept))
}
