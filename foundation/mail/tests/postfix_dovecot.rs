//! The whole way of a mail, with a real postfix and a real dovecot.

use std::time::Duration;

use chrono::{TimeZone, Utc};
use hosts::mail::MailHost;
use mail::imap::Wake;
use mail::probe::{Step, probe_imap, probe_smtp};
use mail::smtp::Offer;
use mail::{
    Attachment, Draft, ImapConnection, ImapSettings, ListUnsubscribe, Login, MailError, Mailbox, Outcome,
    RawContent, Security, SmtpConnection, SmtpSettings, Trust, compose, new_message_id, read,
};

const REP: (&str, &str) = ("rep@sevenfold.test", "rep-pw");
const BUYER: (&str, &str) = ("buyer@customer.test", "buyer-pw");
const SOON: Duration = Duration::from_secs(20);

fn smtp(host: &MailHost, who: (&str, &str), security: Security) -> SmtpSettings {
    let port = if security == Security::Tls { host.smtps_port } else { host.smtp_port };
    SmtpSettings {
        host: "localhost".into(),
        port,
        security,
        login: Some(Login::Password { username: who.0.into(), password: who.1.into() }),
        ehlo_name: "client.sevenfold.test".into(),
        trust: Trust { extra_roots_pem: Some(host.certificate_pem.clone()), accept_invalid_certs: false },
        limits: Default::default(),
    }
}

fn imap(host: &MailHost, who: (&str, &str), security: Security) -> ImapSettings {
    let port = if security == Security::Tls { host.imaps_port } else { host.imap_port };
    ImapSettings {
        host: "localhost".into(),
        port,
        security,
        login: Login::Password { username: who.0.into(), password: who.1.into() },
        trust: Trust { extra_roots_pem: Some(host.certificate_pem.clone()), accept_invalid_certs: false },
        limits: Default::default(),
    }
}

fn korean_draft() -> Draft {
    let date = Utc.with_ymd_and_hms(2026, 11, 23, 1, 30, 0).single().expect("a date");
    let mut draft = Draft::new(
        Mailbox::named("김영업", REP.0),
        Mailbox::named("박구매", BUYER.0),
        "7단계 영업 주기에 대해 15분만 여쭤봐도 될까요? 안녕하세요, 세븐폴드입니다",
        "안녕하세요, 박 팀장님.\n\n.점으로 시작하는 줄\n..두 점\n.\n지난주 발표를 잘 들었습니다.\n",
        &new_message_id("tok123", "sevenfold.test"),
        date,
    );
    draft.attachments.push(Attachment {
        name: "제안서 요약.pdf".into(),
        content_type: "application/pdf".into(),
        bytes: b"%PDF-1.7 \r\n.\r\n not really \x00\xff".to_vec(),
    });
    draft.headers.push(("X-Sevenfold-Token".into(), "tok123".into()));
    draft.list_unsubscribe = Some(ListUnsubscribe {
        url: "https://mail.sevenfold.test/u/tok123".into(),
        mailto: "u+tok123@sevenfold.test?subject=unsubscribe".into(),
    });
    draft
}

async fn send(connection: &mut SmtpConnection, draft: &Draft) -> Outcome {
    let composed = compose(draft, None).expect("composes");
    assert_eq!(connection.offer(&composed.envelope).await.expect("offered"), Offer::Accepted);
    connection.deliver(&composed.bytes).await
}

async fn inbox(connection: &mut ImapConnection, after: u32) -> Vec<(u32, Vec<u8>)> {
    let mails = connection.fetch_after(after, 100, 10_000_000).await.expect("fetched");
    mails
        .into_iter()
        .map(|m| match m.content {
            RawContent::Bytes(bytes) => (m.uid, bytes),
            other => panic!("uid {} came as {other:?}", m.uid),
        })
        .collect()
}

