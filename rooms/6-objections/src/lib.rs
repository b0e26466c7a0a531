//! Objections: listen, answer, and let them confirm.

pub mod rules;
