//! The code that shows that a signer reads the mail of their address.
//!
//! It stands sealed in the database: members see that a code was sent, not which. Of a link one code is open at a time.
//! What is *not* here: how a mail to a signer leaves (`post`).

use http_room::{Answer, App};
use kernel::{Locale, Timestamp};
use outreach::recipient::Recipient;
use outreach::sealed;
use process::deal_row::DealRow;
use rand::RngExt;
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};
use store::db::Source;
use store::{Result, Sql, WriteTx};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::letters;
use super::post::Way;
use crate::link::Link;

/// Seconds for which a code holds.
pub const HOLDS_SECONDS: i64 = 15 * 60;
/// Wrong codes after which a new one is needed.
pub const WRONG: i64 = 5;
/// Wrong codes of a link in all, after which a member has to make a new one.
pub const WRONG_IN_ALL: i64 = 20;
/// Codes of a link within an hour.
pub const AN_HOUR: i64 = 5;

/// What came of asking for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It is on its way.
    Yes,
    /// There were too many.
    TooMany,
    /// There is no mailbox to send it from, no address to send it to, or they must not be written to.
    NoWay,
    /// Wrong codes were tried too often: the link has to be made anew.
    Locked,
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
    if wrong_in_all(tx, link).await? >= WRONG_IN_ALL {
        return Ok(Sent::Locked);
    }
    let code = format!("{:06}", rand::rng().random_range(0..1_000_000_u32));
    let Some(way) = Way::to(tx, link.workspace_id, who).await? else { return Ok(Sent::NoWay) };
    // Sealed, but in a mailbox for trying things out: its mail goes nowhere and is read where it is kept.
    let words = match way.from.is_sandbox() {
        true => code.clone(),
        false => sealed::seal(&app.secrets, (way.from.id, way.address.as_str()), &code),
    };
    if way.write(tx, deal, who, letters::code(locale, title, &words), now).await?.is_none() {
        return Ok(Sent::NoWay);
    }
    // The clock may have been put back: what was open is over, whenever it was made.
    let text = "UPDATE offer_code SET used_at = ? WHERE used_at IS NULL AND link_id = ? AND workspace_id = ?";
    let values = [now.into(), link.id.into(), link.workspace_id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
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

async fn wrong_in_all(tx: &WriteTx, link: &Link) -> Result<i64> {
    let text = "SELECT CAST(COALESCE(SUM(wrong), 0) AS BIGINT) FROM offer_code WHERE link_id = ? AND workspace_id = ?";
    let values = [link.id.into(), link.workspace_id.into()];
    Ok(Sql::with(tx.engine(), text, values).scalar(tx.conn()).await?.unwrap_or(0))
}

/// Forgets the codes of a link and how often they were wrong.
///
/// # Errors
/// Whatever the database says.
pub async fn forget(tx: &WriteTx, link: &Link) -> Result<()> {
    let text = "DELETE FROM offer_code WHERE link_id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [link.id.into(), link.workspace_id.into()]).run(tx.conn()).await?;
    Ok(())
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
    let fresh = (0..=HOLDS_SECONDS).contains(&now.seconds_since(kept.created_at)) && kept.wrong < WRONG;
    let code: String = code.chars().filter(char::is_ascii_digit).take(12).collect();
    let right = fresh && bool::from(hash(link.id, &code).as_bytes().ct_eq(kept.code_hash.as_bytes()));
    let text = match right {
        true => "UPDATE offer_code SET used_at = ? WHERE id = ?",
        false => "UPDATE offer_code SET wrong = wrong + 1 WHERE ? > 0 AND id = ?",
    };
    Sql::with(tx.engine(), text, [now.into(), kept.id.into()]).run(tx.conn()).await?;
    Ok(right)
}