#[tokio::test]
async fn a_korean_mail_is_read_answered_and_wakes_the_waiting_reader() {
    let host = MailHost::start(&[REP, BUYER]).await.expect("mail host");
    let draft = korean_draft();
    let mut rep_smtp = SmtpConnection::open(&smtp(&host, REP, Security::StartTls)).await.expect("smtp");
    assert!(matches!(send(&mut rep_smtp, &draft).await, Outcome::Sent { .. }));
    host.wait_for_mail(BUYER.0, 1, SOON).await.expect("arrives");

    let mut buyer_imap = ImapConnection::open(&imap(&host, BUYER, Security::Tls)).await.expect("imap");
    let selected = buyer_imap.select("INBOX").await.expect("inbox");
    assert!(selected.uid_validity > 0 && selected.exists == 1);
    let mails = inbox(&mut buyer_imap, 0).await;
    let got = read(&mails[0].1).expect("a mail");
    assert_eq!(got.subject, draft.subject);
    assert_eq!(got.from, Some(draft.from.clone()));
    assert_eq!(got.to, draft.to);
    assert_eq!(got.text.trim_end(), draft.text.trim_end());
    assert_eq!(got.message_id.as_deref(), Some(draft.message_id.as_str()));
    assert_eq!(got.attachments[0].name, "제안서 요약.pdf");
    assert_eq!(got.attachments[0].bytes, draft.attachments[0].bytes);
    assert_eq!(got.header("x-sevenfold-token"), Some("tok123"));
    assert_eq!(got.header("list-unsubscribe-post"), Some("List-Unsubscribe=One-Click"));
    assert!(got.header("list-unsubscribe").expect("there").contains("https://mail.sevenfold.test/u/tok123"));
    assert_eq!(buyer_imap.search_message_id(&draft.message_id).await.expect("search"), [mails[0].0]);
    assert_eq!(buyer_imap.search_header("X-Sevenfold-Token", "tok123").await.expect("search"), [mails[0].0]);

    let mut rep_imap = ImapConnection::open(&imap(&host, REP, Security::StartTls)).await.expect("imap");
    rep_imap.select("INBOX").await.expect("inbox");
    assert!(inbox(&mut rep_imap, 0).await.is_empty());
    let waiting = tokio::spawn(async move {
        let wake = rep_imap.idle(SOON).await;
        (rep_imap, wake)
    });

    let mut answer = Draft::new(
        Mailbox::named("박구매", BUYER.0),
        draft.from.clone(),
        &format!("Re: {}", draft.subject),
        "네, 좋습니다. 화요일 오후에 통화 가능하신가요?",
        &new_message_id("x", "customer.test"),
        draft.date,
    );
    answer.in_reply_to = Some(draft.message_id.clone());
    answer.references = vec!["first.of.thread@customer.test".into(), draft.message_id.clone()];
    let mut buyer_smtp = SmtpConnection::open(&smtp(&host, BUYER, Security::Tls)).await.expect("smtp");
    assert!(matches!(send(&mut buyer_smtp, &answer).await, Outcome::Sent { .. }));

    let (mut rep_imap, wake) = waiting.await.expect("task");
    assert_eq!(wake.expect("idle"), Wake::Changed);
    let mails = inbox(&mut rep_imap, 0).await;
    let reply = read(&mails[0].1).expect("a mail");
    assert_eq!(reply.in_reply_to, [draft.message_id.as_str()]);
    assert_eq!(reply.references, answer.references);
    assert_eq!(reply.refers_to().next(), Some(draft.message_id.as_str()));
    assert_eq!(mail::base_subject(&reply.subject), draft.subject);
    assert!(inbox(&mut rep_imap, mails[0].0).await.is_empty(), "n:* names the last mail again");
    rep_imap.close().await;
    rep_smtp.close().await;
}

