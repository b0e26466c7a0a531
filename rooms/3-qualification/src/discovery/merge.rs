//! Two people in one answer: what becomes of a text that was changed on both sides. Pure.
//!
//! Lines first, then words: whoever changes another sentence of the same line than a colleague still has theirs kept.
//! Where both changed the same words nothing is guessed; the caller keeps both.

/// Merges two changes of one text. `None` when both changed the same place.
#[must_use]
pub fn merge(base: &str, theirs: &str, ours: &str) -> Option<String> {
    if theirs == ours || base == ours {
        return Some(theirs.to_owned());
    }
    if base == theirs {
        return Some(ours.to_owned());
    }
    by_lines(base, theirs, ours).or_else(|| by_words(base, theirs, ours))
}

/// Stands between lines, so that two neighbours that were each changed by one side are two changes.
const BETWEEN: &str = "\u{1}";

fn by_lines(base: &str, theirs: &str, ours: &str) -> Option<String> {
    let spread =
        |text: &str| text.split('\n').flat_map(|line| [line, "\n", BETWEEN, "\n"]).collect::<String>();
    let merged = diffy::merge(&spread(base), &spread(theirs), &spread(ours)).ok()?;
    let lines: Vec<&str> = merged.split_terminator('\n').filter(|line| *line != BETWEEN).collect();
    Some(lines.join("\n"))
}

/// Each word on a line of its own, with the space that follows it; a line break stands as `\r`, which no text holds.
fn by_words(base: &str, theirs: &str, ours: &str) -> Option<String> {
    let merged = diffy::merge(&words(base), &words(theirs), &words(ours)).ok()?;
    Some(merged.split('\n').collect::<String>().replace('\r', "\n"))
}

fn words(text: &str) -> String {
    let mut lines = String::with_capacity(text.len() * 2);
    let mut spaced = false;
    for c in text.chars().filter(|c| *c != '\r') {
        if spaced && !c.is_whitespace() {
            lines.push('\n');
        }
        spaced = c.is_whitespace();
        lines.push(if c == '\n' { '\r' } else { c });
    }
    lines.push('\n');
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn two_changes_are_merged_where_they_do_not_meet_and_never_where_they_do() {
        let cases = [
            ("a", "a", "b", Some("b")),
            ("a", "b", "a", Some("b")),
            ("a", "b", "b", Some("b")),
            ("a", "b", "c", None),
            ("", "theirs", "ours", None),
            ("one\ntwo\nthree", "ONE\ntwo\nthree", "one\ntwo\nTHREE", Some("ONE\ntwo\nTHREE")),
            ("a\nb", "A\nb", "a\nB", Some("A\nB")),
            ("a\n\nb", "a\n\nb\n", "A\n\nb", Some("A\n\nb\n")),
            ("one\ntwo", "one\ntwo\nthree", "zero\none\ntwo", Some("zero\none\ntwo\nthree")),
            (
                "They plan by hand in two offices",
                "They plan by phone in two offices",
                "They plan by hand in three offices",
                Some("They plan by phone in three offices"),
            ),
            (
                "견적은 매주 손으로 씁니다",
                "견적은 매달 손으로 씁니다",
                "견적은 매주 손으로 적습니다",
                Some("견적은 매달 손으로 적습니다"),
            ),
            ("call at ten", "call at nine", "call at eleven", None),
            ("a \\n b c", "x \\n b c", "a \\n b y", Some("x \\n b y")),
        ];
        for (base, theirs, ours, expected) in cases {
            assert_eq!(merge(base, theirs, ours).as_deref(), expected, "{base} | {theirs} | {ours}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_merged_holds_every_word_either_side_added(
            base in prop::collection::vec("[a-f]{1,3}", 0..12),
            at in (0_usize..12, 0_usize..12),
        ) {
            let add = |at: usize, word: &str| {
                let mut words = base.clone();
                words.insert(at.min(base.len()), word.to_owned());
                words.join(" ")
            };
            let (theirs, ours) = (add(at.0, "THEIRS"), add(at.1, "OURS"));
            if let Some(merged) = merge(&base.join(" "), &theirs, &ours) {
                let words: Vec<&str> = merged.split_whitespace().collect();
                prop_assert!(words.contains(&"THEIRS") && words.contains(&"OURS"), "{merged}");
                prop_assert_eq!(words.len(), base.len() + 2);
            }
        }
    }
}
