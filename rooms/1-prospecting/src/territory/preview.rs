//! What a redefinition would move, and how even the work is before and after. Writes nothing.

use super::balance::{self, Evenness, Shares, TerritoryShare};
use super::rules::TerritoryChoices;
use super::survey::{self, DEALS, Survey, TASKS};
use super::{Territory, TerritoryDefinition, all, check, placed};
use http_room::{Answer, Problem};
use kernel::{TerritoryId, Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::Sql;
use store::db::Source;

/// What to look at.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewTerritories {
    /// The territory that is redefined. Without `territory`: as if it were gone.
    #[serde(default)]
    pub id: Option<TerritoryId>,
    /// What it would be; without `id`, a new one. With neither, all are taken as they are saved.
    #[serde(default)]
    pub territory: Option<TerritoryDefinition>,
    /// What is left alone.
    #[serde(default)]
    pub choices: TerritoryChoices,
}

/// Companies that would go from one to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Flow {
    /// Whose they are; null: nobody's.
    pub from: Option<UserId>,
    /// Whose they would be.
    pub to: UserId,
    /// How many.
    pub companies: i64,
}

/// What one territory comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TerritoryReach {
    /// Which; a new one has an id of its own that is not kept.
    pub id: TerritoryId,
    /// Its name.
    pub name: String,
    /// Companies its rule matches.
    pub matched: i64,
    /// Companies it decides on: those no earlier one matches.
    pub first: i64,
    /// Of these, companies nobody had room for.
    pub unassigned: i64,
    /// Why: `no_members` or `full`.
    pub unassigned_because: Option<String>,
}

/// Companies that two territories match; the first decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Overlap {
    /// The one that decides.
    pub first: TerritoryId,
    /// The other.
    pub second: TerritoryId,
    /// How many.
    pub companies: i64,
    /// How many today, by the territories as they are saved.
    pub before: i64,
}

/// One person's companies before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PersonBalance {
    /// Who; null: companies nobody owns.
    pub user_id: Option<UserId>,
    /// Today.
    pub before: TerritoryShare,
    /// Then.
    pub after: TerritoryShare,
}

/// What would happen.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct TerritoryPreview {
    /// Companies some territory matches.
    pub companies: i64,
    /// Of these, companies that would go to somebody else.
    pub moves: i64,
    /// Companies that stay only because a deal is open.
    pub kept_for_deals: i64,
    /// Companies nobody has room for; they stay whose they are.
    pub unassigned: i64,
    /// From whom to whom, the most first.
    pub flows: Vec<Flow>,
    /// Territory by territory, in their order.
    pub territories: Vec<TerritoryReach>,
    /// Where territories overlap, the most first.
    pub overlaps: Vec<Overlap>,
    /// Everybody who owns companies or would.
    pub people: Vec<PersonBalance>,
    /// How even it is today among the people of the territories.
    pub evenness_before: Evenness,
    /// How even it would be.
    pub evenness_after: Evenness,
    /// The currency of `potential_minor`.
    pub currency: String,
}

/// The territories as they would be.
async fn proposed(
    db: &impl Source,
    workspace: WorkspaceId,
    saved: &[Territory],
    request: &PreviewTerritories,
) -> Answer<Vec<Territory>> {
    let old = match request.id {
        Some(id) => Some(saved.iter().find(|t| t.id == id).ok_or_else(|| Problem::not_found("territory"))?),
        None => None,
    };
    let others: Vec<Territory> = saved.iter().filter(|t| Some(t.id) != request.id).cloned().collect();
    let Some(new) = &request.territory else { return Ok(others) };
    check(db, workspace, new).await?;
    let position = new.position.or_else(|| old.map(|t| t.position));
    let new = match old {
        Some(old) => defined(old.clone(), new),
        None => defined(blank(Timestamp(0)), new),
    };
    Ok(placed(others, new, position))
}

