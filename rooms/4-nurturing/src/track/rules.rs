//! What becomes of a track's step whose day has come. Pure: the timer and the simulated years ask the same function.

use kernel::{BusinessCalendar, Timestamp};
use outreach::timing::{Delay, Timing};
use serde::{Deserialize, Serialize};

use crate::cadence::rules::{Allowed, Because, History, Limits, WEEK_DAYS, Where, next_allowed};
use process::facts::Awareness;

/// Days after which a step that waits for something else is asked again.
const LOOK_AGAIN_DAYS: i64 = 1;
/// Windows looked at before a step is asked again another day.
const WINDOWS: usize = 8;
/// Touches of the two-year campaign.
pub const CAMPAIGN_TOUCHES: usize = 8;
/// Days between two touches of the two-year campaign.
pub const CAMPAIGN_EVERY_DAYS: i64 = 91;
/// Touches of the two-year campaign that a person does, at least.
pub const CAMPAIGN_BY_HAND: usize = 2;

/// What a track is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrackKind {
    /// For deals at work in nurturing.
    Regular,
    /// For deals that are parked: regular contact until they wake.
    NotYet,
    /// For deals that are parked long: eight touches in two years.
    TwoYear,
}

impl TrackKind {
    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::NotYet => "not_yet",
            Self::TwoYear => "two_year",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        [Self::Regular, Self::NotYet, Self::TwoYear].into_iter().find(|kind| kind.key() == key)
    }

    /// Whether it ends when its deal wakes.
    #[must_use]
    pub fn ends_at_waking(self) -> bool {
        self != Self::Regular
    }
}

/// Who a track is for by how much they know; open ends take everybody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// From this level on.
    pub enter_from: Option<Awareness>,
    /// Up to and with this level.
    pub enter_to: Option<Awareness>,
    /// Whoever reaches this level leaves it.
    pub exit_at: Option<Awareness>,
}

impl Span {
    /// Whether somebody of that level comes in.
    #[must_use]
    pub fn takes(self, level: Awareness) -> bool {
        self.enter_from.is_none_or(|from| level >= from)
            && self.enter_to.is_none_or(|to| level <= to)
            && !self.is_left_at(level)
    }

    /// Whether somebody of that level goes.
    #[must_use]
    pub fn is_left_at(self, level: Awareness) -> bool {
        self.exit_at.is_some_and(|at| level >= at)
    }
}

/// What becomes of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It may leave now.
    Clear,
    /// It moves to then.
    Later(Timestamp, Because),
    /// Its window opens then; nothing else keeps it.
    At(Timestamp),
    /// Nothing more goes to them.
    End,
}

/// When the step at this place, from 0, is planned. `every_days` after the track began for each step before it, where the
/// track has a fixed pace; never before the pace of the sequence itself (`due`).
#[must_use]
pub fn planned(began: Timestamp, every_days: Option<i64>, step: i64, due: Timestamp) -> Timestamp {
    every_days.map_or(due, |days| began.plus_days(days * step).max(due))
}

/// Decides about a mail of a track. `key` says at which point of a window: the person's own, so that all that waits for
/// them meets there and what was planned first goes first.
#[must_use]
pub fn turn(
    planned: Timestamp,
    had: &History,
    limits: Limits,
    timing: &Timing,
    key: &[u8],
    now: Timestamp,
) -> Turn {
    let days = BusinessCalendar::new(timing.country);
    let place = Where { zone: timing.zone, days: &days };
    let mut at = planned.max(now);
    let mut because = None;
    for _ in 0..WINDOWS {
        match next_allowed(at, had, limits, place) {
            Allowed::Never => return Turn::End,
            Allowed::NotYet(why) => return asked_again(why, limits, now),
            Allowed::From(from, why) => {
                because = because.or(why);
                if from <= now && timing.open(now) == Some(now) {
                    return Turn::Clear;
                }
                // No window ever opens: looked at again, the sequence may change.
                let slot = timing.due(from, Delay::default(), key);
                let slot = slot.unwrap_or_else(|| now.plus_days(LOOK_AGAIN_DAYS));
                // The window lies on a later day, on which other limits may hold.
                if slot == from || next_allowed(slot, had, limits, place) == Allowed::From(slot, None) {
                    return because.map_or(Turn::At(slot), |why| Turn::Later(slot, why));
                }
                at = slot;
            }
        }
    }
    Turn::Later(at, because.unwrap_or(Because::DayOff))
}

/// When a step that waits for something else is asked again: what is about to leave fills the week, where one a week is
/// the limit.
fn asked_again(why: Because, limits: Limits, now: Timestamp) -> Turn {
    if why == Because::UnderWay && limits.in_week <= 1 {
        return Turn::Later(now.plus_days(WEEK_DAYS), Because::WeekFull);
    }
    Turn::Later(now.plus_days(LOOK_AGAIN_DAYS), why)
}

