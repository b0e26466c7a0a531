//! Conditions of forks (domain, outreach engine): what is unknown is false. Pure.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// Conditions in conditions at most.
const DEPTH: usize = 6;
/// Conditions in one fork at most.
const PARTS: usize = 40;

/// For whom a fork is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// All of these hold.
    All {
        /// Which.
        #[schema(no_recursion)]
        of: Vec<Condition>,
    },
    /// One of these holds.
    Any {
        /// Which.
        #[schema(no_recursion)]
        of: Vec<Condition>,
    },
    /// This does not hold.
    Not {
        /// What.
        #[schema(no_recursion)]
        of: Box<Condition>,
    },
    /// Something happened since they were enrolled.
    Happened {
        /// What.
        what: Fact,
        /// With which outcome: a call's `connected`, a link's number from 1; left out: any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<String>,
    },
    /// A mail came back.
    Bounced,
    /// No answer for so many business days after the last mail.
    NoReply {
        /// Business days.
        days: u32,
    },
    /// They got this wording of a step.
    Variant {
        /// The step's `key`.
        step: String,
        /// From 1, the step's own wording.
        arm: u32,
    },
    /// A field of the person, the company or the deal, such as `company.grade`, `deal.stage`, `person.tags`.
    Field {
        /// Its path.
        field: String,
        /// How it is compared.
        op: Compare,
        /// With what; not for `set` and `unset`.
        #[serde(default)]
        #[schema(value_type = Object)]
        value: Json,
    },
}

/// What may happen on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// They followed a link of a mail.
    Clicked,
    /// A call, with its outcome.
    Call,
    /// A social touch: `sent`, `accepted`, `answered`.
    Social,
    /// A piece of post: `sent`, `delivered`, `returned`.
    Piece,
    /// A meeting was booked.
    Meeting,
}

impl Fact {
    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Clicked => "clicked",
            Self::Call => "call",
            Self::Social => "social",
            Self::Piece => "piece",
            Self::Meeting => "meeting",
        }
    }
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// Equal; texts whatever their capitals.
    Eq,
    /// Known and not equal.
    Ne,
    /// Greater.
    Gt,
    /// Less.
    Lt,
    /// Holds the text, or is a list that holds it.
    Contains,
    /// Known.
    Set,
    /// Not known.
    Unset,
}

/// What is known of somebody on their way.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// What happened, with its outcome.
    pub facts: Vec<(String, String)>,
    /// A mail came back.
    pub bounced: bool,
    /// Business days since the last mail; none while none was sent.
    pub quiet_days: Option<u32>,
    /// Wordings they got: the step's key, and which, from 1.
    pub wordings: Vec<(String, u32)>,
    /// Merge fields.
    pub fields: Json,
}

impl Condition {
    /// Whether it holds.
    #[must_use]
    pub fn holds(&self, known: &Known) -> bool {
        match self {
            Self::All { of } => of.iter().all(|one| one.holds(known)),
            Self::Any { of } => of.iter().any(|one| one.holds(known)),
            Self::Not { of } => !of.holds(known),
            Self::Happened { what, value } => {
                let same = |(fact, outcome): &(String, String)| {
                    fact == what.key() && value.as_ref().is_none_or(|value| value == outcome)
                };
                known.facts.iter().any(same)
            }
            Self::Bounced => known.bounced,
            Self::NoReply { days } => known.quiet_days.is_some_and(|quiet| quiet >= *days),
            Self::Variant { step, arm } => known.wordings.iter().any(|(key, got)| key == step && got == arm),
            Self::Field { field, op, value } => compare(at(&known.fields, field), *op, value),
        }
    }

    /// What is wrong with its shape, if anything.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        let mut parts = 0;
        self.measure(1, &mut parts).or_else(|| (parts > PARTS).then_some("at most 40 conditions"))
    }

    fn measure(&self, depth: usize, parts: &mut usize) -> Option<&'static str> {
        *parts += 1;
        if depth > DEPTH || *parts > PARTS {
            return Some("at most 6 conditions in each other, 40 in all");
        }
        match self {
            Self::All { of } | Self::Any { of } if of.is_empty() => Some("name at least one condition"),
            Self::All { of } | Self::Any { of } => of.iter().find_map(|one| one.measure(depth + 1, parts)),
            Self::Not { of } => of.measure(depth + 1, parts),
            Self::Field { field, .. } if !is_path(field) => {
                Some("a field of person, company or deal, such as company.grade")
            }
            Self::Field { op: Compare::Gt | Compare::Lt, value, .. } if number(value).is_none() => {
                Some("compare with a number")
            }
            _ => None,
        }
    }
}

fn is_path(field: &str) -> bool {
    let mut parts = field.split('.');
    let whose = parts.next().is_some_and(|p| ["person", "company", "deal"].contains(&p));
    whose && (1..=3).contains(&parts.clone().count()) && parts.all(|p| !p.is_empty() && p.len() <= 100)
}

