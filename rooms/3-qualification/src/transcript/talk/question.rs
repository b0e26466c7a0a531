//! Whether a sentence asks, with a question mark or, as speech-to-text often leaves it out, without.

const ENDS: [char; 7] = ['.', '!', '?', '。', '．', '！', '？'];

const ASKING: &[&str] = &["who", "whom", "whose", "what", "when", "where", "why", "which", "how"];
const AUXILIARY: &[&str] = &[
    "do", "does", "did", "is", "are", "was", "were", "am", "can", "could", "will", "would", "shall",
    "should", "may", "might", "must", "have", "has", "had",
];
const SUBJECT: &[&str] =
    &["you", "your", "we", "i", "they", "he", "she", "it", "that", "this", "there", "the", "a"];

const KOREAN_ENDS: &[&str] =
    &["습니까", "입니까", "합니까", "됩니까", "나요", "가요", "까요", "을까", "을래요"];
const KOREAN_ASKING: &[&str] =
    &["왜", "무엇", "뭐", "뭘", "누구", "언제", "어디", "어떻게", "어떤", "얼마", "몇"];
const KOREAN_OPEN_ENDS: &[&str] = &["요", "죠", "지요"];

/// The sentences of a text, each with the marks that end it.
pub fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(ENDS);
        let marks = rest.find(ENDS).unwrap_or(rest.len());
        let end = rest[marks..].find(|c| !ENDS.contains(&c)).map_or(rest.len(), |at| marks + at);
        let (sentence, after) = rest.split_at(end);
        rest = after;
        (!sentence.is_empty()).then_some(sentence.trim())
    })
    .filter(|sentence| sentence.contains(|c| !ENDS.contains(&c)))
}

/// Whether it asks.
#[must_use]
pub fn is_question(sentence: &str) -> bool {
    if sentence.trim_end().ends_with(['?', '？']) {
        return true;
    }
    let bare = sentence.trim_end_matches(|c: char| !c.is_alphanumeric());
    if bare.contains(|c| ('가'..='힣').contains(&c)) { asks_in_korean(bare) } else { asks_in_english(bare) }
}

fn asks_in_english(bare: &str) -> bool {
    let lower = bare.to_lowercase();
    let mut words =
        lower.split(|c: char| !c.is_ascii_lowercase() && c != '\'').filter(|word| !word.is_empty());
    let (Some(first), Some(second), Some(_)) = (words.next(), words.next(), words.next()) else {
        return false;
    };
    ASKING.contains(&first) && AUXILIARY.contains(&second)
        || AUXILIARY.contains(&first) && SUBJECT.contains(&second)
}

fn asks_in_korean(bare: &str) -> bool {
    let ends = |list: &[&str]| list.iter().any(|end| bare.ends_with(end));
    let asking = |word: &str| KOREAN_ASKING.iter().any(|begin| word.starts_with(begin));
    ends(KOREAN_ENDS)
        || ends_in_rieul_kka(bare)
        || ends(KOREAN_OPEN_ENDS) && bare.split_whitespace().any(asking)
}

/// The ending -ㄹ까: 할까, 될까.
fn ends_in_rieul_kka(bare: &str) -> bool {
    // A syllable is 28 finals wide; ㄹ is the eighth.
    const RIEUL: u32 = 8;
    let before = bare.strip_suffix('까').and_then(|bare| bare.chars().next_back());
    before.is_some_and(|c| ('가'..='힣').contains(&c) && (c as u32 - '가' as u32) % 28 == RIEUL)
}
