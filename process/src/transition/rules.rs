//! The table of moves: which exist, and those between stages. `endings` has those that close a deal,
//! open it again or take a move back. One function per row; each leads somewhere or says what is lacking.

use chrono::{Days, Months, NaiveDate};
use http_room::Role;
use kernel::Timestamp;
use store::Actor;

use super::endings::{disqualify, lose, migrate, reopen, undo, win};
use super::model::{MoveKind, MoveRequest, Refusal, Transition, WAKE_CAUSES};
use super::state::{Context, Position};
use super::{PARK_CAUSES, PARK_YEARS, REOPEN_WON_DAYS, UNDO_SECONDS, WAKE_HOUR, WAKE_POINTS};
use crate::facts::{EvidenceKind, FactorFact, Facts};
use crate::gate::{Check, Verdict, judge_gate, missing};
use crate::sla::{self, Calendar};
use crate::stage::{Phase, Status};

pub(super) type Decision = Result<Transition, Refusal>;

/// Decides on a move.
///
/// # Errors
/// A [`Refusal`] that names the moves possible from here, the missing criteria or the missing fields.
pub fn decide(ctx: &Context<'_>, request: &MoveRequest) -> Decision {
    if ctx.role == Role::ReadOnly {
        return Err(Refusal::RoleNotAllowed { needs: "rep", missing: Vec::new() });
    }
    let possible = allowed(ctx);
    if !possible.contains(&request.kind) {
        return Err(not_allowed(ctx, request.kind));
    }
    match request.kind {
        MoveKind::Advance => advance(ctx),
        MoveKind::AdvanceForced => advance_forced(ctx, request),
        MoveKind::Skip => skip(ctx, request),
        MoveKind::SkipUrgent => skip_urgent(ctx, request),
        MoveKind::SkipNoObjection => skip_no_objection(ctx),
        MoveKind::Back => back(ctx, request),
        MoveKind::Park => park(ctx, request),
        MoveKind::Wake => wake(ctx, request),
        MoveKind::Lose => lose(ctx, request),
        MoveKind::Disqualify => disqualify(ctx, request),
        MoveKind::Win => win(ctx, request),
        MoveKind::Reopen => reopen(ctx, request),
        MoveKind::Undo => undo(ctx),
        MoveKind::Migrate => migrate(ctx, request),
    }
}

/// The moves that exist from where the deal stands, whether or not their conditions hold.
#[must_use]
pub fn allowed(ctx: &Context<'_>) -> Vec<MoveKind> {
    if ctx.role == Role::ReadOnly {
        return Vec::new();
    }
    MoveKind::ALL.into_iter().filter(|kind| exists(ctx, *kind)).collect()
}

fn exists(ctx: &Context<'_>, kind: MoveKind) -> bool {
    let Position { stage, status, .. } = ctx.deal.position;
    let open = status == Status::Open;
    let pending = open || status == Status::NotYet;
    match kind {
        MoveKind::Advance | MoveKind::AdvanceForced => open && stage < Phase::Closing,
        MoveKind::Skip => open && stage < Phase::Objections,
        MoveKind::SkipUrgent => open && matches!(stage, Phase::Qualification | Phase::Nurturing),
        MoveKind::SkipNoObjection => open && stage == Phase::Offer,
        MoveKind::Back => open && stage > Phase::Prospecting,
        MoveKind::Park => {
            open && (stage >= Phase::Qualification || (stage == Phase::Outreach && heard_not_now(ctx.facts)))
        }
        MoveKind::Wake => status == Status::NotYet,
        MoveKind::Lose => pending,
        MoveKind::Disqualify => pending && stage <= Phase::Nurturing,
        MoveKind::Win => open && stage == Phase::Closing,
        MoveKind::Reopen => match status {
            Status::Lost | Status::Disqualified => true,
            Status::Won => {
                ctx.deal.position.closed_at.is_some_and(|at| at.plus_days(REOPEN_WON_DAYS) >= ctx.now)
            }
            Status::Open | Status::NotYet => false,
        },
        MoveKind::Undo => can_undo(ctx),
        MoveKind::Migrate => ctx.actor == Actor::System,
    }
}

fn heard_not_now(facts: &Facts) -> bool {
    facts.replies.iter().any(|r| r.intent == "not_now")
}

