//! Doing an import: ten thousand rows at most in one transaction with the place it reached, so that a crash loses nothing
//! that was counted and repeats nothing that was done. The rows come in chunks: one is read while the one before is
//! taken, and the one before that is written.

use super::history;
use super::mapping::Target;
use super::reason;
use super::record::RowValues;
use super::refusal::{self, Refusal};
use super::resolve::{Key, look_up};
use super::view;
use crate::custom_field::{self, CustomField, Label, NewCustomField};
use crate::events;
use crate::kind::Kind;
use crate::write::{self, Author};
use http_room::live::Heard;
use http_room::{Answer, App, FieldKind, Problem};
use kernel::{JobId, limits};
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use std::sync::Arc;
use store::db::Source;
use store::job::{self, Ended, Job};
use store::{Actor, NewEvent, Sql, WriteTx};
use tempfile::NamedTempFile;
use tokio::sync::mpsc;
use uuid::Uuid;

mod over;
mod read;
mod take;

use read::{Chunk, Reader, Taken};
use take::{Fresh, Taking};

/// Chunks of one transaction.
const TOGETHER: usize = 10;
/// Chunks that wait to be taken.
const WAITING: usize = 2;

/// Chunks as they are read.
type Chunks = mpsc::Receiver<Answer<Chunk>>;

const BROKEN_OFF: &str = "the file was not read to its end";

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
        reader: Reader {
            workspace: job.workspace_id,
            kind,
            provenance: plan.provenance(kind),
            plan,
            fields: Vec::new(),
            currency: workspace.currency(),
            locale: crate::workspace::locale_of(&app.db, &workspace, import.created_by).await?,
            now: app.clock.now(),
        },
        dry,
        tally: if dry { Tally::default() } else { import.tally() },
        total: 0,
        seen: HashMap::new(),
        refusals: Vec::new(),
        import: import.id,
    };
    let (text, reader) = (Arc::new(text), runner.reader.clone());
    let counted = text.clone();
    let counting = tokio::task::spawn_blocking(move || reader.count(counted.path()));
    runner.total = counting.await.map_err(|e| Problem::internal(&e))??;
    runner.prepare().await?;
    runner.rows(text).await
}

struct Runner {
    app: App,
    job: JobId,
    author: Author,
    kind: Kind,
    reader: Reader,
    dry: bool,
    tally: Tally,
    total: i64,
    /// Keys of rows a dry run has met, which a real run would find in the database.
    seen: HashMap<Key, Uuid>,
    refusals: Vec<Json>,
    import: Uuid,
}

impl Runner {
    /// Makes the custom fields the plan asks for, and marks the import as running.
    async fn prepare(&mut self) -> Answer<()> {
        let tx = self.app.db.write_tx().await?;
        if self.dry {
            self.reader.fields = custom_field::in_use(&tx, self.author.workspace, self.kind).await?;
            self.reader.fields.extend(self.wanted_fields().iter().map(provisional));
            return Ok(());
        }
        let existing = custom_field::in_use(&tx, self.author.workspace, self.kind).await?;
        for wanted in self.wanted_fields() {
            if existing.iter().all(|f| f.key != wanted.key) {
                custom_field::create(&tx, self.author.workspace, &wanted, self.author.now).await?;
            }
        }
        self.reader.fields = custom_field::in_use(&tx, self.author.workspace, self.kind).await?;
        let text = "UPDATE import SET state = 'running', rows_total = ?, started_at = COALESCE(started_at, ?) WHERE id = ?";
        Sql::with(tx.engine(), text, [self.total.into(), self.author.now.into(), self.import.into()])
            .run(tx.conn())
            .await?;
        tx.commit().await?;
        Ok(())
    }

