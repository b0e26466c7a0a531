//! Decisions after the talks, and what comes of them.

use axum::http::{Method, StatusCode};
use kernel::PersonId;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::{Actor, NewEvent, Subject};
use uuid::Uuid;

use crate::support::{Lead, doors, kinds, lead, text};

async fn sandbox(house: &House) -> String {
    let mut tx = house.app.db.write_tx().await.unwrap();
    let (workspace, owner) = (house.owner.workspace, house.owner.user);
    let now = house.app.clock.now();
    let id = outreach::ensure_sandbox_mailbox(&mut tx, workspace, owner, now).await.unwrap();
    tx.commit().await.unwrap();
    id.to_string()
}

async fn refused(house: &House, path: &str, body: Json) -> (StatusCode, String) {
    let (status, problem) = house.send(&house.owner, Method::POST, path, Some(body), &[]).await;
    (status, problem["errors"][0]["field"].as_str().unwrap_or_default().to_owned())
}

/// A human answer, or an automatic one, of the lead's person.
async fn reply(house: &House, lead: &Lead, class: &str, answers: &Json, days: i64) {
    let mut tx = house.app.db.write_tx().await.unwrap();
    let person = PersonId(lead.person.parse().unwrap());
    let subject = Subject { person: Some(person), ..Subject::default() };
    let at = house.app.clock.now().plus_days(days);
    let told = json!({
        "class": class, "intent": "question", "message_id": Uuid::now_v7(), "answers_message_id": answers,
        "excerpt": "We have a new budget",
    });
    let event = NewEvent::now(house.owner.workspace, "reply.received", Actor::Outside, at);
    tx.record(event.about(subject).with(told)).await.unwrap();
    tx.commit().await.unwrap();
    house.react().await;
}

/// Disqualifies with the honest mail.
async fn tell_honestly(house: &House, lead: &Lead) -> Json {
    let mailbox = sandbox(house).await;
    let draft =
        house.get(&format!("{}/honest-mail?person_id={}&reason=too+small", lead.path, lead.person)).await;
    assert!(text(&draft["text"]).starts_with("Hello Minji,") && text(&draft["text"]).contains("too small"));
    let mail = json!({ "mailbox_id": mailbox, "person_id": lead.person, "subject": draft["subject"], "text": draft["text"] });
    let decision = json!({ "verdict": "disqualified", "reason": "too small", "told": "mail", "mail": mail,
        "recheck_on": "2027-05-03" });
    house.post(&format!("{}/decisions", lead.path), decision).await
}

on_both_databases!(
    r39_a_disqualification_needs_a_reason_offers_the_honest_mail_and_stops_all_enrolments,
    honest,
    doors
);
async fn honest(house: House) {
    let lead = lead(&house, "Acme").await;
    let mailbox = sandbox(&house).await;
    let steps = json!([{ "subject": "Hello", "body": "How are you, {{ person.given_name }}?" }]);
    let sequence =
        json!({ "name": "First", "mailbox_id": mailbox, "windows": { "always": true }, "steps": steps });
    let sequence = text(&house.post("/sequences", sequence).await["id"]);
    house.post(&format!("/sequences/{sequence}/activate"), json!({})).await;
    let items: Vec<Json> = ["what_they_do", "trigger", "likely_challenge"]
        .into_iter()
        .map(|kind| json!({ "kind": kind, "text": "They grow", "source": "https://customer.test" }))
        .collect();
    house.put(&format!("{}/research", lead.path), json!({ "items": items })).await;
    let people = json!({ "person_ids": [lead.person], "why_them": "They just opened an office." });
    let enrolled = house.post(&format!("/sequences/{sequence}/enrol"), people).await;
    let enrolment = text(&enrolled["enrolled"][0]);

    let path = format!("{}/decisions", lead.path);
    let cases = [
        (json!({ "verdict": "disqualified", "told": "no" }), "reason"),
        (json!({ "verdict": "disqualified", "reason": "too small" }), "told"),
        (json!({ "verdict": "disqualified", "reason": "too small", "told": "mail" }), "mail"),
        (
            json!({ "verdict": "disqualified", "reason": "x", "told": "no", "recheck_on": "2026-11-23" }),
            "recheck_on",
        ),
        (json!({ "verdict": "need_more" }), "reason"),
    ];
    for (body, field) in cases {
        let told = refused(&house, &path, body.clone()).await;
        assert_eq!(told, (StatusCode::UNPROCESSABLE_ENTITY, field.to_owned()), "{body}");
    }
    assert_eq!(house.get(&lead.path).await["status"], "open");
    let made = tell_honestly(&house, &lead).await;
    assert_eq!(house.get(&lead.path).await["status"], "disqualified");
    let state = house.get(&format!("/enrolments/{enrolment}")).await["state"].clone();
    assert_eq!(state, "stopped", "in the same transaction, before any reaction");
    let message = house.get(&format!("/messages/{}", text(&made["message_id"]))).await;
    assert_eq!((&message["state"], &message["origin"]), (&json!("queued"), &json!("hand")));
    let task = house.get(&format!("/tasks/{}", text(&made["task_id"]))).await;
    assert_eq!((&task["due_on"], &task["body"]), (&json!("2027-05-03"), &json!("too small")));
    assert_eq!(house.get(&path).await["decisions"][0]["told"], "mail");
    let (status, _) = house.send(&house.stranger, Method::GET, &path, None, &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

on_both_databases!(a_deal_is_qualified_only_through_its_gate_and_need_more_moves_nothing, others, doors);
async fn others(house: House) {
    let lead = lead(&house, "Acme").await;
    let path = format!("{}/decisions", lead.path);
    let more = house.post(&path, json!({ "verdict": "need_more", "reason": "Who signs?" })).await;
    assert_eq!((&more["verdict"], &more["transition_id"]), (&json!("need_more"), &Json::Null));
    assert_eq!(house.get(&lead.path).await["stage"], "qualification");
    let (status, problem) =
        house.send(&house.owner, Method::POST, &path, Some(json!({ "verdict": "qualified" })), &[]).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("gate_not_met")));
    assert_eq!(house.get(&path).await["decisions"].as_array().unwrap().len(), 1, "nothing was kept of it");
}

