//! What a source must be like to be kept, and the built-in one.

use http_room::FieldError;
use kernel::{Currency, limits};
use records::Kind;
use records::custom_field::CustomField;
use records::kind::{FieldSpec, Shape};
use std::collections::{BTreeMap, BTreeSet};

use super::mapping::{EnrichmentChoice, EnrichmentRule, EnrichmentTransform};
use super::provider::{EnrichmentProviderContent, EnrichmentSource};
use super::quota::EnrichmentQuota;
use super::template::{self, TemplateFault};

/// Rules of one mapping.
pub const RULES: usize = 100;
/// Headers of one request.
const HEADERS: usize = 20;
/// Secrets of one source.
const SECRETS: usize = 10;
/// Sources of one workspace.
pub const PROVIDERS: usize = 20;
/// What begins the name of a value that is kept beside the record.
pub const BESIDE: &str = "extra.";
/// Fields that say how a record came here and whom it may be used by: not for sources to fill in.
const OURS: [&str; 6] =
    ["source", "source_date", "lawful_basis", "do_not_contact", "preferred_channel", "company_id"];

/// Whether a source may fill this field in.
#[must_use]
pub fn may_fill(spec: &FieldSpec) -> bool {
    !matches!(spec.shape, Shape::Kept | Shape::User | Shape::Company | Shape::Points)
        && !OURS.contains(&spec.key)
}

fn is_target(on: Kind, custom: &[CustomField], field: &str) -> bool {
    if let Some(key) = field.strip_prefix("custom.") {
        return custom
            .iter()
            .any(|f| f.key == key && !matches!(f.kind.as_str(), "person" | "company" | "user"));
    }
    if let Some(word) = field.strip_prefix(BESIDE) {
        return is_word(word);
    }
    on.fields().iter().any(|spec| spec.key == field && may_fill(spec))
}

