//! Taxes: which kind, at which rate, and how they are rounded.

use kernel::Currency;
use serde::{Deserialize, Serialize};

use super::{PriceError, WHOLE_BP, round_half_away, small};

/// Why a line bears tax, or none.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TaxKind {
    /// A rate is added, or contained.
    Rate,
    /// A supply at nought per cent, such as an export.
    ZeroRated,
    /// Outside the tax.
    #[default]
    Exempt,
    /// Who buys owes it.
    ReverseCharge,
}

/// The tax of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tax {
    /// Which.
    pub kind: TaxKind,
    /// Basis points of the net, 1000 is 10 %; only a rate counts them.
    pub bp: u32,
    /// What the law wants said beside it, at most 200 characters.
    pub text: String,
}

impl Tax {
    /// A rate in basis points.
    #[must_use]
    pub fn rate(bp: u32) -> Self {
        Self { kind: TaxKind::Rate, bp, text: String::new() }
    }

    /// Basis points that are charged.
    #[must_use]
    pub fn charged_bp(&self) -> u32 {
        if self.kind == TaxKind::Rate { self.bp } else { 0 }
    }
}

/// How a tax becomes whole minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaxRounding {
    /// To the nearest, halves away from zero.
    HalfUp,
    /// Down, as Korean and Japanese invoices do.
    Down,
}

impl TaxRounding {
    /// The custom where the currency is used.
    #[must_use]
    pub fn of(currency: Currency) -> Self {
        if matches!(currency.code(), "KRW" | "JPY") { Self::Down } else { Self::HalfUp }
    }
}

/// How an offer reckons tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TaxRules {
    /// Prices contain the tax.
    pub inclusive: bool,
    /// How it becomes whole.
    pub rounding: TaxRounding,
    /// Reckoned and rounded line by line, not once for each rate.
    pub per_line: bool,
}

impl TaxRules {
    /// The tax on an amount, which contains it when prices are inclusive.
    ///
    /// # Errors
    /// When it does not fit.
    pub fn on(self, amount: i64, bp: u32) -> Result<i64, PriceError> {
        let top = i128::from(amount) * i128::from(bp);
        let bottom = i128::from(WHOLE_BP) + if self.inclusive { i128::from(bp) } else { 0 };
        small(match self.rounding {
            TaxRounding::HalfUp => round_half_away(top, bottom),
            TaxRounding::Down => top / bottom,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(inclusive: bool, rounding: TaxRounding) -> TaxRules {
        TaxRules { inclusive, rounding, per_line: false }
    }

    #[test]
    fn korean_vat_is_always_whole_won_rounded_down() {
        let won = TaxRounding::of(Currency::KRW);
        for (amount, inclusive, vat) in [
            (99_999, false, 9_999),
            (227_999, false, 22_799),
            (1_000_000, true, 90_909),
            (110_005, true, 10_000),
            (9, false, 0),
            (10, true, 0),
            (11, true, 1),
        ] {
            assert_eq!(rules(inclusive, won).on(amount, 1_000), Ok(vat), "{amount} {inclusive}");
        }
    }

    #[test]
    fn other_taxes_go_to_the_nearest_unit() {
        let euro = TaxRounding::of(Currency::EUR);
        for (amount, bp, inclusive, tax) in [
            (5_997, 1_900, false, 1_139),
            (1_999, 1_900, false, 380),
            (50, 100, false, 1),
            (11_900, 1_900, true, 1_900),
            (0, 2_500, true, 0),
        ] {
            assert_eq!(rules(inclusive, euro).on(amount, bp), Ok(tax), "{amount} at {bp}");
        }
        assert_eq!(rules(false, euro).on(i64::MAX, 20_000), Err(PriceError::TooLarge));
    }
}
