//! Wordings of a mail against each other (domain, outreach engine): positive replies per delivered mail older than five
//! business days, looked at once a day, until one is better for sure or none is by enough. The winner takes new mails
//! only.

use std::collections::{HashMap, HashSet};

use http_room::{Answer, App, Problem};
use kernel::{BusinessCalendar, Country, SequenceId, Timestamp, WorkspaceId};
use serde::Serialize;
use serde_json::{Value as Json, json};
use stats::{Beta, expected_loss, probability_best};
use store::db::Source;
use store::{Actor, NewEvent, Result, Sql, Subject, WriteTx};

use super::{Allocation, SequenceRow, Step, StepKind, read_steps};

/// A wording won, or none is better by enough. Payload: `step` (from 1), `winner` (from 1), `reason`.
pub const DECIDED: &str = "sequence.variant_decided";
/// Mails of each wording before one may win.
const ENOUGH: u64 = 200;
/// Mails of each wording after which the first stays.
const ENDLESS: u64 = 2_000;
/// Probability of being the best, and loss in the mean, at which a wording wins.
const SURE: (f64, f64) = (0.95, 0.001);
/// Share that a wording keeps while nothing is decided, so that it can still show what it can do.
const LEAST_SHARE: f64 = 0.05;
/// Business days that a reply may take.
const REPLY_DAYS: i64 = 5;
/// Seconds between two looks.
const LOOK_SECONDS: i64 = 24 * 3600;

/// Shares of the wordings by sequence, version and step (from 0).
pub type Shares = HashMap<(SequenceId, i64, usize), Vec<f64>>;

/// What a wording brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Arm {
    /// Mails delivered long enough ago.
    pub delivered: u64,
    /// Of these, answered positively.
    pub positive: u64,
}

impl Arm {
    fn belief(self) -> Beta {
        let (positive, rest) = (self.positive as f64, self.delivered.saturating_sub(self.positive) as f64);
        Beta::new(1.0, 1.0).after(positive, rest)
    }
}

/// What follows from the figures.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Go on, with these shares.
    GoOn(Vec<f64>),
    /// This one takes all new mails: `better`, or `no_difference`.
    Won(usize, &'static str),
}

/// How likely each is the best.
#[must_use]
pub fn chances(arms: &[Arm]) -> Vec<f64> {
    let beliefs: Vec<(Beta, f64)> = arms.iter().map(|arm| (arm.belief(), 1.0)).collect();
    (0..arms.len()).map(|n| probability_best(beliefs[n], &but(&beliefs, n))).collect()
}

fn but<T: Clone>(all: &[T], n: usize) -> Vec<T> {
    all.iter().enumerate().filter(|(other, _)| *other != n).map(|(_, one)| one.clone()).collect()
}

/// The stop rule and the shares until then.
#[must_use]
pub fn judge(arms: &[Arm], allocation: Allocation) -> Verdict {
    let chances = chances(arms);
    let best = (0..arms.len()).max_by(|a, b| chances[*a].total_cmp(&chances[*b])).unwrap_or(0);
    if arms.iter().all(|arm| arm.delivered >= ENOUGH) {
        let beliefs: Vec<Beta> = arms.iter().map(|arm| arm.belief()).collect();
        let loss = expected_loss(beliefs[best], &but(&beliefs, best));
        if chances[best] >= SURE.0 && loss <= SURE.1 {
            return Verdict::Won(best, "better");
        }
    }
    if arms.iter().all(|arm| arm.delivered >= ENDLESS) {
        return Verdict::Won(0, "no_difference");
    }
    match allocation {
        Allocation::Fixed => Verdict::GoOn(vec![1.0 / arms.len() as f64; arms.len()]),
        Allocation::Bandit => {
            let free = 1.0 - LEAST_SHARE * arms.len() as f64;
            Verdict::GoOn(chances.into_iter().map(|chance| LEAST_SHARE + free * chance).collect())
        }
    }
}

