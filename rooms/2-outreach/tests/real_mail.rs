//! The whole way with a real postfix and a real dovecot.

use std::io::Write;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::oauth::{CLIENT, OAuthServer};
use crate::support::{
    answer_to, begin, claim, doors, enrol, enrolment, mailbox_row, mails, pass, person, sequence, text, told,
};
use hosts::mail::MailHost;
use kernel::Timestamp;
use mail::{Draft, Mailbox, compose, new_message_id, read};
use outreach::engine::send::{Sender, send_next};
use outreach::engine::{lease, plan};
use outward::testing::{NameServer, Zone};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

const REP: (&str, &str) = ("rep@sevenfold.test", "rep-pw");
const BUYER: (&str, &str) = ("buyer@customer.test", "buyer-pw");
const OTHER: (&str, &str) = ("joon@customer.test", "joon-pw");
const SOON: Duration = Duration::from_secs(30);

fn settings(host: &MailHost) -> Json {
    let server = |port: u16, security: &str| json!({ "host": "localhost", "port": port, "security": security, "username": REP.0, "password": REP.1 });
    json!({
        "email": REP.0, "from_name": "Rep Lee", "daily_cap": 50, "gap_seconds": 0, "certificate_pem": host.certificate_pem,
        "smtp": server(host.smtp_port, "starttls"), "imap": server(host.imaps_port, "tls"),
    })
}

async fn connected(house: &House, host: &MailHost) -> String {
    house.app.clock.set(Timestamp::from_utc(chrono::Utc::now()));
    text(&house.post("/mailboxes", settings(host)).await["id"])
}

/// Reads the mailbox until that many mails were new.
async fn read_until(house: &House, mailbox: &str, wanted: usize) {
    let connections = outreach::engine::read::Connections::default();
    let deadline = tokio::time::Instant::now() + SOON;
    let mut new = 0;
    while new < wanted {
        let row = mailbox_row(house, mailbox).await;
        new += outreach::engine::read::read_mailbox(&house.app, &connections, &row).await.expect("read");
        pass(house, 1);
        assert!(
            tokio::time::Instant::now() < deadline,
            "{new} of {wanted} mails; {:?}",
            mailbox_row(house, mailbox).await.state_reason
        );
    }
}

on_both_databases!(
    a_mailbox_sends_and_reads_with_a_token_and_waits_for_somebody_to_sign_in_again,
    by_token,
    doors
);
async fn by_token(house: House) {
    let server = OAuthServer::start(REP.0).await;
    let host = MailHost::start_with_tokens(&[REP, BUYER, OTHER], &format!("{}/introspect", server.at))
        .await
        .expect("mail host");
    let mailbox = signed_in(&house, &host, &server).await;
    let tested = house.post(&format!("/mailboxes/{mailbox}/test"), json!({})).await;
    assert_eq!(tested["ok"], true, "{tested}\n{}", host.log());
    let sequence = sequence(&house, &mailbox).await;
    let buyer = person(&house, "Minji", BUYER.0).await;
    let id = enrol(&house, &sequence, &buyer).await;
    house.tick().await;
    host.wait_for_mail(BUYER.0, 1, SOON).await.expect("the first mail");
    assert!(host.log().contains("sasl_method=XOAUTH2"), "postfix took the token");

    // The mail server forgets the token: it is renewed, and what was not read is read.
    server.forget_access();
    pass(&house, 120);
    let ours = mails(&house, &id, "out").await.remove(0);
    let away = answer_to(&house, &ours, "Sounds good, are you free on Tuesday?");
    let bytes = compose(&away, None).expect("composes").bytes;
    host.deliver_from(&bytes, BUYER.0, REP.0).await.expect("delivered");
    host.wait_for_mail(REP.0, 1, SOON).await.expect("the answer");
    read_until(&house, &mailbox, 1).await;
    assert_eq!(enrolment(&house, &id).await["state"], "replied");
    assert_eq!(server.asked("refresh_token"), 1);
    assert_eq!(mailbox_row(&house, &mailbox).await.state, "active");

    // Consent is taken back: the next mail waits, and leaves once somebody signs in again.
    server.revoke_all();
    pass(&house, 3600);
    let other = person(&house, "Joon", OTHER.0).await;
    let other = enrol(&house, &sequence, &other).await;
    let (row, connections) =
        (mailbox_row(&house, &mailbox).await, outreach::engine::read::Connections::default());
    outreach::engine::read::read_mailbox(&house.app, &connections, &row).await.expect("read");
    let row = mailbox_row(&house, &mailbox).await;
    assert!(row.signed_out_at.is_some(), "{row:?}");
    house.tick().await;
    assert_eq!(mails(&house, &other, "out").await[0]["state"], "queued");
    assert_eq!(signed_in(&house, &host, &server).await, mailbox);
    house.tick().await;
    host.wait_for_mail(OTHER.0, 1, SOON).await.expect("the mail that waited");
    assert_eq!(told(&house, "mail.sent").await.len(), 2);
}

