//! Scores written to companies: by the published profile, with the reasons, only where they differ.
//!
//! A score is no edit: it leaves the company's revision alone and is told of only when a known grade
//! becomes another one.

use futures::{StreamExt, TryStreamExt, stream};
use http_room::Answer;
use kernel::{CompanyId, Currency, DealId, IcpProfileId, Timestamp, WorkspaceId};
use records::company::{self, Company};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::{BTreeSet, HashSet};
use store::db::Source;
use store::{Actor, Engine, NewEvent, Result, Sql, StoreError, Subject, WriteTx};

use crate::events;
use crate::icp::criteria::{Criterion, GradeLimits};
use crate::icp::rules::{FieldValue, Grade, Profile, Reason, Score};
use crate::icp::values::{self, Held};
use crate::profile::read_criteria;

/// A reason as companies keep it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WordedReason {
    /// For the screen to word.
    #[serde(flatten)]
    pub reason: Reason,
    /// Plain English: `employees 240 within 50-500 (+10)`.
    pub text: String,
}

/// Criteria at work.
#[derive(Debug, Clone)]
pub struct Scorer {
    profile: Profile,
    fields: Vec<String>,
    currency: Currency,
    averages: Vec<Option<f64>>,
}

/// What criteria say of one company.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The figures.
    pub score: Score,
    /// Why.
    pub reasons: Vec<WordedReason>,
}

impl Scorer {
    /// Makes criteria ready.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when they cannot be scored.
    pub fn new(criteria: &[Criterion], currency: Currency, averages: Vec<Option<f64>>) -> Result<Self> {
        let profile = Profile::new(criteria, GradeLimits::default()).map_err(|problems| {
            let why = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            StoreError::Shape { what: "ICP criteria".to_owned(), why }
        })?;
        let mut fields: Vec<String> = profile.fields().map(str::to_owned).collect();
        fields.sort_unstable();
        fields.dedup();
        Ok(Self { profile, fields, currency, averages })
    }

    /// Fields the criteria ask for, each once.
    #[must_use]
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// Whether means of the workspace's companies are needed.
    #[must_use]
    pub fn wants_averages(&self) -> bool {
        self.profile.wants_averages()
    }

    /// The same with other means.
    #[must_use]
    pub fn with_averages(self, averages: Vec<Option<f64>>) -> Self {
        Self { averages, ..self }
    }

    /// Judges one company.
    #[must_use]
    pub fn judge(&self, company: &Company) -> Judged {
        self.judge_values(&self.held(company))
    }

    /// Judges a company by its values of [`Scorer::fields`].
    #[must_use]
    pub fn judge_values(&self, held: &[Option<Held>]) -> Judged {
        let fields = |key: &str| self.of(held, key);
        let score = self.profile.score(&fields, &self.averages);
        let reasons = self.profile.reasons(&score, &fields, &self.averages);
        let worded = reasons.into_iter().map(|reason| WordedReason { text: reason.text(), reason });
        Judged { score, reasons: worded.collect() }
    }

    /// The match of each criterion with one company; null where unknown.
    #[must_use]
    pub fn matches(&self, company: &Company) -> Vec<Option<f64>> {
        self.matches_of_values(&self.held(company))
    }

    /// The same by its values of [`Scorer::fields`].
    #[must_use]
    pub fn matches_of_values(&self, held: &[Option<Held>]) -> Vec<Option<f64>> {
        self.profile.score(&|key: &str| self.of(held, key), &[]).matches
    }

    /// What amounts are compared in.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.currency
    }

    fn held(&self, company: &Company) -> Vec<Option<Held>> {
        self.fields.iter().map(|key| values::value(company, key, self.currency)).collect()
    }

    fn of<'h>(&self, held: &'h [Option<Held>], key: &str) -> Option<FieldValue<'h>> {
        let at = self.fields.binary_search_by(|field| field.as_str().cmp(key)).ok()?;
        held[at].as_ref().map(Held::view)
    }
}

