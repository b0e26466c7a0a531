//! Reading transcripts of a workspace.

use http_room::{Answer, Problem};
use kernel::{ActivityId, DealId, PersonId, TranscriptId, UserId, WorkspaceId};
use serde::Deserialize;
use store::Sql;
use store::db::Source as Db;

use super::{Source, Speaker, TranscriptHead};

const HEAD: &str = "SELECT t.id, t.activity_id, a.kind AS activity_kind, a.at AS held_at, a.deal_id, a.company_id, \
    c.name AS company_name, a.person_id, p.name AS person_name, t.name, t.format, t.encoding, t.timing, t.consent_how, \
    t.consent_by, t.talk, t.rep_assumed, t.created_by, t.created_at FROM transcript t \
    JOIN activity a ON a.id = t.activity_id LEFT JOIN company c ON c.id = a.company_id \
    LEFT JOIN person p ON p.id = a.person_id WHERE t.deleted_at IS NULL AND a.deleted_at IS NULL AND ";

/// Which transcripts.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct Which {
    /// Words that were said; two Korean syllables or the beginning of a word are enough.
    pub q: Option<String>,
    /// Of this call or meeting.
    pub activity_id: Option<ActivityId>,
    /// About this deal.
    pub deal_id: Option<DealId>,
    /// With this person, or in which they speak.
    pub person_id: Option<PersonId>,
    /// In which this member speaks.
    pub user_id: Option<UserId>,
    /// At most so many, 1 to 100.
    pub limit: Option<u32>,
}

/// The newest talks first.
pub(super) async fn list(
    db: &impl Db,
    workspace: WorkspaceId,
    which: &Which,
    found: Option<Vec<TranscriptId>>,
) -> Answer<Vec<TranscriptHead>> {
    let mut sql = Sql::new(db.engine(), HEAD);
    narrow(&mut sql, workspace, which);
    if let Some(found) = found {
        if found.is_empty() {
            return Ok(Vec::new());
        }
        sql.push(" AND t.id IN ").bind_list(found.into_iter().map(Into::into));
    }
    sql.push(" ORDER BY a.at DESC, t.id DESC LIMIT ")
        .bind(i64::from(which.limit.unwrap_or(50).clamp(1, 100)));
    Ok(sql.all(db.conn()).await?)
}

/// How many there are of them, without looking at words.
pub(super) async fn count(db: &impl Db, workspace: WorkspaceId, which: &Which) -> Answer<i64> {
    let text = "SELECT COUNT(*) FROM transcript t JOIN activity a ON a.id = t.activity_id \
                WHERE t.deleted_at IS NULL AND a.deleted_at IS NULL AND ";
    let mut sql = Sql::new(db.engine(), text);
    narrow(&mut sql, workspace, which);
    Ok(sql.scalar(db.conn()).await?.unwrap_or(0))
}

fn narrow(sql: &mut Sql, workspace: WorkspaceId, which: &Which) {
    sql.push_with("t.workspace_id = ?", [workspace.into()]);
    if let Some(activity) = which.activity_id {
        sql.push_with(" AND t.activity_id = ?", [activity.into()]);
    }
    if let Some(deal) = which.deal_id {
        sql.push_with(" AND a.deal_id = ?", [deal.into()]);
    }
    if let Some(person) = which.person_id {
        let text = " AND (a.person_id = ? OR EXISTS (SELECT 1 FROM transcript_speaker s WHERE s.transcript_id = t.id AND s.person_id = ?))";
        sql.push_with(text, [person.into(), person.into()]);
    }
    if let Some(user) = which.user_id {
        let text =
            " AND EXISTS (SELECT 1 FROM transcript_speaker s WHERE s.transcript_id = t.id AND s.user_id = ?)";
        sql.push_with(text, [user.into()]);
    }
}

/// One of them.
pub(super) async fn find(db: &impl Db, workspace: WorkspaceId, id: TranscriptId) -> Answer<TranscriptHead> {
    let mut sql = Sql::new(db.engine(), HEAD);
    sql.push_with("t.id = ? AND t.workspace_id = ?", [id.into(), workspace.into()]);
    sql.one(db.conn()).await?.ok_or_else(|| Problem::not_found("transcript"))
}

/// Its cues and notes.
pub(super) async fn source(db: &impl Db, workspace: WorkspaceId, id: TranscriptId) -> Answer<Source> {
    let text = "SELECT file_id, cues, notes FROM transcript WHERE id = ? AND workspace_id = ? AND deleted_at IS NULL";
    let found = Sql::with(db.engine(), text, [id.into(), workspace.into()]).one(db.conn()).await?;
    found.ok_or_else(|| Problem::not_found("transcript"))
}

/// Who speaks, in the order in which they first do.
pub(super) async fn speakers(db: &impl Db, workspace: WorkspaceId, id: TranscriptId) -> Answer<Vec<Speaker>> {
    let text = "SELECT name, side, person_id, user_id FROM transcript_speaker WHERE transcript_id = ? AND workspace_id = ? ORDER BY place";
    Ok(Sql::with(db.engine(), text, [id.into(), workspace.into()]).all(db.conn()).await?)
}
