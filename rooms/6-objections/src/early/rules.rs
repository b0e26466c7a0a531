//! Which kinds of objection a deal will probably meet: what comparable deals raised (domain, objections). Pure.

use serde::Serialize;

use crate::rules::ObjectionKind;

/// Share of comparable deals from which a kind is to be expected.
pub const EXPECTED_SHARE: f64 = 0.15;
/// Comparable deals below which nothing is foretold.
pub const ENOUGH_DEALS: u64 = 20;

/// Which deals are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Segment {
    /// Those of the same industry.
    Industry,
    /// All of them: of the industry there are too few.
    All,
}

/// What comparable deals raised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// How many deals.
    pub deals: u64,
    /// In how many of them each kind was raised.
    pub raised: Vec<(ObjectionKind, u64)>,
}

/// A kind that is to be expected.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Expected {
    /// Which.
    pub kind: ObjectionKind,
    /// Deals that raised it.
    pub raised: u64,
    /// Of how many.
    pub deals: u64,
    /// Their share.
    pub share: f64,
}

/// Kinds that are to be expected, the most frequent first; `None` below 20 deals.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of deals
pub fn expected(seen: &Seen) -> Option<Vec<Expected>> {
    if seen.deals < ENOUGH_DEALS {
        return None;
    }
    let share = |raised: u64| raised as f64 / seen.deals as f64;
    let mut list: Vec<Expected> = seen
        .raised
        .iter()
        .map(|(kind, raised)| Expected {
            kind: *kind,
            raised: *raised,
            deals: seen.deals,
            share: share(*raised),
        })
        .filter(|one| one.share >= EXPECTED_SHARE && one.kind != ObjectionKind::Hidden)
        .collect();
    list.sort_by_key(|one| std::cmp::Reverse(one.raised));
    Some(list)
}

/// Of the industry, or of all where that is too few.
#[must_use]
pub fn of_segment(industry: Option<&Seen>, all: &Seen) -> Option<(Segment, Vec<Expected>)> {
    let own = industry.and_then(expected).map(|list| (Segment::Industry, list));
    own.or_else(|| expected(all).map(|list| (Segment::All, list)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ObjectionKind::{Hidden, PriceValue, Risk, Timing};

    fn seen(deals: u64, raised: &[(ObjectionKind, u64)]) -> Seen {
        Seen { deals, raised: raised.to_vec() }
    }

    #[test]
    fn r56_a_kind_is_expected_from_15_percent_of_20_deals() {
        let kinds = |seen: &Seen| expected(seen).map(|list| list.iter().map(|e| e.kind).collect::<Vec<_>>());
        assert_eq!(kinds(&seen(19, &[(PriceValue, 19)])), None);
        assert_eq!(
            kinds(&seen(20, &[(PriceValue, 3), (Risk, 2), (Timing, 9)])),
            Some(vec![Timing, PriceValue])
        );
        assert_eq!(
            kinds(&seen(20, &[(Hidden, 9)])),
            Some(vec![]),
            "what is not said cannot be met beforehand"
        );
        assert_eq!(kinds(&seen(40, &[])), Some(vec![]));
    }

    #[test]
    fn with_too_few_deals_of_the_industry_all_deals_count() {
        let all = seen(30, &[(Risk, 10)]);
        let table = [
            (None, Some(Segment::All)),
            (Some(seen(5, &[(PriceValue, 5)])), Some(Segment::All)),
            (Some(seen(25, &[(PriceValue, 5)])), Some(Segment::Industry)),
        ];
        for (industry, segment) in table {
            assert_eq!(of_segment(industry.as_ref(), &all).map(|(segment, _)| segment), segment);
        }
        assert_eq!(of_segment(None, &seen(3, &[])), None);
    }
}
