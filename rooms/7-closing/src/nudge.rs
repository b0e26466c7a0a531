//! A mail that helps them on, read for honesty before it leaves (R64, R70): urgency needs a fact that is there today, an
//! incentive must be running, and neither is said while an objection is open.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, Problem, Reader, Writer};
use kernel::{DealId, Locale, MailboxId, MessageId, PersonId, limits};
use outreach::message::{HandWritten, write_by_hand};
use process::room::{Visit, given, look, optional};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::attempt::may_override;
use crate::lever::{Lever, LeverStanding, Unproved, WhyNot, unproved};
use crate::routes::{Standings, standings};
use crate::rules::CloseKind;
use crate::words;

/// A mail that asks for the decision was sent. Payload: `kind`, `direct`, `subject`, `message_id`, `override_reason`.
pub const NUDGED: &str = "closing.nudged";

/// A way to ask for the decision.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct CloseView {
    /// Which.
    pub kind: CloseKind,
    /// It asks for the decision itself, rather than for fit or the next step.
    pub direct: bool,
    /// It is not used while an objection is open.
    pub lever: bool,
    /// The lever that must be running for it.
    pub needs_lever: Option<&'static str>,
    /// How it may be said in English.
    pub en: &'static str,
    /// In Korean.
    pub ko: &'static str,
}

#[utoipa::path(get, path = "/close-kinds", tag = "closing", operation_id = "list_close_kinds",
    responses((status = 200, description = "Direct ways first, each as it may be said", body = Vec<CloseView>)))]
async fn kinds(_me: Reader) -> Answered<Vec<CloseView>> {
    let view = |kind: CloseKind| CloseView {
        kind,
        direct: kind.is_direct(),
        lever: kind.is_lever(),
        needs_lever: kind.needs_lever(),
        en: words::close(Locale::En, kind),
        ko: words::close(Locale::Ko, kind),
    };
    Answered(CloseKind::ALL.map(view).to_vec())
}

/// A text to read for honesty.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ToRead {
    /// Subject and text.
    pub text: String,
}

fn faults(text: &str, view: &Standings) -> Vec<Unproved> {
    let levers: Vec<(Lever, LeverStanding)> =
        view.all().map(|(lever, standing)| (lever.clone(), standing)).collect();
    unproved(text, &levers, view.objection_open)
}

#[utoipa::path(post, path = "/deals/{id}/claims", tag = "closing", operation_id = "read_claims", params(("id" = Uuid, Path, description = "The deal")), request_body = ToRead,
    responses((status = 200, description = "What may not be said, and why; empty when all is well", body = Vec<Unproved>), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn read(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<ToRead>,
) -> Answer<Answered<Vec<Unproved>>> {
    let deal = look(&app, &me, id).await?;
    let text = given("text", &new.text, limits::NOTE_BYTES)?;
    let view = standings(&app.db, me.workspace, &deal, app.clock.now()).await?;
    Ok(Answered(faults(&text, &view)))
}

/// A mail that asks for the decision.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNudge {
    /// How it asks.
    pub kind: CloseKind,
    /// From which mailbox.
    pub mailbox_id: MailboxId,
    /// To whom of the committee.
    pub person_id: PersonId,
    /// Subject.
    pub subject: String,
    /// Text, without signature.
    pub text: String,
    /// Why it goes out though an objection is open; managers only. A claim without its fact never goes.
    #[serde(default)]
    pub override_reason: Option<String>,
}

/// A mail that was queued.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct Nudged {
    /// The mail.
    pub message_id: MessageId,
}

#[utoipa::path(post, path = "/deals/{id}/nudges", tag = "closing", operation_id = "send_nudge", params(("id" = Uuid, Path, description = "The deal")), request_body = NewNudge,
    responses((status = 201, description = "Queued", body = Nudged), (status = 403, description = "Only a manager lets somebody push while an objection is open", body = Problem), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "`claim_unproved`, `objection_open`, or they must not be written to", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn nudge(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<NewNudge>,
) -> Answer<(StatusCode, Answered<Nudged>)> {
    let why = optional("override_reason", new.override_reason.as_deref(), limits::REASON_CHARS)?;
    let mut visit = Visit::begin(&app, &me, id).await?;
    visit.check_person("person_id", Some(new.person_id)).await?;
    let mut view = standings(&visit.tx, visit.workspace, &visit.deal, visit.now).await?;
    let said = format!("{}\n{}", new.subject, new.text);
    let pushes =
        new.kind.is_lever() || faults(&said, &view).iter().any(|one| one.why == WhyNot::ObjectionOpen);
    if view.objection_open && pushes {
        may_override(&me, why.as_deref())?;
        // Somebody answers for pushing, nobody for what is not true.
        view.objection_open = false;
        let own = view.levers.iter_mut().map(|(_, standing, _)| standing);
        for standing in own.chain(view.offered.iter_mut().map(|(_, standing)| standing)) {
            if *standing == LeverStanding::Held {
                *standing = LeverStanding::Live;
            }
        }
    }
    let faults = faults(&said, &view);
    if !faults.is_empty() {
        let detail = "Take out what nothing stands behind, or put its fact into the plan.";
        return Err(Problem::conflict("claim_unproved", detail).with_facts(json!({ "claims": faults })));
    }
    let written = HandWritten {
        mailbox_id: new.mailbox_id,
        person_id: new.person_id,
        deal_id: Some(id),
        answers_id: None,
        subject: new.subject.clone(),
        text: new.text,
    };
    let message_id = write_by_hand(&mut visit.tx, &me, written, visit.now).await?;
    let payload = json!({
        "kind": new.kind, "direct": new.kind.is_direct(), "subject": new.subject.trim(), "message_id": message_id,
        "override_reason": why,
    });
    visit.tell(NUDGED, message_id.0, Some(new.person_id), payload).await?;
    visit.leave().await?;
    Ok((StatusCode::CREATED, Answered(Nudged { message_id })))
}

/// Routes of mails that ask for the decision.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(kinds)).routes(routes!(read)).routes(routes!(nudge))
}
