//! What they get for deciding by a day (R67): a value, a last day, and a note of why that is true. It appears on the page
//! and in the PDF, and lapses on its own.
//!
//! A draft's changes freely. What they were shown stands: an offer that is out can be given one, once, and never loses it.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::NaiveDate;
use http_room::{Answer, App, Body, Member, Problem, Right, Writer};
use kernel::{Currency, DealId, Money, OfferId, WorkspaceId, limits};
use process::room::{Visit, given};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::db::Source;
use store::{Result, Sql, StoreError};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::audit::{self, Happened};
use crate::change::find;
use crate::offer::{OFFER_CHANGED, Offer};
use crate::sight::ShownIncentive;
use crate::state::OfferState;

/// An incentive of a version.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Incentive {
    /// What they get.
    pub text: String,
    /// What it is worth, in minor units of the offer's currency.
    #[serde(default)]
    pub value_minor: Option<i64>,
    /// Its last day, where they are.
    pub until_on: NaiveDate,
    /// Why it is true that it ends then; not shown to them.
    pub truth_note: String,
}

impl Incentive {
    /// As it is shown.
    #[must_use]
    pub fn shown(self, currency: Currency) -> ShownIncentive {
        let value = self.value_minor.map(|minor| Money::new(minor, currency));
        ShownIncentive { text: self.text, value, until_on: self.until_on }
    }
}

#[derive(FromQueryResult)]
struct Row {
    text: String,
    value_minor: Option<i64>,
    until_on: String,
    truth_note: String,
}

/// The incentive of a version.
///
/// # Errors
/// Whatever the database says.
pub async fn of_offer(db: &impl Source, workspace: WorkspaceId, offer: OfferId) -> Result<Option<Incentive>> {
    let text = "SELECT text, value_minor, until_on, truth_note FROM offer_incentive WHERE offer_id = ? AND workspace_id = ?";
    let row: Option<Row> =
        Sql::with(db.engine(), text, [offer.into(), workspace.into()]).one(db.conn()).await?;
    let Some(row) = row else { return Ok(None) };
    let shape = |e: chrono::ParseError| StoreError::Shape {
        what: format!("incentive of {offer}"),
        why: e.to_string(),
    };
    let until_on = row.until_on.parse().map_err(shape)?;
    Ok(Some(Incentive { text: row.text, value_minor: row.value_minor, until_on, truth_note: row.truth_note }))
}

#[utoipa::path(put, path = "/deals/{id}/offers/{offer_id}/incentive", tag = "offer", operation_id = "set_offer_incentive", request_body = Incentive,
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "As it is now", body = Incentive), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "`incentive_stands`: they were shown one; or it is in review, answered or over", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn set(
    me: Writer,
    State(app): State<App>,
    Path((id, offer)): Path<(DealId, OfferId)>,
    Body(new): Body<Incentive>,
) -> Answer<Answered<Incentive>> {
    let new = Incentive {
        text: given("text", &new.text, limits::LINE_CHARS)?,
        truth_note: given("truth_note", &new.truth_note, limits::REASON_CHARS)?,
        ..new
    };
    if new.value_minor.is_some_and(|minor| minor < 0) {
        return Err(Problem::field("value_minor", "invalid", "must not be negative"));
    }
    let mut visit = Visit::begin(&app, &me, id).await?;
    let version = find(&visit, offer).await?;
    may_change(&visit, &me, &version, true).await?;
    let text = "INSERT INTO offer_incentive (offer_id, workspace_id, text, value_minor, until_on, truth_note, set_by, at) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (offer_id) DO UPDATE SET text = excluded.text, \
                value_minor = excluded.value_minor, until_on = excluded.until_on, truth_note = excluded.truth_note, \
                set_by = excluded.set_by, at = excluded.at";
    let values = [
        offer.into(),
        visit.workspace.into(),
        new.text.clone().into(),
        new.value_minor.into(),
        new.until_on.to_string().into(),
        new.truth_note.clone().into(),
        visit.actor.user().into(),
        visit.now.into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    note(&mut visit, &version, Some(&new)).await?;
    visit.leave().await?;
    Ok(Answered(new))
}

/// A draft; or, for managers, what is out and has none yet.
async fn may_change(visit: &Visit, me: &Member, offer: &Offer, adds: bool) -> Answer<()> {
    match offer.state {
        OfferState::Draft => Ok(()),
        OfferState::Sent | OfferState::Viewed if !me.role.has(Right::Manage) => {
            Err(Problem::forbidden("Only a manager adds to what was sent and agreed to."))
        }
        OfferState::Sent | OfferState::Viewed => {
            match adds && of_offer(&visit.tx, visit.workspace, offer.id).await?.is_none() {
                true => Ok(()),
                false => {
                    let detail = "They were shown it, so it stands; begin a new version to change it.";
                    Err(Problem::conflict("incentive_stands", detail))
                }
            }
        }
        OfferState::InReview | OfferState::Approved => {
            let detail = "It is being agreed to as it is; make it a draft again first.";
            Err(Problem::conflict("offer_state", detail))
        }
        _ => Err(Problem::conflict("offer_state", "It was answered or is over; begin a new version.")),
    }
}

/// Tells of it in the log, and in the audit once it is out.
async fn note(visit: &mut Visit, offer: &Offer, new: Option<&Incentive>) -> Answer<()> {
    if offer.sent_at.is_some() {
        let facts = json!({ "version": offer.version, "incentive": new, "by": visit.actor.user() });
        let happened = Happened { kind: "incentive", link: None, visitor: None, facts };
        audit::add(&visit.tx, visit.workspace, offer.id, happened, visit.now).await?;
    }
    visit
        .tell(OFFER_CHANGED, offer.id.0, None, json!({ "version": offer.version, "incentive": new }))
        .await?;
    Ok(())
}

#[utoipa::path(delete, path = "/deals/{id}/offers/{offer_id}/incentive", tag = "offer", operation_id = "remove_offer_incentive",
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 204, description = "It is not offered any more"), (status = 404, description = "Not there", body = Problem), (status = 409, description = "`incentive_stands`: they were shown one; or it is in review, answered or over", body = Problem)))]
async fn remove(
    me: Writer,
    State(app): State<App>,
    Path((id, offer)): Path<(DealId, OfferId)>,
) -> Answer<StatusCode> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    let version = find(&visit, offer).await?;
    may_change(&visit, &me, &version, false).await?;
    let text = "DELETE FROM offer_incentive WHERE offer_id = ? AND workspace_id = ?";
    Sql::with(visit.tx.engine(), text, [offer.into(), visit.workspace.into()]).run(visit.tx.conn()).await?;
    note(&mut visit, &version, None).await?;
    visit.leave().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Routes of incentives.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(set, remove))
}
