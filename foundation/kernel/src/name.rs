//! Names of companies and people: keys for matching, splitting, display.
//!
//! A key is for finding the same name again, never for showing. Telling two companies of one name
//! apart is the business of domains and registration numbers.

use serde::{Deserialize, Serialize};

use crate::fold::{fold, is_han_or_kana, is_hangul};
use crate::locale::Locale;

/// Legal forms written behind a name, dots and spaces dropped.
const SUFFIXES: &[&str] = &[
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "llc",
    "llp",
    "lp",
    "lllp",
    "ltd",
    "limited",
    "plc",
    "pllc",
    "coltd",
    "gmbh",
    "ggmbh",
    "mbh",
    "ag",
    "kg",
    "kgaa",
    "ohg",
    "ug",
    "ek",
    "ev",
    "eg",
    "se",
    "sa",
    "sas",
    "sasu",
    "sarl",
    "eurl",
    "snc",
    "sca",
    "scop",
    "sci",
    "srl",
    "srls",
    "spa",
    "sapa",
    "sl",
    "slu",
    "sau",
    "bv",
    "nv",
    "cv",
    "vof",
    "bvba",
    "sprl",
    "asbl",
    "vzw",
    "ab",
    "hb",
    "as",
    "asa",
    "aps",
    "oy",
    "oyj",
    "ky",
    "spzoo",
    "spk",
    "spj",
    "sro",
    "doo",
    "dooel",
    "dd",
    "ad",
    "ead",
    "eood",
    "ood",
    "kft",
    "nyrt",
    "zrt",
    "ou",
    "sia",
    "uab",
    "pte",
    "pty",
    "pvt",
    "private",
    "bhd",
    "sdn",
    "tbk",
    "kk",
    "gk",
    "ooo",
    "oao",
    "zao",
    "pao",
    "ооо",
    "оао",
    "зао",
    "пао",
    "ltda",
    "eireli",
    "saic",
    "sab",
    "sadecv",
    "sabdecv",
    "sderldecv",
    "unlimited",
    "주식회사",
    "유한회사",
    "유한책임회사",
    "합자회사",
    "합명회사",
    "株式会社",
    "有限会社",
    "合同会社",
    "有限公司",
    "股份有限公司",
    "有限责任公司",
];
/// Legal forms that stand in front, or glued to either end, in Korean, Japanese and Chinese names.
const GLUED: &[&str] = &[
    "주식회사",
    "유한책임회사",
    "유한회사",
    "합자회사",
    "합명회사",
    "농업회사법인",
    "영농조합법인",
    "재단법인",
    "사단법인",
    "학교법인",
    "의료법인",
    "(주)",
    "(유)",
    "(재)",
    "(사)",
    "(합)",
    "(株)",
    "(有)",
    "株式会社",
    "有限会社",
    "合同会社",
    "股份有限公司",
    "有限责任公司",
    "有限公司",
];

/// The key under which one company's spellings meet: case, accents, punctuation, legal form and a
/// leading "the" dropped; spaces beside Korean or Chinese letters dropped, because people set them as
/// they please. Empty only when the name has no letter, digit, `&` or `+`.
#[must_use]
pub fn company_name_key(name: &str) -> String {
    let folded = fold(name);
    let bare = strip_glued(folded.trim());
    let words = words(if bare.is_empty() { &folded } else { bare });
    let kept = strip_suffixes(strip_article(&words));
    join(if kept.is_empty() { &words } else { kept })
}

fn strip_glued(name: &str) -> &str {
    let mut rest = name;
    loop {
        let shorter =
            GLUED.iter().find_map(|form| rest.strip_prefix(form).or_else(|| rest.strip_suffix(form)));
        match shorter.map(str::trim) {
            Some(shorter) if !shorter.is_empty() => rest = shorter,
            _ => return rest,
        }
    }
}

