//! The closing plan, their yes and the attempts over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::NaiveDate;
use http_room::{Answer, App, Body, Member, Problem, Reader, Writer};
use kernel::{DealId, PersonId, Timestamp, limits};
use process::deal_row;
use process::moves;
use process::room::{Visit, given, look, optional};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::acceptance;
use crate::plan::{
    ATTEMPTED, CloseAttempt, ExpectedResult, OpenQuestion, PLAN_CHANGED, Plan, attempts, of_deal, refresh,
};
use crate::rules::{CloseAnswer, CloseKind, PlanStep, Ready, readiness};

/// Steps, results and questions of one plan, each.
const MAX_ENTRIES: usize = 100;

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
}

pub(crate) async fn current(app: &App, me: &Member, id: DealId) -> Answer<Answered<ClosingView>> {
    let deal = look(app, me, id).await?;
    let facts = moves::load(&app.db, me.workspace, deal).await?.facts;
    let plan = of_deal(&app.db, me.workspace, id).await?;
    let unanswered = |p: &Plan| p.open_questions.iter().filter(|q| q.answer.is_none()).count();
    Ok(Answered(ClosingView {
        open_questions: plan.as_ref().map_or(0, unanswered),
        plan,
        readiness: readiness(&facts, app.clock.now()),
        attempts: attempts(&app.db, me.workspace, id).await?,
    }))
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
}

