//! The words every room shares: ids, instants, money, zones, business days, names, phones, domains, limits.
//!
//! Values in, values out. Nothing here reads a clock, a file, a socket or a database; the only
//! outside knowledge is tables (public suffixes, numbering plans, holidays) compiled in.

pub mod business_day;
pub mod country;
pub mod domain;
pub mod email;
pub mod fold;
pub mod id;
pub mod limits;
pub mod locale;
pub mod money;
pub mod name;
pub mod phone;
mod punycode;
pub mod search;
pub mod time;
pub mod window;
pub mod zone;

pub use business_day::{BusinessCalendar, BusinessDay};
pub use country::Country;
pub use email::EmailAddress;
pub use id::*;
pub use locale::Locale;
pub use money::{Currency, Money, MoneyError};
pub use name::PersonName;
pub use phone::Phone;
pub use time::Timestamp;
