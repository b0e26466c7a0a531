//! `sevenfold dedupe`: the matcher over lists from files. Needs no database.

use crate::output::{Failure, Printer, table};
use clap::{Args, ValueEnum};
use linkage::column::{Column, understand};
use linkage::{Collection, Evidence, Found, Kind, Matcher};
use records::import::decode::decode;
use records::import::dialect::detect_dialect;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Lists of what.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Of {
    /// Human beings.
    People,
    /// Companies, shops, institutions.
    Companies,
}

/// What to compare, and how.
#[derive(Debug, Args)]
pub struct DedupeArgs {
    /// A CSV file in UTF-8, UTF-16, CP949/EUC-KR or Windows-1252, separated by comma, semicolon, tab or bar.
    file: PathBuf,
    /// A second list: pairs between the two are looked for, instead of pairs within the first.
    file2: Option<PathBuf>,
    /// What the lists are lists of.
    #[arg(long, value_enum)]
    kind: Of,
    /// The column that numbers the records; give it twice when the files call it differently. The first
    /// column where absent. It is not compared, unless it holds names.
    #[arg(long, value_name = "COL")]
    id: Vec<String>,
    /// Probability of a match from which a pair is printed, 0 to 1.
    #[arg(long, default_value_t = linkage::THRESHOLD)]
    threshold: f64,
    /// Say for each pair what every field was worth, in JSON too.
    #[arg(long)]
    explain: bool,
}

/// A file as rows of cells.
struct List {
    headers: Vec<String>,
    rows: Vec<csv::StringRecord>,
    id: usize,
    encoding: &'static str,
    delimiter: char,
}

/// Runs the command.
pub fn run(asked: &DedupeArgs, printer: &Printer) -> Result<ExitCode, Failure> {
    if !(0.0..=1.0).contains(&asked.threshold) {
        return Err(Failure::Usage("the threshold is a probability, from 0 to 1".to_owned()));
    }
    let begun = Instant::now();
    let kind = match asked.kind {
        Of::People => Kind::People,
        Of::Companies => Kind::Companies,
    };
    let lists = read_all(asked)?;
    let headers: Vec<Vec<String>> = lists.iter().map(|list| list.headers.clone()).collect();
    let ids: Vec<usize> = lists.iter().map(|list| list.id).collect();
    let columns = understand(kind, &headers, &ids);
    if let Some(at) = columns.iter().position(|file| file.iter().all(|column| column.field.is_none())) {
        let file =
            [Some(&asked.file), asked.file2.as_ref()][at].map_or("the file".into(), |f| f.to_string_lossy());
        return Err(Failure::Refused(format!(
            "{file} has no column to compare: name the columns in its first row"
        )));
    }
    let found = Matcher::new(kind).threshold(asked.threshold).run(collect(kind, &lists, &columns));
    let answer = answer(asked, &lists, &columns, &found, begun.elapsed().as_secs_f64());
    printer.print(&answer, |_| told(&lists, &found))?;
    Ok(ExitCode::SUCCESS)
}

fn read_all(asked: &DedupeArgs) -> Result<Vec<List>, Failure> {
    if asked.id.len() > 2 {
        return Err(Failure::Usage("--id names one column for each file".to_owned()));
    }
    let paths: Vec<&Path> = std::iter::once(asked.file.as_path()).chain(asked.file2.as_deref()).collect();
    let mut lists = paths.iter().map(|path| read(path)).collect::<Result<Vec<List>, Failure>>()?;
    let mut known = false;
    for (at, list) in lists.iter_mut().enumerate() {
        // One name serves the files that have the column; two are for the first and the second file.
        let wanted = if asked.id.len() == 2 { asked.id.get(at) } else { asked.id.first() };
        if let Some(found) = wanted.and_then(|wanted| list.headers.iter().position(|h| h == wanted)) {
            (list.id, known) = (found, true);
        } else if let (2, Some(wanted)) = (asked.id.len(), wanted) {
            return Err(no_column(paths[at], wanted));
        }
    }
    match asked.id.first() {
        Some(wanted) if !known => Err(no_column(&asked.file, wanted)),
        _ => Ok(lists),
    }
}

