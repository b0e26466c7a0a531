//! Rating a deal by a custom field: which values are good, which will do.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// One of a list.
    In,
    /// None of a list.
    Nin,
    /// Less.
    Lt,
    /// Less or equal.
    Lte,
    /// Greater.
    Gt,
    /// Greater or equal.
    Gte,
    /// Text with this in it, in any case, or a list that has it.
    Contains,
    /// Any value.
    Filled,
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// How.
    pub op: Operator,
    /// With what; nothing for `filled`.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub value: Json,
}

/// Rating 2 when `good` holds, 1 when `fair` holds, else 0; not known while the field is empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// For a rating of 2.
    pub good: Test,
    /// For a rating of 1.
    #[serde(default)]
    pub fair: Option<Test>,
}

impl Rule {
    /// The rating of a value.
    #[must_use]
    pub fn rate(&self, value: Option<&Json>) -> Option<u8> {
        let value = value.filter(|v| !v.is_null())?;
        if self.good.holds(value) {
            return Some(2);
        }
        Some(u8::from(self.fair.as_ref().is_some_and(|t| t.holds(value))))
    }
}

impl Test {
    /// Whether it holds for a value. Values of another type than expected never fit.
    #[must_use]
    pub fn holds(&self, value: &Json) -> bool {
        let listed = || self.value.as_array().is_some_and(|list| list.iter().any(|one| same(one, value)));
        let order = || by_number(value, &self.value).or_else(|| by_text(value, &self.value));
        match self.op {
            Operator::Eq => same(&self.value, value),
            Operator::Ne => !same(&self.value, value),
            Operator::In => listed(),
            Operator::Nin => !listed(),
            Operator::Lt => order().is_some_and(std::cmp::Ordering::is_lt),
            Operator::Lte => order().is_some_and(std::cmp::Ordering::is_le),
            Operator::Gt => order().is_some_and(std::cmp::Ordering::is_gt),
            Operator::Gte => order().is_some_and(std::cmp::Ordering::is_ge),
            Operator::Contains => contains(value, &self.value),
            Operator::Filled => true,
        }
    }
}

/// A number as it is, an amount by its minor units.
fn number(value: &Json) -> Option<f64> {
    value.as_f64().or_else(|| value.get("minor").and_then(Json::as_f64))
}

fn by_number(a: &Json, b: &Json) -> Option<std::cmp::Ordering> {
    Some(number(a)?.total_cmp(&number(b)?))
}

/// Dates are texts that sort by time.
fn by_text(a: &Json, b: &Json) -> Option<std::cmp::Ordering> {
    Some(a.as_str()?.cmp(b.as_str()?))
}

fn same(a: &Json, b: &Json) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

fn contains(value: &Json, wanted: &Json) -> bool {
    match (value, wanted) {
        (Json::Array(list), _) => list.iter().any(|one| same(one, wanted)),
        (Json::String(text), Json::String(part)) => text.to_lowercase().contains(&part.to_lowercase()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_operator_compares_what_custom_fields_hold() {
        use Operator::{Contains, Eq, Filled, Gt, Gte, In, Lt, Lte, Ne, Nin};
        let cases = [
            (Eq, json!(5), json!(5.0), true),
            (Eq, json!("KR"), json!("JP"), false),
            (Ne, json!("KR"), json!("JP"), true),
            (In, json!(["KR", "JP"]), json!("JP"), true),
            (Nin, json!(["KR", "JP"]), json!("JP"), false),
            (Lt, json!(10), json!(9.5), true),
            (Lte, json!(10), json!(10), true),
            (Gt, json!(10), json!(10), false),
            (Gte, json!(10), json!("ten"), false),
            (Gte, json!(1_000), json!({ "minor": 1_000, "currency": "USD" }), true),
            (Gt, json!("2026-11-23"), json!("2026-12-01"), true),
            (Contains, json!("CLOUD"), json!("our cloud first"), true),
            (Contains, json!("b"), json!(["a", "b"]), true),
            (Filled, Json::Null, json!(false), true),
        ];
        for (op, value, given, holds) in cases {
            assert_eq!(Test { op, value: value.clone() }.holds(&given), holds, "{given} {op:?} {value}");
        }
    }

    #[test]
    fn a_rule_rates_good_fair_poor_and_not_known() {
        let at_least = |n: i64| Test { op: Operator::Gte, value: json!(n) };
        let rule = Rule { good: at_least(100), fair: Some(at_least(20)) };
        for (value, rating) in
            [(json!(100), Some(2)), (json!(20), Some(1)), (json!(19), Some(0)), (Json::Null, None)]
        {
            assert_eq!(rule.rate(Some(&value)), rating, "{value}");
        }
        assert_eq!(rule.rate(None), None);
    }
}
