//! The engine where it meets what is not as it should be, on both databases.

use crate::support::{
    claim, doors, enrol, enrolment, mails, pass, person, sandbox, sequence, sequence_of, text, told, work,
};
use axum::http::Method;
use outreach::engine::plan;
use outreach::engine::send::Sender;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

on_both_databases!(what_a_paused_sequence_held_back_leaves_as_soon_as_it_goes_on, paused, doors);
async fn paused(house: House) {
    let mailbox = sandbox(&house).await;
    let sequence = sequence(&house, &mailbox).await;
    let ada = person(&house, "Ada", "ada@customer.test").await;
    let id = enrol(&house, &sequence, &ada).await;
    plan::plan_due(&house.app).await.expect("planned");
    house.post(&format!("/sequences/{sequence}/pause"), json!({})).await;
    work(&house).await;
    assert_eq!(mails(&house, &id, "out").await[0]["state"], "queued", "it waits");
    pass(&house, 1);
    house.post(&format!("/sequences/{sequence}/activate"), json!({})).await;
    work(&house).await;
    assert_eq!(mails(&house, &id, "out").await[0]["state"], "sent", "and nobody waits for it");
}

/// A mail server that takes one mail a connection and says 421 to the next.
async fn tired_server(port: u16) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    port
}

async fn serve(stream: TcpStream) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 tired.test\r\n").await?;
    let (mut line, mut taken, mut content) = (String::new(), 0, false);
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let word = line.get(..4).unwrap_or_default().to_uppercase();
        let answer: &[u8] = match word.as_str() {
            _ if content && line != ".\r\n" => continue,
            _ if content => {
                (content, taken) = (false, taken + 1);
                b"250 taken\r\n"
            }
            "MAIL" if taken > 0 => {
                stream.write_all(b"421 4.4.2 idle too long\r\n").await?;
                return Ok(());
            }
            "DATA" => {
                content = true;
                b"354 go on\r\n"
            }
            _ => b"250 ok\r\n",
        };
        stream.write_all(answer).await?;
    }
}

/// A mailbox at this port, and so many enrolled in a sequence of it.
async fn enrolled(house: &House, port: u16, names: &[&str]) -> (String, Vec<String>) {
    let place =
        json!({ "host": "127.0.0.1", "port": port, "security": "none", "username": "", "password": "" });
    let new = json!({ "email": "alex@stone.test", "from_name": "Alex", "smtp": place, "imap": place, "gap_seconds": 0 });
    let mailbox = text(&house.post("/mailboxes", new).await["id"]);
    let steps = json!([{ "subject": "Hello", "body": "Hello {{ person.given_name }}, how do you plan?" }]);
    let sequence = sequence_of(house, &mailbox, steps).await;
    let mut ids = Vec::new();
    for name in names {
        let who = person(house, name, &format!("{name}@{name}.test")).await;
        ids.push(enrol(house, &sequence, &who).await);
    }
    (mailbox, ids)
}

on_both_databases!(a_server_that_is_away_costs_no_mail_an_attempt_and_halts_nobody, away, doors);
async fn away(house: House) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let (mailbox, ids) = enrolled(&house, port, &["Ada", "Ben", "Cho"]).await;
    // Longer than a mail that is put off is tried.
    for _ in 0..12 {
        work(&house).await;
        pass(&house, 6 * 3600);
    }
    let row = house.get(&format!("/mailboxes/{mailbox}")).await;
    assert_eq!(row["state"], "error", "somebody sees it: {row}");
    for id in &ids {
        let mail = mails(&house, id, "out").await.remove(0);
        assert_eq!((&mail["state"], &mail["attempts"]), (&json!("queued"), &json!(0)), "{mail}");
        assert_eq!(enrolment(&house, id).await["state"], "active");
    }
    tired_server(port).await;
    work(&house).await;
    for id in &ids {
        assert_eq!(mails(&house, id, "out").await[0]["state"], "sent");
    }
    assert_eq!(house.get(&format!("/mailboxes/{mailbox}")).await["state"], "active");
}

on_both_databases!(a_clock_that_jumps_sends_nothing_twice_and_keeps_nothing_back, jumping, doors);
async fn jumping(house: House) {
    let mailbox = sandbox(&house).await;
    let sequence = sequence(&house, &mailbox).await;
    let day = 86_400;
    for (name, jump) in [("Ada", 400 * day), ("Ben", -400 * day)] {
        let who = person(&house, name, &format!("{name}@customer.test")).await;
        let id = enrol(&house, &sequence, &who).await;
        plan::plan_due(&house.app).await.expect("planned");
        // Claimed, and then the clock jumps before its content may start.
        let claimed = claim(&house).await.expect("a mail");
        pass(&house, jump);
        work(&house).await;
        let sender = Sender::default();
        assert!(!sender.begin_data(&house.app, claimed).await.expect("an answer"), "{name}: it left already");
        pass(&house, -jump);
        work(&house).await;
        let first = mails(&house, &id, "out").await.into_iter().filter(|mail| mail["step"] == 1);
        let states: Vec<String> = first.map(|mail| text(&mail["state"])).collect();
        assert_eq!(states, ["sent"], "{name}");
        let told = told(&house, "mail.sent").await;
        let theirs = told.iter().filter(|event| event["step"] == 1 && text(&event["to"]).starts_with(name));
        assert_eq!(theirs.count(), 1, "{told:?}");
    }
}

on_both_databases!(a_server_that_hung_up_on_an_idle_connection_delays_no_mail, hung_up, doors);
async fn hung_up(house: House) {
    let names = ["Ada", "Ben", "Cho", "Dan", "Eva", "Fay", "Gil", "Hal", "Ida"];
    let (_, ids) = enrolled(&house, tired_server(0).await, &names).await;
    work(&house).await;
    for id in &ids {
        let mail = mails(&house, id, "out").await.remove(0);
        assert_eq!((&mail["state"], &mail["attempts"]), (&json!("sent"), &json!(1)), "{mail}");
    }
}

on_both_databases!(a_simulation_of_too_much_is_refused_with_how_much_it_may_be, too_much, doors);
async fn too_much(house: House) {
    let steps = vec![json!({ "subject": "Hello", "body": "How?" }); 50];
    let sequence = text(&house.post("/sequences", json!({ "name": "Long", "steps": steps })).await["id"]);
    let ids: Vec<Json> = (0..51).map(|_| json!(uuid::Uuid::now_v7())).collect();
    let path = format!("/sequences/{sequence}/simulate");
    let (status, problem) =
        house.send(&house.owner, Method::POST, &path, Some(json!({ "person_ids": ids })), &[]).await;
    assert_eq!(status.as_u16(), 422);
    assert!(problem.to_string().contains("at most 50 people"), "{problem}");
}
