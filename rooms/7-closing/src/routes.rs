//! The closing plan over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, State};
use chrono::NaiveDate;
use http_room::{Answer, App, Body, Member, Problem, Reader, Writer};
use kernel::{DealId, Money, OfferId, Timestamp, WorkspaceId, limits};
use process::deal_row::{self, DealRow};
use process::fact_store;
use process::facts::{self, Objections};
use process::moves;
use process::room::{Visit, given, look, optional};
use process::stage::{Phase, Status};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::db::Source;
use store::{Sql, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::lever::{DatedFact, Lever, LeverStanding, TRIAL_DAYS, standing};
use crate::plan::{
    CloseAttempt, ExpectedResult, NextAttempt, OpenQuestion, PLAN_CHANGED, Plan, PlanDocument, attempts,
    of_deal, refresh,
};
use crate::rules::{CloseKind, PlanStep, Ready, readiness};
use crate::{fact, page, watch};

/// Steps, results and questions of one plan, each.
pub(crate) const MAX_ENTRIES: usize = 100;
/// Levers of one plan.
const MAX_LEVERS: usize = 10;

/// Closing at a glance.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ClosingView {
    /// The plan; null before anybody began one.
    pub plan: Option<Plan>,
    /// What should hold before the decision is asked for.
    pub readiness: Vec<Ready>,
    /// Each time it was asked for, oldest first.
    pub attempts: Vec<CloseAttempt>,
    /// Questions without an answer.
    pub open_questions: usize,
    /// The plan's levers, and whether each may be used now.
    pub levers: Vec<LeverView>,
    /// The incentive of the offer that is out, which counts as a lever.
    pub offered: Option<LeverView>,
    /// What to do next, where something is to be proposed: `ask_missing` after five business days of silence.
    pub proposes: Option<CloseKind>,
    /// Business days since their last word.
    pub silent_days: u32,
    /// Steps whose day is over, by their place in the plan.
    pub overdue: Vec<usize>,
    /// Where the buyer sees the plan.
    pub page_url: Option<String>,
    /// An objection is open: no lever is used.
    pub objection_open: bool,
}

/// A lever, and whether it may be used now.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LeverView {
    /// The lever.
    pub lever: Lever,
    /// Whether it may be used.
    pub standing: LeverStanding,
    /// The fact it stands on.
    pub fact: Option<DatedFact>,
}

/// A deal's levers as they stand.
pub(crate) struct Standings {
    pub levers: Vec<(Lever, LeverStanding, Option<DatedFact>)>,
    /// The incentive of the offer that is out: it counts as one, and stays the offer's.
    pub offered: Option<(Lever, LeverStanding)>,
    pub objection_open: bool,
}

impl Standings {
    /// The plan's levers and the offer's.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&Lever, LeverStanding)> {
        let own = self.levers.iter().map(|(lever, standing, _)| (lever, *standing));
        own.chain(self.offered.iter().map(|(lever, standing)| (lever, *standing)))
    }
}

