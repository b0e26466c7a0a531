//! A sequence as a text file (YAML), to keep in a repository, hand to somebody else and read back the same.

use http_room::{Answer, Problem};
use serde::{Deserialize, Serialize};

use super::Step;
use crate::timing::Windows;

/// What the first line says.
const FORMAT: &str = "sequence/1";
/// Longest text that is read.
pub const TEXT_BYTES: usize = 1024 * 1024;

/// A sequence without what belongs to one workspace: mailboxes, people, figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SequenceText {
    /// `sequence/1`.
    sevenfold: String,
    pub name: String,
    #[serde(default = "conversation")]
    pub goal: String,
    #[serde(default)]
    pub windows: Windows,
    #[serde(default)]
    pub steps: Vec<Step>,
}

fn conversation() -> String {
    "conversation".to_owned()
}

impl SequenceText {
    pub fn new(name: &str, goal: &str, windows: Windows, steps: Vec<Step>) -> Self {
        Self { sevenfold: FORMAT.to_owned(), name: name.to_owned(), goal: goal.to_owned(), windows, steps }
    }

    /// The text.
    ///
    /// # Errors
    /// When a value has no place in YAML; none of ours has.
    pub fn write(&self) -> Answer<String> {
        serde_saphyr::to_string(self).map_err(|why| {
            let what = "a sequence as text".to_owned();
            store::StoreError::Shape { what, why: why.to_string() }.into()
        })
    }

    /// Reads it back.
    ///
    /// # Errors
    /// What is wrong, with its line.
    pub fn read(text: &str) -> Answer<Self> {
        if text.len() > TEXT_BYTES {
            return Err(Problem::field("text", "too_long", "at most 1 MiB"));
        }
        let read: Self = serde_saphyr::from_str(text).map_err(|why| {
            let line = why.location().map(|at| format!("line {}: ", at.line())).unwrap_or_default();
            let words: String =
                why.to_string().lines().next().unwrap_or_default().chars().take(300).collect();
            Problem::field("text", "unreadable", format!("{line}{words}"))
        })?;
        if read.sevenfold != FORMAT {
            return Err(Problem::field("text", "unreadable", format!("it should say sevenfold: {FORMAT}")));
        }
        Ok(read)
    }
}

/// The file's name.
pub(super) fn file_name(name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() && c.is_ascii() { c.to_ascii_lowercase() } else { '-' };
    let name: String = name.chars().map(plain).take(60).collect();
    let name = name.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    format!("{}.sequence.yaml", if name.is_empty() { "sequence" } else { &name })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequence::StepKind;
    use crate::sequence::rules::faults;

    const TEXT: &str = r#"
sevenfold: sequence/1
name: "첫 대화: hello"
goal: conversation
steps:
  - subject: A question about {{ company.name }}
    body: |
      Hello {{ person.given_name }},

      how do you plan today? # not a comment
    variants:
      - subject: "Planning: yes"
        body: How do you plan?
    allocation: bandit
  - kind: wait
    delay_days: 2
    branches:
      - if: { is: all, of: [{ is: no_reply, days: 2 }, { is: not, of: { is: bounced } }] }
        go_to: call
      - if: { is: field, field: company.grade, op: eq, value: C }
  - kind: call
    key: call
    delay_hours: 3
    subject: Call them
"#;

    #[test]
    fn a_sequence_reads_back_from_its_text_as_it_was() {
        let read = SequenceText::read(TEXT).expect("reads");
        assert_eq!(faults(&read.steps), []);
        let kinds: Vec<StepKind> = read.steps.iter().map(|step| step.kind).collect();
        assert_eq!(kinds, [StepKind::Mail, StepKind::Wait, StepKind::Call]);
        assert!(read.steps[0].body.ends_with("# not a comment\n"), "{:?}", read.steps[0].body);
        let again = read.write().expect("writes");
        assert_eq!(SequenceText::read(&again).expect("reads again"), read, "{again}");
        assert_eq!(file_name(&read.name), "hello.sequence.yaml");
        assert_eq!(file_name("첫 대화"), "sequence.sequence.yaml");
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        let table = [
            ("sevenfold: process/1\nname: x\n", "sequence/1"),
            ("sevenfold: sequence/1\nname: x\nstepps: []\n", "line 3"),
            ("sevenfold: sequence/1\nname: x\nsteps:\n  - kind: fax\n", "line 4"),
            ("sevenfold: sequence/1\nname: [x\n", "line"),
            ("a: &a [x,x]\nb: &b [*a,*a]\nname: *b\n", "line"),
        ];
        for (text, expected) in table {
            let why = SequenceText::read(text).expect_err(text);
            assert!(format!("{why:?}").contains(expected), "{text}: {why:?}");
        }
    }
}