#[tokio::test]
async fn an_unknown_recipient_is_refused_and_nobody_gets_the_mail() {
    let host = MailHost::start(&[REP, BUYER]).await.expect("mail host");
    let mut connection = SmtpConnection::open(&smtp(&host, REP, Security::Plain)).await.expect("smtp");
    let mut draft = korean_draft();
    draft.to.push(Mailbox::bare("nobody@customer.test"));
    let composed = compose(&draft, None).expect("composes");
    let Offer::Refused(refusal) = connection.offer(&composed.envelope).await.expect("answered") else {
        panic!("accepted")
    };
    assert_eq!((refusal.code, refusal.status.as_deref(), refusal.transient), (550, Some("5.1.1"), false));
    assert_eq!(refusal.recipient.as_deref(), Some("nobody@customer.test"));
    assert!(refusal.text.contains("nobody@customer.test"), "{refusal:?}");

    // The same connection goes on with the next mail, and that one alone arrives.
    let next = korean_draft();
    assert!(matches!(send(&mut connection, &next).await, Outcome::Sent { .. }));
    let mails = host.wait_for_mail(BUYER.0, 1, SOON).await.expect("arrives");
    assert_eq!(mails.len(), 1);
    let id = read(&mails[0]).expect("a mail").message_id;
    assert_eq!(id.as_deref(), Some(next.message_id.as_str()));
}

#[tokio::test]
async fn a_wrong_password_is_told_in_the_servers_words() {
    let host = MailHost::start(&[REP]).await.expect("mail host");
    let wrong = (REP.0, "wrong");
    let refused = SmtpConnection::open(&smtp(&host, wrong, Security::StartTls)).await;
    assert!(matches!(&refused, Err(MailError::SignIn { words }) if words.contains("535")), "{refused:?}");
    let refused = ImapConnection::open(&imap(&host, wrong, Security::Tls)).await;
    assert!(matches!(&refused, Err(MailError::SignIn { words }) if !words.is_empty()), "{refused:?}");
    let mut untrusting = imap(&host, REP, Security::Tls);
    untrusting.trust = Trust::default();
    let refused = ImapConnection::open(&untrusting).await;
    assert!(matches!(&refused, Err(MailError::Tls { .. })), "{refused:?}");
    untrusting.trust.accept_invalid_certs = true;
    assert!(ImapConnection::open(&untrusting).await.is_ok());
}

#[tokio::test]
async fn an_oversized_mail_is_reported_with_its_header_and_hides_nothing_behind_it() {
    let host = MailHost::start(&[REP]).await.expect("mail host");
    let big = format!("Subject: big\r\nMessage-ID: <big@a.test>\r\n\r\n{}\r\n", "x".repeat(70).as_str());
    let big = big + &"filler filler\r\n".repeat(2000);
    host.deliver(big.as_bytes(), REP.0).await.expect("delivered");
    host.wait_for_mail(REP.0, 1, SOON).await.expect("arrives");
    host.deliver(b"Subject: small\n\nhello\n", REP.0).await.expect("delivered");
    host.wait_for_mail(REP.0, 2, SOON).await.expect("arrives");

    let mut connection = ImapConnection::open(&imap(&host, REP, Security::Plain)).await.expect("imap");
    connection.select("INBOX").await.expect("inbox");
    let mails = connection.fetch_after(0, 10, 4096).await.expect("fetched");
    assert_eq!(mails.len(), 2);
    let RawContent::TooLarge { header } = &mails[0].content else { panic!("{:?}", mails[0].content) };
    assert_eq!(read(header).expect("header").message_id.as_deref(), Some("big@a.test"));
    assert!(mails[0].size > 28_000 && mails[0].internal_date.is_some());
    assert!(matches!(&mails[1].content, RawContent::Bytes(b) if b.ends_with(b"hello\r\n")));
    let first = connection.fetch_after(0, 1, 4096).await.expect("fetched");
    assert_eq!(first[0].uid, mails[0].uid, "a limit cuts the newest, not the oldest");
}

