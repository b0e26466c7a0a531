//! The code that shows that a signer reads the mail of their address.

use http_room::{Answer, App};
use kernel::{Locale, MailboxId, Timestamp, UserId, WorkspaceId};
use outreach::mailbox::{self, MailboxRow};
use outreach::message::{NewMessage, write_out};
use outreach::recipient::Recipient;
use process::deal_row::DealRow;
use rand::RngExt;
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};
use store::db::Source;
use store::{Result, Sql, WriteTx};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::link::Link;

/// Seconds for which a code holds.
pub const HOLDS_SECONDS: i64 = 15 * 60;
/// Wrong codes after which a new one is needed.
pub const WRONG: i64 = 5;
/// Codes of a link within an hour.
pub const AN_HOUR: i64 = 5;

/// What came of asking for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It is on its way.
    Yes,
    /// There were too many.
    TooMany,
    /// There is no mailbox to send it from, or no address to send it to.
    NoWay,
}

#[derive(FromQueryResult)]
struct Kept {
    id: Uuid,
    code_hash: String,
    wrong: i64,
    created_at: Timestamp,
}

fn hash(link: Uuid, code: &str) -> String {
    hex::encode(Sha256::digest(format!("{link} {code}")))
}

/// The mailbox offers are written from: the owner's of the deal, else the workspace's oldest.
///
/// # Errors
/// Whatever the database says.
pub async fn mailbox_for(
    db: &impl Source,
    workspace: WorkspaceId,
    owner: Option<UserId>,
) -> Result<Option<MailboxRow>> {
    let mut sql = Sql::new(
        db.engine(),
        "SELECT id FROM mailbox WHERE deleted_at IS NULL AND state = 'active' AND workspace_id = ",
    );
    sql.bind(workspace).push(" ORDER BY CASE WHEN owner_id = ").bind(owner.map(|o| o.0));
    sql.push(" THEN 0 ELSE 1 END, created_at, id LIMIT 1");
    match sql.scalar::<Uuid>(db.conn()).await? {
        Some(id) => mailbox::find(db, workspace, MailboxId(id)).await,
        None => Ok(None),
    }
}

/// Writes a mail to somebody about a deal, to leave at once.
///
/// # Errors
/// Whatever the database says.
pub async fn write_to(
    tx: &WriteTx,
    (workspace, deal): (WorkspaceId, &DealRow),
    who: &Recipient,
    (subject, text): (String, String),
    now: Timestamp,
) -> Result<Option<kernel::MessageId>> {
    let Some(from) = mailbox_for(tx, workspace, deal.owner_id).await? else { return Ok(None) };
    let Some(address) = who.address() else { return Ok(None) };
    let new = NewMessage {
        person: Some(who.id),
        company: who.company_id,
        deal: Some(deal.id),
        to_name: who.name.clone(),
        to_address: address.as_str().to_owned(),
        subject,
        text,
        due_at: Some(now),
        ..NewMessage::default()
    };
    write_out(tx, &from, new, now).await
}

/// Sends a code to the address of the link's person, and to no other.
///
/// # Errors
/// Whatever the database says.
pub async fn send(
    app: &App,
    tx: &WriteTx,
    link: &Link,
    deal: &DealRow,
    who: &Recipient,
    (locale, title): (Locale, &str),
) -> Answer<Sent> {
    let now = app.clock.now();
    let text = "SELECT COUNT(*) FROM offer_code WHERE link_id = ? AND created_at > ?";
    let since = now.plus_seconds(-3_600);
    let sent: Option<i64> =
        Sql::with(tx.engine(), text, [link.id.into(), since.into()]).scalar(tx.conn()).await?;
    if sent.unwrap_or(0) >= AN_HOUR {
        return Ok(Sent::TooMany);
    }
    let code = format!("{:06}", rand::rng().random_range(0..1_000_000_u32));
    if write_to(tx, (link.workspace_id, deal), who, letter(locale, title, &code), now).await?.is_none() {
        return Ok(Sent::NoWay);
    }
    let text = "INSERT INTO offer_code (id, workspace_id, link_id, code_hash, wrong, created_at) VALUES (?, ?, ?, ?, 0, ?)";
    let values = [
        Uuid::now_v7().into(),
        link.workspace_id.into(),
        link.id.into(),
        hash(link.id, &code).into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(Sent::Yes)
}

fn letter(locale: Locale, title: &str, code: &str) -> (String, String) {
    match locale {
        Locale::En => (
            format!("{code} is your code to accept \"{title}\""),
            format!(
                "Your code is {code}. It holds for 15 minutes. Enter it on the page of the offer to accept it.\n\n\
                 If you did not ask for it, you need not do anything; please do not pass it on."
            ),
        ),
        Locale::Ko => (
            format!("'{title}' 수락을 위한 인증 코드: {code}"),
            format!(
                "인증 코드는 {code}입니다. 15분 동안 유효하며, 제안서 페이지에 입력하시면 수락이 완료됩니다.\n\n\
                 요청하신 적이 없다면 아무것도 하지 않으셔도 됩니다. 코드를 다른 분께 전달하지 마세요."
            ),
        ),
    }
}

/// Whether this is the newest code, unused, fresh, and not after too many wrong ones. A right one is used up; a wrong one
/// is counted.
///
/// # Errors
/// Whatever the database says.
pub async fn check(tx: &WriteTx, link: &Link, code: &str, now: Timestamp) -> Result<bool> {
    let mut sql = Sql::new(
        tx.engine(),
        "SELECT id, code_hash, wrong, created_at FROM offer_code WHERE used_at IS NULL AND ",
    );
    sql.push_with("link_id = ? AND workspace_id = ?", [link.id.into(), link.workspace_id.into()]);
    sql.push(" ORDER BY created_at DESC, id DESC LIMIT 1");
    let Some(kept) = sql.one::<Kept>(tx.conn()).await? else { return Ok(false) };
    let fresh = now.seconds_since(kept.created_at) <= HOLDS_SECONDS && kept.wrong < WRONG;
    let code: String = code.chars().filter(char::is_ascii_digit).take(12).collect();
    let right = fresh && bool::from(hash(link.id, &code).as_bytes().ct_eq(kept.code_hash.as_bytes()));
    let text = match right {
        true => "UPDATE offer_code SET used_at = ? WHERE id = ?",
        false => "UPDATE offer_code SET wrong = wrong + 1 WHERE ? > 0 AND id = ?",
    };
    Sql::with(tx.engine(), text, [now.into(), kept.id.into()]).run(tx.conn()).await?;
    Ok(right)
}
