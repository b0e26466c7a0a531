//! Keeping a company's trials: read its events, work the trials out, put them in place of the old.

use crate::trials::{LogEvent, Rules, Trial, trials_of};
use kernel::{CompanyId, DealId, PersonId, ProcessVersionId, Timestamp, UserId, WorkspaceId};
use records::events;
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql, WriteTx};
use uuid::Uuid;

/// Kinds of event the rates read.
pub const KINDS: &[&str] = &[
    events::CALL_LOGGED,
    events::MEETING_LOGGED,
    events::ACTIVITY_CHANGED,
    events::ACTIVITY_DELETED,
    events::MAIL_SENT,
    events::MAIL_BOUNCED,
    events::REPLY_RECEIVED,
    events::REPLY_CORRECTED,
    events::DEAL_CREATED,
    events::DEAL_CHANGED,
    events::DEAL_MOVED,
    events::DEAL_MOVE_UNDONE,
];

/// Kinds after which trials are worked out anew: those the rates read, and merges, which move them.
pub const KINDS_HEARD: &[&str] = &[
    events::CALL_LOGGED,
    events::MEETING_LOGGED,
    events::ACTIVITY_CHANGED,
    events::ACTIVITY_DELETED,
    events::MAIL_SENT,
    events::MAIL_BOUNCED,
    events::REPLY_RECEIVED,
    events::REPLY_CORRECTED,
    events::DEAL_CREATED,
    events::DEAL_CHANGED,
    events::DEAL_MOVED,
    events::DEAL_MOVE_UNDONE,
    events::COMPANY_MERGED,
    events::COMPANY_MERGE_UNDONE,
    events::PERSON_MERGED,
    events::PERSON_MERGE_UNDONE,
];

/// Whose log: a company's, or a lone person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A company.
    Company(CompanyId),
    /// A person without company.
    Person(PersonId),
    /// A deal with neither.
    Deal(DealId),
}

impl Subject {
    fn id(self) -> Uuid {
        match self {
            Self::Company(id) => id.0,
            Self::Person(id) => id.0,
            Self::Deal(id) => id.0,
        }
    }
}

#[derive(FromQueryResult)]
struct Row {
    seq: i64,
    kind: String,
    at: Timestamp,
    actor_id: Option<UserId>,
    person_id: Option<PersonId>,
    deal_id: Option<DealId>,
    subject_id: Option<Uuid>,
    process_version_id: Option<ProcessVersionId>,
    payload: Json,
}

impl From<Row> for LogEvent {
    fn from(row: Row) -> Self {
        Self {
            seq: row.seq,
            kind: row.kind,
            at: row.at,
            actor: row.actor_id,
            person: row.person_id,
            deal: row.deal_id,
            row: row.subject_id,
            version: row.process_version_id,
            payload: row.payload,
        }
    }
}

/// Works a subject's trials out anew and puts them in place of the old.
///
/// # Errors
/// Whatever the database says.
pub async fn rebuild(tx: &WriteTx, workspace: WorkspaceId, subject: Subject) -> Result<()> {
    let events = read(tx, workspace, subject).await?;
    let rules = Rules { versions: versions(tx, workspace).await?, ..Rules::default() };
    let trials = trials_of(&events, &rules);
    let text = "DELETE FROM trial WHERE workspace_id = ? AND subject_id = ?";
    Sql::with(tx.engine(), text, [workspace.into(), subject.id().into()]).run(tx.conn()).await?;
    insert(tx, workspace, subject, &trials).await
}

async fn read(tx: &WriteTx, workspace: WorkspaceId, subject: Subject) -> Result<Vec<LogEvent>> {
    let mut sql = Sql::new(
        tx.engine(),
        "SELECT seq, kind, at, actor_id, person_id, deal_id, subject_id, process_version_id, payload FROM event WHERE ",
    );
    match subject {
        Subject::Company(id) => sql.push_with("company_id = ?", [id.into()]),
        Subject::Person(id) => sql.push_with("person_id = ? AND company_id IS NULL", [id.into()]),
        Subject::Deal(id) => {
            sql.push_with("deal_id = ? AND company_id IS NULL AND person_id IS NULL", [id.into()])
        }
    };
    sql.push_with(" AND workspace_id = ? AND kind IN ", [workspace.into()]);
    sql.bind_list(KINDS.iter().map(|k| (*k).into()));
    let rows: Vec<Row> = sql.all(tx.conn()).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

async fn versions(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<(Timestamp, ProcessVersionId)>> {
    let text = "SELECT published_at, id FROM process_version WHERE workspace_id = ? AND published_at IS NOT NULL ORDER BY published_at";
    let rows = Sql::with(db.engine(), text, [workspace.into()]).rows(db.conn()).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

async fn insert(tx: &WriteTx, workspace: WorkspaceId, subject: Subject, trials: &[Trial]) -> Result<()> {
    for (part, chunk) in trials.chunks(300).enumerate() {
        let mut sql = Sql::new(
            tx.engine(),
            "INSERT INTO trial (workspace_id, subject_id, rate, n, at, success_at, lost_at, delivered, person_id, deal_id, \
             rep_id, channel, sequence_id, process_version_id) VALUES ",
        );
        for (n, t) in chunk.iter().enumerate() {
            if n > 0 {
                sql.push(", ");
            }
            let number = i64::try_from(part * 300 + n).unwrap_or(i64::MAX);
            sql.bind_list([
                workspace.into(),
                subject.id().into(),
                t.rate.key().into(),
                number.into(),
                t.at.into(),
                t.success_at.into(),
                t.lost_at.into(),
                t.delivered.into(),
                t.person.into(),
                t.deal.into(),
                t.rep.into(),
                t.channel.into(),
                t.sequence.into(),
                t.version.into(),
            ]);
        }
        sql.run(tx.conn()).await?;
    }
    Ok(())
}
