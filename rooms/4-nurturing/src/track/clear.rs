//! Gives steps of tracks free when their day has come and the limits allow it, with the content that fits then; takes
//! back what did not leave on the day it was given free for, or must not leave after all.

use std::collections::HashMap;

use http_room::{Answer, App};
use kernel::{DealId, EnrolmentId, PersonId, Timestamp, WorkspaceId};
use outreach::enrolment::{self, EnrolmentRow, EnrolmentState, Happening};
use outreach::recipient::{self, Recipient};
use outreach::sequence::{Followed, Step, followed};
use outreach::timing::Timing;
use process::deal_row;
use records::workspace::Workspace;
use serde_json::Value as Json;
use store::db::Source;
use store::{Actor, Sql, WriteTx};
use uuid::Uuid;

use super::TrackRow;
use super::queries::{self, Noted, note, planned_at};
use super::rules::{Turn, is_stale, planned, turn, turn_of_task};
use crate::cadence::queries::history;
use crate::cadence::rules::{Because, History, Limits, in_order};
use crate::content::lint::carries_content;
use crate::content::{self, best};

/// People looked at in one go.
const BATCH: i64 = 200;
/// Days after which a step for which there is no content is asked again.
const NO_CONTENT_DAYS: i64 = 1;
/// Seconds after which what could not be decided is asked again.
const AGAIN_SECONDS: i64 = 600;

/// Gives free what is due. Answers how many people were looked at.
///
/// # Errors
/// Whatever the database says.
pub async fn clear_due(app: &App) -> Answer<usize> {
    let now = app.clock.now();
    let mut done = 0;
    for (workspace, person) in enrolment::guided_due(&app.db, now, BATCH).await? {
        match clear_one(app, workspace, person, now).await {
            Ok(()) => done += 1,
            Err(why) if why.is_passing() => return Err(why),
            Err(why) => {
                tracing::error!(%person, %why, "steps of tracks could not be given free; they are asked again later");
                wait(app, workspace, person, now).await?;
            }
        }
    }
    Ok(done + ask_again(app, now).await?)
}

async fn clear_one(app: &App, workspace: WorkspaceId, person: PersonId, now: Timestamp) -> Answer<()> {
    let mut tx = app.db.write_tx().await?;
    if clear_person(&mut tx, workspace, person, now).await? {
        tx.commit().await?;
        return Ok(());
    }
    tx.rollback().await?;
    wait(app, workspace, person, now).await
}

/// What waits for somebody who is gone, or could not be decided about, waits on.
async fn wait(app: &App, workspace: WorkspaceId, person: PersonId, now: Timestamp) -> Answer<()> {
    let tx = app.db.write_tx().await?;
    let text = "UPDATE enrolment SET guided_due_at = ? WHERE workspace_id = ? AND person_id = ? AND guided AND guided_due_at <= ?";
    let values = [now.plus_seconds(AGAIN_SECONDS).into(), workspace.into(), person.into(), now.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(tx.commit().await?)
}

/// What was given free on an earlier day, or before something happened, is asked again.
async fn ask_again(app: &App, now: Timestamp) -> Answer<usize> {
    // A day of theirs is over at the earliest so long after the turn.
    let text = "SELECT DISTINCT e.workspace_id, e.person_id FROM track_turn t JOIN enrolment e ON e.id = t.enrolment_id \
                AND e.step + 1 = t.step WHERE t.cleared_at <= ? AND e.state IN ('scheduled', 'active') AND e.guided AND \
                (e.next_run_at <= ? OR EXISTS (SELECT 1 FROM message m WHERE m.enrolment_id = e.id AND m.state = 'queued' \
                AND m.due_at <= ?)) LIMIT ?";
    let values = [now.plus_seconds(-3_600).into(), now.into(), now.into(), BATCH.into()];
    let rows = Sql::with(app.db.engine(), text, values).rows(app.db.read()).await?;
    let mut moved = 0;
    for row in rows {
        let (workspace, person) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let mut tx = app.db.write_tx().await?;
        moved += hold_under_way(&mut tx, workspace, person, Ask::Stale, now).await?;
        tx.commit().await?;
    }
    Ok(moved)
}

/// Which of what is under way is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// What was given free on an earlier day of theirs.
    Stale,
    /// All of it: something happened.
    All,
}

/// What all turns of one person share.
struct Reader {
    who: Recipient,
    space: Workspace,
    tracks: HashMap<kernel::SequenceId, TrackRow>,
    rows: Vec<EnrolmentRow>,
}

/// The person with their open tracks, held until the transaction ends; `None` when they are gone.
async fn reader(tx: &WriteTx, workspace: WorkspaceId, person: PersonId) -> Answer<Option<Reader>> {
    let ids = enrolment::open_of_person(tx, workspace, person).await?;
    let rows = enrolment::hold_all(tx, workspace, &ids).await?;
    let Some(who) = recipient::find(tx, workspace, person).await? else { return Ok(None) };
    Ok(Some(Reader {
        who,
        space: deal_row::workspace(tx, workspace).await?,
        tracks: queries::of_sequences(tx, workspace).await?,
        rows: rows.into_iter().filter(|row| row.guided).collect(),
    }))
}

