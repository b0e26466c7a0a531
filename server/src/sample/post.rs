//! The mails of the year: as rows beside the sandbox mailbox, and as events the rates read.

use super::steps::{Act, Step};
use super::story::Told;
use super::texts::{self, say};
use super::{Place, passage};
use http_room::{App, Problem};
use kernel::{DealId, EnrolmentId, MailboxId, PersonId, ProcessVersionId, SequenceId};
use process::fact_store;
use process::facts::Reply;
use records::events;
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Actor, NewEvent, Result, Sql, Subject, WriteTx};
use uuid::Uuid;

/// Answers taken for interest.
const POSITIVE: [&str; 4] = ["referral", "meeting", "interested", "question"];

/// From where mails went.
#[derive(Debug, Default)]
pub(super) struct Post {
    /// The sandbox mailbox.
    pub mailbox: Option<MailboxId>,
    /// The sequence they belong to.
    pub sequence: Option<SequenceId>,
}

#[derive(FromQueryResult)]
struct Correspondents {
    person: String,
    theirs: Option<String>,
    sender: String,
    ours: String,
}

/// A row of the message table.
struct Letter<'a> {
    id: Uuid,
    incoming: bool,
    person: Uuid,
    subject: String,
    text: &'a str,
    step: Option<i64>,
    answers: Option<Uuid>,
    intent: Option<&'a str>,
    enrolment: Option<EnrolmentId>,
}

impl Post {
    /// Takes a step that is a mail, a bounce or an answer.
    pub async fn take(&self, app: &App, place: &Place, deal: &Told, step: &Step) -> Result<(), Problem> {
        let mut tx = app.db.write_tx().await?;
        let (kind, person, row, payload) = match &step.act {
            Act::Mail { person, message, number, subject } => {
                let text = say(texts::MAIL_BODIES[*number], place.locale);
                let at = i64::try_from(*number + 1).ok();
                let (id, subject) = (*message, subject.clone());
                let enrolment = passage::mailed(&tx, place, self, deal, (*person, *number), step.at).await?;
                let payload = json!({
                    "message_id": id, "sequence_id": self.sequence, "step": at, "subject": subject,
                });
                let letter = Letter {
                    id,
                    incoming: false,
                    person: *person,
                    subject,
                    text,
                    step: at,
                    answers: None,
                    intent: None,
                    enrolment,
                };
                self.keep(&tx, place, deal, step, &letter).await?;
                (events::MAIL_SENT, *person, *message, payload)
            }
            Act::Bounce { person, message } => {
                let text =
                    "UPDATE message SET state = 'bounced', reason = 'hard', updated_at = ? WHERE id = ?";
                Sql::with(tx.engine(), text, [step.at.into(), (*message).into()]).run(tx.conn()).await?;
                passage::leave(&tx, deal, *person, ("failed", Some("hard_bounce")), step.at).await?;
                let payload = json!({ "message_id": message, "bounce_kind": "hard", "hard": true });
                (events::MAIL_BOUNCED, *person, *message, payload)
            }
            Act::Reply { person, message, answers, intent, text } => {
                let subject = subject_of(&tx, *answers).await?;
                let (id, answers) = (*message, Some(*answers));
                let letter = Letter {
                    id,
                    incoming: true,
                    person: *person,
                    subject,
                    text,
                    step: None,
                    answers,
                    intent: Some(intent),
                    enrolment: None,
                };
                passage::leave(&tx, deal, *person, ("replied", None), step.at).await?;
                self.keep(&tx, place, deal, step, &letter).await?;
                (
                    events::REPLY_RECEIVED,
                    *person,
                    *message,
                    self.heard(&tx, place, deal, step, &letter).await?,
                )
            }
            _ => return Ok(()),
        };
        let actor =
            if kind == events::MAIL_SENT { Actor::User(place.members[step.who]) } else { Actor::Outside };
        let version: Option<ProcessVersionId> =
            records::activity::version_of(&tx, Some(DealId(deal.id))).await?;
        let subject = Subject {
            company: deal.company(),
            person: Some(PersonId(person)),
            deal: Some(DealId(deal.id)),
            row: Some(row),
        };
        let event = NewEvent::now(place.workspace, kind, actor, step.at);
        tx.record(event.about(subject).under(version).with(payload)).await?;
        Ok(tx.commit().await?)
    }

