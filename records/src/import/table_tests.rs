use super::*;
use proptest::prelude::*;

fn rows(text: &str) -> (Vec<String>, Vec<Result<Row, RefusedRow>>, u64) {
    let mut table = Table::open(text.as_bytes(), Dialect { delimiter: b',', skipped_records: 0 }).unwrap();
    let mut rows = Vec::new();
    while let Some(row) = table.next_row().unwrap() {
        rows.push(row);
    }
    (table.headers().to_vec(), rows, table.blank_rows())
}

#[test]
fn rows_carry_the_line_they_start_in() {
    let (headers, rows, blank) = rows("name,notes\r\n Acme ,\"two\r\nlines\"\r\n\r\n,\r\nBeta,x,,\r\n");
    assert_eq!(headers, ["name", "notes"]);
    assert_eq!(rows[0], Ok(Row { line: 2, cells: vec!["Acme".into(), "two\nlines".into()] }));
    assert_eq!(rows[1], Ok(Row { line: 6, cells: vec!["Beta".into(), "x".into()] }));
    assert_eq!((rows.len(), blank), (2, 1));
}

#[test]
fn ragged_rows_are_refused_with_their_cells() {
    let (_, rows, _) = rows("a,b,c\n1,2\n1,2,3,4\n1,2,3\n");
    let refused = |found| RefusedReason::CellCount { found, expected: 3 };
    assert_eq!(rows[0], Err(RefusedRow { line: 2, reason: refused(2), cells: vec!["1".into(), "2".into()] }));
    assert_eq!(rows[1].as_ref().unwrap_err().reason, refused(4));
    assert!(rows[2].is_ok());
}

#[test]
fn an_open_quote_and_a_zero_byte_are_refused_not_stored() {
    let long = format!("a,b\n1,\"{}\n", "x".repeat(IMPORT_CELL_BYTES + 1));
    assert!(matches!(&rows(&long).1[0], Err(RefusedRow { reason: RefusedReason::CellTooLong { .. }, .. })));
    let zero = rows("a,b\n1,x\0y\n").1;
    assert!(
        matches!(&zero[0], Err(RefusedRow { reason: RefusedReason::ZeroByte { column }, .. }) if column == "b")
    );
}

#[test]
fn columns_always_have_a_name_of_their_own() {
    assert_eq!(rows("Phone,,Phone\n1,2,3\n").0, ["Phone", "Column 2", "Phone (2)"]);
    for text in ["", "\n\n", ",,\n"] {
        assert!(matches!(
            Table::open(text.as_bytes(), Dialect { delimiter: b',', skipped_records: 0 }),
            Err(TableError::Empty)
        ));
    }
    let wide = "x,".repeat(IMPORT_COLUMNS);
    let opened = Table::open(wide.as_bytes(), Dialect { delimiter: b',', skipped_records: 0 });
    assert!(matches!(opened, Err(TableError::TooManyColumns(_))));
}

#[test]
fn lines_above_the_header_are_passed_over() {
    let text = "Notes:\n\"long, note\"\n\nFirst Name,URL\nA,B\n";
    let mut table = Table::open(text.as_bytes(), Dialect { delimiter: b',', skipped_records: 2 }).unwrap();
    assert_eq!(table.headers(), ["First Name", "URL"]);
    assert_eq!(table.next_row().unwrap().unwrap().unwrap().line, 5);
}

proptest! {
    #[test]
    fn what_was_written_is_read(cells in proptest::collection::vec(proptest::collection::vec("[a-z가-힣\",\n]{1,8}", 3), 1..20)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["a", "b", "c"]).unwrap();
        for row in &cells {
            writer.write_record(row).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let (_, found, blank) = rows(&text);
        prop_assert_eq!(found.len() as u64 + blank, cells.len() as u64);
        let kept = cells.iter().filter(|row| row.iter().any(|c| !c.trim().is_empty()));
        for (row, wanted) in found.iter().zip(kept) {
            let wanted: Vec<String> = wanted.iter().map(|c| c.trim().to_owned()).collect();
            prop_assert_eq!(&row.as_ref().unwrap().cells, &wanted);
        }
    }
}
