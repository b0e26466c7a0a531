//! `sevenfold export`: a list as a file.

use crate::import::List;
use crate::output::{Failure, Printer};
use crate::place::Place;
use clap::{Args, ValueEnum};
use futures::StreamExt;
use http_room::ListQuery;
use serde_json::json;
use server::Settings;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// A form of file.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Form {
    /// Comma separated, UTF-8 with a mark so that spreadsheets read Hangul.
    Csv,
    /// A workbook.
    Xlsx,
}

/// What to export.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// A list of what.
    list: List,
    /// csv or xlsx.
    #[arg(long, value_enum, default_value = "csv")]
    format: Form,
    /// Only rows for which this holds, as field.operator.value; may be repeated.
    #[arg(long = "where", value_name = "FILTER")]
    filters: Vec<String>,
    /// The file to write; standard output when absent.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub async fn run(asked: ExportArgs, settings: &Settings, printer: &Printer) -> Result<ExitCode, Failure> {
    let base_url = settings.base_url.clone().unwrap_or_else(|| format!("http://{}", settings.listen));
    let (app, _) = server::open_app(settings, &base_url).await.map_err(Failure::of)?;
    let (_, me) = asked.place.find(&app).await?;
    let mut query = ListQuery::default();
    for filter in &asked.filters {
        query.filters.push(http_room::list::Filter::parse(filter).map_err(|p| Failure::Usage(p.detail))?);
    }
    let format = if matches!(asked.format, Form::Xlsx) { "xlsx" } else { "csv" };
    query.others.push(("format".to_owned(), format.to_owned()));
    let file = records::routes::export::file(&app, &me, asked.list.kind(), query).await;
    let response = file.map_err(|p| Failure::Refused(p.detail))?;
    let mut out: Box<dyn Write> = match &asked.output {
        Some(path) => Box::new(
            std::fs::File::create(path).map_err(|e| Failure::Failed(format!("{}: {e}", path.display())))?,
        ),
        None => Box::new(std::io::stdout()),
    };
    let mut written = 0;
    let mut pieces = response.into_body().into_data_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(Failure::of)?;
        written += piece.len();
        out.write_all(&piece).map_err(Failure::of)?;
    }
    out.flush().map_err(Failure::of)?;
    app.db.clone().close().await.map_err(Failure::of)?;
    if let Some(path) = &asked.output {
        let done = json!({ "file": path, "bytes": written });
        printer.print(&done, |_| format!("{} written, {written} bytes.", path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}
