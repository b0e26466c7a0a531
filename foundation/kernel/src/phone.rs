//! Phone numbers: E.164 for dialling and matching, the national form for reading.

use phonenumber::metadata::{DATABASE, Descriptor, Metadata};
use phonenumber::{Mode, PhoneNumber, Type, country::Id};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::country::Country;
use crate::limits::PHONE_CHARS;

/// A number that exists by its country's numbering plan.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Phone {
    /// `+` and digits, at most 15 (ITU-T E.164). The key of a number.
    #[schema(example = "+821012345678")]
    pub e164: String,
    /// As written inside its country, such as `010-1234-5678`.
    pub national: String,
    /// Country of the number; `None` for numbers that belong to none (satellite, +800).
    pub country: Option<Country>,
    /// What answers.
    pub kind: PhoneKind,
    /// Extension behind the number, digits.
    pub extension: Option<String>,
}

/// What kind of line a number is, as far as the numbering plan tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PhoneKind {
    /// A fixed line.
    Fixed,
    /// A mobile; SMS reaches it.
    Mobile,
    /// Fixed or mobile: the plan does not tell them apart (US, CA).
    FixedOrMobile,
    /// Free for the caller.
    TollFree,
    /// The caller pays more than for a call.
    Premium,
    /// Internet telephony.
    Voip,
    /// Company-wide, personal, shared-cost and other numbers.
    Other,
}

/// Reads a number as people type or export it. `country` is assumed when there is no country code.
///
/// `None` when it is no number of the country's plan. A leading apostrophe (spreadsheets) is ignored.
#[must_use]
pub fn parse_phone(raw: &str, country: Option<Country>) -> Option<Phone> {
    let number = read(raw, country)?;
    let region = number.country().id().and_then(|id| Country::from_code(id.as_ref()));
    Some(Phone {
        e164: key_of(&number)?,
        national: number.format().mode(Mode::National).to_string(),
        country: region,
        kind: kind(number.number_type(&phonenumber::metadata::DATABASE)),
        extension: number.extension().map(ToString::to_string),
    })
}

/// The key of a number alone, [`Phone::e164`]: half the work.
#[must_use]
pub fn phone_key(raw: &str, country: Option<Country>) -> Option<String> {
    key_of(&read(raw, country)?)
}

fn key_of(number: &PhoneNumber) -> Option<String> {
    Some(number.format().mode(Mode::E164).to_string().split(';').next()?.to_owned())
}

fn read(raw: &str, country: Option<Country>) -> Option<PhoneNumber> {
    if raw.chars().count() > PHONE_CHARS {
        return None;
    }
    let text: String = raw.nfkc().collect();
    let text = text.trim().trim_start_matches(['\'', '`']);
    let text =
        text.strip_prefix("00").map_or_else(|| text.to_owned(), |rest| international(rest, text, country));
    // A number with a country code is read without a home: the parser otherwise strips the home
    // country's prefixes from it.
    let home = country.filter(|_| !text.starts_with('+')).and_then(|c| c.code().parse::<Id>().ok());
    phonenumber::parse(home, &text).ok().filter(exists)
}

/// As [`phonenumber::is_valid`], asking the likeliest kinds first and no further than the first that fits; the library
/// asks all of them twice, which was a third of the time a row of an import takes to be understood.
fn exists(number: &PhoneNumber) -> bool {
    let (code, national) = (number.country().code(), number.national().to_string());
    let regions = DATABASE.region(&code).unwrap_or_default();
    if let [region] = regions[..] {
        let plans =
            if region == "001" { DATABASE.by_code(&code) } else { DATABASE.by_id(region).map(|p| vec![p]) };
        return plans.is_some_and(|plans| plans.first().is_some_and(|plan| is_of(plan, &national)));
    }
    for plan in regions.iter().filter_map(|region| DATABASE.by_id(*region)) {
        // Countries that share a code have their own first digits, but for the main one.
        match plan.leading_digits() {
            Some(digits) if digits.find(&national).is_some_and(|found| found.start() == 0) => {
                return is_of(plan, &national);
            }
            None if is_of(plan, &national) => return true,
            _ => {}
        }
    }
    false
}

/// Whether a numbering plan has a number.
fn is_of(plan: &Metadata, national: &str) -> bool {
    let kinds = plan.descriptors();
    let fits = |kind: Option<&Descriptor>| kind.is_some_and(|kind| kind.is_match(national));
    kinds.general().is_match(national)
        && (fits(kinds.mobile())
            || fits(kinds.fixed_line())
            || fits(kinds.toll_free())
            || fits(kinds.voip())
            || fits(kinds.uan())
            || fits(kinds.shared_cost())
            || fits(kinds.premium_rate())
            || fits(kinds.personal_number())
            || fits(kinds.pager())
            || fits(kinds.voicemail()))
}

