//! Phone numbers: E.164 for dialling and matching, the national form for reading.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region};
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
    let region = number.get_region_code().and_then(|region| Country::from_code(&region.to_string()));
    Some(Phone {
        e164: key_of(&number),
        national: number.format_as(PhoneNumberFormat::National).into_owned(),
        country: region,
        kind: kind(number.get_type()),
        extension: number.extension,
    })
}

/// The key of a number alone, [`Phone::e164`]: less work.
#[must_use]
pub fn phone_key(raw: &str, country: Option<Country>) -> Option<String> {
    read(raw, country).map(|number| key_of(&number))
}

fn key_of(number: &PhoneNumber) -> String {
    number.format_as(PhoneNumberFormat::E164).into_owned()
}

fn read(raw: &str, country: Option<Country>) -> Option<PhoneNumber> {
    if raw.chars().count() > PHONE_CHARS {
        return None;
    }
    let text: String = raw.nfkc().collect();
    let text = text.trim().trim_start_matches(['\'', '`']);
    let text =
        text.strip_prefix("00").map_or_else(|| text.to_owned(), |rest| international(rest, text, country));
    let home = country.and_then(|c| c.code().parse::<Region>().ok());
    PHONE_NUMBER_UTIL.parse(&text, home).ok().filter(PhoneNumber::is_valid)
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

fn kind(of: PhoneNumberType) -> PhoneKind {
    match of {
        PhoneNumberType::FixedLine => PhoneKind::Fixed,
        PhoneNumberType::Mobile => PhoneKind::Mobile,
        PhoneNumberType::FixedLineOrMobile => PhoneKind::FixedOrMobile,
        PhoneNumberType::TollFree => PhoneKind::TollFree,
        PhoneNumberType::PremiumRate => PhoneKind::Premium,
        PhoneNumberType::VoIP => PhoneKind::Voip,
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

    /// The example numbers of every region in four spellings. Ascension, Tristan da Cunha and Kosovo have no code of
    /// their own in ISO 3166: their five are not read as written inside the country.
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
        assert_eq!((rows, right), (489, [489, 484, 489, 489]));
        assert!(region * 100 >= rows * 96, "country of {region} of {rows}");
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
