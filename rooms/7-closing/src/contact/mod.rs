//! Others of the same company (R76): proposed after "not yet" and a loss, at most three, never written to by themselves.
//! Whether the first contact is mentioned is said by a person each time; a refusal for the whole company ends it.

mod queries;
mod routes;
pub mod rules;

pub use routes::routes;
