//! A person answered: their sequences end, their colleagues rest, the deal's gate hears of it, and a member
//! of ours gets a task.

use http_room::Answer;
use kernel::{MessageId, PersonId, Timestamp};
use process::facts::Reply;
use records::task::NewTask;
use records::workspace::Workspace;
use store::{Actor, WriteTx};

use super::effects::later;
use super::receive::{Said, Whose};
use crate::conversation::{self, Arrived};
use crate::enrolment::{Happening, happen_to_person, pause_colleagues};
use crate::mailbox::MailboxRow;
use crate::recipient;

/// Business days for which colleagues of somebody who answered are left alone.
const COLLEAGUE_DAYS: u32 = 10;

/// An answer of a person that is known.
pub(super) struct Answered<'a> {
    pub mailbox: &'a MailboxRow,
    pub workspace: Option<&'a Workspace>,
    pub id: MessageId,
    pub person: PersonId,
    pub whose: Whose,
    pub said: &'a Said,
    pub at: Timestamp,
    pub now: Timestamp,
}

/// Stops their sequences, rests their colleagues', writes the fact the gate reads, gives the rep a task.
pub(super) async fn answered(tx: &mut WriteTx, answer: &Answered<'_>) -> Answer<()> {
    let (space, now) = (answer.mailbox.workspace_id, answer.now);
    let arrived = Arrived {
        id: answer.id,
        whose: Whose { person: Some(answer.person), ..answer.whose },
        class: "human",
        intent: answer.said.intent.as_deref(),
        at: answer.at,
    };
    conversation::arrived(tx, answer.mailbox, &arrived, now).await?;
    happen_to_person(tx, space, answer.person, &Happening::HumanReply, Actor::Outside, now).await?;
    if let Some(company) = answer.whose.company {
        let until = later(tx, answer.mailbox, Some(answer.person), now, COLLEAGUE_DAYS).await?;
        pause_colleagues(tx, space, company, answer.person, until, now).await?;
    }
    let intent = answer.said.intent.clone().unwrap_or_else(|| "other".to_owned());
    if let Some(deal) = answer.whose.deal {
        let reply = Reply {
            message: answer.id.0,
            person: Some(answer.person),
            intent: intent.clone(),
            at: answer.at,
        };
        process::fact_store::put_reply(tx, space, deal, reply, now).await?;
    }
    give_task(tx, answer, &intent).await
}

/// Whoever writes to us hears from us: the same day, or the next business day when nothing was asked.
async fn give_task(tx: &mut WriteTx, answer: &Answered<'_>, intent: &str) -> Answer<()> {
    if intent == "unsubscribe" {
        return Ok(());
    }
    let Some(workspace) = answer.workspace else { return Ok(()) };
    let who = recipient::find(tx, workspace.id, answer.person).await?;
    let name = who.map(|w| w.name).unwrap_or_default();
    let zone = workspace.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    let today = kernel::window::local_date(zone, answer.now);
    let calendar = kernel::BusinessCalendar::new(kernel::Country::from_code(&workspace.country));
    let urgent = matches!(intent, "meeting" | "interested" | "question" | "referral");
    let due = calendar.add(today, u32::from(!urgent)).date;
    let title = match workspace.locale() {
        kernel::Locale::Ko => format!("{name}님에게 답장하기"),
        kernel::Locale::En => format!("Answer {name}"),
    };
    let new = NewTask {
        title,
        kind: Some("reply".to_owned()),
        body: answer.said.excerpt.clone(),
        due_on: Some(due.to_string()),
        owner_id: Some(answer.mailbox.owner_id),
        deal_id: answer.whose.deal,
        person_id: Some(answer.person),
        origin: Some("reply"),
        origin_key: Some(answer.id.to_string()),
        ..NewTask::default()
    };
    records::task::create(tx, workspace.id, Actor::System, new, answer.now).await?;
    Ok(())
}
