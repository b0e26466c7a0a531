//! Calling: the queue of calls that are due, what became of each, and the hours at which people answer.
//!
//! `rules` say what a disposition means and which hour is good; `queue` lists the calls with number, hour and script;
//! `dispose` writes down what became of one, and takes that back; `hours` counts one's own calls by the hour of the week.
//! What is *not* here: telephony. A telephone program dials by a link, or a `dialer` outside is told whom to call.

mod dialer;
mod dispose;
mod hours;
mod queue;
mod routes;
pub mod rules;

pub use hours::{CallHour, CallHours, by_hour, reaction};
pub use queue::{CallItem, due};
pub use routes::routes;
