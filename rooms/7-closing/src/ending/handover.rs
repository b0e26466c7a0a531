//! The handover after a win (R73), and the deal that follows one that was won.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::NaiveDate;
use http_room::{Answer, App, Body, Problem, Reader, Writer};
use kernel::{DealId, Money, WorkspaceId, limits};
use process::deal_row;
use process::room::{Visit, look, optional};
use process::stage::Status;
use records::Kind;
use records::write::Author;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use store::db::Source;
use store::{Event, Sql, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Failed, a_task};
use crate::plan::{OpenQuestion, Plan, of_deal};
use crate::rules::{PlanStep, Side, dated_steps};
use crate::words;

/// The deal that follows a won one was begun. Payload: `kind`, `next_id`.
pub const FOLLOWED_ON: &str = "closing.followed_on";

/// What the handover asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandoverItem {
    /// Every open question is answered.
    QuestionsAnswered,
    /// A dated next step of ours.
    OurStep,
    /// A dated next step of theirs.
    TheirStep,
    /// When it starts, or that there is no such day.
    StartKnown,
}

/// A line of the handover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct HandoverLine {
    /// What.
    pub item: HandoverItem,
    /// Whether it holds.
    pub holds: bool,
}

/// What the handover asks for (R73).
#[must_use]
pub fn handover(plan: Option<&Plan>) -> Vec<HandoverLine> {
    let steps: &[PlanStep] = plan.map_or(&[], |plan| &plan.steps);
    let questions: &[OpenQuestion] = plan.map_or(&[], |plan| &plan.open_questions);
    let start = plan.is_some_and(|plan| plan.start_date.is_some() || plan.no_start_date.is_some());
    [
        (HandoverItem::QuestionsAnswered, questions.iter().all(|q| q.answer.is_some())),
        (HandoverItem::OurStep, dated_steps(steps, Side::Us) > 0),
        (HandoverItem::TheirStep, dated_steps(steps, Side::Them) > 0),
        (HandoverItem::StartKnown, start),
    ]
    .map(|(item, holds)| HandoverLine { item, holds })
    .to_vec()
}

/// A deal that follows a won one.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct FollowOn {
    /// The deal.
    pub deal_id: DealId,
    /// Its name.
    pub name: String,
    /// `renewal`, `expansion`.
    pub kind: String,
    /// When it may be won.
    pub expected_close: Option<String>,
}

/// A won deal's handover.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Handover {
    /// What it asks for.
    pub lines: Vec<HandoverLine>,
    /// All of it holds.
    pub complete: bool,
    /// What they pay by the month.
    pub monthly: Option<Money>,
    /// Deals that follow it.
    pub follow_ons: Vec<FollowOn>,
}

async fn follow_ons(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Answer<Vec<FollowOn>> {
    let text = "SELECT f.next_id AS deal_id, d.name, f.kind, d.expected_close FROM follow_on f JOIN deal d ON d.id = f.next_id \
                WHERE f.deal_id = ? AND f.workspace_id = ? AND d.deleted_at IS NULL ORDER BY f.at, f.next_id";
    Ok(Sql::with(db.engine(), text, [deal.into(), workspace.into()]).all(db.conn()).await?)
}

async fn handover_of(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Answer<Handover> {
    let plan = of_deal(db, workspace, deal).await?;
    let lines = handover(plan.as_ref());
    Ok(Handover {
        complete: lines.iter().all(|line| line.holds),
        lines,
        monthly: plan.and_then(|plan| plan.monthly),
        follow_ons: follow_ons(db, workspace, deal).await?,
    })
}

#[utoipa::path(get, path = "/deals/{id}/handover", tag = "closing", operation_id = "get_handover", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "What the handover asks for", body = Handover), (status = 404, description = "Not there", body = Problem)))]
async fn get_handover(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<DealId>,
) -> Answer<Answered<Handover>> {
    look(&app, &me, id).await?;
    Ok(Answered(handover_of(&app.db, me.workspace, id).await?))
}

/// Why a deal follows another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FollowOnKind {
    /// The same again.
    Renewal,
    /// More of it.
    Expansion,
}

/// A deal to begin with a customer.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFollowOn {
    /// Why.
    pub kind: FollowOnKind,
    /// Its name; the won deal's with what it is when left out.
    #[serde(default)]
    pub name: Option<String>,
    /// When it may be won.
    #[serde(default)]
    pub expected_close: Option<NaiveDate>,
}