on_both_databases!(
    r40_a_human_answer_within_90_days_to_the_honest_mail_proposes_reopening_with_it_as_evidence,
    answered,
    doors
);
async fn answered(house: House) {
    let lead = lead(&house, "Acme").await;
    let made = tell_honestly(&house, &lead).await;
    let open = "/reopen-proposals";
    reply(&house, &lead, "automatic", &made["message_id"], 1).await;
    assert_eq!(house.get(open).await, json!([]), "an automatic answer is no new reason");
    reply(&house, &lead, "human", &made["message_id"], 91).await;
    assert_eq!(house.get(open).await, json!([]), "too late");
    reply(&house, &lead, "human", &made["message_id"], 89).await;
    let proposals = house.get(open).await;
    assert_eq!(proposals.as_array().unwrap().len(), 1);
    let proposal = &proposals[0];
    assert_eq!(
        (&proposal["excerpt"], &proposal["reason"]),
        (&json!("We have a new budget"), &json!("too small"))
    );
    assert_eq!(house.get(&lead.path).await["status"], "disqualified", "nothing opens by itself");
    let asked = house.get("/tasks?where=kind.eq.reply").await;
    assert_eq!(asked["items"][0]["state"], "open");
    let task = format!("/tasks/{}", text(&asked["items"][0]["id"]));
    let path = format!("{open}/{}", text(&proposal["id"]));
    let accept = json!({ "verdict": "accept" });
    let (status, _) = house.send(&house.stranger, Method::POST, &path, Some(accept.clone()), &[]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    house.post(&path, accept.clone()).await;
    assert_eq!(house.get(&lead.path).await["status"], "open");
    let (status, _) = house.send(&house.owner, Method::POST, &path, Some(accept), &[]).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(house.get(&task).await["state"], "done");
    let moved = house.events().await.into_iter().rev().find(|e| e.0 == "deal.moved").unwrap();
    assert_eq!((&moved.1["move"], &moved.1["reason"]), (&json!("reopen"), &json!("We have a new budget")));
    assert_eq!(kinds(&house, "qualification.reopen").await.len(), 2);
}

on_both_databases!(
    r38_the_rate_is_compared_with_the_teams_own_history_and_under_half_is_no_fault,
    rates,
    doors
);
async fn rates(house: House) {
    for (name, reason) in [("Acme", "too small"), ("Beta", "too small"), ("Ceta", "no need")] {
        let lead = lead(&house, name).await;
        let tx = house.app.db.write_tx().await.unwrap();
        let text = "UPDATE company SET icp_grade = ?, icp_score = 85 WHERE id = ?";
        let id: Uuid = lead.company.parse().unwrap();
        let grade = if name == "Ceta" { "C" } else { "A" };
        use store::db::Source;
        store::Sql::with(tx.engine(), text, [grade.into(), id.into()]).run(tx.conn()).await.unwrap();
        tx.commit().await.unwrap();
        let decision = json!({ "verdict": "disqualified", "reason": reason, "told": "yes" });
        house.post(&format!("{}/decisions", lead.path), decision).await;
    }
    let report = house.get("/qualification/report").await;
    assert_eq!(report["expected_under"], 0.5);
    let now = &report["periods"][0];
    assert_eq!((&now["qualified"], &now["disqualified"], &now["rate"]), (&json!(0), &json!(3), &json!(0.0)));
    assert_eq!(report["against_history"], "too_few", "never a fault for being under half");
    let paper = report["paper_fits"].as_array().unwrap();
    assert_eq!(paper.len(), 1, "fits on paper, fails in the talk: {report}");
    assert_eq!((&paper[0]["reason"], &paper[0]["count"]), (&json!("too small"), &json!(2)));
    let names: Vec<&str> =
        paper[0]["deals"].as_array().unwrap().iter().map(|d| d["deal_name"].as_str().unwrap()).collect();
    assert!(names.contains(&"Acme deal") && names.contains(&"Beta deal"), "the rows behind the number");
    let behind = |fits: bool| {
        format!("/qualification/report/deals?from={}&to={}&fits={fits}", text(&now["from"]), text(&now["to"]))
    };
    let rows = house.get(&behind(false)).await;
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 3, "as many rows as the number says");
    assert_eq!((&rows[0]["deal_name"], &rows[0]["reason"]), (&json!("Ceta deal"), &json!("no need")));
    assert_eq!(house.get(&behind(true)).await, json!([]));
    let (_, theirs) = house.send(&house.stranger, Method::GET, &behind(false), None, &[]).await;
    assert_eq!(theirs, json!([]));
    let (_, theirs) = house.send(&house.stranger, Method::GET, "/qualification/report", None, &[]).await;
    assert_eq!(theirs["paper_fits"], json!([]));
}
