//! What a lost deal taught, the one honest mail that closes it, and the look back where much was at stake.

use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use http_room::{Answer, App, Body, Problem, Reader, Writer};
use kernel::{DealId, MailboxId, MessageId, PersonId, Timestamp, WorkspaceId, limits};
use outreach::message::{HandWritten, write_by_hand};
use process::deal_row;
use process::room::{Visit, look, optional};
use process::stage::Status;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::db::Source;
use store::{Event, Sql, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Failed, a_task};
use crate::words;

/// What a lost deal taught was written down, or the honest mail was sent. Payload: `lesson`, `message_id`.
pub const LOSS_NOTED: &str = "closing.loss_noted";

/// Decided deals beside which the median is taken; more say nothing else.
const COMPARED: i64 = 1_000;

/// The middle of the values of decided deals, in one currency.
#[must_use]
pub fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    let middle = values.len() / 2;
    match values.len() % 2 {
        0 => middle.checked_sub(1).map(|before| i64::midpoint(values[before], values[middle])),
        _ => values.get(middle).copied(),
    }
}

/// A lost deal worth more than the middle of those that were decided before it is looked back at.
pub(crate) async fn look_back(event: &Event, tx: &mut WriteTx, deal: DealId) -> Result<(), Failed> {
    let workspace = event.workspace_id;
    let Some(row) = deal_row::find(tx, workspace, deal).await? else { return Ok(()) };
    let position = row.position()?;
    let Some(value) = position.value.filter(|_| position.status == Status::Lost) else { return Ok(()) };
    let text = "SELECT value_minor FROM deal WHERE workspace_id = ? AND deleted_at IS NULL AND status IN ('won', 'lost') \
                AND value_minor IS NOT NULL AND value_currency = ? AND id <> ? AND closed_at <= ? ORDER BY closed_at DESC, id LIMIT ?";
    let values =
        [workspace.into(), value.currency.code().into(), deal.into(), event.at.into(), COMPARED.into()];
    let mut others: Vec<i64> = Vec::new();
    for row in Sql::with(tx.engine(), text, values).rows(tx.conn()).await? {
        others.push(row.try_get_by_index(0)?);
    }
    if median(others).is_none_or(|middle| value.minor <= middle) {
        return Ok(());
    }
    a_task(tx, &row, event, ("closing:review", 2), words::review_title).await
}

/// What a lost deal taught.
#[derive(Debug, Clone, Default, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct LossNote {
    /// In our words.
    pub lesson: Option<String>,
    /// The honest mail.
    pub message_id: Option<MessageId>,
    /// To whom it went.
    pub person_id: Option<PersonId>,
    /// When it was written.
    pub at: Option<Timestamp>,
}

/// A lost deal: what it taught, and the mail that may still be sent.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LossView {
    /// What is known.
    pub note: LossNote,
    /// In which language the draft is.
    pub locale: String,
    /// The honest mail's subject.
    pub subject: String,
    /// Its text.
    pub text: String,
}

async fn note_of(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Answer<LossNote> {
    let text =
        "SELECT lesson, message_id, person_id, at FROM loss_note WHERE deal_id = ? AND workspace_id = ?";
    let found: Option<LossNote> =
        Sql::with(db.engine(), text, [deal.into(), workspace.into()]).one(db.conn()).await?;
    Ok(found.unwrap_or_default())
}

#[derive(Debug, Default, Deserialize)]
struct ForWhom {
    person_id: Option<PersonId>,
}

async fn view(app: &App, workspace: WorkspaceId, deal: DealId, whom: Option<PersonId>) -> Answer<LossView> {
    let space = deal_row::workspace(&app.db, workspace).await?;
    let who = match whom {
        Some(person) => outreach::recipient::find(&app.db, workspace, person).await?,
        None => None,
    };
    let locale = who.as_ref().and_then(|who| who.language()).unwrap_or_else(|| space.locale());
    let name = who.as_ref().map_or("", |who| match locale {
        kernel::Locale::En => who.given_name.as_deref().unwrap_or(&who.name),
        kernel::Locale::Ko => &who.name,
    });
    let (subject, text) = words::farewell(locale, name);
    Ok(LossView {
        note: note_of(&app.db, workspace, deal).await?,
        locale: locale.tag().to_owned(),
        subject,
        text,
    })
}

#[utoipa::path(get, path = "/deals/{id}/loss", tag = "closing", operation_id = "get_loss",
    params(("id" = Uuid, Path, description = "The deal"), ("person_id" = Option<Uuid>, Query, description = "To whom the mail would go")),
    responses((status = 200, description = "What it taught, and a draft of the honest mail", body = LossView), (status = 404, description = "Not there", body = Problem)))]
