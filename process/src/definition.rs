//! The process as a typed document: stages with their gates, targets, entry tasks and reasons.
//!
//! It says what a workspace's way of selling is; which deal stands where is not here. Unknown keys
//! are errors, so that a misspelt key never silently loosens a gate.

use serde::{Deserialize, Serialize};

use crate::criterion::Criterion;
pub use crate::fault::Fault;
use crate::stage::Phase;

/// A text in each language of the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

/// A version of the process. Published versions never change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Short name that stays the same over versions.
    pub key: String,
    /// Name shown to people.
    pub name: Text,
    /// Days after publishing on which the process is looked at again.
    pub review_in_days: u16,
    /// The stages in walking order; each of the seven phases has at least one.
    pub stages: Vec<Stage>,
    /// Why deals are lost; a loss names one of these keys.
    pub loss_reasons: Vec<Reason>,
}

/// A stage of the process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Unique within the process.
    pub key: String,
    /// The phase it belongs to.
    pub phase: Phase,
    /// Name shown to people.
    pub name: Text,
    /// What the stage is for.
    pub purpose: Text,
    /// Target stay in business days of the owner's calendar.
    pub sla: u16,
    /// Business days after entry by which the first action is due.
    pub first_action_due: u16,
    /// Business hours within which a reply is answered, where the stage sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_within_hours: Option<u16>,
    /// What must hold before the stage is left ahead.
    pub gate: Vec<Criterion>,
    /// Tasks made when a deal enters.
    #[serde(default)]
    pub entry_tasks: Vec<EntryTask>,
    /// Discovery frameworks that open beside a talk in this stage, each in one of its versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outlines: Vec<OutlinePin>,
}

/// A discovery framework in the version with which the process was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutlinePin {
    /// The framework's key.
    pub framework: String,
    /// Its version, from 1.
    pub version: i64,
}

/// A task that every deal gets on entering a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryTask {
    /// Unique within the stage; a task is never made twice for one entry.
    pub key: String,
    /// What is to be done.
    pub title: Text,
    /// Business days after entry.
    pub due: u16,
    /// What kind of work it is.
    #[serde(rename = "type")]
    pub kind: TaskKind,
}

/// The work a task asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// Telephone.
    Call,
    /// Write a mail.
    Email,
    /// Meet.
    Meeting,
    /// Read up.
    Research,
    /// Anything else.
    Todo,
}

impl TaskKind {
    /// The key used in tables and answers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Email => "email",
            Self::Meeting => "meeting",
            Self::Research => "research",
            Self::Todo => "todo",
        }
    }
}

/// A reason that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Stored with the deal.
    pub key: String,
    /// Shown to people.
    pub label: Text,
}

/// Least number of criteria over the stages of qualification in a published process (R110).
pub const MIN_QUALIFYING: usize = 3;

/// Key of the loss reason that asks for the competitor's name.
pub const REASON_COMPETITOR: &str = "competitor";
/// Key of the loss reason that says nothing by itself and so asks for words.
pub const REASON_OTHER: &str = "other";

impl Definition {
    /// The process that ships: "Seven stages".
    #[must_use]
    pub fn seven_stages() -> Self {
        serde_json::from_str(include_str!("seven_stages.json"))
            .expect("the shipped process is tested to parse")
    }

    /// Stages of a phase, in order.
    pub fn stages_of(&self, phase: Phase) -> impl Iterator<Item = &Stage> {
        self.stages.iter().filter(move |s| s.phase == phase)
    }

    /// The gate of a phase: the gates of all its stages, each criterion once.
    #[must_use]
    pub fn gate_of(&self, phase: Phase) -> Vec<&Criterion> {
        let mut gate: Vec<&Criterion> = Vec::new();
        for criterion in self.stages_of(phase).flat_map(|s| &s.gate) {
            if !gate.contains(&criterion) {
                gate.push(criterion);
            }
        }
        gate
    }

    /// Target stay in a phase, in business days: the sum over its stages.
    #[must_use]
    pub fn sla_of(&self, phase: Phase) -> u32 {
        self.stages_of(phase).map(|s| u32::from(s.sla)).sum()
    }

