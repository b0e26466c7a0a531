//! From what was written to what is compared. One raw value may say several things: a full name says
//! given and family name, an address line says house number and street.

use kernel::country::Country;
use kernel::email::EmailAddress;
use kernel::fold::{fold, fold_key, is_hangul};
use kernel::name::{PersonName, company_name_key};

use crate::date::date_key;
use crate::field::{Field, Kind};
use crate::phone::phone_key;

/// What people write where there is nothing to write, folded.
const NOTHING: &[&str] = &["na", "nan", "null", "none", "nil", "unknown", "없음", "미상", "해당없음"];
/// Words of addresses and their short forms, both folded.
const SHORT_FORMS: &[(&str, &str)] = &[
    ("st", "street"),
    ("str", "street"),
    ("rd", "road"),
    ("ave", "avenue"),
    ("av", "avenue"),
    ("blvd", "boulevard"),
    ("dr", "drive"),
    ("ln", "lane"),
    ("la", "lane"),
    ("ct", "court"),
    ("cct", "circuit"),
    ("cres", "crescent"),
    ("pl", "place"),
    ("pde", "parade"),
    ("hwy", "highway"),
    ("sq", "square"),
    ("tce", "terrace"),
    ("ter", "terrace"),
    ("pkwy", "parkway"),
    ("ste", "suite"),
    ("apt", "apartment"),
    ("bldg", "building"),
    ("n", "north"),
    ("s", "south"),
    ("e", "east"),
    ("w", "west"),
    ("mt", "mount"),
    ("ft", "fort"),
];

/// Gives `put` each thing the value says, normalised. Says nothing for empty values.
pub(crate) fn normalise(kind: Kind, field: Field, raw: &str, put: &mut impl FnMut(Field, String)) {
    let raw = raw.trim();
    if is_nothing(raw) {
        return;
    }
    match field {
        Field::FullName => person(raw, put),
        Field::Street => street(raw, put),
        Field::Email => email(kind, raw, put),
        _ => {
            let value = single(field, raw);
            if !value.is_empty() {
                put(field, value);
            }
        }
    }
}

fn is_nothing(raw: &str) -> bool {
    if !raw.chars().any(char::is_alphanumeric) {
        return true;
    }
    raw.len() <= 12 && NOTHING.contains(&fold_key(raw).as_str())
}

fn single(field: Field, raw: &str) -> String {
    match field {
        Field::Company => company(raw),
        Field::Phone => phone_key(raw),
        Field::Domain => kernel::domain::registrable_domain(raw).unwrap_or_else(|| fold(raw)),
        Field::BirthDate | Field::Date => date_key(raw),
        Field::Street2 => words(raw).concat(),
        Field::Country => Country::parse(raw).map_or_else(|| fold_key(raw), |c| c.code().to_owned()),
        Field::HouseNumber => fold_key(raw).trim_start_matches('0').to_owned(),
        Field::Person | Field::Text(_) | Field::Title | Field::Industry => plain_words(raw),
        _ => fold_key(raw),
    }
}

fn person(raw: &str, put: &mut impl FnMut(Field, String)) {
    let name = PersonName::split(raw);
    for (field, part) in [(Field::GivenName, &name.given), (Field::FamilyName, &name.family)] {
        let key = fold_key(part);
        if !key.is_empty() {
            put(field, key);
        }
    }
}

/// `8764 Melrose Ave.` says house number 8764 and street melroseavenue.
fn street(raw: &str, put: &mut impl FnMut(Field, String)) {
    let mut words = words(raw);
    let numbered = |word: &String| word.starts_with(|c: char| c.is_ascii_digit());
    let at = if words.first().is_some_and(numbered) {
        Some(0)
    } else {
        words.iter().rposition(|w| w.bytes().all(|b| b.is_ascii_digit()))
    };
    if let Some(at) = at.filter(|_| words.len() > 1) {
        put(Field::HouseNumber, words.remove(at).trim_start_matches('0').to_owned());
    }
    let key = words.concat();
    if !key.is_empty() {
        put(Field::Street, key);
    }
}

fn email(kind: Kind, raw: &str, put: &mut impl FnMut(Field, String)) {
    match EmailAddress::parse(raw) {
        Ok(address) => {
            put(Field::Email, address.suppression_key());
            if let Some(domain) = address.company_domain().filter(|_| kind == Kind::Companies) {
                put(Field::Domain, domain);
            }
        }
        Err(_) => put(Field::Email, fold(raw)),
    }
}

