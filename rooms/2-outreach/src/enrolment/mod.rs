//! Enrolments: people going through a sequence, and everything that ends or halts them. Whoever changes
//! one holds its row first, then the rows of its messages: senders and replies never pass each other. Rows
//! are held `FOR NO KEY UPDATE`, so that inserts that refer to them do not wait in a circle.

mod guided;
mod routes;
pub mod rules;
mod standing;
mod steps;

use kernel::{CompanyId, DealId, EnrolmentId, MailboxId, PersonId, SequenceId, Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Actor, Engine, NewEvent, Result, Sql, StoreError, Subject, WriteTx};

pub use guided::{give_free, guided_due, hold_back, put_off, take_back};
pub use routes::routes;
pub use rules::{EnrolmentState, Happening, Next, follow};
pub use standing::{Standing, hold_standing, hold_unchanged};
pub use steps::{StepDone, mails_planned, step_done, steps_done};

use crate::suppression::Target;

/// Somebody was enrolled. Payload: `sequence_id`, `sequence`, `why_them`, `first_due_at`.
pub const ENROLMENT_STARTED: &str = "enrolment.started";
/// An enrolment was halted, let go on, or ended. Payload: `sequence_id`, `before`, `after` (states), `reason`.
pub const ENROLMENT_MOVED: &str = "enrolment.moved";

/// A step was left out. Payload: `sequence_id`, `step` (counted from 1), `channel`, `reason`.
pub const STEP_LEFT_OUT: &str = "enrolment.step_left_out";

/// A fork led elsewhere. Payload: `sequence_id`, `step` (that was due, from 1), `to` (from 1; null: the end).
pub const BRANCHED: &str = "enrolment.branched";

/// An enrolment as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct EnrolmentRow {
    /// Its id.
    pub id: EnrolmentId,
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// Which sequence.
    pub sequence_id: SequenceId,
    /// Which version of it.
    pub version: i64,
    /// Who.
    pub person_id: PersonId,
    /// Their company when they were enrolled.
    pub company_id: Option<CompanyId>,
    /// The deal it is about.
    pub deal_id: Option<DealId>,
    /// From which mailbox.
    pub mailbox_id: MailboxId,
    /// Why them.
    pub why_them: String,
    state: String,
    /// Steps done.
    pub step: i64,
    /// When the next step is due; none while one is under way.
    pub next_run_at: Option<Timestamp>,
    /// Steps wait until nurturing gives them free.
    pub guided: bool,
    /// Since when the next step of a guided one waits for that, or will.
    pub guided_due_at: Option<Timestamp>,
    /// What the step that is free inserts, as merge fields.
    pub inserts: Option<Json>,
}

const COLUMNS: &str = "id, workspace_id, sequence_id, version, person_id, company_id, deal_id, mailbox_id, why_them, state, \
    step, next_run_at, guided, guided_due_at, inserts";

impl EnrolmentRow {
    /// Where it stands.
    ///
    /// # Errors
    /// When the row names a state that does not exist.
    pub fn state(&self) -> Result<EnrolmentState> {
        state_of(self.id, &self.state)
    }

    /// As it is once the mail of its next step is written down.
    #[must_use]
    pub fn with_mail_planned(mut self) -> Self {
        EnrolmentState::Active.key().clone_into(&mut self.state);
        self.next_run_at = None;
        self
    }

    /// What events of it are about.
    #[must_use]
    pub fn subject(&self) -> Subject {
        Subject {
            company: self.company_id,
            person: Some(self.person_id),
            deal: self.deal_id,
            row: Some(self.id.0),
        }
    }
}

/// An enrolment, held until the transaction ends.
///
/// # Errors
/// Whatever the database says.
pub async fn hold(tx: &WriteTx, id: EnrolmentId) -> Result<Option<EnrolmentRow>> {
    let mut sql = Sql::new(tx.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM enrolment WHERE id = ").bind(id);
    sql.hold();
    sql.one(tx.conn()).await
}

/// These enrolments of a workspace.
///
/// # Errors
/// Whatever the database says.
pub async fn find_all(
    db: &impl Source,
    workspace: WorkspaceId,
    ids: &[EnrolmentId],
) -> Result<Vec<EnrolmentRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    select(db.engine(), COLUMNS, workspace, ids).all(db.conn()).await
}

fn select(engine: Engine, columns: &str, workspace: WorkspaceId, ids: &[EnrolmentId]) -> Sql {
    let mut sql = Sql::new(engine, "SELECT ");
    sql.push(columns).push(" FROM enrolment WHERE id IN ").bind_list(ids.iter().map(|id| (*id).into()));
    sql.push(" AND ").push_check("workspace_id", workspace).push(" ORDER BY id");
    sql
}

