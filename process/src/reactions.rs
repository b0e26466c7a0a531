//! What the process does when records change: settles new deals in their first stage, keeps the
//! missing criteria up to date, stops the clock for a promise, wakes a parked deal on an answer.

use http_room::Role;
use kernel::{DealId, PersonId, Timestamp};
use records::events::{self, merged_records};
use serde_json::Value as Json;
use store::db::Source;
use store::reaction::Reaction;
use store::{Actor, Event, Sql, WriteTx};

use crate::facts::Reply;
use crate::moves::{self, Mover};
use crate::stage::Status;
use crate::transition::{MoveKind, MoveRequest};
use crate::{deal_row, fact_store, gate_cache, settle};

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// The reactions, each with its own place in the log.
#[must_use]
pub fn reactions() -> Vec<Reaction> {
    vec![
        Reaction::each("process.settle_new_deals", &[events::DEAL_CREATED], |e, tx| {
            Box::pin(settle_new(e, tx))
        }),
        Reaction::each("process.judge_gates", JUDGED, |e, tx| Box::pin(judge(e, tx))),
        Reaction::each("process.stop_clock", &[events::DEAL_CREATED, events::DEAL_CHANGED], |e, tx| {
            Box::pin(stop_clock(e, tx))
        }),
        Reaction::each(
            "process.hear_replies",
            &[events::REPLY_RECEIVED, events::REPLY_CORRECTED],
            |e, tx| Box::pin(hear_reply(e, tx)),
        ),
    ]
}

/// What may change a fact that lives with the records.
const JUDGED: &[&str] = &[
    events::DEAL_CHANGED,
    events::DEAL_RESTORED,
    events::COMMITTEE_CHANGED,
    events::CALL_LOGGED,
    events::MEETING_LOGGED,
    events::ACTIVITY_CHANGED,
    events::ACTIVITY_DELETED,
    events::COMPANY_CHANGED,
    "company.scored",
    events::COMPANY_MERGED,
    events::COMPANY_MERGE_UNDONE,
    events::PERSON_MERGED,
    events::PERSON_MERGE_UNDONE,
    events::PERSON_CHANGED,
    events::PERSON_DELETED,
    events::PERSON_RESTORED,
];

async fn settle_new(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    match (event.kind.as_str(), event.deal_id) {
        (events::DEAL_CREATED, Some(deal)) => {
            Ok(settle::settle(tx, event.workspace_id, deal, event.at).await?)
        }
        _ => Ok(()),
    }
}

/// Facts that live with the records: who is reachable, talks, roles, score, fields.
async fn judge(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let deals = match event.kind.as_str() {
        events::DEAL_CHANGED
        | events::DEAL_RESTORED
        | events::COMMITTEE_CHANGED
        | events::CALL_LOGGED
        | events::MEETING_LOGGED
        | events::ACTIVITY_CHANGED
        | events::ACTIVITY_DELETED => event.deal_id.into_iter().collect(),
        events::COMPANY_CHANGED | "company.scored" => match event.company_id {
            Some(company) => open_deals(tx, "company_id", company.0).await?,
            None => Vec::new(),
        },
        events::COMPANY_MERGED | events::COMPANY_MERGE_UNDONE => {
            let mut deals = Vec::new();
            for company in merged_records(event) {
                deals.extend(open_deals(tx, "company_id", company).await?);
            }
            deals
        }
        events::PERSON_MERGED | events::PERSON_MERGE_UNDONE => {
            let mut deals = Vec::new();
            for person in merged_records(event) {
                deals.extend(deals_of_person(tx, PersonId(person)).await?);
            }
            deals
        }
        events::PERSON_CHANGED | events::PERSON_DELETED | events::PERSON_RESTORED => match event.person_id {
            Some(person) => deals_of_person(tx, person).await?,
            None => Vec::new(),
        },
        _ => Vec::new(),
    };
    for deal in deals {
        gate_cache::refresh(tx, event.workspace_id, deal, event.at).await?;
    }
    Ok(())
}

async fn open_deals(tx: &WriteTx, column: &str, id: uuid::Uuid) -> Result<Vec<DealId>, Failed> {
    let mut sql =
        Sql::new(tx.engine(), "SELECT id FROM deal WHERE status = 'open' AND deleted_at IS NULL AND ");
    sql.push(column).push(" = ").bind(id);
    ids(sql, tx).await
}

async fn deals_of_person(tx: &WriteTx, person: PersonId) -> Result<Vec<DealId>, Failed> {
    let text = "SELECT d.id FROM deal d JOIN deal_person p ON p.deal_id = d.id AND p.workspace_id = d.workspace_id \
                WHERE p.person_id = ? AND d.status = 'open' AND d.deleted_at IS NULL";
    ids(Sql::with(tx.engine(), text, [person.into()]), tx).await
}