/// The company's key; in names with Hangul, Latin initials are spelt as Koreans spell them, so that
/// `SK바이오팜` and `에스케이바이오팜` meet.
fn company(raw: &str) -> String {
    let key = company_name_key(raw);
    if key.chars().any(is_hangul) && key.chars().any(|c| c.is_ascii_alphabetic()) {
        spell_initials(&key)
    } else {
        key
    }
}

/// Longest run of Latin letters read letter by letter; longer runs are words.
const INITIALS: usize = 4;

fn spell_initials(key: &str) -> String {
    let mut out = String::with_capacity(key.len() * 2);
    let mut run = String::new();
    for c in key.chars().chain([' ']) {
        if c.is_ascii_alphabetic() {
            run.push(c);
            continue;
        }
        match run.as_str() {
            "and" => out.push('앤'),
            letters if letters.len() <= INITIALS => out.extend(letters.chars().map(letter_name)),
            word => out.push_str(word),
        }
        run.clear();
        if c != ' ' {
            out.push(c);
        }
    }
    out
}

/// Names of the letters a to z in Korean.
const LETTERS: [&str; 26] = [
    "에이",
    "비",
    "씨",
    "디",
    "이",
    "에프",
    "지",
    "에이치",
    "아이",
    "제이",
    "케이",
    "엘",
    "엠",
    "엔",
    "오",
    "피",
    "큐",
    "알",
    "에스",
    "티",
    "유",
    "브이",
    "더블유",
    "엑스",
    "와이",
    "제트",
];

fn letter_name(c: char) -> &'static str {
    let at = u32::from(c).wrapping_sub(u32::from('a')) as usize;
    LETTERS.get(at).copied().unwrap_or_default()
}

/// Folded words of an address with short forms written out.
fn words(raw: &str) -> Vec<String> {
    let folded = fold(raw);
    let mut words: Vec<String> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect();
    for (at, word) in words.iter_mut().enumerate() {
        // `St James` is a saint, `James St` a street.
        if let Some((_, long)) =
            SHORT_FORMS.iter().find(|(short, _)| *short == word && (at > 0 || *short != "st"))
        {
            *word = (*long).to_owned();
        }
    }
    words
}

/// Folded words separated by single spaces.
fn plain_words(raw: &str) -> String {
    let folded = fold(raw);
    let mut out = String::with_capacity(folded.len());
    for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kind: Kind, field: Field, raw: &str) -> Vec<(Field, String)> {
        let mut said = Vec::new();
        normalise(kind, field, raw, &mut |field, value| said.push((field, value)));
        said
    }

    #[test]
    fn one_value_may_say_several_things() {
        type Case = (Field, &'static str, &'static [(Field, &'static str)]);
        let cases: &[Case] = &[
            (
                Field::FullName,
                "van der Berg, Ana",
                &[(Field::GivenName, "ana"), (Field::FamilyName, "vanderberg")],
            ),
            (Field::FullName, "김민수", &[(Field::GivenName, "민수"), (Field::FamilyName, "김")]),
            (
                Field::Street,
                "8764 Melrose Ave.",
                &[(Field::HouseNumber, "8764"), (Field::Street, "melroseavenue")],
            ),
            (Field::Street, "Hauptstr. 5", &[(Field::HouseNumber, "5"), (Field::Street, "hauptstr")]),
            (Field::Street, "St James Rd", &[(Field::Street, "stjamesroad")]),
            (Field::Street, "테헤란로 152", &[(Field::HouseNumber, "152"), (Field::Street, "테헤란로")]),
            (Field::Company, "(주)SK바이오팜", &[(Field::Company, "에스케이바이오팜")]),
            (Field::Company, "에스케이바이오팜 주식회사", &[(Field::Company, "에스케이바이오팜")]),
            (Field::Company, "F&F홀딩스", &[(Field::Company, "에프앤에프홀딩스")]),
            (Field::Company, "NAVER", &[(Field::Company, "naver")]),
            (Field::Company, "The ACME Corp.", &[(Field::Company, "acme")]),
            (Field::Domain, "http://www.sammimetal.com/kr", &[(Field::Domain, "sammimetal.com")]),
            (Field::Country, "대한민국", &[(Field::Country, "KR")]),
            (Field::City, "N/A", &[]),
            (Field::City, " - ", &[]),
            (Field::Email, "A.B+x@Gmail.com", &[(Field::Email, "ab@gmail.com")]),
        ];
        for (field, raw, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|(f, v)| (*f, (*v).to_owned())).collect();
            assert_eq!(said(Kind::People, *field, raw), expected, "{raw}");
        }
        let company = said(Kind::Companies, Field::Email, "info@hanbit.co.kr");
        assert!(company.contains(&(Field::Domain, "hanbit.co.kr".to_owned())));
    }
}