/// A mailbox that signs in at the provider whose tokens the host believes.
async fn signed_in(house: &House, host: &MailHost, server: &OAuthServer) -> String {
    let known = house.get("/sign-in-providers").await;
    let provider = match known["providers"][0]["id"].as_str() {
        Some(id) => id.to_owned(),
        None => {
            house.app.clock.set(Timestamp::from_utc(chrono::Utc::now()));
            let at = |port: u16, security: &str| json!({ "host": "localhost", "port": port, "security": security });
            let new = json!({ "kind": "custom", "name": "Ours", "client_id": CLIENT.0, "client_secret": CLIENT.1,
                "authorize_url": format!("{}/authorize", server.at), "token_url": format!("{}/token", server.at),
                "scopes": "openid email mail", "smtp": at(host.smtp_port, "starttls"), "imap": at(host.imaps_port, "tls") });
            text(&house.post("/sign-in-providers", new).await["id"])
        }
    };
    let begun = house.post("/mailbox-sign-ins", json!({ "provider_id": provider })).await;
    let back = server.consent(&text(&begun["authorize_url"])).await;
    let mailbox = text(&house.post("/mailbox-sign-ins/finish", json!(back)).await["id"]);
    let patch = json!({ "certificate_pem": host.certificate_pem, "gap_seconds": 0 });
    house.patch(&format!("/mailboxes/{mailbox}"), patch).await;
    mailbox
}

on_both_databases!(a_two_step_sequence_over_real_servers_stops_when_the_prospect_answers, whole_way, doors);
async fn whole_way(house: House) {
    let host = MailHost::start(&[REP, BUYER]).await.expect("mail host");
    let mailbox = connected(&house, &host).await;
    let tested = house.post(&format!("/mailboxes/{mailbox}/test"), json!({})).await;
    assert_eq!(tested["ok"], true, "{tested}");
    let sequence = sequence(&house, &mailbox).await;
    let buyer = person(&house, "Minji", BUYER.0).await;
    let id = enrol(&house, &sequence, &buyer).await;
    house.tick().await;
    let arrived = host.wait_for_mail(BUYER.0, 1, SOON).await.expect("the first mail");
    let first = read(&arrived[0]).expect("a mail");
    let ours = mails(&house, &id, "out").await.remove(0);
    assert_eq!(ours["state"], "sent");
    assert_eq!(first.message_id.as_deref(), ours["mime_id"].as_str());
    assert_eq!(first.from, Some(Mailbox::named("Rep Lee", REP.0)));
    assert_eq!(first.subject, "A question about Minji's company");
    let token = first.header("x-sevenfold-ref").expect("our token").to_owned();
    let way_out = first.header("list-unsubscribe").expect("a way out");
    assert!(way_out.contains(&format!("/u/{token}>")) && way_out.contains("mailto:"), "{way_out}");
    assert_eq!(first.header("list-unsubscribe-post"), Some("List-Unsubscribe=One-Click"));
    assert!(first.text.contains(&format!("/u/{token}")), "the way out is visible too");

    let reply = answer_to(&house, &ours, "Sounds good, are you free on Tuesday?");
    host.deliver_from(&compose(&reply, None).expect("composes").bytes, BUYER.0, REP.0)
        .await
        .expect("delivered");
    host.wait_for_mail(REP.0, 1, SOON).await.expect("the answer");
    read_until(&house, &mailbox, 1).await;
    assert_eq!(enrolment(&house, &id).await["state"], "replied");
    let said = told(&house, "reply.received").await;
    assert_eq!((said[0]["class"].as_str(), said[0]["positive"].as_bool()), (Some("human"), Some(true)));
    pass(&house, 9 * 86_400);
    house.tick().await;
    assert_eq!(mails(&house, &id, "out").await.len(), 1, "the second mail was due");
    assert_eq!(host.read_maildir(BUYER.0).expect("the inbox").len(), 1);
}

