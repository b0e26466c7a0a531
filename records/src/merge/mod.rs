//! Two records become one, and two again.
//!
//! The record that stays takes what it lacks from the other (`rules`); every row of the house that named the
//! other names it from then on (each room lists its columns at its door, see `store::reference`), the log's
//! rows included, so that the timeline and all figures are those of one record. What moved is written down
//! row by row (`log`), so the merge can be taken back completely, days later too: what somebody changed in the
//! meantime stays as they left it, what happened in the meantime stays with the record it happened to.
//! What is *not* here: finding duplicates (prospecting).

pub mod log;
mod make;
mod routes;
pub mod rules;
mod undo;

pub use make::{Request, combined, make};
pub use routes::routes;
pub use undo::undo;

use crate::kind::Kind;
use http_room::{Answer, App, Problem};
use serde_json::Value as Json;
use store::db::Source;
use store::reference::KeyPart;
use store::{Reference, Sql, WriteTx};
use uuid::Uuid;

/// Columns of this crate that name a company or a person. Addresses are kept anew from the person's row.
pub const REFERENCES: &[Reference] = &[
    Reference::by_id("person", "company_id", "company"),
    Reference::by_id("deal", "company_id", "company"),
    Reference::by_id("task", "company_id", "company"),
    Reference::by_id("task", "person_id", "person"),
    Reference::by_id("activity", "company_id", "company"),
    Reference::by_id("activity", "person_id", "person"),
    Reference {
        key: &[KeyPart::Id("deal_id")],
        stays: Some("EXISTS (SELECT 1 FROM deal_person o WHERE o.deal_id = t.deal_id AND o.person_id = ?)"),
        ..Reference::by_id("deal_person", "person_id", "person")
    },
    Reference {
        key: &[KeyPart::Id("list_id")],
        stays: Some(
            "EXISTS (SELECT 1 FROM record_list_member o WHERE o.list_id = t.list_id AND o.company_id = ?)",
        ),
        ..Reference::by_id("record_list_member", "company_id", "company")
    },
    Reference {
        key: &[KeyPart::Id("list_id")],
        stays: Some(
            "EXISTS (SELECT 1 FROM record_list_member o WHERE o.list_id = t.list_id AND o.person_id = ?)",
        ),
        ..Reference::by_id("record_list_member", "person_id", "person")
    },
];

fn columns_naming(app: &App, kind: Kind) -> impl Iterator<Item = &Reference> {
    app.references.iter().filter(move |reference| reference.to == kind.key())
}

/// Both records, held until the transaction ends, in the order of their ids so that two merges never wait
/// for each other.
async fn hold(
    tx: &WriteTx,
    author: &crate::write::Author,
    kind: Kind,
    one: Uuid,
    other: Uuid,
) -> Answer<(Json, Json)> {
    if tx.engine() == store::Engine::Postgres {
        let mut sql = Sql::new(tx.engine(), "SELECT id FROM ");
        sql.push(kind.key()).push(" WHERE workspace_id = ").bind(author.workspace);
        sql.push(" AND id IN ").bind_list([one.into(), other.into()]).push(" ORDER BY id FOR NO KEY UPDATE");
        sql.rows(tx.conn()).await?;
    }
    let load = async |id| {
        let found = crate::write::load(tx, author.workspace, kind, id).await?;
        found.ok_or_else(|| Problem::not_found(kind.key()))
    };
    Ok((load(one).await?, load(other).await?))
}
