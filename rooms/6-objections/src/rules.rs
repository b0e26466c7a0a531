//! How an objection is settled: acknowledge, ask, listen, answer, and let them confirm.

use kernel::PersonId;
use process::facts::ObjectionState;
use serde::{Deserialize, Serialize};

/// What it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObjectionKind {
    /// Too dear for what it gives.
    PriceValue,
    /// Fear that it fails.
    Risk,
    /// Something missing, too much, or not understood.
    Content,
    /// Term, notice, payment, law.
    Contract,
    /// Not now.
    Timing,
    /// Somebody else decides.
    Authority,
    /// Another one, or things as they are.
    Competitor,
    /// Not said.
    Hidden,
}

impl ObjectionKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::PriceValue,
        Self::Risk,
        Self::Content,
        Self::Contract,
        Self::Timing,
        Self::Authority,
        Self::Competitor,
        Self::Hidden,
    ];

    /// The key used in tables and answers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::PriceValue => "price_value",
            Self::Risk => "risk",
            Self::Content => "content",
            Self::Contract => "contract",
            Self::Timing => "timing",
            Self::Authority => "authority",
            Self::Competitor => "competitor",
            Self::Hidden => "hidden",
        }
    }

    /// Reads the key.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }

    /// What to check next, as keys: other kinds, or what else it may hang on (R58).
    #[must_use]
    pub fn related(self) -> &'static [&'static str] {
        match self {
            Self::PriceValue => &["content", "budget"],
            Self::Risk => &["content", "contract", "proof"],
            Self::Content => &["price_value"],
            Self::Contract => &["risk", "price_value"],
            Self::Timing => &["need", "not_yet_causes"],
            Self::Authority => &["committee"],
            Self::Competitor => &["content", "risk"],
            Self::Hidden => &["past_disappointment", "no_trust", "wrong_person", "wrong_time", "no_need"],
        }
    }
}

/// What is done about an objection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// We let them know that we heard it.
    Acknowledge {
        /// What we said.
        text: String,
    },
    /// A question was asked, perhaps with their answer in their words.
    Ask {
        /// What we asked.
        question: String,
        /// What they said.
        answer: Option<String>,
    },
    /// We answered. Without having asked and heard, only by saying so.
    Answer {
        /// What we said.
        text: String,
        /// Asking was left out on purpose.
        skip_questions: bool,
    },
    /// They say it is settled.
    Confirm {
        /// What they said.
        words: String,
        /// Who.
        person: Option<PersonId>,
    },
    /// They live with it.
    AcceptRisk {
        /// Why.
        reason: String,
    },
    /// They took it back.
    Withdraw,
    /// They raised it again.
    Repeat,
}

/// Where an objection stands, as far as steps ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its state.
    pub state: ObjectionState,
    /// A question of ours was answered in their words.
    pub heard: bool,
}

/// Why a step is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is settled already.
    #[error("the objection is settled; record it again if they repeat it")]
    Settled,
    /// It is not settled, so it cannot be raised again.
    #[error("the objection is still open; it can be repeated only after it was settled")]
    StillOpen,
    /// A field is empty.
    #[error("{0}: must be given")]
    Missing(&'static str),
    /// Nobody asked yet.
    #[error("ask at least one question and record their answer in their words, or say that you skip it")]
    NotHeard,
    /// Nothing was answered yet.
    #[error("answer it first; silence never confirms")]
    NotAnswered,
}

/// The state after a step.
///
/// # Errors
/// A [`Refusal`] that says what comes first.
pub fn take(standing: Standing, step: &Step) -> Result<ObjectionState, Refusal> {
    let Standing { state, heard } = standing;
    match (state.is_settled(), step) {
        (true, Step::Repeat) => return Ok(ObjectionState::Open),
        (true, _) => return Err(Refusal::Settled),
        (false, Step::Repeat) => return Err(Refusal::StillOpen),
        (false, _) => {}
    }
    match step {
        Step::Acknowledge { text } => {
            said("text", text)?;
            Ok(state)
        }
        Step::Ask { question, .. } => {
            said("question", question)?;
            // Asking on after an answer does not take the answer back.
            Ok(if state == ObjectionState::Answered { state } else { ObjectionState::Probing })
        }
        Step::Answer { text, skip_questions } => {
            said("text", text)?;
            if heard || *skip_questions { Ok(ObjectionState::Answered) } else { Err(Refusal::NotHeard) }
        }
        Step::Confirm { words, person } => {
            if state != ObjectionState::Answered {
                return Err(Refusal::NotAnswered);
            }
            said("words", words)?;
            person.ok_or(Refusal::Missing("person_id"))?;
            Ok(ObjectionState::Confirmed)
        }
        Step::AcceptRisk { reason } => {
            said("reason", reason)?;
            Ok(ObjectionState::AcceptedRisk)
        }
        Step::Withdraw => Ok(ObjectionState::Withdrawn),
        Step::Repeat => Err(Refusal::StillOpen),
    }
}