#[tokio::test]
async fn the_sent_folder_is_found_and_takes_a_copy_that_can_be_found_again() {
    let host = MailHost::start(&[REP]).await.expect("mail host");
    let mut connection = ImapConnection::open(&imap(&host, REP, Security::Plain)).await.expect("imap");
    let sent = connection.sent_folder().await.expect("listed").expect("there");
    assert!(sent.sent && sent.name == "Sent", "{sent:?}");
    let composed = compose(&korean_draft(), None).expect("composes");
    connection.append(&sent.name, &composed.bytes).await.expect("appended");
    connection.select(&sent.name).await.expect("sent");
    assert_eq!(connection.search_message_id(&composed.message_id).await.expect("search").len(), 1);
    assert_eq!(connection.idle(Duration::from_millis(50)).await.expect("idle"), Wake::TimedOut);
    assert!(connection.search_message_id("a\"b@c").await.is_err());
    assert!(connection.select("No such folder").await.is_err());
    assert!(connection.select("INBOX").await.is_ok(), "a refused command leaves the connection usable");
}

#[tokio::test]
async fn mail_to_the_outside_comes_back_as_a_delivery_report() {
    let host = MailHost::start(&[REP]).await.expect("mail host");
    let mut connection = SmtpConnection::open(&smtp(&host, REP, Security::Plain)).await.expect("smtp");
    let mut draft = korean_draft();
    draft.to = vec![Mailbox::bare("gone@nowhere.test")];
    draft.return_path = Some("rep+b-tok123@sevenfold.test".into());
    assert!(matches!(send(&mut connection, &draft).await, Outcome::Sent { .. }));
    let mails = host.wait_for_mail(REP.0, 1, SOON).await.expect("comes back");
    let report = read(&mails[0]).expect("a mail");
    assert_eq!(report.return_path.as_deref(), Some(""));
    assert_eq!(report.to, [Mailbox::bare("rep+b-tok123@sevenfold.test")]);
    let recipient = &report.report.recipients[0];
    assert_eq!(recipient.recipient.as_deref(), Some("gone@nowhere.test"));
    assert_eq!((recipient.action.as_str(), recipient.status.as_deref()), ("failed", Some("5.1.1")));
    let original = report.report.original.as_ref().expect("returned");
    assert_eq!(original.message_id.as_deref(), Some(draft.message_id.as_str()));
    assert_eq!(original.header("X-Sevenfold-Token"), Some("tok123"));
}

fn told(probe: &[mail::probe::StepResult]) -> Vec<(Step, bool)> {
    probe.iter().map(|s| (s.step, s.ok)).collect()
}

#[tokio::test]
async fn a_probe_says_which_step_failed_and_why() {
    use Step::{Connect, Folder, Greet, Resolve, SignIn, Tls};
    let host = MailHost::start(&[REP]).await.expect("mail host");
    let good = probe_smtp(&smtp(&host, REP, Security::StartTls)).await;
    assert_eq!(told(&good), [(Resolve, true), (Connect, true), (Greet, true), (Tls, true), (SignIn, true)]);
    let good = probe_imap(&imap(&host, REP, Security::Tls)).await;
    let all = [(Resolve, true), (Connect, true), (Tls, true), (Greet, true), (SignIn, true), (Folder, true)];
    assert_eq!(told(&good), all);
    let good = probe_imap(&imap(&host, REP, Security::StartTls)).await;
    assert!(good.len() == 6 && good.iter().all(|s| s.ok), "{good:?}");

    let wrong = probe_smtp(&smtp(&host, (REP.0, "wrong"), Security::Tls)).await;
    let last = wrong.last().expect("steps");
    assert!(last.step == SignIn && !last.ok && last.words.contains("535"), "{last:?}");
    let mut unknown = imap(&host, REP, Security::Plain);
    unknown.host = "no-such-host.invalid".into();
    assert_eq!(told(&probe_imap(&unknown).await), [(Resolve, false)]);
    let mut untrusted = smtp(&host, REP, Security::StartTls);
    untrusted.trust = Trust::default();
    let failed = probe_smtp(&untrusted).await;
    assert_eq!(told(&failed).last(), Some(&(Tls, false)));
    let closed =
        std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound").port();
    let mut closed_port = smtp(&host, REP, Security::Plain);
    closed_port.port = closed;
    assert_eq!(told(&probe_smtp(&closed_port).await), [(Resolve, true), (Connect, false)]);
}
