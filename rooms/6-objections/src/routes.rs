//! Objections over HTTP: raise, understand, ask, answer, settle.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, Problem, Reader, Writer};
use kernel::{DealId, ObjectionId, PersonId, limits};
use process::facts::ObjectionState;
use process::room::{Visit, given, look, optional};
use serde::Deserialize;
use serde_json::json;
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::objection::{
    OBJECTION_MOVED, OBJECTION_RAISED, OBJECTION_UNDERSTOOD, Objection, of_deal, refresh,
};
use crate::rules::{ObjectionKind, Refusal, Step, take};

/// An objection to write down.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewObjection {
    /// What they said, word by word.
    pub stated: String,
    /// What it sounds like; `hidden` when they only say that they are not interested.
    pub stated_kind: ObjectionKind,
    /// Who said it.
    #[serde(default)]
    pub person_id: Option<PersonId>,
}

#[utoipa::path(get, path = "/deals/{id}/objections", tag = "objections", operation_id = "list_objections", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "Oldest first", body = Vec<Objection>), (status = 404, description = "Not there", body = Problem)))]
async fn list(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<DealId>,
) -> Answer<Answered<Vec<Objection>>> {
    look(&app, &me, id).await?;
    Ok(Answered(of_deal(&app.db, me.workspace, id).await?))
}

async fn find(visit: &Visit, id: ObjectionId) -> Answer<Objection> {
    let all = of_deal(&visit.tx, visit.workspace, visit.deal.id).await?;
    all.into_iter().find(|o| o.id == id).ok_or_else(|| Problem::not_found("objection"))
}

#[utoipa::path(post, path = "/deals/{id}/objections", tag = "objections", operation_id = "raise_objection", params(("id" = Uuid, Path, description = "The deal")), request_body = NewObjection,
    responses((status = 201, description = "Written down", body = Objection), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn raise(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<NewObjection>,
) -> Answer<(StatusCode, Answered<Objection>)> {
    let stated = given("stated", &new.stated, limits::REASON_CHARS)?;
    let mut visit = Visit::begin(&app, &me, id).await?;
    visit.check_person("person_id", new.person_id).await?;
    let stage = visit.deal.position()?.stage;
    let objection = ObjectionId::new();
    let mut sql = Sql::new(
        visit.tx.engine(),
        "INSERT INTO objection (id, workspace_id, deal_id, person_id, stage, stated, stated_kind, state, times, \
         questions_skipped, raised_at, created_by, created_at, updated_at) VALUES ",
    );
    sql.bind_list([
        objection.into(),
        visit.workspace.into(),
        id.into(),
        new.person_id.into(),
        stage.key().into(),
        stated.clone().into(),
        new.stated_kind.key().into(),
        "open".into(),
        1_i64.into(),
        false.into(),
        visit.now.into(),
        visit.actor.user().into(),
        visit.now.into(),
        visit.now.into(),
    ]);
    sql.run(visit.tx.conn()).await?;
    let payload = json!({
        "stated": stated, "stated_kind": new.stated_kind, "stage": stage, "related": new.stated_kind.related(),
    });
    visit.tell(OBJECTION_RAISED, objection.0, new.person_id, payload).await?;
    refresh(&visit.tx, visit.workspace, id, visit.now).await?;
    let made = find(&visit, objection).await?;
    visit.leave().await?;
    Ok((StatusCode::CREATED, Answered(made)))
}

/// What is behind an objection.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Understood {
    /// The real kind; null when it is not known after all.
    pub real_kind: Option<ObjectionKind>,
}

#[utoipa::path(patch, path = "/deals/{id}/objections/{objection_id}", tag = "objections", operation_id = "understand_objection", request_body = Understood,
    params(("id" = Uuid, Path, description = "The deal"), ("objection_id" = Uuid, Path, description = "The objection")),
    responses((status = 200, description = "As it is now", body = Objection), (status = 404, description = "Not there", body = Problem)))]
