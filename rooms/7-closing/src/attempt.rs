//! Each time the decision is asked for.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, Member, Problem, Right, Writer};
use kernel::{DealId, PersonId, Timestamp, limits};
use process::room::{Visit, given, optional};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::lever::LeverStanding;
use crate::plan::{ATTEMPTED, OpenQuestion, of_deal, refresh};
use crate::routes::{ClosingView, MAX_ENTRIES, NewPlan, Standings, current, standings, write};
use crate::rules::{CloseAnswer, CloseKind};

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
    /// Levers that were shown: `incentive`, `trial`, `monthly_term`, `urgency`, `start_date`.
    #[serde(default)]
    pub levers: Vec<String>,
    /// Why it presses though an objection is open; managers only.
    #[serde(default)]
    pub override_reason: Option<String>,
    /// Who.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    /// When; now when absent.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

#[utoipa::path(post, path = "/deals/{id}/close-attempts", tag = "closing", operation_id = "attempt_close", params(("id" = Uuid, Path, description = "The deal")), request_body = NewAttempt,
    responses((status = 201, description = "Written down", body = ClosingView), (status = 404, description = "Not there", body = Problem),
        (status = 403, description = "Only a manager lets somebody push while an objection is open", body = Problem),
        (status = 409, description = "`objection_open`: nobody is pushed while an objection is open; `lever_not_live`", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
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
    let why = optional("override_reason", new.override_reason.as_deref(), limits::REASON_CHARS)?;
    let view = standings(&visit.tx, visit.workspace, &visit.deal, visit.now).await?;
    let pushes = new.kind.is_lever() || !new.levers.is_empty();
    if view.objection_open && pushes {
        may_override(&me, why.as_deref())?;
    }
    check_levers(&new, &view)?;
    let row = insert_attempt(&visit, &new, (&words, answer_words.as_deref(), why.as_deref())).await?;
    if let (CloseKind::AskMissing, Some(question)) = (new.kind, &answer_words) {
        note_question(&visit, question, false).await?;
    }
    let payload = json!({
        "kind": new.kind, "direct": new.kind.is_direct(), "words": words, "answer": new.answer, "answer_words": answer_words,
        "levers": new.levers, "override_reason": why,
    });
    visit.tell(ATTEMPTED, row, new.person_id, payload).await?;
    refresh(&visit.tx, visit.workspace, id, visit.now).await?;
    visit.leave().await?;
    Ok((StatusCode::CREATED, current(&app, &me, id).await?))
}

fn key_of(value: impl Serialize) -> String {
    json!(value).as_str().unwrap_or_default().to_owned()
}

/// Nobody is pushed while an objection is open, unless somebody who may says why (R57).
pub(crate) fn may_override(me: &Member, why: Option<&str>) -> Answer<()> {
    match why {
        Some(_) if me.role.has(Right::Manage) => Ok(()),
        Some(_) => Err(Problem::forbidden("Only a manager lets somebody push while an objection is open.")),
        None => {
            let detail =
                "Settle the open objection first; asking what they still need to know is always possible.";
            Err(Problem::conflict("objection_open", detail))
        }
    }
}

/// What was shown must have been there to show.
fn check_levers(new: &NewAttempt, view: &Standings) -> Answer<()> {
    let wanted = new.levers.iter().map(String::as_str).chain(new.kind.needs_lever());
    for key in wanted {
        let ready = |s: LeverStanding| matches!(s, LeverStanding::Live | LeverStanding::Held);
        if !view.all().any(|(lever, standing)| lever.key() == key && ready(standing)) {
            let detail = "Put it into the plan first: a lever that is not running is not shown.";
            return Err(Problem::conflict("lever_not_live", detail).with_facts(json!({ "lever": key })));
        }
    }
    Ok(())
}

async fn insert_attempt(
    visit: &Visit,
    new: &NewAttempt,
    (words, said, why): (&str, Option<&str>, Option<&str>),
) -> Answer<Uuid> {
    let id = Uuid::now_v7();
    let text = "INSERT INTO close_attempt (id, workspace_id, deal_id, kind, words, answer, answer_words, levers, override_reason, \
                person_id, at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values: [sea_orm::Value; 12] = [
        id.into(),
        visit.workspace.into(),
        visit.deal.id.into(),
        key_of(new.kind).into(),
        words.to_owned().into(),
        key_of(new.answer).into(),
        said.map(str::to_owned).into(),
        json!(new.levers).into(),
        why.map(str::to_owned).into(),
        new.person_id.into(),
        new.at.unwrap_or(visit.now).into(),
        visit.actor.user().into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    Ok(id)
}

/// What they still need to know is an open question of the plan (R72).
pub(crate) async fn note_question(visit: &Visit, question: &str, theirs: bool) -> Answer<()> {
    let plan = of_deal(&visit.tx, visit.workspace, visit.deal.id).await?;
    let mut questions = plan.as_ref().map_or_else(Vec::new, |p| p.open_questions.clone());
    if questions.len() >= MAX_ENTRIES {
        return Ok(());
    }
    questions.push(OpenQuestion { question: question.to_owned(), answer: None, theirs });
    if plan.is_none() {
        write(&visit.tx, (visit.workspace, visit.deal.id), &NewPlan::default(), visit.now).await?;
    }
    let text =
        "UPDATE closing_plan SET open_questions = ?, updated_at = ? WHERE deal_id = ? AND workspace_id = ?";
    let values: [sea_orm::Value; 4] =
        [json!(questions).into(), visit.now.into(), visit.deal.id.into(), visit.workspace.into()];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    Ok(())
}

/// The route of attempts.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(attempt))
}
