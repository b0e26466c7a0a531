//! First-touch pieces (R104): a letter, a card or a gift that arrives before somebody calls. A `post` step of a sequence
//! makes one, a person prints, posts and follows it; the call step after it waits until it was delivered.
//!
//! `rules` say what a good piece has and when to call; `model` keeps pieces; `moves` takes them from state to state and
//! wakes the enrolment that waits; `printing` makes them a PDF. What is *not* here: the paper itself (`paper`).

mod model;
mod moves;
mod printing;
mod routes;
pub mod rules;

pub(crate) use model::{NewPiece, before_call, insert};
pub(crate) use moves::{arrived, posted, withdrawn};
pub use routes::routes;
pub use rules::{PieceForm, PieceKind, PieceState};

/// A piece was made. Payload: `after`.
pub const PIECE_CREATED: &str = "piece.created";
/// A piece was written anew. Payload: `before`, `after`.
pub const PIECE_CHANGED: &str = "piece.changed";
/// A piece was deleted. Payload: `kind`.
pub const PIECE_DELETED: &str = "piece.deleted";
