//! Business days: weekends and public holidays by country (domain rules, outreach, "Days").
//!
//! Holidays are tables with the years they cover. A day outside them is judged by the weekend alone
//! and the answer says so, so that the screen can warn instead of guess.

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use chrono::{Datelike, Days, NaiveDate};

use crate::country::Country;

struct Holidays {
    years: RangeInclusive<i32>,
    days: BTreeMap<NaiveDate, &'static str>,
}

static TABLES: LazyLock<HashMap<Country, Holidays>> = LazyLock::new(|| {
    let files = [
        ("AU", include_str!("../data/holidays/au.tsv")),
        ("CA", include_str!("../data/holidays/ca.tsv")),
        ("DE", include_str!("../data/holidays/de.tsv")),
        ("FR", include_str!("../data/holidays/fr.tsv")),
        ("GB", include_str!("../data/holidays/gb.tsv")),
        ("JP", include_str!("../data/holidays/jp.tsv")),
        ("KR", include_str!("../data/holidays/kr.tsv")),
        ("US", include_str!("../data/holidays/us.tsv")),
    ];
    files.into_iter().filter_map(|(code, text)| Some((Country::from_code(code)?, table(text)?))).collect()
});

/// First line `# from<TAB>to` names the years covered, the others are `date<TAB>name`.
fn table(text: &'static str) -> Option<Holidays> {
    let (head, body) = text.split_once('\n')?;
    let (from, to) = head.strip_prefix("# ")?.split_once('\t')?;
    let days = body.lines().filter_map(|line| {
        let (day, name) = line.split_once('\t')?;
        Some((day.parse().ok()?, name))
    });
    Some(Holidays { years: from.parse().ok()?..=to.parse().ok()?, days: days.collect() })
}

/// The working calendar of one country, with days a workspace added or took away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BusinessCalendar {
    country: Option<Country>,
    extra: BTreeMap<NaiveDate, bool>,
}

/// A business day that was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusinessDay {
    /// The day.
    pub date: NaiveDate,
    /// True when no holiday table covers one of the years passed through: warn.
    pub unknown_year: bool,
}

impl BusinessCalendar {
    /// The calendar of a country; `None` knows Saturdays and Sundays only.
    #[must_use]
    pub fn new(country: Option<Country>) -> Self {
        Self { country, extra: BTreeMap::new() }
    }

    /// The same calendar with a day closed (`true`) or opened (`false`) by the workspace.
    #[must_use]
    pub fn with_day(mut self, day: NaiveDate, closed: bool) -> Self {
        self.extra.insert(day, closed);
        self
    }

    /// Whose calendar it is.
    #[must_use]
    pub fn country(&self) -> Option<Country> {
        self.country
    }

