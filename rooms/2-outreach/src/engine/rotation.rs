//! Which mailbox a conversation begins from, when a sequence has several: the one with most room left is the likeliest,
//! and the same person always meets the same one while nothing changes. It is kept for the whole thread.

use std::collections::HashMap;

use http_room::Answer;
use kernel::{EnrolmentId, MailboxId, SequenceId, Timestamp, WorkspaceId};
use sha2::{Digest, Sha256};
use store::db::Source;
use store::{Result, Sql, WriteTx};

use crate::enrolment::EnrolmentRow;
use crate::mailbox::{self, MailboxRow};
use crate::sequence::read_mailboxes;

/// Business days for which what has begun waits for its mailbox to come back.
pub(super) const LOST_DAYS: u32 = 2;
/// Why an enrolment is halted whose mailbox did not come back.
pub(super) const MAILBOX_LOST: &str = "mailbox_lost";

/// The mailboxes of the sequences of a batch.
pub(super) struct Rotation {
    pools: HashMap<SequenceId, Vec<MailboxId>>,
    /// Room left in each that may send; what is given out in this batch is taken off.
    room: HashMap<MailboxId, i64>,
}

impl Rotation {
    /// Reads them, with the mailboxes themselves.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn of(
        tx: &WriteTx,
        space: WorkspaceId,
        sequences: Vec<SequenceId>,
        today: &str,
        closed_network: bool,
    ) -> Result<(Self, HashMap<MailboxId, MailboxRow>)> {
        let mut sql = Sql::new(tx.engine(), "SELECT id, mailbox_id, mailbox_ids FROM sequence WHERE id IN ");
        sql.bind_list(sequences.into_iter().map(Into::into)).push(" AND ");
        let rows = sql.push_check("workspace_id", space).clone().rows(tx.conn()).await?;
        let mut pools = HashMap::new();
        for row in rows {
            let first: Option<MailboxId> = row.try_get_by_index(1)?;
            let others: Option<serde_json::Value> = row.try_get_by_index(2)?;
            let others = read_mailboxes(others.as_ref())?;
            if !others.is_empty() {
                pools.insert(row.try_get_by_index(0)?, first.into_iter().chain(others).collect::<Vec<_>>());
            }
        }
        let mailboxes = match pools.is_empty() {
            true => HashMap::new(),
            false => mailbox::find_all(tx, space, pools.values().flatten().copied()).await?,
        };
        let sends = |row: &&MailboxRow| row.state == "active" && !row.awaits_domain(closed_network);
        let room = mailboxes.values().filter(sends).map(|row| (row.id, row.free(today))).collect();
        Ok((Self { pools, room }, mailboxes))
    }

    /// The mailbox the first mail of an enrolment leaves from, when its sequence has several. One that was chosen by hand
    /// stays.
    pub fn choose(&mut self, row: &EnrolmentRow, lost: bool) -> Option<MailboxId> {
        let pool = self.pools.get(&row.sequence_id)?;
        if !lost && !pool.contains(&row.mailbox_id) {
            return None;
        }
        let able: Vec<(MailboxId, i64)> =
            pool.iter().filter_map(|id| self.room.get(id).map(|room| (*id, *room))).collect();
        let chosen = rendezvous(row.id, &able)?;
        if let Some(room) = self.room.get_mut(&chosen) {
            *room -= 1;
        }
        Some(chosen)
    }
}

/// Weighted rendezvous hashing: each mailbox draws a number that only it and the enrolment decide, and the larger its
/// room the likelier it wins; when one leaves or comes, only what it had or gets moves (Schindelhauer, Schomaker 2005).
/// With no room anywhere all count alike.
fn rendezvous(key: EnrolmentId, able: &[(MailboxId, i64)]) -> Option<MailboxId> {
    let full = able.iter().all(|(_, room)| *room <= 0);
    let score = |id: MailboxId, room: i64| {
        let digest = Sha256::new().chain_update(key.0.as_bytes()).chain_update(id.0.as_bytes()).finalize();
        let bits = digest.iter().take(6).fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        // 48 bits and rooms of mailboxes are exact in a double.
        #[allow(clippy::cast_precision_loss)]
        let (drawn, weight) =
            ((bits as f64 + 0.5) / (1_u64 << 48) as f64, if full { 1.0 } else { room.max(0) as f64 });
        -weight / drawn.ln()
    };
    let scored = able.iter().map(|(id, room)| (*id, score(*id, *room)));
    scored.max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(id, _)| id)
}

/// When each of these mailboxes was taken off.
pub(super) async fn lost_at(
    tx: &WriteTx,
    space: WorkspaceId,
    ids: Vec<MailboxId>,
) -> Answer<HashMap<MailboxId, Timestamp>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql =
        Sql::new(tx.engine(), "SELECT id, deleted_at FROM mailbox WHERE deleted_at IS NOT NULL AND id IN ");
    sql.bind_list(ids.into_iter().map(Into::into)).push(" AND ").push_check("workspace_id", space);
    let rows = sql.rows(tx.conn()).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// Writes down which mailbox each begins from.
pub(super) async fn keep(
    tx: &WriteTx,
    space: WorkspaceId,
    chosen: &[(EnrolmentId, MailboxId)],
    now: Timestamp,
) -> Answer<()> {
    let mut by_mailbox: HashMap<MailboxId, Vec<EnrolmentId>> = HashMap::new();
    for (enrolment, mailbox) in chosen {
        by_mailbox.entry(*mailbox).or_default().push(*enrolment);
    }
    for (mailbox, enrolments) in by_mailbox {
        let text = "UPDATE enrolment SET mailbox_id = ?, updated_at = ? WHERE id IN ";
        let mut sql = Sql::with(tx.engine(), text, [mailbox.into(), now.into()]);
        sql.bind_list(enrolments.into_iter().map(Into::into)).push(" AND ").push_check("workspace_id", space);
        sql.run(tx.conn()).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes_get_what_they_have_room_for_and_a_lost_one_moves_only_its_own() {
        let ids: Vec<MailboxId> = (0..3).map(|_| MailboxId::new()).collect();
        let able = [(ids[0], 10), (ids[1], 30), (ids[2], 60)];
        let people: Vec<EnrolmentId> = (0..4000).map(|_| EnrolmentId::new()).collect();
        let chosen: Vec<MailboxId> = people.iter().filter_map(|key| rendezvous(*key, &able)).collect();
        for (id, room) in able {
            let count = chosen.iter().filter(|c| **c == id).count();
            let expected = usize::try_from(room * 40).expect("a count");
            assert!(count.abs_diff(expected) < 150, "{count} of {expected}");
        }
        for (key, before) in people.iter().zip(&chosen) {
            let after = rendezvous(*key, &able[..2]).expect("one is left");
            assert!(*before == ids[2] || *before == after, "only what the lost one had moves");
        }
        let full = rendezvous(people[0], &[(ids[0], 0), (ids[1], 0)]);
        assert!(full.is_some(), "without room somebody is chosen all the same");
        assert_eq!(rendezvous(people[0], &[(ids[0], 0), (ids[1], 5)]), Some(ids[1]), "a full one only then");
        assert_eq!(rendezvous(people[0], &[]), None);
    }
}
