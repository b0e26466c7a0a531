//! The learning itself: observations in, findings out. docs/metrics.md has the formulas and figures.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use stats::{Interval, Rate, Z_975, benjamini_hochberg, deflated_p, fisher_two_sided, homogeneity, wilson};

use super::assumed::{Assumed, contradicted};
use super::criterion::{asks_for, asks_for_others, weight, weighted};
use super::drift::{self, Window};
use super::groups::{FactGroup, Grouped, group};
use super::observed::{Deal, Field, Observed, Outcome};
use super::report::{
    CompanyEffect, DealsNeeded, Learned, LearnedFact, LearnedGroup, ProposalDirection, ProposedCriterion,
    Untested, VisibleDifference, WhyNothing, WhyUntested,
};
use super::unfit::{filled, too_few, unfit};
use super::{wording, worth};
use crate::icp::criteria::{Criterion, Role};
use crate::icp::values::Held;

/// Deals with the common rate that every group is thought to have beside its own.
const PRIOR: f64 = 50.0;
/// Share of false proposals that is accepted.
const MOST_FALSE: f64 = 0.10;
/// Least distance of a proposed lift from 1.
const LEAST_LIFT: f64 = 0.05;
/// Significance from which companies are taken to differ.
const COMPANY_EFFECT: f64 = 0.05;
/// Refused groups are listed one by one up to so many.
const LISTED: usize = 50;

/// What else a run is told.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Criteria somebody assumed, with the deals that meet them.
    pub assumed: Vec<Assumed>,
    /// Which customers are the newest, and which the profile rests on.
    pub window: Option<Window>,
    /// Seed of the draws behind value intervals; the same seed gives the same interval.
    pub seed: u64,
}

/// Learns from deals what customers have in common.
#[must_use]
pub fn learn(observed: &Observed, asked: &Asked) -> Learned {
    let decided: Vec<&Deal> = observed.deals.iter().filter(|d| d.outcome != Outcome::Open).collect();
    let all = rate(&decided, 0..decided.len());
    let mut run = Run::new(observed, decided);
    run.look_at_every_field();
    run.correct();
    let proposed = run.proposals(asked.seed);
    let visible = run.visible(all);
    let reason = if proposed.is_empty() { Some(run.reason(all)) } else { None };
    Learned {
        decided: all.n(),
        won: all.k(),
        open: (observed.deals.len() - run.decided.len()) as u64,
        companies: worth::companies(&run.decided) as u64,
        rate: all.share(),
        value_per_decided: worth::per_decided(&run.decided, 0..run.decided.len()),
        proposed,
        company_effect: run.effect,
        contradicted: contradicted(observed, &asked.assumed, run.inflation()),
        drift: asked.window.and_then(|window| drift::drift(observed, window)),
        needed: needed(all),
        reason: reason.map(|reason| wording::reason(reason, visible)),
        reason_code: reason,
        visible,
        tests: run.tests.into_iter().map(|(finding, _)| finding).collect(),
        refused: run.refused,
        fields: run.fields,
        repaired: run.repaired,
    }
}

pub(super) fn rate(deals: &[&Deal], members: impl IntoIterator<Item = usize>) -> Rate {
    let won = members.into_iter().map(|at| deals[at].outcome == Outcome::Won);
    won.map(|won| Rate::new(u64::from(won), 1).unwrap_or_default()).sum()
}

/// One run, as far as it has come.
struct Run<'a> {
    observed: &'a Observed,
    decided: Vec<&'a Deal>,
    effect: Option<CompanyEffect>,
    /// Findings with the deals they rest on and the group they would be proposed with.
    tests: Vec<(LearnedGroup, Tested)>,
    refused: Vec<Untested>,
    fields: Vec<LearnedFact>,
    repaired: Vec<super::report::SpellingRepair>,
}

/// What a finding was made of.
struct Tested {
    members: Vec<usize>,
    known: Arc<Vec<usize>>,
    /// The other groups of its fact.
    others: Vec<FactGroup>,
    /// Whether its numbers are whole, so that a band begins one above its edge.
    whole: bool,
}

