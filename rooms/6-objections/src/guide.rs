//! What helps to listen to one objection: how to acknowledge it, what to ask first, what may stand behind it, what to
//! check beside it, and which answer has worked so far. Drafts are in the language of whoever raised it.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::{Answer, App, Problem, Reader};
use kernel::{DealId, Locale, ObjectionId, PersonId, WorkspaceId};
use process::deal_row;
use process::facts::CommitteeRole;
use process::room::look;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::library::{self, ObjectionResponse, text_in};
use crate::objection::{Objection, of_deal};
use crate::rules::ObjectionKind;
use crate::taxonomy::{Hypothesis, hypotheses, hypothesis_of};
use crate::words;

/// Why a response is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BestBecause {
    /// It settled more objections of this kind for good than the others, and often enough to say so.
    Effect,
    /// There are too few uses; it is written for their role.
    Role,
    /// There are too few uses to say more.
    TooFew,
}

/// The response that is proposed.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BestResponse {
    /// Which.
    pub response_id: Uuid,
    /// Why.
    pub because: BestBecause,
}

/// Drafts, in the order of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Drafts {
    /// That it was heard.
    pub acknowledge: String,
    /// To ask: begins with that.
    pub ask: String,
    /// To answer: begins with that, ends with the question whether it is settled.
    pub answer: String,
    /// Only the question whether it is settled.
    pub confirm: String,
}

/// What helps with an objection.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Guide {
    /// The language of whoever raised it.
    pub locale: String,
    /// What to ask before answering.
    pub questions: Vec<String>,
    /// What may stand behind it, the likeliest first; empty unless it is hidden.
    pub hypotheses: Vec<Hypothesis>,
    /// Responses for this kind and whoever raised it, the best first.
    pub responses: Vec<ObjectionResponse>,
    /// The one that is proposed.
    pub best: Option<BestResponse>,
    /// Drafts.
    pub drafts: Drafts,
}

/// The best for somebody of these roles, and why. `list` has the best first.
#[must_use]
pub fn best(list: &[ObjectionResponse], roles: &[CommitteeRole]) -> Option<BestResponse> {
    let for_role = |one: &&ObjectionResponse| one.roles.iter().any(|role| roles.contains(role));
    let sure = list.iter().find(|one| !one.outcome.effect.too_few);
    let chosen = match (sure, list.iter().find(for_role)) {
        (Some(one), _) => (one, BestBecause::Effect),
        (None, Some(one)) => (one, BestBecause::Role),
        (None, None) => (list.first()?, BestBecause::TooFew),
    };
    Some(BestResponse { response_id: chosen.0.id, because: chosen.1 })
}

#[derive(FromQueryResult)]
struct Named {
    real_kind: String,
    real_sub: Option<String>,
    times: i64,
}

/// How often each hypothesis held in a workspace.
async fn found_behind(db: &impl Source, workspace: WorkspaceId) -> Answer<Vec<(&'static str, u64)>> {
    let text = "SELECT real_kind, real_sub, COUNT(*) AS times FROM objection WHERE workspace_id = ? AND stated_kind = 'hidden' \
                AND real_kind IS NOT NULL AND real_kind <> 'hidden' GROUP BY real_kind, real_sub";
    let rows: Vec<Named> = Sql::with(db.engine(), text, [workspace.into()]).all(db.conn()).await?;
    let counted = rows.iter().filter_map(|row| {
        let key = hypothesis_of(ObjectionKind::parse(&row.real_kind)?, row.real_sub.as_deref())?;
        Some((key, u64::try_from(row.times).unwrap_or(0)))
    });
    Ok(counted.collect())
}

async fn roles_of(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: DealId,
    person: Option<PersonId>,
) -> Answer<Vec<CommitteeRole>> {
    let Some(person) = person else { return Ok(Vec::new()) };
    let committee = records::deal::committee(db, workspace, deal).await?;
    let seat = committee.into_iter().find(|seat| seat.person_id == person);
    Ok(seat.and_then(|seat| serde_json::from_value(seat.roles).ok()).unwrap_or_default())
}

fn drafts(
    locale: Locale,
    kind: ObjectionKind,
    questions: &[String],
    chosen: Option<&library::ResponseText>,
) -> Drafts {
    let said = chosen.map(|text| text.acknowledge.as_str()).filter(|text| !text.is_empty());
    let acknowledge = said.unwrap_or_else(|| words::acknowledge(locale, kind)).to_owned();
    let confirm = words::is_it_settled(locale).to_owned();
    let question = questions.first().map_or_else(String::new, String::clone);
    let answer = chosen.map_or_else(String::new, |text| text.answer.clone());
    let join = |parts: &[&str]| {
        parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("\n\n")
    };
    Drafts {
        ask: join(&[&acknowledge, &question]),
        answer: join(&[&acknowledge, &answer, &confirm]),
        acknowledge,
        confirm,
    }
}

async fn guide_for(app: &App, workspace: WorkspaceId, one: &Objection) -> Answer<Guide> {
    let db = &app.db;
    let space = deal_row::workspace(db, workspace).await?;
    let who = match one.person_id {
        Some(person) => outreach::recipient::find(db, workspace, person).await?,
        None => None,
    };
    let locale = who.and_then(|who| who.language()).unwrap_or_else(|| space.locale());
    let roles = roles_of(db, workspace, one.deal_id, one.person_id).await?;
    let kind = one.kind();
    let fits = |response: &ObjectionResponse| {
        response.roles.is_empty() || roles.is_empty() || response.roles.iter().any(|r| roles.contains(r))
    };
    let responses: Vec<ObjectionResponse> =
        library::ranked(db, workspace, Some(kind)).await?.into_iter().filter(fits).collect();
    let best = best(&responses, &roles);
    let chosen = best.as_ref().and_then(|best| responses.iter().find(|one| one.id == best.response_id));
    let text = chosen.and_then(|one| text_in(&one.texts, locale.tag()));
    let hidden = one.stated_kind == ObjectionKind::Hidden && one.real_kind.is_none();
    let hypotheses = match hidden {
        true => hypotheses(&found_behind(db, workspace).await?),
        false => Vec::new(),
    };
    let mut questions: Vec<String> = match hidden {
        true => hypotheses.iter().map(|h| words::probe(locale, &h.key).to_owned()).collect(),
        false => text.map(|text| text.questions.clone()).unwrap_or_default(),
    };
    if questions.is_empty() {
        questions.push(words::tell_me_more(locale).to_owned());
    }
    Ok(Guide {
        locale: locale.tag().to_owned(),
        drafts: drafts(locale, kind, &questions, text),
        questions,
        hypotheses,
        responses,
        best,
    })
}

#[utoipa::path(get, path = "/deals/{id}/objections/{objection_id}/guide", tag = "objections", operation_id = "objection_guide",
    params(("id" = Uuid, Path, description = "The deal"), ("objection_id" = Uuid, Path, description = "The objection")),
    responses((status = 200, description = "What to say, to ask, and which answer has worked", body = Guide), (status = 404, description = "Not there", body = Problem)))]
async fn guide(
    me: Reader,
    State(app): State<App>,
    Path((id, objection)): Path<(DealId, ObjectionId)>,
) -> Answer<Answered<Guide>> {
    look(&app, &me, id).await?;
    let all = of_deal(&app.db, me.workspace, id).await?;
    let one = all.into_iter().find(|o| o.id == objection);
    let one = one.ok_or_else(|| Problem::not_found("objection"))?;
    Ok(Answered(guide_for(&app, me.workspace, &one).await?))
}

/// The route.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(guide))
}
