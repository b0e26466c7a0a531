//! What other rooms' events say about awareness and interest, and the task at a waking.

use http_room::Role;
use kernel::{DealId, Locale, WorkspaceId};
use outreach::click::MAIL_CLICKED;
use outreach::enrolment::ENROLMENT_MOVED;
use process::deal_row::{self, DealRow};
use process::moves::{self, Mover};
use process::owner_task::{Owed, owe};
use process::stage::{Phase, Status};
use process::transition::{MoveKind, MoveRequest, WAKE_POINTS};
use qualification::bant::BANT_RATED;
use qualification::finding::FINDING_ADDED;
use records::events;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::reaction::Reaction;
use store::{Actor, Event, NewEvent, Sql, Subject, WriteTx};

use crate::awareness::Cause;
use crate::hot::{head_today, score_of};
use crate::log::{AWARENESS_MOVED, By, Log, move_level, refresh, see_signal};
use crate::signal::SignalKind;
use crate::track::clear::{Ask, hold_under_way};
use crate::track::{enter, touches};

/// Written by the offer room when somebody looks at an offer.
const OFFER_VIEWED: &str = "offer.viewed";

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// The reactions of this room.
#[must_use]
pub fn reactions() -> Vec<Reaction> {
    vec![
        Reaction::each("nurturing.read_signs", SIGNS, |e, tx| Box::pin(read_signs(e, tx))),
        Reaction::each("nurturing.keep_in_touch", &[events::DEAL_MOVED, AWARENESS_MOVED], |e, tx| {
            Box::pin(tracks_follow(e, tx))
        }),
        Reaction::each("nurturing.count_touches", TOUCHES, |e, tx| Box::pin(count_touches(e, tx))),
        Reaction::each("nurturing.rest", EXCHANGES, |e, tx| Box::pin(rest(e, tx))),
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
    MAIL_CLICKED,
    events::LEAD_ARRIVED,
];

/// Events of tracks that gave something or came to their end.
const TOUCHES: &[&str] = &[events::MAIL_SENT, events::TASK_DONE, ENROLMENT_MOVED];

/// Events after which what tracks are about to send is asked again.
const EXCHANGES: &[&str] = &[
    events::REPLY_RECEIVED,
    events::CALL_LOGGED,
    events::MEETING_LOGGED,
    events::ACTIVITY_CHANGED,
    OBJECTION_RAISED,
    events::MAIL_SENT,
];

/// Written by the room of objections when one is heard.
const OBJECTION_RAISED: &str = "objection.raised";

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
        // Who follows it in the first seconds is a machine: such clicks are no events.
        (MAIL_CLICKED, _) => (None, Some(SignalKind::ContentClick)),
        (events::LEAD_ARRIVED, _) => (None, Some(SignalKind::AsksForContact)),
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
    let (mut cause, signal) = meaning(event);
    if cause.is_none() && signal.is_none() {
        return Ok(());
    }
    let Some(deal) = deal_of(event, tx).await? else { return Ok(()) };
    if event.kind == MAIL_CLICKED {
        cause = clicked_content(event, tx).await?;
    }
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
    let before = score_of(tx, workspace, deal, event.recorded_at).await?;
    if let Some(kind) = signal {
        see_signal(tx, &by, deal, kind, None).await?;
    }
    if signal == Some(SignalKind::PositiveReply) && event.payload["intent"] == "referral" {
        see_signal(tx, &by, deal, SignalKind::ReferralByThem, None).await?;
    }
    let score = refresh(tx, workspace, &row, event.recorded_at).await?;
    head_today(tx, workspace, &row, (before, score), event.recorded_at).await?;
    wake_when_warm(event, tx, &row, score).await
}

/// The deal an event is about: its own, else the open or parked one of its person, else of its company.
async fn deal_of(event: &Event, tx: &WriteTx) -> Result<Option<DealId>, Failed> {
    if event.deal_id.is_some() {
        return Ok(event.deal_id);
    }
    let pending = "d.workspace_id = ? AND d.deleted_at IS NULL AND d.status IN ('open', 'not_yet')";
    let last = "ORDER BY CASE WHEN d.status = 'open' THEN 0 ELSE 1 END, d.created_at DESC, d.id DESC LIMIT 1";
    if let Some(person) = event.person_id {
        let text = format!(
            "SELECT d.id FROM deal d JOIN deal_person p ON p.deal_id = d.id AND p.person_id = ? WHERE {pending} {last}"
        );
        let sql = Sql::with(tx.engine(), &text, [person.into(), event.workspace_id.into()]);
        if let Some(deal) = sql.scalar(tx.conn()).await? {
            return Ok(Some(deal));
        }
    }
    let Some(company) = event.company_id else { return Ok(None) };
    let text = format!("SELECT d.id FROM deal d WHERE d.company_id = ? AND {pending} {last}");
    let sql = Sql::with(tx.engine(), &text, [company.into(), event.workspace_id.into()]);
    Ok(sql.scalar(tx.conn()).await?)
}

