//! Keys of custom fields made from column names: `a-z`, digits and `_`, at most 50, a letter first.

use kernel::fold::fold;
use kernel::window::stable_hash;

const MOST: usize = 50;

/// The key for a column's name, none of `taken`. Korean is spelt in Latin letters syllable by syllable
/// (Revised Romanisation without sound changes); other scripts give a key that names nothing but is
/// always the same.
#[must_use]
pub fn custom_key(header: &str, taken: &[String]) -> String {
    let spelt: String = fold(header).chars().map(spell).collect();
    let words: Vec<&str> =
        spelt.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut key = words.join("_");
    if key.is_empty() {
        key = format!("column_{:08x}", stable_hash(header.trim().as_bytes()) >> 32);
    } else if !key.starts_with(|c: char| c.is_ascii_lowercase()) {
        key = format!("c_{key}");
    }
    let base = cut(&key, MOST).to_owned();
    let mut key = base.clone();
    let mut number = 2;
    while taken.contains(&key) {
        let suffix = format!("_{number}");
        key = format!("{}{suffix}", cut(&base, MOST - suffix.len()));
        number += 1;
    }
    key
}

/// ASCII only, so any place is a boundary.
fn cut(key: &str, most: usize) -> &str {
    key.get(..most).unwrap_or(key).trim_end_matches('_')
}

const INITIALS: [&str; 19] =
    ["g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"];
const VOWELS: [&str; 21] = [
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi",
    "yu", "eu", "ui", "i",
];
const FINALS: [&str; 28] = [
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t",
    "ng", "t", "t", "k", "t", "p", "t",
];

fn spell(c: char) -> String {
    match u32::from(c).checked_sub(0xAC00).and_then(|at| usize::try_from(at).ok()) {
        Some(at) if at < 19 * 21 * 28 => {
            format!("{}{}{}", INITIALS[at / 588], VOWELS[at % 588 / 28], FINALS[at % 28])
        }
        _ => c.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_are_readable_where_the_script_allows() {
        let cases = [
            (" CRM in use? (2026) ", "crm_in_use_2026"),
            ("시장구분", "sijanggubun"),
            ("대표자명", "daepyojamyeong"),
            ("상장일 2", "sangjangil_2"),
            ("# Employees", "employees"),
            ("2025 매출", "c_2025_maechul"),
            ("Größe", "grosse"),
            ("FALSE", "false"),
        ];
        for (header, key) in cases {
            assert_eq!(custom_key(header, &[]), key, "{header}");
        }
        assert!(custom_key("会社", &[]).starts_with("column_"));
        assert_ne!(custom_key("会社", &[]), custom_key("住所", &[]));
    }

    #[test]
    fn two_columns_never_share_a_key() {
        let taken = vec!["a_b".to_owned(), "a_b_2".to_owned()];
        assert_eq!(custom_key("A-B", &taken), "a_b_3");
        let long = "x".repeat(60);
        let first = custom_key(&long, &[]);
        assert_eq!((first.len(), custom_key(&long, std::slice::from_ref(&first)).len()), (50, 50));
    }

    proptest! {
        #[test]
        fn every_header_has_a_sound_key(header in "\\PC{0,80}") {
            let key = custom_key(&header, &[]);
            prop_assert!(key.len() <= MOST && key.starts_with(|c: char| c.is_ascii_lowercase()));
            prop_assert!(key.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_')));
            prop_assert_ne!(custom_key(&header, std::slice::from_ref(&key)), key);
        }
    }
}