/// Words of letters and digits. Dots and apostrophes vanish inside words, `&` becomes a word.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.chars() {
        match c {
            '.' | '\'' | '’' | '`' => {}
            '&' | '+' => words.extend(["and".to_owned(), String::new()]),
            c if c.is_alphanumeric() => {
                if let Some(word) = words.last_mut() {
                    word.push(c);
                }
            }
            _ => words.push(String::new()),
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

fn strip_article(words: &[String]) -> &[String] {
    match words {
        [first, rest @ ..] if first == "the" && !rest.is_empty() => rest,
        _ => words,
    }
}

/// Drops legal forms from the end as long as a word remains. Forms may be spelt apart (`S. p. A.`).
fn strip_suffixes(mut words: &[String]) -> &[String] {
    let whole = words;
    loop {
        let form = (1..=6.min(words.len().saturating_sub(1)))
            .rev()
            .find(|n| SUFFIXES.contains(&words[words.len() - n..].concat().as_str()));
        let cut = match form {
            Some(n) => n,
            None if words.len() < whole.len() && words.len() > 1 && words.ends_with(&["and".to_owned()]) => 1,
            None => return words,
        };
        words = &words[..words.len() - cut];
    }
}

fn join(words: &[String]) -> String {
    let eastern = |c: Option<char>| c.is_some_and(|c| is_hangul(c) || is_han_or_kana(c));
    let mut out = String::new();
    for word in words {
        if !(out.is_empty() || eastern(out.chars().next_back()) || eastern(word.chars().next())) {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// A person's name in two parts. Either may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PersonName {
    /// Given name or names.
    pub given: String,
    /// Family name.
    pub family: String,
}

/// Korean family names of two syllables.
const LONG_SURNAMES: &[&str] =
    &["남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방", "망절", "어금", "소봉", "장곡", "강전"];
/// Titles and courtesies around a name, longest first where one ends in another.
const KOREAN_TITLES: &[&str] = &[
    "대표이사",
    "부사장",
    "본부장",
    "매니저",
    "대표",
    "이사",
    "상무",
    "전무",
    "사장",
    "회장",
    "부장",
    "차장",
    "과장",
    "대리",
    "주임",
    "사원",
    "팀장",
    "실장",
    "센터장",
    "그룹장",
    "교수",
    "박사",
    "선임",
    "책임",
    "수석",
    "님",
    "씨",
    "귀하",
];
const WESTERN_TITLES: &[&str] = &["mr", "mrs", "ms", "miss", "dr", "prof", "sir", "herr", "frau", "m", "mme"];
const SUFFIX_TITLES: &[&str] = &["jr", "sr", "ii", "iii", "iv", "phd", "md", "mba", "esq", "cpa"];
/// Words that belong to the family name that follows them.
const PARTICLES: &[&str] = &[
    "van", "von", "de", "der", "den", "ten", "ter", "del", "della", "di", "da", "dos", "das", "du", "la",
    "le", "bin", "ibn", "al", "el", "st", "zu", "zur", "mac",
];

impl PersonName {
    /// From two parts, trimmed.
    #[must_use]
    pub fn new(given: &str, family: &str) -> Self {
        Self { given: given.trim().to_owned(), family: family.trim().to_owned() }
    }

    /// Best-effort split of one full name. Korean names of two to four syllables, `Family, Given`,
    /// titles before and after, and particles (`van der Berg`) are understood; a single word that is
    /// not Korean becomes the given name.
    #[must_use]
    pub fn split(full: &str) -> Self {
        let full = full.split_whitespace().collect::<Vec<_>>().join(" ");
        if full.chars().any(is_hangul) { split_korean(&full) } else { split_western(&full) }
    }

    /// The name as it is said: Korean, Chinese and Japanese names family first and without a space;
    /// mixed scripts family first for Korean readers; other names given first.
    #[must_use]
    pub fn display(&self, locale: Locale) -> String {
        let eastern = |s: &str| s.chars().next().is_some_and(|c| is_hangul(c) || is_han_or_kana(c));
        match (self.family.is_empty(), self.given.is_empty()) {
            (true, _) => self.given.clone(),
            (_, true) => self.family.clone(),
            _ => match (eastern(&self.family), eastern(&self.given)) {
                (true, true) => format!("{}{}", self.family, self.given),
                (false, false) => format!("{} {}", self.given, self.family),
                _ if locale == Locale::Ko => format!("{} {}", self.family, self.given),
                _ => format!("{} {}", self.given, self.family),
            },
        }
    }

    /// Whether both parts are empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.given.is_empty() && self.family.is_empty()
    }
}

fn split_korean(full: &str) -> PersonName {
    let mut parts: Vec<&str> = full.split(' ').collect();
    let is_title =
        |word: &str| KOREAN_TITLES.iter().any(|title| word.trim_end_matches('님') == *title) || word == "님";
    while parts.len() > 1 && parts.last().is_some_and(|last| is_title(last)) {
        parts.pop();
    }
    match parts.as_slice() {
        [family, given @ ..] if !given.is_empty() => PersonName::new(&given.concat(), family),
        [one] => split_syllables(one.strip_suffix('님').unwrap_or(one)),
        _ => PersonName::default(),
    }
}

fn split_syllables(name: &str) -> PersonName {
    let count = name.chars().count();
    if !(2..=4).contains(&count) || !name.chars().all(is_hangul) {
        return PersonName::new(name, "");
    }
    let long = count > 2 && LONG_SURNAMES.iter().any(|s| name.starts_with(s));
    let at = name.char_indices().nth(if long { 2 } else { 1 }).map_or(name.len(), |(at, _)| at);
    PersonName::new(&name[at..], &name[..at])
}

fn split_western(full: &str) -> PersonName {
    if let Some((family, given)) = full.split_once(',')
        && !is_title(given, SUFFIX_TITLES)
    {
        return PersonName::new(given, family);
    }
    let mut words: Vec<&str> = full.split([' ', ',']).filter(|w| !w.is_empty()).collect();
    while words.len() > 1 && words.last().is_some_and(|w| is_title(w, SUFFIX_TITLES)) {
        words.pop();
    }
    let skip =
        words.iter().take(words.len().saturating_sub(1)).take_while(|w| is_title(w, WESTERN_TITLES)).count();
    let words = &words[skip..];
    if words.len() < 2 {
        return PersonName::new(&words.concat(), "");
    }
    let mut from = words.len() - 1;
    while from > 1 && PARTICLES.contains(&words[from - 1].to_lowercase().as_str()) {
        from -= 1;
    }
    PersonName::new(&words[..from].join(" "), &words[from..].join(" "))
}

fn is_title(word: &str, titles: &[&str]) -> bool {
    let bare: String = word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    titles.contains(&bare.as_str())
}

#[cfg(test)]
#[path = "name_tests.rs"]
mod tests;
