//! One mail that came in, from bytes to what follows, in one transaction and only once.

use http_room::{Answer, App};
use kernel::{CompanyId, Country, DealId, MessageId, PersonId, Timestamp, WorkspaceId};
use mail::incoming::{Context, Heard};
use mail::{Incoming, Verdict, classify};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::db::Source;
use store::{Sql, WriteTx};

use super::effects;
use super::look_up::{Known, look_up};
use super::matching::{Hit, MatchedBy, first_hit};
use crate::enrolment;
use crate::letter::TOKEN_HEADER;
use crate::mailbox::MailboxRow;
use crate::message::{self, MessageRow, MessageState, thread_key};

/// Longest text of a mail that is kept, in characters.
const TEXT: usize = 200_000;

/// Where a mail was read.
#[derive(Debug, Clone)]
pub struct Arrival<'a> {
    /// `INBOX`.
    pub folder: &'a str,
    /// Its UIDVALIDITY.
    pub uid_validity: i64,
    /// Its UID.
    pub uid: i64,
    /// When the server received it.
    pub at: Timestamp,
}

/// A mail that came in, told what it is and whose it is.
pub(super) struct Received<'a> {
    pub mail: &'a Incoming,
    pub verdict: Verdict,
    pub hit: Hit,
    pub ours: Option<MessageRow>,
    pub known: Known,
    pub at: Timestamp,
    pub now: Timestamp,
}

/// Reads, classifies, matches and acts. Answers whether it was new. Bytes that are no mail are noted and
/// passed over.
///
/// # Errors
/// Whatever the database says; then nothing was kept and it may be read again.
pub async fn receive(app: &App, mailbox: &MailboxRow, arrival: &Arrival<'_>, bytes: &[u8]) -> Answer<bool> {
    let mail = match mail::read(bytes) {
        Ok(mail) => mail,
        Err(why) => return note_unreadable(app, mailbox, arrival, bytes, &why).await,
    };
    let mut tx = app.db.write_tx().await?;
    if !note(&tx, mailbox, arrival, &fingerprint(&mail, bytes), app.clock.now()).await? {
        return Ok(false);
    }
    let received = understand(app, &tx, mailbox, arrival, &mail).await?;
    let id = effects::act(&mut tx, mailbox, &received).await?;
    let word = received.verdict.class.key();
    let text = "UPDATE mail_read SET class = ?, class_rule = ?, message_id = ? \
                WHERE mailbox_id = ? AND folder = ? AND uid_validity = ? AND uid = ?";
    let values = [
        word.into(),
        received.verdict.rule.clone().into(),
        id.into(),
        mailbox.id.into(),
        arrival.folder.into(),
        arrival.uid_validity.into(),
        arrival.uid.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await?;
    Ok(true)
}

/// Finds and holds what the mail belongs to. The enrolment is held first, as everybody does.
async fn understand<'a>(
    app: &App,
    tx: &WriteTx,
    mailbox: &MailboxRow,
    arrival: &Arrival<'_>,
    mail: &'a Incoming,
) -> Answer<Received<'a>> {
    let now = app.clock.now();
    let known = look_up(tx, mailbox.workspace_id, mail, now).await?;
    let hit = first_hit(&known.found);
    let ours = match hit {
        Hit::Message(id, _) => hold_ours(tx, mailbox.workspace_id, id).await?,
        _ => None,
    };
    let at = after_ours(arrival.at, ours.as_ref().and_then(|m| known.sent_at(m.id)));
    let verdict = verdict(mail, &known, ours.as_ref().map(|m| m.id), at);
    Ok(Received { mail, verdict, hit, ours, known, at, now })
}

/// IMAP tells whole seconds, by the server's clock. An answer never stands before the mail it answers,
/// else it would not count as one.
fn after_ours(received: Timestamp, sent: Option<Timestamp>) -> Timestamp {
    sent.map_or(received, |sent| received.max(Timestamp(sent.0 + 1)))
}

pub(super) async fn hold_ours(
    tx: &WriteTx,
    workspace: WorkspaceId,
    id: MessageId,
) -> Answer<Option<MessageRow>> {
    let Some(row) = message::find(tx, workspace, id).await? else { return Ok(None) };
    if let Some(enrolment) = row.enrolment_id {
        enrolment::hold(tx, enrolment).await?;
    }
    Ok(message::hold(tx, id).await?)
}

fn verdict(mail: &Incoming, known: &Known, ours: Option<MessageId>, at: Timestamp) -> Verdict {
    let country = known.country.as_deref().and_then(Country::from_code);
    let calendar = kernel::BusinessCalendar::new(country);
    let is_business_day = |day| calendar.is_business_day(day);
    let (is_ours, is_token) = (|id: &str| known.is_ours(id), |token: &str| known.is_token(token));
    classify(
        mail,
        &Context {
            is_ours: &is_ours,
            is_token: &is_token,
            token_header: TOKEN_HEADER,
            in_sent_folder: false,
            sent_at: ours.and_then(|id| known.sent_at(id)).map(Timestamp::to_utc),
            received_at: at.to_utc(),
            country: known.country.as_deref(),
            is_business_day: &is_business_day,
        },
    )
}

