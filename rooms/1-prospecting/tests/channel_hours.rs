//! The hours at which people answer and what came of advice, through their door on both databases (R20).

use crate::touching::{advice, company, days_pass, doors, lots, mailed, mailed_at_once, of, person};
use axum::http::{Method, StatusCode};
use records::on_both_databases;
use records::testing::{House, MORNING};
use serde_json::{Value as Json, json};

/// Later on the first day, in hours after nine in Seoul.
fn at_hour(house: &House, hour: i64) {
    house.app.clock.set(MORNING.plus_seconds((hour - 9) * 3_600));
}

fn hour(segment: &Json, hour: usize) -> &Json {
    &segment["hours"][hour]
}

on_both_databases!(the_next_good_hour_is_on_the_clock_of_whom_is_touched, next_hours, doors);
async fn next_hours(house: House) {
    lots(&house, 0).await;
    let seoul = person(&house, &company(&house, "KR").await, json!({})).await;
    let york = json!({ "email": "us@firm.test", "phone": null });
    let york = person(&house, &company(&house, "US").await, york).await;
    // Imported with nothing but a name and an address.
    let bare = house.post("/people", json!({ "name": "Bo", "email": "bo@elsewhere.test" })).await;
    let bare = bare["id"].as_str().expect("an id").to_owned();
    let alone = house.post("/people", json!({ "name": "No way" })).await;
    let alone = alone["id"].as_str().expect("an id").to_owned();
    let table = [
        (seoul, "Asia/Seoul", 9, "2026-11-23T00:00:00.000000Z"),
        // Sunday evening there.
        (york, "America/New_York", 8, "2026-11-23T13:00:00.000000Z"),
        (bare, "Asia/Seoul", 9, "2026-11-23T00:00:00.000000Z"),
    ];
    for (who, zone, hour, at) in table {
        let best = advice(&house, &who).await["best_hour"].clone();
        let found = (best["zone"].as_str(), best["hour"].as_u64(), best["at"].as_str());
        assert_eq!(found, (Some(zone), Some(hour), Some(at)), "{best}");
        assert_eq!((&best["basis"], &best["sends"]), (&json!("assumption"), &json!(0)));
        let p = |key: &str| best[key].as_f64().expect("a share");
        assert!(
            (p("p") - 1.3 * p("mean")).abs() < 1e-12 && p("low") < p("p") && p("p") < p("high"),
            "{best}"
        );
    }
    assert_eq!(advice(&house, &alone).await["best_hour"], Json::Null);
}

on_both_databases!(an_hour_is_learned_from_own_mails_and_a_window_proposed_from_300_on, learns_hours, doors);
async fn learns_hours(house: House) {
    lots(&house, 0).await;
    let firm = company(&house, "KR").await;
    let ada = person(&house, &firm, json!({})).await;
    let other = person(&house, &firm, json!({ "email": "other@firm.test" })).await;
    at_hour(&house, 9);
    mailed_at_once(&house, &other, 60, 1).await;
    at_hour(&house, 11);
    mailed_at_once(&house, &other, 298, 60).await;
    let before = house.get("/channel-advice/hours").await;
    assert_eq!(hour(&before["segments"][0], 11)["sends"], 60, "answers count at once");
    days_pass(&house, 20).await;
    let all = house.get("/channel-advice/hours").await;
    let segments = all["segments"].as_array().expect("a list");
    assert_eq!(segments.len(), 2, "the workspace and theirs: {all}");
    for segment in segments {
        let found = [9, 11, 12].map(|h| hour(segment, h)["sends"].as_u64());
        assert_eq!(found, [Some(60), Some(298), Some(0)]);
        assert_eq!(segment["proposal"], Json::Null, "298 are too few");
        assert!(hour(segment, 11)["p"].as_f64() > hour(segment, 9)["p"].as_f64());
    }
    assert_eq!((&segments[0]["segment"], &segments[0]["sends"]), (&json!(""), &json!(358)));
    assert_eq!(
        (&hour(&segments[0], 9)["usual"], &hour(&segments[0], 11)["usual"]),
        (&json!(true), &json!(false))
    );

    let day = house.app.clock.now();
    mailed(&house, &other).await;
    house.app.clock.set(day.plus_seconds(3_600));
    mailed(&house, &other).await;
    // One at eleven makes 299, the other came an hour later.
    days_pass(&house, 20).await;
    let still = house.get("/channel-advice/hours?channel=email").await;
    assert_eq!(hour(&still["segments"][0], 11)["sends"], 299);
    assert_eq!(still["segments"][0]["proposal"]["from"], json!(11), "with the hour after it there are 300");
    assert_eq!(still["segments"][0]["proposal"]["to"], json!(13));

    house.app.clock.set(house.app.clock.now().plus_seconds(-3_600));
    mailed(&house, &other).await;
    days_pass(&house, 20).await;
    let proposed = house.get("/channel-advice/hours").await["segments"][0]["proposal"].clone();
    assert_eq!(
        (&proposed["from"], &proposed["to"], &proposed["sends"]),
        (&json!(11), &json!(12), &json!(300))
    );
    assert!(proposed["sure"].as_f64() >= Some(0.9) && proposed["p"].as_f64() > proposed["usual_p"].as_f64());
    // A proposal changes no hour of mail: a person decides.
    let best = advice(&house, &ada).await["best_hour"].clone();
    assert!([8, 9, 15].contains(&best["hour"].as_u64().expect("an hour")), "{best}");
    assert_eq!(advice(&house, &ada).await["first"], "email");

    let theirs = house.send(&house.stranger, Method::GET, "/channel-advice/hours", None, &[]).await.1;
    assert_eq!(
        (theirs["segments"].as_array().map(Vec::len), &theirs["segments"][0]["sends"]),
        (Some(1), &json!(0))
    );
}

