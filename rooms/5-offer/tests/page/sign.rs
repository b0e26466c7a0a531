//! How an offer is accepted or declined, once.

use axum::http::{Method, StatusCode, header};
use kernel::Timestamp;
use offer::audit::{Audited, is_whole};
use offer::sign::seal::verify;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::Sql;

use super::{Out, accept, as_pairs, ask, audited, code, form, look, out, send, state, token_of, with_code};
use crate::support::{doors, draft, refused};

on_both_databases!(r65_acceptance_is_one_form_with_name_consent_and_an_optional_start_date, one_form, doors);
async fn one_form(house: House) {
    let out = out(&house).await;
    let page = look(&house, &format!("/o/{}", out.token)).await;
    let empty = form(&page.text, &[("name", ""), ("start_on", "2020-01-01")]);
    let wrong = accept(&house, &out, &empty).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["name-error", "start-error", "consent-error"] {
        assert!(wrong.text.contains(&format!("id=\"{field}\"")), "{field}");
    }
    let whole = with_code(&house, &out).await;
    let mut mistaken = whole.clone();
    mistaken.last_mut().unwrap().1 = "000000x".to_owned();
    if whole.last().unwrap().1 != "000000" {
        assert!(accept(&house, &out, &mistaken).await.text.contains("id=\"code-error\""));
    }
    let done = accept(&house, &out, &whole).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(done.headers[header::LOCATION], format!("/o/{}/receipt", out.token));
    assert_eq!(state(&house, &out).await, "accepted");
    let view = house.get(&format!("{}/page", out.path)).await;
    let receipt = view["links"][0]["receipt"].clone();
    assert_eq!(
        (
            &receipt["name"],
            &receipt["role"],
            &receipt["start_on"],
            &receipt["mail"],
            &receipt["contract"]["minor"]
        ),
        (
            &json!("Kim Minji"),
            &json!("CFO"),
            &json!("2027-01-04"),
            &json!("minji@acme.example"),
            &json!(90_000)
        )
    );
    // Sent once more, as after a torn connection: the same receipt, and nothing else is written.
    assert_eq!(accept(&house, &out, &whole).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.get(&format!("{}/page", out.path)).await["links"][0]["receipt"], receipt);
    assert_eq!(audited(&house, &out).await.iter().filter(|kind| *kind == "signed").count(), 1);
    let shown = look(&house, &format!("/o/{}/receipt", out.token)).await;
    assert!(shown.text.contains("$900.00") && shown.text.contains(receipt["pdf_sha256"].as_str().unwrap()));
    let kinds: Vec<String> =
        house.events().await.into_iter().map(|e| e.0).filter(|k| k.starts_with("offer.")).collect();
    assert_eq!(kinds, ["offer.drafted", "offer.sent", "offer.viewed", "offer.signed", "offer.ended"]);
}

