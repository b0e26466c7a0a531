//! What tracks gave: a touch of value for each of their mails that left, and for each step a person did.

use kernel::{DealId, EnrolmentId, EventId, PersonId, SequenceId, Timestamp, WorkspaceId};
use outreach::sequence::{Gives, Step, followed};
use process::deal_row;
use process::owner_task::{Owed, owe};
use serde_json::json;
use store::db::Source;
use store::{Actor, Event, NewEvent, Sql, Subject, WriteTx};
use uuid::Uuid;

use super::queries::{content_of, find};
use super::rules::TrackKind;
use crate::content::queries as library;
use crate::log::{VALUE_GIVEN, refresh};
use crate::signal::ValueKind;

type Failed = Box<dyn std::error::Error + Send + Sync>;

impl From<Gives> for ValueKind {
    fn from(gives: Gives) -> Self {
        match gives {
            Gives::Educate => Self::Educate,
            Gives::Proof => Self::Proof,
            Gives::Help => Self::Help,
            Gives::Invite => Self::Invite,
            Gives::News => Self::News,
            Gives::Personal => Self::Personal,
            Gives::Ask => Self::Ask,
        }
    }
}

/// A step of a track that was done.
struct Done {
    enrolment: EnrolmentId,
    sequence: SequenceId,
    version: i64,
    person: PersonId,
    deal: Option<DealId>,
    /// From 1.
    step: i64,
    automatic: bool,
    title: String,
}

/// A mail left: if it is a track's, something was given.
pub(crate) async fn after_mail(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let Some(message) = event.payload["message_id"].as_str().and_then(|id| id.parse::<Uuid>().ok()) else {
        return Ok(());
    };
    let text = "SELECT e.id, e.sequence_id, e.version, e.person_id, e.deal_id, m.step, m.subject FROM message m \
                JOIN enrolment e ON e.id = m.enrolment_id WHERE m.id = ? AND m.workspace_id = ? AND e.guided";
    let sql = Sql::with(tx.engine(), text, [message.into(), event.workspace_id.into()]);
    let rows = sql.rows(tx.conn()).await?;
    let Some(row) = rows.first() else { return Ok(()) };
    let step: Option<i64> = row.try_get_by_index(5)?;
    let done = Done {
        enrolment: row.try_get_by_index(0)?,
        sequence: row.try_get_by_index(1)?,
        version: row.try_get_by_index(2)?,
        person: row.try_get_by_index(3)?,
        deal: row.try_get_by_index(4)?,
        step: step.unwrap_or(1),
        automatic: true,
        title: row.try_get_by_index(6)?,
    };
    write_down(tx, event, done).await
}

/// A person did a step: if it is a track's, something was given.
pub(crate) async fn after_task(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let Some(id) = event.subject_id else { return Ok(()) };
    let text = "SELECT title, origin_key FROM task WHERE id = ? AND workspace_id = ? AND origin = 'sequence'";
    let rows = Sql::with(tx.engine(), text, [id.into(), event.workspace_id.into()]).rows(tx.conn()).await?;
    let Some(row) = rows.first() else { return Ok(()) };
    let (title, key): (String, Option<String>) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let place = key.as_deref().and_then(|key| {
        let (enrolment, step) = key.split_once(':')?;
        Some((EnrolmentId(enrolment.parse::<Uuid>().ok()?), step.parse::<i64>().ok()?))
    });
    let Some((enrolment, step)) = place else { return Ok(()) };
    let Some(row) = outreach::enrolment::find_all(tx, event.workspace_id, &[enrolment]).await?.pop() else {
        return Ok(());
    };
    if !row.guided {
        return Ok(());
    }
    let done = Done {
        enrolment,
        sequence: row.sequence_id,
        version: row.version,
        person: row.person_id,
        deal: row.deal_id,
        step,
        automatic: false,
        title,
    };
    write_down(tx, event, done).await
}

