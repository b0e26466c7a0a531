//! Days as spreadsheets and exports write them.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::value::ValueError;

/// Which number of `3/4/2026` is the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// The first: 4 March (United States).
    #[default]
    MonthFirst,
    /// The second: 3 April (most of the world).
    DayFirst,
}

/// The order a column's own values show: one above 12 gives it away. `None` when none does, or when
/// they contradict each other.
#[must_use]
pub fn infer_date_order<'a>(cells: impl IntoIterator<Item = &'a str>) -> Option<DateOrder> {
    let (mut month_first, mut day_first) = (false, false);
    for cell in cells {
        if let Some([first, second, _]) = numeric_triple(cell).filter(|[first, ..]| first.len() <= 2) {
            month_first |= second.parse::<u32>().is_ok_and(|n| n > 12);
            day_first |= first.parse::<u32>().is_ok_and(|n| n > 12);
        }
    }
    match (month_first, day_first) {
        (true, false) => Some(DateOrder::MonthFirst),
        (false, true) => Some(DateOrder::DayFirst),
        _ => None,
    }
}

/// Reads a day; a time of day behind it is passed over. Understood: `2026-01-30`, `2026/1/30`,
/// `2026.01.30.`, `20260130`, `1/30/2026` or `30/1/2026` by `order`, `30.1.2026`, `30 Jan 2026`,
/// `7-Feb-22`, `January 30, 2026`, `2026년 1월 30일`. Two-digit years up to 69 mean 20xx.
///
/// # Errors
/// When it is no day, or one that does not exist.
pub fn parse_date(cell: &str, order: DateOrder) -> Result<NaiveDate, ValueError> {
    let wrong = || ValueError::NotADate(cell.to_owned());
    let text = cell.trim();
    let day =
        korean(text).or_else(|| numeric(text, order)).or_else(|| named_month(text)).or_else(|| compact(text));
    day.filter(|d| (1800..=2200).contains(&d.year())).ok_or_else(wrong)
}

/// Three groups of digits at the start, with one of `- / .` between, and nothing but a time behind.
fn numeric_triple(text: &str) -> Option<[&str; 3]> {
    let text = text.trim();
    let end = text.find([' ', 'T']).unwrap_or(text.len());
    let (day, time) = text.split_at(end);
    if !time.chars().all(|c| c.is_ascii_digit() || " :.TZ+-APMapm오전후".contains(c)) {
        return None;
    }
    let separator = day.chars().find(|c| !c.is_ascii_digit()).filter(|c| "-/.".contains(*c))?;
    let parts: Vec<&str> = day.trim_end_matches('.').split(separator).collect();
    let triple: [&str; 3] = parts.try_into().ok()?;
    let digits = |s: &&str| !s.is_empty() && s.len() <= 4 && s.bytes().all(|b| b.is_ascii_digit());
    triple.iter().all(digits).then_some(triple)
}

fn numeric(text: &str, order: DateOrder) -> Option<NaiveDate> {
    // `2026. 1. 30.` is how Korean spreadsheets write a day.
    let joined = text.replace(". ", ".");
    let [first, second, third] = numeric_triple(&joined)?;
    if first.len() == 4 {
        return date(first, second, third);
    }
    // With dots the day always comes first.
    let day_first = order == DateOrder::DayFirst || joined.contains('.') && !joined.contains(['/', '-']);
    let (day, month) = if day_first { (first, second) } else { (second, first) };
    date(third, month, day)
}

fn korean(text: &str) -> Option<NaiveDate> {
    let (year, rest) = text.split_once('년')?;
    let (month, rest) = rest.split_once('월')?;
    let (day, _) = rest.split_once('일')?;
    date(year.trim(), month.trim(), day.trim())
}

fn compact(text: &str) -> Option<NaiveDate> {
    let digits = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| date(&text[..4], &text[4..6], &text[6..]))?
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn named_month(text: &str) -> Option<NaiveDate> {
    let words: Vec<&str> = text.split([' ', '-', ',', '.', '/']).filter(|w| !w.is_empty()).take(3).collect();
    let [first, second, third] = words.as_slice() else { return None };
    let month = |word: &str| {
        let start = word.get(..3)?.to_ascii_lowercase();
        let letters = word.bytes().all(|b| b.is_ascii_alphabetic());
        letters.then(|| MONTHS.iter().position(|m| *m == start).map(|at| at + 1))?
    };
    let (month, day) = month(second).map(|m| (m, *first)).or_else(|| month(first).map(|m| (m, *second)))?;
    let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    date(third, &month.to_string(), day)
}

fn date(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let number: i32 = year.parse().ok()?;
    let year = match (year.len(), number) {
        (1 | 2, 0..=69) => 2000 + number,
        (1 | 2, _) => 1900 + number,
        _ => number,
    };
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_are_read_in_every_spelling_seen() {
        let (us, eu) = (DateOrder::MonthFirst, DateOrder::DayFirst);
        let cases = [
            ("2026-01-30", us, "2026-01-30"),
            ("10/20/2016", us, "2016-10-20"),
            ("3/1/2017", us, "2017-03-01"),
            ("3/1/2017", eu, "2017-01-03"),
            ("2023-04-12 09:31", us, "2023-04-12"),
            ("30.1.2026", us, "2026-01-30"),
            ("2026-01-30T23:59:59.000Z", us, "2026-01-30"),
            ("2026.01.30.", eu, "2026-01-30"),
            ("2026. 1. 30.", us, "2026-01-30"),
            ("20260130", us, "2026-01-30"),
            ("01 Jan 2024", us, "2024-01-01"),
            ("7-Feb-22", us, "2022-02-07"),
            ("January 30, 2026", us, "2026-01-30"),
            ("Sept 3rd 2021", us, "2021-09-03"),
            ("2026년 1월 30일", us, "2026-01-30"),
            ("11/23/2011 5:04 PM", us, "2011-11-23"),
            ("1/2/70", us, "1970-01-02"),
        ];
        for (text, order, day) in cases {
            assert_eq!(parse_date(text, order).map(|d| d.to_string()).as_deref(), Ok(day), "{text}");
        }
        for text in
            ["", "13월", "2026-02-30", "30/1/2026", "soon", "1/2", "12345678901", "Q3 2026", "0/0/2026"]
        {
            assert!(parse_date(text, us).is_err(), "{text}");
        }
    }

    #[test]
    fn a_column_shows_its_own_order() {
        assert_eq!(infer_date_order(["3/1/2017", "10/20/2016"]), Some(DateOrder::MonthFirst));
        assert_eq!(infer_date_order(["3/1/2017", "20/10/2016"]), Some(DateOrder::DayFirst));
        assert_eq!(infer_date_order(["3/1/2017", "2016-10-20"]), None);
        assert_eq!(infer_date_order(["13/1/2017", "1/13/2017"]), None);
    }

    proptest! {
        #[test]
        fn a_written_day_is_read_back(days in -60_000_i32..60_000) {
            let day = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + chrono::Days::new(days.unsigned_abs().into());
            for form in ["%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d %b %Y", "%Y년 %m월 %d일", "%Y%m%d"] {
                prop_assert_eq!(parse_date(&day.format(form).to_string(), DateOrder::MonthFirst), Ok(day));
            }
        }

        #[test]
        fn any_text_is_safe(text in "\\PC{0,30}") {
            let _ = parse_date(&text, DateOrder::DayFirst);
        }
    }
}
