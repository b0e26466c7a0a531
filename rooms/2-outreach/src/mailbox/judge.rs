//! New mailboxes rise and fall on their ramp, once the days of a level are over.

use http_room::{Answer, App};
use store::Sql;
use store::db::Source;

use super::{COLUMNS, MailboxRow, health};

/// Days that are looked at.
const DAYS: i64 = 7;

/// Judges every mailbox whose level's days are over. Answers how many.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn judge_ramps(app: &App) -> Answer<usize> {
    let mut sql = Sql::new(app.db.engine(), "SELECT ");
    sql.push(COLUMNS)
        .push(" FROM mailbox WHERE deleted_at IS NULL AND ramp_level IS NOT NULL AND ramp_days > 3");
    let rows: Vec<MailboxRow> = sql.all(app.db.read()).await?;
    let mut judged = 0;
    for row in rows {
        let Some(ramp) = row.ramp().filter(|ramp| ramp.is_due()) else { continue };
        let week = health::rates(&app.db, row.id, app.clock.now().plus_days(-DAYS)).await?;
        let next = ramp.judged(&week);
        let tx = app.db.write_tx().await?;
        let text = "UPDATE mailbox SET ramp_level = ?, ramp_days = ? WHERE id = ? AND ramp_level = ? AND ramp_days = ?";
        let values =
            [next.level.into(), next.days.into(), row.id.into(), ramp.level.into(), ramp.days.into()];
        Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
        tx.commit().await?;
        judged += 1;
    }
    Ok(judged)
}
