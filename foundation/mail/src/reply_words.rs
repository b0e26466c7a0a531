//! The words of `reply_words.txt`, ready for look-ups. No rule stands here: what a word means for a line is decided
//! where lines are looked at.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

const TABLE: &str = include_str!("reply_words.txt");

/// What a field of a quoted header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    From,
    /// A date only mails have: "Sent".
    Sent,
    Date,
    To,
    Cc,
    Subject,
    Other,
}

/// A line with one gap: what stands before and after it.
#[derive(Debug)]
pub(crate) struct Device {
    pub before: String,
    pub after: String,
    pub gap: bool,
    /// Only where the line is a paragraph of its own.
    pub alone: bool,
}

/// Everything of the table, in lower case.
#[derive(Debug, Default)]
pub(crate) struct Words {
    pub days: HashSet<String>,
    pub openings: Vec<String>,
    pub wrote: Vec<String>,
    /// Verbs before the author's name.
    pub wrote_who: Vec<String>,
    pub persons: HashSet<String>,
    /// By name: what the field says in which languages, a bit each.
    pub fields: HashMap<String, Vec<(Field, u32)>>,
    pub originals: Vec<String>,
    pub begins: HashSet<String>,
    /// By the first character before the gap, or by the last after it if the line begins with the gap.
    pub devices: HashMap<char, Vec<Device>>,
    pub closings: HashSet<String>,
    pub titles: Vec<String>,
    pub legal: Vec<Vec<String>>,
    pub banners: Vec<String>,
}

pub(crate) static WORDS: LazyLock<Words> = LazyLock::new(|| read(TABLE));

fn read(table: &str) -> Words {
    let mut words = Words::default();
    let mut language = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with('[') {
            language += 1;
        } else if let Some((kind, list)) = line.split_once(": ") {
            keep(&mut words, kind, list, 1 << language);
        }
    }
    // The longest first: "님이 작성했습니다" before "작성".
    for list in [&mut words.wrote, &mut words.wrote_who, &mut words.openings] {
        list.sort_by_key(|word| std::cmp::Reverse(word.len()));
        list.dedup();
    }
    words
}

fn keep(words: &mut Words, kind: &str, list: &str, language: u32) {
    let entries = || list.split(" / ").map(|word| plain(word.trim()));
    let mut field = |said: Field| {
        for name in entries() {
            words.fields.entry(name).or_default().push((said, language));
        }
    };
    match kind {
        "from" => field(Field::From),
        "sent" => field(Field::Sent),
        "date" => field(Field::Date),
        "to" => field(Field::To),
        "cc" => field(Field::Cc),
        "subject" => field(Field::Subject),
        "other" => field(Field::Other),
        "days" => words.days.extend(list.split_whitespace().map(plain)),
        "opening" => words.openings.extend(entries()),
        "wrote" => words.wrote.extend(entries()),
        "wrote-who" => words.wrote_who.extend(entries()),
        "person" => words.persons.extend(entries()),
        "original" => words.originals.extend(entries()),
        "begin" => words.begins.extend(entries()),
        "device" => entries().for_each(|line| {
            let device = device(&line);
            let key = device.before.chars().next().or(device.after.chars().next_back());
            words.devices.entry(key.unwrap_or_default()).or_default().push(device);
        }),
        "closing" => words.closings.extend(entries()),
        "title" => words.titles.extend(entries()),
        "legal" => words.legal.extend(entries().map(|set| set.split(" + ").map(str::to_owned).collect())),
        "banner" => words.banners.extend(entries()),
        _ => {}
    }
}

fn device(line: &str) -> Device {
    let alone = line.starts_with('~');
    let line = line.trim_start_matches('~');
    let (before, after) = line.split_once('*').unwrap_or((line, ""));
    Device { before: before.to_owned(), after: after.to_owned(), gap: line.contains('*'), alone }
}

/// Lower case (the Turkish İ and ı as i), spaces and apostrophes of one kind, no marks without width:
/// what is compared with the table.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' => {}
            '’' | '‘' | '`' | '´' => out.push('\''),
            'ı' => out.push('i'),
            c if c.is_whitespace() => out.push(' '),
            c => out.extend(c.to_lowercase().filter(|c| *c != '\u{307}')),
        }
    }
    out
}

/// Whether a character may stand next to a word of the table without being part of it. Words of scripts without
/// spaces have no edges.
pub(crate) fn edge(c: Option<char>) -> bool {
    !c.is_some_and(|c| c.is_alphanumeric() && !is_east(c))
}

/// Characters of Korean, Japanese and Chinese.
pub(crate) fn is_east(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_whole_and_every_kind_of_line_is_known() {
        const KINDS: [&str; 19] = [
            "days",
            "opening",
            "wrote",
            "wrote-who",
            "person",
            "from",
            "sent",
            "date",
            "to",
            "cc",
            "subject",
            "other",
            "original",
            "begin",
            "device",
            "closing",
            "title",
            "legal",
            "banner",
        ];
        let mut languages = 0;
        for line in TABLE.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
            languages += usize::from(line.starts_with('['));
            let known = line.starts_with('[')
                || line.split_once(": ").is_some_and(|(kind, list)| {
                    KINDS.contains(&kind) && list.split(" / ").all(|w| !w.trim().is_empty())
                });
            assert!(known, "{line}");
        }
        assert_eq!(languages, 20);
        for name in
            ["보낸 사람", "差出人", "von", "寄件者", "kimden", "từ", "lähettäjä", "från", "odesílatel"]
        {
            assert!(WORDS.fields[name].iter().any(|(field, _)| *field == Field::From), "{name}");
        }
        assert!(
            WORDS.openings.len() > 20
                && WORDS.wrote.len() > 60
                && WORDS.devices.values().flatten().count() > 150
        );
    }
}
