//! What the rules match today, and the plan that follows.

use super::Territory;
use super::balance::Weight;
use super::rules::{self, Candidate, Dealer, Loads, Plan, Seat, TerritoryChoices, TerritoryMethod};
use http_room::Answer;
use kernel::{CompanyId, TerritoryId, UserId, WorkspaceId};
use records::Kind;
use records::record_list::Selection;
use sea_orm::FromQueryResult;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::Sql;
use store::db::Source;

/// A company as far as territories are concerned.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Matched {
    id: CompanyId,
    owner_id: Option<UserId>,
    icp_score: Option<i64>,
    icp_grade: Option<String>,
    revenue_minor: Option<i64>,
    revenue_currency: Option<String>,
}

const MATCHED: &str = "SELECT id, owner_id, icp_score, icp_grade, revenue_minor, revenue_currency ";

/// Which companies which rules match.
#[derive(Debug, Default)]
pub struct Reach {
    /// By company, what it is and the first territory that matches.
    pub first: BTreeMap<CompanyId, (Matched, usize)>,
    /// By territory, how many its rule matches.
    pub matched: Vec<i64>,
    /// By pair of territories, in their order, how many both match.
    pub overlaps: BTreeMap<(TerritoryId, TerritoryId), i64>,
}

/// A plan and what it was drawn up from.
#[derive(Debug)]
pub struct Survey {
    /// What matches.
    pub reach: Reach,
    /// What happens.
    pub plan: Plan,
    /// Open deals by company.
    pub deals: HashMap<CompanyId, i64>,
    /// Open tasks by company.
    pub tasks: HashMap<CompanyId, i64>,
}

/// Everybody in a workspace.
///
/// # Errors
/// Whatever the database says.
pub async fn members(db: &impl Source, workspace: WorkspaceId) -> store::Result<BTreeSet<UserId>> {
    let text = "SELECT user_id FROM membership WHERE workspace_id = ?";
    let rows = Sql::with(db.engine(), text, [workspace.into()]).rows(db.conn()).await?;
    rows.iter().map(|row| Ok(UserId(row.try_get_by_index(0)?))).collect()
}

/// Companies a rule matches; among `ids` alone when there are any.
///
/// # Errors
/// 422 when the rule asks for what is not there any more; whatever the database says.
pub async fn matching(
    db: &impl Source,
    workspace: WorkspaceId,
    rule: &Selection,
    ids: Option<&[CompanyId]>,
) -> Answer<Vec<Matched>> {
    let mut sql = rule.matching(db, workspace, Kind::Company).await?.prefixed(MATCHED);
    if let Some(ids) = ids {
        sql.push(" AND id IN ").bind_list(ids.iter().map(|id| (*id).into()));
    }
    Ok(sql.all(db.conn()).await?)
}

impl Matched {
    /// Which.
    #[must_use]
    pub fn company(&self) -> CompanyId {
        self.id
    }

    /// Whose it is.
    #[must_use]
    pub fn owner(&self) -> Option<UserId> {
        self.owner_id
    }
}

/// Tries every rule on all companies.
///
/// # Errors
/// As [`matching`].
pub async fn reach(db: &impl Source, workspace: WorkspaceId, territories: &[Territory]) -> Answer<Reach> {
    let mut reach = Reach::default();
    let mut others: HashMap<CompanyId, Vec<usize>> = HashMap::new();
    for (at, territory) in territories.iter().enumerate() {
        let matched = matching(db, workspace, &territory.rule, None).await?;
        reach.matched.push(i64::try_from(matched.len()).unwrap_or(i64::MAX));
        for company in matched {
            let before = others.entry(company.id).or_default();
            for earlier in before.iter() {
                *reach.overlaps.entry((territories[*earlier].id, territory.id)).or_default() += 1;
            }
            before.push(at);
            reach.first.entry(company.id).or_insert((company, at));
        }
    }
    Ok(reach)
}