    fn wanted_fields(&self) -> Vec<NewCustomField> {
        let custom = self.reader.plan.columns.iter().filter_map(|column| match &column.target {
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

    async fn rows(&mut self, text: Arc<NamedTempFile>) -> Answer<Ended> {
        let (to, mut chunks) = mpsc::channel(WAITING);
        let (reader, passed) = (self.reader.clone(), self.tally.read);
        // Rows taken before a crash are passed over; they were counted with their transaction.
        let reading = tokio::task::spawn_blocking(move || reader.read(text.path(), passed, &to));
        while let Some(chunk) = chunks.recv().await {
            if let Some(ended) = self.transaction(chunk?, &mut chunks).await? {
                return Ok(ended);
            }
        }
        // The reader ends with the last chunk; without one it broke off.
        reading.await.map_err(|e| Problem::internal(&e))?;
        Err(Problem::internal(&BROKEN_OFF))
    }

    /// One transaction: the rows of some chunks, the counts, the place. Answers how the job ended, when it did.
    async fn transaction(&mut self, first: Chunk, chunks: &mut Chunks) -> Answer<Option<Ended>> {
        self.author.now = self.app.clock.now();
        let tx = Arc::new(self.app.db.bulk_tx().await?);
        let mut taking = Taking { tally: self.tally, ..Taking::default() };
        let mut first = Some(first);
        loop {
            let ready = std::mem::take(&mut taking.fresh);
            let (author, kind, import, dry) = (self.author.clone(), self.kind, self.import, self.dry);
            let on = Arc::clone(&tx);
            // A task of its own, for rows are taken on this one.
            let writing = tokio::spawn(async move { insert(&on, &author, kind, ready, import, dry).await });
            let taken = self.take_next(&tx, &mut taking, first.take(), chunks).await;
            writing.await.map_err(|e| Problem::internal(&e))??;
            if !taken? {
                break;
            }
        }
        let mut tx = Arc::into_inner(tx).ok_or_else(|| Problem::internal(&"rows are still being written"))?;
        self.change(&mut tx, &mut taking).await?;
        let (last, stopped) = (taking.last, taking.stopped.take());
        let go_on = self.put_down(tx, taking).await?;
        if let Some(error) = stopped {
            let why = reason::stopped(&error, self.tally.read, self.reader.locale);
            return self.end("failed", Some(why)).await.map(Some);
        }
        if !go_on {
            return self.end("cancelled", None).await.map(Some);
        }
        if last { self.end("done", None).await.map(Some) } else { Ok(None) }
    }

    /// Takes the rows of the next chunk. Answers whether there was one for this transaction.
    async fn take_next(
        &mut self,
        tx: &WriteTx,
        to: &mut Taking,
        first: Option<Chunk>,
        chunks: &mut Chunks,
    ) -> Answer<bool> {
        let chunk = match first {
            Some(chunk) => chunk,
            None if to.last || to.chunks == TOGETHER => return Ok(false),
            None => chunks.recv().await.ok_or_else(|| Problem::internal(&BROKEN_OFF))??,
        };
        to.chunks += 1;
        (to.last, to.stopped) = (chunk.last, chunk.stopped);
        let values = chunk.rows.iter().filter_map(|taken| match taken {
            Taken::Values(said) => Some(&said.values),
            Taken::Refused(_) => None,
        });
        let rows: Vec<&RowValues> = values.collect();
        to.known.join(look_up(tx, self.author.workspace, self.kind, &rows).await?);
        for taken in chunk.rows {
            to.tally.read += 1;
            match taken {
                Taken::Refused(one) => to.refused.push(one),
                Taken::Values(said) => self.take(to, *said),
            }
        }
        Ok(true)
    }

    /// Commits what was written, with the counts and the place. Answers whether to go on.
    async fn put_down(&mut self, tx: WriteTx, taking: Taking) -> Answer<bool> {
        let Taking { mut tally, refused, .. } = taking;
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

/// Writes what rows make: their companies first. A dry run makes the companies alone, which others may name.
async fn insert(
    tx: &WriteTx,
    author: &Author,
    kind: Kind,
    ready: Fresh,
    import: Uuid,
    dry: bool,
) -> Answer<()> {
    write::insert_imported(tx, author, Kind::Company, ready.companies, import).await?;
    let records = if dry { Vec::new() } else { ready.records };
    write::insert_imported(tx, author, kind, records, import).await
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