/// How people are dealt out to wordings of these sequences, where that was decided.
///
/// # Errors
/// Whatever the database says.
pub async fn shares(
    db: &impl Source,
    workspace: WorkspaceId,
    sequences: impl IntoIterator<Item = SequenceId>,
) -> Result<Shares> {
    let ids: HashSet<SequenceId> = sequences.into_iter().collect();
    let mut sql = Sql::new(
        db.engine(),
        "SELECT sequence_id, version, step, shares FROM sequence_variant WHERE sequence_id IN ",
    );
    sql.bind_list(ids.into_iter().map(Into::into)).push(" AND ").push_check("workspace_id", workspace);
    let mut all = Shares::new();
    for row in sql.rows(db.conn()).await? {
        let (step, shares): (i64, Json) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
        let shares = serde_json::from_value(shares).unwrap_or_default();
        let at = usize::try_from(step - 1).unwrap_or(0);
        all.insert((row.try_get_by_index(0)?, row.try_get_by_index(1)?, at), shares);
    }
    Ok(all)
}

/// The first version since which a step reads as it does now: what its wordings brought counts from there.
async fn since_version(db: &impl Source, row: &SequenceRow, at: usize, step: &Step) -> Result<i64> {
    let text = "SELECT version, steps FROM sequence_version WHERE sequence_id = ? ORDER BY version DESC";
    let mut since = row.version;
    for one in Sql::with(db.engine(), text, [row.id.into()]).rows(db.conn()).await? {
        let (version, steps): (i64, Json) = (one.try_get_by_index(0)?, one.try_get_by_index(1)?);
        let same = |old: &Step| {
            (&old.subject, &old.body, &old.variants) == (&step.subject, &step.body, &step.variants)
        };
        if !read_steps(&steps)?.get(at).is_some_and(same) {
            break;
        }
        since = version;
    }
    Ok(since)
}

/// What each wording of a step brought.
async fn arms(
    db: &impl Source,
    row: &SequenceRow,
    at: usize,
    step: &Step,
    before: Timestamp,
) -> Result<Vec<Arm>> {
    let since = since_version(db, row, at, step).await?;
    let text = "SELECT m.variant, COUNT(*), COUNT(CASE WHEN EXISTS (SELECT 1 FROM message r WHERE r.answers_id = m.id AND r.positive) \
                THEN 1 END) FROM message m JOIN enrolment e ON e.id = m.enrolment_id WHERE m.sequence_id = ? AND m.step = ? \
                AND m.variant IS NOT NULL AND m.state = 'sent' AND m.sent_at < ? AND e.version >= ? GROUP BY m.variant";
    let number = i64::try_from(at + 1).unwrap_or(1);
    let values = [row.id.into(), number.into(), before.into(), since.into()];
    let mut arms = vec![Arm::default(); step.arms()];
    for one in Sql::with(db.engine(), text, values).rows(db.conn()).await? {
        let (arm, delivered, positive): (i64, i64, i64) =
            (one.try_get_by_index(0)?, one.try_get_by_index(1)?, one.try_get_by_index(2)?);
        if let Some(arm) = usize::try_from(arm - 1).ok().and_then(|n| arms.get_mut(n)) {
            *arm = Arm { delivered: delivered.unsigned_abs(), positive: positive.unsigned_abs() };
        }
    }
    Ok(arms)
}

/// Mails sent before this instant had their time to be answered.
async fn answered_by(db: &impl Source, workspace: WorkspaceId, now: Timestamp) -> Answer<Timestamp> {
    let workspace = records::workspace::find(db, workspace).await?;
    let workspace = workspace.ok_or_else(|| Problem::not_found("workspace"))?;
    let zone = workspace.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    let calendar = BusinessCalendar::new(Country::from_code(&workspace.country));
    let today = kernel::window::local_date(zone, now);
    // The latest day whose fifth business day after is not later than today.
    let late = |back: &i64| {
        let day = today - chrono::Duration::days(*back);
        calendar.add(day, u32::try_from(REPLY_DAYS).unwrap_or(5)).date <= today
    };
    let back = (REPLY_DAYS..60).find(late).unwrap_or(60);
    let day = today - chrono::Duration::days(back - 1);
    Ok(kernel::window::instant_of(zone, day.and_time(chrono::NaiveTime::MIN)).unwrap_or(now))
}

