//! Finds calendar dates in running text, with the words around each. Numbers, not meaning: what a date says
//! about an absence is decided in [`super::return_date`].

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::date_words::{month_number, relative_day, weekday_of};
use crate::html::cut_at;

/// Part of a note that is read.
const NOTE_CAP: usize = 16 * 1024;
/// Most dates kept of one note.
const DATE_CAP: usize = 40;

/// One date with its surroundings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// The day, completed by year and month where the text leaves them out.
    pub day: NaiveDate,
    /// Up to eight words before it on its line, lower case.
    pub before: Vec<String>,
    /// Some words after it on its line, without the weekday in brackets.
    pub after: String,
    /// A dash or tilde leads from the date before to this one.
    pub ends_range: bool,
    /// A dash or tilde leads from this one to the next.
    pub starts_range: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Number(u32, usize),
    Word(String),
    Mark(char),
}

/// Every date of the text, in order.
pub(crate) fn find_dates(text: &str, written: NaiveDate, country: Option<&str>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for line in cut_at(text, NOTE_CAP).lines() {
        let tokens = tokens(line);
        let mut scan = Scan { tokens: &tokens, written, country, known: None };
        scan.line(&mut found);
        if found.len() >= DATE_CAP {
            break;
        }
    }
    // Names of days count only where no calendar date stands.
    if found.is_empty() {
        for line in cut_at(text, NOTE_CAP).lines() {
            named_days(&tokens(line), written, &mut found);
        }
    }
    found.truncate(DATE_CAP);
    found
}

/// The days a text names, in order: dates, or weekdays and words such as "tomorrow" where there is none. What leaves the
/// year or the week out is the next such day after `written`.
#[must_use]
pub fn days_named(text: &str, written: NaiveDate, country: Option<&str>) -> Vec<NaiveDate> {
    find_dates(text, written, country).into_iter().map(|found| found.day).collect()
}

fn tokens(line: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_ascii_digit() {
            let mut digits = String::from(c);
            while let Some(d) = chars.next_if(char::is_ascii_digit) {
                digits.push(d);
            }
            tokens.push(Token::Number(digits.parse().unwrap_or(u32::MAX), digits.len()));
        } else if c.is_alphabetic() {
            let mut word = String::from(c);
            while let Some(l) = chars.next_if(|l| l.is_alphabetic() || matches!(l, '\'' | '’')) {
                word.push(if l == '’' { '\'' } else { l });
            }
            tokens.push(Token::Word(word.to_lowercase()));
        } else if !c.is_whitespace() {
            tokens.push(Token::Mark(c));
        }
    }
    tokens
}

/// Year and month may be missing in the text.
#[derive(Debug, Clone, Copy)]
struct Parts {
    year: Option<i32>,
    month: u32,
    day: u32,
}

struct Scan<'s> {
    tokens: &'s [Token],
    written: NaiveDate,
    country: Option<&'s str>,
    /// The date before on the line and where it ended, for ranges such as "10日から14日まで".
    known: Option<(Parts, usize)>,
}

