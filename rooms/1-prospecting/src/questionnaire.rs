//! The questionnaire of a profile over HTTP: answers are kept one by one; finishing makes criteria of them (R9).

use axum::Json as Answered;
use axum::extract::{Path, State};
use chrono::Datelike;
use http_room::{Answer, App, Body, Manager, Problem, Reader};
use kernel::{IcpProfileId, WorkspaceId};
use serde::Serialize;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Result, Sql, StoreError};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::icp::questionnaire::{
    AnswerKind, Answers, IcpAnswer, Part, QUESTIONS, derive, fault, merged, question, unanswered,
};
use crate::icp::values;
use crate::profile::{self, By, IcpProfile};

/// A question.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct IcpQuestion {
    /// Its key.
    pub key: &'static str,
    /// The part it stands in.
    pub part: Part,
    /// What its answer is.
    pub kind: AnswerKind,
    /// The answer, if there is one.
    pub answer: Option<IcpAnswer>,
}

/// The questions of a profile.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Questionnaire {
    /// All of them, in order.
    pub questions: Vec<IcpQuestion>,
    /// Keys of those without an answer.
    pub unanswered: Vec<&'static str>,
}

/// What finishing came to.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FinishedQuestionnaire {
    /// The profile with its criteria, to be looked through and published.
    pub profile: IcpProfile,
    /// Criteria that followed from the answers.
    pub derived: usize,
    /// Keys of questions without an answer.
    pub unanswered: Vec<&'static str>,
}

impl From<&Answers> for Questionnaire {
    fn from(answers: &Answers) -> Self {
        let asked = QUESTIONS.iter().map(|question| IcpQuestion {
            key: question.key,
            part: question.part,
            kind: question.kind,
            answer: answers.get(question.key).cloned(),
        });
        Self { questions: asked.collect(), unanswered: unanswered(answers) }
    }
}

async fn answers_of(db: &impl Source, workspace: WorkspaceId, id: IcpProfileId) -> Result<Answers> {
    let text = "SELECT answers FROM icp_profile WHERE id = ? AND workspace_id = ?";
    let kept: Option<Option<Json>> =
        Sql::with(db.engine(), text, [id.into(), workspace.into()]).scalar(db.conn()).await?;
    let Some(kept) = kept.flatten() else { return Ok(Answers::new()) };
    serde_json::from_value(kept)
        .map_err(|e| StoreError::Shape { what: "ICP answers".to_owned(), why: e.to_string() })
}

#[utoipa::path(get, path = "/icp-profiles/{id}/questionnaire", tag = "prospecting", operation_id = "get_icp_questionnaire", params(("id" = Uuid, Path, description = "The profile")),
    responses((status = 200, description = "Every question with its answer, and which have none", body = Questionnaire), (status = 404, description = "Not there", body = Problem)))]
async fn get(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<IcpProfileId>,
) -> Answer<Answered<Questionnaire>> {
    profile::find(&app.db, me.workspace, id).await?;
    Ok(Answered((&answers_of(&app.db, me.workspace, id).await?).into()))
}

#[utoipa::path(put, path = "/icp-profiles/{id}/questionnaire/{question}", tag = "prospecting", operation_id = "answer_icp_question", request_body = IcpAnswer,
    params(("id" = Uuid, Path, description = "The profile"), ("question" = String, Path, description = "Key of the question")),
    responses((status = 200, description = "Kept; without words the answer is taken back", body = Questionnaire), (status = 404, description = "No such profile or question", body = Problem), (status = 422, description = "An answer that does not fit", body = Problem)))]
async fn answer(
    me: Manager,
    State(app): State<App>,
    Path((id, key)): Path<(IcpProfileId, String)>,
    Body(mut said): Body<IcpAnswer>,
) -> Answer<Answered<Questionnaire>> {
    let asked = question(&key).ok_or_else(|| Problem::not_found("question"))?;
    said.words.iter_mut().for_each(|word| *word = word.trim().to_owned());
    said.words.retain(|word| !word.is_empty());
    if let Some(code) = fault(asked, &said.words) {
        return Err(Problem::field("words", code, "words, a list of short words, or a span such as 50-500"));
    }
    let mut tx = app.db.write_tx().await?;
    let kept = profile::hold(&tx, me.workspace, id).await?;
    let mut answers = answers_of(&tx, me.workspace, id).await?;
    let before = if said.words.is_empty() { answers.remove(&key) } else { answers.insert(key.clone(), said) };
    let by = By { workspace: me.workspace, actor: me.actor(), now: app.clock.now() };
    let change = json!({ "question": key, "before": before, "after": answers.get(&key) });
    profile::keep_answers(&mut tx, by, &kept, &json!(answers), change).await?;
    tx.commit().await?;
    Ok(Answered((&answers).into()))
}

#[utoipa::path(post, path = "/icp-profiles/{id}/questionnaire/finish", tag = "prospecting", operation_id = "finish_icp_questionnaire", params(("id" = Uuid, Path, description = "The profile")),
    responses((status = 200, description = "Criteria made of the answers, as a draft; nothing is scored before it is published", body = FinishedQuestionnaire), (status = 404, description = "Not there", body = Problem),
        (status = 422, description = "No answer leads to a criterion", body = Problem)))]
async fn finish(
    me: Manager,
    State(app): State<App>,
    Path(id): Path<IcpProfileId>,
) -> Answer<Answered<FinishedQuestionnaire>> {
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    let before = profile::hold(&tx, me.workspace, id).await?;
    let answers = answers_of(&tx, me.workspace, id).await?;
    let fields: Vec<String> =
        values::scorable(&tx, me.workspace).await?.into_iter().map(|field| field.key).collect();
    let derived = derive(&answers, &fields, now.to_utc().year());
    if derived.is_empty() {
        let cure = "Answer at least one question on the firm, their problems, or who it must not be.";
        return Err(Problem::field("answers", "nothing_to_score", cure));
    }
    let count = derived.len();
    let criteria = merged(&before.criteria()?, derived);
    profile::refuse_faulty(&tx, me.workspace, &criteria).await?;
    let after = IcpProfile { criteria: json!(criteria), ..before.clone() };
    let by = By { workspace: me.workspace, actor: me.actor(), now };
    profile::update(&mut tx, by, &before, &after).await?;
    let profile = profile::find(&tx, me.workspace, id).await?;
    tx.commit().await?;
    Ok(Answered(FinishedQuestionnaire { profile, derived: count, unanswered: unanswered(&answers) }))
}

/// Routes of the questionnaire.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get)).routes(routes!(answer)).routes(routes!(finish))
}
