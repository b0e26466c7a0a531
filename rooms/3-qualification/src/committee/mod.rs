//! What the people who buy are to each other and to us.

pub mod rules;
