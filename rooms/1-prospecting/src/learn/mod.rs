//! What won deals have in common: the profile learned from outcomes, with the honesty that needs.
//!
//! [`observed`] is what is looked at, [`groups`] how values become groups (fixed bands, spellings),
//! [`rules`] the tests and what is proposed of them, [`worth`] what groups are worth, [`drift`] whether
//! the newest customers still look like the profile. All of it is pure. [`files`] reads observations
//! from exports of any CRM, [`facts`] from the workspace, [`routes`] answers over HTTP.
//! The formulas and worked figures are in docs/metrics.md.

pub mod assumed;
mod columns;
mod criterion;
pub mod drift;
pub mod facts;
pub mod files;
pub mod groups;
pub mod observed;
pub mod report;
pub mod routes;
pub mod rules;
mod sheet;
mod spelling;
mod unfit;
mod wording;
mod worth;

#[cfg(test)]
mod files_tests;
#[cfg(test)]
mod rules_tests;
