//! What one run of the learning found, as the API and the command line tell it.

use serde::Serialize;
use stats::{ChiSquare, Interval, Rate};

use super::drift::CustomerDrift;
use super::groups::FactGroup;
use super::observed::FactSort;
use crate::icp::criteria::Criterion;

/// What was found. Shares from 0 to 1, lifts as ratios, all at full precision.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Learned {
    /// Deals won or lost.
    pub decided: u64,
    /// Deals won.
    pub won: u64,
    /// Deals that are open; never counted.
    pub open: u64,
    /// Different companies of the decided deals.
    pub companies: u64,
    /// Won of decided; null without a decided deal.
    pub rate: Option<f64>,
    /// Value won per decided deal; null without values.
    pub value_per_decided: Option<f64>,
    /// One test per group with deals and companies enough, the smallest p first.
    pub tests: Vec<LearnedGroup>,
    /// What may become a criterion, the greatest value lift first.
    pub proposed: Vec<ProposedCriterion>,
    /// What was not tested, and why.
    pub refused: Vec<Untested>,
    /// The facts, each as a whole.
    pub fields: Vec<LearnedFact>,
    /// Whether companies differ beyond chance; null under two companies, or when none decided twice.
    pub company_effect: Option<CompanyEffect>,
    /// Criteria somebody assumed that these deals contradict.
    pub contradicted: Vec<ContradictedCriterion>,
    /// Whether the newest customers look like those the profile rests on; null without dates.
    pub drift: Option<CustomerDrift>,
    /// Spellings that were read as another word.
    pub repaired: Vec<SpellingRepair>,
    /// What could not have been seen; null without a test.
    pub visible: Option<VisibleDifference>,
    /// Deals a group would need for a smaller difference to be seen.
    pub needed: Vec<DealsNeeded>,
    /// Why nothing is proposed; null when something is.
    pub reason_code: Option<WhyNothing>,
    /// The same in plain English.
    pub reason: Option<String>,
}

/// A group tested against the rest of the deals of which the fact is known.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct LearnedGroup {
    /// The fact.
    pub field: String,
    /// The group in short, such as `1500–3000`.
    pub value: String,
    /// The group.
    pub group: FactGroup,
    /// Deals won.
    pub k: u64,
    /// Deals decided.
    pub n: u64,
    /// Different companies.
    pub companies: u64,
    /// Won of decided.
    pub rate: f64,
    /// The share won of all deals of which the fact is known.
    pub base: f64,
    /// (k + 50 p₀)/(n + 50).
    pub shrunk: f64,
    /// Shrunk rate over base.
    pub lift: f64,
    /// Wilson's 95 % interval of the rate, over base.
    pub interval: Interval,
    /// Fisher's exact test, two-sided; widened when companies differ beyond chance.
    pub p: f64,
    /// The same for all tests of the run, by Benjamini and Hochberg.
    pub q: f64,
    /// Value won per decided deal; null without values.
    pub value_per_decided: Option<f64>,
    /// That over the value of all deals of which the fact is known.
    pub value_lift: Option<f64>,
    /// Greater value, but no greater chance: bigger, not likelier.
    pub bigger_not_likelier: bool,
    /// Median days from opening to winning.
    pub cycle_days: Option<f64>,
    /// Customers that stayed, of those of whom it is known.
    pub retained: Option<Rate>,
}

/// A finding strong enough to become a criterion: q ≤ 0.10 and a lift at least 0.05 from 1.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ProposedCriterion {
    /// The finding.
    #[serde(flatten)]
    pub finding: LearnedGroup,
    /// What it says of such companies.
    pub direction: ProposalDirection,
    /// clamp(round(5 + 5 log₂ lift), 1, 10).
    pub weight: u8,
    /// What a profile may take in; null when a criterion cannot say it, which is for review only.
    pub criterion: Option<Criterion>,
    /// 95 % interval of the value lift: 2,000 draws of companies with return.
    pub value_interval: Option<Interval>,
}

/// What a proposal says of the companies of its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProposalDirection {
    /// Likelier to become customers; the criterion asks for them.
    For,
    /// Less likely; the criterion asks for the others.
    Against,
    /// Less than half as likely: leaving them out is for review.
    Exclude,
}

/// What was not tested.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Untested {
    /// The fact.
    pub field: String,
    /// The group; null for the whole fact.
    pub value: Option<String>,
    /// Why.
    pub why: WhyUntested,
    /// Deals won, for a group.
    pub k: Option<u64>,
    /// Deals decided, for a group.
    pub n: Option<u64>,
    /// Different companies, for a group.
    pub companies: Option<u64>,
    /// Share of decided deals in which it is filled, for a whole fact.
    pub decided_filled: Option<f64>,
    /// Share of open deals in which it is filled; null without an open deal.
    pub open_filled: Option<f64>,
}

/// Why something was not tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyUntested {
    /// Under 30 decided deals.
    TooFewDeals,
    /// Under 5 different companies.
    TooFewCompanies,
    /// So many different values that none has deals enough.
    TooManyValues,
    /// Filled once the outcome is known, or only before: it tells of the deal's state, not of the customer.
    Leak,
    /// Chosen, filled or agreed while selling.
    FilledWhileSelling,
    /// A name or number that tells one record from all others.
    Identifier,
    /// All deals have the same.
    OneValue,
    /// No decided deal has it.
    Empty,
}

/// A fact as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct LearnedFact {
    /// The fact.
    pub field: String,
    /// What it is.
    #[serde(flatten)]
    pub sort: FactSort,
    /// Share of decided deals of which it is known.
    pub known: f64,
    /// Groups.
    pub groups: usize,
    /// Of these tested.
    pub tested: usize,
    /// Whether its groups differ at all; null for facts with several values at once.
    pub chi_square: Option<ChiSquare>,
}

/// Whether companies differ beyond chance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CompanyEffect {
    /// Σ(k − n p₀)²/(n p₀ q₀) over companies.
    #[serde(flatten)]
    pub chi_square: ChiSquare,
    /// What every variance was multiplied by: χ²/df when p < 0.05, else 1.
    pub inflation: f64,
}

/// A criterion of weight 6 and more whose group wins less than the rest.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ContradictedCriterion {
    /// Its place in the profile, from 0.
    pub criterion: usize,
    /// Its field.
    pub field: String,
    /// Its weight.
    pub weight: u8,
    /// Won among the deals that meet it.
    pub k: u64,
    /// Decided among them.
    pub n: u64,
    /// Shrunk rate over base.
    pub lift: f64,
    /// Its interval, wholly below 1.
    pub interval: Interval,
}

/// A spelling that was read as another word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SpellingRepair {
    /// The fact.
    pub field: String,
    /// As it is written.
    pub from: String,
    /// As it was read.
    pub to: String,
}

/// The smallest difference a group could have shown.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct VisibleDifference {
    /// Deals of a group: the lower quarter of those tested, to one digit.
    pub n: u64,
    /// The difference from the rest, as a share: 2.801585·√(p₀q₀(1/n + 1/(N − n))).
    pub difference: f64,
}

/// How many deals a difference needs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct DealsNeeded {
    /// The difference, as a share.
    pub difference: f64,
    /// Decided deals in the group and as many outside.
    pub per_group: u64,
}

/// Why nothing is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyNothing {
    /// No deal is won or lost yet.
    NothingDecided,
    /// All were won, or all lost: there is nothing to tell apart.
    OneOutcome,
    /// No fact of the customer is known.
    NoFacts,
    /// No group has deals and companies enough.
    TooFew,
    /// Everything was tested, and nothing stands out.
    NothingSeparates,
}
