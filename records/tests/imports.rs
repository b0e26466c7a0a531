//! Imports through their routes and their job, on both databases, with the heads of real lists.

use axum::http::{Method, StatusCode};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::Sql;

fn doors() -> Vec<http_room::Door> {
    Vec::new()
}

async fn upload(house: &House, kind: &str, name: &str, bytes: &[u8]) -> Json {
    let (status, json) = house.upload(&house.owner, "/imports", kind, name, bytes).await;
    assert_eq!(status, StatusCode::CREATED, "{json}");
    json
}

async fn run(house: &House, import: &Json) -> Json {
    let id = import["id"].as_str().unwrap();
    house.post(&format!("/imports/{id}/start"), json!({})).await;
    house.work().await;
    house.get(&format!("/imports/{id}")).await
}

fn counts(import: &Json) -> (i64, i64, i64, i64, i64) {
    let n = |key: &str| import[key].as_i64().unwrap();
    (n("rows_read"), n("created"), n("updated"), n("skipped"), n("refused"))
}

on_both_databases!(a_korean_list_in_cp949_with_semicolons_arrives_intact, korean, doors);
async fn korean(house: House) {
    let text = "회사명;종목코드;업종;홈페이지\r\nSK하이닉스;000660;반도체;https://www.skhynix.com\r\n\"한빛;소프트\";047080;게임;http://www.hanbitsoft.co.kr\r\n";
    let (bytes, _, _) = encoding_rs::EUC_KR.encode(text);
    let import = upload(&house, "company", "krx.csv", &bytes).await;
    assert_eq!(import["plan"]["dialect"]["delimiter"], ";");
    assert_eq!(import["preview"][1]["cells"][0], "한빛;소프트");
    let done = run(&house, &import).await;
    assert_eq!((done["state"].as_str(), counts(&done)), (Some("done"), (2, 2, 0, 0, 0)));
    let page = house.get("/companies?sort=name").await;
    let names: Vec<&str> =
        page["items"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["SK하이닉스", "한빛;소프트"]);
    assert_eq!(house.get("/search?q=%EB%8B%89%EC%8A%A4").await[0]["title"], "SK하이닉스");
}

on_both_databases!(every_row_is_counted_once_and_refused_rows_come_back_with_their_reason, refusals, doors);
async fn refusals(house: House) {
    let text = "name,domain,employees\nAcme,acme.com,120\nBroken,broken.com,many\nShort,short.com\nAcme again,acme.com,130\n,,\n";
    let import = upload(&house, "company", "list.csv", text.as_bytes()).await;
    let id = import["id"].as_str().unwrap();
    let columns = import["plan"]["columns"].clone();
    let mut columns = columns.as_array().unwrap().clone();
    columns[2]["target"] = json!({ "to": "field", "key": "employees" });
    house.patch(&format!("/imports/{id}"), json!({ "columns": columns, "duplicates": "update" })).await;
    let trial = house.post(&format!("/imports/{id}/start"), json!({ "dry_run": true })).await;
    house.work().await;
    let done = run(&house, &import).await;
    assert_eq!(counts(&done), (4, 1, 1, 0, 2), "read = created + updated + skipped + refused");
    for job in [&trial["id"], &done["job_id"]] {
        let job = house.get(&format!("/jobs/{}", job.as_str().unwrap())).await;
        let refused = job["result"]["first_refusals"].as_array().unwrap();
        let places: Vec<_> = refused.iter().map(|r| (&r["line"], &r["column"], &r["cell"])).collect();
        assert_eq!(
            places,
            [(&json!(3), &json!("employees"), &json!("many")), (&json!(4), &Json::Null, &Json::Null)]
        );
        assert!(refused[1]["reason"].as_str().unwrap().contains("2 cells"), "{refused:?}");
    }
    let (_, csv) =
        house.send_raw(&house.owner, Method::GET, &format!("/imports/{id}/refused.csv"), None, &[]).await;
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.contains("Broken,broken.com,many,3,"), "{csv}");
    assert!(csv.contains("column 'employees'"), "{csv}");
    assert!(csv.contains("the row has 2 cells"), "{csv}");
    let company = &house.get("/companies").await["items"][0];
    assert_eq!((company["name"].as_str(), company["employees"].as_i64()), (Some("Acme again"), Some(130)));
}

