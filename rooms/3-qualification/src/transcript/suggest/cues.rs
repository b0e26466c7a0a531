//! The phrases that are listened for, and where they stand in a sentence.

use std::sync::OnceLock;

/// A phrase and what it speaks for.
#[derive(Debug)]
struct Phrase {
    kind: &'static str,
    key: &'static str,
    words: &'static str,
    /// Any word that begins with the last one.
    open: bool,
}

/// A notion that was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Heard {
    pub kind: &'static str,
    pub key: &'static str,
}

struct Lists {
    english: Vec<Phrase>,
    korean: Vec<Phrase>,
}

fn lists() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    LISTS.get_or_init(|| {
        let mut lists = Lists { english: Vec::new(), korean: Vec::new() };
        let (mut kind, mut key) = ("", "");
        for line in include_str!("cues.txt").lines().filter(|line| !line.starts_with('#')) {
            if let Some((k, name)) = line.strip_suffix(':').and_then(|head| head.split_once(' ')) {
                (kind, key) = (k, name);
                continue;
            }
            for word in line.split(',').map(str::trim).filter(|word| !word.is_empty()) {
                let (words, open) = word.strip_suffix('*').map_or((word, false), |word| (word, true));
                let korean = words.contains(is_hangul);
                let list = if korean { &mut lists.korean } else { &mut lists.english };
                list.push(Phrase { kind, key, words, open });
            }
        }
        lists
    })
}

fn is_hangul(c: char) -> bool {
    ('가'..='힣').contains(&c)
}

/// What a sentence speaks of. Of phrases of one kind that overlap the longest counts.
pub(super) fn heard(sentence: &str) -> Vec<Heard> {
    let lower = sentence.to_lowercase().replace('’', "'");
    let english = spaced(&lower);
    let korean: String = lower.chars().filter(|c| is_hangul(*c) || c.is_ascii_alphanumeric()).collect();
    let mut found: Vec<(&Phrase, usize)> = Vec::new();
    let lists = lists();
    found.extend(lists.english.iter().filter_map(|phrase| Some((phrase, at_word(&english, phrase)?))));
    if korean.contains(is_hangul) {
        found.extend(lists.korean.iter().filter_map(|phrase| Some((phrase, korean.find(phrase.words)?))));
    }
    let within = |(inner, at): (&Phrase, usize), (outer, start): (&Phrase, usize)| {
        inner.kind == outer.kind
            && inner.words.len() < outer.words.len()
            && at >= start
            && at + inner.words.len() <= start + outer.words.len()
    };
    let longest: Vec<&Phrase> = found
        .iter()
        .filter(|one| !found.iter().any(|other| within(**one, *other)))
        .map(|(phrase, _)| *phrase)
        .collect();
    let mut heard: Vec<Heard> = Vec::new();
    for phrase in longest {
        let one = Heard { kind: phrase.kind, key: phrase.key };
        if !heard.contains(&one) {
            heard.push(one);
        }
    }
    heard
}

/// Words with one blank before and after each.
fn spaced(lower: &str) -> String {
    let words = lower
        .split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '-'))
        .filter(|word| !word.is_empty());
    let mut text = String::from(" ");
    words.for_each(|word| {
        text.push_str(word);
        text.push(' ');
    });
    text
}

/// Where a phrase begins, as whole words.
fn at_word(text: &str, phrase: &Phrase) -> Option<usize> {
    let end = |at: usize| phrase.open || text[at + phrase.words.len()..].starts_with(' ');
    let mut places = text.match_indices(phrase.words).map(|(at, _)| at);
    places.find(|at| text[..*at].ends_with(' ') && end(*at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notion_has_both_languages() {
        let keys = |list: &[Phrase]| {
            let mut keys: Vec<(&str, &str)> = list.iter().map(|phrase| (phrase.kind, phrase.key)).collect();
            keys.dedup();
            keys
        };
        assert_eq!(keys(&lists().english), keys(&lists().korean));
        assert!(
            lists().korean.iter().all(|phrase| !phrase.words.contains(' ')),
            "Korean is found without spaces"
        );
    }

    #[test]
    fn words_are_whole_and_the_longest_phrase_wins() {
        let keys = |sentence: &str, kind: &str| -> Vec<&str> {
            heard(sentence).into_iter().filter(|h| h.kind == kind).map(|h| h.key).collect()
        };
        assert_eq!(keys("It is too expensive for us.", "objection"), ["price_value"]);
        assert_eq!(keys("Our costume shop", "topic"), [""; 0]);
        assert_eq!(keys("지금은 관심 없습니다", "objection"), ["hidden"]);
        assert_eq!(keys("검토해 보겠습니다", "objection"), ["hidden"]);
        assert_eq!(keys("We’d like to grow", "goal"), ["goal"]);
    }
}
