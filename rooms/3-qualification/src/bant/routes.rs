//! BANT over HTTP: each factor with its evidence and how sure we are, and the roll-up.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, Problem, Reader, Writer};
use kernel::{DealId, Money, PersonId, Timestamp, limits};
use process::deal_row;
use process::facts::{BantState, CommitteeRole, EvidenceKind};
use process::room::{Visit, look, optional};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::rules::Factor;
use super::value::{Authority, Budget, Need, Timing};
use super::{Assessed, BANT_RATED, BANT_WITHDRAWN, BantEvidence, assess, refresh};
use crate::committee::{self, rules::CommitteeWarning};
use crate::qualifier;

/// One factor.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FactorView {
    /// Which.
    pub factor: Factor,
    /// 0 to 2; null when not known.
    pub rating: Option<u8>,
    /// How its best evidence is known.
    pub kind: Option<EvidenceKind>,
    /// How sure we are now, 0 to 1.
    pub confidence: f64,
    /// Sure enough, and known from them.
    pub confirmed: bool,
    /// Until when it stays confirmed if nothing new is learned.
    pub confirmed_until: Option<Timestamp>,
    /// All evidence, oldest first.
    pub evidence: Vec<BantEvidence>,
}

/// Qualification at a glance.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BantView {
    /// Need, budget, authority, timing.
    pub factors: Vec<FactorView>,
    /// Own qualifiers.
    pub qualifiers: Vec<qualifier::Answered>,
    /// 0 to 100 over what is known.
    pub fit: Option<u8>,
    /// How much of it all is known, 0 to 1.
    pub completeness: f64,
    /// What it comes to; a suggestion, it moves no deal.
    pub state: BantState,
    /// What the committee lacks.
    pub warnings: Vec<CommitteeWarning>,
}

fn view(assessed: Assessed, warnings: Vec<CommitteeWarning>, now: Timestamp) -> BantView {
    let Assessed { rows, four, own, rolled } = assessed;
    let factors = Factor::ALL.into_iter().zip(four).map(|(factor, standing)| FactorView {
        factor,
        rating: standing.as_ref().map(|s| s.rating),
        kind: standing.as_ref().map(|s| s.kind),
        confidence: standing.as_ref().map_or(0.0, |s| s.confidence(now)),
        confirmed: standing.as_ref().is_some_and(|s| s.is_confirmed(now)),
        confirmed_until: standing.as_ref().and_then(|s| s.confirmed_until()),
        evidence: rows.iter().filter(|r| r.factor == factor.key()).cloned().collect(),
    });
    BantView {
        factors: factors.collect(),
        qualifiers: own,
        fit: rolled.fit,
        completeness: rolled.completeness,
        state: rolled.state,
        warnings,
    }
}

/// What was learned about a factor.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEvidence {
    /// How it is known.
    pub kind: EvidenceKind,
    /// Typed by factor: see `Need`, `Budget`, `Authority`, `Timing`. The rating follows from it.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub value: Json,
    /// 0 to 2, where there is no value it follows from.
    #[serde(default)]
    pub rating: Option<u8>,
    /// What they said or wrote.
    #[serde(default)]
    pub quote: Option<String>,
    /// Where it stands.
    #[serde(default)]
    pub url: Option<String>,
    /// Who said it.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    /// In which call or meeting.
    #[serde(default)]
    pub activity_id: Option<Uuid>,
    /// Since when it is known; now when absent.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

/// The rating that follows from a value; `None` without one.
pub(crate) async fn rating_of(visit: &Visit, factor: Factor, value: &mut Json) -> Answer<Option<u8>> {
    if value.is_null() {
        return Ok(None);
    }
    let wrong = |e: serde_json::Error| Problem::field("value", "invalid", e.to_string());
    let rating = match factor {
        Factor::Need => serde_json::from_value::<Need>(value.clone()).map_err(wrong)?.rating(),
        Factor::Budget => {
            let expected: Option<Money> = visit.deal.position()?.value;
            Some(serde_json::from_value::<Budget>(value.clone()).map_err(wrong)?.rating(expected))
        }
        Factor::Authority => {
            let mut authority: Authority = serde_json::from_value(value.clone()).map_err(wrong)?;
            visit.check_person("value.person_id", Some(authority.person_id)).await?;
            if authority.role.is_none() {
                authority.role = strongest_role(visit, authority.person_id).await?;
                *value = json!(authority);
            }
            Some(authority.rating())
        }
        Factor::Timing => {
            let timing: Timing = serde_json::from_value(value.clone()).map_err(wrong)?;
            let space = deal_row::workspace(&visit.tx, visit.workspace).await?;
            let calendar = deal_row::calendar(&visit.tx, &space, visit.deal.owner_id).await?;
            Some(timing.rating(calendar.date(visit.now)))
        }
    };
    Ok(rating)
}

/// The role of a committee member that counts most for authority.
async fn strongest_role(visit: &Visit, person: PersonId) -> Answer<Option<CommitteeRole>> {
    let seats = records::deal::committee(&visit.tx, visit.workspace, visit.deal.id).await?;
    let roles: Vec<CommitteeRole> = seats
        .into_iter()
        .find(|s| s.person_id == person)
        .and_then(|s| serde_json::from_value(s.roles).ok())
        .unwrap_or_default();
    let rated = |role: &CommitteeRole| Authority { person_id: person, role: Some(*role) }.rating();
    Ok(roles.into_iter().max_by_key(rated))
}

