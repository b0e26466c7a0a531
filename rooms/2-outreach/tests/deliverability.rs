//! What keeps a sender welcome: domains that are set up, ramps and caps, mailboxes that stop by themselves or take turns.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use crate::support::{
    claim, doors, enrol, enrolment, mailbox_row, mails, pass, person, refused, sequence, text, told, work,
};
use axum::http::{Method, StatusCode};
use http_room::Role;
use http_room::app::Config;
use outreach::engine::plan;
use outreach::mailbox::health::{self, About, Trouble};
use outward::testing::{NameServer, Zone};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

/// A mailbox with a server of this name; nothing is connected.
async fn mailbox(house: &House, email: &str, host: &str, more: Json) -> String {
    let server =
        json!({ "host": host, "port": 2525, "security": "starttls", "username": "u", "password": "p" });
    let mut new =
        json!({ "email": email, "from_name": "Rep Lee", "gap_seconds": 0, "smtp": server, "imap": server });
    new.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    text(&house.post("/mailboxes", new).await["id"])
}

/// The house in an open network, with this name server.
fn opened(house: &mut House, names: &NameServer) {
    let before = (*house.app.config).clone();
    let config = Config {
        closed_network: false,
        name_server: Some(names.at),
        base_url: "https://crm.test".into(),
        ..before
    };
    house.app.config = Arc::new(config);
}

fn set_up(record: Option<&Json>) -> Zone {
    let zone = Zone::default()
        .text("ours.test", "v=spf1 a:mail.ours.test include:_spf.ours.test ~all")
        .text("_spf.ours.test", "v=spf1 ip4:192.0.2.0/24 -all")
        .text("_dmarc.ours.test", "v=DMARC1; p=quarantine; rua=mailto:dmarc@ours.test")
        .mail("ours.test", "mx.ours.test")
        .address("mail.ours.test", Ipv4Addr::new(8, 8, 4, 4))
        .pointer(IpAddr::from([8, 8, 4, 4]), "mail.ours.test");
    match record {
        Some(record) => zone.text(&text(&record["name"]), &text(&record["value"])),
        None => zone,
    }
}

/// Code and colour of what was found of one thing.
fn found<'a>(report: &'a Json, check: &str) -> (&'a str, &'a str) {
    let all = report["findings"].as_array().expect("findings");
    let one = all.iter().find(|f| f["check"] == check).unwrap_or_else(|| panic!("no {check} in {report}"));
    (one["code"].as_str().expect("a code"), one["state"].as_str().expect("a state"))
}

on_both_databases!(automatic_mail_waits_until_spf_dkim_and_dmarc_are_set_up, gate, doors);
async fn gate(mut house: House) {
    let id = mailbox(&house, "rep@ours.test", "mail.ours.test", json!({ "ramp": false })).await;
    let sequence = sequence(&house, &id).await;
    let ada = person(&house, "Ada", "ada@customer.test").await;
    let enrolled = enrol(&house, &sequence, &ada).await;
    let names = NameServer::start(set_up(None)).await;
    opened(&mut house, &names);
    plan::plan_due(&house.app).await.expect("planned");
    assert!(claim(&house).await.is_none(), "nobody has looked at the domain yet");
    let waiting = mails(&house, &enrolled, "out").await.remove(0);
    assert_eq!(
        (waiting["state"].as_str(), waiting["reason"].as_str()),
        (Some("queued"), Some("domain_unready"))
    );

    let report = house.post("/sending-domains/ours.test/check", json!({})).await;
    assert_eq!(found(&report, "spf"), ("spf_fine", "green"));
    assert_eq!(found(&report, "dkim"), ("dkim_missing", "red"));
    assert_eq!(found(&report, "dmarc"), ("dmarc_fine", "green"));
    assert_eq!(found(&report, "alignment"), ("alignment_one", "amber"));
    assert_eq!(found(&report, "mx"), ("mx_fine", "green"));
    assert_eq!(found(&report, "ptr"), ("ptr_fine", "green"));
    assert_eq!(found(&report, "tls").1, "red", "nobody is there");
    assert_eq!(found(&report, "unsubscribe"), ("unsubscribe_fine", "green"));
    assert_eq!(found(&report, "links"), ("links_foreign", "amber"), "crm.test, not ours.test");
    assert_eq!((report["ready"].as_bool(), report["state"].as_str()), (Some(false), Some("red")));
    let dkim = &report["findings"][1];
    assert!(
        dkim["fix"]["en"].as_str().is_some_and(|fix| fix.ends_with('.')) && dkim["fix"]["ko"].is_string()
    );
    assert!(claim(&house).await.is_none());

    let record = house.post("/sending-domains/ours.test/key", json!({})).await;
    assert!(text(&record["value"]).starts_with("v=DKIM1; k=rsa; p=MII"), "{record}");
    let report = house.post("/sending-domains/ours.test/check", json!({})).await;
    assert_eq!(found(&report, "dkim"), ("dkim_unpublished", "red"));
    let names = NameServer::start(set_up(Some(&record))).await;
    opened(&mut house, &names);
    let report = house.post("/sending-domains/ours.test/check", json!({})).await;
    assert_eq!((found(&report, "dkim"), report["ready"].as_bool()), (("dkim_fine", "green"), Some(true)));
    assert!(claim(&house).await.is_some(), "it leaves at once");
    let verdicts: Vec<Json> =
        told(&house, "domain.checked").await.iter().map(|e| e["ready"].clone()).collect();
    assert_eq!(verdicts, [json!(false), json!(true)], "told when it changes");

    let all = house.get("/sending-domains").await;
    assert_eq!((&all["closed_network"], &all["domains"][0]["waits"]), (&json!(false), &json!(false)));
    assert_eq!(all["domains"][0]["key"], record);
    assert!(!all.to_string().contains("PRIVATE"), "the private half is never shown");
}