on_both_databases!(
    an_address_that_does_not_exist_is_suppressed_at_once_or_when_the_report_comes,
    dead,
    doors
);
async fn dead(house: House) {
    let host = MailHost::start(&[REP, BUYER]).await.expect("mail host");
    let mailbox = connected(&house, &host).await;
    let sequence = sequence(&house, &mailbox).await;
    let refused = person(&house, "Refused", "nobody@customer.test").await;
    let outside = person(&house, "Outside", "gone@nowhere.test").await;
    let refused = enrol(&house, &sequence, &refused).await;
    let outside = enrol(&house, &sequence, &outside).await;
    house.tick().await;
    let now = enrolment(&house, &refused).await;
    assert_eq!((now["state"].as_str(), now["reason"].as_str()), (Some("failed"), Some("hard_bounce")));
    assert_eq!(told(&house, "mail.sent").await.len(), 1, "the other one left");
    host.wait_for_mail(REP.0, 1, SOON).await.expect("the report");
    // The reader may have met the report already.
    if mails(&house, &outside, "out").await[0]["state"] == "sent" {
        read_until(&house, &mailbox, 1).await;
    }
    assert_eq!(mails(&house, &outside, "out").await[0]["state"], "bounced");
    assert_eq!(enrolment(&house, &outside).await["reason"], "hard_bounce");
    let list = house.get("/suppressions?sort=created_at").await;
    let who: Vec<&str> =
        list["items"].as_array().expect("a list").iter().filter_map(|s| s["text"].as_str()).collect();
    assert_eq!(who, ["nobody@customer.test", "gone@nowhere.test"]);
}

on_both_databases!(a_crash_after_the_content_began_brings_no_second_mail_into_the_inbox, crash, doors);
async fn crash(house: House) {
    let host = MailHost::start(&[REP, BUYER]).await.expect("mail host");
    let mailbox = connected(&house, &host).await;
    let sequence = sequence(&house, &mailbox).await;
    let buyer = person(&house, "Minji", BUYER.0).await;
    let id = enrol(&house, &sequence, &buyer).await;
    plan::plan_due(&house.app).await.expect("planned");
    let claimed = claim(&house).await.expect("a mail");
    assert!(begin(&house, &claimed).await);
    // The content leaves, and the sender dies before it can write that down.
    let row = &claimed.message;
    let mut sent = Draft::new(
        Mailbox::bare(REP.0),
        Mailbox::bare(BUYER.0),
        &row.subject,
        &row.text,
        row.mime_id.as_deref().expect("an id"),
        chrono::Utc::now(),
    );
    sent.reply_to = None;
    host.deliver_from(&compose(&sent, None).expect("composes").bytes, REP.0, BUYER.0)
        .await
        .expect("delivered");
    host.wait_for_mail(BUYER.0, 1, SOON).await.expect("it arrived");
    pass(&house, 121);
    lease::release_lost(&house.app).await.expect("the database");
    assert_eq!(mails(&house, &id, "out").await[0]["state"], "uncertain");
    house.tick().await;
    assert_eq!(mails(&house, &id, "out").await[0]["state"], "uncertain", "no copy of it is in our mailbox");
    // A mail sent now by hand proves that sending goes on; only the uncertain one is left alone.
    let hand = json!({ "mailbox_id": mailbox, "person_id": text(&enrolment(&house, &id).await["person_id"]), "subject": "By hand", "text": "Hello again." });
    house.post("/messages", hand).await;
    house.tick().await;
    let all = host.wait_for_mail(BUYER.0, 2, SOON).await.expect("the mail by hand");
    let same = |bytes: &&Vec<u8>| read(bytes).expect("a mail").message_id == row.mime_id;
    assert_eq!((all.len(), all.iter().filter(same).count()), (2, 1));
}

on_both_databases!(two_senders_at_once_send_one_mail, two_senders, doors);
async fn two_senders(house: House) {
    let host = MailHost::start(&[REP, BUYER]).await.expect("mail host");
    let mailbox = connected(&house, &host).await;
    let sequence = sequence(&house, &mailbox).await;
    let buyer = person(&house, "Minji", BUYER.0).await;
    let id = enrol(&house, &sequence, &buyer).await;
    plan::plan_due(&house.app).await.expect("planned");
    let (one, other) = (Sender::default(), Sender::default());
    let sent = tokio::join!(send_next(&house.app, &one), send_next(&house.app, &other));
    assert_eq!(sent.0.expect("sent") + sent.1.expect("sent"), 1);
    host.deliver(plain("marker").as_slice(), BUYER.0).await.expect("delivered");
    let all = host.wait_for_mail(BUYER.0, 2, SOON).await.expect("both");
    assert_eq!(all.len(), 2, "ours and the marker");
    assert_eq!(mails(&house, &id, "out").await[0]["attempts"], 1);
}

