//! Countries: codes, names in English and Korean, zones, currency, weekend. Tables in `data/`.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use chrono::Weekday;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::fold::fold_key;
use crate::{Currency, locale::Locale};

/// An ISO 3166-1 alpha-2 code that is in use.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "KR")]
pub struct Country([u8; 2]);

/// The text is no country.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a country: give a two-letter code such as KR, or its name in English or Korean")]
pub struct NotACountry(pub String);

struct Row {
    english: &'static str,
    korean: &'static str,
    currency: Option<Currency>,
    zones: Vec<Tz>,
}

static ROWS: LazyLock<BTreeMap<[u8; 2], Row>> = LazyLock::new(|| {
    let lines = include_str!("../data/countries.tsv").lines().filter(|l| !l.starts_with('#'));
    lines.filter_map(row).collect()
});

static NAMES: LazyLock<HashMap<String, Country>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for (code, row) in ROWS.iter() {
        names.insert(fold_key(row.english), Country(*code));
        names.insert(fold_key(row.korean), Country(*code));
    }
    for (name, code) in ALIASES {
        if let Some(country) = Country::from_code(code) {
            names.insert(fold_key(name), country);
        }
    }
    names
});

/// Names in use that the Unicode tables do not carry. Three-letter codes only where people type them.
const ALIASES: &[(&str, &str)] = &[
    ("USA", "US"),
    ("United States of America", "US"),
    ("America", "US"),
    ("미합중국", "US"),
    ("UK", "GB"),
    ("Great Britain", "GB"),
    ("England", "GB"),
    ("Scotland", "GB"),
    ("Wales", "GB"),
    ("Northern Ireland", "GB"),
    ("Britain", "GB"),
    ("GBR", "GB"),
    ("Korea", "KR"),
    ("Republic of Korea", "KR"),
    ("Korea, Republic of", "KR"),
    ("Korea (South)", "KR"),
    ("KOR", "KR"),
    ("ROK", "KR"),
    ("한국", "KR"),
    ("남한", "KR"),
    ("대한민국", "KR"),
    ("North Korea", "KP"),
    ("Russia", "RU"),
    ("Russian Federation", "RU"),
    ("Viet Nam", "VN"),
    ("월남", "VN"),
    ("UAE", "AE"),
    ("Emirates", "AE"),
    ("Czech Republic", "CZ"),
    ("Turkey", "TR"),
    ("터키", "TR"),
    ("Türkiye", "TR"),
    ("Holland", "NL"),
    ("The Netherlands", "NL"),
    ("화란", "NL"),
    ("Deutschland", "DE"),
    ("DEU", "DE"),
    ("España", "ES"),
    ("Italia", "IT"),
    ("Brasil", "BR"),
    ("Schweiz", "CH"),
    ("Österreich", "AT"),
    ("JPN", "JP"),
    ("日本", "JP"),
    ("中国", "CN"),
    ("CHN", "CN"),
    ("People's Republic of China", "CN"),
    ("Hong Kong", "HK"),
    ("홍콩", "HK"),
    ("Macau", "MO"),
    ("Macao", "MO"),
    ("마카오", "MO"),
    ("臺灣", "TW"),
    ("Taiwan, Province of China", "TW"),
    ("Philipines", "PH"),
    ("Republic of Ireland", "IE"),
    ("Eire", "IE"),
    ("Ivory Coast", "CI"),
    ("Burma", "MM"),
    ("Swaziland", "SZ"),
    ("Macedonia", "MK"),
    ("Cape Verde", "CV"),
    ("DR Congo", "CD"),
    ("Palestine", "PS"),
    ("Vatican", "VA"),
    ("Iran, Islamic Republic of", "IR"),
    ("호주", "AU"),
    ("오스트레일리아", "AU"),
    ("독일", "DE"),
    ("뉴질랜드", "NZ"),
    ("CAN", "CA"),
    ("AUS", "AU"),
];

fn row(line: &'static str) -> Option<([u8; 2], Row)> {
    let mut cells = line.split('\t');
    let code = cells.next()?.as_bytes().try_into().ok()?;
    let (english, korean) = (cells.next()?, cells.next()?);
    let currency = Currency::parse(cells.next()?).ok();
    // A zone younger than the compiled time zone tables is left out; its country keeps the others.
    let zones = cells.next()?.split(' ').filter_map(|zone| zone.parse().ok()).collect();
    Some((code, Row { english, korean, currency, zones }))
}

impl Country {
    /// South Korea.
    pub const KR: Self = Self(*b"KR");
    /// United States.
    pub const US: Self = Self(*b"US");

