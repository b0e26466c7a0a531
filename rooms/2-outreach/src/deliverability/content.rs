//! What a domain's first mails say, as a score: each thing that makes people stop reading or filters stop a mail costs
//! some points.

use std::collections::BTreeMap;

use kernel::WorkspaceId;
use store::db::Source;
use store::{Result, Sql};

use super::{Check, Finding, Light};
use crate::mailbox::MailboxRow;
use crate::sequence::lint::first_mail_warnings;

/// First mails looked at.
const MAILS: i64 = 20;
/// Points a warning costs; words of advertising cost more.
const COST: usize = 15;
const SPAM_COST: usize = 40;
/// Points below which it is amber, and below which it is red.
const FAIR: usize = 80;
const POOR: usize = 50;

/// What a warning is called.
const NAMES: [(&str, &str, &str); 8] = [
    ("too_long", "too long", "너무 긺"),
    ("links", "several links", "링크가 여럿"),
    ("price", "prices", "가격"),
    ("discount", "discounts", "할인"),
    ("contract", "contracts", "계약"),
    ("attachment", "attachments", "첨부"),
    ("no_question", "no question", "질문 없음"),
    ("spam", "words of advertising", "광고 표현"),
];

/// What the last first mails of these mailboxes say.
pub(super) async fn content(
    db: &impl Source,
    space: WorkspaceId,
    mailboxes: &[MailboxRow],
) -> Result<Finding> {
    let mut sql = Sql::new(
        db.engine(),
        "SELECT subject, text FROM message WHERE origin = 'sequence' AND state = 'sent' AND step = 1 \
         AND rehearsed_at IS NULL AND mailbox_id IN ",
    );
    sql.bind_list(mailboxes.iter().map(|mailbox| mailbox.id.into())).push(" AND ");
    sql.push_check("workspace_id", space).push(" ORDER BY sent_at DESC LIMIT ").bind(MAILS);
    let rows = sql.rows(db.conn()).await?;
    let mails: Vec<(String, String)> = rows
        .iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .collect::<Result<_>>()?;
    Ok(finding(&mails))
}

fn finding(mails: &[(String, String)]) -> Finding {
    if mails.is_empty() {
        return Finding::new(Check::Content, Light::Green, "content_none", &[]);
    }
    let (mut points, mut counts) = (0, BTreeMap::new());
    for (subject, text) in mails {
        // What is personal shows before the merge fields are filled in; here they are.
        let warnings = first_mail_warnings(subject, text, "{{");
        let cost: usize = warnings.iter().map(|w| if *w == "spam" { SPAM_COST } else { COST }).sum();
        points += 100_usize.saturating_sub(cost);
        for warning in warnings {
            *counts.entry(warning).or_insert(0) += 1;
        }
    }
    let score = points / mails.len();
    let worst = counts.into_iter().max_by_key(|(_, count)| *count).map_or("", |(warning, _)| warning);
    let (_, en, ko) = NAMES.iter().find(|(key, ..)| *key == worst).copied().unwrap_or(("", "", ""));
    let (state, code) = match score {
        FAIR.. => (Light::Green, "content_fine"),
        POOR.. => (Light::Amber, "content_poor"),
        _ => (Light::Red, "content_poor"),
    };
    let (count, score) = (mails.len().to_string(), score.to_string());
    let values = [("count", count.as_str()), ("score", &score), ("worst", en), ("worst_ko", ko)];
    Finding::new(Check::Content, state, code, &values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_that_asks_scores_well_and_one_that_pitches_does_not() {
        let mail = |subject: &str, text: &str| vec![(subject.to_owned(), text.to_owned())];
        let table = [
            (mail("A question", "How do you do this today?"), "content_fine", Light::Green),
            (mail("Offer", "Our prices are low, can we talk?"), "content_fine", Light::Green),
            (mail("Offer", "Our prices are low, 20% discount. Shall we talk?"), "content_poor", Light::Amber),
            (mail("BUY NOW TODAY", "Act now!!! 20% discount, see attached"), "content_poor", Light::Red),
            (Vec::new(), "content_none", Light::Green),
        ];
        for (mails, code, state) in table {
            let found = finding(&mails);
            assert_eq!((found.code.as_str(), found.state), (code, state), "{mails:?}");
            assert!(!found.says.en.contains('{') && !found.says.ko.contains('{'), "{found:?}");
        }
    }
}
