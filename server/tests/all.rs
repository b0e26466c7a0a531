//! Every test of this crate over its public face, as one program: linked once.

#![allow(clippy::unwrap_used)] // a test that cannot go on fails here

mod accounts;
mod booking;
mod document;
mod house;
mod inbound;
mod layers;
mod members;
mod references;
mod sample;
mod system_mail;
mod walk;
