//! Qualifiers of the workspace's own: a rule over a field, counted, required or blocking (R17).

mod routes;
pub mod rules;

use std::collections::BTreeMap;

use kernel::{DealId, Timestamp, WorkspaceId};
use process::deal_row::DealRow;
use prospecting::desk::{self, Known};
use prospecting::scoring;
use records::company::Company;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Result, Sql, StoreError};
use uuid::Uuid;

pub use routes::{NewQualifier, routes};

use crate::bant::rules::{Rated, faded};
use rules::Rule;

/// A qualifier was made, changed or archived. Payload: `key`.
pub const QUALIFIER_CHANGED: &str = "qualifier.changed";

/// How sure a filled field makes us of which nobody said how it is known: somebody of ours entered it.
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
    /// The field it reads: one of the workspace's own, or one that every company has.
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
    /// How sure we are now, 0 to 1.
    pub confidence: f64,
    /// Who answered it when the company was researched, and from what; null when it came another way.
    pub known: Option<Known>,
}

impl Answered {
    /// As the roll-up sees it.
    #[must_use]
    pub fn rated(&self) -> Rated {
        Rated {
            rating: self.rating,
            weight: self.qualifier.weight as f64,
            blocking: self.qualifier.blocking,
            confidence: self.confidence,
        }
    }
}

/// What every qualifier in use says about a deal.
///
/// # Errors
/// Whatever the database says.
pub async fn answers(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: &DealRow,
    now: Timestamp,
) -> Result<Vec<Answered>> {
    let qualifiers = in_use(db, workspace).await?;
    let asks_company = qualifiers.iter().any(|q| q.on == "company");
    let (company, known) = match deal.company_id.filter(|_| asks_company) {
        Some(id) => {
            let mut sql = scoring::companies(db.engine(), workspace);
            sql.push(" AND id = ").bind(id);
            let company: Option<Company> = sql.one(db.conn()).await?;
            (json!(company), desk::read::known_from(db, workspace, id).await?)
        }
        None => (Json::Null, BTreeMap::new()),
    };
    let answer = |qualifier: Qualifier| {
        let value = match qualifier.on.as_str() {
            "company" => qualifier.value_in(&company),
            _ => deal.custom.get(&qualifier.field).cloned().unwrap_or_default(),
        };
        let from = known.iter().find(|(key, _)| qualifier.on == "company" && qualifier.reads(key));
        let known = from.filter(|(_, (said, _))| *said == value).map(|(_, (_, known))| known.clone());
        let rule: Rule = serde_json::from_value(qualifier.rule.clone()).map_err(|e| StoreError::Shape {
            what: format!("qualifier {}", qualifier.key),
            why: e.to_string(),
        })?;
        let rating = rule.rate(Some(&value));
        let sure = known.as_ref().map_or(FIELD_CONFIDENCE, |k| faded(k.confidence, k.at, now));
        Ok(Answered { confidence: rating.map_or(0.0, |_| sure), rating, known, value, qualifier })
    };
    qualifiers.into_iter().map(answer).collect()
}

impl Qualifier {
    /// Its field's value in a company as records show it: one of the workspace's own comes first.
    fn value_in(&self, company: &Json) -> Json {
        match &company["custom"][&self.field] {
            Json::Null => company[&self.field].clone(),
            own => own.clone(),
        }
    }

    /// Whether a question of the desk asks for its field.
    fn reads(&self, question: &str) -> bool {
        question.strip_prefix("custom.").unwrap_or(question) == self.field
    }
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
