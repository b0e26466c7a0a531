//! Attributions: the lines in which a mail program names author and date of the mail quoted below, in any language
//! of the table and in whatever order.
//!
//! A person may write "On Monday he wrote:" too. So an attribution must name an address, or a day with its year and
//! more of the date than people write; less is enough only directly above quoted lines.

use crate::reply_dates::DateMarks;
use crate::reply_lines::Lines;
use crate::reply_words::{WORDS, edge, is_east, plain};

/// Longer lines are nobody's attribution, in bytes.
const LINE_CAP: usize = 500;
/// An attribution wraps over at most this many lines that are not blank.
const WRAP: usize = 4;
/// Most words of an attribution, and of a name.
const WORDS_CAP: usize = 30;
const NAME_CAP: usize = 6;
/// Bytes of the longest opening, and how many are tried within a line.
const OPENING_CAP: usize = 16;
const OPENINGS: usize = 8;

/// What was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Found {
    /// It begins with a word such as "On", or with the date; else with a name, or with nothing that is known.
    dated: bool,
    /// It begins with a word such as "On".
    opened: bool,
    /// It names a day with its year.
    day: bool,
}

/// How many lines the attribution takes that begins at this line, if one does.
pub(crate) fn attribution(lines: &Lines<'_>, at: usize) -> Option<usize> {
    let (taken, found) = wrapped(lines, at, lines.at(at))?;
    if found.dated
        && (at + 1..at + taken).any(|next| is_whole_below(lines, (at, next, at + taken), found.opened))
    {
        return None;
    }
    let begun = found.dated || taken == 1 || lines.begins_paragraph(at) || lines.at(at).contains('@');
    begun.then_some(taken)
}

/// Whether the lines from `next` to `end` are a whole attribution, and those from `at` on somebody's own words.
fn is_whole_below(lines: &Lines<'_>, (at, next, end): (usize, usize, usize), opened: bool) -> bool {
    let Some((taken, found)) = wrapped(lines, next, lines.at(next)) else { return false };
    if next + taken != end || !found.dated || !found.day {
        return false;
    }
    let above: Vec<&str> = (at..next).map(|line| lines.at(line)).collect();
    let above = above.join(" ").to_lowercase();
    let words = above.split_whitespace().count();
    // "Den mandag" above "den 1. juni": two openings of one attribution.
    if opened {
        found.opened && words > 2
    } else {
        found.opened || (words >= 4 && !DateMarks::of(&above).day)
    }
}

/// Own words before an attribution on the same line, and how many lines it takes: `yes On 1 June 2026, Rep wrote:`.
pub(crate) fn attribution_within<'t>(lines: &Lines<'t>, at: usize) -> Option<(&'t str, usize)> {
    let line = lines.at(at);
    if line.len() > LINE_CAP || !(1..WRAP).any(|n| lines.is_quoted(at + n)) {
        return None;
    }
    let starts = line.match_indices([' ', '-']).map(|(start, _)| start + 1);
    let opening = |start: &usize| {
        let rest = &line[*start..];
        rest.starts_with(char::is_uppercase) && opens(&plain(&rest[..rest.floor_char_boundary(OPENING_CAP)]))
    };
    for start in starts.filter(opening).take(OPENINGS) {
        let rest = &line[start..];
        if let Some((taken, found)) = wrapped(lines, at, rest)
            && found.dated
            && lines.quote_follows(at + taken)
        {
            return Some((line[..start].trim_end_matches(['-', ' ']), taken));
        }
    }
    None
}

