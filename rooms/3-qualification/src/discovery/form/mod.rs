//! The same questions as a page for the prospect, linked or embedded: one address for a deal and a person.
//!
//! The page is the one of the hosted forms (prospecting); the answers are those of a talk of kind `form`, and what they
//! fill is known because they wrote it. It may be sent again: a corrected answer corrects what it wrote.

mod page;
mod rules;

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base64::Engine as _;
use http_room::{Answer, App, Body, Problem, Writer};
use kernel::{DealId, FrameworkId, PersonId, WorkspaceId};
use process::room::Visit;
use rand::Rng as _;
use serde::{Deserialize, Serialize};
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use page::public_routes;

use super::talk::{self, FORM, NewTalk, Talk};

/// A form to ask for.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQuestionForm {
    /// Who answers, of the committee.
    pub person_id: PersonId,
    /// Which framework; one of the two must be given.
    #[serde(default)]
    pub framework_id: Option<FrameworkId>,
    /// A framework that ships.
    #[serde(default)]
    pub template: Option<String>,
}

/// A form for a prospect.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct QuestionForm {
    /// Its answers, as a talk.
    pub talk: Talk,
    /// The page to send them.
    pub page_url: String,
    /// What puts it on a page of ours or theirs.
    pub embed: String,
}

/// 256 random bits in base64url.
fn new_token() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

fn shown(app: &App, talk: Talk) -> QuestionForm {
    let base = app.config.base_url.trim_end_matches('/');
    let page_url = format!("{base}/q/{}", talk.token.as_deref().unwrap_or_default());
    let embed = format!("<script src=\"{page_url}/embed.js\" async></script>");
    QuestionForm { talk, page_url, embed }
}

/// The open form of a person about a deal: there is one.
async fn standing(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: DealId,
    person: PersonId,
) -> Answer<Option<Talk>> {
    let talks = talk::of_deal(db, workspace, deal).await?;
    Ok(talks.into_iter().find(|t| t.kind == FORM && t.state == "open" && t.person_id == Some(person)))
}

#[utoipa::path(post, path = "/deals/{id}/question-forms", tag = "qualification", operation_id = "make_question_form", params(("id" = Uuid, Path, description = "The deal")), request_body = NewQuestionForm,
    responses((status = 200, description = "The form this person has already", body = QuestionForm), (status = 201, description = "Made", body = QuestionForm), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn make(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<NewQuestionForm>,
) -> Answer<(StatusCode, Answered<QuestionForm>)> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    if let Some(talk) = standing(&visit.tx, me.workspace, id, new.person_id).await? {
        return Ok((StatusCode::OK, Answered(shown(&app, talk))));
    }
    let talk = NewTalk {
        kind: FORM.to_owned(),
        framework_id: new.framework_id,
        template: new.template,
        person_id: Some(new.person_id),
        task_id: None,
        link: None,
    };
    let made = talk::begin(&mut visit, &talk, Some(&new_token())).await?;
    let made = talk::find(&visit.tx, me.workspace, made).await?;
    visit.leave().await?;
    Ok((StatusCode::CREATED, Answered(shown(&app, made))))
}

#[utoipa::path(delete, path = "/deals/{id}/question-forms/{talk_id}", tag = "qualification", operation_id = "close_question_form",
    params(("id" = Uuid, Path, description = "The deal"), ("talk_id" = Uuid, Path, description = "The form's talk")),
    responses((status = 204, description = "Closed; its answers stay"), (status = 404, description = "Not there", body = Problem)))]
async fn close(
    me: Writer,
    State(app): State<App>,
    Path((id, talk)): Path<(DealId, kernel::TalkId)>,
) -> Answer<StatusCode> {
    let visit = Visit::begin(&app, &me, id).await?;
    let text = "UPDATE talk SET state = 'done', ended_at = ?, updated_at = ? WHERE id = ? AND deal_id = ? AND workspace_id = ? \
                AND kind = 'form' AND state = 'open'";
    let values = [visit.now.into(), visit.now.into(), talk.into(), id.into(), me.workspace.into()];
    if Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await? == 0 {
        return Err(Problem::not_found("form"));
    }
    visit.leave().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Routes of forms for prospects, below the API.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(make)).routes(routes!(close))
}
