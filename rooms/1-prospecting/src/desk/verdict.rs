//! What a rep makes of a company: research is done, later, it does not fit, or it is put back.

use http_room::{Answer, App, Member, Problem};
use kernel::{CompanyId, Timestamp, limits};
use process::moves::{self, Mover};
use process::room::optional;
use process::transition::{MoveKind, MoveRequest, Told};
use records::company::Company;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::db::Source;
use store::{NewEvent, Sql, Subject, WriteTx};

use super::{Desk, held, queue, read};
use crate::events;

/// Longest time a company is put off, in days.
pub const LATER_DAYS: i64 = 3 * 366;

/// What is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Enough is known.
    Done,
    /// It comes back on a day; "skip" is tomorrow.
    Later,
    /// It does not fit; an open deal in prospecting is disqualified with the reason.
    Unfit,
    /// It goes back into the queue.
    Open,
}

impl Verdict {
    fn key(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Later => "later",
            Self::Unfit => "unfit",
            Self::Open => "open",
        }
    }
}

/// A verdict on a company.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVerdict {
    /// What is decided.
    pub verdict: Verdict,
    /// Why; must be said of a company that does not fit.
    #[serde(default)]
    pub reason: Option<String>,
    /// Days until it comes back, with `later`; tomorrow when absent.
    #[serde(default)]
    pub days: Option<i64>,
}

fn check(new: &NewVerdict) -> Answer<Option<String>> {
    let reason = optional("reason", new.reason.as_deref(), limits::REASON_CHARS)?;
    if new.verdict == Verdict::Unfit && reason.is_none() {
        return Err(Problem::field("reason", "required", "say why it does not fit"));
    }
    if new.days.is_some_and(|days| !(1..=LATER_DAYS).contains(&days)) {
        return Err(Problem::field("days", "invalid", format!("from 1 to {LATER_DAYS}")));
    }
    Ok(reason)
}

/// Decides on a company and clears the desk.
///
/// # Errors
/// 404 without the company; 409 while a colleague holds it; 422 for a reason or days that do not do.
pub async fn decide(app: &App, me: &Member, company: CompanyId, new: &NewVerdict) -> Answer<Desk> {
    let reason = check(new)?;
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    let company = held(&tx, me.workspace, company).await?;
    let standing = read::standing(&tx, me.workspace, company.id, now).await?;
    if standing.held_by.is_some_and(|user| user != me.user) {
        return Err(Problem::conflict("held", "A colleague is at work on this company."));
    }
    let wake_at = (new.verdict == Verdict::Later).then(|| now.plus_days(new.days.unwrap_or(1)));
    keep(&tx, me, company.id, (new.verdict, reason.as_deref(), wake_at), now).await?;
    let settled = (new.verdict != Verdict::Open).then_some(now);
    queue::settle(&tx, me.workspace, company.id, settled).await?;
    follow_up(&mut tx, me, &company, (new.verdict, &standing.state, reason.as_deref()), now).await?;
    tell(&mut tx, me, &company, (new.verdict, reason.as_deref(), wake_at), now).await?;
    tx.commit().await?;
    read::desk(&app.db, me.workspace, company.id, now).await
}

async fn keep(
    tx: &WriteTx,
    me: &Member,
    company: CompanyId,
    (verdict, reason, wake_at): (Verdict, Option<&str>, Option<Timestamp>),
    now: Timestamp,
) -> Answer<()> {
    let text = "INSERT INTO research_desk (company_id, workspace_id, state, reason, wake_at, decided_by, decided_at) \
                VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (company_id) DO UPDATE SET state = excluded.state, \
                reason = excluded.reason, wake_at = excluded.wake_at, decided_by = excluded.decided_by, \
                decided_at = excluded.decided_at, held_by = NULL, held_until = NULL";
    let values = [
        company.into(),
        me.workspace.into(),
        verdict.key().into(),
        reason.into(),
        wake_at.into(),
        me.user.into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// A deal that research opened ends with "does not fit", and goes on when that is taken back at once.
async fn follow_up(
    tx: &mut WriteTx,
    me: &Member,
    company: &Company,
    (verdict, was, reason): (Verdict, &str, Option<&str>),
    now: Timestamp,
) -> Answer<()> {
    let mover = Mover { workspace: me.workspace, actor: me.actor(), role: me.role, now, cause: None };
    let deals = read::deals(tx, me.workspace, company.id).await?;
    let (status, request) = match (verdict, was) {
        (Verdict::Unfit, _) => {
            let reason = reason.map(str::to_owned);
            ("open", MoveRequest { reason, told: Some(Told::No), ..MoveRequest::of(MoveKind::Disqualify) })
        }
        (Verdict::Open, "unfit") => ("disqualified", MoveRequest::of(MoveKind::Undo)),
        _ => return Ok(()),
    };
    for deal in deals.iter().filter(|d| d.status == status && d.stage == "prospecting") {
        match moves::make(tx, &mover, deal.id, &request).await {
            // What can no longer be taken back is reopened on the deal's own page.
            Err(problem) if verdict == Verdict::Open && problem.status == 409 => {}
            made => drop(made?),
        }
    }
    Ok(())
}

async fn tell(
    tx: &mut WriteTx,
    me: &Member,
    company: &Company,
    (verdict, reason, wake_at): (Verdict, Option<&str>, Option<Timestamp>),
    now: Timestamp,
) -> Answer<()> {
    let subject = Subject { company: Some(company.id), ..Subject::default() };
    let payload = json!({ "verdict": verdict, "reason": reason, "wake_at": wake_at });
    let event = NewEvent::now(me.workspace, events::RESEARCH_DECIDED, me.actor(), now);
    tx.record(event.about(subject).with(payload)).await?;
    Ok(())
}

/// Companies put back at once.
const WOKEN: i64 = 500;

/// Puts companies back into the queue whose day has come. Answers how many.
///
/// # Errors
/// Whatever the database says.
pub async fn wake(app: App) -> Result<usize, Box<dyn std::error::Error + Send + Sync>> {
    let mut woken = 0;
    loop {
        let now = app.clock.now();
        let tx = app.db.write_tx().await?;
        let text = "SELECT company_id FROM research_desk WHERE wake_at <= ? ORDER BY wake_at LIMIT ?";
        let rows = Sql::with(tx.engine(), text, [now.into(), WOKEN.into()]).rows(tx.conn()).await?;
        let ids: Vec<CompanyId> =
            rows.iter().map(|row| Ok(CompanyId(row.try_get_by_index(0)?))).collect::<store::Result<_>>()?;
        if ids.is_empty() {
            return Ok(woken);
        }
        woken += ids.len();
        for (table, key, change) in [
            ("company", "id", "research_settled_at = NULL"),
            ("research_desk", "company_id", "state = 'open', wake_at = NULL"),
        ] {
            let mut sql = Sql::new(tx.engine(), &format!("UPDATE {table} SET {change} WHERE {key} IN "));
            sql.bind_list(ids.iter().map(|id| (*id).into()));
            sql.run(tx.conn()).await?;
        }
        tx.commit().await?;
    }
}