on_both_databases!(columns_are_chosen_in_any_order_and_the_start_asks_for_a_name, any_order, doors);
async fn any_order(house: House) {
    let import = upload(&house, "company", "list.csv", b"Haus,Ort\nAcme,Berlin\n").await;
    let path = format!("/imports/{}", import["id"].as_str().unwrap());
    let mut columns = import["plan"]["columns"].as_array().unwrap().clone();
    columns[0]["target"] = json!({ "to": "ignore" });
    columns[1]["target"] = json!({ "to": "field", "key": "city" });
    house.patch(&path, json!({ "columns": columns })).await;
    let start = format!("{path}/start");
    let (status, problem) = house.send(&house.owner, Method::POST, &start, Some(json!({})), &[]).await;
    assert_eq!(
        (status, &problem["errors"][0]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("required"))
    );
    columns[0]["target"] = json!({ "to": "field", "key": "name" });
    house.patch(&path, json!({ "columns": columns })).await;
    assert_eq!(counts(&run(&house, &import).await), (1, 1, 0, 0, 0));
}

on_both_databases!(a_row_that_says_no_name_leaves_the_name_as_it_is, nameless, doors);
async fn nameless(house: House) {
    house.post("/companies", json!({ "name": "Acme Corporation", "domain": "acme.com" })).await;
    let text = "domain,employees\nacme.com,120\nacme.com,130\nnew.com,5\n";
    let import = upload(&house, "company", "sizes.csv", text.as_bytes()).await;
    assert_eq!(counts(&run(&house, &import).await), (3, 1, 2, 0, 0));
    let page = house.get("/companies?sort=domain").await;
    let seen: Vec<_> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (c["name"].as_str().unwrap(), c["employees"].as_i64().unwrap()))
        .collect();
    assert_eq!(seen, [("Acme Corporation", 130), ("new.com", 5)]);
}

on_both_databases!(duplicates_are_skipped_updated_or_made_again_as_asked, duplicates, doors);
async fn duplicates(house: House) {
    house.post("/companies", json!({ "name": "Acme", "domain": "acme.com", "city": "Seoul" })).await;
    for (choice, expected) in
        [("skip", (1, 0, 0, 1, 0)), ("update", (1, 0, 1, 0, 0)), ("create", (1, 1, 0, 0, 0))]
    {
        let import = upload(
            &house,
            "company",
            "a.csv",
            b"name,website,industry\nAcme Inc,https://www.acme.com/about,Tools\n",
        )
        .await;
        house
            .patch(&format!("/imports/{}", import["id"].as_str().unwrap()), json!({ "duplicates": choice }))
            .await;
        assert_eq!(counts(&run(&house, &import).await), expected, "{choice}");
    }
    assert_eq!(house.get("/companies/count").await["count"], 2);
    let kept = house.get("/companies?where=city.eq.Seoul").await;
    assert_eq!(kept["items"][0]["industry"], "Tools", "what the row did not say was kept");
}

on_both_databases!(unknown_columns_become_custom_fields_with_their_kind, custom, doors);
async fn custom(house: House) {
    let mut text = String::from("name,Store count,Opened,Uses CRM\n");
    for n in 1..40 {
        text.push_str(&format!(
            "Shop {n},{n},2024-01-{:02},{}\n",
            n % 28 + 1,
            if n % 2 == 0 { "yes" } else { "no" }
        ));
    }
    let import = upload(&house, "company", "shops.csv", text.as_bytes()).await;
    let done = run(&house, &import).await;
    assert_eq!(counts(&done), (39, 39, 0, 0, 0));
    let fields = house.get("/custom-fields?on=company").await;
    let kinds: Vec<(&str, &str)> = fields
        .as_array()
        .unwrap()
        .iter()
        .map(|f| (f["key"].as_str().unwrap(), f["kind"].as_str().unwrap()))
        .collect();
    assert_eq!(kinds, [("store_count", "number"), ("opened", "date"), ("uses_crm", "yes_no")]);
    assert_eq!(house.get("/companies/count?where=custom.store_count.gte.30").await["count"], 10);
    assert_eq!(house.get("/companies/count?where=custom.uses_crm.eq.true").await["count"], 19);
}

on_both_databases!(a_dry_run_tells_what_would_happen_and_writes_nothing, dry, doors);
async fn dry(house: House) {
    let import =
        upload(&house, "company", "a.csv", b"name,domain\nAcme,acme.com\nAcme,acme.com\nBeta,beta.com\n")
            .await;
    let job = house
        .post(&format!("/imports/{}/start", import["id"].as_str().unwrap()), json!({ "dry_run": true }))
        .await;
    house.work().await;
    let job = house.get(&format!("/jobs/{}", job["id"].as_str().unwrap())).await;
    assert_eq!(
        (job["state"].as_str(), job["result"]["created"].as_i64(), job["result"]["updated"].as_i64()),
        (Some("done"), Some(2), Some(1))
    );
    assert_eq!(house.get("/companies/count").await["count"], 0);
    assert_eq!(counts(&run(&house, &import).await), (3, 2, 1, 0, 0), "and the real run says the same");
}

