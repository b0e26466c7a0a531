//! Looking after deals that are closing: steps whose day has come stand in Today, a deal without a next action asks for
//! one, five business days of silence propose to ask what is missing (R64, R72). Nothing is sent from here.

use chrono::{Days, NaiveDate};
use http_room::{Answer, App};
use kernel::{DealId, TaskId, Timestamp, UserId, WorkspaceId};
use process::deal_row::{self, DealRow};
use process::stage::{Phase, Status};
use records::task::{self, NewTask};
use records::workspace::Workspace;
use sea_orm::FromQueryResult;
use store::db::Source;
use store::{Actor, Sql, WriteTx};

use crate::plan::{Plan, of_deal};
use crate::rules::{NEXT_ACTION_DAYS, PlanStep, Side, Waiting};
use crate::{remind, words};

/// Deals looked after in one go.
const BATCH: i64 = 100;
/// Seconds between two looks at a deal.
const EVERY: i64 = 3_600;
/// Days after a win during which steps of its plan still stand in Today.
const HANDOVER_DAYS: i64 = 90;

/// What asked for a task about a step.
const STEP: &str = "closing:step:";
/// What asked for a next action.
const NEXT_ACTION: &str = "closing:next_action";
/// What asked to ask what is missing.
const ASK_MISSING: &str = "closing:ask_missing";

/// How long a deal waits, and for what.
///
/// # Errors
/// Whatever the database says.
pub async fn waiting(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: &DealRow,
    now: Timestamp,
) -> Answer<Waiting> {
    let space = deal_row::workspace(db, workspace).await?;
    let calendar = deal_row::calendar(db, &space, deal.owner_id).await?;
    let today = calendar.date(now);
    let last = last_word(db, workspace, deal, now).await?;
    let until = today.checked_add_days(Days::new(NEXT_ACTION_DAYS)).unwrap_or(today);
    let text = "SELECT 1 FROM task WHERE workspace_id = ? AND deal_id = ? AND state = 'open' AND deleted_at IS NULL \
                AND due_on IS NOT NULL AND due_on <= ? LIMIT 1";
    let values = [workspace.into(), deal.id.into(), until.to_string().into()];
    let has_next_action = !Sql::with(db.engine(), text, values).rows(db.conn()).await?.is_empty();
    let text =
        "SELECT MAX(at) FROM close_attempt WHERE deal_id = ? AND workspace_id = ? AND kind = 'ask_missing'";
    let asked: Option<Option<Timestamp>> =
        Sql::with(db.engine(), text, [deal.id.into(), workspace.into()]).scalar(db.conn()).await?;
    Ok(Waiting {
        silent_days: calendar.days.between(calendar.date(last), today),
        has_next_action,
        asked: asked.flatten().is_some_and(|at| at >= last),
    })
}

/// When they last said something; since the deal came here they count as having done so.
async fn last_word(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: &DealRow,
    now: Timestamp,
) -> Answer<Timestamp> {
    let text = "SELECT MAX(at) FROM (SELECT MAX(m.created_at) AS at FROM message m JOIN deal_person p ON p.person_id = m.person_id \
                AND p.deal_id = ? WHERE m.workspace_id = ? AND m.direction = 'in' AND m.class = 'human' \
                UNION ALL SELECT MAX(a.at) AS at FROM activity a WHERE a.deal_id = ? AND a.deleted_at IS NULL AND a.at <= ? \
                AND a.outcome IN ('intended', 'held') \
                UNION ALL SELECT MAX(c.at) AS at FROM close_attempt c WHERE c.deal_id = ? AND c.answer_words IS NOT NULL) said";
    let id = deal.id;
    let values = [id.into(), workspace.into(), id.into(), now.into(), id.into()];
    let last: Option<Option<Timestamp>> = Sql::with(db.engine(), text, values).scalar(db.conn()).await?;
    Ok(last.flatten().unwrap_or(deal.entered_stage_at).max(deal.entered_stage_at))
}

#[derive(FromQueryResult)]
struct OpenTask {
    id: TaskId,
    origin_key: Option<String>,
}

