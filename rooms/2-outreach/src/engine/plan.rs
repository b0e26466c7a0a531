//! The planner: when a step is due, its mail is written down, or its task given to a person.

use http_room::{Answer, App};
use kernel::{EnrolmentId, TaskId, Timestamp};
use prospecting::channel::Channel;
use records::task::NewTask;
use records::workspace::Workspace;
use store::db::Source;
use store::{Actor, Sql, WriteTx};

use super::refused;
use crate::enrolment::{self, EnrolmentRow, EnrolmentState, Happening, happen};
use crate::mailbox::{self, MailboxRow};
use crate::message::{self, NewMessage};
use crate::recipient::{self, Recipient};
use crate::sequence::{self, Followed, Step, StepKind};
use crate::timing::Timing;
use crate::{letter, suppression};

/// Enrolments taken per run.
const BATCH: i64 = 50;
/// Business days after which a mail nobody edited is given up.
const EDIT_DAYS: i64 = 7;

/// Plans what is due, lets pauses end, gives up what nobody edited. Answers how much it did.
///
/// # Errors
/// Whatever the database says.
pub async fn plan_due(app: &App) -> Answer<usize> {
    let mut done = resume_due(app).await?;
    done += give_up_unedited(app).await?;
    let now = app.clock.now();
    let text = "SELECT e.id FROM enrolment e JOIN sequence s ON s.id = e.sequence_id WHERE e.state IN ('scheduled', 'active') \
                AND e.next_run_at <= ? AND s.state = 'active' ORDER BY e.next_run_at LIMIT ?";
    let rows = Sql::with(app.db.engine(), text, [now.into(), BATCH.into()]).rows(app.db.read()).await?;
    for row in rows {
        let id: EnrolmentId = row.try_get_by_index(0)?;
        let mut tx = app.db.write_tx().await?;
        if plan_one(&mut tx, id, now).await? {
            tx.commit().await?;
            done += 1;
        }
    }
    Ok(done)
}

async fn resume_due(app: &App) -> Answer<usize> {
    let now = app.clock.now();
    let text =
        "SELECT id FROM enrolment WHERE state = 'paused' AND resume_at <= ? ORDER BY resume_at LIMIT ?";
    let rows = Sql::with(app.db.engine(), text, [now.into(), BATCH.into()]).rows(app.db.read()).await?;
    let mut done = 0;
    for row in rows {
        let mut tx = app.db.write_tx().await?;
        if let Some(held) = enrolment::hold(&tx, row.try_get_by_index(0)?).await? {
            happen(&mut tx, &held, &Happening::Resume, Actor::System, now).await?;
            tx.commit().await?;
            done += 1;
        }
    }
    Ok(done)
}

async fn give_up_unedited(app: &App) -> Answer<usize> {
    let now = app.clock.now();
    let text = "SELECT DISTINCT enrolment_id FROM message WHERE state = 'needs_edit' AND updated_at < ? AND enrolment_id IS NOT NULL";
    let rows =
        Sql::with(app.db.engine(), text, [now.plus_days(-EDIT_DAYS).into()]).rows(app.db.read()).await?;
    for row in &rows {
        let mut tx = app.db.write_tx().await?;
        if let Some(held) = enrolment::hold(&tx, row.try_get_by_index(0)?).await? {
            let stop = Happening::Stop("not_edited".to_owned());
            happen(&mut tx, &held, &stop, Actor::System, now).await?;
            tx.commit().await?;
        }
    }
    Ok(rows.len())
}

/// Everything a step needs to be planned.
struct Planning<'a> {
    row: &'a EnrolmentRow,
    followed: Followed,
    workspace: Workspace,
    who: Recipient,
    mailbox: MailboxRow,
    timing: Timing,
    now: Timestamp,
}

/// Holds the enrolment and plans its next step. Answers whether anything was written.
async fn plan_one(tx: &mut WriteTx, id: EnrolmentId, now: Timestamp) -> Answer<bool> {
    let Some(row) = enrolment::hold(tx, id).await? else { return Ok(false) };
    let due = row.next_run_at.is_some_and(|at| at <= now);
    if !due || !matches!(row.state()?, EnrolmentState::Scheduled | EnrolmentState::Active) {
        return Ok(false);
    }
    let planning = match prepare(tx, &row, now).await? {
        Ok(planning) => planning,
        Err(reason) => {
            happen(tx, &row, &Happening::Stop(reason), Actor::System, now).await?;
            return Ok(true);
        }
    };
    let at = usize::try_from(row.step).unwrap_or(usize::MAX);
    let Some(step) = planning.followed.steps.get(at).cloned() else {
        happen(tx, &row, &Happening::StepDone(None), Actor::System, now).await?;
        return Ok(true);
    };
    if refused::passed_over(tx, &row, &planning.followed.steps, &planning.who.refusals(), now).await? {
        return Ok(true);
    }
    match planning.timing.open(now) {
        // The window has shut meanwhile: into the next one, never out of hours.
        Some(open) if open > now && step.kind == StepKind::Mail => {
            let slot = planning.timing.due(open, 0, id.0.as_bytes()).unwrap_or(open);
            set_next_run(tx, &row, Some(slot), now).await?;
            return Ok(true);
        }
        None if step.kind == StepKind::Mail => {
            happen(tx, &row, &Happening::Stop("no_window".to_owned()), Actor::System, now).await?;
            return Ok(true);
        }
        _ => {}
    }
    happen(tx, &row, &Happening::Due, Actor::System, now).await?;
    match step.kind {
        StepKind::Mail => plan_mail(tx, &planning, &step).await?,
        StepKind::Task => give_task(tx, &planning, &step).await?,
    }
    set_next_run(tx, &row, None, now).await?;
    Ok(true)
}

