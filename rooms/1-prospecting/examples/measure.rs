//! How fast companies are scored on SQLite: `cargo run -p sevenfold-prospecting --example measure 10000`.
//!
//! 100,000 made-up companies, or as many as the first argument says, the reaction to their coming in, then a re-scoring by a profile of four
//! criteria, one of which needs the mean.

use kernel::Currency;
use records::Kind;
use records::testing::House;
use records::write::{Author, insert_many, read};
use serde_json::json;
use std::error::Error;
use std::io::Write;
use std::time::Instant;
use store::{Actor, reaction};
use uuid::Uuid;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let companies: usize = std::env::args().nth(1).map_or(Ok(100_000), |n| n.parse())?;
    let house = House::on_sqlite(vec![process::door(), prospecting::door()]).await;
    let mut out = std::io::stdout();
    let mut say = |what: &str, count: usize, since: Instant| {
        let seconds = since.elapsed().as_secs_f64();
        writeln!(out, "{what}: {count} in {seconds:.1} s, {:.0}/s", count as f64 / seconds)
    };
    let began = Instant::now();
    fill(&house, companies).await?;
    say("companies written", companies, began)?;

    let scorer = prospecting::reaction::score_companies();
    let (began, mut events) = (Instant::now(), 0);
    loop {
        let taken = reaction::advance(&house.app.db, &scorer, house.app.clock.now()).await?;
        if taken == 0 {
            break;
        }
        events += taken;
    }
    say("events answered by the reaction", events, began)?;

    let weight = |half: &str, unknown: &str| json!({ "type": "weight", "half": half, "weight": 5, "unknown": unknown });
    let criteria = json!([
        { "field": "employees", "test": { "type": "range", "from": 50, "to": 500 }, "role": weight("to_us", "average") },
        { "field": "country", "test": { "type": "choice", "accepts": ["KR", "JP"] }, "role": weight("to_us", "neutral") },
        { "field": "industry", "test": { "type": "choice", "accepts": ["Software"] }, "role": weight("to_them", "neutral") },
        { "field": "description", "test": { "type": "contains", "keywords": ["pipeline", "lead"] }, "role": weight("to_them", "zero") },
    ]);
    let profile =
        house.post("/icp-profiles", json!({ "name": "Measured", "criteria": criteria.clone() })).await;
    let began = Instant::now();
    house.post("/icp-profiles/preview", json!({ "criteria": criteria })).await;
    say("previews", 1, began)?;
    let id = profile["id"].as_str().unwrap_or_default();
    house.post(&format!("/icp-profiles/{id}/publish"), json!({})).await;
    let began = Instant::now();
    house.work().await;
    say("companies scored by a re-scoring of two passes", companies, began)?;
    house.post("/icp-profiles/rescore", json!({})).await;
    let began = Instant::now();
    house.work().await;
    say("companies looked at by one that changes nothing", companies, began)?;
    Ok(())
}

async fn fill(house: &House, companies: usize) -> Result<(), Box<dyn Error>> {
    let author = Author {
        workspace: house.owner.workspace,
        actor: Actor::System,
        now: house.app.clock.now(),
        cause: None,
        currency: Currency::USD,
    };
    let numbers: Vec<usize> = (0..companies).collect();
    for part in numbers.chunks(1_000) {
        let mut drafts = Vec::with_capacity(part.len());
        for n in part {
            let employees = (n % 5 > 0).then_some(n % 900);
            let sent = json!({
                "name": format!("Company {n}"), "employees": employees, "domain": format!("c{n}.com"),
                "industry": if n % 3 == 0 { "Software" } else { "Food" }, "country": if n % 2 == 0 { "KR" } else { "US" },
                "description": format!("Maker of things number {n}; wants a fuller pipeline."),
            });
            let fields = sent.as_object().cloned().unwrap_or_default();
            let draft = read(Kind::Company, &fields, &[], None, Currency::USD)
                .map_err(http_room::Problem::invalid)?;
            drafts.push((Uuid::now_v7(), draft));
        }
        let mut tx = house.app.db.write_tx().await?;
        insert_many(&mut tx, &author, Kind::Company, drafts).await?;
        tx.commit().await?;
    }
    Ok(())
}
