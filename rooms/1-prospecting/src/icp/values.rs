//! What a profile may ask of a company: its fields by key, and their values.

use std::collections::HashSet;

use http_room::FieldKind;
use kernel::{Currency, WorkspaceId};
use records::Kind;
use records::company::Company;
use records::custom_field::{self, ChoiceOption, Label};
use records::kind::Shape;
use serde_json::Value as Json;
use store::db::Source;
use store::{Engine, Result};

use super::rules::FieldValue;

/// Whether a site or domain is known; made of two fields, kept in none.
pub const HAS_WEBSITE: &str = "has_website";

/// A field a criterion may ask for.
#[derive(Debug, Clone)]
pub struct Scorable {
    /// Its key; custom ones begin with `custom.`.
    pub key: String,
    /// Its label.
    pub label: Label,
    /// What it holds.
    pub kind: FieldKind,
    /// Options of a custom choice.
    pub options: Vec<ChoiceOption>,
}

/// Every field a criterion may ask for, the workspace's own last.
///
/// # Errors
/// Whatever the database says.
pub async fn scorable(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<Scorable>> {
    let label = |(en, ko): (&str, &str)| Label { en: en.to_owned(), ko: ko.to_owned() };
    let mut fields: Vec<Scorable> = Kind::Company
        .fields()
        .iter()
        .filter(|f| f.shape != Shape::Kept && comparable(f.kind))
        .map(|f| Scorable { key: f.key.to_owned(), label: label(f.label), kind: f.kind, options: Vec::new() })
        .collect();
    fields.push(Scorable {
        key: HAS_WEBSITE.to_owned(),
        label: label(("Has a website", "홈페이지 있음")),
        kind: FieldKind::YesNo,
        options: Vec::new(),
    });
    for own in custom_field::in_use(db, workspace, Kind::Company).await? {
        let Some(kind) = FieldKind::parse(&own.kind).filter(|k| comparable(*k)) else { continue };
        let label = serde_json::from_value(own.label)
            .unwrap_or_else(|_| Label { en: own.key.clone(), ko: own.key.clone() });
        let options = serde_json::from_value(own.options).unwrap_or_default();
        fields.push(Scorable { key: format!("custom.{}", own.key), label, kind, options });
    }
    Ok(fields)
}

/// Kinds the three tests can judge: days and references to records are not among them.
fn comparable(kind: FieldKind) -> bool {
    use FieldKind::{Choice, Money, MultiChoice, Number, Text, Url, YesNo};
    matches!(kind, Text | Url | Choice | MultiChoice | Number | Money | YesNo)
}

/// A value taken out of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Held {
    /// Text, or the key of a choice.
    Text(String),
    /// Several texts.
    List(Vec<String>),
    /// A number; money in major units.
    Number(f64),
    /// Yes or no.
    Flag(bool),
}

impl Held {
    /// As the rules read it.
    #[must_use]
    pub fn view(&self) -> FieldValue<'_> {
        match self {
            Self::Text(text) => FieldValue::Text(text),
            Self::List(items) => FieldValue::List(items),
            Self::Number(n) => FieldValue::Number(*n),
            Self::Flag(flag) => FieldValue::Flag(*flag),
        }
    }
}