fn can_undo(ctx: &Context<'_>) -> bool {
    ctx.deal.last_move.as_ref().is_some_and(|last| {
        !matches!(last.kind, MoveKind::Undo | MoveKind::Migrate)
            && last.actor.user() == ctx.actor.user()
            && ctx.now.seconds_since(last.at) <= UNDO_SECONDS
            && !last.mail_sent
    })
}

pub(super) fn not_allowed(ctx: &Context<'_>, kind: MoveKind) -> Refusal {
    let Position { stage, status, .. } = ctx.deal.position;
    Refusal::NotAllowed { kind, stage, status, allowed: allowed(ctx) }
}

/// The record of a move to a position, nothing special about it.
pub(super) fn moved(ctx: &Context<'_>, kind: MoveKind, after: Position, gate: Vec<Check>) -> Transition {
    let before = ctx.deal.position.clone();
    let since = before.entered_stage_at;
    let business_seconds = ctx.calendar.worked_seconds(since, ctx.now, &ctx.deal.pauses);
    Transition {
        kind,
        sla: sla::state(business_seconds, ctx.process.sla_of(before.stage)),
        age_seconds: ctx.now.seconds_since(since),
        business_seconds,
        before,
        after,
        at: ctx.now,
        gate,
        reason: None,
        reasons: std::collections::BTreeMap::new(),
        forced: false,
        cause: None,
        track: None,
        note: None,
        told: None,
        start: None,
        evidence: Vec::new(),
        carry_over: Vec::new(),
        undoes: None,
        reverses_win: false,
    }
}

/// The gates of all phases from where the deal stands up to but without `end`.
fn gates_until(ctx: &Context<'_>, end: Phase) -> Vec<Check> {
    let phases = ctx.deal.position.stage.until(end);
    phases.flat_map(|p| judge_gate(ctx.process, p, ctx.facts, ctx.now)).collect()
}

fn next_stage(ctx: &Context<'_>, kind: MoveKind) -> Result<Phase, Refusal> {
    ctx.deal.position.stage.next().ok_or_else(|| not_allowed(ctx, kind))
}

fn advance(ctx: &Context<'_>) -> Decision {
    let to = next_stage(ctx, MoveKind::Advance)?;
    let gate = gates_until(ctx, to);
    let lacking = missing(&gate);
    if !lacking.is_empty() {
        return Err(refuse_gate(lacking));
    }
    Ok(moved(ctx, MoveKind::Advance, ctx.deal.position.open_in(to, ctx.now), gate))
}

fn refuse_gate(missing: Vec<Check>) -> Refusal {
    let can_force = !missing.iter().any(is_acceptance);
    Refusal::GateNotMet { missing, can_force }
}

fn is_acceptance(check: &Check) -> bool {
    check.key == crate::criterion::Criterion::AcceptanceRecorded.key()
}

fn advance_forced(ctx: &Context<'_>, request: &MoveRequest) -> Decision {
    let to = next_stage(ctx, MoveKind::AdvanceForced)?;
    let gate = gates_until(ctx, to);
    let lacking = missing(&gate);
    if lacking.is_empty() {
        return Err(not_allowed(ctx, MoveKind::AdvanceForced));
    }
    let reasons = force(ctx, request, lacking)?;
    let after = ctx.deal.position.open_in(to, ctx.now);
    Ok(Transition { reasons, forced: true, ..moved(ctx, MoveKind::AdvanceForced, after, gate) })
}

/// The reasons for passing over criteria, one for each, by somebody who may.
fn force(
    ctx: &Context<'_>,
    request: &MoveRequest,
    lacking: Vec<Check>,
) -> Result<std::collections::BTreeMap<String, String>, Refusal> {
    if lacking.iter().any(is_acceptance) {
        return Err(Refusal::GateNotMet { missing: lacking, can_force: false });
    }
    if ctx.role < Role::Manager && !ctx.settings.reps_may_force {
        return Err(Refusal::RoleNotAllowed { needs: "manager", missing: lacking });
    }
    let given = |c: &Check| said(request.reasons.get(&c.key).map(String::as_str)).map(|r| (c.key.clone(), r));
    let reasons: std::collections::BTreeMap<String, String> = lacking.iter().filter_map(given).collect();
    let unsaid = lacking.iter().filter(|c| !reasons.contains_key(&c.key));
    let fields: Vec<String> = unsaid.map(|c| format!("reasons.{}", c.key)).collect();
    if fields.is_empty() { Ok(reasons) } else { Err(Refusal::FieldsMissing { fields }) }
}

