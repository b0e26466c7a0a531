//! Their yes: on the offer page, by a signed file, or in writing. Never assumed.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, Problem, Writer};
use kernel::{DealId, OfferId, PersonId, Timestamp, WorkspaceId, limits};
use process::deal_row;
use process::facts::{AcceptanceKind, Evidence, EvidenceOf};
use process::room::{Visit, optional};
use serde::Deserialize;
use serde_json::json;
use store::db::Source;
use store::{Actor, Event, NewEvent, Sql, Subject, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::plan::{ACCEPTANCE_WITHDRAWN, ACCEPTED, AcceptanceRecord, Plan, of_deal, refresh};
use crate::routes::{ClosingView, NewPlan, current, write};

/// A yes to record.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAcceptance {
    /// How they said it.
    pub kind: AcceptanceKind,
    /// The offer they accept; needed for `online`.
    #[serde(default)]
    pub offer_id: Option<OfferId>,
    /// The signed file; needed for `signed_file`.
    #[serde(default)]
    pub file_id: Option<Uuid>,
    /// The mail that says it.
    #[serde(default)]
    pub message_id: Option<Uuid>,
    /// In their words; needed for `written_yes` without a mail or file.
    #[serde(default)]
    pub words: Option<String>,
    /// Who.
    #[serde(default)]
    pub person_id: Option<PersonId>,
}

/// What the yes rests on; a written yes without mail or file is attached to the plan word by word.
async fn evidence(visit: &Visit, plan: &Plan, new: &NewAcceptance) -> Answer<Evidence> {
    let on = |kind, id| Evidence { kind, id };
    match (new.kind, new.offer_id, new.file_id, new.message_id) {
        (AcceptanceKind::Online, Some(offer), _, _) => Ok(on(EvidenceOf::Offer, offer.0)),
        (AcceptanceKind::Online, None, _, _) => {
            Err(Problem::field("offer_id", "required", "the offer they accepted"))
        }
        (AcceptanceKind::SignedFile, _, None, _) => {
            Err(Problem::field("file_id", "required", "the signed file"))
        }
        (_, _, Some(file), _) => {
            check_file(visit, file).await?;
            Ok(on(EvidenceOf::File, file))
        }
        (AcceptanceKind::WrittenYes, _, None, Some(message)) => {
            check_message(visit, message).await?;
            Ok(on(EvidenceOf::Message, message))
        }
        (AcceptanceKind::WrittenYes, _, None, None) if new.words.is_some() => {
            Ok(on(EvidenceOf::ClosingPlan, plan.id))
        }
        (AcceptanceKind::WrittenYes, _, None, None) => {
            Err(Problem::field("words", "required", "their words, the mail or a file"))
        }
    }
}

async fn check_message(visit: &Visit, id: Uuid) -> Answer<()> {
    let found = outreach::message::find(&visit.tx, visit.workspace, kernel::MessageId(id)).await?;
    match found.is_some_and(|mail| mail.direction == "in") {
        true => Ok(()),
        false => Err(Problem::field("message_id", "not_found", "a mail of theirs")),
    }
}

async fn check_file(visit: &Visit, file: Uuid) -> Answer<()> {
    let text = "SELECT 1 FROM file WHERE id = ? AND workspace_id = ?";
    let rows = Sql::with(visit.tx.engine(), text, [file.into(), visit.workspace.into()])
        .rows(visit.tx.conn())
        .await?;
    if rows.is_empty() {
        Err(Problem::field("file_id", "not_found", "there is no such file"))
    } else {
        Ok(())
    }
}

/// The plan of a deal, made when there is none.
async fn plan_of(
    tx: &WriteTx,
    (workspace, deal): (WorkspaceId, DealId),
    now: Timestamp,
) -> store::Result<Option<Plan>> {
    if let Some(plan) = of_deal(tx, workspace, deal).await? {
        return Ok(Some(plan));
    }
    write(tx, (workspace, deal), &NewPlan::default(), now).await?;
    of_deal(tx, workspace, deal).await
}