/// The rating to keep: it follows from the value where there is one, and is not gainsaid.
pub(crate) fn settled(derived: Option<u8>, given: Option<u8>) -> Answer<u8> {
    match (derived, given) {
        (_, Some(rating)) if rating > 2 => Err(Problem::field("rating", "invalid", "0, 1 or 2")),
        (Some(derived), Some(given)) if derived != given => {
            let message = format!("the value says {derived}; leave the rating out or correct the value");
            Err(Problem::field("rating", "contradicts_value", message))
        }
        (Some(rating), _) | (None, Some(rating)) => Ok(rating),
        (None, None) => Err(Problem::field("rating", "required", "give a value or a rating")),
    }
}

fn factor_of(key: &str) -> Answer<Factor> {
    Factor::parse(key).ok_or_else(|| Problem::not_found("factor"))
}

async fn current(app: &App, me: &http_room::Member, id: DealId) -> Answer<Answered<BantView>> {
    let deal = look(app, me, id).await?;
    let now = app.clock.now();
    let assessed = assess(&app.db, me.workspace, &deal, now).await?;
    let warnings = committee::warnings_of(&app.db, me.workspace, id).await?;
    Ok(Answered(view(assessed, warnings, now)))
}

#[utoipa::path(get, path = "/deals/{id}/bant", tag = "qualification", operation_id = "get_bant", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "Factors, qualifiers and what they come to", body = BantView), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<BantView>> {
    current(&app, &me, id).await
}

#[utoipa::path(post, path = "/deals/{id}/bant/{factor}", tag = "qualification", operation_id = "rate_bant", request_body = NewEvidence,
    params(("id" = Uuid, Path, description = "The deal"), ("factor" = String, Path, description = "need, budget, authority or timing")),
    responses((status = 200, description = "What it comes to now", body = BantView), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn rate(
    me: Writer,
    State(app): State<App>,
    Path((id, factor)): Path<(DealId, String)>,
    Body(mut new): Body<NewEvidence>,
) -> Answer<Answered<BantView>> {
    let factor = factor_of(&factor)?;
    new.quote = optional("quote", new.quote.as_deref(), limits::REASON_CHARS)?;
    new.url = optional("url", new.url.as_deref(), limits::URL_CHARS)?;
    let mut visit = Visit::begin(&app, &me, id).await?;
    visit.check_person("person_id", new.person_id).await?;
    let derived = rating_of(&visit, factor, &mut new.value).await?;
    let rating = settled(derived, new.rating)?;
    if new.at.is_some_and(|at| at > visit.now) {
        return Err(Problem::field("at", "invalid", "must not lie in the future"));
    }
    let row = insert(&visit, factor, rating, &new).await?;
    let state = refresh(&visit.tx, visit.workspace, &visit.deal, visit.now).await?;
    let payload = json!({
        "factor": factor, "rating": rating, "kind": new.kind, "value": new.value, "quote": new.quote, "state": state,
    });
    visit.tell(BANT_RATED, row, new.person_id, payload).await?;
    visit.leave().await?;
    current(&app, &me, id).await
}

pub(crate) async fn insert(visit: &Visit, factor: Factor, rating: u8, new: &NewEvidence) -> Answer<Uuid> {
    let id = Uuid::now_v7();
    let kind = json!(new.kind).as_str().unwrap_or_default().to_owned();
    let mut sql = Sql::new(
        visit.tx.engine(),
        "INSERT INTO bant_evidence (id, workspace_id, deal_id, factor, rating, kind, value, quote, url, person_id, \
         activity_id, at, created_by, created_at) VALUES ",
    );
    sql.bind_list([
        id.into(),
        visit.workspace.into(),
        visit.deal.id.into(),
        factor.key().into(),
        i64::from(rating).into(),
        kind.into(),
        new.value.clone().into(),
        new.quote.clone().into(),
        new.url.clone().into(),
        new.person_id.into(),
        new.activity_id.into(),
        new.at.unwrap_or(visit.now).into(),
        visit.actor.user().into(),
        visit.now.into(),
    ]);
    sql.run(visit.tx.conn()).await?;
    Ok(id)
}

#[utoipa::path(delete, path = "/deals/{id}/bant/{factor}/{evidence_id}", tag = "qualification", operation_id = "withdraw_bant",
    params(("id" = Uuid, Path, description = "The deal"), ("factor" = String, Path, description = "need, budget, authority or timing"), ("evidence_id" = Uuid, Path, description = "The evidence")),
    responses((status = 204, description = "Taken back"), (status = 404, description = "Not there", body = Problem)))]
async fn withdraw(
    me: Writer,
    State(app): State<App>,
    Path((id, factor, evidence)): Path<(DealId, String, Uuid)>,
) -> Answer<StatusCode> {
    let factor = factor_of(&factor)?;
    let mut visit = Visit::begin(&app, &me, id).await?;
    let text = "UPDATE bant_evidence SET deleted_at = ? WHERE id = ? AND deal_id = ? AND workspace_id = ? \
                AND factor = ? AND deleted_at IS NULL";
    let values = [visit.now.into(), evidence.into(), id.into(), visit.workspace.into(), factor.key().into()];
    if Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await? == 0 {
        return Err(Problem::not_found("evidence"));
    }
    refresh(&visit.tx, visit.workspace, &visit.deal, visit.now).await?;
    visit.tell(BANT_WITHDRAWN, evidence, None, json!({ "factor": factor })).await?;
    visit.leave().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Routes of the four factors.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get)).routes(routes!(rate)).routes(routes!(withdraw))
}
