//! The API's document: valid OpenAPI 3.1, true to the routes, and the one the web app was made from.

use serde_json::Value;
use server::assemble;
use server::document::collisions;
use std::collections::{BTreeMap, BTreeSet};

fn document() -> Value {
    serde_json::to_value(server::openapi()).unwrap()
}

const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

/// Every operation with its method and path.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, item)| {
        METHODS.iter().filter_map(move |method| {
            let operation = item.get(*method)?;
            Some(((*method).to_owned(), path.clone(), operation.clone()))
        })
    });
    each.collect()
}

/// Every `$ref` below a value.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(to)) = map.get("$ref") {
                found.insert(to.clone());
            }
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn the_web_app_was_made_from_this_document() {
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/openapi.json");
    let kept = std::fs::read_to_string(kept).unwrap_or_default();
    let same = kept == assemble::openapi_text();
    assert!(same, "web/openapi.json is stale: cargo run -p sevenfold -- openapi > web/openapi.json");
}

#[test]
fn it_is_openapi_3_1_with_title_version_description_and_licence() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    for field in ["title", "version", "description"] {
        assert!(document["info"][field].as_str().is_some_and(|text| !text.is_empty()), "{field}");
    }
    assert_eq!(document["info"]["license"]["identifier"], "AGPL-3.0-or-later");
    assert!(document["info"]["license"].get("url").is_none(), "identifier and url exclude each other");
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    let lost: Vec<&String> =
        found.iter().filter(|to| document.pointer(to.trim_start_matches('#')).is_none()).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn every_operation_has_an_id_of_its_own_and_a_summary() {
    let mut seen = BTreeSet::new();
    for (method, path, operation) in operations(&document()) {
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        assert!(!id.is_empty() && seen.insert(id.clone()), "{method} {path}: '{id}'");
        assert!(
            operation["summary"].as_str().is_some_and(|s| !s.is_empty()),
            "{method} {path} has no summary"
        );
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{method} {path} needs one tag");
    }
}

#[test]
fn every_answer_is_described() {
    for (method, path, operation) in operations(&document()) {
        let answers = operation["responses"].as_object().unwrap();
        assert!(answers.keys().any(|status| status.starts_with('2')), "{method} {path} never succeeds");
        for (status, answer) in answers {
            let good = status == "default" || status.parse::<u16>().is_ok_and(|s| (100..600).contains(&s));
            assert!(good, "{method} {path} {status}");
            assert!(
                answer["description"].as_str().is_some_and(|d| !d.is_empty()),
                "{method} {path} {status}"
            );
        }
    }
}

#[test]
fn parameters_in_a_path_are_declared_once_and_no_others() {
    for (method, path, operation) in operations(&document()) {
        let in_path: BTreeSet<&str> =
            path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        let mut declared = BTreeSet::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let (name, place) = (parameter["name"].as_str().unwrap(), parameter["in"].as_str().unwrap());
            assert!(["path", "query", "header", "cookie"].contains(&place), "{method} {path} {name}");
            if place == "path" {
                assert!(declared.insert(name), "{method} {path} declares {name} twice");
                assert_eq!(parameter["required"], true, "{method} {path} {name}");
            }
        }
        assert_eq!(declared, in_path, "{method} {path}");
    }
}

#[test]
fn reading_and_deleting_have_no_body() {
    for (method, path, operation) in operations(&document()) {
        if ["get", "delete"].contains(&method.as_str()) {
            assert!(operation.get("requestBody").is_none(), "{method} {path}");
        }
    }
}

#[test]
fn two_paths_never_mean_the_same_request() {
    let document = document();
    let mut shapes: BTreeMap<String, String> = BTreeMap::new();
    for path in document["paths"].as_object().unwrap().keys() {
        assert!(path.starts_with("/api/v1/"), "{path}");
        let shape: Vec<&str> =
            path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect();
        let other = shapes.insert(shape.join("/"), path.clone());
        assert!(other.is_none(), "{path} and {other:?}");
    }
}

#[test]
fn proofs_are_named_and_open_routes_say_so() {
    let document = document();
    let known = document["components"]["securitySchemes"].as_object().unwrap();
    assert_eq!(known.keys().collect::<Vec<_>>(), ["session", "token"]);
    for (method, path, operation) in operations(&document) {
        let below = path.strip_prefix(server::API).unwrap();
        let upper = method.to_uppercase().parse().unwrap();
        let open = operation["security"]
            .as_array()
            .is_some_and(|needs| needs.iter().all(|n| n == &serde_json::json!({})));
        let public = server::accounts::auth::is_public(&upper, below);
        assert_eq!(open, public, "{method} {path}: what the document says and what the gate does");
        let says_401 = operation["responses"].get("401").is_some();
        assert!(says_401 || public, "{method} {path}");
    }
}

#[test]
fn no_two_rooms_describe_different_things_under_one_name() {
    let mut doors = assemble::doors(None);
    let documents: Vec<_> = doors.iter_mut().map(|door| (door.name, door.routes.to_openapi())).collect();
    let clashes = collisions(documents.iter().map(|(name, document)| (*name, document)));
    assert!(clashes.is_empty(), "{clashes:#?}");
}

#[test]
fn migrations_have_ids_of_their_own_that_begin_with_a_day() {
    let doors = assemble::doors(None);
    let all = assemble::migrations(&doors);
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for migration in &all {
        assert!(seen.insert(migration.id, migration.sql).is_none(), "{}", migration.id);
        assert!(
            migration.id.get(..10).is_some_and(|day| day.parse::<chrono::NaiveDate>().is_ok()),
            "{}",
            migration.id
        );
    }
    for door in &doors {
        for migration in &door.migrations {
            assert_eq!(seen[migration.id], migration.sql, "{} is two migrations", migration.id);
        }
    }
}