fn at<'a>(fields: &'a Json, path: &str) -> &'a Json {
    path.split('.').fold(fields, |place, key| &place[key])
}

fn text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned).trim().to_lowercase()
}

fn number(value: &Json) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn compare(known: &Json, op: Compare, value: &Json) -> bool {
    let set = !known.is_null() && *known != "" && *known != serde_json::json!([]);
    let ordered = || Some((number(known)?, number(value)?));
    match op {
        Compare::Set => set,
        Compare::Unset => !set,
        _ if !set => false,
        Compare::Eq => text(known) == text(value),
        Compare::Ne => text(known) != text(value),
        Compare::Gt => ordered().is_some_and(|(a, b)| a > b),
        Compare::Lt => ordered().is_some_and(|(a, b)| a < b),
        Compare::Contains => match known.as_array() {
            Some(list) => list.iter().any(|one| text(one) == text(value)),
            None => text(known).contains(&text(value)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn known() -> Known {
        Known {
            facts: vec![("call".into(), "voicemail".into()), ("clicked".into(), "2".into())],
            bounced: false,
            quiet_days: Some(3),
            wordings: vec![("hello".into(), 2)],
            fields: json!({
                "person": { "title": "Head of Sales", "tags": ["VIP", "expo"], "phone": null },
                "company": { "grade": "B", "employees": 120 }, "deal": { "stage": "outreach" },
            }),
        }
    }

    #[test]
    fn forks_go_by_what_is_known_and_the_unknown_is_false() {
        let table = [
            (json!({ "is": "happened", "what": "clicked" }), true),
            (json!({ "is": "happened", "what": "clicked", "value": "1" }), false),
            (json!({ "is": "happened", "what": "call", "value": "voicemail" }), true),
            (json!({ "is": "happened", "what": "call", "value": "connected" }), false),
            (json!({ "is": "happened", "what": "meeting" }), false),
            (json!({ "is": "bounced" }), false),
            (json!({ "is": "no_reply", "days": 3 }), true),
            (json!({ "is": "no_reply", "days": 4 }), false),
            (json!({ "is": "variant", "step": "hello", "arm": 2 }), true),
            (json!({ "is": "variant", "step": "hello", "arm": 1 }), false),
            (json!({ "is": "field", "field": "company.grade", "op": "eq", "value": "b" }), true),
            (json!({ "is": "field", "field": "company.grade", "op": "ne", "value": "A" }), true),
            (json!({ "is": "field", "field": "company.revenue", "op": "ne", "value": "A" }), false),
            (json!({ "is": "field", "field": "company.employees", "op": "gt", "value": 100 }), true),
            (json!({ "is": "field", "field": "company.employees", "op": "lt", "value": "100" }), false),
            (json!({ "is": "field", "field": "person.tags", "op": "contains", "value": "vip" }), true),
            (json!({ "is": "field", "field": "person.title", "op": "contains", "value": "sales" }), true),
            (json!({ "is": "field", "field": "person.phone", "op": "unset" }), true),
            (json!({ "is": "field", "field": "deal.stage", "op": "set" }), true),
            (json!({ "is": "not", "of": { "is": "bounced" } }), true),
            (json!({ "is": "all", "of": [{ "is": "bounced" }, { "is": "no_reply", "days": 1 }] }), false),
            (json!({ "is": "any", "of": [{ "is": "bounced" }, { "is": "no_reply", "days": 1 }] }), true),
        ];
        for (source, expected) in table {
            let condition: Condition = serde_json::from_value(source.clone()).expect("a condition");
            assert_eq!(condition.fault(), None, "{source}");
            assert_eq!(condition.holds(&known()), expected, "{source}");
            assert!(
                !condition.holds(&Known::default())
                    || source.to_string().contains("unset")
                    || source["is"] == "not"
            );
            assert_eq!(json!(condition)["is"], source["is"], "it is written as it is read");
        }
    }

    #[test]
    fn a_condition_too_deep_or_without_sense_is_a_fault() {
        let mut deep = json!({ "is": "bounced" });
        for _ in 0..6 {
            deep = json!({ "is": "not", "of": deep });
        }
        let table = [
            deep,
            json!({ "is": "all", "of": [] }),
            json!({ "is": "any", "of": vec![json!({ "is": "bounced" }); 41] }),
            json!({ "is": "field", "field": "password", "op": "set" }),
            json!({ "is": "field", "field": "company.employees", "op": "gt", "value": "many" }),
        ];
        for source in table {
            let condition: Condition = serde_json::from_value(source.clone()).expect("a condition");
            assert!(condition.fault().is_some(), "{source}");
        }
        assert!(
            serde_json::from_value::<Condition>(json!({ "is": "opened" })).is_err(),
            "opens decide nothing"
        );
    }
}
