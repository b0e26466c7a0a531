//! Two records side by side: a level for each field both have.

use strsim::osa_distance;

use crate::corpus::{Corpus, Slot};
use crate::date::compare_dates;
use crate::field::Field;
use crate::level::Level;

/// Levels of all slots, three bits each, the first slot lowest.
pub(crate) type Pattern = u64;

/// The code of slot `at` in a pattern.
pub(crate) fn code(pattern: Pattern, at: usize) -> u64 {
    (pattern >> (3 * at)) & 7
}

/// Compares all fields of two records.
pub(crate) fn compare(corpus: &Corpus, crossed: &[(usize, usize)], a: u32, b: u32) -> Pattern {
    let (left, right) = (corpus.row(a), corpus.row(b));
    let mut pattern = 0;
    for (at, slot) in corpus.slots.iter().enumerate() {
        if left[at] != 0 && right[at] != 0 {
            pattern |= (compare_values(slot, left[at], right[at]) as u64) << (3 * at);
        }
    }
    for (first, second) in crossed {
        pattern = cross(corpus, pattern, (*first, *second), left, right);
    }
    pattern
}

/// Pairs of slots whose values people put in each other's place.
pub(crate) fn crossed(corpus: &Corpus) -> Vec<(usize, usize)> {
    [(Field::GivenName, Field::FamilyName), (Field::Street, Field::Street2)]
        .into_iter()
        .filter_map(|(first, second)| Some((corpus.slot_of(first)?, corpus.slot_of(second)?)))
        .collect()
}

fn cross(corpus: &Corpus, pattern: Pattern, at: (usize, usize), left: &[u32], right: &[u32]) -> Pattern {
    let (first, second) = at;
    let weak = |code: u64| code == 0 || code >= Level::Weak as u64;
    if !weak(code(pattern, first)) || !weak(code(pattern, second)) {
        return pattern;
    }
    let text = |slot: usize, id: u32| corpus.slots[slot].values.get(id);
    let meets = |a: &str, b: &str| !a.is_empty() && !b.is_empty() && (a == b || jaro_winkler(a, b) >= CLOSE);
    let there = meets(text(first, left[first]), text(second, right[second]));
    let back = meets(text(second, left[second]), text(first, right[first]));
    let gap = |slot: usize| left[slot] == 0 || right[slot] == 0;
    // Both cross, or one crosses and the other has nothing to cross with.
    let crosses = if there {
        back || left[second] == 0 || right[first] == 0
    } else {
        back && (left[first] == 0 || right[second] == 0)
    };
    if !crosses {
        return pattern;
    }
    let mut pattern = pattern & !(7 << (3 * first)) & !(7 << (3 * second));
    for slot in [first, second] {
        if !gap(slot) {
            pattern |= (Level::Swapped as u64) << (3 * slot);
        }
    }
    if gap(first) && gap(second) {
        pattern |= (Level::Swapped as u64) << (3 * first);
    }
    pattern
}

/// Jaro-Winkler similarities from which two words are a typing error apart, alike, or have something
/// in common (the steps of Splink's name comparison; Winkler 1990).
const CLOSE: f64 = 0.92;
const SIMILAR: f64 = 0.85;
const WEAK: f64 = 0.7;

/// Jaro-Winkler, the same from either side: Jaro's search for common letters begins at one text and
/// may count differently from the other.
fn jaro_winkler(a: &str, b: &str) -> f64 {
    let (a, b) = if (a.len(), a) <= (b.len(), b) { (a, b) } else { (b, a) };
    strsim::jaro_winkler(a, b)
}

fn compare_values(slot: &Slot, a: u32, b: u32) -> Level {
    if a == b {
        return Level::Exact;
    }
    let (left, right) = (slot.values.get(a), slot.values.get(b));
    match slot.field {
        Field::Company => organisations(slot, (a, left), (b, right)),
        Field::Person | Field::Title | Field::Industry | Field::Text(_) => texts(slot, (a, left), (b, right)),
        Field::Email => emails(left, right),
        Field::Phone => phones(left, right),
        Field::NationalId | Field::HouseNumber | Field::Region | Field::Country => codes(left, right),
        Field::PostalCode => postal_codes(left, right),
        Field::BirthDate | Field::Date => compare_dates(left, right),
        Field::Domain => domains(left, right),
        Field::GivenName | Field::FamilyName | Field::FullName => names(left, right),
        Field::Street | Field::Street2 | Field::City => by_similarity(jaro_winkler(left, right)),
    }
}

fn by_similarity(similarity: f64) -> Level {
    match similarity {
        s if s >= CLOSE => Level::Close,
        s if s >= SIMILAR => Level::Similar,
        s if s >= WEAK => Level::Weak,
        _ => Level::Different,
    }
}

fn names(a: &str, b: &str) -> Level {
    let initial = |short: &str, long: &str| short.len() == 1 && long.starts_with(short);
    if initial(a, b) || initial(b, a) {
        return Level::Similar;
    }
    if a.len().abs_diff(b.len()) <= 1 && a.len().min(b.len()) >= 3 && a.is_ascii() && osa_distance(a, b) <= 1
    {
        return Level::Close;
    }
    by_similarity(jaro_winkler(a, b))
}

