//! `sevenfold import`: a list from a file, with the same rules as in the browser.

use crate::output::{Failure, Printer};
use crate::place::Place;
use clap::{Args, ValueEnum};
use http_room::{App, Member, Problem, Right};
use records::Kind;
use records::import::begin::{NewImport, enqueue, keep_plan, prepare, propose};
use records::import::plan::Duplicates;
use records::import::refusal::refused_csv;
use records::import::source::Prepared;
use records::import::view::{self, Import};
use serde_json::{Value as Json, json};
use server::Settings;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use store::job::{self, Job};

/// A list of what.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum List {
    /// Companies.
    Companies,
    /// People.
    People,
    /// Deals.
    Deals,
}

impl List {
    /// The kind of record.
    pub fn kind(self) -> Kind {
        match self {
            Self::Companies => Kind::Company,
            Self::People => Kind::Person,
            Self::Deals => Kind::Deal,
        }
    }
}

/// What becomes of rows whose record is there already.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Twice {
    /// Leave what is there.
    Skip,
    /// Write the row's filled cells over it.
    Update,
    /// Make it once more.
    Create,
}

/// What to import, and how.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// What the file is a list of.
    list: List,
    /// CSV in UTF-8, UTF-16, CP949/EUC-KR or Windows-1252, an Excel workbook (.xlsx), a web page with a
    /// table (often named .xls), or vCards (.vcf); told by its content.
    file: PathBuf,
    /// The sheet of a workbook; the first that holds anything when not given.
    #[arg(long)]
    sheet: Option<String>,
    /// What becomes of rows whose record is there already, by domain, mail address or registration number.
    #[arg(long, value_enum, default_value = "update")]
    duplicates: Twice,
    /// Where the rows come from, kept with each record; the product or file when not given.
    #[arg(long)]
    source: Option<String>,
    /// The day they come from, as 2026-01-30, kept with each record whose row says none; today when not given.
    #[arg(long)]
    source_date: Option<String>,
    /// The ground on which they are kept: consent, customer, legitimate_interest, published or inquiry.
    #[arg(long)]
    lawful_basis: Option<String>,
    /// Tell what would happen and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Write the refused rows, each with its line and reason, to this file.
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// Runs the command. Killed in the middle, the same command goes on where it stopped.
pub async fn run(asked: ImportArgs, settings: &Settings, printer: &Printer) -> Result<ExitCode, Failure> {
    let base_url = settings.base_url.clone().unwrap_or_else(|| format!("http://{}", settings.listen));
    let (app, _) = server::open_app(settings, &base_url).await.map_err(Failure::of)?;
    let (_, me) = asked.place.find(&app).await?;
    if !me.may(Right::Write) {
        return Err(Failure::Refused("this member may read only".to_owned()));
    }
    std::fs::metadata(&asked.file)
        .map_err(|e| Failure::NotFound(format!("{}: {e}", asked.file.display())))?;
    let begun = Instant::now();
    let file = prepare(&asked.file, asked.sheet.clone(), me.locale).await.map_err(failure)?;
    let (import, job) = begin(&app, &me, &asked, &file).await?;
    let ended = work(&app, &me, job).await?;
    let import = view::find(&app.db, me.workspace, import.id).await.map_err(failure)?;
    let summary = summary(&import, &ended, &asked, begun.elapsed())?;
    if let Some(path) = &asked.refused {
        let csv = refused_csv(&app.db, &import).await.map_err(failure)?;
        std::fs::write(path, csv).map_err(|e| Failure::Failed(format!("{}: {e}", path.display())))?;
    }
    app.db.clone().close().await.map_err(Failure::of)?;
    printer.print(&summary, told)?;
    let refused = summary["refused"].as_i64().unwrap_or(0);
    match ended.state.as_str() {
        "done" if refused == 0 => Ok(ExitCode::SUCCESS),
        "done" | "cancelled" => Ok(ExitCode::from(4)),
        _ => Err(Failure::Failed(ended.error.unwrap_or_else(|| "the import did not end well".to_owned()))),
    }
}

