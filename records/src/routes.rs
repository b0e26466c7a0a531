//! The HTTP routes of companies, people and deals: the same ten for each kind, made once.

mod bulk;
pub mod export;
mod found;
pub(crate) mod list;
mod plan;
mod read;

pub use bulk::{BulkAnswer, BulkRequest};
pub use list::{Count, FieldInfo, ListParams};

use crate::kind::Kind;
use crate::timeline::TimelineEntry;
use crate::write::{self, Author};
use crate::{company::Company, deal::Deal, person::Person};
use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use http_room::{Answer, App, Body, IfMatch, ListQuery, Member, Page, Problem, Reader, Tagged, Writer};
use serde_json::{Map, Value as Json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Who writes through HTTP.
///
/// # Errors
/// Whatever the database says.
pub async fn author(app: &App, me: &Member) -> Answer<Author> {
    let workspace = crate::workspace::find(&app.db, me.workspace)
        .await?
        .ok_or_else(|| Problem::not_found("workspace"))?;
    Ok(Author {
        workspace: me.workspace,
        actor: me.actor(),
        now: app.clock.now(),
        cause: None,
        currency: workspace.currency(),
    })
}

async fn one(app: &App, me: &Member, kind: Kind, id: Uuid) -> Answer<Tagged<Json>> {
    let record =
        write::load(&app.db, me.workspace, kind, id).await?.ok_or_else(|| Problem::not_found(kind.key()))?;
    Ok(Tagged(record["revision"].as_i64().unwrap_or(0), record))
}

async fn create(
    app: &App,
    me: &Member,
    kind: Kind,
    sent: &Map<String, Json>,
) -> Answer<(StatusCode, Tagged<Json>)> {
    let author = author(app, me).await?;
    let mut tx = app.db.write_tx().await?;
    let id = write::create(&mut tx, &author, kind, sent).await?;
    let record =
        write::load(&tx, me.workspace, kind, id).await?.ok_or_else(|| Problem::not_found(kind.key()))?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Tagged(1, record)))
}

async fn change(
    app: &App,
    me: &Member,
    kind: Kind,
    id: Uuid,
    patch: &Map<String, Json>,
    seen: IfMatch,
) -> Answer<Tagged<Json>> {
    let author = author(app, me).await?;
    let mut tx = app.db.write_tx().await?;
    let record = write::change(&mut tx, &author, kind, id, patch, seen).await?;
    tx.commit().await?;
    Ok(Tagged(record["revision"].as_i64().unwrap_or(0), record))
}

