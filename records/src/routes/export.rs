//! A list as a file: CSV that Excel opens with Hangul intact, or XLSX.

use super::list;
use crate::kind::{Kind, Shape};
use crate::{company::Company, deal::Deal, person::Person};
use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::stream;
use http_room::{Answer, App, ListQuery, Member, Problem};
use rust_xlsxwriter::Workbook;
use serde_json::Value as Json;

/// Which file.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
pub struct Format {
    /// `csv` (default) or `xlsx` (at most 100,000 rows).
    format: Option<String>,
}

/// Rows of a workbook at most: it is built in memory.
const XLSX_ROWS: usize = 100_000;

/// The file of a list.
pub async fn file(app: &App, me: &Member, kind: Kind, mut query: ListQuery) -> Answer<Response> {
    query.limit = 200;
    query.cursor = None;
    let name = format!("{}-{}", kind.key(), app.clock.now().to_utc().format("%Y-%m-%d"));
    let keys = columns(app, me, kind).await?;
    match query.other("format").unwrap_or("csv") {
        "csv" => Ok(csv(app.clone(), me.clone(), kind, query, keys, &name)),
        "xlsx" => xlsx(app, me, kind, query, &keys, &name).await,
        _ => Err(Problem::field("format", "invalid", "csv or xlsx")),
    }
}

async fn columns(app: &App, me: &Member, kind: Kind) -> Answer<Vec<String>> {
    let mut keys = vec!["id".to_owned()];
    for field in kind.fields().iter().filter(|f| f.shape != Shape::Points) {
        match field.shape {
            Shape::Money => keys.extend([format!("{}.amount", field.key), format!("{}.currency", field.key)]),
            _ => keys.push(field.key.to_owned()),
        }
        if field.key == "company_id" {
            keys.push("company_name".to_owned());
        }
    }
    let custom = crate::custom_field::in_use(&app.db, me.workspace, kind).await?;
    keys.extend(custom.into_iter().map(|f| format!("custom.{}", f.key)));
    Ok(keys)
}

async fn next(app: &App, me: &Member, kind: Kind, query: &mut ListQuery) -> Answer<(Vec<Json>, bool)> {
    fn shown<T: serde::Serialize>(items: Vec<T>) -> Vec<Json> {
        items.into_iter().filter_map(|item| serde_json::to_value(item).ok()).collect()
    }
    let (rows, cursor) = match kind {
        Kind::Company => {
            list::page::<Company>(app, me, kind, query).await.map(|p| (shown(p.items), p.next_cursor))?
        }
        Kind::Person => {
            list::page::<Person>(app, me, kind, query).await.map(|p| (shown(p.items), p.next_cursor))?
        }
        Kind::Deal => {
            list::page::<Deal>(app, me, kind, query).await.map(|p| (shown(p.items), p.next_cursor))?
        }
    };
    query.cursor = cursor;
    Ok((rows, query.cursor.is_some()))
}

fn cell(row: &Json, key: &str) -> String {
    let amount = |field: &str| serde_json::from_value::<kernel::Money>(row[field].clone()).ok();
    if let Some(field) = key.strip_suffix(".amount") {
        return amount(field).map(kernel::Money::to_major).unwrap_or_default();
    }
    if let Some(field) = key.strip_suffix(".currency") {
        return amount(field).map(|m| m.currency.to_string()).unwrap_or_default();
    }
    let value = key.strip_prefix("custom.").map_or_else(|| &row[key], |custom| &row["custom"][custom]);
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(words) => words
            .iter()
            .map(|w| w.as_str().map_or_else(|| w.to_string(), str::to_owned))
            .collect::<Vec<_>>()
            .join("; "),
        other => other.to_string(),
    }
}

/// A cell that a spreadsheet would run as a formula is given a leading apostrophe.
pub(crate) fn safe(cell: String) -> String {
    let risky = cell.starts_with(['=', '+', '@', '\t', '\r'])
        || (cell.starts_with('-') && cell.parse::<f64>().is_err());
    if risky { format!("'{cell}") } else { cell }
}

fn csv_bytes(rows: &[Json], keys: &[String], header: bool) -> std::io::Result<Bytes> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    if header {
        writer.write_record(keys)?;
    }
    for row in rows {
        writer.write_record(keys.iter().map(|key| safe(cell(row, key))))?;
    }
    let bytes = writer.into_inner().map_err(|e| std::io::Error::other(e.to_string()))?;
    Ok(if header { [b"\xEF\xBB\xBF".as_slice(), &bytes].concat().into() } else { bytes.into() })
}

fn csv(app: App, me: Member, kind: Kind, query: ListQuery, keys: Vec<String>, name: &str) -> Response {
    let pages = stream::try_unfold(Some((query, true)), move |state| {
        let (app, me, keys) = (app.clone(), me.clone(), keys.clone());
        async move {
            let Some((mut query, first)) = state else {
                return Ok::<_, std::io::Error>(None);
            };
            let (rows, more) =
                next(&app, &me, kind, &mut query).await.map_err(|p| std::io::Error::other(p.to_string()))?;
            Ok(Some((csv_bytes(&rows, &keys, first)?, more.then_some((query, false)))))
        }
    });
    attachment(Body::from_stream(pages), "text/csv; charset=utf-8", &format!("{name}.csv"))
}

async fn xlsx(
    app: &App,
    me: &Member,
    kind: Kind,
    mut query: ListQuery,
    keys: &[String],
    name: &str,
) -> Answer<Response> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let failed = |e: rust_xlsxwriter::XlsxError| Problem::internal(&e);
    for (column, key) in (0_u16..).zip(keys) {
        sheet.write_string(0, column, key).map_err(failed)?;
    }
    let mut line: u32 = 1;
    loop {
        let (rows, more) = next(app, me, kind, &mut query).await?;
        for row in &rows {
            for (column, key) in (0_u16..).zip(keys) {
                let text = cell(row, key);
                match text.parse::<f64>() {
                    Ok(number) if text.len() < 16 && !text.starts_with('0') => {
                        sheet.write_number(line, column, number)
                    }
                    _ => sheet.write_string(line, column, text.chars().take(32_000).collect::<String>()),
                }
                .map_err(failed)?;
            }
            line += 1;
        }
        if !more {
            break;
        }
        if line as usize > XLSX_ROWS {
            return Err(Problem::field(
                "format",
                "too_many",
                format!("a workbook holds at most {XLSX_ROWS} rows: take csv"),
            ));
        }
    }
    let bytes = book.save_to_buffer().map_err(failed)?;
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(attachment(Body::from(bytes), media, &format!("{name}.xlsx")))
}

fn attachment(body: Body, media: &'static str, name: &str) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, disposition)], body)
        .into_response()
}
