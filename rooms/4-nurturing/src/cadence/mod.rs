//! How often somebody hears from us by itself, over all tracks together (domain, nurturing, "Limits"). `rules` decide,
//! pure; `queries` say what somebody had from us and what lies ahead of them.
//!
//! What is *not* here: which step of which track is due, and what it says (`track`).

pub(crate) mod queries;
pub mod rules;
