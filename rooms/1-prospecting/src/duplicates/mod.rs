//! Duplicates: companies and people that are there twice, found, looked at, made one.
//!
//! A job compares the whole base (`search`); who comes in alone is compared with those who share an address,
//! a number or a name (`arrival`). What may be one is kept as a pair with the reasons (`pair`), for somebody to
//! decide (`routes`), or to be merged at once from a score on that the workspace has set (`settle`). How two
//! records are compared is the matcher's business (`linkage`); how two become one, the records' (`records::merge`).

pub mod arrival;
pub mod pair;
pub mod read;
pub mod routes;
pub mod rules;
pub mod search;
mod settle;

/// The kinds of record that are looked through.
pub const KINDS: [records::Kind; 2] = [records::Kind::Company, records::Kind::Person];

/// What the matcher calls them.
fn matched_as(kind: records::Kind) -> linkage::Kind {
    match kind {
        records::Kind::Person => linkage::Kind::People,
        _ => linkage::Kind::Companies,
    }
}