async fn remove(app: &App, me: &Member, kind: Kind, id: Uuid, seen: IfMatch) -> Answer<StatusCode> {
    let author = author(app, me).await?;
    let mut tx = app.db.write_tx().await?;
    write::remove(&mut tx, &author, kind, id, seen).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn restore(app: &App, me: &Member, kind: Kind, id: Uuid) -> Answer<Tagged<Json>> {
    let author = author(app, me).await?;
    let mut tx = app.db.write_tx().await?;
    let record = write::restore(&mut tx, &author, kind, id).await?;
    tx.commit().await?;
    Ok(Tagged(record["revision"].as_i64().unwrap_or(0), record))
}

macro_rules! record_routes {
    ($module:ident, $kind:expr, $type:ty, $input:ty, $one:literal, $many:literal) => {
        mod $module {
            use super::*;

            #[utoipa::path(get, path = concat!("/", $many), tag = $many, operation_id = concat!("list_", $many), params(list::ListParams),
                responses((status = 200, description = "A page", body = Page<$type>), (status = 422, description = "A filter, sort or cursor that does not fit", body = Problem)))]
            async fn list(me: Reader, State(app): State<App>, query: ListQuery) -> Answer<Answered<Page<$type>>> {
                list::page::<$type>(&app, &me, $kind, &query).await.map(Answered)
            }

            #[utoipa::path(get, path = concat!("/", $many, "/count"), tag = $many, operation_id = concat!("count_", $many), params(list::ListParams),
                responses((status = 200, description = "How many, counted up to 10,000", body = Count)))]
            async fn count(me: Reader, State(app): State<App>, query: ListQuery) -> Answer<Answered<Count>> {
                list::count(&app, &me, $kind, &query).await.map(Answered)
            }

            #[utoipa::path(get, path = concat!("/", $many, "/export"), tag = $many, operation_id = concat!("export_", $many), params(list::ListParams, export::Format),
                responses((status = 200, description = "A file of all rows of the list", content_type = "text/csv", body = String)))]
            async fn export(me: Reader, State(app): State<App>, query: ListQuery) -> Answer<Response> {
                export::file(&app, &me, $kind, query).await
            }

            #[utoipa::path(post, path = concat!("/", $many), tag = $many, operation_id = concat!("create_", $one), request_body = $input,
                responses((status = 201, description = "Made", body = $type), (status = 422, description = "Fields at fault", body = Problem)))]
            async fn create(me: Writer, State(app): State<App>, Body(sent): Body<Map<String, Json>>) -> Answer<(StatusCode, Tagged<Json>)> {
                super::create(&app, &me, $kind, &sent).await
            }

            #[utoipa::path(get, path = concat!("/", $many, "/{id}"), tag = $many, operation_id = concat!("get_", $one), params(("id" = Uuid, Path, description = "The record")),
                responses((status = 200, description = "The record, with its revision as ETag", body = $type), (status = 404, description = "Not there", body = Problem)))]
            async fn get(me: Reader, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<Tagged<Json>> {
                one(&app, &me, $kind, id).await
            }

            #[utoipa::path(patch, path = concat!("/", $many, "/{id}"), tag = $many, operation_id = concat!("change_", $one), params(("id" = Uuid, Path, description = "The record")), request_body = $input,
                responses((status = 200, description = "As it is now", body = $type), (status = 404, description = "Not there", body = Problem),
                    (status = 412, description = "Changed by somebody else", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
            async fn change(me: Writer, State(app): State<App>, Path(id): Path<Uuid>, seen: IfMatch, Body(patch): Body<Map<String, Json>>) -> Answer<Tagged<Json>> {
                super::change(&app, &me, $kind, id, &patch, seen).await
            }

            #[utoipa::path(delete, path = concat!("/", $many, "/{id}"), tag = $many, operation_id = concat!("delete_", $one), params(("id" = Uuid, Path, description = "The record")),
                responses((status = 204, description = "Deleted; it can be restored"), (status = 404, description = "Not there", body = Problem)))]
            async fn remove(me: Writer, State(app): State<App>, Path(id): Path<Uuid>, seen: IfMatch) -> Answer<StatusCode> {
                super::remove(&app, &me, $kind, id, seen).await
            }

            #[utoipa::path(post, path = concat!("/", $many, "/{id}/restore"), tag = $many, operation_id = concat!("restore_", $one), params(("id" = Uuid, Path, description = "The record")),
                responses((status = 200, description = "As it is now", body = $type), (status = 404, description = "Not there", body = Problem)))]
            async fn restore(me: Writer, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<Tagged<Json>> {
                super::restore(&app, &me, $kind, id).await
            }

            #[utoipa::path(post, path = concat!("/", $many, "/bulk"), tag = $many, operation_id = concat!("bulk_", $many), request_body = BulkRequest,
                responses((status = 200, description = "What was changed and what was refused", body = BulkAnswer)))]
            async fn bulk(me: Writer, State(app): State<App>, Body(request): Body<BulkRequest>) -> Answer<Answered<BulkAnswer>> {
                bulk::run(&app, &me, $kind, request).await.map(Answered)
            }

            #[utoipa::path(get, path = concat!("/", $many, "/{id}/timeline"), tag = $many, operation_id = concat!("timeline_of_", $one),
                params(("id" = Uuid, Path, description = "The record"), ("cursor" = Option<String>, Query, description = "Where to go on"), ("limit" = Option<u32>, Query, description = "Entries, 1 to 200")),
                responses((status = 200, description = "What happened, newest first", body = Page<TimelineEntry>), (status = 404, description = "Not there", body = Problem)))]
            async fn timeline(me: Reader, State(app): State<App>, Path(id): Path<Uuid>, query: ListQuery) -> Answer<Answered<Page<TimelineEntry>>> {
                crate::timeline::of(&app.db, me.workspace, $kind, id, &query).await.map(Answered)
            }

            pub fn routes() -> OpenApiRouter<App> {
                OpenApiRouter::new()
                    .routes(routes!(list, create))
                    .routes(routes!(count))
                    .routes(routes!(export))
                    .routes(routes!(bulk))
                    .routes(routes!(get, change, remove))
                    .routes(routes!(restore))
                    .routes(routes!(timeline))
            }
        }
    };
}

record_routes!(companies, Kind::Company, Company, crate::input::CompanyInput, "company", "companies");
record_routes!(people, Kind::Person, Person, crate::input::PersonInput, "person", "people");
record_routes!(deals, Kind::Deal, Deal, crate::input::DealInput, "deal", "deals");

/// Routes of the three kinds, and of their fields.
pub fn routes() -> OpenApiRouter<App> {
    companies::routes().merge(people::routes()).merge(deals::routes()).merge(list::routes())
}
