//! test-hosts
pub mod mail;
mod mail_config;
pub mod postgres;