async fn get_loss(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Query(whom): Query<ForWhom>,
) -> Answer<Answered<LossView>> {
    look(&app, &me, id).await?;
    Ok(Answered(view(&app, me.workspace, id, whom.person_id).await?))
}

/// The honest mail that closes a lost deal.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FarewellMail {
    /// From which mailbox.
    pub mailbox_id: MailboxId,
    /// To whom of the committee.
    pub person_id: PersonId,
    /// Subject.
    pub subject: String,
    /// Text, without signature.
    pub text: String,
}

/// What to keep of a loss.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLossNote {
    /// What it taught; left out: as it was.
    #[serde(default)]
    pub lesson: Option<String>,
    /// The honest mail, sent once.
    #[serde(default)]
    pub mail: Option<FarewellMail>,
}

#[utoipa::path(post, path = "/deals/{id}/loss", tag = "closing", operation_id = "note_loss", params(("id" = Uuid, Path, description = "The deal")), request_body = NewLossNote,
    responses((status = 200, description = "Kept", body = LossView), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "`not_lost`, `farewell_sent`: there is one such mail, or they must not be written to", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn note_loss(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<NewLossNote>,
) -> Answer<Answered<LossView>> {
    let lesson = optional("lesson", new.lesson.as_deref(), limits::REASON_CHARS)?;
    let mut visit = Visit::begin(&app, &me, id).await?;
    if visit.deal.position()?.status != Status::Lost {
        return Err(Problem::conflict("not_lost", "This deal is not lost."));
    }
    let before = note_of(&visit.tx, visit.workspace, id).await?;
    let mail = match &new.mail {
        Some(_) if before.message_id.is_some() => {
            return Err(Problem::conflict("farewell_sent", "There is one such mail, and it was sent."));
        }
        Some(mail) => {
            visit.check_person("mail.person_id", Some(mail.person_id)).await?;
            let written = HandWritten {
                mailbox_id: mail.mailbox_id,
                person_id: mail.person_id,
                deal_id: Some(id),
                answers_id: None,
                subject: mail.subject.clone(),
                text: mail.text.clone(),
            };
            Some((write_by_hand(&mut visit.tx, &me, written, visit.now).await?, mail.person_id))
        }
        None => None,
    };
    let (message, person) = (mail.map(|m| m.0).or(before.message_id), mail.map(|m| m.1).or(before.person_id));
    let lesson = lesson.or(before.lesson);
    let text = "INSERT INTO loss_note (id, deal_id, workspace_id, lesson, message_id, person_id, created_by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) \
                ON CONFLICT (deal_id) DO UPDATE SET lesson = excluded.lesson, message_id = excluded.message_id, \
                person_id = excluded.person_id, at = excluded.at";
    let values = [
        Uuid::now_v7().into(),
        id.into(),
        visit.workspace.into(),
        lesson.clone().into(),
        message.into(),
        person.into(),
        visit.actor.user().into(),
        visit.now.into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    visit.tell(LOSS_NOTED, id.0, person, json!({ "lesson": lesson, "message_id": message })).await?;
    visit.leave().await?;
    Ok(Answered(view(&app, me.workspace, id, person).await?))
}

/// Routes of a loss.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_loss, note_loss))
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_middle_of_an_even_number_lies_between_two() {
        for (values, middle) in
            [(vec![], None), (vec![5], Some(5)), (vec![9, 1], Some(5)), (vec![3, 9, 1], Some(3))]
        {
            assert_eq!(median(values.clone()), middle, "{values:?}");
        }
    }
}