impl<'a> Run<'a> {
    fn new(observed: &'a Observed, decided: Vec<&'a Deal>) -> Self {
        let effect = company_effect(&decided);
        let (tests, refused, fields, repaired) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { observed, decided, effect, tests, refused, fields, repaired }
    }

    fn inflation(&self) -> f64 {
        self.effect.map_or(1.0, |effect| effect.inflation)
    }

    fn look_at_every_field(&mut self) {
        for (at, field) in self.observed.fields.iter().enumerate() {
            let decided_filled = filled(self.decided.iter().copied(), at);
            let open = self.observed.deals.iter().filter(|d| d.outcome == Outcome::Open);
            let open_filled = filled(open, at);
            match unfit(field, decided_filled, open_filled) {
                Some(why) => self.refuse_field(field, why, decided_filled, open_filled),
                None => self.look_at(field, at, decided_filled.unwrap_or(0.0), open_filled),
            }
        }
        self.tests.sort_by(|(a, _), (b, _)| a.p.total_cmp(&b.p));
    }

    fn refuse_field(&mut self, field: &Field, why: WhyUntested, decided: Option<f64>, open: Option<f64>) {
        let field = field.key.clone();
        let (decided_filled, open_filled) = (decided, open);
        self.refused.push(Untested {
            field,
            value: None,
            why,
            k: None,
            n: None,
            companies: None,
            decided_filled,
            open_filled,
        });
    }

    fn look_at(&mut self, field: &Field, at: usize, decided_filled: f64, open_filled: Option<f64>) {
        let (groups, repaired) = group(field, at, &self.decided);
        self.repaired.extend(repaired);
        let listed = self.decided.iter().any(|d| matches!(d.facts[at], Some(Held::List(_))));
        let rates: Vec<Rate> =
            groups.iter().map(|g| rate(&self.decided, g.members.iter().copied())).collect();
        let chi_square = if listed { None } else { homogeneity(&rates) };
        let known = (0..self.decided.len()).filter(|d| self.decided[*d].facts[at].is_some());
        let known: Arc<Vec<usize>> = Arc::new(known.collect());
        let mut tested = 0;
        if groups.len() < 2 && !listed {
            self.refuse_field(field, WhyUntested::OneValue, Some(decided_filled), open_filled);
        } else {
            let large = groups.iter().filter(|g| g.is_large(&self.decided)).count();
            if large == 0 && groups.len() > LISTED {
                self.refuse_field(field, WhyUntested::TooManyValues, Some(decided_filled), open_filled);
            } else {
                tested = self.test_groups((field, at), &groups, &known, listed);
            }
        }
        self.fields.push(LearnedFact {
            field: field.key.clone(),
            sort: field.sort,
            known: decided_filled,
            groups: groups.len(),
            tested,
            chi_square: chi_square.map(|c| c.deflated(self.inflation())),
        });
    }

