//! Whether a deal may leave a stage ahead: every criterion as a rule over facts.
//!
//! Unknown counts as unmet and is shown as "not known". No rule reads a clock or a database.

use std::collections::BTreeSet;

use kernel::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::criterion::Criterion;
use crate::definition::Definition;
use crate::facts::{
    Awareness, BantState, CommitteeRole, Evidence, EvidenceOf, Facts, Grade, INTENTS_WITHOUT_CONVERSATION,
    Relevance, ResearchKind,
};
use crate::stage::Phase;

/// Points of interest from which the deal shows interest.
pub const INTEREST_POINTS: f64 = 25.0;
/// Days for which a positive reply or a meeting shows interest.
pub const INTEREST_DAYS: i64 = 30;

/// What a rule found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    Met,
    /// It does not hold.
    Unmet,
    /// Nothing is recorded about it.
    Unknown,
}

/// One criterion of a gate, judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Check {
    /// The criterion's stable key.
    pub key: String,
    /// What was found.
    pub verdict: Verdict,
    /// How many there are, where the rule counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub have: Option<u32>,
    /// How many are needed, where the rule counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<u32>,
    /// Records the verdict rests on.
    pub evidence: Vec<Evidence>,
    /// What exactly is lacking, as keys, where the rule can say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacking: Vec<String>,
}

/// A rule's answer before it gets its key.
struct Finding {
    verdict: Verdict,
    evidence: Vec<Evidence>,
    count: Option<(usize, usize)>,
    lacking: Vec<String>,
}

impl Finding {
    fn new(verdict: Verdict) -> Self {
        Self { verdict, evidence: Vec::new(), count: None, lacking: Vec::new() }
    }
    /// Met or unmet; unknown when nothing is recorded.
    fn judge(known: bool, met: bool) -> Self {
        Self::new(match (known, met) {
            (_, true) => Verdict::Met,
            (true, false) => Verdict::Unmet,
            (false, false) => Verdict::Unknown,
        })
    }
    fn on(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }
    fn counting(mut self, have: usize, need: usize) -> Self {
        self.count = Some((have, need));
        self
    }
    fn lacking(mut self, keys: impl IntoIterator<Item = String>) -> Self {
        self.lacking.extend(keys);
        self
    }
}

fn evidence(kind: EvidenceOf, id: uuid::Uuid) -> Evidence {
    Evidence { kind, id }
}

/// Judges one criterion.
#[must_use]
pub fn judge(criterion: &Criterion, facts: &Facts, now: Timestamp) -> Check {
    let finding = match criterion {
        Criterion::IcpScored => icp_scored(facts),
        Criterion::ResearchDone { min } => {
            research_done(facts, usize::from(min.unwrap_or(facts.thresholds.research_items)))
        }
        Criterion::ContactFound => contact_found(facts),
        Criterion::WhyThem => why_them(facts),
        Criterion::ConversationStarted => conversation_started(facts),
        Criterion::DiscoveryDone => discovery_done(facts),
        Criterion::BantMet => bant_met(facts, now),
        Criterion::DecisionMakerKnown => decision_maker_known(facts),
        Criterion::TwoWayTalk => two_way_talk(facts),
        Criterion::RequiredQualifiers => required_qualifiers(facts),
        Criterion::AwarenessAtLeast(level) => awareness_at_least(facts, *level),
        Criterion::ValueTouches { min } => value_touches(facts, usize::from(*min)),
        Criterion::InterestSignal => interest_signal(facts, now),
        Criterion::OfferSent => offer_sent(facts),
        Criterion::OfferRelevant => offer_relevant(facts),
        Criterion::DecisionMakerReached => decision_maker_reached(facts),
        Criterion::FeedbackReceived => feedback_received(facts),
        Criterion::ObjectionsConfirmed => objections_confirmed(facts),
        Criterion::AcceptanceRecorded => acceptance_recorded(facts),
        Criterion::StartDateKnown => start_date_known(facts),
        Criterion::HandoverReady => handover_ready(facts),
        Criterion::BillingReady => billing_ready(facts),
        Criterion::FieldSet { field } => Finding::judge(false, facts.fields_set.contains(field)),
    };
    Check {
        key: criterion.key(),
        verdict: finding.verdict,
        have: finding.count.map(|(have, _)| have as u32),
        need: finding.count.map(|(_, need)| need as u32),
        evidence: finding.evidence,
        lacking: finding.lacking,
    }
}

