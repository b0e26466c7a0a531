//! Companies and people as the matcher sees them.

use kernel::WorkspaceId;
use linkage::Field;
use records::Kind;
use store::db::Source;
use store::{Engine, Result, Row, Sql};
use uuid::Uuid;

/// The columns a kind is compared by, each with what it means. Columns of people's companies begin with `c.`.
fn columns(kind: Kind) -> &'static [(&'static str, Field)] {
    match kind {
        Kind::Person => &[
            ("r.given_name", Field::GivenName),
            ("r.family_name", Field::FamilyName),
            ("r.email", Field::Email),
            ("r.phone", Field::Phone),
            ("r.title", Field::Title),
            ("r.city", Field::City),
            ("r.country", Field::Country),
            ("c.name", Field::Company),
            ("c.domain", Field::Domain),
        ],
        _ => &[
            ("r.name", Field::Company),
            ("r.domain", Field::Domain),
            ("r.phone", Field::Phone),
            ("r.registration_number", Field::NationalId),
            ("r.address", Field::Street),
            ("r.city", Field::City),
            ("r.region", Field::Region),
            ("r.country", Field::Country),
            ("r.industry", Field::Industry),
        ],
    }
}

/// A record with what it says of itself.
pub struct Comparable {
    /// Which.
    pub id: Uuid,
    /// Its values, as they were written.
    pub fields: Vec<(Field, String)>,
}

fn select(kind: Kind) -> String {
    let columns: Vec<&str> = columns(kind).iter().map(|(column, _)| *column).collect();
    let company = if kind == Kind::Person { " LEFT JOIN company c ON c.id = r.company_id" } else { "" };
    format!(
        "SELECT r.id, {} FROM {} r{company} WHERE r.deleted_at IS NULL AND ",
        columns.join(", "),
        kind.key()
    )
}

fn read(kind: Kind, row: &Row) -> Result<Comparable> {
    let mut fields = Vec::new();
    for (at, (_, field)) in columns(kind).iter().enumerate() {
        let value: Option<String> = row.try_get_by_index(at + 1)?;
        fields.extend(value.filter(|v| !v.trim().is_empty()).map(|v| (*field, v)));
    }
    Ok(Comparable { id: row.try_get_by_index(0)?, fields })
}

/// The question for the next records by id.
#[must_use]
pub fn paging(engine: Engine, workspace: WorkspaceId, kind: Kind, after: Uuid, limit: i64) -> Sql {
    let mut sql = Sql::new(engine, &select(kind));
    sql.push_check("r.workspace_id", workspace);
    sql.push_with(" AND r.id > ? ORDER BY r.id LIMIT ?", [after.into(), limit.into()]);
    sql
}

/// The next records by id.
///
/// # Errors
/// Whatever the database says.
pub async fn page(
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Comparable>> {
    let sql = paging(db.engine(), workspace, kind, after, limit);
    sql.rows(db.conn()).await?.iter().map(|row| read(kind, row)).collect()
}

/// These records, deleted ones left out.
///
/// # Errors
/// Whatever the database says.
pub async fn of_ids(
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    ids: &[Uuid],
) -> Result<Vec<Comparable>> {
    let mut sql = Sql::new(db.engine(), &select(kind));
    sql.push_check("r.workspace_id", workspace).push(" AND r.id IN ");
    sql.bind_list(ids.iter().map(|id| (*id).into())).push(" ORDER BY r.id");
    sql.rows(db.conn()).await?.iter().map(|row| read(kind, row)).collect()
}

/// Others that share an address, a number, a domain or a name with a record: at most `limit`.
///
/// # Errors
/// Whatever the database says.
pub async fn alike(
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    id: Uuid,
    limit: i64,
) -> Result<Vec<Uuid>> {
    let text = match kind {
        Kind::Person => {
            "SELECT o.person_id FROM contact_point m JOIN contact_point o ON o.workspace_id = m.workspace_id \
             AND o.kind = m.kind AND o.folded = m.folded AND o.person_id <> m.person_id \
             WHERE m.person_id = ? AND m.workspace_id = ? \
             UNION SELECT o.id FROM person m JOIN person o ON o.workspace_id = m.workspace_id \
             AND COALESCE(o.name, '') = COALESCE(m.name, '') AND o.deleted_at IS NULL AND o.id <> m.id \
             WHERE m.id = ? AND m.workspace_id = ? LIMIT ?"
        }
        _ => {
            "SELECT o.id FROM company m JOIN company o ON o.workspace_id = m.workspace_id AND o.domain = m.domain \
             AND o.domain IS NOT NULL AND o.id <> m.id WHERE m.id = ? AND m.workspace_id = ? \
             UNION SELECT o.id FROM company m JOIN company o ON o.workspace_id = m.workspace_id \
             AND o.name_key = m.name_key AND o.id <> m.id WHERE m.id = ? AND m.workspace_id = ? LIMIT ?"
        }
    };
    let values = [id.into(), workspace.into(), id.into(), workspace.into(), limit.into()];
    let rows = Sql::with(db.engine(), text, values).rows(db.conn()).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}
