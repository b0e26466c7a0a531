//! What is known of people whose next step has forks, read for all of them together.

use std::collections::HashMap;

use http_room::Answer;
use kernel::{EnrolmentId, Timestamp};
use serde_json::Value as Json;
use store::db::Source;
use store::{Sql, WriteTx};

use super::around::Around;
use crate::enrolment::EnrolmentRow;
use crate::letter;
use crate::sequence::Step;
use crate::sequence::condition::Known;

/// What is known of each of these enrolments.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn known(
    tx: &WriteTx,
    around: &Around,
    rows: &[&EnrolmentRow],
    now: Timestamp,
) -> Answer<HashMap<EnrolmentId, Known>> {
    let mut all: HashMap<EnrolmentId, Known> = HashMap::new();
    if rows.is_empty() {
        return Ok(all);
    }
    for row in rows {
        let fields = around.person(row.person_id).map_or(Json::Null, |who| {
            letter::fields(who, around.deal(row.deal_id), &row.why_them, None, None)
        });
        all.insert(row.id, Known { fields, ..Known::default() });
    }
    facts(tx, rows, &mut all).await?;
    mails(tx, around, rows, now, &mut all).await?;
    Ok(all)
}

fn ids(rows: &[&EnrolmentRow]) -> impl Iterator<Item = sea_orm::Value> {
    rows.iter().map(|row| row.id.into()).collect::<Vec<_>>().into_iter()
}

async fn facts(tx: &WriteTx, rows: &[&EnrolmentRow], all: &mut HashMap<EnrolmentId, Known>) -> Answer<()> {
    let mut sql =
        Sql::new(tx.engine(), "SELECT enrolment_id, kind, value FROM enrolment_fact WHERE enrolment_id IN ");
    sql.bind_list(ids(rows)).push(" ORDER BY at");
    for row in sql.rows(tx.conn()).await? {
        if let Some(known) = all.get_mut(&row.try_get_by_index(0)?) {
            known.facts.push((row.try_get_by_index(1)?, row.try_get_by_index(2)?));
        }
    }
    Ok(())
}

/// Which wordings they got, whether one came back, how long it is quiet.
async fn mails(
    tx: &WriteTx,
    around: &Around,
    rows: &[&EnrolmentRow],
    now: Timestamp,
    all: &mut HashMap<EnrolmentId, Known>,
) -> Answer<()> {
    let text = "SELECT enrolment_id, step, variant, state, sent_at FROM message WHERE direction = 'out' AND enrolment_id IN ";
    let mut sql = Sql::new(tx.engine(), text);
    sql.bind_list(ids(rows)).push(" ORDER BY sent_at");
    let by_id: HashMap<EnrolmentId, &EnrolmentRow> = rows.iter().map(|row| (row.id, *row)).collect();
    for mail in sql.rows(tx.conn()).await? {
        let id: EnrolmentId = mail.try_get_by_index(0)?;
        let (Some(row), Some(known)) = (by_id.get(&id), all.get_mut(&id)) else { continue };
        let (step, arm): (Option<i64>, Option<i64>) = (mail.try_get_by_index(1)?, mail.try_get_by_index(2)?);
        let state: String = mail.try_get_by_index(3)?;
        known.bounced |= state == "bounced";
        let sent: Option<Timestamp> = mail.try_get_by_index(4)?;
        if let Some(sent) = sent
            && let Some(timing) = around.timing(row)
        {
            known.quiet_days = Some(timing.business_days_between(sent, now));
        }
        if let (Some(key), Some(arm)) = (step.and_then(|step| key_of(around, row, step)), arm) {
            known.wordings.push((key, u32::try_from(arm).unwrap_or(0)));
        }
    }
    Ok(())
}

/// The name of a step, counted from 1.
fn key_of(around: &Around, row: &EnrolmentRow, step: i64) -> Option<String> {
    let at = usize::try_from(step - 1).ok()?;
    let step: &Step = around.followed(row)?.steps.get(at)?;
    step.key.clone()
}
