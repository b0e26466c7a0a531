//! Words and phrases that mean alike, and which of them stand in a text, negated or not.
//!
//! The lists are the cues of the table of intents and some sixty notions more (`notions.en.txt`,
//! `notions.ko.txt`). English is found word by word, Korean in the text without its spaces.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::words::{ends_clause, is_hangul, tokens, without_spaces};

/// A notion that stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// Which one; [`not`] for a negation.
    pub notion: u8,
    /// A negation cancels it.
    pub negated: bool,
    /// Of which clause it is.
    pub clause: u16,
    /// Where, in words or in Korean letters.
    pub at: u16,
}

impl Found {
    /// Whether it is more than a pronoun or a negation, which other languages spell alike.
    pub(super) fn tells(self) -> bool {
        !["not", "i", "we", "you", "they"].contains(&lists().names[usize::from(self.notion)])
    }
}

/// A phrase and what it means: the words after the first.
type Phrase = (Vec<&'static str>, u8);

struct Lists {
    names: Vec<&'static str>,
    english: HashMap<&'static str, Vec<Phrase>>,
    korean: HashMap<char, Vec<(Vec<char>, u8)>>,
}

/// Words before a cue, and Korean letters after it, within which a negation cancels it.
const WORDS_BEFORE: u16 = 3;
const LETTERS_AFTER: u16 = 6;

fn lists() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    LISTS.get_or_init(|| {
        let mut lists = Lists { names: Vec::new(), english: HashMap::new(), korean: HashMap::new() };
        for (notion, phrase) in entries(include_str!("notions.en.txt"), &mut lists.names) {
            let mut words = phrase.split(' ');
            let first = words.next().unwrap_or_default();
            lists.english.entry(first).or_default().push((words.collect(), notion));
        }
        for (notion, phrase) in entries(include_str!("notions.ko.txt"), &mut lists.names) {
            let letters: Vec<char> = phrase.chars().collect();
            lists.korean.entry(letters[0]).or_default().push((letters, notion));
        }
        lists
    })
}

/// Every phrase of a list with the number of its notion; new names are added.
fn entries(list: &'static str, names: &mut Vec<&'static str>) -> Vec<(u8, &'static str)> {
    let (mut out, mut notion) = (Vec::new(), 0);
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_suffix(':') {
            let known = names.iter().position(|n| *n == name);
            let place = known.unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            });
            notion = u8::try_from(place).expect("fewer than 256 notions");
        } else {
            out.extend(line.split(',').map(str::trim).filter(|p| !p.is_empty()).map(|p| (notion, p)));
        }
    }
    out
}

/// The notion of negations, the first of the list.
const NOT: u8 = 0;

/// Every notion of a lower-case text, English ones first, in order of their places.
pub(super) fn find(lower: &str) -> Vec<Found> {
    let mut out = english(lower);
    if lower.chars().any(is_hangul) {
        out.extend(korean(lower));
    }
    out
}

fn english(lower: &str) -> Vec<Found> {
    let (words, mut out, mut clause) = (tokens(lower), Vec::new(), 0_u16);
    for (at, word) in words.iter().enumerate() {
        if ends_clause(word) {
            clause = clause.saturating_add(1);
            continue;
        }
        for (rest, notion) in lists().english.get(word).into_iter().flatten() {
            if words[at + 1..].starts_with(rest) {
                out.push(Found { notion: *notion, negated: false, clause, at: place(at) });
            }
        }
    }
    cancel(&mut out, |cue, not| not.at < cue.at && cue.at - not.at <= WORDS_BEFORE);
    out
}

fn korean(lower: &str) -> Vec<Found> {
    // Clauses of the Korean reading are other clauses than those of the English one.
    let (letters, mut out, mut clause) = (without_spaces(lower), Vec::new(), u16::MAX / 2);
    for (at, letter) in letters.iter().enumerate() {
        if matches!(letter, '.' | ',' | ';' | '!' | '?' | '\n') {
            clause = clause.saturating_add(1);
        }
        for (phrase, notion) in lists().korean.get(letter).into_iter().flatten() {
            if letters[at..].starts_with(phrase) {
                out.push(Found { notion: *notion, negated: false, clause, at: place(at) });
            }
        }
    }
    cancel(&mut out, |cue, not| not.at > cue.at && not.at - cue.at <= LETTERS_AFTER);
    out
}

fn place(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

/// Marks what a negation of the same clause reaches.
fn cancel(found: &mut [Found], reaches: impl Fn(&Found, &Found) -> bool) {
    let nots: Vec<Found> = found.iter().filter(|f| f.notion == NOT).copied().collect();
    for cue in found.iter_mut().filter(|f| f.notion != NOT) {
        cue.negated = nots.iter().any(|not| not.clause == cue.clause && reaches(cue, not));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        let names = &lists().names;
        let word =
            |f: &Found| format!("{}{}", if f.negated { "!" } else { "" }, names[usize::from(f.notion)]);
        find(text).iter().map(word).collect()
    }

    #[test]
    fn the_first_notion_is_negation_and_every_intent_has_its_cues() {
        assert_eq!(lists().names[usize::from(NOT)], "not");
        let cues = lists().names.iter().filter(|name| name.starts_with("cue_")).count();
        assert_eq!(cues, 10, "of eleven intents one is without cues");
    }

    #[test]
    fn a_negation_within_three_words_of_the_same_clause_cancels_a_cue() {
        for (text, cue, holds) in [
            ("it is not too expensive", "cue_objection", false),
            ("it is too expensive", "cue_objection", true),
            ("not sure about the price, but interested", "cue_interested", true),
            ("i am not at all interested", "cue_interested", false),
            ("don't unsubscribe me", "cue_unsubscribe", false),
            ("no, the contract is fine", "cue_objection", true),
            ("compass and passage", "cue_not_interested", false),
            ("생각보다 비싸지 않네요", "cue_objection", false),
            ("너무 비싸네요", "cue_objection", true),
            ("관심있는 건 아니에요", "cue_interested", false),
            ("관 심 있 습니다", "cue_interested", true),
        ] {
            assert_eq!(said(text).iter().any(|name| name == cue), holds, "{text}: {:?}", said(text));
        }
    }
}
