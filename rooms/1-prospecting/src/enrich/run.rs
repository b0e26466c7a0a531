//! When a source was asked about a record last, and what came of it.

use http_room::Answer;
use kernel::{EnrichmentProviderId, JobId, Timestamp, WorkspaceId};
use records::Kind;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Result, Sql, WriteTx};
use uuid::Uuid;

/// The last time a source was asked about a record.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct EnrichmentRun {
    /// Which source.
    pub provider_id: EnrichmentProviderId,
    /// Its name.
    pub provider_name: String,
    /// `queued`, `due` (it will be asked by itself), `done`, `nothing`, `failed`.
    pub state: String,
    /// Why nothing came: `missing`, `unauthorized`, `late`, `site_unreachable`, …
    pub reason: Option<String>,
    /// In English, with figures; fields that are missing, for `missing`.
    pub detail: Option<String>,
    /// Values written.
    pub written: i64,
    /// Values proposed.
    pub proposed: i64,
    /// Whether a remembered answer served.
    pub cached: bool,
    /// When; before 1971 when it never was.
    pub asked_at: Timestamp,
    /// The job that asks or asked.
    pub job_id: Option<JobId>,
}

/// The column that names a record of a kind.
#[must_use]
pub fn column(kind: Kind) -> &'static str {
    if kind == Kind::Person { "person_id" } else { "company_id" }
}

/// What came of asking, to be kept.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// `done`, `nothing`, `failed`.
    pub state: &'static str,
    /// As a word.
    pub reason: Option<&'static str>,
    /// In English.
    pub detail: Option<String>,
    /// Values written.
    pub written: i64,
    /// Values proposed.
    pub proposed: i64,
    /// Whether a remembered answer served.
    pub cached: bool,
}

impl Outcome {
    /// Nothing came of it.
    #[must_use]
    pub fn without(state: &'static str, reason: &'static str, detail: &str) -> Self {
        Self { state, reason: Some(reason), detail: Some(detail.to_owned()), ..Self::default() }
    }
}

/// Keeps what came of asking.
///
/// # Errors
/// Whatever the database says.
pub async fn settle(
    tx: &WriteTx,
    (workspace, provider): (WorkspaceId, EnrichmentProviderId),
    (kind, id): (Kind, Uuid),
    outcome: &Outcome,
    now: Timestamp,
) -> Result<()> {
    let column = column(kind);
    let text = format!(
        "UPDATE enrichment_run SET state = ?, reason = ?, detail = ?, written = ?, proposed = ?, cached = ?, asked_at = ? \
         WHERE provider_id = ? AND workspace_id = ? AND {column} = ?"
    );
    let values = [
        outcome.state.into(),
        outcome.reason.into(),
        outcome.detail.clone().into(),
        outcome.written.into(),
        outcome.proposed.into(),
        outcome.cached.into(),
        now.into(),
        provider.into(),
        workspace.into(),
        id.into(),
    ];
    Sql::with(tx.engine(), &text, values).run(tx.conn()).await?;
    Ok(())
}