/// `00` is the way out of most countries; where it is not, the text is left to the country's own plan.
fn international(rest: &str, whole: &str, country: Option<Country>) -> String {
    let other_prefix =
        country.is_some_and(|c| matches!(c.code(), "US" | "CA" | "AU" | "JP" | "KR" | "SG" | "TH"));
    if other_prefix && !whole.starts_with("00+") {
        whole.to_owned()
    } else {
        format!("+{}", rest.trim_start_matches('+'))
    }
}

fn kind(of: Type) -> PhoneKind {
    match of {
        Type::FixedLine => PhoneKind::Fixed,
        Type::Mobile => PhoneKind::Mobile,
        Type::FixedLineOrMobile => PhoneKind::FixedOrMobile,
        Type::TollFree => PhoneKind::TollFree,
        Type::PremiumRate => PhoneKind::Premium,
        Type::Voip => PhoneKind::Voip,
        _ => PhoneKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let cases = [
            ("010-1234-5678", "KR", "+821012345678", PhoneKind::Mobile),
            ("+82 10 1234 5678", "US", "+821012345678", PhoneKind::Mobile),
            ("02) 312-3456", "KR", "+8223123456", PhoneKind::Fixed),
            ("０１０－１２３４－５６７８", "KR", "+821012345678", PhoneKind::Mobile),
            ("'+1 (201) 555-0123", "KR", "+12015550123", PhoneKind::FixedOrMobile),
            ("(201) 555-0123", "US", "+12015550123", PhoneKind::FixedOrMobile),
            ("0044 20 7946 0018", "DE", "+442079460018", PhoneKind::Fixed),
            ("1588-1234", "KR", "+8215881234", PhoneKind::Other),
        ];
        for (raw, country, e164, kind) in cases {
            let phone = parse_phone(raw, Country::from_code(country)).unwrap_or_else(|| panic!("{raw}"));
            assert_eq!((phone.e164.as_str(), phone.kind), (e164, kind), "{raw}");
            assert_eq!(phone_key(raw, Country::from_code(country)).as_deref(), Some(e164), "{raw}");
        }
        for raw in ["", "12", "not a number", "123456789012345678901234567890", "+999 1", "#N/A"] {
            assert_eq!(parse_phone(raw, Some(Country::KR)), None, "{raw}");
        }
    }

    #[test]
    fn an_extension_is_kept_apart() {
        let phone = parse_phone("+1 201 555 0123 ext. 42", None).unwrap();
        assert_eq!((phone.e164.as_str(), phone.extension.as_deref()), ("+12015550123", Some("42")));
    }

    /// The example numbers of every region in four spellings. The metadata of the parser is older than
    /// that of the list, hence the shares below 1.
    #[test]
    fn nearly_all_example_numbers_of_the_world_are_read() {
        let lines = include_str!("../tests/fixtures/phones.csv").lines().skip(1);
        let (mut rows, mut right, mut region) = (0_u32, [0_u32; 4], 0_u32);
        for line in lines {
            let cells: Vec<&str> = line.split(',').collect();
            let [code, _, e164, national, international, rfc3966, _] = cells[..] else { panic!("{line}") };
            rows += 1;
            let home = Country::from_code(code);
            for (count, raw) in right.iter_mut().zip([e164, national, international, rfc3966]) {
                let phone = parse_phone(raw, home);
                *count += u32::from(phone.as_ref().is_some_and(|p| p.e164 == e164));
            }
            region += u32::from(parse_phone(e164, None).is_some_and(|p| p.country == home && home.is_some()));
        }
        println!("of {rows}: E.164, national, international, RFC 3966 {right:?}; country {region}");
        assert_eq!(rows, 489);
        assert!(right.iter().all(|n| *n * 100 >= rows * 98), "{right:?} of {rows}");
        assert!(region * 100 >= rows * 96, "country of {region} of {rows}");
    }

    /// Every example of the world, with each of its digits changed.
    #[test]
    fn a_number_exists_when_the_library_says_so() {
        let (mut valid, mut all) = (0_u32, 0_u32);
        for line in include_str!("../tests/fixtures/phones.csv").lines().skip(1) {
            let e164 = line.split(',').nth(2).unwrap();
            for at in 2..e164.len() {
                for digit in ['0', '5', '9'] {
                    let mut raw = e164.to_owned();
                    raw.replace_range(at..=at, &digit.to_string());
                    let Ok(number) = phonenumber::parse(None, &raw) else { continue };
                    let expected = phonenumber::is_valid(&number);
                    assert_eq!(exists(&number), expected, "{raw}");
                    (valid, all) = (valid + u32::from(expected), all + 1);
                }
            }
        }
        assert!(all > 12_000 && valid > all / 4 && valid < all, "{valid} of {all}");
    }

    proptest! {
        #[test]
        fn any_text_is_safe_and_a_number_read_is_stable(raw in "\\PC{0,30}") {
            if let Some(phone) = parse_phone(&raw, Some(Country::KR)) {
                prop_assert_eq!(parse_phone(&phone.e164, None).map(|p| p.e164), Some(phone.e164));
            }
        }
    }
}