/// The dealer of a territory, among those who are still there.
#[must_use]
pub fn dealer(territory: &Territory, there: &BTreeSet<UserId>) -> Dealer {
    let owner = [Seat { user_id: territory.owner_id, capacity: None }];
    let seats = if territory.method == TerritoryMethod::Owner { &owner[..] } else { &territory.members };
    Dealer {
        territory: territory.id,
        method: territory.method,
        seats: seats.iter().filter(|seat| there.contains(&seat.user_id)).copied().collect(),
        turn: territory.turn,
    }
}

/// Companies owned, by owner.
///
/// # Errors
/// Whatever the database says.
pub async fn loads(db: &impl Source, workspace: WorkspaceId) -> store::Result<Loads> {
    let text = "SELECT owner_id, COUNT(*) FROM company WHERE workspace_id = ? AND deleted_at IS NULL \
                AND owner_id IS NOT NULL GROUP BY owner_id";
    let rows = Sql::with(db.engine(), text, [workspace.into()]).rows(db.conn()).await?;
    rows.iter().map(|row| Ok((UserId(row.try_get_by_index(0)?), row.try_get_by_index(1)?))).collect()
}

/// Open deals by company.
pub(super) const DEALS: &str = "SELECT company_id, COUNT(*) FROM deal WHERE workspace_id = ? AND status = 'open' \
    AND deleted_at IS NULL AND company_id IS NOT NULL GROUP BY company_id";
/// Open tasks by company; a task of a deal is one of its company.
pub(super) const TASKS: &str = "SELECT COALESCE(t.company_id, d.company_id) AS company_id, COUNT(*) FROM task t \
    LEFT JOIN deal d ON d.id = t.deal_id WHERE t.workspace_id = ? AND t.state = 'open' AND t.deleted_at IS NULL \
    AND COALESCE(t.company_id, d.company_id) IS NOT NULL GROUP BY COALESCE(t.company_id, d.company_id)";

async fn counted(
    db: &impl Source,
    workspace: WorkspaceId,
    text: &str,
) -> store::Result<HashMap<CompanyId, i64>> {
    let rows = Sql::with(db.engine(), text, [workspace.into()]).rows(db.conn()).await?;
    rows.iter().map(|row| Ok((CompanyId(row.try_get_by_index(0)?), row.try_get_by_index(1)?))).collect()
}

/// Draws up what putting these territories into force would do. Writes nothing.
///
/// # Errors
/// As [`matching`].
pub async fn draw_up(
    db: &impl Source,
    workspace: WorkspaceId,
    territories: &[Territory],
    choices: TerritoryChoices,
) -> Answer<Survey> {
    let there = members(db, workspace).await?;
    let reach = reach(db, workspace, territories).await?;
    let deals = counted(db, workspace, DEALS).await?;
    let tasks = counted(db, workspace, TASKS).await?;
    let candidate = |(company, territory): &(Matched, usize)| Candidate {
        company: company.id,
        owner: company.owner_id,
        open_deal: deals.contains_key(&company.id),
        territory: *territory,
    };
    let candidates = reach.first.values().map(candidate).collect();
    let dealers = territories.iter().map(|territory| dealer(territory, &there)).collect();
    let plan = rules::plan(dealers, candidates, loads(db, workspace).await?, choices);
    Ok(Survey { reach, plan, deals, tasks })
}

impl Survey {
    /// What a matched company weighs.
    #[must_use]
    pub fn weight(&self, company: CompanyId, currency: &str) -> Weight {
        let Some((row, _)) = self.reach.first.get(&company) else { return Weight::default() };
        let count = |of: &HashMap<CompanyId, i64>| of.get(&company).copied().unwrap_or(0);
        Weight {
            score: row.icp_score,
            good_fit: matches!(row.icp_grade.as_deref(), Some("A" | "B")),
            revenue: row.revenue_minor.filter(|_| row.revenue_currency.as_deref() == Some(currency)),
            open_deals: count(&self.deals),
            open_tasks: count(&self.tasks),
        }
    }
}