/// A company's value of one field. Amounts in another currency than `currency` are unknown: there is
/// no rate to compare them by.
#[must_use]
pub fn value(company: &Company, key: &str, currency: Currency) -> Option<Held> {
    if let Some(own) = key.strip_prefix("custom.") {
        return of_json(company.custom.get(own)?, currency);
    }
    let text = |value: &Option<String>| {
        value.as_ref().filter(|t| !t.trim().is_empty()).map(|t| Held::Text(t.clone()))
    };
    #[allow(clippy::cast_precision_loss)] // head counts and years
    let whole = |value: Option<i64>| value.map(|n| Held::Number(n as f64));
    match key {
        "name" => Some(Held::Text(company.name.clone())),
        "domain" => text(&company.domain),
        "website" => text(&company.website),
        "industry" => text(&company.industry),
        "employees" => whole(company.employees),
        "revenue" => company.revenue.as_ref().and_then(|r| major(r.minor, &r.currency, currency)),
        "growth_percent" => company.growth_percent.map(Held::Number),
        "founded_year" => whole(company.founded_year),
        "country" => text(&company.country),
        "region" => text(&company.region),
        "city" => text(&company.city),
        "address" => text(&company.address),
        "phone" => text(&company.phone),
        "linkedin_url" => text(&company.linkedin_url),
        "legal_name" => text(&company.legal_name),
        "registration_number" => text(&company.registration_number),
        "description" => text(&company.description),
        "time_zone" => text(&company.time_zone),
        "locale" => text(&company.locale),
        "tags" => of_json(&company.tags, currency),
        "source" => text(&company.source),
        "lawful_basis" => text(&company.lawful_basis),
        HAS_WEBSITE => Some(Held::Flag(text(&company.website).or_else(|| text(&company.domain)).is_some())),
        _ => None,
    }
}

/// The SQL of a field as JSON, to read many companies by what criteria ask for alone; [`of_column`] reads it.
#[must_use]
pub fn column(engine: Engine, key: &str) -> String {
    let array = if engine == Engine::Sqlite { "json_array" } else { "json_build_array" };
    let plain = |key: &str| !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    match (key.strip_prefix("custom."), engine, key) {
        (Some(own), Engine::Sqlite, _) if plain(own) => format!("custom -> '$.{own}'"),
        (Some(own), Engine::Postgres, _) if plain(own) => format!("custom -> '{own}'"),
        (None, Engine::Sqlite, "tags") => "json(tags)".to_owned(),
        (None, _, "revenue") => format!("{array}(revenue_minor, revenue_currency)"),
        (None, _, HAS_WEBSITE) => format!("{array}(website, domain)"),
        (None, ..) if Kind::Company.fields().iter().any(|field| field.key == key) => key.to_owned(),
        _ => "NULL".to_owned(),
    }
}

/// The value of a field from what [`column`] selects, as [`value`].
#[must_use]
pub fn of_column(key: &str, column: &Json, currency: Currency) -> Option<Held> {
    match key {
        "revenue" => major(column[0].as_i64()?, column[1].as_str()?, currency),
        HAS_WEBSITE => {
            let known = |at: usize| column[at].as_str().is_some_and(|text| !text.trim().is_empty());
            Some(Held::Flag(known(0) || known(1)))
        }
        "name" => column.as_str().map(|name| Held::Text(name.to_owned())),
        _ => of_json(column, currency),
    }
}

/// A value as records send it.
pub(crate) fn of_json(value: &Json, currency: Currency) -> Option<Held> {
    match value {
        Json::String(text) if !text.trim().is_empty() => Some(Held::Text(text.clone())),
        Json::Number(n) => n.as_f64().map(Held::Number),
        Json::Bool(flag) => Some(Held::Flag(*flag)),
        Json::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(|i| i.as_str().map(str::to_owned)).collect();
            (!items.is_empty()).then_some(Held::List(items))
        }
        Json::Object(money) => {
            major(money.get("minor")?.as_i64()?, money.get("currency")?.as_str()?, currency)
        }
        _ => None,
    }
}

/// An amount in major units; unknown in any other currency.
#[allow(clippy::cast_precision_loss)] // compared with ranges a person wrote
pub(crate) fn major(minor: i64, of: &str, currency: Currency) -> Option<Held> {
    let exponent = i32::try_from(currency.exponent()).unwrap_or(0);
    (of == currency.code()).then(|| Held::Number(minor as f64 / 10_f64.powi(exponent)))
}

