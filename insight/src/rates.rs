//! The five rates over a period: cohort view for judging, period view for activity.

use crate::trials::RateKey;
use kernel::{ProcessVersionId, Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use stats::{Interval, Rate, Reading, Z_975, cluster_adjusted, wilson};
use store::db::Source;
use store::{Result, Sql};

/// How successes and trials are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// Trials begun in the period; a success counts when it came within the horizon. For judging.
    #[default]
    Cohort,
    /// Successes of the period over trials of the period, not linked. For activity; no interval.
    Period,
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// Whose.
    pub workspace: WorkspaceId,
    /// From this instant.
    pub from: Timestamp,
    /// Up to, not including, this one.
    pub to: Timestamp,
    /// As the log stood then.
    pub as_of: Timestamp,
    /// Cohort or period.
    pub view: View,
    /// Only trials this version governed.
    pub version: Option<ProcessVersionId>,
    /// Only this rep's trials.
    pub rep: Option<UserId>,
}

/// One count of successes over trials, with what may be said of it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Figure {
    /// What the trials are: `dials`, `people`, `mails_sent`, `mails_delivered`, `pursuits`, `meetings_booked`, `opportunities`.
    pub of: &'static str,
    /// Successes.
    pub k: u64,
    /// Trials.
    pub n: u64,
    /// k of n, from 0 to 1; null over nothing.
    pub share: Option<f64>,
    /// Wilson's 95 % interval; null in the period view and over nothing.
    pub interval: Option<Interval>,
    /// What may be shown of it.
    pub reading: Reading,
}

/// Trials too young to count yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Maturing {
    /// Trials younger than the horizon.
    pub n: u64,
    /// Those of them that have succeeded already.
    pub succeeded: u64,
}

/// One of the five rates.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RateAnswer {
    /// Which.
    pub rate: RateKey,
    /// Days in which a success must come.
    pub horizon_days: i64,
    /// The figure that intervals and verdicts use.
    pub main: Figure,
    /// The same over other bases, shown beside it.
    pub beside: Vec<Figure>,
    /// Trials that are not old enough; only in the cohort view.
    pub maturing: Maturing,
    /// For dials: independent trials they are worth, several dials to one person counting less.
    pub effective_n: Option<f64>,
    /// Too few people for an interval though there are many dials.
    pub too_few_people: bool,
}

#[derive(Debug, Clone, Copy, FromQueryResult)]
struct Counted {
    n: i64,
    k: i64,
    delivered: i64,
    young: i64,
    young_k: i64,
}

/// The five rates.
///
/// # Errors
/// Whatever the database says.
pub async fn five(db: &impl Source, q: &Question) -> Result<Vec<RateAnswer>> {
    let mut answers = Vec::with_capacity(5);
    for rate in [
        RateKey::DialToConnect,
        RateKey::PositiveReply,
        RateKey::Conversion,
        RateKey::SalesAcceptance,
        RateKey::Close,
    ] {
        answers.push(one(db, q, rate).await?);
    }
    Ok(answers)
}

async fn one(db: &impl Source, q: &Question, rate: RateKey) -> Result<RateAnswer> {
    let counted = match q.view {
        View::Cohort => cohort(db, q, rate).await?,
        View::Period => period(db, q, rate).await?,
    };
    let mut answer = RateAnswer {
        rate,
        horizon_days: rate.horizon_days(),
        main: figure(base_of(rate), counted.k, counted.n, q.view),
        beside: Vec::new(),
        maturing: Maturing { n: whole(counted.young), succeeded: whole(counted.young_k) },
        effective_n: None,
        too_few_people: false,
    };
    if rate == RateKey::PositiveReply {
        let mails = match q.view {
            View::Cohort => cohort(db, q, RateKey::MailSent).await?,
            View::Period => period(db, q, RateKey::MailSent).await?,
        };
        answer.beside = vec![
            figure("mails_sent", counted.k, mails.n, View::Period),
            figure("mails_delivered", counted.k, mails.delivered, View::Period),
        ];
    }
    if rate == RateKey::Conversion {
        // Meetings of the period that were booked, young ones too: they are counted, not judged.
        let booked = period_of_bookings(db, q).await?;
        if booked.n > 0 {
            answer.beside = vec![figure("meetings_booked", booked.k, booked.n, View::Period)];
        }
    }
    if rate == RateKey::DialToConnect && q.view == View::Cohort {
        adjust_for_people(db, q, &mut answer).await?;
    }
    Ok(answer)
}

fn base_of(rate: RateKey) -> &'static str {
    match rate {
        RateKey::DialToConnect => "dials",
        RateKey::MailSent => "mails_sent",
        RateKey::Booked => "meetings_booked",
        RateKey::PositiveReply => "people",
        RateKey::Conversion | RateKey::SalesAcceptance => "pursuits",
        RateKey::Close => "opportunities",
    }
}

