//! Tasks that the process makes when a deal enters a stage, and takes away when it leaves.
//!
//! Everything happens in the transaction of the move. Tasks people made themselves are left alone.

use http_room::Answer;
use kernel::{DealId, Locale, TaskId, Timestamp, UserId, WorkspaceId};
use records::task::{self, NewTask as Wanted};
use store::db::Source;
use store::{Actor, Sql, WriteTx};

use crate::definition::{Definition, TaskKind, Text};
use crate::sla::Calendar;
use crate::stage::Phase;

/// Business days after which a criterion carried over into the offer is due.
const CARRY_OVER_DAYS: u32 = 2;

/// For which deal tasks are made, by whom, when.
#[derive(Debug, Clone)]
pub struct TaskFor<'a> {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The deal.
    pub deal: DealId,
    /// Whose tasks they are.
    pub owner: Option<UserId>,
    /// Who caused them.
    pub actor: Actor,
    /// The owner's days.
    pub calendar: &'a Calendar,
    /// The workspace's language.
    pub locale: Locale,
    /// Now.
    pub now: Timestamp,
}

/// A task to make.
#[derive(Debug, Clone)]
pub struct NewTask {
    /// Unique among the open tasks of a deal.
    pub origin_key: String,
    /// What is to be done.
    pub title: String,
    /// What kind of work it is.
    pub kind: TaskKind,
    /// The phase it belongs to.
    pub stage: Phase,
    /// Business days from today.
    pub due: u32,
}

fn said(text: &Text, locale: Locale) -> String {
    match locale {
        Locale::En => text.en.clone(),
        Locale::Ko => text.ko.clone(),
    }
}

/// The entry tasks of a phase.
#[must_use]
pub fn entry_tasks(process: &Definition, phase: Phase, locale: Locale) -> Vec<NewTask> {
    let stages = process.stages_of(phase);
    let tasks = stages.flat_map(|s| s.entry_tasks.iter().map(move |t| (s, t)));
    tasks
        .map(|(stage, task)| NewTask {
            origin_key: format!("{}:{}", stage.key, task.key),
            title: said(&task.title, locale),
            kind: task.kind,
            stage: phase,
            due: u32::from(task.due),
        })
        .collect()
}

/// A criterion that was passed over in a hurry, as a task in the offer stage.
#[must_use]
pub fn carried_over(criterion: &str, locale: Locale) -> NewTask {
    let title = match locale {
        Locale::En => format!("Make up for what was skipped: {}", criterion_name(criterion, locale)),
        Locale::Ko => format!("건너뛴 항목 보완: {}", criterion_name(criterion, locale)),
    };
    NewTask {
        origin_key: format!("carry_over:{criterion}"),
        title,
        kind: TaskKind::Todo,
        stage: Phase::Offer,
        due: CARRY_OVER_DAYS,
    }
}

fn criterion_name(key: &str, locale: Locale) -> &str {
    let names = match key {
        "discovery_done" => ("challenge, goal and current solution", "과제, 목표, 현재 방식"),
        "bant_met" => ("need, budget, authority and timing", "필요, 예산, 결정권, 시기"),
        "decision_maker_known" => ("who decides, with evidence", "결정권자와 그 근거"),
        "two_way_talk" => ("a talk in both directions", "양방향 대화"),
        "required_qualifiers" => ("required qualifiers", "필수 자격 항목"),
        "awareness_at_least" => ("their awareness of the product", "제품 인지도"),
        "value_touches" => ("touches that give value", "가치를 주는 접촉"),
        "interest_signal" => ("a sign of interest", "관심 신호"),
        _ => (key, key),
    };
    match locale {
        Locale::En => names.0,
        Locale::Ko => names.1,
    }
}

/// Makes tasks, leaving out those that are open already. Answers the ids of those made.
///
/// # Errors
/// Whatever the database says.
pub async fn make(tx: &mut WriteTx, of: &TaskFor<'_>, tasks: Vec<NewTask>) -> Answer<Vec<TaskId>> {
    let today = of.calendar.date(of.now);
    let mut made = Vec::new();
    for new in tasks {
        if is_open(tx, of, &new.origin_key).await? {
            continue;
        }
        let wanted = Wanted {
            title: new.title,
            kind: Some(new.kind.key().to_owned()),
            due_on: Some(of.calendar.days.add(today, new.due).date.to_string()),
            owner_id: of.owner,
            deal_id: Some(of.deal),
            origin: Some("process"),
            origin_key: Some(new.origin_key),
            stage: Some(new.stage.key().to_owned()),
            ..Wanted::default()
        };
        made.push(task::create(tx, of.workspace, of.actor, wanted, of.now).await?.id);
    }
    Ok(made)
}

async fn is_open(tx: &WriteTx, of: &TaskFor<'_>, origin_key: &str) -> Answer<bool> {
    let text = "SELECT 1 FROM task WHERE deal_id = ? AND state = 'open' AND origin = 'process' \
                AND origin_key = ? AND deleted_at IS NULL LIMIT 1";
    let rows = Sql::with(tx.engine(), text, [of.deal.into(), origin_key.into()]).rows(tx.conn()).await?;
    Ok(!rows.is_empty())
}

/// Cancels the open tasks that the process made for a phase. Answers their ids.
///
/// # Errors
/// Whatever the database says.
pub async fn cancel_of_stage(tx: &mut WriteTx, of: &TaskFor<'_>, stage: Phase) -> Answer<Vec<TaskId>> {
    let text = "SELECT id FROM task WHERE deal_id = ? AND stage = ? AND state = 'open' \
                AND origin = 'process' AND deleted_at IS NULL ORDER BY id";
    let rows = Sql::with(tx.engine(), text, [of.deal.into(), stage.key().into()]).rows(tx.conn()).await?;
    let ids: Result<Vec<TaskId>, _> = rows.iter().map(|r| r.try_get_by_index(0).map(TaskId)).collect();
    turn(tx, of, &ids?, "open", "cancelled").await
}

/// Turns those of these tasks that are in a state into another. Answers their ids.
///
/// # Errors
/// Whatever the database says.
pub async fn turn(
    tx: &mut WriteTx,
    of: &TaskFor<'_>,
    tasks: &[TaskId],
    from: &str,
    to: &str,
) -> Answer<Vec<TaskId>> {
    let mut turned = Vec::new();
    for id in tasks {
        if task::find(tx, of.workspace, *id).await?.state == from {
            task::set_state(tx, of.workspace, of.actor, *id, to, of.now).await?;
            turned.push(*id);
        }
    }
    Ok(turned)
}
