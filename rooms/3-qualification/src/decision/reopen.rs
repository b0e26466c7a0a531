//! They answered the honest mail: perhaps there are new reasons to go on (R40).

use http_room::{Answer, Member, Problem};
use kernel::{DealId, MessageId, Timestamp, UserId, limits};
use process::deal_row;
use process::facts::{Evidence, EvidenceOf};
use process::moves::{self, Mover};
use process::room::Visit;
use process::stage::Status;
use process::transition::{MoveKind, MoveRequest};
use records::task::{self, NewTask};
use records::workspace::still_member;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Actor, Event, NewEvent, Sql, Subject, WriteTx};
use uuid::Uuid;

use super::queries::{self, ReopenProposal};
use super::rules::{ANSWER_DAYS, reopen_title};
use super::{REOPEN_PROPOSED, REOPEN_SETTLED};

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Characters of an answer that are shown.
const EXCERPT: usize = 500;

/// What is done about a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReopenVerdict {
    /// Open the deal again.
    Accept,
    /// Leave it closed.
    Dismiss,
}

#[derive(FromQueryResult)]
struct Sent {
    id: Uuid,
    deal_id: DealId,
    decided_by: Option<UserId>,
}

/// A human answer to an honest mail of the last 90 days proposes to open its deal again.
///
/// # Errors
/// Whatever the database says.
pub async fn propose(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let said = |key: &str| event.payload.get(key).and_then(Json::as_str);
    if said("class") != Some("human") {
        return Ok(());
    }
    let Some(sent) = answered(event, tx).await? else { return Ok(()) };
    let workspace = event.workspace_id;
    let Some(deal) = deal_row::find(tx, workspace, sent.deal_id).await? else { return Ok(()) };
    if deal.position()?.status != Status::Disqualified {
        return Ok(());
    }
    let message =
        said("message_id").and_then(|id| id.parse().ok()).or(event.subject_id).unwrap_or(event.id.0);
    let excerpt: String = said("excerpt").unwrap_or_default().chars().take(EXCERPT).collect();
    let id = Uuid::now_v7();
    let text = "INSERT INTO reopen_proposal (id, workspace_id, deal_id, decision_id, message_id, person_id, excerpt, state, \
                created_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'open', ?) ON CONFLICT (decision_id, message_id) DO NOTHING";
    let values = [
        id.into(),
        workspace.into(),
        deal.id.into(),
        sent.id.into(),
        message.into(),
        event.person_id.into(),
        excerpt.clone().into(),
        event.recorded_at.into(),
    ];
    if Sql::with(tx.engine(), text, values).run(tx.conn()).await? == 0 {
        return Ok(());
    }
    let subject =
        Subject { company: deal.company_id, person: event.person_id, deal: Some(deal.id), row: Some(id) };
    let told = json!({ "message_id": message, "excerpt": excerpt, "decision_id": sent.id });
    let mut new =
        NewEvent::now(workspace, REOPEN_PROPOSED, Actor::System, event.recorded_at).about(subject).with(told);
    new.cause = Some(event.id);
    tx.record(new).await?;
    let space = deal_row::workspace(tx, workspace).await?;
    let owner = still_member(tx, workspace, deal.owner_id.or(sent.decided_by)).await?;
    let today = deal_row::calendar(tx, &space, owner).await?.date(event.recorded_at);
    let task = NewTask {
        title: reopen_title(space.locale(), &deal.name).chars().take(limits::NAME_CHARS).collect(),
        kind: Some("reply".to_owned()),
        body: (!excerpt.is_empty()).then_some(excerpt),
        due_on: Some(today.to_string()),
        owner_id: owner,
        deal_id: Some(deal.id),
        person_id: event.person_id,
        origin: Some("notice"),
        origin_key: Some(format!("reopen:{id}")),
        ..NewTask::default()
    };
    task::create(tx, workspace, Actor::System, task, event.recorded_at).await?;
    Ok(())
}

/// The decision whose mail an answer answers: by its thread, else by who wrote and about which deal.
async fn answered(event: &Event, tx: &WriteTx) -> Result<Option<Sent>, Failed> {
    let answers: Option<Uuid> =
        event.payload.get("answers_message_id").and_then(Json::as_str).and_then(|id| id.parse().ok());
    let since = event.at.plus_days(-ANSWER_DAYS);
    let text = "SELECT f.id, f.deal_id, f.decided_by FROM fit_decision f WHERE f.workspace_id = ? AND f.verdict = 'disqualified' \
                AND f.told = 'mail' AND f.at >= ? AND f.at <= ? AND (f.message_id = ?";
    let values = [event.workspace_id.into(), since.into(), event.at.into(), answers.into()];
    let mut sql = Sql::with(tx.engine(), text, values);
    if let Some(person) = event.person_id {
        sql.push(" OR f.person_id = ").bind(person);
    }
    sql.push(") ORDER BY CASE WHEN f.message_id = ")
        .bind(answers)
        .push(" THEN 0 ELSE 1 END, f.at DESC LIMIT 1");
    Ok(sql.one(tx.conn()).await?)
}

/// Settles a proposal.
///
/// # Errors
/// 404, 409 when it is settled already or the process refuses to open the deal.
pub(super) async fn settle(
    visit: &mut Visit,
    me: &Member,
    id: Uuid,
    verdict: ReopenVerdict,
) -> Answer<ReopenProposal> {
    let open = queries::proposal(&visit.tx, visit.workspace, id).await?;
    if open.state != "open" {
        return Err(Problem::conflict("already_settled", "Somebody settled this already."));
    }
    if verdict == ReopenVerdict::Accept {
        reopen(visit, me, &open).await?;
    }
    let state = if verdict == ReopenVerdict::Accept { "accepted" } else { "dismissed" };
    let text = "UPDATE reopen_proposal SET state = ?, settled_by = ?, settled_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [state.into(), me.user.into(), visit.now.into(), id.into(), visit.workspace.into()];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    end_tasks(visit, id).await?;
    let payload = json!({ "verdict": verdict, "message_id": open.message_id });
    visit.tell(REOPEN_SETTLED, id, open.person_id, payload).await?;
    queries::proposal(&visit.tx, visit.workspace, id).await
}

async fn reopen(visit: &mut Visit, me: &Member, open: &ReopenProposal) -> Answer<()> {
    let MessageId(message) = open.message_id;
    let reason = match open.excerpt.trim() {
        "" => "They answered the honest mail.".to_owned(),
        words => words.to_owned(),
    };
    let request = MoveRequest {
        reason: Some(reason),
        evidence: vec![Evidence { kind: EvidenceOf::Message, id: message }],
        ..MoveRequest::of(MoveKind::Reopen)
    };
    let now: Timestamp = visit.now;
    let mover = Mover { workspace: visit.workspace, actor: visit.actor, role: me.role, now, cause: None };
    moves::make(&mut visit.tx, &mover, visit.deal.id, &request).await?;
    Ok(())
}

async fn end_tasks(visit: &mut Visit, id: Uuid) -> Answer<()> {
    let text =
        "SELECT id FROM task WHERE deal_id = ? AND workspace_id = ? AND origin_key = ? AND state = 'open'";
    let values = [visit.deal.id.into(), visit.workspace.into(), format!("reopen:{id}").into()];
    let rows = Sql::with(visit.tx.engine(), text, values).rows(visit.tx.conn()).await?;
    for row in rows {
        let task = kernel::TaskId(row.try_get_by_index(0).map_err(store::StoreError::from)?);
        task::set_state(&mut visit.tx, visit.workspace, visit.actor, task, "done", visit.now).await?;
    }
    Ok(())
}