async fn understand(
    me: Writer,
    State(app): State<App>,
    Path((id, objection)): Path<(DealId, ObjectionId)>,
    Body(new): Body<Understood>,
) -> Answer<Answered<Objection>> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    let before = find(&visit, objection).await?;
    let text = "UPDATE objection SET real_kind = ?, updated_at = ? WHERE id = ?";
    let kind = new.real_kind.map(|k| k.key().to_owned());
    let values = [kind.into(), visit.now.into(), objection.into()];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    let payload = json!({ "stated_kind": before.stated_kind, "real_kind": new.real_kind });
    visit.tell(OBJECTION_UNDERSTOOD, objection.0, before.person_id, payload).await?;
    let after = find(&visit, objection).await?;
    visit.leave().await?;
    Ok(Answered(after))
}

/// What was done about an objection.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "step", deny_unknown_fields)]
pub enum NewStep {
    /// A question was asked, perhaps with their answer.
    Ask {
        /// What we asked.
        question: String,
        /// What they said, word by word.
        #[serde(default)]
        answer: Option<String>,
    },
    /// We answered.
    Answer {
        /// What we said.
        text: String,
        /// Without having asked and heard, on purpose.
        #[serde(default)]
        skip_questions: bool,
    },
    /// They say it is settled.
    Confirm {
        /// What they said, word by word.
        words: String,
        /// Who said it.
        #[serde(default)]
        person_id: Option<PersonId>,
    },
    /// They live with it.
    AcceptRisk {
        /// Why.
        reason: String,
    },
    /// They took it back.
    Withdraw,
    /// They raised it again.
    Repeat,
}

impl NewStep {
    fn checked(self) -> Answer<Self> {
        let max = limits::REASON_CHARS;
        Ok(match self {
            Self::Ask { question, answer } => Self::Ask {
                question: given("question", &question, max)?,
                answer: optional("answer", answer.as_deref(), max)?,
            },
            Self::Answer { text, skip_questions } => {
                Self::Answer { text: given("text", &text, max)?, skip_questions }
            }
            Self::Confirm { words, person_id } => {
                Self::Confirm { words: given("words", &words, max)?, person_id }
            }
            Self::AcceptRisk { reason } => Self::AcceptRisk { reason: given("reason", &reason, max)? },
            other => other,
        })
    }

    fn key(&self) -> &'static str {
        match self {
            Self::Ask { .. } => "ask",
            Self::Answer { .. } => "answer",
            Self::Confirm { .. } => "confirm",
            Self::AcceptRisk { .. } => "accept_risk",
            Self::Withdraw => "withdraw",
            Self::Repeat => "repeat",
        }
    }

    /// Who says it is settled.
    fn by(&self) -> Option<PersonId> {
        match self {
            Self::Confirm { person_id, .. } => *person_id,
            _ => None,
        }
    }

    fn as_rule(&self) -> Step {
        match self.clone() {
            Self::Ask { question, answer } => Step::Ask { question, answer },
            Self::Answer { text, skip_questions } => Step::Answer { text, skip_questions },
            Self::Confirm { words, person_id } => Step::Confirm { words, person: person_id },
            Self::AcceptRisk { reason } => Step::AcceptRisk { reason },
            Self::Withdraw => Step::Withdraw,
            Self::Repeat => Step::Repeat,
        }
    }
}

fn problem_of(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Missing(field) => Problem::field(field, "required", "must be given"),
        Refusal::NotHeard => Problem::conflict("not_heard", refusal.to_string()),
        Refusal::NotAnswered => Problem::conflict("not_answered", refusal.to_string()),
        Refusal::Settled => Problem::conflict("settled", refusal.to_string()),
        Refusal::StillOpen => Problem::conflict("still_open", refusal.to_string()),
    }
}

