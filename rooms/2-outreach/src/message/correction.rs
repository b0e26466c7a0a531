//! What somebody says a reply means, in place of what was read: kept as evidence, taken back in order, learned from.
//!
//! The reading itself stays in the message's `intents`; `intent` is what counts.

use http_room::{Answer, App, Member, Problem};
use kernel::{EmailAddress, MessageId, Timestamp, UserId, WorkspaceId};
use mail::Intent;
use mail::incoming::Lessons;
use mail::incoming::intent::MOST_LESSONS;
use process::fact_store;
use records::events::REPLY_CORRECTED;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::json;
use store::db::Source;
use store::{NewEvent, Result, Sql, WriteTx};
use uuid::Uuid;

use super::MessageRow;
use crate::conversation;
use crate::enrolment::stop_suppressed;
use crate::suppression::{Entry, Reason, Target, lift_of_correction, suppress};

/// A correction as evidence.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct IntentCorrection {
    /// Its id.
    pub id: Uuid,
    /// What they say it means.
    pub intent: String,
    /// What it was taken for before.
    pub before_intent: Option<String>,
    #[serde(skip)]
    before_positive: bool,
    #[serde(skip)]
    before_corrected_at: Option<Timestamp>,
    #[serde(skip)]
    before_corrected_by: Option<UserId>,
    /// Who said so.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// Who took it back.
    pub undone_by: Option<UserId>,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, intent, before_intent, before_positive, before_corrected_at, before_corrected_by, created_by, \
    created_at, undone_by, undone_at";

/// What a reply is taken for.
struct Taken {
    intent: Option<String>,
    positive: bool,
    corrected_at: Option<Timestamp>,
    corrected_by: Option<UserId>,
}

/// All corrections of a reply, the newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn of(db: &impl Source, workspace: WorkspaceId, id: MessageId) -> Result<Vec<IntentCorrection>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM intent_correction WHERE ");
    sql.push_with("message_id = ? AND workspace_id = ?", [id.into(), workspace.into()]);
    sql.push(" ORDER BY created_at DESC, id DESC");
    sql.all(db.conn()).await
}

/// What the workspace taught by its newest corrections.
///
/// # Errors
/// Whatever the database says.
pub async fn lessons(db: &impl Source, workspace: WorkspaceId) -> Result<Lessons> {
    let text = "SELECT excerpt, intent FROM message WHERE workspace_id = ? AND intent_corrected_at IS NOT NULL \
                AND excerpt IS NOT NULL ORDER BY intent_corrected_at DESC, id DESC LIMIT ?";
    let most = i64::try_from(MOST_LESSONS).unwrap_or(i64::MAX);
    let rows = Sql::with(db.engine(), text, [workspace.into(), most.into()]).rows(db.conn()).await?;
    let mut corrections = Vec::with_capacity(rows.len());
    for row in rows.iter().rev() {
        let (text, intent): (String, Option<String>) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        if let Some(intent) = intent.as_deref().and_then(Intent::from_key) {
            corrections.push((text, intent));
        }
    }
    Ok(Lessons::learn(&corrections))
}

/// Takes a reply for what a member says it means.
pub(super) async fn correct(
    app: &App,
    tx: &mut WriteTx,
    me: &Member,
    row: &MessageRow,
    intent: Intent,
) -> Answer<()> {
    if row.class.as_deref() != Some("human") {
        return Err(Problem::conflict("not_human", "Only what a person wrote has an intent."));
    }
    if row.intent.as_deref() == Some(intent.key()) {
        return Ok(());
    }
    let now = app.clock.now();
    let workspace = records::workspace::find(tx, me.workspace).await?;
    let positive = workspace.is_some_and(|w| w.settings().positive_intents.iter().any(|p| p == intent.key()));
    let text = "INSERT INTO intent_correction (id, workspace_id, message_id, intent, before_intent, before_positive, \
                before_corrected_at, before_corrected_by, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        Uuid::now_v7().into(),
        me.workspace.into(),
        row.id.into(),
        intent.key().into(),
        row.intent.clone().into(),
        row.positive.into(),
        row.intent_corrected_at.into(),
        row.corrected_by.into(),
        me.user.into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let taken = Taken {
        intent: Some(intent.key().to_owned()),
        positive,
        corrected_at: Some(now),
        corrected_by: Some(me.user),
    };
    take(tx, me, row, &taken, false, now).await?;
    lift_of_correction(tx, me.workspace, row.id, me.actor(), now).await?;
    refuse(tx, me, row, intent, now).await
}