on_both_databases!(calls_are_counted_by_the_hour_too_and_letters_are_not, calls_by_hour, doors);
async fn calls_by_hour(house: House) {
    lots(&house, 0).await;
    let ada = person(&house, &company(&house, "US").await, json!({ "phone": "+1 212 555 0100" })).await;
    let call = json!({ "kind": "call", "person_id": ada, "direction": "out", "outcome": "voicemail" });
    house.post("/activities", call).await;
    house.react().await;
    let calls = house.get("/channel-advice/hours?channel=phone").await;
    // Nine in the morning in Seoul is seven in the evening before in New York.
    assert_eq!(hour(&calls["segments"][0], 19)["sends"], 1, "{calls}");
    assert_eq!(calls["segments"][0]["proposal"], Json::Null);
    let (status, _) =
        house.send(&house.owner, Method::GET, "/channel-advice/hours?channel=postal", None, &[]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// Somebody of each number: mailed as advised, then called though nobody advised it.
async fn mailed_and_called(house: &House, firm: &str, people: usize, answered: usize) {
    for n in 0..people {
        let who = person(house, firm, json!({ "email": format!("p{n}@firm.test") })).await;
        mailed_at_once(house, &who, 1, usize::from(n < answered)).await;
        let call = json!({ "kind": "call", "person_id": who, "direction": "out", "outcome": "no_answer" });
        house.post("/activities", call).await;
    }
    house.react().await;
}

on_both_databases!(what_came_of_advice_is_told_once_it_can_be_told_and_never_as_a_cause, report, doors);
async fn report(house: House) {
    lots(&house, 0).await;
    let empty = house.get("/channel-advice/report").await;
    assert_eq!((&empty["all"]["says"], &empty["all"]["one"]["share"]), (&json!("not_enough"), &Json::Null));
    assert_eq!((&empty["channels"], &empty["calibration"]), (&json!([]), &json!([])));
    let firm = company(&house, "KR").await;
    mailed_and_called(&house, &firm, 35, 6).await;
    let early = house.get("/channel-advice/report").await;
    // Six have answered and nobody else can have failed yet: a rate of those alone would be a lie.
    assert_eq!((&early["waiting"], &early["all"]["one"]["n"]), (&json!(70), &json!(0)), "{early}");

    days_pass(&house, 20).await;
    let told = house.get("/channel-advice/report").await;
    let (one, other) = (&told["all"]["one"], &told["all"]["other"]);
    assert_eq!(
        (&told["waiting"], &one["n"], &one["k"], &one["people"]),
        (&json!(0), &json!(35), &json!(6), &json!(35))
    );
    assert_eq!((&other["n"], &other["k"]), (&json!(35), &json!(0)));
    assert_eq!(told["all"]["says"], "higher");
    let d = told["all"]["difference"].as_f64().expect("enough");
    let ends = ["low", "high"].map(|end| told["all"]["interval"][end].as_f64().expect("an end"));
    assert!((d - 6.0 / 35.0).abs() < 1e-12 && 0.0 < ends[0] && ends[0] < d && d < ends[1], "{told}");
    let channels: Vec<_> = told["channels"].as_array().expect("a list").iter().collect();
    let said: Vec<_> =
        channels.iter().map(|c| (&c["channel"], &c["one"]["n"], &c["other"]["n"], &c["says"])).collect();
    let none = json!("not_enough");
    assert_eq!(
        said,
        [(&json!("email"), &json!(35), &json!(0), &none), (&json!("phone"), &json!(0), &json!(35), &none)]
    );
    let bins = told["calibration"].as_array().expect("a list");
    let n: u64 = bins.iter().map(|bin| bin["seen"]["n"].as_u64().expect("a count")).sum();
    assert_eq!(n, 70, "every touch has one: {told}");
    let phone = bins.first().expect("the lowest");
    // 0.0040 before the first call, less after each that reached nobody.
    assert!((0.002..0.004).contains(&phone["predicted"].as_f64().expect("a share")), "{phone}");
    assert_eq!((&phone["from"], &phone["to"]), (&json!(0.0), &json!(0.005)));

    // Other days, and another workspace.
    let elsewhen = house.get("/channel-advice/report?from=2026-11-24&to=2026-12-01").await;
    assert_eq!(elsewhen["all"]["one"]["n"], 0);
    let day = house.get("/channel-advice/report?from=2026-11-23&to=2026-11-23").await;
    assert_eq!(day["all"]["one"]["n"], 35);
    let theirs = house.send(&house.stranger, Method::GET, "/channel-advice/report", None, &[]).await.1;
    assert_eq!((&theirs["all"]["one"]["n"], &theirs["waiting"]), (&json!(0), &json!(0)));
    let wrong = "/channel-advice/report?from=yesterday";
    let (status, _) = house.send(&house.owner, Method::GET, wrong, None, &[]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

on_both_databases!(a_try_says_so_and_is_compared_with_the_usual_advice_apart, tries, doors);
async fn tries(house: House) {
    lots(&house, 0).await;
    let firm = company(&house, "KR").await;
    let usual = person(&house, &firm, json!({})).await;
    let told = advice(&house, &usual).await;
    assert_eq!((&told["tried"], &told["usual"]), (&json!(false), &told["first"]));
    mailed(&house, &usual).await;
    house.react().await;

    lots(&house, 100).await;
    let again = advice(&house, &usual).await;
    assert_eq!((&again["tried"], &again["usual"]), (&json!(true), &json!("email")));
    assert_eq!(advice(&house, &usual).await["first"], again["first"], "the same person draws the same");
    let asked = json!({ "preferred_channel": "email", "email": "asked@firm.test" });
    let asked = person(&house, &firm, asked).await;
    assert_eq!(advice(&house, &asked).await["tried"], false, "who asked for a channel draws no lot");
    mailed(&house, &asked).await;
    let (mut drawn, mut followed) = (0, 0);
    for n in 0..12 {
        let who = person(&house, &firm, json!({ "email": format!("try{n}@firm.test") })).await;
        let told = advice(&house, &who).await;
        assert_eq!(told["tried"], true, "{told}");
        assert_eq!(told["channels"][0]["channel"], told["first"], "what is drawn stands first");
        drawn += 1;
        followed += usize::from(told["path"].as_array().expect("a list").contains(&json!("email")));
        mailed(&house, &who).await;
    }
    days_pass(&house, 20).await;
    let lot = house.get("/channel-advice/report").await["by_lot"].clone();
    let counts = (&lot["compared"]["one"]["n"], &lot["compared"]["other"]["n"]);
    assert_eq!(counts, (&json!(drawn), &json!(1)), "who asked is in neither: {lot}");
    assert_eq!((&lot["drawn_followed"], &lot["usual_followed"]), (&json!(followed), &json!(1)));
    assert_eq!(lot["compared"]["says"], "not_enough");
    assert_eq!(of(&again, "email")["touches"], 0);
}