async fn offered(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Answer<Option<Lever>> {
    let Some(fact) = fact_store::get::<facts::Offer>(db, workspace, deal).await?.filter(|o| o.out) else {
        return Ok(None);
    };
    let found = offer::incentive::of_offer(db, workspace, fact.id).await?;
    Ok(found.map(|one| Lever::Incentive {
        value: one.text,
        cost: None,
        until: one.until_on,
        truth: one.truth_note,
    }))
}

pub(crate) async fn standings(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: &DealRow,
    now: Timestamp,
) -> Answer<Standings> {
    let facts: Option<Objections> = fact_store::get(db, workspace, deal.id).await?;
    let objection_open = facts.unwrap_or_default().items.iter().any(|item| !item.state.is_settled());
    let levers = of_deal(db, workspace, deal.id).await?.map(|plan| plan.levers).unwrap_or_default();
    let ids: Vec<Uuid> = levers.iter().filter_map(Lever::fact_id).collect();
    let facts = fact::of_ids(db, workspace, &ids).await?;
    let space = deal_row::workspace(db, workspace).await?;
    let today = deal_row::calendar(db, &space, deal.owner_id).await?.date(now);
    let view = |lever: Lever| {
        let fact = facts.iter().find(|fact| Some(fact.id) == lever.fact_id());
        (lever.clone(), standing(&lever, fact, today, objection_open), fact.cloned())
    };
    let offered = offered(db, workspace, deal.id).await?;
    let offered = offered.map(|lever| {
        let stands = standing(&lever, None, today, objection_open);
        (lever, stands)
    });
    Ok(Standings { levers: levers.into_iter().map(view).collect(), offered, objection_open })
}

pub(crate) async fn current(app: &App, me: &Member, id: DealId) -> Answer<Answered<ClosingView>> {
    let deal = look(app, me, id).await?;
    let now = app.clock.now();
    let view = standings(&app.db, me.workspace, &deal, now).await?;
    let waiting = watch::waiting(&app.db, me.workspace, &deal, now).await?;
    let space = deal_row::workspace(&app.db, me.workspace).await?;
    let today = deal_row::calendar(&app.db, &space, deal.owner_id).await?.date(now);
    let closing = deal.position()?.stage == Phase::Closing && deal.position()?.status == Status::Open;
    let facts = moves::load(&app.db, me.workspace, deal).await?.facts;
    let plan = of_deal(&app.db, me.workspace, id).await?;
    let unanswered = |p: &Plan| p.open_questions.iter().filter(|q| q.answer.is_none()).count();
    Ok(Answered(ClosingView {
        open_questions: plan.as_ref().map_or(0, unanswered),
        levers: view
            .levers
            .into_iter()
            .map(|(lever, standing, fact)| LeverView { lever, standing, fact })
            .collect(),
        offered: view.offered.map(|(lever, standing)| LeverView { lever, standing, fact: None }),
        objection_open: view.objection_open,
        proposes: (closing && waiting.ask_missing()).then_some(CloseKind::AskMissing),
        silent_days: waiting.silent_days,
        overdue: plan.as_ref().map_or_else(Vec::new, |p| overdue(p, today)),
        page_url: plan.as_ref().and_then(|p| p.page_token.as_deref()).map(|token| page::url(app, token)),
        plan,
        readiness: readiness(&facts, app.clock.now()),
        attempts: attempts(&app.db, me.workspace, id).await?,
    }))
}

fn overdue(plan: &Plan, today: NaiveDate) -> Vec<usize> {
    let steps = plan.steps.iter().enumerate();
    steps.filter(|(_, step)| step.is_overdue(today)).map(|(n, _)| n).collect()
}

#[utoipa::path(get, path = "/deals/{id}/closing-plan", tag = "closing", operation_id = "get_closing_plan", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "Plan, readiness and attempts", body = ClosingView), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<ClosingView>> {
    current(&app, &me, id).await
}

/// The plan as a whole; what is left out is empty.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewPlan {
    /// Results they expect.
    pub results: Vec<ExpectedResult>,
    /// When they decide.
    pub decision_on: Option<NaiveDate>,
    /// Next steps of both sides.
    pub steps: Vec<PlanStep>,
    /// Questions between us.
    pub open_questions: Vec<OpenQuestion>,
    /// When it starts.
    pub start_date: Option<NaiveDate>,
    /// Why there is no start date.
    pub no_start_date: Option<String>,
    /// Terms in words.
    pub terms: Option<String>,
    /// Name for the invoice.
    pub legal_name: Option<String>,
    /// Who gets the invoice.
    pub billing_contact: Option<String>,
    /// Documents both sides have.
    pub documents: Vec<PlanDocument>,
    /// Levers; each has its end, and urgency its fact.
    pub levers: Vec<Lever>,
    /// How the decision will be asked for next.
    pub next_attempt: Option<NextAttempt>,
    /// What they pay by the month.
    pub monthly: Option<Money>,
    /// The offer it leads to.
    pub offer_id: Option<OfferId>,
    /// When the plan was last changed before this: refused when somebody changed it since.
    #[serde(skip_serializing)]
    pub seen_at: Option<Timestamp>,
}

