//! What follows from a mail that came in, by its class, in the transaction that writes it down.

use http_room::Answer;
use kernel::{EmailAddress, MessageId, PersonId, Timestamp};
use mail::incoming::{Automatic, AutomaticKind, BounceKind, Bounced, Heard, intents_with};
use mail::{Class, Intent};
use records::events::{MAIL_BOUNCED, REPLY_RECEIVED};
use serde_json::{Value as Json, json};
use store::{Actor, NewEvent, Subject, WriteTx};

use super::answered::{Answered, answered};
use super::matching::Hit;
use super::receive::{Received, Said, Whose, insert};
use crate::basis::AD_KR;
use crate::conversation::{self, Arrived};
use crate::enrolment::{Happening, happen_to_person, stop_suppressed};
use crate::mailbox::MailboxRow;
use crate::mailbox::health::{self, About, Trouble};
use crate::meeting;
use crate::message::{self, MessageRow, MessageState, NewMessage};
use crate::recipient;
use crate::suppression::{Entry, Reason, Target, suppress};

/// Characters of an answer that its event carries.
const EXCERPT: usize = 2_000;

/// Acts on a mail. Answers the row it was written to, if any.
pub(super) async fn act(
    tx: &mut WriteTx,
    mailbox: &MailboxRow,
    received: &Received<'_>,
) -> Answer<Option<MessageId>> {
    match received.verdict.class.clone() {
        Class::Own | Class::Receipt | Class::Bulk => Ok(None),
        Class::Complaint(complaint) if !complaint.counts => Ok(None),
        Class::Complaint(complaint) => {
            note_trouble(tx, received, Some(Trouble::Complaint)).await?;
            let named = complaint.recipients.first().cloned();
            let address = named.or_else(|| received.ours.as_ref().map(|m| m.to_address.clone()));
            refuse(tx, mailbox, received, address, Reason::Complaint).await?;
            Ok(None)
        }
        Class::Bounce { recipients } => bounced(tx, mailbox, received, &recipients).await,
        Class::Unsubscribe { token } => {
            let by_token = token.and_then(|t| received.known.by_token(&t));
            let written_to = match by_token {
                Some(id) => message::find(tx, mailbox.workspace_id, id).await?,
                None => received.ours.clone(),
            };
            let address = written_to.map(|m| m.to_address).unwrap_or_else(|| received.mail.sender());
            refuse(tx, mailbox, received, Some(address), Reason::Unsubscribe).await?;
            keep(tx, mailbox, received, &Said::default()).await
        }
        Class::Calendar { method, answer } => {
            let accepted = method == "REPLY" && answer.as_deref() == Some("ACCEPTED");
            let uid = received.mail.report.calendar_uid.as_deref().filter(|_| method == "REPLY");
            if let Some((uid, answer)) = uid.zip(answer.as_deref()) {
                let said = meeting::answer::Said { uid, answer, sender: &received.mail.sender() };
                meeting::answer::hear(tx, mailbox.workspace_id, &said, received.now).await?;
            }
            if let Some(person) = whose(tx, mailbox, received).await?.person.filter(|_| accepted) {
                let stop = Happening::Stop("meeting".to_owned());
                happen_to_person(tx, mailbox.workspace_id, person, &stop, Actor::Outside, received.now)
                    .await?;
            }
            keep(tx, mailbox, received, &Said::default()).await
        }
        Class::Automatic(note) => automatic(tx, mailbox, received, &note).await,
        Class::Human { reply, intents } => human(tx, mailbox, received, &reply.text, &intents).await,
    }
}

/// The person, company and deal the mail belongs to.
pub(super) async fn whose(tx: &WriteTx, mailbox: &MailboxRow, received: &Received<'_>) -> Answer<Whose> {
    if let Some(ours) = &received.ours {
        return Ok(Whose { person: ours.person_id, company: ours.company_id, deal: ours.deal_id });
    }
    let Hit::Person(person) = received.hit else { return Ok(Whose::default()) };
    let who = recipient::find(tx, mailbox.workspace_id, person).await?;
    let deal = recipient::open_deal(tx, mailbox.workspace_id, person).await?;
    Ok(Whose { person: Some(person), company: who.and_then(|w| w.company_id), deal })
}

