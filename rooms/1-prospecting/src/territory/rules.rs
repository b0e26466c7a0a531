//! Whose a company becomes: dealing out by owner, in turn, or by capacity; and what stays where it is.
//!
//! Pure. Loads are companies a person owns in all, so that somebody in two territories is not filled twice.

use kernel::{CompanyId, TerritoryId, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How the companies of a territory are dealt out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TerritoryMethod {
    /// All to the territory's owner.
    Owner,
    /// To its members in turn, going on where it stopped.
    RoundRobin,
    /// To its members in proportion to what they can work.
    CapacityWeighted,
}

/// A member of a territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// Who.
    pub user_id: UserId,
    /// Companies this person can work, in all; null: no limit.
    #[serde(default)]
    pub capacity: Option<i64>,
}

/// Companies owned, by owner.
pub type Loads = BTreeMap<UserId, i64>;

/// Who gets the companies of one territory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dealer {
    /// Which territory.
    pub territory: TerritoryId,
    /// How.
    pub method: TerritoryMethod,
    /// Among whom; those who left the workspace are not among them any more.
    pub seats: Vec<Seat>,
    /// Companies dealt in turn so far.
    pub turn: i64,
}

impl Dealer {
    /// The next to get a company; `None` when nobody has room. Counts it on them.
    pub fn next(&mut self, loads: &mut Loads) -> Option<UserId> {
        let chosen = match self.method {
            TerritoryMethod::Owner => self.seats.first().map(|seat| seat.user_id),
            TerritoryMethod::RoundRobin => self.in_turn(loads),
            TerritoryMethod::CapacityWeighted => self.by_capacity(loads),
        }?;
        *loads.entry(chosen).or_default() += 1;
        Some(chosen)
    }

    /// Whether somebody of the territory may keep a company they own.
    #[must_use]
    pub fn keeps(&self, owner: UserId, loads: &Loads) -> bool {
        self.seats.iter().any(|seat| {
            seat.user_id == owner
                && (self.method == TerritoryMethod::Owner || has_room(seat, load(loads, owner)))
        })
    }

    fn in_turn(&mut self, loads: &Loads) -> Option<UserId> {
        let seats = i64::try_from(self.seats.len()).ok().filter(|n| *n > 0)?;
        for _ in 0..seats {
            let at = usize::try_from(self.turn.rem_euclid(seats)).ok()?;
            self.turn = (self.turn + 1).rem_euclid(seats);
            let seat = &self.seats[at];
            if has_room(seat, load(loads, seat.user_id)) {
                return Some(seat.user_id);
            }
        }
        None
    }

    /// The quota method of M. L. Balinski and H. P. Young (American Mathematical Monthly 82, 1975, 701–730): of those
    /// below their exact share of all companies with the next one counted, whoever is used least with it; ties go to
    /// the lower id. From nothing, everybody is within one of the exact share after every company.
    fn by_capacity(&self, loads: &Loads) -> Option<UserId> {
        let counted = |seat: &&Seat| seat.capacity.is_some_and(|capacity| capacity > 0);
        let seats = || self.seats.iter().filter(counted);
        let capacity = |seat: &Seat| i128::from(seat.capacity.unwrap_or(0));
        let of = |seat: &Seat| i128::from(load(loads, seat.user_id));
        let open = |seat: &&Seat| has_room(seat, load(loads, seat.user_id));
        let total: i128 = seats().filter(open).map(capacity).sum();
        let next: i128 = seats().filter(open).map(of).sum::<i128>() + 1;
        seats()
            .filter(open)
            .filter(|seat| of(seat) * total < next * capacity(seat))
            .min_by(|a, b| {
                let (left, right) = ((of(a) + 1) * capacity(b), (of(b) + 1) * capacity(a));
                left.cmp(&right).then(a.user_id.cmp(&b.user_id))
            })
            .map(|seat| seat.user_id)
    }
}