    /// The English name of the public holiday on that day, if it is one.
    #[must_use]
    pub fn holiday(&self, day: NaiveDate) -> Option<&'static str> {
        self.table().and_then(|t| t.days.get(&day).copied())
    }

    /// Whether offices are open.
    #[must_use]
    pub fn is_business_day(&self, day: NaiveDate) -> bool {
        if let Some(closed) = self.extra.get(&day) {
            return !closed;
        }
        let weekend = match self.country {
            Some(country) => country.is_weekend(day.weekday()),
            None => day.weekday().num_days_from_monday() >= 5,
        };
        !weekend && self.holiday(day).is_none()
    }

    /// Whether the holiday table covers that year.
    #[must_use]
    pub fn knows_year(&self, year: i32) -> bool {
        self.table().is_some_and(|t| t.years.contains(&year))
    }

    /// `n = 0`: that day, or the next business day; `n > 0`: the n-th business day after it.
    ///
    /// Stops at the end of the calendar (year 262142), and after 20 years without a business day,
    /// which only a workspace that closed them all can bring about.
    #[must_use]
    pub fn add(&self, day: NaiveDate, n: u32) -> BusinessDay {
        self.walk(day, n, |d| d.checked_add_days(Days::new(1)))
    }

    /// The n-th business day before that day; `n = 0`: that day, or the business day before it.
    #[must_use]
    pub fn sub(&self, day: NaiveDate, n: u32) -> BusinessDay {
        self.walk(day, n, |d| d.checked_sub_days(Days::new(1)))
    }

    /// Business days after `from` up to and including `to`; 0 when `to` is not later.
    #[must_use]
    pub fn between(&self, from: NaiveDate, to: NaiveDate) -> u32 {
        let days = from.iter_days().skip(1).take_while(|d| *d <= to);
        u32::try_from(days.filter(|d| self.is_business_day(*d)).count()).unwrap_or(u32::MAX)
    }

    fn walk(&self, day: NaiveDate, n: u32, step: fn(NaiveDate) -> Option<NaiveDate>) -> BusinessDay {
        let mut unknown_year = !self.knows_year(day.year());
        let mut date = day;
        let mut left = n;
        let mut idle = 0;
        while idle < 20 * 366 && (left > 0 || !self.is_business_day(date)) {
            let Some(next) = step(date) else { break };
            date = next;
            unknown_year |= !self.knows_year(date.year());
            idle += 1;
            if left > 0 && self.is_business_day(date) {
                left -= 1;
                idle = 0;
            }
        }
        BusinessDay { date, unknown_year }
    }

    fn table(&self) -> Option<&'static Holidays> {
        self.country.and_then(|c| TABLES.get(&c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_nth_business_day_skips_weekends_and_holidays() {
        let cases = [
            ("KR", "2026-09-23", 2, "2026-09-29"), // Chuseok 24-26 September
            ("KR", "2026-09-18", 3, "2026-09-23"),
            ("KR", "2026-09-18", 4, "2026-09-28"),
            ("KR", "2026-12-24", 1, "2026-12-28"),
            ("KR", "2026-08-15", 0, "2026-08-18"), // Liberation Day on a Saturday, Monday instead
            ("KR", "2026-09-23", 0, "2026-09-23"),
            ("KR", "2025-10-02", 1, "2025-10-10"),
            ("US", "2026-07-02", 1, "2026-07-06"), // Independence Day on a Saturday, Friday instead
            ("US", "2026-11-25", 1, "2026-11-27"),
            ("US", "2026-10-30", 1, "2026-11-02"),
            ("SA", "2026-11-26", 1, "2026-11-29"), // Thursday, then Sunday
            ("IL", "2026-11-27", 0, "2026-11-29"),
        ];
        for (country, from, n, to) in cases {
            let calendar = BusinessCalendar::new(Country::from_code(country));
            assert_eq!(calendar.add(day(from), n).date, day(to), "{country} {from} + {n}");
        }
    }

    #[test]
    fn an_unknown_year_is_said() {
        let korea = BusinessCalendar::new(Some(Country::KR));
        assert!(!korea.add(day("2028-12-01"), 5).unknown_year);
        assert!(korea.add(day("2028-12-29"), 2).unknown_year);
        assert!(korea.sub(day("2024-01-02"), 3).unknown_year);
        assert!(BusinessCalendar::new(Country::from_code("SA")).add(day("2026-11-26"), 1).unknown_year);
    }

    #[test]
    fn a_workspace_may_close_and_open_days() {
        let korea = BusinessCalendar::new(Some(Country::KR))
            .with_day(day("2026-11-24"), true)
            .with_day(day("2026-12-25"), false);
        assert_eq!(korea.add(day("2026-11-23"), 1).date, day("2026-11-25"));
        assert!(korea.is_business_day(day("2026-12-25")));
    }

    #[test]
    fn every_table_is_read_whole() {
        for (country, table) in TABLES.iter() {
            assert_eq!(table.years, 2024..=2028, "{country}");
            for year in 2024..=2028 {
                assert!(table.days.keys().filter(|d| d.year() == year).count() >= 5, "{country} {year}");
            }
        }
        assert_eq!(TABLES.len(), 8);
        let names: usize = TABLES.values().map(|t| t.days.len()).sum();
        assert_eq!(names, 102 + 61 + 91 + 34 + 45 + 55 + 27 + 35);
    }

    proptest! {
        #[test]
        fn add_lands_on_a_business_day_and_between_counts_it(offset in 0_u64..1700, n in 0_u32..40) {
            let korea = BusinessCalendar::new(Some(Country::KR));
            let from = day("2024-01-01") + Days::new(offset);
            let to = korea.add(from, n).date;
            prop_assert!(korea.is_business_day(to));
            if n > 0 {
                prop_assert_eq!(korea.between(from, to), n);
                if korea.is_business_day(from) {
                    prop_assert_eq!(korea.sub(to, n).date, from);
                }
            }
        }
    }
}
