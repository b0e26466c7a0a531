//! How a mailbox stands with those it writes to: hard bounces, complaints and blocks; when it has to stop. The rules
//! are pure; what they count is kept as `mailbox_trouble`.

use kernel::{MailboxId, MessageId, Timestamp, WorkspaceId};
use mail::incoming::BounceKind;
use serde::Serialize;
use serde_json::json;
use store::db::Source;
use store::{Actor, NewEvent, Result, Sql, Subject, WriteTx};
use uuid::Uuid;

/// A mailbox was stopped because of what came back. Payload: `address`, `reason`.
pub const MAILBOX_HALTED: &str = "mailbox.halted";

/// Mails looked at for hard bounces, and the fewest that say something.
const RECENT: i64 = 100;
const RECENT_LEAST: i64 = 20;
/// Hard bounces among them from which it stops.
const BOUNCES: f64 = 0.05;
/// Days over which complaints are counted, the fewest mails that say something, and the share from which it stops.
pub const COMPLAINT_DAYS: i64 = 30;
const COMPLAINTS_LEAST: i64 = 300;
const COMPLAINTS: f64 = 0.003;
/// Blocks within an hour from which it stops.
const BLOCKS: i64 = 3;
const HOUR: i64 = 3600;

/// What came of the mails of some time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Rates {
    /// Mails that left.
    pub sent: i64,
    /// Addresses among them that do not exist.
    pub hard: i64,
    /// Recipients who called one spam.
    pub complaints: i64,
    /// Refusals because of us, not of the recipient.
    pub blocks: i64,
}

impl Rates {
    /// Whether a count is at least this share of what was sent.
    #[must_use]
    pub fn reaches(&self, count: i64, share: f64) -> bool {
        // Counts of mails are far below 2^52.
        #[allow(clippy::cast_precision_loss)]
        let (count, sent) = (count as f64, self.sent as f64);
        count > 0.0 && count >= share * sent
    }
}

/// What speaks against a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// An address does not exist.
    Hard,
    /// Somebody called it spam.
    Complaint,
    /// A server refused us.
    Block,
}

impl Trouble {
    fn key(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Complaint => "complaint",
            Self::Block => "block",
        }
    }

    /// What a refusal says about the mailbox. Servers that take mail from some senders only (5.7.124, 5.7.133 to 136)
    /// say nothing about it.
    #[must_use]
    pub fn of_refusal(kind: BounceKind, status: Option<&str>) -> Option<Self> {
        match kind {
            BounceKind::Hard => Some(Self::Hard),
            BounceKind::Block => {
                let closed = ["5.7.124", "5.7.133", "5.7.134", "5.7.135", "5.7.136"];
                (!status.is_some_and(|status| closed.contains(&status))).then_some(Self::Block)
            }
            BounceKind::Soft | BounceKind::Other => None,
        }
    }
}

/// Why a mailbox has to stop, if it has: the last hundred mails, the last thirty days, the last hour.
#[must_use]
pub fn halt(recent: &Rates, month: &Rates, blocks_in_hour: i64) -> Option<&'static str> {
    if recent.sent >= RECENT_LEAST && recent.reaches(recent.hard, BOUNCES) {
        return Some("health_bounces");
    }
    if month.sent >= COMPLAINTS_LEAST && month.reaches(month.complaints, COMPLAINTS) {
        return Some("health_complaints");
    }
    (blocks_in_hour >= BLOCKS).then_some("health_blocks")
}

/// The last hundred of mails that left or bounced, given when each did.
#[must_use]
pub fn last_hundred(fine: &[Timestamp], hard: &[Timestamp]) -> Rates {
    let mut all: Vec<(Timestamp, bool)> = fine.iter().map(|at| (*at, false)).collect();
    all.extend(hard.iter().map(|at| (*at, true)));
    all.sort_unstable_by(|a, b| b.cmp(a));
    all.truncate(usize::try_from(RECENT).unwrap_or(usize::MAX));
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let hard = all.iter().filter(|(_, hard)| *hard).count();
    Rates { sent: count(all.len()), hard: count(hard), ..Rates::default() }
}

/// A mail about which there was trouble.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// Whose.
    pub workspace: WorkspaceId,
    /// From which mailbox.
    pub mailbox: MailboxId,
    /// Which.
    pub message: MessageId,
    /// When it left, or was to.
    pub sent_at: Timestamp,
}

/// Writes trouble down and stops the mailbox if it is too much. The same trouble counts once, but each block.
///
/// # Errors
/// Whatever the database says.
pub async fn note(tx: &mut WriteTx, about: &About, trouble: Trouble, now: Timestamp) -> Result<()> {
    let text = "INSERT INTO mailbox_trouble (id, workspace_id, mailbox_id, message_id, kind, sent_at, at) \
                VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    let values = [
        Uuid::now_v7().into(),
        about.workspace.into(),
        about.mailbox.into(),
        about.message.0.into(),
        trouble.key().into(),
        about.sent_at.into(),
        now.into(),
    ];
    if Sql::with(tx.engine(), text, values).run(tx.conn()).await? == 0 {
        return Ok(());
    }
    let recent = recent(tx, about.mailbox).await?;
    let month = rates(tx, about.mailbox, now.plus_days(-COMPLAINT_DAYS)).await?;
    let hour = rates(tx, about.mailbox, now.plus_seconds(-HOUR)).await?;
    if let Some(reason) = halt(&recent, &month, hour.blocks) {
        stop(tx, about, reason, now).await?;
    }
    Ok(())
}

