//! How often a source may be asked. Days and months are those of UTC, as sources count them.

use chrono::{Datelike, Months, NaiveTime};
use kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// Limits; what is absent is not limited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrichmentQuota {
    /// Calls a day, in UTC.
    #[serde(default)]
    pub per_day: Option<i64>,
    /// Calls a month, in UTC.
    #[serde(default)]
    pub per_month: Option<i64>,
    /// Milliseconds between the beginnings of two calls at least.
    #[serde(default)]
    pub spacing_ms: i64,
}

/// What was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meter {
    /// The day `day_calls` counts, in days since 1970.
    pub day: i64,
    /// Calls of that day.
    pub day_calls: i64,
    /// The month `month_calls` counts, in months since the year 0.
    pub month: i64,
    /// Calls of that month.
    pub month_calls: i64,
    /// No call before.
    pub next_call_at: Timestamp,
}

/// Why a call has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitReason {
    /// The calls of the day are used up.
    Day,
    /// The calls of the month are used up.
    Month,
    /// The last call was a moment ago.
    Spacing,
    /// The source asked for a pause, or failed.
    Pause,
    /// Another worker asks the same at this moment.
    SameRequest,
}

/// Until when, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// No call before.
    pub until: Timestamp,
    /// Why.
    pub why: WaitReason,
}

/// The meter as it counts at this moment: a new day or month begins at nothing.
#[must_use]
pub fn turned(meter: Meter, now: Timestamp) -> Meter {
    let date = now.to_utc().date_naive();
    let (day, month) =
        (now.0.div_euclid(kernel::time::DAY), i64::from(date.year()) * 12 + i64::from(date.month0()));
    Meter {
        day,
        day_calls: if meter.day == day { meter.day_calls } else { 0 },
        month,
        month_calls: if meter.month == month { meter.month_calls } else { 0 },
        ..meter
    }
}

/// Counts a call, or says until when it has to wait.
///
/// # Errors
/// The longest wait there is.
pub fn take(quota: &EnrichmentQuota, meter: Meter, now: Timestamp) -> Result<Meter, Wait> {
    let mut meter = turned(meter, now);
    if quota.per_month.is_some_and(|most| meter.month_calls >= most) {
        return Err(Wait { until: next_month(now), why: WaitReason::Month });
    }
    if quota.per_day.is_some_and(|most| meter.day_calls >= most) {
        return Err(Wait { until: Timestamp((meter.day + 1) * kernel::time::DAY), why: WaitReason::Day });
    }
    if now < meter.next_call_at {
        return Err(Wait { until: meter.next_call_at, why: WaitReason::Spacing });
    }
    meter.day_calls += 1;
    meter.month_calls += 1;
    meter.next_call_at = Timestamp(now.0 + quota.spacing_ms * 1_000);
    Ok(meter)
}

fn next_month(now: Timestamp) -> Timestamp {
    let date = now.to_utc().date_naive();
    let first = date.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
    first.map_or(now, |first| Timestamp::from_utc(first.and_time(NaiveTime::MIN).and_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect("a time")
    }

    #[test]
    fn calls_are_counted_by_day_and_month_and_spaced() {
        let now = at("2026-11-30T22:00:00Z");
        let fresh = Meter { day: 0, day_calls: 9, month: 0, month_calls: 9, next_call_at: Timestamp(0) };
        let used = |day_calls, month_calls, next_call_at| Meter {
            day_calls,
            month_calls,
            next_call_at,
            ..turned(fresh, now)
        };
        let quota = |per_day, per_month, spacing_ms| EnrichmentQuota { per_day, per_month, spacing_ms };
        let soon = at("2026-11-30T22:00:01Z");
        let tomorrow = at("2026-12-01T00:00:00Z");
        let wait = |until, why| Err(Wait { until, why });
        let table = [
            (quota(None, None, 0), used(7, 7, Timestamp(0)), Ok((8, 8, now))),
            (quota(Some(8), Some(9), 0), used(7, 8, Timestamp(0)), Ok((8, 9, now))),
            (quota(Some(8), None, 1_000), used(7, 7, now), Ok((8, 8, soon))),
            (quota(Some(8), None, 0), used(8, 8, Timestamp(0)), wait(tomorrow, WaitReason::Day)),
            (quota(None, Some(8), 0), used(1, 8, Timestamp(0)), wait(tomorrow, WaitReason::Month)),
            (quota(None, None, 1_000), used(1, 1, soon), wait(soon, WaitReason::Spacing)),
            (quota(Some(0), None, 0), fresh, wait(tomorrow, WaitReason::Day)),
            (quota(Some(1), None, 0), fresh, Ok((1, 1, now))),
        ];
        for (n, (quota, meter, expected)) in table.into_iter().enumerate() {
            let got = take(&quota, meter, now).map(|m| (m.day_calls, m.month_calls, m.next_call_at));
            assert_eq!(got, expected, "row {n}");
        }
        let january = take(&quota(None, Some(0), 0), fresh, at("2026-12-31T23:59:59Z"));
        assert_eq!(january, Err(Wait { until: at("2027-01-01T00:00:00Z"), why: WaitReason::Month }));
    }
}
