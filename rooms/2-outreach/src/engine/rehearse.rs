//! Sample prospects: some of the mails in the sandbox are answered, as people answer, through the same
//! inbox as real mail. The same mail always gets the same answer, and never a second one.

use http_room::{Answer, App};
use kernel::window::stable_hash;
use kernel::{Locale, Timestamp};
use mail::{Draft, Mailbox as Correspondent, compose};
use store::Sql;
use store::db::Source;

use crate::inbox::{Arrival, receive};
use crate::mailbox::{self, MailboxRow};
use crate::message::{COLUMNS, MessageRow};
use crate::recipient;

/// Of a hundred mails, how many are answered.
const ANSWERED: u64 = 35;
/// Fewest seconds until an answer; up to four times as many.
const SOONEST_SECONDS: i64 = 120;
/// Mails looked at per run.
const BATCH: i64 = 50;

const ENGLISH: [&str; 8] = [
    "Hi, sounds good. Could you send me more about how it works?",
    "Thanks for reaching out. Are you free for a call on Thursday afternoon?",
    "How much does it cost for a team of about twenty people?",
    "This is not a priority right now. Please circle back next quarter.",
    "We already use another tool for this and the contract runs until next year.",
    "I am not the right person for this. I don't handle sales tools here.",
    "Please reach out to our head of sales, she looks after this.",
    "No thanks, we are not interested.",
];

const KOREAN: [&str; 8] = [
    "안녕하세요. 관심 있습니다. 자료 보내 주실 수 있나요?",
    "연락 감사합니다. 목요일 오후에 통화 가능하신가요?",
    "스무 명 정도 쓰면 비용이 얼마인가요?",
    "지금은 어렵습니다. 다음 분기에 다시 연락 주세요.",
    "이미 사용 중인 서비스가 있고 계약이 내년까지입니다.",
    "제 담당이 아니어서 답변드리기 어렵습니다.",
    "영업팀장님께 연락 주시면 됩니다. 메일은 전달해 두겠습니다.",
    "죄송하지만 저희는 필요 없습니다.",
];

/// Answers sandbox mails whose time has come. Answers how many mails it decided about.
///
/// # Errors
/// Whatever the database says.
pub async fn answer_next(app: &App) -> Answer<usize> {
    let now = app.clock.now();
    let mut sql = Sql::new(app.db.engine(), "SELECT ");
    sql.push(COLUMNS).push(
        " FROM message WHERE origin <> 'reply' AND origin <> 'meeting' AND state = 'sent' AND rehearsed_at IS NULL AND sent_at <= ",
    );
    sql.bind(now.plus_seconds(-SOONEST_SECONDS));
    sql.push(" AND mailbox_id IN (SELECT id FROM mailbox WHERE kind = 'sandbox' AND deleted_at IS NULL)");
    sql.push(" ORDER BY sent_at LIMIT ").bind(BATCH);
    let rows: Vec<MessageRow> = sql.all(app.db.read()).await?;
    let mut done = 0;
    for row in rows {
        done += usize::from(answer_one(app, &row, now).await?);
    }
    Ok(done)
}

fn hash_of(row: &MessageRow) -> u64 {
    stable_hash(row.id.0.as_bytes())
}

/// Decides about one mail when its time has come; false while it has not.
async fn answer_one(app: &App, row: &MessageRow, now: Timestamp) -> Answer<bool> {
    let hash = hash_of(row);
    let wait = SOONEST_SECONDS + i64::try_from((hash >> 32) % (3 * SOONEST_SECONDS as u64)).unwrap_or(0);
    if row.sent_at.is_some_and(|at| at.plus_seconds(wait) > now) {
        return Ok(false);
    }
    let mailbox = match row.mailbox_id {
        Some(id) => mailbox::find(&app.db, row.workspace_id, id).await?,
        None => None,
    };
    if let Some(mailbox) = mailbox.filter(|_| hash % 100 < ANSWERED) {
        let locale = match row.person_id {
            Some(id) => recipient::find(&app.db, row.workspace_id, id).await?.and_then(|w| w.locale),
            None => None,
        };
        let locale = locale.as_deref().and_then(Locale::parse).unwrap_or_default();
        write_back(app, row, &mailbox, locale, now).await?;
    }
    let tx = app.db.write_tx().await?;
    let text = "UPDATE message SET rehearsed_at = ? WHERE id = ? AND rehearsed_at IS NULL";
    let written = Sql::with(tx.engine(), text, [now.into(), row.id.into()]).run(tx.conn()).await?;
    tx.commit().await?;
    Ok(written > 0)
}

/// The answer as a mail of its own. Its Message-ID follows from the mail it answers, so that after a crash
/// the inbox knows it again.
async fn write_back(
    app: &App,
    row: &MessageRow,
    mailbox: &MailboxRow,
    locale: Locale,
    now: Timestamp,
) -> Answer<()> {
    let texts = if locale == Locale::Ko { &KOREAN } else { &ENGLISH };
    let choice = usize::try_from((hash_of(row) >> 16) % texts.len() as u64).unwrap_or(0);
    let prospect = Correspondent::named(row.to_name.clone().unwrap_or_default(), row.to_address.clone());
    let id = format!("answer.{}@sandbox.invalid", row.id.0.simple());
    let subject = crate::letter::answer_subject(&row.subject);
    let text = format!("{}\n\n> {}", texts[choice], row.text.lines().next().unwrap_or_default());
    let mut draft = Draft::new(prospect, mailbox.sender(), &subject, &text, &id, now.to_utc());
    draft.in_reply_to.clone_from(&row.mime_id);
    draft.references = row.thread().into_iter().chain(row.mime_id.clone()).collect();
    let Ok(composed) = compose(&draft, None) else {
        tracing::warn!(message = %row.id, "a sample answer could not be written");
        return Ok(());
    };
    let tx = app.db.write_tx().await?;
    let next = "UPDATE mailbox SET last_uid = last_uid + 1 WHERE id = ? RETURNING last_uid";
    let uid: Option<i64> = Sql::with(tx.engine(), next, [mailbox.id.into()]).scalar(tx.conn()).await?;
    tx.commit().await?;
    let arrival = Arrival { folder: "sandbox", uid_validity: 1, uid: uid.unwrap_or(0), at: now };
    receive(app, mailbox, &arrival, &composed.bytes).await?;
    Ok(())
}
