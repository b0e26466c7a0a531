use super::*;
use crate::phone::parse_phone;

fn place<'a>(
    country: &str,
    region: Option<&'a str>,
    city: Option<&'a str>,
    postcode: Option<&'a str>,
) -> Place<'a> {
    Place { country: Country::from_code(country), region, city, postcode }
}

#[test]
fn places_have_zones() {
    let cases = [
        (place("KR", None, Some("Busan"), None), Some("Asia/Seoul")),
        (place("US", None, Some("San Francisco"), None), Some("America/Los_Angeles")),
        (place("US", Some("Texas"), None, None), Some("America/Chicago")),
        (place("US", Some("ca"), None, None), Some("America/Los_Angeles")),
        (place("US", Some("Maine"), Some("Portland"), None), Some("America/New_York")),
        (place("US", None, None, Some("94107-1234")), Some("America/Los_Angeles")),
        (place("US", None, None, Some("10001")), Some("America/New_York")),
        (place("US", Some("IN"), None, None), None),
        (place("CA", None, Some("Montréal"), None), Some("America/Toronto")),
        (place("CA", Some("British Columbia"), None, None), Some("America/Vancouver")),
        (place("AU", Some("WA"), None, None), Some("Australia/Perth")),
        (place("BR", None, Some("Manaus"), None), Some("America/Manaus")),
        (place("US", None, None, None), None),
        (Place { city: Some("Seoul"), ..Place::default() }, None),
    ];
    for (place, zone) in cases {
        assert_eq!(zone_of_place(&place).map(|z| z.name()), zone, "{place:?}");
    }
}

#[test]
fn numbers_have_zones() {
    let cases = [
        ("+1 415 555 2671", Some("America/Los_Angeles")),
        ("+1 212 555 2671", Some("America/New_York")),
        ("+82 2 312 3456", Some("Asia/Seoul")),
        ("+61 8 9220 0000", Some("Australia/Perth")),
        ("+1 800 253 0000", None),
        ("+44 20 7946 0018", Some("Europe/London")),
    ];
    for (raw, zone) in cases {
        let phone = parse_phone(raw, None).unwrap_or_else(|| panic!("{raw}"));
        assert_eq!(zone_of_phone(&phone).map(|z| z.name()), zone, "{raw}");
    }
}

#[test]
fn mail_domains_of_one_zone_countries_count_and_vanity_names_do_not() {
    assert_eq!(zone_of_domain("hanbit.co.kr"), Some(Tz::Asia__Seoul));
    assert_eq!(zone_of_domain("acme.co.uk"), Some(Tz::Europe__London));
    for domain in ["acme.io", "acme.ai", "acme.com", "acme.co", "acme.us"] {
        assert_eq!(zone_of_domain(domain), None, "{domain}");
    }
}

fn mails(list: &[(&str, i32)]) -> Vec<MailOffset> {
    list.iter()
        .map(|(at, hours)| MailOffset { at: Timestamp::parse(at).unwrap(), seconds: hours * 3600 })
        .collect()
}

#[test]
fn three_mails_tell_a_zone_when_only_one_fits() {
    let summer_and_winter =
        mails(&[("2026-01-10T12:00:00Z", -7), ("2026-07-10T12:00:00Z", -7), ("2026-07-11T12:00:00Z", -7)]);
    assert_eq!(zone_of_mails(&summer_and_winter, Country::US), Some(Tz::America__Phoenix));
    assert_eq!(zone_of_mails(&summer_and_winter[..2], Country::US), None, "two are too few");
    let winter =
        mails(&[("2026-01-10T12:00:00Z", -7), ("2026-01-11T12:00:00Z", -7), ("2026-01-12T12:00:00Z", -7)]);
    assert_eq!(zone_of_mails(&winter, Country::US), None, "Denver and Phoenix agree in winter");
    let travelling =
        mails(&[("2026-07-10T12:00:00Z", 9), ("2026-07-11T12:00:00Z", 9), ("2026-07-12T12:00:00Z", -4)]);
    assert_eq!(zone_of_mails(&travelling, Country::US), None);
}

#[test]
fn the_first_source_that_answers_wins() {
    let phone = parse_phone("+1 415 555 2671", None).unwrap();
    let trips =
        mails(&[("2026-01-10T12:00:00Z", -7), ("2026-07-10T12:00:00Z", -7), ("2026-07-11T12:00:00Z", -7)]);
    let mut known = ZoneEvidence {
        person_zone: Some(Tz::Europe__Paris),
        mails: &trips,
        person: place("US", None, Some("Chicago"), None),
        office: place("US", Some("NY"), None, None),
        phone: Some(&phone),
        headquarters: place("GB", None, None, None),
        mail_domain: Some("acme.co.kr"),
    };
    let mut seen = Vec::new();
    for drop in 0..8 {
        let decision = resolve_zone(&known, Tz::UTC);
        seen.push((decision.zone.name(), decision.source));
        match drop {
            0 => known.person_zone = None,
            1 => known.mails = &[],
            2 => known.person = Place::default(),
            3 => known.office = Place::default(),
            4 => known.phone = None,
            5 => known.headquarters = Place::default(),
            _ => known.mail_domain = None,
        }
    }
    let order = [
        ("Europe/Paris", ZoneSource::Person),
        ("America/Phoenix", ZoneSource::MailOffsets),
        ("America/Chicago", ZoneSource::PersonPlace),
        ("America/New_York", ZoneSource::CompanyOffice),
        ("America/Los_Angeles", ZoneSource::Phone),
        ("Europe/London", ZoneSource::CompanyHeadquarters),
        ("Asia/Seoul", ZoneSource::MailDomain),
        ("UTC", ZoneSource::Workspace),
    ];
    assert_eq!(seen, order);
}

#[test]
fn a_country_without_a_sure_zone_keeps_quiet_hours_in_all_of_them() {
    let known = ZoneEvidence { person: place("US", None, None, None), ..ZoneEvidence::default() };
    let decision = resolve_zone(&known, Tz::Asia__Seoul);
    assert_eq!((decision.zone, decision.source), (Tz::America__New_York, ZoneSource::CountryLargestCity));
    assert!(
        decision.quiet_zones.contains(&Tz::Pacific__Honolulu)
            && !decision.quiet_zones.contains(&decision.zone)
    );
}

#[test]
fn the_tables_are_read_whole() {
    let named = |text: &'static str, at: usize| rows(text).filter(move |r| !r[at].is_empty()).count();
    let unread = rows(include_str!("../data/city_zones.tsv")).filter(|r| zone(r[2]).is_none()).count();
    assert_eq!(CITIES.len() + unread, named(include_str!("../data/city_zones.tsv"), 2));
    assert!(unread <= 2, "{unread} cities in zones younger than the compiled tables");
    assert_eq!(ZIPS.len(), named(include_str!("../data/zip_zones_us.tsv"), 2));
    assert!(PREFIXES.len() > 2_000 && REGIONS.len() > 100);
}
