//! Who comes into a track and who goes: by parking, by how much they know, by waking.

use http_room::{Answer, Member, Role, Scope};
use kernel::{DealId, EnrolmentId, Locale, SequenceId, Timestamp, UserId, WorkspaceId};
use outreach::enrolment::stop_tracks_of_deal;
use outreach::sequence::{Refused, begin_track, join_track, read_draft};
use process::deal_row::DealRow;
use process::facts::Awareness;
use process::owner_task::{Owed, owe};
use process::stage::{Phase, Status};
use records::workspace::Workspace;
use serde_json::json;
use store::db::Source;
use store::{Actor, NewEvent, Sql, Subject, WriteTx};

use super::rules::{CAMPAIGN_EVERY_DAYS, TrackKind};
use super::{TRACK_CHANGED, TrackRow, queries, template};

/// What makes a sequence a track.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shape {
    /// Days from the beginning of a step to that of the next.
    pub every_days: Option<i64>,
    /// From this level on.
    pub enter_from: Option<Awareness>,
    /// Up to and with this level.
    pub enter_to: Option<Awareness>,
    /// Whoever reaches this level leaves.
    pub exit_at: Option<Awareness>,
    /// Whoever fits comes in alone.
    pub enters_alone: bool,
}

/// Begins a track from one that ships, switched on.
///
/// # Errors
/// Whatever the database says.
pub async fn begin(
    tx: &mut WriteTx,
    me: &Member,
    kind: TrackKind,
    locale: Locale,
    shape: Shape,
    now: Timestamp,
) -> Answer<SequenceId> {
    let draft = read_draft(template::text(kind, locale))?;
    let sequence = begin_track(tx, me, draft, kind == TrackKind::TwoYear, now).await?;
    let pace = (kind == TrackKind::TwoYear).then_some(CAMPAIGN_EVERY_DAYS);
    let shape = Shape { every_days: shape.every_days.or(pace), ..shape };
    put(tx, me, sequence.id, kind, shape, now).await?;
    Ok(sequence.id)
}