pub(super) fn said(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned)
}

/// A field that must be given, or the refusal that asks for it.
pub(super) fn required<T>(field: &str, value: Option<T>) -> Result<T, Refusal> {
    value.ok_or_else(|| Refusal::FieldsMissing { fields: vec![field.to_owned()] })
}

fn skip(ctx: &Context<'_>, request: &MoveRequest) -> Decision {
    let reason = said(request.reason.as_deref());
    let absent = [("to", request.to.is_none()), ("reason", reason.is_none())];
    refuse_absent(&absent)?;
    let to = required("to", request.to)?;
    if to.index() < ctx.deal.position.stage.index() + 2 {
        let message = format!("'{to}' is not behind the next stage; a skip passes over at least one");
        return Err(Refusal::FieldInvalid { field: "to", message });
    }
    let gate = gates_until(ctx, to);
    let lacking = missing(&gate);
    let forced = !lacking.is_empty();
    let reasons = match forced {
        true if request.reasons.is_empty() => return Err(refuse_gate(lacking)),
        true => force(ctx, request, lacking)?,
        false => std::collections::BTreeMap::new(),
    };
    let after = ctx.deal.position.open_in(to, ctx.now);
    Ok(Transition { reason, reasons, forced, ..moved(ctx, MoveKind::Skip, after, gate) })
}

pub(super) fn refuse_absent(fields: &[(&str, bool)]) -> Result<(), Refusal> {
    let fields: Vec<String> =
        fields.iter().filter(|(_, absent)| *absent).map(|(f, _)| (*f).to_owned()).collect();
    if fields.is_empty() { Ok(()) } else { Err(Refusal::FieldsMissing { fields }) }
}

fn skip_urgent(ctx: &Context<'_>, request: &MoveRequest) -> Decision {
    let bant = ctx.facts.bant.as_ref();
    let urgent = |f: &FactorFact| f.rating == 2 && f.kind >= EvidenceKind::Written;
    let rated = |f: &FactorFact| f.rating >= 1;
    let conditions = [
        condition("timing_urgent", bant.and_then(|b| b.timing.as_ref()), urgent),
        condition("need_rated", bant.and_then(|b| b.need.as_ref()), rated),
        condition("authority_rated", bant.and_then(|b| b.authority.as_ref()), rated),
    ];
    let lacking = missing(&conditions);
    if !lacking.is_empty() {
        return Err(Refusal::GateNotMet { missing: lacking, can_force: false });
    }
    refuse_absent(&[("evidence", request.evidence.is_empty())])?;
    let mut gate = gates_until(ctx, Phase::Offer);
    let carry_over = missing(&gate).into_iter().map(|c| c.key).collect();
    gate.extend(conditions);
    let after = ctx.deal.position.open_in(Phase::Offer, ctx.now);
    let evidence = request.evidence.clone();
    let note = said(request.note.as_deref());
    Ok(Transition { carry_over, evidence, note, ..moved(ctx, MoveKind::SkipUrgent, after, gate) })
}

fn condition(key: &str, factor: Option<&FactorFact>, holds: impl Fn(&FactorFact) -> bool) -> Check {
    let verdict = match factor {
        None => Verdict::Unknown,
        Some(f) if holds(f) => Verdict::Met,
        Some(_) => Verdict::Unmet,
    };
    let evidence = factor.map(|f| f.evidence.clone()).unwrap_or_default();
    Check { key: key.to_owned(), verdict, have: None, need: None, evidence, lacking: Vec::new() }
}

pub(super) fn plain(key: &str, met: bool) -> Check {
    let verdict = if met { Verdict::Met } else { Verdict::Unmet };
    Check { key: key.to_owned(), verdict, have: None, need: None, evidence: Vec::new(), lacking: Vec::new() }
}

fn skip_no_objection(ctx: &Context<'_>) -> Decision {
    let mut gate = judge_gate(ctx.process, Phase::Offer, ctx.facts, ctx.now);
    gate.push(plain("no_open_objection", !ctx.facts.has_open_objection()));
    let lacking = missing(&gate);
    if !lacking.is_empty() {
        return Err(Refusal::GateNotMet { missing: lacking, can_force: false });
    }
    let after = ctx.deal.position.open_in(Phase::Closing, ctx.now);
    Ok(moved(ctx, MoveKind::SkipNoObjection, after, gate))
}