/// The fewest lines from here on that are an attribution when put together; `first` stands for the first.
fn wrapped(lines: &Lines<'_>, at: usize, first: &str) -> Option<(usize, Found)> {
    if first.trim().is_empty() || first.len() > LINE_CAP || lines.is_quoted(at) {
        return None;
    }
    if !may_end(first) && !(1..=WRAP).any(|n| may_end(lines.at(at + n))) {
        return None;
    }
    let mut joined = first.trim().to_owned();
    let mut next = at + 1;
    for _ in 0..WRAP {
        if may_end(&joined)
            && (lines.quote_follows(next) || tells_enough(&joined))
            && lines.look_closely()
            && let Some(found) = judge(&joined, lines.quote_follows(next), lines.is_blank(next))
        {
            return Some((next - at, found));
        }
        // Polymail leaves a blank line before the address.
        let below = if lines.is_blank(next) {
            lines.filled(next).filter(|f| lines.at(*f).trim_start().starts_with('<') && *f <= next + 1)?
        } else {
            next
        };
        let line = lines.at(below).trim();
        let closes = line.starts_with('>') && joined.matches('<').count() > joined.matches('>').count();
        let over = line.len() > LINE_CAP || joined.len() > 2 * LINE_CAP;
        if over || (lines.is_quoted(below) && !closes) || ends_sentence(&joined) {
            return None;
        }
        joined.push(' ');
        joined.push_str(line);
        next = below + 1;
    }
    None
}

/// Cheap: whether the text ends like an attribution.
fn may_end(text: &str) -> bool {
    let end = text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '-' | '–' | '—'));
    end.ends_with([':', '：', '>']) || end.ends_with("wrote") || end.ends_with("GMT") || is_iso_line(end)
}

/// Cheap: whether the text may hold an address or a date, or is framed by strokes.
fn tells_enough(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).take(3).count();
    digits == 3 || text.contains('@') || text.starts_with("--")
}

/// Whether a line ends a sentence: a full stop after a word that is no number and no abbreviation.
fn ends_sentence(line: &str) -> bool {
    let Some(rest) = line.strip_suffix('.') else { return line.ends_with(['!', '?', '。', '？', '！']) };
    let mut words = rest.split_whitespace().rev();
    let word = words.next().unwrap_or_default();
    // "1. kesäk.", "2026, o godz."
    let dated = words.take(2).any(|word| word.contains(|c: char| c.is_ascii_digit()));
    !dated && word.chars().filter(|c| c.is_alphabetic()).count() >= 4 && !word.contains(['@', '.'])
}

/// `2016-03-03 17:21 GMT+01:00 Some One`.
fn is_iso_line(text: &str) -> bool {
    text.starts_with("20") && text.contains(" GMT")
}

/// A candidate taken apart.
struct Parts {
    /// Without addresses, for each of which stands an `@`.
    bare: String,
    /// The same in lower case.
    lower: String,
    address: bool,
    /// The address stands in brackets.
    bracketed: bool,
    colon: bool,
    /// Strokes before and after.
    framed: bool,
    dates: DateMarks,
}

fn judge(text: &str, quote_follows: bool, blank_follows: bool) -> Option<Found> {
    let parts = parts(text);
    if parts.lower.split_whitespace().count() > WORDS_CAP {
        return None;
    }
    let first: Vec<&str> = parts.lower.split_whitespace().take(3).collect();
    let is_day = |word: &&str| WORDS.days.contains(bare_word(word));
    let day_named = first.iter().any(is_day);
    let day_first = first.first().is_some_and(|word| is_day(word) || word.ends_with(['.', ',']));
    let dated = parts.dates.words_before.is_some_and(|before| before == 0 || (day_first && before <= 3));
    let dates = parts.dates;
    let strong = parts.address || (dates.day && (dates.time || dates.numeric || day_named));
    if let Some(verb) = verb(&parts, quote_follows) {
        let opened = opens(&parts.lower);
        let begun = dated || opened;
        let digits = dates.words_before.is_some();
        let told = quote_follows && (digits || parts.address);
        let sentence = verb.person && !parts.address && !quote_follows;
        if begun && !sentence && (strong || told) && ends(&parts, blank_follows || quote_follows) {
            return Some(Found { dated: true, opened, day: dates.day });
        }
        let named = is_named(&parts, &verb, quote_follows);
        let named = named && !sentence && (parts.colon || parts.framed);
        return named.then_some(Found { dated: false, opened, day: dates.day });
    }
    without_verb(&parts, text, dated, quote_follows)
}

/// With a colon; without one only where nothing else of an attribution is missing.
fn ends(parts: &Parts, alone: bool) -> bool {
    parts.colon || parts.framed || (parts.address && parts.dates.day && alone)
}