    /// Every fault, so that all can be mended at once; empty when the document can be published.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.order_faults(&mut faults);
        self.gate_faults(&mut faults);
        self.name_faults(&mut faults);
        faults
    }

    fn order_faults(&self, faults: &mut Vec<Fault>) {
        let missing = Phase::ALL.into_iter().filter(|p| self.stages_of(*p).next().is_none());
        faults.extend(missing.map(Fault::PhaseWithoutStage));
        for (i, pair) in self.stages.windows(2).enumerate() {
            if pair[1].phase < pair[0].phase {
                faults.push(Fault::OutOfOrder { index: i + 1, key: pair[1].key.clone() });
            }
        }
        let no_target = self.stages.iter().enumerate().filter(|(_, s)| s.sla == 0);
        faults.extend(no_target.map(|(index, _)| Fault::NoTarget { index }));
    }

    fn gate_faults(&self, faults: &mut Vec<Fault>) {
        let last = self.stages.len().saturating_sub(1);
        for (index, stage) in self.stages.iter().enumerate() {
            let asks = stage.gate.contains(&Criterion::AcceptanceRecorded);
            match (index == last, asks) {
                (true, false) => faults.push(Fault::NoAcceptance { index }),
                (false, true) => faults.push(Fault::EarlyAcceptance { index }),
                _ => {}
            }
            for (i, criterion) in stage.gate.iter().enumerate() {
                if stage.gate[..i].iter().any(|c| c.key() == criterion.key()) {
                    faults.push(Fault::CriterionTwice { index, key: criterion.key() });
                }
            }
        }
        let found = self.gate_of(Phase::Qualification).len();
        if found < MIN_QUALIFYING {
            faults.push(Fault::QualificationTooLoose { found });
        }
    }

    fn name_faults(&self, faults: &mut Vec<Fault>) {
        unique("stages", self.stages.iter().map(|s| s.key.as_str()), faults);
        unique("loss_reasons", self.loss_reasons.iter().map(|r| r.key.as_str()), faults);
        if self.loss_reasons.is_empty() {
            faults.push(Fault::NoLossReason);
        }
        let mut said = vec![("name".to_owned(), &self.name)];
        said.extend(
            self.loss_reasons.iter().enumerate().map(|(i, r)| (format!("loss_reasons[{i}].label"), &r.label)),
        );
        for (i, stage) in self.stages.iter().enumerate() {
            let path = format!("stages[{i}]");
            unique(&format!("{path}.entry_tasks"), stage.entry_tasks.iter().map(|t| t.key.as_str()), faults);
            said.push((format!("{path}.name"), &stage.name));
            said.push((format!("{path}.purpose"), &stage.purpose));
            unique(&format!("{path}.outlines"), stage.outlines.iter().map(|o| o.framework.as_str()), faults);
            let titles = stage.entry_tasks.iter().enumerate();
            said.extend(titles.map(|(t, task)| (format!("{path}.entry_tasks[{t}].title"), &task.title)));
        }
        let blank = said.into_iter().filter(|(_, t)| t.en.trim().is_empty() || t.ko.trim().is_empty());
        faults.extend(blank.map(|(path, _)| Fault::Untranslated { path }));
    }
}