impl NewPlan {
    fn checked(mut self) -> Answer<Self> {
        for (field, count) in [
            ("results", self.results.len()),
            ("steps", self.steps.len()),
            ("open_questions", self.open_questions.len()),
            ("documents", self.documents.len()),
        ] {
            if count > MAX_ENTRIES {
                return Err(Problem::field(field, "too_many", format!("at most {MAX_ENTRIES}")));
            }
        }
        for (n, result) in self.results.iter().enumerate() {
            given(&format!("results.{n}.what"), &result.what, limits::LINE_CHARS)?;
            given(&format!("results.{n}.number"), &result.number, limits::LABEL_CHARS)?;
            given(&format!("results.{n}.source"), &result.source, limits::LINE_CHARS)?;
        }
        for (n, step) in self.steps.iter().enumerate() {
            given(&format!("steps.{n}.what"), &step.what, limits::LINE_CHARS)?;
            given(&format!("steps.{n}.who"), &step.who, limits::NAME_CHARS)?;
        }
        for (n, question) in self.open_questions.iter_mut().enumerate() {
            given(&format!("open_questions.{n}.question"), &question.question, limits::LINE_CHARS)?;
            let field = format!("open_questions.{n}.answer");
            question.answer = optional(&field, question.answer.as_deref(), limits::REASON_CHARS)?;
        }
        self.no_start_date = optional("no_start_date", self.no_start_date.as_deref(), limits::REASON_CHARS)?;
        if self.start_date.is_some() && self.no_start_date.is_some() {
            return Err(Problem::field("no_start_date", "invalid", "there is a start date"));
        }
        for step in &mut self.steps {
            step.id = step.id.or_else(|| Some(Uuid::now_v7()));
        }
        for (n, document) in self.documents.iter_mut().enumerate() {
            document.title = given(&format!("documents.{n}.title"), &document.title, limits::NAME_CHARS)?;
            let field = format!("documents.{n}.url");
            document.url = given(&field, &document.url, limits::URL_CHARS)?;
            if !document.url.starts_with("https://") || document.url.contains(char::is_whitespace) {
                return Err(Problem::field(&field, "invalid", "an address that begins with https://"));
            }
        }
        if let Some(next) = &mut self.next_attempt {
            next.words = optional("next_attempt.words", next.words.as_deref(), limits::REASON_CHARS)?;
        }
        if self.monthly.is_some_and(|m| m.minor < 0) {
            return Err(Problem::field("monthly", "invalid", "must not be negative"));
        }
        self.check_levers()?;
        self.terms = optional("terms", self.terms.as_deref(), limits::REASON_CHARS)?;
        self.legal_name = optional("legal_name", self.legal_name.as_deref(), limits::NAME_CHARS)?;
        self.billing_contact =
            optional("billing_contact", self.billing_contact.as_deref(), limits::LINE_CHARS)?;
        Ok(self)
    }

    fn check_levers(&self) -> Answer<()> {
        if self.levers.len() > MAX_LEVERS {
            return Err(Problem::field("levers", "too_many", format!("at most {MAX_LEVERS}")));
        }
        for (n, lever) in self.levers.iter().enumerate() {
            let field = |name: &str| format!("levers.{n}.{name}");
            match lever {
                Lever::Incentive { value, cost, truth, .. } => {
                    given(&field("value"), value, limits::LINE_CHARS)?;
                    given(&field("truth"), truth, limits::LINE_CHARS)?;
                    optional(&field("cost"), cost.as_deref(), limits::LINE_CHARS)?;
                }
                Lever::Trial { days, end_task, success } => {
                    if !TRIAL_DAYS.contains(days) {
                        return Err(Problem::field(&field("days"), "invalid", "7 to 30 days"));
                    }
                    given(&field("end_task"), end_task, limits::LINE_CHARS)?;
                    given(&field("success"), success, limits::LINE_CHARS)?;
                }
                Lever::MonthlyTerm { note } => {
                    optional(&field("note"), note.as_deref(), limits::LINE_CHARS)?;
                }
                Lever::Urgency { claim, .. } => {
                    given(&field("claim"), claim, limits::LINE_CHARS)?;
                }
                Lever::StartDate { .. } => {}
            }
        }
        Ok(())
    }

    /// A lever that is new must be one that may be used: its fact is there, its day ahead, and no objection open.
    async fn admit_levers(&self, visit: &Visit, before: &[Lever]) -> Answer<()> {
        let new = self.levers.iter().enumerate().filter(|(_, lever)| !before.contains(lever));
        let new: Vec<(usize, &Lever)> = new.collect();
        if new.is_empty() {
            return Ok(());
        }
        let view = standings(&visit.tx, visit.workspace, &visit.deal, visit.now).await?;
        if view.objection_open {
            let detail = "No lever while an objection is open; settle it first.";
            return Err(Problem::conflict("objection_open", detail));
        }
        let ids: Vec<Uuid> = new.iter().filter_map(|(_, lever)| lever.fact_id()).collect();
        let facts = fact::of_ids(&visit.tx, visit.workspace, &ids).await?;
        let space = deal_row::workspace(&visit.tx, visit.workspace).await?;
        let today = deal_row::calendar(&visit.tx, &space, visit.deal.owner_id).await?.date(visit.now);
        for (n, lever) in new {
            let fact = facts.iter().find(|fact| Some(fact.id) == lever.fact_id());
            match standing(lever, fact, today, false) {
                LeverStanding::Live | LeverStanding::Held => {}
                LeverStanding::NoFact => {
                    let detail = "urgency needs a fact with a day that exists";
                    return Err(Problem::field(&format!("levers.{n}.fact_id"), "not_found", detail));
                }
                LeverStanding::Lapsed => {
                    return Err(Problem::field(&format!("levers.{n}"), "invalid", "its day is over"));
                }
            }
        }
        Ok(())
    }
}

