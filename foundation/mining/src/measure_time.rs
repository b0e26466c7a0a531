//! Times as logs write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

use crate::limits::MiningError;

/// Microseconds since 1970 UTC. A time without an offset is taken as UTC, a day as its midnight.
pub(crate) fn micros(value: &str, place: impl FnOnce() -> String) -> Result<i64, MiningError> {
    let text = value.trim();
    if let Ok(time) =
        DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_str(text, "%F %T%.f%#z"))
    {
        return Ok(time.timestamp_micros());
    }
    let local = ["%FT%T%.f", "%F %T%.f", "%F %H:%M", "%Y/%m/%d %T%.f"]
        .iter()
        .find_map(|shape| NaiveDateTime::parse_from_str(text, shape).ok())
        .or_else(|| Some(NaiveDate::parse_from_str(text, "%F").ok()?.and_time(NaiveTime::MIN)));
    local
        .map(|time| time.and_utc().timestamp_micros())
        .ok_or_else(|| MiningError::Time { value: value.chars().take(60).collect(), place: place() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_logs_write_them() {
        let cases = [
            ("1970-01-01T00:00:01Z", 1_000_000),
            ("1970-01-01T01:00:00.5+01:00", 500_000),
            ("1970-01-01 00:00:01.25", 1_250_000),
            ("1970-01-01 02:00:00+02:00", 0),
            ("1970-01-01 00:01", 60_000_000),
            ("1970-01-02", 86_400_000_000),
        ];
        for (text, wanted) in cases {
            assert_eq!(micros(text, String::new).unwrap(), wanted, "{text}");
        }
        assert!(micros("yesterday", || "line 7".into()).unwrap_err().to_string().contains("line 7"));
    }
}
