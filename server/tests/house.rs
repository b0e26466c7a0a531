//! The plan of the house: arrows between crates only point down, and no test is forgotten.

use cargo_metadata::{DependencyKind, MetadataCommand};
use std::collections::{BTreeMap, BTreeSet};

/// What each crate may use of ours directly; what those may use, it may use too.
const MAY_USE: &[(&str, &[&str])] = &[
    ("sevenfold-kernel", &[]),
    ("sevenfold-stats", &[]),
    ("sevenfold-mining", &[]),
    ("sevenfold-linkage", &["sevenfold-kernel"]),
    ("sevenfold-mail", &[]),
    ("sevenfold-paper", &[]),
    ("sevenfold-outward", &[]),
    ("sevenfold-store", &["sevenfold-kernel"]),
    ("sevenfold-http", &["sevenfold-store"]),
    ("sevenfold-records", &["sevenfold-http"]),
    ("sevenfold-process", &["sevenfold-records"]),
    ("sevenfold-insight", &["sevenfold-process", "sevenfold-records", "sevenfold-stats"]),
];

/// The rooms in their order. A room may use those before it.
const ROOMS: [&str; 7] = [
    "sevenfold-prospecting",
    "sevenfold-outreach",
    "sevenfold-qualification",
    "sevenfold-nurturing",
    "sevenfold-offer",
    "sevenfold-objections",
    "sevenfold-closing",
];

const BELOW_ROOMS: [&str; 7] = [
    "sevenfold-process",
    "sevenfold-records",
    "sevenfold-linkage",
    "sevenfold-mail",
    "sevenfold-outward",
    "sevenfold-paper",
    "sevenfold-stats",
];

fn allowed() -> BTreeMap<String, BTreeSet<String>> {
    let mut direct: BTreeMap<&str, BTreeSet<&str>> =
        MAY_USE.iter().map(|(name, uses)| (*name, uses.iter().copied().collect())).collect();
    for (n, room) in ROOMS.iter().enumerate() {
        direct.insert(room, BELOW_ROOMS.iter().chain(&ROOMS[..n]).copied().collect());
    }
    let mut all: BTreeSet<&str> = direct.keys().copied().collect();
    direct.insert("sevenfold-server", all.clone());
    all.insert("sevenfold-server");
    direct.insert("sevenfold", all);
    direct.keys().map(|name| ((*name).to_owned(), reach(name, &direct))).collect()
}

fn reach(name: &str, direct: &BTreeMap<&str, BTreeSet<&str>>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = direct[name].iter().copied().collect();
    while let Some(next) = open.pop() {
        if found.insert(next.to_owned()) {
            open.extend(direct.get(next).into_iter().flatten());
        }
    }
    found
}

#[test]
fn arrows_between_crates_only_point_down() {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let allowed = allowed();
    let ours: BTreeSet<String> = metadata.packages.iter().map(|package| package.name.to_string()).collect();
    let mut wrong = Vec::new();
    for package in metadata.packages.iter().filter(|package| package.name.as_str() != "sevenfold-test-hosts")
    {
        let may = allowed.get(package.name.as_str());
        let may = may.unwrap_or_else(|| panic!("{} has no place in the house", package.name));
        let uses = package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal && !d.optional);
        wrong.extend(
            uses.filter(|d| ours.contains(&d.name) && !may.contains(&d.name))
                .map(|d| format!("{} -> {}", package.name, d.name)),
        );
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn the_table_itself_has_no_way_back_up() {
    let allowed = allowed();
    for (name, may) in &allowed {
        assert!(!may.contains(name), "{name} reaches itself");
    }
    assert!(allowed["sevenfold-nurturing"].contains("sevenfold-outreach"));
    assert!(!allowed["sevenfold-outreach"].contains("sevenfold-nurturing"));
    assert!(!allowed["sevenfold-insight"].contains("sevenfold-outreach"));
    assert!(!allowed["sevenfold-mail"].contains("sevenfold-kernel"));
}

#[test]
fn every_file_of_tests_is_part_of_its_crate_s_one_program() {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let mut forgotten = Vec::new();
    for package in &metadata.packages {
        let folder = package.manifest_path.with_file_name("tests");
        let Ok(root) = std::fs::read_to_string(folder.join("all.rs")) else { continue };
        for file in std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()) {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            let is_test = name != "all" && file.extension().is_some_and(|ext| ext == "rs");
            if is_test && !root.contains(&format!("\nmod {name};")) {
                forgotten.push(file);
            }
        }
    }
    assert!(forgotten.is_empty(), "not named in all.rs: {forgotten:?}");
}