on_both_databases!(of_two_answers_at_once_one_wins, at_once, doors);
async fn at_once(house: House) {
    let out = out(&house).await;
    let whole = with_code(&house, &out).await;
    let (first, second) = tokio::join!(accept(&house, &out, &whole), accept(&house, &out, &whole));
    assert_eq!((first.status, second.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    let rows: Option<i64> = Sql::new(house.app.db.engine(), "SELECT COUNT(*) FROM offer_acceptance")
        .scalar(house.app.db.read())
        .await
        .unwrap();
    assert_eq!(rows, Some(1));
    let ends = house.events().await.into_iter().filter(|e| e.0 == "offer.ended").count();
    assert_eq!((ends, state(&house, &out).await), (1, json!("accepted")));
}

on_both_databases!(taking_back_and_signing_at_once_leaves_one_of_both, race, doors);
async fn race(house: House) {
    let out = out(&house).await;
    let whole = with_code(&house, &out).await;
    let end = format!("{}/end", out.path);
    let (signed, withdrawn) =
        tokio::join!(accept(&house, &out, &whole), refused(&house, &end, json!({ "state": "withdrawn" })));
    let now = state(&house, &out).await;
    let wanted = match signed.status {
        StatusCode::SEE_OTHER => ("accepted", StatusCode::CONFLICT),
        _ => ("withdrawn", StatusCode::OK),
    };
    assert_eq!((now.as_str().unwrap(), withdrawn.0), wanted);
}

on_both_databases!(replayed_expired_superseded_and_forwarded_links_cannot_accept, cannot, doors);
async fn cannot(house: House) {
    let out = out(&house).await;
    // A code is good for one link, fifteen minutes and five mistakes.
    let whole = with_code(&house, &out).await;
    house.app.clock.set(Timestamp::parse("2026-11-23T00:15:01Z").unwrap());
    let late = accept(&house, &out, &whole).await;
    assert!(late.text.contains("id=\"code-error\""), "{}", late.text);
    let right = with_code(&house, &out).await;
    let mut mistaken = right.clone();
    mistaken.last_mut().unwrap().1 =
        String::from(if right.last().unwrap().1 == "111111" { "222222" } else { "111111" });
    for _ in 0..5 {
        accept(&house, &out, &mistaken).await;
    }
    assert!(accept(&house, &out, &right).await.text.contains("id=\"code-error\""), "after five mistakes");
    // What was shown is not what is asked for.
    for (field, value) in
        [("hash", "0".repeat(64)), ("total", "1".to_owned()), ("p", uuid::Uuid::nil().to_string())]
    {
        let mut other = with_code(&house, &out).await;
        other.iter_mut().filter(|(key, _)| key == field).for_each(|(_, old)| old.clone_from(&value));
        let answer = accept(&house, &out, &other).await;
        match field {
            // An unknown package is the advised one: it was shown.
            "p" => assert_eq!(answer.status, StatusCode::SEE_OTHER),
            _ => assert!(answer.text.contains("role=\"alert\""), "{field}"),
        }
        house.app.clock.set(house.app.clock.now().plus_seconds(3_601));
    }
    assert_eq!(state(&house, &out).await, "accepted");
}

on_both_databases!(links_of_versions_that_are_over_read_and_cannot_sign, over, doors);
async fn over(house: House) {
    let old = out(&house).await;
    let whole = with_code(&house, &old).await;
    let mut newer = draft(&old.lead);
    newer["title"] = json!("Close in one day");
    let newer = send(&house, old.lead.clone(), newer).await;
    let page = look(&house, &format!("/o/{}", old.token)).await;
    assert!(page.text.contains(&newer.token), "it leads to the newer version");
    assert!(!page.text.contains("id=\"accept\""));
    let answer = ask(&house, Method::POST, &format!("/o/{}/accept", old.token), &as_pairs(&whole)).await;
    assert!(answer.text.contains("A newer version took the place"), "{}", answer.text);
    // The link of somebody else reads, and cannot sign: no code is sent for it, and the code of another link is none.
    let other = house.post("/people", json!({ "name": "Lee Juno", "email": "juno@acme.example" })).await;
    let other = other["id"].as_str().unwrap();
    house.put(&format!("{}/people/{other}", newer.lead.path), json!({ "roles": ["user"] })).await;
    let third = house.post(&format!("{}/offers", newer.lead.path), draft(&newer.lead)).await;
    let path = format!("{}/offers/{}", newer.lead.path, third["id"].as_str().unwrap());
    house.post(&format!("{path}/send"), json!({ "sent_to": [newer.lead.person, other] })).await;
    let view = house.put(&format!("{path}/page"), json!({})).await;
    let links = view["links"].as_array().unwrap();
    assert_eq!((links.len(), &links[0]["signs_at"], &links[1]["signs_at"]), (2, &json!(1), &Json::Null));
    let (signer, reader) = (token_of(&links[0]["url"]), token_of(&links[1]["url"]));
    let signing = Out { lead: newer.lead.clone(), path: path.clone(), token: signer };
    let whole = with_code(&house, &signing).await;
    let read = look(&house, &format!("/o/{reader}")).await;
    assert!(read.text.contains("This link is for reading") && !read.text.contains("id=\"accept\""));
    let answer = ask(&house, Method::POST, &format!("/o/{reader}/accept"), &as_pairs(&whole)).await;
    assert_ne!(answer.status, StatusCode::SEE_OTHER);
    // Its last day is over where they are: nobody waits for a timer.
    house.app.clock.set(Timestamp::parse("2026-12-24T00:00:01-05:00").unwrap());
    let answer = accept(&house, &signing, &whole).await;
    assert!(answer.text.contains("no longer valid"), "{}", answer.text);
    house.tick().await;
    assert_eq!(house.get(&path).await["state"], "expired");
}

on_both_databases!(several_sign_in_their_order_and_the_last_one_ends_it, several, doors);
async fn several(house: House) {
    let out = out(&house).await;
    let other = json!({ "name": "Lee Juno", "email": "juno@acme.example" });
    let other = house.post("/people", other).await["id"].as_str().unwrap().to_owned();
    let (status, _) = house
        .send(
            &house.owner,
            Method::PUT,
            &format!("{}/page", out.path),
            Some(json!({ "signers": [other] })),
            &[],
        )
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "not in the committee");
    house.put(&format!("{}/people/{other}", out.lead.path), json!({ "roles": ["approver"] })).await;
    let order = json!({ "signers": [out.lead.person, other] });
    let view = house.put(&format!("{}/page", out.path), order.clone()).await;
    let links = view["links"].as_array().unwrap();
    let second = links.iter().find(|l| l["person_id"] == other.as_str()).unwrap();
    let second = Out { lead: out.lead.clone(), path: out.path.clone(), token: token_of(&second["url"]) };
    let first = Out { lead: second.lead.clone(), path: out.path.clone(), token: out.token.clone() };
    let early = look(&house, &format!("/o/{}", second.token)).await;
    assert!(early.text.contains("Somebody else signs first") && !early.text.contains("id=\"accept\""));
    let whole = with_code(&house, &first).await;
    assert_eq!(accept(&house, &first, &whole).await.status, StatusCode::SEE_OTHER);
    assert_eq!(state(&house, &first).await, "viewed", "one signature is missing");
    let (status, problem) =
        house.send(&house.owner, Method::PUT, &format!("{}/page", out.path), Some(order), &[]).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("signing_began")));
    let page = look(&house, &format!("/o/{}", second.token)).await;
    let filled = form(&page.text, &[("name", "Lee Juno"), ("consent", "yes")]);
    ask(&house, Method::POST, &format!("/o/{}/accept", second.token), &as_pairs(&filled)).await;
    let mut whole = filled;
    whole.push(("code".to_owned(), code(&house).await));
    assert_eq!(accept(&house, &second, &whole).await.status, StatusCode::SEE_OTHER);
    assert_eq!(state(&house, &first).await, "accepted");
}

