use serde_json::json;

use super::*;
use crate::inbound::ask::{OwnFields, askable};

fn map(value: &Json) -> Map<String, Json> {
    value.as_object().cloned().unwrap()
}

fn form(change: impl FnOnce(&mut Json)) -> LeadFormInput {
    let text = json!({ "en": "", "ko": "" });
    let mut form = json!({
        "name": "Contact", "texts": { "title": text, "intro": text, "button": text, "thanks": text },
        "fields": [{ "field": "person.email" }],
    });
    change(&mut form);
    serde_json::from_value(form).unwrap()
}

#[test]
fn only_gaps_are_filled() {
    let person = json!({
        "name": "Kim Minsu", "email": "kim@hanbit.co.kr", "title": "CTO", "phone": null, "tags": [], "city": " ",
        "custom": { "size": "big" },
    });
    let cases = [
        (json!({ "title": "CEO" }), json!({})),
        (json!({ "phone": "02-123-4567" }), json!({ "phone": "02-123-4567" })),
        (json!({ "phone": null, "city": "" }), json!({})),
        (json!({ "city": "Seoul", "tags": ["hot"] }), json!({ "city": "Seoul", "tags": ["hot"] })),
        (json!({ "given_name": "Min", "family_name": "Kim" }), json!({})),
        (json!({ "name": "Someone Else" }), json!({})),
        (json!({ "custom": { "size": "small", "use": "x" } }), json!({ "custom": { "use": "x" } })),
        (json!({ "custom": { "size": "small" } }), json!({})),
    ];
    for (sent, filled) in cases {
        assert_eq!(gaps(&person, &map(&sent)), map(&filled), "{sent}");
    }
    let nameless = json!({ "name": "kim@hanbit.co.kr", "email": "kim@hanbit.co.kr", "custom": {} });
    assert_eq!(gaps(&nameless, &map(&json!({ "name": "Kim" }))), map(&json!({ "name": "Kim" })));
}

#[test]
fn a_company_is_the_same_by_name_or_domain() {
    let known = json!({ "name": "Hanbit Soft Co., Ltd.", "domain": "hanbit.co.kr" });
    let cases = [
        (json!({ "name": "HANBIT SOFT" }), true),
        (json!({ "name": "Hanbit", "website": "https://www.hanbit.co.kr/about" }), true),
        (json!({ "name": "Acme", "industry": "software" }), false),
        (json!({ "industry": "software" }), false),
        (json!({}), false),
    ];
    for (sent, same) in cases {
        assert_eq!(same_company(&known, &map(&sent)), same, "{sent}");
    }
}

#[test]
fn filled_fields_have_the_names_of_the_api() {
    let filled = map(&json!({ "phone": "1", "custom": { "size": "big" } }));
    assert_eq!(names_of("person", &filled), ["person.custom.size", "person.phone"]);
}

#[test]
fn owners_take_turns() {
    let turns: Vec<_> = (1..=5).map(|turn| in_turn(&['a', 'b'], turn)).collect();
    assert_eq!(turns, [Some('a'), Some('b'), Some('a'), Some('b'), Some('a')]);
    assert_eq!(in_turn::<char>(&[], 1), None);
}

#[test]
fn a_filled_trap_and_too_quick_a_hand_are_machines() {
    let opened = Timestamp(1_795_392_000_000_000);
    let cases = [
        ("", 1, Some("too_quick")),
        ("", 2, None),
        ("", 3600, None),
        ("http://x.example", 3600, Some("trap_filled")),
    ];
    for (trap, seconds, expected) in cases {
        assert_eq!(spam_reason(trap, opened, opened.plus_seconds(seconds)), expected, "{trap} {seconds}");
    }
}

#[test]
fn only_https_addresses_have_an_origin() {
    let cases = [
        ("https://acme.com/thanks?a=1", Some("https://acme.com")),
        ("https://acme.com:8443", Some("https://acme.com:8443")),
        ("http://acme.com", None),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("https://acme.com; script-src *", None),
        ("https://a@evil.com/", None),
    ];
    for (url, origin) in cases {
        assert_eq!(origin_of(url).as_deref(), origin, "{url}");
    }
}

/// A change to a form, and what is then wrong with it.
type Case = (fn(&mut Json), &'static [(&'static str, &'static str)]);

#[test]
fn every_fault_of_a_form_is_named() {
    let all = askable(&OwnFields::default());
    let cases: [Case; 9] = [
        (|_| {}, &[]),
        (|f| f["name"] = json!(" "), &[("name", "required")]),
        (|f| f["fields"] = json!([]), &[("fields", "required")]),
        (
            |f| f["fields"] = json!([{ "field": "person.email" }, { "field": "person.owner_id" }]),
            &[("fields.1.field", "unknown_field")],
        ),
        (
            |f| f["fields"] = json!([{ "field": "person.email" }, { "field": "person.email" }]),
            &[("fields.1.field", "taken")],
        ),
        (|f| f["redirect_url"] = json!("http://acme.com"), &[("redirect_url", "invalid")]),
        (
            |f| f["consent"] = json!({ "text": { "en": " ", "ko": "" }, "required": true }),
            &[("consent.text", "required")],
        ),
        (|f| f["per_form"] = json!(0), &[("per_form", "invalid")]),
        (
            |f| f["texts"]["button"] = json!({ "en": "x".repeat(101), "ko": "" }),
            &[("texts.button", "too_long")],
        ),
    ];
    for (change, expected) in cases {
        let errors = faults(&form(change), &all);
        let told: Vec<(&str, &str)> = errors.iter().map(|e| (e.field.as_str(), e.code.as_str())).collect();
        assert_eq!(told, expected);
    }
}
