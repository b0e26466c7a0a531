//! Cases of the merge rules.

use super::*;
use proptest::prelude::*;

fn none() -> BTreeMap<String, Whose> {
    BTreeMap::new()
}

fn point(value: &str, primary: bool) -> Json {
    json!({ "value": value, "label": "work", "primary": primary })
}

#[test]
fn gaps_are_filled_lists_united_and_what_is_known_stays() {
    let kept = json!({ "name": "Kim Chulsoo", "title": null, "city": "Seoul", "tags": ["a"],
        "emails": [point("k@acme.com", true)], "custom": { "size": 3, "note": null } });
    let merged = json!({ "name": "Chulsoo Kim", "title": "CTO", "city": "Busan", "tags": ["A", "b"],
        "emails": [point("K@acme.com", true), point("kim@home.kr", false)],
        "custom": { "size": 4, "note": "x", "new": true } });
    let patch = combine(Kind::Person, &kept, &merged, &none());
    let wanted = json!({ "title": "CTO", "tags": ["a", "b"],
        "emails": [point("k@acme.com", true), point("kim@home.kr", false)], "custom": { "note": "x", "new": true } });
    assert_eq!(Json::Object(patch), wanted);
}

#[test]
fn a_choice_takes_the_other_value_and_a_name_comes_whole() {
    let kept = json!({ "name": "Kim", "given_name": "", "family_name": "Kim", "city": "Seoul", "custom": { "size": 3 } });
    let merged = json!({ "name": "Kim Chulsoo", "given_name": "Chulsoo", "family_name": "Kim", "city": "Busan", "custom": { "size": 4 } });
    let choose = [("name", Whose::Merged), ("city", Whose::Merged), ("custom.size", Whose::Merged)];
    let choose = choose.map(|(k, s)| (k.to_owned(), s)).into();
    let patch = combine(Kind::Person, &kept, &merged, &choose);
    let wanted =
        json!({ "name": "Kim Chulsoo", "given_name": "Chulsoo", "city": "Busan", "custom": { "size": 4 } });
    assert_eq!(Json::Object(patch), wanted);
    let unchosen = combine(Kind::Person, &kept, &merged, &none());
    assert!(!unchosen.contains_key("given_name"), "the name stays, so its parts stay: {unchosen:?}");
}

#[test]
fn what_may_not_be_used_stays_forbidden() {
    let kept = json!({ "do_not_contact": ["phone"] });
    let merged = json!({ "do_not_contact": ["email"] });
    assert_eq!(combine(Kind::Person, &kept, &merged, &none())["do_not_contact"], json!(["phone", "email"]));
}

#[test]
fn where_a_record_came_from_is_its_own() {
    let patch = combine(Kind::Company, &json!({ "source": null }), &json!({ "source": "LinkedIn" }), &none());
    assert!(patch.is_empty(), "{patch:?}");
}

#[test]
fn only_true_differences_are_shown() {
    let kept = json!({ "name": "Acme", "city": "Seoul", "country": null, "tags": ["x"], "custom": { "size": 3, "same": 1 } });
    let merged = json!({ "name": "Acme", "city": "Busan", "country": "KR", "tags": ["y"], "custom": { "size": 4, "same": 1 } });
    let fields: Vec<String> =
        differences(Kind::Company, &kept, &merged).into_iter().map(|d| d.field).collect();
    assert_eq!(fields, ["city", "custom.size"]);
}

#[test]
fn where_nothing_can_be_chosen_no_difference_is_shown() {
    let kept = json!({ "name": "Kim", "given_name": "A", "email": "a@x.com", "source": "fair", "source_date": "2026-01-01" });
    let merged = json!({ "name": "Lee", "given_name": "B", "email": "b@x.com", "source": "web", "source_date": "2026-02-01" });
    let fields: Vec<String> =
        differences(Kind::Person, &kept, &merged).into_iter().map(|d| d.field).collect();
    assert_eq!(fields, ["name"]);
}