/// The means of many matches, criterion by criterion.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Means(Vec<(f64, u64)>);

impl Means {
    /// Adds one company's matches.
    pub fn add(&mut self, matches: &[Option<f64>]) {
        self.0.resize(matches.len().max(self.0.len()), (0.0, 0));
        for (sum, matched) in self.0.iter_mut().zip(matches) {
            if let Some(matched) = matched {
                *sum = (sum.0 + matched, sum.1 + 1);
            }
        }
    }

    /// The means; null where no company is known.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // companies of one workspace
    pub fn get(&self) -> Vec<Option<f64>> {
        self.0.iter().map(|(sum, n)| (*n > 0).then(|| sum / *n as f64)).collect()
    }
}

/// The published profile at work.
#[derive(Debug, Clone)]
pub struct Published {
    /// Which profile.
    pub id: IcpProfileId,
    /// Which version of it.
    pub version: i64,
    /// Its criteria.
    pub scorer: Scorer,
}

#[derive(FromQueryResult)]
struct PublishedRow {
    id: IcpProfileId,
    version: i64,
    currency: String,
    averages: Json,
    criteria: Json,
}

/// The profile that scores a workspace's companies; `None` when none is published.
///
/// # Errors
/// Whatever the database says, or criteria that cannot be read.
pub async fn published(db: &impl Source, workspace: WorkspaceId) -> Result<Option<Published>> {
    let text = "SELECT p.id, p.version, p.currency, p.averages, v.criteria FROM icp_profile p \
                JOIN icp_profile_version v ON v.profile_id = p.id AND v.version = p.version \
                WHERE p.workspace_id = ? AND p.state = 'published' AND p.deleted_at IS NULL";
    let row: Option<PublishedRow> = Sql::with(db.engine(), text, [workspace.into()]).one(db.conn()).await?;
    let Some(row) = row else { return Ok(None) };
    let averages = serde_json::from_value(row.averages)
        .map_err(|e| StoreError::Shape { what: "ICP averages".to_owned(), why: e.to_string() })?;
    let currency = Currency::parse(&row.currency).unwrap_or(Currency::USD);
    let scorer = Scorer::new(&read_criteria(&row.criteria)?, currency, averages)?;
    Ok(Some(Published { id: row.id, version: row.version, scorer }))
}

/// Those of these companies that are not deleted, in the order of their ids, held until the transaction ends.
///
/// # Errors
/// Whatever the database says.
pub async fn hold(tx: &WriteTx, workspace: WorkspaceId, ids: &BTreeSet<CompanyId>) -> Result<Vec<Company>> {
    held(among(tx.engine(), workspace, ids)).all(tx.conn()).await
}

/// The same, not held.
///
/// # Errors
/// Whatever the database says.
pub async fn of_ids(
    db: &impl Source,
    workspace: WorkspaceId,
    ids: &BTreeSet<CompanyId>,
) -> Result<Vec<Company>> {
    among(db.engine(), workspace, ids).all(db.conn()).await
}

fn among(engine: Engine, workspace: WorkspaceId, ids: &BTreeSet<CompanyId>) -> Sql {
    let mut sql = companies(engine, workspace);
    sql.push(" AND id IN ").bind_list(ids.iter().map(|id| (*id).into())).push(" ORDER BY id");
    sql
}

/// Companies of a workspace that are not deleted; conditions may be added.
#[must_use]
pub fn companies(engine: Engine, workspace: WorkspaceId) -> Sql {
    let mut sql = Sql::new(engine, "SELECT ");
    sql.push(company::COLUMNS).push(" FROM company WHERE deleted_at IS NULL AND workspace_id = ");
    sql.bind(workspace);
    sql
}

/// Nobody may change what a score is made of while it is made. Rows that point to the company may
/// still come in.
fn held(mut sql: Sql) -> Sql {
    sql.hold();
    sql
}