on_both_databases!(a_second_mailbox_of_a_domain_stands_as_the_first_does, second, doors);
async fn second(mut house: House) {
    let local = mailbox(&house, "near@ours.test", "localhost", json!({})).await;
    let names = NameServer::start(set_up(None)).await;
    opened(&mut house, &names);
    let state = async |id: &str| text(&house.get(&format!("/mailboxes/{id}")).await["domain_state"]);
    let first = mailbox(&house, "rep@ours.test", "mail.ours.test", json!({})).await;
    assert_eq!((state(&local).await.as_str(), state(&first).await.as_str()), ("exempt", "unchecked"));
    house.post("/sending-domains/OURS.test/check", json!({})).await;
    let second = mailbox(&house, "boss@ours.test", "mail.ours.test", json!({})).await;
    let other = mailbox(&house, "boss@other.test", "mail.ours.test", json!({})).await;
    for (id, expected) in [(&local, "exempt"), (&first, "failed"), (&second, "failed"), (&other, "unchecked")]
    {
        assert_eq!(state(id).await, expected);
    }
    let view = house.get(&format!("/mailboxes/{second}")).await;
    assert_eq!((&view["ramp_level"], &view["cap_now"]), (&json!(1), &json!(5)), "a new one starts slowly");
    let near = house.get(&format!("/mailboxes/{local}")).await;
    assert_eq!((&near["ramp_level"], &near["cap_now"]), (&Json::Null, &json!(50)));
}