    /// Tests each group, or of two only the rarer: the other's test would be the same.
    fn test_groups(
        &mut self,
        (field, column): (&Field, usize),
        groups: &[Grouped],
        known: &Arc<Vec<usize>>,
        listed: bool,
    ) -> usize {
        let rarer = groups.iter().enumerate().min_by_key(|(_, g)| g.members.len()).map_or(0, |(at, _)| at);
        let is_whole =
            |d: &usize| matches!(self.decided[*d].facts[column], Some(Held::Number(n)) if n.fract() == 0.0);
        let whole = known.iter().all(is_whole);
        let (mut tested, mut refused) = (0, 0);
        for (at, grouped) in groups.iter().enumerate() {
            if groups.len() == 2 && !listed && at != rarer {
                continue;
            }
            if let Some(why) = too_few(grouped, &self.decided) {
                refused += 1;
                if refused <= LISTED {
                    self.refuse_group(field, grouped, why);
                }
                continue;
            }
            let others = groups.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, g)| g.group.clone());
            let made_of = Tested {
                members: grouped.members.clone(),
                known: Arc::clone(known),
                others: if listed { Vec::new() } else { others.collect() },
                whole,
            };
            let finding = finding(field, grouped, &self.decided, known, self.inflation());
            self.tests.push((finding, made_of));
            tested += 1;
        }
        tested
    }

    fn refuse_group(&mut self, field: &Field, grouped: &Grouped, why: WhyUntested) {
        let of = rate(&self.decided, grouped.members.iter().copied());
        self.refused.push(Untested {
            field: field.key.clone(),
            value: Some(wording::label(&grouped.group, field.sort)),
            why,
            k: Some(of.k()),
            n: Some(of.n()),
            companies: Some(grouped.companies(&self.decided) as u64),
            decided_filled: None,
            open_filled: None,
        });
    }

    /// One correction over all tests of the run.
    fn correct(&mut self) {
        let p: Vec<f64> = self.tests.iter().map(|(finding, _)| finding.p).collect();
        for ((finding, _), q) in self.tests.iter_mut().zip(benjamini_hochberg(&p)) {
            finding.q = q;
        }
    }

    fn proposals(&self, seed: u64) -> Vec<ProposedCriterion> {
        let strong = |f: &LearnedGroup| f.q <= MOST_FALSE && (f.lift - 1.0).abs() >= LEAST_LIFT;
        let found: Vec<&(LearnedGroup, Tested)> = self.tests.iter().filter(|(f, _)| strong(f)).collect();
        let groups: Vec<worth::Part<'_>> =
            found.iter().map(|(_, of)| (of.members.as_slice(), &of.known)).collect();
        let intervals = worth::lift_intervals(&self.decided, &groups, seed);
        let mut proposals: Vec<ProposedCriterion> = found
            .iter()
            .zip(intervals)
            .map(|((finding, of), interval)| self.propose(finding, of, interval))
            .collect();
        let worth = |p: &ProposedCriterion| p.finding.value_lift.unwrap_or(p.finding.lift);
        proposals.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then(a.finding.p.total_cmp(&b.finding.p)));
        proposals
    }

    fn propose(
        &self,
        finding: &LearnedGroup,
        of: &Tested,
        value_interval: Option<Interval>,
    ) -> ProposedCriterion {
        let direction = if finding.lift >= 1.0 {
            ProposalDirection::For
        } else if finding.lift < 0.5 && finding.interval.high < 1.0 {
            ProposalDirection::Exclude
        } else {
            ProposalDirection::Against
        };
        let field = &finding.field;
        let (test, role) = match direction {
            ProposalDirection::For => (asks_for(&finding.group, of.whole), weighted(weight(finding.lift))),
            ProposalDirection::Exclude => (asks_for(&finding.group, of.whole), Role::Exclusion),
            // The others are the group; their lift is theirs, and so is the weight.
            ProposalDirection::Against => {
                let members: HashSet<usize> = of.members.iter().copied().collect();
                let rest = of.known.iter().filter(|d| !members.contains(d)).copied();
                let (_, lift) = shrunk(rate(&self.decided, rest), finding.base);
                (asks_for_others(&finding.group, &of.others, of.whole), weighted(weight(lift)))
            }
        };
        ProposedCriterion {
            direction,
            weight: weight(finding.lift),
            criterion: test.map(|test| Criterion { field: field.clone(), test, role }),
            value_interval,
            finding: finding.clone(),
        }
    }

    /// What the smaller groups could have shown: the lower quarter of the sizes, to one digit.
    fn visible(&self, all: Rate) -> Option<VisibleDifference> {
        let mut sizes: Vec<u64> = self.tests.iter().map(|(f, _)| f.n).collect();
        sizes.sort_unstable();
        let size = *sizes.get(sizes.len() / 4)?;
        let digit = 10_u64.pow(size.ilog10());
        let n = (size + digit / 2) / digit * digit;
        let n = if n < all.n() { n } else { size };
        Some(VisibleDifference { n, difference: stats::rest_difference(all.share()?, n, all.n())? })
    }

    fn reason(&self, all: Rate) -> WhyNothing {
        if all.n() == 0 {
            WhyNothing::NothingDecided
        } else if all.k() == 0 || all.k() == all.n() {
            WhyNothing::OneOutcome
        } else if !self.tests.is_empty() {
            WhyNothing::NothingSeparates
        } else if self.fields.is_empty() {
            WhyNothing::NoFacts
        } else {
            WhyNothing::TooFew
        }
    }
}

