//! Which time zone a person lives in, and how sure that is (domain rules, outreach, "Zone order").

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::Offset;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::country::Country;
use crate::fold::fold;
use crate::{Timestamp, phone::Phone};

/// Where a zone was learned, best first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ZoneSource {
    /// Set on the person by hand or import.
    Person,
    /// At least three of their own mails carry offsets of one zone of their country.
    MailOffsets,
    /// The person's city, region or postcode.
    PersonPlace,
    /// The office of the company where the person sits.
    CompanyOffice,
    /// The number's area code, or its country when that keeps one zone.
    Phone,
    /// The company's head office.
    CompanyHeadquarters,
    /// The country of the mail domain, when it keeps one zone.
    MailDomain,
    /// The country is known, its zone is not: the zone of its largest city.
    CountryLargestCity,
    /// Nothing known: the workspace's own zone.
    Workspace,
}

/// A place as far as it is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place<'a> {
    /// Country.
    pub country: Option<Country>,
    /// State or province, code or English name.
    pub region: Option<&'a str>,
    /// City, English name.
    pub city: Option<&'a str>,
    /// Postcode.
    pub postcode: Option<&'a str>,
}

/// One mail of the person: when it was written, and its `Date` header's offset from UTC in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailOffset {
    /// Instant of the mail.
    pub at: Timestamp,
    /// Seconds east of UTC.
    pub seconds: i32,
}

/// Everything known that bears on a person's zone.
#[derive(Debug, Clone, Copy, Default)]
pub struct ZoneEvidence<'a> {
    /// Set on the person.
    pub person_zone: Option<Tz>,
    /// Their own mails.
    pub mails: &'a [MailOffset],
    /// Where they live.
    pub person: Place<'a>,
    /// Their office.
    pub office: Place<'a>,
    /// Their number.
    pub phone: Option<&'a Phone>,
    /// Their company's head office.
    pub headquarters: Place<'a>,
    /// Domain of their mail address.
    pub mail_domain: Option<&'a str>,
}

/// A zone and how it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneDecision {
    /// The zone to plan in.
    pub zone: Tz,
    /// How it was found.
    pub source: ZoneSource,
    /// Zones in which quiet hours must hold too; empty when the zone is sure.
    pub quiet_zones: Vec<Tz>,
}

/// Country codes sold to the whole world: an address there says nothing about where one lives.
const VANITY_TLDS: &[&str] = &[
    "ac", "ai", "am", "as", "bz", "cc", "cd", "co", "dj", "fm", "gg", "gl", "im", "io", "is", "je", "la",
    "li", "ly", "me", "ms", "mu", "nu", "pw", "sc", "sh", "so", "st", "tc", "tk", "to", "tv", "vc", "vg",
    "vu", "ws",
];

/// The person's zone: the first source of [`ZoneSource`] that answers.
#[must_use]
pub fn resolve_zone(known: &ZoneEvidence<'_>, workspace: Tz) -> ZoneDecision {
    let country = country_of(known);
    let found = known
        .person_zone
        .map(|z| (z, ZoneSource::Person))
        .or_else(|| zone_of_mails(known.mails, country?).map(|z| (z, ZoneSource::MailOffsets)))
        .or_else(|| zone_of_place(&known.person).map(|z| (z, ZoneSource::PersonPlace)))
        .or_else(|| zone_of_place(&known.office).map(|z| (z, ZoneSource::CompanyOffice)))
        .or_else(|| zone_of_phone(known.phone?).map(|z| (z, ZoneSource::Phone)))
        .or_else(|| zone_of_place(&known.headquarters).map(|z| (z, ZoneSource::CompanyHeadquarters)))
        .or_else(|| zone_of_domain(known.mail_domain?).map(|z| (z, ZoneSource::MailDomain)));
    if let Some((zone, source)) = found {
        return ZoneDecision { zone, source, quiet_zones: Vec::new() };
    }
    match country.and_then(|c| Some((c, c.main_zone()?))) {
        Some((country, zone)) => ZoneDecision {
            zone,
            source: ZoneSource::CountryLargestCity,
            quiet_zones: country.zones().iter().copied().filter(|z| *z != zone).collect(),
        },
        None => ZoneDecision { zone: workspace, source: ZoneSource::Workspace, quiet_zones: Vec::new() },
    }
}

/// The person's country by the same order of sources.
#[must_use]
pub fn country_of(known: &ZoneEvidence<'_>) -> Option<Country> {
    let by_phone = known.phone.and_then(|p| p.country);
    let by_domain = known.mail_domain.and_then(country_of_domain);
    known.person.country.or(known.office.country).or(by_phone).or(known.headquarters.country).or(by_domain)
}