/// before, after, now → what is put back.
#[test]
fn taking_it_back_leaves_later_edits() {
    let object = |value: Json| value.as_object().cloned().unwrap_or_default();
    let cases = [
        (
            json!({ "title": null }),
            json!({ "title": "CTO" }),
            json!({ "title": "CTO" }),
            json!({ "title": null }),
        ),
        (json!({ "title": null }), json!({ "title": "CTO" }), json!({ "title": "CEO" }), json!({})),
        (
            json!({ "tags": ["a"] }),
            json!({ "tags": ["a", "b"] }),
            json!({ "tags": ["a", "b", "c"] }),
            json!({ "tags": ["a", "c"] }),
        ),
        (json!({ "tags": ["a"] }), json!({ "tags": ["a", "b"] }), json!({ "tags": ["a", "c"] }), json!({})),
        (
            json!({ "custom": { "x": null } }),
            json!({ "custom": { "x": 1 } }),
            json!({ "custom": { "x": 1, "y": 2 } }),
            json!({ "custom": { "x": null } }),
        ),
        (
            json!({ "custom": { "x": 1 } }),
            json!({ "custom": { "x": 2 } }),
            json!({ "custom": { "x": 3 } }),
            json!({}),
        ),
    ];
    for (before, after, now, wanted) in cases {
        let found = way_back(&object(before), &object(after.clone()), &now);
        assert_eq!(Json::Object(found), wanted, "{after} {now}");
    }
}

fn words() -> impl Strategy<Value = Json> {
    proptest::collection::btree_set("[a-e]", 0..4).prop_map(|set| json!(set))
}

fn value() -> impl Strategy<Value = Json> {
    prop_oneof![Just(Json::Null), "[a-c]{1,2}".prop_map(Json::from)]
}

fn company() -> impl Strategy<Value = Json> {
    (value(), value(), words(), value(), value()).prop_map(|(city, region, tags, x, y)| {
        let mut custom = Map::new();
        custom.extend(
            [("x", x), ("y", y)].into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.to_owned(), v)),
        );
        json!({ "city": city, "region": region, "tags": tags, "custom": custom })
    })
}

fn apply(record: &Json, patch: &Map<String, Json>) -> Json {
    let mut now = record.clone();
    for (key, value) in patch {
        if key == "custom" {
            let custom = now["custom"].as_object_mut().unwrap();
            for (key, value) in value.as_object().unwrap() {
                if value.is_null() {
                    custom.remove(key)
                } else {
                    custom.insert(key.clone(), value.clone())
                };
            }
        } else {
            now[key] = value.clone();
        }
    }
    now
}

fn kept_from(record: &Json, patch: &Map<String, Json>) -> Map<String, Json> {
    let old = |(key, value): (&String, &Json)| {
        let was = match value.as_object().filter(|_| key == "custom") {
            Some(custom) => {
                custom.keys().map(|k| (k.clone(), record["custom"][k].clone())).collect::<Map<_, _>>().into()
            }
            None => record[key].clone(),
        };
        (key.clone(), was)
    };
    patch.iter().map(old).collect()
}

proptest! {
    #[test]
    fn a_merge_taken_back_leaves_the_record_as_it_was(kept in company(), merged in company()) {
        let after = combine(Kind::Company, &kept, &merged, &none());
        let before = kept_from(&kept, &after);
        let one = apply(&kept, &after);
        prop_assert_eq!(apply(&one, &way_back(&before, &after, &one)), kept);
    }

    #[test]
    fn an_edit_after_the_merge_survives_its_undoing(kept in company(), merged in company(), city in "[x-z]") {
        let after = combine(Kind::Company, &kept, &merged, &none());
        let before = kept_from(&kept, &after);
        let mut one = apply(&kept, &after);
        one["city"] = json!(city);
        let back = apply(&one, &way_back(&before, &after, &one));
        prop_assert_eq!(&back["city"], &json!(city));
        prop_assert_eq!(&back["tags"], &kept["tags"]);
    }
}