/// Shrunk rate and lift of a group.
#[allow(clippy::cast_precision_loss)] // counts of deals
pub(super) fn shrunk(of: Rate, base: f64) -> (f64, f64) {
    let shrunk = (of.k() as f64 + PRIOR * base) / (of.n() as f64 + PRIOR);
    (shrunk, shrunk / base)
}

/// Wilson's interval over the base; with every variance `inflation` times as large, that is, as if
/// there were so many times fewer deals.
#[allow(clippy::cast_precision_loss)] // counts of deals
pub(super) fn lift_interval(of: Rate, base: f64, inflation: f64) -> Interval {
    let rate = stats::Proportion::of_reals(of.k() as f64 / inflation, of.n() as f64 / inflation);
    let rate = wilson(rate, Z_975).unwrap_or(Interval { low: 0.0, high: 1.0 });
    Interval { low: rate.low / base, high: rate.high / base }
}

fn finding(
    field: &Field,
    grouped: &Grouped,
    deals: &[&Deal],
    known: &[usize],
    inflation: f64,
) -> LearnedGroup {
    let members = &grouped.members;
    let (of, all) = (rate(deals, members.iter().copied()), rate(deals, known.iter().copied()));
    let rest = Rate::new(all.k() - of.k(), all.n() - of.n()).unwrap_or_default();
    let base = all.share().unwrap_or(0.0);
    let (shrunk, lift) = if base > 0.0 { shrunk(of, base) } else { (0.0, 1.0) };
    let p = deflated_p(fisher_two_sided(rest, of), inflation);
    let value_per_decided = worth::per_decided(deals, members.iter().copied());
    let value_lift = worth::lift(value_per_decided, worth::per_decided(deals, known.iter().copied()));
    LearnedGroup {
        field: field.key.clone(),
        value: wording::label(&grouped.group, field.sort),
        group: grouped.group.clone(),
        k: of.k(),
        n: of.n(),
        companies: grouped.companies(deals) as u64,
        rate: of.share().unwrap_or(0.0),
        base,
        shrunk,
        lift,
        interval: lift_interval(of, base.max(f64::MIN_POSITIVE), inflation),
        p,
        q: 1.0,
        value_per_decided,
        value_lift,
        bigger_not_likelier: value_lift.is_some_and(|worth| worth > 1.0) && lift <= 1.0,
        cycle_days: worth::median_cycle(deals, members),
        retained: worth::retained(deals, members),
    }
}

/// Whether companies differ in their share won by more than chance.
fn company_effect(deals: &[&Deal]) -> Option<CompanyEffect> {
    let mut companies: BTreeMap<usize, Rate> = BTreeMap::new();
    for (at, company) in deals.iter().enumerate().filter_map(|(at, d)| Some((at, d.company?))) {
        let seen = companies.entry(company).or_default();
        *seen = *seen + rate(deals, [at]);
    }
    let rates: Vec<Rate> = companies.into_values().collect();
    if rates.iter().all(|r| r.n() < 2) {
        return None;
    }
    let chi_square = homogeneity(&rates)?;
    let inflation = if chi_square.p < COMPANY_EFFECT { chi_square.inflation().max(1.0) } else { 1.0 };
    Some(CompanyEffect { chi_square, inflation })
}

/// How many deals a group and the rest need each for differences of 10, 5 and 3 points.
fn needed(all: Rate) -> Vec<DealsNeeded> {
    let Some(base) = all.share() else { return Vec::new() };
    let towards = if base <= 0.5 { 1.0 } else { -1.0 };
    let of = |difference: f64| {
        let per_group = stats::sample_size_per_group(base, base + towards * difference).ok()?;
        Some(DealsNeeded { difference, per_group })
    };
    [0.10, 0.05, 0.03].into_iter().filter_map(of).collect()
}