impl Reader {
    fn deals(&self) -> Vec<DealId> {
        self.rows.iter().filter_map(|row| row.deal_id).collect()
    }

    async fn timing(&self, tx: &WriteTx, followed: &Followed) -> Answer<Timing> {
        Ok(self.who.timing(tx, &self.space, followed.windows.clone()).await?.0)
    }

    async fn history(&self, tx: &WriteTx, now: Timestamp) -> Answer<History> {
        let had = history(tx, self.space.id, self.who.id, &self.deals(), now).await?;
        let address = self.who.address();
        let refused =
            outreach::suppression::in_force(tx, self.space.id, address.as_ref(), Some(self.who.id)).await?;
        Ok(History { refused: refused.is_some() || self.who.refuses_mail(), ..had })
    }
}

/// A step that waits.
struct Waiting {
    row: EnrolmentRow,
    followed: Followed,
    step: Step,
    planned: Timestamp,
}

/// Decides about everything that waits for one person, what was planned first coming first; false when they are gone.
async fn clear_person(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    person: PersonId,
    now: Timestamp,
) -> Answer<bool> {
    let Some(reader) = reader(tx, workspace, person).await? else { return Ok(false) };
    let mut waiting = Vec::new();
    for row in &reader.rows {
        if row.guided_due_at.is_some_and(|at| at <= now)
            && matches!(row.state()?, EnrolmentState::Scheduled | EnrolmentState::Active)
        {
            waiting.extend(waits(tx, &reader, row.clone(), now).await?);
        }
    }
    in_order(&mut waiting, |one| one.planned, |one| one.row.id.0.as_u128());
    let mut had = reader.history(tx, now).await?;
    for one in waiting {
        let timing = reader.timing(tx, &one.followed).await?;
        if one.step.kind.is_task() || one.step.kind == outreach::sequence::StepKind::Wait {
            settle(tx, &reader, &one, turn_of_task(one.planned, &timing, now), now).await?;
            continue;
        }
        let decided = turn(one.planned, &had, limits(&reader.space), &timing, person.0.as_bytes(), now);
        had.under_way |= settle(tx, &reader, &one, decided, now).await?;
    }
    Ok(true)
}

/// How many automatic touches people of a workspace may get.
fn limits(space: &Workspace) -> Limits {
    let settings = space.settings();
    let most = |n: u32| usize::try_from(n.max(1)).unwrap_or(usize::MAX);
    Limits { in_week: most(settings.touches_in_week), in_month: most(settings.touches_in_month) }
}

/// The step that waits, or nothing once the track is over.
async fn waits(
    tx: &mut WriteTx,
    reader: &Reader,
    row: EnrolmentRow,
    now: Timestamp,
) -> Answer<Option<Waiting>> {
    let followed = followed(tx, row.sequence_id, row.version).await?;
    let at = usize::try_from(row.step).unwrap_or(usize::MAX);
    let step = followed.as_ref().and_then(|f| f.steps.get(at)).cloned();
    let (Some(followed), Some(step)) = (followed, step) else {
        // The planner says that it is over.
        enrolment::give_free(tx, row.id, None, now).await?;
        return Ok(None);
    };
    let due = row.guided_due_at.unwrap_or(now);
    let planned = match planned_at(tx, row.id, row.step + 1).await? {
        Some(planned) => planned,
        None => {
            let every = reader.tracks.get(&row.sequence_id).and_then(|track| track.every_days);
            planned(began_at(tx, row.id, due).await?, every, row.step, due)
        }
    };
    Ok(Some(Waiting { row, followed, step, planned }))
}

/// When somebody came into the track.
async fn began_at(tx: &WriteTx, id: EnrolmentId, due: Timestamp) -> Answer<Timestamp> {
    let text = "SELECT created_at FROM enrolment WHERE id = ?";
    Ok(Sql::with(tx.engine(), text, [id.into()]).scalar(tx.conn()).await?.unwrap_or(due))
}

