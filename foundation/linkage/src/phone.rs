//! Telephone numbers as keys: the national number without its leading zero, so that `02-312-3456` and
//! `+82 2 312 3456` meet without knowing the country. Cheaper than reading the numbering plan, and
//! tolerant of numbers that no plan knows, which lists are full of.

use kernel::fold::fold;

/// Country codes of two digits (ITU-T E.164, list of assigned codes). `1` and `7` have one, all others three.
const TWO_DIGITS: &[u8] = &[
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58,
    60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
];
/// What stands before an extension.
const EXTENSION: &[&str] = &["ext", "x", "내선", "#"];

/// Digits of the number, without country code, leading zeros and extension. Empty without digits.
pub(crate) fn phone_key(raw: &str) -> String {
    let folded = fold(raw);
    let main = EXTENSION
        .iter()
        .filter_map(|mark| folded.find(mark))
        .filter(|at| *at > 6)
        .min()
        .map_or(folded.as_str(), |at| &folded[..at]);
    let trimmed = main.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '+');
    let abroad = trimmed.starts_with('+') || trimmed.starts_with("00");
    // `+44 (0)20`: the zero in brackets is not dialled from abroad.
    let digits: String = trimmed.replace("(0)", "").chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    let national = if abroad { without_country(digits) } else { digits };
    let national = match national.strip_prefix('1') {
        Some(rest) if national.len() == 11 => rest,
        _ => national,
    };
    national.trim_start_matches('0').to_owned()
}

fn without_country(digits: &str) -> &str {
    let code = match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        _ if digits.get(..2).and_then(|d| d.parse().ok()).is_some_and(|c: u8| TWO_DIGITS.contains(&c)) => 2,
        _ => 3,
    };
    digits.get(code..).unwrap_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_number_meet() {
        let cases = [
            ("404/231-1368", "4042311368"),
            ("212/ 319-1660", "2123191660"),
            ("+1 (404) 231-1368", "4042311368"),
            ("1-404-231-1368", "4042311368"),
            ("02-312-3456", "23123456"),
            ("+82 2 312 3456", "23123456"),
            ("010-1234-5678", "1012345678"),
            ("+82-10-1234-5678", "1012345678"),
            ("+44 (0)20 7946 0018", "2079460018"),
            ("020 7946 0018 ext. 12", "2079460018"),
            ("none", ""),
        ];
        for (raw, key) in cases {
            assert_eq!(phone_key(raw), key, "{raw}");
        }
    }
}