/// What makes two readings the same mail: its id and its content.
fn fingerprint(mail: &Incoming, bytes: &[u8]) -> String {
    let mut hash = Sha256::new();
    match &mail.message_id {
        // Servers add headers on the way; id, subject and text stay.
        Some(id) => {
            hash.update(id.as_bytes());
            hash.update(mail.subject.as_bytes());
            hash.update(mail.text.as_bytes());
        }
        None => hash.update(bytes),
    }
    hex::encode(hash.finalize())
}

/// Claims the mail's place and content; false when either was read before.
async fn note(
    tx: &WriteTx,
    mailbox: &MailboxRow,
    arrival: &Arrival<'_>,
    fingerprint: &str,
    now: Timestamp,
) -> Answer<bool> {
    let text = "INSERT INTO mail_read (workspace_id, mailbox_id, folder, uid_validity, uid, fingerprint, class, class_rule, read_at) \
                VALUES (?, ?, ?, ?, ?, ?, 'unreadable', '', ?) ON CONFLICT DO NOTHING";
    let values = [
        mailbox.workspace_id.into(),
        mailbox.id.into(),
        arrival.folder.into(),
        arrival.uid_validity.into(),
        arrival.uid.into(),
        fingerprint.into(),
        now.into(),
    ];
    Ok(Sql::with(tx.engine(), text, values).run(tx.conn()).await? > 0)
}

async fn note_unreadable(
    app: &App,
    mailbox: &MailboxRow,
    arrival: &Arrival<'_>,
    bytes: &[u8],
    why: &mail::MailError,
) -> Answer<bool> {
    tracing::warn!(mailbox = %mailbox.id, uid = arrival.uid, %why, "a mail could not be read");
    let tx = app.db.write_tx().await?;
    let new = note(&tx, mailbox, arrival, &hex::encode(Sha256::digest(bytes)), app.clock.now()).await?;
    tx.commit().await?;
    Ok(new)
}

/// Whose mail it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Whose {
    /// The person.
    pub person: Option<PersonId>,
    /// Their company.
    pub company: Option<CompanyId>,
    /// The deal it is about.
    pub deal: Option<DealId>,
}

/// What a person said, for the row.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    pub excerpt: Option<String>,
    pub intent: Option<String>,
    pub intents: Vec<Heard>,
    pub positive: bool,
}

/// Text a database takes: no null characters, not endless.
fn clean(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(TEXT).collect()
}

/// Writes the mail down.
pub(super) async fn insert(
    tx: &WriteTx,
    mailbox: &MailboxRow,
    received: &Received<'_>,
    whose: Whose,
    said: &Said,
    state: MessageState,
) -> Answer<MessageId> {
    let (id, mail, ours) = (MessageId::new(), received.mail, received.ours.as_ref());
    let matched = match received.hit {
        Hit::Message(_, by) => Some(by.key()),
        Hit::Person(_) => Some(MatchedBy::Person.key()),
        Hit::Company(_) => Some(MatchedBy::Company.key()),
        Hit::Nobody => None,
    };
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO message (id, workspace_id, direction, origin, enrolment_id, sequence_id, step, mailbox_id, person_id, \
         company_id, deal_id, state, missing, from_name, from_address, to_address, to_key, subject, thread_subject, text, html, \
         excerpt, mime_id, in_reply_to, thread_ids, thread_root, sent_at, answers_id, class, class_rule, matched_by, intent, \
         intents, positive, sender_offset, revision, created_at, updated_at) VALUES ",
    );
    sql.bind_list([
        id.into(),
        mailbox.workspace_id.into(),
        "in".into(),
        "reply".into(),
        ours.and_then(|m| m.enrolment_id).into(),
        ours.and_then(|m| m.sequence_id).into(),
        ours.and_then(|m| m.step).into(),
        mailbox.id.into(),
        whose.person.into(),
        whose.company.into(),
        whose.deal.into(),
        state.key().into(),
        json!([]).into(),
        mail.from.as_ref().and_then(|f| f.name.as_deref()).map(clean).into(),
        clean(&mail.sender()).into(),
        mailbox.address.clone().into(),
        records::person::fold_email(&mailbox.address).into(),
        clean(&mail.subject).into(),
        thread_key(&clean(&mail.subject)).into(),
        clean(&mail.text).into(),
        mail.html.as_deref().map(clean).into(),
        said.excerpt.as_deref().map(clean).into(),
        mail.message_id.as_deref().map(clean).into(),
        mail.in_reply_to.first().map(|id| clean(id)).into(),
        json!(mail.references.iter().map(|r| clean(r)).collect::<Vec<_>>()).into(),
        mail.thread_index_root.clone().into(),
        received.at.into(),
        ours.map(|m| m.id).into(),
        received.verdict.class.key().into(),
        received.verdict.rule.clone().into(),
        matched.into(),
        said.intent.clone().into(),
        json!(said.intents).into(),
        said.positive.into(),
        mail.date.map(|d| i64::from(d.offset().local_minus_utc())).into(),
        1_i64.into(),
        received.at.into(),
        received.now.into(),
    ]);
    sql.run(tx.conn()).await?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_within_the_second_of_our_mail_stands_after_it() {
        let second = |micros: i64| Timestamp(1_795_564_800_000_000 + micros);
        for (received, sent, at) in [
            (second(0), Some(second(400_000)), second(400_001)),
            (second(1_000_000), Some(second(400_000)), second(1_000_000)),
            (second(0), Some(second(30_000_000)), second(30_000_001)),
            (second(0), None, second(0)),
        ] {
            assert_eq!(after_ours(received, sent), at);
        }
    }
}
