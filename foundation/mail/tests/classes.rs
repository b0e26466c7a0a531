//! The table of classes of section 6: the first that fits wins.

use chrono::{DateTime, TimeZone, Utc};
use mail::incoming::{AutomaticKind, BounceKind, Intent, unreached, weekday};
use mail::{Class, Context, Verdict, classify, read};

fn at(hour: u32, minute: u32, second: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 6, 1, hour, minute, second).single().expect("a time")
}

fn context() -> Context<'static> {
    Context {
        is_ours: &|id| id.ends_with("@sevenfold.test"),
        is_token: &|token| token == "tok1",
        token_header: "X-Sevenfold-Token",
        in_sent_folder: false,
        sent_at: Some(at(9, 0, 0)),
        received_at: at(12, 0, 0),
        country: Some("US"),
        is_business_day: &weekday,
    }
}

fn verdict(mail: &str) -> Verdict {
    classify(&read(mail.replace('\n', "\r\n").as_bytes()).expect("a mail"), &context())
}

fn report(kind: &str, part: &str, body: &str) -> String {
    format!(
        "From: mailer-daemon@a.test\nReturn-Path: <>\nAuto-Submitted: auto-replied\nSubject: Undelivered\n\
         Content-Type: multipart/report; report-type={kind}; boundary=x\n\n--x\nContent-Type: text/plain\n\nsee below\n\
         --x\nContent-Type: message/{part}\n\n{body}\n--x\nContent-Type: text/rfc822-headers\n\n\
         Message-ID: <m1@sevenfold.test>\nX-Sevenfold-Token: tok1\nSubject: hi\n\n--x--\n"
    )
}

#[test]
fn a_bounce_of_several_says_of_each_whom_the_mail_has_not_reached() {
    let part = |to: &str, action: &str, status: &str| {
        format!("\nFinal-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\n")
    };
    let parts = [
        part("still@c.test", "delayed", "4.4.1"),
        part("gone@c.test", "failed", "5.1.1"),
        part("there@c.test", "delivered", "2.0.0"),
        part("full@c.test", "failed", "5.2.2"),
    ];
    let text =
        report("delivery-status", "delivery-status", &format!("Reporting-MTA: dns; a\n{}", parts.concat()));
    let mail = read(text.replace('\n', "\r\n").as_bytes()).expect("a mail");
    let Class::Bounce { recipients } = classify(&mail, &context()).class else { panic!("a bounce") };
    let told = |all: &[mail::incoming::Bounced]| {
        all.iter().map(|b| (b.recipient.clone().unwrap_or_default(), b.kind)).collect::<Vec<_>>()
    };
    let of = |to: &str, kind| (format!("{to}@c.test"), kind);
    let given_up = [of("gone", BounceKind::Hard), of("full", BounceKind::Soft)];
    assert_eq!(told(&recipients), given_up, "who still waits is no bounce");
    let unreached = unreached(&mail, &recipients);
    assert_eq!(told(&unreached), [&[of("still", BounceKind::Soft)][..], &given_up].concat());
}

