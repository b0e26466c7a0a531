//! The day on which an absent person is back, read from an absence note in English, Korean, Japanese, German
//! or French. Dates are found in [`super::dates`]; here it is decided what each of them means.

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::dates::{Found, find_dates};

/// Further ahead than this is a leave that outlasts a sequence.
const LONG_DAYS: i64 = 180;

/// What the note says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Return {
    /// First day back.
    On(NaiveDate),
    /// Back, but more than 180 days after the note.
    LongLeave(NaiveDate),
}

impl Return {
    /// First day back.
    pub fn day(self) -> NaiveDate {
        match self {
            Return::On(day) | Return::LongLeave(day) => day,
        }
    }
}

/// The n-th business day after the day.
pub fn add_business_days(day: NaiveDate, n: u32, is_business_day: &dyn Fn(NaiveDate) -> bool) -> NaiveDate {
    let mut day = day;
    let mut left = n;
    // A calendar without business days must not hang the reader.
    for _ in 0..3660 {
        if left == 0 {
            break;
        }
        day = day.checked_add_days(Days::new(1)).unwrap_or(day);
        left -= u32::from(is_business_day(day));
    }
    day
}

/// The first day back. "Away until D" and a range that ends on D mean the next business day after D, "back
/// on D" means D. A date without a year is the nearest one not before the note, at most 11 months ahead.
pub fn return_date(
    text: &str,
    written: NaiveDate,
    country: Option<&str>,
    is_business_day: &dyn Fn(NaiveDate) -> bool,
) -> Option<Return> {
    let found = find_dates(text, written, country);
    let day = back_on(&found).or_else(|| {
        let end = last_away(&found)?;
        Some(add_business_days(end, 1, is_business_day))
    })?;
    if day < written || day > written.checked_add_months(Months::new(60))? {
        return None;
    }
    let long = (day - written).num_days() > LONG_DAYS;
    Some(if long { Return::LongLeave(day) } else { Return::On(day) })
}

fn back_on(found: &[Found]) -> Option<NaiveDate> {
    found.iter().find(|f| is_back(f)).map(|f| f.day)
}

fn last_away(found: &[Found]) -> Option<NaiveDate> {
    let ends = found.iter().filter(|f| is_end(f)).map(|f| f.day).max();
    let alone = || match found {
        [only] if !is_start(only) => Some(only.day),
        _ => None,
    };
    ends.or_else(alone)
}

const BACK: [&str; 12] = [
    "back",
    "return",
    "returning",
    "returns",
    "returned",
    "ab",
    "am",
    "retour",
    "reprends",
    "reprendrai",
    "available",
    "resume",
];
const UNTIL: [&str; 11] = [
    "until",
    "till",
    "til",
    "through",
    "thru",
    "bis",
    "einschließlich",
    "jusqu'au",
    "jusqu'à",
    "jusqu'",
    "to",
];
const START: [&str; 8] = ["from", "vom", "von", "du", "since", "seit", "starting", "between"];

/// The marker nearest before the date, among the words of its clause.
fn marker(found: &Found) -> Option<(&str, usize)> {
    let known = |w: &&str| BACK.contains(w) || UNTIL.contains(w) || START.contains(w);
    let words = found.before.iter().rev().enumerate();
    // "Return to the office on" is no range: "to" counts only right before the date or its weekday.
    let counts = |(word, at): &(&str, usize)| known(word) && (*word != "to" || *at < 2);
    words.map(|(i, w)| (w.as_str(), i)).find(counts)
}

fn is_back(found: &Found) -> bool {
    let after = found.after.as_str();
    // 복귀, 출근: 부터 before them still means the day itself; 까지 means the leave.
    let korean = ["복귀", "출근", "업무 재개", "업무를 재개", "돌아"].iter().any(|w| after.contains(w))
        && !after.starts_with("까지");
    let japanese =
        ["出社", "戻り", "復帰", "出勤", "より対応", "から対応", "以降に"].iter().any(|w| after.contains(w))
            && !after.starts_with("まで");
    let german = found.before.iter().rev().take(3).any(|w| w == "ab" || w == "am")
        && (after.contains("wieder")
            || after.contains("zurück")
            || found.before.iter().any(|w| w == "wieder"));
    let not_until = |w: &String| matches!(w.as_str(), "not" | "won't" | "can't");
    let western = match marker(found) {
        Some(("ab" | "am", _)) => false,
        Some(("until" | "till" | "to", _)) => {
            let returns = found.before.iter().any(|w| BACK.contains(&w.as_str()));
            returns && found.before.iter().any(not_until)
        }
        Some((word, _)) => BACK.contains(&word),
        None => false,
    };
    korean || japanese || german || western
}

