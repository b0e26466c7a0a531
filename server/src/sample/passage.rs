//! Enrolments of the year: whoever was mailed went through the sequence, and left it as people do.

use super::Place;
use super::chance::id_of;
use super::post::Post;
use super::story::Told;
use super::texts::LETTERS;
use kernel::{DealId, EnrolmentId, PersonId, Timestamp, WorkspaceId};
use store::db::Source;
use store::{Result, Sql, WriteTx};
use uuid::Uuid;

/// A mail of the sequence went out: the person is on their way, or at its end. `None` when the person
/// is on their way for another deal.
pub(super) async fn mailed(
    tx: &WriteTx,
    place: &Place,
    post: &Post,
    deal: &Told,
    (person, number): (Uuid, usize),
    at: Timestamp,
) -> Result<Option<EnrolmentId>> {
    let step = i64::try_from(number + 1).unwrap_or(i64::MAX);
    let id = match of(tx, place.workspace, deal, person).await? {
        Some(id) => id,
        None => match begin(tx, place, post, deal, person, at).await? {
            Some(id) => id,
            None => return Ok(None),
        },
    };
    let text = "UPDATE enrolment SET step = ?, updated_at = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [step.into(), at.into(), id.into()]).run(tx.conn()).await?;
    if number + 1 == LETTERS.len() {
        leave(tx, deal, person, ("finished", None), at).await?;
    }
    Ok(Some(id))
}

async fn of(tx: &WriteTx, workspace: WorkspaceId, deal: &Told, person: Uuid) -> Result<Option<EnrolmentId>> {
    let text = "SELECT id FROM enrolment WHERE workspace_id = ? AND deal_id = ? AND person_id = ?";
    let values = [workspace.into(), DealId(deal.id).into(), PersonId(person).into()];
    Sql::with(tx.engine(), text, values).scalar(tx.conn()).await
}

async fn begin(
    tx: &WriteTx,
    place: &Place,
    post: &Post,
    deal: &Told,
    person: Uuid,
    at: Timestamp,
) -> Result<Option<EnrolmentId>> {
    let id = EnrolmentId(id_of(deal.id, "enrolment", usize::from(person.as_bytes()[15]), at));
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO enrolment (id, workspace_id, sequence_id, version, person_id, company_id, deal_id, mailbox_id, \
         why_them, state, zone, zone_source, revision, created_by, created_at, updated_at) VALUES ",
    );
    sql.bind_list([
        id.into(),
        place.workspace.into(),
        post.sequence.into(),
        1_i64.into(),
        PersonId(person).into(),
        deal.company().into(),
        DealId(deal.id).into(),
        post.mailbox.into(),
        deal.fields["why_them"].as_str().unwrap_or(&place.us).to_owned().into(),
        "active".into(),
        place.zone.name().into(),
        "workspace".into(),
        1_i64.into(),
        place.members[0].into(),
        at.into(),
        at.into(),
    ]);
    sql.push(" ON CONFLICT DO NOTHING");
    Ok((sql.run(tx.conn()).await? > 0).then_some(id))
}

/// The person leaves the sequence.
pub(super) async fn leave(
    tx: &WriteTx,
    deal: &Told,
    person: Uuid,
    (state, reason): (&str, Option<&str>),
    at: Timestamp,
) -> Result<()> {
    let text = "UPDATE enrolment SET state = ?, reason = ?, ended_at = ?, updated_at = ? \
                WHERE deal_id = ? AND person_id = ? AND state = 'active'";
    let values = [
        state.into(),
        reason.map(str::to_owned).into(),
        at.into(),
        at.into(),
        DealId(deal.id).into(),
        PersonId(person).into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// At the end of a deal's story nobody is on their way for it any more: it ended, or they met us.
pub(super) async fn rest(tx: &WriteTx, deal: &Told) -> Result<()> {
    let text = "UPDATE enrolment SET state = 'stopped', ended_at = updated_at, reason = (SELECT CASE d.status \
                WHEN 'open' THEN 'meeting' ELSE 'deal_' || d.status END FROM deal d WHERE d.id = enrolment.deal_id) \
                WHERE deal_id = ? AND state = 'active'";
    Sql::with(tx.engine(), text, [DealId(deal.id).into()]).run(tx.conn()).await?;
    Ok(())
}
