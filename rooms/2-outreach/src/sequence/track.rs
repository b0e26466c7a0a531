//! What the room of nurturing builds its tracks of: a sequence written from a text, and people who are guided through it.

use http_room::{Answer, Member, Problem};
use kernel::{DealId, EnrolmentId, SequenceId, Timestamp};
use store::db::Source;
use store::{Sql, WriteTx};

use super::enrol::{Round, enrol_one};
use super::input::NewSequence;
use super::refusal::Refused;
use super::routes::{insert_in, turn_in};
use super::text::SequenceText;
use super::{CAMPAIGN, OUTREACH, SequenceView, Step, TRACK, followed, found};
use crate::mailbox::{self, MailboxRow};
use crate::timing::Windows;

/// A sequence as its text says it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub goal: String,
    /// When it sends.
    pub windows: Windows,
    /// Its steps.
    pub steps: Vec<Step>,
}

/// Reads a sequence's text.
///
/// # Errors
/// What is wrong, with its line.
pub fn read_draft(text: &str) -> Answer<Draft> {
    let SequenceText { name, goal, windows, steps, .. } = SequenceText::read(text)?;
    Ok(Draft { name, goal, windows, steps })
}

/// Writes a track and switches it on. In a campaign no price is named.
///
/// # Errors
/// Fields at fault, or whatever the database says.
pub async fn begin_track(
    tx: &mut WriteTx,
    me: &Member,
    draft: Draft,
    campaign: bool,
    now: Timestamp,
) -> Answer<SequenceView> {
    let Draft { name, goal, windows, steps } = draft;
    let new =
        NewSequence { name, goal: Some(goal), mailbox_id: None, mailbox_ids: Vec::new(), windows, steps };
    let purpose = if campaign { CAMPAIGN } else { TRACK };
    let view = insert_in(tx, me, &new, purpose, now).await?;
    turn_in(tx, me, view.id, "active", (false, now)).await
}

/// Takes the first of a deal's committee who can be written to into a track. Answers why not, where that is so.
///
/// # Errors
/// 404 without such a track, or whatever the database says.
pub async fn join_track(
    tx: &mut WriteTx,
    me: &Member,
    track: SequenceId,
    deal: DealId,
    now: Timestamp,
) -> Answer<Result<EnrolmentId, Box<Refused>>> {
    let sequence = found(tx, me.workspace, track).await?;
    if sequence.purpose == OUTREACH {
        return Err(Problem::not_found("track"));
    }
    let followed = followed(tx, sequence.id, sequence.version).await?;
    let (Some(followed), "active") = (followed, sequence.state.as_str()) else {
        return Ok(Err(Box::new(Refused::because("no_window"))));
    };
    let mailbox = match sequence.mailbox_id {
        Some(id) => mailbox::find(tx, me.workspace, id).await?,
        None => own_mailbox(tx, me).await?,
    };
    let Some(mailbox) = mailbox else { return Ok(Err(Box::new(Refused::because("no_mailbox")))) };
    let workspace = records::workspace::find(tx, me.workspace).await?;
    let workspace = workspace.ok_or_else(|| Problem::not_found("workspace"))?;
    let why = Some(sequence.name.clone());
    let round = Round { me, sequence: &sequence, followed, mailbox, workspace, why, confirm_sale: true, now };
    enrol_one(tx, &round, None, Some(deal)).await
}

/// The member's own mailbox, else any of the workspace.
pub(super) async fn own_mailbox(db: &impl Source, me: &Member) -> Answer<Option<MailboxRow>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(mailbox::COLUMNS).push(" FROM mailbox WHERE deleted_at IS NULL AND workspace_id = ");
    sql.bind(me.workspace).push(" ORDER BY CASE WHEN owner_id = ").bind(me.user);
    sql.push(" THEN 0 ELSE 1 END, CASE WHEN kind = 'real' THEN 0 ELSE 1 END, created_at LIMIT 1");
    Ok(sql.one(db.conn()).await?)
}
