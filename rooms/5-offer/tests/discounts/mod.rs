//! What discounts and terms are associated with, on both databases and against scipy.

use axum::http::{Method, StatusCode};
use records::on_both_databases;
use records::testing::House;
use serde_json::{Value as Json, json};
use store::Sql;
use store::db::Source;

use crate::support::{doors, draft, lead};

fn near(found: &Json, wanted: &Json, what: &str) {
    let (found, wanted) = (found.as_f64().unwrap(), wanted.as_f64().unwrap());
    assert!((found - wanted).abs() < 1e-6, "{what}: {found} for {wanted}");
}

on_both_databases!(r68_the_effect_of_discounts_equals_scipy_on_a_public_pipeline, maven, doors);
async fn maven(house: House) {
    let wanted: Vec<Json> = serde_json::from_str(include_str!("maven.json")).unwrap();
    assert_eq!(wanted.len(), 3);
    for case in wanted {
        let (with, without) = (&case["with"], &case["without"]);
        let path = format!(
            "/offer-reports/discounts?with_won={}&with_decided={}&without_won={}&without_decided={}",
            with["won"], with["decided"], without["won"], without["decided"]
        );
        let found = house.get(&path).await;
        let (own, name) = (&found["own"], case["name"].as_str().unwrap());
        assert_eq!(found["is_own"], true);
        near(&found["relative"], &case["relative"], name);
        near(&own["difference"], &case["difference"], name);
        for (found, wanted) in [
            (&own["with"]["interval"], &case["with_interval"]),
            (&own["without"]["interval"], &case["without_interval"]),
            (&own["difference_interval"], &case["difference_interval"]),
            (&own["relative_interval"], &case["relative_interval"]),
        ] {
            near(&found["low"], &wanted[0], name);
            near(&found["high"], &wanted[1], name);
        }
    }
    for query in ["?with_won=1", "?with_won=5&with_decided=4&without_won=1&without_decided=2"] {
        let path = format!("/offer-reports/discounts{query}");
        let (status, _) = house.send(&house.owner, Method::GET, &path, None, &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
}

/// Decided deals that were sent an offer, as many as there are of each kind.
async fn decided(house: &House, kinds: &[(u32, &str, &str, usize)]) {
    let tx = house.app.db.write_tx().await.unwrap();
    for (bp, term, status, count) in kinds {
        for _ in 0..*count {
            let deal = uuid::Uuid::now_v7();
            let text = "INSERT INTO deal (id, workspace_id, name, stage, process_stage, status, entered_stage_at, missing, \
                        tags, custom, revision, created_at, updated_at) VALUES (?, ?, 'd', 'closing', 'closing', ?, 1, ?, ?, ?, 1, 1, 1)";
            let space = house.owner.workspace;
            let values = [
                deal.into(),
                space.into(),
                (*status).into(),
                json!([]).into(),
                json!([]).into(),
                json!({}).into(),
            ];
            Sql::with(tx.engine(), text, values).run(tx.conn()).await.unwrap();
            let text = "INSERT INTO offer (id, workspace_id, deal_id, version, state, content, lacking, sent_to, sent_at, \
                        discount_bp, term, created_at, updated_at) VALUES (?, ?, ?, 1, 'sent', ?, ?, ?, 1, ?, ?, 1, 1)";
            let values = [
                uuid::Uuid::now_v7().into(),
                space.into(),
                deal.into(),
                json!({}).into(),
                json!([]).into(),
                json!([]).into(),
                i64::from(*bp).into(),
                (*term).into(),
            ];
            Sql::with(tx.engine(), text, values).run(tx.conn()).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
}

on_both_databases!(r68_the_guard_shows_the_article_until_the_workspace_has_figures_of_its_own, guard, doors);
async fn guard(house: House) {
    let lead = lead(&house).await;
    let mut offer = draft(&lead);
    offer["packages"][0]["lines"][0]["discount_bp"] = json!(1_000);
    offer["discount_reason"] = json!("They asked");
    let made = house.post(&format!("{}/offers", lead.path), offer).await;
    let path = format!("{}/offers/{}/discount", lead.path, made["id"].as_str().unwrap());
    let shown = house.get(&path).await;
    assert_eq!((&shown["discount_bp"], &shown["reason"]), (&json!(1_000), &json!("They asked")));
    assert_eq!((&shown["effect"]["is_own"], &shown["effect"]["relative"]), (&json!(false), &json!(-0.17)));
    near(&shown["worth"]["expected_change"], &json!(-0.253), "worth");
    assert_eq!(
        shown["effect"]["alternatives"],
        json!(["results", "trial", "monthly_term", "incentive", "smaller_package"])
    );
    let year = "12_months";
    decided(
        &house,
        &[(500, year, "won", 20), (500, year, "lost", 30), (0, year, "won", 25), (0, year, "lost", 24)],
    )
    .await;
    assert_eq!(house.get(&path).await["effect"]["is_own"], false, "49 without");
    decided(&house, &[(0, year, "lost", 1)]).await;
    let effect = &house.get(&path).await["effect"];
    near(&effect["relative"], &json!(-0.2), "own");
    assert_eq!(
        (&effect["is_own"], &effect["own"]["with"]["rate"]),
        (&json!(true), &json!({ "k": 20, "n": 50 }))
    );
    let (_, theirs) = house.send(&house.stranger, Method::GET, "/offer-reports/discounts", None, &[]).await;
    assert_eq!(theirs["own"]["with"]["rate"]["n"], 0);
}

on_both_databases!(r71_the_report_compares_month_to_month_with_terms_that_bind, terms, doors);
async fn terms(house: House) {
    decided(
        &house,
        &[
            (0, "month_to_month", "won", 12),
            (0, "month_to_month", "lost", 8),
            (0, "12_months", "won", 5),
            (0, "12_months", "lost", 5),
            (0, "36_months", "lost", 10),
        ],
    )
    .await;
    let report = house.get("/offer-reports/terms").await;
    let rows: Vec<(&Json, &Json)> =
        report["terms"].as_array().unwrap().iter().map(|t| (&t["term"], &t["won"]["rate"])).collect();
    assert_eq!(
        rows,
        [
            (&json!("month_to_month"), &json!({ "k": 12, "n": 20 })),
            (&json!("12_months"), &json!({ "k": 5, "n": 10 })),
            (&json!("36_months"), &json!({ "k": 0, "n": 10 })),
        ]
    );
    let compared = &report["month_to_month"];
    near(&compared["difference"], &json!(0.35), "difference");
    assert!(compared["difference_interval"]["low"].as_f64().unwrap() > 0.0);
}