fn whole(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

/// In the period view successes may outnumber trials; then there is a count but no rate.
fn figure(of: &'static str, k: i64, n: i64, view: View) -> Figure {
    let (k, n) = (whole(k), whole(n));
    let rate = Rate::new(k.min(n), n).unwrap_or_default();
    #[allow(clippy::cast_precision_loss)] // counts, far below 2^53
    let share = (n > 0).then(|| k as f64 / n as f64);
    let interval = if view == View::Cohort { wilson(rate, Z_975) } else { None };
    Figure { of, k, n, share, interval, reading: rate.reading() }
}

fn push_slice(sql: &mut Sql, q: &Question) {
    if let Some(version) = q.version {
        sql.push(" AND process_version_id = ").bind(version);
    }
    if let Some(rep) = q.rep {
        sql.push(" AND rep_id = ").bind(rep);
    }
}

/// Trials begun in the period. Those younger than the horizon are counted apart.
async fn cohort(db: &impl Source, q: &Question, rate: RateKey) -> Result<Counted> {
    let horizon = rate.horizon_days() * kernel::time::DAY;
    // A trial begun after this is not old enough.
    let ripe = q.as_of.0.saturating_sub(horizon);
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push_with(
        "CAST(COALESCE(sum(CASE WHEN at <= ? THEN 1 ELSE 0 END), 0) AS BIGINT) AS n, ",
        [ripe.into()],
    );
    sql.push_with(
        "CAST(COALESCE(sum(CASE WHEN at <= ? AND success_at <= at + ? AND success_at <= ? THEN 1 ELSE 0 END), 0) AS BIGINT) AS k, ",
        [ripe.into(), horizon.into(), q.as_of.into()],
    );
    sql.push_with(
        "CAST(COALESCE(sum(CASE WHEN at <= ? AND delivered THEN 1 ELSE 0 END), 0) AS BIGINT) AS delivered, ",
        [ripe.into()],
    );
    sql.push_with(
        "CAST(COALESCE(sum(CASE WHEN at > ? THEN 1 ELSE 0 END), 0) AS BIGINT) AS young, ",
        [ripe.into()],
    );
    sql.push_with(
        "CAST(COALESCE(sum(CASE WHEN at > ? AND success_at <= ? THEN 1 ELSE 0 END), 0) AS BIGINT) AS young_k ",
        [ripe.into(), q.as_of.into()],
    );
    sql.push_with(
        "FROM trial WHERE workspace_id = ? AND rate = ? AND at >= ? AND at < ? AND at <= ?",
        [q.workspace.into(), rate.key().into(), q.from.into(), q.to.into(), q.as_of.into()],
    );
    push_slice(&mut sql, q);
    Ok(sql.one(db.conn()).await?.unwrap_or(Counted { n: 0, k: 0, delivered: 0, young: 0, young_k: 0 }))
}

/// Successes of the period over trials of the period; for closing, over the deals decided in it.
async fn period(db: &impl Source, q: &Question, rate: RateKey) -> Result<Counted> {
    let mut counted = Counted { n: 0, k: 0, delivered: 0, young: 0, young_k: 0 };
    counted.k = count(db, q, rate, "success_at", "").await?;
    if rate == RateKey::Close {
        counted.n = counted.k + count(db, q, rate, "lost_at", "").await?;
    } else {
        counted.n = count(db, q, rate, "at", "").await?;
        counted.delivered = count(db, q, rate, "at", " AND delivered").await?;
    }
    Ok(counted)
}

/// Meetings booked in the period, and those of them that were held.
async fn period_of_bookings(db: &impl Source, q: &Question) -> Result<Counted> {
    let n = count(db, q, RateKey::Booked, "at", "").await?;
    let mut held = q.as_of.0.to_string();
    held.insert_str(0, " AND success_at <= ");
    let k = count(db, q, RateKey::Booked, "at", &held).await?;
    Ok(Counted { n, k, delivered: 0, young: 0, young_k: 0 })
}

async fn count(db: &impl Source, q: &Question, rate: RateKey, column: &str, further: &str) -> Result<i64> {
    let mut sql = Sql::new(db.engine(), "SELECT count(*) FROM trial WHERE ");
    sql.push_with("workspace_id = ? AND rate = ? AND ", [q.workspace.into(), rate.key().into()]);
    sql.push(column).push_with(" >= ? AND ", [q.from.into()]);
    sql.push(column).push_with(" < ? AND ", [q.to.into()]);
    sql.push(column).push_with(" <= ?", [q.as_of.into()]);
    sql.push(further);
    push_slice(&mut sql, q);
    Ok(sql.scalar(db.conn()).await?.unwrap_or(0))
}

#[derive(FromQueryResult)]
struct PersonDials {
    n: i64,
    k: i64,
}

/// Several dials to one person tell less than as many dials to several people.
async fn adjust_for_people(db: &impl Source, q: &Question, answer: &mut RateAnswer) -> Result<()> {
    let mut sql = Sql::new(db.engine(), "SELECT count(*) AS n, count(success_at) AS k FROM trial WHERE ");
    sql.push_with(
        "workspace_id = ? AND rate = ? AND at >= ? AND at < ? AND at <= ?",
        [q.workspace.into(), RateKey::DialToConnect.key().into(), q.from.into(), q.to.into(), q.as_of.into()],
    );
    push_slice(&mut sql, q);
    sql.push(" GROUP BY subject_id, person_id");
    let people: Vec<PersonDials> = sql.all(db.conn()).await?;
    let clusters: Vec<Rate> = people.iter().filter_map(|p| Rate::new(whole(p.k), whole(p.n)).ok()).collect();
    if let Some(adjusted) = cluster_adjusted(&clusters) {
        answer.effective_n = Some(adjusted.n_eff);
        answer.too_few_people = adjusted.too_few;
        answer.main.interval = wilson(adjusted.proportion(), Z_975);
    }
    Ok(())
}
