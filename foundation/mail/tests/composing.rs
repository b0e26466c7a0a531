//! What a composed mail holds, and what is refused before it can do harm.

use base64::Engine;
use chrono::{TimeZone, Utc};
use mail::{
    Attachment, DkimKey, Draft, Envelope, Harmless, ListUnsubscribe, MailError, Mailbox, compose,
    new_message_id, read,
};
use proptest::prelude::*;

fn draft() -> Draft {
    let date = Utc.with_ymd_and_hms(2026, 11, 23, 1, 30, 0).single().expect("a date");
    let (from, to) =
        (Mailbox::named("김 영업, 팀장", "rep@sevenfold.test"), Mailbox::bare("buyer@customer.test"));
    Draft::new(from, to, "안녕하세요", "본문입니다.\n", "a.b@sevenfold.test", date)
}

fn list() -> ListUnsubscribe {
    ListUnsubscribe { url: "https://s.test/u/t".into(), mailto: "u+t@s.test?subject=unsubscribe".into() }
}

#[test]
fn a_line_break_in_any_field_is_refused_with_the_fields_name() {
    type Spoil = fn(&mut Draft);
    let cases: [(&str, Spoil); 12] = [
        ("subject", |d| d.subject = "a\r\nBcc: x@y.test".into()),
        ("from", |d| d.from.name = Some("a\nBcc: x@y.test".into())),
        ("to", |d| d.to[0].address = "a@b.test\r\nBcc: x@y.test".into()),
        ("cc", |d| d.cc.push(Mailbox::named("a\rb", "a@b.test"))),
        ("reply_to", |d| d.reply_to = Some(Mailbox::named("a\u{0}", "a@b.test"))),
        ("message_id", |d| d.message_id = "a@b\r\nX: y".into()),
        ("in_reply_to", |d| d.in_reply_to = Some("a b@c".into())),
        ("references", |d| d.references.push("a@b>\nX: y".into())),
        ("X-Token", |d| d.headers.push(("X-Token".into(), "a\nBcc: b@c.test".into()))),
        ("headers", |d| d.headers.push(("X\nBcc".into(), "a".into()))),
        ("list_unsubscribe.url", |d| {
            d.list_unsubscribe = Some(ListUnsubscribe { url: "https://a>\r\nX: <b".into(), ..list() });
        }),
        ("attachments", |d| {
            d.attachments.push(Attachment {
                name: "a\r\nb".into(),
                content_type: "a/b".into(),
                bytes: vec![],
            });
        }),
    ];
    for (field, spoil) in cases {
        let mut spoiled = draft();
        spoil(&mut spoiled);
        let refused = compose(&spoiled, None);
        assert!(
            matches!(&refused, Err(MailError::Field { field: f, .. }) if f == field),
            "{field}: {refused:?}"
        );
    }
    let mut own = draft();
    own.headers.push(("Bcc".into(), "x@y.test".into()));
    assert!(compose(&own, None).is_err(), "own headers have their own fields");
}

#[test]
fn the_same_draft_gives_the_same_bytes() {
    let mut draft = draft();
    draft.html = Some(Harmless::cleaned("<p>안녕</p>"));
    draft.attachments.push(Attachment {
        name: "가.txt".into(),
        content_type: "text/plain".into(),
        bytes: b"x".to_vec(),
    });
    assert_eq!(compose(&draft, None).expect("composes"), compose(&draft, None).expect("composes"));
}

#[test]
fn html_is_cleaned_and_gets_a_text_part_with_its_links() {
    let mut draft = draft();
    draft.text = String::new();
    draft.html = Some(Harmless::cleaned(
        "<p>보세요 <a href=\"https://s.test/x\">여기</a><script>alert(1)</script></p>",
    ));
    let mail = read(&compose(&draft, None).expect("composes").bytes).expect("a mail");
    assert!(
        mail.has_plain && mail.text.contains("보세요") && mail.text.contains("https://s.test/x"),
        "{}",
        mail.text
    );
    let html = mail.html.expect("an html part");
    assert!(html.contains("여기") && !html.contains("script"), "{html}");
}

