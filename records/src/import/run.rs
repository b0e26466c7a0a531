//! Doing an import: chunk by chunk, each chunk one transaction with the place it reached, so that a
//! crash loses nothing that was counted and repeats nothing that was done.

use super::decode::Decoder;
use super::mapping::Target;
use super::plan::Plan;
use super::reason;
use super::record::{RowValues, values};
use super::refusal::{self, Refusal};
use super::resolve::{Key, look_up};
use super::source::SourceError;
use super::table::{RefusedRow, Row, Table, TableError};
use super::view;
use crate::custom_field::{self, CustomField, Label, NewCustomField};
use crate::events;
use crate::kind::Kind;
use crate::write::{self, Author, Draft};
use http_room::live::Heard;
use http_room::{Answer, App, FieldKind, Problem};
use kernel::{JobId, Locale, limits};
use serde_json::{Map, Value as Json, json};
use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use store::db::Source;
use store::job::{self, Ended, Job};
use store::{Actor, NewEvent, Sql};
use uuid::Uuid;

mod take;

/// Rows of one transaction.
const CHUNK: usize = 500;
/// Bytes of text after which a transaction has rows enough.
const CHUNK_BYTES: usize = 16 << 20;

/// What an import has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) read: i64,
    pub(super) created: i64,
    pub(super) updated: i64,
    pub(super) skipped: i64,
    pub(super) refused: i64,
}

/// The job: `{"import_id"}`, or with `"dry_run": true`.
pub async fn work(app: App, job: Job) -> Ended {
    let id = job.payload["import_id"].as_str().and_then(|t| Uuid::parse_str(t).ok());
    let Some(id) = id else {
        return Ended::Failed("the job names no import".to_owned());
    };
    let dry = job.payload["dry_run"] == true;
    match run(&app, &job, id, dry).await {
        Ok(ended) => ended,
        Err(problem) if problem.status >= 500 => Ended::Retry(problem.to_string()),
        Err(problem) => Ended::Failed(problem.detail),
    }
}

async fn run(app: &App, job: &Job, id: Uuid, dry: bool) -> Answer<Ended> {
    let import = view::find(&app.db, job.workspace_id, id).await?;
    let mut text = tempfile::NamedTempFile::new().map_err(|e| Problem::internal(&e))?;
    if !store::file::copy_to(&app.db, job.workspace_id, import.file_id, &mut text).await? {
        return Err(Problem::not_found("file of this import"));
    }
    let plan = import.plan()?;
    let kind = Kind::parse(&import.record_kind).ok_or_else(|| Problem::not_found("kind of record"))?;
    let workspace = crate::workspace::find(&app.db, job.workspace_id)
        .await?
        .ok_or_else(|| Problem::not_found("workspace"))?;
    let actor = import.created_by.map_or(Actor::System, Actor::User);
    let mut runner = Runner {
        app: app.clone(),
        job: job.id,
        author: Author {
            workspace: job.workspace_id,
            actor,
            now: app.clock.now(),
            cause: None,
            currency: workspace.currency(),
        },
        kind,
        provenance: plan.provenance(kind),
        plan,
        locale: crate::workspace::locale_of(&app.db, &workspace, import.created_by).await?,
        dry,
        tally: if dry { Tally::default() } else { import.tally() },
        total: 0,
        seen: HashMap::new(),
        refusals: Vec::new(),
        import: import.id,
        fields: Vec::new(),
    };
    runner.total = runner.count_rows(text.path())?;
    runner.prepare().await?;
    runner.rows(text.path()).await
}

struct Runner {
    app: App,
    job: JobId,
    author: Author,
    kind: Kind,
    plan: Plan,
    /// What records get whose row does not say where it comes from.
    provenance: Map<String, Json>,
    /// Of whoever imports.
    locale: Locale,
    dry: bool,
    tally: Tally,
    total: i64,
    /// Keys of rows a dry run has met, which a real run would find in the database.
    seen: HashMap<Key, Uuid>,
    refusals: Vec<Json>,
    import: Uuid,
    fields: Vec<CustomField>,
}

/// A row on its way in.
enum Taken {
    Values(Row, Box<RowValues>),
    Refused(Refusal),
}

impl Taken {
    fn refused(row: RefusedRow, locale: Locale) -> Self {
        Self::Refused(Refusal::of_form(row, locale))
    }
}

