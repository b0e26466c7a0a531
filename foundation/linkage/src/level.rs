//! How far two values of one field agree.

use serde::{Deserialize, Serialize};

/// Comparison levels, one list for all fields. A missing value has no level: it is no evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The same after normalising.
    Exact = 1,
    /// The same but in each other's place: given for family name, day for month.
    Swapped = 2,
    /// A typing error apart.
    Close = 3,
    /// Alike: a longer form, an initial, the same area.
    Similar = 4,
    /// Something in common.
    Weak = 5,
    /// Nothing in common.
    Different = 6,
}

impl Level {
    /// How many codes there are, 0 (missing) included.
    pub(crate) const CODES: usize = 7;

    /// From the code in a pattern; `None` for missing.
    pub(crate) fn from_code(code: u64) -> Option<Self> {
        Some(match code {
            1 => Self::Exact,
            2 => Self::Swapped,
            3 => Self::Close,
            4 => Self::Similar,
            5 => Self::Weak,
            6 => Self::Different,
            _ => return None,
        })
    }

    /// Whether it speaks for one and the same.
    #[must_use]
    pub fn agrees(self) -> bool {
        matches!(self, Self::Exact | Self::Swapped | Self::Close | Self::Similar)
    }
}
