//! The cases of templates: what is escaped, what is refused, what is missed.

use super::provider::{EnrichmentHeader, EnrichmentMethod, EnrichmentRequest};
use super::template::{MASK, TemplateFault, check, render, variables};
use serde_json::{Value as Json, json};

fn get(url: &str) -> EnrichmentRequest {
    EnrichmentRequest { method: EnrichmentMethod::Get, url: url.to_owned(), headers: Vec::new(), body: None }
}

fn with_header(value: &str) -> EnrichmentRequest {
    let header = EnrichmentHeader { name: "X-Company".to_owned(), value: value.to_owned() };
    EnrichmentRequest { headers: vec![header], ..get("https://api.test/v1") }
}

fn post(body: &str) -> EnrichmentRequest {
    let body = Some(body.to_owned());
    EnrichmentRequest { method: EnrichmentMethod::Post, body, ..get("https://api.test/v1") }
}

fn record() -> Json {
    json!({
        "name": "A&B \"Soft\" / 한빛", "domain": "hanbit.co.kr", "employees": 40, "phone": "  ",
        "description": "one\r\nX-Admin: yes", "website": "../../admin?x=1#y", "city": "..",
        "custom": { "size": "10 %" }, "secret": { "key": "k+/=" },
    })
}

#[test]
fn a_value_in_an_address_is_percent_encoded_and_stays_in_its_place() {
    let table = [
        ("https://api.test/v1?domain={{domain}}", "https://api.test/v1?domain=hanbit.co.kr"),
        (
            "https://api.test/v1?q={{ name }}&n={{employees}}",
            "https://api.test/v1?q=A%26B%20%22Soft%22%20%2F%20%ED%95%9C%EB%B9%9B&n=40",
        ),
        ("https://api.test/c/{{website}}/x", "https://api.test/c/..%2F..%2Fadmin%3Fx%3D1%23y/x"),
        ("https://api.test/{{custom.size}}?k={{secret.key}}", "https://api.test/10%20%25?k=k%2B%2F%3D"),
        ("https://api.test:8443/x", "https://api.test:8443/x"),
        ("http://api.test/{{ domain | upper }}", "http://api.test/HANBIT.CO.KR"),
    ];
    for (template, expected) in table {
        assert_eq!(render(&get(template), &record()).unwrap().url.as_str(), expected, "{template}");
    }
}

#[test]
fn an_address_no_value_can_bend_is_needed() {
    let refused = [
        "https://{{domain}}/v1",
        "https://api{{domain}}/v1",
        "https://api.test{{website}}",
        "https://user:pass@api.test/",
        "{{website}}",
        "ftp://api.test/",
        "file:///etc/passwd",
        "api.test/v1",
        "https://api.test/{{city}}",
        "https://api.test/{{ domain ",
    ];
    for template in refused {
        let fault = render(&get(template), &record()).unwrap_err();
        assert!(
            matches!(&fault, TemplateFault::Wrong { field, .. } if field == "url"),
            "{template}: {fault:?}"
        );
    }
}

#[test]
fn a_line_break_never_gets_into_a_header() {
    let fault = render(&with_header("{{description}}"), &record()).unwrap_err();
    assert_eq!(fault.to_string(), "headers.0.value: a line break cannot stand in a header");
    let fault = render(&with_header("a\nb"), &record()).unwrap_err();
    assert!(matches!(fault, TemplateFault::Wrong { .. }), "{fault:?}");
    let good = render(&with_header("Bearer {{secret.key}}"), &record()).unwrap();
    assert_eq!(good.headers[0].1, "Bearer k+/=");
    let basic = render(&with_header("Basic {{ ('me:' ~ secret.key) | base64 }}"), &record()).unwrap();
    assert_eq!(basic.headers[0].1, "Basic bWU6aysvPQ==");
    for name in ["Host", "content-length", "a b", ""] {
        let mut request = with_header("x");
        request.headers[0].name = name.to_owned();
        let fault = render(&request, &record()).unwrap_err();
        assert!(fault.to_string().starts_with("headers.0.name"), "{name}: {fault}");
    }
}

#[test]
fn a_value_in_a_body_is_text_inside_json() {
    let request = post(r#"{"name": "{{name}}", "n": {{employees}}, "text": "{{description}}"}"#);
    let body = render(&request, &record()).unwrap().body.unwrap();
    let read: Json = serde_json::from_str(&body).unwrap();
    assert_eq!(read["name"], record()["name"]);
    assert_eq!((&read["n"], &read["text"]), (&json!(40), &record()["description"]));
    let get = EnrichmentRequest { method: EnrichmentMethod::Get, ..request };
    assert_eq!(render(&get, &record()).unwrap().body, None, "a GET has no body");
}

#[test]
fn what_a_record_lacks_is_named_and_an_optional_part_is_left_out() {
    let table = [
        ("https://api.test/?p={{phone}}", Err(vec!["phone"])),
        ("https://api.test/?a={{nothing}}&b={{custom.none}}", Err(vec!["custom.none", "nothing"])),
        ("https://api.test/{% if phone is defined %}{{phone}}{% endif %}", Ok("https://api.test/")),
    ];
    let mut record = record();
    record.as_object_mut().unwrap().remove("phone");
    for (template, expected) in table {
        match (render(&get(template), &record), expected) {
            (Ok(made), Ok(url)) => assert_eq!(made.url.as_str(), url),
            (Err(TemplateFault::Missing(mut names)), Err(missing)) => {
                names.sort();
                assert_eq!(names, missing, "{template}");
            }
            (got, _) => panic!("{template}: {got:?}"),
        }
    }
}

#[test]
fn a_template_is_checked_before_it_is_kept() {
    assert_eq!(check(&get("https://api.test/{{domain}}?k={{secret.key}}&c={{company.name}}")), Ok(()));
    assert_eq!(check(&post(r#"{"n": {{employees}}, "d": "{{domain}}"}"#)), Ok(()));
    for body in [r#"{"d": {{domain}"#, r#"{"d": "{{domain}}""#, "domain={{domain}}"] {
        assert!(check(&post(body)).is_err(), "{body}");
    }
    let mut form = post("domain={{domain}}");
    form.headers.push(EnrichmentHeader {
        name: "Content-Type".to_owned(),
        value: "application/x-www-form-urlencoded".to_owned(),
    });
    assert_eq!(check(&form), Ok(()));
    let names = variables(&get("https://api.test/{{domain}}?k={{secret.key}}")).unwrap();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["domain", "secret.key"]);
}

#[test]
fn a_secret_is_masked_wherever_a_request_is_shown() {
    let mut record = record();
    record["secret"]["key"] = json!(MASK);
    let mut request = with_header("Bearer {{secret.key}}");
    request.url = "https://api.test/?k={{secret.key}}".to_owned();
    let shown = render(&request, &record).unwrap();
    assert_eq!(shown.headers[0].1, "Bearer ****");
    assert!(!shown.url.as_str().contains("k%2B"), "{}", shown.url);
}
