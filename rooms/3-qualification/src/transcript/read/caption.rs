//! What the caption formats share.

use super::cue::{Cue, Millis};

/// A cue whose speaker may stand before its words.
pub(super) fn cue((start, end): (Millis, Millis), text: String) -> Cue {
    Cue { start: Some(start), end: Some(end), speaker: None, text }
}
