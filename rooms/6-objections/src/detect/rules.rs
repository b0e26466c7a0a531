//! Which objections a text may hold: phrases of a list, sentence by sentence, and what the list of talks hears. Pure.

use std::sync::OnceLock;

use qualification::transcript::read::Cue;
use qualification::transcript::suggest::{SuggestionKind, suggest};
use qualification::transcript::talk::question::sentences;

use crate::rules::ObjectionKind;

/// Longest text that is read, in characters.
const READ_CHARS: usize = 20_000;
/// Characters of a quote.
const QUOTE_CHARS: usize = 500;

/// An objection a text may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    /// What it sounds like.
    pub kind: ObjectionKind,
    /// The sentence.
    pub quote: String,
}

struct Phrase {
    kind: ObjectionKind,
    words: &'static str,
    open: bool,
}

fn phrases() -> &'static [Phrase] {
    static PHRASES: OnceLock<Vec<Phrase>> = OnceLock::new();
    PHRASES.get_or_init(|| {
        let mut list = Vec::new();
        let mut kind = None;
        for line in include_str!("cues.txt").lines().filter(|line| !line.starts_with('#')) {
            if let Some(head) = line.strip_suffix(':') {
                kind = ObjectionKind::parse(head);
                continue;
            }
            let Some(kind) = kind else { continue };
            for word in line.split(',').map(str::trim).filter(|word| !word.is_empty()) {
                let (words, open) = word.strip_suffix('*').map_or((word, false), |word| (word, true));
                list.push(Phrase { kind, words, open });
            }
        }
        list
    })
}

/// The kinds a text may hold, each once with its first sentence, in the order of the text.
#[must_use]
pub fn detect(text: &str) -> Vec<Detected> {
    let text: String = text.chars().take(READ_CHARS).collect();
    let mut found: Vec<Detected> = Vec::new();
    for sentence in text.lines().flat_map(sentences) {
        for kind in kinds_in(sentence) {
            if !found.iter().any(|one| one.kind == kind) {
                found.push(Detected { kind, quote: quote(sentence) });
            }
        }
    }
    found
}

fn kinds_in(sentence: &str) -> Vec<ObjectionKind> {
    let lower = sentence.to_lowercase().replace('’', "'");
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '-'))
        .filter(|w| !w.is_empty())
        .collect();
    let spaced = format!(" {} ", words.join(" "));
    let close: String = lower.chars().filter(|c| !c.is_whitespace()).collect();
    let hit = |phrase: &&Phrase| match phrase.words.is_ascii() {
        true if phrase.open => spaced.contains(&format!(" {}", phrase.words)),
        true => spaced.contains(&format!(" {} ", phrase.words)),
        false => close.contains(phrase.words),
    };
    let mut kinds: Vec<ObjectionKind> = phrases().iter().filter(hit).map(|phrase| phrase.kind).collect();
    let cue = Cue { start: None, end: None, speaker: None, text: sentence.to_owned() };
    let heard = suggest(&[cue], |_| false, chrono::NaiveDate::MIN, None);
    kinds.extend(
        heard
            .iter()
            .filter(|one| one.kind == SuggestionKind::Objection)
            .filter_map(|one| ObjectionKind::parse(&one.key)),
    );
    kinds.sort_by_key(|kind| ObjectionKind::ALL.iter().position(|one| one == kind));
    kinds.dedup();
    kinds
}

fn quote(sentence: &str) -> String {
    sentence.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(QUOTE_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cues_of_both_languages_name_the_kind_and_several_may_stand_in_one_mail() {
        use ObjectionKind::{Authority, Competitor, Content, Contract, Hidden, PriceValue, Risk, Timing};
        let table: [(&str, &[ObjectionKind]); 14] = [
            ("Thanks, see you on Monday.", &[]),
            ("It is too expensive for us.", &[PriceValue]),
            ("What about security?", &[Risk]),
            ("It does not integrate with our mail.", &[Content]),
            ("We don't want a lock-in.", &[Contract]),
            ("Maybe next year.", &[Timing]),
            ("I need to ask my boss.", &[Authority]),
            ("We are happy with our vendor.", &[Competitor]),
            ("Not interested, thanks", &[Hidden]),
            ("생각보다 비싸네요. 그리고 위약금이 걱정됩니다.", &[PriceValue, Contract]),
            ("결재를 받아야 해서 내년에나 될 것 같습니다.", &[Timing, Authority]),
            ("기존 업체에 만족하고 있어요", &[Competitor]),
            ("자료만 보내 주세요", &[Hidden]),
            ("The price is fine.\nBut my boss fears the risk.", &[PriceValue, Risk, Authority]),
        ];
        for (text, expected) in table {
            let found: Vec<ObjectionKind> = detect(text).into_iter().map(|one| one.kind).collect();
            assert_eq!(found, expected, "{text}");
        }
        assert_eq!(detect("Hello. It is  too expensive.")[0].quote, "It is too expensive.");
    }

    #[test]
    fn every_kind_has_cues_in_both_languages() {
        for kind in ObjectionKind::ALL {
            for ascii in [true, false] {
                assert!(phrases().iter().any(|p| p.kind == kind && p.words.is_ascii() == ascii), "{kind:?}");
            }
        }
    }
}
