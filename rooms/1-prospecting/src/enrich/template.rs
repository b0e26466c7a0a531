//! A request from its template: values of a record put where they belong, each escaped for its place.
//!
//! In an address a value is percent-encoded and can neither name another server nor climb out of its segment of the
//! path; in a header it holds no line break; in a body it is text inside JSON. A value that is missing is named,
//! never sent as nothing.

use base64::Engine as _;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error, ErrorKind, Output, State, UndefinedBehavior};
use outward::{HeaderName, HeaderValue, Url};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

use super::provider::{EnrichmentMethod, EnrichmentRequest};

/// What stands for a secret wherever a request is shown.
pub const MASK: &str = "\u{2022}\u{2022}\u{2022}\u{2022}";
/// Instructions one template may use.
const FUEL: u64 = 20_000;
/// Headers that are not the template's to say.
const OURS: [&str; 8] =
    ["host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect"];

/// Why there is no request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateFault {
    /// The record lacks what the template needs.
    #[error("the record has no {}", .0.join(", "))]
    Missing(Vec<String>),
    /// A part of the template does not do.
    #[error("{field}: {why}")]
    Wrong {
        /// `url`, `headers.0.value`, `body`.
        field: String,
        /// What is wrong.
        why: String,
    },
}

/// A request, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Where.
    pub url: Url,
    /// Names and values.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// What is sent.
    pub body: Option<String>,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Address,
    Header,
    Body,
}

fn wrong(field: impl Into<String>, why: impl std::fmt::Display) -> TemplateFault {
    TemplateFault::Wrong { field: field.into(), why: why.to_string() }
}

/// Fills a template in from `context`: the record's fields, `company`, `custom`, `secret`.
///
/// # Errors
/// What is missing, or what does not do.
pub fn render(request: &EnrichmentRequest, context: &Json) -> Result<Rendered, TemplateFault> {
    let fixed = server_of(&request.url)?;
    let text = fill(Place::Address, "url", &request.url, context)?;
    let url = Url::parse(&text).map_err(|why| wrong("url", why))?;
    if url.origin() != fixed.origin() {
        return Err(wrong("url", "values may stand in the path and after the question mark only"));
    }
    let mut headers = Vec::new();
    for (n, header) in request.headers.iter().enumerate() {
        let field = format!("headers.{n}.value");
        let name = header_name(n, &header.name)?;
        let value = fill(Place::Header, &field, &header.value, context)?;
        let value =
            HeaderValue::from_str(&value).map_err(|_| wrong(&field, "plain characters on one line"))?;
        headers.push((name, value));
    }
    let body = match (&request.body, request.method) {
        (Some(body), EnrichmentMethod::Post) => Some(fill(Place::Body, "body", body, context)?),
        _ => None,
    };
    Ok(Rendered { url, headers, body })
}

fn header_name(n: usize, name: &str) -> Result<HeaderName, TemplateFault> {
    let field = format!("headers.{n}.name");
    let parsed = HeaderName::from_bytes(name.trim().as_bytes()).map_err(|why| wrong(&field, why))?;
    if OURS.contains(&parsed.as_str()) {
        Err(wrong(&field, "this header is not yours to set"))
    } else {
        Ok(parsed)
    }
}

/// The server a template names, which no value can change.
///
/// # Errors
/// When it begins with no fixed server.
pub fn server_of(template: &str) -> Result<Url, TemplateFault> {
    let fixed = template.split('{').next().unwrap_or_default();
    let after = fixed.split_once("://").map_or("", |(_, rest)| rest);
    let whole = fixed == template || after.contains(['/', '?', '#']);
    let url = Url::parse(fixed.trim_end_matches(['/', '?']).trim()).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some() && whole);
    let url =
        url.ok_or_else(|| wrong("url", "https:// or http:// and the name of a server, without values"))?;
    if url.username().is_empty() && url.password().is_none() {
        Ok(url)
    } else {
        Err(wrong("url", "put a name and password into a header, with a secret"))
    }
}

/// Whether a template can be filled in at all, tried with a value for everything it asks for.
///
/// # Errors
/// Everything wrong with it.
pub fn check(request: &EnrichmentRequest) -> Result<(), TemplateFault> {
    let mut context = json!({});
    for name in variables(request)? {
        put(&mut context, &name);
    }
    let rendered = render(request, &context)?;
    let typed = rendered.headers.iter().any(|(name, value)| {
        name.as_str() == "content-type" && !value.to_str().is_ok_and(|value| value.contains("json"))
    });
    match rendered.body.filter(|_| !typed) {
        Some(body) => serde_json::from_str::<Json>(&body).map(|_| ()).map_err(|why| wrong("body", why)),
        None => Ok(()),
    }
}

