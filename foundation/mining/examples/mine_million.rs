//! Mines a million events made in memory and prints how long each part takes.
//!
//! `cargo run --release -p sevenfold-mining --example mine_million [EVENTS]`

use std::time::Instant;

use mining::{Limits, LogBuilder, MiningError, Model, mine, read_csv};

const ACTIVITIES: [&str; 8] = ["found", "called", "met", "qualified", "offered", "asked", "won", "lost"];

fn main() -> Result<(), MiningError> {
    let count: u64 = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
    let mut state = 11_u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    // About ten events a case, in no order of time.
    let events: Vec<(u64, usize, u64)> = (0..count)
        .map(|_| (draw(count / 10 + 1), usize::try_from(draw(8)).unwrap_or(0), draw(31_536_000)))
        .collect();

    let start = Instant::now();
    let mut log = LogBuilder::new(Limits::default());
    for (case, activity, time) in &events {
        let case = log.case(&format!("case {case}"))?;
        log.event(case, ACTIVITIES[*activity], i64::try_from(*time).unwrap_or(0) * 1_000_000)?;
    }
    let log = log.finish();
    println!("built in {:?}", start.elapsed());

    let start = Instant::now();
    let found = mine(&log, 10);
    println!(
        "mined {} events, {} cases, {} variants in {:?}",
        found.events,
        found.cases,
        found.variants,
        start.elapsed()
    );

    let start = Instant::now();
    let moves = ACTIVITIES.windows(2).map(|pair| (pair[0].to_owned(), pair[1].to_owned())).collect();
    let (starts, ends) = (["found".to_owned()].into(), ["won", "lost"].map(str::to_owned).into());
    let fit = Model { starts, moves, ends }.conformance(&log, false);
    println!("aligned in {:?}: {:?}", start.elapsed(), fit.and_then(|fit| fit.log_fitness));

    let mut text = String::from("case,activity,timestamp\n");
    for (case, activity, time) in &events {
        let (day, second) = (time / 86_400 % 28 + 1, time % 60);
        text.push_str(&format!(
            "case {case},{},2026-03-{day:02}T09:30:{second:02}Z\n",
            ACTIVITIES[*activity]
        ));
    }
    let start = Instant::now();
    let read = read_csv(text.as_bytes(), Limits::default())?;
    println!("read {} MB of CSV, {} events, in {:?}", text.len() / 1_000_000, read.events(), start.elapsed());
    Ok(())
}
