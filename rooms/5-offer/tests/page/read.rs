//! What the page shows, and what is heard from it.

use axum::http::{Method, StatusCode, header};
use http_room::Visitor;
use kernel::Timestamp;
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::Sql;

use super::{accept, ask, ask_as, audited, look, mailbox, out, send, state, with_code};
use crate::support::{doors, draft, lead};

on_both_databases!(r53_page_and_pdf_show_the_same_totals, totals, doors);
async fn totals(house: House) {
    let out = out(&house).await;
    let content = house.get(&out.path).await["content"].clone();
    let (package, line) = (
        content["packages"][0]["id"].as_str().unwrap(),
        content["packages"][0]["lines"][1]["id"].as_str().unwrap(),
    );
    for (query, sum) in [(String::new(), "$900.00"), (format!("?p={package}&c={line}"), "$1,100.00")] {
        let page = look(&house, &format!("/o/{}{query}", out.token)).await;
        let totals = page.text.split_once("id=\"totals\"").unwrap().1.split_once("</dl>").unwrap().0;
        assert!(totals.contains(sum), "{totals}");
        let part = look(&house, &format!("/o/{}/buy{query}", out.token)).await;
        assert!(part.text.contains(totals), "the part that is fetched is the part of the page");
        let pdf = look(&house, &format!("/o/{}/offer.pdf{query}", out.token)).await;
        assert!(pdf.bytes.starts_with(b"%PDF-"), "{}", pdf.text);
        if let Ok(folder) = std::env::var("PAPER_PICTURES") {
            std::fs::write(format!("{folder}/offer-{}.pdf", query.len()), &pdf.bytes).unwrap();
        }
    }
}

on_both_databases!(r54_views_and_words_raise_a_task_and_a_view_counts_once_a_day, views, doors);
async fn views(house: House) {
    let out = out(&house).await;
    let page = format!("/o/{}", out.token);
    let opened = async || house.events().await.into_iter().filter(|e| e.0 == "offer.viewed").count();
    ask(&house, Method::HEAD, &page, &[]).await;
    let bot = Visitor { address: "198.51.100.1".into(), user_agent: "Slackbot-LinkExpanding 1.0".into() };
    ask_as(&house, bot, Method::GET, &page, &[]).await;
    assert_eq!(opened().await, 0, "programs are no readers");
    for _ in 0..3 {
        look(&house, &page).await;
    }
    let laptop =
        Visitor { address: "198.51.100.9".into(), user_agent: "Mozilla/5.0 (X11) Firefox/150".into() };
    ask_as(&house, laptop, Method::GET, &page, &[]).await;
    assert_eq!((opened().await, state(&house, &out).await), (1, json!("viewed")));
    let view = house.get(&format!("{}/page", out.path)).await;
    assert_eq!(view["links"][0]["places"], 2, "it is seen that it was opened elsewhere");
    house.app.clock.set(house.app.clock.now().plus_days(1));
    look(&house, &page).await;
    assert_eq!(opened().await, 2);
    let tasks = house.get("/tasks?where=state.eq.open").await;
    for title in ["Kim Minji opened the offer", "Ask what they think of the offer"] {
        let open = tasks["items"].as_array().unwrap().iter().filter(|t| t["title"] == title).count();
        assert_eq!(open, 1, "{title}");
    }
    let said = [("section", "price"), ("words", "Is training needed?"), ("kind", "question")];
    let answer = ask(&house, Method::POST, &format!("{page}/comment"), &said).await;
    let to = answer.headers[header::LOCATION].to_str().unwrap();
    assert!(to.starts_with(&format!("{page}?p=")) && to.ends_with("&said=1#packages"), "{to}");
    assert!(look(&house, &page).await.text.contains("Is training needed?"));
    let told = house.events().await.into_iter().find(|e| e.0 == "offer.feedback").unwrap().1;
    assert_eq!((&told["kind"], &told["words"]), (&json!("question"), &json!("Is training needed?")));
    let tasks = house.get("/tasks?where=state.eq.open").await;
    let titles: Vec<&str> =
        tasks["items"].as_array().unwrap().iter().map(|t| t["title"].as_str().unwrap()).collect();
    // What was asked takes the place of the look, and of asking what they think.
    for (title, open) in [
        ("Answer Kim Minji: a word about the offer", 1),
        ("Kim Minji opened the offer", 0),
        ("Ask what they think of the offer", 0),
    ] {
        assert_eq!(titles.iter().filter(|t| **t == title).count(), open, "{title} in {titles:?}");
    }
    for _ in 0..25 {
        ask(&house, Method::POST, &format!("{page}/comment"), &said).await;
    }
    let comments = house.get(&format!("{}/page", out.path)).await["comments"].as_array().unwrap().len();
    assert_eq!(comments, 20, "twenty an hour");
}

