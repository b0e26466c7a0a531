//! Every test of this crate over its public face, as one program: linked once.

#![allow(clippy::unwrap_used)] // a test that cannot go on fails here

mod closing;
mod endings;
mod page;
mod plan;
mod support;
