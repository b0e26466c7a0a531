//! The words every room shares: ids, instants, money, zones, business days, names, phones, domains, limits.
//!
//! Values in, values out. Nothing here reads a clock, a file, a socket or a database; the only
//! outside knowledge is tables (public suffixes, numbering plans, holidays) compiled in.

pub mod id;
pub mod money;
pub mod time;

pub use id::*;
pub use money::{Currency, Money, MoneyError};
pub use time::Timestamp;