#[utoipa::path(post, path = "/deals/{id}/objections/{objection_id}/steps", tag = "objections", operation_id = "settle_objection", request_body = NewStep,
    params(("id" = Uuid, Path, description = "The deal"), ("objection_id" = Uuid, Path, description = "The objection")),
    responses((status = 200, description = "Where it stands now", body = Objection), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "`not_heard`, `not_answered`, `settled` or `still_open`", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn step(
    me: Writer,
    State(app): State<App>,
    Path((id, objection)): Path<(DealId, ObjectionId)>,
    Body(new): Body<NewStep>,
) -> Answer<Answered<Objection>> {
    let new = new.checked()?;
    let mut visit = Visit::begin(&app, &me, id).await?;
    let before = find(&visit, objection).await?;
    let state = take(before.standing(), &new.as_rule()).map_err(problem_of)?;
    write(&visit, &before, &new, state).await?;
    let said = match &new {
        NewStep::Ask { question, answer } => json!({ "question": question, "answer": answer }),
        NewStep::Answer { text, skip_questions } => json!({ "text": text, "skip_questions": skip_questions }),
        NewStep::Confirm { words, .. } => json!({ "words": words }),
        NewStep::AcceptRisk { reason } => json!({ "reason": reason }),
        NewStep::Withdraw | NewStep::Repeat => json!({}),
    };
    let payload = json!({ "step": new.key(), "from": before.state, "to": state, "said": said });
    visit.tell(OBJECTION_MOVED, objection.0, new.by().or(before.person_id), payload).await?;
    refresh(&visit.tx, visit.workspace, id, visit.now).await?;
    let after = find(&visit, objection).await?;
    visit.leave().await?;
    Ok(Answered(after))
}

async fn write(visit: &Visit, before: &Objection, new: &NewStep, state: ObjectionState) -> Answer<()> {
    let key = json!(state).as_str().unwrap_or_default().to_owned();
    let mut sql = Sql::new(visit.tx.engine(), "UPDATE objection SET state = ");
    sql.bind(key).push(", updated_at = ").bind(visit.now);
    match new {
        NewStep::Ask { question, answer } => ask(visit, before.id, question, answer.clone()).await?,
        NewStep::Answer { text, skip_questions } => {
            let skipped = *skip_questions && !before.standing().heard;
            sql.push(", answer = ").bind(text.clone()).push(", questions_skipped = ").bind(skipped);
        }
        NewStep::Confirm { words, person_id } => {
            visit.check_person("person_id", *person_id).await?;
            sql.push(", settled_words = ")
                .bind(words.clone())
                .push(", settled_by_person = ")
                .bind(*person_id);
            sql.push(", settled_at = ").bind(visit.now);
        }
        NewStep::AcceptRisk { reason } => {
            sql.push(", settled_words = ").bind(reason.clone()).push(", settled_at = ").bind(visit.now);
        }
        NewStep::Withdraw => {
            sql.push(", settled_at = ").bind(visit.now);
        }
        NewStep::Repeat => {
            sql.push(", times = times + 1, raised_at = ").bind(visit.now);
            sql.push(", settled_words = NULL, settled_by_person = NULL, settled_at = NULL");
        }
    }
    sql.push(" WHERE id = ").bind(before.id);
    sql.run(visit.tx.conn()).await?;
    Ok(())
}

async fn ask(visit: &Visit, objection: ObjectionId, question: &str, answer: Option<String>) -> Answer<()> {
    let text = "INSERT INTO objection_question (id, workspace_id, objection_id, question, answer, at, created_by) \
                VALUES (?, ?, ?, ?, ?, ?, ?)";
    let values = [
        Uuid::now_v7().into(),
        visit.workspace.into(),
        objection.into(),
        question.to_owned().into(),
        answer.into(),
        visit.now.into(),
        visit.actor.user().into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    Ok(())
}

/// Routes of this room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, raise)).routes(routes!(understand)).routes(routes!(step))
}