fn unique<'a>(path: &str, keys: impl Iterator<Item = &'a str>, faults: &mut Vec<Fault>) {
    let mut seen = std::collections::BTreeSet::new();
    for (i, key) in keys.enumerate() {
        if key.trim().is_empty() || !seen.insert(key) {
            faults.push(Fault::Key { path: format!("{path}[{i}]"), key: key.to_owned() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Spoil = fn(&mut Definition);

    #[test]
    fn the_shipped_process_has_exactly_the_seven_stages_in_order_and_no_fault() {
        let process = Definition::seven_stages();
        assert_eq!(process.faults(), []);
        assert_eq!(process.stages.iter().map(|s| s.phase).collect::<Vec<_>>(), Phase::ALL);
        let keys: Vec<&str> = process.stages.iter().map(|s| s.key.as_str()).collect();
        assert_eq!(keys, Phase::ALL.map(Phase::key));
    }

    #[test]
    fn the_shipped_targets_are_those_of_the_domain() {
        let process = Definition::seven_stages();
        let targets: Vec<(u16, u16)> = process.stages.iter().map(|s| (s.sla, s.first_action_due)).collect();
        assert_eq!(targets, [(10, 2), (30, 1), (15, 2), (45, 5), (10, 1), (15, 1), (10, 1)]);
        assert_eq!(process.stages[2].answer_within_hours, Some(4));
    }

    #[test]
    fn the_shipped_gates_hold_the_criteria_of_the_domain() {
        let gates: Vec<Vec<String>> = Definition::seven_stages()
            .stages
            .iter()
            .map(|s| s.gate.iter().map(Criterion::key).collect())
            .collect();
        let expected: [&[&str]; 7] = [
            &["icp_scored", "research_done", "contact_found", "why_them"],
            &["conversation_started"],
            &["discovery_done", "bant_met", "decision_maker_known", "two_way_talk", "required_qualifiers"],
            &["awareness_at_least", "value_touches", "interest_signal"],
            &["offer_sent", "offer_relevant", "decision_maker_reached", "feedback_received"],
            &["objections_confirmed"],
            &["acceptance_recorded", "start_date_known", "handover_ready", "billing_ready"],
        ];
        assert_eq!(gates, expected);
    }

    #[test]
    fn a_document_written_out_and_read_again_is_the_same() {
        let process = Definition::seven_stages();
        let text = serde_json::to_string(&process).unwrap();
        let again: Definition = serde_json::from_str(&text).unwrap();
        assert_eq!(again, process);
        assert_eq!(serde_json::to_string(&again).unwrap(), text);
    }

    #[test]
    fn an_unknown_key_is_an_error_and_not_a_loose_gate() {
        let mut text = serde_json::to_value(Definition::seven_stages()).unwrap();
        text["stages"][0]["gait"] = serde_json::json!([]);
        assert!(serde_json::from_value::<Definition>(text).is_err());
    }

    #[test]
    fn each_fault_is_named_with_its_place() {
        let cases: [(Spoil, Fault); 10] = [
            (
                |d| {
                    d.stages.remove(3);
                },
                Fault::PhaseWithoutStage(Phase::Nurturing),
            ),
            (|d| d.stages.swap(0, 1), Fault::OutOfOrder { index: 1, key: "prospecting".into() }),
            (
                |d| {
                    d.stages[6].gate.remove(0);
                },
                Fault::NoAcceptance { index: 6 },
            ),
            (|d| d.stages[2].gate.push(Criterion::AcceptanceRecorded), Fault::EarlyAcceptance { index: 2 }),
            (
                |d| d.stages[1].key = "prospecting".into(),
                Fault::Key { path: "stages[1]".into(), key: "prospecting".into() },
            ),
            (|d| d.stages[4].name.ko = " ".into(), Fault::Untranslated { path: "stages[4].name".into() }),
            (|d| d.stages[5].sla = 0, Fault::NoTarget { index: 5 }),
            (|d| d.loss_reasons.clear(), Fault::NoLossReason),
            (
                |d| d.stages[0].gate.push(Criterion::WhyThem),
                Fault::CriterionTwice { index: 0, key: "why_them".into() },
            ),
            (
                |d| {
                    let task = d.stages[0].entry_tasks[0].clone();
                    d.stages[0].entry_tasks.push(task);
                },
                Fault::Key { path: "stages[0].entry_tasks[1]".into(), key: "research".into() },
            ),
        ];
        for (spoil, fault) in cases {
            let mut process = Definition::seven_stages();
            spoil(&mut process);
            assert_eq!(process.faults(), [fault]);
        }
    }

    #[test]
    fn r110_the_gate_of_qualification_keeps_three_criteria_however_it_is_split() {
        for (kept, faults) in [
            (3, vec![]),
            (2, vec![Fault::QualificationTooLoose { found: 2 }]),
            (0, vec![Fault::QualificationTooLoose { found: 0 }]),
        ] {
            let mut process = Definition::seven_stages();
            process.stages[2].gate.truncate(kept);
            assert_eq!(process.faults(), faults, "{kept} kept");
        }
        let mut split = Definition::seven_stages();
        let mut second = split.stages[2].clone();
        second.key = "fit".into();
        second.gate = split.stages[2].gate.split_off(1);
        second.gate.truncate(2);
        split.stages.insert(3, second);
        assert_eq!(split.faults(), [], "one and two are three");
    }

    #[test]
    fn qualification_may_be_split_and_its_gate_is_that_of_both_parts() {
        let mut process = Definition::seven_stages();
        let mut fit = process.stages[2].clone();
        fit.key = "fit".into();
        fit.sla = 7;
        fit.gate = vec![Criterion::FieldSet { field: "deal.lost_meetings".into() }, Criterion::BantMet];
        process.stages.insert(3, fit);
        assert_eq!(process.faults(), []);
        assert_eq!(process.sla_of(Phase::Qualification), 22);
        let keys: Vec<String> = process.gate_of(Phase::Qualification).iter().map(|c| c.key()).collect();
        assert_eq!(keys.iter().filter(|k| *k == "bant_met").count(), 1);
        assert!(keys.contains(&"field_set:deal.lost_meetings".to_owned()));
    }
}
