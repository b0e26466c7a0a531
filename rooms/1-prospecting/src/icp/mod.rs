//! The ideal customer profile: who is worth a rep's time, and why.

pub mod criteria;
pub mod questionnaire;
pub mod rules;
pub mod values;
mod wording;
