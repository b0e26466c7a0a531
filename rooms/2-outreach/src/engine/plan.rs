//! The planner: when a step is due, its mail is written down, or its task given to a person. What is due of one
//! sequence is planned together, in one transaction.

use std::collections::{HashMap, HashSet};

use http_room::{Answer, App};
use kernel::{EnrolmentId, MailboxId, PersonId, SequenceId, TaskId, Timestamp, WorkspaceId};
use prospecting::channel::Channel;
use records::task::NewTask;
use serde_json::json;
use store::db::Source;
use store::{Actor, NewEvent, Sql, WriteTx};

use super::around::Around;
use super::first_touch::{self, colleagues_wrote};
use super::known::known;
use super::refused;
use crate::enrolment::{self, EnrolmentRow, EnrolmentState, Happening, happen};
use crate::mailbox::{self, MailboxRow};
use crate::message::{self, MessageRow, NewMessage};
use crate::recipient::Recipient;
use crate::sequence::condition::Known;
use crate::sequence::rules::{arm_of, taken};
use crate::sequence::variant::{self, Shares};
use crate::sequence::{Step, StepKind};
use crate::timing::{Delay, Timing};
use crate::{letter, suppression};

/// Enrolments planned together.
const BATCH: i64 = 200;
/// Enrolments whose pause ends, taken per run.
const RESUMED: i64 = 50;
/// Business days after which a mail nobody edited is given up.
const EDIT_DAYS: i64 = 7;
/// Seconds after which an enrolment that could not be planned is looked at again.
const AGAIN_SECONDS: i64 = 600;

/// Plans what is due, lets pauses end, gives up what nobody edited. Answers how much it did.
///
/// # Errors
/// Whatever the database says.
pub async fn plan_due(app: &App) -> Answer<usize> {
    let mut done = resume_due(app).await?;
    done += give_up_unedited(app).await?;
    let now = app.clock.now();
    let text = "SELECT s.workspace_id, s.id FROM sequence s WHERE s.state = 'active' AND EXISTS (SELECT 1 FROM enrolment e \
                WHERE e.sequence_id = s.id AND e.state IN ('scheduled', 'active') AND e.next_run_at <= ?)";
    for row in Sql::with(app.db.engine(), text, [now.into()]).rows(app.db.read()).await? {
        done += plan_of(app, row.try_get_by_index(0)?, row.try_get_by_index(1)?, now).await?;
    }
    Ok(done)
}

/// Plans the first of what is due of one sequence.
async fn plan_of(app: &App, space: WorkspaceId, sequence: SequenceId, now: Timestamp) -> Answer<usize> {
    let text = "SELECT id FROM enrolment WHERE sequence_id = ? AND state IN ('scheduled', 'active') AND next_run_at <= ? \
                ORDER BY next_run_at LIMIT ?";
    let rows = Sql::with(app.db.engine(), text, [sequence.into(), now.into(), BATCH.into()]);
    let rows = rows.rows(app.db.read()).await?;
    let ids: Vec<EnrolmentId> = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    match plan_all(app, space, &ids, now).await {
        Ok(done) => return Ok(done),
        Err(why) => tracing::warn!(%sequence, %why, "what is due could not be planned together"),
    }
    let mut done = 0;
    for id in ids {
        match plan_all(app, space, &[id], now).await {
            Ok(planned) => done += planned,
            Err(why) => {
                tracing::error!(enrolment = %id, %why, "a step could not be planned; it is tried again later");
                let tx = app.db.write_tx().await?;
                let text = "UPDATE enrolment SET next_run_at = ? WHERE id = ? AND next_run_at <= ?";
                let values = [now.plus_seconds(AGAIN_SECONDS).into(), id.into(), now.into()];
                Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
                tx.commit().await?;
            }
        }
    }
    Ok(done)
}

