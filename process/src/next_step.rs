//! Which step the process asks for next: the first thing that keeps the gate shut.
//!
//! Titles belong to the screen; a step is named by a key that it translates.

use kernel::Timestamp;
use serde::{Deserialize, Serialize};

use crate::definition::Definition;
use crate::facts::Facts;
use crate::gate::{Check, Verdict, judge_gate};
use crate::stage::{Phase, Status};
use crate::transition::MoveKind;

/// What is to be done next about a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NextStep {
    /// What to do, as a key.
    pub key: String,
    /// The criterion it serves, when it serves one.
    pub criterion: Option<Check>,
    /// The room in which it is done.
    pub room: Phase,
    /// The move it is, when nothing but the move is left.
    #[serde(rename = "move")]
    pub leads_to: Option<MoveKind>,
}

/// The next step of a deal; `None` when it is won, lost or disqualified.
#[must_use]
pub fn next_step(
    process: &Definition,
    stage: Phase,
    status: Status,
    facts: &Facts,
    now: Timestamp,
) -> Option<NextStep> {
    match status {
        Status::Open => Some(next_of_open(process, stage, facts, now)),
        Status::NotYet => {
            let key = "keep_in_touch".to_owned();
            Some(NextStep { key, criterion: None, room: Phase::Nurturing, leads_to: Some(MoveKind::Wake) })
        }
        Status::Won | Status::Lost | Status::Disqualified => None,
    }
}

fn next_of_open(process: &Definition, stage: Phase, facts: &Facts, now: Timestamp) -> NextStep {
    let gate = judge_gate(process, stage, facts, now);
    match gate.into_iter().find(|c| c.verdict != Verdict::Met) {
        Some(check) => {
            let (key, room) = step_for(&check, stage);
            NextStep { key: key.to_owned(), criterion: Some(check), room, leads_to: None }
        }
        // A doubt nobody has looked at is looked at before anybody goes past it.
        None if facts.objections_proposed > 0 && matches!(stage, Phase::Offer | Phase::Objections) => {
            let key = "look_at_proposals".to_owned();
            NextStep { key, criterion: None, room: Phase::Objections, leads_to: None }
        }
        None => {
            let leads_to = way_ahead(stage, facts);
            NextStep {
                key: leads_to.key().to_owned(),
                criterion: None,
                room: stage,
                leads_to: Some(leads_to),
            }
        }
    }
}

fn way_ahead(stage: Phase, facts: &Facts) -> MoveKind {
    match stage {
        Phase::Closing => MoveKind::Win,
        Phase::Offer if !facts.has_open_objection() => MoveKind::SkipNoObjection,
        _ => MoveKind::Advance,
    }
}

/// The step that mends a criterion, and the room in which it is done.
fn step_for(check: &Check, stage: Phase) -> (&'static str, Phase) {
    let lacks = |key: &str| check.lacking.iter().any(|l| l == key);
    match check.key.as_str() {
        "icp_scored" if check.verdict == Verdict::Unknown => ("score_company", Phase::Prospecting),
        "icp_scored" => ("waive_grade_or_disqualify", Phase::Prospecting),
        "research_done" => ("research", Phase::Prospecting),
        "contact_found" => ("find_contact", Phase::Prospecting),
        "why_them" => ("write_why_them", Phase::Prospecting),
        "conversation_started" => ("start_conversation", Phase::Outreach),
        "discovery_done" if lacks("challenge") => ("ask_challenges", Phase::Qualification),
        "discovery_done" if lacks("goal") => ("ask_goals", Phase::Qualification),
        "discovery_done" => ("ask_current_solution", Phase::Qualification),
        "bant_met" => ("rate_bant", Phase::Qualification),
        "decision_maker_known" => ("find_decision_maker", Phase::Qualification),
        "two_way_talk" => ("talk", Phase::Qualification),
        "required_qualifiers" => ("answer_qualifiers", Phase::Qualification),
        "awareness_at_least" => ("raise_awareness", Phase::Nurturing),
        "value_touches" => ("give_value", Phase::Nurturing),
        "interest_signal" => ("look_for_interest", Phase::Nurturing),
        "offer_sent" => ("send_offer", Phase::Offer),
        "offer_relevant" => ("tie_offer_to_findings", Phase::Offer),
        "decision_maker_reached" => ("reach_decision_maker", Phase::Offer),
        "feedback_received" => ("ask_feedback", Phase::Offer),
        "objections_confirmed" => ("settle_objections", Phase::Objections),
        "acceptance_recorded" => ("record_acceptance", Phase::Closing),
        "start_date_known" => ("agree_start_date", Phase::Closing),
        "handover_ready" => ("agree_next_steps", Phase::Closing),
        "billing_ready" => ("complete_billing", Phase::Closing),
        _ => ("fill_field", stage),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{ObjectionFact, ObjectionState};

    const NOW: Timestamp = Timestamp(1_763_888_100_000_000);

    fn step(stage: Phase, status: Status, facts: &Facts) -> Option<NextStep> {
        next_step(&Definition::seven_stages(), stage, status, facts, NOW)
    }

    #[test]
    fn with_nothing_known_each_stage_asks_for_its_first_criterion() {
        let expected = [
            "score_company",
            "start_conversation",
            "ask_challenges",
            "raise_awareness",
            "send_offer",
            "advance",
            "record_acceptance",
        ];
        for (stage, key) in Phase::ALL.into_iter().zip(expected) {
            let found = step(stage, Status::Open, &Facts::default()).unwrap();
            assert_eq!(found.key, key, "{stage}");
            assert_eq!(found.room, stage);
        }
    }

    #[test]
    fn every_criterion_of_the_shipped_process_has_a_step_of_its_own() {
        let process = Definition::seven_stages();
        let checks = Phase::ALL.into_iter().flat_map(|p| judge_gate(&process, p, &Facts::default(), NOW));
        for check in checks {
            assert_ne!(step_for(&check, Phase::Closing).0, "fill_field", "{}", check.key);
        }
    }

    #[test]
    fn an_open_objection_leads_from_the_offer_to_its_room_and_else_straight_to_closing() {
        let mut facts = Facts::default();
        assert_eq!(way_ahead(Phase::Offer, &facts), MoveKind::SkipNoObjection);
        facts.objections.push(ObjectionFact {
            id: uuid::Uuid::nil(),
            state: ObjectionState::Open,
            at: NOW,
            kind: None,
        });
        assert_eq!(way_ahead(Phase::Offer, &facts), MoveKind::Advance);
        assert_eq!(way_ahead(Phase::Closing, &facts), MoveKind::Win);
    }

    #[test]
    fn a_parked_deal_asks_to_keep_in_touch_and_a_closed_one_for_nothing() {
        let facts = Facts::default();
        assert_eq!(step(Phase::Nurturing, Status::NotYet, &facts).unwrap().key, "keep_in_touch");
        for status in [Status::Won, Status::Lost, Status::Disqualified] {
            assert_eq!(step(Phase::Closing, status, &facts), None);
        }
    }
}