/// A wording of a step with what it brought.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ArmView {
    /// From 1, the step's own wording.
    pub variant: usize,
    /// What it brought.
    #[serde(flatten)]
    pub arm: Arm,
    /// 90 of 100 believe the rate of positive replies between these.
    pub between: (f64, f64),
    /// How likely it is the best.
    pub chance: f64,
    /// Its share of new mails.
    pub share: f64,
}

/// The wordings of one step.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct VariantsView {
    /// From 1.
    pub step: usize,
    /// The wordings.
    pub arms: Vec<ArmView>,
    /// The one that won, from 1.
    pub winner: Option<i64>,
    /// `better`, `no_difference`.
    pub reason: Option<String>,
    /// Mails of each wording before one may win.
    pub enough: u64,
}

/// What the wordings of a sequence's steps brought.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn view(app: &App, workspace: WorkspaceId, row: &SequenceRow) -> Answer<Vec<VariantsView>> {
    let db = &app.db;
    let before = answered_by(db, workspace, app.clock.now()).await?;
    let shares = shares(db, workspace, [row.id]).await?;
    let mut all = Vec::new();
    for (at, step) in row.steps()?.iter().enumerate() {
        if step.kind != StepKind::Mail || step.arms() == 1 {
            continue;
        }
        let arms = arms(db, row, at, step, before).await?;
        let even = vec![1.0 / arms.len() as f64; arms.len()];
        let dealt = shares.get(&(row.id, row.version, at)).unwrap_or(&even);
        let views = arms.iter().zip(chances(&arms)).enumerate().map(|(n, (arm, chance))| {
            let between = arm.belief().interval(0.9);
            let share = dealt.get(n).copied().unwrap_or(0.0);
            ArmView { variant: n + 1, arm: *arm, between: (between.low, between.high), chance, share }
        });
        let text =
            "SELECT winner, reason FROM sequence_variant WHERE sequence_id = ? AND version = ? AND step = ?";
        let number = i64::try_from(at + 1).unwrap_or(1);
        let sql = Sql::with(db.engine(), text, [row.id.into(), row.version.into(), number.into()]);
        let decided = sql.rows(db.read()).await?;
        let (winner, reason) = match decided.first() {
            Some(one) => (one.try_get_by_index(0)?, one.try_get_by_index(1)?),
            None => (None, None),
        };
        all.push(VariantsView { step: at + 1, arms: views.collect(), winner, reason, enough: ENOUGH });
    }
    Ok(all)
}

/// Looks once a day at the wordings of the sequences that run. Answers how many steps were looked at.
///
/// # Errors
/// Whatever the database says.
pub async fn look(app: &App) -> Answer<usize> {
    let mut sql = Sql::new(app.db.engine(), "SELECT workspace_id, ");
    sql.push(super::COLUMNS).push(" FROM sequence WHERE state = 'active' AND deleted_at IS NULL");
    let mut looked = 0;
    for row in sql.rows(app.db.read()).await? {
        let workspace: WorkspaceId = row.try_get_by_index(0)?;
        let sequence = <SequenceRow as sea_orm::FromQueryResult>::from_query_result(&row, "")
            .map_err(store::StoreError::from)?;
        looked += look_at(app, workspace, &sequence).await?;
    }
    Ok(looked)
}

