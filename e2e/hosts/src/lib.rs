//! test-hosts
pub mod postgres;