fn said(field: &'static str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() { Err(Refusal::Missing(field)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ObjectionState::{AcceptedRisk, Answered, Confirmed, Open, Probing, Withdrawn};

    fn ask() -> Step {
        Step::Ask { question: "What would have to be true?".into(), answer: Some("a pilot".into()) }
    }

    fn answer(skip_questions: bool) -> Step {
        Step::Answer { text: "a pilot of four weeks".into(), skip_questions }
    }

    fn confirm(words: &str, person: bool) -> Step {
        Step::Confirm { words: words.into(), person: person.then(|| PersonId(uuid::Uuid::nil())) }
    }

    fn after(state: ObjectionState, heard: bool, step: &Step) -> Result<ObjectionState, Refusal> {
        take(Standing { state, heard }, step)
    }

    #[test]
    fn an_objection_is_asked_about_answered_and_confirmed_in_that_order() {
        assert_eq!(after(Open, false, &ask()), Ok(Probing));
        assert_eq!(after(Open, false, &answer(false)), Err(Refusal::NotHeard));
        assert_eq!(after(Probing, false, &answer(false)), Err(Refusal::NotHeard), "asked, but not heard");
        assert_eq!(after(Probing, true, &answer(false)), Ok(Answered));
        assert_eq!(after(Open, false, &answer(true)), Ok(Answered), "skipped on purpose");
        assert_eq!(after(Answered, true, &ask()), Ok(Answered));
        assert_eq!(after(Answered, true, &confirm("that settles it", true)), Ok(Confirmed));
    }

    #[test]
    fn acknowledging_comes_first_and_changes_nothing_else() {
        let heard = |text: &str| Step::Acknowledge { text: text.into() };
        for state in [Open, Probing, Answered] {
            assert_eq!(after(state, false, &heard("I see why that matters")), Ok(state));
            assert_eq!(after(state, false, &heard(" ")), Err(Refusal::Missing("text")));
        }
    }

    #[test]
    fn only_their_own_words_confirm() {
        for state in [Open, Probing] {
            assert_eq!(after(state, true, &confirm("fine", true)), Err(Refusal::NotAnswered));
        }
        assert_eq!(after(Answered, true, &confirm(" ", true)), Err(Refusal::Missing("words")));
        assert_eq!(after(Answered, true, &confirm("fine", false)), Err(Refusal::Missing("person_id")));
    }

    #[test]
    fn a_risk_is_accepted_with_a_reason_and_an_objection_can_be_taken_back() {
        for state in [Open, Probing, Answered] {
            let risk = |reason: &str| Step::AcceptRisk { reason: reason.into() };
            assert_eq!(after(state, false, &risk("pilot covers it")), Ok(AcceptedRisk));
            assert_eq!(after(state, false, &risk("")), Err(Refusal::Missing("reason")));
            assert_eq!(after(state, false, &Step::Withdraw), Ok(Withdrawn));
            assert_eq!(after(state, false, &Step::Repeat), Err(Refusal::StillOpen));
        }
    }

    #[test]
    fn what_is_settled_stays_so_until_they_raise_it_again() {
        for state in [Confirmed, AcceptedRisk, Withdrawn] {
            for step in [ask(), answer(true), confirm("fine", true), Step::Withdraw] {
                assert_eq!(after(state, true, &step), Err(Refusal::Settled));
            }
            assert_eq!(after(state, true, &Step::Repeat), Ok(Open));
        }
    }

    #[test]
    fn a_price_objection_proposes_to_check_the_content() {
        assert!(ObjectionKind::PriceValue.related().contains(&"content"));
        for kind in ObjectionKind::ALL {
            assert_eq!(ObjectionKind::parse(kind.key()), Some(kind));
            assert!(!kind.related().is_empty());
        }
    }
}
