//! JSON of meeting tools and of speech-to-text.
//!
//! Most are a list of entries with words, a speaker, a start and an end under a handful of names (`flat`); four nest
//! deeper (`nested`). The file is kept as text while it is walked, so that a mistake has its line.

mod flat;
mod nested;
mod node;

use super::Found;
use super::fault::{Fault, Reason};
use node::Node;

pub(super) fn read(text: &str) -> Result<Found, Fault> {
    let root = Node::root(text)?;
    let found = match nested::read(&root)? {
        Some(found) => found,
        None => flat::read(&root)?,
    };
    match found.cues.is_empty() {
        true => Err(Fault { line: root.line(), reason: Reason::Shape }),
        false => Ok(found),
    }
}
