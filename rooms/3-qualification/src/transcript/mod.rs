//! Transcripts: what was said in a talk, by whom and when (R87), and what the talk was like (R103).
//!
//! [`read`] turns a file into cues, whatever tool wrote it; [`talk`] measures who spoke how long and asked how much,
//! [`suggest`] points at what may be worth keeping. All three are pure; [`kept`] keeps
//! them beside their call. Reading is our own work, after the crates for subtitles were tried on the samples of `tests/fixtures`:
//! `subtp` refuses two thirds of the files that webvtt-py and pysrt read (no line end at the end, no index, a cue without
//! words); `fasrt` names no line, takes the invalid SRT files as empty when it is lenient and refuses valid ones when it
//! is strict, and finds nothing, without an error, in the WebVTT that Teams writes; neither knows SBV, or who speaks. A
//! transcript is evidence, so nothing may be lost silently: a file is refused at a line, or what was left out is noted.

pub mod kept;
pub mod listening;
pub mod read;
pub mod suggest;
pub mod talk;