/// Everything the steps of a batch need to be planned.
struct Planning {
    around: Around,
    mailboxes: HashMap<MailboxId, MailboxRow>,
    /// The mail before in each enrolment.
    before: HashMap<EnrolmentId, MessageRow>,
    /// People to whom somebody else of ours wrote lately.
    colleagues: HashSet<PersonId>,
    /// How people are dealt out to the wordings of a step, where that was decided.
    shares: Shares,
    now: Timestamp,
}

/// Holds the enrolments and plans the next step of each. Answers how many were due.
async fn plan_all(app: &App, space: WorkspaceId, ids: &[EnrolmentId], now: Timestamp) -> Answer<usize> {
    let mut tx = app.db.write_tx().await?;
    let mut rows = enrolment::hold_free(&tx, space, ids).await?;
    rows.retain(|row| row.next_run_at.is_some_and(|at| at <= now));
    let Some(around) = Around::of(&tx, space, rows.iter().map(|row| row.person_id), &rows).await? else {
        return Ok(0);
    };
    let mut planning = Planning {
        mailboxes: mailbox::find_all(&tx, space, rows.iter().map(|row| row.mailbox_id)).await?,
        before: message::last_of_all(&tx, rows.iter().filter(|row| row.step > 0).map(|row| row.id)).await?,
        colleagues: HashSet::new(),
        shares: variant::shares(&tx, space, rows.iter().map(|row| row.sequence_id)).await?,
        around,
        now,
    };
    let first: Vec<_> = rows
        .iter()
        .filter(|r| !planning.before.contains_key(&r.id))
        .map(|r| (r.person_id, r.mailbox_id))
        .collect();
    planning.colleagues = colleagues_wrote(&tx, space, &first, &planning.mailboxes, now).await?;
    let suppressed = suppressed(&tx, space, &planning.around, &rows).await?;
    let forked: Vec<&EnrolmentRow> = rows.iter().filter(|row| has_forks(&planning.around, row)).collect();
    let known = known(&tx, &planning.around, &forked, now).await?;
    let mut mails = Vec::new();
    for (row, suppressed) in rows.iter_mut().zip(suppressed) {
        if !matches!(row.state()?, EnrolmentState::Scheduled | EnrolmentState::Active) {
            continue;
        }
        if let Some(known) = known.get(&row.id) {
            fork(&mut tx, &planning.around, row, known, now).await?;
        }
        match prepare(&planning, row, suppressed) {
            Ok(prepared) => mails.extend(plan_one(&mut tx, &planning, row, prepared).await?),
            Err(reason) => {
                happen(&mut tx, row, &Happening::Stop(reason), Actor::System, now).await?;
            }
        }
    }
    let planned: Vec<EnrolmentId> =
        mails.iter().filter_map(|(_, mail)| mail.step.map(|step| step.0)).collect();
    message::write_all_out(&tx, space, mails, now).await?;
    enrolment::mails_planned(&tx, space, &planned, now).await?;
    tx.commit().await?;
    Ok(rows.len())
}

fn has_forks(around: &Around, row: &EnrolmentRow) -> bool {
    let at = usize::try_from(row.step).unwrap_or(usize::MAX);
    around.followed(row).and_then(|f| f.steps.get(at)).is_some_and(|step| !step.branches.is_empty())
}

/// Takes the fork before the step that is due: steps that are passed count as done.
async fn fork(
    tx: &mut WriteTx,
    around: &Around,
    row: &mut EnrolmentRow,
    known: &Known,
    now: Timestamp,
) -> Answer<()> {
    let Some(followed) = around.followed(row) else { return Ok(()) };
    let at = usize::try_from(row.step).unwrap_or(usize::MAX);
    let to = taken(&followed.steps, at, known);
    if to == Some(at) {
        return Ok(());
    }
    let passed = to.unwrap_or(followed.steps.len());
    let payload = json!({ "sequence_id": row.sequence_id, "step": row.step + 1, "to": to.map(|to| to + 1) });
    let event = NewEvent::now(row.workspace_id, enrolment::BRANCHED, Actor::System, now);
    tx.record(event.about(row.subject()).with(payload)).await?;
    row.step = i64::try_from(passed).unwrap_or(i64::MAX);
    let text = "UPDATE enrolment SET step = ?, updated_at = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [row.step.into(), now.into(), row.id.into()]).run(tx.conn()).await?;
    Ok(())
}