on_both_databases!(people_join_their_company_by_name_or_domain_and_deals_bring_their_history, linked, doors);
async fn linked(house: House) {
    let people = "First Name,Last Name,Email,Company,Job Title\n철수,김,cs@hanbit.co.kr,한빛소프트,대표\nAda,Lovelace,ada@acme.com,Acme Inc,CTO\nAda,Lovelace,ada@acme.com,Acme Inc,CEO\n";
    let import = upload(&house, "person", "people.csv", people.as_bytes()).await;
    assert_eq!(counts(&run(&house, &import).await), (3, 2, 1, 0, 0));
    let found = house.get("/people?sort=name").await;
    let rows: Vec<(&str, &str, &str)> = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| {
            (p["name"].as_str().unwrap(), p["company_name"].as_str().unwrap(), p["title"].as_str().unwrap())
        })
        .collect();
    assert_eq!(rows, [("Ada Lovelace", "Acme Inc", "CEO"), ("김철수", "한빛소프트", "대표")]);
    let deals = "opportunity_id,sales_agent,account,deal_stage,engage_date,close_date,close_value\n1C1I,Moses Frase,Acme,Won,10/20/2016,3/1/2017,1054\nZ063,Darcel Schlecht,Isdom,Engaging,10/25/2016,,\nEC4Q,Darcel Schlecht,,Lost,10/25/2016,3/7/2017,0\n";
    let import = upload(&house, "deal", "pipeline.csv", deals.as_bytes()).await;
    assert_eq!(counts(&run(&house, &import).await), (3, 3, 0, 0, 0));
    let page = house.get("/deals?sort=name").await;
    let won = page["items"].as_array().unwrap().iter().find(|d| d["external_id"] == "1C1I").unwrap();
    assert_eq!(
        (won["stage"].as_str(), won["status"].as_str(), won["company_name"].as_str()),
        (Some("closing"), Some("won"), Some("Acme Inc"))
    );
    assert_eq!(won["value"], json!({ "minor": 105_400, "currency": "USD" }));
    assert_eq!(won["created_at"], "2016-10-20T00:00:00.000000Z");
    let import = upload(&house, "deal", "pipeline.csv", deals.as_bytes()).await;
    assert_eq!(counts(&run(&house, &import).await).2, 3, "the same file again updates");
}

on_both_databases!(a_domain_counts_before_a_name_and_a_name_before_a_mail_address, ranked, doors);
async fn ranked(house: House) {
    house.post("/companies", json!({ "name": "Alpha", "domain": "alpha.com" })).await;
    house.post("/companies", json!({ "name": "Beta", "domain": "beta.com" })).await;
    let people = "First Name,Last Name,Email,Company,Website\nAnn,A,ann@alpha.com,Beta,\nBob,B,bob@alpha.com,Beta,https://alpha.com\n\
                  Cid,C,cid@beta.com,,\nDee,D,dee@alpha.com,Gamma,\nEve,E,eve@alpha.com,Delta,delta.com\n";
    let import = upload(&house, "person", "people.csv", people.as_bytes()).await;
    assert_eq!(counts(&run(&house, &import).await), (5, 5, 0, 0, 0));
    let found = house.get("/people?sort=name").await;
    let companies: Vec<&str> =
        found["items"].as_array().unwrap().iter().map(|p| p["company_name"].as_str().unwrap()).collect();
    assert_eq!(companies, ["Beta", "Alpha", "Beta", "Alpha", "Delta"], "Gamma is not there, alpha.com is");
}