async fn keep(
    tx: &WriteTx,
    (workspace, deal): (WorkspaceId, DealId),
    plan: &Plan,
    record: Option<&AcceptanceRecord>,
    now: Timestamp,
) -> store::Result<()> {
    let text = "UPDATE closing_plan SET acceptance = ?, updated_at = ? WHERE id = ?";
    let values: [sea_orm::Value; 3] = [json!(record).into(), now.into(), plan.id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    refresh(tx, workspace, deal, now).await
}

/// Everybody signed on the page of the offer: that is their yes. What is on record already stays; the start they asked
/// for stands where the plan has none.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn signed(tx: &mut WriteTx, event: &Event) -> store::Result<()> {
    let (Some(deal), Some(offer)) = (event.deal_id, event.subject_id.map(OfferId)) else { return Ok(()) };
    let (workspace, now) = (event.workspace_id, event.recorded_at);
    let signed = offer::sign::accept::of_offer(tx, workspace, offer).await?;
    let (Some(first), Some(last), Some(row)) =
        (signed.first(), signed.last(), deal_row::hold(tx, workspace, deal).await?)
    else {
        return Ok(());
    };
    let Some(plan) = plan_of(tx, (workspace, deal), now).await? else { return Ok(()) };
    if plan.acceptance.is_some() {
        return Ok(());
    }
    if let (Some(day), None, None) = (first.receipt.start_on, plan.start_date, &plan.no_start_date) {
        let text = "UPDATE closing_plan SET start_date = ? WHERE id = ?";
        Sql::with(tx.engine(), text, [day.to_string().into(), plan.id.into()]).run(tx.conn()).await?;
    }
    let evidence = Evidence { kind: EvidenceOf::Offer, id: offer.0 };
    let (kind, person_id, at) = (AcceptanceKind::Online, last.person_id, last.receipt.at);
    let record = AcceptanceRecord { kind, evidence, words: None, person_id, at };
    keep(tx, (workspace, deal), &plan, Some(&record), now).await?;
    let subject =
        Subject { company: row.company_id, person: person_id, deal: Some(deal), row: Some(plan.id) };
    let told = NewEvent::now(workspace, ACCEPTED, Actor::System, now).about(subject);
    tx.record(told.with(json!({ "kind": kind, "offer_id": offer }))).await?;
    Ok(())
}

#[utoipa::path(post, path = "/deals/{id}/acceptance", tag = "closing", operation_id = "record_acceptance", params(("id" = Uuid, Path, description = "The deal")), request_body = NewAcceptance,
    responses((status = 200, description = "Recorded", body = ClosingView), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "There is one, or the offer is not out any more", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn record(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(mut new): Body<NewAcceptance>,
) -> Answer<Answered<ClosingView>> {
    new.words = optional("words", new.words.as_deref(), limits::REASON_CHARS)?;
    let mut visit = Visit::begin(&app, &me, id).await?;
    visit.check_person("person_id", new.person_id).await?;
    let at = (visit.workspace, id);
    let plan = plan_of(&visit.tx, at, visit.now).await?;
    let plan = plan.ok_or_else(|| Problem::not_found("closing plan"))?;
    if plan.acceptance.is_some() {
        return Err(Problem::conflict("accepted", "Their yes is on record already; take it back first."));
    }
    let evidence = evidence(&visit, &plan, &new).await?;
    if let Some(offer) = new.offer_id {
        offer::accept(&mut visit, offer).await?;
    }
    let (kind, words, person_id) = (new.kind, new.words.clone(), new.person_id);
    let record = AcceptanceRecord { kind, evidence, words, person_id, at: visit.now };
    keep(&visit.tx, at, &plan, Some(&record), visit.now).await?;
    let payload = json!({
        "kind": new.kind, "words": new.words, "offer_id": new.offer_id, "file_id": new.file_id, "message_id": new.message_id,
    });
    visit.tell(ACCEPTED, plan.id, new.person_id, payload).await?;
    visit.leave().await?;
    current(&app, &me, id).await
}

#[utoipa::path(delete, path = "/deals/{id}/acceptance", tag = "closing", operation_id = "withdraw_acceptance", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 204, description = "Taken back"), (status = 404, description = "There is none", body = Problem)))]
async fn withdraw(me: Writer, State(app): State<App>, Path(id): Path<DealId>) -> Answer<StatusCode> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    let plan = of_deal(&visit.tx, visit.workspace, id).await?;
    let plan = plan.filter(|p| p.acceptance.is_some()).ok_or_else(|| Problem::not_found("acceptance"))?;
    keep(&visit.tx, (visit.workspace, id), &plan, None, visit.now).await?;
    let kind = plan.acceptance.as_ref().map(|a| a.kind);
    visit.tell(ACCEPTANCE_WITHDRAWN, plan.id, None, json!({ "kind": kind })).await?;
    visit.leave().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Routes of their yes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(record, withdraw))
}