    /// From a two-letter code in any case.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let code: [u8; 2] = code.trim().as_bytes().try_into().ok()?;
        let code = code.map(|b| b.to_ascii_uppercase());
        ROWS.contains_key(&code).then_some(Self(code))
    }

    /// From a code, or a name in English or Korean, however it is spelt or cased.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_code(text).or_else(|| NAMES.get(&fold_key(text)).copied())
    }

    /// Every country, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.keys().map(|code| Self(*code))
    }

    /// The two letters, capital.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XX")
    }

    /// The name in a language.
    #[must_use]
    pub fn name(self, locale: Locale) -> &'static str {
        let row = self.row();
        match locale {
            Locale::En => row.map_or("", |r| r.english),
            Locale::Ko => row.map_or("", |r| r.korean),
        }
    }

    /// Its zones, that of the largest city first. Zones whose clocks agree stand once.
    #[must_use]
    pub fn zones(self) -> &'static [Tz] {
        self.row().map_or(&[], |r| r.zones.as_slice())
    }

    /// The zone of the largest city; `None` for uninhabited islands.
    #[must_use]
    pub fn main_zone(self) -> Option<Tz> {
        self.zones().first().copied()
    }

    /// The zone, when the whole country keeps one.
    #[must_use]
    pub fn only_zone(self) -> Option<Tz> {
        match self.zones() {
            [zone] => Some(*zone),
            _ => None,
        }
    }

    /// The currency in use.
    #[must_use]
    pub fn currency(self) -> Option<Currency> {
        self.row().and_then(|r| r.currency)
    }

    /// Whether offices are closed on that day of the week (domain rules, outreach, "Days").
    #[must_use]
    pub fn is_weekend(self, day: Weekday) -> bool {
        let friday_and_saturday = matches!(
            self.code(),
            "SA" | "EG" | "KW" | "QA" | "BH" | "OM" | "JO" | "IQ" | "DZ" | "LY" | "YE" | "IL"
        );
        match day {
            Weekday::Sat => true,
            Weekday::Fri => friday_and_saturday,
            Weekday::Sun => !friday_and_saturday,
            _ => false,
        }
    }

    fn row(self) -> Option<&'static Row> {
        ROWS.get(&self.0)
    }
}

impl TryFrom<String> for Country {
    type Error = NotACountry;
    fn try_from(text: String) -> Result<Self, NotACountry> {
        Self::parse(&text).ok_or(NotACountry(text))
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.code().to_owned()
    }
}

impl std::str::FromStr for Country {
    type Err = NotACountry;
    fn from_str(text: &str) -> Result<Self, NotACountry> {
        Self::parse(text).ok_or_else(|| NotACountry(text.to_owned()))
    }
}

impl std::fmt::Display for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_known_by_code_and_by_name_in_two_languages() {
        let cases = [
            ("kr", "KR"),
            ("South Korea", "KR"),
            ("대한민국", "KR"),
            ("한국", "KR"),
            ("U.S.A.", "US"),
            ("united states of america", "US"),
            ("미국", "US"),
            ("United Kingdom", "GB"),
            ("영국", "GB"),
            ("CÔTE D'IVOIRE", "CI"),
            ("Czech Republic", "CZ"),
            ("Philipines", "PH"),
            ("일본", "JP"),
            ("Brasil", "BR"),
            ("홍콩", "HK"),
            ("Turkey", "TR"),
        ];
        for (text, code) in cases {
            assert_eq!(Country::parse(text).map(|c| c.code().to_owned()).as_deref(), Some(code), "{text}");
        }
        for text in ["", "XX", "Atlantis", "서울"] {
            assert_eq!(Country::parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_name_leads_back_to_its_country() {
        assert_eq!(Country::all().count(), 249);
        for country in Country::all() {
            for locale in Locale::ALL {
                assert_eq!(Country::parse(country.name(locale)), Some(country), "{country}");
            }
        }
    }

    #[test]
    fn zones_currency_and_weekend_are_the_countrys_own() {
        assert_eq!(Country::KR.only_zone(), Some(Tz::Asia__Seoul));
        assert_eq!(Country::US.main_zone(), Some(Tz::America__New_York));
        assert_eq!(Country::US.only_zone(), None);
        assert_eq!(Country::KR.currency(), Some(Currency::KRW));
        let israel = Country::parse("IL").unwrap();
        assert!(israel.is_weekend(Weekday::Fri) && !israel.is_weekend(Weekday::Sun));
        assert!(Country::KR.is_weekend(Weekday::Sun) && !Country::KR.is_weekend(Weekday::Fri));
        let without: Vec<_> =
            Country::all().filter(|c| c.zones().is_empty()).map(|c| c.code().to_owned()).collect();
        assert_eq!(without, ["BV", "HM"], "only the two uninhabited islands have no zone");
    }
}
