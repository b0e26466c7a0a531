use super::*;
use crate::import::decode::Decoder;
use crate::import::dialect::Dialect;
use crate::import::table::{Form, RefusedReason, RefusedRow, Row, Table};
use rust_xlsxwriter::{ExcelDateTime, Format as Look, Workbook};
use std::io::{Cursor, Write};
use tempfile::NamedTempFile;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn on_disk(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn refused(bytes: &[u8]) -> SourceError {
    prepare(on_disk(bytes).path(), None).unwrap_err()
}

/// The spool's rows, its header's too.
fn rows(bytes: &[u8], sheet: Option<&str>) -> (Prepared, Vec<Result<Row, RefusedRow>>) {
    let file = on_disk(bytes);
    let prepared = prepare(file.path(), sheet).unwrap();
    let text = Decoder::new(File::open(prepared.path()).unwrap(), TextEncoding::Utf8);
    let form = Form { numbered: true, footers: Vec::new() };
    let mut table = Table::open_as(text, Dialect { delimiter: b',', skipped_records: 0 }, form).unwrap();
    let mut rows = vec![Ok(Row { line: 0, cells: table.headers().to_vec() })];
    while let Some(row) = table.next_row().unwrap() {
        rows.push(row);
    }
    (prepared, rows)
}

fn cells(rows: &[Result<Row, RefusedRow>]) -> Vec<(u64, Vec<&str>)> {
    let rows = rows.iter().map(|row| row.as_ref().unwrap());
    rows.map(|row| (row.line, row.cells.iter().map(String::as_str).collect())).collect()
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn files_are_told_by_their_content() {
    let cases: [(&[u8], Format); 8] = [
        (b"name,domain\n", Format::Csv),
        (b"", Format::Csv),
        (b"PK\x03\x04", Format::Xlsx),
        (b"\r\n <html><body><table>", Format::Html),
        (b"<table><tr><td>a", Format::Html),
        (b"\xEF\xBB\xBFbegin:vcard\r\n", Format::Vcard),
        (b"<b>,bold\n1,2\n", Format::Csv),
        (b"BEGIN;VCARD\n", Format::Csv),
    ];
    for (head, format) in cases {
        assert_eq!(format_of(head).unwrap(), format, "{}", String::from_utf8_lossy(head));
    }
}

#[test]
fn what_is_no_list_is_refused_in_a_sentence() {
    assert!(matches!(refused(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), SourceError::OldWorkbook));
    assert!(matches!(refused(b"%PDF-1.7"), SourceError::Decode(_)));
    assert!(matches!(refused(&archive(&[("a.txt", b"hello")])), SourceError::NoWorkbook));
    assert!(matches!(refused(b"PK\x03\x04rest"), SourceError::BrokenWorkbook(_)));
    assert!(matches!(refused(b"<html><body><p>Nothing here</p></body></html>"), SourceError::NoTable));
    let xml =
        b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"><Table>";
    assert!(matches!(refused(xml), SourceError::XmlWorkbook));
}

fn book() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Empty").unwrap();
    let sheet = book.add_worksheet().set_name("연락처").unwrap();
    let day = Look::new().set_num_format("yyyy-mm-dd");
    for (column, name) in ["Name", "Phone", "Since", "Active", "Share"].into_iter().enumerate() {
        sheet.write(0, u16::try_from(column).unwrap(), name).unwrap();
    }
    sheet.write(1, 0, "한빛\n소프트").unwrap();
    sheet.write(1, 1, 821_012_345_678.0).unwrap();
    sheet.write_with_format(1, 2, ExcelDateTime::from_ymd(2026, 1, 30).unwrap(), &day).unwrap();
    sheet.write(1, 3, true).unwrap();
    sheet.write(4, 0, "=SUM(A1)").unwrap();
    sheet.write(4, 4, 0.125).unwrap();
    book.add_worksheet().set_name("Other").unwrap().write(2, 1, "here").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn a_sheet_keeps_its_row_numbers_and_writes_cells_as_a_person_would() {
    let (prepared, rows) = rows(&book(), None);
    assert_eq!((prepared.sheet.as_deref(), prepared.sheets.len()), (Some("연락처"), 2));
    assert_eq!(
        cells(&rows)[1..],
        [
            (2, vec!["한빛\n소프트", "821012345678", "2026-01-30", "TRUE", ""]),
            (5, vec!["=SUM(A1)", "", "", "", "0.125"]),
        ]
    );
}

#[test]
fn another_sheet_can_be_chosen_and_an_unknown_one_is_refused() {
    assert_eq!(rows(&book(), Some("Other")).0.sheet.as_deref(), Some("Other"));
    let unknown = prepare(on_disk(&book()).path(), Some("Empty")).unwrap_err();
    assert!(matches!(unknown, SourceError::UnknownSheet(name) if name == "Empty"));
    let mut blank = Workbook::new();
    blank.add_worksheet();
    assert!(matches!(refused(&blank.save_to_buffer().unwrap()), SourceError::NoSheet));
}

const SHEET: &[u8] = br#"<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row></sheetData></worksheet>"#;
const WORKBOOK: &[u8] = br#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;

#[test]
fn a_workbook_that_declares_entities_is_not_opened() {
    let evil = br#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>"#;
    for part in ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/other.bin"] {
        let bytes = archive(&[("xl/workbook.xml", WORKBOOK), (part, evil)]);
        assert!(matches!(refused(&bytes), SourceError::Entities), "{part}");
    }
}

#[test]
fn a_zip_bomb_is_refused_by_what_it_declares_and_by_what_it_holds() {
    let many = format!("<si><t>{}</t></si>", "0".repeat(30_000)).repeat(2_250).into_bytes();
    let bomb = archive(&[("xl/workbook.xml", WORKBOOK), ("xl/sharedStrings.xml", &many)]);
    assert!(bomb.len() < 1 << 20, "{} bytes hold {}", bomb.len(), many.len());
    assert!(matches!(refused(&bomb), SourceError::TooMuchInside));
    let mut lie = archive(&[("xl/workbook.xml", WORKBOOK), ("xl/worksheets/sheet1.xml", SHEET)]);
    let at = lie.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    lie[at + 24..at + 28].copy_from_slice(&0xF000_0000_u32.to_le_bytes());
    assert!(matches!(refused(&lie), SourceError::TooMuchInside));
}

#[test]
fn a_value_or_token_without_end_is_not_held_in_memory() {
    let long = |open: &str, fill: &str, times: usize| {
        let xml = format!("<worksheet><sheetData><row><c t=\"inlineStr\">{open}{}", fill.repeat(times));
        archive(&[("xl/workbook.xml", WORKBOOK), ("xl/worksheets/sheet1.xml", xml.as_bytes())])
    };
    for bytes in [
        long("<is><t>", "x", 17 << 20),
        long("<is>", &format!("<t>{}</t>", "x".repeat(10_000)), 1_700),
        long("<!--", "< ", 9 << 20),
    ] {
        assert!(matches!(refused(&bytes), SourceError::PieceTooLong));
    }
    let page = format!("<table><tr><td>a</td></tr><!-- {}", "x".repeat(17 << 20));
    assert!(matches!(refused(page.as_bytes()), SourceError::PieceTooLong));
}

#[test]
fn absurd_numbers_of_columns_are_refused() {
    let mut wide = Workbook::new();
    wide.add_worksheet().write(0, 16_383, "far").unwrap();
    assert!(matches!(refused(&wide.save_to_buffer().unwrap()), SourceError::TooManyColumns(16_384)));
    let page = format!("<table><tr>{}</tr></table>", "<td>x</td>".repeat(20_000));
    assert!(matches!(refused(page.as_bytes()), SourceError::TooManyColumns(_)));
}

#[test]
fn the_largest_table_of_a_korean_page_is_read_with_its_spans() {
    let page = "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=euc-kr\"><title>a<b</title>\
        <style>td { color: red }</style></head><body><table><tr><td>메뉴</td></tr></table>\
        <TABLE border=1><TR><TH>회사명</TH><TH>업종<TH>지역</TR>\
        <tr><td rowspan=2>한빛&amp;소프트<td>게임<br>출판</td><td>서울</td></tr>\
        <tr><td>교육</td><td><table><tr><td>속</td></tr></table>부산</td></tr>\
        <tr><td colspan=2>&nbsp;합계&#50668; 기</td><td>2</td></tr></TABLE></body></html>";
    let (bytes, _, _) = encoding_rs::EUC_KR.encode(page);
    let (prepared, rows) = rows(&bytes, None);
    assert_eq!(prepared.format, Format::Html);
    assert_eq!(
        cells(&rows),
        [
            (0, vec!["회사명", "업종", "지역"]),
            (2, vec!["한빛&소프트", "게임\n출판", "서울"]),
            (3, vec!["한빛&소프트", "교육", "부산"]),
            (4, vec!["합계여 기", "", "2"]),
        ]
    );
}

fn card(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/fixtures/import/vcards/{name}.vcf", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn cards_of_all_versions_become_rows_and_broken_ones_refused_rows() {
    let mut file = Vec::new();
    for name in ["2", "3", "5", "10", "11", "custom-11"] {
        file.extend(card(name));
        file.extend(b"\r\n");
    }
    file.extend(b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Half a card\r\nBEGIN:VCARD\r\nVERSION:4.0\r\nNOTE:names nobody\r\nEND:VCARD\r\n");
    file.extend(
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:한 빛\r\nORG:한빛소프트;개발\r\nTEL;TYPE=cell;VALUE=uri:tel:+82-10-0000-0000\r\n\
         EMAIL;PREF=1:han@example.com\r\nURL:https://www.linkedin.com/in/han\r\nURL:https://example.com\r\nBDAY:19770806\r\nCATEGORIES:a,b\r\n\
         ADR;TYPE=home:;;집;부산;;;대한민국\r\nADR;TYPE=work:;;길 1;서울;;;대한민국\r\nEND:VCARD\r\n"
            .as_bytes(),
    );
    let (_, rows) = rows(&file, None);
    let headers = rows[0].as_ref().unwrap().cells.clone();
    let at = |row: usize, column: &str| {
        let place = headers.iter().position(|h| h == column).unwrap();
        rows[row].as_ref().unwrap().cells[place].as_str()
    };
    assert_eq!((at(1, "Full name"), at(1, "Company")), ("Tim Howes", "Netscape Communications Corp."));
    assert_eq!((at(1, "Phone"), at(1, "Fax")), ("+1-415-937-3419", "+1-415-528-4164"));
    assert_eq!(
        (at(1, "City"), at(1, "Country"), at(1, "Email")),
        ("Mountain View", "U.S.A.", "howes@netscape.com")
    );
    assert_eq!(
        (at(2, "Given name"), at(2, "Family name"), at(2, "Email 2")),
        ("Nat", "Friedman", "nat@ximian.com")
    );
    assert_eq!((at(2, "Mobile phone"), at(2, "Birthday")), ("123 456 7890", "1977-08-06"));
    assert_eq!((at(3, "Company"), at(3, "Full name")), ("十城目管理大型知座", "十城目管理大型知座"));
    assert_eq!(at(4, "Street"), "6544 Battleford Drive");
    assert_eq!(at(5, "Full name"), "Invalid AttributeParam");
    assert_eq!((at(6, "Family name"), at(6, "Home phone")), ("Basinger", "1-800-ELEPHANT"));
    for (row, line) in [(7, 7), (8, 8)] {
        let refused = rows[row].as_ref().unwrap_err();
        assert_eq!((refused.line, &refused.reason), (line, &RefusedReason::Unreadable));
    }
    assert_eq!((at(9, "Company"), at(9, "Department"), at(9, "City")), ("한빛소프트", "개발", "서울"));
    assert_eq!(
        (at(9, "LinkedIn"), at(9, "Website")),
        ("https://www.linkedin.com/in/han", "https://example.com")
    );
    assert_eq!((at(9, "Mobile phone"), at(9, "Categories")), ("+82-10-0000-0000", "a, b"));
    assert_eq!(rows[9].as_ref().unwrap().line, 9);
}

#[test]
fn a_file_of_ascii_for_megabytes_still_shows_its_encoding() {
    let mut bytes = b"name,city\n".to_vec();
    while bytes.len() < 5 << 20 {
        bytes.extend_from_slice(b"Acme,Springfield\n");
    }
    let (korean, _, _) = encoding_rs::EUC_KR.encode("한빛소프트,서울\n삼성전자,수원\n");
    bytes.extend_from_slice(&korean);
    assert_eq!(encoding_of(on_disk(&bytes).path()).unwrap(), TextEncoding::Cp949);
}