async fn open_tasks(tx: &WriteTx, workspace: WorkspaceId, deal: DealId) -> Answer<Vec<OpenTask>> {
    let text = "SELECT id, origin_key FROM task WHERE workspace_id = ? AND deal_id = ? AND state = 'open' \
                AND deleted_at IS NULL AND origin_key LIKE 'closing:%'";
    Ok(Sql::with(tx.engine(), text, [workspace.into(), deal.into()]).all(tx.conn()).await?)
}

/// A deal that is looked after, with what that needs.
struct Desk<'a> {
    space: &'a Workspace,
    deal: &'a DealRow,
    owner: Option<UserId>,
    today: NaiveDate,
    now: Timestamp,
}

impl Desk<'_> {
    async fn task(
        &self,
        tx: &mut WriteTx,
        key: String,
        kind: &str,
        title: String,
        due: NaiveDate,
    ) -> Answer<()> {
        let new = NewTask {
            title: title.chars().take(kernel::limits::NAME_CHARS).collect(),
            kind: Some(kind.to_owned()),
            due_on: Some(due.to_string()),
            owner_id: self.owner,
            deal_id: Some(self.deal.id),
            origin: Some("process"),
            origin_key: Some(key),
            stage: Some(Phase::Closing.key().to_owned()),
            ..NewTask::default()
        };
        task::create(tx, self.space.id, Actor::System, new, self.now).await?;
        Ok(())
    }

    fn step_title(&self, step: &PlanStep) -> String {
        let locale = self.space.locale();
        match step.side {
            Side::Us => format!("{}: {}", step.what, self.deal.name),
            Side::Them => words::ask_about_step(locale, &step.what, &step.who),
        }
    }
}

async fn desk<'a>(tx: &WriteTx, space: &'a Workspace, deal: &'a DealRow, now: Timestamp) -> Answer<Desk<'a>> {
    let calendar = deal_row::calendar(tx, space, deal.owner_id).await?;
    let owner = records::workspace::still_member(tx, space.id, deal.owner_id).await?;
    Ok(Desk { space, deal, owner, today: calendar.date(now), now })
}

/// Steps whose day has come stand in Today: ours as they are, theirs, a day later, as a question. What is done, moved
/// or gone leaves it.
///
/// # Errors
/// Whatever the database says.
pub async fn sync_steps(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    deal: &DealRow,
    now: Timestamp,
) -> Answer<()> {
    let Some(plan) = of_deal(tx, workspace, deal.id).await? else { return Ok(()) };
    let space = deal_row::workspace(tx, workspace).await?;
    let desk = desk(tx, &space, deal, now).await?;
    let position = deal.position()?;
    let alive = matches!(position.status, Status::Open | Status::Won);
    let due = |step: &&PlanStep| {
        let come = match step.side {
            Side::Us => step.due_on.is_some_and(|day| day <= desk.today),
            Side::Them => step.is_overdue(desk.today),
        };
        alive && come && !step.done && step.id.is_some()
    };
    let wanted: Vec<&PlanStep> = plan.steps.iter().filter(due).collect();
    let key = |step: &PlanStep| format!("{STEP}{}", step.id.unwrap_or_default());
    let open = open_tasks(tx, workspace, deal.id).await?;
    let is = |task: &OpenTask, key: &str| task.origin_key.as_deref() == Some(key);
    for task in open.iter().filter(|task| task.origin_key.as_deref().is_some_and(|k| k.starts_with(STEP))) {
        if !wanted.iter().any(|step| is(task, &key(step))) {
            task::set_state(tx, workspace, Actor::System, task.id, "cancelled", now).await?;
        }
    }
    for step in wanted {
        if open.iter().any(|task| is(task, &key(step)))
            || was_done(tx, workspace, deal.id, &key(step)).await?
        {
            continue;
        }
        let day = if step.side == Side::Us { step.due_on.unwrap_or(desk.today) } else { desk.today };
        desk.task(tx, key(step), "todo", desk.step_title(step), day).await?;
    }
    Ok(())
}

