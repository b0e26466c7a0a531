//! test-hosts
