//! The snippets and stories that due steps insert, and what is known to trouble the people they go to (R102). Read only
//! when a step inserts something.

use http_room::Answer;
use kernel::DealId;
use serde_json::Value as Json;
use store::db::Source;

use super::around::Around;
use super::plan::{Planning, Prepared};
use crate::enrolment::EnrolmentRow;
use crate::sequence::Step;
use crate::snippet::{self, Inserted, Pains, Shelf, Whom, inserts};

/// What may be inserted, and to whom.
#[derive(Default)]
pub(super) struct Stories {
    shelf: Shelf,
    pains: Pains,
}

impl Stories {
    /// What the steps need that are due of these enrolments.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn of(db: &impl Source, around: &Around, rows: &[EnrolmentRow]) -> Answer<Self> {
        let due = |row: &&EnrolmentRow| {
            let steps = around.followed(row).map_or(&[][..], |f| &f.steps);
            // A fork may lead on from the step that is due.
            let from = usize::try_from(row.step).unwrap_or(usize::MAX);
            steps.get(from..).unwrap_or_default().iter().any(is_inserting)
        };
        let inserting: Vec<&EnrolmentRow> = rows.iter().filter(due).collect();
        let Some(first) = inserting.first() else { return Ok(Self::default()) };
        let space = first.workspace_id;
        let mut deals: Vec<DealId> = inserting.iter().filter_map(|row| row.deal_id).collect();
        deals.sort_unstable();
        deals.dedup();
        Ok(Self {
            shelf: Shelf::of(snippet::all(db, space).await?),
            pains: snippet::pains_of(db, space, &deals).await?,
        })
    }

    /// The merge fields of these sources with what they insert.
    pub fn insert(
        &self,
        sources: &[&str],
        fields: Json,
        row: &EnrolmentRow,
        prepared: &Prepared<'_>,
        planning: &Planning,
    ) -> Inserted {
        let mut troubles = row.deal_id.and_then(|deal| self.pains.get(&deal)).cloned().unwrap_or_default();
        troubles.extend(prepared.who.tags());
        let whom = Whom {
            troubles: &troubles,
            sender: Some(prepared.mailbox.owner_id),
            locale: prepared.who.language().unwrap_or_else(|| planning.around.workspace.locale()),
        };
        self.shelf.insert(sources, fields, &whom)
    }
}

/// Whether some wording of a step inserts a snippet or a story.
fn is_inserting(step: &Step) -> bool {
    (0..step.arms()).map(|arm| step.wording(arm)).any(|(subject, body)| inserts(subject) || inserts(body))
}