impl Scan<'_> {
    fn line(&mut self, found: &mut Vec<Found>) {
        let mut at = 0;
        let mut last_end = None;
        while at < self.tokens.len() && found.len() < DATE_CAP {
            let Some((parts, end)) = self.date(at) else {
                at += 1;
                continue;
            };
            self.known = Some((parts, end));
            if let Some(day) = self.complete(parts) {
                let ends_range = last_end.is_some_and(|last| self.is_range(last, at));
                if let Some(previous) = found.last_mut().filter(|_| ends_range) {
                    previous.starts_range = true;
                }
                let (before, after) = (self.before(at), self.after(end));
                found.push(Found { day, before, after, ends_range, starts_range: false });
            }
            last_end = Some(end);
            at = end;
        }
    }

    fn number(&self, at: usize) -> Option<(u32, usize)> {
        match self.tokens.get(at) {
            Some(Token::Number(value, digits)) => Some((*value, *digits)),
            _ => None,
        }
    }

    fn word(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at) {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn mark(&self, at: usize) -> Option<char> {
        match self.tokens.get(at) {
            Some(Token::Mark(c)) => Some(*c),
            _ => None,
        }
    }

    fn starts(&self, at: usize, beginnings: &[&str]) -> bool {
        self.word(at).is_some_and(|w| beginnings.iter().any(|b| w.starts_with(b)))
    }

    fn date(&self, at: usize) -> Option<(Parts, usize)> {
        self.year_first(at)
            .or_else(|| self.east_asian(at))
            .or_else(|| self.day_then_month(at))
            .or_else(|| self.month_then_day(at))
            .or_else(|| self.slashed(at))
            .or_else(|| self.dotted(at))
    }

    /// `2026-06-05`, `2026.03.02.`, `2026년 8월 3일`, `2026年8月10日`.
    fn year_first(&self, at: usize) -> Option<(Parts, usize)> {
        let (year, 4) = self.number(at)? else { return None };
        if self.starts(at + 1, &["년", "年"]) {
            let (parts, end) = self.east_asian(at + 2)?;
            return Some((Parts { year: i32::try_from(year).ok(), ..parts }, end));
        }
        let separator = self.mark(at + 1).filter(|c| matches!(c, '-' | '.' | '/'))?;
        let (month, _) = self.number(at + 2)?;
        (self.mark(at + 3)? == separator).then_some(())?;
        let (day, _) = self.number(at + 4)?;
        let end = at + 5 + usize::from(separator == '.' && self.mark(at + 5) == Some('.'));
        Some((Parts { year: i32::try_from(year).ok(), month, day }, end))
    }

    /// `8월 3일`, `8月10日`, and the day alone in a range after such a date.
    fn east_asian(&self, at: usize) -> Option<(Parts, usize)> {
        let (first, _) = self.number(at)?;
        if self.starts(at + 1, &["월", "月"]) {
            let (day, _) = self.number(at + 2)?;
            let whole = self.starts(at + 3, &["일", "日"]);
            return whole.then_some((Parts { year: None, month: first, day }, at + 3));
        }
        let (known, end) = self.known?;
        let follows = at.saturating_sub(end) <= 6;
        let day = self.starts(at + 1, &["일", "日"]) && !self.starts(at + 1, &["일간", "日間", "일동안"]);
        (follows && day).then_some((Parts { day: first, ..known }, at + 1))
    }

    /// `5 June`, `5. Juni 2026`, `21st of August`, `1er août`.
    fn day_then_month(&self, at: usize) -> Option<(Parts, usize)> {
        let (day, 1..=2) = self.number(at)? else { return None };
        let mut next = at + 1;
        if self.mark(next) == Some('.') || self.word(next).is_some_and(is_ordinal) {
            next += 1;
        }
        next += usize::from(matches!(self.word(next), Some("of" | "de")));
        let month = month_number(self.word(next)?)?;
        let (year, end) = self.year_at(next + 1);
        Some((Parts { year, month, day }, end))
    }

    /// `June 5`, `June 5th, 2026`.
    fn month_then_day(&self, at: usize) -> Option<(Parts, usize)> {
        let month = month_number(self.word(at)?)?;
        let at = at + usize::from(self.mark(at + 1) == Some('.'));
        let (day, 1..=2) = self.number(at + 1)? else { return None };
        let next = at + 2 + usize::from(self.word(at + 2).is_some_and(is_ordinal));
        let comma = usize::from(self.mark(next) == Some(','));
        let (year, end) = self.year_at(next + comma);
        let end = if year.is_some() { end } else { next };
        Some((Parts { year, month, day }, end))
    }

    fn year_at(&self, at: usize) -> (Option<i32>, usize) {
        match self.number(at) {
            Some((year @ 1990..=2100, 4)) => (i32::try_from(year).ok(), at + 1),
            _ => (None, at),
        }
    }

    /// `8/4`, `6/5/2026`, in the order of the country; `24/7` is no date.
    fn slashed(&self, at: usize) -> Option<(Parts, usize)> {
        let (first, 1..=2) = self.number(at)? else { return None };
        (self.mark(at + 1)? == '/').then_some(())?;
        let (second, 1..=2) = self.number(at + 2)? else { return None };
        if (first, second) == (24, 7) {
            return None;
        }
        let (year, end) = match self.mark(at + 3) {
            Some('/') => self.year_at(at + 4),
            _ => (None, at + 3),
        };
        let end = if year.is_some() { end } else { at + 3 };
        let month_first = match self.country {
            Some(country) => matches!(country, "US" | "KR" | "JP" | "CN" | "TW"),
            None => self.tokens.iter().any(|t| matches!(t, Token::Word(w) if w.chars().any(is_east_asian))),
        };
        let (month, day) = match (first > 12, second > 12) {
            (true, false) => (second, first),
            (false, true) => (first, second),
            _ if month_first => (first, second),
            _ => (second, first),
        };
        Some((Parts { year, month, day }, end))
    }

    /// `17.08.`, `17.08.2026`, and without the last dot only after "bis" or "ab"; Korea and Japan write the
    /// month first.
    fn dotted(&self, at: usize) -> Option<(Parts, usize)> {
        let (first, 1..=2) = self.number(at)? else { return None };
        (self.mark(at + 1)? == '.').then_some(())?;
        let (second, 1..=2) = self.number(at + 2)? else { return None };
        let closed = self.mark(at + 3) == Some('.');
        let (year, end) = self.year_at(at + 3 + usize::from(closed));
        let announced = (1..=2).any(|n| {
            let word = at.checked_sub(n).and_then(|i| self.word(i));
            matches!(word, Some("bis" | "ab" | "dem" | "zum" | "am" | "vom"))
        });
        if !closed && !announced {
            return None;
        }
        let month_first = matches!(self.country, Some("KR" | "JP"));
        let (month, day) = if month_first { (first, second) } else { (second, first) };
        Some((Parts { year, month, day }, end))
    }

    /// The nearest such day not before the note, at most 11 months ahead; a stated year counts as stated.
    fn complete(&self, parts: Parts) -> Option<NaiveDate> {
        if let Some(year) = parts.year {
            return NaiveDate::from_ymd_opt(year, parts.month, parts.day);
        }
        let year = self.written.year();
        let mut days =
            [year, year + 1].into_iter().filter_map(|y| NaiveDate::from_ymd_opt(y, parts.month, parts.day));
        let day = days.find(|d| *d >= self.written)?;
        (day <= self.written.checked_add_months(Months::new(11))?).then_some(day)
    }

    fn is_range(&self, from: usize, to: usize) -> bool {
        let between = self.tokens.get(from..to).unwrap_or_default();
        let dash = |t: &Token| matches!(t, Token::Mark('-' | '~' | '–' | '—' | '〜' | '～' | '∼'));
        between.len() <= 5 && between.iter().any(dash)
    }

    fn before(&self, at: usize) -> Vec<String> {
        let start = at.saturating_sub(14);
        let mut words: Vec<String> = Vec::new();
        for token in &self.tokens[start..at] {
            match token {
                Token::Word(word) => words.push(word.clone()),
                Token::Mark('!' | '?' | ';') => words.clear(),
                _ => {}
            }
        }
        words.split_off(words.len().saturating_sub(8))
    }

    fn after(&self, end: usize) -> String {
        let mut words = Vec::new();
        let mut in_brackets = false;
        for token in self.tokens.iter().skip(end).take(12) {
            match token {
                Token::Mark('(' | '（') => in_brackets = true,
                Token::Mark(')' | '）') => in_brackets = false,
                Token::Mark('!' | '?' | ';' | '。') | Token::Number(..) if !in_brackets => break,
                // The 일 of 3일까지 belongs to the date.
                Token::Word(w) if !in_brackets && words.is_empty() => {
                    let rest = w.strip_prefix(['일', '日']).unwrap_or(w);
                    if !rest.is_empty() {
                        words.push(rest);
                    }
                }
                Token::Word(word) if !in_brackets => words.push(word),
                _ => {}
            }
        }
        words.join(" ")
    }
}

