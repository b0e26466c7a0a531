//! Mailboxes whose server cannot be reached rest for a while, longer each time: their mails stay where they are, and no
//! attempt of theirs counts, since nothing was wrong with them. What is *not* here: what is told of it (`mailbox`).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kernel::{MailboxId, Timestamp};

/// Longest rest, seconds. The first is one second long, and each twice as long as the one before.
const LONGEST: i64 = 300;

/// Which mailboxes of this node rest.
#[derive(Debug, Default)]
pub(super) struct Rests(Mutex<HashMap<MailboxId, Rest>>);

#[derive(Debug)]
struct Rest {
    until: Timestamp,
    seconds: i64,
}

impl Rest {
    /// A clock that was put back lets nobody rest longer.
    fn lasts(&self, now: Timestamp) -> bool {
        now < self.until && self.until <= now.plus_seconds(self.seconds)
    }
}

impl Rests {
    fn all(&self) -> MutexGuard<'_, HashMap<MailboxId, Rest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a mailbox rests now.
    pub fn lasts(&self, mailbox: MailboxId, now: Timestamp) -> bool {
        self.all().get(&mailbox).is_some_and(|rest| rest.lasts(now))
    }

    /// Its server could not be reached.
    pub fn begin(&self, mailbox: MailboxId, now: Timestamp) {
        let mut all = self.all();
        let rest = all.entry(mailbox).or_insert(Rest { until: now, seconds: 0 });
        if !rest.lasts(now) {
            rest.seconds = (rest.seconds * 2).clamp(1, LONGEST);
            rest.until = now.plus_seconds(rest.seconds);
        }
    }

    /// Its server answers.
    pub fn end(&self, mailbox: MailboxId) {
        self.all().remove(&mailbox);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_rests_twice_as_long_each_time_until_its_server_answers() {
        let (rests, mailbox) = (Rests::default(), MailboxId::new());
        let mut now = Timestamp(0).plus_days(20_000);
        assert!(!rests.lasts(mailbox, now));
        for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            rests.begin(mailbox, now);
            // Several connections fail at once: that is one rest.
            rests.begin(mailbox, now);
            assert!(rests.lasts(mailbox, now.plus_seconds(seconds - 1)), "{seconds}");
            assert!(!rests.lasts(mailbox, now.plus_seconds(seconds)), "{seconds}");
            assert!(!rests.lasts(MailboxId::new(), now));
            now = now.plus_seconds(seconds);
        }
        rests.begin(mailbox, now);
        assert!(!rests.lasts(mailbox, now.plus_days(-1)), "the clock was put back");
        rests.end(mailbox);
        assert!(!rests.lasts(mailbox, now));
        rests.begin(mailbox, now);
        assert!(!rests.lasts(mailbox, now.plus_seconds(1)), "it begins with a second again");
    }
}
