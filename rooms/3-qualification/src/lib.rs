//! Qualification: learn whether it fits.

pub mod bant;
pub mod committee;
