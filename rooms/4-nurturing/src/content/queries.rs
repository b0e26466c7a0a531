//! What the library holds, what of it was given, and what came after.

use kernel::search::{QueryTerm, grams, query_grams};
use kernel::{CompanyId, DealId, PersonId, Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::db::Source;
use store::{Result, Sql};
use uuid::Uuid;

use super::{ContentRow, EFFECT_DAYS, PIECES};

const FIELDS: &str = "id, form, title, body, url, file_id, topic, gives, level, locale, challenges, roles, industries, \
    objections, stages, expires_on, created_by, revision, created_at, updated_at";

/// Uses, and those that a sign of interest of the same deal followed.
fn columns() -> String {
    let window = EFFECT_DAYS * kernel::time::DAY;
    format!(
        "{FIELDS}, (SELECT COUNT(*) FROM value_touch t WHERE t.content_id = content.id) AS uses, \
         (SELECT COUNT(*) FROM value_touch t WHERE t.content_id = content.id AND EXISTS (SELECT 1 FROM nurture_signal s \
         WHERE s.deal_id = t.deal_id AND s.at > t.at AND s.at <= t.at + {window})) AS effects"
    )
}

/// Everything a workspace has, the newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn all(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<ContentRow>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(&columns()).push(" FROM content WHERE deleted_at IS NULL AND workspace_id = ").bind(workspace);
    sql.push(" ORDER BY created_at DESC, id DESC LIMIT ").bind(PIECES);
    sql.all(db.conn()).await
}

/// One piece, unless deleted.
///
/// # Errors
/// Whatever the database says.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: Uuid) -> Result<Option<ContentRow>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(&columns()).push(" FROM content WHERE ");
    sql.push_with("id = ? AND workspace_id = ? AND deleted_at IS NULL", [id.into(), workspace.into()]);
    sql.one(db.conn()).await
}

/// How many pieces there are.
///
/// # Errors
/// Whatever the database says.
pub async fn count(db: &impl Source, workspace: WorkspaceId) -> Result<i64> {
    let text = "SELECT COUNT(*) FROM content WHERE deleted_at IS NULL AND workspace_id = ?";
    let found: Option<i64> = Sql::with(db.engine(), text, [workspace.into()]).scalar(db.conn()).await?;
    Ok(found.unwrap_or(0))
}

/// Whether a text holds every term of a query.
#[must_use]
pub fn holds(text: &str, query: &str) -> bool {
    let terms = grams(text);
    let fits = |wanted: &QueryTerm| {
        terms.iter().any(|term| match wanted.prefix {
            true => term.starts_with(&wanted.text),
            false => *term == wanted.text,
        })
    };
    query_grams(query).iter().all(fits)
}

/// Pieces a person had already, or their deal had without anybody being named.
///
/// # Errors
/// Whatever the database says.
pub async fn seen(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: DealId,
    person: Option<PersonId>,
) -> Result<Vec<Uuid>> {
    let mut sql = Sql::new(db.engine(), "SELECT DISTINCT content_id FROM value_touch WHERE workspace_id = ");
    sql.bind(workspace).push(" AND content_id IS NOT NULL AND ");
    match person {
        Some(person) => sql.push_with(
            "(person_id = ? OR (deal_id = ? AND person_id IS NULL))",
            [person.into(), deal.into()],
        ),
        None => sql.push("deal_id = ").bind(deal),
    };
    sql.rows(db.conn()).await?.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// One time a piece was given, and what came of it.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Use {
    /// The touch.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// By a track rather than by a person.
    pub automatic: bool,
    /// For which deal.
    pub deal_id: DealId,
    /// Its name.
    pub deal_name: String,
    /// With which company.
    pub company_id: Option<CompanyId>,
    /// To whom.
    pub person_id: Option<PersonId>,
    /// Their name.
    pub person_name: Option<String>,
    /// The first sign of interest within 14 days.
    pub effect: Option<String>,
    /// When it was seen.
    pub effect_at: Option<Timestamp>,
}

/// Times a piece was given, the newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn uses(db: &impl Source, workspace: WorkspaceId, id: Uuid, most: i64) -> Result<Vec<Use>> {
    let window = EFFECT_DAYS * kernel::time::DAY;
    let first = format!(
        "FROM nurture_signal s WHERE s.deal_id = t.deal_id AND s.at > t.at AND s.at <= t.at + {window} ORDER BY s.at, s.id LIMIT 1"
    );
    let text = format!(
        "SELECT t.id, t.at, t.automatic, t.deal_id, d.name AS deal_name, d.company_id, t.person_id, p.name AS person_name, \
         (SELECT s.kind {first}) AS effect, (SELECT s.at {first}) AS effect_at \
         FROM value_touch t JOIN deal d ON d.id = t.deal_id LEFT JOIN person p ON p.id = t.person_id \
         WHERE t.content_id = ? AND t.workspace_id = ? ORDER BY t.at DESC, t.id DESC LIMIT ?"
    );
    Sql::with(db.engine(), &text, [id.into(), workspace.into(), most.into()]).all(db.conn()).await
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn r42_an_answer_is_found_by_the_words_it_holds_in_both_languages() {
        let table = [
            ("How long is the notice period?", "notice", true),
            ("How long is the notice period?", "notice per", true),
            ("How long is the notice period?", "price", false),
            ("해지 통보 기간은 얼마인가요?", "해지 기간", true),
            ("해지 통보 기간은 얼마인가요?", "가격", false),
            ("anything", "", true),
        ];
        for (text, query, expected) in table {
            assert_eq!(holds(text, query), expected, "{query}");
        }
    }
}
