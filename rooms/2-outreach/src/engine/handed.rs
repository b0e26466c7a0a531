//! What was just planned, kept in memory for the senders of the same node: they need not read again what the planner
//! wrote a moment ago. Nothing depends on it: a mail that is not here is read, and one that is here is compared with its
//! row before it is claimed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kernel::{MessageId, Timestamp};

use super::around::Around;
use crate::enrolment::EnrolmentRow;
use crate::message::MessageRow;

/// Mails kept at most: some twenty megabytes.
const MOST: usize = 8192;
/// Seconds after which what was read around a mail is too old to go by.
const FRESH_SECONDS: i64 = 60;

/// A mail that was planned, as it was written down.
#[derive(Debug)]
pub(super) struct Planned {
    pub message: MessageRow,
    /// Its enrolment, as it is since then.
    pub enrolment: EnrolmentRow,
    pub around: Arc<Around>,
    /// When that was read.
    pub at: Timestamp,
}

/// Mails between planner and senders.
#[derive(Debug, Default)]
pub struct Handed(Mutex<HashMap<MessageId, Planned>>);

impl Handed {
    fn kept(&self) -> MutexGuard<'_, HashMap<MessageId, Planned>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what was planned, as far as there is room.
    pub(super) fn keep(&self, planned: impl Iterator<Item = Planned>, now: Timestamp) {
        let mut kept = self.kept();
        kept.retain(|_, mail| is_fresh(mail, now));
        let room = MOST.saturating_sub(kept.len());
        kept.extend(planned.take(room).map(|mail| (mail.message.id, mail)));
    }

    /// Takes a mail out that was planned a moment ago.
    pub(super) fn take(&self, id: MessageId, now: Timestamp) -> Option<Planned> {
        self.kept().remove(&id).filter(|mail| is_fresh(mail, now))
    }
}

fn is_fresh(mail: &Planned, now: Timestamp) -> bool {
    (mail.at..=mail.at.plus_seconds(FRESH_SECONDS)).contains(&now)
}