#[test]
fn the_first_class_that_fits_wins_and_names_its_rule() {
    let failed =
        "Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; b@c.test\nAction: failed\nStatus: 5.1.1\n";
    let delayed =
        "Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; b@c.test\nAction: delayed\nStatus: 4.4.1\n";
    let abuse = "Feedback-Type: abuse\nOriginal-Rcpt-To: <B@c.test>\n";
    let human = "From: b@c.test\nSubject: Re: hi\nIn-Reply-To: <m1@sevenfold.test>\n";
    for (mail, class, rule) in [
        ("Message-ID: <x@sevenfold.test>\nFrom: r@s.test\n\nhi\n".to_owned(), "own", "own.message_id"),
        (report("feedback-report", "feedback-report", abuse), "complaint", "complaint.feedback_report"),
        (report("delivery-status", "delivery-status", failed), "bounce", "bounce.delivery_status"),
        (report("delivery-status", "delivery-status", delayed), "receipt", "receipt.delivery_status"),
        (
            report("disposition-notification", "disposition-notification", "Disposition: manual-action; displayed"),
            "receipt",
            "receipt.disposition_notification",
        ),
        (
            "From: MAILER-DAEMON@a.test\nTo: b+tok1@s.test\nSubject: failure notice\n\n<b@c.test>:\n550 User unknown\n"
                .into(),
            "bounce",
            "bounce.server_sender",
        ),
        (
            "From: MAILER-DAEMON@a.test\nTo: b+forged@s.test\nSubject: failure notice\n\n<b@c.test>:\n550 User unknown\n"
                .into(),
            "automatic",
            "automatic.foreign_bounce",
        ),
        (
            "From: MAILER-DAEMON@a.test\nTo: b+tok1@s.test\nSubject: Warning: message delayed 24 hours\n\n<b@c.test>:\n\
             No action is required on your part. Delivery attempts will continue\n"
                .into(),
            "receipt",
            "receipt.delay_notice",
        ),
        (
            "From: no-reply@c.test\nTo: b+tok1@s.test\nSubject: Error\n\nYour mail could not be delivered to: <b@c.test>\n"
                .into(),
            "bounce",
            "bounce.return_path",
        ),
        (
            "From: b@c.test\nReturn-Path: <>\nTo: b+tok1@s.test\nSubject: Automatic reply: hi\n\nBob no longer works \
             here; mail to him could not be delivered\n"
                .into(),
            "automatic",
            "automatic.subject",
        ),
        (format!("{human}\nYour mail could not be delivered to Bob, he is not found here\n"), "human", "human"),
        ("From: b@c.test\nTo: u+tok1@s.test\nSubject: x\n\n\n".into(), "unsubscribe", "unsubscribe.recipient"),
        ("From: b@c.test\nSubject: RE: Unsubscribe\n\n\n".into(), "unsubscribe", "unsubscribe.subject"),
        ("From: b@c.test\nSubject: 수신거부\n\n\n".into(), "unsubscribe", "unsubscribe.subject"),
        (
            "From: b@c.test\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\n\
             ATTENDEE;PARTSTAT=ACCEPTED:mailto:b@c.test\nEND:VCALENDAR\n"
                .into(),
            "calendar",
            "calendar.reply",
        ),
        (format!("{human}Auto-Submitted: auto-replied\n\nhi\n"), "automatic", "automatic.header.auto-submitted"),
        (format!("{human}Auto-Submitted: no\n\nhi\n"), "human", "human"),
        (format!("{human}X-Auto-Response-Suppress: All\n\nhi\n"), "human", "human"),
        (format!("{human}X-Autoreply: yes\n\nhi\n"), "automatic", "automatic.header.x-autoreply"),
        (format!("{human}Precedence: auto_reply\n\nhi\n"), "automatic", "automatic.header.precedence"),
        (format!("{human}X-POST-MessageClass: 9; Autoresponder\n\nhi\n"), "automatic", "automatic.header.x-post-messageclass"),
        ("From: b@c.test\nSubject: 자동 응답: hi\n\nhi\n".into(), "automatic", "automatic.subject"),
        ("From: b@c.test\nSubject: hi\n\nI am on vacation and will return soon\n".into(), "automatic", "automatic.body"),
        ("From: b@c.test\nSubject: hi\n\nI am on leave\n".into(), "human", "human"),
        ("From: b@c.test\nSubject: n\nList-Id: <n.c.test>\n\nhi\n".into(), "bulk", "bulk.list_id"),
        ("From: b@c.test\nSubject: n\nPrecedence: bulk\n\nhi\n".into(), "bulk", "bulk.precedence"),
        (format!("{human}List-Id: <n.c.test>\n\nhi\n"), "human", "human"),
        (format!("{human}\nhi\n"), "human", "human"),
    ] {
        let verdict = verdict(&mail);
        assert_eq!((verdict.class.key(), verdict.rule.as_str()), (class, rule), "{mail}");
    }
}

