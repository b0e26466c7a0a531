//! What of an answer goes into which field.

use kernel::{Currency, Money};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// How a value of an answer becomes one of ours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnrichmentTransform {
    /// Text; a list becomes one text with commas.
    #[default]
    Text,
    /// A number, also one written with separators.
    Number,
    /// The year of a date.
    Year,
    /// An amount in whole units of the rule's currency.
    Money,
    /// One of the rule's words.
    Choice,
    /// The host of a web address: `acme.com`.
    Host,
    /// A list of words.
    List,
}

/// A word of theirs and ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrichmentChoice {
    /// Theirs; upper and lower case are one.
    pub from: String,
    /// Ours.
    pub to: String,
}

/// One value of an answer, and where it goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrichmentRule {
    /// Where it stands: a JSON pointer `/company/size`, or `company.offices[0].city`; `*` stands for every entry.
    pub from: String,
    /// Our field: `employees`, `custom.segment`, or `extra.word` for what is kept beside the record.
    pub to: String,
    /// How it becomes ours.
    #[serde(default)]
    pub transform: EnrichmentTransform,
    /// Words, for a choice.
    #[serde(default)]
    pub choices: Vec<EnrichmentChoice>,
    /// Currency of an amount; the workspace's when absent.
    #[serde(default)]
    pub currency: Option<String>,
    /// How sure the source is, 0 to 1.
    #[serde(default = "sure")]
    pub confidence: f64,
}

