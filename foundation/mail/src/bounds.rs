//! What a mail may ask of whoever parses it. The parser keeps mails within mails as values within values, which it can
//! neither copy nor drop without going down as deep as they are nested, and looks through all parameters of a field for
//! each; so a mail of some kilobytes could end or hang the process that reads it.
//!
//! Bounded is what no mail of a person or program comes near: the rest of an overlong field is left out, and parts
//! beyond the bounds are taken for files. So is a mail that is encoded within another one, of which only the header is
//! looked at.

use std::borrow::Cow;
use std::ops::Range;

/// What stands instead of the subtype of a mail within a mail.
pub(crate) const MAIL_FILE: &str = "x-mail";
/// Mails within mails, and parts that hold others.
const MAILS: usize = 100;
const CONTAINERS: usize = 100;
/// Longest field that says what a part is, in bytes.
const FIELD_CAP: usize = 4096;

/// The mail with fields and parts within bounds; the same bytes if they are.
pub(crate) fn bounded(bytes: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let changes = changes(&bytes);
    if changes.is_empty() {
        return bytes;
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for (range, instead) in changes {
        // A type may be struck out twice, for two reasons.
        if range.start >= from {
            out.extend_from_slice(&bytes[from..range.start]);
            out.extend_from_slice(instead);
            from = range.end;
        }
    }
    out.extend_from_slice(&bytes[from..]);
    out.into()
}

type Change = (Range<usize>, &'static [u8]);

/// What is to be replaced, in order.
fn changes(bytes: &[u8]) -> Vec<Change> {
    let mut changes = Vec::new();
    let (mut mails, mut containers) = (0, 0);
    // Of the header at hand: where it says that the part is a mail, and whether the part is encoded.
    let (mut mail, mut encoded) = (None, false);
    let mut at = 0;
    while at < bytes.len() {
        let end = line_end(bytes, at);
        if is_empty(&bytes[at..end]) {
            (mail, encoded) = (None, false);
            at = end;
            continue;
        }
        let Some(name) = field_name(&bytes[at..end]) else {
            at = end;
            continue;
        };
        let field = at..field_end(bytes, end);
        at = field.end;
        match name {
            Field::Type => {
                let found = place(bytes, &field, b"rfc822").or_else(|| place(bytes, &field, b"global"));
                let found = found.filter(|_| place(bytes, &field, b"message").is_some());
                mails += usize::from(found.is_some());
                let container = place(bytes, &field, b"multipart");
                containers += usize::from(container.is_some());
                let digest = place(bytes, &field, b"digest").filter(|_| container.is_some());
                changes
                    .extend(container.filter(|_| containers > CONTAINERS).map(|p| (p, &b"x-ultipart"[..])));
                // The parts of a digest are mails without saying so.
                changes.extend(digest.map(|place| (place, &b"mixed"[..])));
                changes.extend(found.clone().filter(|_| mails > MAILS).map(|p| (p, MAIL_FILE.as_bytes())));
                mail = found;
            }
            Field::Encoding => {
                encoded = [&b"base64"[..], b"quoted"].iter().any(|word| place(bytes, &field, word).is_some());
            }
            Field::Disposition => {}
        }
        // What is encoded cannot be bounded here; RFC 2046 forbids it for mails.
        if encoded {
            changes.extend(mail.take().map(|place| (place, MAIL_FILE.as_bytes())));
        }
        if field.len() > FIELD_CAP {
            changes.push((field.start + FIELD_CAP..field.end, b"\r\n"));
        }
    }
    changes.sort_by_key(|(range, _)| range.start);
    changes
}

enum Field {
    Type,
    Encoding,
    Disposition,
}

fn field_name(line: &[u8]) -> Option<Field> {
    let colon = line.iter().take(40).position(|b| *b == b':')?;
    let name = line[..colon].trim_ascii();
    match () {
        () if name.eq_ignore_ascii_case(b"content-type") => Some(Field::Type),
        () if name.eq_ignore_ascii_case(b"content-transfer-encoding") => Some(Field::Encoding),
        () if name.eq_ignore_ascii_case(b"content-disposition") => Some(Field::Disposition),
        () => None,
    }
}

/// After the line that begins at `at`.
fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |end| at + end + 1)
}

/// After the lines that go on with the field whose first ends at `end`.
fn field_end(bytes: &[u8], mut end: usize) -> usize {
    while bytes.get(end).is_some_and(|b| matches!(b, b' ' | b'\t')) {
        end = line_end(bytes, end);
    }
    end
}

fn is_empty(line: &[u8]) -> bool {
    line.trim_ascii().is_empty()
}

/// Where the word stands in the field, in whatever case.
fn place(bytes: &[u8], field: &Range<usize>, word: &[u8]) -> Option<Range<usize>> {
    let field_bytes = &bytes[field.start..field.end.min(field.start + FIELD_CAP)];
    let at = field_bytes.windows(word.len()).position(|window| window.eq_ignore_ascii_case(word))?;
    Some(field.start + at..field.start + at + word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(mail: &str) -> String {
        String::from_utf8_lossy(&bounded(mail.as_bytes().into())).into_owned()
    }

    #[test]
    fn what_a_person_or_program_sends_is_left_as_it_is() {
        let mail = "From: a\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\
                    Content-Transfer-Encoding: 8bit\r\n\r\nUQ==\r\n--b--\r\n";
        assert!(matches!(bounded(mail.as_bytes().into()), Cow::Borrowed(_)));
        let forwarded = "Content-Type: message/rfc822\r\n\r\n".repeat(MAILS);
        assert_eq!(of(&forwarded), forwarded);
    }

    #[test]
    fn mails_and_containers_beyond_the_bounds_are_files() {
        let mails = of(&"content-type : MESSAGE/\r\n  RFC822\r\n\r\n".repeat(MAILS + 5));
        assert_eq!(mails.matches("x-mail").count(), 5);
        let containers =
            of(&"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".repeat(CONTAINERS + 5));
        assert_eq!(containers.matches("x-ultipart").count(), 5);
        assert!(of("Content-Type: multipart/digest; boundary=b\r\n\r\n").contains("multipart/mixed"));
        let encoded = "Content-Transfer-Encoding: base64\nContent-Type: message/rfc822\n\nUQ==\n";
        assert!(of(encoded).contains("message/x-mail"));
        let encoded = "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nUQ==\n";
        assert!(of(encoded).contains("message/x-mail"));
    }

    #[test]
    fn the_rest_of_an_overlong_field_is_left_out() {
        let mail = format!("Content-Type: text/plain{}\r\nSubject: a\r\n\r\nb", "; a*0=b\r\n ".repeat(5000));
        let bounded = of(&mail);
        assert!(bounded.len() < FIELD_CAP + 100 && bounded.ends_with("\r\nSubject: a\r\n\r\nb"), "{bounded}");
    }
}