/// Writes down a mail that belongs to somebody, with its event. One that belongs to nobody is left out:
/// only what people write waits in the tray.
async fn keep(
    tx: &mut WriteTx,
    mailbox: &MailboxRow,
    received: &Received<'_>,
    said: &Said,
) -> Answer<Option<MessageId>> {
    let whose = whose(tx, mailbox, received).await?;
    if whose.person.is_none() {
        return Ok(None);
    }
    let id = insert(tx, mailbox, received, whose, said, MessageState::Received).await?;
    join(tx, mailbox, received, id, whose).await?;
    tell(tx, mailbox, received, id, whose, said, json!({})).await?;
    Ok(Some(id))
}

/// Puts mail that no person wrote into its conversation.
async fn join(
    tx: &WriteTx,
    mailbox: &MailboxRow,
    received: &Received<'_>,
    id: MessageId,
    whose: Whose,
) -> Answer<()> {
    let class = received.verdict.class.key();
    let mail = Arrived { id, whose, class, intent: None, at: received.at };
    Ok(conversation::arrived(tx, mailbox, &mail, received.now).await?)
}

/// `reply.received`, with what everybody else reads from it.
async fn tell(
    tx: &mut WriteTx,
    mailbox: &MailboxRow,
    received: &Received<'_>,
    id: MessageId,
    whose: Whose,
    said: &Said,
    more: Json,
) -> Answer<()> {
    let ours = received.ours.as_ref();
    let mut payload = json!({
        "message_id": id, "answers_message_id": ours.map(|m| m.id), "sequence_id": ours.and_then(|m| m.sequence_id),
        "step": ours.and_then(|m| m.step), "class": received.verdict.class.key(), "rule": received.verdict.rule,
        "intent": said.intent, "intents": said.intents, "positive": said.positive, "subject": received.mail.subject,
        "from": received.mail.sender(), "excerpt": said.excerpt, "rep_id": mailbox.owner_id,
    });
    if let (Some(all), Some(more)) = (payload.as_object_mut(), more.as_object()) {
        all.extend(more.clone());
    }
    let version = match whose.deal {
        Some(deal) => {
            recipient::deal(tx, mailbox.workspace_id, deal).await?.and_then(|d| d.process_version_id)
        }
        None => None,
    };
    let subject = Subject { company: whose.company, person: whose.person, deal: whose.deal, row: Some(id.0) };
    let event =
        NewEvent::now(mailbox.workspace_id, REPLY_RECEIVED, Actor::Outside, received.now).at(received.at);
    tx.record(event.about(subject).under(version).with(payload)).await?;
    Ok(())
}

/// Somebody does not want mail: suppressed, and everything that runs to them stopped.
async fn refuse(
    tx: &mut WriteTx,
    mailbox: &MailboxRow,
    received: &Received<'_>,
    address: Option<String>,
    reason: Reason,
) -> Answer<()> {
    let Some(address) = address.and_then(|a| EmailAddress::parse(&a).ok()) else { return Ok(()) };
    let entry = Entry {
        workspace: mailbox.workspace_id,
        actor: Actor::Outside,
        reason,
        note: Some(received.mail.subject.chars().take(200).collect()),
        message: received.ours.as_ref().map(|m| m.id),
        now: received.now,
    };
    let target = Target::Address(address);
    suppress(tx, &target, &entry).await?;
    stop_suppressed(tx, mailbox.workspace_id, &target, Actor::Outside, received.now).await?;
    if let Some(person) = received.ours.as_ref().and_then(|m| m.person_id) {
        let stop = Happening::Stop(reason.key().to_owned());
        happen_to_person(tx, mailbox.workspace_id, person, &stop, Actor::Outside, received.now).await?;
    }
    Ok(())
}

