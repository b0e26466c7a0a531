//! Stage, status and days of deals that come from elsewhere, in the words of other systems.

use super::record::RowValues;
use crate::write::Draft;
use kernel::Timestamp;

/// The stage and status a deal from elsewhere stands in, by the words systems use for them.
#[must_use]
pub fn stage_and_status(stage: Option<&str>, status: Option<&str>) -> (&'static str, &'static str) {
    let words = format!("{} {}", stage.unwrap_or_default(), status.unwrap_or_default()).to_lowercase();
    let has = |list: &[&str]| list.iter().any(|w| words.contains(w));
    if has(&["not yet", "on hold", "nurtur", "보류", "육성"]) && !has(&["won", "lost"]) {
        return ("nurturing", if has(&["not yet", "on hold", "보류"]) { "not_yet" } else { "open" });
    }
    if has(&["closed won", "closedwon", "won", "수주", "성공"]) {
        return ("closing", "won");
    }
    if has(&["disqualif", "unqualified", "junk", "부적합"]) {
        return ("qualification", "disqualified");
    }
    if has(&["closed lost", "closedlost", "lost", "abandon", "실주", "실패"]) {
        return ("closing", "lost");
    }
    let stage = if has(&["clos", "contract", "decision", "commit", "계약", "마감"]) {
        "closing"
    } else if has(&["negotiat", "objection", "review", "협상", "이의"]) {
        "objections"
    } else if has(&["proposal", "quote", "offer", "value prop", "제안", "견적"]) {
        "offer"
    } else if has(&[
        "qualif",
        "discovery",
        "demo",
        "meeting",
        "needs analysis",
        "appointment",
        "presentation",
        "검토",
        "미팅",
    ]) {
        "qualification"
    } else if has(&["contact", "engag", "outreach", "attempt", "working", "접촉", "연락"]) {
        "outreach"
    } else {
        "prospecting"
    };
    (stage, "open")
}

/// Writes a deal's past into its draft: columns that clients cannot set.
pub fn into_draft(row: &RowValues, draft: &mut Draft, now: Timestamp) {
    let (stage, status) = stage_and_status(row.stage.as_deref(), row.status.as_deref());
    let at =
        |day: &Option<String>| day.as_ref().and_then(|d| Timestamp::parse(&format!("{d}T00:00:00Z")).ok());
    let opened = at(&row.opened_on);
    let closed = at(&row.closed_on).filter(|_| matches!(status, "won" | "lost" | "disqualified"));
    draft.put("stage", "stage", stage.into(), stage.into());
    draft.keep("process_stage", stage.into());
    draft.put("status", "status", status.into(), status.into());
    if let Some(opened) = opened {
        draft.put("created_at", "created_at", opened.to_string().into(), opened.into());
        draft.keep("entered_stage_at", opened.into());
    }
    if matches!(status, "won" | "lost" | "disqualified") {
        let closed = closed.or(opened).unwrap_or(now);
        draft.put("closed_at", "closed_at", closed.to_string().into(), closed.into());
    }
    if let Some(reason) = &row.lost_reason {
        draft.put("lost_reason", "lost_reason", reason.clone().into(), reason.clone().into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_of_other_systems_find_their_room() {
        let cases = [
            ("Won", "", ("closing", "won")),
            ("Lost", "", ("closing", "lost")),
            ("Engaging", "", ("outreach", "open")),
            ("Prospecting", "", ("prospecting", "open")),
            ("closedwon", "", ("closing", "won")),
            ("Proposal/Price Quote", "", ("offer", "open")),
            ("Negotiation", "", ("objections", "open")),
            ("appointmentscheduled", "", ("qualification", "open")),
            ("Qualified", "lost", ("closing", "lost")),
            ("제안", "", ("offer", "open")),
            ("계약", "수주", ("closing", "won")),
            ("", "", ("prospecting", "open")),
        ];
        for (stage, status, expected) in cases {
            assert_eq!(stage_and_status(Some(stage), Some(status)), expected, "{stage} {status}");
        }
    }
}