/// Scores companies, writes what differs, tells of grades that changed, and judges the gates that read the grade.
/// A company that was changed since it was read keeps what it has: the change itself leads to its score. Answers how
/// many companies were written.
///
/// # Errors
/// Whatever the database says.
pub async fn score(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    by: &Published,
    companies: Vec<Company>,
    now: Timestamp,
) -> Answer<usize> {
    let updates = updates(tx.engine(), workspace, by, judge(by, companies));
    keep(tx, workspace, by, updates, now).await
}

/// A company as it stood when it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Which.
    pub id: CompanyId,
    /// Its revision: who has another is written by whoever changed it.
    pub revision: i64,
    /// Its score.
    pub score: Option<i64>,
    /// Its grade.
    pub grade: Option<String>,
}

/// What the published profile says of each of these companies, where it is not what they have.
#[must_use]
pub fn judge(by: &Published, companies: Vec<Company>) -> Vec<(Standing, Judged)> {
    let judged = companies.into_iter().filter_map(|company| {
        let judged = by.scorer.judge(&company);
        let stands = differs(&company, &judged, by);
        let Company { id, revision, icp_score: score, icp_grade: grade, .. } = company;
        stands.then_some((Standing { id, revision, score, grade }, judged))
    });
    judged.collect()
}

/// A statement that writes scores, ready to run.
pub struct Update {
    judged: Vec<(Standing, Judged)>,
    sql: Sql,
}

/// Makes the statements that write what was judged.
#[must_use]
pub fn updates(
    engine: Engine,
    workspace: WorkspaceId,
    by: &Published,
    mut judged: Vec<(Standing, Judged)>,
) -> Vec<Update> {
    let mut updates = Vec::new();
    while !judged.is_empty() {
        let rest = judged.split_off(judged.len().min(ROWS));
        let sql = update(engine, workspace, by, &judged);
        updates.push(Update { judged: std::mem::replace(&mut judged, rest), sql });
    }
    updates
}

/// Companies of one statement.
const ROWS: usize = 1_000;

/// Writes what was judged, as [`score`].
///
/// # Errors
/// Whatever the database says.
pub async fn keep(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    by: &Published,
    updates: Vec<Update>,
    now: Timestamp,
) -> Answer<usize> {
    let mut written: HashSet<CompanyId> = HashSet::new();
    let mut judged = Vec::new();
    let conn: &WriteTx = tx;
    let writing = updates.into_iter().map(|Update { judged, sql }| async move {
        Ok::<_, StoreError>((write(conn, workspace, by, sql, &judged).await?, judged))
    });
    // The values of the second are put in order while the database is at the first.
    let mut writing = stream::iter(writing).buffered(2);
    while let Some((ids, rows)) = writing.try_next().await? {
        written.extend(ids);
        judged.extend(rows);
    }
    drop(writing);
    let regraded: Vec<&(Standing, Judged)> = judged
        .iter()
        .filter(|(c, j)| c.grade.as_deref() != Some(j.score.grade.key()) && written.contains(&c.id))
        .collect();
    let told = regraded.iter().filter_map(|(c, j)| grade_changed(workspace, by, c, j, now)).collect();
    tx.record_all(told).await?;
    let ids: Vec<CompanyId> = regraded.iter().map(|(c, _)| c.id).collect();
    judge_gates(tx, workspace, &ids, now).await?;
    Ok(written.len())
}

fn differs(company: &Company, judged: &Judged, by: &Published) -> bool {
    company.icp_profile_id != Some(by.id)
        || company.icp_profile_version != Some(by.version)
        || company.icp_score != judged.score.score.map(i64::from)
        || company.icp_grade.as_deref() != Some(judged.score.grade.key())
        || company.icp_coverage != Some(judged.score.coverage)
        || company.icp_reasons.value() != json!(judged.reasons)
}

