//! prospecting
