//! Folding: the form of a text in which spelling differences that carry no meaning are gone.
//!
//! Used for keys and matching only; what people typed is always kept and shown.

use unicode_normalization::UnicodeNormalization;

/// Compatibility forms unified (NFKC), lower case, accents of Latin, Greek and Cyrillic dropped,
/// `ß` as `ss`. Hangul stays composed and Japanese voicing marks stay.
#[must_use]
pub fn fold(text: &str) -> String {
    // Whole syllables are what they become: most of Korean needs no tables.
    if text.chars().all(|c| c.is_ascii() || is_syllable(c)) {
        return text.to_ascii_lowercase();
    }
    text.nfkd().flat_map(char::to_lowercase).filter(|c| !is_accent(*c)).flat_map(spell_out).nfc().collect()
}

/// [`fold`] with everything but letters and digits dropped: `U.S.A.` and `usa` become one.
#[must_use]
pub fn fold_key(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Hangul syllables and jamo.
#[must_use]
pub fn is_hangul(c: char) -> bool {
    is_syllable(c) || matches!(c, '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}')
}

fn is_syllable(c: char) -> bool {
    matches!(c, '\u{AC00}'..='\u{D7A3}')
}

/// Chinese characters and Japanese kana.
#[must_use]
pub fn is_han_or_kana(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{2FA1F}' | '\u{3041}'..='\u{30FF}' | '々')
}

fn is_accent(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}')
}

/// Letters that carry their accent inside and have no decomposition.
fn spell_out(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        'ß' => ('s', Some('s')),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'ø' => ('o', None),
        'ł' => ('l', None),
        'đ' => ('d', None),
        'ı' => ('i', None),
        other => (other, None),
    };
    std::iter::once(first).chain(second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spelling_differences_without_meaning_are_gone() {
        let cases = [
            ("Nestlé", "nestle"),
            ("STRAẞE", "strasse"),
            ("ＡＢＣ", "abc"),
            ("ﬁt", "fit"),
            ("İstanbul", "istanbul"),
            ("Łódź", "lodz"),
            ("한빛", "한빛"),
            ("SK하이닉스", "sk하이닉스"),
            ("가\u{11AB}", "간"),
            ("ガイド", "ガイド"),
        ];
        for (text, folded) in cases {
            assert_eq!(fold(text), folded, "{text}");
        }
        assert_eq!(fold_key("U.S. A"), "usa");
        assert_eq!(fold("\u{1112}\u{1161}\u{11AB}"), "한", "decomposed Hangul from macOS file names");
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