fn is_word(word: &str) -> bool {
    (1..=50).contains(&word.len()) && word.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// Everything wrong with what was sent.
#[must_use]
pub fn faults(
    content: &EnrichmentProviderContent,
    custom: &[CustomField],
    secrets: &BTreeSet<String>,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, code: &str, why: &str| {
        errors.push(FieldError::new(format!("content.{field}"), code, why));
    };
    let name = content.name.trim();
    if name.is_empty() || !limits::fits(name, limits::LABEL_CHARS) || name.chars().any(char::is_control) {
        wrong("name", "required", "from 1 to 100 characters on one line");
    }
    if content.on == Kind::Deal
        || (content.source == EnrichmentSource::Website && content.on != Kind::Company)
    {
        wrong("on", "invalid", "company or person; the website is a company's");
    }
    if !(0..=3_650).contains(&content.cache_days) {
        wrong("cache_days", "invalid", "from 0 to 3650");
    }
    if !(1..=60).contains(&content.timeout_seconds) {
        wrong("timeout_seconds", "invalid", "from 1 to 60");
    }
    if content.refresh_days.is_some_and(|days| !(1..=3_650).contains(&days)) {
        wrong("refresh_days", "invalid", "from 1 to 3650, or nothing");
    }
    errors.extend(quota_faults(content.quota));
    errors.extend(rule_faults(content, custom));
    errors.extend(request_faults(content, secrets));
    errors
}

fn quota_faults(quota: EnrichmentQuota) -> Vec<FieldError> {
    let limits = [("per_day", quota.per_day), ("per_month", quota.per_month)];
    let out =
        limits.into_iter().filter(|(_, most)| most.is_some_and(|most| !(0..=100_000_000).contains(&most)));
    let mut errors: Vec<_> = out
        .map(|(field, _)| {
            FieldError::new(format!("content.quota.{field}"), "invalid", "from 0 to 100000000, or nothing")
        })
        .collect();
    if !(0..=3_600_000).contains(&quota.spacing_ms) {
        errors.push(FieldError::new("content.quota.spacing_ms", "invalid", "from 0 to 3600000"));
    }
    errors
}

fn rule_faults(content: &EnrichmentProviderContent, custom: &[CustomField]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if content.mapping.is_empty() || content.mapping.len() > RULES {
        errors.push(FieldError::new("content.mapping", "required", "from 1 to 100 rules"));
    }
    for (n, rule) in content.mapping.iter().enumerate().take(RULES) {
        let mut wrong = |field: &str, code: &str, why: &str| {
            errors.push(FieldError::new(format!("content.mapping.{n}.{field}"), code, why));
        };
        if rule.from.trim().is_empty() || !limits::fits(&rule.from, limits::LINE_CHARS) {
            wrong("from", "required", "where the value stands, in at most 500 characters");
        }
        if !is_target(content.on, custom, &rule.to) {
            wrong("to", "unknown_field", "a field that can be filled in, custom.<field>, or extra.<word>");
        }
        if !(0.0..=1.0).contains(&rule.confidence) {
            wrong("confidence", "invalid", "from 0 to 1");
        }
        if rule.currency.as_deref().is_some_and(|code| Currency::parse(code).is_err()) {
            wrong("currency", "invalid", "a currency by its three letters, such as USD");
        }
        let choices = rule.choices.len();
        if choices > limits::CHOICE_OPTIONS || (rule.transform == EnrichmentTransform::Choice && choices == 0)
        {
            wrong("choices", "required", "from 1 to 200 words of theirs and ours");
        }
    }
    errors
}

fn request_faults(content: &EnrichmentProviderContent, secrets: &BTreeSet<String>) -> Vec<FieldError> {
    if content.source == EnrichmentSource::Website {
        return Vec::new();
    }
    let at = |field: &str| format!("content.request.{field}");
    let Some(request) = &content.request else {
        return vec![FieldError::new("content.request", "required", "what is asked, and where")];
    };
    let mut errors = Vec::new();
    let long = request.url.len() > 4_000
        || request.headers.len() > HEADERS
        || request.headers.iter().any(|h| h.name.len() > 200 || h.value.len() > 4_000)
        || request.body.as_ref().is_some_and(|body| body.len() > 20_000);
    if long {
        let why = "an address of at most 4000 bytes, 20 headers, a body of at most 20000 bytes";
        errors.push(FieldError::new(at("url"), "too_long", why));
        return errors;
    }
    match template::check(request) {
        Ok(()) => {}
        Err(TemplateFault::Wrong { field, why }) => errors.push(FieldError::new(at(&field), "invalid", why)),
        Err(missing @ TemplateFault::Missing(_)) => {
            errors.push(FieldError::new(at("url"), "invalid", missing.to_string()));
        }
    }
    for name in template::variables(request).unwrap_or_default() {
        if let Some(secret) = name.strip_prefix("secret.")
            && !secrets.contains(secret)
        {
            errors.push(FieldError::new(
                format!("secrets.{secret}"),
                "required",
                "the template asks for this secret",
            ));
        }
    }
    errors
}

/// Everything wrong with secrets, and with keeping those that were given for another server.
#[must_use]
pub fn secret_faults(
    before: Option<&EnrichmentProviderContent>,
    after: &EnrichmentProviderContent,
    kept: &BTreeSet<String>,
    sent: &BTreeMap<String, Option<String>>,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (name, secret) in sent {
        let long = secret.as_ref().is_some_and(|secret| secret.len() > 4_000 || secret.trim().is_empty());
        if !is_word(name) || long {
            let why = "a name of a-z, 0-9 and _, and a secret of at most 4000 bytes";
            errors.push(FieldError::new(format!("secrets.{name}"), "invalid", why));
        }
    }
    if kept.len() + sent.len() > SECRETS {
        errors.push(FieldError::new("secrets", "too_many", "at most 10"));
    }
    let server = |content: &EnrichmentProviderContent| {
        let request = content.request.as_ref()?;
        template::server_of(&request.url).ok().map(|url| url.origin())
    };
    if before.is_some_and(|before| server(before) != server(after)) {
        for name in kept.iter().filter(|name| !sent.contains_key(*name)) {
            let why = "give the secret again for another server";
            errors.push(FieldError::new(format!("secrets.{name}"), "required", why));
        }
    }
    errors
}

fn rule(from: &str, to: &str, transform: EnrichmentTransform, confidence: f64) -> EnrichmentRule {
    EnrichmentRule {
        from: from.to_owned(),
        to: to.to_owned(),
        transform,
        choices: Vec::new(),
        currency: None,
        confidence,
    }
}

/// The built-in source: DNS and the company's own home page.
#[must_use]
pub fn website(name: &str) -> EnrichmentProviderContent {
    use EnrichmentTransform::{Choice, List, Number, Text, Year};
    let language = |tag: &str| EnrichmentChoice { from: tag.to_owned(), to: tag.to_owned() };
    let locale = EnrichmentRule {
        choices: vec![language("en"), language("ko")],
        ..rule("/language", "locale", Choice, 0.6)
    };
    EnrichmentProviderContent {
        name: name.to_owned(),
        enabled: true,
        source: EnrichmentSource::Website,
        on: Kind::Company,
        request: None,
        mapping: vec![
            rule("/url", "website", Text, 0.9),
            rule("/description", "description", Text, 0.7),
            rule("/organization/legal_name", "legal_name", Text, 0.9),
            rule("/organization/telephone", "phone", Text, 0.9),
            rule("/organization/country", "country", Text, 0.9),
            rule("/organization/region", "region", Text, 0.9),
            rule("/organization/city", "city", Text, 0.9),
            rule("/organization/street", "address", Text, 0.9),
            rule("/organization/employees", "employees", Number, 0.8),
            rule("/organization/founded", "founded_year", Year, 0.9),
            rule("/linkedin", "linkedin_url", Text, 0.8),
            locale,
            rule("/mail_provider", "extra.mail_provider", Text, 0.9),
            rule("/technologies", "extra.technologies", List, 0.8),
        ],
        quota: EnrichmentQuota { per_day: None, per_month: None, spacing_ms: 0 },
        cache_days: 30,
        timeout_seconds: 10,
        on_arrival: false,
        refresh_days: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::enrich::provider::{EnrichmentHeader, EnrichmentMethod, EnrichmentRequest};

    fn http() -> EnrichmentProviderContent {
        let header =
            EnrichmentHeader { name: "Authorization".into(), value: "Bearer {{ secret.key }}".into() };
        let request = EnrichmentRequest {
            method: EnrichmentMethod::Get,
            url: "https://api.test/v1?d={{ domain }}".into(),
            headers: vec![header],
            body: None,
        };
        EnrichmentProviderContent {
            source: EnrichmentSource::Http,
            request: Some(request),
            ..website("Acme")
        }
    }

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_does_not_do_is_named() {
        type Change = fn(&mut EnrichmentProviderContent);
        let table: &[(Change, &str)] = &[
            (|c| c.name = " ".into(), "content.name"),
            (|c| c.cache_days = -1, "content.cache_days"),
            (|c| c.timeout_seconds = 0, "content.timeout_seconds"),
            (|c| c.refresh_days = Some(0), "content.refresh_days"),
            (|c| c.quota.per_day = Some(-1), "content.quota.per_day"),
            (|c| c.quota.spacing_ms = -1, "content.quota.spacing_ms"),
            (|c| c.mapping = Vec::new(), "content.mapping"),
            (|c| c.mapping[0].to = "owner_id".into(), "content.mapping.0.to"),
            (|c| c.mapping[0].to = "lawful_basis".into(), "content.mapping.0.to"),
            (|c| c.mapping[0].to = "icp_score".into(), "content.mapping.0.to"),
            (|c| c.mapping[0].to = "custom.none".into(), "content.mapping.0.to"),
            (|c| c.mapping[0].to = "extra.No Word".into(), "content.mapping.0.to"),
            (|c| c.mapping[0].confidence = 1.1, "content.mapping.0.confidence"),
            (|c| c.mapping[0].currency = Some("??".into()), "content.mapping.0.currency"),
            (|c| c.mapping[0].transform = EnrichmentTransform::Choice, "content.mapping.0.choices"),
            (|c| c.request = None, "content.request"),
            (|c| c.request.as_mut().expect("it").url = "https://{{domain}}/".into(), "content.request.url"),
            (
                |c| c.request.as_mut().expect("it").headers[0].name = "Host".into(),
                "content.request.headers.0.name",
            ),
            (
                |c| c.request.as_mut().expect("it").url = "https://a.test/{{secret.other}}".into(),
                "secrets.other",
            ),
        ];
        assert_eq!(faults(&http(), &[], &names(&["key"])), Vec::new());
        assert_eq!(faults(&website("Web"), &[], &names(&[])), Vec::new());
        for on in [Kind::Deal, Kind::Person] {
            let errors = faults(&EnrichmentProviderContent { on, ..website("Web") }, &[], &names(&[]));
            assert_eq!(errors[0].field, "content.on");
        }
        for (change, field) in table {
            let mut content = http();
            change(&mut content);
            let errors = faults(&content, &[], &names(&["key"]));
            assert_eq!(errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), [*field]);
        }
    }

    #[test]
    fn a_secret_never_goes_to_another_server_than_the_one_it_was_given_for() {
        let (before, mut after) = (http(), http());
        let sent = |secret: Option<&str>| BTreeMap::from([("key".to_owned(), secret.map(str::to_owned))]);
        after.request.as_mut().expect("it").url = "https://api.test/v2".into();
        assert_eq!(secret_faults(Some(&before), &after, &names(&["key"]), &BTreeMap::new()), Vec::new());
        for url in ["https://evil.test/", "http://api.test/", "https://api.test:8443/"] {
            after.request.as_mut().expect("it").url = url.into();
            let kept = secret_faults(Some(&before), &after, &names(&["key"]), &BTreeMap::new());
            assert_eq!(kept[0].field, "secrets.key", "{url}");
            assert_eq!(
                secret_faults(Some(&before), &after, &names(&["key"]), &sent(Some("new"))),
                Vec::new()
            );
            assert_eq!(secret_faults(Some(&before), &after, &names(&["key"]), &sent(None)), Vec::new());
        }
    }
}