/// Each recipient by itself; one we did not write to changes nothing.
async fn bounced(
    tx: &mut WriteTx,
    mailbox: &MailboxRow,
    received: &Received<'_>,
    recipients: &[Bounced],
) -> Answer<Option<MessageId>> {
    let Some(ours) = &received.ours else { return Ok(None) };
    let key = records::person::fold_email(&ours.to_address);
    let fits = |b: &&Bounced| b.recipient.as_deref().is_none_or(|r| records::person::fold_email(r) == key);
    let Some(bounce) = recipients.iter().find(fits) else { return Ok(None) };
    let was_sent =
        matches!(MessageState::parse(&ours.state), Some(MessageState::Sent | MessageState::Uncertain));
    if !was_sent {
        return Ok(None);
    }
    message::set_state(tx, ours.id, MessageState::Bounced, Some(&bounce_word(bounce.kind)), received.now)
        .await?;
    let payload = json!({
        "message_id": ours.id, "sequence_id": ours.sequence_id, "bounce_kind": bounce.kind,
        "hard": bounce.kind == BounceKind::Hard, "to": ours.to_address, "text": bounce.text, "status": bounce.status,
    });
    let event =
        NewEvent::now(mailbox.workspace_id, MAIL_BOUNCED, Actor::Outside, received.now).at(received.at);
    tx.record(event.about(ours.subject_of_events()).with(payload)).await?;
    note_trouble(tx, received, Trouble::of_refusal(bounce.kind, bounce.status.as_deref())).await?;
    match bounce.kind {
        BounceKind::Hard => {
            if let Some(person) = ours.person_id {
                let failed = Happening::Unreachable("hard_bounce");
                happen_to_person(tx, mailbox.workspace_id, person, &failed, Actor::Outside, received.now)
                    .await?;
            }
            refuse(tx, mailbox, received, Some(ours.to_address.clone()), Reason::HardBounce).await?;
        }
        BounceKind::Soft => plan_again(tx, mailbox, ours, received.now).await?,
        BounceKind::Block | BounceKind::Other => {
            if let Some(person) = ours.person_id.filter(|_| ours.enrolment_id.is_some()) {
                let failed = Happening::Unreachable("bounce");
                happen_to_person(tx, mailbox.workspace_id, person, &failed, Actor::Outside, received.now)
                    .await?;
            }
        }
    }
    Ok(Some(ours.id))
}

/// Writes down what speaks against the mailbox the mail in question left from.
async fn note_trouble(tx: &mut WriteTx, received: &Received<'_>, trouble: Option<Trouble>) -> Answer<()> {
    let Some((ours, trouble)) = received.ours.as_ref().zip(trouble) else { return Ok(()) };
    let Some(mailbox) = ours.mailbox_id else { return Ok(()) };
    let sent_at = ours.sent_at.unwrap_or(received.now);
    let about = About { workspace: ours.workspace_id, mailbox, message: ours.id, sent_at };
    Ok(health::note(tx, &about, trouble, received.now).await?)
}

fn bounce_word(kind: BounceKind) -> String {
    let word = serde_json::to_value(kind).ok().and_then(|k| k.as_str().map(str::to_owned));
    format!("bounce_{}", word.unwrap_or_default())
}

/// A soft bounce: the same step once more after two business days, once.
async fn plan_again(tx: &mut WriteTx, mailbox: &MailboxRow, ours: &MessageRow, now: Timestamp) -> Answer<()> {
    let (Some(enrolment), Some(sequence), Some(step)) = (ours.enrolment_id, ours.sequence_id, ours.step)
    else {
        return Ok(());
    };
    if ours.replan > 0 {
        return Ok(());
    }
    let new = NewMessage {
        step: Some((enrolment, sequence, step)),
        replan: 1,
        person: ours.person_id,
        company: ours.company_id,
        deal: ours.deal_id,
        to_name: ours.to_name.clone().unwrap_or_default(),
        to_address: ours.to_address.clone(),
        subject: ours.subject.clone(),
        text: ours.text.clone(),
        after: ours.in_reply_to.clone().map(|id| (id, ours.thread())),
        due_at: Some(later(tx, mailbox, ours.person_id, now, 2).await?),
        // What the law wants of the mail it wants of the second try.
        label: ours.label.as_deref().filter(|label| *label == AD_KR).map(|_| AD_KR),
        source_told: ours.source_told.clone(),
        ..NewMessage::default()
    };
    message::write_out(tx, mailbox, new, now).await?;
    Ok(())
}

/// The start of the n-th business day from now where the person is.
pub(super) async fn later(
    tx: &WriteTx,
    mailbox: &MailboxRow,
    person: Option<PersonId>,
    now: Timestamp,
    days: u32,
) -> Answer<Timestamp> {
    let workspace = records::workspace::find(tx, mailbox.workspace_id).await?;
    let who = match person {
        Some(id) => recipient::find(tx, mailbox.workspace_id, id).await?,
        None => None,
    };
    match (workspace, who) {
        (Some(workspace), Some(who)) => {
            let (timing, _) = who.timing(tx, &workspace, crate::timing::Windows::default()).await?;
            Ok(timing.business_days_later(now, days))
        }
        _ => Ok(now.plus_days(i64::from(days))),
    }
}

