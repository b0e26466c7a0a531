//! How many mails a mailbox sent today and this hour, and how many it may.

use kernel::Timestamp;
use store::db::Source;
use store::{Result, Sql, WriteTx};

use super::MailboxRow;
use super::provider::{self, Provider};
use super::ramp::{self, Ramp};

/// No mailbox rests longer between two automatic mails, seconds: a rest that reaches further ahead was begun before the
/// clock was put back.
pub const REST_SECONDS: i64 = 86_400;

impl MailboxRow {
    /// The large provider it sends through.
    #[must_use]
    pub fn provider(&self) -> Option<&'static Provider> {
        provider::of(self.smtp["host"].as_str().unwrap_or_default(), &self.domain())
    }

    /// The ramp it is on.
    #[must_use]
    pub fn ramp(&self) -> Option<Ramp> {
        self.ramp_level.map(|level| Ramp { level, days: self.ramp_days })
    }

    /// Automatic mails a day, as it stands.
    #[must_use]
    pub fn cap(&self) -> i64 {
        ramp::daily_cap(self.ramp(), self.daily_cap, self.provider())
    }

    /// Seconds between two mails at least.
    #[must_use]
    pub fn gap(&self) -> i64 {
        ramp::gap_seconds(self.gap_seconds, self.provider())
    }

    /// When its next automatic mail may leave.
    #[must_use]
    pub fn free_at(&self, now: Timestamp) -> Timestamp {
        if self.next_slot_at > now.plus_seconds(REST_SECONDS) { now } else { self.next_slot_at }
    }

    /// How many automatic mails may still leave on a day of the workspace.
    #[must_use]
    pub fn free(&self, today: &str) -> i64 {
        let sent = if self.sent_day.as_deref() == Some(today) { self.sent_today } else { 0 };
        (self.cap() - sent).max(0)
    }

    /// Whether its automatic mail waits until its domain is set up.
    #[must_use]
    pub fn awaits_domain(&self, closed_network: bool) -> bool {
        !closed_network && !self.is_sandbox() && matches!(self.domain_state.as_str(), "unchecked" | "failed")
    }

    /// Counts a mail that leaves: the day, the hour, the day of its ramp.
    pub(crate) fn count(&mut self, today: &str, now: Timestamp) {
        let same_day = self.sent_day.as_deref() == Some(today);
        if let (false, Some(ramp)) = (same_day, self.ramp()) {
            let ramp = ramp.after_idle(self.sent_day.as_deref().map_or(0, |day| days_between(day, today)));
            (self.ramp_level, self.ramp_days) = (Some(ramp.level), ramp.days + 1);
        }
        self.sent_today = if same_day { self.sent_today + 1 } else { 1 };
        self.sent_day = Some(today.to_owned());
        let hour = hour_of(now);
        self.sent_in_hour = if self.sent_hour == hour { self.sent_in_hour + 1 } else { 1 };
        self.sent_hour = hour;
    }

    /// Writes down what [`Self::count`] changed, and when the next may leave.
    pub(crate) async fn keep_counts(&self, tx: &WriteTx) -> Result<()> {
        let text = "UPDATE mailbox SET sent_day = ?, sent_today = ?, next_slot_at = ?, sent_hour = ?, sent_in_hour = ?, \
                    ramp_level = ?, ramp_days = ? WHERE id = ?";
        let values = [
            self.sent_day.clone().into(),
            self.sent_today.into(),
            self.next_slot_at.into(),
            self.sent_hour.into(),
            self.sent_in_hour.into(),
            self.ramp_level.into(),
            self.ramp_days.into(),
            self.id.into(),
        ];
        Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
        Ok(())
    }
}

/// Hours since 1970.
#[must_use]
pub fn hour_of(now: Timestamp) -> i64 {
    now.seconds_since(Timestamp(0)).div_euclid(3600)
}

/// Days from one date to a later one.
fn days_between(from: &str, to: &str) -> i64 {
    let day = |text: &str| text.parse::<chrono::NaiveDate>().ok();
    day(from).zip(day(to)).map_or(0, |(from, to)| (to - from).num_days())
}