#[test]
fn the_envelope_names_every_recipient_once_and_the_bounce_address() {
    let mut draft = draft();
    draft.cc = vec![Mailbox::bare("boss@customer.test"), Mailbox::bare("BUYER@customer.test")];
    draft.return_path = Some("b+tok@sevenfold.test".into());
    let composed = compose(&draft, None).expect("composes");
    let to = vec!["buyer@customer.test".to_owned(), "boss@customer.test".to_owned()];
    assert_eq!(composed.envelope, Envelope { from: "b+tok@sevenfold.test".into(), to });
    let from = read(&composed.bytes).expect("a mail").from;
    assert_eq!(from, Some(draft.from));
}

#[test]
fn the_signature_covers_the_one_click_headers_relaxed() {
    let seed = base64::engine::general_purpose::STANDARD.encode([7_u8; 32]);
    let key = DkimKey::ed25519("s1", "sevenfold.test", &seed).expect("a key");
    let mut draft = draft();
    draft.list_unsubscribe = Some(list());
    let composed = compose(&draft, Some(&key)).expect("composes");
    let mail = read(&composed.bytes).expect("a mail");
    let signature = mail.header("dkim-signature").expect("signed").to_lowercase();
    for part in
        ["c=relaxed/relaxed", "d=sevenfold.test", "s=s1", "list-unsubscribe:", "list-unsubscribe-post"]
    {
        assert!(signature.contains(part), "{part} not in {signature}");
    }
    assert!(DkimKey::rsa("s1", "sevenfold.test", "no key").is_err());
}

#[test]
fn a_long_thread_keeps_its_first_and_newest_ids() {
    let mut draft = draft();
    draft.references = (0..300).map(|n| format!("m{n}@a.test")).collect();
    draft.references.push(format!("{}@a.test", "x".repeat(2000)));
    let mail = read(&compose(&draft, None).expect("composes").bytes).expect("a mail");
    assert_eq!(mail.references.len(), 20);
    assert_eq!((mail.references[0].as_str(), mail.references[19].as_str()), ("m0@a.test", "m299@a.test"));
    draft.references.truncate(1);
    let mail = read(&compose(&draft, None).expect("composes").bytes).expect("a mail");
    assert_eq!(mail.references, ["m0@a.test"]);
}

#[test]
fn message_ids_differ_and_carry_the_token() {
    let (a, b) = (new_message_id("tok", "s.test"), new_message_id("tok", "s.test"));
    assert!(a != b && a.starts_with("tok.") && a.ends_with("@s.test"));
}

proptest! {
    #[test]
    fn what_is_composed_is_seven_bit_and_reads_back_the_same(
        subject in "[a-zA-Z가-힣0-9 ,.!?()<>@:\"'-]{0,80}", name in "[a-zA-Z가-힣 ,.\"()-]{0,30}", text in "[ -~가-힣\n]{0,300}",
    ) {
        let mut draft = draft();
        draft.subject = subject.clone();
        draft.to = vec![Mailbox::named(name.trim(), "buyer@customer.test")];
        draft.text = text.clone();
        let composed = compose(&draft, None).expect("composes");
        prop_assert!(composed.bytes.is_ascii());
        prop_assert!(composed.bytes.split(|b| *b == b'\n').all(|line| line.len() <= 999));
        let bare = composed.bytes.windows(2).any(|w| (w[1] == b'\n') != (w[0] == b'\r'));
        prop_assert!(!bare, "a line end other than CRLF");
        let mail = read(&composed.bytes).expect("a mail");
        prop_assert_eq!(folded(&mail.subject), folded(&subject));
        prop_assert_eq!(mail.to[0].name.as_deref().map(folded).unwrap_or_default(), folded(&name));
        prop_assert_eq!(mail.text.trim_end(), text.trim_end());
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
