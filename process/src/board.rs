//! The cycle as a board: seven columns with counts, sums and pages of cards. No query per card.

use std::collections::HashMap;
use std::str::FromStr;

use http_room::{Answer, Field, FieldKind, ListQuery, Page, Problem, list};
use kernel::{Currency, DealId, Money, Timestamp, UserId, WorkspaceId};
use records::deal::{self, Deal, DealPerson, NextAction};
use records::workspace::Workspace;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use store::{Db, Sql};

use crate::deal_row::{self, calendar_in};
use crate::definition::{Definition, Text};
use crate::sla::{self, Calendar, Pause, SlaState};
use crate::stage::Phase;
use crate::version;

/// Cards of a column's page.
const CARDS: u32 = 50;

/// A deal on the board.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Card {
    /// The deal.
    #[serde(flatten)]
    pub deal: Deal,
    /// Its buying committee.
    pub people: Vec<DealPerson>,
    /// The next thing to do.
    pub next_action: Option<NextAction>,
    /// Whole days in the stage, by the calendar.
    pub days_in_stage: i64,
    /// Business seconds in the stage, without pauses.
    pub business_seconds: i64,
    /// The stay against its target.
    pub sla_state: SlaState,
}

/// What a column's deals are worth, in one currency.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Sum {
    /// The amount.
    #[serde(flatten)]
    pub value: Money,
    /// How many deals it adds up.
    pub deals: i64,
}

/// A column.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Column {
    /// The phase.
    pub stage: Phase,
    /// Its name in the current process.
    pub name: Text,
    /// Target stay in business days.
    pub sla_days: u32,
    /// Open deals in it.
    pub count: i64,
    /// Deals that said "not yet" and wait here; nurturing only.
    pub parked: i64,
    /// What the open deals are worth.
    pub values: Vec<Sum>,
    /// The deals longest in the stage first.
    pub cards: Vec<Card>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

/// The board.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Board {
    /// The seven columns in order.
    pub columns: Vec<Column>,
}

const FIELDS: &[Field] = &[Field::column("entered_stage_at", FieldKind::Instant, true)];

/// What the board is narrowed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Narrowed {
    /// Only deals of this owner.
    pub owner: Option<UserId>,
}

impl Narrowed {
    /// Reads `owner=<uuid>` of a query.
    ///
    /// # Errors
    /// 422 when it is no id.
    pub fn read(query: &ListQuery) -> Answer<Self> {
        let mut narrowed = Self::default();
        for (key, value) in &query.others {
            if key == "owner" {
                let wrong = |_| Problem::field("owner", "invalid", "the id of a member is expected");
                narrowed.owner = Some(UserId::from_str(value).map_err(wrong)?);
            }
        }
        Ok(narrowed)
    }

    fn push(self, sql: &mut Sql) {
        if let Some(owner) = self.owner {
            sql.push(" AND owner_id = ").bind(owner);
        }
    }
}

/// The whole board.
///
/// # Errors
/// Whatever the database says.
pub async fn board(db: &Db, workspace: WorkspaceId, narrowed: Narrowed, now: Timestamp) -> Answer<Board> {
    let current = version::current(db, workspace).await?;
    let process = current.map_or_else(Definition::seven_stages, |v| v.definition);
    let counts = counts(db, workspace, narrowed).await?;
    let mut pages = Vec::with_capacity(Phase::ALL.len());
    let query = ListQuery { limit: CARDS, ..ListQuery::default() };
    for phase in Phase::ALL {
        pages.push(deals(db, workspace, phase, narrowed, &query).await?);
    }
    let all: Vec<Deal> = pages.iter().flat_map(|p| p.items.clone()).collect();
    let mut dressed = dress(db, workspace, &process, all, now).await?.into_iter();
    let columns = Phase::ALL.into_iter().zip(pages).map(|(phase, page)| Column {
        stage: phase,
        name: process.stages_of(phase).next().map_or_else(|| unnamed(phase), |s| s.name.clone()),
        sla_days: process.sla_of(phase),
        count: counts.iter().filter(|c| c.is(phase, "open")).map(|c| c.deals).sum(),
        parked: counts.iter().filter(|c| c.is(phase, "not_yet")).map(|c| c.deals).sum(),
        values: counts.iter().filter(|c| c.is(phase, "open")).filter_map(Count::sum).collect(),
        cards: dressed.by_ref().take(page.items.len()).collect(),
        next_cursor: page.next_cursor,
    });
    Ok(Board { columns: columns.collect() })
}

fn unnamed(phase: Phase) -> Text {
    Text { en: phase.key().to_owned(), ko: phase.key().to_owned() }
}

/// A page of one column.
///
/// # Errors
/// 422 for a cursor that does not fit; whatever the database says.
pub async fn column(
    db: &Db,
    workspace: WorkspaceId,
    phase: Phase,
    query: &ListQuery,
    now: Timestamp,
) -> Answer<Page<Card>> {
    let current = version::current(db, workspace).await?;
    let process = current.map_or_else(Definition::seven_stages, |v| v.definition);
    let page = deals(db, workspace, phase, Narrowed::read(query)?, query).await?;
    let items = dress(db, workspace, &process, page.items, now).await?;
    Ok(Page { items, next_cursor: page.next_cursor })
}

async fn deals(
    db: &Db,
    workspace: WorkspaceId,
    phase: Phase,
    narrowed: Narrowed,
    query: &ListQuery,
) -> Answer<Page<Deal>> {
    let mut sql = Sql::with(
        db.engine(),
        "FROM deal WHERE workspace_id = ? AND status = 'open' AND stage = ? AND deleted_at IS NULL",
        [workspace.into(), phase.key().into()],
    );
    narrowed.push(&mut sql);
    list::page(db.read(), deal::COLUMNS, sql, FIELDS, query, ("entered_stage_at", false)).await
}

