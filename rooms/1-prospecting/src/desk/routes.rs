//! The desk over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use http_room::{Admin, Answer, App, Body, Problem, Reader, Writer};
use kernel::{CompanyId, limits};
use process::facts::CommitteeRole;
use records::asked_field;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::answer::NewAnswer;
use super::prospects::{NewProspects, ProspectsAnswer, TITLE_CHARS};
use super::queue::{self, Asking, Waiting};
use super::verdict::NewVerdict;
use super::{Desk, answer, prospects, read, titles, verdict};

/// Which companies are asked for.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NextRequest {
    /// Only the member's own.
    #[serde(default)]
    pub mine: bool,
}

/// The company that was handed out.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Handed {
    /// The company with its questions; null when none is left.
    pub desk: Option<Desk>,
}

#[utoipa::path(get, path = "/research-queue", tag = "prospecting", operation_id = "get_research_queue",
    responses((status = 200, description = "How many companies wait", body = Waiting)))]
async fn waiting(me: Reader, State(app): State<App>) -> Answer<Answered<Waiting>> {
    let asking = Asking { workspace: me.workspace, me: me.user, mine: false, now: app.clock.now() };
    Ok(Answered(queue::waiting(&app.db, asking).await?))
}

#[utoipa::path(post, path = "/research-queue/next", tag = "prospecting", operation_id = "next_to_research", request_body = NextRequest,
    responses((status = 200, description = "The company the member holds, else the next best, held for them for 20 minutes", body = Handed)))]
async fn next(
    me: Writer,
    State(app): State<App>,
    Body(asked): Body<NextRequest>,
) -> Answer<Answered<Handed>> {
    Ok(Answered(Handed { desk: queue::next(&app, &me, asked.mine).await? }))
}

#[utoipa::path(get, path = "/companies/{id}/research", tag = "prospecting", operation_id = "get_company_research", params(("id" = Uuid, Path, description = "The company")),
    responses((status = 200, description = "What is asked about it, and what is known", body = Desk), (status = 404, description = "Not there", body = Problem)))]
async fn desk(me: Reader, State(app): State<App>, Path(id): Path<CompanyId>) -> Answer<Answered<Desk>> {
    Ok(Answered(read::desk(&app.db, me.workspace, id, app.clock.now()).await?))
}

#[utoipa::path(post, path = "/companies/{id}/research/deal", tag = "prospecting", operation_id = "open_research_deal", params(("id" = Uuid, Path, description = "The company")),
    responses((status = 200, description = "With its open deal; one in prospecting is opened where there is none", body = Desk), (status = 404, description = "Not there", body = Problem)))]
async fn open_deal(me: Writer, State(app): State<App>, Path(id): Path<CompanyId>) -> Answer<Answered<Desk>> {
    let mut tx = app.db.write_tx().await?;
    let company = super::held(&tx, me.workspace, id).await?;
    let by = super::author(&tx, &me, app.clock.now()).await?;
    super::deal_of(&mut tx, &by, &company).await?;
    tx.commit().await?;
    Ok(Answered(read::desk(&app.db, me.workspace, id, app.clock.now()).await?))
}

#[utoipa::path(post, path = "/companies/{id}/research/answers", tag = "prospecting", operation_id = "answer_research", request_body = NewAnswer, params(("id" = Uuid, Path, description = "The company")),
    responses((status = 200, description = "As it is now, scored anew", body = Desk), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn give(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<CompanyId>,
    Body(new): Body<NewAnswer>,
) -> Answer<Answered<Desk>> {
    answer::answer(&app, &me, id, new).await.map(Answered)
}

#[utoipa::path(delete, path = "/companies/{id}/research/answers/{answer_id}", tag = "prospecting", operation_id = "take_back_research", params(("id" = Uuid, Path, description = "The company"), ("answer_id" = Uuid, Path, description = "The answer")),
    responses((status = 200, description = "As it was before", body = Desk), (status = 404, description = "Not there", body = Problem), (status = 409, description = "Changed since", body = Problem)))]
async fn take_back(
    me: Writer,
    State(app): State<App>,
    Path((id, answer)): Path<(CompanyId, Uuid)>,
) -> Answer<Answered<Desk>> {
    answer::take_back(&app, &me, id, answer).await.map(Answered)
}

