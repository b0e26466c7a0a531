//! What a form can ask for: fields of people and companies, the workspace's own among them, and a message.

use std::collections::BTreeMap;

use http_room::{FieldError, FieldKind};
use kernel::{Currency, limits};
use records::Kind;
use records::custom_field::{ChoiceOption, CustomField, Label};
use records::kind::{FieldSpec, Shape};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::form::FormField;

/// The key of the free message.
pub const MESSAGE: &str = "message";
/// Longest message: characters.
pub const MESSAGE_CHARS: usize = 5_000;

const OF_PERSON: &[&str] =
    &["name", "given_name", "family_name", "email", "phone", "title", "linkedin_url", "country", "city"];
const OF_COMPANY: &[&str] = &[
    "name",
    "website",
    "industry",
    "employees",
    "registration_number",
    "country",
    "region",
    "city",
    "address",
    "phone",
];

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LeadFieldInput)]
pub enum Input {
    /// One line.
    Text,
    /// A mail address.
    Email,
    /// A phone number.
    Tel,
    /// A web address.
    Url,
    /// A number.
    Number,
    /// A day.
    Date,
    /// Several lines.
    Long,
    /// One of several.
    Choice,
    /// Some of several.
    MultiChoice,
    /// A tick.
    YesNo,
}

/// A field a form may ask for.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = LeadFieldAskable)]
pub struct Askable {
    /// `person.email`, `company.custom.size`, `message`.
    pub key: String,
    /// What it is called.
    pub label: Label,
    /// How it is filled in.
    pub input: Input,
    /// The choices.
    pub options: Vec<ChoiceOption>,
}

/// A field a form asks for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What.
    pub field: Askable,
    /// Whether it must be filled in.
    pub required: bool,
}

/// Whether this is the field that every form asks for.
#[must_use]
pub fn is_email(key: &str) -> bool {
    key == "person.email"
}

fn label(texts: (&str, &str)) -> Label {
    Label { en: texts.0.to_owned(), ko: texts.1.to_owned() }
}

fn of_spec(kind: Kind, spec: &FieldSpec) -> Askable {
    let input = match spec.shape {
        Shape::Email => Input::Email,
        Shape::Phone => Input::Tel,
        Shape::Url => Input::Url,
        Shape::Whole(..) | Shape::Decimal => Input::Number,
        Shape::Date => Input::Date,
        Shape::Long => Input::Long,
        _ => Input::Text,
    };
    let key = format!("{}.{}", kind.key(), spec.key);
    let label = match key.as_str() {
        "person.name" => label(("Your name", "성함")),
        "company.name" => label(("Company", "회사명")),
        _ => label(spec.label),
    };
    Askable { key, label, input, options: Vec::new() }
}

/// A field of the workspace's own as a form asks for it; none for what nobody outside can fill in.
#[must_use]
pub fn of_custom(kind: Kind, field: &CustomField) -> Option<Askable> {
    let input = match FieldKind::parse(&field.kind)? {
        FieldKind::Text => Input::Text,
        FieldKind::Number => Input::Number,
        FieldKind::Date => Input::Date,
        FieldKind::Url => Input::Url,
        FieldKind::Choice => Input::Choice,
        FieldKind::MultiChoice => Input::MultiChoice,
        FieldKind::YesNo => Input::YesNo,
        _ => return None,
    };
    let label = serde_json::from_value(field.label.clone()).ok()?;
    let options = serde_json::from_value(field.options.clone()).unwrap_or_default();
    Some(Askable { key: format!("{}.custom.{}", kind.key(), field.key), label, input, options })
}

/// The fields of a workspace's own, by the kind they are on.
#[derive(Debug, Clone, Default)]
pub struct OwnFields {
    /// On people.
    pub person: Vec<CustomField>,
    /// On companies.
    pub company: Vec<CustomField>,
}

impl OwnFields {
    fn of(&self, kind: Kind) -> &[CustomField] {
        if kind == Kind::Person { &self.person } else { &self.company }
    }
}

/// Everything a form of a workspace may ask for, in the order an editor shows it.
#[must_use]
pub fn askable(own: &OwnFields) -> Vec<Askable> {
    let mut all = Vec::new();
    for (kind, keys) in [(Kind::Person, OF_PERSON), (Kind::Company, OF_COMPANY)] {
        let spec = |key: &&str| kind.fields().iter().find(|f| f.key == *key);
        all.extend(keys.iter().filter_map(spec).map(|spec| of_spec(kind, spec)));
        all.extend(own.of(kind).iter().filter_map(|field| of_custom(kind, field)));
    }
    let label = label(("Message", "문의 내용"));
    all.push(Askable { key: MESSAGE.to_owned(), label, input: Input::Long, options: Vec::new() });
    all
}

/// The fields a form asks for, as they are today: a field that is no longer used is left out.
#[must_use]
pub fn asked(fields: &[FormField], own: &OwnFields) -> Vec<Asked> {
    let all = askable(own);
    let find = |asked: &FormField| {
        let mut field = all.iter().find(|a| a.key == asked.field)?.clone();
        if let Some(own) = &asked.label {
            field.label = own.clone();
        }
        Some(Asked { field, required: asked.required || is_email(&asked.field) })
    };
    fields.iter().filter_map(find).collect()
}

