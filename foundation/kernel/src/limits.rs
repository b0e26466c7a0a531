//! How much of anything the product takes in. One place, so that forms, API and import refuse alike.
//!
//! Lengths of text are counted in Unicode scalar values unless the name says bytes.

/// Name of a company, person, deal, task, view, sequence: characters.
pub const NAME_CHARS: usize = 200;
/// One-line fields other than names (title, industry, city, source): characters.
pub const LINE_CHARS: usize = 500;
/// Web addresses: characters. Longer ones are tracking links, not addresses.
pub const URL_CHARS: usize = 2_000;
/// Mail addresses: octets, RFC 5321 section 4.5.3.1.3.
pub const EMAIL_BYTES: usize = 254;
/// Phone numbers as typed: characters, room for an extension and a remark.
pub const PHONE_CHARS: usize = 64;
/// Reasons asked for by gates, lost, disqualified, overrides: characters.
pub const REASON_CHARS: usize = 2_000;
/// A note, mail body or description: bytes of UTF-8.
pub const NOTE_BYTES: usize = 100 * 1024;
/// Custom fields per kind of record.
pub const CUSTOM_FIELDS: usize = 100;
/// Options of one choice field.
pub const CHOICE_OPTIONS: usize = 200;
/// A custom field's text value: characters.
pub const CUSTOM_TEXT_CHARS: usize = 2_000;
/// A custom field's label, and an option's: characters.
pub const LABEL_CHARS: usize = 100;
/// Tags on one record.
pub const TAGS: usize = 50;
/// Addresses, numbers and profiles of one person together.
pub const CONTACT_POINTS: usize = 50;
/// Rows of one bulk call.
pub const BULK_ROWS: usize = 1_000;
/// Rows of one page of a list.
pub const PAGE_ROWS: usize = 200;
/// Rows of one page when the caller does not say.
pub const PAGE_ROWS_DEFAULT: usize = 50;
/// An imported file: bytes.
pub const IMPORT_BYTES: usize = 1024 * 1024 * 1024;
/// Columns of an imported file.
pub const IMPORT_COLUMNS: usize = 500;
/// One cell of an imported file: bytes of UTF-8.
pub const IMPORT_CELL_BYTES: usize = NOTE_BYTES;
/// Rows of an imported file.
pub const IMPORT_ROWS: usize = 20_000_000;
/// Rows shown before an import starts.
pub const IMPORT_PREVIEW_ROWS: usize = 20;
/// An uploaded file other than an import: bytes.
pub const FILE_BYTES: usize = 25 * 1024 * 1024;
/// A JSON request body: bytes.
pub const BODY_BYTES: usize = 2 * 1024 * 1024;
/// Criteria of one ideal customer profile.
pub const ICP_CRITERIA: usize = 100;
/// Keywords or choices of one criterion.
pub const ICP_CHOICES: usize = 500;
/// Steps of one sequence.
pub const SEQUENCE_STEPS: usize = 50;
/// A list search: characters.
pub const QUERY_CHARS: usize = 200;
/// Passwords: shortest, characters.
pub const PASSWORD_MIN_CHARS: usize = 10;
/// Passwords: longest, bytes; more only feeds the hash function.
pub const PASSWORD_MAX_BYTES: usize = 1_024;

/// Whether a text is at most `max` characters, without counting more than needed.
#[must_use]
pub fn fits(text: &str, max: usize) -> bool {
    text.len() <= max || text.chars().nth(max).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_not_bytes() {
        assert!(fits("한빛소프트", 5));
        assert!(!fits("한빛소프트", 4));
        assert!(fits("", 0));
        assert!(fits(&"가".repeat(NAME_CHARS), NAME_CHARS));
        assert!(!fits(&"a".repeat(NAME_CHARS + 1), NAME_CHARS));
    }
}
