//! Findings over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, Problem, Reader, Writer};
use kernel::{DealId, FindingId, PersonId, TranscriptId, limits};
use process::room::{Visit, given, look, optional};
use serde::Deserialize;
use serde_json::json;
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{FINDING_ADDED, FINDING_CHANGED, FINDING_REMOVED, Finding, FindingKind, discovery, of_deal};

/// A finding to write down, or what is to change in one.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFinding {
    /// What it is about.
    pub kind: FindingKind,
    /// What it comes to.
    pub summary: String,
    /// What they said; a challenge counts only with it.
    #[serde(default)]
    pub words: Option<String>,
    /// 1 is the most important.
    #[serde(default = "first")]
    pub priority: i64,
    /// Who said it.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    /// In which call or meeting.
    #[serde(default)]
    pub activity_id: Option<Uuid>,
}

fn first() -> i64 {
    1
}

impl NewFinding {
    pub(crate) fn checked(mut self) -> Answer<Self> {
        self.summary = given("summary", &self.summary, limits::REASON_CHARS)?;
        self.words = optional("words", self.words.as_deref(), limits::REASON_CHARS)?;
        if !(1..=99).contains(&self.priority) {
            return Err(Problem::field("priority", "invalid", "from 1, the most important, to 99"));
        }
        Ok(self)
    }
}

/// Writes the deal's discovery fact from its findings.
pub(crate) async fn refresh(visit: &Visit) -> Answer<()> {
    let found = discovery(&of_deal(&visit.tx, visit.workspace, visit.deal.id).await?);
    visit.know(&found, &[]).await
}

#[utoipa::path(get, path = "/deals/{id}/findings", tag = "qualification", operation_id = "list_findings", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "Most important first", body = Vec<Finding>), (status = 404, description = "Not there", body = Problem)))]
async fn list(me: Reader, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<Vec<Finding>>> {
    look(&app, &me, id).await?;
    Ok(Answered(of_deal(&app.db, me.workspace, id).await?))
}

#[utoipa::path(post, path = "/deals/{id}/findings", tag = "qualification", operation_id = "add_finding", params(("id" = Uuid, Path, description = "The deal")), request_body = NewFinding,
    responses((status = 201, description = "Written down", body = Finding), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn add(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<NewFinding>,
) -> Answer<(StatusCode, Answered<Finding>)> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    let finding = write_down(&mut visit, new, None).await?;
    visit.leave().await?;
    Ok((StatusCode::CREATED, Answered(finding)))
}

/// Where in a transcript something stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said {
    pub transcript: TranscriptId,
    /// In thousandths of a second.
    pub at_ms: Option<i64>,
}

/// Writes a finding down, and what the gate reads of it.
///
/// # Errors
/// 422 for fields at fault.
pub(crate) async fn write_down(visit: &mut Visit, new: NewFinding, said: Option<Said>) -> Answer<Finding> {
    let new = new.checked()?;
    visit.check_person("person_id", new.person_id).await?;
    let finding = insert(visit, &new, said).await?;
    refresh(visit).await?;
    Ok(finding)
}

pub(crate) async fn insert(visit: &mut Visit, new: &NewFinding, said: Option<Said>) -> Answer<Finding> {
    let id = FindingId::new();
    let mut sql = Sql::new(
        visit.tx.engine(),
        "INSERT INTO finding (id, workspace_id, deal_id, kind, summary, words, priority, person_id, activity_id, \
         transcript_id, said_at_ms, created_by, created_at, updated_at) VALUES ",
    );
    sql.bind_list([
        id.into(),
        visit.workspace.into(),
        visit.deal.id.into(),
        new.kind.key().into(),
        new.summary.clone().into(),
        new.words.clone().into(),
        new.priority.into(),
        new.person_id.into(),
        new.activity_id.into(),
        said.map(|said| said.transcript).into(),
        said.and_then(|said| said.at_ms).into(),
        visit.actor.user().into(),
        visit.now.into(),
        visit.now.into(),
    ]);
    sql.run(visit.tx.conn()).await?;
    let payload =
        json!({ "kind": new.kind, "summary": new.summary, "words": new.words, "priority": new.priority });
    visit.tell(FINDING_ADDED, id.0, new.person_id, payload).await?;
    find(visit, id).await
}

pub(crate) async fn find(visit: &Visit, id: FindingId) -> Answer<Finding> {
    let all = of_deal(&visit.tx, visit.workspace, visit.deal.id).await?;
    all.into_iter().find(|f| f.id == id).ok_or_else(|| Problem::not_found("finding"))
}

/// Writes a finding anew.
pub(crate) async fn correct(visit: &mut Visit, finding: FindingId, new: NewFinding) -> Answer<Finding> {
    let before = find(visit, finding).await?;
    let text = "UPDATE finding SET kind = ?, summary = ?, words = ?, priority = ?, person_id = ?, activity_id = ?, \
                updated_at = ? WHERE id = ?";
    let values = [
        new.kind.key().into(),
        new.summary.into(),
        new.words.into(),
        new.priority.into(),
        new.person_id.into(),
        new.activity_id.into(),
        visit.now.into(),
        finding.into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    let after = find(visit, finding).await?;
    visit
        .tell(FINDING_CHANGED, finding.0, after.person_id, json!({ "before": before, "after": after }))
        .await?;
    Ok(after)
}

#[utoipa::path(put, path = "/deals/{id}/findings/{finding_id}", tag = "qualification", operation_id = "change_finding", request_body = NewFinding,
    params(("id" = Uuid, Path, description = "The deal"), ("finding_id" = Uuid, Path, description = "The finding")),
    responses((status = 200, description = "As it is now", body = Finding), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn change(
    me: Writer,
    State(app): State<App>,
    Path((id, finding)): Path<(DealId, FindingId)>,
    Body(new): Body<NewFinding>,
) -> Answer<Answered<Finding>> {
    let new = new.checked()?;
    let mut visit = Visit::begin(&app, &me, id).await?;
    visit.check_person("person_id", new.person_id).await?;
    let after = correct(&mut visit, finding, new).await?;
    refresh(&visit).await?;
    visit.leave().await?;
    Ok(Answered(after))
}

/// Takes a finding back.
pub(crate) async fn take_back(visit: &mut Visit, finding: FindingId) -> Answer<()> {
    let before = find(visit, finding).await?;
    let text = "UPDATE finding SET deleted_at = ? WHERE id = ?";
    Sql::with(visit.tx.engine(), text, [visit.now.into(), finding.into()]).run(visit.tx.conn()).await?;
    let payload = json!({ "kind": before.kind, "summary": before.summary });
    visit.tell(FINDING_REMOVED, finding.0, before.person_id, payload).await?;
    Ok(())
}

#[utoipa::path(delete, path = "/deals/{id}/findings/{finding_id}", tag = "qualification", operation_id = "remove_finding",
    params(("id" = Uuid, Path, description = "The deal"), ("finding_id" = Uuid, Path, description = "The finding")),
    responses((status = 204, description = "Taken back"), (status = 404, description = "Not there", body = Problem)))]
async fn remove(
    me: Writer,
    State(app): State<App>,
    Path((id, finding)): Path<(DealId, FindingId)>,
) -> Answer<StatusCode> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    take_back(&mut visit, finding).await?;
    refresh(&visit).await?;
    visit.leave().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Routes of findings.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(change, remove))
}