fn update(engine: Engine, workspace: WorkspaceId, by: &Published, rows: &[(Standing, Judged)]) -> Sql {
    let text = " company SET icp_profile_id = ?, icp_profile_version = ?, icp_score = v.column2, \
                icp_grade = v.column3, icp_coverage = v.column4, icp_reasons = v.column5, \
                needs_people = (company.people = 0 AND v.column3 IN ('A', 'B')) FROM (VALUES ";
    // Nothing of it is kept when it fails: no journal is needed to take the statement back alone.
    let mut sql = Sql::new(engine, if engine == Engine::Sqlite { "UPDATE OR FAIL" } else { "UPDATE" });
    sql.push_with(text, [by.id.into(), by.version.into()]);
    for (n, (company, judged)) in rows.iter().enumerate() {
        if n > 0 {
            sql.push(",");
        }
        let reasons = match engine {
            // JSON is text there, and is written as it is.
            Engine::Sqlite => serde_json::to_string(&judged.reasons).unwrap_or_default().into(),
            Engine::Postgres => json!(judged.reasons).into(),
        };
        sql.bind_list([
            company.id.into(),
            judged.score.score.map(i64::from).into(),
            judged.score.grade.key().into(),
            judged.score.coverage.into(),
            reasons,
            company.revision.into(),
        ]);
    }
    sql.push(") AS v WHERE company.id = v.column1 AND company.revision = v.column6 AND ");
    sql.push_check("company.workspace_id", workspace);
    sql
}

/// Answers which companies were written.
async fn write(
    tx: &WriteTx,
    workspace: WorkspaceId,
    by: &Published,
    sql: Sql,
    rows: &[(Standing, Judged)],
) -> Result<Vec<CompanyId>> {
    let all = rows.iter().map(|(company, _)| company.id);
    if sql.run(tx.conn()).await? == rows.len() as u64 {
        return Ok(all.collect());
    }
    // Some were changed since they were read: those that were not have the version now.
    let text = "SELECT id FROM company WHERE icp_profile_id = ? AND icp_profile_version = ? AND id IN ";
    let mut sql = Sql::with(tx.engine(), text, [by.id.into(), by.version.into()]);
    sql.bind_list(all.map(Into::into)).push(" AND ").push_check("workspace_id", workspace);
    sql.rows(tx.conn()).await?.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// The event of a known grade that became another one.
fn grade_changed(
    workspace: WorkspaceId,
    by: &Published,
    company: &Standing,
    judged: &Judged,
    now: Timestamp,
) -> Option<NewEvent> {
    let was = company.grade.as_deref().filter(|g| *g != Grade::Unknown.key())?;
    if judged.score.grade == Grade::Unknown {
        return None;
    }
    let payload = json!({
        "before": { "grade": was, "score": company.score },
        "after": { "grade": judged.score.grade, "score": judged.score.score },
        "profile_id": by.id, "version": by.version,
    });
    let subject = Subject { company: Some(company.id), ..Subject::default() };
    let event = NewEvent::now(workspace, events::GRADE_CHANGED, Actor::System, now);
    Some(event.about(subject).with(payload))
}

/// Judges anew what is missing of the open deals of these companies.
async fn judge_gates(
    tx: &WriteTx,
    workspace: WorkspaceId,
    companies: &[CompanyId],
    now: Timestamp,
) -> Result<()> {
    for part in companies.chunks(500) {
        let text = "SELECT id FROM deal WHERE workspace_id = ? AND status = 'open' AND deleted_at IS NULL AND company_id IN ";
        let mut sql = Sql::with(tx.engine(), text, [workspace.into()]);
        sql.bind_list(part.iter().map(|id| (*id).into()));
        for row in sql.rows(tx.conn()).await? {
            let deal = DealId(row.try_get_by_index(0)?);
            process::gate_cache::refresh(tx, workspace, deal, now).await?;
        }
    }
    Ok(())
}
