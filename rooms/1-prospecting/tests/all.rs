//! Every test of this crate over its public face, as one program: linked once.

#![allow(clippy::unwrap_used)] // a test that cannot go on fails here

mod channel_hours;
mod channels;
mod desk;
mod duplicates;
mod enrichment;
mod enrichment_sources;
mod inbound;
mod learn;
mod prospecting;
mod prospects;
mod questionnaire;
mod rescore;
mod research;
mod service;
mod support;
mod territories;
mod touching;
