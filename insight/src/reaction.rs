//! The reaction that keeps trials in step with the log.

use crate::rebuild::{KINDS, Subject, rebuild};
use std::sync::Arc;
use store::Event;
use store::reaction::Reaction;

/// Works out anew the trials of whatever an event concerns.
pub fn keep_trials() -> Reaction {
    Reaction {
        name: "insight.trials",
        run: Arc::new(|event, tx| {
            Box::pin(async move {
                if let Some(subject) = subject_of(event) {
                    rebuild(tx, event.workspace_id, subject).await?;
                }
                Ok(())
            })
        }),
    }
}

fn subject_of(event: &Event) -> Option<Subject> {
    if !KINDS.contains(&event.kind.as_str()) {
        return None;
    }
    let company = event.company_id.map(Subject::Company);
    company.or(event.person_id.map(Subject::Person)).or(event.deal_id.map(Subject::Deal))
}
