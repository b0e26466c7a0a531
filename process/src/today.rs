//! Today: one next step per deal, the most pressing first (R111). A queue, not a report.

use std::collections::{HashMap, HashSet};

use chrono::Days;
use http_room::Answer;
use kernel::{Currency, DealId, Timestamp, UserId, WorkspaceId};
use records::deal::{self, Deal};
use records::task::{self, Task};
use serde::Serialize;
use store::Db;

use crate::deal_row;
use crate::fact_store;
use crate::facts::{Nurture, signal_score};
use crate::transition::WAKE_POINTS;

/// Days ahead that the queue shows, so that a quiet day can start on tomorrow's work.
const DAYS_AHEAD: u64 = 1;
/// Tasks that are looked at, the earliest due first.
const TASKS: u32 = 500;
/// Points of interest that head the queue.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "40")]
const HOT: u8 = WAKE_POINTS as u8;

/// Why an item stands where it stands, the most pressing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// They wrote, and the time to answer is over (R48).
    LateReply,
    /// The deal is longer in its stage than the process allows.
    SlaBreached,
    /// They show strong interest now: 40 points or more.
    Hot,
    /// They wrote and wait for an answer.
    Reply,
    /// It was due before today.
    Overdue,
    /// It is due today.
    DueToday,
    /// It is due soon.
    Later,
}

impl Why {
    /// What is late or due today goes by interest and value, not by which of both it is.
    fn rank(self) -> u8 {
        match self {
            Self::LateReply => 0,
            Self::SlaBreached => 1,
            Self::Hot => 2,
            Self::Reply => 3,
            Self::Overdue | Self::DueToday => 4,
            Self::Later => 5,
        }
    }
}

/// One thing to do.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TodayItem {
    /// Why it stands here.
    pub why: Why,
    /// What to do.
    pub task: Task,
    /// For which deal.
    pub deal: Option<Deal>,
    /// Points of interest the deal shows now, 0 to 100.
    pub signal: u8,
}

fn why(task: &Task, deal: Option<&Deal>, signal: u8, today: &str, now: Timestamp) -> Why {
    let is_reply = task.kind == "reply";
    let is_late = task.due_at.map_or(task.due_on.as_deref().is_some_and(|d| d < today), |at| at < now);
    let breached = |d: &Deal| d.status == "open" && d.sla_due_at.is_some_and(|at| at < now);
    match task.due_on.as_deref() {
        _ if is_reply && is_late => Why::LateReply,
        _ if deal.is_some_and(breached) => Why::SlaBreached,
        _ if signal >= HOT && deal.is_some_and(|d| d.status == "open") => Why::Hot,
        _ if is_reply => Why::Reply,
        Some(day) if day < today => Why::Overdue,
        Some(day) if day == today => Why::DueToday,
        _ => Why::Later,
    }
}

/// Late answers, deals too long in their stage, strong interest, answers; then by interest, by value (in the
/// workspace's currency first, since amounts of two currencies have no order), by day. Of a deal
/// only its first task is kept.
fn order(mut items: Vec<TodayItem>, currency: Currency) -> Vec<TodayItem> {
    let worth = |item: &TodayItem| {
        let value = item.deal.as_ref().and_then(|d| d.value.as_ref());
        value.map_or((false, 0), |v| (v.currency == currency.code(), v.minor))
    };
    items.sort_by(|a, b| {
        (a.why.rank().cmp(&b.why.rank()))
            .then_with(|| b.signal.cmp(&a.signal))
            .then_with(|| worth(b).cmp(&worth(a)))
            .then_with(|| a.task.due_on.cmp(&b.task.due_on))
            .then_with(|| a.task.id.cmp(&b.task.id))
    });
    let mut seen = HashSet::new();
    items.retain(|item| item.task.deal_id.is_none_or(|deal| seen.insert(deal)));
    items
}

/// What a member has to do by tomorrow, in the order to do it.
///
/// # Errors
/// Whatever the database says.
pub async fn of(db: &Db, workspace: WorkspaceId, member: UserId, now: Timestamp) -> Answer<Vec<TodayItem>> {
    let space = deal_row::workspace(db, workspace).await?;
    let today = deal_row::calendar(db, &space, Some(member)).await?.date(now);
    let tasks = task::due_by(db, workspace, member, today + Days::new(DAYS_AHEAD), TASKS).await?;
    let ids: Vec<DealId> =
        tasks.iter().filter_map(|t| t.deal_id).collect::<HashSet<_>>().into_iter().collect();
    let deals: HashMap<DealId, Deal> =
        deal::of_ids(db, workspace, &ids).await?.into_iter().map(|d| (d.id, d)).collect();
    let signals = signals(db, workspace, &ids, now).await?;
    let today = today.to_string();
    let items = tasks.into_iter().map(|task| {
        let deal = task.deal_id.and_then(|id| deals.get(&id)).cloned();
        let signal = task.deal_id.and_then(|id| signals.get(&id)).copied().unwrap_or_default();
        TodayItem { why: why(&task, deal.as_ref(), signal, &today, now), task, deal, signal }
    });
    Ok(order(items.collect(), space.currency()))
}