on_both_databases!(what_leaves_is_signed_so_that_others_verify_it, signed, doors);
async fn signed(house: House) {
    let host = MailHost::start(&[REP, BUYER]).await.expect("mail host");
    let mailbox = connected(&house, &host).await;
    let record = house.post("/sending-domains/sevenfold.test/key", json!({})).await;
    let (name, value) = (text(&record["name"]), text(&record["value"]));
    let sequence = sequence(&house, &mailbox).await;
    let buyer = person(&house, "민지", BUYER.0).await;
    enrol(&house, &sequence, &buyer).await;
    house.tick().await;
    let arrived = host.wait_for_mail(BUYER.0, 1, SOON).await.expect("the mail").remove(0);
    let mail = String::from_utf8(arrived.clone()).expect("7-bit");
    let signature = read(&arrived).expect("a mail").header("dkim-signature").expect("signed").to_lowercase();
    let names =
        "from to subject date message-id mime-version content-type list-unsubscribe list-unsubscribe-post";
    let signed =
        signature.split(';').find_map(|tag| tag.trim().strip_prefix("h=")).expect("names of headers");
    let signed: Vec<String> = signed.split(':').map(|name| name.split_whitespace().collect()).collect();
    for name in names.split(' ') {
        assert!(signed.iter().any(|s| s == name), "{name} not in {signed:?}");
    }
    let at = mail.find("\r\n\r\n").or(mail.find("\n\n")).expect("a body") + 4;
    let spoiled = [
        ("as it came", mail.clone(), true),
        ("another body", format!("{}x{}", &mail[..at], &mail[at..]), false),
        ("another subject", mail.replacen("Subject: ", "Subject: Fwd ", 1), false),
        ("another way out", mail.replacen("One-Click", "One-Clicks", 1), false),
        ("another kind", mail.replacen("multipart/alternative", "multipart/mixed", 1), false),
        ("an added cc", mail.replacen("Subject: ", "Cc: x@y.test\r\nSubject: ", 1), false),
        ("unsigned", mail.replacen("DKIM-Signature", "X-Signature", 1), false),
    ];
    let names = NameServer::start(Zone::default().text(&name, &value)).await;
    for (what, mail, expected) in spoiled {
        assert_eq!(verified(&mail, names.at).await, expected, "mail-auth: {what}");
        assert_eq!(verified_by_dkimpy(&mail, &value), expected, "dkimpy: {what}");
    }
}

/// Whether mail-auth finds a signature, and that it holds. Asks for the key by DNS.
async fn verified(mail: &str, name_server: SocketAddr) -> bool {
    use mail_auth::hickory_resolver::config::{
        ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts,
    };
    let mut connection = ConnectionConfig::udp();
    connection.port = name_server.port();
    let servers = vec![NameServerConfig::new(name_server.ip(), true, vec![connection])];
    let config = ResolverConfig::from_name_servers(servers);
    let resolver = mail_auth::MessageAuthenticator::new(config, ResolverOpts::default()).expect("a resolver");
    let wire = mail.replace("\r\n", "\n").replace('\n', "\r\n");
    let message = mail_auth::AuthenticatedMessage::parse(wire.as_bytes()).expect("a mail");
    let results = resolver.verify_dkim(&message).await;
    !results.is_empty() && results.iter().all(|r| *r.result() == mail_auth::DkimResult::Pass)
}

/// The same by dkimpy, which `scripts/install test` puts into target/dkimpy.
fn verified_by_dkimpy(mail: &str, record: &str) -> bool {
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/dkimpy/bin/python");
    let program = "import sys, dkim\nmail = sys.stdin.buffer.read()\n\
                   print(dkim.verify(mail, dnsfunc=lambda name, timeout=5: sys.argv[1].encode()))";
    let mut python = Command::new(place)
        .args(["-c", program, record])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|why| panic!("{place}: {why}; run scripts/install test"));
    let wire = mail.replace("\r\n", "\n").replace('\n', "\r\n");
    python.stdin.take().expect("a pipe").write_all(wire.as_bytes()).expect("written");
    let answer = python.wait_with_output().expect("an answer");
    assert!(answer.status.success(), "dkimpy: {}", answer.status);
    String::from_utf8_lossy(&answer.stdout).trim() == "True"
}

fn plain(subject: &str) -> Vec<u8> {
    let id = new_message_id("x", "elsewhere.test");
    let from = Mailbox::bare("outside@elsewhere.test");
    let draft = Draft::new(from, Mailbox::bare(BUYER.0), subject, "hello", &id, chrono::Utc::now());
    compose(&draft, None).expect("composes").bytes
}