/// Somebody did or skipped the task about a step: it does not come back each hour.
async fn was_done(tx: &WriteTx, workspace: WorkspaceId, deal: DealId, key: &str) -> Answer<bool> {
    let text = "SELECT 1 FROM task WHERE workspace_id = ? AND deal_id = ? AND origin_key = ? AND state IN ('done', 'skipped')";
    let values = [workspace.into(), deal.into(), key.to_owned().into()];
    Ok(!Sql::with(tx.engine(), text, values).rows(tx.conn()).await?.is_empty())
}

/// Looks after a deal that is closing.
async fn look_after(
    tx: &mut WriteTx,
    app: &App,
    space: &Workspace,
    deal: &DealRow,
    now: Timestamp,
) -> Answer<()> {
    sync_steps(tx, space.id, deal, now).await?;
    let position = deal.position()?;
    if position.status != Status::Open || position.stage != Phase::Closing {
        return Ok(());
    }
    remind::remind(tx, app, space, deal, now).await?;
    let waiting = waiting(tx, space.id, deal, now).await?;
    let desk = desk(tx, space, deal, now).await?;
    let open = open_tasks(tx, space.id, deal.id).await?;
    let there = |key: &str| open.iter().any(|task| task.origin_key.as_deref() == Some(key));
    if waiting.ask_missing() && !there(ASK_MISSING) {
        let title = words::ask_missing_title(space.locale(), &deal.name);
        desk.task(tx, ASK_MISSING.to_owned(), "email", title, desk.today).await?;
    } else if waiting.lacks_next_action() && !there(NEXT_ACTION) {
        let title = words::next_action_title(space.locale(), &deal.name);
        desk.task(tx, NEXT_ACTION.to_owned(), "todo", title, desk.today).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Due {
    id: DealId,
    workspace_id: WorkspaceId,
}

/// Looks after deals that were not looked at for an hour. Answers how many.
///
/// # Errors
/// Whatever the database says.
pub async fn look(app: &App) -> Answer<usize> {
    let now = app.clock.now();
    let text = "SELECT d.id, d.workspace_id FROM deal d LEFT JOIN closing_watch w ON w.deal_id = d.id \
                WHERE d.deleted_at IS NULL AND ((d.status = 'open' AND d.stage = 'closing') \
                OR (d.status = 'won' AND d.closed_at > ?)) AND (w.looked_at IS NULL OR w.looked_at <= ?) \
                ORDER BY COALESCE(w.looked_at, 0), d.id LIMIT ?";
    let since = now.plus_days(-HANDOVER_DAYS);
    let values = [since.into(), now.plus_seconds(-EVERY).into(), BATCH.into()];
    let due: Vec<Due> = Sql::with(app.db.engine(), text, values).all(app.db.read()).await?;
    for one in &due {
        // One deal that cannot be looked after keeps no other waiting.
        if let Err(problem) = look_at(app, one, now).await {
            tracing::error!(deal = %one.id, ?problem, "a closing deal could not be looked after");
            let tx = app.db.write_tx().await?;
            looked(&tx, one, now).await?;
            tx.commit().await?;
        }
    }
    Ok(due.len())
}

async fn look_at(app: &App, one: &Due, now: Timestamp) -> Answer<()> {
    let mut tx = app.db.write_tx().await?;
    if let Some(deal) = deal_row::hold(&tx, one.workspace_id, one.id).await? {
        let space = deal_row::workspace(&tx, one.workspace_id).await?;
        look_after(&mut tx, app, &space, &deal, now).await?;
    }
    looked(&tx, one, now).await?;
    Ok(tx.commit().await?)
}

async fn looked(tx: &WriteTx, one: &Due, now: Timestamp) -> Answer<()> {
    let text = "INSERT INTO closing_watch (deal_id, workspace_id, looked_at) VALUES (?, ?, ?) \
                ON CONFLICT (deal_id) DO UPDATE SET looked_at = excluded.looked_at";
    let values = [one.id.into(), one.workspace_id.into(), now.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// Steps of theirs whose day is over.
#[must_use]
pub(crate) fn overdue_of_theirs(plan: &Plan, today: NaiveDate) -> Vec<&PlanStep> {
    plan.steps.iter().filter(|s| s.side == Side::Them && s.is_overdue(today) && s.id.is_some()).collect()
}
