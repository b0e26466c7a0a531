//! In which language a text is, and whether a story fits what troubles somebody (R102). Pure.

use kernel::Locale;

/// Longest ending that is taken off a word.
const ENDINGS: [(&str, &str); 7] =
    [("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", ""), ("y", "y")];
/// Words that tell nothing of a pain.
const FILLERS: [&str; 17] = [
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to", "too",
    "with",
];

/// The language of a mail's source, merge fields left out; `None` when it has no word of its own.
#[must_use]
pub fn language_of(source: &str) -> Option<Locale> {
    let mut latin = false;
    let mut rest = source;
    while !rest.is_empty() {
        let (text, after) = rest.split_once("{{").unwrap_or((rest, ""));
        if text.chars().any(is_hangul) {
            return Some(Locale::Ko);
        }
        latin |= text.chars().any(char::is_alphabetic);
        rest = after.split_once("}}").map_or("", |(_, after)| after);
    }
    latin.then_some(Locale::En)
}

fn is_hangul(c: char) -> bool {
    ('가'..='힣').contains(&c) || ('\u{1100}'..='\u{11ff}').contains(&c)
}

/// How many of a story's pains are among what troubles somebody. 0: it does not fit; with nothing known, nothing fits.
#[must_use]
pub fn fitting(pains: &[String], troubles: &[String]) -> usize {
    let troubles: Vec<(String, Vec<String>)> =
        troubles.iter().map(|text| (text.to_lowercase(), stems(text))).collect();
    let fits = |pain: &&String| {
        let words = stems(pain);
        !words.is_empty()
            && troubles.iter().any(|(text, said)| {
                words.iter().all(|word| match word.chars().any(is_hangul) {
                    // Korean words carry their particles behind them.
                    true => text.contains(word.as_str()),
                    false => said.contains(word),
                })
            })
    };
    pains.iter().filter(fits).count()
}

/// The words of a text that tell something, without their endings.
fn stems(text: &str) -> Vec<String> {
    let folded = text.to_lowercase();
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.filter(|word| !FILLERS.contains(word)).map(stem).collect()
}

/// An English word without its ending: "deliveries" and "delivery", "planning" and "plan" are the same.
fn stem(word: &str) -> String {
    if !word.is_ascii() || word.len() < 4 {
        return word.to_owned();
    }
    let found = ENDINGS.into_iter().find(|(end, _)| word.ends_with(end) && word.len() - end.len() >= 3);
    let Some((end, instead)) = found else { return word.to_owned() };
    let mut root = word[..word.len() - end.len()].to_owned();
    let doubled = root.as_bytes().last_chunk::<2>().is_some_and(|[a, b]| a == b && !b"aeiouls".contains(b));
    if doubled && matches!(end, "ing" | "ed") {
        root.pop();
    }
    if end == "s" && root.ends_with('s') {
        return word.to_owned();
    }
    // "machines" and "machine" lose the same.
    if matches!(end, "es" | "ed" | "ing" | "s") && root.ends_with('e') {
        root.pop();
    }
    root + instead
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_has_the_language_of_its_own_words() {
        let table = [
            ("Hello {{ person.given_name }}", Some(Locale::En)),
            ("{{ person.given_name }}님, 안녕하세요", Some(Locale::Ko)),
            ("Sevenfold 소식", Some(Locale::Ko)),
            ("{{ snippet.first }}\n{{ story | fallback(\"없음\") }}", None),
            ("{{ unfinished", None),
            ("", None),
        ];
        for (source, expected) in table {
            assert_eq!(language_of(source), expected, "{source}");
        }
    }

    #[test]
    fn r102_a_story_fits_whom_its_pain_troubles() {
        let table: [(&[&str], &[&str], usize); 16] = [
            (&["late deliveries"], &["Parts come late: every third delivery misses its day"], 1),
            (&["late deliveries"], &["Deliveries are expensive"], 0),
            (&["planning"], &["They plan in spreadsheets"], 1),
            (&["planning"], &["A new plant in Busan"], 0),
            (&["machines standing still"], &["A machine stands still for hours"], 1),
            (&["machine downtime"], &["Downtime of machines"], 1),
            (&["납기 지연"], &["납기가 자주 지연된다"], 1),
            (&["납기 지연"], &["재고가 많다"], 0),
            (&["ERP migration"], &["Their erp is old; the migration starts in May"], 1),
            (&["planning", "scrap"], &["Too much scrap, no planning"], 2),
            (&["planning", "scrap"], &["Too much scrap"], 1),
            (&["planning"], &[], 0),
            (&[], &["planning"], 0),
            (&["of the"], &["of the"], 0),
            (&["costs"], &["Costs grow"], 1),
            (&["process losses"], &["loss in the process"], 1),
        ];
        let owned = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        for (pains, troubles, expected) in table {
            assert_eq!(fitting(&owned(pains), &owned(troubles)), expected, "{pains:?} {troubles:?}");
        }
    }
}
