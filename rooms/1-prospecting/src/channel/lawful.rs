//! Whom the law lets get no mail, so that none is advised: by where they are, the ground kept with them, their purchases, and
//! the consents the log tells of. Outreach keeps those, and this room may not ask it.
//!
//! What is *not* here: the law itself (`mail_law`), and the check before a mail leaves (outreach).

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use kernel::{CompanyId, Country, PersonId, Timestamp};
use records::events;
use records::workspace::Workspace;
use sea_orm::FromQueryResult;
use store::db::Source;
use store::reaction::Reaction;
use store::{Event, Result, Sql, WriteTx};

use super::clock::clocks;
use crate::mail_law::{self as law, Ground, Known, OnRecord, Verdict, verdict};

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// The reaction.
#[must_use]
pub fn reaction() -> Reaction {
    const KINDS: &[&str] = &[events::CONSENT_GIVEN, events::CONSENT_WITHDRAWN];
    Reaction::each("prospecting.channel_consents", KINDS, |event, tx| Box::pin(react(event, tx)))
}

async fn react(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let (Some(person), Some(id)) = (event.person_id, event.subject_id) else { return Ok(()) };
    if event.kind == events::CONSENT_WITHDRAWN {
        let text = "DELETE FROM channel_consent WHERE id = ? AND workspace_id = ?";
        Sql::with(tx.engine(), text, [id.into(), event.workspace_id.into()]).run(tx.conn()).await?;
        return Ok(());
    }
    let given_at = serde_json::from_value(event.payload["given_at"].clone()).unwrap_or(event.at);
    let since: Timestamp = if event.payload["confirmed"] == true { event.at } else { given_at };
    let text = "INSERT INTO channel_consent (id, workspace_id, person_id, kind, since) VALUES (?, ?, ?, ?, ?) \
                ON CONFLICT (id) DO UPDATE SET since = excluded.since";
    let kind = event.payload["kind"].as_str().unwrap_or("consent");
    let values = [id.into(), event.workspace_id.into(), person.into(), kind.into(), since.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// What is kept with a person, or their company, of the ground for writing to them.
#[derive(FromQueryResult)]
struct Kept {
    id: PersonId,
    company_id: Option<CompanyId>,
    lawful_basis: Option<String>,
    basis_day: Option<String>,
}

/// Which of these people the law lets get no automatic mail. A few queries however many they are; one where nobody's
/// country asks for anything.
///
/// # Errors
/// Whatever the database says.
pub async fn unlawful(
    db: &impl Source,
    workspace: &Workspace,
    people: Vec<PersonId>,
    now: Timestamp,
) -> Result<HashSet<PersonId>> {
    if people.is_empty() {
        return Ok(HashSet::new());
    }
    let rules = workspace.settings().mail_rules;
    let clocks = clocks(db, workspace, people).await?;
    let countries: HashMap<PersonId, Country> =
        clocks.into_iter().filter_map(|(id, clock)| Some((id, clock.country?))).collect();
    let asked: Vec<PersonId> = countries
        .iter()
        .filter(|(_, country)| !law::asks_nothing(**country, &rules))
        .map(|(id, _)| *id)
        .collect();
    if asked.is_empty() {
        return Ok(HashSet::new());
    }
    let kept = kept(db, workspace, &asked).await?;
    let on_record = on_record(db, workspace, &asked).await?;
    let buying: Vec<(PersonId, Option<CompanyId>)> = kept
        .iter()
        .filter(|who| countries.get(&who.id).is_some_and(|country| law::asks_purchase(*country)))
        .map(|who| (who.id, who.company_id))
        .collect();
    let bought = law::bought(db, workspace.id, &buying).await?;
    let refused = |who: &Kept| {
        let known = Known {
            kept: who.lawful_basis.as_deref().and_then(Ground::parse),
            kept_since: who.basis_day.as_deref().and_then(midnight),
            on_record: on_record.get(&who.id).map_or(&[], Vec::as_slice),
            bought: bought.of(who.id, who.company_id),
            of_company: who.company_id.is_some(),
        };
        let judged = verdict(*countries.get(&who.id)?, &rules, &known, now);
        (!matches!(judged, Verdict::Allowed { .. })).then_some(who.id)
    };
    Ok(kept.iter().filter_map(refused).collect())
}

fn midnight(day: &str) -> Option<Timestamp> {
    let day: NaiveDate = day.parse().ok()?;
    Some(Timestamp::from_utc(day.and_time(chrono::NaiveTime::MIN).and_utc()))
}

async fn kept(db: &impl Source, workspace: &Workspace, people: &[PersonId]) -> Result<Vec<Kept>> {
    let text = "SELECT p.id, p.company_id, COALESCE(p.lawful_basis, c.lawful_basis) AS lawful_basis, \
                CASE WHEN p.lawful_basis IS NULL THEN c.source_date ELSE p.source_date END AS basis_day FROM person p \
                LEFT JOIN company c ON c.id = p.company_id AND c.deleted_at IS NULL WHERE p.workspace_id = ? AND p.id IN ";
    let mut sql = Sql::with(db.engine(), text, [workspace.id.into()]);
    sql.bind_list(people.iter().map(|id| (*id).into()));
    sql.all(db.conn()).await
}

async fn on_record(
    db: &impl Source,
    workspace: &Workspace,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Vec<OnRecord>>> {
    let text = "SELECT person_id, kind, since FROM channel_consent WHERE person_id IN ";
    let mut sql = Sql::new(db.engine(), text);
    sql.bind_list(people.iter().map(|id| (*id).into()))
        .push(" AND ")
        .push_check("workspace_id", workspace.id);
    let mut all: HashMap<PersonId, Vec<OnRecord>> = HashMap::new();
    for row in sql.rows(db.conn()).await? {
        let kind: String = row.try_get_by_index(1)?;
        let Some(ground) = Ground::parse(&kind) else { continue };
        let record = OnRecord { ground, since: row.try_get_by_index(2)? };
        all.entry(row.try_get_by_index(0)?).or_default().push(record);
    }
    Ok(all)
}
