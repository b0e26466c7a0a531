//! How an enrolment goes on (domain, outreach engine): states, what happens, what follows. Pure.

use kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// Where an enrolment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentState {
    /// Its first step lies ahead.
    Scheduled,
    /// On its way.
    Active,
    /// A person has a task to do before it goes on.
    Waiting,
    /// Halted for a reason, until a day or until somebody lets it go on.
    Paused,
    /// The person answered. Final.
    Replied,
    /// Every step was done. Final.
    Finished,
    /// Ended for a reason. Final.
    Stopped,
    /// Could not go on. Final.
    Failed,
}

impl EnrolmentState {
    /// States in which a person may still get an automatic mail.
    pub const OPEN: [Self; 4] = [Self::Scheduled, Self::Active, Self::Waiting, Self::Paused];

    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Active => "active",
            Self::Waiting => "waiting",
            Self::Paused => "paused",
            Self::Replied => "replied",
            Self::Finished => "finished",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::from(key)).ok()
    }

    /// Whether it can still change.
    #[must_use]
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }
}

/// Something that happens to an enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// Its time has come.
    Due,
    /// A step is done; when the next one is due, or none is left.
    StepDone(Option<Timestamp>),
    /// The step is a task of a person.
    TaskGiven,
    /// A person wrote back.
    HumanReply,
    /// An absence note, until when to wait.
    Absent(Timestamp),
    /// A mail did not reach them and there is no other way.
    Unreachable(&'static str),
    /// A stop condition holds.
    Stop(String),
    /// By hand, or for a while because a colleague answered.
    Pause(String, Option<Timestamp>),
    /// By hand or because the day has come.
    Resume,
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// This state, with its reason, and until when it rests.
    Go {
        /// The state.
        state: EnrolmentState,
        /// Why.
        reason: Option<String>,
        /// Until when a pause lasts.
        resume_at: Option<Timestamp>,
    },
    /// Nothing changes.
    Stay,
}

fn go(state: EnrolmentState) -> Next {
    Next::Go { state, reason: None, resume_at: None }
}

fn go_for(state: EnrolmentState, reason: impl Into<String>) -> Next {
    Next::Go { state, reason: Some(reason.into()), resume_at: None }
}

/// What follows. A final state never changes; what does not fit changes nothing.
#[must_use]
pub fn follow(state: EnrolmentState, happening: &Happening) -> Next {
    use EnrolmentState::{Active, Failed, Finished, Paused, Replied, Scheduled, Stopped, Waiting};
    if !state.is_open() {
        return Next::Stay;
    }
    match (state, happening) {
        (_, Happening::HumanReply) => go(Replied),
        (_, Happening::Stop(reason)) => go_for(Stopped, reason),
        (_, Happening::Unreachable(reason)) => go_for(Failed, *reason),
        (_, Happening::Absent(until)) => {
            Next::Go { state: Paused, reason: Some("out_of_office".to_owned()), resume_at: Some(*until) }
        }
        (Paused, Happening::Pause(..)) => Next::Stay,
        (_, Happening::Pause(reason, until)) => {
            Next::Go { state: Paused, reason: Some(reason.clone()), resume_at: *until }
        }
        (Paused, Happening::Resume) => go(Active),
        (Scheduled, Happening::Due) => go(Active),
        (Active, Happening::TaskGiven) => go(Waiting),
        // A mail that was on its way when the pause began counts as done; the pause goes on.
        (Paused, Happening::StepDone(Some(_))) => Next::Stay,
        (_, Happening::StepDone(Some(_))) => go(Active),
        (_, Happening::StepDone(None)) => go(Finished),
        _ => Next::Stay,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use EnrolmentState::{Active, Failed, Finished, Paused, Replied, Scheduled, Stopped, Waiting};

    const LATER: Timestamp = Timestamp(9_000_000);

    #[test]
    fn every_open_state_ends_by_a_reply_a_stop_or_a_dead_address() {
        for state in EnrolmentState::OPEN {
            assert_eq!(follow(state, &Happening::HumanReply), go(Replied), "{state:?}");
            assert_eq!(follow(state, &Happening::Stop("archived".into())), go_for(Stopped, "archived"));
            assert_eq!(follow(state, &Happening::Unreachable("hard_bounce")), go_for(Failed, "hard_bounce"));
        }
    }

    #[test]
    fn a_final_state_never_changes() {
        let all = [
            Happening::Due,
            Happening::StepDone(Some(LATER)),
            Happening::StepDone(None),
            Happening::TaskGiven,
            Happening::HumanReply,
            Happening::Absent(LATER),
            Happening::Unreachable("hard_bounce"),
            Happening::Stop("x".into()),
            Happening::Pause("x".into(), None),
            Happening::Resume,
        ];
        for state in [Replied, Finished, Stopped, Failed] {
            for happening in &all {
                assert_eq!(follow(state, happening), Next::Stay, "{state:?} {happening:?}");
            }
        }
    }

    #[test]
    fn the_way_through_a_sequence() {
        let paused = |reason: &str, until| Next::Go {
            state: Paused,
            reason: Some(reason.to_owned()),
            resume_at: until,
        };
        let table = [
            (Scheduled, Happening::Due, go(Active)),
            (Active, Happening::Due, Next::Stay),
            (Active, Happening::TaskGiven, go(Waiting)),
            (Waiting, Happening::StepDone(Some(LATER)), go(Active)),
            (Waiting, Happening::StepDone(None), go(Finished)),
            (Active, Happening::StepDone(Some(LATER)), go(Active)),
            (Active, Happening::StepDone(None), go(Finished)),
            (Active, Happening::Absent(LATER), paused("out_of_office", Some(LATER))),
            (Paused, Happening::Absent(LATER), paused("out_of_office", Some(LATER))),
            (Active, Happening::Pause("by_hand".into(), None), paused("by_hand", None)),
            (Paused, Happening::Pause("by_hand".into(), None), Next::Stay),
            (Paused, Happening::Resume, go(Active)),
            (Paused, Happening::StepDone(Some(LATER)), Next::Stay),
            (Paused, Happening::StepDone(None), go(Finished)),
            (Active, Happening::Resume, Next::Stay),
            (Paused, Happening::Due, Next::Stay),
        ];
        for (state, happening, expected) in table {
            assert_eq!(follow(state, &happening), expected, "{state:?} {happening:?}");
        }
    }

    #[test]
    fn words_are_read_back() {
        for state in [Scheduled, Active, Waiting, Paused, Replied, Finished, Stopped, Failed] {
            assert_eq!(EnrolmentState::parse(state.key()), Some(state));
        }
    }
}