on_both_databases!(reading_is_timed_only_for_whoever_agreed, timing, doors);
async fn timing(house: House) {
    let out = out(&house).await;
    let page = format!("/o/{}", out.token);
    let tell = async || {
        ask(
            &house,
            Method::POST,
            &format!("{page}/reading"),
            &[("price", "30"), ("nothing", "5"), ("x", "9999")],
        )
        .await
    };
    let timed = async || house.get(&format!("{}/page", out.path)).await["links"][0].clone();
    assert_eq!(tell().await.status, StatusCode::NO_CONTENT);
    assert_eq!((&timed().await["reading"], &timed().await["timed"]), (&json!([]), &Json::Null));
    ask(&house, Method::POST, &format!("{page}/timing"), &[("agreed", "yes")]).await;
    tell().await;
    tell().await;
    assert_eq!(timed().await["reading"], json!([{ "section": "price", "seconds": 60 }]));
    ask(&house, Method::POST, &format!("{page}/timing"), &[("agreed", "no")]).await;
    tell().await;
    assert_eq!(
        (&timed().await["reading"], &timed().await["timed"]),
        (&json!([]), &json!(false)),
        "it is forgotten"
    );
}

on_both_databases!(a_page_runs_nothing_of_others_is_small_and_is_listed_nowhere, careful, doors);
async fn careful(house: House) {
    let lead = lead(&house).await;
    let mut draft = draft(&lead);
    draft["note"] = json!("<script>alert(1)</script>\n\n[x](javascript:alert(2))");
    draft["sections"] = json!([{ "title": "<img src=x onerror=alert(3)>", "body": "**Bold** <b>x</b>" }]);
    let out = send(&house, lead, draft).await;
    let page = look(&house, &format!("/o/{}", out.token)).await;
    assert!(
        !page.text.contains("<script>alert")
            && !page.text.contains("javascript:")
            && !page.text.contains("<img src=x")
    );
    assert!(page.text.contains("<strong>Bold</strong>") && page.text.contains("noindex"));
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(
        policy.contains("default-src 'none'")
            && policy.contains("script-src 'self'")
            && !policy.contains("unsafe")
    );
    assert_eq!(page.headers["x-robots-tag"], "noindex");
    let parts = [look(&house, "/o/page.css").await, look(&house, "/o/page.js").await];
    let size = page.bytes.len() + parts.iter().map(|p| p.bytes.len()).sum::<usize>();
    assert!(size < 60_000, "{size} bytes before compression");
    for path in
        ["/o/nothing", "/o/..", &format!("/o/{}x", out.token), &format!("/o/{}/agreement.pdf", out.token)]
    {
        let answer = look(&house, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!answer.text.contains("Acme"));
    }
    let kept: Option<String> =
        Sql::new(house.app.db.engine(), "SELECT token_sealed || token_hash FROM offer_link")
            .scalar(house.app.db.read())
            .await
            .unwrap();
    assert!(!kept.unwrap().contains(&out.token), "the token itself is kept nowhere");
}

on_both_databases!(r67_an_incentive_is_on_the_page_until_its_day_is_over, incentive, doors);
async fn incentive(house: House) {
    let out = out(&house).await;
    let new = json!({ "text": "Setting up is free", "value_minor": 30_000, "until_on": "2026-12-01", "truth_note": "A team is free until then" });
    house.put(&format!("{}/incentive", out.path), new).await;
    let said = async || {
        look(&house, &format!("/o/{}", out.token)).await.text.contains("Setting up is free (worth $300.00)")
    };
    assert!(said().await);
    house.app.clock.set(Timestamp::parse("2026-12-01T23:59:00-05:00").unwrap());
    assert!(said().await, "where they are it is still the day");
    house.app.clock.set(Timestamp::parse("2026-12-02T00:00:01-05:00").unwrap());
    assert!(!said().await, "it lapsed on its own");
}