/// "Monday", "다음 주 화요일", "tomorrow".
fn named_days(tokens: &[Token], written: NaiveDate, found: &mut Vec<Found>) {
    for (at, token) in tokens.iter().enumerate() {
        let Token::Word(word) = token else { continue };
        let previous: Vec<&str> = tokens[at.saturating_sub(2)..at]
            .iter()
            .filter_map(|t| if let Token::Word(w) = t { Some(w.as_str()) } else { None })
            .collect();
        let next_week =
            matches!(previous[..], [.., "다음", "주"] | [.., "다음주"] | [.., "来週"] | [.., "来週の"]);
        let day = match (relative_day(word), weekday_of(word)) {
            (Some(ahead), _) => written.checked_add_days(Days::new(ahead)),
            (None, Some(weekday)) => next_weekday(written, weekday, next_week),
            (None, None) => None,
        };
        if let Some(day) = day {
            let scan = Scan { tokens, written, country: None, known: None };
            let rest: String = word.chars().skip_while(|c| !"에부까出か".contains(*c)).collect();
            let after = format!("{rest} {}", scan.after(at + 1)).trim().to_owned();
            found.push(Found { day, before: scan.before(at), after, ends_range: false, starts_range: false });
        }
    }
}

fn next_weekday(written: NaiveDate, weekday: Weekday, next_week: bool) -> Option<NaiveDate> {
    let ahead = (7 + weekday.num_days_from_monday() - written.weekday().num_days_from_monday()) % 7;
    if next_week {
        let monday =
            written.checked_sub_days(Days::new(u64::from(written.weekday().num_days_from_monday())))?;
        return monday.checked_add_days(Days::new(7 + u64::from(weekday.num_days_from_monday())));
    }
    written.checked_add_days(Days::new(u64::from(if ahead == 0 { 7 } else { ahead })))
}

fn is_ordinal(word: &str) -> bool {
    matches!(word, "st" | "nd" | "rd" | "th" | "er")
}

fn is_east_asian(c: char) -> bool {
    ('\u{3040}'..='\u{30ff}').contains(&c)
        || ('\u{4e00}'..='\u{9fff}').contains(&c)
        || ('가'..='힣').contains(&c)
}
