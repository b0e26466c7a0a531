//! The planner: when a step is due, its mail is written down, or its task given to a person. What is due of one
//! sequence is planned together, in one transaction.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use http_room::{Answer, App};
use kernel::{EnrolmentId, MailboxId, PersonId, SequenceId, Timestamp, UserId, WorkspaceId};
use serde_json::json;
use store::db::Source;
use store::{Actor, NewEvent, Sql, WriteTx};

use super::around::Around;
use super::first_touch::colleagues_wrote;
use super::handed::{Handed, Planned};
use super::known::known;
use super::refused;
use super::rotation::{self, Rotation};
use super::stories::Stories;
use super::written::{give_task, mail_of};
use crate::basis::{self, AD_KR, NO_BASIS, SENDER_INCOMPLETE, Verdict};
use crate::enrolment::{self, EnrolmentRow, EnrolmentState, Happening, happen};
use crate::mailbox::{self, MailboxRow};
use crate::message::{self, MessageRow, MessageState, NewMessage};
use crate::piece::rules::{Call, call_after};
use crate::piece::{self, PieceState};
use crate::recipient::Recipient;
use crate::sequence::condition::Known;
use crate::sequence::rules::{arm_of, taken};
use crate::sequence::variant::{self, Shares};
use crate::sequence::{Step, StepKind};
use crate::timing::{Delay, Timing};
use crate::{meeting, suppression};

/// Enrolments planned together.
const BATCH: i64 = 512;
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
    plan_for(app, &Handed::default()).await
}

/// The same, and hands what may leave to senders.
///
/// # Errors
/// Whatever the database says.
pub async fn plan_for(app: &App, handed: &Handed) -> Answer<usize> {
    let mut done = resume_due(app).await?;
    done += give_up_unedited(app).await?;
    let now = app.clock.now();
    let text = "SELECT s.workspace_id, s.id FROM sequence s WHERE s.state = 'active' AND EXISTS (SELECT 1 FROM enrolment e \
                WHERE e.sequence_id = s.id AND e.state IN ('scheduled', 'active') AND e.next_run_at <= ?)";
    for row in Sql::with(app.db.engine(), text, [now.into()]).rows(app.db.read()).await? {
        done += plan_of(app, handed, row.try_get_by_index(0)?, row.try_get_by_index(1)?, now).await?;
    }
    Ok(done)
}