fn is_end(found: &Found) -> bool {
    let after = found.after.as_str();
    let stated = ["까지", "まで", "迄"].iter().any(|w| after.starts_with(w));
    let marked = marker(found).is_some_and(|(word, _)| UNTIL.contains(&word));
    stated || marked || found.ends_range
}

fn is_start(found: &Found) -> bool {
    let after = found.after.as_str();
    let stated = ["부터", "から", "より"].iter().any(|w| after.starts_with(w));
    stated || found.starts_range || marker(found).is_some_and(|(word, at)| START.contains(&word) && at < 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incoming::weekday;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn the_table_of_the_specification_holds() {
        for (written, country, text, back) in [
            ("2026-06-01", "GB", "I am out of office until Friday 5 June", "2026-06-08"),
            ("2026-07-27", "KR", "7월 28일(화)부터 8월 3일(월)까지 휴가입니다", "2026-08-04"),
            ("2026-07-30", "KR", "8/4 복귀 예정입니다", "2026-08-04"),
            ("2026-07-30", "KR", "다음 주 화요일에 출근합니다", "2026-08-04"),
            ("2026-08-07", "JP", "8月10日(月)から14日(金)まで夏季休暇", "2026-08-17"),
            ("2026-08-07", "DE", "Ich bin ab dem 17.08. wieder erreichbar", "2026-08-17"),
            ("2026-08-10", "FR", "Je suis absent jusqu'au 21 août inclus", "2026-08-24"),
        ] {
            let found = return_date(text, day(written), Some(country), &weekday);
            assert_eq!(found, Some(Return::On(day(back))), "{text}");
        }
        let leave = return_date("2026.03.02.~2027.03.01. 육아휴직", day("2026-03-02"), Some("KR"), &weekday);
        assert_eq!(leave, Some(Return::LongLeave(day("2027-03-02"))));
    }

    #[test]
    fn other_ways_of_saying_it_are_understood() {
        for (written, country, text, back) in [
            ("2026-06-01", "US", "I'm out until 6/5 and will reply then", "2026-06-08"),
            ("2026-06-01", "GB", "away 1/6 - 5/6", "2026-06-08"),
            ("2026-06-01", "US", "I will be back on Monday, June 8th.", "2026-06-08"),
            ("2026-06-01", "US", "I will return to the office on June 9, 2026", "2026-06-09"),
            ("2026-06-01", "US", "I won't be back until June 10", "2026-06-10"),
            ("2026-06-03", "US", "I will be back on Monday", "2026-06-08"),
            ("2026-12-20", "US", "out of the office until January 4", "2027-01-05"),
            ("2026-06-01", "DE", "Ich bin vom 01.06. bis 05.06.2026 im Urlaub", "2026-06-08"),
            ("2026-06-01", "FR", "Je serai de retour le 9 juin", "2026-06-09"),
            ("2026-06-01", "KR", "2026년 6월 5일까지 부재중입니다", "2026-06-08"),
            ("2026-06-01", "KR", "6/1~6/5 휴가", "2026-06-08"),
            ("2026-06-01", "KR", "6월 9일부터 복귀합니다", "2026-06-09"),
            ("2026-06-01", "KR", "내일 출근합니다", "2026-06-02"),
            ("2026-06-01", "JP", "6月9日に出社いたします", "2026-06-09"),
            ("2026-06-01", "", "Away from 2026-06-01 to 2026-06-12", "2026-06-15"),
            ("2026-06-01", "US", "Out 6/1 through 6/5, back 6/9", "2026-06-09"),
        ] {
            let country = Some(country).filter(|c| !c.is_empty());
            let found = return_date(text, day(written), country, &weekday);
            assert_eq!(found, Some(Return::On(day(back))), "{text}");
        }
    }

    #[test]
    fn numbers_that_are_no_dates_give_none() {
        for text in [
            "Call 02-123-4567 or 010-1234-5678 at any time, 24/7",
            "Version 3.5 is out",
            "I am away. Ticket 45/99.",
            "out of the office since 1 March 2020",
            "",
        ] {
            assert_eq!(return_date(text, day("2026-06-01"), None, &weekday), None, "{text}");
        }
    }

    #[test]
    fn holidays_push_the_return() {
        let chuseok = |d: NaiveDate| weekday(d) && !(24..=26).contains(&chrono::Datelike::day(&d));
        let found = return_date("9월 23일까지 휴가", day("2026-09-20"), Some("KR"), &chuseok);
        assert_eq!(found, Some(Return::On(day("2026-09-28"))));
    }
}