on_both_databases!(a_domain_is_whose_mailboxes_send_from_it_and_keys_are_for_administrators, whose, doors);
async fn whose(house: House) {
    mailbox(&house, "rep@ours.test", "mail.ours.test", json!({})).await;
    let (status, _) = house
        .send(&house.stranger, Method::POST, "/sending-domains/ours.test/key", Some(json!({})), &[])
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let rep = house.member(Role::Rep).await;
    let (status, _) =
        house.send(&rep, Method::POST, "/sending-domains/ours.test/key", Some(json!({})), &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let made = house.post("/sending-domains/ours.test/key", json!({})).await;
    let again = refused(&house, Method::POST, "/sending-domains/ours.test/key", json!({})).await;
    assert_eq!((again.0, again.1.as_str()), (StatusCode::CONFLICT, "dkim_key_exists"));
    let sealed = store::Sql::new(house.app.db.engine(), "SELECT private_key FROM dkim_key");
    let sealed: String = sealed.scalar(house.app.db.read()).await.expect("the database").expect("a key");
    assert!(!sealed.contains("PRIVATE"), "{sealed}");
    let (status, _) =
        house.send(&house.owner, Method::DELETE, "/sending-domains/ours.test/key", None, &[]).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, _) =
        house.send(&house.owner, Method::DELETE, "/sending-domains/ours.test/key", None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let kinds = ["domain.key_made", "domain.key_taken"];
    for kind in kinds {
        assert_eq!(told(&house, kind).await.len(), 1, "{kind}");
    }
    assert!(!text(&made["name"]).is_empty());
}

/// People each of a company and domain of their own, enrolled.
async fn enrolled(house: &House, sequence: &str, count: usize) -> Vec<String> {
    let mut all = Vec::new();
    for n in 0..count {
        let letter = char::from(b'a' + u8::try_from(n).expect("a letter for each"));
        let name = format!("Ada{letter}");
        let who = person(house, &name, &format!("ada@customer{n}.test")).await;
        all.push(enrol(house, sequence, &who).await);
    }
    all
}

/// How many mails may leave now.
async fn leaving(house: &House) -> usize {
    let mut count = 0;
    while claim(house).await.is_some() {
        count += 1;
    }
    count
}

on_both_databases!(a_new_mailbox_sends_five_a_day_and_climbs_when_all_goes_well, ramp, doors);
async fn ramp(house: House) {
    let id = mailbox(&house, "rep@ours.test", "localhost", json!({ "ramp": true, "daily_cap": 400 })).await;
    let sequence = sequence(&house, &id).await;
    enrolled(&house, &sequence, 26).await;
    plan::plan_due(&house.app).await.expect("planned");
    let mut sent = Vec::new();
    for _ in 0..4 {
        sent.push(leaving(&house).await);
        pass(&house, 86_400);
    }
    assert_eq!(sent, [5, 5, 5, 5], "the fourth day's first mail shows that the level is over");
    for timer in outreach::door().timers.iter().filter(|timer| timer.name == "outreach.ramps") {
        assert_eq!((timer.run)(house.app.clone()).await.expect("judged"), 1);
        assert_eq!((timer.run)(house.app.clone()).await.expect("judged"), 0, "once");
    }
    let view = house.get(&format!("/mailboxes/{id}")).await;
    assert_eq!((&view["ramp_level"], &view["cap_now"]), (&json!(2), &json!(10)));
    assert_eq!(leaving(&house).await, 6, "all that were left");
    let ended = house.patch(&format!("/mailboxes/{id}"), json!({ "ramp": false })).await;
    assert_eq!((&ended["ramp_level"], &ended["cap_now"]), (&Json::Null, &json!(400)));
}

on_both_databases!(an_hour_has_its_own_cap, hourly, doors);
async fn hourly(house: House) {
    let id = mailbox(&house, "rep@ours.test", "localhost", json!({ "hourly_cap": 2 })).await;
    let sequence = sequence(&house, &id).await;
    let all = enrolled(&house, &sequence, 3).await;
    plan::plan_due(&house.app).await.expect("planned");
    assert_eq!(leaving(&house).await, 2);
    let mut reasons = Vec::new();
    for id in &all {
        reasons.extend(mails(&house, id, "out").await[0]["reason"].as_str().map(str::to_owned));
    }
    assert_eq!(reasons, ["hourly_cap"]);
    pass(&house, 3600);
    assert_eq!(leaving(&house).await, 1);
    let none = house.patch(&format!("/mailboxes/{id}"), json!({ "hourly_cap": null })).await;
    assert_eq!(none["hourly_cap"], Json::Null);
    let wrong = refused(&house, Method::PATCH, &format!("/mailboxes/{id}"), json!({ "hourly_cap": 0 })).await;
    assert_eq!(wrong.0, StatusCode::UNPROCESSABLE_ENTITY);
}

on_both_databases!(the_providers_ceiling_holds_whatever_the_owner_wants, ceiling, doors);
async fn ceiling(house: House) {
    let id = mailbox(&house, "me@gmail.com", "smtp.gmail.com", json!({ "daily_cap": 2000 })).await;
    let view = house.get(&format!("/mailboxes/{id}")).await;
    assert_eq!((&view["provider"], &view["cap_now"]), (&json!("gmail"), &json!(500)));
    let row = mailbox_row(&house, &id).await;
    assert_eq!(row.gap(), 0);
    let id = mailbox(&house, "rep@ours.test", "smtp.office365.com", json!({})).await;
    assert_eq!(mailbox_row(&house, &id).await.gap(), 2, "30 a minute");
}

on_both_databases!(a_mailbox_stops_itself_after_three_blocks_in_an_hour, blocked, doors);
async fn blocked(house: House) {
    let id = mailbox(&house, "rep@ours.test", "localhost", json!({})).await;
    let sequence = sequence(&house, &id).await;
    enrolled(&house, &sequence, 1).await;
    plan::plan_due(&house.app).await.expect("planned");
    let trouble = async |kind: Trouble| {
        let mut tx = house.app.db.write_tx().await.expect("a transaction");
        let about = About {
            workspace: house.owner.workspace,
            mailbox: id.parse().expect("an id"),
            message: kernel::MessageId::new(),
            sent_at: house.app.clock.now(),
        };
        health::note(&mut tx, &about, kind, house.app.clock.now()).await.expect("noted");
        tx.commit().await.expect("commit");
    };
    trouble(Trouble::Block).await;
    trouble(Trouble::Block).await;
    pass(&house, 3601);
    trouble(Trouble::Block).await;
    trouble(Trouble::Hard).await;
    assert_eq!(house.get(&format!("/mailboxes/{id}")).await["state"], "active", "spread over two hours");
    trouble(Trouble::Block).await;
    trouble(Trouble::Block).await;
    let view = house.get(&format!("/mailboxes/{id}")).await;
    assert_eq!((&view["state"], &view["state_reason"]), (&json!("paused"), &json!("health_blocks")));
    assert_eq!(told(&house, "mailbox.halted").await[0]["reason"], "health_blocks");
    assert!(claim(&house).await.is_none());
    house.patch(&format!("/mailboxes/{id}"), json!({ "state": "active" })).await;
    assert!(claim(&house).await.is_some(), "a person lets it go on");
}

on_both_databases!(a_refusal_of_the_server_counts_against_the_mailbox, refusals_count, doors);
async fn refusals_count(house: House) {
    use mail::Outcome;
    use mail::smtp::Refusal;
    let id = mailbox(&house, "rep@ours.test", "localhost", json!({})).await;
    let sequence = sequence(&house, &id).await;
    enrolled(&house, &sequence, 3).await;
    plan::plan_due(&house.app).await.expect("planned");
    let sender = outreach::engine::send::Sender::default();
    for text in ["5.7.26 unauthenticated mail", "4.7.28 rate limited", "5.7.1 blocked by policy as spam"] {
        let claimed = claim(&house).await.expect("a mail");
        let (status, transient) = (text.split(' ').next().map(str::to_owned), text.starts_with('4'));
        let code = if transient { 450 } else { 550 };
        let refusal = Refusal { transient, code, status, text: text.to_owned(), recipient: None };
        sender.settle(&house.app, claimed, Outcome::Refused(refusal)).await.expect("settled");
    }
    assert_eq!(house.get(&format!("/mailboxes/{id}")).await["state_reason"], "health_blocks");
}

on_both_databases!(conversations_begin_from_several_mailboxes_and_stay_where_they_began, rotation, doors);
async fn rotation(house: House) {
    let one = mailbox(&house, "one@ours.test", "localhost", json!({ "daily_cap": 20 })).await;
    let two = mailbox(&house, "two@ours.test", "localhost", json!({ "daily_cap": 20 })).await;
    let sequence = sequence(&house, &one).await;
    let path = format!("/sequences/{sequence}");
    let nobodys = json!({ "mailbox_ids": [kernel::MailboxId::new()] });
    assert_eq!(refused(&house, Method::PATCH, &path, nobodys).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let after = house.patch(&path, json!({ "mailbox_ids": [two] })).await;
    assert_eq!(after["mailbox_ids"], json!([two]));
    let all = enrolled(&house, &sequence, 12).await;
    plan::plan_due(&house.app).await.expect("planned");
    let mut from = Vec::new();
    for id in &all {
        let mail = mails(&house, id, "out").await.remove(0);
        assert_eq!(mail["mailbox_id"], enrolment(&house, id).await["mailbox_id"]);
        from.push(text(&mail["mailbox_id"]));
    }
    assert!(from.contains(&one) && from.contains(&two), "{from:?}");

    // One is taken off: what had not begun moves to the other.
    let gone = house.send(&house.owner, Method::DELETE, &format!("/mailboxes/{one}"), None, &[]).await;
    assert_eq!(gone.0, StatusCode::NO_CONTENT);
    assert!(leaving(&house).await > 0);
    plan::plan_due(&house.app).await.expect("planned");
    leaving(&house).await;
    for id in &all {
        let mail = mails(&house, id, "out").await.remove(0);
        assert_eq!(
            (mail["mailbox_id"].as_str(), mail["from_address"].as_str()),
            (Some(two.as_str()), Some("two@ours.test"))
        );
    }
}

on_both_databases!(what_has_begun_waits_two_business_days_for_its_mailbox_then_halts, lost, doors);
async fn lost(house: House) {
    let mailbox = crate::support::sandbox(&house).await;
    let sequence = sequence(&house, &mailbox).await;
    let id = enrolled(&house, &sequence, 1).await.remove(0);
    work(&house).await;
    assert_eq!(mails(&house, &id, "out").await[0]["state"], "sent");
    let gone = house.send(&house.owner, Method::DELETE, &format!("/mailboxes/{mailbox}"), None, &[]).await;
    assert_eq!(gone.0, StatusCode::NO_CONTENT);
    pass(&house, 86_400);
    work(&house).await;
    assert_eq!(enrolment(&house, &id).await["state"], "active", "it waits");
    assert_eq!(mails(&house, &id, "out").await.len(), 1);
    pass(&house, 3 * 86_400);
    work(&house).await;
    let halted = enrolment(&house, &id).await;
    assert_eq!((&halted["state"], &halted["reason"]), (&json!("paused"), &json!("mailbox_lost")));
}

on_both_databases!(a_line_break_in_a_merge_field_never_reaches_the_header, injection, doors);
async fn injection(house: House) {
    let id = mailbox(&house, "rep@ours.test", "localhost", json!({})).await;
    let steps = json!([{ "subject": "About {{ deal.why_them }}", "body": "Hello {{ person.given_name }}, how do you do this today?" }]);
    let sequence = crate::support::sequence_of(&house, &id, steps).await;
    let ada = person(&house, "Ada", "ada@customer.test").await;
    crate::support::researched(&house, &ada).await;
    let why = "your plans\r\nBcc: everybody@elsewhere.test";
    let asked = json!({ "person_ids": [ada], "why_them": why });
    let answer = house.post(&format!("/sequences/{sequence}/enrol"), asked).await;
    let enrolled = text(&answer["enrolled"][0]);
    work(&house).await;
    let mail = mails(&house, &enrolled, "out").await.remove(0);
    assert_eq!((&mail["state"], &mail["reason"]), (&json!("failed"), &json!("unsendable")));
    let words = text(&mail["response"]);
    assert!(words.contains("subject") && words.contains("control character"), "{words}");
}

on_both_databases!(a_bounce_and_a_complaint_count_against_the_mailbox_they_are_about, came_back, doors);
async fn came_back(house: House) {
    let mailbox = crate::support::sandbox(&house).await;
    let sequence = sequence(&house, &mailbox).await;
    let all = enrolled(&house, &sequence, 2).await;
    work(&house).await;
    let mut ids = Vec::new();
    for id in &all {
        let mail = mails(&house, id, "out").await.remove(0);
        ids.push((text(&mail["mime_id"]), text(&mail["to_address"])));
    }
    let report = |kind: &str, part: &str, about: &(String, String), number: usize| {
        format!(
            "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.customer.test\r\nTo: you@sandbox.invalid\r\nSubject: Report\r\n\
             Message-ID: <report.{number}@mx.customer.test>\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type={kind}; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nA report.\r\n--b\r\nContent-Type: message/{kind}\r\n\r\n{part}\r\n\
             --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{}>\r\nSubject: A question\r\n\r\n--b--\r\n",
            about.0
        )
    };
    let bounce = format!(
        "Reporting-MTA: dns; mx.customer.test\r\n\r\nFinal-Recipient: rfc822; {}\r\nAction: failed\r\nStatus: 5.1.1\r\n",
        ids[0].1
    );
    let complaint = format!(
        "Feedback-Type: abuse\r\nUser-Agent: x/1\r\nVersion: 1\r\nOriginal-Rcpt-To: <{}>\r\n",
        ids[1].1
    );
    let arrivals = [
        report("delivery-status", &bounce, &ids[0], 1),
        report("delivery-status", &bounce, &ids[0], 2),
        report("feedback-report", &complaint, &ids[1], 3),
    ];
    for (uid, bytes) in (1..).zip(&arrivals) {
        crate::support::arrive_bytes(&house, &mailbox, uid, bytes.as_bytes()).await;
    }
    let since = house.app.clock.now().plus_days(-1);
    let id = mailbox.parse().expect("an id");
    let rates = health::rates(&house.app.db, id, since).await.expect("the database");
    assert_eq!((rates.hard, rates.complaints, rates.blocks), (1, 1, 0), "the same bounce counts once");
}
