//! Nurturing: become the source they trust.

pub mod awareness;
pub mod parking;
pub mod signal;