async fn write_down(tx: &mut WriteTx, event: &Event, done: Done) -> Result<(), Failed> {
    let (workspace, now) = (event.workspace_id, event.recorded_at);
    let deal = match done.deal {
        Some(deal) => deal_row::find(tx, workspace, deal).await?,
        None => None,
    };
    let Some(deal) = deal else { return Ok(()) };
    let piece = match content_of(tx, done.enrolment, done.step).await? {
        Some(id) => library::find(tx, workspace, id).await?,
        None => None,
    };
    let steps = followed(tx, done.sequence, done.version).await?.map(|f| f.steps).unwrap_or_default();
    let at = usize::try_from(done.step - 1).unwrap_or(usize::MAX);
    let kind = steps.get(at).and_then(|step: &Step| step.gives).map_or(ValueKind::Educate, ValueKind::from);
    let title = piece.as_ref().map_or(done.title.clone(), |piece| piece.title.clone());
    let row = Touch {
        workspace,
        deal: deal.id,
        kind,
        title: &title,
        person: Some(done.person),
        automatic: done.automatic,
        content: piece.map(|piece| piece.id),
        source: event.id,
        at: event.at,
    };
    let Some(id) = insert(tx, &row).await? else { return Ok(()) };
    let subject =
        Subject { company: deal.company_id, person: Some(done.person), deal: Some(deal.id), row: Some(id) };
    let payload = json!({ "kind": kind, "title": title, "automatic": done.automatic });
    let told = NewEvent::now(workspace, VALUE_GIVEN, Actor::System, now).at(event.at);
    tx.record(told.about(subject).under(deal.process_version_id).because_of(event.id).with(payload)).await?;
    refresh(tx, workspace, &deal, now).await?;
    Ok(())
}

/// A touch to write down that comes from an event.
struct Touch<'a> {
    workspace: WorkspaceId,
    deal: DealId,
    kind: ValueKind,
    title: &'a str,
    person: Option<PersonId>,
    automatic: bool,
    content: Option<Uuid>,
    source: EventId,
    at: Timestamp,
}

/// Writes it; `None` when this event gave it already.
async fn insert(tx: &WriteTx, touch: &Touch<'_>) -> Result<Option<Uuid>, Failed> {
    let id = Uuid::now_v7();
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO value_touch (id, workspace_id, deal_id, kind, title, person_id, automatic, content_id, source_event_id, at) VALUES ",
    );
    sql.bind_list([
        id.into(),
        touch.workspace.into(),
        touch.deal.into(),
        touch.kind.key().into(),
        touch.title.into(),
        touch.person.into(),
        touch.automatic.into(),
        touch.content.into(),
        touch.source.into(),
        touch.at.into(),
    ]);
    sql.push(" ON CONFLICT (source_event_id) WHERE source_event_id IS NOT NULL DO NOTHING");
    Ok((sql.run(tx.conn()).await? > 0).then_some(id))
}

/// A track came to its end: whoever went through the long campaign is looked at by a person.
pub(crate) async fn after_end(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let sequence = event.payload["sequence_id"].as_str().and_then(|id| id.parse::<Uuid>().ok());
    let (Some(sequence), "finished", Some(deal)) =
        (sequence, event.payload["after"].as_str().unwrap_or_default(), event.deal_id)
    else {
        return Ok(());
    };
    let track = find(tx, event.workspace_id, SequenceId(sequence)).await?;
    let deal = deal_row::find(tx, event.workspace_id, deal).await?;
    let (Some(track), Some(deal)) = (track, deal) else { return Ok(()) };
    if track.kind() == TrackKind::Regular {
        return Ok(());
    }
    let space = deal_row::workspace(tx, event.workspace_id).await?;
    let (title, body) = match space.locale() {
        kernel::Locale::En => (
            format!("Look back and ahead: {}", deal.name),
            "The campaign is over. What became of them? In which year, up to five from now, may they buy? Enter it in the deal, and choose how to keep in touch.",
        ),
        kernel::Locale::Ko => (
            format!("돌아보고 내다보기: {}", deal.name),
            "캠페인이 끝났습니다. 그동안 무엇이 달라졌나요? 앞으로 5년 중 어느 해에 구매할 것 같은가요? 거래에 적고, 어떻게 연락을 이어 갈지 정합니다.",
        ),
    };
    let owed = Owed {
        body: Some(body.to_owned()),
        key: Some("campaign_review".to_owned()),
        ..Owed::process(title, 1)
    };
    owe(tx, &space, &deal, Actor::System, owed, (event.at, event.recorded_at)).await?;
    Ok(())
}
