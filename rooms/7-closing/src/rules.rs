//! Whether all is ready for the decision, and what a plan towards it must hold.

use chrono::NaiveDate;
use kernel::Timestamp;
use process::criterion::Criterion;
use process::facts::{BantState, Facts, Grade, Relevance};
use process::gate::{Verdict, judge};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Business days without a word from them after which we ask what is missing (R72).
pub const SILENT_DAYS: u32 = 5;
/// Days ahead within which a deal that is closing has its next action (R64).
pub const NEXT_ACTION_DAYS: u64 = 7;
/// Touches of value that readiness asks for, counted over the whole deal.
pub const VALUE_TOUCHES: usize = 2;

/// Whose step it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Ours.
    Us,
    /// The customer's.
    Them,
}

/// A step of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanStep {
    /// Its id; given when it is first kept.
    #[serde(default)]
    pub id: Option<Uuid>,
    /// What is to be done.
    pub what: String,
    /// By whom, by name.
    pub who: String,
    /// Which side that is.
    pub side: Side,
    /// By when.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
    /// It is done.
    #[serde(default)]
    pub done: bool,
}

impl PlanStep {
    /// Whether its day is over and it is not done.
    #[must_use]
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        !self.done && self.due_on.is_some_and(|day| day < today)
    }

    /// Whether it counts for the handover: said, owned and dated.
    #[must_use]
    pub fn is_dated(&self) -> bool {
        self.due_on.is_some() && !self.what.trim().is_empty() && !self.who.trim().is_empty()
    }
}

/// Dated steps of a side.
#[must_use]
pub fn dated_steps(steps: &[PlanStep], side: Side) -> u32 {
    steps.iter().filter(|s| s.side == side && s.is_dated()).count() as u32
}

/// Ways to ask for the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CloseKind {
    /// Shall we?
    DirectQuestion,
    /// A bonus for signing today.
    SignTodayBonus,
    /// A real deadline.
    Deadline,
    /// Does the package fit?
    PackageSatisfied,
    /// When do we start?
    StartDate,
    /// This one or that one?
    ChoiceOfPackages,
    /// A reminder of the results.
    ResultsReminder,
    /// Try it.
    Trial,
    /// By the month.
    MonthlyTerm,
    /// What we agreed so far.
    SummaryAgreement,
    /// What do you still need to know?
    AskMissing,
}

impl CloseKind {
    /// All of them, the direct ones first.
    pub const ALL: [Self; 11] = [
        Self::DirectQuestion,
        Self::SignTodayBonus,
        Self::Deadline,
        Self::PackageSatisfied,
        Self::StartDate,
        Self::ChoiceOfPackages,
        Self::ResultsReminder,
        Self::Trial,
        Self::MonthlyTerm,
        Self::SummaryAgreement,
        Self::AskMissing,
    ];

    /// The lever it needs to be running.
    #[must_use]
    pub fn needs_lever(self) -> Option<&'static str> {
        match self {
            Self::SignTodayBonus => Some("incentive"),
            Self::Deadline => Some("urgency"),
            _ => None,
        }
    }

    /// Whether it asks for the decision itself rather than for fit or the next step.
    #[must_use]
    pub fn is_direct(self) -> bool {
        matches!(self, Self::DirectQuestion | Self::SignTodayBonus | Self::Deadline)
    }

    /// Whether it pushes: not used while an objection is open (R57, section 11).
    #[must_use]
    pub fn is_lever(self) -> bool {
        matches!(
            self,
            Self::SignTodayBonus | Self::Deadline | Self::Trial | Self::MonthlyTerm | Self::StartDate
        )
    }
}

/// What they answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CloseAnswer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// They hesitate.
    Hesitates,
    /// Not yet.
    NotYet,
}

/// What to do about a deal that is closing and waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Business days since their last word.
    pub silent_days: u32,
    /// It has something to do within the next seven days.
    pub has_next_action: bool,
    /// Somebody asked what is missing since their last word.
    pub asked: bool,
}

impl Waiting {
    /// Whether to ask what they still need to know (R72).
    #[must_use]
    pub fn ask_missing(self) -> bool {
        self.silent_days >= SILENT_DAYS && !self.asked
    }

    /// Whether somebody must say what comes next (R64). Asking what is missing is a next action.
    #[must_use]
    pub fn lacks_next_action(self) -> bool {
        !self.has_next_action && !self.ask_missing()
    }
}

/// One line of the readiness list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Ready {
    /// What is asked.
    pub item: ReadyItem,
    /// Whether it holds.
    pub holds: bool,
}

/// What should hold before the decision is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadyItem {
    /// Grade A to C.
    FitsProfile,
    /// Qualified.
    BantQualified,
    /// At least two touches of value.
    ValueShown,
    /// The offer reached who decides.
    DecisionMakerReached,
    /// The offer is relevant and out.
    OfferCurrent,
    /// No objection is open.
    NoOpenObjection,
}

