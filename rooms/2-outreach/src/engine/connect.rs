//! Requests to connect on LinkedIn: when one was made it is written to the person, where everybody sees it and the next
//! step asks (R29); when it was taken, forks may follow.

use http_room::{Answer, IfMatch};
use kernel::{PersonId, Timestamp, WorkspaceId};
use records::kind::Kind;
use records::write::Author;
use serde_json::{Map, Value as Json};
use store::{Actor, WriteTx};

use crate::click::{NewFact, note};
use crate::enrolment::{self, EnrolmentRow};
use crate::recipient;
use crate::sequence;
use crate::sequence::condition::Fact;

/// The task of the step that is under way was done: if it was to ask for a connection, the request waits from today on.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn asked(tx: &mut WriteTx, row: &EnrolmentRow, now: Timestamp) -> Answer<()> {
    let followed = sequence::followed(tx, row.sequence_id, row.version).await?;
    let at = usize::try_from(row.step).unwrap_or(usize::MAX);
    let asks = followed.is_some_and(|f| f.steps.get(at).is_some_and(|step| step.connect));
    let (true, Some(who)) = (asks, recipient::find(tx, row.workspace_id, row.person_id).await?) else {
        return Ok(());
    };
    fact(tx, row, "sent", now).await?;
    if matches!(who.on_linkedin(), Some("pending" | "connected")) {
        return Ok(());
    }
    let Some(workspace) = records::workspace::find(tx, row.workspace_id).await? else { return Ok(()) };
    let zone = workspace.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    let today = kernel::window::local_date(zone, now).to_string();
    let patch = Map::from_iter([
        ("linkedin_state".to_owned(), Json::from("pending")),
        ("linkedin_state_on".to_owned(), Json::from(today)),
    ]);
    let author = Author {
        workspace: row.workspace_id,
        actor: Actor::System,
        now,
        cause: None,
        currency: workspace.currency(),
    };
    records::write::change(tx, &author, Kind::Person, row.person_id.0, &patch, IfMatch(None)).await?;
    Ok(())
}

/// Somebody took a request of ours.
///
/// # Errors
/// Whatever the database says.
pub async fn accepted(tx: &WriteTx, space: WorkspaceId, person: PersonId, now: Timestamp) -> Answer<()> {
    for id in enrolment::open_of_person(tx, space, person).await? {
        if let Some(row) = enrolment::hold(tx, id).await? {
            fact(tx, &row, "accepted", now).await?;
        }
    }
    Ok(())
}

async fn fact(tx: &WriteTx, row: &EnrolmentRow, value: &str, now: Timestamp) -> Answer<()> {
    let step = Some(row.step + 1);
    let new = NewFact { enrolment: row.id, step, what: Fact::Social, value: value.to_owned() };
    note(tx, row.workspace_id, &new, now).await?;
    Ok(())
}
