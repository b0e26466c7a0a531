//! Days and words of decisions, and the rate the team compares with itself. Pure.

use chrono::{Months, NaiveDate};
use http_room::{Answer, Problem};
use kernel::Locale;

/// Days within which an answer to the honest mail proposes to go on (R40).
pub const ANSWER_DAYS: i64 = 90;
/// Furthest day of looking again: years ahead.
const RECHECK_YEARS: u32 = 3;
/// The share that is expected to fit at most (R38): fewer than half of early leads do, and that is normal.
pub const EXPECTED_UNDER: f64 = 0.5;
/// Decisions below which a rate says nothing yet.
pub const FEW: i64 = 10;

/// Refuses a day of looking again that is past, today or too far.
///
/// # Errors
/// 422 naming the field.
pub fn check_recheck(day: &str, today: NaiveDate) -> Answer<NaiveDate> {
    let wrong = |message: &str| Problem::field("recheck_on", "invalid", message);
    let day: NaiveDate = day.parse().map_err(|_| wrong("a date as YYYY-MM-DD"))?;
    let last = today.checked_add_months(Months::new(12 * RECHECK_YEARS)).unwrap_or(NaiveDate::MAX);
    if day <= today || day > last {
        return Err(wrong("from tomorrow to three years ahead"));
    }
    Ok(day)
}

/// What the task of looking again is called.
#[must_use]
pub fn recheck_title(locale: Locale, deal: &str) -> String {
    match locale {
        Locale::En => format!("Look again whether it fits: {deal}"),
        Locale::Ko => format!("다시 맞는지 살펴보기: {deal}"),
    }
}

/// What the task of an answer to the honest mail is called.
#[must_use]
pub fn reopen_title(locale: Locale, deal: &str) -> String {
    match locale {
        Locale::En => format!("They answered your honest mail. Open it again? {deal}"),
        Locale::Ko => format!("솔직한 메일에 답장이 왔습니다. 다시 시작할까요? {deal}"),
    }
}

/// How a rate stands to the team's own history. Never a fault by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgainstHistory {
    /// Too few decisions, now or before.
    TooFew,
    /// As before.
    AsBefore,
    /// More fit than before.
    Higher,
    /// Fewer fit than before.
    Lower,
}

/// Compares with the interval of before: only a rate outside of it is another one.
#[must_use]
pub fn against_history(now: (i64, i64), before: (i64, i64)) -> AgainstHistory {
    if now.1 < FEW || before.1 < FEW {
        return AgainstHistory::TooFew;
    }
    let of = |(k, n): (i64, i64)| stats::Proportion::of_reals(k as f64, n as f64);
    let Some(usual) = stats::wilson(of(before), stats::Z_975) else { return AgainstHistory::TooFew };
    let Some(own) = stats::wilson(of(now), stats::Z_975) else { return AgainstHistory::TooFew };
    if own.low > usual.high {
        AgainstHistory::Higher
    } else if own.high < usual.low {
        AgainstHistory::Lower
    } else {
        AgainstHistory::AsBefore
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_looking_again_lies_ahead_and_within_three_years() {
        let today: NaiveDate = "2026-11-23".parse().unwrap();
        for (day, good) in [
            ("2026-11-23", false),
            ("2026-11-24", true),
            ("2029-11-23", true),
            ("2029-11-24", false),
            ("soon", false),
        ] {
            assert_eq!(check_recheck(day, today).is_ok(), good, "{day}");
        }
    }

    #[test]
    fn a_rate_is_compared_with_the_teams_own_history_alone() {
        let cases = [
            ((1, 5), (50, 100), AgainstHistory::TooFew),
            ((20, 50), (1, 5), AgainstHistory::TooFew),
            ((10, 50), (20, 100), AgainstHistory::AsBefore),
            ((45, 50), (20, 100), AgainstHistory::Higher),
            ((2, 50), (50, 100), AgainstHistory::Lower),
            ((0, 40), (1, 40), AgainstHistory::AsBefore),
        ];
        for (now, before, expected) in cases {
            assert_eq!(against_history(now, before), expected, "{now:?} {before:?}");
        }
    }
}
