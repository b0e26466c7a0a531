//! The inbox: each mail that came in is read, told what it is, put to the mail of ours it belongs to, and
//! acted upon once, however often it is read.

mod answered;
mod effects;
mod look_up;
pub mod matching;
mod receive;
mod routes;

pub use receive::{Arrival, Whose, receive};
pub use routes::routes;
