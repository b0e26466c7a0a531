//! Every column of the house that names a company or a person follows when two become one.

use server::assemble;
use server::testing::{On, TestServer};
use std::collections::BTreeSet;
use store::Sql;

/// Tables that are worked out anew from the rows that move: addresses from people, trials from the log. Merges
/// themselves name records by other columns.
const WORKED_OUT: &[&str] = &["contact_point", "trial"];

#[tokio::test]
async fn every_column_that_names_a_company_or_a_person_is_known_to_a_door() {
    let server = TestServer::empty(On::Sqlite).await;
    let text = "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p \
                WHERE m.type = 'table' AND p.name IN ('company_id', 'person_id')";
    let rows = Sql::new(server.app.db.engine(), text).rows(server.app.db.read()).await.unwrap();
    let there: BTreeSet<(String, String)> = rows
        .iter()
        .map(|row| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap()))
        .filter(|(table, _): &(String, String)| !WORKED_OUT.contains(&table.as_str()))
        .collect();
    let doors = assemble::doors(None);
    let of_doors = doors.iter().flat_map(|door| &door.references).chain(store::reference::OF_EVENTS);
    let known: BTreeSet<(String, String)> =
        of_doors.map(|r| (r.table.to_owned(), r.column.to_owned())).collect();
    assert_eq!(there, known);
}
