//! What became of a notice's mail; and who tells what no mail could.

use http_room::Answer;
use kernel::{Locale, Timestamp};
use records::events;
use records::task::NewTask;
use serde_json::json;
use store::db::Source;
use store::{Actor, Event, NewEvent, Sql, Subject, WriteTx};
use uuid::Uuid;

use super::queries::{self, Stand, stand};
use super::rules::{NoticeKind, is_late};
use super::tell::LOOK_SECONDS;
use super::{CONSENT_UNTOLD, ConsentNotice, confirm, desk};
use crate::basis::consent;
use crate::message::{self, MessageRow, MessageState};
use crate::recipient;

/// Longest name in the title of a task.
const NAME: usize = 100;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Looks at the mails of these notices, which are on their way.
pub(super) async fn look(tx: &mut WriteTx, notices: Vec<ConsentNotice>, now: Timestamp) -> Answer<()> {
    for notice in notices {
        let mail = match notice.message_id {
            Some(id) => message::hold(tx, id).await?,
            None => None,
        };
        follow(tx, notice, mail, now).await?;
    }
    Ok(())
}

async fn follow(
    tx: &mut WriteTx,
    notice: ConsentNotice,
    mail: Option<MessageRow>,
    now: Timestamp,
) -> Answer<()> {
    let Some(mail) = mail else { return give_up(tx, &[notice], "gone", now).await };
    match MessageState::parse(&mail.state) {
        Some(MessageState::Sent) => told(tx, &notice, mail.sent_at.unwrap_or(now), now).await,
        // Its mailbox rests, and time runs out: somebody tells it otherwise.
        Some(state) if state.can_be_cancelled() && is_late(notice.tell_by, now) => {
            message::set_state(tx, mail.id, MessageState::Cancelled, Some("late"), now).await?;
            give_up(tx, &[notice], "late", now).await
        }
        Some(MessageState::Failed | MessageState::Bounced | MessageState::Cancelled) | None => {
            let why = mail.reason.as_deref().unwrap_or(&mail.state).to_owned();
            give_up(tx, &[notice], &why, now).await
        }
        // Queued, on its way, or nobody knows yet.
        Some(_) => {
            let again = Stand {
                state: "queued",
                why: None,
                due_at: now.plus_seconds(LOOK_SECONDS),
                message: notice.message_id,
                told_at: None,
            };
            Ok(stand(tx, &[notice], again).await?)
        }
    }
}

/// They were told; a consent of which they were reminded is confirmed by that, until they say otherwise.
async fn told(tx: &mut WriteTx, notice: &ConsentNotice, at: Timestamp, now: Timestamp) -> Answer<()> {
    let stands =
        Stand { state: "told", why: None, due_at: at, message: notice.message_id, told_at: Some(at) };
    stand(tx, std::slice::from_ref(notice), stands).await?;
    if notice.kind == NoticeKind::Confirm.key() {
        let by = (notice.workspace_id, Actor::System);
        consent::confirm(tx, by, notice.cause_id, at, now).await?;
    }
    Ok(())
}

/// No mail tells these notices of one person: a member is asked to.
pub(super) async fn give_up(
    tx: &mut WriteTx,
    notices: &[ConsentNotice],
    why: &str,
    now: Timestamp,
) -> Answer<()> {
    let untold =
        Stand { state: "untold", why: Some(why), due_at: now, message: first_mail(notices), told_at: None };
    stand(tx, notices, untold).await?;
    for notice in notices {
        give_task(tx, notice, why, now).await?;
    }
    Ok(())
}

fn first_mail(notices: &[ConsentNotice]) -> Option<kernel::MessageId> {
    notices.iter().find_map(|notice| notice.message_id)
}

