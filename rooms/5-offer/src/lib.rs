//! Offer: present the solution.

pub mod relevance;
pub mod state;