/// Judges the whole gate of a phase, in the order of the process.
#[must_use]
pub fn judge_gate(process: &Definition, phase: Phase, facts: &Facts, now: Timestamp) -> Vec<Check> {
    process.gate_of(phase).into_iter().map(|c| judge(c, facts, now)).collect()
}

/// Those that are not met; unknown is not met.
#[must_use]
pub fn missing(checks: &[Check]) -> Vec<Check> {
    checks.iter().filter(|c| c.verdict != Verdict::Met).cloned().collect()
}

fn icp_scored(facts: &Facts) -> Finding {
    let waived = facts
        .research
        .as_ref()
        .is_some_and(|r| r.grade_waived.as_deref().is_some_and(|w| !w.trim().is_empty()));
    let known = facts.icp.score.is_some() && facts.icp.grade.is_some();
    let fits = known && (facts.icp.grade != Some(Grade::D) || waived);
    Finding::judge(known, fits).on(facts.icp.company)
}

fn research_done(facts: &Facts, min: usize) -> Finding {
    let items = facts.research.as_ref().map(|r| r.items.as_slice()).unwrap_or_default();
    let kinds: BTreeSet<_> = items.iter().filter(|i| i.is_sourced()).map(|i| i.kind).collect();
    let met = kinds.len() >= min;
    let open = ResearchKind::ALL.into_iter().filter(|kind| !met && !kinds.contains(kind));
    Finding::judge(!items.is_empty(), met)
        .counting(kinds.len(), min)
        .lacking(open.map(|kind| kind.key().to_owned()))
}

fn contact_found(facts: &Facts) -> Finding {
    let usable: Vec<_> = facts.contacts.iter().filter(|c| c.usable).collect();
    Finding::judge(!facts.contacts.is_empty(), !usable.is_empty())
        .on(usable.iter().map(|c| evidence(EvidenceOf::Person, c.person.0)))
}

fn why_them(facts: &Facts) -> Finding {
    let said = facts.why_them.as_deref().is_some_and(|w| !w.trim().is_empty());
    Finding::judge(false, said)
}

fn conversation_started(facts: &Facts) -> Finding {
    let replies = facts.replies.iter().filter(|r| {
        r.person.is_some_and(|p| facts.in_committee(p))
            && !INTENTS_WITHOUT_CONVERSATION.contains(&r.intent.as_str())
    });
    let mut proof: Vec<Evidence> = replies.map(|r| evidence(EvidenceOf::Message, r.message)).collect();
    proof.extend(talks_with_committee(facts));
    let known = !facts.replies.is_empty() || !facts.talks.is_empty();
    Finding::judge(known, !proof.is_empty()).on(proof)
}

fn talks_with_committee(facts: &Facts) -> impl Iterator<Item = Evidence> + '_ {
    let with_us = |people: &[PersonId]| people.iter().any(|p| facts.in_committee(*p));
    let talks = facts.talks.iter().filter(move |t| t.is_two_way() && with_us(&t.people));
    talks.map(|t| evidence(EvidenceOf::Activity, t.activity))
}

fn discovery_done(facts: &Facts) -> Finding {
    let found = facts.discovery.clone().unwrap_or_default();
    let parts = [
        ("challenge", !found.challenges.is_empty()),
        ("goal", !found.goals.is_empty()),
        ("current_solution", found.current_solution.is_some()),
    ];
    let lacking: Vec<String> =
        parts.iter().filter(|(_, there)| !there).map(|(k, _)| (*k).to_owned()).collect();
    let known = lacking.len() < parts.len();
    let proof = found.challenges.iter().chain(&found.goals).copied().chain(found.current_solution);
    Finding::judge(known, lacking.is_empty()).on(proof).counting(3 - lacking.len(), 3).lacking(lacking)
}

