//! Every test of this crate over its public face, as one program: linked once.

#![allow(clippy::unwrap_used)] // a test that cannot go on fails here

mod formats;
mod imports;
mod lists;
mod lists_at_size;
mod merges;
mod records;