/// The zone all of at least three mails agree with, when only one of the country's zones does.
#[must_use]
pub fn zone_of_mails(mails: &[MailOffset], country: Country) -> Option<Tz> {
    if mails.len() < 3 {
        return None;
    }
    let fits = |zone: &&Tz| mails.iter().all(|mail| offset_at(**zone, mail.at) == mail.seconds);
    let mut fitting = country.zones().iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(zone), None) => Some(*zone),
        _ => None,
    }
}

/// The zone of a place: its country's only one, or that of its city, region or US ZIP code.
#[must_use]
pub fn zone_of_place(place: &Place<'_>) -> Option<Tz> {
    let country = place.country?;
    country
        .only_zone()
        .or_else(|| zone_of_postcode(country, place.postcode?))
        .or_else(|| lookup(&REGIONS, country, place.region?).filter(|_| place.city.is_none()))
        .or_else(|| zone_of_city(country, place))
        .or_else(|| lookup(&REGIONS, country, place.region?))
}

/// A city is believed when no region is named, or the region keeps one zone and it is the same one,
/// or the region keeps several: Portland, Maine, is not Portland, Oregon.
fn zone_of_city(country: Country, place: &Place<'_>) -> Option<Tz> {
    let city = lookup(&CITIES, country, place.city?)?;
    match place.region.and_then(|region| lookup(&REGIONS, country, region)) {
        Some(region) if region != city => Some(region),
        _ => Some(city),
    }
}

fn zone_of_postcode(country: Country, postcode: &str) -> Option<Tz> {
    if country != Country::US {
        return None;
    }
    let digits = postcode.trim().get(..3).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
    let row = ZIPS.iter().find(|(from, to, _)| (*from..=*to).contains(&digits))?;
    Some(row.2)
}

/// The zone of a number: by its longest known prefix, or its country's only zone.
#[must_use]
pub fn zone_of_phone(phone: &Phone) -> Option<Tz> {
    let country = phone.country?;
    country.only_zone().or_else(|| {
        let digits = phone.e164.strip_prefix('+')?;
        let hit = (1..=digits.len()).rev().find_map(|n| PREFIXES.get(digits.get(..n)?))?;
        (*hit).filter(|zone| country.zones().contains(zone))
    })
}

/// The only zone of a mail domain's country.
#[must_use]
pub fn zone_of_domain(domain: &str) -> Option<Tz> {
    country_of_domain(domain)?.only_zone()
}

/// The country of a mail domain's top-level name, unless that name is sold to everybody.
#[must_use]
pub fn country_of_domain(domain: &str) -> Option<Country> {
    let top = domain.rsplit('.').next()?.to_ascii_lowercase();
    match top.as_str() {
        "uk" => Country::from_code("GB"),
        "xn--3e0b707e" => Some(Country::KR),
        vanity if VANITY_TLDS.contains(&vanity) => None,
        code => Country::from_code(code),
    }
}

fn offset_at(zone: Tz, at: Timestamp) -> i32 {
    use chrono::TimeZone;
    zone.offset_from_utc_datetime(&at.to_utc().naive_utc()).fix().local_minus_utc()
}

type Places = HashMap<(Country, String), Tz>;

static CITIES: LazyLock<Places> = LazyLock::new(|| {
    rows(include_str!("../data/city_zones.tsv"))
        .filter_map(|r| Some((place_key(r[0], r[1])?, zone(r[2])?)))
        .collect()
});

static REGIONS: LazyLock<Places> = LazyLock::new(|| {
    let mut regions = Places::new();
    for r in rows(include_str!("../data/region_zones.tsv")) {
        let Some(zone) = zone(r[3]) else { continue };
        regions.extend([r[1], r[2]].into_iter().filter_map(|name| Some((place_key(r[0], name)?, zone))));
    }
    regions
});

static ZIPS: LazyLock<Vec<(&'static str, &'static str, Tz)>> = LazyLock::new(|| {
    rows(include_str!("../data/zip_zones_us.tsv")).filter_map(|r| Some((r[0], r[1], zone(r[2])?))).collect()
});

/// `None` marks a prefix that lies in several zones below one that lies in one.
static PREFIXES: LazyLock<HashMap<&'static str, Option<Tz>>> =
    LazyLock::new(|| rows(include_str!("../data/phone_zones.tsv")).map(|r| (r[0], zone(r[1]))).collect());

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|l| !l.starts_with('#')).map(|l| l.split('\t').collect())
}

fn zone(name: &str) -> Option<Tz> {
    name.parse().ok()
}

fn place_key(country: &str, name: &str) -> Option<(Country, String)> {
    Some((Country::from_code(country)?, fold(name.trim())))
}

fn lookup(places: &Places, country: Country, name: &str) -> Option<Tz> {
    places.get(&(country, fold(name.trim()))).copied()
}

#[cfg(test)]
#[path = "zone_tests.rs"]
mod tests;
