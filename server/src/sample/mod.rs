//! Sample data: a believable team and a year of history, told from a fixed seed.
//!
//! `firms` and `story` make the market and the year, pure: the same seed, day and workspace give the
//! same rows. `player` plays the year by asking the rooms themselves, as the members would have, with
//! a clock set to each step's instant; so every gate was met, or passed over with a reason, by the
//! rules of its day. A job cut in the middle goes on where it stopped: rows have ids that follow from
//! the seed, and a step whose instant stands in the log of its deal is not taken twice. What is *not*
//! here: any rule of the sales cycle.

mod chance;
mod firms;
mod ground;
mod offered;
mod passage;
mod player;
mod post;
mod scenes;
mod script;
mod steps;
mod story;
mod texts;
mod words;

use crate::accounts::setup::SAMPLE_JOB;
use chance::Chance;
use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};
use http_room::live::Heard;
use http_room::{App, Door, JobHandler, Problem};
use kernel::window::{instant_of, local_date};
use kernel::{Currency, Locale, Timestamp, UserId, WorkspaceId};
use player::Player;
use serde_json::{Value as Json, json};
use std::sync::Arc;
use store::db::Source;
use store::job::{self, Ended, Job, NewJob};
use store::{Actor, NewEvent, Sql};

/// The seed of the story.
pub const SEED: u64 = 7;
/// Deals of the year.
pub const DEALS: usize = 420;
/// Days the story covers.
pub(crate) const STORY_DAYS: f64 = 365.0;
/// Days since the second version of the process.
pub(crate) const V2_DAYS: f64 = 122.0;
/// Written once the sample data is complete. Payload: what was made.
pub const SAMPLE_MADE: &str = "workspace.sample_made";

/// The door: one job.
#[must_use]
pub fn door() -> Door {
    let handler = JobHandler { kind: SAMPLE_JOB, run: Arc::new(|app, job| Box::pin(work(app, job))) };
    Door { name: "sample", jobs: vec![handler], ..Door::default() }
}

/// Where the story plays.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub workspace: WorkspaceId,
    /// The end of the story: when it was asked for.
    pub now: Timestamp,
    pub zone: chrono_tz::Tz,
    pub locale: Locale,
    pub currency: Currency,
    /// The name of our team.
    pub us: String,
    /// The owner, then the team.
    pub members: Vec<UserId>,
}

impl Place {
    /// So many days after today, at a minute of the day; weekends count as their Friday.
    pub fn at(&self, days: f64, minute: i64) -> Timestamp {
        #[allow(clippy::cast_possible_truncation)] // a few hundred days
        let date = local_date(self.zone, self.now) + TimeDelta::days(days.floor() as i64);
        let back = match date.weekday() {
            Weekday::Sat => 1,
            Weekday::Sun => 2,
            _ => 0,
        };
        let start = (date - Days::new(back)).and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minute);
        instant_of(self.zone, start).unwrap_or(self.now)
    }

    /// The local day of an instant, as fields hold it.
    pub fn date(&self, at: Timestamp) -> String {
        let day: NaiveDate = local_date(self.zone, at);
        day.to_string()
    }

    /// An amount in the workspace's currency, from US dollars at a round rate.
    pub fn money(&self, dollars: f64) -> Json {
        let (rate, unit) = match self.currency.code() {
            "KRW" => (1_300.0, 10_000.0),
            "JPY" => (150.0, 1_000.0),
            _ => (100.0, 10_000.0),
        };
        #[allow(clippy::cast_possible_truncation)] // far below 2^53
        let minor = ((dollars * rate / unit).round() * unit) as i64;
        json!({ "minor": minor, "currency": self.currency.code() })
    }

    /// Minor units for so many dollars, down to the smallest sum anybody writes in a list of prices.
    #[must_use]
    pub fn exact(&self, dollars: f64) -> i64 {
        let (rate, unit) = match self.currency.code() {
            "KRW" => (1_300.0, 100.0),
            "JPY" => (150.0, 10.0),
            _ => (100.0, 100.0),
        };
        #[allow(clippy::cast_possible_truncation)] // far below 2^53
        let minor = ((dollars * rate / unit).floor() * unit) as i64;
        minor
    }

    #[cfg(test)]
    pub fn for_tests(locale: Locale) -> Self {
        let id = |n: u128| UserId(uuid::Uuid::from_u128(n));
        Self {
            workspace: WorkspaceId(uuid::Uuid::from_u128(99)),
            now: Timestamp(1_795_392_000_000_000),
            zone: chrono_tz::Asia::Seoul,
            locale,
            currency: Currency::KRW,
            us: "Acme".to_owned(),
            members: (1..8).map(id).collect(),
        }
    }
}

/// Asks for sample data in a workspace, by its name in addresses.
///
/// # Errors
/// 404 without such a workspace, or whatever the database says.
pub async fn ask_for(app: &App, slug: &str, owner: UserId) -> Result<Job, Problem> {
    let now = app.clock.now();
    let tx = app.db.write_tx().await?;
    let found = records::workspace::all(&tx).await?.into_iter().find(|w| w.slug == slug);
    let workspace = found.ok_or_else(|| Problem::not_found("workspace"))?.id;
    let text = "UPDATE workspace SET sample_data = TRUE WHERE id = ?";
    Sql::with(tx.engine(), text, [workspace.into()]).run(tx.conn()).await?;
    let job =
        NewJob { workspace, kind: SAMPLE_JOB, payload: json!({}), run_at: now, created_by: Some(owner) };
    let id = job::enqueue(&tx, job, now).await?;
    let job = job::find(&tx, workspace, id).await?.ok_or_else(|| Problem::not_found("job"))?;
    tx.commit().await?;
    Ok(job)
}

