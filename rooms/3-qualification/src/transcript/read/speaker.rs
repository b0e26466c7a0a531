//! Who speaks, where a name stands before the words: `Jane Doe: Good morning.`

use std::collections::{HashMap, HashSet};

use super::cue::Cue;

/// Characters of a name.
const NAME_CHARS: usize = 60;
/// Words of a name.
const NAME_WORDS: usize = 6;

/// The name before a colon, and the words after it. A colon within a word or a time (`10:30`, `https://`) is none.
pub(super) fn named(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start().trim_start_matches(">>").trim_start();
    let (at, colon) = line.char_indices().take(NAME_CHARS + 1).find(|(_, c)| matches!(c, ':' | '：'))?;
    let (name, rest) = (line[..at].trim(), &line[at + colon.len_utf8()..]);
    let ends = colon == '：' || rest.is_empty() || rest.starts_with(char::is_whitespace);
    let words = name.split_whitespace().count();
    let sound = name.chars().any(char::is_alphabetic)
        && !name
            .contains(['?', '!', ';', '"', '“', '”', '<', '>', '…', '[', ']', '{', '}', '。', '？', '！']);
    (ends && sound && (1..=NAME_WORDS).contains(&words)).then_some((name, rest.trim()))
}

/// Whether it is written like a name: each word begins with a capital, or in a script that has none.
fn is_name(name: &str) -> bool {
    let begins = |word: &str| {
        let first = word.trim_start_matches(['(', '-', '.']).chars().next();
        first.is_none_or(|c| !c.is_lowercase())
    };
    let few = name.split_whitespace().count() <= 4;
    few && !name.contains(',') && name.split_whitespace().all(begins)
}

/// Which of the names found at the beginning of `of` pieces are people: those found three times, those written like
/// names found twice, and all written like names when most pieces have one.
pub(super) fn people<'a>(found: impl Iterator<Item = &'a str>, of: usize, most: usize) -> HashSet<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for name in found {
        *counts.entry(name).or_default() += 1;
    }
    let all: usize = counts.values().sum();
    let mostly = all * most >= of;
    let is_person = |name: &str, count: usize| count >= 3 || is_name(name) && (count >= 2 || mostly);
    counts
        .into_iter()
        .filter(|(name, count)| is_person(name, *count))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// Takes names out of the text of captions that do not name who speaks otherwise.
pub(super) fn from_captions(cues: &mut [Cue]) {
    if cues.iter().any(|cue| cue.speaker.is_some()) {
        return;
    }
    let names = cues.iter().filter_map(|cue| Some(named(&cue.text)?.0));
    let people = people(names, cues.len(), 2);
    for cue in cues.iter_mut() {
        if let Some((name, rest)) = named(&cue.text).filter(|(name, _)| people.contains(*name)) {
            (cue.speaker, cue.text) = (Some(name.to_owned()), rest.to_owned());
        }
    }
}