on_both_databases!(the_agreement_is_sealed_and_the_audit_is_whole, sealed, doors);
async fn sealed(house: House) {
    let out = out(&house).await;
    let whole = with_code(&house, &out).await;
    let agreement = format!("/o/{}/agreement.pdf", out.token);
    assert_eq!(look(&house, &agreement).await.status, StatusCode::NOT_FOUND);
    assert_eq!(accept(&house, &out, &whole).await.status, StatusCode::SEE_OTHER);
    let (first, second) = tokio::join!(look(&house, &agreement), look(&house, &agreement));
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    assert!(first.bytes == second.bytes, "it is made once");
    let key = house.get("/offer-seal-key").await["public_key"].as_str().unwrap().to_owned();
    verify(&first.bytes, Some(&key)).unwrap();
    let mut other = first.bytes.clone();
    let middle = other.len() / 2;
    other[middle] ^= 1;
    assert!(verify(&other, Some(&key)).is_err());
    let rows = house.get(&format!("{}/audit", out.path)).await;
    assert_eq!(audited(&house, &out).await, ["sent", "linked", "opened", "code_sent", "signed", "accepted"]);
    let signed = rows.as_array().unwrap().iter().find(|row| row["kind"] == "signed").unwrap();
    for fact in
        ["content_sha256", "pdf_sha256", "name", "mail", "role", "consent", "consent_version", "user_agent"]
    {
        assert!(!signed["facts"][fact].is_null(), "{fact}");
    }
    assert_eq!(signed["address"], "203.0.113.7");
    let read = |row: &Json| Audited {
        n: row["n"].as_i64().unwrap(),
        at: Timestamp::parse(row["at"].as_str().unwrap()).unwrap(),
        kind: row["kind"].as_str().unwrap().to_owned(),
        link_id: row["link_id"].as_str().map(|id| id.parse().unwrap()),
        address: row["address"].as_str().unwrap().to_owned(),
        facts: row["facts"].clone(),
        seal: row["seal"].as_str().unwrap().to_owned(),
    };
    let mut rows: Vec<Audited> = rows.as_array().unwrap().iter().map(read).collect();
    assert!(is_whole(&rows));
    rows[4].facts["name"] = json!("Somebody Else");
    assert!(!is_whole(&rows));
}

on_both_databases!(who_declines_says_why_and_the_owner_hears_of_it, declined, doors);
async fn declined(house: House) {
    let out = out(&house).await;
    let path = format!("/o/{}/decline", out.token);
    ask(&house, Method::POST, &path, &[("reason", "  ")]).await;
    assert_eq!(state(&house, &out).await, "sent");
    ask(&house, Method::POST, &path, &[("reason", "Too late for us")]).await;
    let now = house.get(&out.path).await;
    assert_eq!((&now["state"], &now["end_reason"]), (&json!("declined"), &json!("Too late for us")));
    let page = look(&house, &format!("/o/{}", out.token)).await;
    assert!(page.text.contains("This offer was declined.") && !page.text.contains("id=\"accept\""));
}