/// Plans the first of what is due of one sequence.
async fn plan_of(
    app: &App,
    handed: &Handed,
    space: WorkspaceId,
    sequence: SequenceId,
    now: Timestamp,
) -> Answer<usize> {
    let text = "SELECT id FROM enrolment WHERE sequence_id = ? AND state IN ('scheduled', 'active') AND next_run_at <= ? \
                ORDER BY next_run_at LIMIT ?";
    let rows = Sql::with(app.db.engine(), text, [sequence.into(), now.into(), BATCH.into()]);
    let rows = rows.rows(app.db.read()).await?;
    let ids: Vec<EnrolmentId> = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    match plan_all(app, handed, space, &ids, now).await {
        Ok(done) => return Ok(done),
        Err(why) if why.is_passing() => return Err(why),
        Err(why) => tracing::warn!(%sequence, %why, "what is due could not be planned together"),
    }
    let mut done = 0;
    for id in ids {
        match plan_all(app, handed, space, &[id], now).await {
            Ok(planned) => done += planned,
            Err(why) if why.is_passing() => return Err(why),
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
pub(super) struct Planning {
    pub around: Arc<Around>,
    mailboxes: HashMap<MailboxId, MailboxRow>,
    /// The mail before in each enrolment.
    pub before: HashMap<EnrolmentId, MessageRow>,
    /// People to whom somebody else of ours wrote lately.
    pub colleagues: HashSet<PersonId>,
    /// Mailboxes of these enrolments that were taken off, and when.
    lost: HashMap<MailboxId, Timestamp>,
    /// How people are dealt out to the wordings of a step, where that was decided.
    shares: Shares,
    /// What steps insert.
    pub stories: Stories,
    /// Where the newest piece of an enrolment is that is about to call.
    pieces: HashMap<EnrolmentId, (PieceState, Option<Timestamp>)>,
    /// What the law says of the people.
    verdicts: HashMap<PersonId, Verdict>,
    /// What people are told of where their data came from.
    sources: HashMap<PersonId, String>,
    /// Where meetings with the owners of mailboxes are booked, if a step asks for that.
    pub booking: HashMap<UserId, String>,
    pub now: Timestamp,
}

/// Holds the enrolments and plans the next step of each. Answers how many were due. What belongs to them is read before
/// it is the turn to write; an enrolment that changes meanwhile is planned the next time.
async fn plan_all(
    app: &App,
    handed: &Handed,
    space: WorkspaceId,
    ids: &[EnrolmentId],
    now: Timestamp,
) -> Answer<usize> {
    let db = &app.db;
    let mut read = enrolment::find_all(db, space, ids).await?;
    read.retain(|row| row.next_run_at.is_some_and(|at| at <= now));
    let Some(around) = Around::of(db, space, read.iter().map(|row| row.person_id), &read).await? else {
        return Ok(0);
    };
    let mut suppressed = suppressed(db, space, &around, &read).await?;
    let mut planning = Planning {
        mailboxes: mailbox::find_all(db, space, read.iter().map(|row| row.mailbox_id)).await?,
        before: message::last_of_all(db, read.iter().filter(|row| row.step > 0).map(|row| row.id)).await?,
        colleagues: HashSet::new(),
        lost: HashMap::new(),
        shares: variant::shares(db, space, read.iter().map(|row| row.sequence_id)).await?,
        stories: Stories::of(db, &around, &read).await?,
        pieces: piece::before_call(db, space, calling(&around, &read)).await?,
        verdicts: around.verdicts(db, read.iter(), now).await?,
        sources: around.sources(db, read.iter()).await?,
        booking: HashMap::new(),
        around: Arc::new(around),
        now,
    };
    let mut tx = app.db.write_tx().await?;
    let mut rows = enrolment::hold_unchanged(&tx, space, read).await?;
    planning.deal_out(&tx, space, app, &mut rows).await?;
    if rows.iter().any(|row| planning.around.followed(row).is_some_and(|f| f.steps.iter().any(Step::books))) {
        let owners = planning.mailboxes.values().map(|mailbox| mailbox.owner_id).collect::<Vec<_>>();
        let tokens = meeting::kind::first_of(&tx, space, owners).await?;
        let url = |(owner, token): (UserId, String)| (owner, meeting::letters::booking_url(app, &token));
        planning.booking = tokens.into_iter().map(url).collect();
    }
    let first: Vec<_> = rows
        .iter()
        .filter(|r| !planning.before.contains_key(&r.id))
        .map(|r| (r.person_id, r.mailbox_id))
        .collect();
    planning.colleagues = colleagues_wrote(&tx, space, &first, &planning.mailboxes, now).await?;
    let forked: Vec<&EnrolmentRow> = rows.iter().filter(|row| has_forks(&planning.around, row)).collect();
    let known = known(&tx, &planning.around, &forked, now).await?;
    let mut mails = Vec::new();
    for row in &mut rows {
        let suppressed = suppressed.remove(&row.id);
        if !matches!(row.state()?, EnrolmentState::Scheduled | EnrolmentState::Active) {
            continue;
        }
        if let Some(known) = known.get(&row.id) {
            fork(&mut tx, &planning.around, row, known, now).await?;
        }
        if suppressed.is_none() && wait_for_mailbox(&mut tx, &planning, row).await? {
            continue;
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
    let written = message::write_all_out(&tx, space, mails, now).await?;
    enrolment::mails_planned(&tx, space, &planned, now).await?;
    tx.commit().await?;
    let done = rows.len();
    let mut rows: HashMap<EnrolmentId, EnrolmentRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let leaves = written.into_iter().filter(|message| message.state == MessageState::Queued.key());
    let planned = leaves.filter_map(|message| {
        let enrolment = rows.remove(&message.enrolment_id?)?.with_mail_planned();
        Some(Planned { message, enrolment, around: Arc::clone(&planning.around), at: now })
    });
    handed.keep(planned, now);
    Ok(done)
}

/// Those that may be about to call after an earlier step.
fn calling(around: &Around, rows: &[EnrolmentRow]) -> impl Iterator<Item = EnrolmentId> {
    let calls = |row: &&EnrolmentRow| {
        let ahead = usize::try_from(row.step).ok().and_then(|at| around.followed(row)?.steps.get(at..));
        row.step > 0 && ahead.is_some_and(|steps| steps.iter().any(|step| step.kind == StepKind::Call))
    };
    rows.iter().filter(calls).map(|row| row.id).collect::<Vec<_>>().into_iter()
}

/// Whether the mailbox of an enrolment is gone: it waits two business days for a person to put that right, then it is
/// halted.
async fn wait_for_mailbox(tx: &mut WriteTx, planning: &Planning, row: &EnrolmentRow) -> Answer<bool> {
    let (Some(since), Some(timing)) = (planning.lost.get(&row.mailbox_id), planning.around.timing(row))
    else {
        return Ok(false);
    };
    let until = timing.business_days_later(*since, rotation::LOST_DAYS);
    if until > planning.now {
        set_next_run(tx, row, Some(until), planning.now).await?;
    } else {
        let halt = Happening::Pause(rotation::MAILBOX_LOST.to_owned(), None);
        happen(tx, row, &halt, Actor::System, planning.now).await?;
    }
    Ok(true)
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

/// Why each must not be written to, for those that must not.
async fn suppressed(
    db: &impl Source,
    space: WorkspaceId,
    around: &Around,
    rows: &[EnrolmentRow],
) -> Answer<HashMap<EnrolmentId, String>> {
    let addresses: Vec<_> =
        rows.iter().map(|row| around.person(row.person_id).and_then(Recipient::address)).collect();
    let whom: Vec<_> =
        rows.iter().zip(&addresses).map(|(row, address)| (address.as_ref(), Some(row.person_id))).collect();
    let reasons = suppression::in_force_of(db, space, &whom).await?;
    Ok(rows.iter().zip(reasons).filter_map(|(row, why)| Some((row.id, why?))).collect())
}

/// What one step needs to be planned.
pub(super) struct Prepared<'a> {
    steps: &'a [Step],
    pub who: &'a Recipient,
    pub mailbox: &'a MailboxRow,
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
    let reach = prepared.who.reach(&planning.around.workspace, now);
    if refused::passed_over(tx, row, prepared.steps, &reach, now).await? {
        return Ok(None);
    }
    if step.kind == StepKind::Wait {
        happen(tx, row, &Happening::Due, Actor::System, now).await?;
        let next = planning.around.next_due(row, row.step + 1, now);
        enrolment::step_done(tx, row, row.step + 1, next, now).await?;
        return Ok(None);
    }
    if step.kind == StepKind::Call {
        let before = planning.pieces.get(&row.id).copied();
        match call_after(before, &prepared.timing, row.id.0.as_bytes(), now) {
            Call::Now => {}
            Call::At(due) => return set_next_run(tx, row, Some(due), now).await.map(|()| None),
            Call::Wait => return wait_for_piece(tx, row, now).await.map(|()| None),
        }
    }
    if step.kind.is_task() {
        happen(tx, row, &Happening::Due, Actor::System, now).await?;
        give_task(tx, planning, row, &prepared, step).await?;
        set_next_run(tx, row, None, now).await?;
        return Ok(None);
    }
    match prepared.timing.open(now) {
        Some(open) if open <= now => match planning.lawful(&prepared) {
            Ok(label) => {
                let mail = mail_of(planning, row, &prepared, step);
                Ok(Some((
                    prepared.mailbox,
                    NewMessage { label, source_told: planning.source(&prepared), ..mail },
                )))
            }
            // Nothing of it is lost: once the ground is known a person lets it go on.
            Err(why) => {
                let halt = Happening::Pause(why.to_owned(), None);
                happen(tx, row, &halt, Actor::System, now).await?;
                Ok(None)
            }
        },
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

impl Planning {
    /// What a mail to somebody has to be marked with, or why the law keeps it back. What stays in the sandbox reaches
    /// nobody.
    fn lawful(&self, prepared: &Prepared<'_>) -> Result<Option<&'static str>, &'static str> {
        if prepared.mailbox.is_sandbox() {
            return Ok(None);
        }
        match self.verdicts.get(&prepared.who.id) {
            Some(Verdict::Allowed { marked: false, .. }) => Ok(None),
            Some(Verdict::Allowed { .. }) if !basis::sender_lacks(&self.around.workspace).is_empty() => {
                Err(SENDER_INCOMPLETE)
            }
            Some(Verdict::Allowed { .. }) => Ok(Some(AD_KR)),
            _ => Err(NO_BASIS),
        }
    }

    /// What a mail tells of where its reader's data came from.
    fn source(&self, prepared: &Prepared<'_>) -> Option<String> {
        self.sources.get(&prepared.who.id).filter(|_| !prepared.mailbox.is_sandbox()).cloned()
    }

    /// Deals out those that begin to the mailboxes of their sequences, and finds out whose mailbox is gone.
    async fn deal_out(
        &mut self,
        tx: &WriteTx,
        space: WorkspaceId,
        app: &App,
        rows: &mut [EnrolmentRow],
    ) -> Answer<()> {
        let begins = |row: &EnrolmentRow| !self.before.contains_key(&row.id);
        let sequences: HashSet<SequenceId> =
            rows.iter().filter(|row| begins(row)).map(|row| row.sequence_id).collect();
        let mut chosen = Vec::new();
        if !sequences.is_empty() {
            let zone = self.around.workspace.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
            let today = kernel::window::local_date(zone, self.now).to_string();
            let sequences = sequences.into_iter().collect();
            let (mut rotation, pool) =
                Rotation::of(tx, space, sequences, &today, app.config.closed_network).await?;
            for row in rows.iter_mut().filter(|row| begins(row)) {
                let lost = !self.mailboxes.contains_key(&row.mailbox_id);
                if let Some(to) = rotation.choose(row, lost).filter(|to| *to != row.mailbox_id) {
                    row.mailbox_id = to;
                    chosen.push((row.id, to));
                }
            }
            self.mailboxes.extend(pool);
        }
        rotation::keep(tx, space, &chosen, self.now).await?;
        let gone = rows.iter().map(|row| row.mailbox_id).filter(|id| !self.mailboxes.contains_key(id));
        self.lost = rotation::lost_at(tx, space, gone.collect()).await?;
        Ok(())
    }

    /// Which wording of a step a person gets, from 0.
    pub fn arm(&self, row: &EnrolmentRow, step: &Step) -> usize {
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
    let text = "SELECT enrolment_id FROM message WHERE state = 'needs_edit' AND updated_at < ?";
    let rows =
        Sql::with(app.db.engine(), text, [now.plus_days(-EDIT_DAYS).into()]).rows(app.db.read()).await?;
    let ids =
        rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<Vec<Option<EnrolmentId>>, _>>()?;
    let enrolments: BTreeSet<EnrolmentId> = ids.into_iter().flatten().collect();
    for id in &enrolments {
        let mut tx = app.db.write_tx().await?;
        if let Some(held) = enrolment::hold(&tx, *id).await? {
            let stop = Happening::Stop("not_edited".to_owned());
            happen(&mut tx, &held, &stop, Actor::System, now).await?;
            tx.commit().await?;
        }
    }
    Ok(enrolments.len())
}

async fn set_next_run(tx: &WriteTx, row: &EnrolmentRow, at: Option<Timestamp>, now: Timestamp) -> Answer<()> {
    let text = "UPDATE enrolment SET next_run_at = ?, updated_at = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [at.into(), now.into(), row.id.into()]).run(tx.conn()).await?;
    Ok(())
}

/// A call waits until the piece before it arrived or came back: whoever says so sets it going again.
async fn wait_for_piece(tx: &WriteTx, row: &EnrolmentRow, now: Timestamp) -> Answer<()> {
    let text = "UPDATE enrolment SET next_run_at = NULL, reason = 'piece_under_way', revision = revision + 1, updated_at = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [now.into(), row.id.into()]).run(tx.conn()).await?;
    Ok(())
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