impl Runner {
    /// Makes the custom fields the plan asks for, and marks the import as running.
    async fn prepare(&mut self) -> Answer<()> {
        let tx = self.app.db.write_tx().await?;
        if self.dry {
            self.fields = custom_field::in_use(&tx, self.author.workspace, self.kind).await?;
            self.fields.extend(self.wanted_fields().iter().map(provisional));
            return Ok(());
        }
        let existing = custom_field::in_use(&tx, self.author.workspace, self.kind).await?;
        for wanted in self.wanted_fields() {
            if existing.iter().all(|f| f.key != wanted.key) {
                custom_field::create(&tx, self.author.workspace, &wanted, self.author.now).await?;
            }
        }
        self.fields = custom_field::in_use(&tx, self.author.workspace, self.kind).await?;
        let text = "UPDATE import SET state = 'running', rows_total = ?, started_at = COALESCE(started_at, ?) WHERE id = ?";
        Sql::with(tx.engine(), text, [self.total.into(), self.author.now.into(), self.import.into()])
            .run(tx.conn())
            .await?;
        tx.commit().await?;
        Ok(())
    }

    fn wanted_fields(&self) -> Vec<NewCustomField> {
        let custom = self.plan.columns.iter().filter_map(|column| match &column.target {
            Target::Custom { key, label, field_type } => {
                let label: String = label.chars().take(limits::LABEL_CHARS).collect();
                let kind = match field_type {
                    super::FieldType::Number => FieldKind::Number,
                    super::FieldType::Money => FieldKind::Money,
                    super::FieldType::Date => FieldKind::Date,
                    super::FieldType::YesNo => FieldKind::YesNo,
                    super::FieldType::Url => FieldKind::Url,
                    // The words of a foreign choice are not known before the last row.
                    super::FieldType::Text | super::FieldType::Choice => FieldKind::Text,
                };
                Some(NewCustomField {
                    on: self.kind,
                    key: key.clone(),
                    label: Label { en: label.clone(), ko: label },
                    kind,
                    options: Vec::new(),
                    unit: None,
                })
            }
            _ => None,
        });
        custom.collect()
    }

    fn open(&self, text: &Path) -> Answer<Table<Decoder<File>>> {
        let opened = File::open(text).map_err(SourceError::Io).and_then(|file| Ok(self.plan.open(file)?));
        opened.map_err(|error| reason::refusal(&error, self.locale))
    }

    /// All rows of the file; counted once, before the first is taken.
    fn count_rows(&self, text: &Path) -> Answer<i64> {
        let mut table = self.open(text)?;
        let mut rows = 0;
        // An error here is met again, with its place, when the rows are taken.
        while let Ok(Some(_)) = table.next_row() {
            rows += 1;
        }
        Ok(rows)
    }

    async fn rows(&mut self, text: &Path) -> Answer<Ended> {
        let broken = |e: TableError| reason::refusal(&e.into(), self.locale);
        let mut table = self.open(text)?;
        // Rows taken before a crash are passed over; they were counted with their chunk.
        for _ in 0..self.tally.read {
            table.next_row().map_err(broken)?;
        }
        loop {
            let mut chunk = Vec::with_capacity(CHUNK);
            let (mut stopped, mut last, mut bytes) = (None, false, 0);
            while chunk.len() < CHUNK && bytes < CHUNK_BYTES && !last {
                match table.next_row() {
                    Ok(Some(row)) => {
                        let cells = row.as_ref().map_or_else(|r| &r.cells, |r| &r.cells);
                        bytes += cells.iter().map(String::len).sum::<usize>();
                        chunk.push(row.map_or_else(|r| Taken::refused(r, self.locale), |r| self.read(r)));
                    }
                    Ok(None) => last = true,
                    Err(error) => (stopped, last) = (Some(error), true),
                }
            }
            let go_on = chunk.is_empty() || self.chunk(chunk).await?;
            if let Some(error) = stopped {
                let why = reason::stopped(&error, self.tally.read, self.locale);
                return self.end("failed", Some(why)).await;
            }
            if !go_on {
                return self.end("cancelled", None).await;
            }
            if last {
                return self.end("done", None).await;
            }
        }
    }

    fn read(&self, row: Row) -> Taken {
        match values(self.kind, &self.plan, &row.cells, self.author.currency) {
            Ok(found) => Taken::Values(row, Box::new(found)),
            Err(fault) => Taken::Refused(Refusal::of_cell(row, fault, self.locale)),
        }
    }

