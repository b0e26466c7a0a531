//! Territories: rules that say whose companies are, and what putting them into force would change.
//!
//! A territory is a saved rule (filters over companies) with the purpose it serves and somebody who answers for
//! it. Territories are tried in their order and the first that matches decides; where several match, that is shown.
//! `rules` deals companies out, `survey` finds what the rules match and draws up a plan, `preview` tells what it would
//! move and how even the work is before and after, `apply` does it in the background so that it can be taken
//! back, `arrival` deals out who comes in by an import or from outside. A company someone makes by hand is theirs.
//! What is *not* here: deals and tasks keep their owners whatever becomes of the company.

pub mod apply;
pub mod arrival;
pub mod balance;
pub mod preview;
pub mod routes;
pub mod rules;
pub mod run;
pub mod survey;
pub mod undo;

use http_room::{Answer, Problem};
use kernel::{TerritoryId, Timestamp, UserId, WorkspaceId, limits};
use records::record_list::Selection;
use rules::{Seat, TerritoryMethod};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Sql, StoreError, WriteTx};

/// Territories of a workspace at most.
pub const MOST: usize = 50;
/// Members of a territory at most.
const SEATS: usize = 200;

/// What a territory is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TerritoryDefinition {
    /// Its name.
    pub name: String,
    /// Whom it serves and why it is drawn this way.
    pub purpose: String,
    /// Which companies.
    pub rule: Selection,
    /// Who answers for it; gets all companies by the method `owner`.
    pub owner_id: UserId,
    /// How its companies are dealt out.
    pub method: TerritoryMethod,
    /// Among whom, by the other methods; by capacity, each needs one.
    #[serde(default)]
    pub members: Vec<Seat>,
    /// Its place in the order, from 0; the end when it is not said.
    #[serde(default)]
    pub position: Option<i64>,
}

/// A territory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Territory {
    /// Its id.
    pub id: TerritoryId,
    /// Its name.
    pub name: String,
    /// Whom it serves and why it is drawn this way.
    pub purpose: String,
    /// Which companies.
    pub rule: Selection,
    /// Its place in the order, from 0.
    pub position: i64,
    /// Who answers for it.
    pub owner_id: UserId,
    /// How its companies are dealt out.
    pub method: TerritoryMethod,
    /// Among whom.
    pub members: Vec<Seat>,
    /// Where dealing in turn goes on.
    #[serde(skip)]
    pub turn: i64,
    /// Counts changes.
    pub revision: i64,
    /// Made when.
    pub created_at: Timestamp,
    /// Changed when.
    pub updated_at: Timestamp,
}

