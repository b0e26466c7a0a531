//! Notices as they are written down.

use kernel::{MessageId, PersonId, Timestamp, WorkspaceId};
use sea_orm::Value;
use store::db::Source;
use store::{Engine, Result, Sql, WriteTx};
use uuid::Uuid;

use super::ConsentNotice;
use super::rules::NoticeKind;

const COLUMNS: &str =
    "id, workspace_id, person_id, cause_id, kind, said_at, tell_by, state, why, message_id, told_at";

fn select(engine: Engine) -> Sql {
    let mut sql = Sql::new(engine, "SELECT ");
    sql.push(COLUMNS).push(" FROM consent_notice WHERE ");
    sql
}

/// Notices of a person, the newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn of_person(
    db: &impl Source,
    workspace: WorkspaceId,
    person: PersonId,
) -> Result<Vec<ConsentNotice>> {
    let mut sql = select(db.engine());
    sql.push_with("person_id = ? AND workspace_id = ?", [person.into(), workspace.into()]);
    sql.push(" ORDER BY said_at DESC, id DESC");
    sql.all(db.conn()).await
}

/// A notice to write down.
pub(super) struct NewNotice {
    pub workspace: WorkspaceId,
    pub person: PersonId,
    pub cause: Uuid,
    pub kind: NoticeKind,
    pub said_at: Timestamp,
    pub tell_by: Timestamp,
    pub due_at: Timestamp,
}