on_both_databases!(rows_far_apart_meet_as_if_they_stood_together, apart, doors);
async fn apart(house: House) {
    let mut text = String::from("First Name,Last Name,Email,Company,Job Title\n");
    for n in 0..3_500 {
        text.push_str(&format!("Ann,Number {n},ann{n}@c{}.com,Company {},Buyer\n", n % 700, n % 700));
    }
    // A second later chunk of the same transaction meets one that is written already.
    text.push_str("Ann,Number 5,ANN5@c5.com,Company 5,Director\nAnn,Number 3499,ann3499@c699.com,Company 699,Director\n");
    let import = upload(&house, "person", "people.csv", text.as_bytes()).await;
    assert_eq!(counts(&run(&house, &import).await), (3_502, 3_500, 2, 0, 0));
    assert_eq!(house.get("/companies/count").await["count"], 700);
    let directors = house.get("/people?where=title.eq.Director&sort=name").await;
    let names: Vec<&str> =
        directors["items"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Ann Number 3499", "Ann Number 5"]);
}

on_both_databases!(who_has_no_mail_address_is_known_by_name_within_their_company, addressless, doors);
async fn addressless(house: House) {
    let people = "First Name,Last Name,Company,Email\nŁukasz,Nowak,Acme Inc,\nLUKASZ,NOWAK,Acme Inc,\nŁUKASZ,NOWAK,Acme Inc,\n\
                  철수,김,한빛소프트,\nAda,King,Acme Inc,ada@acme.com\nAda,King,Acme Inc,\nJo,Doe,,\nJo,Doe,,\n";
    for expected in [(8, 6, 2, 0, 0), (8, 2, 6, 0, 0)] {
        let import = upload(&house, "person", "Connections.csv", people.as_bytes()).await;
        assert_eq!(
            counts(&run(&house, &import).await),
            expected,
            "nobody knows which Jo Doe without company is which"
        );
    }
}

on_both_databases!(a_company_of_the_same_file_is_known_by_its_name_too, names, doors);
async fn names(house: House) {
    let text = "name,domain,city\nAcme Inc,acme.com,\nHanbit,hanbit.co.kr,\nAcme,,Berlin\n";
    let import = upload(&house, "company", "list.csv", text.as_bytes()).await;
    assert_eq!(counts(&run(&house, &import).await), (3, 2, 1, 0, 0));
}

on_both_databases!(an_import_cut_short_goes_on_where_it_stopped, resumed, doors);
async fn resumed(house: House) {
    let mut text = String::from("name,domain\n");
    // More than one transaction takes, however fast the machine is.
    for n in 0..45_000 {
        text.push_str(&format!("Company {n},c{n}.com\n"));
    }
    let import = upload(&house, "company", "big.csv", text.as_bytes()).await;
    let id = import["id"].as_str().unwrap();
    house.post(&format!("/imports/{id}/start"), json!({})).await;
    // As if the worker had died after its first chunk: that chunk is kept with its place, the lease runs out.
    let done = house.work_until(|n| n >= 5_000).await;
    assert!((5_000..45_000).contains(&done), "cut short at {done}");
    house.app.clock.set(house.app.clock.now().plus_seconds(3600));
    house.work().await;
    let after = house.get(&format!("/imports/{id}")).await;
    assert_eq!((after["state"].as_str(), counts(&after)), (Some("done"), (45_000, 45_000, 0, 0, 0)));
    let companies: Option<i64> = Sql::new(house.app.db.engine(), "SELECT count(*) FROM company")
        .scalar(house.app.db.read())
        .await
        .unwrap();
    let events: Option<i64> =
        Sql::new(house.app.db.engine(), "SELECT count(*) FROM event WHERE kind = 'company.created'")
            .scalar(house.app.db.read())
            .await
            .unwrap();
    assert_eq!((companies, events), (Some(45_000), Some(45_000)));
}

on_both_databases!(a_file_that_breaks_in_the_middle_says_where_and_keeps_whole_rows, broken, doors);
async fn broken(house: House) {
    let mut bytes = b"\xEF\xBB\xBFname,domain\n".to_vec();
    for n in 0..8_000 {
        bytes.extend_from_slice(format!("Company {n},c{n}.com\n").as_bytes());
    }
    bytes.extend_from_slice(b"Bad \xFF\xFE name,x.com\n");
    let import = upload(&house, "company", "broken.csv", &bytes).await;
    let done = run(&house, &import).await;
    assert_eq!(done["state"], "failed");
    assert!(done["error"].as_str().unwrap().contains("stopped after row"), "{}", done["error"]);
    let kept = done["created"].as_i64().unwrap();
    assert_eq!(house.get("/companies/count").await["count"].as_i64(), Some(kept));
}

on_both_databases!(what_is_no_list_is_refused_with_a_sentence, refused, doors);
async fn refused(house: House) {
    let cases: [(&str, &[u8]); 3] =
        [("book.xlsx", b"PK\x03\x04rest"), ("empty.csv", b""), ("nameless.csv", b"\n\n")];
    for (name, bytes) in cases {
        let (status, problem) = house.upload(&house.owner, "/imports", "company", name, bytes).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {problem}");
    }
    let import = upload(&house, "company", "a.csv", b"name\nAcme\n").await;
    let path = format!("/imports/{}", import["id"].as_str().unwrap());
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::POST, format!("{path}/start")),
        (Method::POST, format!("{path}/cancel")),
        (Method::GET, format!("{path}/refused.csv")),
    ] {
        let (status, _) = house.send(&house.stranger, method, &path, Some(json!({})), &[]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}
