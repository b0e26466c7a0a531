//! Every test of this crate over its public face, as one program: linked once.

#![allow(clippy::unwrap_used)] // a test that cannot go on fails here

mod decisions;
mod discovery;
mod frameworks;
mod kept_transcripts;
mod qualification;
mod question_forms;
mod support;
mod talks;
mod transcripts;
