//! One chance at a first impression (R30): before anybody is written to for the first time, the mail as it would be read
//! is checked; what fails waits for a person. The text's checks are pure.

use std::collections::{HashMap, HashSet};

use http_room::Answer;
use kernel::{MailboxId, PersonId, Timestamp, UserId, WorkspaceId};
use store::db::Source;
use store::{Sql, WriteTx};

use crate::mailbox::MailboxRow;
use crate::sequence::lint::FIRST_MAIL_WORDS;

/// Days for which a colleague's mail counts as an earlier touch.
const COLLEAGUE_DAYS: i64 = 90;

/// Why a first mail must be looked at: `too_long`, `links`, `name`; nothing when it may go.
#[must_use]
pub(super) fn fault(given_name: Option<&str>, text: &str) -> Option<&'static str> {
    if text.split_whitespace().count() > FIRST_MAIL_WORDS {
        return Some("too_long");
    }
    let links: Vec<&str> = mail::links(text).collect();
    if links.len() > 1 || links.iter().any(|link| !is_whole(link)) {
        return Some("links");
    }
    let misspelt = given_name.is_some_and(|name| text.contains(name) && !is_name(name));
    misspelt.then_some("name")
}

/// A web address that leads somewhere: with a host and a domain, and nothing left to fill in.
fn is_whole(link: &str) -> bool {
    let rest = link.trim_start_matches("https://").trim_start_matches("http://");
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !link.contains(['[', ']', '{', '}', '<'])
}

/// Whether a given name is spelt as one writes it: no figures, no address, not all in capitals or in small letters where
/// the script has both.
fn is_name(name: &str) -> bool {
    if name.chars().any(|c| c.is_ascii_digit() || "@_<>{}[]/\\".contains(c)) {
        return false;
    }
    let letters: Vec<char> = name.chars().filter(|c| c.is_lowercase() || c.is_uppercase()).collect();
    let capitals = letters.iter().filter(|c| c.is_uppercase()).count();
    // "JP" and "Jo" are names; "JOHN" and "john" are rows of a list.
    letters.len() < 3 || (capitals > 0 && capitals < letters.len())
}

/// People to whom somebody else of ours wrote within 90 days, by the owner who would write now.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn colleagues_wrote(
    tx: &WriteTx,
    space: WorkspaceId,
    writing: &[(PersonId, MailboxId)],
    mailboxes: &HashMap<MailboxId, MailboxRow>,
    now: Timestamp,
) -> Answer<HashSet<PersonId>> {
    let owners: HashMap<PersonId, UserId> = writing
        .iter()
        .filter_map(|(person, mailbox)| Some((*person, mailboxes.get(mailbox)?.owner_id)))
        .collect();
    if owners.is_empty() {
        return Ok(HashSet::new());
    }
    let text = "SELECT m.person_id, b.owner_id FROM message m JOIN mailbox b ON b.id = m.mailbox_id \
                WHERE m.direction = 'out' AND m.origin <> 'law' AND m.state IN ('sent', 'uncertain') AND m.sent_at > ? AND m.person_id IN ";
    let mut sql = Sql::with(tx.engine(), text, [now.plus_days(-COLLEAGUE_DAYS).into()]);
    sql.bind_list(owners.keys().map(|id| (*id).into())).push(" AND ").push_check("m.workspace_id", space);
    let mut touched = HashSet::new();
    for row in sql.rows(tx.conn()).await? {
        let (person, owner): (PersonId, UserId) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        if owners.get(&person).is_some_and(|mine| *mine != owner) {
            touched.insert(person);
        }
    }
    Ok(touched)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r30_a_first_mail_that_would_embarrass_waits_for_a_person() {
        let long = "word ".repeat(151);
        let table = [
            (Some("Ada"), "Hello Ada, how do you plan?", None),
            (Some("Ada"), long.as_str(), Some("too_long")),
            (None, "See https://a.test/x and https://b.test/y", Some("links")),
            (None, "See https://stone.test/plan", None),
            (None, "See https://[company.domain]/plan", Some("links")),
            (None, "See https://", Some("links")),
            (Some("ADA"), "Hello ADA,", Some("name")),
            (Some("ada"), "Hello ada,", Some("name")),
            (Some("ada"), "Hello,", None),
            (Some("Ada1"), "Hello Ada1,", Some("name")),
            (Some("JP"), "Hello JP,", None),
            (Some("McKenzie"), "Hello McKenzie,", None),
            (Some("민준"), "민준 님, 안녕하세요?", None),
            (Some("Łukasz"), "Hello Łukasz,", None),
        ];
        for (name, text, expected) in table {
            assert_eq!(fault(name, text), expected, "{name:?} {text}");
        }
    }
}
