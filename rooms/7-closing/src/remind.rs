//! Reminding them of their steps: politely, by mail, once a week for each step, and only after somebody of us allowed it
//! on the plan. Nobody who must not be written to is reminded.

use axum::Json as Answered;
use axum::extract::{Path, State};
use chrono::Timelike;
use http_room::{Answer, App, Body, Problem, Writer};
use kernel::{DealId, MailboxId, PersonId, Timestamp};
use outreach::message::{NewMessage, write_out};
use outreach::{mailbox, recipient, suppression};
use process::deal_row::{self, DealRow};
use process::room::Visit;
use records::workspace::Workspace;
use serde::Deserialize;
use serde_json::json;
use store::db::Source;
use store::{Actor, NewEvent, Sql, Subject, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::plan::of_deal;
use crate::routes::{ClosingView, current};
use crate::{page, watch, words};

/// Reminders were allowed or stopped. Payload: `allowed`, `mailbox_id`.
pub const REMINDERS_SET: &str = "closing.reminders_set";
/// They were reminded of steps. Payload: `steps`, `message_id`.
pub const REMINDED: &str = "closing.reminded";

/// Hours of the owner's day within which reminders are written.
const HOURS: std::ops::Range<u32> = 9..17;

/// Whom to remind, and from where.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetReminders {
    /// Whom; null: nobody any more.
    pub person_id: Option<PersonId>,
    /// From which mailbox.
    #[serde(default)]
    pub mailbox_id: Option<MailboxId>,
}

#[utoipa::path(put, path = "/deals/{id}/closing-plan/reminders", tag = "closing", operation_id = "set_closing_reminders", params(("id" = Uuid, Path, description = "The deal")), request_body = SetReminders,
    responses((status = 200, description = "They are reminded of overdue steps from now on, once a week each; or no longer", body = ClosingView), (status = 404, description = "Not there, or there is no plan", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn set(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<SetReminders>,
) -> Answer<Answered<ClosingView>> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    let plan = of_deal(&visit.tx, visit.workspace, id).await?;
    let plan = plan.ok_or_else(|| Problem::not_found("closing plan"))?;
    let allowed = match new.person_id {
        None => None,
        Some(person) => {
            visit.check_person("person_id", Some(person)).await?;
            let mailbox =
                new.mailbox_id.ok_or_else(|| Problem::field("mailbox_id", "required", "from which"))?;
            if mailbox::find(&visit.tx, visit.workspace, mailbox).await?.is_none() {
                return Err(Problem::field("mailbox_id", "not_found", "there is no such mailbox"));
            }
            Some((person, mailbox))
        }
    };
    let text = "UPDATE closing_plan SET person_id = ?, reminders_mailbox = ?, reminders_by = ?, reminders_at = ? WHERE id = ?";
    let values = [
        allowed.map(|(person, _)| person).into(),
        allowed.map(|(_, mailbox)| mailbox).into(),
        visit.actor.user().into(),
        allowed.map(|_| visit.now).into(),
        plan.id.into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    let payload = json!({ "allowed": allowed.is_some(), "mailbox_id": allowed.map(|(_, mailbox)| mailbox) });
    visit.tell(REMINDERS_SET, plan.id, new.person_id, payload).await?;
    visit.leave().await?;
    current(&app, &me, id).await
}

/// Reminds them of what is overdue, if that was allowed and is fitting now.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn remind(
    tx: &mut WriteTx,
    app: &App,
    space: &Workspace,
    deal: &DealRow,
    now: Timestamp,
) -> Answer<()> {
    let Some(plan) = of_deal(tx, space.id, deal.id).await? else { return Ok(()) };
    let Some(allowed) = plan.reminders else { return Ok(()) };
    let calendar = deal_row::calendar(tx, space, deal.owner_id).await?;
    let today = calendar.date(now);
    let hour = now.to_utc().with_timezone(&calendar.zone).hour();
    if !calendar.days.is_business_day(today) || !HOURS.contains(&hour) {
        return Ok(());
    }
    // Whoever left the deal's committee is no longer told of its plan.
    let text = "SELECT 1 FROM deal_person WHERE deal_id = ? AND person_id = ? AND workspace_id = ?";
    let seat = [deal.id.into(), allowed.person_id.into(), space.id.into()];
    if Sql::with(tx.engine(), text, seat).rows(tx.conn()).await?.is_empty() {
        return Ok(());
    }
    let who = recipient::find(tx, space.id, allowed.person_id).await?;
    let from = mailbox::find(tx, space.id, allowed.mailbox_id).await?;
    let (Some(who), Some(from)) = (who, from) else { return Ok(()) };
    let Some(address) = who.address().filter(|_| !who.refuses_mail()) else { return Ok(()) };
    if suppression::in_force(tx, space.id, Some(&address), Some(who.id)).await?.is_some() {
        return Ok(());
    }
    let week = today.format("%G-W%V").to_string();
    let mut steps = Vec::new();
    for step in watch::overdue_of_theirs(&plan, today) {
        let text = "INSERT INTO closing_reminder (deal_id, step_id, week, workspace_id, at) VALUES (?, ?, ?, ?, ?) \
                    ON CONFLICT (deal_id, step_id, week) DO NOTHING";
        let id = step.id.unwrap_or_default();
        let values = [deal.id.into(), id.into(), week.clone().into(), space.id.into(), now.into()];
        if Sql::with(tx.engine(), text, values).run(tx.conn()).await? > 0 {
            steps.push(step);
        }
    }
    if steps.is_empty() {
        return Ok(());
    }
    let locale = who.language().unwrap_or_else(|| space.locale());
    let url = plan.page_token.as_deref().map(|token| page::url(app, token));
    let name = who.given_name.as_deref().unwrap_or(&who.name);
    let name = if locale == kernel::Locale::Ko { who.name.as_str() } else { name };
    let (subject, text) = words::reminder(locale, name, &steps, url.as_deref());
    let mail = NewMessage {
        person: Some(who.id),
        company: who.company_id,
        deal: Some(deal.id),
        to_name: who.name.clone(),
        to_address: address.as_str().to_owned(),
        subject,
        text,
        author: allowed.allowed_by,
        ..NewMessage::default()
    };
    let message = write_out(tx, &from, mail, now).await?;
    let said: Vec<&str> = steps.iter().map(|step| step.what.as_str()).collect();
    let subject =
        Subject { company: deal.company_id, person: Some(who.id), deal: Some(deal.id), row: Some(plan.id) };
    let told = NewEvent::now(space.id, REMINDED, Actor::System, now).about(subject);
    let told = told.under(deal.process_version_id);
    tx.record(told.with(json!({ "steps": said, "message_id": message }))).await?;
    Ok(())
}

/// The route.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(set))
}
