//! Need, budget, authority, timing: what we learned, how sure we are, and what it comes to.

pub mod rules;
pub mod value;
