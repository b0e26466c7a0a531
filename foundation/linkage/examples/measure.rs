//! Precision, recall, F1 and time on a labelled set: `measure people|companies TRUTH FILE [FILE]`, where
//! TRUTH is `febrl` (the truth is in rec_id) or `id-equal`, or a file of pairs of ids.

#![allow(clippy::unwrap_used, clippy::cast_precision_loss)] // a program for the desk

use linkage::column::{Column, understand};
use linkage::{Collection, Kind, Matcher};
use std::collections::HashSet;
use std::time::Instant;

struct Table {
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
}

fn read(path: &str) -> Table {
    let bytes = std::fs::read(path).unwrap();
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => encoding_rs::EUC_KR.decode(&bytes).0.into_owned(),
    };
    let first = text.lines().next().unwrap();
    let delimiter = *b",;|\t".iter().max_by_key(|d| first.matches(char::from(**d)).count()).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
    Table { headers, rows }
}

fn push(collection: &mut Collection, table: &Table, columns: &[Column]) {
    for row in &table.rows {
        collection.push_fields(columns.iter().zip(row).filter_map(|(c, v)| Some((c.field?, v.as_str()))));
    }
}

fn truth(how: &str, tables: &[Table], ids: &[usize]) -> HashSet<(usize, usize)> {
    let id = |t: usize, r: usize| tables[t].rows[r][ids[t]].as_str();
    let last = tables.len() - 1;
    let entity = |t: usize, r: usize| match how {
        "febrl" => id(t, r).split('-').nth(1).unwrap(),
        _ => id(t, r),
    };
    if how == "febrl" || how == "id-equal" {
        let mut of: std::collections::HashMap<&str, Vec<usize>> = std::collections::HashMap::new();
        (0..tables[last].rows.len()).for_each(|r| of.entry(entity(last, r)).or_default().push(r));
        let found = (0..tables[0].rows.len())
            .flat_map(|a| of.get(entity(0, a)).into_iter().flatten().map(move |b| (a, *b)));
        return found.filter(|(a, b)| last == 1 || a < b).collect();
    }
    let place = |t: usize, wanted: &str| (0..tables[t].rows.len()).find(|r| id(t, *r) == wanted).unwrap();
    read(how).rows.iter().map(|pair| (place(0, &pair[0]), place(last, &pair[1]))).collect()
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let kind = if args[0] == "people" { Kind::People } else { Kind::Companies };
    let tables: Vec<Table> = args[2..].iter().filter(|a| !a.starts_with("--")).map(|p| read(p)).collect();
    let headers: Vec<Vec<String>> = tables.iter().map(|t| t.headers.clone()).collect();
    let ids: Vec<usize> =
        headers.iter().map(|h| h.iter().position(|h| h == "종목코드").unwrap_or(0)).collect();
    let columns = understand(kind, &headers, &ids);
    let began = Instant::now();
    let mut collection = Collection::new(kind);
    push(&mut collection, &tables[0], &columns[0]);
    if let Some(second) = tables.get(1) {
        collection.begin_second();
        push(&mut collection, second, &columns[1]);
    }
    let found = Matcher::new(kind).run(collection);
    let seconds = began.elapsed().as_secs_f64();
    let truth = truth(&args[1], &tables, &ids);
    let said: HashSet<(usize, usize)> = found.pairs.iter().map(|p| (p.a, p.b)).collect();
    let right = said.intersection(&truth).count();
    let (precision, recall) =
        (right as f64 / said.len().max(1) as f64, right as f64 / truth.len().max(1) as f64);
    println!(
        "precision {precision:.4}  recall {recall:.4}  F1 {:.4}  {seconds:.2} s  true {} said {} candidates {} skipped {}",
        2.0 * precision * recall / (precision + recall).max(1e-9),
        truth.len(),
        said.len(),
        found.candidates,
        found.skipped_blocks,
    );
    if args.iter().any(|a| a == "--show") {
        println!("prior {:.3e}", found.parameters.prior);
        for w in &found.parameters.weights {
            println!(
                "{:?} unseen {:.3} m {:.3?} u {:?}",
                w.field,
                w.unseen,
                &w.m[1..],
                w.u[1..].iter().map(|u| format!("{u:.1e}")).collect::<Vec<_>>()
            );
        }
        for p in found.pairs.iter().filter(|p| !truth.contains(&(p.a, p.b))).take(30) {
            let b = &tables[tables.len() - 1].rows[p.b];
            println!(
                "WRONG {:.3} {:?}\n   {b:?}\n   {:?}",
                p.score,
                tables[0].rows[p.a],
                p.evidence
                    .iter()
                    .map(|e| format!("{:?} {:?} {:.1}", e.field, e.level, e.bits))
                    .collect::<Vec<_>>()
            );
        }
        for (a, b) in truth.difference(&said).take(30) {
            println!("MISSED {:?}\n   {:?}", tables[0].rows[*a], tables[tables.len() - 1].rows[*b]);
        }
    }
}