async fn set_next_run(tx: &WriteTx, row: &EnrolmentRow, at: Option<Timestamp>, now: Timestamp) -> Answer<()> {
    let text = "UPDATE enrolment SET next_run_at = ?, updated_at = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [at.into(), now.into(), row.id.into()]).run(tx.conn()).await?;
    Ok(())
}

/// Reads what the step needs, or says why the enrolment must stop.
async fn prepare<'a>(
    tx: &WriteTx,
    row: &'a EnrolmentRow,
    now: Timestamp,
) -> Answer<Result<Planning<'a>, String>> {
    let space = row.workspace_id;
    let Some(followed) = sequence::followed(tx, row.sequence_id, row.version).await? else {
        return Ok(Err("sequence_gone".to_owned()));
    };
    let Some(workspace) = records::workspace::find(tx, space).await? else {
        return Ok(Err("gone".to_owned()));
    };
    let Some(who) = recipient::find(tx, space, row.person_id).await? else {
        return Ok(Err("person_gone".to_owned()));
    };
    let Some(mailbox) = mailbox::find(tx, space, row.mailbox_id).await? else {
        return Ok(Err("mailbox_gone".to_owned()));
    };
    let address = who.address();
    if let Some(why) = suppression::in_force(tx, space, address.as_ref(), Some(who.id)).await? {
        return Ok(Err(format!("suppressed_{why}")));
    }
    let (timing, _) = who.timing(tx, &workspace, followed.windows.clone()).await?;
    Ok(Ok(Planning { row, followed, workspace, who, mailbox, timing, now }))
}

async fn plan_mail(tx: &mut WriteTx, planning: &Planning<'_>, step: &Step) -> Answer<()> {
    let (row, who) = (planning.row, &planning.who);
    let deal = match row.deal_id {
        Some(id) => recipient::deal(tx, row.workspace_id, id).await?,
        None => None,
    };
    let fields = letter::fields(who, deal.as_ref(), &row.why_them, Some(&planning.mailbox));
    let body = letter::fill(&step.body, &fields);
    let before = message::last_of(tx, row.id).await?.filter(|_| step.is_reply());
    let subject = match &before {
        Some(before) => letter::Filled { text: letter::answer_subject(&before.subject), missing: Vec::new() },
        None => letter::fill(&step.subject, &fields),
    };
    let mut missing = subject.missing;
    missing.extend(body.missing);
    let address = who.address();
    if address.is_none() {
        missing.push("person.email".to_owned());
    }
    let new = NewMessage {
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
        ..NewMessage::default()
    };
    message::write_out(tx, &planning.mailbox, &new, planning.now).await?;
    Ok(())
}

async fn give_task(tx: &mut WriteTx, planning: &Planning<'_>, step: &Step) -> Answer<()> {
    let row = planning.row;
    let fields = letter::fields(&planning.who, None, &row.why_them, Some(&planning.mailbox));
    let zone = planning.workspace.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    let today = kernel::window::local_date(zone, planning.now);
    let new = NewTask {
        title: letter::fill(&step.subject, &fields).text,
        body: Some(letter::fill(&step.body, &fields).text).filter(|b| !b.trim().is_empty()),
        due_on: Some(today.to_string()),
        kind: step.channel.map(|channel| task_kind(channel).to_owned()),
        owner_id: Some(planning.mailbox.owner_id),
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

/// When the step after `done` is due, reckoned from the instant it was really done.
///
/// # Errors
/// Whatever the database says.
pub async fn next_due(
    tx: &WriteTx,
    row: &EnrolmentRow,
    done_step: i64,
    done_at: Timestamp,
) -> Answer<Option<Timestamp>> {
    let Some(followed) = sequence::followed(tx, row.sequence_id, row.version).await? else { return Ok(None) };
    let at = usize::try_from(done_step).unwrap_or(usize::MAX);
    let Some(step) = followed.steps.get(at) else { return Ok(None) };
    let workspace = records::workspace::find(tx, row.workspace_id).await?;
    let who = recipient::find(tx, row.workspace_id, row.person_id).await?;
    let (Some(workspace), Some(who)) = (workspace, who) else { return Ok(None) };
    let (timing, _) = who.timing(tx, &workspace, followed.windows.clone()).await?;
    let key = format!("{} {done_step}", row.id);
    // With no window at all the planner will stop it and say why.
    Ok(Some(timing.due(done_at, step.delay_days, key.as_bytes()).unwrap_or(done_at)))
}

/// A task of a sequence was done, skipped or cancelled: its enrolment goes on.
///
/// # Errors
/// Whatever the database says.
pub async fn task_ended(tx: &mut WriteTx, task: TaskId, now: Timestamp) -> Answer<()> {
    let text = "SELECT origin_key FROM task WHERE id = ? AND origin = 'sequence'";
    let key: Option<Option<String>> = Sql::with(tx.engine(), text, [task.into()]).scalar(tx.conn()).await?;
    let key = key.flatten().unwrap_or_default();
    let Some((id, step)) = key.split_once(':').and_then(|(id, n)| Some((id.parse().ok()?, n.parse().ok()?)))
    else {
        return Ok(());
    };
    if let Some(row) = enrolment::hold(tx, id).await?.filter(|row| row.step + 1 == step) {
        let next = next_due(tx, &row, step, now).await?;
        enrolment::step_done(tx, &row, step, next, now).await?;
    }
    Ok(())
}