/// Does the job: makes the sample data, or goes on with it.
pub async fn work(app: App, job: Job) -> Ended {
    match fill(&app, &job).await {
        Ok(ended) => ended,
        Err(problem) => Ended::Retry(problem.to_string()),
    }
}

/// Fills a workspace; goes on where a job that was cut stopped.
async fn fill(app: &App, job: &Job) -> Result<Ended, Problem> {
    let owner = job.created_by.ok_or_else(|| Problem::not_found("owner of the sample data"))?;
    let place = ground::place(app, job.workspace_id, owner, job.created_at).await?;
    let mut chance = Chance::new(SEED);
    let firms = firms::market(&place, &mut chance);
    let mut year = story::year(&place, &firms, &mut chance);
    // A shorter story, for tests.
    if let Some(deals) = job.payload["deals"].as_u64() {
        year.truncate(usize::try_from(deals).unwrap_or(DEALS));
    }
    let mut player = Player::new(app, place.clone());
    let mut progress = Progress { app, job, done: 0, total: firms::LISTS + year.len() + 3 };
    ground::lay(&player).await?;
    player.post = ground::mail(&player).await?;
    if !progress.step(1).await? {
        return Ok(Ended::Cancelled(json!({})));
    }
    for list in 0..firms::LISTS {
        player.bring_in(&firms, list).await?;
        progress.step(1).await?;
    }
    player.catch_up().await?;
    let second = place.at(-V2_DAYS, 8 * 60);
    let mut published = false;
    for deal in &year {
        if !published && deal.opened >= second {
            ground::second_version(&player, second).await?;
            published = true;
        }
        player.play(deal).await?;
        if !progress.step(1).await? {
            return Ok(Ended::Cancelled(json!({})));
        }
    }
    player.catch_up().await?;
    for deal in &year {
        player.finish(deal).await?;
    }
    player.catch_up().await?;
    player.settle_old_tasks().await?;
    player.judge_open_deals().await?;
    fill_inbox(&player).await?;
    let made = summary(&player).await?;
    progress.step(2).await?;
    Ok(Ended::Done(made))
}

/// Days within which somebody who wrote still waits for an answer.
const WAITING_DAYS: i64 = 14;

/// What came in while the year was told stands in the inbox: answered long ago, or waiting.
async fn fill_inbox(player: &Player) -> Result<(), Problem> {
    let since = player.place.now.plus_days(-WAITING_DAYS);
    let tx = player.app.db.write_tx().await?;
    outreach::conversation::rebuild(&tx, player.place.workspace, since).await?;
    Ok(tx.commit().await?)
}

struct Progress<'a> {
    app: &'a App,
    job: &'a Job,
    done: usize,
    total: usize,
}

impl Progress<'_> {
    /// Answers whether to go on.
    async fn step(&mut self, units: usize) -> Result<bool, Problem> {
        self.done += units;
        if !self.done.is_multiple_of(5) && self.done < self.total {
            return Ok(true);
        }
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let tx = self.app.db.write_tx().await?;
        let now = self.app.clock.now();
        let on = job::progress(&tx, self.job.id, count(self.done), count(self.total), now).await?;
        tx.commit().await?;
        if let Some(job) = job::find(&self.app.db, self.job.workspace_id, self.job.id).await? {
            self.app.live.tell(self.job.workspace_id, Heard::Job(Box::new(job)));
        }
        Ok(on)
    }
}

/// Counts what there is, and says so once in the log.
async fn summary(player: &Player) -> Result<Json, Problem> {
    let (db, workspace) = (&player.app.db, player.place.workspace);
    let mut made = json!({ "forced_moves": player.forced });
    let what = [
        ("companies", "company"),
        ("people", "person"),
        ("deals", "deal"),
        ("activities", "activity"),
        ("tasks", "task"),
        ("events", "event"),
        ("moves", "transition"),
        ("offers", "offer"),
        ("objections", "objection"),
        ("mails", "message"),
    ];
    for (key, table) in what {
        let mut sql = Sql::new(db.engine(), "SELECT count(*) FROM ");
        sql.push(table).push(" WHERE workspace_id = ").bind(workspace);
        made[key] = json!(sql.scalar::<i64>(db.read()).await?.unwrap_or(0));
    }
    for status in ["open", "not_yet", "won", "lost", "disqualified"] {
        let text = "SELECT count(*) FROM deal WHERE workspace_id = ? AND status = ?";
        let sql = Sql::with(db.engine(), text, [workspace.into(), status.into()]);
        made[status] = json!(sql.scalar::<i64>(db.read()).await?.unwrap_or(0));
    }
    let mut tx = db.write_tx().await?;
    let event = NewEvent::now(workspace, SAMPLE_MADE, Actor::System, player.place.now);
    tx.record(event.with(made.clone())).await?;
    tx.commit().await?;
    Ok(made)
}
