//! Every test of this crate over its public face, as one program: linked once.

#![allow(clippy::unwrap_used)] // a test that cannot go on fails here

mod basis;
mod calendars;
mod calls;
mod conversations;
mod deliverability;
mod engine;
mod first_touch;
mod forks;
mod handed;
mod intents;
mod meetings;
mod notices;
mod outreach;
mod pieces;
mod presence;
mod real_mail;
mod refusals;
mod research;
mod sign_in;
mod stories;
mod support;
mod tracking;
mod windows;
