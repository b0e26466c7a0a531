//! At which hour of theirs people answer: what is believed of an hour, the next good one, and when another window is worth
//! a proposal (domain, section 7, hour model). Pure.
//!
//! Nothing here changes when a sequence sends: a proposal is shown, and a person decides.

use std::ops::Range;

use chrono::{NaiveDate, NaiveTime};
use kernel::Timestamp;
use kernel::business_day::BusinessCalendar;
use kernel::window::{LocalWindow, SendWindows, instant_of, local_date};
use stats::{Beta, probability_best};

use super::Channel;
use super::clock::Clock;

/// As many touches the belief on an hour weighs before any.
const STRENGTH: f64 = 50.0;
/// Sends in a window from which it may be proposed.
pub const ENOUGH_SENDS: u64 = 300;
/// How sure a window must be better than the usual ones.
pub const SURE: f64 = 0.9;
/// Hours in which anybody may be touched; Korea's law on advertising by night holds outside them.
const LAWFUL: Range<u32> = 8..21;
/// With less than this left of an hour it is over.
const LEAST_REST_SECONDS: i64 = 600;

/// Whether touches of this channel are counted by the hour they were made at: mail and calls have one.
#[must_use]
pub fn is_counted(channel: Channel) -> bool {
    matches!(channel, Channel::Email | Channel::Phone)
}

/// How an hour compares with the mean before any touch: a product assumption.
#[must_use]
pub fn factor(hour: u32) -> f64 {
    match hour {
        8 | 9 | 15 => 1.3,
        7 | 10..=14 | 16 | 17 => 1.0,
        _ => 0.5,
    }
}

/// Whether the windows mail leaves in unless a sequence says otherwise hold this hour.
#[must_use]
pub fn is_usual(hour: u32) -> bool {
    let minute = u16::try_from(hour * 60).unwrap_or(u16::MAX);
    let holds = |window: &LocalWindow| (window.from()..window.to()).contains(&minute);
    SendWindows::default().windows.iter().any(holds)
}

/// What was seen of an hour.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct HourSeen {
    /// Touches that brought something, faded.
    pub successes: f64,
    /// Those that did not, faded.
    pub failures: f64,
    /// Touches, not faded.
    pub sends: u64,
}

/// The hours of a day, for one channel in one segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Hours {
    /// What is believed of the channel there, whatever the hour.
    pub mean: f64,
    /// What was seen, by hour.
    pub seen: [HourSeen; 24],
}

impl Hours {
    /// What is believed of a span of hours: the mean of the channel by the mean of their factors weighs 50 touches.
    #[must_use]
    pub fn belief(&self, hours: &[u32]) -> Beta {
        #[allow(clippy::cast_precision_loss)] // 24 at most
        let usual = hours.iter().map(|hour| factor(*hour)).sum::<f64>() / hours.len().max(1) as f64;
        let prior = Beta::of_strength((self.mean * usual).min(0.95), STRENGTH);
        hours
            .iter()
            .map(|hour| self.of(*hour))
            .fold(prior, |belief, seen| belief.after(seen.successes, seen.failures))
    }

    /// What was seen of an hour.
    #[must_use]
    pub fn of(&self, hour: u32) -> HourSeen {
        usize::try_from(hour).ok().and_then(|hour| self.seen.get(hour)).copied().unwrap_or_default()
    }

    fn sends(&self, hours: &[u32]) -> u64 {
        hours.iter().map(|hour| self.of(*hour).sends).sum()
    }
}

/// A window that did better than the usual ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WindowProposal {
    /// Its first hour.
    pub from: u32,
    /// The hour at which it ends.
    pub to: u32,
    /// Mails that left in it.
    pub sends: u64,
    /// What is believed of it.
    pub belief: Beta,
    /// What is believed of the usual windows.
    pub usual: Beta,
    /// How sure it is better than those.
    pub sure: f64,
}

/// Whether a window of so many sends, so surely better, may be proposed.
#[must_use]
pub fn may_propose(sends: u64, sure: f64) -> bool {
    sends >= ENOUGH_SENDS && sure >= SURE
}

/// The best window outside the usual ones, if any may be proposed: an hour, or two of which neither has sends enough.
#[must_use]
pub fn proposal(hours: &Hours) -> Option<WindowProposal> {
    let usual: Vec<u32> = (0..24).filter(|hour| is_usual(*hour)).collect();
    let usual = hours.belief(&usual);
    let spans = LAWFUL.flat_map(|from| [1, 2].map(|length| (from, from + length)));
    let alone = |hour: u32| hours.of(hour).sends >= ENOUGH_SENDS;
    let free = |&(from, to): &(u32, u32)| {
        to <= LAWFUL.end && !(from..to).any(is_usual) && (to - from == 1 || !(from..to).any(alone))
    };
    let judged = spans.filter(free).map(|(from, to)| {
        let span: Vec<u32> = (from..to).collect();
        let (belief, sends) = (hours.belief(&span), hours.sends(&span));
        let sure = if sends < ENOUGH_SENDS { 0.0 } else { probability_best((belief, 1.0), &[(usual, 1.0)]) };
        WindowProposal { from, to, sends, belief, usual, sure }
    });
    judged
        .filter(|one| may_propose(one.sends, one.sure))
        .max_by(|a, b| a.belief.mean().total_cmp(&b.belief.mean()))
}

/// The next hour at which it is good to touch somebody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NextHour {
    /// When it begins, or now when it has begun.
    pub at: Timestamp,
    /// The hour on their clock.
    pub hour: u32,
    /// What is believed of it.
    pub belief: Beta,
    /// Touches of ours at that hour.
    pub sends: u64,
}

/// The best hour of today's rest and the next business day on somebody's clock; of equals the earliest. Mail keeps to the
/// usual windows, everything else to 08:00 to 21:00.
#[must_use]
pub fn next_hour(hours: &Hours, channel: Channel, clock: Clock, now: Timestamp) -> Option<NextHour> {
    let calendar = BusinessCalendar::new(clock.country);
    let today = local_date(clock.zone, now);
    let today_counts = calendar.is_business_day(today);
    let days = today_counts.then_some(today).into_iter().chain([calendar.add(today, 1).date]);
    let allowed = |hour: &u32| channel != Channel::Email || is_usual(*hour);
    let ahead = days.flat_map(|day| LAWFUL.filter(allowed).map(move |hour| (day, hour)));
    let mut best: Option<NextHour> = None;
    for (day, hour) in ahead {
        let Some(at) = open_from(clock, day, hour, now) else { continue };
        let (belief, sends) = (hours.belief(&[hour]), hours.of(hour).sends);
        if best.is_none_or(|best| belief.mean() > best.belief.mean() + 1e-12) {
            best = Some(NextHour { at, hour, belief, sends });
        }
    }
    best
}

/// When an hour of a day begins, or now when it has begun and enough of it is left.
fn open_from(clock: Clock, day: NaiveDate, hour: u32, now: Timestamp) -> Option<Timestamp> {
    let start = instant_of(clock.zone, day.and_time(NaiveTime::from_hms_opt(hour, 0, 0)?))?;
    let left = start.plus_seconds(3600).seconds_since(now);
    (left >= LEAST_REST_SECONDS).then(|| start.max(now))
}
