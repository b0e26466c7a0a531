//! How well the advice did: what came of touches as advised and of others.
//!
//! What is *not* here: a verdict. Reps choose who gets what, so a difference between the two is no effect of the advice;
//! only the touches whose advice was drawn by lot compare like with like, and they are counted apart.

mod read;
mod routes;
mod rules;

pub use routes::routes;
