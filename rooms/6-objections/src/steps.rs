//! What is done about an objection: acknowledge, ask, listen, answer, confirm.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::{Answer, App, Body, Member, Problem, Right, Writer};
use kernel::{DealId, ObjectionId, PersonId, limits};
use process::facts::ObjectionState;
use process::room::{Visit, given, optional};
use serde::Deserialize;
use serde_json::json;
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::library;
use crate::objection::{OBJECTION_MOVED, Objection, refresh};
use crate::pressing::pressing;
use crate::raise::{find, repeat};
use crate::rules::{Refusal, Step, take};

/// What was done about an objection.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "step", deny_unknown_fields)]
pub enum NewStep {
    /// We let them know that we heard it.
    Acknowledge {
        /// What we said.
        text: String,
    },
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
        /// The response of the library it follows.
        #[serde(default)]
        response_id: Option<Uuid>,
        /// Why it may press all the same; managers only.
        #[serde(default)]
        override_reason: Option<String>,
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
            Self::Acknowledge { text } => Self::Acknowledge { text: given("text", &text, max)? },
            Self::Answer { text, skip_questions, response_id, override_reason } => Self::Answer {
                text: given("text", &text, max)?,
                skip_questions,
                response_id,
                override_reason: optional("override_reason", override_reason.as_deref(), max)?,
            },
            Self::Confirm { words, person_id } => {
                Self::Confirm { words: given("words", &words, max)?, person_id }
            }
            Self::AcceptRisk { reason } => Self::AcceptRisk { reason: given("reason", &reason, max)? },
            other => other,
        })
    }

    fn key(&self) -> &'static str {
        match self {
            Self::Acknowledge { .. } => "acknowledge",
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
            Self::Acknowledge { text } => Step::Acknowledge { text },
            Self::Ask { question, answer } => Step::Ask { question, answer },
            Self::Answer { text, skip_questions, .. } => Step::Answer { text, skip_questions },
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
        (status = 403, description = "Only a manager lets an answer press", body = Problem),
        (status = 409, description = "`not_heard`, `not_answered`, `settled`, `still_open` or `pressing`", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
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
    unhurried(&me, &new)?;
    if matches!(new, NewStep::Repeat) {
        repeat(&mut visit, &before).await?;
        let after = find(&visit, objection).await?;
        visit.leave().await?;
        return Ok(Answered(after));
    }
    write(&visit, &before, &new, state).await?;
    let said = match &new {
        NewStep::Acknowledge { text } => json!({ "text": text }),
        NewStep::Ask { question, answer } => json!({ "question": question, "answer": answer }),
        NewStep::Answer { text, skip_questions, response_id, override_reason } => json!({
            "text": text, "skip_questions": skip_questions, "response_id": response_id, "override_reason": override_reason,
        }),
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

/// While an objection is open, nothing is said that presses (R57), unless somebody who may says why.
fn unhurried(me: &Member, new: &NewStep) -> Answer<()> {
    let NewStep::Answer { text, override_reason, .. } = new else { return Ok(()) };
    let found = pressing(text);
    if found.is_empty() {
        return Ok(());
    }
    match override_reason {
        Some(_) if me.role.has(Right::Manage) => Ok(()),
        Some(_) => Err(Problem::forbidden("Only a manager lets an answer press.")),
        None => {
            let words: Vec<&str> = found.iter().map(|(_, phrase)| *phrase).collect();
            let detail = "An answer to an objection does not press; take these words out.";
            Err(Problem::conflict("pressing", detail).with_facts(json!({ "words": words })))
        }
    }
}

async fn write(visit: &Visit, before: &Objection, new: &NewStep, state: ObjectionState) -> Answer<()> {
    let key = json!(state).as_str().unwrap_or_default().to_owned();
    let mut sql = Sql::new(visit.tx.engine(), "UPDATE objection SET state = ");
    sql.bind(key).push(", updated_at = ").bind(visit.now);
    match new {
        NewStep::Ask { question, answer } => ask(visit, before.id, question, answer.clone()).await?,
        NewStep::Acknowledge { text } => {
            sql.push(", acknowledged = ").bind(text.clone());
        }
        NewStep::Answer { text, skip_questions, response_id, .. } => {
            let skipped = *skip_questions && !before.standing().heard;
            sql.push(", answer = ").bind(text.clone()).push(", questions_skipped = ").bind(skipped);
            sql.push(", response_id = ").bind(*response_id);
            if let Some(id) = response_id {
                let found = library::find(&visit.tx, visit.workspace, *id).await?;
                let found = found
                    .ok_or_else(|| Problem::field("response_id", "not_found", "there is no such response"))?;
                library::begin(visit, before.id, before.kind(), (found.id, found.version)).await?;
            }
        }
        NewStep::Confirm { words, person_id } => {
            visit.check_person("person_id", *person_id).await?;
            sql.push(", settled_words = ")
                .bind(words.clone())
                .push(", settled_by_person = ")
                .bind(*person_id);
            sql.push(", settled_at = ").bind(visit.now);
            library::confirm(visit, before.id, before.raised_at).await?;
        }
        NewStep::AcceptRisk { reason } => {
            sql.push(", settled_words = ").bind(reason.clone()).push(", settled_at = ").bind(visit.now);
        }
        NewStep::Withdraw => {
            sql.push(", settled_at = ").bind(visit.now);
        }
        // Opening it again is written by `repeat`.
        NewStep::Repeat => {}
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

/// The route of steps.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(step))
}
