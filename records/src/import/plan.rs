//! How one import is to be done: encoding, dialect, columns, duplicates. Kept with the import, so that
//! a worker can go on with it after a crash and a person can change it before.

use super::date::{DateOrder, parse_date};
use super::decode::{Decoder, TextEncoding, decode_head};
use super::dialect::{Dialect, detect_dialect};
use super::mapping::{ColumnSuggestion, RecordKind, Target, suggest_columns};
use super::preset::recognise;
use super::source::{Format, Prepared, SourceError, encoding_of};
use super::table::{Form, RefusedRow, Row, Table, TableError};
use super::value::is_blank;
use crate::company::LAWFUL_BASES;
use crate::kind::Kind;
use http_room::Problem;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use std::fs::File;
use std::io::Read;

/// What becomes of a row whose record is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// Left alone.
    Skip,
    /// The row's filled cells are written over it.
    #[default]
    Update,
    /// Made once more.
    Create,
}

/// The plan of an import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Plan {
    /// What the file was before it became text.
    #[serde(default)]
    pub format: Format,
    /// Sheets of the workbook that hold anything.
    #[serde(default)]
    pub sheets: Vec<String>,
    /// The sheet that is read.
    #[serde(default)]
    pub sheet: Option<String>,
    /// The export of another product the columns were recognised as, by the name people know.
    #[serde(default)]
    pub preset: Option<String>,
    /// How the bytes become text.
    pub encoding: TextEncoding,
    /// How the text becomes cells.
    pub dialect: Dialect,
    /// What each column is.
    pub columns: Vec<ColumnSuggestion>,
    /// What becomes of duplicates.
    #[serde(default)]
    pub duplicates: Duplicates,
    /// Where the rows come from, when no column says so.
    #[serde(default)]
    pub source: Option<String>,
    /// The day they come from, when no column says so: `2026-01-30`.
    #[serde(default)]
    pub source_date: Option<String>,
    /// The ground on which they are kept, when no column says so.
    #[serde(default)]
    pub lawful_basis: Option<String>,
    /// Words that stand for "nothing" in this export.
    #[serde(default)]
    pub blank: Vec<String>,
    /// How lines begin that stand under the rows.
    #[serde(default)]
    pub footers: Vec<String>,
}

/// The beginning of a table.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// Names of its columns.
    pub headers: Vec<String>,
    /// The first rows, those among them that are refused too.
    pub rows: Vec<Result<Row, RefusedRow>>,
}

/// Rows looked at for suggestions.
const SAMPLED: usize = 300;
/// Bytes of a file that are enough for its encoding, dialect, suggestions and preview.
pub const HEAD: usize = 4 << 20;
/// Rows among which the header is looked for.
const HEADER_AMONG: usize = 11;

impl Plan {
    /// Looks at a file and proposes how to import it.
    ///
    /// # Errors
    /// When there is no table in it.
    pub fn propose(kind: Kind, file: &Prepared) -> Result<Self, SourceError> {
        let encoding =
            if file.format == Format::Csv { encoding_of(file.path())? } else { TextEncoding::Utf8 };
        let mut bytes = Vec::new();
        File::open(file.path())?.take(HEAD as u64).read_to_end(&mut bytes)?;
        let head = decode_head(&bytes, encoding);
        let mut plan = Self::bare(file.format, encoding, Dialect { delimiter: b',', skipped_records: 0 });
        plan.sheets.clone_from(&file.sheets);
        plan.sheet.clone_from(&file.sheet);
        if file.format == Format::Csv {
            plan.dialect = detect_dialect(&head);
        }
        plan.dialect.skipped_records = plan.header_at(kind, &head);
        plan.suggest(kind, File::open(file.path())?)?;
        Ok(plan)
    }

    /// The same file in another encoding or dialect: its columns are suggested anew, what does not
    /// hang on them stays.
    ///
    /// # Errors
    /// When the file cannot be read that way.
    pub fn read_as(
        &self,
        kind: Kind,
        text: impl Read,
        encoding: TextEncoding,
        dialect: Dialect,
    ) -> Result<Self, SourceError> {
        let mut plan = Self { encoding, dialect, ..self.clone() };
        plan.suggest(kind, text)?;
        plan.source = self.source.clone().or(plan.source);
        Ok(plan)
    }

    fn bare(format: Format, encoding: TextEncoding, dialect: Dialect) -> Self {
        Self {
            format,
            sheets: Vec::new(),
            sheet: None,
            preset: None,
            encoding,
            dialect,
            columns: Vec::new(),
            duplicates: Duplicates::default(),
            source: None,
            source_date: None,
            lawful_basis: None,
            blank: Vec::new(),
            footers: Vec::new(),
        }
    }

