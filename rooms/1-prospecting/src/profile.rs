//! Profiles as they are kept: one is worked on, published, and from then on scores every company.
//!
//! What is published is copied into `icp_profile_version` and never changes there.

use std::collections::HashSet;

use http_room::{Answer, FieldError, Problem};
use kernel::{Currency, IcpProfileId, Locale, Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Actor, Engine, NewEvent, Result, Sql, StoreError, Subject, WriteTx};

use crate::events;
use crate::icp::criteria::{
    Criterion, CriterionProblem, GradeLimits, Half, Role, Test, UnknownPolicy, check, check_for_publishing,
};
use crate::icp::values::{self, HAS_WEBSITE};

/// A profile.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct IcpProfile {
    /// Its id.
    pub id: IcpProfileId,
    /// Its name.
    pub name: String,
    /// What it is for, in the team's words.
    pub purpose: Option<String>,
    /// Currency in which amounts are compared; ISO 4217.
    pub currency: String,
    /// What is being worked on; it scores nothing before it is published.
    #[schema(value_type = Vec<Criterion>)]
    pub criteria: Json,
    /// `draft`, `published` (it scores the companies) or `archived` (it did once).
    pub state: String,
    /// Published how often; 0 for never.
    pub version: i64,
    /// The criteria of that version, null when never published.
    #[schema(value_type = Option<Vec<Criterion>>)]
    pub published_criteria: Option<Json>,
    /// Published last.
    pub published_at: Option<Timestamp>,
    /// By whom.
    pub published_by: Option<UserId>,
    /// Counts changes.
    pub revision: i64,
    /// Made.
    pub created_at: Timestamp,
    /// Changed last.
    pub updated_at: Timestamp,
}

/// A published version.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct IcpProfileVersion {
    /// Its number, from 1.
    pub version: i64,
    /// Its criteria.
    #[schema(value_type = Vec<Criterion>)]
    pub criteria: Json,
    /// What whoever published it had to say.
    pub note: Option<String>,
    /// When.
    pub published_at: Timestamp,
    /// By whom.
    pub published_by: Option<UserId>,
}

const SELECT: &str = "SELECT p.id, p.name, p.purpose, p.currency, p.criteria, p.state, p.version, v.criteria AS published_criteria, \
    p.published_at, p.published_by, p.revision, p.created_at, p.updated_at \
    FROM icp_profile p LEFT JOIN icp_profile_version v ON v.profile_id = p.id AND v.version = p.version \
    WHERE p.deleted_at IS NULL AND ";

impl IcpProfile {
    /// Its criteria, read.
    ///
    /// # Errors
    /// [`StoreError::Shape`] when they are not criteria.
    pub fn criteria(&self) -> Result<Vec<Criterion>> {
        read_criteria(&self.criteria)
    }

    fn told(&self, criteria: &Json) -> Json {
        json!({ "profile_id": self.id, "name": self.name, "version": self.version, "criteria": criteria })
    }
}

/// Reads stored criteria.
///
/// # Errors
/// [`StoreError::Shape`] when they are none.
pub fn read_criteria(stored: &Json) -> Result<Vec<Criterion>> {
    serde_json::from_value(stored.clone())
        .map_err(|e| StoreError::Shape { what: "ICP criteria".to_owned(), why: e.to_string() })
}

/// The profiles of a workspace, the published one first, then the newest.
///
/// # Errors
/// Whatever the database says.
pub async fn all(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<IcpProfile>> {
    let mut sql = Sql::new(db.engine(), SELECT);
    sql.push_with("p.workspace_id = ?", [workspace.into()]);
    sql.push(" ORDER BY CASE p.state WHEN 'published' THEN 0 WHEN 'draft' THEN 1 ELSE 2 END, p.id DESC");
    sql.all(db.conn()).await
}

/// One profile, or 404.
///
/// # Errors
/// 404, or whatever the database says.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: IcpProfileId) -> Answer<IcpProfile> {
    let mut sql = Sql::new(db.engine(), SELECT);
    sql.push_with("p.id = ? AND p.workspace_id = ?", [id.into(), workspace.into()]);
    sql.one(db.conn()).await?.ok_or_else(|| Problem::not_found("profile"))
}

/// The same, held until the transaction ends.
///
/// # Errors
/// As [`find`].
pub async fn hold(tx: &WriteTx, workspace: WorkspaceId, id: IcpProfileId) -> Answer<IcpProfile> {
    if tx.engine() == Engine::Postgres {
        let text = "SELECT id FROM icp_profile WHERE workspace_id = ? ORDER BY id FOR UPDATE";
        Sql::with(tx.engine(), text, [workspace.into()]).rows(tx.conn()).await?;
    }
    find(tx, workspace, id).await
}

/// The published profile, if there is one.
///
/// # Errors
/// Whatever the database says.
pub async fn published(db: &impl Source, workspace: WorkspaceId) -> Result<Option<IcpProfile>> {
    let mut sql = Sql::new(db.engine(), SELECT);
    sql.push_with("p.workspace_id = ? AND p.state = 'published'", [workspace.into()]);
    sql.one(db.conn()).await
}

