//! New records, one or thousands, in the same statements.

use super::{Author, Draft, custom_fields, points, read, shape};
use crate::kind::Kind;
use crate::search_entry;
use http_room::{FieldError, Problem};
use kernel::{CompanyId, DealId, PersonId};
use sea_orm::Value;
use serde_json::{Map, Value as Json, json};
use std::collections::{HashMap, HashSet};
use store::db::Source;
use store::{Engine, NewEvent, Sql, Subject, WriteTx, run_parts};
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

/// Rows of one statement.
const PART: usize = 250;

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
    insert_told(tx, author, kind, drafts, None).await
}

/// As [`insert_many`], for rows of an import: the events of companies and people name the import instead of
/// repeating the whole row.
///
/// # Errors
/// As [`insert_many`].
pub async fn insert_imported(
    tx: &mut WriteTx,
    author: &Author,
    kind: Kind,
    drafts: Vec<(Uuid, Draft)>,
    import: Uuid,
) -> Result<(), Problem> {
    insert_told(tx, author, kind, drafts, Some(import)).await
}

async fn insert_told(
    tx: &mut WriteTx,
    author: &Author,
    kind: Kind,
    drafts: Vec<(Uuid, Draft)>,
    import: Option<Uuid>,
) -> Result<(), Problem> {
    if drafts.is_empty() {
        return Ok(());
    }
    let form = Form::of(kind, fixed_columns(tx, author, kind).await?, &drafts);
    let engine = tx.engine();
    run_parts(tx.conn(), &drafts, PART, |part| form.rows(engine, author, part)).await?;
    if kind == Kind::Person {
        points::insert(tx, author.workspace, &drafts).await?;
    }
    let companies = company_names(tx, author, &drafts).await?;
    let entry = |(id, draft): &(Uuid, Draft)| {
        let company = company_of(draft).and_then(|company| companies.get(&company)).map(String::as_str);
        search_entry::of_values(author.workspace, kind, *id, |key| match key {
            "company_name" => company,
            _ => draft.value(key).and_then(Json::as_str),
        })
    };
    let entries: Vec<_> = drafts.iter().map(entry).collect();
    store::search::index_new(tx, &entries).await?;
    let events = drafts.iter().map(|(id, draft)| created(author, kind, *id, draft, import)).collect();
    tx.record_all(events).await?;
    Ok(())
}

/// The columns of a new row and what stands in them when nobody says anything.
struct Form {
    head: String,
    empty: Vec<Value>,
    at: HashMap<&'static str, usize>,
}

impl Form {
    /// Of a kind: the fixed columns, the absent fields, and whatever else the drafts write.
    fn of(kind: Kind, fixed: Vec<(&'static str, Value)>, drafts: &[(Uuid, Draft)]) -> Self {
        let mut columns: Vec<(&'static str, Value)> = vec![("id", Uuid::nil().into())];
        columns.extend(fixed);
        let absent =
            kind.fields().iter().filter(|f| f.shape != crate::kind::Shape::Kept).flat_map(shape::absent);
        let written =
            drafts.iter().flat_map(|(_, draft)| draft.columns()).map(|(c, _)| (*c, Value::String(None)));
        let mut at: HashMap<&'static str, usize> =
            columns.iter().enumerate().map(|(n, (column, _))| (*column, n)).collect();
        for (column, value) in absent.chain([("custom", json!({}).into())]).chain(written) {
            at.entry(column).or_insert_with(|| {
                columns.push((column, value));
                columns.len() - 1
            });
        }
        let names: Vec<&str> = columns.iter().map(|(column, _)| *column).collect();
        let head = format!("INSERT INTO {} ({}) VALUES ", kind.key(), names.join(", "));
        Self { head, empty: columns.into_iter().map(|(_, value)| value).collect(), at }
    }

    fn rows(&self, engine: Engine, author: &Author, part: &[(Uuid, Draft)]) -> Sql {
        let mut sql = Sql::new(engine, &self.head);
        for (n, (id, draft)) in part.iter().enumerate() {
            if n > 0 {
                sql.push(", ");
            }
            sql.bind_list(self.row(author, *id, draft));
        }
        sql
    }

    /// One row: what is empty, and over it what was sent.
    fn row(&self, author: &Author, id: Uuid, draft: &Draft) -> Vec<Value> {
        let mut row = self.empty.clone();
        row[self.at["id"]] = id.into();
        for (column, value) in draft.columns() {
            row[self.at[column]] = value.clone();
        }
        let custom = draft.custom().iter().filter(|(_, v)| !v.is_null());
        let custom: Map<String, Json> = custom.map(|(k, v)| (k.clone(), v.clone())).collect();
        row[self.at["custom"]] = Json::Object(custom).into();
        // A record nobody was named for belongs to whoever made it.
        if let Some(owner) =
            self.at.get("owner_id").map(|at| &mut row[*at]).filter(|v| **v == Value::Uuid(None))
        {
            *owner = author.actor.user().map(|u| u.0).into();
        }
        row
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