/// Does what was decided. Answers whether a touch is under way by it.
async fn settle(
    tx: &mut WriteTx,
    reader: &Reader,
    one: &Waiting,
    decided: Turn,
    now: Timestamp,
) -> Answer<bool> {
    let (until, because) = match decided {
        Turn::End => {
            let stop = Happening::Stop("refused".to_owned());
            enrolment::happen(tx, &one.row, &stop, Actor::System, now).await?;
            return Ok(false);
        }
        Turn::Clear => match chosen(tx, reader, one, now).await? {
            Some((inserts, content)) => {
                enrolment::give_free(tx, one.row.id, inserts, now).await?;
                note(tx, &Noted { content, cleared_at: Some(now), ..noted(reader, one, None) }).await?;
                return Ok(true);
            }
            None => {
                let until = now.plus_days(NO_CONTENT_DAYS);
                enrolment::put_off(tx, one.row.id, until, Some("no_content"), now).await?;
                note(tx, &noted(reader, one, Some((until, None)))).await?;
                return Ok(false);
            }
        },
        Turn::At(at) => (at, None),
        Turn::Later(at, because) => (at, Some(because)),
    };
    enrolment::put_off(tx, one.row.id, until, because.map(Because::key), now).await?;
    note(tx, &noted(reader, one, Some((until, because)))).await?;
    Ok(false)
}

fn noted(reader: &Reader, one: &Waiting, moved: Option<(Timestamp, Option<Because>)>) -> Noted {
    Noted {
        workspace: reader.space.id,
        enrolment: one.row.id,
        step: one.row.step + 1,
        planned_at: one.planned,
        moved,
        content: None,
        cleared_at: None,
    }
}

/// What the step inserts: the piece that fits its reader best now (R43). `None` when it needs one and none fits, which
/// makes a task of it.
async fn chosen(
    tx: &mut WriteTx,
    reader: &Reader,
    one: &Waiting,
    now: Timestamp,
) -> Answer<Option<(Option<Json>, Option<Uuid>)>> {
    let wanting = (0..one.step.arms()).any(|arm| {
        let (subject, body) = one.step.wording(arm);
        carries_content(subject) || carries_content(body)
    });
    let deal = match one.row.deal_id.filter(|_| wanting) {
        Some(deal) => deal_row::find(tx, reader.space.id, deal).await?,
        None => return Ok(Some((None, None))),
    };
    let Some(deal) = deal else { return Ok(Some((None, None))) };
    let whom = content::whom_of(tx, &reader.space, &deal, Some(reader.who.id), now).await?;
    let ranked = best::ranked(tx, reader.space.id, deal.id, Some(reader.who.id), &whom).await?;
    let campaign = reader.tracks.get(&one.row.sequence_id).is_some_and(TrackRow::names_no_price);
    let named = |row: &content::ContentRow| {
        [&row.title, &row.body].into_iter().any(|text| outreach::sequence::lint::price_word(text).is_some())
    };
    match ranked.into_iter().map(|(row, _)| row).find(|row| !(campaign && named(row))) {
        Some(row) => Ok(Some((Some(best::fields_of(&row)), Some(row.id)))),
        None => {
            let challenge = whom.troubles.first().map(String::as_str);
            content::task_to_write(tx, &reader.space, &deal, challenge, now).await?;
            Ok(None)
        }
    }
}

/// Asks again about what was given free to somebody and has not left. Answers how much of it moved.
///
/// # Errors
/// Whatever the database says.
pub async fn hold_under_way(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    person: PersonId,
    ask: Ask,
    now: Timestamp,
) -> Answer<usize> {
    let Some(reader) = reader(tx, workspace, person).await? else { return Ok(0) };
    let had = History { under_way: false, ..reader.history(tx, now).await? };
    let mut moved = 0;
    for row in &reader.rows {
        let step = row.step + 1;
        let text = "SELECT cleared_at FROM track_turn WHERE enrolment_id = ? AND step = ? AND cleared_at IS NOT NULL";
        let cleared: Option<Timestamp> =
            Sql::with(tx.engine(), text, [row.id.into(), step.into()]).scalar(tx.conn()).await?;
        let followed = followed(tx, row.sequence_id, row.version).await?;
        let (Some(cleared), Some(followed)) = (cleared, followed) else { continue };
        let timing = reader.timing(tx, &followed).await?;
        if ask == Ask::Stale && !is_stale(cleared, &timing, now) {
            continue;
        }
        let decided = turn(now, &had, limits(&reader.space), &timing, person.0.as_bytes(), now);
        let (until, because) = match decided {
            Turn::Clear => {
                set_cleared(tx, row.id, step, now).await?;
                continue;
            }
            Turn::End => {
                let stop = Happening::Stop("refused".to_owned());
                enrolment::happen(tx, row, &stop, Actor::System, now).await?;
                continue;
            }
            Turn::At(at) => (at, "window"),
            Turn::Later(at, because) => (at, because.key()),
        };
        enrolment::take_back(tx, row, until, because, now).await?;
        // Once it is due again, that day counts.
        set_cleared(tx, row.id, step, until).await?;
        moved += 1;
    }
    Ok(moved)
}

async fn set_cleared(tx: &WriteTx, id: EnrolmentId, step: i64, at: Timestamp) -> Answer<()> {
    let text = "UPDATE track_turn SET cleared_at = ? WHERE enrolment_id = ? AND step = ?";
    Sql::with(tx.engine(), text, [at.into(), id.into(), step.into()]).run(tx.conn()).await?;
    Ok(())
}