/// Decides about a step that a person does: on the next business day.
#[must_use]
pub fn turn_of_task(planned: Timestamp, timing: &Timing, now: Timestamp) -> Turn {
    let days = BusinessCalendar::new(timing.country);
    let place = Where { zone: timing.zone, days: &days };
    match next_allowed(planned.max(now), &History::default(), Limits::default(), place) {
        Allowed::From(at, _) if at <= now => Turn::Clear,
        Allowed::From(at, _) => Turn::At(at),
        Allowed::NotYet(why) => Turn::Later(now.plus_days(LOOK_AGAIN_DAYS), why),
        Allowed::Never => Turn::End,
    }
}

/// Whether what was given free on an earlier day of theirs has to be asked again before it leaves.
#[must_use]
pub fn is_stale(cleared_at: Timestamp, timing: &Timing, now: Timestamp) -> bool {
    let day = |at| kernel::window::local_date(timing.zone, at);
    day(cleared_at) != day(now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Awareness::{MostAware, ProblemAware, ProductAware, SolutionAware, Unaware};
    use kernel::Country;
    use outreach::timing::Windows;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn korea() -> Timing {
        Timing {
            zone: "Asia/Seoul".parse().unwrap(),
            quiet_zones: Vec::new(),
            country: Country::from_code("KR"),
            windows: Windows::default(),
        }
    }

    #[test]
    fn a_span_takes_those_within_it_and_lets_go_at_its_end() {
        let span = |from, to, exit| Span { enter_from: from, enter_to: to, exit_at: exit };
        let table = [
            (span(None, None, None), Unaware, true),
            (span(Some(ProblemAware), None, None), Unaware, false),
            (span(Some(ProblemAware), Some(SolutionAware), None), SolutionAware, true),
            (span(Some(ProblemAware), Some(SolutionAware), None), ProductAware, false),
            (span(None, None, Some(MostAware)), MostAware, false),
            (span(None, None, Some(MostAware)), ProductAware, true),
        ];
        for (span, level, expected) in table {
            assert_eq!(span.takes(level), expected, "{span:?} {level:?}");
        }
    }

    #[test]
    fn r107_a_track_with_a_pace_counts_from_its_beginning() {
        let began = at("2026-11-23T09:00:00+09:00");
        let days: Vec<i64> = (0..8)
            .map(|step| planned(began, Some(CAMPAIGN_EVERY_DAYS), step, began).seconds_since(began) / 86_400)
            .collect();
        assert_eq!(days, [0, 91, 182, 273, 364, 455, 546, 637]);
        assert_eq!(planned(began, None, 5, began.plus_days(3)), began.plus_days(3));
    }

    #[test]
    fn a_step_leaves_in_an_open_window_or_moves_and_says_why() {
        let asked = |planned: &str, now: &str, had: &History| {
            turn(at(planned), had, Limits::default(), &korea(), b"x", at(now))
        };
        let nothing = History::default();
        let monday = "2026-11-23T09:00:00+09:00";
        assert_eq!(asked(monday, monday, &nothing), Turn::Clear);
        assert_eq!(asked("2026-11-16T09:00:00+09:00", monday, &nothing), Turn::Clear, "late, but now");
        let noon = asked(monday, "2026-11-23T12:00:00+09:00", &nothing);
        assert!(matches!(noon, Turn::At(slot) if korea().open(slot) == Some(slot)), "{noon:?}");
        let had = History { touches: vec![at("2026-11-20T09:00:00+09:00")], ..History::default() };
        let Turn::Later(slot, Because::WeekFull) = asked(monday, monday, &had) else { panic!("moves") };
        assert!(slot >= at("2026-11-27T09:00:00+09:00"), "{slot}");
        // Monday evening would be Tuesday morning, when the meeting of Thursday is near.
        let meets = History { meetings: vec![at("2026-11-26T10:00:00+09:00")], ..History::default() };
        assert_eq!(asked(monday, monday, &meets), Turn::Clear);
        let evening = asked(monday, "2026-11-23T18:00:00+09:00", &meets);
        let Turn::Later(slot, Because::MeetingAhead) = evening else { panic!("{evening:?}") };
        assert!(slot >= at("2026-12-01T10:00:00+09:00"), "{slot}");
        let refused = History { refused: true, ..History::default() };
        assert_eq!(asked(monday, monday, &refused), Turn::End);
    }

    #[test]
    fn what_was_given_free_counts_for_that_day_alone() {
        let cleared = at("2026-11-23T09:00:00+09:00");
        assert!(!is_stale(cleared, &korea(), at("2026-11-23T23:59:00+09:00")));
        assert!(is_stale(cleared, &korea(), at("2026-11-24T00:00:00+09:00")));
    }
}
