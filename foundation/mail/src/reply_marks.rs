//! Where a quoted mail begins without an attribution: marks such as `-----Original Message-----`, and the fields From,
//! Sent, To and Subject that Outlook and others write above it, in every language of the table.

use crate::reply_dates::DateMarks;
use crate::reply_lines::{Lines, is_blank, is_rule};
use crate::reply_words::{Field, WORDS, plain};

/// Longer lines are no mark, in bytes.
const LINE_CAP: usize = 500;
/// Words of a mark, in bytes.
const MARK_CAP: usize = 160;
/// A field's name has at most this many bytes.
const NAME_CAP: usize = 60;
/// A block of fields has at most this many lines, and a field wraps over at most so many.
const BLOCK_LINES: usize = 16;
const FIELD_LINES: usize = 4;

/// `-----Original Message-----` and its sisters, or `Begin forwarded message:`.
pub(crate) fn is_original_mark(line: &str) -> bool {
    let line = line.trim();
    let stroke = |c: char| {
        matches!(c, '-' | '_' | '=' | '*' | '—' | '–' | '─' | '━' | '#' | '~' | '+' | '[' | ']' | ' ')
    };
    if line.is_empty() || line.len() > LINE_CAP {
        return false;
    }
    let inner = line.trim_matches(stroke);
    if inner.is_empty() || inner.len() > MARK_CAP {
        return false;
    }
    let before = line.find(inner).unwrap_or_default();
    let strokes = line[..before].chars().filter(|c| *c != ' ' && *c != '*').count();
    if strokes == 0 {
        return inner.ends_with([':', '：']) && {
            let words = plain(inner.trim_end_matches([':', '：', ' ', '*']));
            WORDS.begins.contains(words.trim())
        };
    }
    let closed = before + inner.len() < line.len();
    let words = plain(inner.trim_end_matches([':', '：']));
    let words = words.trim();
    (strokes >= 2 || closed)
        && WORDS.originals.iter().any(|mark| match words.strip_prefix(mark.as_str()) {
            Some(rest) => rest.is_empty() || mark.ends_with(" by") || rest.starts_with([' ', '(', ',']),
            None => false,
        })
}

/// 32 and more underscores, as Outlook draws above the mail it quotes.
pub(crate) fn is_long_underscore(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 32 && line.bytes().all(|b| b == b'_')
}

/// Whether the fields of a quoted mail begin here: three of one language, or fewer that no person would write.
pub(crate) fn is_header_block(lines: &Lines<'_>, at: usize) -> bool {
    let Some((first, value)) = field(lines.at(at)).filter(|_| lines.look_closely()) else { return false };
    let mut block = Block::default();
    block.add(&first, value);
    if first.iter().all(|(field, _)| *field == Field::Other) {
        return false;
    }
    let mut wrapped = 0;
    let mut next = at + 1;
    while next < lines.len() && next < at + BLOCK_LINES && !lines.is_quoted(next) {
        if lines.is_blank(next) {
            // Some programs write every field as a paragraph.
            if lines.is_blank(next + 1) || field(lines.at(next + 1)).is_none() {
                break;
            }
        } else if let Some((said, value)) = field(lines.at(next)) {
            block.add(&said, value);
            wrapped = 0;
        } else {
            block.address |= has_address(lines.at(next));
            wrapped += 1;
            if wrapped > FIELD_LINES {
                break;
            }
        }
        next += 1;
    }
    let begun = at == 0 || is_blank(lines.at(at - 1)) || is_rule(lines.at(at - 1));
    block.is_of_a_mail() || (begun && block.is_short_but_sure(&first, value, lines, at))
}

/// What was seen of a block: for each field the languages that name it so, a bit each.
#[derive(Default)]
struct Block {
    seen: Vec<(Field, u32)>,
    address: bool,
    /// The date is one no person writes: with year and time.
    exact: bool,
}

impl Block {
    fn add(&mut self, said: &[(Field, u32)], value: &str) {
        let value = &value[..value.floor_char_boundary(LINE_CAP)];
        self.seen.extend_from_slice(said);
        self.address |= has_address(value);
        let dates = DateMarks::of(&value.to_lowercase());
        self.exact |= dates.day && dates.time;
    }

    /// How many different fields of a language there are, in the language that has most.
    fn fields(&self) -> usize {
        const FIELDS: [Field; 6] =
            [Field::From, Field::Sent, Field::Date, Field::To, Field::Cc, Field::Subject];
        let named = |field: Field, language: u32| {
            self.seen.iter().any(|(seen, languages)| *seen == field && languages & language != 0)
        };
        let count = |bit: u32| FIELDS.iter().filter(|field| named(**field, 1 << bit)).count();
        (0..32).map(count).max().unwrap_or_default()
    }

    fn has(&self, field: Field) -> bool {
        self.seen.iter().any(|(seen, _)| *seen == field)
    }

