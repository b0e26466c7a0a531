//! prospecting

pub mod icp;