fn no_column(path: &Path, wanted: &str) -> Failure {
    Failure::NotFound(format!("{} has no column {wanted}", path.display()))
}

fn read(path: &Path) -> Result<List, Failure> {
    let named = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
    let bytes = std::fs::read(path).map_err(|e| Failure::NotFound(named(&e)))?;
    let (encoding, text) = decode(&bytes).map_err(|e| Failure::Refused(named(&e)))?;
    drop(bytes);
    let dialect = detect_dialect(&text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(dialect.delimiter)
        .flexible(true)
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut rows = reader.records().skip(dialect.skipped_records);
    let headers = match rows.next() {
        Some(row) => row.map_err(|e| Failure::Refused(named(&e)))?.iter().map(str::to_owned).collect(),
        None => return Err(Failure::Refused(named(&"the file is empty"))),
    };
    let rows = rows.collect::<Result<_, _>>().map_err(|e| Failure::Refused(named(&e)))?;
    Ok(List { headers, rows, id: 0, encoding: encoding.name(), delimiter: char::from(dialect.delimiter) })
}

fn collect(kind: Kind, lists: &[List], columns: &[Vec<Column>]) -> Collection {
    let mut collection = Collection::new(kind);
    for (at, (list, columns)) in lists.iter().zip(columns).enumerate() {
        if at == 1 {
            collection.begin_second();
        }
        for row in &list.rows {
            let cells = columns.iter().zip(row);
            collection.push_fields(cells.filter_map(|(column, cell)| Some((column.field?, cell))));
        }
    }
    collection
}

fn id(list: &List, row: usize) -> &str {
    list.rows.get(row).and_then(|cells| cells.get(list.id)).unwrap_or_default()
}

fn answer(asked: &DedupeArgs, lists: &[List], columns: &[Vec<Column>], found: &Found, seconds: f64) -> Json {
    let other = lists.last().unwrap_or(&lists[0]);
    let pairs: Vec<Json> = found
        .pairs
        .iter()
        .map(|pair| {
            let mut json =
                json!({ "a": id(&lists[0], pair.a), "b": id(other, pair.b), "score": rounded(pair.score) });
            if asked.explain {
                json["weight"] = json!((pair.weight * 100.0).round() / 100.0);
                json["evidence"] = pair.evidence.iter().map(evidence).collect();
            }
            json
        })
        .collect();
    let files: Vec<Json> = lists
        .iter()
        .zip(columns)
        .map(|(list, columns)| {
            let of =
                |c: &Column| json!({ "header": c.header, "compared_as": c.field.map(linkage::Field::name) });
            json!({
                "rows": list.rows.len(), "encoding": list.encoding, "delimiter": list.delimiter.to_string(),
                "id": list.headers.get(list.id), "columns": columns.iter().map(of).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "pairs": pairs,
        "files": files,
        "records": found.records,
        "candidates": found.candidates,
        "threshold": found.threshold,
        "seconds": (seconds * 1000.0).round() / 1000.0,
    })
}

fn rounded(score: f64) -> f64 {
    (score * 1e6).round() / 1e6
}

fn evidence(of: &Evidence) -> Json {
    json!({ "field": of.field.name(), "level": of.level, "bits": (of.bits * 100.0).round() / 100.0 })
}

/// Pairs as people read them, each with what spoke for and against it.
fn told(lists: &[List], found: &Found) -> String {
    let other = lists.last().unwrap_or(&lists[0]);
    let mut rows = vec![["a", "b", "score", "why"].map(str::to_owned).to_vec()];
    for pair in &found.pairs {
        let why: Vec<String> = pair.evidence.iter().map(reason).collect();
        let score = format!("{:.4}", pair.score);
        rows.push(vec![
            id(&lists[0], pair.a).to_owned(),
            id(other, pair.b).to_owned(),
            score,
            why.join(", "),
        ]);
    }
    let counted = format!("{} pairs among {} records.", found.pairs.len(), found.records);
    if found.pairs.is_empty() { counted } else { format!("{}\n{counted}", table(&rows)) }
}

fn reason(of: &Evidence) -> String {
    let level = format!("{:?}", of.level).to_lowercase();
    format!("{level} {} ({:+.1})", of.field.name().replace('_', " "), of.bits)
}