fn back(ctx: &Context<'_>, request: &MoveRequest) -> Decision {
    let reason = said(request.reason.as_deref());
    refuse_absent(&[("to", request.to.is_none()), ("reason", reason.is_none())])?;
    let to = required("to", request.to)?;
    if to >= ctx.deal.position.stage {
        let message = format!("'{to}' is not an earlier stage than '{}'", ctx.deal.position.stage);
        return Err(Refusal::FieldInvalid { field: "to", message });
    }
    let gate = judge_gate(ctx.process, to, ctx.facts, ctx.now);
    let after = ctx.deal.position.open_in(to, ctx.now);
    Ok(Transition { reason, ..moved(ctx, MoveKind::Back, after, gate) })
}

fn park(ctx: &Context<'_>, request: &MoveRequest) -> Decision {
    let (cause, track) = (said(request.cause.as_deref()), said(request.track.as_deref()));
    refuse_absent(&[
        ("cause", cause.is_none()),
        ("wake_on", request.wake_on.is_none()),
        ("track", track.is_none()),
    ])?;
    if !cause.as_deref().is_some_and(|c| PARK_CAUSES.contains(&c)) {
        let message = format!("must be one of {}", PARK_CAUSES.join(", "));
        return Err(Refusal::FieldInvalid { field: "cause", message });
    }
    let wake_on = required("wake_on", request.wake_on)?;
    let today = ctx.calendar.date(ctx.now);
    let first = today.checked_add_days(Days::new(1)).unwrap_or(today);
    let last = today.checked_add_months(Months::new(12 * PARK_YEARS)).unwrap_or(today);
    if !(first..=last).contains(&wake_on) {
        let message = format!("must lie between {first} and {last}");
        return Err(Refusal::FieldInvalid { field: "wake_on", message });
    }
    let open = ctx.deal.position.open_in(Phase::Nurturing, ctx.now);
    let after = Position { status: Status::NotYet, wake_on: Some(wake_on), ..open };
    let note = said(request.note.as_deref());
    Ok(Transition { cause, track, note, ..moved(ctx, MoveKind::Park, after, gates_left(ctx)) })
}

/// The gate of the stage that is left, as it stands.
pub(super) fn gates_left(ctx: &Context<'_>) -> Vec<Check> {
    judge_gate(ctx.process, ctx.deal.position.stage, ctx.facts, ctx.now)
}

fn wake(ctx: &Context<'_>, request: &MoveRequest) -> Decision {
    let cause = match ctx.actor {
        Actor::User(_) | Actor::Token(_) => "by_hand".to_owned(),
        Actor::System | Actor::Outside => required("cause", said(request.cause.as_deref()))?,
    };
    if !WAKE_CAUSES.contains(&cause.as_str()) {
        let message = format!("must be one of {}", WAKE_CAUSES.join(", "));
        return Err(Refusal::FieldInvalid { field: "cause", message });
    }
    if !wake_cause_holds(ctx, &cause) {
        return Err(Refusal::GateNotMet { missing: vec![plain(&cause, false)], can_force: false });
    }
    let after = ctx.deal.position.open_in(Phase::Nurturing, ctx.now);
    Ok(Transition { cause: Some(cause), ..moved(ctx, MoveKind::Wake, after, gates_left(ctx)) })
}

/// When a deal that is parked until a day wakes: at nine on that day where its owner is, or on the next business day.
#[must_use]
pub fn wakes_at(day: NaiveDate, calendar: &Calendar) -> Timestamp {
    calendar.at_hour(calendar.days.add(day, 0).date, WAKE_HOUR)
}

fn wake_cause_holds(ctx: &Context<'_>, cause: &str) -> bool {
    let parked_at: Option<Timestamp> = ctx.deal.last_move.as_ref().map(|m| m.at);
    match cause {
        "wake_on_reached" => {
            ctx.deal.position.wake_on.is_some_and(|day| wakes_at(day, ctx.calendar) <= ctx.now)
        }
        "signal" => ctx.facts.signal_score(ctx.now) >= WAKE_POINTS,
        "reply" => ctx.facts.replies.iter().any(|r| parked_at.is_none_or(|at| r.at >= at)),
        _ => true,
    }
}