/// Writes down what makes a sequence a track.
///
/// # Errors
/// Whatever the database says.
pub async fn put(
    tx: &mut WriteTx,
    me: &Member,
    sequence: SequenceId,
    kind: TrackKind,
    shape: Shape,
    now: Timestamp,
) -> Answer<()> {
    let text = "INSERT INTO track (sequence_id, workspace_id, kind, every_days, enter_from, enter_to, exit_at, enters_alone, \
                revision, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT (sequence_id) DO UPDATE SET \
                every_days = excluded.every_days, enter_from = excluded.enter_from, enter_to = excluded.enter_to, \
                exit_at = excluded.exit_at, enters_alone = excluded.enters_alone, revision = track.revision + 1, \
                updated_at = excluded.updated_at";
    let key = |level: Option<Awareness>| level.map(crate::log::key_of);
    let values = [
        sequence.into(),
        me.workspace.into(),
        kind.key().into(),
        shape.every_days.into(),
        key(shape.enter_from).into(),
        key(shape.enter_to).into(),
        key(shape.exit_at).into(),
        shape.enters_alone.into(),
        now.into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let payload = json!({ "after": { "kind": kind, "every_days": shape.every_days, "enter_from": shape.enter_from,
        "enter_to": shape.enter_to, "exit_at": shape.exit_at, "enters_alone": shape.enters_alone } });
    let subject = Subject { row: Some(sequence.0), ..Subject::default() };
    tx.record(NewEvent::now(me.workspace, TRACK_CHANGED, me.actor(), now).about(subject).with(payload))
        .await?;
    Ok(())
}

/// The deal's owner, in whose name a track writes; the workspace's owner for a deal of nobody.
async fn on_behalf(db: &impl Source, space: &Workspace, owner: Option<UserId>) -> Answer<Option<Member>> {
    let members = records::workspace::members(db, space.id).await?;
    let named = members.iter().find(|m| Some(m.user_id) == owner);
    let found = named.or_else(|| members.iter().find(|m| m.role == "owner"));
    Ok(found.map(|m| Member {
        workspace: space.id,
        user: m.user_id,
        token: None,
        role: Role::Manager,
        scope: Scope::Write,
        locale: space.locale(),
    }))
}

/// The track somebody named at parking: one of the workspace, or one that ships, which is begun when it is not there.
/// What is done by hand names none of them.
async fn named(
    tx: &mut WriteTx,
    me: &Member,
    space: &Workspace,
    name: &str,
    now: Timestamp,
) -> Answer<Option<SequenceId>> {
    if let Ok(id) = name.parse::<uuid::Uuid>() {
        let found = queries::find(tx, space.id, SequenceId(id)).await?;
        return Ok(found.map(|track| track.sequence_id));
    }
    let kind = match name {
        "two_year" => TrackKind::TwoYear,
        "not_yet" => TrackKind::NotYet,
        _ => return Ok(None),
    };
    let known = queries::of_workspace(tx, space.id).await?;
    if let Some(track) = known.iter().find(|track| track.kind() == kind) {
        return Ok(Some(track.sequence_id));
    }
    begin(tx, me, kind, space.locale(), Shape::default(), now).await.map(Some)
}

/// A parked deal is kept in touch with by the track that was named. Who cannot be, becomes a task of its owner.
///
/// # Errors
/// Whatever the database says.
pub async fn keep_in_touch(
    tx: &mut WriteTx,
    deal: &DealRow,
    space: &Workspace,
    track: &str,
    now: Timestamp,
) -> Answer<()> {
    let Some(me) = on_behalf(tx, space, deal.owner_id).await? else { return Ok(()) };
    let Some(sequence) = named(tx, &me, space, track, now).await? else { return Ok(()) };
    if let Err(refused) = join_track(tx, &me, sequence, deal.id, now).await? {
        tell_refused(tx, space, deal, &refused, now).await?;
    }
    Ok(())
}

async fn tell_refused(
    tx: &mut WriteTx,
    space: &Workspace,
    deal: &DealRow,
    refused: &Refused,
    now: Timestamp,
) -> Answer<()> {
    if refused.code == "already_enrolled" {
        return Ok(());
    }
    let title = match space.locale() {
        Locale::En => format!("Keep in touch by hand: {}", deal.name),
        Locale::Ko => format!("직접 연락 이어 가기: {}", deal.name),
    };
    let owed = Owed {
        body: Some(refused.message.clone()),
        key: Some("track".to_owned()),
        ..Owed::process(title, 1)
    };
    owe(tx, space, deal, Actor::System, owed, (now, now)).await?;
    Ok(())
}

/// Whom no track takes alone is told of once, however often their level changes.
async fn tell_once(
    tx: &mut WriteTx,
    space: &Workspace,
    deal: &DealRow,
    refused: &Refused,
    now: Timestamp,
) -> Answer<()> {
    let text = "SELECT 1 FROM task WHERE deal_id = ? AND workspace_id = ? AND origin = 'process' AND origin_key = 'track'";
    let told = Sql::with(tx.engine(), text, [deal.id.into(), space.id.into()]);
    match told.rows(tx.conn()).await?.is_empty() {
        true => tell_refused(tx, space, deal, refused, now).await,
        false => Ok(()),
    }
}

/// Tracks that end when a deal wakes: what kept in touch meanwhile has done its work.
///
/// # Errors
/// Whatever the database says.
pub async fn end_at_waking(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    deal: DealId,
    now: Timestamp,
) -> Answer<()> {
    let ending = ids(tx, workspace, |track| track.kind().ends_at_waking()).await?;
    Ok(stop_tracks_of_deal(tx, workspace, deal, &ending, "woken", now).await?)
}

/// Tracks of deals at work end when the deal leaves nurturing.
///
/// # Errors
/// Whatever the database says.
pub async fn end_at_leaving(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    deal: DealId,
    now: Timestamp,
) -> Answer<()> {
    let ending = ids(tx, workspace, |track| track.kind() == TrackKind::Regular).await?;
    Ok(stop_tracks_of_deal(tx, workspace, deal, &ending, "stage_left", now).await?)
}

async fn ids(
    tx: &WriteTx,
    workspace: WorkspaceId,
    which: impl Fn(&TrackRow) -> bool,
) -> Answer<Vec<SequenceId>> {
    let all = queries::of_workspace(tx, workspace).await?;
    Ok(all.iter().filter(|track| which(track)).map(|track| track.sequence_id).collect())
}

/// Lets a deal out of tracks whose end it has reached, and into those that take it alone. Answers who came in.
///
/// # Errors
/// Whatever the database says.
pub async fn by_level(
    tx: &mut WriteTx,
    space: &Workspace,
    deal: &DealRow,
    level: Awareness,
    now: Timestamp,
) -> Answer<Vec<EnrolmentId>> {
    let left = ids(tx, space.id, |track| track.span().is_left_at(level)).await?;
    stop_tracks_of_deal(tx, space.id, deal.id, &left, "awareness_reached", now).await?;
    let position = deal.position()?;
    if (position.stage, position.status) != (Phase::Nurturing, Status::Open) {
        return Ok(Vec::new());
    }
    let open = |track: &TrackRow| {
        track.enters_alone && track.kind() == TrackKind::Regular && track.span().takes(level)
    };
    let taking = ids(tx, space.id, open).await?;
    let me = match taking.is_empty() {
        true => None,
        false => on_behalf(tx, space, deal.owner_id).await?,
    };
    let Some(me) = me else { return Ok(Vec::new()) };
    let mut entered = Vec::new();
    for track in taking {
        // Who went through it once is not written to with the same again.
        let text = "SELECT 1 FROM enrolment WHERE sequence_id = ? AND deal_id = ? AND workspace_id = ?";
        let values = [track.into(), deal.id.into(), space.id.into()];
        if !Sql::with(tx.engine(), text, values).rows(tx.conn()).await?.is_empty() {
            continue;
        }
        match join_track(tx, &me, track, deal.id, now).await? {
            Ok(id) => entered.push(id),
            Err(refused) => tell_once(tx, space, deal, &refused, now).await?,
        }
    }
    Ok(entered)
}