/// A territory of which nothing is said yet.
pub(super) fn blank(now: Timestamp) -> Territory {
    Territory {
        id: TerritoryId::new(),
        name: String::new(),
        purpose: String::new(),
        rule: records::record_list::Selection::default(),
        position: 0,
        owner_id: UserId::new(),
        method: super::rules::TerritoryMethod::Owner,
        members: Vec::new(),
        turn: 0,
        revision: 1,
        created_at: now,
        updated_at: now,
    }
}

/// A territory as a definition has it.
pub(super) fn defined(territory: Territory, new: &TerritoryDefinition) -> Territory {
    Territory {
        name: new.name.trim().to_owned(),
        purpose: new.purpose.trim().to_owned(),
        rule: new.rule.clone(),
        owner_id: new.owner_id,
        method: new.method,
        members: new.members.clone(),
        ..territory
    }
}

/// Looks ahead.
///
/// # Errors
/// 404 for a territory that is not there, 422 for a definition or rule that does not fit.
pub async fn preview(
    db: &impl Source,
    workspace: WorkspaceId,
    currency: &str,
    request: &PreviewTerritories,
) -> Answer<TerritoryPreview> {
    let saved = all(db, workspace).await?;
    let proposed = proposed(db, workspace, &saved, request).await?;
    let survey = survey::draw_up(db, workspace, &proposed, request.choices).await?;
    let overlaps_before = if proposed == saved {
        survey.reach.overlaps.clone()
    } else {
        survey::reach(db, workspace, &saved).await?.overlaps
    };
    let before = shares(db, workspace, currency).await?;
    let after = after(&before, &survey, currency);
    let there = survey::members(db, workspace).await?;
    let seats = proposed.iter().flat_map(|t| survey::dealer(t, &there).seats);
    let people: BTreeSet<UserId> = seats.map(|seat| seat.user_id).collect();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Ok(TerritoryPreview {
        companies: count(survey.reach.first.len()),
        moves: count(survey.plan.moves.len()),
        kept_for_deals: survey.plan.kept_for_deals,
        unassigned: survey.plan.unassigned.iter().sum(),
        flows: flows(&survey),
        territories: reaches(&proposed, &survey, &there),
        overlaps: overlaps(&survey.reach.overlaps, &overlaps_before),
        evenness_before: balance::evenness(&before, &people),
        evenness_after: balance::evenness(&after, &people),
        people: side_by_side(before, &after, &people),
        currency: currency.to_owned(),
    })
}

fn flows(survey: &Survey) -> Vec<Flow> {
    let mut counts: BTreeMap<(Option<UserId>, UserId), i64> = BTreeMap::new();
    survey.plan.moves.iter().for_each(|m| *counts.entry((m.from, m.to)).or_default() += 1);
    let flow = |((from, to), companies)| Flow { from, to, companies };
    let mut flows: Vec<Flow> = counts.into_iter().map(flow).collect();
    flows.sort_by_key(|flow| -flow.companies);
    flows
}

fn reaches(territories: &[Territory], survey: &Survey, there: &BTreeSet<UserId>) -> Vec<TerritoryReach> {
    let mut first = vec![0; territories.len()];
    survey.reach.first.values().for_each(|(_, at)| first[*at] += 1);
    let reach = |(at, territory): (usize, &Territory)| {
        let unassigned = survey.plan.unassigned[at];
        let empty = survey::dealer(territory, there).seats.is_empty();
        let why = if empty { "no_members" } else { "full" };
        TerritoryReach {
            id: territory.id,
            name: territory.name.clone(),
            matched: survey.reach.matched[at],
            first: first[at],
            unassigned,
            unassigned_because: (unassigned > 0).then(|| why.to_owned()),
        }
    };
    territories.iter().enumerate().map(reach).collect()
}

type Pairs = BTreeMap<(TerritoryId, TerritoryId), i64>;

fn overlaps(now: &Pairs, before: &Pairs) -> Vec<Overlap> {
    let old = |a, b| before.get(&(a, b)).or_else(|| before.get(&(b, a))).copied().unwrap_or(0);
    let overlap = |(&(first, second), &companies): (&(TerritoryId, TerritoryId), &i64)| Overlap {
        first,
        second,
        companies,
        before: old(first, second),
    };
    let mut overlaps: Vec<Overlap> = now.iter().map(overlap).collect();
    overlaps.sort_by_key(|overlap| -overlap.companies);
    overlaps
}

