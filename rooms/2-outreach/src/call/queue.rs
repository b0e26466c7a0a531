//! The calls that are due: whom, at which number, at what hour of theirs, and what to say.

use http_room::{Answer, App, Member};
use kernel::phone::Phone;
use kernel::window::local_date;
use kernel::{BusinessCalendar, CompanyId, Country, DealId, PersonId, TaskId, Timestamp};
use prospecting::channel::Channel;
use records::task::{self, Task};
use serde::Serialize;
use uuid::Uuid;

use super::hours::{self, CallHours};
use super::rules::{HourStanding, slot_of, standing};
use crate::recipient::{self, Recipient, own_offsets};

/// Tasks looked at, the earliest due first.
const TASKS: u32 = 500;
/// Calls in the queue at once.
const CALLS: usize = 100;

/// A call that is due.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CallItem {
    /// The task.
    pub task_id: TaskId,
    /// What it is called.
    pub title: String,
    /// What to say: the script of the step with its fields filled in.
    pub script: Option<String>,
    /// By which day.
    pub due_on: Option<String>,
    /// The person.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: String,
    /// What they do.
    pub person_title: Option<String>,
    /// Their company.
    pub company_id: Option<CompanyId>,
    /// Its name.
    pub company_name: Option<String>,
    /// The deal.
    pub deal_id: Option<DealId>,
    /// Its name.
    pub deal_name: Option<String>,
    /// The number to dial, E.164; empty when none is known.
    pub phone: Option<String>,
    /// The same as it is written in its country.
    pub phone_shown: Option<String>,
    /// Whether they asked not to be called.
    pub refuses: bool,
    /// Their time zone.
    pub zone: String,
    /// How good it is to call them now.
    pub hour: HourStanding,
    /// How often they were called before.
    pub calls: i64,
    /// When last.
    pub last_call_at: Option<Timestamp>,
}

/// A member's calls that are due today: those at a good hour first, then by day.
///
/// # Errors
/// Whatever the database says.
pub async fn due(app: &App, me: &Member) -> Answer<Vec<CallItem>> {
    let (db, now) = (&app.db, app.clock.now());
    let Some(workspace) = records::workspace::find(db, me.workspace).await? else { return Ok(Vec::new()) };
    let of_ours = Country::from_code(&workspace.country);
    let home = workspace.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    let today = local_date(home, now);
    let tasks = task::due_by(db, me.workspace, me.user, today, TASKS).await?;
    let tasks: Vec<Task> =
        tasks.into_iter().filter(|t| t.kind == "call" && t.person_id.is_some()).take(CALLS).collect();
    let ids: Vec<PersonId> = tasks.iter().filter_map(|t| t.person_id).collect();
    let people = recipient::find_all(db, me.workspace, &ids).await?;
    let offsets = own_offsets(db, me.workspace, &ids).await?;
    let plain: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let before = hours::before(db, me.workspace, &plain).await?;
    let known = hours::by_hour(db, me.workspace).await?;
    let by_slot = known.by_slot();
    let mut items = Vec::with_capacity(tasks.len());
    for task in tasks {
        let Some(who) = task.person_id.and_then(|id| people.get(&id)) else { continue };
        let mails = offsets.get(&who.id).map(Vec::as_slice).unwrap_or_default();
        let (zone, country) = who.zone_by(mails, &workspace);
        let local = now.to_utc().with_timezone(&zone.zone).naive_local();
        let here = by_slot.get(&slot_of(local)).copied().unwrap_or_default();
        let calendar = BusinessCalendar::new(country);
        let hour = standing(local, &calendar, here, totals(&known));
        let calls = before.get(&who.id);
        let mut item = item(task, who, who.phone(of_ours));
        item.zone = zone.zone.name().to_owned();
        item.hour = hour;
        item.calls = calls.map_or(0, |b| b.calls);
        item.last_call_at = calls.map(|b| b.last_at);
        items.push(item);
    }
    items.sort_by(|a, b| (a.hour, &a.due_on, a.task_id).cmp(&(b.hour, &b.due_on, b.task_id)));
    Ok(items)
}

fn totals(known: &CallHours) -> (i64, i64) {
    (known.dials, known.connects)
}

fn item(task: Task, who: &Recipient, phone: Option<Phone>) -> CallItem {
    CallItem {
        task_id: task.id,
        title: task.title,
        script: task.body,
        due_on: task.due_on,
        person_id: who.id,
        person_name: who.name.clone(),
        person_title: who.title.clone(),
        company_id: who.company_id,
        company_name: who.company_name.clone(),
        deal_id: task.deal_id,
        deal_name: task.deal_name,
        phone_shown: phone.as_ref().map(|p| p.national.clone()),
        phone: phone.map(|p| p.e164),
        refuses: who.refusals().refuse(Channel::Phone),
        zone: String::new(),
        hour: HourStanding::Fair,
        calls: 0,
        last_call_at: None,
    }
}
