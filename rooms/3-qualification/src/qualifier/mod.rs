//! Qualifiers of the workspace's own: a rule over a custom field, counted, required or blocking (R17).

mod routes;
pub mod rules;

use std::collections::BTreeMap;

use kernel::{DealId, Timestamp, WorkspaceId};
use process::deal_row::DealRow;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql, StoreError};
use uuid::Uuid;

pub use routes::{NewQualifier, routes};

use crate::bant::rules::Rated;
use rules::Rule;

/// A qualifier was made, changed or archived. Payload: `key`.
pub const QUALIFIER_CHANGED: &str = "qualifier.changed";

/// How sure a filled field makes us: somebody of ours entered it.
const FIELD_CONFIDENCE: f64 = 0.9;

/// A qualifier.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Qualifier {
    /// Its id.
    pub id: Uuid,
    /// Its name in answers.
    #[sea_orm(from_alias = "qualifier_key")]
    pub key: String,
    /// Its label in both languages.
    #[schema(value_type = records::custom_field::Label)]
    pub label: Json,
    /// `deal` or `company`: where its field lives.
    #[sea_orm(from_alias = "record_kind")]
    pub on: String,
    /// The custom field it reads.
    #[sea_orm(from_alias = "field_key")]
    pub field: String,
    /// How the field's value is rated.
    #[schema(value_type = Rule)]
    pub rule: Json,
    /// Weight in the fit, 1 to 10.
    pub weight: i64,
    /// The gate asks for a rating of at least 1.
    pub required: bool,
    /// A rating of 0 speaks against the deal by itself.
    pub blocking: bool,
    /// Since when it is no longer used.
    pub archived_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "id, qualifier_key, label, record_kind, field_key, rule, weight, required, blocking, archived_at";

/// Qualifiers in use.
///
/// # Errors
/// Whatever the database says.
pub async fn in_use(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<Qualifier>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM qualifier WHERE ");
    sql.push_with("workspace_id = ? AND archived_at IS NULL", [workspace.into()]);
    sql.push(" ORDER BY qualifier_key");
    sql.all(db.conn()).await
}

/// A qualifier and what it says about a deal.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Answered {
    /// The qualifier.
    #[serde(flatten)]
    pub qualifier: Qualifier,
    /// The value of its field.
    #[schema(value_type = Object)]
    pub value: Json,
    /// 0 to 2; null when not known.
    pub rating: Option<u8>,
}

impl Answered {
    /// As the roll-up sees it.
    #[must_use]
    pub fn rated(&self) -> Rated {
        Rated {
            rating: self.rating,
            weight: self.qualifier.weight as f64,
            blocking: self.qualifier.blocking,
            confidence: if self.rating.is_some() { FIELD_CONFIDENCE } else { 0.0 },
        }
    }
}

/// What every qualifier in use says about a deal.
///
/// # Errors
/// Whatever the database says.
pub async fn answers(db: &impl Source, workspace: WorkspaceId, deal: &DealRow) -> Result<Vec<Answered>> {
    let qualifiers = in_use(db, workspace).await?;
    let company = match (qualifiers.iter().any(|q| q.on == "company"), deal.company_id) {
        (true, Some(id)) => {
            let text = "SELECT custom FROM company WHERE id = ? AND workspace_id = ?";
            let custom =
                Sql::with(db.engine(), text, [id.into(), workspace.into()]).scalar::<Json>(db.conn());
            custom.await?.unwrap_or_default()
        }
        _ => Json::Null,
    };
    let answer = |qualifier: Qualifier| {
        let record = if qualifier.on == "company" { &company } else { &deal.custom };
        let value = record.get(&qualifier.field).cloned().unwrap_or(Json::Null);
        let rule: Rule = serde_json::from_value(qualifier.rule.clone()).map_err(|e| StoreError::Shape {
            what: format!("qualifier {}", qualifier.key),
            why: e.to_string(),
        })?;
        Ok(Answered { rating: rule.rate(Some(&value)), value, qualifier })
    };
    qualifiers.into_iter().map(answer).collect()
}

/// Required qualifiers, and whether each is met.
#[must_use]
pub fn required(answers: &[Answered]) -> BTreeMap<String, Option<bool>> {
    let asked = answers.iter().filter(|a| a.qualifier.required);
    asked.map(|a| (a.qualifier.key.clone(), a.rating.map(|r| r >= 1))).collect()
}

/// Open deals of a workspace, for judging them anew when a qualifier changed.
///
/// # Errors
/// Whatever the database says.
pub async fn open_deals(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<DealId>> {
    let text =
        "SELECT id FROM deal WHERE workspace_id = ? AND status = 'open' AND deleted_at IS NULL ORDER BY id";
    let rows = Sql::with(db.engine(), text, [workspace.into()]).rows(db.conn()).await?;
    rows.iter().map(|r| Ok(DealId(r.try_get_by_index(0)?))).collect()
}