/// An absence halts, a departure stops, a confirmation changes nothing. None of them is an answer.
async fn automatic(
    tx: &mut WriteTx,
    mailbox: &MailboxRow,
    received: &Received<'_>,
    note: &Automatic,
) -> Answer<Option<MessageId>> {
    let whose = whose(tx, mailbox, received).await?;
    let Some(person) = whose.person else { return Ok(None) };
    let happening = match note.kind {
        AutomaticKind::Ooo if note.long_leave => Some(Happening::Stop("long_leave".to_owned())),
        AutomaticKind::Ooo => {
            let until = match note.resume_on.and_then(|d| d.and_hms_opt(0, 0, 0)) {
                Some(day) => Timestamp::from_utc(day.and_utc()),
                None => later(tx, mailbox, Some(person), received.now, 5).await?,
            };
            Some(Happening::Absent(until))
        }
        AutomaticKind::Left => Some(Happening::Stop("left".to_owned())),
        AutomaticKind::Moved => Some(Happening::Stop("moved".to_owned())),
        AutomaticKind::Ack => None,
    };
    if let Some(happening) = happening {
        happen_to_person(tx, mailbox.workspace_id, person, &happening, Actor::Outside, received.now).await?;
    }
    let id = insert(tx, mailbox, received, whose, &Said::default(), MessageState::Received).await?;
    join(tx, mailbox, received, id, whose).await?;
    let more = json!({ "automatic": note.kind, "returns": note.returns, "contacts": note.contacts });
    tell(tx, mailbox, received, id, whose, &Said::default(), more).await?;
    Ok(Some(id))
}

/// A person wrote: automation ends, whatever they say.
async fn human(
    tx: &mut WriteTx,
    mailbox: &MailboxRow,
    received: &Received<'_>,
    text: &str,
    read: &[Heard],
) -> Answer<Option<MessageId>> {
    let lessons = message::correction::lessons(tx, mailbox.workspace_id).await?;
    let heard = if lessons.is_empty() { read.to_vec() } else { intents_with(text, &lessons) };
    let primary = heard.first().map_or(Intent::Other, |heard| heard.intent);
    let workspace = records::workspace::find(tx, mailbox.workspace_id).await?;
    let positive_intents = workspace.as_ref().map(|w| w.settings().positive_intents).unwrap_or_default();
    let said = Said {
        excerpt: Some(text.chars().take(EXCERPT).collect()),
        positive: positive_intents.iter().any(|positive| positive == primary.key()),
        intent: Some(primary.key().to_owned()),
        intents: heard,
    };
    let whose = whose(tx, mailbox, received).await?;
    let Some(person) = whose.person else {
        return Ok(Some(insert(tx, mailbox, received, whose, &said, MessageState::Unmatched).await?));
    };
    let id = insert(tx, mailbox, received, whose, &said, MessageState::Received).await?;
    tell(tx, mailbox, received, id, whose, &said, json!({})).await?;
    let answer = Answered {
        mailbox,
        workspace: workspace.as_ref(),
        id,
        person,
        whose,
        said: &said,
        at: received.at,
        now: received.now,
    };
    answered(tx, &answer).await?;
    if primary == Intent::Unsubscribe {
        refuse(tx, mailbox, received, Some(received.mail.sender()), Reason::Unsubscribe).await?;
    }
    if primary == Intent::Hostile {
        suppress_person(tx, mailbox, person, id, received.now).await?;
    }
    Ok(Some(id))
}

async fn suppress_person(
    tx: &mut WriteTx,
    mailbox: &MailboxRow,
    person: PersonId,
    message: MessageId,
    now: Timestamp,
) -> Answer<()> {
    let entry = Entry {
        workspace: mailbox.workspace_id,
        actor: Actor::Outside,
        reason: Reason::Hostile,
        note: None,
        message: Some(message),
        now,
    };
    suppress(tx, &Target::Person(person), &entry).await?;
    Ok(())
}