fn load(loads: &Loads, user: UserId) -> i64 {
    loads.get(&user).copied().unwrap_or(0)
}

fn has_room(seat: &Seat, load: i64) -> bool {
    seat.capacity.is_none_or(|capacity| load < capacity)
}

/// A company that a territory's rule matches first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Which.
    pub company: CompanyId,
    /// Whose it is.
    pub owner: Option<UserId>,
    /// Whether a deal with it is open.
    pub open_deal: bool,
    /// The place of its territory among the dealers.
    pub territory: usize,
}

/// What a putting into force leaves alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TerritoryChoices {
    /// Companies with an open deal stay with their owner.
    pub keep_open_deals: bool,
    /// All companies are dealt out anew; otherwise those that belong to a member of their territory, who has
    /// room, stay with them.
    pub deal_anew: bool,
}

impl Default for TerritoryChoices {
    fn default() -> Self {
        Self { keep_open_deals: true, deal_anew: false }
    }
}

/// A company that goes to somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// Which.
    pub company: CompanyId,
    /// By which territory, as in [`Candidate`].
    pub territory: usize,
    /// Whose it is.
    pub from: Option<UserId>,
    /// Whose it becomes.
    pub to: UserId,
}

/// What a putting into force would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Companies that go to somebody else, by id.
    pub moves: Vec<Move>,
    /// Companies that stay only because a deal is open.
    pub kept_for_deals: i64,
    /// By territory, companies nobody had room for; they stay whose they are.
    pub unassigned: Vec<i64>,
    /// Where each dealer stopped.
    pub turns: Vec<i64>,
}

/// Draws up what happens. `candidates` are taken in the order of their ids; `loads` are companies owned today, these
/// included.
#[must_use]
pub fn plan(
    mut dealers: Vec<Dealer>,
    mut candidates: Vec<Candidate>,
    mut loads: Loads,
    choices: TerritoryChoices,
) -> Plan {
    candidates.sort_by_key(|c| c.company);
    for owner in candidates.iter().filter_map(|c| c.owner) {
        *loads.entry(owner).or_default() -= 1;
    }
    let mut plan = Plan { unassigned: vec![0; dealers.len()], ..Plan::default() };
    // Deals first: whoever works one keeps the company even beyond what they can work.
    let bound = |c: &Candidate| choices.keep_open_deals && c.open_deal && c.owner.is_some();
    let (held, free): (Vec<_>, Vec<_>) = candidates.into_iter().partition(bound);
    for candidate in held {
        let in_place = candidate.owner.is_some_and(|o| dealers[candidate.territory].keeps(o, &loads));
        plan.kept_for_deals += i64::from(!in_place);
        stay(&candidate, &mut loads);
    }
    let mut to_deal = Vec::new();
    for candidate in free {
        let settled = candidate.owner.is_some_and(|o| dealers[candidate.territory].keeps(o, &loads));
        if settled && !choices.deal_anew {
            stay(&candidate, &mut loads);
        } else {
            to_deal.push(candidate);
        }
    }
    for candidate in to_deal {
        deal(&mut dealers[candidate.territory], &candidate, &mut loads, &mut plan);
    }
    plan.turns = dealers.iter().map(|dealer| dealer.turn).collect();
    plan
}

fn stay(candidate: &Candidate, loads: &mut Loads) {
    if let Some(owner) = candidate.owner {
        *loads.entry(owner).or_default() += 1;
    }
}

fn deal(dealer: &mut Dealer, candidate: &Candidate, loads: &mut Loads, plan: &mut Plan) {
    let Candidate { company, territory, owner: from, .. } = *candidate;
    match dealer.next(loads) {
        Some(to) if Some(to) == from => {}
        Some(to) => plan.moves.push(Move { company, territory, from, to }),
        None => {
            plan.unassigned[territory] += 1;
            stay(candidate, loads);
        }
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
