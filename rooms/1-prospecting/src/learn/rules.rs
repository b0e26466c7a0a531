//! The learning itself: observations in, findings out. docs/metrics.md has the formulas and figures.

use std::collections::{BTreeMap, HashSet};

use stats::{Interval, Rate, Z_975, benjamini_hochberg, deflated_p, fisher_two_sided, homogeneity, wilson};

use super::drift::{self, Window};
use super::groups::{Group, Grouped, LEAST_COMPANIES, LEAST_DEALS, group};
use super::observed::{Deal, Field, Observed, Origin, Outcome};
use super::report::{
    CompanyEffect, Contradicted, Direction, FieldReport, Finding, Learned, Needed, Proposal, Reason, Refusal,
    Visible, Why,
};
use super::{wording, worth};
use crate::icp::criteria::{Criterion, Half, Role, Test, UnknownPolicy};
use crate::icp::values::Held;

/// Deals with the common rate that every group is thought to have beside its own.
const PRIOR: f64 = 50.0;
/// Share of false proposals that is accepted.
const MOST_FALSE: f64 = 0.10;
/// Least distance of a proposed lift from 1.
const LEAST_LIFT: f64 = 0.05;
/// Shares of decided and open deals in which a field must be filled to be thought to follow the outcome.
const FILLED: f64 = 0.9;
const EMPTY: f64 = 0.1;
/// Significance from which companies are taken to differ.
const COMPANY_EFFECT: f64 = 0.05;
/// From this weight on a criterion can be contradicted.
const HEAVY: u8 = 6;
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

/// A criterion somebody assumed.
#[derive(Debug, Clone)]
pub struct Assumed {
    /// Its place in the profile, from 0.
    pub criterion: usize,
    /// Its field.
    pub field: String,
    /// Its weight.
    pub weight: u8,
    /// For each observed deal whether its company meets it fully; `None` where that is unknown.
    pub met: Vec<Option<bool>>,
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
        contradicted: contradicted(observed, asked, run.inflation()),
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

fn rate(deals: &[&Deal], members: impl IntoIterator<Item = usize>) -> Rate {
    let won = members.into_iter().map(|at| deals[at].outcome == Outcome::Won);
    won.map(|won| Rate::new(u64::from(won), 1).unwrap_or_default()).sum()
}

/// One run, as far as it has come.
struct Run<'a> {
    observed: &'a Observed,
    decided: Vec<&'a Deal>,
    effect: Option<CompanyEffect>,
    /// Findings with the deals they rest on and the group they would be proposed with.
    tests: Vec<(Finding, Tested)>,
    refused: Vec<Refusal>,
    fields: Vec<FieldReport>,
    repaired: Vec<super::report::Repair>,
}

/// What a finding was made of.
struct Tested {
    members: Vec<usize>,
    known: Vec<usize>,
    /// The other groups of its fact.
    others: Vec<Group>,
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

