//! The API's document: what all routes share is said here, the rest comes from the routes.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{Modify, OpenApi as _};

const SCHEMAS: &str = "#/components/schemas/";

/// The document before any route is in it.
#[must_use]
pub fn frame() -> OpenApi {
    Frame::openapi()
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Sevenfold",
        description = "The sales cycle in seven rooms: designed, run, measured.\n\n\
            Sign in with the session cookie, or send `Authorization: Bearer sf_…`. A change asked for with the cookie \
            carries the header `Sevenfold-Request: 1`. `Sevenfold-Workspace` names the workspace; without it, it is \
            your first. Lists take `where=field.op.value` (several are joined by and), `q`, `sort`, `limit`, `cursor`. \
            Creates take `Idempotency-Key`; records answer with an `ETag` that `If-Match` may repeat. Errors are \
            RFC 9457 problems with a stable `code`.",
        license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later")
    ),
    modifiers(&Proofs),
    security(("session" = []), ("token" = [])),
    // The last is used in a query only, where the routes' own schemas are not gathered.
    components(schemas(http_room::Problem, http_room::FieldError, nurturing::parking::ParkCause))
)]
struct Frame;

struct Proofs;

impl Modify for Proofs {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        let cookie = ApiKey::Cookie(ApiKeyValue::with_description(
            crate::accounts::session::COOKIE,
            "Set by sign-in. Changes also need the header Sevenfold-Request: 1.",
        ));
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
        let bearer =
            HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API token, sf_…"));
        components.add_security_scheme("token", SecurityScheme::Http(bearer.build()));
    }
}

/// Makes the whole document consistent: each operation has an id of its own, and says that it may
/// answer 401 when it may.
pub fn finish(document: &mut OpenApi) {
    name_operations(document);
    let public: BTreeSet<(String, String)> = crate::accounts::auth::PUBLIC
        .iter()
        .map(|(method, path)| (method.as_str().to_lowercase(), format!("{}{path}", crate::API)))
        .collect();
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations_mut(item) {
            if !public.contains(&(method.to_owned(), path.clone())) {
                let answers = &mut operation.responses.responses;
                answers.entry("401".to_owned()).or_insert_with(|| problem("Nobody is signed in."));
            }
            if operation.summary.is_none() {
                operation.summary = operation.operation_id.as_deref().map(words_of);
            }
            let answers = &mut operation.responses.responses;
            answers.entry("default".to_owned()).or_insert_with(|| problem("Anything that went wrong."));
        }
    }
}

fn problem(words: &str) -> RefOr<Response> {
    let body = Content::new(Some(Ref::from_schema_name("Problem")));
    RefOr::T(ResponseBuilder::new().description(words).content("application/problem+json", body).build())
}

/// Functions of different rooms may bear one name; then the path tells them apart.
fn name_operations(document: &mut OpenApi) {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations_mut(item) {
            *uses.entry(operation.operation_id.clone().unwrap_or_default()).or_default() += 1;
        }
    }
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations_mut(item) {
            let name = operation.operation_id.clone().unwrap_or_default();
            if name.is_empty() || uses.get(&name).is_some_and(|n| *n > 1) {
                operation.operation_id = Some(name_of(method, path));
            }
        }
    }
}

/// `list_companies` is "List companies."
fn words_of(name: &str) -> String {
    format!("{}.", capital(&name.replace('_', " ")))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| format!("{}{}", first.to_uppercase(), letters.as_str())).unwrap_or_default()
}

/// `get /api/v1/deals/{id}/gate` is `get_deals_id_gate`.
fn name_of(method: &str, path: &str) -> String {
    let words = path.strip_prefix(crate::API).unwrap_or(path).split(|c: char| !c.is_ascii_alphanumeric());
    let mut name = method.to_owned();
    for word in words.filter(|word| !word.is_empty()) {
        name.push('_');
        name.push_str(word);
    }
    name
}

/// The operations of a path, with their methods in lower case.
pub fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("get", item.get.as_mut()),
        ("put", item.put.as_mut()),
        ("post", item.post.as_mut()),
        ("delete", item.delete.as_mut()),
        ("patch", item.patch.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation?)))
}

/// Gives schemas a name of their own where an earlier door describes something else under it:
/// prospecting's `Role` becomes `ProspectingRole`.
pub fn tell_apart<'a>(documents: impl IntoIterator<Item = (&'a str, &'a mut OpenApi)>) {
    let mut seen: BTreeMap<String, Value> = BTreeMap::new();
    for (door, document) in documents {
        let mut text = serde_json::to_value(&*document).unwrap_or_default();
        let schemas = text["components"]["schemas"].as_object().cloned().unwrap_or_default();
        let clashes =
            schemas.iter().filter(|(name, shape)| seen.get(*name).is_some_and(|known| known != *shape));
        let renamed: BTreeMap<String, String> =
            clashes.map(|(name, _)| (name.clone(), format!("{}{name}", capital(door)))).collect();
        if !renamed.is_empty() {
            rename(&mut text, &renamed);
            if let Ok(apart) = serde_json::from_value(text.clone()) {
                *document = apart;
            }
        }
        let schemas = text["components"]["schemas"].as_object().cloned().unwrap_or_default();
        seen.extend(schemas);
    }
}

fn rename(document: &mut Value, renamed: &BTreeMap<String, String>) {
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        for (old, new) in renamed {
            if let Some(shape) = schemas.remove(old) {
                schemas.insert(new.clone(), shape);
            }
        }
    }
    point_anew(document, renamed);
}

/// Rewrites every reference to a renamed schema.
fn point_anew(value: &mut Value, renamed: &BTreeMap<String, String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let to = value.as_str().filter(|_| key == "$ref").and_then(|to| to.strip_prefix(SCHEMAS));
                match to.and_then(|name| renamed.get(name)) {
                    Some(new) => *value = Value::String(format!("{SCHEMAS}{new}")),
                    None => point_anew(value, renamed),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| point_anew(value, renamed)),
        _ => {}
    }
}

/// Names under which two doors describe different things; the later would silently win.
#[must_use]
pub fn collisions<'a>(documents: impl IntoIterator<Item = (&'a str, &'a OpenApi)>) -> Vec<String> {
    let mut seen: BTreeMap<String, (String, Value)> = BTreeMap::new();
    let mut found = Vec::new();
    for (door, document) in documents {
        for (name, schema) in document.components.iter().flat_map(|c| &c.schemas) {
            let shape = serde_json::to_value(schema).unwrap_or_default();
            match seen.get(name) {
                Some((other, known)) if *known != shape => found.push(format!("{name}: {other} and {door}")),
                Some(_) => {}
                None => {
                    seen.insert(name.clone(), (door.to_owned(), shape));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_its_operation() {
        assert_eq!(name_of("get", "/api/v1/deals/{id}/gate"), "get_deals_id_gate");
        assert_eq!(name_of("put", "/api/v1/deals/{id}/bant/{factor}"), "put_deals_id_bant_factor");
    }
}
