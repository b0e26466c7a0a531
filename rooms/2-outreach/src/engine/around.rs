//! What a batch of enrolments or mails of one workspace needs to know, read by a few queries.

use std::collections::HashMap;
use std::sync::Arc;

use http_room::Answer;
use kernel::zone::MailOffset;
use kernel::{DealId, PersonId, SequenceId, Timestamp, WorkspaceId};
use records::workspace::Workspace;
use store::db::Source;

use crate::basis::{self, Standing, Verdict};
use crate::enrolment::EnrolmentRow;
use crate::recipient::{self, DealFields, Recipient};
use crate::sequence::{self, Followed};
use crate::timing::{Delay, Timing};
use crate::tracking;

/// A workspace as far as the rows of a batch look at it.
#[derive(Debug)]
pub(super) struct Around {
    /// The workspace.
    pub workspace: Arc<Workspace>,
    /// Where links of its mails begin, when not where the program is used.
    pub links: Option<Arc<str>>,
    people: HashMap<PersonId, Recipient>,
    offsets: HashMap<PersonId, Vec<MailOffset>>,
    deals: HashMap<DealId, DealFields>,
    followed: HashMap<(SequenceId, i64), Arc<Followed>>,
}

impl Around {
    /// Reads it; `None` when the workspace is gone.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn of(
        db: &impl Source,
        space: WorkspaceId,
        people: impl IntoIterator<Item = PersonId>,
        enrolments: impl IntoIterator<Item = &EnrolmentRow> + Clone,
    ) -> Answer<Option<Self>> {
        let Some(workspace) = records::workspace::find(db, space).await? else { return Ok(None) };
        let people: Vec<PersonId> = people.into_iter().collect();
        let deals: Vec<DealId> = enrolments.clone().into_iter().filter_map(|row| row.deal_id).collect();
        let mut followed = HashMap::new();
        for row in enrolments {
            let key = (row.sequence_id, row.version);
            if !followed.contains_key(&key)
                && let Some(published) = sequence::followed(db, key.0, key.1).await?
            {
                followed.insert(key, Arc::new(published));
            }
        }
        let links = tracking::find(db, space).await?.map(|row| row.base().into());
        Ok(Some(Self {
            links,
            people: recipient::find_all(db, space, &people).await?,
            offsets: recipient::own_offsets(db, space, &people).await?,
            deals: if deals.is_empty() {
                HashMap::new()
            } else {
                recipient::deals(db, space, &deals).await?
            },
            workspace: Arc::new(workspace),
            followed,
        }))
    }

    /// A person, unless deleted.
    pub fn person(&self, id: PersonId) -> Option<&Recipient> {
        self.people.get(&id)
    }

    /// The deal an enrolment is about, unless deleted.
    pub fn deal(&self, id: Option<DealId>) -> Option<&DealFields> {
        self.deals.get(&id?)
    }

    /// What an enrolment follows.
    pub fn followed(&self, row: &EnrolmentRow) -> Option<&Arc<Followed>> {
        self.followed.get(&(row.sequence_id, row.version))
    }

    /// When its person may get mail.
    pub fn timing(&self, row: &EnrolmentRow) -> Option<Timing> {
        let (who, followed) = (self.person(row.person_id)?, self.followed(row)?);
        let mails = self.offsets.get(&who.id).map_or(&[][..], Vec::as_slice);
        Some(who.timing_by(mails, &self.workspace, followed.windows.clone()))
    }

    /// What the law says of these enrolments' people.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn verdicts(
        &self,
        db: &impl Source,
        enrolments: impl Iterator<Item = &EnrolmentRow>,
        now: Timestamp,
    ) -> Answer<HashMap<PersonId, Verdict>> {
        Ok(basis::standings(db, &self.workspace, &self.standing(enrolments), now).await?)
    }

    /// What these enrolments' people have to be told of where their data came from.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn sources(
        &self,
        db: &impl Source,
        enrolments: impl Iterator<Item = &EnrolmentRow>,
    ) -> Answer<HashMap<PersonId, String>> {
        Ok(basis::source::to_tell(db, &self.workspace, &self.standing(enrolments)).await?)
    }

    /// People with the country whose law holds for them.
    fn standing<'a, 'e>(&'a self, enrolments: impl Iterator<Item = &'e EnrolmentRow>) -> Vec<Standing<'a>> {
        let standing = |row: &EnrolmentRow| Some((self.person(row.person_id)?, self.timing(row)?.country?));
        enrolments.filter_map(standing).collect()
    }

    /// The step after `done_step`; `None` when that was the last.
    pub fn next_step(&self, row: &EnrolmentRow, done_step: i64) -> Option<NextStep> {
        let at = usize::try_from(done_step).ok()?;
        let delay = self.followed(row)?.steps.get(at)?.delay();
        Some(NextStep { timing: self.timing(row)?, delay, key: format!("{} {done_step}", row.id) })
    }

    /// When the step after `done_step` is due, reckoned from the instant that one was really done; `None` when it was
    /// the last.
    pub fn next_due(&self, row: &EnrolmentRow, done_step: i64, done_at: Timestamp) -> Option<Timestamp> {
        Some(self.next_step(row, done_step)?.due(done_at))
    }
}

/// What mails of several batches need to know: each asks what was read with its person.
#[derive(Debug)]
pub(super) struct Arounds {
    others: Arc<Around>,
    by_person: HashMap<PersonId, Arc<Around>>,
}

impl Arounds {
    /// What is known of some people, and of all others.
    pub fn new(others: Arc<Around>, by_person: HashMap<PersonId, Arc<Around>>) -> Self {
        Self { others, by_person }
    }

    /// What is known of one more person.
    pub fn add(&mut self, person: PersonId, around: Arc<Around>) {
        self.by_person.insert(person, around);
    }

    /// The workspace.
    pub fn workspace(&self) -> &Arc<Workspace> {
        &self.others.workspace
    }

    /// What was read with a person.
    pub fn of(&self, person: Option<PersonId>) -> &Around {
        person.and_then(|id| self.by_person.get(&id)).unwrap_or(&self.others)
    }
}

/// A step that follows another.
#[derive(Debug)]
pub(super) struct NextStep {
    timing: Timing,
    delay: Delay,
    key: String,
}

impl NextStep {
    /// When it is due, once the one before was done.
    pub fn due(&self, done_at: Timestamp) -> Timestamp {
        // With no window at all the planner will stop it and say why.
        self.timing.due(done_at, self.delay, self.key.as_bytes()).unwrap_or(done_at)
    }
}