#[test]
fn one_body_cue_counts_only_right_after_our_mail() {
    let mail = read("From: b@c.test\r\nSubject: hi\r\n\r\nI am on leave\r\n".as_bytes()).expect("a mail");
    let quick = Context { received_at: at(9, 1, 59), ..context() };
    assert_eq!(classify(&mail, &quick).rule, "automatic.quick_body");
    let slow = Context { received_at: at(9, 2, 1), ..context() };
    assert_eq!(classify(&mail, &slow).rule, "human");
}

#[test]
fn each_recipient_of_a_report_is_judged_by_itself() {
    let status = "Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; a@c.test\nAction: failed\nStatus: 5.1.1\n\n\
                  Final-Recipient: rfc822; b@c.test\nAction: delivered\nStatus: 2.0.0\n\n\
                  Final-Recipient: rfc822; c@c.test\nAction: failed\nStatus: 5.7.133\nDiagnostic-Code: smtp; 550 5.7.133 no\n";
    let Class::Bounce { recipients } = verdict(&report("delivery-status", "delivery-status", status)).class
    else {
        panic!("no bounce")
    };
    let told: Vec<_> =
        recipients.iter().map(|r| (r.recipient.as_deref(), r.kind, r.counts_for_health)).collect();
    assert_eq!(
        told,
        [(Some("a@c.test"), BounceKind::Hard, false), (Some("c@c.test"), BounceKind::Block, false)]
    );
}

#[test]
fn automatic_answers_have_their_kinds_dates_and_contacts() {
    for (text, kind, returns, resume, contact) in [
        (
            "I am out of the office until Friday June 5. Urgent: ann@c.test",
            AutomaticKind::Ooo,
            Some("2026-06-08"),
            Some("2026-06-09"),
            Some("ann@c.test"),
        ),
        ("I am out of the office.", AutomaticKind::Ooo, None, Some("2026-06-08"), None),
        ("I am out of the office until 2027-03-01", AutomaticKind::Ooo, Some("2027-03-02"), None, None),
        (
            "Bob is no longer with C. Please write to ann@c.test.",
            AutomaticKind::Left,
            None,
            None,
            Some("ann@c.test"),
        ),
        (
            "김철수 님은 퇴사하였습니다. ann@c.test로 연락 주세요",
            AutomaticKind::Left,
            None,
            None,
            Some("ann@c.test"),
        ),
        ("My new address is bob@d.test", AutomaticKind::Moved, None, None, Some("bob@d.test")),
        ("We have received your message. Ticket 123", AutomaticKind::Ack, None, None, None),
    ] {
        let mail = format!(
            "From: bob@c.test\nAuto-Submitted: auto-replied\nSubject: Re: hi\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
        );
        let Class::Automatic(found) = verdict(&mail).class else { panic!("{text}") };
        let day = |d: Option<chrono::NaiveDate>| d.map(|d| d.to_string());
        assert_eq!(found.kind, kind, "{text}");
        assert_eq!(day(found.returns).as_deref(), returns, "{text}");
        assert_eq!(day(found.resume_on).as_deref(), resume, "{text}");
        assert_eq!(found.contacts.first().map(String::as_str), contact, "{text}");
        assert_eq!(found.long_leave, text.contains("2027"));
    }
}

#[test]
fn intent_is_read_from_their_own_words_only() {
    let mail = "From: b@c.test\nSubject: Re: hi\nIn-Reply-To: <m1@sevenfold.test>\n\nSounds good, tell me more.\n\n\
                On Mon, Jun 1, 2026 at 9:00 AM Rep <r@s.test> wrote:\n> unsubscribe here if you are not interested?\n";
    let Class::Human { reply, intents } = verdict(mail).class else { panic!("not human") };
    assert_eq!(reply.text, "Sounds good, tell me more.");
    assert_eq!(intents.iter().map(|heard| heard.intent).collect::<Vec<_>>(), [Intent::Interested]);
}