/// What a click on content says of how much they know, by what the content is about.
async fn clicked_content(event: &Event, tx: &WriteTx) -> Result<Option<Cause>, Failed> {
    let message = event.payload["message_id"].as_str().and_then(|id| id.parse::<uuid::Uuid>().ok());
    let Some(message) = message else { return Ok(None) };
    let text = "SELECT c.topic, c.gives FROM message m JOIN track_turn t ON t.enrolment_id = m.enrolment_id AND t.step = m.step \
                JOIN content c ON c.id = t.content_id WHERE m.id = ? AND m.workspace_id = ?";
    let sql = Sql::with(tx.engine(), text, [message.into(), event.workspace_id.into()]);
    let rows = sql.rows(tx.conn()).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let (topic, gives): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    Ok(match (topic.as_str(), gives.as_str()) {
        (_, "proof") | ("product", _) => Some(Cause::ProductContentClicked),
        ("service", _) => Some(Cause::SolutionContentRead),
        _ => Some(Cause::ProblemContentRead),
    })
}

/// Parked: a track keeps in touch. Awake, or out of nurturing: it has done its work. Another level: out of one, into
/// another.
async fn tracks_follow(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let Some(deal) = event.deal_id else { return Ok(()) };
    let (workspace, now) = (event.workspace_id, event.recorded_at);
    let Some(row) = deal_row::find(tx, workspace, deal).await? else { return Ok(()) };
    let space = deal_row::workspace(tx, workspace).await?;
    if event.kind == events::DEAL_MOVED {
        let said = |key: &str| event.payload[key].as_str().unwrap_or_default();
        match said("move") {
            "park" => enter::keep_in_touch(tx, &row, &space, said("track"), now).await?,
            "wake" => enter::end_at_waking(tx, workspace, deal, now).await?,
            // Where it stands now, not where this move led: more of them may have followed.
            _ if row.position()?.stage != Phase::Nurturing => {
                enter::end_at_leaving(tx, workspace, deal, now).await?;
            }
            _ => {}
        }
    }
    let level = Log::load(tx, workspace, deal).await?.level()?;
    enter::by_level(tx, &space, &row, level.unwrap_or(process::facts::Awareness::Unaware), now).await?;
    Ok(())
}

async fn count_touches(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    match event.kind.as_str() {
        events::MAIL_SENT => touches::after_mail(event, tx).await,
        events::TASK_DONE => touches::after_task(event, tx).await,
        _ => touches::after_end(event, tx).await,
    }
}

/// Somebody of us and they were in touch, or an objection waits: what tracks are about to send is asked again.
async fn rest(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    // What a sequence sent is no exchange; what a member wrote is.
    if event.kind == events::MAIL_SENT && !event.payload["sequence_id"].is_null() {
        return Ok(());
    }
    let (workspace, now) = (event.workspace_id, event.recorded_at);
    let people: Vec<kernel::PersonId> = match (event.person_id, event.deal_id) {
        (Some(person), _) => vec![person],
        (None, Some(deal)) => {
            let members = records::deal::committee(tx, workspace, deal).await?;
            members.into_iter().map(|member| member.person_id).collect()
        }
        (None, None) => Vec::new(),
    };
    for person in people {
        hold_under_way(tx, workspace, person, Ask::All, now).await?;
    }
    Ok(())
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
    let title = match space.locale() {
        Locale::En => format!("Pick up the conversation: {}", row.name),
        Locale::Ko => format!("대화 다시 시작하기: {}", row.name),
    };
    let owed = Owed {
        body: Some(story(tx, space.id, &row, space.locale()).await?),
        key: Some("wake".to_owned()),
        stage: Some(Phase::Nurturing),
        ..Owed::process(title, 0)
    };
    owe(tx, &space, &row, Actor::System, owed, (event.at, event.recorded_at)).await?;
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