/// A name and a verb: "Rep <r@s.test> schrieb:", "Rep via Forum wrote:" above quoted lines.
fn is_named(parts: &Parts, verb: &Verb, quote_follows: bool) -> bool {
    let before: Vec<&str> = parts.bare.split_whitespace().take(verb.words_before).collect();
    let name: Vec<&str> = before.iter().copied().take_while(|word| *word != "@").collect();
    if before.is_empty() {
        return parts.bracketed && parts.dates.day;
    }
    if name.len() > NAME_CAP {
        return false;
    }
    let named = is_name(&name);
    match () {
        () if parts.framed => true,
        () if parts.bracketed && before.contains(&"@") => {
            named || name.len() == 1 || quote_follows || parts.dates.day
        }
        () if parts.address => quote_follows && named,
        () => quote_follows && named && !verb.person && !name.is_empty(),
    }
}

/// Date and address without a verb, as in Russian and Japanese, and what old Gmail wrote.
fn without_verb(parts: &Parts, text: &str, dated: bool, quote_follows: bool) -> Option<Found> {
    let dates = parts.dates;
    let address_last = parts.lower.trim_end_matches([' ', '"', ')']).ends_with('@');
    let digit_first = text.starts_with(|c: char| c.is_ascii_digit());
    let east = digit_first && text.chars().nth(4) == Some('年');
    let fits = match () {
        () if parts.colon && address_last && dated && dates.day => dates.time || quote_follows,
        () if parts.colon && east && dates.day => dates.time || quote_follows,
        () if address_last && digit_first && dates.numeric && text.ends_with('>') => quote_follows,
        () if is_iso_line(text) && dates.numeric && dates.time => quote_follows,
        () => false,
    };
    let found = |dated: bool| Found { dated, opened: false, day: dates.day };
    if fits {
        return Some(found(true));
    }
    // In a language that is not known: a short line with address or date and time, directly above quoted lines.
    let short = parts.lower.split_whitespace().count() <= WORDS_CAP / 2;
    let told = parts.address || (dates.day && dates.time);
    (parts.colon && quote_follows && told && short).then(|| found(false))
}

fn parts(text: &str) -> Parts {
    let text: String = text.chars().filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}')).collect();
    let strokes = |c: char| matches!(c, '-' | '–' | '—' | '*' | '_' | '=' | ' ');
    let body = text.trim_matches(strokes);
    let framed = text.trim_start().starts_with("--") && text.trim_end().ends_with("--");
    let colon = body.ends_with([':', '：']);
    let body = body.trim_end_matches([':', '：', '*', ' ']);
    let (bare, bracketed, address) = without_addresses(body);
    let lower = plain(&bare);
    let dates = DateMarks::of(&lower);
    Parts { bare, lower, address, bracketed, colon, framed, dates }
}

/// The text with an `@` for each address; whether one stood in brackets, and whether there was one.
fn without_addresses(text: &str) -> (String, bool, bool) {
    let mut bare = String::with_capacity(text.len());
    let (mut bracketed, mut found) = (false, false);
    let mut rest = text;
    while let Some(open) = rest.find(['<', '(', '[']) {
        let inside = &rest[open..];
        let close = closing(inside);
        let content = &inside[1..close.unwrap_or(inside.len())];
        let is_address = content.contains('@') && content.split('@').nth(1).is_some_and(|d| d.contains('.'));
        bare.push_str(&rest[..open]);
        if is_address && close.is_some() {
            bare.push_str(" @ ");
            bracketed = true;
        } else if inside.starts_with('<') && close.is_some() {
            bare.push(' ');
        } else {
            bare.push_str(&inside[..1]);
            rest = &inside[1..];
            continue;
        }
        rest = close.map_or("", |close| &inside[close + 1..]);
    }
    bare.push_str(rest);
    let mut words: Vec<&str> = Vec::new();
    for word in bare.split_whitespace() {
        let trimmed = word.trim_matches(|c: char| !c.is_alphanumeric());
        let host = trimmed.split_once('@').map(|(_, host)| host);
        let address = host.is_some_and(|host| host.contains('.'));
        let link = word.contains("://") || word.starts_with("www.");
        found |= address;
        words.push(if address { "@" } else { word });
        if link {
            words.pop();
        }
    }
    (words.join(" "), bracketed, found || bracketed)
}

