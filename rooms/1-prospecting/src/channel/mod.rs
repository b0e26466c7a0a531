//! The channel advisor (domain, section 7): by which way a person is best reached, and why.

mod kind;
pub mod rules;
#[cfg(test)]
mod rules_tests;

pub use kind::{Channel, Refusals};