impl NewPlan {
    fn checked(mut self) -> Answer<Self> {
        for (field, count) in [
            ("results", self.results.len()),
            ("steps", self.steps.len()),
            ("open_questions", self.open_questions.len()),
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
        self.terms = optional("terms", self.terms.as_deref(), limits::REASON_CHARS)?;
        self.legal_name = optional("legal_name", self.legal_name.as_deref(), limits::NAME_CHARS)?;
        self.billing_contact =
            optional("billing_contact", self.billing_contact.as_deref(), limits::LINE_CHARS)?;
        Ok(self)
    }
}

#[utoipa::path(put, path = "/deals/{id}/closing-plan", tag = "closing", operation_id = "put_closing_plan", params(("id" = Uuid, Path, description = "The deal")), request_body = NewPlan,
    responses((status = 200, description = "As it is now", body = ClosingView), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn put(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<NewPlan>,
) -> Answer<Answered<ClosingView>> {
    let new = new.checked()?;
    let mut visit = Visit::begin(&app, &me, id).await?;
    let before = of_deal(&visit.tx, visit.workspace, id).await?;
    write(&visit, &new).await?;
    let after =
        of_deal(&visit.tx, visit.workspace, id).await?.ok_or_else(|| Problem::not_found("closing plan"))?;
    visit.tell(PLAN_CHANGED, after.id, None, json!({ "before": before, "after": after })).await?;
    refresh(&visit.tx, visit.workspace, id, visit.now).await?;
    visit.leave().await?;
    current(&app, &me, id).await
}

/// Writes the plan; their yes stays what it is.
pub(crate) async fn write(visit: &Visit, new: &NewPlan) -> Answer<()> {
    let day = |d: Option<NaiveDate>| d.map(|d| d.to_string());
    let mut sql = Sql::new(
        visit.tx.engine(),
        "INSERT INTO closing_plan (id, workspace_id, deal_id, results, decision_on, steps, open_questions, start_date, \
         no_start_date, terms, legal_name, billing_contact, created_at, updated_at) VALUES ",
    );
    sql.bind_list([
        Uuid::now_v7().into(),
        visit.workspace.into(),
        visit.deal.id.into(),
        json!(new.results).into(),
        day(new.decision_on).into(),
        json!(new.steps).into(),
        json!(new.open_questions).into(),
        day(new.start_date).into(),
        new.no_start_date.clone().into(),
        new.terms.clone().into(),
        new.legal_name.clone().into(),
        new.billing_contact.clone().into(),
        visit.now.into(),
        visit.now.into(),
    ]);
    sql.push(
        " ON CONFLICT (deal_id) DO UPDATE SET results = excluded.results, decision_on = excluded.decision_on, \
         steps = excluded.steps, open_questions = excluded.open_questions, start_date = excluded.start_date, \
         no_start_date = excluded.no_start_date, terms = excluded.terms, legal_name = excluded.legal_name, \
         billing_contact = excluded.billing_contact, updated_at = excluded.updated_at",
    );
    sql.run(visit.tx.conn()).await?;
    Ok(())
}

/// An attempt to write down.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAttempt {
    /// How it was asked.
    pub kind: CloseKind,
    /// What we said.
    pub words: String,
    /// What they answered.
    pub answer: CloseAnswer,
    /// In their words; what they still need to know becomes an open question.
    #[serde(default)]
    pub answer_words: Option<String>,
    /// Who.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    /// When; now when absent.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

#[utoipa::path(post, path = "/deals/{id}/close-attempts", tag = "closing", operation_id = "attempt_close", params(("id" = Uuid, Path, description = "The deal")), request_body = NewAttempt,
    responses((status = 201, description = "Written down", body = ClosingView), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "`objection_open`: nobody is pushed while an objection is open", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn attempt(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<NewAttempt>,
) -> Answer<(StatusCode, Answered<ClosingView>)> {
    let words = given("words", &new.words, limits::REASON_CHARS)?;
    let answer_words = optional("answer_words", new.answer_words.as_deref(), limits::REASON_CHARS)?;
    let mut visit = Visit::begin(&app, &me, id).await?;
    visit.check_person("person_id", new.person_id).await?;
    if new.at.is_some_and(|at| at > visit.now) {
        return Err(Problem::field("at", "invalid", "must not lie in the future"));
    }
    let open = moves::load(&visit.tx, visit.workspace, visit.deal.clone()).await?.facts.has_open_objection();
    if open && new.kind.is_lever() {
        let detail =
            "Settle the open objection first; asking what they still need to know is always possible.";
        return Err(Problem::conflict("objection_open", detail));
    }
    let row = insert_attempt(&visit, &new, &words, answer_words.as_deref()).await?;
    if let (CloseKind::AskMissing, Some(question)) = (new.kind, &answer_words) {
        note_question(&visit, question).await?;
    }
    let payload = json!({
        "kind": new.kind, "direct": new.kind.is_direct(), "words": words, "answer": new.answer, "answer_words": answer_words,
    });
    visit.tell(ATTEMPTED, row, new.person_id, payload).await?;
    refresh(&visit.tx, visit.workspace, id, visit.now).await?;
    visit.leave().await?;
    Ok((StatusCode::CREATED, current(&app, &me, id).await?))
}

fn key_of(value: impl Serialize) -> String {
    json!(value).as_str().unwrap_or_default().to_owned()
}

async fn insert_attempt(visit: &Visit, new: &NewAttempt, words: &str, said: Option<&str>) -> Answer<Uuid> {
    let id = Uuid::now_v7();
    let text = "INSERT INTO close_attempt (id, workspace_id, deal_id, kind, words, answer, answer_words, person_id, at, created_by) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        id.into(),
        visit.workspace.into(),
        visit.deal.id.into(),
        key_of(new.kind).into(),
        words.to_owned().into(),
        key_of(new.answer).into(),
        said.map(str::to_owned).into(),
        new.person_id.into(),
        new.at.unwrap_or(visit.now).into(),
        visit.actor.user().into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    Ok(id)
}

/// What they still need to know is an open question of the plan (R72).
async fn note_question(visit: &Visit, question: &str) -> Answer<()> {
    let plan = of_deal(&visit.tx, visit.workspace, visit.deal.id).await?;
    let mut questions = plan.as_ref().map_or_else(Vec::new, |p| p.open_questions.clone());
    if questions.len() >= MAX_ENTRIES {
        return Ok(());
    }
    questions.push(OpenQuestion { question: question.to_owned(), answer: None });
    if plan.is_none() {
        write(visit, &NewPlan::default()).await?;
    }
    let text =
        "UPDATE closing_plan SET open_questions = ?, updated_at = ? WHERE deal_id = ? AND workspace_id = ?";
    let values: [sea_orm::Value; 4] =
        [json!(questions).into(), visit.now.into(), visit.deal.id.into(), visit.workspace.into()];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    Ok(())
}

/// A mail that sums up a meeting, to be read and sent by a person (R74).
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Summary {
    /// Results they expect, next steps and open questions, as lines.
    pub lines: Vec<String>,
    /// Who may get a copy: assistants and bosses of the committee, none chosen yet.
    #[schema(value_type = Vec<records::deal::DealPerson>)]
    pub cc_proposals: Vec<Json>,
}

#[utoipa::path(get, path = "/deals/{id}/closing-summary", tag = "closing", operation_id = "closing_summary", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "Lines and proposals for copies; nothing is sent", body = Summary), (status = 404, description = "Not there", body = Problem)))]
async fn summary(me: Reader, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<Summary>> {
    look(&app, &me, id).await?;
    let plan = of_deal(&app.db, me.workspace, id).await?;
    let people = records::deal::committee(&app.db, me.workspace, id).await?;
    let boss = |roles: &Json| {
        let listed = roles.as_array().map(Vec::as_slice).unwrap_or_default();
        ["assistant", "approver", "economic_buyer"].iter().any(|r| listed.iter().any(|l| l == r))
    };
    let cc_proposals = people.iter().filter(|p| boss(&p.roles)).map(|p| json!(p)).collect();
    let space = deal_row::workspace(&app.db, me.workspace).await?;
    Ok(Answered(Summary { lines: plan.map_or_else(Vec::new, |p| lines(&p, space.locale())), cc_proposals }))
}

fn lines(plan: &Plan, locale: kernel::Locale) -> Vec<String> {
    let day = |d: Option<NaiveDate>| d.map_or_else(|| "–".to_owned(), |d| locale.date(d));
    let results = plan.results.iter().map(|r| format!("{}: {} ({})", r.what, r.number, r.source));
    let steps = plan.steps.iter().map(|s| format!("{} · {} · {}", s.who, s.what, day(s.due_on)));
    let questions =
        plan.open_questions.iter().filter(|q| q.answer.is_none()).map(|q| format!("? {}", q.question));
    results.chain(steps).chain(questions).collect()
}

/// Routes of this room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get, put))
        .routes(routes!(attempt))
        .routes(routes!(summary))
        .merge(acceptance::routes())
}