async fn signals(
    db: &Db,
    workspace: WorkspaceId,
    deals: &[DealId],
    now: Timestamp,
) -> Answer<HashMap<DealId, u8>> {
    let found = fact_store::of_deals::<Nurture>(db, workspace, deals).await?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to 100
    let points = |n: &Nurture| signal_score(&n.signals, now).round() as u8;
    Ok(found.iter().map(|(deal, nurture)| (*deal, points(nurture))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::TaskId;
    use records::deal::DealValue;
    use serde_json::json;

    const NOW: Timestamp = Timestamp(1_795_564_800_000_000); // 2026-11-25 00:00 UTC
    const TODAY: &str = "2026-11-25";

    fn task(n: u128, deal: Option<u128>, kind: &str, due_on: &str) -> Task {
        Task {
            id: TaskId(uuid::Uuid::from_u128(n)),
            deal_id: deal.map(|d| DealId(uuid::Uuid::from_u128(d))),
            deal_name: None,
            company_id: None,
            company_name: None,
            person_id: None,
            person_name: None,
            kind: kind.to_owned(),
            title: format!("task {n}"),
            body: None,
            due_on: Some(due_on.to_owned()),
            due_at: None,
            owner_id: None,
            state: "open".to_owned(),
            origin: "hand".to_owned(),
            origin_key: None,
            stage: None,
            done_at: None,
            revision: 1,
            created_at: NOW,
            updated_at: NOW,
        }
    }

    fn deal(n: u128, breached: bool, value: Option<(i64, &str)>) -> Deal {
        Deal {
            id: DealId(uuid::Uuid::from_u128(n)),
            name: format!("deal {n}"),
            company_id: None,
            company_name: None,
            owner_id: None,
            stage: "offer".to_owned(),
            process_stage: "offer".to_owned(),
            status: "open".to_owned(),
            value: value.map(|(minor, currency)| DealValue { minor, currency: currency.to_owned() }),
            expected_close: None,
            why_them: None,
            source: None,
            external_id: None,
            process_version_id: None,
            entered_stage_at: NOW,
            sla_due_at: Some(Timestamp(if breached { NOW.0 - 1 } else { NOW.0 + 1 })),
            wake_on: None,
            waiting_until: None,
            closed_at: None,
            lost_reason: None,
            competitor: None,
            missing: json!([]),
            next_action_on: None,
            tags: json!([]),
            custom: json!({}),
            revision: 1,
            created_at: NOW,
            updated_at: NOW,
            deleted_at: None,
        }
    }

    fn item(task: Task, deal: Option<Deal>, signal: u8) -> TodayItem {
        TodayItem { why: why(&task, deal.as_ref(), signal, TODAY, NOW), task, deal, signal }
    }

    fn ids(items: &[TodayItem]) -> Vec<u128> {
        items.iter().map(|i| i.task.id.0.as_u128()).collect()
    }

    #[test]
    fn r111_late_answers_then_breached_stages_then_answers_then_interest_then_value_then_the_day() {
        let usd = |minor| Some((minor, "USD"));
        let expected = vec![
            item(task(1, None, "reply", "2026-11-24"), None, 0),
            item(task(2, Some(2), "todo", "2026-11-26"), Some(deal(2, true, None)), 0),
            item(task(10, Some(10), "todo", "2026-11-26"), Some(deal(10, false, usd(1_000_000))), 90),
            item(task(4, Some(4), "todo", TODAY), Some(deal(4, false, usd(1))), 45),
            item(task(3, Some(3), "reply", TODAY), Some(deal(3, false, None)), 39),
            item(task(5, Some(5), "todo", "2026-11-01"), Some(deal(5, false, usd(900))), 20),
            item(task(6, Some(6), "todo", TODAY), Some(deal(6, false, usd(800))), 20),
            item(task(7, Some(7), "todo", TODAY), Some(deal(7, false, Some((9_000_000, "KRW")))), 20),
            item(task(8, None, "todo", "2026-11-20"), None, 0),
            item(task(9, None, "todo", TODAY), None, 0),
            item(task(11, Some(11), "todo", "2026-11-26"), Some(deal(11, false, usd(1_000_000))), 39),
        ];
        let shuffled = expected.iter().rev().cloned().collect();
        assert_eq!(ids(&order(shuffled, Currency::USD)), ids(&expected));
    }

    #[test]
    fn r111_of_a_deal_only_its_first_task_is_shown() {
        let one = || Some(deal(1, false, None));
        let all = vec![
            item(task(1, Some(1), "todo", TODAY), one(), 0),
            item(task(2, Some(1), "reply", TODAY), one(), 0),
            item(task(3, None, "todo", TODAY), None, 0),
            item(task(4, None, "todo", TODAY), None, 0),
        ];
        assert_eq!(ids(&order(all, Currency::USD)), [2, 3, 4]);
    }

    #[test]
    fn an_answer_is_late_by_its_hour_and_without_one_by_its_day() {
        let by_hour = |at| Task { due_at: Some(Timestamp(at)), ..task(1, None, "reply", TODAY) };
        assert_eq!(why(&by_hour(NOW.0 - 1), None, 0, TODAY, NOW), Why::LateReply);
        assert_eq!(why(&by_hour(NOW.0 + 1), None, 0, TODAY, NOW), Why::Reply);
        assert_eq!(why(&task(1, None, "reply", "2026-11-24"), None, 0, TODAY, NOW), Why::LateReply);
        assert_eq!(why(&task(1, None, "reply", TODAY), None, 0, TODAY, NOW), Why::Reply);
    }

    #[test]
    fn a_closed_deal_breaches_nothing() {
        let won = Deal { status: "won".to_owned(), ..deal(1, true, None) };
        assert_eq!(why(&task(1, Some(1), "todo", TODAY), Some(&won), 90, TODAY, NOW), Why::DueToday);
    }
}