fn bant_met(facts: &Facts, now: Timestamp) -> Finding {
    let Some(bant) = &facts.bant else { return Finding::new(Verdict::Unknown) };
    let factors = [
        ("need", &bant.need),
        ("budget", &bant.budget),
        ("authority", &bant.authority),
        ("timing", &bant.timing),
    ];
    let known = factors.iter().filter(|(_, f)| f.is_some()).count();
    let holds = bant.state == BantState::Qualified && bant.qualified_until.is_none_or(|until| now <= until);
    let unknown = factors.iter().filter(|(_, f)| f.is_none()).map(|(k, _)| (*k).to_owned());
    let proof = factors.iter().filter_map(|(_, f)| f.as_ref()).flat_map(|f| f.evidence.iter().copied());
    Finding::judge(known > 0, holds).on(proof).lacking(unknown.filter(|_| !holds))
}

fn decision_maker_known(facts: &Facts) -> Finding {
    let proven = facts.committee.iter().filter(|m| m.proven.contains(&CommitteeRole::DecisionMaker));
    let proof: Vec<Evidence> = proven.map(|m| evidence(EvidenceOf::Person, m.person.0)).collect();
    let known = facts.committee.iter().any(|m| !m.roles.is_empty());
    Finding::judge(known, !proof.is_empty()).on(proof)
}

fn two_way_talk(facts: &Facts) -> Finding {
    let talks = facts.talks.iter().filter(|t| t.is_two_way());
    let mut proof: Vec<Evidence> = talks.map(|t| evidence(EvidenceOf::Activity, t.activity)).collect();
    if !facts.thresholds.talk_needs_voice {
        proof.extend(facts.replies.iter().map(|r| evidence(EvidenceOf::Message, r.message)));
    }
    Finding::judge(!facts.talks.is_empty(), !proof.is_empty()).on(proof)
}

fn required_qualifiers(facts: &Facts) -> Finding {
    let required = &facts.qualifiers.required;
    let lacking: Vec<String> =
        required.iter().filter(|(_, met)| **met != Some(true)).map(|(k, _)| k.clone()).collect();
    let known = required.values().any(Option::is_some);
    let (have, need) = (required.len() - lacking.len(), required.len());
    Finding::judge(known, lacking.is_empty()).counting(have, need).lacking(lacking)
}

fn awareness_at_least(facts: &Facts, level: Awareness) -> Finding {
    let now_at = facts.nurture.awareness;
    Finding::judge(now_at.is_some(), now_at.is_some_and(|l| l >= level)).on(facts.nurture.awareness_cause)
}

fn value_touches(facts: &Facts, min: usize) -> Finding {
    // A deal that never stood in nurturing is judged by all it ever got.
    let since = facts.entered.get(&Phase::Nurturing);
    let counted = facts.nurture.touches.iter().filter(|t| since.is_none_or(|s| t.at >= *s));
    let proof: Vec<Evidence> = counted.map(|t| t.evidence).collect();
    Finding::judge(!facts.nurture.touches.is_empty(), proof.len() >= min).counting(proof.len(), min).on(proof)
}

fn interest_signal(facts: &Facts, now: Timestamp) -> Finding {
    let recent = |at: Timestamp| at <= now && at.plus_days(INTEREST_DAYS) >= now;
    let positive = facts.replies.iter().filter(|r| facts.is_positive(r) && recent(r.at));
    let mut proof: Vec<Evidence> = positive.map(|r| evidence(EvidenceOf::Message, r.message)).collect();
    let held = facts.talks.iter().filter(|t| t.meeting && t.connected && recent(t.at));
    proof.extend(held.map(|t| evidence(EvidenceOf::Activity, t.activity)));
    let warm = facts.signal_score(now) >= INTEREST_POINTS;
    if warm {
        proof.extend(facts.nurture.signals.iter().map(|s| s.evidence));
    }
    let known = !(facts.nurture.signals.is_empty() && facts.replies.is_empty() && facts.talks.is_empty());
    Finding::judge(known, warm || !proof.is_empty()).on(proof)
}

fn offer_sent(facts: &Facts) -> Finding {
    let offer = facts.offer.as_ref();
    Finding::judge(offer.is_some(), offer.is_some_and(|o| o.out))
        .on(offer.map(|o| evidence(EvidenceOf::Offer, o.id.0)))
}

