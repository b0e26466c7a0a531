//! The reaction that keeps trials in step with the log.

use crate::rebuild::{KINDS_HEARD, Subject, rebuild};
use kernel::{CompanyId, PersonId, WorkspaceId};
use records::events::{self, merged_records};
use std::collections::{BTreeMap, BTreeSet};
use store::db::Source;
use store::reaction::{Reaction, Write};
use store::{Event, Result, Sql};

/// Works out anew the trials of whatever an event concerns.
pub fn keep_trials() -> Reaction {
    Reaction::looked("insight.trials", KINDS_HEARD, |events, there| {
        Box::pin(async move {
            // Several events of one subject are one working-out.
            let mut concerned: BTreeMap<WorkspaceId, BTreeSet<Subject>> = BTreeMap::new();
            for event in events {
                let subjects = subjects_of(event, there).await?;
                concerned.entry(event.workspace_id).or_default().extend(subjects);
            }
            let mut rebuilt = Vec::with_capacity(concerned.len());
            for (workspace, subjects) in concerned {
                rebuilt.push(rebuild(there, workspace, &subjects.into_iter().collect::<Vec<_>>()).await?);
            }
            let write: Write = Box::new(move |_, tx| {
                Box::pin(async move {
                    for one in rebuilt {
                        one.put(tx).await?;
                    }
                    Ok(())
                })
            });
            Ok(write)
        })
    })
}

/// Whose trials an event may change. A merge, or its undoing, moves events of both records; those of a person
/// stand in the logs of the companies they were about.
async fn subjects_of(event: &Event, db: &impl Source) -> Result<Vec<Subject>> {
    match event.kind.as_str() {
        events::COMPANY_MERGED | events::COMPANY_MERGE_UNDONE => {
            Ok(merged_records(event).into_iter().map(|id| Subject::Company(CompanyId(id))).collect())
        }
        events::PERSON_MERGED | events::PERSON_MERGE_UNDONE => {
            let mut subjects = Vec::new();
            for person in merged_records(event).into_iter().map(PersonId) {
                subjects.push(Subject::Person(person));
                subjects.extend(companies_of(db, event.workspace_id, person).await?);
            }
            Ok(subjects)
        }
        _ => Ok(subject_of(event).into_iter().collect()),
    }
}

async fn companies_of(db: &impl Source, workspace: WorkspaceId, person: PersonId) -> Result<Vec<Subject>> {
    let text = "SELECT DISTINCT company_id FROM event WHERE person_id = ? AND workspace_id = ? AND company_id IS NOT NULL";
    let rows = Sql::with(db.engine(), text, [person.into(), workspace.into()]).rows(db.conn()).await?;
    rows.iter().map(|row| Ok(Subject::Company(row.try_get_by_index(0)?))).collect()
}

fn subject_of(event: &Event) -> Option<Subject> {
    let company = event.company_id.map(Subject::Company);
    company.or(event.person_id.map(Subject::Person)).or(event.deal_id.map(Subject::Deal))
}