#[derive(FromQueryResult)]
struct Count {
    stage: String,
    status: String,
    value_currency: Option<String>,
    deals: i64,
    total: Option<i64>,
}

impl Count {
    fn is(&self, phase: Phase, status: &str) -> bool {
        self.stage == phase.key() && self.status == status
    }

    fn sum(&self) -> Option<Sum> {
        let currency = Currency::parse(self.value_currency.as_deref()?).ok()?;
        Some(Sum { value: Money::new(self.total?, currency), deals: self.deals })
    }
}

async fn counts(db: &Db, workspace: WorkspaceId, narrowed: Narrowed) -> Answer<Vec<Count>> {
    let mut sql = Sql::with(
        db.engine(),
        "SELECT stage, status, value_currency, COUNT(*) AS deals, CAST(SUM(value_minor) AS BIGINT) AS total \
         FROM deal WHERE workspace_id = ? AND status IN ('open', 'not_yet') AND deleted_at IS NULL",
        [workspace.into()],
    );
    narrowed.push(&mut sql);
    sql.push(" GROUP BY stage, status, value_currency ORDER BY stage, status, value_currency");
    Ok(sql.all(db.read()).await?)
}

/// Adds what cards show besides the deal, in three queries for all of them.
async fn dress(
    db: &Db,
    workspace: WorkspaceId,
    process: &Definition,
    deals: Vec<Deal>,
    now: Timestamp,
) -> Answer<Vec<Card>> {
    let ids: Vec<DealId> = deals.iter().map(|d| d.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let space = deal_row::workspace(db, workspace).await?;
    let calendars = calendars(db, &space).await?;
    let away = calendar_in(&space, None);
    let mut next = by_deal(deal::next_actions(db, workspace, &ids).await?, |n: &NextAction| n.deal_id);
    let mut people = people(db, workspace, &ids).await?;
    let pauses = pauses(db, workspace, &ids).await?;
    let cards = deals.into_iter().map(|deal| {
        let calendar = deal.owner_id.and_then(|o| calendars.get(&o)).unwrap_or(&away);
        let stood = pauses.get(&deal.id).map_or(&[][..], Vec::as_slice);
        let worked = calendar.worked_seconds(deal.entered_stage_at, now, stood);
        let target = deal.stage.parse().map_or(0, |phase| process.sla_of(phase));
        Card {
            days_in_stage: now.seconds_since(deal.entered_stage_at).max(0) / 86_400,
            business_seconds: worked,
            sla_state: sla::state(worked, target),
            people: people.remove(&deal.id).unwrap_or_default(),
            next_action: next.remove(&deal.id),
            deal,
        }
    });
    Ok(cards.collect())
}

fn by_deal<T>(rows: Vec<T>, deal: impl Fn(&T) -> DealId) -> HashMap<DealId, T> {
    rows.into_iter().map(|row| (deal(&row), row)).collect()
}

async fn calendars(db: &Db, workspace: &Workspace) -> Answer<HashMap<UserId, Calendar>> {
    let members = records::workspace::members(db, workspace.id).await?;
    Ok(members.into_iter().map(|m| (m.user_id, calendar_in(workspace, Some(&m.time_zone)))).collect())
}

#[derive(FromQueryResult)]
struct PlacedPerson {
    deal_id: DealId,
    person_id: kernel::PersonId,
    name: String,
    title: Option<String>,
    email: Option<String>,
    roles: Json,
    stance: Option<i32>,
    evidence: Option<String>,
}

async fn people(db: &Db, workspace: WorkspaceId, ids: &[DealId]) -> Answer<HashMap<DealId, Vec<DealPerson>>> {
    let mut sql = Sql::with(
        db.engine(),
        "SELECT d.deal_id, d.person_id, p.name, p.title, p.email, d.roles, d.stance, d.evidence FROM deal_person d \
         JOIN person p ON p.id = d.person_id WHERE d.workspace_id = ? AND p.deleted_at IS NULL AND d.deal_id IN ",
        [workspace.into()],
    );
    sql.bind_list(ids.iter().map(|d| (*d).into())).push(" ORDER BY d.created_at, d.person_id");
    let mut found: HashMap<DealId, Vec<DealPerson>> = HashMap::new();
    for p in sql.all::<PlacedPerson>(db.read()).await? {
        let PlacedPerson { deal_id, person_id, name, title, email, roles, stance, evidence } = p;
        let person = DealPerson { person_id, name, title, email, roles, stance, evidence };
        found.entry(deal_id).or_default().push(person);
    }
    Ok(found)
}

async fn pauses(db: &Db, workspace: WorkspaceId, ids: &[DealId]) -> Answer<HashMap<DealId, Vec<Pause>>> {
    let mut sql = Sql::with(
        db.engine(),
        "SELECT deal_id, from_at, until_at FROM deal_pause WHERE workspace_id = ? AND deal_id IN ",
        [workspace.into()],
    );
    sql.bind_list(ids.iter().map(|d| (*d).into()));
    let mut found: HashMap<DealId, Vec<Pause>> = HashMap::new();
    for row in sql.rows(db.read()).await? {
        let pause =
            Pause { from: Timestamp(row.try_get_by_index(1)?), until: Timestamp(row.try_get_by_index(2)?) };
        found.entry(DealId(row.try_get_by_index(0)?)).or_default().push(pause);
    }
    Ok(found)
}