async fn look_at(app: &App, workspace: WorkspaceId, row: &SequenceRow) -> Answer<usize> {
    let mut looked = 0;
    for (at, step) in row.steps()?.iter().enumerate() {
        if step.kind != StepKind::Mail || step.arms() == 1 {
            continue;
        }
        let now = app.clock.now();
        let number = i64::try_from(at + 1).unwrap_or(1);
        let text = "SELECT 1 FROM sequence_variant WHERE sequence_id = ? AND version = ? AND step = ? \
                    AND (winner IS NOT NULL OR looked_at > ?)";
        let since = now.plus_seconds(-LOOK_SECONDS);
        let values = [row.id.into(), row.version.into(), number.into(), since.into()];
        if !Sql::with(app.db.engine(), text, values).rows(app.db.read()).await?.is_empty() {
            continue;
        }
        // Counting may take its time: nobody waits for it.
        let before = answered_by(&app.db, workspace, now).await?;
        let verdict = judge(&arms(&app.db, row, at, step, before).await?, step.allocation);
        let mut tx = app.db.write_tx().await?;
        write(&mut tx, workspace, row, number, step.arms(), &verdict, now).await?;
        tx.commit().await?;
        looked += 1;
    }
    Ok(looked)
}

async fn write(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    row: &SequenceRow,
    step: i64,
    arms: usize,
    verdict: &Verdict,
    now: Timestamp,
) -> Result<()> {
    let (shares, winner, reason) = match verdict {
        Verdict::GoOn(shares) => (shares.clone(), None, None),
        Verdict::Won(best, reason) => {
            let shares = (0..arms).map(|n| if n == *best { 1.0 } else { 0.0 }).collect();
            (shares, i64::try_from(best + 1).ok(), Some(*reason))
        }
    };
    let text = "INSERT INTO sequence_variant (workspace_id, sequence_id, version, step, shares, winner, reason, looked_at) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sequence_id, version, step) DO UPDATE SET \
                shares = excluded.shares, winner = excluded.winner, reason = excluded.reason, looked_at = excluded.looked_at \
                WHERE sequence_variant.winner IS NULL";
    let values = [
        workspace.into(),
        row.id.into(),
        row.version.into(),
        step.into(),
        json!(shares).into(),
        winner.into(),
        reason.into(),
        now.into(),
    ];
    let written = Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    // Another node may have decided a moment ago.
    if written > 0 && winner.is_some() {
        let subject = Subject { row: Some(row.id.0), ..Subject::default() };
        let payload = json!({ "step": step, "winner": winner, "reason": reason });
        tx.record(NewEvent::now(workspace, DECIDED, Actor::System, now).about(subject).with(payload)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arms(figures: &[(u64, u64)]) -> Vec<Arm> {
        figures
            .iter()
            .map(|(delivered, positive)| Arm { delivered: *delivered, positive: *positive })
            .collect()
    }

    #[test]
    fn a_wording_wins_only_when_it_is_better_for_sure_or_no_difference_is_left_to_find() {
        let even = |n: usize| Verdict::GoOn(vec![1.0 / n as f64; n]);
        let table: [(&[(u64, u64)], Verdict); 8] = [
            (&[(0, 0), (0, 0)], even(2)),
            // However clear: not before two hundred of each.
            (&[(199, 60), (500, 1)], even(2)),
            (&[(200, 60), (500, 1)], Verdict::Won(0, "better")),
            (&[(200, 8), (200, 30)], Verdict::Won(1, "better")),
            (&[(300, 9), (300, 12)], even(2)),
            (&[(2_000, 60), (2_000, 62)], Verdict::Won(0, "no_difference")),
            (&[(2_000, 60), (1_999, 62)], even(2)),
            (&[(400, 6), (400, 5), (400, 40)], Verdict::Won(2, "better")),
        ];
        for (figures, expected) in table {
            assert_eq!(judge(&arms(figures), Allocation::Fixed), expected, "{figures:?}");
        }
    }

    #[test]
    fn a_bandit_sends_more_of_what_is_likelier_the_best_and_something_of_all() {
        let Verdict::GoOn(shares) = judge(&arms(&[(100, 3), (100, 9), (100, 4)]), Allocation::Bandit) else {
            panic!("nothing is decided after a hundred")
        };
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-6, "{shares:?}");
        assert!(shares[1] > 0.7 && shares.iter().all(|s| *s >= LEAST_SHARE), "{shares:?}");
        assert!(shares[2] > shares[0], "{shares:?}");
    }
}
