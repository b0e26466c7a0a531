//! What the log says of consents and refusals, made into notices for people under Korea's law.

use kernel::{EmailAddress, PersonId, Timestamp};
use records::events;
use store::db::Source;
use store::reaction::Reaction;
use store::{Event, Sql, WriteTx};
use uuid::Uuid;

use super::queries::NewNotice;
use super::rules::{NoticeKind, due, owed_in, tell_by};
use super::{followed, queries};
use crate::basis::consent::{CONSENT_GIVEN, CONSENT_WITHDRAWN};
use crate::enrolment::people_behind;
use crate::recipient;
use crate::suppression::Target;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// The reactions.
#[must_use]
pub fn reactions() -> Vec<Reaction> {
    const SAID: &[&str] = &[CONSENT_GIVEN, CONSENT_WITHDRAWN, events::CONTACT_SUPPRESSED];
    vec![
        Reaction::each("outreach.owe_notices", SAID, |event, tx| Box::pin(owe(event, tx))),
        Reaction::each("outreach.follow_notices", &[events::MAIL_BOUNCED, events::TASK_DONE], |event, tx| {
            Box::pin(followed::react(event, tx))
        }),
    ]
}

async fn owe(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let Some(cause) = event.subject_id else { return Ok(()) };
    let said = |key: &str| event.payload[key].as_str().unwrap_or_default();
    match (event.kind.as_str(), event.person_id) {
        (CONSENT_GIVEN, Some(person)) if said("kind") == "consent" && event.payload["confirmed"] != true => {
            let given_at = serde_json::from_value(event.payload["given_at"].clone()).unwrap_or(event.at);
            owe_to(event, tx, person, (cause, NoticeKind::Given), given_at).await
        }
        (CONSENT_WITHDRAWN, Some(person)) if said("kind") == "consent" => {
            owe_to(event, tx, person, (cause, NoticeKind::Withdrawn), event.at).await
        }
        // Whoever had agreed is told that the consent was taken back.
        (events::CONTACT_SUPPRESSED, _) if said("reason") == "unsubscribe" => {
            for person in refusing(event, tx).await? {
                owe_to(event, tx, person, (cause, NoticeKind::Refused), event.at).await?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Whom a refusal came from, without those whose consent it took back.
async fn refusing(event: &Event, tx: &WriteTx) -> Result<Vec<PersonId>, Failed> {
    let target = match (event.person_id, event.payload["text"].as_str()) {
        (Some(person), _) => Target::Person(person),
        (None, Some(text)) => match EmailAddress::parse(text) {
            Ok(address) => Target::Address(address),
            Err(_) => return Ok(Vec::new()),
        },
        (None, None) => return Ok(Vec::new()),
    };
    let mut people = people_behind(tx, event.workspace_id, &target).await?;
    if people.is_empty() {
        return Ok(people);
    }
    let text = "SELECT DISTINCT person_id FROM consent WHERE withdrawn_at = ? AND person_id IN ";
    let mut sql = Sql::with(tx.engine(), text, [event.at.into()]);
    sql.bind_list(people.iter().map(|id| (*id).into()))
        .push(" AND ")
        .push_check("workspace_id", event.workspace_id);
    for row in sql.rows(tx.conn()).await? {
        let agreed: PersonId = row.try_get_by_index(0)?;
        people.retain(|person| *person != agreed);
    }
    Ok(people)
}

async fn owe_to(
    event: &Event,
    tx: &WriteTx,
    person: PersonId,
    (cause, kind): (Uuid, NoticeKind),
    said_at: Timestamp,
) -> Result<(), Failed> {
    let (space, now) = (event.workspace_id, event.recorded_at);
    let Some(workspace) = records::workspace::find(tx, space).await? else { return Ok(()) };
    let Some(who) = recipient::find(tx, space, person).await? else { return Ok(()) };
    let (zone, country) = who.zone(tx, &workspace).await?;
    if !country.is_some_and(|country| owed_in(country, &workspace.settings().mail_rules)) {
        return Ok(());
    }
    let Some(due_at) = due(said_at, zone.zone, now) else { return Ok(()) };
    let new = NewNotice { workspace: space, person, cause, kind, said_at, tell_by: tell_by(said_at), due_at };
    Ok(queries::put(tx, &new, now).await?)
}