    /// Records above the header: none above one that a preset knows; in a sheet, those with few
    /// filled cells.
    fn header_at(&self, kind: Kind, head: &str) -> usize {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(self.dialect.delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(head.as_bytes());
        let skip = usize::from(self.is_numbered());
        let rows: Vec<Vec<String>> = reader
            .records()
            .map_while(Result::ok)
            .take(3 * HEADER_AMONG)
            .map(|r| r.iter().skip(skip).map(|c| c.trim_start_matches('\u{FEFF}').to_owned()).collect())
            .collect();
        let known =
            |row: &Vec<String>| recognise(kind, self.format, row.iter().map(String::as_str)).is_some();
        if let Some(at) = rows.iter().take(HEADER_AMONG).position(known) {
            return at;
        }
        if !self.is_numbered() {
            return self.dialect.skipped_records;
        }
        let filled = |row: &Vec<String>| row.iter().filter(|c| !c.trim().is_empty()).count();
        let most = rows.iter().map(filled).max().unwrap_or(0);
        rows.iter().take(HEADER_AMONG).position(|row| 5 * filled(row) >= 3 * most).unwrap_or(0)
    }

    fn suggest(&mut self, kind: Kind, text: impl Read) -> Result<(), SourceError> {
        let Sample { headers, rows } = self.sample(text, SAMPLED)?;
        let preset = recognise(kind, self.format, headers.iter().map(String::as_str));
        let known = preset.map(|p| (p.blank.clone(), p.footer.clone())).unwrap_or_default();
        (self.blank, self.footers) = known;
        let rows: Vec<Vec<String>> = rows
            .into_iter()
            .map(|r| r.map_or_else(|r| r.cells, |r| r.cells))
            .filter(|c| !self.is_footer(c))
            .collect();
        self.columns = suggest_columns(record_kind(kind), &headers, &rows);
        self.preset = preset.map(|p| p.name.clone());
        if let Some(preset) = preset {
            let filled = |at: usize| rows.iter().any(|row| row.get(at).is_some_and(|c| !is_blank(c)));
            preset.apply(&mut self.columns, filled);
            self.source = Some(preset.source.clone());
        }
        Ok(())
    }

    fn is_footer(&self, cells: &[String]) -> bool {
        let mut filled = cells.iter().filter(|c| !c.is_empty());
        let first = filled.next();
        first.is_some_and(|c| self.footers.iter().any(|f| c.starts_with(f))) && filled.next().is_none()
    }

    /// Whether the text is a spool, whose rows have their number in front.
    fn is_numbered(&self) -> bool {
        self.format != Format::Csv
    }

    /// Opens the text as a table.
    ///
    /// # Errors
    /// When there is no header or the text is broken.
    pub fn open<R: Read>(&self, text: R) -> Result<Table<Decoder<R>>, TableError> {
        let form = Form { numbered: self.is_numbered(), footers: self.footers.clone() };
        Table::open_as(Decoder::new(text, self.encoding), self.dialect, form)
    }

    /// The header and the first rows, each with its line.
    ///
    /// # Errors
    /// When there is no header or the text is broken.
    pub fn sample(&self, text: impl Read, rows: usize) -> Result<Sample, TableError> {
        let mut table = self.open(text)?;
        let mut sample = Sample { headers: table.headers().to_vec(), rows: Vec::new() };
        while sample.rows.len() < rows {
            let Ok(Some(row)) = table.next_row() else { break };
            sample.rows.push(row);
        }
        Ok(sample)
    }

    /// The column a field is taken from.
    #[must_use]
    pub fn column_of(&self, field: &str) -> Option<&ColumnSuggestion> {
        let bare = field.strip_prefix("custom.").unwrap_or(field);
        self.columns.iter().find(|c| match &c.target {
            Target::Field { key } | Target::Custom { key, .. } => key == bare,
            Target::Ignore => false,
        })
    }

    /// Source, day and ground for records whose row does not say them, as far as the kind has them.
    #[must_use]
    pub fn provenance(&self, kind: Kind) -> Map<String, Json> {
        let said = [
            ("source", &self.source),
            ("source_date", &self.source_date),
            ("lawful_basis", &self.lawful_basis),
        ];
        let has = |key: &str| kind.fields().iter().any(|f| f.key == key);
        said.into_iter()
            .filter(|(key, _)| has(key))
            .filter_map(|(key, value)| Some((key.to_owned(), json!(value.as_ref()?))))
            .collect()
    }

    /// Checks what a person changed, column by column.
    ///
    /// # Errors
    /// 422 naming the column.
    pub fn check_columns(&self, kind: Kind) -> Result<(), Problem> {
        let known = super::record::field_keys(kind);
        for column in &self.columns {
            if let Target::Field { key } = &column.target
                && !known.contains(&key.as_str())
            {
                let field = format!("columns.{}", column.column);
                return Err(Problem::field(
                    &field,
                    "unknown_field",
                    format!("'{key}' is no field that can be imported"),
                ));
            }
        }
        self.check_provenance()
    }

    /// Checks a plan that is to be done.
    ///
    /// # Errors
    /// 422 naming the column, or what no column is taken for.
    pub fn check(&self, kind: Kind) -> Result<(), Problem> {
        self.check_columns(kind)?;
        let names: &[&str] = match kind {
            Kind::Company => &["name", "domain", "website"],
            Kind::Person => &["name", "given_name", "family_name", "email"],
            Kind::Deal => &["name", "company", "external_id"],
        };
        let named = self
            .columns
            .iter()
            .any(|c| matches!(&c.target, Target::Field { key } if names.contains(&key.as_str())));
        if named {
            Ok(())
        } else {
            Err(Problem::field(
                "columns",
                "required",
                format!("one column must be one of {}", names.join(", ")),
            ))
        }
    }
}

impl Plan {
    fn check_provenance(&self) -> Result<(), Problem> {
        if self.lawful_basis.as_ref().is_some_and(|b| !LAWFUL_BASES.contains(&b.as_str())) {
            let known = format!("one of {}", LAWFUL_BASES.join(", "));
            return Err(Problem::field("lawful_basis", "invalid", known));
        }
        if self.source_date.as_ref().is_some_and(|d| parse_date(d, DateOrder::default()).is_err()) {
            return Err(Problem::field("source_date", "invalid", "a day like 2026-01-30"));
        }
        Ok(())
    }
}

/// The list a kind of record is imported as.
#[must_use]
pub fn record_kind(kind: Kind) -> RecordKind {
    match kind {
        Kind::Company => RecordKind::Companies,
        Kind::Person => RecordKind::People,
        Kind::Deal => RecordKind::Deals,
    }
}