/// Versions of a profile, newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn versions(
    db: &impl Source,
    workspace: WorkspaceId,
    id: IcpProfileId,
) -> Result<Vec<IcpProfileVersion>> {
    let text = "SELECT version, criteria, note, published_at, published_by FROM icp_profile_version \
                WHERE profile_id = ? AND workspace_id = ? ORDER BY version DESC";
    Sql::with(db.engine(), text, [id.into(), workspace.into()]).all(db.conn()).await
}

/// Who does it, where and when.
#[derive(Debug, Clone, Copy)]
pub struct By {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Who.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
}

impl By {
    fn event(&self, kind: &'static str, profile: IcpProfileId, payload: Json) -> NewEvent {
        let subject = Subject { row: Some(profile.0), ..Subject::default() };
        NewEvent::now(self.workspace, kind, self.actor, self.now).about(subject).with(payload)
    }
}

/// Writes a draft down.
///
/// # Errors
/// Whatever the database says.
pub async fn insert(
    tx: &mut WriteTx,
    by: By,
    name: &str,
    purpose: Option<&str>,
    currency: Currency,
    criteria: &[Criterion],
) -> Answer<IcpProfile> {
    let id = IcpProfileId::new();
    let text = "INSERT INTO icp_profile (id, workspace_id, name, purpose, currency, criteria, state, version, averages, revision, created_at, updated_at) \
                VALUES (?, ?, ?, ?, ?, ?, 'draft', 0, ?, 1, ?, ?)";
    let values = [
        id.into(),
        by.workspace.into(),
        name.into(),
        purpose.map(str::to_owned).into(),
        currency.code().into(),
        json!(criteria).into(),
        json!([]).into(),
        by.now.into(),
        by.now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let payload = json!({ "after": { "name": name, "purpose": purpose, "criteria": criteria } });
    tx.record(by.event(events::PROFILE_CREATED, id, payload)).await?;
    find(tx, by.workspace, id).await
}

/// Keeps new values of a profile; nothing is written when they are the old ones.
///
/// # Errors
/// Whatever the database says.
pub async fn update(tx: &mut WriteTx, by: By, before: &IcpProfile, after: &IcpProfile) -> Answer<()> {
    let shown = |p: &IcpProfile| json!({ "name": p.name, "purpose": p.purpose, "criteria": p.criteria });
    let (old, new) = (shown(before), shown(after));
    if old == new {
        return Ok(());
    }
    let text = "UPDATE icp_profile SET name = ?, purpose = ?, criteria = ?, revision = revision + 1, updated_at = ? \
                WHERE id = ? AND workspace_id = ?";
    let values = [
        after.name.clone().into(),
        after.purpose.clone().into(),
        after.criteria.clone().into(),
        by.now.into(),
        before.id.into(),
        by.workspace.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.record(by.event(events::PROFILE_CHANGED, before.id, json!({ "before": old, "after": new }))).await?;
    Ok(())
}

/// Keeps the answers of a profile's questionnaire; they change nothing else of it.
///
/// # Errors
/// Whatever the database says.
pub async fn keep_answers(
    tx: &mut WriteTx,
    by: By,
    profile: &IcpProfile,
    answers: &Json,
    change: Json,
) -> Answer<()> {
    let text = "UPDATE icp_profile SET answers = ?, updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [answers.clone().into(), by.now.into(), profile.id.into(), by.workspace.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.record(by.event(events::QUESTION_ANSWERED, profile.id, change)).await?;
    Ok(())
}

/// Takes a profile out of sight; its versions are kept, companies point to them.
///
/// # Errors
/// 409 for the published one.
pub async fn remove(tx: &mut WriteTx, by: By, profile: &IcpProfile) -> Answer<()> {
    if profile.state == "published" {
        let cure = "This profile scores your companies: publish another one first.";
        return Err(Problem::conflict("published", cure));
    }
    let text =
        "UPDATE icp_profile SET deleted_at = ?, revision = revision + 1 WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [by.now.into(), profile.id.into(), by.workspace.into()])
        .run(tx.conn())
        .await?;
    tx.record(by.event(events::PROFILE_DELETED, profile.id, json!({ "name": profile.name }))).await?;
    Ok(())
}

/// Makes a profile the one that scores. The one that did until now is archived. Averages are unknown
/// until the companies are scored anew.
///
/// # Errors
/// 409 when it is published as it stands; 422 naming what is wrong with its criteria.
pub async fn publish(
    tx: &mut WriteTx,
    by: By,
    profile: &IcpProfile,
    note: Option<&str>,
) -> Answer<IcpProfile> {
    if profile.state == "published" && profile.published_criteria.as_ref() == Some(&profile.criteria) {
        return Err(Problem::conflict("unchanged", "These criteria are published already."));
    }
    refuse(check_for_publishing(&profile.criteria()?, GradeLimits::default()))?;
    let before = published(tx, by.workspace).await?;
    let text = "UPDATE icp_profile SET state = 'archived', updated_at = ?, revision = revision + 1 \
                WHERE workspace_id = ? AND state = 'published' AND deleted_at IS NULL AND id <> ?";
    Sql::with(tx.engine(), text, [by.now.into(), by.workspace.into(), profile.id.into()])
        .run(tx.conn())
        .await?;
    write_version(tx, by, profile, note).await?;
    let after = find(tx, by.workspace, profile.id).await?;
    let told = before.map(|b| b.told(b.published_criteria.as_ref().unwrap_or(&Json::Null)));
    let payload = json!({ "before": told, "after": after.told(&after.criteria), "note": note });
    tx.record(by.event(events::PUBLISHED, profile.id, payload)).await?;
    Ok(after)
}

async fn write_version(tx: &WriteTx, by: By, profile: &IcpProfile, note: Option<&str>) -> Result<()> {
    let (version, user) = (profile.version + 1, by.actor.user());
    let text = "INSERT INTO icp_profile_version (profile_id, version, workspace_id, criteria, note, published_at, published_by) \
                VALUES (?, ?, ?, ?, ?, ?, ?)";
    let values = [
        profile.id.into(),
        version.into(),
        by.workspace.into(),
        profile.criteria.clone().into(),
        note.map(str::to_owned).into(),
        by.now.into(),
        user.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let text = "UPDATE icp_profile SET state = 'published', version = ?, averages = ?, published_at = ?, published_by = ?, \
                updated_at = ?, revision = revision + 1 WHERE id = ? AND workspace_id = ?";
    let values = [
        version.into(),
        json!([]).into(),
        by.now.into(),
        user.into(),
        by.now.into(),
        profile.id.into(),
        by.workspace.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Refuses criteria that could not be scored, or that name a field the workspace does not have.
///
/// # Errors
/// 422 naming the criterion, counted from 0 as it was sent.
pub async fn refuse_faulty(db: &impl Source, workspace: WorkspaceId, criteria: &[Criterion]) -> Answer<()> {
    refuse(check(criteria, GradeLimits::default()))?;
    let known: HashSet<String> = values::scorable(db, workspace).await?.into_iter().map(|f| f.key).collect();
    let unknown = criteria.iter().enumerate().filter(|(_, c)| !known.contains(&c.field));
    let errors: Vec<FieldError> = unknown
        .map(|(at, c)| {
            let message = format!("'{}' is no field a criterion may ask for", c.field);
            FieldError::new(format!("criteria.{at}.field"), "unknown_field", message)
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

fn refuse(problems: Vec<CriterionProblem>) -> Answer<()> {
    if problems.is_empty() {
        return Ok(());
    }
    Err(Problem::invalid(problems.iter().map(fault).collect()))
}

fn fault(problem: &CriterionProblem) -> FieldError {
    let of = |n: &usize, part: &str| format!("criteria.{}.{part}", n - 1);
    let (field, code) = match problem {
        CriterionProblem::NoField(n) => (of(n, "field"), "required"),
        CriterionProblem::Weight(n, _) => (of(n, "role.weight"), "invalid"),
        CriterionProblem::Values(n) | CriterionProblem::Range(n) => (of(n, "test"), "invalid"),
        CriterionProblem::SoftMargin(n, _) => (of(n, "test.soft_percent"), "invalid"),
        CriterionProblem::TooMany => ("criteria".to_owned(), "too_many"),
        CriterionProblem::Grades => ("grades".to_owned(), "invalid"),
        CriterionProblem::EmptyHalf(_) => ("criteria".to_owned(), "empty_half"),
    };
    FieldError::new(field, code, problem.to_string())
}

/// Gives a new workspace a profile to begin with: firms of 10 to 500 people with a website.
///
/// # Errors
/// Whatever the database says.
pub async fn furnish(tx: &mut WriteTx, by: By, locale: Locale, currency: Currency) -> Answer<()> {
    let (name, purpose) = match locale {
        Locale::En => (
            "Starting profile",
            "A neutral first guess: replace it with what your best customers have in common.",
        ),
        Locale::Ko => ("기본 프로필", "임시로 넣은 기준입니다. 가장 좋은 고객들의 공통점으로 바꿔 주세요."),
    };
    let weight = |half, weight, unknown| Role::Weight { half, weight, unknown };
    let size = Test::Range { from: Some(10.0), to: Some(500.0), soft_percent: 25 };
    let site = Test::Choice { accepts: vec!["yes".to_owned()], partial: Vec::new() };
    let criteria = [
        Criterion {
            field: "employees".to_owned(),
            test: size,
            role: weight(Half::ToUs, 6, UnknownPolicy::Neutral),
        },
        Criterion {
            field: HAS_WEBSITE.to_owned(),
            test: site,
            role: weight(Half::ToThem, 4, UnknownPolicy::Zero),
        },
    ];
    let made = insert(tx, by, name, Some(purpose), currency, &criteria).await?;
    publish(tx, by, &made, None).await?;
    Ok(())
}
