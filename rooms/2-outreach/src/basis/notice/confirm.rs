//! Consents whose two years are nearly over: whoever gave one in Korea is told again what they agreed to, and how to keep
//! it or take it back (Network Act, article 50 (8); enforcement decree, article 62-3). Who does not answer keeps it.

use http_room::{Answer, App};
use kernel::{PersonId, Timestamp, WorkspaceId};
use store::db::Source;
use store::{Result, Sql, WriteTx};
use uuid::Uuid;

use super::ConsentNotice;
use super::queries::{self, NewNotice};
use super::rules::{NoticeKind, Renewal, daytime, owed_in, renewal};
use crate::recipient;

/// Consents looked at in one run.
const BATCH: i64 = 200;

/// Makes notices of the consents that have to be confirmed. Answers how many consents were looked at.
///
/// # Errors
/// Whatever the database says.
pub async fn confirm_due(app: &App) -> Answer<usize> {
    let now = app.clock.now();
    let text = "SELECT id FROM consent WHERE confirm_at <= ? ORDER BY confirm_at LIMIT ?";
    let rows = Sql::with(app.db.engine(), text, [now.into(), BATCH.into()]).rows(app.db.read()).await?;
    for row in &rows {
        let mut tx = app.db.write_tx().await?;
        if let Some(consent) = hold(&tx, row.try_get_by_index(0)?, now).await? {
            look(&mut tx, &consent, now).await?;
        }
        tx.commit().await?;
    }
    Ok(rows.len())
}

/// A consent that was not taken back.
struct Lasting {
    id: Uuid,
    workspace: WorkspaceId,
    person: PersonId,
    since: Timestamp,
}

/// The consent, unless another node looked at it meanwhile.
async fn hold(tx: &WriteTx, id: Uuid, now: Timestamp) -> Result<Option<Lasting>> {
    let text = "SELECT id, workspace_id, person_id, COALESCE(confirmed_at, given_at) FROM consent WHERE id = ? AND confirm_at <= ?";
    let mut sql = Sql::with(tx.engine(), text, [id.into(), now.into()]);
    sql.hold();
    let rows = sql.rows(tx.conn()).await?;
    let read = |row: &store::Row| {
        Ok(Lasting {
            id: row.try_get_by_index(0)?,
            workspace: row.try_get_by_index(1)?,
            person: row.try_get_by_index(2)?,
            since: row.try_get_by_index(3)?,
        })
    };
    rows.first().map(read).transpose()
}

async fn look(tx: &mut WriteTx, consent: &Lasting, now: Timestamp) -> Answer<()> {
    let Lasting { id, workspace: space, person, since } = *consent;
    let Some(workspace) = records::workspace::find(tx, space).await? else { return Ok(()) };
    let (settings, who) = (workspace.settings(), recipient::find(tx, space, person).await?);
    let Some(who) = who else { return Ok(again(tx, space, &[id], None).await?) };
    let (zone, country) = who.zone(tx, &workspace).await?;
    let asked = settings.confirm_consents && country.is_some_and(|c| owed_in(c, &settings.mail_rules));
    match renewal(since, asked, now) {
        Renewal::Ask(tell_by) => {
            let due_at = daytime(zone.zone, now).min(tell_by);
            let kind = NoticeKind::Confirm;
            let new =
                NewNotice { workspace: space, person, cause: id, kind, said_at: since, tell_by, due_at };
            queries::put(tx, &new, now).await?;
            again(tx, space, &[id], None).await?;
        }
        Renewal::Look(at) => again(tx, space, &[id], Some(at)).await?,
        Renewal::Over => again(tx, space, &[id], None).await?,
    }
    Ok(())
}

/// When these consents are looked at again.
async fn again(tx: &WriteTx, space: WorkspaceId, ids: &[Uuid], at: Option<Timestamp>) -> Result<()> {
    let mut sql = Sql::with(tx.engine(), "UPDATE consent SET confirm_at = ? WHERE id IN ", [at.into()]);
    sql.bind_list(ids.iter().map(|id| (*id).into())).push(" AND ").push_check("workspace_id", space);
    sql.run(tx.conn()).await?;
    Ok(())
}

/// Nobody has to be asked for now: the consents behind these notices are looked at again later.
pub(super) async fn put_off(tx: &WriteTx, notices: &[ConsentNotice], now: Timestamp) -> Result<()> {
    let Some(first) = notices.first().filter(|first| first.kind == NoticeKind::Confirm.key()) else {
        return Ok(());
    };
    let causes: Vec<Uuid> = notices.iter().map(|notice| notice.cause_id).collect();
    again(tx, first.workspace_id, &causes, Some(now)).await
}

/// The mail that asked came back after it was taken for sent: the consent stands as before.
pub(super) async fn take_back(tx: &WriteTx, notice: &ConsentNotice) -> Result<()> {
    if notice.kind != NoticeKind::Confirm.key() {
        return Ok(());
    }
    let text = "UPDATE consent SET confirmed_at = CASE WHEN given_at = ? THEN NULL ELSE ? END, confirm_at = NULL \
                WHERE id = ? AND workspace_id = ? AND confirmed_at = ?";
    let said: Timestamp = notice.said_at;
    let values =
        [said.into(), said.into(), notice.cause_id.into(), notice.workspace_id.into(), notice.told_at.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}
