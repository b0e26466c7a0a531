//! Doing an import: forty thousand rows at most in one transaction with the place it reached, so that a crash loses nothing
//! that was counted and repeats nothing that was done. The rows come in chunks, each a step behind the next: they are
//! read, looked up, taken, written.

use super::history;
use super::known_by::Key;
use super::mapping::Target;
use super::reason;
use super::refusal::{self, Refusal};
use super::resolve::Known;
use super::view;
use crate::custom_field::{self, CustomField, Label, NewCustomField};
use crate::events;
use crate::kind::Kind;
use crate::write::{Author, Inserting};
use hashbrown::HashMap;
use http_room::live::Heard;
use http_room::{Answer, App, FieldKind, Problem};
use kernel::{JobId, limits};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use store::db::Source;
use store::job::{self, Ended, Job};
use store::search::Words;
use store::{Actor, NewEvent, Sql, Statements, WriteTx};
use tempfile::NamedTempFile;
use tokio::sync::mpsc;
use uuid::Uuid;

mod look;
mod over;
mod read;
mod take;

use look::LookedUp;
use read::{Chunk, Reader, Taken};
use take::{Fresh, Taking};

/// Chunks that wait to be taken.
const WAITING: usize = 1;
/// Lines whose words are written together.
const LINES: usize = 5_000;

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
    // Read where a large file leaves nothing behind in memory.
    let beside = app.db.beside_bulk();
    if !store::file::copy_to(&beside, job.workspace_id, import.file_id, &mut text).await? {
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
    /// The first rows a dry run refuses, which it does not keep.
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
        tokio::task::spawn_blocking(move || reader.read(text.path(), passed, &to));
        loop {
            self.author.now = self.app.clock.now();
            let tx = Arc::new(self.app.db.bulk_tx().await?);
            let (looked_up, back) =
                look::ahead(self.app.db.beside_bulk(), self.author.workspace, self.kind, chunks);
            let taking = self.write(&tx, looked_up).await;
            chunks = back.await.map_err(|e| Problem::internal(&e))?;
            let mut taking = taking?;
            let mut tx =
                Arc::into_inner(tx).ok_or_else(|| Problem::internal(&"rows are still being written"))?;
            self.change(&mut tx, &mut taking).await?;
            if let Some(ended) = self.put_down(tx, taking).await? {
                return Ok(ended);
            }
        }
    }

    /// Takes the rows of one transaction, and writes those that are new while the next are taken.
    async fn write(&mut self, tx: &Arc<WriteTx>, mut chunks: LookedUp) -> Answer<Taking> {
        let author = &self.author;
        let companies = Inserting::of(tx, author, Kind::Company, Vec::new(), Some(self.import)).await?;
        let records =
            Inserting::of(tx, author, self.kind, self.reader.fields.clone(), Some(self.import)).await?;
        let (to, ready) = mpsc::channel(1);
        let on = Arc::clone(tx);
        let writing = tokio::spawn(async move { store::run_received(on.conn(), ready).await });
        let mut taking = Taking { tally: self.tally, ..Taking::default() };
        let mut words = Words::default();
        let given: Answer<()> = async {
            while let Some(looked_up) = chunks.recv().await {
                self.take_all(&mut taking, looked_up?);
                let Fresh { companies: made, records: mut new, .. } = std::mem::take(&mut taking.fresh);
                if self.dry {
                    // The companies alone are written, which others may name.
                    new.clear();
                }
                let mut numbers = store::search::number(tx, made.len() + new.len()).await?;
                let of_new = numbers.split_off(made.len());
                let (made, of_made) = companies.statements(tx, made, numbers);
                let (new, of_new) = records.statements(tx, new, of_new);
                words.join(of_made);
                words.join(of_new);
                let mut statements: Statements<'static> = Box::new(made.chain(new));
                if words.lines() >= LINES {
                    statements = Box::new(statements.chain(std::mem::take(&mut words).statements()));
                }
                if to.send(statements).await.is_err() {
                    break;
                }
            }
            let _ = to.send(words.statements()).await;
            Ok(())
        }
        .await;
        drop(to);
        // A statement that was refused comes first: whatever is asked behind it is refused for that alone.
        writing.await.map_err(|e| Problem::internal(&e))??;
        given?;
        Ok(taking)
    }

    fn take_all(&mut self, to: &mut Taking, (chunk, known): (Chunk, Known)) {
        (to.last, to.stopped) = (chunk.last, chunk.stopped);
        to.known.join(known);
        for taken in chunk.rows {
            to.tally.read += 1;
            match taken {
                Taken::Refused(one) => to.refused.push(one),
                Taken::Values(said) => self.take(to, *said),
            }
        }
    }

    /// Commits what was written, with the counts and the place. Answers how the job ended, when it did.
    async fn put_down(&mut self, tx: WriteTx, taking: Taking) -> Answer<Option<Ended>> {
        let Taking { last, stopped, mut tally, refused, .. } = taking;
        tally.refused += i64::try_from(refused.len()).unwrap_or(0);
        let tx = if self.dry {
            self.note(&refused);
            tx.rollback().await?;
            self.app.db.write_tx().await?
        } else {
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
            tx
        };
        let go_on = job::progress(&tx, self.job, tally.read, self.total, self.author.now).await?;
        tx.commit().await?;
        self.tally = tally;
        self.tell().await?;
        if let Some(error) = stopped {
            let why = reason::stopped(&error, self.tally.read, self.reader.locale);
            return self.end("failed", Some(why)).await.map(Some);
        }
        match (go_on, last) {
            (false, _) => self.end("cancelled", None).await.map(Some),
            (true, true) => self.end("done", None).await.map(Some),
            (true, false) => Ok(None),
        }
    }

    fn note(&mut self, refused: &[Refusal]) {
        let room = refusal::SHOWN.saturating_sub(self.refusals.len());
        self.refusals.extend(refused.iter().take(room).map(Refusal::shown));
    }

    async fn tell(&self) -> Answer<()> {
        if let Some(job) = job::find(&self.app.db, self.author.workspace, self.job).await? {
            self.app.live.tell(self.author.workspace, Heard::Job(Box::new(job)));
        }
        Ok(())
    }

    async fn end(&mut self, state: &str, error: Option<String>) -> Answer<Ended> {
        let tally = self.tally;
        let refused = match self.dry {
            true => std::mem::take(&mut self.refusals),
            false => refusal::first(&self.app.db, self.import).await?,
        };
        let result = json!({
            "rows": tally.read, "created": tally.created, "updated": tally.updated, "skipped": tally.skipped,
            "refused": tally.refused, "dry_run": self.dry, "first_refusals": refused,
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