#[utoipa::path(put, path = "/deals/{id}/closing-plan", tag = "closing", operation_id = "put_closing_plan", params(("id" = Uuid, Path, description = "The deal")), request_body = NewPlan,
    responses((status = 200, description = "As it is now", body = ClosingView), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "`stale`, or `objection_open`: no lever is added while an objection is open", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn put(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<NewPlan>,
) -> Answer<Answered<ClosingView>> {
    let new = new.checked()?;
    let mut visit = Visit::begin(&app, &me, id).await?;
    let before = of_deal(&visit.tx, visit.workspace, id).await?;
    if new.seen_at.is_some() && before.as_ref().map(|p| p.updated_at) != new.seen_at {
        return Err(Problem::conflict("stale", "The plan was changed meanwhile; look at it again."));
    }
    if let Some(id) = new.offer_id
        && !offer::of_deal(&visit.tx, visit.workspace, visit.deal.id).await?.iter().any(|one| one.id == id)
    {
        return Err(Problem::field("offer_id", "not_found", "the deal has no such offer"));
    }
    new.admit_levers(&visit, before.as_ref().map_or(&[], |p| &p.levers)).await?;
    write(&visit.tx, (visit.workspace, id), &new, visit.now).await?;
    let after =
        of_deal(&visit.tx, visit.workspace, id).await?.ok_or_else(|| Problem::not_found("closing plan"))?;
    visit.tell(PLAN_CHANGED, after.id, None, json!({ "before": before, "after": after })).await?;
    refresh(&visit.tx, visit.workspace, id, visit.now).await?;
    watch::sync_steps(&mut visit.tx, visit.workspace, &visit.deal, visit.now).await?;
    visit.leave().await?;
    current(&app, &me, id).await
}

/// Writes the plan; their yes stays what it is.
pub(crate) async fn write(
    tx: &WriteTx,
    (workspace, deal): (WorkspaceId, DealId),
    new: &NewPlan,
    now: Timestamp,
) -> store::Result<()> {
    let day = |d: Option<NaiveDate>| d.map(|d| d.to_string());
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO closing_plan (id, workspace_id, deal_id, results, decision_on, steps, open_questions, start_date, \
         no_start_date, terms, legal_name, billing_contact, documents, levers, next_attempt, monthly, offer_id, created_at, \
         updated_at) VALUES ",
    );
    sql.bind_list([
        Uuid::now_v7().into(),
        workspace.into(),
        deal.into(),
        json!(new.results).into(),
        day(new.decision_on).into(),
        json!(new.steps).into(),
        json!(new.open_questions).into(),
        day(new.start_date).into(),
        new.no_start_date.clone().into(),
        new.terms.clone().into(),
        new.legal_name.clone().into(),
        new.billing_contact.clone().into(),
        json!(new.documents).into(),
        json!(new.levers).into(),
        json!(new.next_attempt).into(),
        json!(new.monthly).into(),
        new.offer_id.into(),
        now.into(),
        now.into(),
    ]);
    sql.push(
        " ON CONFLICT (deal_id) DO UPDATE SET results = excluded.results, decision_on = excluded.decision_on, \
         steps = excluded.steps, open_questions = excluded.open_questions, start_date = excluded.start_date, \
         no_start_date = excluded.no_start_date, terms = excluded.terms, legal_name = excluded.legal_name, \
         billing_contact = excluded.billing_contact, documents = excluded.documents, levers = excluded.levers, \
         next_attempt = excluded.next_attempt, monthly = excluded.monthly, offer_id = excluded.offer_id, updated_at = excluded.updated_at",
    );
    sql.run(tx.conn()).await?;
    Ok(())
}

/// Routes of the plan.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, put))
}
