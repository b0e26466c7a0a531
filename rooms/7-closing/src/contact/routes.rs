//! Other contacts over HTTP: who may be talked to, beginning with one of them, and a refusal for the whole company.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, Problem, Reader, Writer};
use kernel::{CompanyId, DealId, Locale, PersonId, TaskId, WorkspaceId, limits};
use process::deal_row;
use process::room::{Visit, given, look};
use process::stage::Status;
use records::task::{self, NewTask};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::queries::candidates;
use super::rules::{ContactPoints, propose, score};
use crate::words;

/// They refused for the whole company, or that was taken back. Payload: `words`, `refused`.
pub const COMPANY_REFUSED: &str = "closing.company_refused";

/// Somebody else of the company.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OtherContact {
    /// Who.
    pub person_id: PersonId,
    /// Their name.
    pub name: String,
    /// What they do.
    pub title: Option<String>,
    /// The score.
    pub score: i64,
    /// What it is made of.
    pub parts: Vec<ContactPoints>,
}

/// Whom else to talk to.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OtherContacts {
    /// Three at most, the best first; none while the deal is open, or when they refused for the whole company.
    pub contacts: Vec<OtherContact>,
    /// They refused for the whole company, in these words.
    pub refused: Option<String>,
}

async fn refusal(db: &impl Source, workspace: WorkspaceId, company: CompanyId) -> Answer<Option<String>> {
    let text = "SELECT words FROM company_refusal WHERE workspace_id = ? AND company_id = ? AND lifted_at IS NULL \
                ORDER BY at DESC LIMIT 1";
    Ok(Sql::with(db.engine(), text, [workspace.into(), company.into()]).scalar(db.conn()).await?)
}

async fn view(app: &App, workspace: WorkspaceId, deal: &deal_row::DealRow) -> Answer<OtherContacts> {
    let Some(company) = deal.company_id else {
        return Ok(OtherContacts { contacts: Vec::new(), refused: None });
    };
    let refused = refusal(&app.db, workspace, company).await?;
    let over = matches!(deal.position()?.status, Status::NotYet | Status::Lost);
    if refused.is_some() || !over {
        return Ok(OtherContacts { contacts: Vec::new(), refused });
    }
    let now = app.clock.now();
    let list = candidates(&app.db, workspace, (company, deal.id), now).await?;
    let contact = |(one, parts): (super::queries::Someone, Vec<ContactPoints>)| OtherContact {
        person_id: one.id,
        name: one.name,
        title: one.title,
        score: score(&parts),
        parts,
    };
    Ok(OtherContacts { contacts: propose(list, now).into_iter().map(contact).collect(), refused })
}

#[utoipa::path(get, path = "/deals/{id}/other-contacts", tag = "closing", operation_id = "list_other_contacts", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "Others of the company, once the deal is not yet or lost", body = OtherContacts), (status = 404, description = "Not there", body = Problem)))]
async fn list(me: Reader, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<OtherContacts>> {
    let deal = look(&app, &me, id).await?;
    view(&app, me.workspace, &deal).await.map(Answered)
}

/// With whom to begin.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginContact {
    /// With whom of those proposed.
    pub person_id: PersonId,
    /// Whether whoever was talked to first may be mentioned.
    #[serde(default)]
    pub mention: bool,
}

/// The task to get in touch.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct ContactBegun {
    /// The task; nothing is sent.
    pub task_id: TaskId,
}

