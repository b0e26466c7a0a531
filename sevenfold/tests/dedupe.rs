//! `sevenfold dedupe` over files as they come.

use serde_json::Value as Json;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn dedupe(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sevenfold")).current_dir(dir).arg("dedupe").args(args).output().unwrap()
}

fn pairs(output: &Output) -> Vec<(String, String)> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Json = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Json| value.as_str().unwrap().to_owned();
    answer["pairs"].as_array().unwrap().iter().map(|p| (text(&p["a"]), text(&p["b"]))).collect()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../foundation/linkage/tests/data").join(name)
}

#[test]
fn companies_of_two_files_meet_by_name_whatever_their_id_columns_are_called() {
    let dir = tempfile::tempdir().unwrap();
    let (left, right) = (fixture("krx_listing.csv"), fixture("kind_companies.csv"));
    let args = [left.to_str().unwrap(), right.to_str().unwrap(), "--kind", "companies", "--json"];
    let found = pairs(&dedupe(dir.path(), &[&args[..], &["--id", "Code", "--id", "종목코드"]].concat()));
    assert!(found.len() > 150);
    let same = found.iter().filter(|(a, b)| a == b).count();
    assert!(same * 100 >= found.len() * 97, "{same} of {}", found.len());
    // Without --id the first column numbers the records, and a column of names is compared all the same.
    assert_eq!(pairs(&dedupe(dir.path(), &args)).len(), found.len());
}

#[test]
fn a_list_with_semicolons_is_read_and_each_pair_explained() {
    let dir = tempfile::tempdir().unwrap();
    let mut csv = String::from("id;First Name;Last Name;Email;City\n");
    for n in 0..200 {
        csv += &format!("{n};Given{};Family{};p{n}@acme{}.com;City{}\n", n % 37, n % 41, n % 50, n % 11);
    }
    csv += "x;Given5;Famly5;p5@acme5.com;\n";
    std::fs::write(dir.path().join("people.csv"), csv).unwrap();
    let said = dedupe(dir.path(), &["people.csv", "--kind", "people", "--json", "--explain"]);
    assert_eq!(pairs(&said), [("5".to_owned(), "x".to_owned())]);
    let answer: Json = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(answer["pairs"][0]["evidence"][0]["field"], "email");
    let told = dedupe(dir.path(), &["people.csv", "--kind", "people"]);
    assert!(String::from_utf8_lossy(&told.stdout).contains("exact email"));
}

#[test]
fn what_cannot_be_compared_is_said() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("ids.csv"), "id\n1\n2\n").unwrap();
    let code = |args: &[&str]| dedupe(dir.path(), args).status.code();
    assert_eq!(code(&["ids.csv", "--kind", "people"]), Some(4));
    assert_eq!(code(&["none.csv", "--kind", "people"]), Some(3));
    assert_eq!(code(&["ids.csv", "--kind", "people", "--id", "nothing"]), Some(3));
    assert_eq!(code(&["ids.csv", "--kind", "people", "--threshold", "7"]), Some(2));
}
