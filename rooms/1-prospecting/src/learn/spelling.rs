//! Misspelt values join the word they mean: "technolgy" counts as "technology".

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use kernel::Country;
use kernel::fold::{fold, fold_key};

/// Sectors as CRMs, registers and lists write them, folded, one a line.
static SECTORS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("sectors.txt").lines().filter(|l| !l.starts_with('#')).collect());
/// Names of countries in English, folded.
static COUNTRIES: LazyLock<Vec<String>> =
    LazyLock::new(|| Country::all().map(|c| fold(c.name(kernel::Locale::En))).collect());

/// Words shorter than this differ by a letter without being misspelt.
const LEAST_CHARS: usize = 6;
/// Bytes of the longest letter: words further apart in length differ by more than one.
const LONGEST_LETTER: usize = 4;
/// How much more frequent a word of the data must be to take in a slip of itself.
const MUCH_MORE: usize = 10;

/// Which value each spelling means: the folded spelling to the folded word.
///
/// A spelling one slip away from exactly one known word means that word. One that is no known word and
/// lacks, doubles or swaps a letter of a value ten times as frequent means that value; a replaced
/// letter does not, because "Group A" and "Group B" are two groups.
pub(super) fn meant(counts: &BTreeMap<String, usize>, countries: bool) -> HashMap<String, String> {
    let known: Vec<&str> =
        if countries { COUNTRIES.iter().map(String::as_str).collect() } else { SECTORS.clone() };
    let is_known = |word: &str| known.contains(&word) || (countries && is_named(word));
    let mut meant = HashMap::new();
    for (word, n) in counts.iter().filter(|(word, _)| !is_known(word) && word.chars().count() >= LEAST_CHARS)
    {
        let mut near = known.iter().filter(|k| slip(word, k).is_some());
        let listed = match (near.next(), near.next()) {
            (Some(only), None) => Some((*only).to_owned()),
            _ => None,
        };
        let frequent = || {
            let letters = |w: &str| !w.chars().any(char::is_numeric);
            let much = counts.iter().filter(|(other, m)| **m >= MUCH_MORE * n && letters(other));
            much.map(|(other, _)| other).find(|other| slip(word, other) == Some(Slip::OfTheHand)).cloned()
        };
        if let Some(target) = listed.or_else(frequent) {
            meant.insert(word.clone(), target);
        }
    }
    meant
}

/// Whether a word names a country otherwise than by a slip of its English name.
fn is_named(word: &str) -> bool {
    Country::parse(word).is_some_and(|c| slip(word, &fold(c.name(kernel::Locale::En))).is_none())
}

/// Whether a country is named, also by its code or with one slip.
pub(super) fn is_country(text: &str) -> bool {
    let word = fold(text.trim());
    Country::parse(&word).is_some()
        || (fold_key(text).chars().count() >= LEAST_CHARS
            && COUNTRIES.iter().any(|k| slip(&word, k).is_some()))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slip {
    /// A letter missing, too many, or two swapped.
    OfTheHand,
    /// A letter replaced by another.
    Replaced,
}

/// How two different words differ by one slip, if they do.
fn slip(a: &str, b: &str) -> Option<Slip> {
    if a.len().abs_diff(b.len()) > LONGEST_LETTER || strsim::osa_distance(a, b) != 1 {
        return None;
    }
    // One place differs, and no other: a letter was replaced.
    Some(if strsim::hamming(a, b) == Ok(1) { Slip::Replaced } else { Slip::OfTheHand })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(counts: &[(&str, usize)], countries: bool) -> Vec<(String, String)> {
        let counts = counts.iter().map(|(word, n)| ((*word).to_owned(), *n)).collect();
        let mut found: Vec<_> = meant(&counts, countries).into_iter().collect();
        found.sort();
        found
    }

    #[test]
    fn slips_are_mended_and_other_words_left_alone() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let cases = [
            (vec![("technolgy", 12), ("medical", 9)], false, vec![pair("technolgy", "technology")]),
            (vec![("technology", 1), ("technolgy", 12)], false, vec![pair("technolgy", "technology")]),
            (vec![("philippnes", 1), ("kenya", 1)], true, vec![pair("philippnes", "philippines")]),
            (vec![("philipines", 1), ("kr", 1)], true, vec![pair("philipines", "philippines")]),
            (vec![("hydroponics", 40), ("hydropnoics", 2)], false, vec![pair("hydropnoics", "hydroponics")]),
            (vec![("hydroponics", 4), ("hydropnoics", 2)], false, vec![]),
            (vec![("group a", 400), ("group b", 2)], false, vec![]),
            (vec![("series 11", 400), ("series 1", 2)], false, vec![]),
            (vec![("iran", 4), ("iraq", 400), ("niger", 1), ("nigeria", 90)], true, vec![]),
        ];
        for (counts, countries, wanted) in cases {
            assert_eq!(of(&counts, countries), wanted, "{counts:?}");
        }
    }

    #[test]
    fn countries_are_known_by_name_code_and_with_a_slip() {
        for text in ["United States", "KR", "대한민국", "Philipines", "Jordan", "Swizerland"] {
            assert!(is_country(text), "{text}");
        }
        for text in ["Seoul", "1 Main Street", ""] {
            assert!(!is_country(text), "{text}");
        }
    }
}