/// Writes a notice down, once for a cause and kind.
pub(super) async fn put(tx: &WriteTx, new: &NewNotice, now: Timestamp) -> Result<()> {
    let text = "INSERT INTO consent_notice (id, workspace_id, person_id, cause_id, kind, said_at, tell_by, state, due_at, \
                created_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?) ON CONFLICT DO NOTHING";
    let values = [
        Uuid::now_v7().into(),
        new.workspace.into(),
        new.person.into(),
        new.cause.into(),
        new.kind.key().into(),
        new.said_at.into(),
        new.tell_by.into(),
        new.due_at.into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// A person's notices of one kind and state: workspace, person, kind, state.
pub(super) type Group = (WorkspaceId, PersonId, String, String);

/// Whose notices of which kind and state are to be looked at now, the longest due first.
pub(super) async fn due(db: &impl Source, most: i64, now: Timestamp) -> Result<Vec<Group>> {
    let text = "SELECT workspace_id, person_id, kind, state FROM consent_notice WHERE state IN ('waiting', 'queued') \
                AND due_at <= ? GROUP BY workspace_id, person_id, kind, state ORDER BY MIN(due_at) LIMIT ?";
    let rows = Sql::with(db.engine(), text, [now.into(), most.into()]).rows(db.conn()).await?;
    let read = |row: &store::Row| {
        Ok((
            row.try_get_by_index(0)?,
            row.try_get_by_index(1)?,
            row.try_get_by_index(2)?,
            row.try_get_by_index(3)?,
        ))
    };
    rows.iter().map(read).collect()
}

/// All of a person's notices of a kind and state, held until the transaction ends, the oldest first: one mail tells all.
pub(super) async fn hold(tx: &WriteTx, of: &Group) -> Result<Vec<ConsentNotice>> {
    let mut sql = select(tx.engine());
    sql.push_with(OF_GROUP, values(of)).push(" ORDER BY id");
    sql.hold();
    sql.all(tx.conn()).await
}

/// A person's notices of a kind and state are not looked at before then.
pub(super) async fn put_off(tx: &WriteTx, of: &Group, until: Timestamp) -> Result<()> {
    let mut sql = Sql::with(tx.engine(), "UPDATE consent_notice SET due_at = ? WHERE ", [until.into()]);
    sql.push_with(OF_GROUP, values(of));
    sql.run(tx.conn()).await?;
    Ok(())
}

const OF_GROUP: &str = "workspace_id = ? AND person_id = ? AND kind = ? AND state = ?";

fn values((workspace, person, kind, state): &Group) -> [Value; 4] {
    [(*workspace).into(), (*person).into(), kind.clone().into(), state.clone().into()]
}

/// The notices a mail tells of, held until the transaction ends.
pub(super) async fn hold_of_mail(
    tx: &WriteTx,
    workspace: WorkspaceId,
    message: Uuid,
) -> Result<Vec<ConsentNotice>> {
    let mut sql = select(tx.engine());
    sql.push_with("message_id = ? AND workspace_id = ?", [message.into(), workspace.into()]);
    sql.push(" ORDER BY id");
    sql.hold();
    sql.all(tx.conn()).await
}

/// A notice that no mail told, held until the transaction ends.
pub(super) async fn hold_untold(
    tx: &WriteTx,
    workspace: WorkspaceId,
    id: Uuid,
) -> Result<Vec<ConsentNotice>> {
    let mut sql = select(tx.engine());
    sql.push_with("id = ? AND workspace_id = ? AND state = 'untold'", [id.into(), workspace.into()]);
    sql.hold();
    sql.all(tx.conn()).await
}

/// Where notices stand now.
pub(super) struct Stand<'a> {
    pub state: &'a str,
    pub why: Option<&'a str>,
    /// When they are looked at again.
    pub due_at: Timestamp,
    pub message: Option<MessageId>,
    pub told_at: Option<Timestamp>,
}

/// Puts notices where they stand now.
pub(super) async fn stand(tx: &WriteTx, notices: &[ConsentNotice], now: Stand<'_>) -> Result<()> {
    let text =
        "UPDATE consent_notice SET state = ?, why = ?, due_at = ?, message_id = ?, told_at = ? WHERE id IN ";
    let values =
        [now.state.into(), now.why.into(), now.due_at.into(), now.message.into(), now.told_at.into()];
    let mut sql = Sql::with(tx.engine(), text, values);
    let Some(first) = notices.first() else { return Ok(()) };
    sql.bind_list(notices.iter().map(|notice| notice.id.into()))
        .push(" AND ")
        .push_check("workspace_id", first.workspace_id);
    sql.run(tx.conn()).await?;
    Ok(())
}

/// Takes back notices of which nobody has to be told any more.
pub(super) async fn drop(tx: &WriteTx, workspace: WorkspaceId, ids: &[Uuid]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(tx.engine(), "DELETE FROM consent_notice WHERE id IN ");
    sql.bind_list(ids.iter().map(|id| (*id).into())).push(" AND ").push_check("workspace_id", workspace);
    sql.run(tx.conn()).await?;
    Ok(())
}

/// What caused a notice, as it is now.
pub(super) struct Cause {
    pub id: Uuid,
    pub wording: String,
    pub withdrawn_at: Option<Timestamp>,
    /// When it was given, or confirmed last.
    pub since: Timestamp,
}

/// The consents behind these notices, of those that there are.
pub(super) async fn consents(
    tx: &WriteTx,
    workspace: WorkspaceId,
    notices: &[ConsentNotice],
) -> Result<Vec<Cause>> {
    let mut sql = Sql::new(
        tx.engine(),
        "SELECT id, wording, withdrawn_at, COALESCE(confirmed_at, given_at) FROM consent WHERE id IN ",
    );
    sql.bind_list(notices.iter().map(|notice| notice.cause_id.into()))
        .push(" AND ")
        .push_check("workspace_id", workspace);
    let rows = sql.rows(tx.conn()).await?;
    let read = |row: &store::Row| {
        Ok(Cause {
            id: row.try_get_by_index(0)?,
            wording: row.try_get_by_index(1)?,
            withdrawn_at: row.try_get_by_index(2)?,
            since: row.try_get_by_index(3)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Which of the refusals behind these notices still hold.
pub(super) async fn refusals(
    tx: &WriteTx,
    workspace: WorkspaceId,
    notices: &[ConsentNotice],
) -> Result<Vec<Uuid>> {
    let mut sql = Sql::new(tx.engine(), "SELECT id FROM suppression WHERE lifted_at IS NULL AND id IN ");
    sql.bind_list(notices.iter().map(|notice| notice.cause_id.into()))
        .push(" AND ")
        .push_check("workspace_id", workspace);
    sql.rows(tx.conn()).await?.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}
