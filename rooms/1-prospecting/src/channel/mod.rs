//! The channel advisor (domain, section 7): by which way a person is best reached, and why.

mod kind;

pub use kind::{Channel, Refusals};
