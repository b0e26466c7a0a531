//! Who would get what and when, before a sequence starts: nothing is written. Supposes that nobody answers and no fork
//! is taken, and keeps to the mailbox's cap.

use std::collections::{BTreeMap, HashMap};

use http_room::{Answer, App, Member, Problem};
use kernel::{PersonId, Timestamp};
use records::workspace::Workspace;
use serde::{Deserialize, Serialize};
use store::Sql;

use super::way::out_of_reach;
use super::{SequenceRow, Step, StepKind, preview, rules};
use crate::recipient::{self, Recipient};
use crate::suppression;
use crate::timing::{Timing, Windows};

/// People of one simulation at most.
const PEOPLE: usize = 500;
/// Mails of one simulation at most: each may be put off from day to day.
const MAILS: usize = 2_500;
/// Days that the cap may put a mail off.
const PUT_OFF: usize = 120;

/// For whom.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SimulateRequest {
    /// People, 500 at most.
    pub person_ids: Vec<PersonId>,
    /// Steps not saved yet, in place of the sequence's own.
    #[serde(default)]
    pub steps: Option<Vec<Step>>,
}

/// A step of one person.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SimulatedStep {
    /// From 1.
    pub step: usize,
    /// What it is.
    pub kind: StepKind,
    /// When it comes.
    pub due_at: Timestamp,
    /// The same in the person's own time.
    pub due_local: String,
    /// The mailbox's cap put it off.
    pub put_off: bool,
}

/// What one person would get.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SimulatedPerson {
    /// The person.
    pub person_id: PersonId,
    /// Shown name; empty when there is no such person.
    pub name: String,
    /// Their zone.
    pub zone: String,
    /// Why they would not be enrolled, if so: `not_found`, `no_email`, `do_not_contact`, `suppressed`,
    /// `already_enrolled`, `no_window`.
    pub refused: Option<String>,
    /// Their steps.
    pub steps: Vec<SimulatedStep>,
}

/// What one day of the workspace would bring.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct SimulatedDay {
    /// The day.
    pub date: String,
    /// Mails that leave.
    pub mails: u32,
    /// Tasks of people.
    pub tasks: u32,
}

/// Who would get what and when.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Simulation {
    /// The people, in the order they were named.
    pub people: Vec<SimulatedPerson>,
    /// The days, in their order.
    pub days: Vec<SimulatedDay>,
    /// Mails a day of the mailbox it would leave from.
    pub daily_cap: Option<i64>,
}

pub(super) async fn simulate(
    app: &App,
    me: &Member,
    row: &SequenceRow,
    asked: SimulateRequest,
) -> Answer<Simulation> {
    if asked.person_ids.is_empty() || asked.person_ids.len() > PEOPLE {
        return Err(Problem::field("person_ids", "invalid", "from 1 to 500 people"));
    }
    let steps = match asked.steps {
        Some(steps) => steps,
        None => row.steps()?,
    };
    let faults = rules::faults(&steps);
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let mails = steps.iter().filter(|step| step.kind == StepKind::Mail).count();
    if mails * asked.person_ids.len() > MAILS {
        return Err(Problem::field(
            "person_ids",
            "too_many",
            format!("at most {} people for {mails} mails", MAILS / mails),
        ));
    }
    let workspace = records::workspace::find(&app.db, me.workspace).await?;
    let workspace = workspace.ok_or_else(|| Problem::not_found("workspace"))?;
    let cap = preview::sender(app, me, row).await?.map(|mailbox| mailbox.daily_cap);
    let windows = row.windows()?;
    let desk = Desk::of(app, me, &workspace, &asked.person_ids, &steps, &windows).await?;
    let mut calendar = Calendar::new(cap, &workspace);
    let people = asked.person_ids.iter().map(|id| desk.person(*id, app.clock.now(), &mut calendar)).collect();
    Ok(Simulation { people, days: calendar.days.into_values().collect(), daily_cap: cap })
}

/// Everything known of the people.
struct Desk<'a> {
    workspace: &'a Workspace,
    steps: &'a [Step],
    windows: &'a Windows,
    people: HashMap<PersonId, Recipient>,
    offsets: HashMap<PersonId, Vec<kernel::zone::MailOffset>>,
    refused: HashMap<PersonId, &'static str>,
}

