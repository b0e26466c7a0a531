//! What a discount is associated with: the article's figure until the workspace has figures of its own.
//!
//! Association, not proof: deals that get a discount differ from those that do not.

use serde::Serialize;
use stats::{Interval, Rate, Z_975, difference, newcombe, wilson};

/// Relative change of the chance to win, as the article has it.
pub const ARTICLE: f64 = -0.17;
/// Decided deals with and without a discount from which on the workspace's own figures are shown.
pub const OWN_FROM: u64 = 50;

/// What to offer instead, in the order in which it is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Alternative {
    /// Show what it brings them.
    Results,
    /// Let them try it.
    Trial,
    /// Let them leave at the end of every month.
    MonthlyTerm,
    /// Give something that costs us less than it is worth to them.
    Incentive,
    /// Sell less for less.
    SmallerPackage,
}

impl Alternative {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Results, Self::Trial, Self::MonthlyTerm, Self::Incentive, Self::SmallerPackage];
}

/// A rate of decided deals with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct WonRate {
    /// Won of decided.
    pub rate: Rate,
    /// Wilson's 95 % interval; none without a deal.
    pub interval: Option<Interval>,
}

impl WonRate {
    /// Of won and decided deals.
    #[must_use]
    pub fn of(rate: Rate) -> Self {
        Self { rate, interval: wilson(rate, Z_975) }
    }
}

/// Two groups of decided deals side by side.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Comparison {
    /// With it.
    pub with: WonRate,
    /// Without it.
    pub without: WonRate,
    /// With minus without.
    pub difference: Option<f64>,
    /// Newcombe's 95 % interval of the difference.
    pub difference_interval: Option<Interval>,
    /// With over without, minus one.
    pub relative: Option<f64>,
    /// The 95 % interval of it, on the scale of logarithms (Katz 1978); none when nothing was won in a group.
    pub relative_interval: Option<Interval>,
}

/// Compares two groups of decided deals.
#[must_use]
pub fn compare(with: Rate, without: Rate) -> Comparison {
    let relative = with.share().zip(without.share()).filter(|(_, p)| *p > 0.0).map(|(a, b)| a / b - 1.0);
    Comparison {
        with: WonRate::of(with),
        without: WonRate::of(without),
        difference: difference(without, with),
        difference_interval: newcombe(without, with, Z_975),
        relative,
        relative_interval: relative_interval(with, without),
    }
}

/// Katz and others 1978, Biometrics 34, 469.
#[allow(clippy::cast_precision_loss)] // counts of deals
fn relative_interval(with: Rate, without: Rate) -> Option<Interval> {
    if with.k() == 0 || without.k() == 0 {
        return None;
    }
    let part = |r: Rate| 1.0 / r.k() as f64 - 1.0 / r.n() as f64;
    let half = Z_975 * (part(with) + part(without)).sqrt();
    let centre = (with.share()? / without.share()?).ln();
    Some(Interval { low: (centre - half).exp() - 1.0, high: (centre + half).exp() - 1.0 })
}

/// What is shown before anything is taken off a price.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct DiscountEffect {
    /// The figures are the workspace's own; otherwise `relative` is the article's.
    pub is_own: bool,
    /// Relative change of the chance to win.
    pub relative: f64,
    /// The workspace's decided deals with and without a discount, however few.
    pub own: Comparison,
    /// Deals each group needs before its figures are shown.
    pub needed: u64,
    /// What to offer instead.
    pub alternatives: Vec<Alternative>,
}

/// The effect by these decided deals.
#[must_use]
pub fn effect(with: Rate, without: Rate) -> DiscountEffect {
    let own = compare(with, without);
    let enough = with.n() >= OWN_FROM && without.n() >= OWN_FROM;
    let relative = own.relative.filter(|_| enough);
    DiscountEffect {
        is_own: relative.is_some(),
        relative: relative.unwrap_or(ARTICLE),
        own,
        needed: OWN_FROM,
        alternatives: Alternative::ALL.to_vec(),
    }
}

/// What a discount makes of the expected value of a deal: the relative change, and by how much the chance to win
/// would have to rise to make up for it. `bp` is taken off; none when all of it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct WorthIt {
    /// Relative change of chance times price.
    pub expected_change: f64,
    /// Relative rise of the chance at which nothing is lost.
    pub break_even: f64,
}

/// Chance times price, with and without the discount.
#[must_use]
pub fn worth(relative: f64, bp: u32) -> Option<WorthIt> {
    let kept = 1.0 - f64::from(bp) / 10_000.0;
    (kept > 0.0)
        .then(|| WorthIt { expected_change: (1.0 + relative) * kept - 1.0, break_even: 1.0 / kept - 1.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(k: u64, n: u64) -> Rate {
        Rate::new(k, n).unwrap()
    }

    #[test]
    fn r68_the_articles_figure_holds_until_both_groups_have_fifty_decided_deals() {
        for (with, without, is_own, relative) in [
            ((0, 0), (0, 0), false, ARTICLE),
            ((20, 49), (60, 100), false, ARTICLE),
            ((20, 50), (20, 49), false, ARTICLE),
            ((20, 50), (25, 50), true, -0.2),
            ((20, 50), (0, 50), false, ARTICLE),
        ] {
            let found = effect(rate(with.0, with.1), rate(without.0, without.1));
            assert_eq!(found.is_own, is_own, "{with:?} {without:?}");
            assert!((found.relative - relative).abs() < 1e-12, "{with:?} {without:?}");
            assert_eq!(found.alternatives.len(), 5);
        }
    }

    #[test]
    fn a_discount_costs_chance_and_price() {
        let found = worth(ARTICLE, 1_000).unwrap();
        assert!((found.expected_change + 0.253).abs() < 1e-12);
        assert!((found.break_even - 0.111_111_111_111).abs() < 1e-9);
        assert_eq!(worth(ARTICLE, 10_000), None);
        assert!(worth(0.0, 0).unwrap().expected_change.abs() < 1e-12);
    }

    #[test]
    fn a_group_without_a_deal_has_no_interval() {
        let found = compare(rate(0, 0), rate(3, 10));
        assert_eq!((found.difference, found.relative, found.with.interval), (None, None, None));
        assert_eq!(compare(rate(0, 5), rate(3, 10)).relative_interval, None);
    }
}
