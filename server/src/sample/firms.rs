//! The market of the story: firms and their people. Pure: the same seed and day give the same market.

use super::chance::{Chance, id_of};
use super::texts::{self, Pair, say};
use super::words::{COUNTRIES, Country, SECTORS};
use super::{Place, STORY_DAYS};
use kernel::Timestamp;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

/// Firms in the market.
pub const FIRMS: usize = 320;
/// People in the market: two at each firm, a third at the first of them.
pub const PEOPLE: usize = 650;
/// Lists that came in, one a month; the first is the longest.
pub const LISTS: usize = 12;
const FIRST_LIST: usize = 100;

/// Somebody at a firm.
#[derive(Debug, Clone)]
pub struct Someone {
    /// Their id.
    pub id: Uuid,
    /// The fields of their record.
    pub fields: Map<String, Json>,
}

/// A firm.
#[derive(Debug, Clone)]
pub struct Firm {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// With which list it came in.
    pub list: usize,
    /// Whether it looks like the profile.
    pub fits: bool,
    /// Its place in [`COUNTRIES`].
    pub country: usize,
    /// The fields of its record.
    pub fields: Map<String, Json>,
    /// Who works there, the one who decides first.
    pub people: Vec<Someone>,
}

/// When a list came in.
#[must_use]
pub fn list_day(place: &Place, list: usize) -> Timestamp {
    #[allow(clippy::cast_precision_loss)] // twelve lists
    let month = list as f64 * (STORY_DAYS / LISTS as f64);
    place.at(month - STORY_DAYS - 4.0, 9 * 60 + 7)
}

/// Makes the market.
#[must_use]
pub fn market(place: &Place, chance: &mut Chance) -> Vec<Firm> {
    let mut names = names(chance);
    (0..FIRMS).map(|n| firm(place, n, &mut names, chance)).collect()
}

/// Every name that could be, by country, in any order: a stem and a sector.
fn names(chance: &mut Chance) -> [Vec<(usize, usize)>; 4] {
    COUNTRIES.each_ref().map(|country| {
        let mut all: Vec<(usize, usize)> =
            (0..country.stems.len()).flat_map(|stem| (0..SECTORS.len()).map(move |s| (stem, s))).collect();
        chance.shuffle(&mut all);
        all
    })
}

/// The next name whose sector does, or any that is left.
fn take(names: &mut Vec<(usize, usize)>, fits: bool) -> (usize, usize) {
    let fitting = names.iter().rposition(|(_, sector)| (*sector < 5) == fits);
    let at = fitting.unwrap_or(names.len().saturating_sub(1));
    names.remove(at)
}

fn firm(place: &Place, n: usize, names: &mut [Vec<(usize, usize)>; 4], chance: &mut Chance) -> Firm {
    // Every second firm is Korean.
    let at = if n.is_multiple_of(2) { 0 } else { 1 + chance.below(3) };
    let at = if names[at].is_empty() { 0 } else { at };
    let country = &COUNTRIES[at];
    let fits = n % 10 != 9;
    let (stem, sector) = take(&mut names[at], fits);
    let list = if n < FIRST_LIST { 0 } else { 1 + (n - FIRST_LIST) * (LISTS - 1) / (FIRMS - FIRST_LIST) };
    let (stem, (key, en, ko, jp, de)) = (country.stems[stem], SECTORS[sector]);
    let (name, spelt) = match country.code {
        "KR" => (format!("{}{}", stem.0, ko.0), format!("{}-{}", stem.1, ko.1)),
        "JP" => (format!("{} {jp}{}", stem.0, country.form), format!("{}-{}", stem.1, jp.to_lowercase())),
        "DE" => (format!("{} {de}{}", stem.0, country.form), format!("{}-{}", stem.1, de.to_lowercase())),
        _ => (format!("{} {en}{}", stem.0, country.form), format!("{}-{}", stem.1, en.to_lowercase())),
    };
    let domain = format!("{spelt}.example");
    let employees = if fits { 40 + chance.below(560) } else { 3 + chance.below(12) };
    let made = list_day(place, list);
    let source = say(*chance.one_of(texts::SOURCES), place.locale);
    let fields = json!({
        "name": name, "legal_name": name, "domain": domain, "industry": key, "employees": employees,
        "website": (fits || chance.happens(0.3)).then(|| format!("https://{domain}")),
        "description": say(*chance.one_of(texts::DESCRIPTIONS), place.locale),
        "revenue": place.money(employees as f64 * chance.between(90_000.0, 180_000.0)),
        "founded_year": 1962 + chance.below(58), "country": country.code, "city": chance.one_of(country.cities),
        "time_zone": country.zone, "locale": if at == 0 { "ko" } else { "en" },
        "phone": phone(country, n), "source": source, "source_date": place.date(made),
        "lawful_basis": "legitimate_interest", "owner_id": place.members[owner(at, chance)],
        "custom": { "sites": 1 + chance.below(4), "plans_with": chance.one_of(&["spreadsheet", "board", "program"]) },
    });
    let id = id_of(place.workspace.0, "company", n, made);
    let heads = if n < PEOPLE - 2 * FIRMS { 3 } else { 2 };
    let mut firm = Firm { id, name, list, fits, country: at, fields: object(fields), people: Vec::new() };
    firm.people =
        (0..heads).map(|seat| someone(place, &firm, n * 4 + seat, seat, &domain, made, chance)).collect();
    firm
}

