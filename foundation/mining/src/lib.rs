//! Process mining: what a log of events says about how cases really run.
//!
//! Logs in, figures out: counts of activities, what follows what, variants, durations, and how far the cases
//! keep to a model. No clock, no store, no words for the screen.

pub mod conformance;
pub mod csv_log;
mod limits;
pub mod log;
pub mod measure;
mod measure_time;
pub mod xes;

pub use conformance::{CaseFit, Conformance, Model};
pub use csv_log::read_csv;
pub use limits::{Limits, MiningError};
pub use log::{EventLog, LogBuilder};
pub use measure::{Follows, Mined, Variant, mine};
pub use xes::read_xes;