/// Why each must not be written to, in their order.
async fn suppressed(
    tx: &WriteTx,
    space: WorkspaceId,
    around: &Around,
    rows: &[EnrolmentRow],
) -> Answer<Vec<Option<String>>> {
    let addresses: Vec<_> =
        rows.iter().map(|row| around.person(row.person_id).and_then(Recipient::address)).collect();
    let whom: Vec<_> =
        rows.iter().zip(&addresses).map(|(row, address)| (address.as_ref(), Some(row.person_id))).collect();
    Ok(suppression::in_force_of(tx, space, &whom).await?)
}

/// What one step needs to be planned.
struct Prepared<'a> {
    steps: &'a [Step],
    who: &'a Recipient,
    mailbox: &'a MailboxRow,
    timing: Timing,
}

/// Gathers what the step needs, or says why the enrolment must stop.
fn prepare<'a>(
    planning: &'a Planning,
    row: &EnrolmentRow,
    suppressed: Option<String>,
) -> Result<Prepared<'a>, String> {
    let around = &planning.around;
    let followed = around.followed(row).ok_or("sequence_gone")?;
    let who = around.person(row.person_id).ok_or("person_gone")?;
    let mailbox = planning.mailboxes.get(&row.mailbox_id).ok_or("mailbox_gone")?;
    if let Some(why) = suppressed {
        return Err(format!("suppressed_{why}"));
    }
    let timing = around.timing(row).ok_or("sequence_gone")?;
    Ok(Prepared { steps: &followed.steps, who, mailbox, timing })
}

/// Plans the next step of a held enrolment. Answers the mail to be written down, if that is what it is.
async fn plan_one<'a>(
    tx: &mut WriteTx,
    planning: &Planning,
    row: &EnrolmentRow,
    prepared: Prepared<'a>,
) -> Answer<Option<(&'a MailboxRow, NewMessage)>> {
    let now = planning.now;
    let at = usize::try_from(row.step).unwrap_or(usize::MAX);
    let Some(step) = prepared.steps.get(at) else {
        happen(tx, row, &Happening::StepDone(None), Actor::System, now).await?;
        return Ok(None);
    };
    if refused::passed_over(tx, row, prepared.steps, &prepared.who.refusals(), now).await? {
        return Ok(None);
    }
    if step.kind == StepKind::Wait {
        happen(tx, row, &Happening::Due, Actor::System, now).await?;
        let next = planning.around.next_due(row, row.step + 1, now);
        enrolment::step_done(tx, row, row.step + 1, next, now).await?;
        return Ok(None);
    }
    if step.kind.is_task() {
        happen(tx, row, &Happening::Due, Actor::System, now).await?;
        give_task(tx, planning, row, &prepared, step).await?;
        set_next_run(tx, row, None, now).await?;
        return Ok(None);
    }
    match prepared.timing.open(now) {
        Some(open) if open <= now => Ok(Some((prepared.mailbox, mail_of(planning, row, &prepared, step)))),
        // The window has shut meanwhile: into the next one, never out of hours.
        Some(open) => {
            let slot = prepared.timing.due(open, Delay::default(), row.id.0.as_bytes()).unwrap_or(open);
            set_next_run(tx, row, Some(slot), now).await?;
            Ok(None)
        }
        None => {
            happen(tx, row, &Happening::Stop("no_window".to_owned()), Actor::System, now).await?;
            Ok(None)
        }
    }
}

