//! What an answer's status means: an answer, nothing, a fault of this one request, or of the source.

use chrono::DateTime;
use kernel::Timestamp;

/// Longest pause after failures in a row, in seconds.
const LONGEST: i64 = 3_600;
/// Longest pause a source may ask for, in seconds.
const LONGEST_ASKED: i64 = 7 * 86_400;

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It holds values.
    Answer,
    /// The source knows nothing of it.
    Nothing,
    /// The source refused this one request; others may do.
    Refused,
    /// The source will not answer at all before somebody mends it.
    Stop(&'static str),
    /// The source wants to be asked later.
    Later(&'static str, Timestamp),
}

/// Judges a status. `failures` counts those in a row before this one.
#[must_use]
pub fn judge(status: u16, retry_after: Option<&str>, failures: i64, now: Timestamp) -> Verdict {
    let later = |code| Verdict::Later(code, pause(retry_after, failures, now));
    match status {
        204 | 404 | 410 => Verdict::Nothing,
        200..=299 => Verdict::Answer,
        401 | 403 | 407 => Verdict::Stop("unauthorized"),
        402 => Verdict::Stop("payment_required"),
        408 | 425 => later("server_error"),
        429 => later("rate_limited"),
        500..=599 => later("server_error"),
        _ => Verdict::Refused,
    }
}

/// When to ask again: as the source says (seconds, or a date: RFC 9110 section 10.2.3), or twice as long each time.
#[must_use]
pub fn pause(retry_after: Option<&str>, failures: i64, now: Timestamp) -> Timestamp {
    let asked = retry_after.map(str::trim).and_then(|text| match text.parse::<i64>() {
        Ok(seconds) => Some(seconds),
        Err(_) => {
            let at = DateTime::parse_from_rfc2822(text).ok()?;
            Some(at.timestamp() - now.0.div_euclid(kernel::time::SECOND))
        }
    });
    match asked {
        Some(seconds) => now.plus_seconds(seconds.clamp(1, LONGEST_ASKED)),
        None => now.plus_seconds((30 << failures.clamp(0, 7)).min(LONGEST)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_says_what_to_do() {
        let now = Timestamp::parse("2026-11-26T09:00:00Z").expect("a time");
        let later = |code, seconds| Verdict::Later(code, now.plus_seconds(seconds));
        let table = [
            (200, None, 0, Verdict::Answer),
            (201, None, 0, Verdict::Answer),
            (204, None, 0, Verdict::Nothing),
            (404, None, 3, Verdict::Nothing),
            (301, None, 0, Verdict::Refused),
            (400, None, 0, Verdict::Refused),
            (422, None, 0, Verdict::Refused),
            (401, None, 0, Verdict::Stop("unauthorized")),
            (403, None, 0, Verdict::Stop("unauthorized")),
            (402, None, 0, Verdict::Stop("payment_required")),
            (429, Some("120"), 0, later("rate_limited", 120)),
            (429, Some("Thu, 26 Nov 2026 09:05:00 GMT"), 0, later("rate_limited", 300)),
            (429, Some("Thu, 26 Nov 2026 08:00:00 GMT"), 0, later("rate_limited", 1)),
            (429, Some("99999999999"), 0, later("rate_limited", LONGEST_ASKED)),
            (429, Some("soon"), 0, later("rate_limited", 30)),
            (503, None, 0, later("server_error", 30)),
            (503, None, 2, later("server_error", 120)),
            (500, None, 40, later("server_error", LONGEST)),
            (503, Some("7"), 40, later("server_error", 7)),
        ];
        for (status, retry_after, failures, expected) in table {
            assert_eq!(judge(status, retry_after, failures, now), expected, "{status} {retry_after:?}");
        }
    }
}
