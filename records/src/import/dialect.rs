//! How a file separates its cells: the delimiter, and lines above the header.

use serde::{Deserialize, Serialize};

/// The form of a file of rows. Quotes are always `"`, doubled inside quotes (RFC 4180).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Dialect {
    /// `,`, `;`, tab or `|`.
    #[schema(value_type = String, example = ";")]
    #[serde(with = "delimiter_text")]
    pub delimiter: u8,
    /// Records above the header (LinkedIn puts notes there). Blank lines do not count.
    pub skipped_records: usize,
}

mod delimiter_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(delimiter: &u8, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_char(char::from(*delimiter))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<u8, D::Error> {
        let text = String::deserialize(d)?;
        match text.as_bytes() {
            [b] if super::DELIMITERS.contains(b) => Ok(*b),
            _ => Err(D::Error::custom("a delimiter is one of , ; tab |")),
        }
    }
}

/// Delimiters looked for; an earlier one wins a tie.
pub const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Records looked at.
const SAMPLE: usize = 200;
/// Records that may stand above the header.
const MOST_SKIPPED: usize = 10;

/// Finds the delimiter whose rows agree best on their number of cells. Quotes and line breaks inside
/// quotes are respected. `head` is the beginning of the text; its last record, being cut, is left out
/// when there are several. A file of one column has the comma.
#[must_use]
pub fn detect_dialect(head: &str) -> Dialect {
    let mut best = (0.0, Dialect { delimiter: b',', skipped_records: 0 });
    for delimiter in DELIMITERS {
        let counts = cell_counts(head, delimiter);
        let (modal, share) = modal(&counts);
        if modal < 2 {
            continue;
        }
        // Agreement first; among delimiters that agree alike, the one that makes more cells.
        #[allow(clippy::cast_precision_loss)] // a few hundred cells
        let score = share + 0.1 * (1.0 - 1.0 / modal as f64);
        if score > best.0 {
            best = (score, Dialect { delimiter, skipped_records: preamble(&counts, modal) });
        }
    }
    best.1
}

fn cell_counts(head: &str, delimiter: u8) -> Vec<usize> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(head.as_bytes());
    let mut counts: Vec<usize> =
        reader.byte_records().map_while(Result::ok).take(SAMPLE + 1).map(|r| r.len()).collect();
    if counts.len() > 1 && !head.ends_with('\n') {
        counts.pop();
    }
    counts.truncate(SAMPLE);
    counts
}

/// The commonest number of cells and its share of the records.
fn modal(counts: &[usize]) -> (usize, f64) {
    let votes = |n: usize| counts.iter().filter(|c| **c == n).count();
    let Some(modal) = counts.iter().copied().max_by_key(|n| (votes(*n), *n)) else { return (0, 0.0) };
    #[allow(clippy::cast_precision_loss)] // a few hundred records
    let share = votes(modal) as f64 / counts.len() as f64;
    (modal, share)
}

/// Leading records of one cell where rows have three and more.
fn preamble(counts: &[usize], modal: usize) -> usize {
    if modal < 3 {
        return 0;
    }
    let lone = counts.iter().take(MOST_SKIPPED + 1).take_while(|n| **n == 1).count();
    if lone > MOST_SKIPPED || lone == counts.len() { 0 } else { lone }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_found_through_quotes_and_line_breaks() {
        let cases = [
            ("a,b,c\n1,2,3\n4,5,6\n", b',', 0),
            ("a;b;c\n1,5;2,5;3\n4;5;6\n", b';', 0),
            ("a\tb\nx, y\tz\nq, r\ts\n", b'\t', 0),
            ("a|b|c\n1|2|3\n", b'|', 0),
            ("name,notes\nAcme,\"one; two\nthree; four; five\"\nB,\"x;y\"\n", b',', 0),
            ("회사명;주요제품\n가;\"수소가스, 고순도, 질소\"\n나;\"철강, 비철\"\n", b';', 0),
            ("name\nAcme\nBeta\n", b',', 0),
            ("", b',', 0),
            ("Notes:\n\"A long, quoted; sentence.\"\n\nFirst Name,Last Name,URL\nA,B,C\nD,E,F\n", b',', 2),
            ("id;name\n1;Acme, Inc.\n2;Beta, Ltd.\n3;Gamma\n", b';', 0),
        ];
        for (text, delimiter, skipped_records) in cases {
            assert_eq!(detect_dialect(text), Dialect { delimiter, skipped_records }, "{text}");
        }
    }

    #[test]
    fn a_head_cut_in_the_middle_of_a_row_is_no_harm() {
        assert_eq!(detect_dialect("a;b;c\n1;2;3\n4;\"5").delimiter, b';');
    }

    #[test]
    fn a_dialect_travels_as_text() {
        let dialect = Dialect { delimiter: b'\t', skipped_records: 1 };
        let json = serde_json::to_string(&dialect).unwrap();
        assert_eq!(json, r#"{"delimiter":"\t","skipped_records":1}"#);
        assert_eq!(serde_json::from_str::<Dialect>(&json).unwrap(), dialect);
        assert!(serde_json::from_str::<Dialect>(r#"{"delimiter":"x","skipped_records":0}"#).is_err());
    }
}
