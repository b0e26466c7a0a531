//! Where a deal stands, who moves it, and what a decision looks at.

use chrono::NaiveDate;
use http_room::Role;
use kernel::{Money, Timestamp, TransitionId};
use serde::{Deserialize, Serialize};
use store::Actor;

use crate::definition::Definition;
use crate::facts::Facts;
use crate::sla::{Calendar, Pause};
use crate::stage::{Phase, Status};
use crate::transition::{MoveKind, Settings, Transition};

/// All about a deal that a move can change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The phase.
    pub stage: Phase,
    /// The status.
    pub status: Status,
    /// When it entered the stage.
    pub entered_stage_at: Timestamp,
    /// Day on which a parked deal wakes.
    pub wake_on: Option<NaiveDate>,
    /// What the deal is worth.
    pub value: Option<Money>,
    /// Why it was lost or disqualified.
    pub lost_reason: Option<String>,
    /// To whom it was lost.
    pub competitor: Option<String>,
    /// When it was won, lost or disqualified.
    pub closed_at: Option<Timestamp>,
}

/// The newest move of a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastMove {
    /// Which.
    pub id: TransitionId,
    /// Of what kind.
    pub kind: MoveKind,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: Actor,
    /// Where the deal stood before it.
    pub before: Position,
    /// Because of it a mail went out.
    pub mail_sent: bool,
}

/// A deal as a move finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealState {
    /// Where it stands.
    pub position: Position,
    /// Times since entering the stage during which the clock stood.
    pub pauses: Vec<Pause>,
    /// Its newest move.
    pub last_move: Option<LastMove>,
    /// The company has another open deal on the same line.
    pub other_open_deal: bool,
}

/// What a decision looks at.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The version of the process the deal follows.
    pub process: &'a Definition,
    /// The deal.
    pub deal: &'a DealState,
    /// What is known about it.
    pub facts: &'a Facts,
    /// Who moves it.
    pub actor: Actor,
    /// As what.
    pub role: Role,
    /// What the workspace allows.
    pub settings: Settings,
    /// The owner's calendar.
    pub calendar: &'a Calendar,
    /// Now.
    pub now: Timestamp,
}

impl Position {
    /// The start of every deal.
    #[must_use]
    pub fn new(value: Option<Money>, now: Timestamp) -> Self {
        Self {
            stage: Phase::Prospecting,
            status: Status::Open,
            entered_stage_at: now,
            wake_on: None,
            value,
            lost_reason: None,
            competitor: None,
            closed_at: None,
        }
    }

    /// The same deal open in a stage, entered now unless it already stood there.
    #[must_use]
    pub fn open_in(&self, stage: Phase, now: Timestamp) -> Self {
        Self {
            stage,
            status: Status::Open,
            entered_stage_at: if stage == self.stage { self.entered_stage_at } else { now },
            wake_on: None,
            value: self.value,
            lost_reason: None,
            competitor: None,
            closed_at: None,
        }
    }

    /// The same deal in the same stage, closed now with another status.
    #[must_use]
    pub fn closed_as(&self, status: Status, now: Timestamp) -> Self {
        Self { status, wake_on: None, closed_at: Some(now), ..self.clone() }
    }
}

impl DealState {
    /// The deal after a move. Time in which the deal was not open becomes a pause of its stage.
    #[must_use]
    pub fn after(&self, id: TransitionId, actor: Actor, moved: &Transition) -> Self {
        let stood_since = self.last_move.as_ref().map_or(self.position.entered_stage_at, |m| m.at);
        let mut pauses = if moved.changes_stage() { Vec::new() } else { self.pauses.clone() };
        if self.position.status != Status::Open && !moved.changes_stage() && moved.kind != MoveKind::Undo {
            pauses.push(Pause { from: stood_since, until: moved.at });
        }
        let last_move = LastMove {
            id,
            kind: moved.kind,
            at: moved.at,
            actor,
            before: moved.before.clone(),
            mail_sent: false,
        };
        Self {
            position: moved.after.clone(),
            pauses,
            last_move: Some(last_move),
            other_open_deal: self.other_open_deal,
        }
    }
}