#[utoipa::path(post, path = "/deals/{id}/other-contacts", tag = "closing", operation_id = "begin_other_contact", params(("id" = Uuid, Path, description = "The deal")), request_body = BeginContact,
    responses((status = 201, description = "A task to get in touch; nothing is sent", body = ContactBegun), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Not one of those proposed", body = Problem)))]
async fn begin(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<BeginContact>,
) -> Answer<(StatusCode, Answered<ContactBegun>)> {
    let deal = look(&app, &me, id).await?;
    let proposed = view(&app, me.workspace, &deal).await?;
    let chosen = proposed.contacts.iter().find(|one| one.person_id == new.person_id);
    let chosen =
        chosen.ok_or_else(|| Problem::field("person_id", "not_found", "not one of those proposed"))?;
    let mut visit = Visit::begin(&app, &me, id).await?;
    let key = format!("closing:contact:{}", new.person_id);
    if let Some(task_id) = planned(&visit, new.person_id, &key).await? {
        return Ok((StatusCode::CREATED, Answered(ContactBegun { task_id })));
    }
    let space = deal_row::workspace(&visit.tx, visit.workspace).await?;
    let calendar = deal_row::calendar(&visit.tx, &space, visit.deal.owner_id).await?;
    let body = match (space.locale(), new.mention) {
        (Locale::En, true) => "You may mention whom we talked to first.",
        (Locale::En, false) => "Do not mention whom we talked to first.",
        (Locale::Ko, true) => "먼저 이야기한 분을 언급해도 됩니다.",
        (Locale::Ko, false) => "먼저 이야기한 분은 언급하지 마세요.",
    };
    let task = NewTask {
        title: words::other_contact_title(space.locale(), &chosen.name)
            .chars()
            .take(limits::NAME_CHARS)
            .collect(),
        body: Some(body.to_owned()),
        due_on: Some(calendar.days.add(calendar.date(visit.now), 1).date.to_string()),
        owner_id: Some(me.user),
        company_id: visit.deal.company_id,
        person_id: Some(new.person_id),
        origin_key: Some(key),
        ..NewTask::default()
    };
    let (workspace, actor, now) = (visit.workspace, visit.actor, visit.now);
    let made = task::create(&mut visit.tx, workspace, actor, task, now).await?;
    visit.leave().await?;
    Ok((StatusCode::CREATED, Answered(ContactBegun { task_id: made.id })))
}

/// The open task that was made for them before; asking twice makes one.
async fn planned(visit: &Visit, person: PersonId, key: &str) -> Answer<Option<TaskId>> {
    let text = "SELECT id FROM task WHERE workspace_id = ? AND person_id = ? AND origin_key = ? AND state = 'open' \
                AND deleted_at IS NULL LIMIT 1";
    let values = [visit.workspace.into(), person.into(), key.into()];
    Ok(Sql::with(visit.tx.engine(), text, values).scalar(visit.tx.conn()).await?)
}

/// Whether they refused for everybody of the company.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompanyRefusal {
    /// Their words; null: it no longer holds.
    pub words: Option<String>,
}

#[utoipa::path(put, path = "/deals/{id}/company-refusal", tag = "closing", operation_id = "set_company_refusal", params(("id" = Uuid, Path, description = "The deal")), request_body = CompanyRefusal,
    responses((status = 200, description = "Nobody else of the company is proposed while it holds", body = OtherContacts), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn refuse(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<CompanyRefusal>,
) -> Answer<Answered<OtherContacts>> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    let said = new.words.as_deref().map(|w| given("words", w, limits::REASON_CHARS)).transpose()?;
    let Some(company) = visit.deal.company_id else {
        return Err(Problem::field("words", "no_company", "the deal is with no company"));
    };
    let text = "UPDATE company_refusal SET lifted_at = ? WHERE workspace_id = ? AND company_id = ? AND lifted_at IS NULL";
    let values = [visit.now.into(), visit.workspace.into(), company.into()];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    if let Some(said) = &said {
        let text = "INSERT INTO company_refusal (id, workspace_id, company_id, deal_id, words, created_by, at) VALUES (?, ?, ?, ?, ?, ?, ?)";
        let values = [
            Uuid::now_v7().into(),
            visit.workspace.into(),
            company.into(),
            id.into(),
            said.clone().into(),
            visit.actor.user().into(),
            visit.now.into(),
        ];
        Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    }
    let payload = json!({ "words": said, "refused": said.is_some() });
    visit.tell(COMPANY_REFUSED, id.0, None, payload).await?;
    let deal = visit.deal.clone();
    visit.leave().await?;
    view(&app, me.workspace, &deal).await.map(Answered)
}

/// Routes of other contacts.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, begin)).routes(routes!(refuse))
}