    fn refuse_field(&mut self, field: &Field, why: Why, decided: Option<f64>, open: Option<f64>) {
        let field = field.key.clone();
        let (decided_filled, open_filled) = (decided, open);
        self.refused.push(Refusal {
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
        let known: Vec<usize> =
            (0..self.decided.len()).filter(|d| self.decided[*d].facts[at].is_some()).collect();
        let mut tested = 0;
        if groups.len() < 2 && !listed {
            self.refuse_field(field, Why::OneValue, Some(decided_filled), open_filled);
        } else {
            let large = groups.iter().filter(|g| g.is_large(&self.decided)).count();
            if large == 0 && groups.len() > LISTED {
                self.refuse_field(field, Why::TooManyValues, Some(decided_filled), open_filled);
            } else {
                tested = self.test_groups((field, at), &groups, &known, listed);
            }
        }
        self.fields.push(FieldReport {
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
        known: &[usize],
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
                known: known.to_vec(),
                others: if listed { Vec::new() } else { others.collect() },
                whole,
            };
            let finding = finding(field, grouped, &self.decided, known, self.inflation());
            self.tests.push((finding, made_of));
            tested += 1;
        }
        tested
    }

    fn refuse_group(&mut self, field: &Field, grouped: &Grouped, why: Why) {
        let of = rate(&self.decided, grouped.members.iter().copied());
        self.refused.push(Refusal {
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

    fn proposals(&self, seed: u64) -> Vec<Proposal> {
        let strong = |f: &Finding| f.q <= MOST_FALSE && (f.lift - 1.0).abs() >= LEAST_LIFT;
        let found: Vec<&(Finding, Tested)> = self.tests.iter().filter(|(f, _)| strong(f)).collect();
        let groups: Vec<(&[usize], &[usize])> =
            found.iter().map(|(_, of)| (of.members.as_slice(), of.known.as_slice())).collect();
        let intervals = worth::lift_intervals(&self.decided, &groups, seed);
        let mut proposals: Vec<Proposal> = found
            .iter()
            .zip(intervals)
            .map(|((finding, of), interval)| self.propose(finding, of, interval))
            .collect();
        let worth = |p: &Proposal| p.finding.value_lift.unwrap_or(p.finding.lift);
        proposals.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then(a.finding.p.total_cmp(&b.finding.p)));
        proposals
    }

    fn propose(&self, finding: &Finding, of: &Tested, value_interval: Option<Interval>) -> Proposal {
        let direction = if finding.lift >= 1.0 {
            Direction::For
        } else if finding.lift < 0.5 && finding.interval.high < 1.0 {
            Direction::Exclude
        } else {
            Direction::Against
        };
        let field = &finding.field;
        let (test, role) = match direction {
            Direction::For => (asks_for(&finding.group, of.whole), weighted(weight(finding.lift))),
            Direction::Exclude => (asks_for(&finding.group, of.whole), Role::Exclusion),
            // The others are the group; their lift is theirs, and so is the weight.
            Direction::Against => {
                let members: HashSet<usize> = of.members.iter().copied().collect();
                let rest = of.known.iter().filter(|d| !members.contains(d)).copied();
                let (_, lift) = shrunk(rate(&self.decided, rest), finding.base);
                (asks_for_others(&finding.group, &of.others, of.whole), weighted(weight(lift)))
            }
        };
        Proposal {
            direction,
            weight: weight(finding.lift),
            criterion: test.map(|test| Criterion { field: field.clone(), test, role }),
            value_interval,
            finding: finding.clone(),
        }
    }

    /// What the smaller groups could have shown: the lower quarter of the sizes, to one digit.
    fn visible(&self, all: Rate) -> Option<Visible> {
        let mut sizes: Vec<u64> = self.tests.iter().map(|(f, _)| f.n).collect();
        sizes.sort_unstable();
        let size = *sizes.get(sizes.len() / 4)?;
        let digit = 10_u64.pow(size.ilog10());
        let n = (size + digit / 2) / digit * digit;
        let n = if n < all.n() { n } else { size };
        Some(Visible { n, difference: stats::rest_difference(all.share()?, n, all.n())? })
    }

    fn reason(&self, all: Rate) -> Reason {
        if all.n() == 0 {
            Reason::NothingDecided
        } else if all.k() == 0 || all.k() == all.n() {
            Reason::OneOutcome
        } else if !self.tests.is_empty() {
            Reason::NothingSeparates
        } else if self.fields.is_empty() {
            Reason::NoFacts
        } else {
            Reason::TooFew
        }
    }
}

/// Share of the deals in which a fact is filled.
#[allow(clippy::cast_precision_loss)] // a number of deals
fn filled<'a>(deals: impl Iterator<Item = &'a Deal>, at: usize) -> Option<f64> {
    let (filled, all) =
        deals.fold((0, 0), |(filled, all), d| (filled + usize::from(d.facts[at].is_some()), all + 1));
    (all > 0).then(|| filled as f64 / all as f64)
}

/// Why a fact as a whole cannot be tested. What fills only once the outcome is known, or is emptied by
/// it, would look like a perfect predictor.
fn unfit(field: &Field, decided: Option<f64>, open: Option<f64>) -> Option<Why> {
    let decided = decided?;
    if let Some(open) = open
        && ((decided >= FILLED && open <= EMPTY) || (decided <= EMPTY && open >= FILLED))
    {
        return Some(Why::Leak);
    }
    match field.origin {
        Origin::Selling => Some(Why::FilledWhileSelling),
        Origin::Identifier => Some(Why::Identifier),
        Origin::Customer => (decided <= 0.0).then_some(Why::Empty),
    }
}

fn too_few(grouped: &Grouped, deals: &[&Deal]) -> Option<Why> {
    if grouped.members.len() < LEAST_DEALS {
        Some(Why::TooFewDeals)
    } else if grouped.companies(deals) < LEAST_COMPANIES {
        Some(Why::TooFewCompanies)
    } else {
        None
    }
}

/// Shrunk rate and lift of a group.
#[allow(clippy::cast_precision_loss)] // counts of deals
fn shrunk(of: Rate, base: f64) -> (f64, f64) {
    let shrunk = (of.k() as f64 + PRIOR * base) / (of.n() as f64 + PRIOR);
    (shrunk, shrunk / base)
}

/// Wilson's interval over the base; with every variance `inflation` times as large, that is, as if
/// there were so many times fewer deals.
#[allow(clippy::cast_precision_loss)] // counts of deals
fn lift_interval(of: Rate, base: f64, inflation: f64) -> Interval {
    let rate = stats::Proportion::of_reals(of.k() as f64 / inflation, of.n() as f64 / inflation);
    let rate = wilson(rate, Z_975).unwrap_or(Interval { low: 0.0, high: 1.0 });
    Interval { low: rate.low / base, high: rate.high / base }
}

fn finding(field: &Field, grouped: &Grouped, deals: &[&Deal], known: &[usize], inflation: f64) -> Finding {
    let members = &grouped.members;
    let (of, all) = (rate(deals, members.iter().copied()), rate(deals, known.iter().copied()));
    let rest = Rate::new(all.k() - of.k(), all.n() - of.n()).unwrap_or_default();
    let base = all.share().unwrap_or(0.0);
    let (shrunk, lift) = if base > 0.0 { shrunk(of, base) } else { (0.0, 1.0) };
    let p = deflated_p(fisher_two_sided(rest, of), inflation);
    let value_per_decided = worth::per_decided(deals, members.iter().copied());
    let value_lift = worth::lift(value_per_decided, worth::per_decided(deals, known.iter().copied()));
    Finding {
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

/// clamp(round(5 + 5 log₂ lift), 1, 10).
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 1 to 10
fn weight(lift: f64) -> u8 {
    (5.0 + 5.0 * lift.log2()).round().clamp(1.0, 10.0) as u8
}

fn weighted(weight: u8) -> Role {
    Role::Weight { half: Half::ToUs, weight, unknown: UnknownPolicy::Neutral }
}

fn asks_for(group: &Group, whole: bool) -> Option<Test> {
    let choice = |accepts: Vec<String>| Test::Choice { accepts, partial: Vec::new() };
    Some(match group {
        Group::Word { spellings, .. } => choice(spellings.clone()),
        Group::Elsewhere { values } => choice(values.clone()),
        Group::YesNo { yes } => choice(vec![if *yes { "yes" } else { "no" }.to_owned()]),
        Group::Exactly { number } => Test::Range { from: Some(*number), to: Some(*number), soft_percent: 0 },
        Group::Band { above, to } => Test::Range {
            from: above.map(|edge| if whole { edge + 1.0 } else { edge }),
            to: *to,
            soft_percent: 0,
        },
    })
}

/// What asks for all but the group; a range cannot when the group lies in the middle.
fn asks_for_others(group: &Group, others: &[Group], whole: bool) -> Option<Test> {
    match group {
        Group::Band { above: None, to } => asks_for(&Group::Band { above: *to, to: None }, whole),
        Group::Band { above, to: None } => asks_for(&Group::Band { above: None, to: *above }, whole),
        Group::Band { .. } | Group::Exactly { .. } => None,
        _ => {
            let tests = others.iter().filter_map(|other| asks_for(other, whole));
            let accepts: Vec<String> = tests
                .flat_map(|test| if let Test::Choice { accepts, .. } = test { accepts } else { Vec::new() })
                .collect();
            let fits = !accepts.is_empty() && accepts.len() <= kernel::limits::ICP_CHOICES;
            fits.then_some(Test::Choice { accepts, partial: Vec::new() })
        }
    }
}

fn contradicted(observed: &Observed, asked: &Asked, inflation: f64) -> Vec<Contradicted> {
    let judge = |assumed: &Assumed| {
        let known = observed.deals.iter().zip(&assumed.met).filter(|(d, _)| d.outcome != Outcome::Open);
        let known: Vec<(&Deal, bool)> = known.filter_map(|(d, met)| Some((d, (*met)?))).collect();
        let meets: Vec<&Deal> = known.iter().filter(|(_, met)| *met).map(|(d, _)| *d).collect();
        let all: Vec<&Deal> = known.iter().map(|(d, _)| *d).collect();
        let base = rate(&all, 0..all.len()).share().filter(|p| *p > 0.0)?;
        let of = rate(&meets, 0..meets.len());
        let few = of.n() < LEAST_DEALS as u64 || worth::companies(&meets) < LEAST_COMPANIES;
        let (interval, (_, lift)) = (lift_interval(of, base, inflation), shrunk(of, base));
        let found = assumed.weight >= HEAVY && !few && interval.high < 1.0;
        let (criterion, field, weight) = (assumed.criterion, assumed.field.clone(), assumed.weight);
        found.then(|| Contradicted { criterion, field, weight, k: of.k(), n: of.n(), lift, interval })
    };
    asked.assumed.iter().filter_map(judge).collect()
}

/// How many deals a group and the rest need each for differences of 10, 5 and 3 points.
fn needed(all: Rate) -> Vec<Needed> {
    let Some(base) = all.share() else { return Vec::new() };
    let towards = if base <= 0.5 { 1.0 } else { -1.0 };
    let of = |difference: f64| {
        let per_group = stats::sample_size_per_group(base, base + towards * difference).ok()?;
        Some(Needed { difference, per_group })
    };
    [0.10, 0.05, 0.03].into_iter().filter_map(of).collect()
}
