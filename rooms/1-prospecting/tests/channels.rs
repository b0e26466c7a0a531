//! By which way people are best reached, through its door on both databases (R7, R19 to R23, R28).

use crate::touching::{advice, company, days_pass, doors, lots, mailed, of, person, set, tell, tell_of};
use axum::http::{Method, StatusCode};
use records::events;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};

on_both_databases!(r7_a_page_of_prospects_comes_with_grade_reasons_and_channel, page, doors);
async fn page(house: House) {
    lots(&house, 0).await;
    let firm = company(&house, "KR").await;
    let ada = person(&house, &firm, json!({})).await;
    let alone = house.post("/people", json!({ "name": "Nobody", "phone": "+82 2 312 3457" })).await;
    let nobody = uuid::Uuid::now_v7();
    let asked = json!({ "person_ids": [ada, alone["id"], nobody] });
    let found = house.post("/channel-advice", asked).await;
    let all = found.as_array().expect("a list");
    assert_eq!(all.len(), 2, "who is not there is left out");
    let of_ada = all.iter().find(|a| a["person_id"] == *ada).expect("her advice");
    let scored = house.get(&format!("/companies/{firm}")).await;
    assert_eq!(of_ada["fit"]["grade"], scored["icp_grade"]);
    assert_eq!(of_ada["fit"]["reasons"], scored["icp_reasons"]);
    assert!(of_ada["fit"]["reasons"].as_array().is_some_and(|r| !r.is_empty()), "{of_ada}");
    assert_eq!((&of_ada["first"], &of_ada["phone"]), (&json!("email"), &Json::Null));
    assert_eq!(of_ada["path"], json!(["linkedin", "email", "phone"]));
    assert_eq!(of(of_ada, "email")["basis"], "assumption");
    assert_eq!(of(of_ada, "phone")["basis"], "article");
    let of_alone = all.iter().find(|a| a["person_id"] == alone["id"]).expect("advice");
    assert_eq!((&of_alone["first"], &of_alone["phone"]), (&json!("phone"), &json!("only_way")));
    assert_eq!(of_alone["fit"], Json::Null);

    let many: Vec<_> = (0..201).map(|_| uuid::Uuid::now_v7()).collect();
    let body = Some(json!({ "person_ids": many }));
    let (status, _) = house.send(&house.owner, Method::POST, "/channel-advice", body, &[]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

on_both_databases!(r20_the_ranking_changes_after_outcomes_in_the_same_segment, learns, doors);
async fn learns(house: House) {
    lots(&house, 0).await;
    let korea = company(&house, "KR").await;
    let ada = person(&house, &korea, json!({})).await;
    let before = advice(&house, &ada).await;
    assert_eq!(before["first"], "email");
    let others = person(&house, &korea, json!({ "email": "other@firm.test" })).await;
    for _ in 0..120 {
        mailed(&house, &others).await;
    }
    days_pass(&house, 5).await;
    assert_eq!(of(&advice(&house, &ada).await, "email")["touches"], 0, "they may still answer");
    days_pass(&house, 15).await;
    let after = advice(&house, &ada).await;
    assert_eq!(after["first"], "linkedin", "{after}");
    assert_eq!(
        (&of(&after, "email")["basis"], &of(&after, "email")["touches"]),
        (&json!("own"), &json!(120))
    );
    let elsewhere = person(&house, &company(&house, "US").await, json!({ "email": "us@firm.test" })).await;
    let there = advice(&house, &elsewhere).await;
    let p = |advice: &Json| of(advice, "email")["p"].as_f64().expect("a share");
    assert!(p(&after) < p(&there) && p(&there) < p(&before), "the workspace's mean elsewhere");
}

on_both_databases!(r20_an_answer_counts_at_once_and_a_mail_that_came_back_not_at_all, answers, doors);
async fn answers(house: House) {
    lots(&house, 0).await;
    let ada = person(&house, &company(&house, "KR").await, json!({})).await;
    let p = |advice: &Json| of(advice, "email")["p"].as_f64().expect("a share");
    let before = p(&advice(&house, &ada).await);
    let (bounced, answered) = (mailed(&house, &ada).await, mailed(&house, &ada).await);
    house.react().await;
    tell(&house, &ada, events::MAIL_BOUNCED, json!({ "message_id": bounced, "hard": true })).await;
    let reply = json!({ "class": "human", "positive": true, "answers_message_id": answered });
    tell(&house, &ada, events::REPLY_RECEIVED, reply.clone()).await;
    tell(&house, &ada, events::REPLY_RECEIVED, reply).await;
    house.react().await;
    let after = advice(&house, &ada).await;
    assert_eq!(of(&after, "email")["touches"], 1, "one touch, answered once");
    assert!(p(&after) > before);
    assert_eq!(of(&after, "email")["access"], "verified");
    days_pass(&house, 20).await;
    assert_eq!(of(&advice(&house, &ada).await, "email")["touches"], 1);
}

on_both_databases!(r21_a_call_is_proposed_after_silence_or_when_they_called_and_never_else, calls, doors);
async fn calls(house: House) {
    lots(&house, 0).await;
    let ada = person(&house, &company(&house, "KR").await, json!({})).await;
    let call = |direction: &str, outcome: &str| json!({ "kind": "call", "person_id": ada, "direction": direction, "outcome": outcome });
    house.post("/activities", call("out", "voicemail")).await;
    house.react().await;
    let dialled = advice(&house, &ada).await;
    assert_eq!((&dialled["phone"], &of(&dialled, "phone")["touches"]), (&Json::Null, &json!(1)));
    mailed(&house, &ada).await;
    mailed(&house, &ada).await;
    days_pass(&house, 8).await;
    let silent = advice(&house, &ada).await;
    assert_eq!((&silent["phone"], &silent["first"]), (&json!("unanswered"), &json!("email")));
    house.post("/activities", call("in", "intended")).await;
    house.react().await;
    assert_eq!(advice(&house, &ada).await["phone"], "asked_for");
}

on_both_databases!(r28_a_preference_comes_first_and_a_refused_channel_is_never_proposed, wishes, doors);
async fn wishes(house: House) {
    lots(&house, 0).await;
    let firm = company(&house, "KR").await;
    let ada = person(&house, &firm, json!({ "preferred_channel": "phone" })).await;
    let preferred = advice(&house, &ada).await;
    assert_eq!(
        (&preferred["first"], &preferred["preferred"], &preferred["phone"]),
        (&json!("phone"), &json!(true), &json!("preferred"))
    );
    house.patch(&format!("/people/{ada}"), json!({ "do_not_contact": ["phone", "email"] })).await;
    let refused = advice(&house, &ada).await;
    assert_eq!((&refused["first"], &refused["preferred"]), (&json!("linkedin"), &json!(false)));
    for channel in ["phone", "email"] {
        assert_eq!(
            (&of(&refused, channel)["access"], &of(&refused, channel)["utility"]),
            (&json!("refused"), &json!(0.0))
        );
    }
    house.patch(&format!("/people/{ada}"), json!({ "do_not_contact": ["all"] })).await;
    let left = advice(&house, &ada).await;
    assert_eq!((&left["first"], &left["path"]), (&Json::Null, &json!([])));
}

on_both_databases!(who_is_suppressed_is_not_proposed_a_mail, suppressed, doors);
async fn suppressed(house: House) {
    lots(&house, 0).await;
    let ada = person(&house, &company(&house, "KR").await, json!({})).await;
    let entries = [
        (json!({ "scope": "domain", "text": "firm.test" }), "linkedin"),
        (json!({ "scope": "address", "text": "Ada+news@firm.test" }), "linkedin"),
    ];
    for (entry, first) in entries {
        tell(&house, "", events::CONTACT_SUPPRESSED, entry.clone()).await;
        house.react().await;
        let barred = advice(&house, &ada).await;
        assert_eq!(
            (&barred["first"], &of(&barred, "email")["access"]),
            (&json!(first), &json!("suppressed")),
            "{entry}"
        );
        tell(&house, "", events::CONTACT_SUPPRESSION_LIFTED, entry).await;
        house.react().await;
        assert_eq!(advice(&house, &ada).await["first"], "email");
    }
    tell(&house, &ada, events::CONTACT_SUPPRESSED, json!({ "scope": "person" })).await;
    house.react().await;
    assert_eq!(advice(&house, &ada).await["first"], Json::Null);
}

on_both_databases!(mail_is_not_advised_to_whom_the_law_protects, unlawful, doors);
async fn unlawful(house: House) {
    set(&house, json!({ "channel_try_percent": 0 })).await;
    let access = async |person: &String| of(&advice(&house, person).await, "email")["access"].clone();
    let (no, maybe) = (json!("not_lawful"), json!("unverified"));
    let korea = company(&house, "KR").await;
    let ada = person(&house, &korea, json!({})).await;
    let refused = advice(&house, &ada).await;
    assert_eq!((&refused["first"], &of(&refused, "email")["access"]), (&json!("linkedin"), &no), "{refused}");
    let table = [
        ("US", json!({}), &maybe),
        ("DE", json!({ "lawful_basis": "legitimate_interest" }), &no),
        ("DE", json!({ "lawful_basis": "customer" }), &maybe),
        ("GB", json!({}), &maybe),
        ("BR", json!({}), &no),
    ];
    for (country, more, expected) in table {
        let firm = company(&house, country).await;
        let mut more = more;
        more["phone"] = Json::Null;
        assert_eq!(access(&person(&house, &firm, more.clone()).await).await, *expected, "{country} {more}");
    }
    // They agree, the time of it runs out, they confirm, they take it back.
    let id = uuid::Uuid::now_v7();
    let given = |confirmed: bool| json!({ "kind": "consent", "how": "a form", "given_at": house.app.clock.now(), "confirmed": confirmed });
    let two_years = 731 * 86_400;
    for (kind, payload, seconds, expected) in [
        (events::CONSENT_GIVEN, given(false), 0, &maybe),
        (events::CONSENT_GIVEN, given(true), two_years, &no),
        (events::CONSENT_GIVEN, given(true), 0, &maybe),
        (events::CONSENT_WITHDRAWN, json!({ "kind": "consent", "reason": "by phone" }), 0, &no),
    ] {
        tell_of(&house, &ada, id, kind, payload).await;
        house.react().await;
        house.app.clock.set(house.app.clock.now().plus_seconds(seconds));
        assert_eq!(access(&ada).await, *expected, "{kind}");
    }
    // What is kept from them anyway has its own name.
    house.patch(&format!("/people/{ada}"), json!({ "do_not_contact": ["email"] })).await;
    assert_eq!(access(&ada).await, json!("refused"));
}