/// These enrolments of a workspace, held until the transaction ends, in a fixed order.
///
/// # Errors
/// Whatever the database says.
pub async fn hold_all(
    tx: &WriteTx,
    workspace: WorkspaceId,
    ids: &[EnrolmentId],
) -> Result<Vec<EnrolmentRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = select(tx.engine(), COLUMNS, workspace, ids);
    sql.hold();
    sql.all(tx.conn()).await
}

fn state_of(id: EnrolmentId, key: &str) -> Result<EnrolmentState> {
    let shape = || StoreError::Shape { what: format!("enrolment {id}"), why: key.to_owned() };
    EnrolmentState::parse(key).ok_or_else(shape)
}

/// Lets something happen to a held enrolment: its new state, its messages that must not leave, the event.
/// Answers the state after it.
///
/// # Errors
/// Whatever the database says.
pub async fn happen(
    tx: &mut WriteTx,
    row: &EnrolmentRow,
    happening: &Happening,
    actor: Actor,
    now: Timestamp,
) -> Result<EnrolmentState> {
    let before = row.state()?;
    let Next::Go { state, reason, resume_at } = follow(before, happening) else { return Ok(before) };
    let ended = (!state.is_open()).then_some(now);
    let next_run = if state.is_open() { row.next_run_at } else { None };
    let next_run = if let Happening::StepDone(next) = happening { *next } else { next_run };
    let guided_due = match happening {
        Happening::StepDone(next) => *next,
        _ => row.guided_due_at,
    };
    let guided_due = guided_due.filter(|_| row.guided && state.is_open());
    let next_run = match happening {
        Happening::StepDone(_) if row.guided => None,
        _ => next_run,
    };
    let text = "UPDATE enrolment SET state = ?, reason = ?, resume_at = ?, next_run_at = ?, guided_due_at = ?, ended_at = ?, \
                revision = revision + 1, updated_at = ? WHERE id = ?";
    let values = [
        state.key().into(),
        reason.clone().into(),
        resume_at.into(),
        next_run.into(),
        guided_due.into(),
        ended.into(),
        now.into(),
        row.id.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    if !state.is_open() && state != EnrolmentState::Finished {
        cancel_messages(tx, row.id, reason.as_deref().unwrap_or(state.key()), now).await?;
    }
    if *happening == Happening::Resume {
        let text = "UPDATE message SET due_at = ? WHERE enrolment_id = ? AND state = 'queued' AND due_at > ? \
                    AND reason IS NULL AND attempts = 0";
        Sql::with(tx.engine(), text, [now.into(), row.id.into(), now.into()]).run(tx.conn()).await?;
    }
    if before != state && !matches!(happening, Happening::Due | Happening::TaskGiven) {
        let payload =
            json!({ "sequence_id": row.sequence_id, "before": before, "after": state, "reason": reason });
        let event = NewEvent::now(row.workspace_id, ENROLMENT_MOVED, actor, now);
        tx.record(event.about(row.subject()).with(payload)).await?;
    }
    Ok(state)
}

/// Messages that have not begun to leave never will.
///
/// # Errors
/// Whatever the database says.
pub async fn cancel_messages(tx: &WriteTx, id: EnrolmentId, reason: &str, now: Timestamp) -> Result<()> {
    let text = "UPDATE message SET state = 'cancelled', reason = ?, revision = revision + 1, updated_at = ? \
                WHERE enrolment_id = ? AND direction = 'out' AND state IN ('planned', 'needs_edit', 'queued')";
    Sql::with(tx.engine(), text, [reason.into(), now.into(), id.into()]).run(tx.conn()).await?;
    Ok(())
}

/// A person's open enrolments, in a fixed order.
///
/// # Errors
/// Whatever the database says.
pub async fn open_of_person(
    tx: &WriteTx,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Vec<EnrolmentId>> {
    open_where(tx, workspace, |sql| {
        sql.push("person_id = ").bind(person);
    })
    .await
}

/// Ids of open enrolments that fit the condition, in a fixed order, so that two transactions that hold
/// several never wait for each other.
async fn open_where(
    tx: &WriteTx,
    workspace: WorkspaceId,
    fits: impl FnOnce(&mut Sql),
) -> Result<Vec<EnrolmentId>> {
    let mut sql = Sql::new(tx.engine(), "SELECT id FROM enrolment WHERE workspace_id = ");
    sql.bind(workspace).push(" AND state IN ('scheduled', 'active', 'waiting', 'paused') AND ");
    fits(&mut sql);
    sql.push(" ORDER BY id");
    let rows = sql.rows(tx.conn()).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// The same happens to each of them.
async fn happen_to_all(
    tx: &mut WriteTx,
    ids: Vec<EnrolmentId>,
    happening: &Happening,
    actor: Actor,
    now: Timestamp,
) -> Result<()> {
    for id in ids {
        if let Some(row) = hold(tx, id).await? {
            happen(tx, &row, happening, actor, now).await?;
        }
    }
    Ok(())
}

/// Stops everybody on their way through a sequence.
///
/// # Errors
/// Whatever the database says.
pub async fn stop_of_sequence(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    sequence: SequenceId,
    actor: Actor,
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    let ids = open_where(tx, workspace, |sql| {
        sql.push("sequence_id = ").bind(sequence);
    })
    .await?;
    happen_to_all(tx, ids, &Happening::Stop(reason.to_owned()), actor, now).await
}

/// Stops what runs about a deal.
///
/// # Errors
/// Whatever the database says.
pub async fn stop_of_deal(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    deal: DealId,
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    // Whoever is parked is kept in touch with.
    let parked = reason == "deal_not_yet";
    let ids = open_where(tx, workspace, |sql| {
        sql.push(if parked { "NOT guided AND " } else { "" }).push("deal_id = ").bind(deal);
    })
    .await?;
    happen_to_all(tx, ids, &Happening::Stop(reason.to_owned()), Actor::System, now).await
}

/// What happens to a person's enrolments, whichever sequence they go through.
///
/// # Errors
/// Whatever the database says.
pub async fn happen_to_person(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    person: PersonId,
    happening: &Happening,
    actor: Actor,
    now: Timestamp,
) -> Result<()> {
    let ids = open_of_person(tx, workspace, person).await?;
    // Somebody who answers or meets us stays in touch: tracks rest, and nurturing says for how long.
    let meets = matches!(happening, Happening::Stop(why) if why == "meeting");
    if *happening != Happening::HumanReply && !meets {
        return happen_to_all(tx, ids, happening, actor, now).await;
    }
    for id in ids {
        match hold(tx, id).await? {
            Some(row) if row.guided => hold_back(tx, &row, "rest", now).await?,
            Some(row) => {
                happen(tx, &row, happening, actor, now).await?;
            }
            None => {}
        }
    }
    Ok(())
}

/// Stops what keeps in touch about a deal: all of it, or only these tracks.
///
/// # Errors
/// Whatever the database says.
pub async fn stop_tracks_of_deal(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    deal: DealId,
    tracks: &[SequenceId],
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    if tracks.is_empty() {
        return Ok(());
    }
    let ids = open_where(tx, workspace, |sql| {
        sql.push("guided AND deal_id = ").bind(deal).push(" AND sequence_id IN ");
        sql.bind_list(tracks.iter().map(|id| (*id).into()));
    })
    .await?;
    happen_to_all(tx, ids, &Happening::Stop(reason.to_owned()), Actor::System, now).await
}

/// Halts colleagues of somebody who answered.
///
/// # Errors
/// Whatever the database says.
pub async fn pause_colleagues(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    company: CompanyId,
    but: PersonId,
    until: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let ids = open_where(tx, workspace, |sql| {
        sql.push_with("company_id = ? AND person_id <> ?", [company.into(), but.into()]);
    })
    .await?;
    let happening = Happening::Pause("colleague_replied".to_owned(), Some(until));
    happen_to_all(tx, ids, &happening, Actor::System, now).await
}

/// Stops what runs to a suppressed address, person or domain, and takes back mail by hand that waits.
///
/// # Errors
/// Whatever the database says.
pub async fn stop_suppressed(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    target: &Target,
    actor: Actor,
    now: Timestamp,
) -> Result<()> {
    let people = people_behind(tx, workspace, target).await?;
    for person in people {
        let stop = Happening::Stop("suppressed".to_owned());
        happen_to_person(tx, workspace, person, &stop, actor, now).await?;
        let text = "UPDATE message SET state = 'cancelled', reason = 'suppressed', revision = revision + 1, updated_at = ? \
                    WHERE workspace_id = ? AND person_id = ? AND direction = 'out' AND state IN ('planned', 'needs_edit', 'queued')";
        let values = [now.into(), workspace.into(), person.into()];
        Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    }
    Ok(())
}

/// Everybody an entry of the suppression list is about.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn people_behind(
    tx: &WriteTx,
    workspace: WorkspaceId,
    target: &Target,
) -> Result<Vec<PersonId>> {
    let mut sql = Sql::new(
        tx.engine(),
        "SELECT DISTINCT person_id FROM contact_point WHERE kind = 'email' AND workspace_id = ",
    );
    sql.bind(workspace).push(" AND ");
    match target {
        Target::Person(id) => return Ok(vec![*id]),
        Target::Address(address) => {
            let keys = [address.key(), address.suppression_key()];
            sql.push("folded IN ").bind_list(keys.into_iter().map(Into::into));
        }
        Target::Domain(domain) => {
            sql.push_with(
                "(folded LIKE ? OR folded LIKE ?)",
                [format!("%@{domain}").into(), format!("%.{domain}").into()],
            );
        }
    }
    let rows = sql.push(" ORDER BY person_id").clone().rows(tx.conn()).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}
