//! What the caller is told when a server hangs up, stalls or refuses at each step, by a scripted server.

use std::time::Duration;

use mail::smtp::{Offer, SmtpLimits};
use mail::{Envelope, MailError, Outcome, Security, SmtpConnection, SmtpSettings, Trust};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const MAIL: &[u8] = b"Subject: a\r\n\r\n.dot\r\nbody\r\n";

/// What the server does once it has read everything up to that point.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    HangUp,
    Stall,
    Say(&'static str),
}

/// A server that behaves until `at` ("MAIL", "RCPT", "DATA" or "." for the end of the mail) and then does
/// `then`. It gives the content lines it received.
async fn server(at: &'static str, then: Then) -> (SmtpSettings, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let task = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a client");
        let mut stream = BufReader::new(stream);
        let mut content = Vec::new();
        let mut in_data = false;
        stream.write_all(b"220 scripted.test\r\n").await.expect("greets");
        let mut line = String::new();
        while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
            let word = line.trim_end().get(..4).unwrap_or(line.trim_end()).to_owned();
            if in_data && word != "." {
                content.push(std::mem::take(&mut line));
                continue;
            }
            line.clear();
            let answer = match (word == at, then) {
                (true, Then::HangUp) => break,
                (true, Then::Stall) => continue,
                (true, Then::Say(words)) => words,
                (false, _) if word == "DATA" => "354 go on",
                (false, _) => "250 2.0.0 fine",
            };
            in_data = answer.starts_with("354");
            stream.write_all(format!("{answer}\r\n").as_bytes()).await.expect("answers");
        }
        content
    });
    let limits = SmtpLimits { deliver: Duration::from_millis(300), ..SmtpLimits::default() };
    let settings = SmtpSettings {
        host: "127.0.0.1".into(),
        port,
        security: Security::Plain,
        login: None,
        ehlo_name: "client.test".into(),
        trust: Trust::default(),
        limits,
    };
    (settings, task)
}

fn envelope() -> Envelope {
    Envelope { from: "a@a.test".into(), to: vec!["b@b.test".into()] }
}

async fn outcome(at: &'static str, then: Then) -> Outcome {
    let (settings, _task) = server(at, then).await;
    let mut connection = SmtpConnection::open(&settings).await.expect("opens");
    assert_eq!(connection.offer(&envelope()).await.expect("offered"), Offer::Accepted);
    let outcome = connection.deliver(MAIL).await;
    if matches!(outcome, Outcome::Unknown { .. }) {
        assert!(!connection.usable(), "a connection in doubt must not carry another mail");
    }
    outcome
}

#[tokio::test]
async fn after_data_silence_or_a_lost_connection_is_unknown() {
    for (at, then) in [("DATA", Then::HangUp), (".", Then::HangUp), ("DATA", Then::Stall), (".", Then::Stall)]
    {
        let outcome = outcome(at, then).await;
        assert!(matches!(outcome, Outcome::Unknown { .. }), "{at}: {outcome:?}");
    }
    let odd = outcome(".", Then::Say("999 what")).await;
    assert!(matches!(odd, Outcome::Unknown { .. }), "{odd:?}");
}

#[tokio::test]
async fn a_definite_no_after_data_is_refused_with_its_codes() {
    for (at, words, transient, code, status) in [
        (".", "451 4.7.1 try later", true, 451, Some("4.7.1")),
        (".", "554 5.7.1 spam", false, 554, Some("5.7.1")),
        ("DATA", "452 full", true, 452, None),
    ] {
        let Outcome::Refused(refusal) = outcome(at, Then::Say(words)).await else { panic!("{words}") };
        assert_eq!((refusal.transient, refusal.code, refusal.status.as_deref()), (transient, code, status));
        assert!(words.ends_with(&refusal.text), "{refusal:?}");
    }
}

#[tokio::test]
async fn before_data_a_lost_connection_means_nothing_was_sent() {
    for at in ["MAIL", "RCPT"] {
        let (settings, task) = server(at, Then::HangUp).await;
        let mut connection = SmtpConnection::open(&settings).await.expect("opens");
        let lost = connection.offer(&envelope()).await;
        assert!(matches!(lost, Err(MailError::Lost { .. })), "{at}: {lost:?}");
        assert!(connection.offer(&envelope()).await.is_err());
        assert!(task.await.expect("server").is_empty());
    }
}

#[tokio::test]
async fn the_content_arrives_once_with_its_dots_stuffed() {
    let (settings, task) = server("none", Then::HangUp).await;
    let mut connection = SmtpConnection::open(&settings).await.expect("opens");
    assert_eq!(connection.offer(&envelope()).await.expect("offered"), Offer::Accepted);
    let sent = connection.deliver(MAIL).await;
    assert_eq!(sent, Outcome::Sent { response: "2.0.0 fine".into() });
    drop(connection);
    assert_eq!(task.await.expect("server"), ["Subject: a\r\n", "\r\n", "..dot\r\n", "body\r\n"]);
}

#[tokio::test]
async fn content_with_bare_line_ends_or_raw_letters_never_leaves() {
    for bytes in [&b"a\nb\r\n"[..], b"a\rb\r\n", b"a\r\n\r", "가\r\n".as_bytes()] {
        let (settings, task) = server("none", Then::HangUp).await;
        let mut connection = SmtpConnection::open(&settings).await.expect("opens");
        assert_eq!(connection.offer(&envelope()).await.expect("offered"), Offer::Accepted);
        let refused = connection.deliver(bytes).await;
        assert!(matches!(refused, Outcome::Refused(r) if !r.transient), "{bytes:?}");
        drop(connection);
        assert!(task.await.expect("server").is_empty());
    }
}

#[tokio::test]
async fn a_recipient_address_cannot_carry_a_second_command() {
    let (settings, _task) = server("none", Then::HangUp).await;
    let mut connection = SmtpConnection::open(&settings).await.expect("opens");
    let mut hostile = envelope();
    hostile.to = vec!["b@b.test>\r\nRCPT TO:<c@c.test".into()];
    assert!(matches!(connection.offer(&hostile).await, Err(MailError::Field { .. })));
}
