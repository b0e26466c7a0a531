//! What other rooms' events say about awareness and interest, and the task at a waking.

use http_room::Role;
use kernel::{Locale, WorkspaceId};
use process::deal_row::{self, DealRow};
use process::moves::{self, Mover};
use process::stage::Status;
use process::transition::{MoveKind, MoveRequest, WAKE_POINTS};
use qualification::bant::BANT_RATED;
use qualification::finding::FINDING_ADDED;
use records::events;
use records::task::{self, NewTask};
use serde_json::{Value as Json, json};
use store::reaction::Reaction;
use store::{Actor, Event, NewEvent, Subject, WriteTx};

use crate::awareness::Cause;
use crate::log::{AWARENESS_MOVED, By, move_level, refresh, see_signal};
use crate::signal::SignalKind;

/// Written by the offer room when somebody looks at an offer.
const OFFER_VIEWED: &str = "offer.viewed";

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// The reactions of this room.
#[must_use]
pub fn reactions() -> Vec<Reaction> {
    vec![
        Reaction::each("nurturing.read_signs", SIGNS, |e, tx| Box::pin(read_signs(e, tx))),
        Reaction::each("nurturing.greet_woken", &[events::DEAL_MOVED], |e, tx| Box::pin(greet_woken(e, tx))),
    ]
}

/// Events that may mean something here.
const SIGNS: &[&str] = &[
    events::MEETING_LOGGED,
    events::ACTIVITY_CHANGED,
    events::REPLY_RECEIVED,
    FINDING_ADDED,
    BANT_RATED,
    OFFER_VIEWED,
];

/// What an event means here.
fn meaning(event: &Event) -> (Option<Cause>, Option<SignalKind>) {
    let said = |key: &str| event.payload.get(key).and_then(Json::as_str).unwrap_or_default();
    match (event.kind.as_str(), said("outcome")) {
        (events::MEETING_LOGGED, "held") => (Some(Cause::MeetingHeld), Some(SignalKind::MeetingHeld)),
        // One that was booked took place.
        (events::ACTIVITY_CHANGED, _) if became_held(event) => {
            (Some(Cause::MeetingHeld), Some(SignalKind::MeetingHeld))
        }
        (events::MEETING_LOGGED, "booked") => (None, Some(SignalKind::MeetingBooked)),
        (events::REPLY_RECEIVED, _) if event.payload["positive"] == true => {
            (None, Some(SignalKind::PositiveReply))
        }
        (FINDING_ADDED, _) if said("kind") == "challenge" && !said("words").is_empty() => {
            (Some(Cause::ChallengeNamed), None)
        }
        (BANT_RATED, _) if said("factor") == "need" && event.payload["rating"].as_i64() >= Some(1) => {
            (Some(Cause::NeedRated), None)
        }
        (OFFER_VIEWED, _) => (None, Some(SignalKind::OfferViewed)),
        _ => (None, None),
    }
}

fn became_held(event: &Event) -> bool {
    let outcome = |when: &str| event.payload[when]["outcome"].as_str();
    event.payload["kind"] == "meeting"
        && outcome("before") == Some("booked")
        && outcome("after") == Some("held")
}

async fn read_signs(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let (cause, signal) = meaning(event);
    let Some(deal) = event.deal_id.filter(|_| cause.is_some() || signal.is_some()) else { return Ok(()) };
    let Some(row) = deal_row::find(tx, event.workspace_id, deal).await? else { return Ok(()) };
    let (workspace, person, source) = (event.workspace_id, event.person_id, Some(event.id));
    let by = By { workspace, user: None, person, source, at: event.at };
    if let Some(cause) = cause
        && let Some((id, from, to)) = move_level(tx, &by, deal, cause, None, None).await?
    {
        let payload = json!({ "from": from, "to": to, "cause": cause, "note": null });
        let subject = Subject { company: row.company_id, person, deal: Some(deal), row: Some(id) };
        let told = NewEvent::now(workspace, AWARENESS_MOVED, Actor::System, event.recorded_at);
        tx.record(told.about(subject).under(row.process_version_id).because_of(event.id).with(payload))
            .await?;
    }
    if let Some(kind) = signal {
        see_signal(tx, &by, deal, kind, None).await?;
    }
    let score = refresh(tx, workspace, &row, event.recorded_at).await?;
    wake_when_warm(event, tx, &row, score).await
}

async fn wake_when_warm(event: &Event, tx: &mut WriteTx, deal: &DealRow, score: f64) -> Result<(), Failed> {
    // A waking by an answer may have come first.
    if deal.position()?.status != Status::NotYet || score < WAKE_POINTS {
        return Ok(());
    }
    let (workspace, actor, now) = (event.workspace_id, Actor::System, event.recorded_at);
    let mover = Mover { workspace, actor, role: Role::Manager, now, cause: Some(event.id) };
    let request = MoveRequest { cause: Some("signal".to_owned()), ..MoveRequest::of(MoveKind::Wake) };
    moves::make(tx, &mover, deal.id, &request).await?;
    Ok(())
}

/// At a waking somebody picks up the story.
async fn greet_woken(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let woke = event.kind == events::DEAL_MOVED && event.payload["move"] == "wake";
    let (true, Some(deal)) = (woke, event.deal_id) else { return Ok(()) };
    let Some(row) = deal_row::find(tx, event.workspace_id, deal).await? else { return Ok(()) };
    let space = deal_row::workspace(tx, event.workspace_id).await?;
    let calendar = deal_row::calendar(tx, &space, row.owner_id).await?;
    let owner = match row.owner_id {
        Some(user) if records::workspace::is_member(tx, space.id, user).await? => Some(user),
        _ => None,
    };
    let title = match space.locale() {
        Locale::En => format!("Pick up the conversation: {}", row.name),
        Locale::Ko => format!("대화 다시 시작하기: {}", row.name),
    };
    let new = NewTask {
        title: title.chars().take(kernel::limits::NAME_CHARS).collect(),
        body: Some(story(tx, space.id, &row, space.locale()).await?),
        due_on: Some(calendar.days.add(calendar.date(event.at), 0).date.to_string()),
        owner_id: owner,
        deal_id: Some(deal),
        origin: Some("process"),
        origin_key: Some("wake".to_owned()),
        stage: Some("nurturing".to_owned()),
        ..NewTask::default()
    };
    task::create(tx, space.id, Actor::System, new, event.recorded_at).await?;
    Ok(())
}

/// What they told us, and one line to open with.
async fn story(
    tx: &WriteTx,
    workspace: WorkspaceId,
    deal: &DealRow,
    locale: Locale,
) -> Result<String, Failed> {
    let findings = qualification::finding::of_deal(tx, workspace, deal.id).await?;
    let known: Vec<String> = findings.iter().take(5).map(|f| format!("- {}", f.summary)).collect();
    let challenge = findings.iter().find(|f| f.kind == "challenge").map(|f| f.summary.clone());
    let opening = match (locale, challenge) {
        (Locale::En, Some(c)) => format!("Last time you told me about \"{c}\". Where does it stand today?"),
        (Locale::En, None) => "You asked me to come back around now. Is it a good time to talk?".to_owned(),
        (Locale::Ko, Some(c)) => format!("지난번에 \"{c}\"라고 하셨는데, 지금은 어떠신가요?"),
        (Locale::Ko, None) => {
            "이맘때 다시 연락 달라고 하셨습니다. 지금 이야기 나누기 괜찮으신가요?".to_owned()
        }
    };
    Ok(format!("{}\n\n{opening}", known.join("\n")).trim().to_owned())
}