fn put(context: &mut Json, name: &str) {
    let mut at = context;
    for part in name.split('.') {
        if !at.is_object() {
            *at = json!({});
        }
        at = &mut at[part];
    }
    if at.is_null() {
        *at = json!("1");
    }
}

/// What a template asks for: `domain`, `custom.size`, `secret.key`.
///
/// # Errors
/// A part that cannot be read as a template.
pub fn variables(request: &EnrichmentRequest) -> Result<BTreeSet<String>, TemplateFault> {
    let env = environment(Place::Body);
    let mut found = BTreeSet::new();
    let headers = request.headers.iter().enumerate();
    let parts = headers.map(|(n, header)| (format!("headers.{n}.value"), header.value.as_str()));
    let parts = parts.chain([("url".to_owned(), request.url.as_str())]);
    for (field, source) in parts.chain(request.body.as_deref().map(|body| ("body".to_owned(), body))) {
        found.extend(asked(&env, &field, source)?);
    }
    Ok(found)
}

fn asked(env: &Environment<'_>, field: &str, source: &str) -> Result<Vec<String>, TemplateFault> {
    let template = env.template_from_str(source).map_err(|why| wrong(field, plain(&why)))?;
    let found = template.undeclared_variables(true);
    let longer = |name: &str| found.iter().any(|o| o.strip_prefix(name).is_some_and(|r| r.starts_with('.')));
    Ok(found.iter().filter(|name| !longer(name)).cloned().collect())
}

fn fill(place: Place, field: &str, source: &str, context: &Json) -> Result<String, TemplateFault> {
    let env = environment(place);
    let missing: Vec<String> = asked(&env, field, source)?
        .into_iter()
        .filter(|name| context.pointer(&format!("/{}", name.replace('.', "/"))).is_none_or(is_blank))
        .collect();
    let template = env.template_from_str(source).map_err(|why| wrong(field, plain(&why)))?;
    template.render(Serde(context)).map_err(|why| {
        let absent = why.kind() == ErrorKind::UndefinedError && !missing.is_empty();
        if absent { TemplateFault::Missing(missing) } else { wrong(field, plain(&why)) }
    })
}

fn plain(why: &Error) -> String {
    why.detail().map_or_else(|| why.kind().to_string(), str::to_owned)
}

fn is_blank(value: &Json) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

fn environment(place: Place) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_fuel(Some(FUEL));
    env.add_filter("base64", |text: String| base64::engine::general_purpose::STANDARD.encode(text));
    env.set_formatter(move |out, _state: &mut State, value| print(place, out, value));
    env
}

fn print(place: Place, out: &mut Output, value: &Value) -> Result<(), Error> {
    let refuse = |why: &str| Err(Error::new(ErrorKind::InvalidOperation, why.to_owned()));
    if value.is_undefined() || value.is_none() || value.as_str().is_some_and(|text| text.trim().is_empty()) {
        return Err(Error::new(ErrorKind::UndefinedError, "no value"));
    }
    if value.as_str().is_none()
        && !value.is_number()
        && !matches!(value.kind(), minijinja::value::ValueKind::Bool)
    {
        return refuse("only text, numbers and yes or no can stand in a request");
    }
    let text = value.to_string();
    let text = text.trim();
    let escaped = match place {
        Place::Address if text == MASK => text.to_owned(),
        Place::Address if text.bytes().all(|b| b == b'.') => {
            return refuse("dots alone cannot stand in an address");
        }
        Place::Address => percent_encoded(text),
        Place::Header if text == MASK => "****".to_owned(),
        Place::Header if text.chars().any(char::is_control) => {
            return refuse("a line break cannot stand in a header");
        }
        Place::Header => text.to_owned(),
        Place::Body => json_escaped(text),
    };
    out.write_str(&escaped).map_err(|_| Error::new(ErrorKind::WriteFailure, "the text could not be written"))
}

/// All but the unreserved characters of RFC 3986.
fn percent_encoded(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

/// As it stands between the quotation marks of a JSON text.
fn json_escaped(text: &str) -> String {
    let quoted = json!(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}