/// A new import, or the one of the same file that a crash left.
async fn begin(
    app: &App,
    me: &Member,
    asked: &ImportArgs,
    file: &Prepared,
) -> Result<(Import, Job), Failure> {
    let now = app.clock.now();
    let kind = asked.list.kind();
    if !asked.dry_run {
        let (sha, _) = store::file::sha256_of(file.path()).map_err(Failure::of)?;
        let left = view::unfinished(&app.db, me.workspace, kind, &sha).await.map_err(failure)?;
        if let Some((import, job)) = left.and_then(|import| import.job_id.map(|job| (import, job))) {
            eprintln!("Going on after row {} of an import that was cut short.", import.rows_read);
            let job = job::find(&app.db, me.workspace, job).await.map_err(Failure::of)?;
            return job
                .map(|job| (import, job))
                .ok_or_else(|| Failure::NotFound("its job is gone".to_owned()));
        }
    }
    let name =
        asked.file.file_name().map_or_else(|| "file.csv".to_owned(), |n| n.to_string_lossy().into_owned());
    let new = NewImport { kind, name: &name, path: &asked.file, file };
    let import =
        propose(&app.db, me.workspace, Some(me.user), &new, me.locale, now).await.map_err(failure)?;
    let tx = app.db.write_tx().await.map_err(Failure::of)?;
    let mut plan = import.plan().map_err(failure)?;
    plan.duplicates = match asked.duplicates {
        Twice::Skip => Duplicates::Skip,
        Twice::Update => Duplicates::Update,
        Twice::Create => Duplicates::Create,
    };
    plan.source = asked.source.clone().or(plan.source);
    plan.source_date = asked.source_date.clone().or(plan.source_date);
    plan.lawful_basis.clone_from(&asked.lawful_basis);
    keep_plan(&tx, import.id, &plan).await.map_err(failure)?;
    let import = view::find(&tx, me.workspace, import.id).await.map_err(failure)?;
    let job = enqueue(&tx, me.workspace, &import, asked.dry_run, now).await.map_err(failure)?;
    let job = job::find(&tx, me.workspace, job).await.map_err(Failure::of)?;
    tx.commit().await.map_err(Failure::of)?;
    job.map(|job| (import, job)).ok_or_else(|| Failure::Failed("the job was not kept".to_owned()))
}

/// Does the job here, or watches the worker that has it, until it has ended.
async fn work(app: &App, me: &Member, job: Job) -> Result<Job, Failure> {
    let node = format!("import-{}", std::process::id());
    let watcher = tokio::spawn(watch(app.clone(), job.clone()));
    let handler = records::import::job();
    loop {
        let now = app.clock.now();
        if let Some(mine) = job::claim_one(&app.db, job.id, &node, now).await.map_err(Failure::of)? {
            let ended = (handler.run)(app.clone(), mine.clone()).await;
            let tx = app.db.write_tx().await.map_err(Failure::of)?;
            job::finish(&tx, &mine, ended, app.clock.now()).await.map_err(Failure::of)?;
            tx.commit().await.map_err(Failure::of)?;
        }
        let seen = job::find(&app.db, me.workspace, job.id).await.map_err(Failure::of)?;
        match seen {
            Some(seen) if seen.finished_at.is_some() => {
                watcher.abort();
                return Ok(seen);
            }
            Some(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            None => return Err(Failure::NotFound("the job is gone".to_owned())),
        }
    }
}

/// A line of progress on a terminal, once a second.
async fn watch(app: App, job: Job) {
    if !std::io::stderr().is_terminal() {
        return;
    }
    let begun = Instant::now();
    let mut heard = app.live.listen();
    while let Ok((_, heard)) = heard.recv().await {
        if let http_room::live::Heard::Job(told) = heard {
            let rate = told.done as f64 / begun.elapsed().as_secs_f64().max(0.001);
            let left = (told.total - told.done).max(0) as f64 / rate.max(0.001);
            eprint!("\r{} of {} rows, {rate:.0} a second, {left:.0} s left   ", told.done, told.total);
            let _ = std::io::stderr().flush();
            if told.id == job.id && told.done >= told.total {
                eprintln!();
            }
        }
    }
}

fn summary(import: &Import, job: &Job, asked: &ImportArgs, took: Duration) -> Result<Json, Failure> {
    let plan = import.plan().map_err(failure)?;
    let counted =
        |key: &str, kept: i64| if asked.dry_run { job.result[key].as_i64().unwrap_or(0) } else { kept };
    let rows = counted("rows", import.rows_read);
    #[allow(clippy::cast_precision_loss)] // a rate for people
    let rate = rows as f64 / took.as_secs_f64().max(0.001);
    Ok(json!({
        "import_id": import.id,
        "file": import.file_name,
        "kind": import.record_kind,
        "state": job.state,
        "dry_run": asked.dry_run,
        "format": plan.format,
        "sheet": plan.sheet,
        "preset": plan.preset,
        "encoding": plan.encoding,
        "delimiter": char::from(plan.dialect.delimiter).to_string(),
        "rows": rows,
        "created": counted("created", import.created),
        "updated": counted("updated", import.updated),
        "skipped": counted("skipped", import.skipped),
        "refused": counted("refused", import.refused),
        "error": job.error,
        "seconds": (took.as_secs_f64() * 1000.0).round() / 1000.0,
        "rows_per_second": rate.round(),
    }))
}

fn told(summary: &Json) -> String {
    let n = |key: &str| summary[key].as_i64().unwrap_or(0);
    let mut text = format!(
        "{} rows read: {} created, {} updated, {} skipped, {} refused ({} rows a second).",
        n("rows"),
        n("created"),
        n("updated"),
        n("skipped"),
        n("refused"),
        summary["rows_per_second"],
    );
    if n("refused") > 0 {
        text.push_str("\nThe refused rows with their reasons: repeat with --refused FILE, or see the import in the web app.");
    }
    text
}

fn failure(problem: Problem) -> Failure {
    match problem.status {
        404 => Failure::NotFound(problem.detail),
        409 | 422 | 403 => Failure::Refused(problem.detail),
        _ => Failure::Failed(problem.detail),
    }
}