/// Whether a change of these fields (the `after` of a `company.changed` event) can move a score that
/// asks for `wanted`. When the event does not say what changed, it can.
#[must_use]
pub fn touches(after: &Json, wanted: &[String]) -> bool {
    let Some(changed) = after.as_object() else { return true };
    let mut keys: HashSet<String> = HashSet::new();
    for (key, value) in changed {
        match (key.as_str(), value.as_object()) {
            ("custom", Some(own)) => keys.extend(own.keys().map(|k| format!("custom.{k}"))),
            ("custom", None) => return true,
            ("website" | "domain", _) => keys.extend([key.clone(), HAS_WEBSITE.to_owned()]),
            _ => {
                keys.insert(key.clone());
            }
        }
    }
    wanted.iter().any(|w| keys.contains(w))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{CompanyId, Timestamp};
    use records::company::Revenue;
    use serde_json::json;

    fn company() -> Company {
        let text = |t: &str| Some(t.to_owned());
        Company {
            id: CompanyId::new(),
            name: "Acme".to_owned(),
            legal_name: text("Acme Inc."),
            domain: text("acme.com"),
            website: text("https://acme.com"),
            registration_number: text("005930"),
            industry: text("saas"),
            description: text("leads"),
            employees: Some(240),
            growth_percent: Some(12.5),
            revenue: Some(Revenue { minor: 125_050, currency: "USD".to_owned() }),
            founded_year: Some(2011),
            country: text("KR"),
            region: text("Seoul"),
            city: text("Seoul"),
            address: text("Teheran-ro"),
            phone: text("02-1"),
            linkedin_url: text("https://linkedin.com/company/acme"),
            time_zone: text("Asia/Seoul"),
            locale: text("ko"),
            tags: json!(["vip"]),
            source: text("list"),
            source_date: text("2026-01-01"),
            lawful_basis: text("published"),
            owner_id: None,
            custom: json!({ "crm": "sheet", "seats": 12, "fair": true, "budget": { "minor": 500, "currency": "KRW" }, "none": null }),
            icp_score: None,
            icp_grade: None,
            icp_coverage: None,
            icp_reasons: (&json!([])).into(),
            icp_profile_id: None,
            icp_profile_version: None,
            people: 0,
            needs_people: false,
            revision: 1,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
            deleted_at: None,
            merged_into: None,
        }
    }

    #[test]
    fn every_field_a_criterion_may_name_has_a_value_on_a_full_record() {
        let filled = company();
        for field in Kind::Company.fields().iter().filter(|f| f.shape != Shape::Kept && comparable(f.kind)) {
            assert!(value(&filled, field.key, Currency::USD).is_some(), "{}", field.key);
        }
    }

    #[test]
    fn values_keep_their_kind_and_foreign_money_is_unknown() {
        let company = company();
        let krw = Currency::parse("KRW").unwrap();
        let cases = [
            ("revenue", Currency::USD, Some(Held::Number(1250.5))),
            ("revenue", krw, None),
            ("custom.budget", krw, Some(Held::Number(500.0))),
            ("custom.crm", krw, Some(Held::Text("sheet".to_owned()))),
            ("custom.seats", krw, Some(Held::Number(12.0))),
            ("custom.fair", krw, Some(Held::Flag(true))),
            ("custom.none", krw, None),
            ("custom.never", krw, None),
            ("tags", krw, Some(Held::List(vec!["vip".to_owned()]))),
            (HAS_WEBSITE, krw, Some(Held::Flag(true))),
            ("icp_score", krw, None),
        ];
        for (key, currency, expected) in cases {
            assert_eq!(value(&company, key, currency), expected, "{key}");
        }
        let bare = Company { website: None, domain: Some(" ".to_owned()), ..company };
        assert_eq!(value(&bare, HAS_WEBSITE, krw), Some(Held::Flag(false)));
    }

    #[test]
    fn only_a_change_of_a_wanted_field_moves_a_score() {
        let wanted = ["employees".to_owned(), "custom.crm".to_owned(), HAS_WEBSITE.to_owned()];
        let cases = [
            (json!({ "employees": 5 }), true),
            (json!({ "city": "Busan" }), false),
            (json!({ "custom": { "crm": "none" } }), true),
            (json!({ "custom": { "seats": 3 } }), false),
            (json!({ "domain": null }), true),
            (json!({}), false),
            (Json::Null, true),
        ];
        for (after, expected) in cases {
            assert_eq!(touches(&after, &wanted), expected, "{after}");
        }
    }
}
