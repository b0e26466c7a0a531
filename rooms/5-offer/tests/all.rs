//! Every test of this crate over its public face, as one program: linked once.

#![allow(clippy::unwrap_used)] // a test that cannot go on fails here

mod approvals;
mod carried;
mod catalogue;
mod discounts;
mod offer;
mod page;
mod price;
mod support;
