//! What can be asked, what comes of it, and what is answered when it cannot be.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kernel::{Money, Timestamp, TransitionId};
use serde::{Deserialize, Serialize};

use crate::facts::{Evidence, Start};
use crate::gate::Check;
use crate::sla::SlaState;
use crate::stage::{Phase, Status};
use crate::transition::state::Position;

/// The kinds of move.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MoveKind {
    /// To the next stage, its gate met.
    Advance,
    /// To the next stage, over criteria that are not met.
    AdvanceForced,
    /// Over at least one stage.
    Skip,
    /// Straight to the offer, because it is urgent to them.
    SkipUrgent,
    /// From the offer to closing, because nothing speaks against it.
    SkipNoObjection,
    /// To an earlier stage.
    Back,
    /// "Not yet": to nurturing, with a day on which to wake.
    Park,
    /// From "not yet" back to work.
    Wake,
    /// They did not buy.
    Lose,
    /// It does not fit.
    Disqualify,
    /// They bought.
    Win,
    /// A closed deal is worked on again.
    Reopen,
    /// The last move did not happen.
    Undo,
    /// Onto another version of the process.
    Migrate,
}

impl MoveKind {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Advance,
        Self::AdvanceForced,
        Self::Skip,
        Self::SkipUrgent,
        Self::SkipNoObjection,
        Self::Back,
        Self::Park,
        Self::Wake,
        Self::Lose,
        Self::Disqualify,
        Self::Win,
        Self::Reopen,
        Self::Undo,
        Self::Migrate,
    ];

    /// The key used in tables and answers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Advance => "advance",
            Self::AdvanceForced => "advance_forced",
            Self::Skip => "skip",
            Self::SkipUrgent => "skip_urgent",
            Self::SkipNoObjection => "skip_no_objection",
            Self::Back => "back",
            Self::Park => "park",
            Self::Wake => "wake",
            Self::Lose => "lose",
            Self::Disqualify => "disqualify",
            Self::Win => "win",
            Self::Reopen => "reopen",
            Self::Undo => "undo",
            Self::Migrate => "migrate",
        }
    }
}

impl std::str::FromStr for MoveKind {
    type Err = crate::stage::NotAName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|k| k.key() == text).ok_or_else(|| crate::stage::NotAName(text.to_owned()))
    }
}

/// Whether the prospect was told that it does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// In person or by telephone.
    Yes,
    /// Not told.
    No,
    /// By the honest mail.
    Mail,
}

/// A move that somebody asks for. Only `kind` is always needed; each kind says what else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveRequest {
    /// Which move.
    pub kind: MoveKind,
    /// Target of `skip`, `back`, `reopen` and `migrate`.
    #[serde(default)]
    pub to: Option<Phase>,
    /// Why, for `skip`, `back`, `lose` (a key of the process), `disqualify` (the criterion) and `reopen`.
    #[serde(default)]
    pub reason: Option<String>,
    /// Why each unmet criterion is passed over, by its key.
    #[serde(default)]
    pub reasons: BTreeMap<String, String>,
    /// Why "not yet" or, for the system, why it wakes.
    #[serde(default)]
    pub cause: Option<String>,
    /// Local day on which to wake.
    #[serde(default)]
    pub wake_on: Option<NaiveDate>,
    /// What keeps in touch meanwhile.
    #[serde(default)]
    pub track: Option<String>,
    /// To whom it was lost.
    #[serde(default)]
    pub competitor: Option<String>,
    /// In free words.
    #[serde(default)]
    pub note: Option<String>,
    /// Whether they know.
    #[serde(default)]
    pub told: Option<Told>,
    /// What was sold.
    #[serde(default)]
    pub amount: Option<Money>,
    /// When it starts.
    #[serde(default)]
    pub start_date: Option<NaiveDate>,
    /// Why there is no start date.
    #[serde(default)]
    pub no_start_date: Option<String>,
    /// What proves the urgency.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// The plan a migration belongs to.
    #[serde(default)]
    pub plan_id: Option<String>,
    /// The revision of the deal on which the decision was made; another one is answered 409 `stale`.
    #[serde(default)]
    pub revision: Option<i64>,
}