    /// "From: Seoul, To: Busan, Date: 3 June" is a journey: a mail has a subject, an address or "Sent".
    fn is_of_a_mail(&self) -> bool {
        let mail = self.has(Field::Subject) || self.has(Field::Sent) || self.address;
        self.fields() >= 3 && self.has(Field::From) && mail
            || self.fields() >= 3 && self.has(Field::Subject) && self.address
    }

    /// Two fields with an address and an exact date; or one that is nothing but `From: Name <address>`.
    fn is_short_but_sure(&self, first: &[(Field, u32)], value: &str, lines: &Lines<'_>, at: usize) -> bool {
        let from = first.iter().any(|(field, _)| *field == Field::From);
        let value = value.trim();
        let bracketed = has_address(value) && value.ends_with(['>', ']']) && !value.starts_with(['<', '[']);
        (self.fields() >= 2 && self.address && self.exact) || (from && bracketed && lines.is_blank(at + 1))
    }
}

/// What a field says in which languages, and its value, if the line is one: `From: a`, `*Von:* a`, `| 发件人 | a |`.
fn field(line: &str) -> Option<(Vec<(Field, u32)>, &str)> {
    let line = line.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, '*' | '_' | '|' | '\u{200b}'..='\u{200f}')
    });
    let head = &line[..line.floor_char_boundary(NAME_CAP)];
    let end = head.find([':', '：', '|'])?;
    let name = head[..end].trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '[' | ']'));
    // Nobody's field: saves the look-up for most lines.
    if name.is_empty() || name.split_whitespace().count() > 4 {
        return None;
    }
    let said = WORDS.fields.get(plain(name).trim())?;
    let value = line[end..].trim_start_matches([':', '：', '|', '*', '_', ' ', '\t']);
    Some((said.clone(), value.trim_end_matches(['|', ' ', '*', '\t', ';'])))
}

fn has_address(text: &str) -> bool {
    let text = &text[..text.floor_char_boundary(LINE_CAP)];
    text.split('@').skip(1).any(|host| {
        let host = host.split(|c: char| !c.is_alphanumeric() && c != '.' && c != '-').next();
        host.is_some_and(|host| host.trim_end_matches('.').contains('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_known_with_and_without_strokes_and_sentences_are_not() {
        for line in [
            "-----Original Message-----",
            "----- Original Message -----",
            "*----- Original Message -----*",
            "-------- Message d'origine --------",
            "-------- Message d’origine --------",
            "-----Ursprüngliche Nachricht-----",
            "------------------ 原始邮件 ------------------",
            "---------- Forwarded message ---------",
            "----- Forwarded by Rep/ACME on 06/01/2026 09:00 AM -----",
            "--------- 원본 메일 ---------",
            "---원본 메시지---",
            "-----Oprindelig meddelelse-----",
            "-----Původní zpráva-----",
            "Begin forwarded message:",
            "Début du message réexpédié :",
            "Anfang der weitergeleiteten Nachricht:",
        ] {
            assert!(is_original_mark(line), "{line}");
        }
        for line in [
            "original message",
            "- original message below",
            "------ Enter Feedback Below ------",
            "--",
            "----------",
            "The original message:",
            "- Original",
            "-- first point needs to be checked",
            "## Key Points",
        ] {
            assert!(!is_original_mark(line), "{line}");
        }
    }

    #[test]
    fn fields_of_a_mail_are_told_from_a_list_of_a_person() {
        for block in [
            "From: a\nSent: b\nTo: c\nSubject: d",
            "*From:* bob@s.test [mailto:\n  bob@s.test]\n*Sent:* Wednesday\n*To:* t@s.test",
            "**Von:** a\n\n**Gesendet:** b\n\n**An:** c",
            "Gesendet: Montag, 01. Juni 2026 um 09:00 Uhr\nVon: \"Rep\" <r@s.test>\nAn: k@s.test\nBetreff: x",
            "De : A B <abc@s.test>\nDate : 23/06/24  10:46  (GMT+01:00)\nÀ : abc@s.test Objet : x",
            "Date: Fri, 28 Sep 2012 10:55:48 +0000\nFrom: t@s.test\nTo: b@s.test\nSubject: d",
            "From: t@s.test\nDate: Wed, 16 May 2012 00:15:02 -0600",
            "From: foo@s.test <foo@s.test>\n\nMy mail",
            "| 发件人 | Rep<r@s.test> |\n| 日期 | 2026年6月1日 |\n| 收件人 | k@s.test |",
            "От: A\nОтправлено: четверг, 26 июня 2014 г. 15:05\nКому: B",
        ] {
            let text = format!("{block}\n\nold");
            assert!(is_header_block(&Lines::of(&text), 0), "{block}");
        }
        for block in [
            "From: Seoul\nTo: Busan\nDate: 3 June",
            "Date: Wednesday 3, October 2011\nTime: 7 : 00am\nAddress: 130 Fox St",
            "To: do\nSubject: to change\nand more",
            "De: Paris\nÀ: Lyon",
            "From: our database, not From: others",
            "An: alle\nich bin da",
        ] {
            assert!(!is_header_block(&Lines::of(block), 0), "{block}");
        }
    }
}