/// What a visitor filled in, by the field's key.
pub type Given = BTreeMap<String, Vec<String>>;

/// What was filled in, as records read it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers {
    /// Of the person.
    pub person: Map<String, Json>,
    /// Of the company.
    pub company: Map<String, Json>,
    /// In their own words.
    pub message: Option<String>,
}

fn value_of(input: Input, given: &[String]) -> Json {
    match input {
        Input::MultiChoice => json!(given),
        Input::YesNo => json!(given.iter().any(|v| v == "true" || v == "on")),
        _ => json!(given.first()),
    }
}

fn put(answers: &mut Answers, key: &str, value: Json) {
    let Some((kind, key)) = key.split_once('.') else { return };
    let record = if kind == "person" { &mut answers.person } else { &mut answers.company };
    match key.strip_prefix("custom.") {
        None => drop(record.insert(key.to_owned(), value)),
        Some(key) => {
            let custom = record.entry("custom").or_insert_with(|| json!({}));
            if let Some(custom) = custom.as_object_mut() {
                custom.insert(key.to_owned(), value);
            }
        }
    }
}

/// Reads what was filled in by what was asked. All faults are told at once, by the form's keys.
///
/// # Errors
/// One entry for each field that is missing or does not fit.
pub fn read(asked: &[Asked], given: &Given, own: &OwnFields) -> Result<Answers, Vec<FieldError>> {
    let (mut answers, mut errors) = (Answers::default(), Vec::new());
    for Asked { field, required } in asked {
        let values: Vec<String> = given.get(&field.key).cloned().unwrap_or_default();
        let values: Vec<String> =
            values.into_iter().map(|v| v.trim().to_owned()).filter(|v| !v.is_empty()).collect();
        if values.is_empty() {
            if *required {
                errors.push(FieldError::new(&field.key, "required", "must be given"));
            }
        } else if field.key != MESSAGE {
            put(&mut answers, &field.key, value_of(field.input, &values));
        } else if limits::fits(&values[0], MESSAGE_CHARS) {
            answers.message = values.into_iter().next();
        } else {
            errors.push(FieldError::new(MESSAGE, "too_long", "at most 5,000 characters"));
        }
    }
    errors.extend(faults(Kind::Person, &answers.person, &own.person));
    errors.extend(faults(Kind::Company, &answers.company, &own.company));
    if errors.is_empty() { Ok(answers) } else { Err(errors) }
}

/// What does not fit, by keys that begin with the kind. Names are not asked for here.
#[must_use]
pub fn faults(kind: Kind, sent: &Map<String, Json>, own: &[CustomField]) -> Vec<FieldError> {
    if sent.is_empty() {
        return Vec::new();
    }
    let mut sent = sent.clone();
    let names = ["name", "given_name", "family_name"];
    if names.iter().all(|key| sent.get(*key).is_none_or(Json::is_null)) {
        sent.insert("name".to_owned(), json!("-"));
    }
    let read = records::write::read(kind, &sent, own, None, Currency::USD);
    let errors = read.err().unwrap_or_default();
    errors.into_iter().map(|e| FieldError { field: format!("{}.{}", kind.key(), e.field), ..e }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(key: &str, required: bool) -> FormField {
        FormField { field: key.to_owned(), required, label: None }
    }

    fn given(pairs: &[(&str, &str)]) -> Given {
        let mut given = Given::new();
        for (key, value) in pairs {
            given.entry((*key).to_owned()).or_default().push((*value).to_owned());
        }
        given
    }

    #[test]
    fn every_field_a_form_may_ask_for_is_a_field_of_the_records() {
        let all = askable(&OwnFields::default());
        assert_eq!(all.len(), OF_PERSON.len() + OF_COMPANY.len() + 1);
    }

    #[test]
    fn what_was_filled_in_is_read_and_every_fault_is_told() {
        let fields = [
            field("person.email", false),
            field("person.name", true),
            field("company.employees", false),
            field(MESSAGE, true),
        ];
        let own = OwnFields::default();
        let asked = asked(&fields, &own);
        let good = given(&[
            ("person.email", " kim@hanbit.co.kr "),
            ("person.name", "김민수"),
            ("company.employees", "40"),
            (MESSAGE, "안녕하세요"),
            ("person.owner_id", "somebody"),
        ]);
        let answers = read(&asked, &good, &own).unwrap();
        assert_eq!(
            answers.person,
            *json!({ "email": "kim@hanbit.co.kr", "name": "김민수" }).as_object().unwrap()
        );
        assert_eq!(answers.company, *json!({ "employees": "40" }).as_object().unwrap());
        assert_eq!(answers.message.as_deref(), Some("안녕하세요"));
        let bad = given(&[("person.email", "not an address"), ("company.employees", "many"), (MESSAGE, " ")]);
        let errors = read(&asked, &bad, &own).unwrap_err();
        let told: Vec<(&str, &str)> = errors.iter().map(|e| (e.field.as_str(), e.code.as_str())).collect();
        let expected = [
            ("person.name", "required"),
            ("message", "required"),
            ("person.email", "invalid"),
            ("company.employees", "invalid"),
        ];
        assert_eq!(told, expected);
    }
}
