//! Agreements in the database.

use http_room::{Answer, Member};
use kernel::{OfferId, Timestamp, UserId, WorkspaceId};
use process::room::Visit;
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Result, Sql, StoreError};
use uuid::Uuid;

use super::rules::{ApprovalRule, Delegation, may_decide};
use super::{Approval, ApprovalState, day, role};
use crate::offer::{OFFER_CHANGED, OFFER_DRAFTED, Offer};

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    rule: Json,
    state: String,
    content_hash: String,
    asked_by: Option<UserId>,
    asked_at: Timestamp,
    decided_by: Option<UserId>,
    decided_for: Option<UserId>,
    decided_at: Option<Timestamp>,
    words: Option<String>,
}

impl TryFrom<Row> for Approval {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self> {
        let shape = |why: String| StoreError::Shape { what: format!("offer approval {}", row.id), why };
        Ok(Self {
            id: row.id,
            rule: serde_json::from_value(row.rule.clone()).map_err(|e| shape(e.to_string()))?,
            state: serde_json::from_value(json!(row.state)).map_err(|e| shape(e.to_string()))?,
            content_hash: row.content_hash,
            asked_by: row.asked_by,
            asked_at: row.asked_at,
            decided_by: row.decided_by,
            decided_for: row.decided_for,
            decided_at: row.decided_at,
            words: row.words,
        })
    }
}

/// Everything that was ever asked for an offer, in order.
pub async fn of_offer(db: &impl Source, workspace: WorkspaceId, offer: OfferId) -> Result<Vec<Approval>> {
    let text = "SELECT id, rule, state, content_hash, asked_by, asked_at, decided_by, decided_for, decided_at, words \
                FROM offer_approval WHERE offer_id = ? AND workspace_id = ? ORDER BY asked_at, position, id";
    let rows: Vec<Row> =
        Sql::with(db.engine(), text, [offer.into(), workspace.into()]).all(db.conn()).await?;
    rows.into_iter().map(Approval::try_from).collect()
}

/// Who began or changed an offer, ever.
pub async fn writers(db: &impl Source, workspace: WorkspaceId, offer: &Offer) -> Result<Vec<UserId>> {
    let text = "SELECT DISTINCT actor_id FROM event WHERE workspace_id = ? AND deal_id = ? AND subject_id = ? \
                AND actor_kind = 'user' AND actor_id IS NOT NULL AND kind IN (?, ?)";
    let values =
        [workspace.into(), offer.deal_id.into(), offer.id.into(), OFFER_DRAFTED.into(), OFFER_CHANGED.into()];
    let rows = Sql::with(db.engine(), text, values).rows(db.conn()).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Asks for agreement, once for each rule.
pub async fn ask(visit: &Visit, offer: OfferId, hash: &str, rules: &[ApprovalRule]) -> Answer<()> {
    for (position, rule) in (0_i64..).zip(rules) {
        let mut sql = Sql::new(
            visit.tx.engine(),
            "INSERT INTO offer_approval (id, workspace_id, offer_id, position, rule, state, content_hash, asked_by, asked_at) VALUES ",
        );
        sql.bind_list([
            Uuid::now_v7().into(),
            visit.workspace.into(),
            offer.into(),
            position.into(),
            json!(rule).into(),
            ApprovalState::Pending.key().into(),
            hash.to_owned().into(),
            visit.actor.user().into(),
            visit.now.into(),
        ]);
        sql.run(visit.tx.conn()).await?;
    }
    Ok(())
}

/// Writes what somebody decided.
pub async fn decide(
    visit: &Visit,
    id: Uuid,
    state: ApprovalState,
    place: Option<UserId>,
    words: Option<&str>,
) -> Answer<()> {
    let text = "UPDATE offer_approval SET state = ?, decided_by = ?, decided_for = ?, decided_at = ?, words = ? \
                WHERE id = ? AND workspace_id = ?";
    let values = [
        state.key().into(),
        visit.actor.user().into(),
        place.into(),
        visit.now.into(),
        words.map(str::to_owned).into(),
        id.into(),
        visit.workspace.into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct Place {
    user_id: UserId,
    role: String,
    until_on: String,
}

/// In whose place somebody may agree, for members who are there.
pub async fn delegations(db: &impl Source, workspace: WorkspaceId, to: UserId) -> Result<Vec<Delegation>> {
    let text = "SELECT d.user_id, m.role, d.until_on FROM offer_delegate d JOIN membership m \
                ON m.user_id = d.user_id AND m.workspace_id = d.workspace_id \
                WHERE d.workspace_id = ? AND d.to_user_id = ? ORDER BY d.user_id";
    let rows: Vec<Place> = Sql::with(db.engine(), text, [workspace.into(), to.into()]).all(db.conn()).await?;
    let read =
        |p: Place| Some(Delegation { from: p.user_id, role: role(&p.role), until: p.until_on.parse().ok()? });
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Members who may answer a rule, in their own place or another's.
pub async fn approvers(
    db: &impl Source,
    me: &Member,
    rule: &ApprovalRule,
    authors: &[UserId],
    now: Timestamp,
) -> Result<Vec<UserId>> {
    let mut all = Vec::new();
    for member in records::workspace::members(db, me.workspace).await? {
        let places = delegations(db, me.workspace, member.user_id).await?;
        if may_decide(member.user_id, role(&member.role), rule.needs, authors, &places, day(now)).is_ok() {
            all.push(member.user_id);
        }
    }
    Ok(all)
}