    /// One transaction: the rows, the counts, the place. Answers whether to go on.
    async fn chunk(&mut self, chunk: Vec<Taken>) -> Answer<bool> {
        self.author.now = self.app.clock.now();
        let mut tx = self.app.db.write_tx().await?;
        let rows: Vec<&RowValues> = chunk
            .iter()
            .filter_map(|t| if let Taken::Values(_, v) = t { Some(&**v) } else { None })
            .collect();
        let mut known = look_up(&tx, self.author.workspace, self.kind, &rows).await?;
        let mut tally = self.tally;
        let mut fresh: Vec<(Uuid, Draft)> = Vec::new();
        let mut refused: Vec<Refusal> = Vec::new();
        for taken in chunk {
            tally.read += 1;
            match taken {
                Taken::Refused(one) => refused.push(one),
                Taken::Values(row, found) => {
                    if let Err(wrong) = self.take(&mut tx, &mut known, *found, &mut fresh, &mut tally).await?
                    {
                        refused.push(Refusal::of_record(row, &self.plan, wrong));
                    }
                }
            }
        }
        tally.refused += i64::try_from(refused.len()).unwrap_or(0);
        self.note(&refused);
        if self.dry {
            tx.rollback().await?;
            let tx = self.app.db.write_tx().await?;
            let go_on = job::progress(&tx, self.job, tally.read, self.total, self.author.now).await?;
            tx.commit().await?;
            self.tally = tally;
            self.tell().await?;
            return Ok(go_on);
        }
        write::insert_many(&mut tx, &self.author, self.kind, fresh).await?;
        refusal::keep(&tx, self.import, &refused).await?;
        let text = "UPDATE import SET rows_read = ?, created = ?, updated = ?, skipped = ?, refused = ? WHERE id = ?";
        let counts = [
            tally.read.into(),
            tally.created.into(),
            tally.updated.into(),
            tally.skipped.into(),
            tally.refused.into(),
            self.import.into(),
        ];
        Sql::with(tx.engine(), text, counts).run(tx.conn()).await?;
        let go_on = job::progress(&tx, self.job, tally.read, self.total, self.author.now).await?;
        tx.commit().await?;
        self.tally = tally;
        self.tell().await?;
        Ok(go_on)
    }

    fn note(&mut self, refused: &[Refusal]) {
        let room = 100_usize.saturating_sub(self.refusals.len());
        self.refusals.extend(refused.iter().take(room).map(Refusal::shown));
    }

    async fn tell(&self) -> Answer<()> {
        if let Some(job) = job::find(&self.app.db, self.author.workspace, self.job).await? {
            self.app.live.tell(self.author.workspace, Heard::Job(Box::new(job)));
        }
        Ok(())
    }

    async fn end(&self, state: &str, error: Option<String>) -> Answer<Ended> {
        let tally = self.tally;
        let result = json!({
            "rows": tally.read, "created": tally.created, "updated": tally.updated, "skipped": tally.skipped,
            "refused": tally.refused, "dry_run": self.dry, "first_refusals": self.refusals,
        });
        if !self.dry {
            let mut tx = self.app.db.write_tx().await?;
            let text = "UPDATE import SET state = ?, error = ?, finished_at = ? WHERE id = ?";
            let values = [state.into(), error.clone().into(), self.author.now.into(), self.import.into()];
            Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
            let mut told = result.clone();
            told["kind"] = json!(self.kind.key());
            told["state"] = json!(state);
            if let Some(told) = told.as_object_mut() {
                told.remove("first_refusals");
            }
            let event = NewEvent::now(
                self.author.workspace,
                events::IMPORT_ENDED,
                self.author.actor,
                self.author.now,
            );
            tx.record(event.with(told)).await?;
            tx.commit().await?;
        }
        Ok(match (state, error) {
            ("cancelled", _) => Ended::Cancelled(result),
            (_, Some(why)) => Ended::Failed(why),
            _ => Ended::Done(result),
        })
    }
}

/// A field a dry run pretends to have made.
fn provisional(new: &NewCustomField) -> CustomField {
    CustomField {
        id: kernel::CustomFieldId::new(),
        on: new.on.key().to_owned(),
        key: new.key.clone(),
        label: json!(new.label),
        kind: new.kind.key().to_owned(),
        options: json!([]),
        unit: None,
        position: 0,
        archived_at: None,
    }
}