#[utoipa::path(post, path = "/companies/{id}/research/verdict", tag = "prospecting", operation_id = "decide_research", request_body = NewVerdict, params(("id" = Uuid, Path, description = "The company")),
    responses((status = 200, description = "As it is now", body = Desk), (status = 404, description = "Not there", body = Problem), (status = 409, description = "A colleague is at work on it", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn decide(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<CompanyId>,
    Body(new): Body<NewVerdict>,
) -> Answer<Answered<Desk>> {
    verdict::decide(&app, &me, id, &new).await.map(Answered)
}

#[utoipa::path(post, path = "/companies/{id}/prospects", tag = "prospecting", operation_id = "add_prospects", request_body = NewProspects, params(("id" = Uuid, Path, description = "The company")),
    responses((status = 200, description = "What became of each", body = ProspectsAnswer), (status = 404, description = "Not there", body = Problem), (status = 422, description = "No rows, or too many", body = Problem)))]
async fn list_people(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<CompanyId>,
    Body(new): Body<NewProspects>,
) -> Answer<Answered<ProspectsAnswer>> {
    prospects::add(&app, &me, id, new).await.map(Answered)
}

/// Fields asked about every company, besides those its fit is judged by and qualifiers read.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResearchChecklist {
    /// Keys of fields: `employees`, `custom.crm`.
    pub fields: Vec<String>,
}

#[utoipa::path(get, path = "/research-checklist", tag = "prospecting", operation_id = "get_research_checklist",
    responses((status = 200, description = "What the workspace asks", body = ResearchChecklist)))]
async fn checklist(me: Reader, State(app): State<App>) -> Answer<Answered<ResearchChecklist>> {
    let fields = asked_field::of(&app.db, me.workspace, asked_field::CHECKLIST).await?;
    Ok(Answered(ResearchChecklist { fields: fields.into_iter().collect() }))
}

#[utoipa::path(put, path = "/research-checklist", tag = "prospecting", operation_id = "put_research_checklist", request_body = ResearchChecklist,
    responses((status = 200, description = "What the workspace asks now", body = ResearchChecklist), (status = 422, description = "A field that cannot be asked", body = Problem)))]
async fn put_checklist(
    me: Admin,
    State(app): State<App>,
    Body(new): Body<ResearchChecklist>,
) -> Answer<Answered<ResearchChecklist>> {
    let tx = app.db.write_tx().await?;
    let own = asked_field::own(&tx, me.workspace).await?;
    if let Some(at) = new.fields.iter().position(|key| !asked_field::is_askable(key, &own)) {
        return Err(Problem::field(&format!("fields.{at}"), "not_found", "companies have no such field"));
    }
    let fields = new.fields.into_iter().collect();
    asked_field::put(&tx, me.workspace, asked_field::CHECKLIST, &fields).await?;
    tx.commit().await?;
    Ok(Answered(ResearchChecklist { fields: fields.into_iter().collect() }))
}

/// A title to be read.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
struct TitleQuery {
    /// As it stands on the card.
    title: String,
}

/// What a title says.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RoleGuess {
    /// The role; null when it says nothing.
    pub role: Option<CommitteeRole>,
}

#[utoipa::path(get, path = "/role-guess", tag = "prospecting", operation_id = "guess_role", params(TitleQuery),
    responses((status = 200, description = "The role it most likely stands for", body = RoleGuess), (status = 422, description = "Too long", body = Problem)))]
async fn guess(_me: Reader, Query(asked): Query<TitleQuery>) -> Answer<Answered<RoleGuess>> {
    if !limits::fits(&asked.title, TITLE_CHARS) {
        return Err(Problem::field("title", "too_long", format!("at most {TITLE_CHARS} characters")));
    }
    Ok(Answered(RoleGuess { role: titles::role_of(&asked.title) }))
}

/// Routes of the desk.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(waiting))
        .routes(routes!(next))
        .routes(routes!(desk))
        .routes(routes!(open_deal))
        .routes(routes!(give))
        .routes(routes!(take_back))
        .routes(routes!(decide))
        .routes(routes!(list_people))
        .routes(routes!(guess))
        .routes(routes!(checklist, put_checklist))
}
