//! A text as the model reads it: words, sentences, and Korean without its spaces.
//!
//! Spaces between Korean words are put down as one likes, so nothing here rests on them.

/// Letters of Hangul, whole syllables and single ones (`ㅋㅋ`, `ㄴㄴ`).
pub(super) fn is_hangul(c: char) -> bool {
    ('\u{ac00}'..='\u{d7a3}').contains(&c) || ('\u{3131}'..='\u{318e}').contains(&c)
}

/// Lower case with plain apostrophes.
pub(super) fn lower(text: &str) -> String {
    text.to_lowercase().replace(['’', '‘', '`'], "'").replace('？', "?")
}

/// What stands for an address, a link and numbers.
pub(super) const MAIL: &str = "<mail>";
const LINK: &str = "<url>";
const NUMBER: &str = "<n>";
const YEAR: &str = "<year>";
const PHONE: &str = "<phone>";

/// Words and marks of a lower-case text in order. `3pm` is `<n>` `pm`, `one-pager` is `one` `pager`.
pub(super) fn tokens(lower: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for chunk in lower.split_whitespace() {
        if chunk.contains('@') && chunk.contains('.') {
            out.push(MAIL);
        } else if chunk.starts_with("http")
            || chunk.starts_with("www.")
            || (chunk.contains('/') && chunk.contains('.'))
        {
            out.push(LINK);
        } else {
            split_chunk(chunk, &mut out);
        }
    }
    out
}

fn split_chunk<'t>(chunk: &'t str, out: &mut Vec<&'t str>) {
    let mut start = None;
    for (at, c) in chunk.char_indices() {
        if c.is_alphanumeric() || c == '\'' {
            start = start.or(Some(at));
            continue;
        }
        if let Some(from) = start.take() {
            push_word(&chunk[from..at], out);
        }
        let mark = &chunk[at..at + c.len_utf8()];
        let tells = !"\"()[]<>*_~“”-/".contains(c);
        if tells && out.last() != Some(&mark) {
            out.push(mark);
        }
    }
    if let Some(from) = start {
        push_word(&chunk[from..], out);
    }
}

fn push_word<'t>(word: &'t str, out: &mut Vec<&'t str>) {
    let word = word.trim_matches('\'');
    let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = word.split_at(digits);
    match digits {
        0 => {}
        4 if number.starts_with("20") => out.push(YEAR),
        1..=5 => out.push(NUMBER),
        _ => out.push(PHONE),
    }
    if !rest.is_empty() {
        out.push(rest);
    }
}

/// Whether a mark ends a clause; a negation does not reach over it.
pub(super) fn ends_clause(token: &str) -> bool {
    matches!(token, "." | "," | ";" | "!" | "?" | ":" | "but")
}

/// Sentences of a text, at most `most`; what follows is the last one's.
pub(super) fn sentences(text: &str, most: usize) -> Vec<&str> {
    let mut out: Vec<&str> = Vec::new();
    let (mut from, mut chars) = (0, text.char_indices().peekable());
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        let stops = matches!(c, '.' | '!' | '?' | '？' | ';') && next.is_none_or(char::is_whitespace);
        let to = at + c.len_utf8();
        let ends = c == '\n' || (stops && !is_title(&text[from..to]));
        if ends && out.len() + 1 < most {
            push_sentence(&text[from..to], &mut out);
            from = to;
        }
    }
    push_sentence(&text[from..], &mut out);
    out
}

fn is_title(sentence: &str) -> bool {
    ["Mr.", "Mrs.", "Ms.", "Dr.", "Prof."].iter().any(|title| sentence.ends_with(title))
}

fn push_sentence<'t>(sentence: &'t str, out: &mut Vec<&'t str>) {
    let sentence = sentence.trim();
    if sentence.chars().any(char::is_alphanumeric) {
        out.push(sentence);
    }
}

/// A lower-case Korean text without spaces, a number as `0`, other letters as they are.
pub(super) fn without_spaces(lower: &str) -> Vec<char> {
    let mut out: Vec<char> = Vec::with_capacity(lower.len() / 2);
    for c in lower.chars() {
        match c {
            '\n' => out.push(c),
            _ if c.is_whitespace() => {}
            _ if c.is_ascii_digit() => {
                if out.last() != Some(&'0') {
                    out.push('0');
                }
            }
            _ => out.push(c),
        }
    }
    out
}

/// Words that begin with a capital though no sentence begins there: mostly names. At most two are told apart.
pub(super) fn names(text: &str) -> usize {
    let mut found = 0;
    for line in text.lines() {
        let (mut starts, mut greeted) = (true, false);
        for word in line.split(' ') {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            if bare.is_empty() {
                continue;
            }
            let capital = is_capitalised(bare);
            found += usize::from(capital && !starts && !greeted && !NO_NAMES.contains(&bare));
            let greets = GREETINGS.contains(&bare);
            greeted = greets || (greeted && capital);
            starts = word.ends_with(['.', '!', '?', ':']) && !is_title(word);
        }
    }
    found.min(2)
}

fn is_capitalised(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase) && chars.any(char::is_lowercase)
}

const GREETINGS: [&str; 8] = ["Hi", "Dear", "Hello", "Hey", "Thanks", "Cheers", "Best", "Regards"];

/// Capitals that name nobody.
const NO_NAMES: [&str; 45] = [
    "I'm",
    "I've",
    "I'd",
    "I'll",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "Christmas",
    "Easter",
    "Diwali",
    "Eid",
    "Zoom",
    "Teams",
    "Google",
    "Excel",
    "Microsoft",
    "Salesforce",
    "LinkedIn",
    "German",
    "English",
    "Spanish",
    "French",
    "European",
    "Europe",
    "Sir",
    "Mr",
    "Ms",
    "Mrs",
    "Dr",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_words_marks_and_what_stands_for_numbers() {
        for (text, words) in [
            ("can't do 3pm", vec!["can't", "do", "<n>", "pm"]),
            ("one-pager, please!!", vec!["one", "pager", ",", "please", "!"]),
            ("in 2026: a.b@c.example", vec!["in", "<year>", ":", "<mail>"]),
            ("010-2345-6789 https://x.example/a", vec!["<n>", "<n>", "<n>", "<url>"]),
            ("수신거부요", vec!["수신거부요"]),
        ] {
            assert_eq!(tokens(text), words, "{text}");
        }
    }

    #[test]
    fn sentences_end_at_marks_and_lines_but_not_at_titles_or_inside_numbers() {
        assert_eq!(
            sentences("Ask Mr. Kim. He knows!\nv2.5 is out", 9),
            ["Ask Mr. Kim.", "He knows!", "v2.5 is out"]
        );
        assert_eq!(sentences("One. Two. Three.", 2), ["One.", "Two. Three."]);
        assert!(sentences(" … \n", 9).is_empty());
    }

    #[test]
    fn a_name_is_a_capital_inside_a_sentence() {
        for (text, found) in [
            ("Please write to Dana Miller", 2),
            ("Hi Dana, thanks", 0),
            ("See you on Monday. Best", 0),
            ("That is Jeff's area", 1),
        ] {
            assert_eq!(names(text), found, "{text}");
        }
    }
}
