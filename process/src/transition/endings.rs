//! The rows of the table that close a deal, open it again, take a move back or change its map.

use super::ASK_MISSING;
use super::model::{MoveKind, MoveRequest, Refusal, Transition};
use super::rules::{Decision, gates_left, moved, not_allowed, plain, refuse_absent, required, said};
use super::state::{Context, Position};
use crate::definition::{REASON_COMPETITOR, REASON_OTHER};
use crate::facts::Start;
use crate::gate::{judge_gate, missing};
use crate::stage::{Phase, Status};

pub(super) fn lose(ctx: &Context<'_>, request: &MoveRequest) -> Decision {
    let reason = required("reason", said(request.reason.as_deref()))?;
    if !ctx.process.loss_reasons.iter().any(|r| r.key == reason) {
        let keys: Vec<&str> = ctx.process.loss_reasons.iter().map(|r| r.key.as_str()).collect();
        return Err(Refusal::FieldInvalid {
            field: "reason",
            message: format!("must be one of {}", keys.join(", ")),
        });
    }
    let (competitor, note) = (said(request.competitor.as_deref()), said(request.note.as_deref()));
    refuse_absent(&[
        ("competitor", reason == REASON_COMPETITOR && competitor.is_none()),
        ("note", reason == REASON_OTHER && note.is_none()),
    ])?;
    let reasons = gave_up_without_asking(ctx, request)?;
    let position = ctx.deal.position.closed_as(Status::Lost, ctx.now);
    let after = Position { lost_reason: Some(reason.clone()), competitor, ..position };
    let forced = !reasons.is_empty();
    let record = moved(ctx, MoveKind::Lose, after, gates_left(ctx));
    Ok(Transition { reason: Some(reason), note, reasons, forced, ..record })
}

/// In closing nobody gives up before asking what is missing, unless with a reason.
fn gave_up_without_asking(
    ctx: &Context<'_>,
    request: &MoveRequest,
) -> Result<std::collections::BTreeMap<String, String>, Refusal> {
    let asked = ctx.facts.closing.as_ref().is_some_and(|c| c.asked_what_is_missing);
    if ctx.deal.position.stage != Phase::Closing || asked {
        return Ok(std::collections::BTreeMap::new());
    }
    let check = plain(ASK_MISSING, false);
    match said(request.reasons.get(ASK_MISSING).map(String::as_str)) {
        Some(reason) => Ok([(ASK_MISSING.to_owned(), reason)].into()),
        None => Err(Refusal::GateNotMet { missing: vec![check], can_force: true }),
    }
}

pub(super) fn disqualify(ctx: &Context<'_>, request: &MoveRequest) -> Decision {
    let reason = said(request.reason.as_deref());
    refuse_absent(&[("reason", reason.is_none()), ("told", request.told.is_none())])?;
    let position = ctx.deal.position.closed_as(Status::Disqualified, ctx.now);
    let after = Position { lost_reason: reason.clone(), ..position };
    let record = moved(ctx, MoveKind::Disqualify, after, gates_left(ctx));
    Ok(Transition { reason, told: request.told, note: said(request.note.as_deref()), ..record })
}

pub(super) fn win(ctx: &Context<'_>, request: &MoveRequest) -> Decision {
    let asked = match (request.start_date, said(request.no_start_date.as_deref())) {
        (Some(day), _) => Some(Start::On(day)),
        (None, Some(why)) => Some(Start::None(why)),
        (None, None) => None,
    };
    let planned = ctx.facts.closing.as_ref().and_then(|c| c.start.clone());
    let start = asked.or(planned);
    let mut facts = ctx.facts.clone();
    facts.closing.get_or_insert_default().start.clone_from(&start);
    let gate = judge_gate(ctx.process, Phase::Closing, &facts, ctx.now);
    let lacking = missing(&gate);
    if !lacking.is_empty() {
        return Err(Refusal::GateNotMet { missing: lacking, can_force: false });
    }
    refuse_absent(&[("amount", request.amount.is_none()), ("start_date", start.is_none())])?;
    if request.amount.is_some_and(|a| a.minor < 0) {
        return Err(Refusal::FieldInvalid { field: "amount", message: "must not be negative".to_owned() });
    }
    let after = Position { value: request.amount, ..ctx.deal.position.closed_as(Status::Won, ctx.now) };
    Ok(Transition { start, note: said(request.note.as_deref()), ..moved(ctx, MoveKind::Win, after, gate) })
}

pub(super) fn reopen(ctx: &Context<'_>, request: &MoveRequest) -> Decision {
    let reason = required("reason", said(request.reason.as_deref()))?;
    let last = ctx.deal.position.stage;
    let to = request.to.unwrap_or(last);
    if to > last {
        let message = format!("'{to}' lies behind '{last}', where the deal ended");
        return Err(Refusal::FieldInvalid { field: "to", message });
    }
    if ctx.deal.other_open_deal {
        return Err(Refusal::OtherOpenDeal);
    }
    let reverses_win = ctx.deal.position.status == Status::Won;
    let after = ctx.deal.position.open_in(to, ctx.now);
    let record = moved(ctx, MoveKind::Reopen, after, gates_left(ctx));
    Ok(Transition { reason: Some(reason), reverses_win, evidence: request.evidence.clone(), ..record })
}

pub(super) fn undo(ctx: &Context<'_>) -> Decision {
    let Some(last) = &ctx.deal.last_move else { return Err(not_allowed(ctx, MoveKind::Undo)) };
    let reverses_win = last.kind == MoveKind::Win;
    let record = moved(ctx, MoveKind::Undo, last.before.clone(), Vec::new());
    Ok(Transition { undoes: Some(last.id), reverses_win, ..record })
}

pub(super) fn migrate(ctx: &Context<'_>, request: &MoveRequest) -> Decision {
    let plan = required("plan_id", said(request.plan_id.as_deref()))?;
    let to = required("to", request.to)?;
    // The stay goes on: a migration moves the map, not the deal.
    let after = Position { stage: to, ..ctx.deal.position.clone() };
    Ok(Transition { reason: Some(plan), ..moved(ctx, MoveKind::Migrate, after, gates_left(ctx)) })
}
