//! The arithmetic of an offer: whole minor units in, whole minor units out.
//!
//! No floats, no clock, no database. Intermediates are 128 bits wide; what does not fit is an error,
//! never a wrapped number. What is *not* here: which price applies (`catalogue`) and what an offer
//! says (`content`).

pub mod discount;
pub mod quantity;
pub mod tax;
pub mod term;
pub mod totals;

pub use discount::{OrderDiscount, spread};
pub use quantity::Quantity;
pub use tax::{Tax, TaxKind, TaxRounding, TaxRules};
pub use term::{Period, Term};
pub use totals::{Amount, LineAmount, PeriodTotals, PricedLine, Step, TaxGroup, Terms, Totals, compute};

/// Basis points of the whole.
pub const WHOLE_BP: u32 = 10_000;

/// Why an offer has no totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// A sum or product does not fit 64 bits of minor units.
    #[error("the amount is too large")]
    TooLarge,
    /// The discount of the order is more than what it is taken from.
    #[error("the discount is more than the lines come to")]
    DiscountTooLarge,
    /// A quantity, price or share below zero, or a share over 100 %.
    #[error("quantities, prices and shares must not be negative, and no discount is over 100 %")]
    OutOfRange,
}

/// `numerator / denominator`, halves away from zero. The denominator is positive.
pub(crate) fn round_half_away(numerator: i128, denominator: i128) -> i128 {
    let (whole, rest) = (numerator / denominator, numerator % denominator);
    match rest.unsigned_abs() * 2 >= denominator.unsigned_abs() {
        true => whole + numerator.signum(),
        false => whole,
    }
}

pub(crate) fn small(value: i128) -> Result<i64, PriceError> {
    i64::try_from(value).map_err(|_| PriceError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_away_from_zero() {
        for (n, d, wanted) in
            [(5, 2, 3), (-5, 2, -3), (4, 3, 1), (5, 3, 2), (-4, 3, -1), (0, 7, 0), (1, 2, 1), (49, 100, 0)]
        {
            assert_eq!(round_half_away(n, d), wanted, "{n}/{d}");
        }
    }
}