/// Where the bracket at the start closes, brackets of the same kind inside it counted.
fn closing(text: &str) -> Option<usize> {
    let (open, close) = match text.as_bytes().first()? {
        b'<' => ('<', '>'),
        b'(' => ('(', ')'),
        _ => ('[', ']'),
    };
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        depth += i32::from(c == open) - i32::from(c == close);
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The verb of an attribution.
struct Verb {
    /// Words before it.
    words_before: usize,
    /// Its subject is a pronoun: a sentence.
    person: bool,
}

fn verb(parts: &Parts, quote_follows: bool) -> Option<Verb> {
    let ending = places(&parts.lower, &WORDS.wrote).find(|(start, end)| {
        ends_attribution(&parts.lower[*end..]) && !parts.lower[..*start].trim().is_empty()
    });
    let naming = || {
        places(&parts.lower, &WORDS.wrote_who).find(|(start, end)| {
            let count = parts.lower[*end..].split_whitespace().count();
            let all = parts.bare.split_whitespace().count();
            let name: Vec<&str> = parts.bare.split_whitespace().skip(all.saturating_sub(count)).collect();
            let known = name.contains(&"@") || quote_follows || is_name(&name);
            let begun = !parts.lower[..*start].trim().is_empty() || parts.dates.day;
            let room = if name.contains(&"@") && parts.dates.day { 2 * NAME_CAP } else { NAME_CAP + 2 };
            begun && (1..=room).contains(&count) && known
        })
    };
    let (start, end) = ending.or_else(naming)?;
    let (before, after) = (&parts.lower[..start], &parts.lower[end..]);
    let is_person = |word: Option<&str>| word.is_some_and(|word| WORDS.persons.contains(bare_word(word)));
    let person =
        is_person(before.split_whitespace().next_back()) || is_person(after.split_whitespace().next());
    Some(Verb { words_before: before.split_whitespace().count(), person })
}

/// What may stand after the verb: nothing, an address, or a date.
fn ends_attribution(tail: &str) -> bool {
    let tail = tail.trim_matches(|c: char| !c.is_alphanumeric() && c != '@');
    let dates = DateMarks::of(tail);
    let dated = dates.day && dates.words_before.is_some_and(|before| before <= 3);
    tail.is_empty() || tail == "@" || (dated && tail.split_whitespace().count() <= 12)
}

/// Where words of the list stand in the text, whole.
fn places<'t>(text: &'t str, list: &'t [String]) -> impl Iterator<Item = (usize, usize)> + 't {
    list.iter()
        .flat_map(move |word| text.rmatch_indices(word.as_str()).map(|(at, w)| (at, at + w.len())))
        .filter(move |(start, end)| {
            let east = text[*start..].starts_with(is_east);
            let (before, after) = (text[..*start].chars().next_back(), text[*end..].chars().next());
            east || (edge(before) && edge(after) && !matches!(before, Some('/' | '-')))
        })
}

/// Whether the text, in lower case, begins with a word of the table that opens an attribution.
fn opens(lower: &str) -> bool {
    let lower = lower.trim_start_matches(['-', '*', ' ']);
    WORDS.openings.iter().any(|word| {
        let rest = lower.strip_prefix(word.as_str());
        rest.is_some_and(|rest| word.starts_with(is_east) || rest.starts_with([' ', ',']))
    })
}

/// Whether all words may be those of a name: capitals, particles, characters of the East.
fn is_name(words: &[&str]) -> bool {
    const PARTICLES: [&str; 24] = [
        "via", "von", "van", "de", "der", "den", "da", "di", "du", "del", "della", "la", "le", "el", "bin",
        "of", "from", "and", "for", "at", "dos", "ten", "zu", "af",
    ];
    let via = words.contains(&"via");
    words.iter().enumerate().all(|(index, word)| {
        let word = bare_word(word);
        let first = word.chars().next();
        let capital = first.is_none_or(|c| !c.is_lowercase());
        capital || (index == 0 && via) || PARTICLES.contains(&word)
    })
}

fn bare_word(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && c != '@')
}