fn organisations(slot: &Slot, (a, left): (u32, &str), (b, right): (u32, &str)) -> Level {
    let (cosine, held) = slot.words.as_ref().map_or((0.0, 0.0), |words| words.alike(a, b));
    let spelling = jaro_winkler(left, right);
    if numbers_differ(left, right) {
        return if cosine >= 0.3 || spelling >= SIMILAR { Level::Weak } else { Level::Different };
    }
    if cosine >= 0.85 || spelling >= 0.96 {
        Level::Close
    } else if cosine >= 0.6 || (held >= 0.99 && cosine >= 0.4) || spelling >= CLOSE {
        Level::Similar
    } else if cosine >= 0.3 || held >= 0.6 || spelling >= SIMILAR {
        Level::Weak
    } else {
        Level::Different
    }
}

/// Whether two names are told apart by their numbers alone: Fund 4 and Fund 9, 제12호 and 제13호.
fn numbers_differ(a: &str, b: &str) -> bool {
    let split = |text: &str| -> (String, String) { text.chars().partition(char::is_ascii_digit) };
    let ((of_a, rest_a), (of_b, rest_b)) = (split(a), split(b));
    !of_a.is_empty() && !of_b.is_empty() && of_a != of_b && jaro_winkler(&rest_a, &rest_b) >= 0.96
}

fn texts(slot: &Slot, (a, left): (u32, &str), (b, right): (u32, &str)) -> Level {
    let (cosine, held) = slot.words.as_ref().map_or((0.0, 0.0), |words| words.alike(a, b));
    if cosine >= 0.8 || (left.len().max(right.len()) < 24 && jaro_winkler(left, right) >= CLOSE) {
        Level::Close
    } else if cosine >= 0.5 || held >= 0.9 {
        Level::Similar
    } else if cosine >= 0.2 {
        Level::Weak
    } else {
        Level::Different
    }
}

fn emails(a: &str, b: &str) -> Level {
    let (local_a, domain_a) = a.rsplit_once('@').unwrap_or((a, ""));
    let (local_b, domain_b) = b.rsplit_once('@').unwrap_or((b, ""));
    if local_a == local_b {
        return if jaro_winkler(domain_a, domain_b) >= CLOSE { Level::Close } else { Level::Similar };
    }
    match (osa_distance(local_a, local_b), domain_a == domain_b) {
        (1, true) => Level::Close,
        (_, true) if jaro_winkler(local_a, local_b) >= CLOSE => Level::Weak,
        _ => Level::Different,
    }
}

/// One digit off, then the same exchange (all but the last four digits), then the same area.
fn phones(a: &str, b: &str) -> Level {
    if a.len().abs_diff(b.len()) <= 1 && osa_distance(a, b) <= 1 {
        return Level::Close;
    }
    let longest = a.len().min(b.len());
    if longest >= 7 && (a.ends_with(b) || b.ends_with(a)) {
        return Level::Close;
    }
    let same = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    match same {
        n if a.len() == b.len() && longest >= 8 && n + 4 >= longest => Level::Similar,
        n if longest >= 8 && n >= 3 => Level::Weak,
        _ => Level::Different,
    }
}

fn codes(a: &str, b: &str) -> Level {
    let near = a.len().abs_diff(b.len()) <= 1 && a.len().max(b.len()) >= 2;
    if near && osa_distance(a, b) <= 1 { Level::Close } else { Level::Different }
}

fn postal_codes(a: &str, b: &str) -> Level {
    if codes(a, b) == Level::Close {
        return Level::Close;
    }
    let same = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    if same * 2 >= a.chars().count().max(b.chars().count()) { Level::Similar } else { Level::Different }
}

/// `acme.com` and `acme.co.kr` have one label.
fn domains(a: &str, b: &str) -> Level {
    let label = |domain: &str| domain.split('.').next().unwrap_or_default().len();
    let (label_a, label_b) = (&a[..label(a)], &b[..label(b)]);
    if label_a == label_b && label_a.len() >= 3 {
        Level::Close
    } else if jaro_winkler(label_a, label_b) >= CLOSE {
        Level::Similar
    } else {
        Level::Different
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_compared_by_what_they_mean() {
        type Case = (fn(&str, &str) -> Level, &'static str, &'static str, Level);
        let cases: &[Case] = &[
            (names, "jayden", "jaydn", Level::Close),
            (names, "j", "jayden", Level::Similar),
            (names, "georgia", "lucas", Level::Different),
            (phones, "2125822233", "2125822223", Level::Close),
            (phones, "7027325111", "7027325651", Level::Similar),
            (phones, "7027325111", "7029991234", Level::Weak),
            (phones, "7027325111", "4045551234", Level::Different),
            (emails, "ana.kim@acme.com", "ana.kim@acme.co", Level::Close),
            (emails, "ana.kim@acme.com", "ana.kim@gmail.com", Level::Similar),
            (emails, "ana.kim@acme.com", "anna.kim@acme.com", Level::Close),
            (emails, "ana.kim@acme.com", "bo.lee@acme.com", Level::Different),
            (postal_codes, "2196", "2169", Level::Close),
            (postal_codes, "2196", "2133", Level::Similar),
            (domains, "acme.com", "acme.co.kr", Level::Close),
            (codes, "vic", "vci", Level::Close),
            (codes, "vic", "qld", Level::Different),
        ];
        for (compare, a, b, level) in cases {
            assert_eq!(compare(a, b), *level, "{a} {b}");
            assert_eq!(compare(b, a), *level, "{b} {a}");
        }
    }
}