/// The readiness list (domain, closing).
#[must_use]
pub fn readiness(facts: &Facts, now: Timestamp) -> Vec<Ready> {
    let relevant = |r: &Relevance| !matches!(r, Relevance::Lacking { .. });
    let met = |criterion: &Criterion| judge(criterion, facts, now).verdict == Verdict::Met;
    let qualified = facts.bant.as_ref().is_some_and(|b| b.state == BantState::Qualified);
    let list = [
        (ReadyItem::FitsProfile, facts.icp.grade.is_some_and(|g| g <= Grade::C)),
        (ReadyItem::BantQualified, qualified && met(&Criterion::BantMet)),
        (ReadyItem::ValueShown, facts.nurture.touches.len() >= VALUE_TOUCHES),
        (ReadyItem::DecisionMakerReached, met(&Criterion::DecisionMakerReached)),
        (ReadyItem::OfferCurrent, facts.offer.as_ref().is_some_and(|o| o.out && relevant(&o.relevance))),
        (ReadyItem::NoOpenObjection, !facts.has_open_objection()),
    ];
    list.into_iter().map(|(item, holds)| Ready { item, holds }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use process::facts::{
        Bant, CommitteeRole, Evidence, EvidenceOf, Icp, Member, Nurture, ObjectionFact, ObjectionState,
        Offer, Touch,
    };
    use uuid::Uuid;

    type Spoil = fn(&mut Facts);

    const NOW: Timestamp = Timestamp(1_763_888_100_000_000);

    fn ready() -> Facts {
        let person = kernel::PersonId(Uuid::from_u128(1));
        let evidence = Evidence { kind: EvidenceOf::Nurture, id: Uuid::nil() };
        Facts {
            icp: Icp { score: Some(41.0), grade: Some(Grade::C), company: None },
            bant: Some(Bant {
                state: BantState::Qualified,
                qualified_until: Some(NOW),
                need: None,
                budget: None,
                authority: None,
                timing: None,
            }),
            nurture: Nurture { touches: vec![Touch { at: NOW, evidence }; 2], ..Nurture::default() },
            committee: vec![Member {
                person,
                roles: vec![CommitteeRole::Approver],
                proven: vec![],
                named: vec![],
            }],
            offer: Some(Offer {
                id: kernel::OfferId(Uuid::nil()),
                version: 1,
                out: true,
                sent_at: Some(NOW),
                relevance: Relevance::Relevant,
                reached: vec![person],
                feedback: vec![],
            }),
            ..Facts::default()
        }
    }

    fn open_items(facts: &Facts) -> Vec<ReadyItem> {
        readiness(facts, NOW).into_iter().filter(|r| !r.holds).map(|r| r.item).collect()
    }

    #[test]
    fn readiness_lists_six_items_and_each_can_be_missing() {
        assert_eq!(open_items(&ready()), []);
        let all = open_items(&Facts::default());
        assert_eq!(all.len(), 5, "with nothing known only the objections are settled: {all:?}");
        let cases: [(Spoil, ReadyItem); 6] = [
            (|f| f.icp.grade = Some(Grade::D), ReadyItem::FitsProfile),
            (
                |f| f.bant.as_mut().unwrap().qualified_until = Some(NOW.plus_seconds(-1)),
                ReadyItem::BantQualified,
            ),
            (|f| f.nurture.touches.truncate(1), ReadyItem::ValueShown),
            (|f| f.committee.clear(), ReadyItem::DecisionMakerReached),
            (|f| f.offer.as_mut().unwrap().out = false, ReadyItem::OfferCurrent),
            (
                |f| {
                    f.objections.push(ObjectionFact {
                        id: Uuid::nil(),
                        state: ObjectionState::Probing,
                        at: NOW,
                        kind: None,
                    })
                },
                ReadyItem::NoOpenObjection,
            ),
        ];
        for (spoil, item) in cases {
            let mut facts = ready();
            spoil(&mut facts);
            assert_eq!(open_items(&facts), [item]);
        }
    }

    #[test]
    fn r72_silence_of_five_business_days_proposes_to_ask_what_is_missing() {
        let waiting = |silent_days, has_next_action, asked| Waiting { silent_days, has_next_action, asked };
        let table = [
            (waiting(4, true, false), false, false),
            (waiting(4, false, false), false, true),
            (waiting(5, true, false), true, false),
            (waiting(5, false, false), true, false),
            (waiting(9, true, true), false, false),
            (waiting(9, false, true), false, true),
        ];
        for (one, ask, lacks) in table {
            assert_eq!((one.ask_missing(), one.lacks_next_action()), (ask, lacks), "{one:?}");
        }
    }

    #[test]
    fn a_step_counts_when_it_says_what_who_and_when() {
        let step = |side, who: &str, day: Option<&str>| PlanStep {
            id: None,
            what: "send contract".into(),
            who: who.into(),
            side,
            due_on: day.map(|d| d.parse().unwrap()),
            done: false,
        };
        let day = Some("2026-12-01");
        let steps = [
            step(Side::Us, "Kim", day),
            step(Side::Us, "Kim", None),
            step(Side::Us, " ", day),
            step(Side::Them, "Lee", day),
            step(Side::Them, "Lee", day),
        ];
        assert_eq!((dated_steps(&steps, Side::Us), dated_steps(&steps, Side::Them)), (1, 2));
    }

    #[test]
    fn both_forms_of_close_exist_and_asking_what_is_missing_pushes_nobody() {
        assert!(CloseKind::DirectQuestion.is_direct() && !CloseKind::AskMissing.is_direct());
        assert!(CloseKind::SignTodayBonus.is_lever() && !CloseKind::AskMissing.is_lever());
        let direct = CloseKind::ALL.into_iter().filter(|kind| kind.is_direct()).count();
        assert_eq!((direct, CloseKind::ALL.len()), (3, 11));
    }
}