async fn stop(tx: &mut WriteTx, about: &About, reason: &'static str, now: Timestamp) -> Result<()> {
    let text = "UPDATE mailbox SET state = 'paused', state_reason = ?, revision = revision + 1, updated_at = ? \
                WHERE id = ? AND workspace_id = ? AND state <> 'paused' AND kind = 'real'";
    let values = [reason.into(), now.into(), about.mailbox.into(), about.workspace.into()];
    if Sql::with(tx.engine(), text, values).run(tx.conn()).await? == 0 {
        return Ok(());
    }
    let subject = Subject { row: Some(about.mailbox.0), ..Subject::default() };
    let event = NewEvent::now(about.workspace, MAILBOX_HALTED, Actor::System, now).about(subject);
    tx.record(event.with(json!({ "reason": reason }))).await?;
    Ok(())
}

/// The last hundred mails of a mailbox.
async fn recent(db: &impl Source, mailbox: MailboxId) -> Result<Rates> {
    let read = |text: &str| {
        let sql = Sql::with(db.engine(), text, [mailbox.into(), RECENT.into()]);
        async move {
            let rows = sql.rows(db.conn()).await?;
            rows.iter().map(|row| Ok(row.try_get_by_index::<Timestamp>(0)?)).collect::<Result<Vec<_>>>()
        }
    };
    let fine = "SELECT sent_at FROM message WHERE mailbox_id = ? AND origin <> 'reply' AND state = 'sent' \
                AND rehearsed_at IS NULL ORDER BY sent_at DESC LIMIT ?";
    let hard =
        "SELECT sent_at FROM mailbox_trouble WHERE mailbox_id = ? AND kind = 'hard' ORDER BY at DESC LIMIT ?";
    Ok(last_hundred(&read(fine).await?, &read(hard).await?))
}

/// What came of a mailbox's mails since an instant.
///
/// # Errors
/// Whatever the database says.
pub async fn rates(db: &impl Source, mailbox: MailboxId, since: Timestamp) -> Result<Rates> {
    let text = "SELECT COUNT(*) FROM message WHERE mailbox_id = ? AND origin <> 'reply' AND state = 'sent' \
                AND rehearsed_at IS NULL AND sent_at >= ?";
    let fine: Option<i64> =
        Sql::with(db.engine(), text, [mailbox.into(), since.into()]).scalar(db.conn()).await?;
    let text = "SELECT kind, COUNT(*) FROM mailbox_trouble WHERE mailbox_id = ? AND at >= ? GROUP BY kind";
    let rows = Sql::with(db.engine(), text, [mailbox.into(), since.into()]).rows(db.conn()).await?;
    let mut rates = Rates { sent: fine.unwrap_or(0), ..Rates::default() };
    for row in rows {
        let (kind, count): (String, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        match kind.as_str() {
            "hard" => rates.hard = count,
            "complaint" => rates.complaints = count,
            _ => rates.blocks = count,
        }
    }
    rates.sent += rates.hard;
    Ok(rates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_stops_at_the_limits_and_not_before() {
        let rates = |sent, hard, complaints| Rates { sent, hard, complaints, blocks: 0 };
        let quiet = Rates::default();
        let table = [
            ("nothing", quiet, quiet, 0, None),
            ("too few mails", rates(19, 5, 0), quiet, 0, None),
            ("5 % of 20", rates(20, 1, 0), quiet, 0, Some("health_bounces")),
            ("4 % of 100", rates(100, 4, 0), quiet, 0, None),
            ("5 % of 100", rates(100, 5, 0), quiet, 0, Some("health_bounces")),
            ("complaints of too few", quiet, rates(299, 0, 9), 0, None),
            ("0.3 % of 334", quiet, rates(334, 0, 1), 0, None),
            ("0.3 % of 333", quiet, rates(333, 0, 1), 0, Some("health_complaints")),
            ("two blocks", quiet, quiet, 2, None),
            ("three blocks", quiet, quiet, 3, Some("health_blocks")),
        ];
        for (name, recent, month, blocks, expected) in table {
            assert_eq!(halt(&recent, &month, blocks), expected, "{name}");
        }
    }

    #[test]
    fn only_the_last_hundred_count() {
        let at = |n: i64| Timestamp(n);
        let fine: Vec<Timestamp> = (100..200).map(at).collect();
        assert_eq!(last_hundred(&fine, &[at(99), at(50)]).hard, 0, "both are older");
        let both = last_hundred(&fine, &[at(150), at(99)]);
        assert_eq!((both.sent, both.hard), (100, 1));
        assert_eq!(last_hundred(&fine[..5], &[at(1)]).sent, 6);
    }

    #[test]
    fn some_refusals_say_nothing_about_the_mailbox() {
        let table = [
            (BounceKind::Hard, None, Some(Trouble::Hard)),
            (BounceKind::Block, Some("5.7.26"), Some(Trouble::Block)),
            (BounceKind::Block, Some("5.7.133"), None),
            (BounceKind::Soft, Some("4.2.2"), None),
            (BounceKind::Other, None, None),
        ];
        for (kind, status, expected) in table {
            assert_eq!(Trouble::of_refusal(kind, status), expected, "{kind:?} {status:?}");
        }
    }
}