on_both_databases!(r70_a_price_that_rises_is_shown_with_its_day_and_holds_from_then_on, rise, doors);
async fn rise(house: House) {
    let lead = lead(&house).await;
    let mut draft = draft(&lead);
    let product = json!({ "content": { "code": "LIC", "name": { "en": "Licence" } } });
    let product = house.post("/products", product).await["id"].clone();
    let item = json!({
        "product_id": product, "period": "one_off", "minor": 90_000, "rises": [{ "on": "2026-12-10", "minor": 100_000 }],
    });
    let book =
        json!({ "name": "List", "currency": "USD", "terms": [{ "term": "12_months" }], "items": [item] });
    let book = house.post("/price-books", book).await["id"].as_str().unwrap().to_owned();
    draft["price_book_version"] =
        house.post(&format!("/price-books/{book}/publish"), Json::Null).await["id"].clone();
    draft["packages"][0]["lines"][0]["product_id"] = product;
    draft["packages"][0]["lines"].as_array_mut().unwrap().truncate(1);
    let out = send(&house, lead, draft).await;
    let before = look(&house, &format!("/o/{}", out.token)).await.text;
    assert!(before.contains("$900.00 each until 10 Dec 2026, $1,000.00 from then on"));
    let whole = with_code(&house, &out).await;
    house.app.clock.set(Timestamp::parse("2026-12-10T00:00:01-05:00").unwrap());
    let answer = accept(&house, &out, &whole).await;
    assert!(answer.text.contains("A price has changed"), "{}", answer.text);
    assert!(answer.text.contains("$1,000.00 each since 10 Dec 2026"));
}

on_both_databases!(an_offer_is_mailed_with_a_link_for_each_and_looks_as_the_workspace_wants, mailed, doors);
async fn mailed(house: House) {
    let out = out(&house).await;
    let mail = json!({ "mailbox_id": mailbox(&house).await, "person_ids": [out.lead.person], "subject": "Our offer", "text": "Here it is: {{link}}" });
    house.post(&format!("{}/mail", out.path), mail).await;
    let text: Option<String> =
        Sql::new(house.app.db.engine(), "SELECT text FROM message WHERE subject = 'Our offer'")
            .scalar(house.app.db.read())
            .await
            .unwrap();
    assert!(text.unwrap().contains(&format!("/o/{}", out.token)));
    assert!(audited(&house, &out).await.contains(&"mailed".to_owned()));
    let (status, problem) = house
        .send(&house.owner, Method::PUT, "/offer-theme", Some(json!({ "accent": "#ffe066" })), &[])
        .await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("accent"))
    );
    house
        .put(
            "/offer-theme",
            json!({ "accent": "#5F3DC4", "sender": "Hanbit Soft", "sender_lines": "Teheran-ro 1" }),
        )
        .await;
    let (status, _) = house.upload(&house.owner, "/offer-theme/logo", "logo", "logo.svg", b"<svg/>").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let logo = include_bytes!("../../../../foundation/paper/src/document/logo.png");
    let (status, set) = house.upload(&house.owner, "/offer-theme/logo", "logo", "logo.png", logo).await;
    assert_eq!((status, &set["logo"], &set["accent"]), (StatusCode::OK, &json!(true), &json!("#5f3dc4")));
    assert_eq!(look(&house, "/o/theme/5f3dc4.css").await.text, ":root { --accent: #5f3dc4; }\n");
    assert_eq!(look(&house, "/o/theme/zz.css").await.status, StatusCode::NOT_FOUND);
    assert_eq!(look(&house, &format!("/o/{}/logo", out.token)).await.bytes, logo);
    let page = look(&house, &format!("/o/{}", out.token)).await.text;
    assert!(page.contains("Hanbit Soft") && page.contains("/o/theme/5f3dc4.css"));
    for path in ["page", "audit", "pdf", "agreement", "preview"] {
        let (status, _) =
            house.send(&house.stranger, Method::GET, &format!("{}/{path}", out.path), None, &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let (status, pdf) =
        house.send_raw(&house.owner, Method::GET, &format!("{}/pdf", out.path), None, &[]).await;
    assert!(status == StatusCode::OK && pdf.starts_with(b"%PDF-"));
    let (_, html) =
        house.send_raw(&house.owner, Method::GET, &format!("{}/preview", out.path), None, &[]).await;
    let html = String::from_utf8(html).unwrap();
    assert!(html.contains("Hanbit Soft") && !html.contains("<button"), "nothing can be sent from a preview");
}