#[utoipa::path(post, path = "/deals/{id}/follow-ons", tag = "closing", operation_id = "begin_follow_on", params(("id" = Uuid, Path, description = "The deal")), request_body = NewFollowOn,
    responses((status = 201, description = "Begun, with the same company, owner and people", body = Handover), (status = 404, description = "Not there", body = Problem), (status = 409, description = "`not_won`", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn begin_follow_on(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<NewFollowOn>,
) -> Answer<(StatusCode, Answered<Handover>)> {
    let name = optional("name", new.name.as_deref(), limits::NAME_CHARS)?;
    let mut visit = Visit::begin(&app, &me, id).await?;
    if visit.deal.position()?.status != Status::Won {
        return Err(Problem::conflict("not_won", "Only a customer renews or takes more."));
    }
    let space = deal_row::workspace(&visit.tx, visit.workspace).await?;
    let what = match (space.locale(), new.kind) {
        (kernel::Locale::En, FollowOnKind::Renewal) => "renewal",
        (kernel::Locale::En, FollowOnKind::Expansion) => "expansion",
        (kernel::Locale::Ko, FollowOnKind::Renewal) => "갱신",
        (kernel::Locale::Ko, FollowOnKind::Expansion) => "확장",
    };
    let name = name.unwrap_or_else(|| format!("{}, {what}", visit.deal.name));
    let next =
        begin_deal(&mut visit, &space, &name.chars().take(limits::NAME_CHARS).collect::<String>(), &new)
            .await?;
    let kind = json!(new.kind).as_str().unwrap_or_default().to_owned();
    let text = "INSERT INTO follow_on (deal_id, next_id, workspace_id, kind, created_by, at) VALUES (?, ?, ?, ?, ?, ?)";
    let values = [
        id.into(),
        next.into(),
        visit.workspace.into(),
        kind.clone().into(),
        visit.actor.user().into(),
        visit.now.into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    visit.tell(FOLLOWED_ON, next.0, None, json!({ "kind": kind, "next_id": next })).await?;
    let view = handover_of(&visit.tx, visit.workspace, id).await?;
    visit.leave().await?;
    Ok((StatusCode::CREATED, Answered(view)))
}

async fn begin_deal(
    visit: &mut Visit,
    space: &records::workspace::Workspace,
    name: &str,
    new: &NewFollowOn,
) -> Answer<DealId> {
    let author = Author {
        workspace: visit.workspace,
        actor: visit.actor,
        now: visit.now,
        cause: None,
        currency: space.currency(),
    };
    let mut sent = Map::new();
    sent.insert("name".into(), Json::from(name));
    if let Some(company) = visit.deal.company_id {
        sent.insert("company_id".into(), json!(company));
    }
    if let Some(owner) = visit.deal.owner_id {
        sent.insert("owner_id".into(), json!(owner));
    }
    if let Some(day) = new.expected_close {
        sent.insert("expected_close".into(), json!(day));
    }
    let next = DealId(records::write::create(&mut visit.tx, &author, Kind::Deal, &sent).await?);
    let text = "INSERT INTO deal_person (deal_id, person_id, workspace_id, roles, stance, evidence, created_at) \
                SELECT ?, person_id, workspace_id, roles, stance, evidence, ? FROM deal_person \
                WHERE deal_id = ? AND workspace_id = ?";
    let values = [next.into(), visit.now.into(), visit.deal.id.into(), visit.workspace.into()];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    Ok(next)
}

/// A win opens the handover: its steps stand in Today as their days come, and what is lacking is a task.
pub(crate) async fn open_handover(event: &Event, tx: &mut WriteTx, deal: DealId) -> Result<(), Failed> {
    let Some(row) = deal_row::find(tx, event.workspace_id, deal).await? else { return Ok(()) };
    let view = handover_of(tx, event.workspace_id, deal).await?;
    if row.position()?.status != Status::Won || view.complete {
        return Ok(());
    }
    a_task(tx, &row, event, ("closing:handover", 1), words::handover_title).await
}

/// Routes of the handover.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_handover)).routes(routes!(begin_follow_on))
}