impl<'a> Desk<'a> {
    async fn of(
        app: &App,
        me: &Member,
        workspace: &'a Workspace,
        ids: &[PersonId],
        steps: &'a [Step],
        windows: &'a Windows,
    ) -> Answer<Self> {
        let people = recipient::find_all(&app.db, me.workspace, ids).await?;
        let mut refused = HashMap::new();
        let text = "SELECT person_id FROM enrolment WHERE state IN ('scheduled', 'active', 'waiting', 'paused') AND workspace_id = ";
        let mut sql = Sql::new(app.db.engine(), text);
        sql.bind(me.workspace).push(" AND person_id IN ").bind_list(ids.iter().map(|id| (*id).into()));
        for one in sql.rows(app.db.read()).await? {
            refused.insert(one.try_get_by_index(0)?, "already_enrolled");
        }
        let known: Vec<&Recipient> = people.values().collect();
        let addresses: Vec<_> = known.iter().map(|who| who.address()).collect();
        let whom: Vec<_> = known.iter().zip(&addresses).map(|(who, a)| (a.as_ref(), Some(who.id))).collect();
        let reasons = suppression::in_force_of(&app.db, me.workspace, &whom).await?;
        for (who, reason) in known.iter().zip(reasons) {
            let reach = out_of_reach(steps, &who.reach(workspace, app.clock.now()), who.address().is_some());
            if let Some(code) = reach.or(reason.map(|_| "suppressed")) {
                refused.insert(who.id, code);
            }
        }
        let offsets = recipient::own_offsets(&app.db, me.workspace, ids).await?;
        Ok(Self { workspace, steps, windows, offsets, refused, people })
    }

    fn person(&self, id: PersonId, now: Timestamp, calendar: &mut Calendar) -> SimulatedPerson {
        let Some(who) = self.people.get(&id) else {
            let refused = Some("not_found".to_owned());
            return SimulatedPerson {
                person_id: id,
                name: String::new(),
                zone: String::new(),
                refused,
                steps: Vec::new(),
            };
        };
        let mails = self.offsets.get(&id).map_or(&[][..], Vec::as_slice);
        let timing = who.timing_by(mails, self.workspace, self.windows.clone());
        let mut refused = self.refused.get(&id).map(|code| (*code).to_owned());
        let steps = match refused {
            Some(_) => Vec::new(),
            None => self.steps_of(who, &timing, now, calendar),
        };
        if refused.is_none() && steps.is_empty() && !self.steps.is_empty() {
            refused = Some("no_window".to_owned());
        }
        SimulatedPerson {
            person_id: id,
            name: who.name.clone(),
            zone: timing.zone.name().to_owned(),
            refused,
            steps,
        }
    }

    fn steps_of(
        &self,
        who: &Recipient,
        timing: &Timing,
        now: Timestamp,
        calendar: &mut Calendar,
    ) -> Vec<SimulatedStep> {
        let (mut last, mut all, reach) = (now, Vec::new(), who.reach(self.workspace, now));
        for (n, step) in self.steps.iter().enumerate() {
            if reach.bar(step).is_some() {
                continue;
            }
            let key = format!("{} {n}", who.id);
            let Some(due) = timing.due(last, step.delay(), key.as_bytes()) else { break };
            let at =
                if step.kind == StepKind::Mail { calendar.mail(due, timing, key.as_bytes()) } else { due };
            if step.kind.is_task() {
                calendar.day(at).tasks += 1;
            }
            let due_local = at.to_utc().with_timezone(&timing.zone).to_rfc3339();
            all.push(SimulatedStep {
                step: n + 1,
                kind: step.kind,
                due_at: at,
                due_local,
                put_off: at != due,
            });
            last = at;
        }
        all
    }
}

/// The workspace's days as they fill.
struct Calendar {
    cap: u32,
    zone: chrono_tz::Tz,
    days: BTreeMap<String, SimulatedDay>,
}

impl Calendar {
    fn new(cap: Option<i64>, workspace: &Workspace) -> Self {
        let zone = workspace.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
        let cap = cap.and_then(|cap| u32::try_from(cap).ok()).unwrap_or(u32::MAX);
        Self { cap: cap.max(1), zone, days: BTreeMap::new() }
    }

    fn day(&mut self, at: Timestamp) -> &mut SimulatedDay {
        let date = kernel::window::local_date(self.zone, at).to_string();
        self.days.entry(date.clone()).or_insert_with(|| SimulatedDay { date, ..SimulatedDay::default() })
    }

    /// Puts a mail on the first day, from its own, that is not full.
    fn mail(&mut self, due: Timestamp, timing: &Timing, key: &[u8]) -> Timestamp {
        let mut at = due;
        for _ in 0..PUT_OFF {
            if self.day(at).mails < self.cap {
                break;
            }
            match timing.tomorrow(at, key) {
                Some(next) => at = next,
                None => break,
            }
        }
        self.day(at).mails += 1;
        at
    }
}
