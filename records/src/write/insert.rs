//! New records, one or thousands, in the same statements.

use super::{Author, Draft, NewRecord, custom_fields, points, read, shape};
use crate::custom_field::CustomField;
use crate::custom_value;
use crate::kind::Kind;
use http_room::{FieldError, Problem};
use kernel::{CompanyId, DealId, PersonId};
use sea_orm::Value;
use serde_json::{Map, Value as Json, json};
use std::collections::{HashMap, HashSet};
use store::db::Source;
use store::search::Words;
use store::{Clash, Engine, NewEvent, NewRows, Sql, Statements, Subject, WriteTx};
use uuid::Uuid;

/// Makes a record of what was sent.
///
/// # Errors
/// 422 with every field at fault.
pub async fn create(
    tx: &mut WriteTx,
    author: &Author,
    kind: Kind,
    sent: &Map<String, Json>,
) -> Result<Uuid, Problem> {
    let custom = custom_fields(tx, author, kind).await?;
    let draft = read(kind, sent, &custom, None, author.currency).map_err(Problem::invalid)?;
    check_references(tx, author, &draft).await?;
    let id = Uuid::now_v7();
    insert_many(tx, author, kind, vec![(id, draft)]).await?;
    Ok(id)
}

/// Refuses an owner who is no member and a company of another workspace.
pub(super) async fn check_references(tx: &WriteTx, author: &Author, draft: &Draft) -> Result<(), Problem> {
    let mut errors = Vec::new();
    if let Some(owner) = draft.text("owner_id").and_then(|o| Uuid::parse_str(&o).ok())
        && !crate::workspace::is_member(tx, author.workspace, kernel::UserId(owner)).await?
    {
        errors.push(FieldError::new("owner_id", "not_found", "this is no member of the workspace"));
    }
    if let Some(company) = company_of(draft) {
        let text = "SELECT 1 FROM company WHERE id = ? AND workspace_id = ? AND deleted_at IS NULL";
        let found =
            Sql::with(tx.engine(), text, [company.into(), author.workspace.into()]).rows(tx.conn()).await?;
        if found.is_empty() {
            errors.push(FieldError::new("company_id", "not_found", "there is no such company"));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

/// Writes new records whose values have been read and checked. Rows of one call share statements.
///
/// # Errors
/// Whatever the database says; then nothing of them is kept.
pub async fn insert_many(
    tx: &mut WriteTx,
    author: &Author,
    kind: Kind,
    drafts: Vec<(Uuid, Draft)>,
) -> Result<(), Problem> {
    let companies = company_names(tx, author, &drafts).await?;
    let mut records: Vec<NewRecord> =
        drafts.into_iter().map(|(id, draft)| NewRecord::of(author.workspace, kind, id, draft)).collect();
    for record in &mut records {
        if let Some((company, name)) = company_of(&record.draft).and_then(|c| companies.get_key_value(&c)) {
            record.belong_to(*company, name);
        }
    }
    if records.is_empty() {
        return Ok(());
    }
    let custom = records.iter().any(|record| !record.draft.custom().is_empty());
    let fields = if custom { custom_fields(tx, author, kind).await? } else { Vec::new() };
    let numbers = store::search::number(tx, records.len()).await?;
    let inserting = Inserting::of(tx, author, kind, fields, None).await?;
    let (statements, words) = inserting.statements(tx, records, numbers);
    store::run_all(tx.conn(), statements.chain(words.statements())).await?;
    Ok(())
}

/// What all new records of a kind have in common, asked once a transaction.
pub struct Inserting {
    author: Author,
    kind: Kind,
    /// The workspace's own fields.
    fields: Vec<CustomField>,
    /// Columns that are not fields, and what stands in them.
    fixed: Vec<(&'static str, Value)>,
    import: Option<Uuid>,
}

impl Inserting {
    /// By whom, and with which of the workspace's own fields. The events of companies and people name the import, if they
    /// come by one, instead of repeating the whole row.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn of(
        tx: &WriteTx,
        author: &Author,
        kind: Kind,
        fields: Vec<CustomField>,
        import: Option<Uuid>,
    ) -> Result<Self, Problem> {
        let fixed = fixed_columns(tx, author, kind).await?;
        Ok(Self { author: author.clone(), kind, fields, fixed, import })
    }

    /// The statements that write records on lines of these numbers, and the words that are still to be written.
    pub fn statements(
        &self,
        tx: &WriteTx,
        records: Vec<NewRecord>,
        numbers: Vec<i64>,
    ) -> (Statements<'static>, Words) {
        let (engine, author, kind) = (tx.engine(), &self.author, self.kind);
        let told = records.iter().map(|r| created(author, kind, r.id, &r.draft, self.import)).collect();
        let (_, events) = tx.recording(told);
        let (mut lines, mut points, mut drafts) = (Vec::new(), Vec::new(), Vec::new());
        for (NewRecord { id, draft, entry, points: folded, .. }, number) in records.into_iter().zip(&numbers)
        {
            lines.push((*number, entry));
            points.extend(folded.into_iter().map(|(kind, folded)| (id, kind, folded)));
            drafts.push((id, draft));
        }
        let (mut statements, words) = store::search::new_lines(engine, lines);
        if drafts.iter().any(|(_, draft)| !draft.custom().is_empty()) {
            let values =
                drafts.iter().zip(&numbers).map(|((id, draft), line)| (*id, Some(*line), draft.custom()));
            statements = Box::new(statements.chain(custom_value::statements(engine, &self.fields, values)));
        }
        let form = Form::of(kind, self.fixed.clone(), &drafts, numbers);
        let statements = statements.chain(form.statements(engine, author, drafts));
        let statements = statements.chain(points::statements(engine, author.workspace, points)).chain(events);
        (Box::new(statements), words)
    }
}

/// The columns of new rows.
struct Form {
    kind: Kind,
    /// Columns nobody says anything about, and what stands in them.
    shared: Vec<(&'static str, Value)>,
    /// Columns rows have their own value of, and what stands in them where a row says nothing.
    own: Vec<(&'static str, Value)>,
    /// The records' lines in the search index.
    lines: Vec<i64>,
}

impl Form {
    /// Of a kind: the fixed columns, the absent fields, and whatever else the drafts write.
    fn of(kind: Kind, fixed: Vec<(&'static str, Value)>, drafts: &[(Uuid, Draft)], lines: Vec<i64>) -> Self {
        let mut written: Vec<&'static str> = vec!["id", "search_no"];
        written.extend(drafts.iter().any(|(_, draft)| !draft.custom().is_empty()).then_some("custom"));
        for (column, _) in drafts.iter().flat_map(|(_, draft)| draft.columns()) {
            if !written.contains(column) {
                written.push(column);
            }
        }
        let absent =
            kind.fields().iter().filter(|f| f.shape != crate::kind::Shape::Kept).flat_map(shape::absent);
        let empty: Vec<(&'static str, Value)> =
            fixed.into_iter().chain(absent).chain([("custom", json!({}).into())]).collect();
        let value = |column: &&'static str| {
            let known = empty.iter().find(|(c, _)| c == column);
            (*column, known.map_or(Value::String(None), |(_, value)| value.clone()))
        };
        let own = written.iter().map(value).collect();
        let shared = empty.iter().filter(|(column, _)| !written.contains(column)).cloned().collect();
        Self { kind, shared, own, lines }
    }

    fn statements<'a>(
        mut self,
        engine: Engine,
        author: &Author,
        drafts: Vec<(Uuid, Draft)>,
    ) -> Statements<'a> {
        // A record nobody was named for belongs to whoever made it.
        let maker = author.actor.user().map(|u| u.0);
        for (_, value) in self.shared.iter_mut().chain(&mut self.own).filter(|(c, _)| *c == "owner_id") {
            *value = maker.into();
        }
        let rows = NewRows {
            table: self.kind.key(),
            shared: std::mem::take(&mut self.shared),
            own: self.own.iter().map(|(column, _)| *column).collect(),
            clash: Clash::Fails,
        };
        let drafts = drafts.into_iter().zip(0..);
        rows.statements(engine, drafts, move |((id, draft), n), values| {
            self.fill(n, id, draft, maker, values)
        })
    }

    /// The `n`-th row: what is empty, and over it what was sent.
    fn fill(&self, n: usize, id: Uuid, draft: Draft, maker: Option<Uuid>, values: &mut Vec<Value>) {
        let (mut columns, custom) = draft.into_columns();
        for (column, empty) in &self.own {
            let sent = columns.iter_mut().find(|(c, _)| c == column);
            values.push(match (*column, sent) {
                ("id", _) => id.into(),
                ("search_no", _) => self.lines.get(n).copied().into(),
                ("custom", _) => {
                    let known = custom.iter().filter(|(_, v)| !v.is_null());
                    Json::Object(known.map(|(k, v)| (k.clone(), v.clone())).collect()).into()
                }
                ("owner_id", Some((_, Value::Uuid(None)))) => maker.into(),
                (_, Some((_, value))) => std::mem::replace(value, Value::Bool(None)),
                (_, None) => empty.clone(),
            });
        }
    }
}

fn company_of(draft: &Draft) -> Option<Uuid> {
    draft.text("company_id").and_then(|company| Uuid::parse_str(&company).ok())
}

/// The names of the companies these records belong to: they are found by them.
async fn company_names(
    tx: &WriteTx,
    author: &Author,
    drafts: &[(Uuid, Draft)],
) -> Result<HashMap<Uuid, String>, Problem> {
    let ids: HashSet<Uuid> = drafts.iter().filter_map(|(_, draft)| company_of(draft)).collect();
    let mut names = HashMap::new();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    for part in ids.chunks(1_000) {
        // Of those that are there: SQLite would else read the whole workspace through an index of names.
        let text = "SELECT id, name FROM company WHERE workspace_id = ? AND deleted_at IS NULL AND id IN ";
        let mut sql = Sql::with(tx.engine(), text, [author.workspace.into()]);
        sql.bind_list(part.iter().map(|id| (*id).into()));
        for row in sql.rows(tx.conn()).await? {
            names.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        }
    }
    Ok(names)
}

/// Columns every new row of this kind has besides its fields.
async fn fixed_columns(
    tx: &WriteTx,
    author: &Author,
    kind: Kind,
) -> Result<Vec<(&'static str, Value)>, Problem> {
    let mut columns: Vec<(&'static str, Value)> = vec![
        ("workspace_id", author.workspace.into()),
        ("revision", 1_i64.into()),
        ("created_at", author.now.into()),
        ("updated_at", author.now.into()),
    ];
    match kind {
        Kind::Company => columns.extend([("name_key", "".into()), ("icp_reasons", json!([]).into())]),
        Kind::Person => {}
        Kind::Deal => {
            let text = "SELECT process_version_id FROM workspace WHERE id = ?";
            let version: Option<Option<Uuid>> =
                Sql::with(tx.engine(), text, [author.workspace.into()]).scalar(tx.conn()).await?;
            columns.extend([
                ("stage", "prospecting".into()),
                ("process_stage", "prospecting".into()),
                ("status", "open".into()),
                ("process_version_id", version.flatten().into()),
                ("entered_stage_at", author.now.into()),
                ("missing", json!([]).into()),
                ("closed_at", Option::<i64>::None.into()),
                ("lost_reason", Option::<String>::None.into()),
            ]);
        }
    }
    Ok(columns)
}

/// What an event of this record is about.
pub(super) fn subject(kind: Kind, id: Uuid, company: Option<&Json>) -> Subject {
    let company = company.and_then(Json::as_str).and_then(|c| Uuid::parse_str(c).ok()).map(CompanyId);
    match kind {
        Kind::Company => Subject { company: Some(CompanyId(id)), ..Subject::default() },
        Kind::Person => Subject { person: Some(PersonId(id)), company, ..Subject::default() },
        Kind::Deal => Subject { deal: Some(DealId(id)), company, ..Subject::default() },
    }
}

fn created(author: &Author, kind: Kind, id: Uuid, draft: &Draft, import: Option<Uuid>) -> NewEvent {
    let word = match kind {
        Kind::Company => crate::events::COMPANY_CREATED,
        Kind::Person => crate::events::PERSON_CREATED,
        Kind::Deal => crate::events::DEAL_CREATED,
    };
    let mut event = NewEvent::now(author.workspace, word, author.actor, author.now)
        .about(subject(kind, id, draft.value("company_id")))
        .with(match import.filter(|_| kind != Kind::Deal) {
            Some(import) => json!({ "import_id": import }),
            None => json!({ "after": draft.shown() }),
        });
    event.cause = author.cause;
    event
}
