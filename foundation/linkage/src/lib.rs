//! Which records mean the same person or company.
//!
//! Values are normalised ([`Field`] says how), candidates found by shared keys, each pair compared field
//! by field, and the agreements weighed as Fellegi and Sunter (1969) do: a pair's score is the
//! probability of a match, and its evidence says what each field was worth. The weights are learned
//! from the records themselves, without labels, every time. Values in, pairs out: nothing here reads
//! a file, a clock or a database.
//!
//! What it is not: it decides nothing about merging, and knows nothing of the tables of the business.

mod blocking;
pub mod column;
mod compare;
mod corpus;
mod date;
mod dictionary;
mod estimate;
mod field;
mod frequency;
mod level;
mod matcher;
mod model;
mod normalise;
mod phone;
mod resolve;

pub use corpus::Collection;
pub use field::{Field, Kind, Record};
pub use level::Level;
pub use matcher::{Evidence, Found, Matcher, Pair, THRESHOLD, blocking_keys};
pub use model::{Parameters, Weights};