    /// An answer is a fact of its deal.
    async fn heard(
        &self,
        tx: &WriteTx,
        place: &Place,
        deal: &Told,
        step: &Step,
        letter: &Letter<'_>,
    ) -> Result<Json> {
        let intent = letter.intent.unwrap_or("other");
        let reply = Reply {
            message: letter.id,
            person: Some(PersonId(letter.person)),
            intent: intent.to_owned(),
            at: step.at,
        };
        fact_store::put_reply(tx, place.workspace, DealId(deal.id), reply, step.at).await?;
        Ok(json!({
            "class": "human", "intent": intent, "positive": POSITIVE.contains(&intent), "message_id": letter.id,
            "answers_message_id": letter.answers, "sequence_id": self.sequence, "excerpt": letter.text,
        }))
    }

    /// Writes a mail down as one that was sent or came in long ago: nothing is sent or answered anew.
    async fn keep(
        &self,
        tx: &WriteTx,
        place: &Place,
        deal: &Told,
        step: &Step,
        letter: &Letter<'_>,
    ) -> Result<()> {
        let text = "SELECT p.name AS person, p.email AS theirs, b.from_name AS sender, b.address AS ours \
                    FROM person p, mailbox b WHERE p.id = ? AND p.workspace_id = ? AND b.id = ?";
        let values = [letter.person.into(), place.workspace.into(), self.mailbox.into()];
        let found: Option<Correspondents> = Sql::with(tx.engine(), text, values).one(tx.conn()).await?;
        let Some(Correspondents { person, theirs: Some(theirs), sender, ours }) = found else {
            return Ok(());
        };
        let us = (sender, ours);
        let them = (person, theirs);
        let (from, to) = if letter.incoming { (&them, &us) } else { (&us, &them) };
        let mut sql = Sql::new(
            tx.engine(),
            "INSERT INTO message (id, workspace_id, direction, origin, enrolment_id, sequence_id, step, mailbox_id, person_id, \
             company_id, deal_id, state, missing, from_name, from_address, to_name, to_address, to_key, subject, \
             thread_subject, text, excerpt, mime_id, thread_ids, sent_at, answers_id, class, matched_by, intent, intents, \
             positive, rehearsed_at, revision, created_at, updated_at) VALUES ",
        );
        let word = |out: &'static str, incoming: &'static str| if letter.incoming { incoming } else { out };
        let said = letter.incoming.then_some(letter.text);
        sql.bind_list([
            letter.id.into(),
            place.workspace.into(),
            word("out", "in").into(),
            word(if letter.enrolment.is_some() { "sequence" } else { "hand" }, "reply").into(),
            letter.enrolment.into(),
            self.sequence.into(),
            letter.step.into(),
            self.mailbox.into(),
            letter.person.into(),
            deal.company().into(),
            DealId(deal.id).into(),
            word("sent", "received").into(),
            json!([]).into(),
            from.0.clone().into(),
            from.1.clone().into(),
            to.0.clone().into(),
            to.1.clone().into(),
            to.1.to_lowercase().into(),
            letter.subject.clone().into(),
            outreach::message::thread_key(&letter.subject).into(),
            letter.text.into(),
            said.map(str::to_owned).into(),
            format!("{}@sandbox.invalid", letter.id.simple()).into(),
            json!([]).into(),
            step.at.into(),
            letter.answers.into(),
            letter.incoming.then_some("human").map(str::to_owned).into(),
            letter.incoming.then_some("reference").map(str::to_owned).into(),
            letter.intent.map(str::to_owned).into(),
            json!(
                letter
                    .intent
                    .into_iter()
                    .map(|i| json!({ "intent": i, "confidence": null }))
                    .collect::<Vec<_>>()
            )
            .into(),
            letter.intent.is_some_and(|i| POSITIVE.contains(&i)).into(),
            step.at.into(),
            1_i64.into(),
            step.at.into(),
            step.at.into(),
        ]);
        sql.push(" ON CONFLICT DO NOTHING");
        sql.run(tx.conn()).await?;
        Ok(())
    }
}

/// The subject of an answer to this mail.
async fn subject_of(tx: &WriteTx, answered: Uuid) -> Result<String> {
    let text = "SELECT subject FROM message WHERE id = ?";
    let subject: Option<String> = Sql::with(tx.engine(), text, [answered.into()]).scalar(tx.conn()).await?;
    Ok(subject.map(|s| format!("Re: {s}")).unwrap_or_default())
}
