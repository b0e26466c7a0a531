//! Outcomes by local hour as they are kept: sums that fade, one row a channel, segment and hour.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kernel::{Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use store::db::Source;
use store::{Result, Sql, WriteTx};

use super::Channel;
use super::hours::{HourSeen, is_counted};
use super::rules::faded;
use super::segment::WORKSPACE;
use super::tally::days_between;

/// Touches of one segment, channel and hour that came out.
#[derive(Debug, Clone, PartialEq)]
pub struct HourOutcome {
    /// The segment.
    pub segment: String,
    /// The channel.
    pub channel: Channel,
    /// The hour on the clock of whom they were made to; `None` where it is not known.
    pub hour: Option<i64>,
    /// How many brought something.
    pub successes: i64,
    /// How many there were.
    pub sends: i64,
}

#[derive(Debug, Clone, FromQueryResult)]
struct Row {
    segment: String,
    channel: String,
    hour: i64,
    successes: f64,
    failures: f64,
    sends: i64,
    as_of: Timestamp,
}

const COLUMNS: &str = "segment, channel, hour, successes, failures, sends, as_of";

type Key = (Channel, String, i64);

impl Row {
    fn empty((channel, segment, hour): &Key, at: Timestamp) -> Self {
        let channel = channel.key().to_owned();
        let segment = segment.clone();
        Self { segment, channel, hour: *hour, successes: 0.0, failures: 0.0, sends: 0, as_of: at }
    }

    fn key(&self) -> Option<Key> {
        Some((Channel::parse(&self.channel)?, self.segment.clone(), self.hour))
    }

    /// As of a later instant, or of an earlier one if the outcomes come late.
    #[allow(clippy::cast_precision_loss)] // a batch
    fn with(mut self, (successes, sends): (i64, i64), at: Timestamp) -> Self {
        let (kept, added) = (faded(days_between(self.as_of, at)), faded(days_between(at, self.as_of)));
        self.successes = self.successes * kept + successes as f64 * added;
        self.failures = self.failures * kept + (sends - successes) as f64 * added;
        self.sends += sends;
        self.as_of = self.as_of.max(at);
        self
    }

    fn seen(&self, now: Timestamp) -> HourSeen {
        let left = faded(days_between(self.as_of, now));
        HourSeen {
            successes: self.successes * left,
            failures: self.failures * left,
            sends: u64::try_from(self.sends).unwrap_or(0),
        }
    }
}

/// Adds outcomes of a workspace, to their segments and to the workspace. To be called after [`super::tally::add`] for the
/// same channels: its row of the workspace is what two that add wait for.
///
/// # Errors
/// Whatever the database says.
pub async fn add(
    tx: &WriteTx,
    workspace: WorkspaceId,
    outcomes: &[HourOutcome],
    at: Timestamp,
) -> Result<()> {
    let mut sums: BTreeMap<Key, (i64, i64)> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|outcome| is_counted(outcome.channel)) {
        let Some(hour) = outcome.hour else { continue };
        for segment in [WORKSPACE, &outcome.segment] {
            let sum = sums.entry((outcome.channel, segment.to_owned(), hour)).or_default();
            *sum = (sum.0 + outcome.successes, sum.1 + outcome.sends);
        }
    }
    if sums.is_empty() {
        return Ok(());
    }
    let mut kept = kept(tx, workspace, &sums).await?;
    let mut sql = Sql::new(tx.engine(), "INSERT INTO channel_hour (workspace_id, ");
    sql.push(COLUMNS).push(") VALUES ");
    for (n, (key, sum)) in sums.into_iter().enumerate() {
        let row = kept.remove(&key).unwrap_or_else(|| Row::empty(&key, at)).with(sum, at);
        sql.push(if n > 0 { ", " } else { "" });
        sql.bind_list([
            workspace.into(),
            row.segment.into(),
            row.channel.into(),
            row.hour.into(),
            row.successes.into(),
            row.failures.into(),
            row.sends.into(),
            row.as_of.into(),
        ]);
    }
    sql.push(
        " ON CONFLICT (workspace_id, segment, channel, hour) DO UPDATE SET successes = excluded.successes, \
         failures = excluded.failures, sends = excluded.sends, as_of = excluded.as_of",
    );
    sql.run(tx.conn()).await?;
    Ok(())
}

async fn kept(
    tx: &WriteTx,
    workspace: WorkspaceId,
    sums: &BTreeMap<Key, (i64, i64)>,
) -> Result<HashMap<Key, Row>> {
    let segments: BTreeSet<&String> = sums.keys().map(|(_, segment, _)| segment).collect();
    let channels: BTreeSet<Channel> = sums.keys().map(|(channel, ..)| *channel).collect();
    let rows = rows(tx, workspace, segments.into_iter().cloned(), channels).await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.key()?, row))).collect())
}

async fn rows(
    db: &impl Source,
    workspace: WorkspaceId,
    segments: impl IntoIterator<Item = String>,
    channels: impl IntoIterator<Item = Channel>,
) -> Result<Vec<Row>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM channel_hour WHERE workspace_id = ").bind(workspace);
    sql.push(" AND segment IN ").bind_list(segments.into_iter().map(Into::into));
    sql.push(" AND channel IN ").bind_list(channels.into_iter().map(|channel| channel.key().into()));
    sql.all(db.conn()).await
}

/// What was seen by hour, of every segment and channel in which something was.
pub type SeenByHour = HashMap<(String, Channel), [HourSeen; 24]>;

/// What was seen by hour in these segments; the workspace's own is [`WORKSPACE`].
///
/// # Errors
/// Whatever the database says.
pub async fn seen_in(
    db: &impl Source,
    workspace: WorkspaceId,
    segments: impl IntoIterator<Item = String>,
    now: Timestamp,
) -> Result<SeenByHour> {
    let mut seen = SeenByHour::new();
    for row in rows(db, workspace, segments, Channel::ALL).await? {
        let hour = usize::try_from(row.hour).ok().filter(|hour| *hour < 24);
        let (Some(channel), Some(hour)) = (Channel::parse(&row.channel), hour) else { continue };
        seen.entry((row.segment.clone(), channel)).or_default()[hour] = row.seen(now);
    }
    Ok(seen)
}

/// Of a segment in which a channel was used at all, what was seen there; of any other, what was in the workspace.
#[must_use]
pub fn of(seen: &SeenByHour, segment: &str, channel: Channel) -> [HourSeen; 24] {
    let of = |segment: &str| seen.get(&(segment.to_owned(), channel)).copied();
    of(segment).or_else(|| of(WORKSPACE)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_fade_and_sends_do_not() {
        let start = Timestamp(1_700_000_000_000_000);
        let later = start.plus_days(180);
        let key = (Channel::Email, String::new(), 9);
        for row in [
            Row::empty(&key, start).with((1, 3), start).with((0, 4), later),
            Row::empty(&key, start).with((0, 4), later).with((1, 3), start),
        ] {
            let seen = row.seen(later.plus_days(180));
            assert!((seen.successes - 0.25).abs() < 1e-12, "{seen:?}");
            assert!((seen.failures - (2.0 * 0.25 + 4.0 * 0.5)).abs() < 1e-12, "{seen:?}");
            assert_eq!(seen.sends, 7);
        }
    }
}
