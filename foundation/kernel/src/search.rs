//! Search terms. What goes into the index, and what a query asks of it.
//!
//! Korean words are cut into pairs of syllables, because most Korean names have two or three and the
//! databases' own trigram indexes find nothing shorter than three. Other words go in whole, and a query
//! asks for them as prefixes, which both databases answer from the same index. A hit must hold every
//! term of the query.

use std::collections::BTreeSet;

use crate::fold::{fold, is_han_or_kana, is_hangul};

/// A term a hit must hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct QueryTerm {
    /// Folded letters and digits only.
    pub text: String,
    /// Whether a longer term that begins with it counts too.
    pub prefix: bool,
}

/// Terms to index for a text, sorted, each once.
#[must_use]
pub fn grams(text: &str) -> Vec<String> {
    let mut terms = BTreeSet::new();
    for_each_word(text, |word, pairs| {
        if pairs && word.chars().nth(1).is_some() {
            each_pair(word, |pair| {
                terms.insert(pair.to_owned());
            });
        } else {
            terms.insert(word.to_owned());
        }
    });
    terms.into_iter().collect()
}

/// Appends the terms of a text, each behind `before` and a space; a term that comes twice stands there twice.
pub fn push_grams(text: &str, before: &str, to: &mut String) {
    let mut push = |term: &str| {
        to.push(' ');
        to.push_str(before);
        to.push_str(term);
    };
    for_each_word(text, |word, pairs| match pairs && word.chars().nth(1).is_some() {
        true => each_pair(word, &mut push),
        false => push(word),
    });
}

/// Terms a hit must hold, sorted, each once; empty when the query has no letter or digit.
#[must_use]
pub fn query_grams(query: &str) -> Vec<QueryTerm> {
    let mut terms = BTreeSet::new();
    for_each_word(query, |word, pairs| {
        if pairs && word.chars().nth(1).is_some() {
            each_pair(word, |pair| {
                terms.insert(QueryTerm { text: pair.to_owned(), prefix: false });
            });
        } else {
            terms.insert(QueryTerm { text: word.to_owned(), prefix: true });
        }
    });
    terms.into_iter().collect()
}

/// Calls `each` with every run of one kind of letters and whether it is cut into pairs.
fn for_each_word(text: &str, mut each: impl FnMut(&str, bool)) {
    let folded = fold(text);
    let mut start = None;
    for (at, c) in folded.char_indices().chain([(folded.len(), ' ')]) {
        let kind = c.is_alphanumeric().then(|| is_hangul(c) || is_han_or_kana(c));
        if let Some((from, open)) = start
            && kind != Some(open)
        {
            each(&folded[from..at], open);
            start = None;
        }
        if let (None, Some(kind)) = (start, kind) {
            start = Some((at, kind));
        }
    }
}

/// Every two letters that stand side by side.
fn each_pair(word: &str, mut each: impl FnMut(&str)) {
    let ends = word.char_indices().skip(2).map(|(at, _)| at).chain([word.len()]);
    for ((from, _), to) in word.char_indices().zip(ends) {
        each(&word[from..to]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finds(text: &str, query: &str) -> bool {
        let index = grams(text);
        query_grams(query)
            .iter()
            .all(|term| index.iter().any(|i| *i == term.text || (term.prefix && i.starts_with(&term.text))))
    }

    #[test]
    fn korean_is_indexed_in_pairs_and_latin_in_whole_words() {
        assert_eq!(grams("한빛소프트"), ["빛소", "소프", "프트", "한빛"]);
        assert_eq!(grams("Acme"), ["acme"]);
        assert_eq!(grams("SK하이닉스"), ["sk", "닉스", "이닉", "하이"]);
        let asked = |q: &str| query_grams(q).into_iter().map(|t| (t.text, t.prefix)).collect::<Vec<_>>();
        assert_eq!(asked("한빛"), [("한빛".to_owned(), false)]);
        assert_eq!(asked("한"), [("한".to_owned(), true)]);
        assert_eq!(asked("Acm"), [("acm".to_owned(), true)]);
        assert!(query_grams(" ,!").is_empty());
    }

    #[test]
    fn what_people_type_finds_what_they_mean() {
        let cases = [
            ("한빛소프트", "한빛", true),
            ("한빛소프트", "소프트", true),
            ("한빛소프트", "한솔", false),
            ("한빛소프트", "한", true),
            ("한빛소프트", "빛", true),
            ("한빛소프트", "트", false),
            ("김철수", "철수", true),
            ("Nestlé S.A.", "nestle", true),
            ("Nestlé S.A.", "nest", true),
            ("Nestlé S.A.", "estle", false),
            ("SK하이닉스", "sk 하이닉스", true),
            ("ＬＧ에너지솔루션", "lg에너지", true),
            ("Internationalization Ltd", "internationalization", true),
            ("삼성전자", "삼성 전자", true),
            ("3M", "3m", true),
            ("X Corp", "x", true),
        ];
        for (text, query, found) in cases {
            assert_eq!(finds(text, query), found, "{query} in {text}");
        }
    }

    #[test]
    fn terms_are_written_in_one_line_as_they_are_listed() {
        for text in ["한빛소프트 Acme", "SK하이닉스 sk", "김 철수 VP Sales", "", "日本電気"] {
            let mut line = String::new();
            push_grams(text, "w", &mut line);
            let mut written: Vec<&str> = line.split(' ').filter_map(|term| term.strip_prefix('w')).collect();
            written.sort_unstable();
            written.dedup();
            assert_eq!(written, grams(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_found_by_itself_and_by_any_part_of_a_korean_word(name in "[가-힣]{2,8}( [A-Za-z]{1,20})?", from in 0_usize..6, len in 2_usize..6) {
            prop_assert!(finds(&name, &name));
            let word: Vec<char> = name.chars().take_while(|c| *c != ' ').collect();
            let part: String = word.iter().skip(from % (word.len() - 1)).take(len).collect();
            prop_assert!(finds(&name, &part), "{} in {}", part, name);
        }

        #[test]
        fn a_word_is_found_by_each_prefix_of_two_letters_or_more(word in "[a-z]{2,20}", len in 2_usize..20) {
            let prefix: String = word.chars().take(len).collect();
            prop_assert!(finds(&word, &prefix));
        }
    }
}