impl MoveRequest {
    /// A request of a kind, nothing else given.
    #[must_use]
    pub fn of(kind: MoveKind) -> Self {
        Self {
            kind,
            to: None,
            reason: None,
            reasons: BTreeMap::new(),
            cause: None,
            wake_on: None,
            track: None,
            competitor: None,
            note: None,
            told: None,
            amount: None,
            start_date: None,
            no_start_date: None,
            evidence: Vec::new(),
            plan_id: None,
            revision: None,
        }
    }
}

/// Causes a waking can have, as keys; the system fills them in.
pub const WAKE_CAUSES: [&str; 4] = ["wake_on_reached", "signal", "reply", "by_hand"];

/// What the workspace allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Reps may pass over criteria, giving reasons.
    pub reps_may_force: bool,
}

/// A move that is allowed: all that is written down about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Transition {
    /// Which move.
    pub kind: MoveKind,
    /// Where the deal stood.
    pub before: Position,
    /// Where it stands now.
    pub after: Position,
    /// When.
    pub at: Timestamp,
    /// The gates that were judged, as they stood.
    pub gate: Vec<Check>,
    /// Why.
    pub reason: Option<String>,
    /// Why each unmet criterion was passed over.
    pub reasons: BTreeMap<String, String>,
    /// A criterion was passed over.
    pub forced: bool,
    /// Seconds in the stage left.
    pub age_seconds: i64,
    /// The same in business seconds, without pauses.
    pub business_seconds: i64,
    /// The stay against its target.
    pub sla: SlaState,
    /// Cause of parking or waking.
    pub cause: Option<String>,
    /// What keeps in touch while parked.
    pub track: Option<String>,
    /// In free words.
    pub note: Option<String>,
    /// Whether they were told that it does not fit.
    pub told: Option<Told>,
    /// When the sold thing starts.
    pub start: Option<Start>,
    /// What proves the urgency.
    pub evidence: Vec<Evidence>,
    /// Criteria that become tasks in the offer stage.
    pub carry_over: Vec<String>,
    /// The move that is undone.
    pub undoes: Option<TransitionId>,
    /// A won deal is won no more.
    pub reverses_win: bool,
}

impl Transition {
    /// Whether the deal leaves one stage for another.
    #[must_use]
    pub fn changes_stage(&self) -> bool {
        self.before.stage != self.after.stage
    }
}

/// Why a move is refused, and what would be accepted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// From here this move does not exist.
    #[error("'{}' is not possible from {stage}, {status}; possible: {}", kind.key(), names(allowed))]
    NotAllowed {
        /// What was asked.
        kind: MoveKind,
        /// Where the deal stands.
        stage: Phase,
        /// And how.
        status: Status,
        /// What is possible.
        allowed: Vec<MoveKind>,
    },
    /// Criteria are not met.
    #[error("{} of the gate's criteria are not met: {}", missing.len(), keys(missing))]
    GateNotMet {
        /// Which.
        missing: Vec<Check>,
        /// Whether a role with the right to may pass over them with reasons.
        can_force: bool,
    },
    /// Something must be given.
    #[error("must be given: {}", fields.join(", "))]
    FieldsMissing {
        /// Which fields of the request.
        fields: Vec<String>,
    },
    /// Something given is not acceptable.
    #[error("{field}: {message}")]
    FieldInvalid {
        /// Which field.
        field: &'static str,
        /// Why, and what would be right.
        message: String,
    },
    /// Who asks may not.
    #[error("needs the role {needs}")]
    RoleNotAllowed {
        /// The least role that may.
        needs: &'static str,
        /// Criteria it is about.
        missing: Vec<Check>,
    },
    /// The company has another open deal on the same line.
    #[error("the company has another open deal; close it first")]
    OtherOpenDeal,
}

impl Refusal {
    /// Stable code for answers and translations.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAllowed { .. } => "transition_not_allowed",
            Self::GateNotMet { .. } => "gate_not_met",
            Self::FieldsMissing { .. } | Self::FieldInvalid { .. } => "validation",
            Self::RoleNotAllowed { .. } => "forbidden",
            Self::OtherOpenDeal => "other_open_deal",
        }
    }
}

fn names(kinds: &[MoveKind]) -> String {
    if kinds.is_empty() {
        return "nothing".to_owned();
    }
    kinds.iter().map(|k| k.key()).collect::<Vec<_>>().join(", ")
}

fn keys(checks: &[Check]) -> String {
    checks.iter().map(|c| c.key.as_str()).collect::<Vec<_>>().join(", ")
}
