//! What somebody of ours owes a deal: a task on the day of its owner, or of nobody where the owner has left.

use http_room::Answer;
use kernel::{PersonId, TaskId, Timestamp, limits};
use records::task::{self, NewTask};
use records::workspace::{Workspace, still_member};
use store::{Actor, WriteTx};

use crate::deal_row::{self, DealRow};
use crate::stage::Phase;

/// When it is due, in the owner's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// That very day, be it a day off.
    Today,
    /// So many business days later; 0 is the first business day from that day on.
    BusinessDays(u32),
}

/// A task to make.
#[derive(Debug, Clone)]
pub struct Owed {
    /// What is to be done; longer ones are cut, for names of deals and people may fill a title by themselves.
    pub title: String,
    /// What kind of work it is; `todo` when left out.
    pub kind: Option<&'static str>,
    /// What helps to do it.
    pub body: Option<String>,
    /// `process`, or `notice` for what only tells.
    pub origin: &'static str,
    /// Which of the deal's tasks it is, where it is asked for again.
    pub key: Option<String>,
    /// When.
    pub due: Due,
    /// With whom.
    pub person: Option<PersonId>,
    /// The phase it belongs to.
    pub stage: Option<Phase>,
}

impl Owed {
    /// A notice for today.
    #[must_use]
    pub fn notice(title: String) -> Self {
        Self { origin: "notice", due: Due::Today, ..Self::process(title, 0) }
    }

    /// Work in so many business days.
    #[must_use]
    pub fn process(title: String, days: u32) -> Self {
        Self {
            title,
            kind: None,
            body: None,
            origin: "process",
            key: None,
            due: Due::BusinessDays(days),
            person: None,
            stage: None,
        }
    }
}

/// Makes the task. Days are counted from `from`; `now` is when it is written down.
///
/// # Errors
/// Whatever the database says.
pub async fn owe(
    tx: &mut WriteTx,
    space: &Workspace,
    deal: &DealRow,
    actor: Actor,
    owed: Owed,
    (from, now): (Timestamp, Timestamp),
) -> Answer<TaskId> {
    let owner = still_member(tx, space.id, deal.owner_id).await?;
    let calendar = deal_row::calendar(tx, space, owner).await?;
    let day = match owed.due {
        Due::Today => calendar.date(from),
        Due::BusinessDays(days) => calendar.days.add(calendar.date(from), days).date,
    };
    let new = NewTask {
        title: owed.title.chars().take(limits::NAME_CHARS).collect(),
        kind: owed.kind.map(str::to_owned),
        body: owed.body,
        due_on: Some(day.to_string()),
        owner_id: owner,
        deal_id: Some(deal.id),
        person_id: owed.person,
        origin: Some(owed.origin),
        origin_key: owed.key,
        stage: owed.stage.map(|stage| stage.key().to_owned()),
        ..NewTask::default()
    };
    Ok(task::create(tx, space.id, actor, new, now).await?.id)
}
