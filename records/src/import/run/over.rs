//! Writing rows over records that are there: those of one record together, one by one where that fails.

use super::Runner;
use super::take::{Over, Taking, merge};
use crate::import::refusal::{Refusal, Wrong};
use crate::write;
use http_room::{Answer, IfMatch};
use serde_json::{Map, Value as Json};
use std::collections::HashMap;
use store::WriteTx;
use uuid::Uuid;

impl Runner {
    /// Writes all rows of a chunk that meet a record that was there before it.
    pub(super) async fn change(&self, tx: &mut WriteTx, to: &mut Taking) -> Answer<()> {
        let mut of_record: HashMap<Uuid, Vec<Over>> = HashMap::new();
        let mut order = Vec::new();
        for over in std::mem::take(&mut to.over) {
            let rows = of_record.entry(over.id).or_default();
            if rows.is_empty() {
                order.push(over.id);
            }
            rows.push(over);
        }
        for id in order {
            let rows = of_record.remove(&id).unwrap_or_default();
            let mut all = Map::new();
            rows.iter().for_each(|over| merge(&mut all, &over.patch));
            if self.apply(tx, id, &all).await?.is_ok() {
                to.tally.updated += i64::try_from(rows.len()).unwrap_or(0);
                continue;
            }
            for Over { patch, row, .. } in rows {
                match self.apply(tx, id, &patch).await? {
                    Ok(()) => to.tally.updated += 1,
                    Err(wrong) => to.refused.push(Refusal::of_record(row, &self.reader.plan, wrong)),
                }
            }
        }
        Ok(())
    }

    /// The inner error is the reason it is refused.
    async fn apply(
        &self,
        tx: &mut WriteTx,
        id: Uuid,
        patch: &Map<String, Json>,
    ) -> Answer<Result<(), Wrong>> {
        if self.dry && write::load(tx, self.author.workspace, self.kind, id).await?.is_none() {
            // A real run would have made it.
            return Ok(Ok(()));
        }
        match write::change(tx, &self.author, self.kind, id, patch, IfMatch(None)).await {
            Ok(_) => Ok(Ok(())),
            Err(problem) if problem.status < 500 && !problem.errors.is_empty() => {
                Ok(Err(self.wrong(&problem.errors)))
            }
            Err(problem) if problem.status < 500 => Ok(Err(Wrong::whole(problem.detail))),
            Err(problem) => Err(problem),
        }
    }
}