async fn give_task(tx: &mut WriteTx, notice: &ConsentNotice, why: &str, now: Timestamp) -> Answer<()> {
    let (space, person) = (notice.workspace_id, notice.person_id);
    let Some(workspace) = records::workspace::find(tx, space).await? else { return Ok(()) };
    let Some(who) = recipient::find(tx, space, person).await? else { return Ok(()) };
    let zone = workspace.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    let day = |at| kernel::window::local_date(zone, at);
    let name: String = who.name.chars().take(NAME).collect();
    let (title, body) = match notice.kind == NoticeKind::Confirm.key() {
        true => asked_again(workspace.locale(), &name, day(notice.said_at)),
        false => asked(workspace.locale(), &name, day(notice.said_at)),
    };
    let new = NewTask {
        title,
        body: Some(body),
        due_on: Some(day(notice.tell_by).max(day(now)).to_string()),
        owner_id: desk::rep(tx, space, person).await?,
        person_id: Some(person),
        company_id: who.company_id,
        origin: Some("notice"),
        origin_key: Some(notice.id.to_string()),
        ..NewTask::default()
    };
    records::task::create(tx, space, Actor::System, new, now).await?;
    let subject = Subject { person: Some(person), row: Some(notice.cause_id), ..Subject::default() };
    let event = NewEvent::now(space, CONSENT_UNTOLD, Actor::System, now).about(subject);
    tx.record(event.with(json!({ "kind": notice.kind, "why": why }))).await?;
    Ok(())
}

fn asked(locale: Locale, name: &str, day: chrono::NaiveDate) -> (String, String) {
    match locale {
        Locale::En => (
            format!("Tell {name} what became of their consent"),
            format!(
                "No mail could tell them. Korea's Network Act, article 50 (7), wants them told within 14 days what became of \
                 what they said on {day}: by telephone, say. Done here means told."
            ),
        ),
        Locale::Ko => (
            format!("{name}님에게 수신동의 처리 결과 알리기"),
            format!(
                "메일로 알릴 수 없었습니다. 정보통신망법 제50조 제7항에 따라 {day}의 의사 표시에 대한 처리 결과를 14일 이내에 \
                 전화 등으로 알려야 합니다. 완료하면 알린 것으로 기록됩니다."
            ),
        ),
    }
}

fn asked_again(locale: Locale, name: &str, day: chrono::NaiveDate) -> (String, String) {
    match locale {
        Locale::En => (
            format!("Ask {name} whether their consent stays"),
            format!(
                "No mail could ask them. Korea's Network Act, article 50 (8), wants them reminded every two years of what they \
                 agreed to, here on {day}, and how to take it back: by telephone, say. Done here means confirmed."
            ),
        ),
        Locale::Ko => (
            format!("{name}님의 수신동의 유지 여부 확인하기"),
            format!(
                "메일로 확인할 수 없었습니다. 정보통신망법 제50조 제8항에 따라 {day}의 수신동의를 2년마다 전화 등으로 확인해야 \
                 합니다. 완료하면 확인한 것으로 기록됩니다."
            ),
        ),
    }
}

/// A mail that told came back after all; or a member did what they were asked.
pub(super) async fn react(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    match event.kind.as_str() {
        events::MAIL_BOUNCED => came_back(event, tx).await,
        _ => told_by_hand(event, tx).await,
    }
}

async fn came_back(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    // What bounced for now may yet be delivered.
    let (Some(mail), true) = (event.subject_id, event.payload["bounce_kind"] != "soft") else {
        return Ok(());
    };
    let mut notices = queries::hold_of_mail(tx, event.workspace_id, mail).await?;
    notices.retain(|notice| notice.state == "told");
    for notice in &notices {
        confirm::take_back(tx, notice).await?;
    }
    if !notices.is_empty() {
        give_up(tx, &notices, "bounced", event.recorded_at).await?;
    }
    Ok(())
}

async fn told_by_hand(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let Some(task) = event.subject_id else { return Ok(()) };
    let text = "SELECT origin_key FROM task WHERE id = ? AND workspace_id = ? AND origin = 'notice' AND state = 'done'";
    let values = [task.into(), event.workspace_id.into()];
    let key: Option<Option<String>> = Sql::with(tx.engine(), text, values).scalar(tx.conn()).await?;
    let Some(id) = key.flatten().and_then(|key| key.parse::<Uuid>().ok()) else { return Ok(()) };
    for notice in queries::hold_untold(tx, event.workspace_id, id).await? {
        told(tx, &notice, event.at, event.recorded_at).await?;
    }
    Ok(())
}