fn offer_relevant(facts: &Facts) -> Finding {
    let Some(offer) = &facts.offer else { return Finding::new(Verdict::Unknown) };
    let proof = evidence(EvidenceOf::Offer, offer.id.0);
    match &offer.relevance {
        Relevance::Relevant | Relevance::Overridden { .. } => Finding::new(Verdict::Met).on([proof]),
        Relevance::Lacking { missing } => Finding::new(Verdict::Unmet).on([proof]).lacking(missing.clone()),
    }
}

fn decision_maker_reached(facts: &Facts) -> Finding {
    let Some(offer) = &facts.offer else { return Finding::new(Verdict::Unknown) };
    let decides = |person: &PersonId| {
        facts.committee.iter().filter(|m| m.person == *person).any(|m| {
            m.roles.contains(&CommitteeRole::DecisionMaker)
                || m.roles.contains(&CommitteeRole::Approver)
                || (m.roles.contains(&CommitteeRole::Champion) && !m.named.is_empty())
        })
    };
    let proof: Vec<Evidence> =
        offer.reached.iter().filter(|p| decides(p)).map(|p| evidence(EvidenceOf::Person, p.0)).collect();
    Finding::judge(!offer.reached.is_empty(), !proof.is_empty()).on(proof)
}

fn feedback_received(facts: &Facts) -> Finding {
    let Some((offer, sent_at)) = facts.offer.as_ref().and_then(|o| o.sent_at.map(|at| (o, at))) else {
        return Finding::new(Verdict::Unknown);
    };
    let mut proof = offer.feedback.clone();
    let replies = facts.replies.iter().filter(|r| r.at >= sent_at);
    proof.extend(replies.map(|r| evidence(EvidenceOf::Message, r.message)));
    let talks = facts.talks.iter().filter(|t| t.connected && t.at >= sent_at);
    proof.extend(talks.map(|t| evidence(EvidenceOf::Activity, t.activity)));
    let objections = facts.objections.iter().filter(|o| o.at >= sent_at);
    proof.extend(objections.map(|o| evidence(EvidenceOf::Objection, o.id)));
    Finding::judge(false, !proof.is_empty()).on(proof)
}

fn objections_confirmed(facts: &Facts) -> Finding {
    let open = facts.objections.iter().filter(|o| !o.state.is_settled()).count();
    let (all, proof) =
        (facts.objections.len(), facts.objections.iter().map(|o| evidence(EvidenceOf::Objection, o.id)));
    Finding::judge(true, open == 0).counting(all - open, all).on(proof)
}

fn acceptance_recorded(facts: &Facts) -> Finding {
    let yes = facts.closing.as_ref().and_then(|c| c.acceptance.as_ref());
    Finding::judge(false, yes.is_some()).on(yes.map(|a| a.evidence))
}

fn start_date_known(facts: &Facts) -> Finding {
    let plan = facts.closing.as_ref();
    Finding::judge(false, plan.is_some_and(|c| c.start.is_some())).on(plan.and_then(|c| c.plan))
}

fn handover_ready(facts: &Facts) -> Finding {
    let Some(plan) = &facts.closing else { return Finding::new(Verdict::Unknown).counting(0, 2) };
    let sides = [("our_step", plan.our_steps > 0), ("their_step", plan.their_steps > 0)];
    let lacking: Vec<String> =
        sides.iter().filter(|(_, there)| !there).map(|(k, _)| (*k).to_owned()).collect();
    let known = lacking.len() < 2;
    Finding::judge(known, lacking.is_empty()).counting(2 - lacking.len(), 2).lacking(lacking).on(plan.plan)
}

fn billing_ready(facts: &Facts) -> Finding {
    let plan = facts.closing.as_ref();
    let said = |text: Option<&String>| text.is_some_and(|t| !t.trim().is_empty());
    let named = said(plan.and_then(|c| c.legal_name.as_ref())) || said(facts.company_legal_name.as_ref());
    let parts =
        [("legal_name", named), ("billing_contact", said(plan.and_then(|c| c.billing_contact.as_ref())))];
    let lacking: Vec<String> =
        parts.iter().filter(|(_, there)| !there).map(|(k, _)| (*k).to_owned()).collect();
    let known = lacking.len() < 2;
    Finding::judge(known, lacking.is_empty())
        .counting(2 - lacking.len(), 2)
        .lacking(lacking)
        .on(plan.and_then(|c| c.plan))
}

#[cfg(test)]
#[path = "gate_tests/mod.rs"]
mod tests;