fn sure() -> f64 {
    1.0
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EnrichmentFinding {
    /// Our field.
    pub to: String,
    /// As it stands in the answer.
    #[schema(value_type = Object)]
    pub raw: Json,
    /// As ours; null when it does not fit.
    #[schema(value_type = Object)]
    pub value: Json,
    /// Why it does not fit.
    pub fault: Option<String>,
    /// How sure the source is, 0 to 1.
    pub confidence: f64,
}

/// What the rules find in an answer. What is not there, empty or null is not found.
#[must_use]
pub fn map(answer: &Json, rules: &[EnrichmentRule], currency: Currency) -> Vec<EnrichmentFinding> {
    let mut found: Vec<EnrichmentFinding> = Vec::new();
    for rule in rules {
        let raw = find(answer, &parts(&rule.from));
        let Some(raw) = raw.filter(|raw| !is_nothing(raw)) else { continue };
        if found.iter().any(|f| f.to == rule.to && f.fault.is_none()) {
            continue;
        }
        let (value, fault) = match transform(&raw, rule, currency) {
            Ok(value) => (value, None),
            Err(why) => (Json::Null, Some(why)),
        };
        found.retain(|f| f.to != rule.to);
        found.push(EnrichmentFinding { to: rule.to.clone(), raw, value, fault, confidence: rule.confidence });
    }
    found
}

fn is_nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(list) => list.iter().all(is_nothing),
        Json::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// The steps of a path, in either spelling.
fn parts(path: &str) -> Vec<String> {
    let path = path.trim();
    if let Some(pointer) = path.strip_prefix('/') {
        return pointer.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
    }
    let path = path.strip_prefix('$').unwrap_or(path).replace('[', ".").replace(']', "");
    path.split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn find(value: &Json, parts: &[String]) -> Option<Json> {
    let Some((first, rest)) = parts.split_first() else { return Some(value.clone()) };
    match value {
        Json::Array(list) if first == "*" => {
            Some(list.iter().filter_map(|one| find(one, rest)).collect::<Vec<_>>().into())
        }
        Json::Array(list) => find(list.get(first.parse::<usize>().ok()?)?, rest),
        Json::Object(map) => find(map.get(first)?, rest),
        _ => None,
    }
}

fn transform(raw: &Json, rule: &EnrichmentRule, currency: Currency) -> Result<Json, String> {
    match rule.transform {
        EnrichmentTransform::Text => text(raw).map(Json::from),
        EnrichmentTransform::Number => number(raw),
        EnrichmentTransform::Year => year(&text(raw)?).map(Json::from),
        EnrichmentTransform::Money => {
            let currency = match &rule.currency {
                Some(code) => Currency::parse(code).map_err(|why| why.to_string())?,
                None => currency,
            };
            let amount = number(raw)?.to_string();
            Money::from_major(&amount, currency).map(|money| json!(money)).map_err(|why| why.to_string())
        }
        EnrichmentTransform::Choice => choice(&text(raw)?, &rule.choices).map(Json::from),
        EnrichmentTransform::Host => {
            let text = text(raw)?;
            kernel::domain::host_of(&text)
                .map(|host| host.strip_prefix("www.").map_or(host.clone(), str::to_owned).into())
                .ok_or_else(|| format!("'{text}' is no web address"))
        }
        EnrichmentTransform::List => list(raw),
    }
}

fn text(raw: &Json) -> Result<String, String> {
    match raw {
        Json::String(text) => Ok(text.trim().to_owned()),
        Json::Number(number) => Ok(number.to_string()),
        Json::Bool(yes) => Ok(yes.to_string()),
        Json::Array(list) => Ok(list.iter().map(text).collect::<Result<Vec<_>, _>>()?.join(", ")),
        _ => Err("a text is expected, not an object".to_owned()),
    }
}

fn number(raw: &Json) -> Result<Json, String> {
    if raw.is_number() {
        return Ok(raw.clone());
    }
    let text = text(raw)?;
    let plain: String =
        text.chars().filter(|c| !c.is_whitespace() && !matches!(c, ',' | '_' | '+')).collect();
    if let Ok(whole) = plain.parse::<i64>() {
        return Ok(json!(whole));
    }
    match plain.parse::<f64>() {
        Ok(float) if float.is_finite() => Ok(json!(float)),
        _ => Err(format!("'{text}' is no number")),
    }
}

fn year(text: &str) -> Result<i64, String> {
    let digits = text.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 4);
    digits.and_then(|year| year.parse().ok()).ok_or_else(|| format!("'{text}' names no year"))
}

fn choice(text: &str, choices: &[EnrichmentChoice]) -> Result<String, String> {
    let same = |choice: &&EnrichmentChoice| choice.from.trim().to_lowercase() == text.to_lowercase();
    let found = choices.iter().find(same);
    found.map(|choice| choice.to.clone()).ok_or_else(|| format!("'{text}' is none of the rule's words"))
}

fn list(raw: &Json) -> Result<Json, String> {
    let words: Vec<String> = match raw {
        Json::Array(list) => list.iter().map(text).collect::<Result<_, _>>()?,
        other => text(other)?.split([',', ';']).map(|word| word.trim().to_owned()).collect(),
    };
    let mut once: Vec<String> = Vec::new();
    for word in words.into_iter().filter(|word| !word.is_empty()) {
        if !once.contains(&word) {
            once.push(word);
        }
    }
    Ok(json!(once))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(from: &str, transform: EnrichmentTransform) -> EnrichmentRule {
        let choices = vec![EnrichmentChoice { from: "SaaS".into(), to: "software".into() }];
        EnrichmentRule {
            from: from.into(),
            to: "x".into(),
            transform,
            choices,
            currency: None,
            confidence: 1.0,
        }
    }

    #[test]
    fn a_value_is_found_by_pointer_or_path_and_becomes_ours() {
        use EnrichmentTransform::{Choice, Host, List, Money, Number, Text, Year};
        let answer = json!({
            "company": { "name": " Hanbit ", "size": "1,250", "site": "https://www.hanbit.co.kr/en", "kind": "saas",
                "offices": [{ "city": "Seoul" }, { "city": "Busan" }], "founded": "1998-05-01", "revenue": 12.5,
                "a/b": 1, "public": true, "stack": "Rust, Go,Rust", "range": "51-200" },
        });
        let found = |value: Json| Some((value, false));
        let table = [
            ("/company/name", Text, found(json!("Hanbit"))),
            ("$.company.name", Text, found(json!("Hanbit"))),
            ("company.offices[1].city", Text, found(json!("Busan"))),
            ("/company/offices/0/city", Text, found(json!("Seoul"))),
            ("company.offices[*].city", List, found(json!(["Seoul", "Busan"]))),
            ("company.offices[*].city", Text, found(json!("Seoul, Busan"))),
            ("/company/a~1b", Number, found(json!(1))),
            ("/company/public", Text, found(json!("true"))),
            ("company.size", Number, found(json!(1250))),
            ("company.founded", Year, found(json!(1998))),
            ("company.revenue", Money, found(json!({ "minor": 1250, "currency": "USD" }))),
            ("company.site", Host, found(json!("hanbit.co.kr"))),
            ("company.kind", Choice, found(json!("software"))),
            ("company.stack", List, found(json!(["Rust", "Go"]))),
            ("company.range", Number, Some((Json::Null, true))),
            ("company.name", Choice, Some((Json::Null, true))),
            ("company.offices", Text, Some((Json::Null, true))),
            ("company.nothing", Text, None),
            ("company.offices[7].city", Text, None),
        ];
        for (from, transform, expected) in table {
            let found = map(&answer, &[rule(from, transform)], Currency::USD);
            let got = found.first().map(|f| (f.value.clone(), f.fault.is_some()));
            assert_eq!(got, expected, "{from} as {transform:?}");
        }
    }

    #[test]
    fn of_two_rules_for_one_field_the_first_that_finds_something_wins() {
        let answer = json!({ "a": "", "b": "51-200", "c": 70 });
        let rules = ["a", "b", "c"].map(|from| rule(from, EnrichmentTransform::Number));
        let found = map(&answer, &rules, Currency::USD);
        assert_eq!(found.iter().map(|f| f.value.clone()).collect::<Vec<_>>(), [json!(70)]);
    }
}