/// The mail of a step.
fn mail_of(planning: &Planning, row: &EnrolmentRow, prepared: &Prepared<'_>, step: &Step) -> NewMessage {
    let who = prepared.who;
    let deal = planning.around.deal(row.deal_id);
    let fields = letter::fields(who, deal, &row.why_them, Some(prepared.mailbox));
    let arm = planning.arm(row, step);
    let (subject, body) = step.wording(arm);
    let body = letter::fill(body, &fields);
    let before_any = planning.before.contains_key(&row.id);
    let before = planning.before.get(&row.id).filter(|_| step.is_reply(arm));
    let subject = match before {
        Some(before) => letter::Filled { text: letter::answer_subject(&before.subject), missing: Vec::new() },
        None => letter::fill(subject, &fields),
    };
    let mut missing = subject.missing;
    missing.extend(body.missing);
    let address = who.address();
    if address.is_none() {
        missing.push("person.email".to_owned());
    }
    let doubt = match before_any {
        true => None,
        false if planning.colleagues.contains(&who.id) => Some("colleague"),
        false => first_touch::fault(who.given_name.as_deref(), &body.text),
    };
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
        variant: (step.arms() > 1).then(|| i64::try_from(arm + 1).unwrap_or(1)),
        ..NewMessage::default()
    }
}

impl Planning {
    /// Which wording of a step a person gets, from 0.
    fn arm(&self, row: &EnrolmentRow, step: &Step) -> usize {
        if step.arms() == 1 {
            return 0;
        }
        let at = usize::try_from(row.step).unwrap_or(0);
        let shares = self.shares.get(&(row.sequence_id, row.version, at));
        let even = vec![1.0; step.arms()];
        arm_of(row.person_id, at, shares.filter(|s| s.len() == step.arms()).unwrap_or(&even))
    }
}

async fn resume_due(app: &App) -> Answer<usize> {
    let now = app.clock.now();
    let text =
        "SELECT id FROM enrolment WHERE state = 'paused' AND resume_at <= ? ORDER BY resume_at LIMIT ?";
    let rows = Sql::with(app.db.engine(), text, [now.into(), RESUMED.into()]).rows(app.db.read()).await?;
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

async fn set_next_run(tx: &WriteTx, row: &EnrolmentRow, at: Option<Timestamp>, now: Timestamp) -> Answer<()> {
    let text = "UPDATE enrolment SET next_run_at = ?, updated_at = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [at.into(), now.into(), row.id.into()]).run(tx.conn()).await?;
    Ok(())
}

async fn give_task(
    tx: &mut WriteTx,
    planning: &Planning,
    row: &EnrolmentRow,
    prepared: &Prepared<'_>,
    step: &Step,
) -> Answer<()> {
    let fields = letter::fields(prepared.who, None, &row.why_them, Some(prepared.mailbox));
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
    let around = Around::of(tx, row.workspace_id, [row.person_id], [row]).await?;
    Ok(around.and_then(|around| around.next_due(row, done_step, done_at)))
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

/// A call to somebody was made: the call that their enrolment waits for is done, and it goes on.
///
/// # Errors
/// Whatever the database says.
pub async fn call_made(tx: &mut WriteTx, space: WorkspaceId, id: EnrolmentId, now: Timestamp) -> Answer<()> {
    let Some(row) = enrolment::hold(tx, id).await? else { return Ok(()) };
    let text = "SELECT id FROM task WHERE workspace_id = ? AND person_id = ? AND origin = 'sequence' AND origin_key = ? \
                AND kind = 'call' AND state = 'open' AND deleted_at IS NULL";
    let key = format!("{}:{}", row.id, row.step + 1);
    let sql = Sql::with(tx.engine(), text, [space.into(), row.person_id.into(), key.into()]);
    if let Some(task) = sql.scalar::<TaskId>(tx.conn()).await? {
        records::task::set_state(tx, space, Actor::System, task, "done", now).await?;
    }
    Ok(())
}