/// Who of the team looks after a country: the owner everywhere, the others at home.
fn owner(country: usize, chance: &mut Chance) -> usize {
    if chance.happens(0.36) {
        return 0;
    }
    match country {
        0 => *chance.one_of(&[1, 3, 6]),
        1 => 2,
        2 => 5,
        _ => 4,
    }
}

fn phone(country: &Country, n: usize) -> String {
    match country.code {
        "US" => format!("{}1{:02}", country.phone, n % 100),
        "DE" => format!("{}{:03}", country.phone, n % 1000),
        _ => format!("{}{:04}", country.phone, 1000 + n),
    }
}

fn someone(
    place: &Place,
    firm: &Firm,
    n: usize,
    seat: usize,
    domain: &str,
    made: Timestamp,
    chance: &mut Chance,
) -> Someone {
    let country = &COUNTRIES[firm.country];
    let (family, given) = (*chance.one_of(country.families), *chance.one_of(country.givens));
    let name = match country.family_first {
        true => format!("{}{}", family.0, given.0),
        false => format!("{} {}", given.0, family.0),
    };
    let titles: &[Pair] = if seat == 0 { texts::DECIDER_TITLES } else { texts::HELPER_TITLES };
    // Two of the same name at one firm get different addresses.
    let address = format!(
        "{}.{}{}@{domain}",
        given.1,
        family.1,
        if seat == 0 { "" } else { ["", "2", "3"][seat.min(2)] }
    );
    let fields = json!({
        "name": name, "given_name": given.0, "family_name": family.0, "company_id": firm.id,
        "title": say(*chance.one_of(titles), place.locale), "email": address,
        "phone": phone(country, n), "country": country.code, "time_zone": country.zone,
        "locale": if firm.country == 0 { "ko" } else { "en" }, "city": firm.fields["city"], "source": firm.fields["source"],
        "source_date": firm.fields["source_date"], "lawful_basis": "legitimate_interest",
        "owner_id": firm.fields["owner_id"],
        "do_not_contact": if chance.happens(0.02) { json!(["phone"]) } else { json!([]) },
        "custom": { "likes": chance.one_of(&["phone", "mail", "meeting"]) },
    });
    Someone { id: id_of(place.workspace.0, "person", n, made), fields: object(fields) }
}

/// The fields of an object, those without a value left out.
pub(super) fn object(value: Json) -> Map<String, Json> {
    match value {
        Json::Object(map) => map.into_iter().filter(|(_, v)| !v.is_null()).collect(),
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_market_has_its_size_no_name_twice_and_addresses_that_reach_nobody() {
        let place = Place::for_tests(kernel::Locale::Ko);
        let firms = market(&place, &mut Chance::new(super::super::SEED));
        assert_eq!(firms.len(), FIRMS);
        assert_eq!(firms.iter().map(|f| f.people.len()).sum::<usize>(), PEOPLE);
        let domains: HashSet<&str> = firms.iter().filter_map(|f| f.fields["domain"].as_str()).collect();
        assert_eq!(domains.len(), FIRMS);
        assert!(domains.iter().all(|d| d.ends_with(".example")));
        let korean = firms.iter().filter(|f| f.name.chars().any(|c| ('가'..='힣').contains(&c))).count();
        assert!((150..=190).contains(&korean), "{korean} of {FIRMS} have Korean names");
        let mails: HashSet<String> =
            firms.iter().flat_map(|f| &f.people).map(|p| p.fields["email"].to_string()).collect();
        assert_eq!(mails.len(), PEOPLE);
    }
}
