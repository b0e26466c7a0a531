//! What can be wrong with a process document: where, what, and how to mend it.

use crate::definition::MIN_QUALIFYING;
use crate::stage::Phase;

/// A fault of a process document: where, what, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A phase has no stage.
    #[error("stages: no stage of phase '{0}'; add one, every phase needs at least one")]
    PhaseWithoutStage(Phase),
    /// A stage stands after one of a later phase.
    #[error("stages[{index}]: '{key}' belongs to an earlier phase than the stage before it; move it up")]
    OutOfOrder {
        /// Position in the list.
        index: usize,
        /// The stage's key.
        key: String,
    },
    /// A key stands twice, or is empty.
    #[error("{path}: key '{key}' must be unique and not empty; give it another")]
    Key {
        /// Where.
        path: String,
        /// The key.
        key: String,
    },
    /// A text is missing in one of the languages.
    #[error("{path}: needs a text in both languages")]
    Untranslated {
        /// Where.
        path: String,
    },
    /// The last gate does not ask for the acceptance.
    #[error("stages[{index}].gate: must hold 'acceptance_recorded'; a deal is won by their yes alone")]
    NoAcceptance {
        /// Position of the last stage.
        index: usize,
    },
    /// Acceptance stands in another gate than the last.
    #[error("stages[{index}].gate: 'acceptance_recorded' belongs in the last gate; remove it here")]
    EarlyAcceptance {
        /// Position in the list.
        index: usize,
    },
    /// Qualification asks for too little.
    #[error("stages: qualification has {found} criteria in all; it needs at least {MIN_QUALIFYING}")]
    QualificationTooLoose {
        /// How many it has.
        found: usize,
    },
    /// A criterion stands twice in one gate.
    #[error("stages[{index}].gate: '{key}' stands twice; remove one")]
    CriterionTwice {
        /// Position in the list.
        index: usize,
        /// The criterion's key.
        key: String,
    },
    /// A stage without a target.
    #[error("stages[{index}].sla: must be at least one business day")]
    NoTarget {
        /// Position in the list.
        index: usize,
    },
    /// No reason for a loss can be chosen.
    #[error("loss_reasons: at least one reason is needed, a loss must name one")]
    NoLossReason,
}