/// Takes the newest correction of a reply back.
pub(super) async fn take_back(app: &App, tx: &mut WriteTx, me: &Member, row: &MessageRow) -> Answer<()> {
    let all = of(tx, me.workspace, row.id).await?;
    let last = all.into_iter().find(|correction| correction.undone_at.is_none());
    let last = last.ok_or_else(|| {
        Problem::conflict("not_corrected", "Nobody corrected what this reply was taken for.")
    })?;
    let now = app.clock.now();
    let text = "UPDATE intent_correction SET undone_at = ?, undone_by = ? WHERE id = ? AND workspace_id = ?";
    let values = [now.into(), me.user.into(), last.id.into(), me.workspace.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let taken = Taken {
        intent: last.before_intent.clone(),
        positive: last.before_positive,
        corrected_at: last.before_corrected_at,
        corrected_by: last.before_corrected_by,
    };
    take(tx, me, row, &taken, true, now).await?;
    Ok(lift_of_correction(tx, me.workspace, row.id, me.actor(), now).await?)
}

/// Writes what a reply is taken for from now on, with the event and the fact that gates read.
async fn take(
    tx: &mut WriteTx,
    me: &Member,
    row: &MessageRow,
    taken: &Taken,
    undone: bool,
    now: Timestamp,
) -> Answer<()> {
    let text = "UPDATE message SET intent = ?, positive = ?, intent_corrected_at = ?, corrected_by = ?, \
                revision = revision + 1, updated_at = ? WHERE id = ?";
    let values = [
        taken.intent.clone().into(),
        taken.positive.into(),
        taken.corrected_at.into(),
        taken.corrected_by.into(),
        now.into(),
        row.id.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    conversation::intent_changed(tx, row.id, taken.intent.as_deref(), now).await?;
    let payload = json!({
        "message_id": row.id, "intent": taken.intent, "positive": taken.positive, "undone": undone,
        "before": { "intent": row.intent, "positive": row.positive },
    });
    let event = NewEvent::now(me.workspace, REPLY_CORRECTED, me.actor(), now).about(row.subject_of_events());
    tx.record(event.with(payload)).await?;
    if let (Some(deal), Some(intent)) = (row.deal_id, &taken.intent) {
        fact_store::correct_reply(tx, me.workspace, deal, row.id.0, intent, now).await?;
    }
    Ok(())
}

/// Who asks for no more mail, or threatens, gets none: also when it is a person who notices.
async fn refuse(
    tx: &mut WriteTx,
    me: &Member,
    row: &MessageRow,
    intent: Intent,
    now: Timestamp,
) -> Answer<()> {
    let (target, reason) = match intent {
        Intent::Unsubscribe => {
            let address = EmailAddress::parse(&row.from_address).ok();
            (address.map(Target::Address), Reason::Unsubscribe)
        }
        Intent::Hostile => (row.person_id.map(Target::Person), Reason::Hostile),
        _ => return Ok(()),
    };
    let Some(target) = target else { return Ok(()) };
    let actor = me.actor();
    let entry = Entry { workspace: me.workspace, actor, reason, note: None, message: Some(row.id), now };
    suppress(tx, &target, &entry).await?;
    Ok(stop_suppressed(tx, me.workspace, &target, actor, now).await?)
}
