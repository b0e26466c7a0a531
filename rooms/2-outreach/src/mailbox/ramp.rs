//! How much a mailbox may send: the ramp of a new one, its owner's cap, its provider's ceiling (domain, outreach
//! engine). Pure.

use super::health::Rates;
use super::provider::Provider;

/// The highest cap a mailbox's owner may set.
pub const MOST_A_DAY: i64 = 2000;
/// Idle days after which a level is lost, and again after as many.
const IDLE_DAYS: i64 = 14;
/// At the top, days on which it sent after which it is judged again.
const TOP_DAYS: i64 = 7;
/// Mails a day at each level, and days on which it sends before it may rise. At the top the owner's cap holds.
const LEVELS: [(i64, i64); 6] = [(5, 3), (10, 4), (20, 7), (30, 7), (40, 7), (MOST_A_DAY, TOP_DAYS)];
/// Hard bounces among a week's mails from which a level is lost.
const BOUNCES: f64 = 0.02;
/// Complaints among a week's mails from which a level is lost.
const COMPLAINTS: f64 = 0.001;

/// Where a new mailbox stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ramp {
    /// From 1 to 6.
    pub level: i64,
    /// Days on which it sent since it came there, today's with them.
    pub days: i64,
}

impl Ramp {
    /// A mailbox that never sent.
    pub const START: Self = Self { level: 1, days: 0 };

    fn at(self) -> (i64, i64) {
        let at = usize::try_from(self.level - 1).unwrap_or(0).min(LEVELS.len() - 1);
        LEVELS[at]
    }

    /// Mails a day this level allows.
    #[must_use]
    pub fn cap(self) -> i64 {
        self.at().0
    }

    /// Whether the days of this level are over, so that it is to be judged.
    #[must_use]
    pub fn is_due(self) -> bool {
        self.days > self.at().1
    }

    /// The level after its days are over: one up when the last seven days were good, else one down. The day it sends on
    /// is the first of the new level.
    #[must_use]
    pub fn judged(self, week: &Rates) -> Self {
        let top = i64::try_from(LEVELS.len()).unwrap_or(1);
        let step = if is_good(week) { 1 } else { -1 };
        Self { level: (self.level + step).clamp(1, top), days: 1 }
    }

    /// The level of a mailbox that sends again after so many idle days.
    #[must_use]
    pub fn after_idle(self, idle_days: i64) -> Self {
        match idle_days / IDLE_DAYS {
            0 => self,
            lost => Self { level: (self.level - lost).max(1), days: 0 },
        }
    }
}

/// Whether a week speaks for more: few hard bounces and complaints, no block.
fn is_good(week: &Rates) -> bool {
    week.blocks == 0 && !week.reaches(week.hard, BOUNCES) && !week.reaches(week.complaints, COMPLAINTS)
}

/// Automatic mails a day: the least of the ramp, the owner's cap and the provider's ceiling.
#[must_use]
pub fn daily_cap(ramp: Option<Ramp>, owners: i64, provider: Option<&Provider>) -> i64 {
    let ceiling = provider.map_or(i64::MAX, |provider| provider.a_day);
    owners.min(ramp.map_or(i64::MAX, Ramp::cap)).min(ceiling)
}

/// Seconds between two mails at least.
#[must_use]
pub fn gap_seconds(owners: i64, provider: Option<&Provider>) -> i64 {
    let fastest = provider.and_then(|provider| provider.a_minute).map_or(0, |n| (60 + n - 1) / n);
    owners.max(fastest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(level: i64, days: i64) -> Ramp {
        Ramp { level, days }
    }

    fn week(sent: i64, hard: i64, complaints: i64, blocks: i64) -> Rates {
        Rates { sent, hard, complaints, blocks }
    }

    #[test]
    fn a_good_mailbox_climbs_as_the_table_says() {
        // Day on which it sends: cap.
        let table = [
            (1, 5),
            (3, 5),
            (4, 10),
            (7, 10),
            (8, 20),
            (14, 20),
            (15, 30),
            (21, 30),
            (22, 40),
            (28, 40),
            (29, 2000),
        ];
        let (mut now, mut caps) = (Ramp::START, Vec::new());
        for _ in 1..=29 {
            now.days += 1;
            if now.is_due() {
                now = now.judged(&week(35, 0, 0, 0));
            }
            caps.push(now.cap());
        }
        for (day, cap) in table {
            assert_eq!(caps[day - 1], cap, "day {day}");
        }
    }

    #[test]
    fn a_bad_week_costs_a_level() {
        let table = [
            ("nothing bad", week(100, 0, 0, 0), 4),
            ("nothing sent", week(0, 0, 0, 0), 4),
            ("bounces below 2 %", week(100, 1, 0, 0), 4),
            ("bounces at 2 %", week(100, 2, 0, 0), 2),
            ("complaints below 0.1 %", week(1001, 0, 1, 0), 4),
            ("complaints at 0.1 %", week(1000, 0, 1, 0), 2),
            ("a block", week(100, 0, 0, 1), 2),
        ];
        for (name, week, level) in table {
            assert_eq!(ramp(3, 8).judged(&week), ramp(level, 1), "{name}");
        }
        assert_eq!(ramp(1, 4).judged(&week(10, 5, 0, 0)), ramp(1, 1), "never below the first");
        assert_eq!(ramp(6, 8).judged(&week(100, 0, 0, 0)), ramp(6, 1), "never above the last");
        assert!(!ramp(3, 7).is_due() && ramp(3, 8).is_due());
    }

    #[test]
    fn idle_days_cost_levels() {
        let table =
            [(13, ramp(4, 5)), (14, ramp(3, 0)), (27, ramp(3, 0)), (28, ramp(2, 0)), (400, ramp(1, 0))];
        for (idle, expected) in table {
            assert_eq!(ramp(4, 5).after_idle(idle), expected, "{idle} days");
        }
    }

    #[test]
    fn the_least_of_ramp_owner_and_provider_holds() {
        let provider = |a_day, a_minute| Provider { key: "x", a_day, a_minute, includes: &[] };
        let table = [
            (None, 400, None, 400),
            (Some(ramp(1, 1)), 400, None, 5),
            (Some(ramp(6, 1)), 50, None, 50),
            (None, 2000, Some(provider(500, None)), 500),
            (Some(ramp(3, 1)), 10, Some(provider(500, None)), 10),
        ];
        for (ramp, owners, provider, cap) in table {
            assert_eq!(daily_cap(ramp, owners, provider.as_ref()), cap);
        }
        assert_eq!(gap_seconds(0, Some(&provider(10_000, Some(30)))), 2);
        assert_eq!((gap_seconds(60, Some(&provider(10_000, Some(30)))), gap_seconds(0, None)), (60, 0));
    }
}
