//! The lines of a mail, and which of them a mail program marked as quoted.

use std::cell::Cell;

/// Lines that are looked at closely, for attributions and fields. No mail of a person has a hundredth of it; one made to
/// keep its reader busy is let through with what was found by then.
const CLOSELY: u32 = 3000;
/// A quoted line is wrapped at about this many characters.
const WRAPPED: usize = 60;

/// The lines with what is known of each by itself.
pub(crate) struct Lines<'t> {
    text: Vec<&'t str>,
    quoted: Vec<bool>,
    /// The first line at or after each that is not blank.
    filled: Vec<usize>,
    /// How many more lines may be looked at closely.
    closely: Cell<u32>,
}

impl<'t> Lines<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        let text: Vec<&str> = text.lines().collect();
        let mut filled = vec![text.len(); text.len()];
        for at in (0..text.len()).rev() {
            let below = filled.get(at + 1).copied().unwrap_or(text.len());
            filled[at] = if is_blank(text[at]) { below } else { at };
        }
        let quoted = quoted(&text);
        Self { text, quoted, filled, closely: Cell::new(CLOSELY) }
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// The line; empty after the last.
    pub(crate) fn at(&self, at: usize) -> &'t str {
        self.text.get(at).copied().unwrap_or_default()
    }

    pub(crate) fn is_blank(&self, at: usize) -> bool {
        self.filled.get(at) != Some(&at)
    }

    pub(crate) fn is_quoted(&self, at: usize) -> bool {
        self.quoted.get(at).copied().unwrap_or_default()
    }

    /// The first line from here on that is not blank.
    pub(crate) fn filled(&self, at: usize) -> Option<usize> {
        self.filled.get(at).copied().filter(|next| *next < self.len())
    }

    /// Whether the next line from here on that is not blank is quoted.
    pub(crate) fn quote_follows(&self, at: usize) -> bool {
        self.filled(at).is_some_and(|next| self.is_quoted(next))
    }

    /// Whether one more line may be looked at closely.
    pub(crate) fn look_closely(&self) -> bool {
        let left = self.closely.get();
        self.closely.set(left.saturating_sub(1));
        left > 0
    }

    /// Whether nothing, a blank or a quoted line stands directly before.
    pub(crate) fn begins_paragraph(&self, at: usize) -> bool {
        at == 0 || self.is_blank(at - 1) || self.is_quoted(at - 1)
    }
}

/// Nothing that can be seen.
pub(crate) fn is_blank(line: &str) -> bool {
    line.chars().all(|c| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'))
}

/// A line of nothing but three or more strokes: `----`, `____`, `* * *`.
pub(crate) fn is_rule(line: &str) -> bool {
    let mut strokes = 0;
    for c in line.chars().filter(|c| !c.is_whitespace()) {
        if !matches!(
            c,
            '-' | '_' | '=' | '*' | '~' | '+' | '#' | '—' | '–' | '―' | '─' | '━' | '·' | '•' | 'ᐧ'
        ) {
            return false;
        }
        strokes += 1;
    }
    strokes >= 3
}

fn quoted(lines: &[&str]) -> Vec<bool> {
    let mut quoted: Vec<bool> = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        let before = at.checked_sub(1).map(|b| (lines[b], quoted[b]));
        let marked = is_marked(line) && !before.is_some_and(|(above, q)| !q && is_open_link(above));
        let below = lines.get(at + 1).is_some_and(|below| is_marked(below));
        let continued =
            !marked && below && before.is_some_and(|(above, q)| q && is_continuation(above, line));
        quoted.push(marked || continued);
    }
    quoted
}

/// `>` and its wide sister, or the author's initials before it. `>>> look <<<` is an ornament.
fn is_marked(line: &str) -> bool {
    let line = line
        .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}'));
    if line.starts_with(['>', '＞']) {
        return !line.trim_end().ends_with("<<");
    }
    let initials = line.bytes().take_while(u8::is_ascii_uppercase).count();
    (2..=3).contains(&initials) && line[initials..].starts_with("> ")
}

/// A link whose closing bracket is on the next line.
fn is_open_link(line: &str) -> bool {
    line.rfind('<').is_some_and(|open| {
        let link = &line[open + 1..];
        !link.contains('>') && (link.starts_with("http") || link.starts_with("mailto:"))
    })
}

/// Whether an unmarked line between two quoted ones is the rest of the one above: a mail program wrapped it.
fn is_continuation(above: &str, line: &str) -> bool {
    let line = line.trim();
    let open = |o: char, c: char| above.rfind(o).is_some_and(|at| !above[at..].contains(c));
    let link = above.contains("http") && (open('(', ')') || open('<', '>'));
    let only_link = line.starts_with("(http") && line.ends_with(['>', ')']);
    let first = line.chars().next();
    let word = line.split_whitespace().next().map_or(0, |w| w.chars().count());
    let long =
        above.chars().take(WRAPPED + 1).count() > WRAPPED || above.chars().count() + 1 + word > WRAPPED + 10;
    let ended = above.trim_end().ends_with(['.', '?', '!', ':', ';', '>']);
    (link && line.ends_with([')', '>']))
        || only_link
        || (long && !ended && first.is_some_and(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_lines_are_told_with_what_a_program_wrapped_off_them() {
        let quoted_of = |text: &str| -> String {
            let lines = Lines::of(text);
            (0..lines.len()).map(|at| if lines.is_quoted(at) { '>' } else { '.' }).collect()
        };
        for (text, marks) in [
            ("> a\nb\n> c", ">.>"),
            (
                "> Pitchfork occupy vegan pabst hammock. Wayfarers etsy pok pok, kale chips\nbrooklyn toast.\n> c",
                ">>>",
            ),
            ("> Would you be able to come to the meeting on Thursday at ten o'clock?\nyes\n> c", ">.>"),
            ("> View it (http://s.test/action\n_nonce=3dd518)\n>", ">>>"),
            ("> a\n(http://s.test/c/Yz) >\n> b", ">>>"),
            ("See <http://s.test\n> for more", ".."),
            (">>> look here <<<", "."),
            ("JD> a\n JD> b\nABCD> c", ">>."),
            ("＞ 引用\n返信", ">."),
            ("→ next\n-> so", ".."),
        ] {
            assert_eq!(quoted_of(text), marks, "{text}");
        }
    }
}