#[derive(FromQueryResult)]
struct Row {
    id: TerritoryId,
    name: String,
    purpose: String,
    rule: Json,
    position: i64,
    owner_id: UserId,
    method: String,
    members: Json,
    turn: i64,
    revision: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

const COLUMNS: &str =
    "id, name, purpose, rule, position, owner_id, method, members, turn, revision, created_at, updated_at";

impl Row {
    fn read(self) -> Result<Territory, StoreError> {
        let wrong =
            |e: serde_json::Error| StoreError::Shape { what: "territory".to_owned(), why: e.to_string() };
        Ok(Territory {
            id: self.id,
            name: self.name,
            purpose: self.purpose,
            rule: serde_json::from_value(self.rule).map_err(wrong)?,
            position: self.position,
            owner_id: self.owner_id,
            method: serde_json::from_value(Json::from(self.method)).map_err(wrong)?,
            members: serde_json::from_value(self.members).map_err(wrong)?,
            turn: self.turn,
            revision: self.revision,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// All territories of a workspace, in the order in which they are tried.
///
/// # Errors
/// Whatever the database says.
pub async fn all(db: &impl Source, workspace: WorkspaceId) -> store::Result<Vec<Territory>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM territory WHERE workspace_id = ").bind(workspace);
    sql.push(" ORDER BY position, id");
    sql.all::<Row>(db.conn()).await?.into_iter().map(Row::read).collect()
}

/// Refuses a definition that cannot be put into force.
///
/// # Errors
/// 422 with the field at fault.
pub async fn check(db: &impl Source, workspace: WorkspaceId, new: &TerritoryDefinition) -> Answer<()> {
    if new.name.trim().is_empty() || !limits::fits(&new.name, limits::NAME_CHARS) {
        return Err(Problem::field("name", "required", "from 1 to 200 characters"));
    }
    if new.purpose.trim().is_empty() || !limits::fits(&new.purpose, limits::REASON_CHARS) {
        return Err(Problem::field("purpose", "required", "from 1 to 2,000 characters"));
    }
    check_members(db, workspace, new).await?;
    new.rule.check(db, workspace, records::Kind::Company).await
}

async fn check_members(db: &impl Source, workspace: WorkspaceId, new: &TerritoryDefinition) -> Answer<()> {
    let there = survey::members(db, workspace).await?;
    if !there.contains(&new.owner_id) {
        return Err(Problem::field("owner_id", "not_found", "this is no member of the workspace"));
    }
    let fault = |code: &str, why: &str| Err(Problem::field("members", code, why));
    if new.method != TerritoryMethod::Owner && new.members.is_empty() {
        return fault("required", "somebody to deal companies out to");
    }
    if new.members.len() > SEATS {
        return fault("too_many", "at most 200 members");
    }
    let mut seen = std::collections::BTreeSet::new();
    for seat in &new.members {
        if !there.contains(&seat.user_id) {
            return fault("not_found", "this is no member of the workspace");
        }
        if !seen.insert(seat.user_id) {
            return fault("taken", "everybody once");
        }
        match seat.capacity {
            None if new.method == TerritoryMethod::CapacityWeighted => {
                return fault("required", "a capacity for everybody");
            }
            Some(capacity) if !(0..=10_000_000).contains(&capacity) => {
                return fault("invalid", "a capacity from 0 to 10,000,000");
            }
            _ => {}
        }
    }
    Ok(())
}

/// Puts a territory at its place among the others, which move up or down.
pub(crate) fn placed(mut others: Vec<Territory>, new: Territory, position: Option<i64>) -> Vec<Territory> {
    let at = position.and_then(|p| usize::try_from(p).ok()).unwrap_or(others.len()).min(others.len());
    others.insert(at, new);
    for (territory, position) in others.iter_mut().zip(0..) {
        territory.position = position;
    }
    others
}

pub(crate) async fn insert(tx: &WriteTx, workspace: WorkspaceId, new: &Territory) -> store::Result<()> {
    let text = "INSERT INTO territory (id, workspace_id, name, purpose, rule, position, owner_id, method, members, turn, \
                revision, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        new.id.into(),
        workspace.into(),
        new.name.clone().into(),
        new.purpose.clone().into(),
        json!(new.rule).into(),
        new.position.into(),
        new.owner_id.into(),
        method_key(new.method).into(),
        json!(new.members).into(),
        new.turn.into(),
        new.revision.into(),
        new.created_at.into(),
        new.updated_at.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

pub(crate) async fn save(tx: &WriteTx, changed: &Territory) -> store::Result<()> {
    let text = "UPDATE territory SET name = ?, purpose = ?, rule = ?, owner_id = ?, method = ?, members = ?, revision = ?, \
                updated_at = ? WHERE id = ?";
    let values = [
        changed.name.clone().into(),
        changed.purpose.clone().into(),
        json!(changed.rule).into(),
        changed.owner_id.into(),
        method_key(changed.method).into(),
        json!(changed.members).into(),
        changed.revision.into(),
        changed.updated_at.into(),
        changed.id.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Writes the places of all.
pub(crate) async fn save_order(tx: &WriteTx, all: &[Territory]) -> store::Result<()> {
    for territory in all {
        let text = "UPDATE territory SET position = ? WHERE id = ? AND position <> ?";
        let at = territory.position;
        Sql::with(tx.engine(), text, [at.into(), territory.id.into(), at.into()]).run(tx.conn()).await?;
    }
    Ok(())
}

/// Writes where dealing in turn stopped.
pub(crate) async fn save_turns(tx: &WriteTx, turns: &[(TerritoryId, i64)]) -> store::Result<()> {
    for (id, turn) in turns {
        let text = "UPDATE territory SET turn = ? WHERE id = ?";
        Sql::with(tx.engine(), text, [(*turn).into(), (*id).into()]).run(tx.conn()).await?;
    }
    Ok(())
}

fn method_key(method: TerritoryMethod) -> &'static str {
    match method {
        TerritoryMethod::Owner => "owner",
        TerritoryMethod::RoundRobin => "round_robin",
        TerritoryMethod::CapacityWeighted => "capacity_weighted",
    }
}
