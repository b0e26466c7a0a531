//! Closing: help them decide and set up what comes next.

pub mod rules;
