//! What a step writes down: its mail, or the task of a person, with everything it inserts.

use http_room::Answer;
use kernel::Timestamp;
use prospecting::channel::Channel;
use records::task::NewTask;
use serde_json::Value as Json;
use store::{Actor, WriteTx};

use super::first_touch;
use super::plan::{Planning, Prepared};
use crate::enrolment::{self, EnrolmentRow, Happening, happen};
use crate::message::NewMessage;
use crate::piece::{NewPiece, PieceForm};
use crate::sequence::{Step, StepKind};
use crate::{letter, piece};

/// Why a mail waits whose story does not fit the person, or is not the sender's to tell (R102).
const STORY_UNFIT: &str = "story";

/// The mail of a step.
pub(super) fn mail_of(
    planning: &Planning,
    row: &EnrolmentRow,
    prepared: &Prepared<'_>,
    step: &Step,
) -> NewMessage {
    let who = prepared.who;
    let deal = planning.around.deal(row.deal_id);
    let ids = letter::new_ids(&prepared.mailbox.address);
    // Whoever follows the link is known by the mail's own token.
    let book = planning.booking.get(&prepared.mailbox.owner_id).map(|url| format!("{url}?r={}", ids.0));
    let fields =
        with_inserts(letter::fields(who, deal, &row.why_them, Some(prepared.mailbox), book.as_deref()), row);
    let arm = planning.arm(row, step);
    let (subject, body) = step.wording(arm);
    let inserted = planning.stories.insert(&[subject, body], fields, row, prepared, planning);
    let fields = inserted.fields;
    let body = letter::fill(body, &fields);
    let before_any = planning.before.contains_key(&row.id);
    let before = planning.before.get(&row.id).filter(|_| step.is_reply(arm));
    let subject = match before {
        Some(before) => letter::Filled { text: letter::answer_subject(&before.subject), missing: Vec::new() },
        None => letter::fill(subject, &fields),
    };
    let mut missing = subject.missing;
    missing.extend(body.missing);
    missing.extend(inserted.missing);
    let address = who.address();
    if address.is_none() {
        missing.push("person.email".to_owned());
    }
    let doubt = match before_any {
        _ if !inserted.unfit.is_empty() => Some(STORY_UNFIT),
        true => None,
        false if planning.colleagues.contains(&who.id) => Some("colleague"),
        false => first_touch::fault(who.given_name.as_deref(), &body.text),
    };
    missing.extend(inserted.unfit);
    NewMessage {
        doubt,
        step: Some((row.id, row.sequence_id, row.step + 1)),
        person: Some(who.id),
        company: who.company_id,
        deal: row.deal_id,
        to_name: who.name.clone(),
        to_address: address.map(|a| a.as_str().to_owned()).unwrap_or_default(),
        subject: subject.text,
        text: body.text,
        missing,
        after: before.and_then(|b| Some((b.mime_id.clone()?, b.thread()))),
        due_at: Some(planning.now),
        ids: Some(ids),
        variant: (step.arms() > 1).then(|| i64::try_from(arm + 1).unwrap_or(1)),
        ..NewMessage::default()
    }
}

/// The merge fields with what a track chose for this step.
fn with_inserts(mut fields: Json, row: &EnrolmentRow) -> Json {
    if let (Some(all), Some(more)) = (fields.as_object_mut(), row.inserts.as_ref().and_then(Json::as_object))
    {
        all.extend(more.clone());
    }
    fields
}

/// The task of a step, given to whose mailbox it is.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn give_task(
    tx: &mut WriteTx,
    planning: &Planning,
    row: &EnrolmentRow,
    prepared: &Prepared<'_>,
    step: &Step,
) -> Answer<()> {
    let deal = planning.around.deal(row.deal_id);
    let book = planning.booking.get(&prepared.mailbox.owner_id).map(String::as_str);
    let fields =
        with_inserts(letter::fields(prepared.who, deal, &row.why_them, Some(prepared.mailbox), book), row);
    let sources = [step.subject.as_str(), step.body.as_str()];
    let inserted = planning.stories.insert(&sources, fields, row, prepared, planning);
    let missing = inserted.missing.clone();
    let fields = inserted.fitting_only();
    if step.kind == StepKind::Post {
        make_piece(tx, row, prepared, step, (&fields, missing), planning.now).await?;
    }
    let zone = planning.around.workspace.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    let today = kernel::window::local_date(zone, planning.now);
    let new = NewTask {
        title: letter::fill(&step.subject, &fields).text,
        body: Some(letter::fill(&step.body, &fields).text).filter(|b| !b.trim().is_empty()),
        due_on: Some(today.to_string()),
        kind: step.way().map(|channel| task_kind(channel).to_owned()),
        owner_id: Some(prepared.mailbox.owner_id),
        deal_id: row.deal_id,
        person_id: Some(row.person_id),
        origin: Some("sequence"),
        origin_key: Some(format!("{}:{}", row.id, row.step + 1)),
        ..NewTask::default()
    };
    records::task::create(tx, row.workspace_id, Actor::System, new, planning.now).await?;
    if let Some(active) = enrolment::hold(tx, row.id).await? {
        happen(tx, &active, &Happening::TaskGiven, Actor::System, planning.now).await?;
    }
    Ok(())
}

/// The piece of a step by post (R104), its texts filled in.
async fn make_piece(
    tx: &mut WriteTx,
    row: &EnrolmentRow,
    prepared: &Prepared<'_>,
    step: &Step,
    (fields, mut missing): (&Json, Vec<String>),
    now: Timestamp,
) -> Answer<()> {
    let form = step.piece.clone().unwrap_or_default();
    let mut fill = |source: &str| {
        let filled = letter::fill(source, fields);
        missing.extend(filled.missing);
        filled.text
    };
    let form = PieceForm {
        headline: fill(&form.headline),
        personality: fill(&form.personality),
        unique_value: fill(&form.unique_value),
        ..form
    };
    let body = fill(&step.body);
    missing.sort_unstable();
    missing.dedup();
    let new = NewPiece {
        person: row.person_id,
        company: prepared.who.company_id,
        deal: row.deal_id,
        step_of: Some(row),
        form,
        body,
        goal: step.goal.clone(),
        sender_name: prepared.mailbox.from_name.clone(),
        missing,
        author: None,
    };
    piece::insert(tx, (row.workspace_id, Actor::System), new, now).await?;
    Ok(())
}

/// What a task by this channel is.
fn task_kind(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "email",
        Channel::Phone => "call",
        Channel::Linkedin | Channel::Social => "social",
        Channel::Postal => "post",
        Channel::InPerson => "meeting",
        Channel::Sms => "todo",
    }
}
