//! The discount of the whole order, spread over its lines so that nothing is lost.

use serde::{Deserialize, Serialize};

use super::{PriceError, WHOLE_BP, round_half_away, small};

/// What is taken off the sum of the lines. Of lines that recur it is taken every time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OrderDiscount {
    /// Nothing.
    #[default]
    None,
    /// A share.
    Share {
        /// Basis points: 500 is 5 %.
        bp: u32,
    },
    /// A fixed amount.
    Fixed {
        /// Minor units.
        minor: i64,
    },
}

impl OrderDiscount {
    /// What it comes to for these nets.
    ///
    /// # Errors
    /// A share over 100 %, an amount below zero or over the sum.
    pub fn of(self, nets: &[i64]) -> Result<i64, PriceError> {
        let sum: i128 = nets.iter().map(|n| i128::from(*n)).sum();
        let amount = match self {
            Self::None => 0,
            Self::Share { bp } if bp > WHOLE_BP => return Err(PriceError::OutOfRange),
            Self::Share { bp } => round_half_away(sum * i128::from(bp), i128::from(WHOLE_BP)),
            Self::Fixed { minor } if minor < 0 => return Err(PriceError::OutOfRange),
            Self::Fixed { minor } => i128::from(minor),
        };
        if amount > sum {
            return Err(PriceError::DiscountTooLarge);
        }
        small(amount)
    }

    /// Nothing is taken off.
    #[must_use]
    pub fn is_none(self) -> bool {
        matches!(self, Self::None | Self::Share { bp: 0 } | Self::Fixed { minor: 0 })
    }
}

/// Spreads an amount over weights by largest remainder; of equal remainders the earlier comes first.
/// The parts sum to the amount exactly, and none is more than its weight when the amount is no more
/// than their sum.
#[must_use]
pub fn spread(amount: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    if sum <= 0 || amount == 0 {
        return vec![0; weights.len()];
    }
    let exact: Vec<(i64, i128)> = weights
        .iter()
        .map(|w| {
            let product = i128::from(amount) * i128::from(*w);
            // A part is no more than the amount, which is an i64.
            (i64::try_from(product / sum).unwrap_or(i64::MAX), product % sum)
        })
        .collect();
    let mut parts: Vec<i64> = exact.iter().map(|(whole, _)| *whole).collect();
    let given: i128 = parts.iter().map(|p| i128::from(*p)).sum();
    let left = usize::try_from(i128::from(amount) - given).unwrap_or(0);
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|n| std::cmp::Reverse(exact[*n].1));
    for n in order.into_iter().take(left) {
        parts[n] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_order_discount_is_spread_by_largest_remainder() {
        let cases: [(i64, &[i64], &[i64]); 6] = [
            (100, &[1_000, 1_000, 1_000], &[34, 33, 33]),
            (1_000, &[3_333, 3_333, 3_334], &[333, 333, 334]),
            (12_000, &[89_999, 150_000], &[4_500, 7_500]),
            (5, &[0, 10, 0], &[0, 5, 0]),
            (0, &[10, 20], &[0, 0]),
            (30, &[10, 20], &[10, 20]),
        ];
        for (amount, weights, wanted) in cases {
            assert_eq!(spread(amount, weights), wanted, "{amount} over {weights:?}");
        }
        assert_eq!(spread(0, &[]), Vec::<i64>::new());
    }

    #[test]
    fn a_discount_stays_within_what_it_is_taken_from() {
        let nets = [89_999, 150_000];
        assert_eq!(OrderDiscount::Share { bp: 500 }.of(&nets), Ok(12_000));
        assert_eq!(OrderDiscount::Fixed { minor: 239_999 }.of(&nets), Ok(239_999));
        assert_eq!(OrderDiscount::Fixed { minor: 240_000 }.of(&nets), Err(PriceError::DiscountTooLarge));
        assert_eq!(OrderDiscount::Fixed { minor: -1 }.of(&nets), Err(PriceError::OutOfRange));
        assert_eq!(OrderDiscount::Share { bp: 10_001 }.of(&nets), Err(PriceError::OutOfRange));
        assert_eq!(OrderDiscount::None.of(&[]), Ok(0));
    }

    proptest! {
        #[test]
        fn the_parts_sum_exactly_and_no_part_is_more_than_its_line(
            weights in prop::collection::vec(0..=10_000_000_000_i64, 0..500), share in 0..=10_000_u32,
        ) {
            let amount = OrderDiscount::Share { bp: share }.of(&weights).unwrap();
            let parts = spread(amount, &weights);
            prop_assert_eq!(parts.iter().sum::<i64>(), amount);
            prop_assert!(parts.iter().zip(&weights).all(|(p, w)| (0..=*w).contains(p)));
        }
    }
}