#[derive(FromQueryResult)]
struct Sums {
    owner_id: Option<UserId>,
    companies: i64,
    scored: i64,
    score_sum: i64,
    good_fit: i64,
    potential_minor: i64,
    potential_known: i64,
}

/// What everybody owns today, companies outside every territory included.
async fn shares(db: &impl Source, workspace: WorkspaceId, currency: &str) -> Answer<Shares> {
    let text = "SELECT owner_id, COUNT(*) AS companies, COUNT(icp_score) AS scored, \
                CAST(COALESCE(SUM(icp_score), 0) AS BIGINT) AS score_sum, \
                CAST(SUM(CASE WHEN icp_grade IN ('A', 'B') THEN 1 ELSE 0 END) AS BIGINT) AS good_fit, \
                CAST(COALESCE(SUM(CASE WHEN revenue_currency = ? THEN revenue_minor END), 0) AS BIGINT) AS potential_minor, \
                COUNT(CASE WHEN revenue_currency = ? THEN revenue_minor END) AS potential_known \
                FROM company WHERE workspace_id = ? AND deleted_at IS NULL GROUP BY owner_id";
    let values = [currency.into(), currency.into(), workspace.into()];
    let sums: Vec<Sums> = Sql::with(db.engine(), text, values).all(db.conn()).await?;
    let share = |s: Sums| {
        let share = TerritoryShare {
            companies: s.companies,
            scored: s.scored,
            score_sum: s.score_sum,
            good_fit: s.good_fit,
            potential_minor: s.potential_minor,
            potential_known: s.potential_known,
            ..TerritoryShare::default()
        };
        (s.owner_id, share)
    };
    let mut shares: Shares = sums.into_iter().map(share).collect();
    for (owner, deals) in by_owner(db, workspace, DEALS).await? {
        shares.entry(owner).or_default().open_deals = deals;
    }
    for (owner, tasks) in by_owner(db, workspace, TASKS).await? {
        shares.entry(owner).or_default().open_tasks = tasks;
    }
    Ok(shares)
}

/// What `counted` counts by company, by the company's owner.
async fn by_owner(
    db: &impl Source,
    workspace: WorkspaceId,
    counted: &str,
) -> store::Result<Vec<(Option<UserId>, i64)>> {
    let counted = counted.replacen("COUNT(*)", "COUNT(*) AS counted", 1);
    let text = format!(
        "SELECT c.owner_id, CAST(SUM(x.counted) AS BIGINT) FROM ({counted}) x JOIN company c ON c.id = x.company_id \
         WHERE c.workspace_id = ? AND c.deleted_at IS NULL GROUP BY c.owner_id"
    );
    let sql = Sql::with(db.engine(), &text, [workspace.into(), workspace.into()]);
    let rows = sql.rows(db.conn()).await?;
    let read = |row: &store::Row| {
        Ok((row.try_get_by_index::<Option<uuid::Uuid>>(0)?.map(UserId), row.try_get_by_index(1)?))
    };
    rows.iter().map(read).collect()
}

fn after(before: &Shares, survey: &Survey, currency: &str) -> Shares {
    let mut shares = before.clone();
    for one in &survey.plan.moves {
        let weight = survey.weight(one.company, currency);
        shares.entry(one.from).or_default().count(&weight, -1);
        shares.entry(Some(one.to)).or_default().count(&weight, 1);
    }
    shares
}

fn side_by_side(before: Shares, after: &Shares, people: &BTreeSet<UserId>) -> Vec<PersonBalance> {
    let mut who: BTreeSet<Option<UserId>> = before.keys().chain(after.keys()).copied().collect();
    who.extend(people.iter().map(|user| Some(*user)));
    let of = |shares: &Shares, user| shares.get(&user).copied().unwrap_or_default();
    who.into_iter()
        .map(|user_id| PersonBalance { user_id, before: of(&before, user_id), after: of(after, user_id) })
        .collect()
}