async fn ids(sql: Sql, tx: &WriteTx) -> Result<Vec<DealId>, Failed> {
    let rows = sql.rows(tx.conn()).await?;
    rows.iter().map(|r| Ok(DealId(r.try_get_by_index(0)?))).collect()
}

/// While the prospect asked us to wait until a day, the clock stands; another day or none ends it.
async fn stop_clock(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let (Some(deal), Some(after)) = (event.deal_id, event.payload["after"].get("waiting_until")) else {
        return Ok(());
    };
    if event.kind != events::DEAL_CHANGED && event.kind != events::DEAL_CREATED {
        return Ok(());
    }
    let Some(row) = deal_row::find(tx, event.workspace_id, deal).await? else { return Ok(()) };
    let space = deal_row::workspace(tx, event.workspace_id).await?;
    let calendar = deal_row::calendar(tx, &space, row.owner_id).await?;
    end_waiting(tx, deal, event.at).await?;
    if let Some(last) = after.as_str().and_then(|d| d.parse::<chrono::NaiveDate>().ok()) {
        let until = calendar.start_of(last.succ_opt().unwrap_or(last));
        if until > event.at {
            begin_waiting(tx, event, deal, until).await?;
        }
    }
    Ok(settle::set_due(tx, event.workspace_id, &row).await?)
}

async fn end_waiting(tx: &WriteTx, deal: DealId, at: Timestamp) -> Result<(), Failed> {
    let text = "UPDATE deal_pause SET until_at = ? WHERE deal_id = ? AND why = 'waiting' AND until_at > ?";
    Sql::with(tx.engine(), text, [at.into(), deal.into(), at.into()]).run(tx.conn()).await?;
    Ok(())
}

async fn begin_waiting(tx: &WriteTx, event: &Event, deal: DealId, until: Timestamp) -> Result<(), Failed> {
    let text = "INSERT INTO deal_pause (deal_id, workspace_id, why, from_at, until_at) \
                VALUES (?, ?, 'waiting', ?, ?) ON CONFLICT (deal_id, why, from_at) DO UPDATE SET until_at = excluded.until_at";
    let values = [deal.into(), event.workspace_id.into(), event.at.into(), until.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// A human answer is a fact of its deal, and wakes it where it is parked.
async fn hear_reply(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let Some(deal) = event.deal_id else { return Ok(()) };
    if event.kind == events::REPLY_CORRECTED {
        return hear_correction(event, tx, deal).await;
    }
    if event.kind != events::REPLY_RECEIVED {
        return Ok(());
    }
    let Some(row) = deal_row::find(tx, event.workspace_id, deal).await? else { return Ok(()) };
    let Some(reply) = human_reply(event) else { return Ok(()) };
    fact_store::put_reply(tx, event.workspace_id, deal, reply, event.recorded_at).await?;
    if row.position()?.status != Status::NotYet {
        return Ok(());
    }
    let (workspace, actor, now) = (event.workspace_id, Actor::System, event.recorded_at);
    let mover = Mover { workspace, actor, role: Role::Manager, now, cause: Some(event.id) };
    let request = MoveRequest { cause: Some("reply".to_owned()), ..MoveRequest::of(MoveKind::Wake) };
    match moves::make(tx, &mover, deal, &request).await {
        Ok(_) => Ok(()),
        // An answer from before the parking wakes nobody.
        Err(problem) if problem.status == 409 => Ok(()),
        Err(problem) => Err(problem.into()),
    }
}

/// Whatever was heard of the reply itself, what a person says of it counts.
async fn hear_correction(event: &Event, tx: &mut WriteTx, deal: DealId) -> Result<(), Failed> {
    let said = |key: &str| event.payload.get(key).and_then(Json::as_str);
    let (Some(message), Some(intent)) = (said("message_id").and_then(|id| id.parse().ok()), said("intent"))
    else {
        return Ok(());
    };
    Ok(fact_store::correct_reply(tx, event.workspace_id, deal, message, intent, event.recorded_at).await?)
}

fn human_reply(event: &Event) -> Option<Reply> {
    let said = |key: &str| event.payload.get(key).and_then(Json::as_str);
    if said("class") != Some("human") {
        return None;
    }
    let message =
        said("message_id").and_then(|id| id.parse().ok()).or(event.subject_id).unwrap_or(event.id.0);
    let intent = said("intent").unwrap_or("other").to_owned();
    Some(Reply { message, person: event.person_id, intent, at: event.at })
}
