//! Names of months and days in the languages of absence notes.

use chrono::Weekday;

const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "januar", "jänner", "janvier"],
    &["february", "feb", "februar", "février", "fevrier"],
    &["march", "mar", "märz", "maerz", "mars"],
    &["april", "apr", "avril"],
    &["may", "mai"],
    &["june", "jun", "juni", "juin"],
    &["july", "jul", "juli", "juillet"],
    &["august", "aug", "août", "aout"],
    &["september", "sep", "sept", "septembre"],
    &["october", "oct", "oktober", "okt", "octobre"],
    &["november", "nov", "novembre"],
    &["december", "dec", "dezember", "dez", "décembre", "decembre"],
];

const WEEKDAYS: [(Weekday, &[&str]); 7] = [
    (Weekday::Mon, &["monday", "montag", "lundi"]),
    (Weekday::Tue, &["tuesday", "dienstag", "mardi"]),
    (Weekday::Wed, &["wednesday", "mittwoch", "mercredi"]),
    (Weekday::Thu, &["thursday", "donnerstag", "jeudi"]),
    (Weekday::Fri, &["friday", "freitag", "vendredi"]),
    (Weekday::Sat, &["saturday", "samstag", "samedi"]),
    (Weekday::Sun, &["sunday", "sonntag", "dimanche"]),
];

/// 1 to 12.
pub(crate) fn month_number(word: &str) -> Option<u32> {
    let index = MONTHS.iter().position(|names| names.contains(&word))?;
    u32::try_from(index + 1).ok()
}

/// A day of the week, also with a Korean or Japanese ending (`화요일에`, `月曜日`).
pub(crate) fn weekday_of(word: &str) -> Option<Weekday> {
    const EAST: [(Weekday, &str, &str); 7] = [
        (Weekday::Mon, "월요일", "月曜"),
        (Weekday::Tue, "화요일", "火曜"),
        (Weekday::Wed, "수요일", "水曜"),
        (Weekday::Thu, "목요일", "木曜"),
        (Weekday::Fri, "금요일", "金曜"),
        (Weekday::Sat, "토요일", "土曜"),
        (Weekday::Sun, "일요일", "日曜"),
    ];
    let western = WEEKDAYS.iter().find(|(_, names)| names.contains(&word)).map(|(day, _)| *day);
    let east =
        || EAST.iter().find(|(_, ko, ja)| word.contains(ko) || word.contains(ja)).map(|(day, ..)| *day);
    western.or_else(east)
}

/// Days ahead of "tomorrow" and the like.
pub(crate) fn relative_day(word: &str) -> Option<u64> {
    match word {
        "tomorrow" | "morgen" | "demain" | "明日" => Some(1),
        _ if word.starts_with("내일") => Some(1),
        _ if word.starts_with("모레") => Some(2),
        _ => None,
    }
}
