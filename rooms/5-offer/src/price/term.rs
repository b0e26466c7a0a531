//! For how long, and how often it is paid.

use serde::{Deserialize, Serialize};

/// How often a line is paid.
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
pub enum Period {
    /// Once.
    #[default]
    OneOff,
    /// Every month.
    Monthly,
    /// Every year, in advance.
    Yearly,
}

impl Period {
    /// All of them, as they are shown.
    pub const ALL: [Self; 3] = [Self::OneOff, Self::Monthly, Self::Yearly];
}

/// For how long they bind themselves: `month_to_month`, or `12_months`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "12_months")]
pub struct Term(u16);

/// A text that is no term.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a term: month_to_month, or 1_months to 120_months")]
pub struct NotATerm(String);

impl Term {
    /// They may leave at the end of every month.
    pub const MONTH_TO_MONTH: Self = Self(0);
    /// Terms a price book offers when it names none.
    pub const USUAL: [Self; 6] = [Self(0), Self(3), Self(6), Self(12), Self(24), Self(36)];
    /// The longest, in months.
    pub const MOST_MONTHS: u16 = 120;

    /// So many months; `None` outside 1 to 120.
    #[must_use]
    pub fn months(months: u16) -> Option<Self> {
        (1..=Self::MOST_MONTHS).contains(&months).then_some(Self(months))
    }

    /// Months that are certain: one for month to month.
    #[must_use]
    pub fn committed_months(self) -> u16 {
        self.0.max(1)
    }

    /// Years paid in advance within the term: the first, and every one begun.
    #[must_use]
    pub fn committed_years(self) -> u16 {
        self.committed_months().div_ceil(12)
    }

    /// The key used in tables and answers.
    #[must_use]
    pub fn key(self) -> String {
        if self.0 == 0 { "month_to_month".to_owned() } else { format!("{}_months", self.0) }
    }

    /// Reads the key.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(key: &str) -> Result<Self, NotATerm> {
        let wrong = || NotATerm(key.to_owned());
        if key == "month_to_month" {
            return Ok(Self::MONTH_TO_MONTH);
        }
        let months = key.strip_suffix("_months").and_then(|n| n.parse().ok());
        months.and_then(Self::months).ok_or_else(wrong)
    }
}

impl Default for Term {
    fn default() -> Self {
        Self(12)
    }
}

impl TryFrom<String> for Term {
    type Error = NotATerm;
    fn try_from(key: String) -> Result<Self, NotATerm> {
        Self::parse(&key)
    }
}

impl From<Term> for String {
    fn from(term: Term) -> Self {
        term.key()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r71_month_to_month_is_a_term_and_counts_one_month() {
        let monthly = Term::parse("month_to_month").unwrap();
        assert!(Term::USUAL.contains(&monthly));
        assert_eq!((monthly.committed_months(), monthly.committed_years()), (1, 1));
        for (key, months, years) in
            [("3_months", 3, 1), ("12_months", 12, 1), ("13_months", 13, 2), ("36_months", 36, 3)]
        {
            let term = Term::parse(key).unwrap();
            assert_eq!((term.committed_months(), term.committed_years()), (months, years), "{key}");
            assert_eq!(term.key(), key);
        }
        for key in ["0_months", "121_months", "month", "-3_months", "twelve_months", ""] {
            assert!(Term::parse(key).is_err(), "{key}");
        }
    }
}
