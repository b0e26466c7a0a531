//! How well the matcher does on lists others have labelled; `tests/data/README.md` names their sources.

use linkage::column::understand;
use linkage::{Collection, Found, Kind, Matcher};
use std::collections::{BTreeMap, BTreeSet};

struct List {
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
    id: usize,
}

type Ids = BTreeSet<(String, String)>;

fn list(text: &str, delimiter: u8, id: &str) -> List {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
    let id = headers.iter().position(|h| h == id).unwrap();
    List { headers, rows, id }
}

fn run(kind: Kind, lists: &[&List]) -> (Found, Ids) {
    let headers: Vec<Vec<String>> = lists.iter().map(|l| l.headers.clone()).collect();
    let ids: Vec<usize> = lists.iter().map(|l| l.id).collect();
    let columns = understand(kind, &headers, &ids);
    let mut collection = Collection::new(kind);
    for (at, list) in lists.iter().enumerate() {
        if at == 1 {
            collection.begin_second();
        }
        for row in &list.rows {
            let cells = columns[at].iter().zip(row);
            collection.push_fields(cells.filter_map(|(column, cell)| Some((column.field?, cell.as_str()))));
        }
    }
    let found = Matcher::new(kind).run(collection);
    let id = |list: &List, row: usize| list.rows[row][list.id].clone();
    let other = lists[lists.len() - 1];
    let pairs = found.pairs.iter().map(|p| (id(lists[0], p.a), id(other, p.b))).collect();
    (found, pairs)
}

/// Twice the right ones by all that were said or true (Dice 1945).
fn f1(said: &Ids, truth: &Ids) -> f64 {
    2.0 * said.intersection(truth).count() as f64 / (said.len() + truth.len()) as f64
}

fn ordered((a, b): (String, String)) -> (String, String) {
    if a < b { (a, b) } else { (b, a) }
}

#[test]
fn people_with_typing_errors_are_found_within_a_list() {
    let people = list(include_str!("data/febrl1.csv"), b',', "rec_id");
    let (found, said) = run(Kind::People, &[&people]);
    let said: Ids = said.into_iter().map(ordered).collect();
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &people.rows {
        groups.entry(row[0].split('-').nth(1).unwrap().to_owned()).or_default().push(row[0].clone());
    }
    let truth: Ids = groups.into_values().map(|g| ordered((g[0].clone(), g[1].clone()))).collect();
    assert_eq!(truth.len(), 500);
    assert!(f1(&said, &truth) >= 0.98, "F1 {}", f1(&said, &truth));
    assert!(found.candidates < 500_000, "not every pair is looked at: {}", found.candidates);
}

#[test]
fn restaurants_are_found_between_lists_of_two_habits() {
    let left = list(include_str!("data/restaurants1.csv"), b'|', "id");
    let right = list(include_str!("data/restaurants2.csv"), b'|', "id");
    let truth: Ids = include_str!("data/restaurants_truth.csv")
        .lines()
        .skip(1)
        .map(|line| line.split_once('|').unwrap())
        .map(|(a, b)| (a.trim().to_owned(), b.trim().to_owned()))
        .collect();
    let (_, said) = run(Kind::Companies, &[&left, &right]);
    let named = |pair: &(String, String)| truth.iter().any(|(a, b)| *a == pair.0 || *b == pair.1);
    let said: Ids = said.into_iter().filter(named).collect();
    assert!(f1(&said, &truth) >= 0.95, "F1 {}", f1(&said, &truth));
}

#[test]
fn korean_companies_are_found_by_name_between_two_lists() {
    let left = list(include_str!("data/krx_listing.csv"), b',', "Code");
    let right = list(include_str!("data/kind_companies.csv"), b',', "종목코드");
    let (_, said) = run(Kind::Companies, &[&left, &right]);
    let codes = |list: &List| list.rows.iter().map(|row| row[list.id].clone()).collect::<BTreeSet<_>>();
    let truth: Ids = codes(&left).intersection(&codes(&right)).map(|c| (c.clone(), c.clone())).collect();
    assert!(truth.len() > 100);
    assert!(f1(&said, &truth) >= 0.97, "F1 {}", f1(&said, &truth));
}