/// Puts records in line for a source: `queued` by a job, or `due`. One that is in line already goes with the new job.
///
/// # Errors
/// Whatever the database says.
pub async fn line_up(
    tx: &WriteTx,
    (workspace, provider): (WorkspaceId, EnrichmentProviderId),
    kind: Kind,
    ids: &[Uuid],
    job: Option<JobId>,
) -> Result<()> {
    let column = column(kind);
    let state = if job.is_some() { "queued" } else { "due" };
    let conflict = match job {
        Some(_) => "UPDATE SET state = 'queued', job_id = excluded.job_id",
        None => "NOTHING",
    };
    for part in ids.chunks(200) {
        let head = format!(
            "INSERT INTO enrichment_run (id, workspace_id, provider_id, {column}, state, written, proposed, cached, \
             asked_at, job_id) VALUES "
        );
        let mut sql = Sql::new(tx.engine(), &head);
        for (n, id) in part.iter().enumerate() {
            sql.push(if n > 0 { ", " } else { "" });
            sql.bind_list([
                Uuid::now_v7().into(),
                workspace.into(),
                provider.into(),
                (*id).into(),
                state.into(),
                0_i64.into(),
                0_i64.into(),
                false.into(),
                Timestamp(0).into(),
                job.into(),
            ]);
        }
        sql.push(&format!(" ON CONFLICT ({column}, provider_id) DO {conflict}"));
        sql.run(tx.conn()).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Next {
    company_id: Option<Uuid>,
    person_id: Option<Uuid>,
}

/// The next record in a job's line.
///
/// # Errors
/// Whatever the database says.
pub async fn next(db: &impl Source, job: JobId) -> Result<Option<Uuid>> {
    let text = "SELECT company_id, person_id FROM enrichment_run WHERE job_id = ? AND state = 'queued' ORDER BY id LIMIT 1";
    let next: Option<Next> = Sql::with(db.engine(), text, [job.into()]).one(db.conn()).await?;
    Ok(next.and_then(|next| next.company_id.or(next.person_id)))
}

/// What a job came to: records by how they ended, values written and proposed.
///
/// # Errors
/// Whatever the database says.
pub async fn tally(db: &impl Source, job: JobId) -> Result<Json> {
    #[derive(FromQueryResult)]
    struct Part {
        state: String,
        n: i64,
        written: i64,
        proposed: i64,
    }
    let text = "SELECT state, COUNT(*) AS n, CAST(SUM(written) AS BIGINT) AS written, CAST(SUM(proposed) AS BIGINT) AS proposed \
                FROM enrichment_run WHERE job_id = ? GROUP BY state";
    let parts: Vec<Part> = Sql::with(db.engine(), text, [job.into()]).all(db.conn()).await?;
    let of = |state: &str| parts.iter().find(|p| p.state == state).map_or(0, |p| p.n);
    Ok(json!({
        "enriched": of("done"), "nothing": of("nothing"), "failed": of("failed"), "left": of("queued"),
        "written": parts.iter().filter(|p| p.state == "done").map(|p| p.written).sum::<i64>(),
        "proposed": parts.iter().filter(|p| p.state == "done").map(|p| p.proposed).sum::<i64>(),
    }))
}

/// What came of asking about a record, by source.
///
/// # Errors
/// Whatever the database says.
pub async fn of_record(
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    id: Uuid,
) -> Answer<Vec<EnrichmentRun>> {
    let column = column(kind);
    // A job that was cancelled or failed leaves its line behind: those were not asked after all.
    let text = format!(
        "SELECT r.provider_id, p.content AS content, r.state, r.reason, r.detail, r.written, r.proposed, r.cached, \
         r.asked_at, r.job_id, j.state AS job_state FROM enrichment_run r \
         JOIN enrichment_provider p ON p.id = r.provider_id LEFT JOIN job j ON j.id = r.job_id \
         WHERE r.workspace_id = ? AND r.{column} = ? AND p.deleted_at IS NULL ORDER BY r.asked_at DESC"
    );
    let rows = Sql::with(db.engine(), &text, [workspace.into(), id.into()]).rows(db.conn()).await?;
    let mut runs = Vec::new();
    for row in rows {
        let content: Json = row.try_get("", "content")?;
        let state: String = row.try_get("", "state")?;
        let job: Option<String> = row.try_get("", "job_state")?;
        let live = job.is_some_and(|job| job == "queued" || job == "running");
        let asked_at: Timestamp = row.try_get("", "asked_at")?;
        if state == "queued" && !live && asked_at == Timestamp(0) {
            continue;
        }
        runs.push(EnrichmentRun {
            provider_id: row.try_get("", "provider_id")?,
            provider_name: content["name"].as_str().unwrap_or_default().to_owned(),
            state: if state == "queued" && !live { "done".to_owned() } else { state },
            reason: row.try_get("", "reason")?,
            detail: row.try_get("", "detail")?,
            written: row.try_get("", "written")?,
            proposed: row.try_get("", "proposed")?,
            cached: row.try_get("", "cached")?,
            asked_at,
            job_id: row.try_get("", "job_id")?,
        });
    }
    Ok(runs)
}
