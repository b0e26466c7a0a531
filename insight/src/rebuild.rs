//! Keeping a company's trials: read its events, work the trials out, then put them in place of the old.

use crate::trials::{LogEvent, Rules, Trial, trials_of};
use kernel::{CompanyId, DealId, PersonId, ProcessVersionId, Timestamp, UserId, WorkspaceId};
use records::events;
use sea_orm::{FromQueryResult, Value};
use serde_json::Value as Json;
use std::collections::HashMap;
use store::db::Source;
use store::{Clash, NewRows, Result, Sql, WriteTx};
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
    subject: Uuid,
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

/// Subjects whose logs are read by one query.
const TOGETHER: usize = 200;

/// Trials of subjects as they should be kept, worked out from their logs.
pub struct Rebuilt {
    workspace: WorkspaceId,
    trials: Vec<(Subject, Vec<Trial>)>,
}

/// Works the trials of these subjects out anew.
///
/// # Errors
/// Whatever the database says.
pub async fn rebuild(db: &impl Source, workspace: WorkspaceId, subjects: &[Subject]) -> Result<Rebuilt> {
    let rules = Rules { versions: versions(db, workspace).await?, ..Rules::default() };
    let mut trials = Vec::with_capacity(subjects.len());
    for part in subjects.chunks(TOGETHER) {
        let mut logs = read(db, workspace, part).await?;
        let of = |subject: &Subject| trials_of(&logs.remove(subject).unwrap_or_default(), &rules);
        trials.extend(part.iter().copied().zip(part.iter().map(of).collect::<Vec<_>>()));
    }
    Ok(Rebuilt { workspace, trials })
}

impl Rebuilt {
    /// Puts them in place of the old.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn put(&self, tx: &WriteTx) -> Result<()> {
        for part in self.trials.chunks(TOGETHER) {
            let text = "DELETE FROM trial WHERE workspace_id = ? AND subject_id IN ";
            let mut sql = Sql::with(tx.engine(), text, [self.workspace.into()]);
            sql.bind_list(part.iter().map(|(subject, _)| subject.id().into()));
            sql.run(tx.conn()).await?;
            insert(tx, self.workspace, part).await?;
        }
        Ok(())
    }
}

/// The logs of these subjects.
async fn read(
    db: &impl Source,
    workspace: WorkspaceId,
    subjects: &[Subject],
) -> Result<HashMap<Subject, Vec<LogEvent>>> {
    let mut logs: HashMap<Subject, Vec<LogEvent>> = HashMap::new();
    type Kind = (&'static str, &'static str, fn(Uuid) -> Subject);
    let kinds: [Kind; 3] = [
        ("company_id", "", |id| Subject::Company(CompanyId(id))),
        ("person_id", " AND company_id IS NULL", |id| Subject::Person(PersonId(id))),
        ("deal_id", " AND company_id IS NULL AND person_id IS NULL", |id| Subject::Deal(DealId(id))),
    ];
    for (column, alone, subject) in kinds {
        let ids: Vec<Value> =
            subjects.iter().filter(|s| subject(s.id()) == **s).map(|s| s.id().into()).collect();
        if ids.is_empty() {
            continue;
        }
        let mut sql = Sql::new(db.engine(), "SELECT ");
        sql.push(column).push(
            " AS subject, seq, kind, at, actor_id, person_id, deal_id, subject_id, process_version_id, payload FROM event WHERE ",
        );
        sql.push(column).push(" IN ").bind_list(ids).push(alone);
        sql.push_with(" AND workspace_id = ? AND kind IN ", [workspace.into()]);
        sql.bind_list(KINDS.iter().map(|k| (*k).into()));
        let rows: Vec<Row> = sql.all(db.conn()).await?;
        for row in rows {
            logs.entry(subject(row.subject)).or_default().push(row.into());
        }
    }
    Ok(logs)
}

async fn versions(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<(Timestamp, ProcessVersionId)>> {
    let text = "SELECT published_at, id FROM process_version WHERE workspace_id = ? AND published_at IS NOT NULL ORDER BY published_at";
    let rows = Sql::with(db.engine(), text, [workspace.into()]).rows(db.conn()).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

async fn insert(tx: &WriteTx, workspace: WorkspaceId, trials: &[(Subject, Vec<Trial>)]) -> Result<()> {
    let rows = NewRows {
        table: "trial",
        shared: vec![("workspace_id", workspace.into())],
        own: vec![
            "subject_id",
            "rate",
            "n",
            "at",
            "success_at",
            "lost_at",
            "delivered",
            "person_id",
            "deal_id",
            "rep_id",
            "channel",
            "sequence_id",
            "process_version_id",
        ],
        clash: Clash::Fails,
    };
    let numbered =
        trials.iter().flat_map(|(subject, trials)| trials.iter().zip(0_i64..).map(move |t| (*subject, t)));
    let statements = rows.statements(tx.engine(), numbered, |(subject, (trial, number)), values| {
        values.extend([
            subject.id().into(),
            trial.rate.key().into(),
            number.into(),
            trial.at.into(),
            trial.success_at.into(),
            trial.lost_at.into(),
            trial.delivered.into(),
            trial.person.into(),
            trial.deal.into(),
            trial.rep.into(),
            trial.channel.into(),
            trial.sequence.into(),
            trial.version.into(),
        ]);
    });
    store::run_all(tx.conn(), statements).await
}
