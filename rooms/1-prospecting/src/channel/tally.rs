//! Outcomes as they are kept: sums that fade, one row a channel and segment.

use std::collections::HashMap;

use kernel::{Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use store::db::Source;
use store::{Result, Sql, WriteTx};

use super::Channel;
use super::rules::{Counts, Seen, faded};
use super::segment::WORKSPACE;

/// Outcomes to add.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tally {
    /// Reached.
    pub reached: f64,
    /// Not reached.
    pub unreached: f64,
    /// Answered.
    pub successes: f64,
    /// Not answered.
    pub failures: f64,
    /// Touches that came out.
    pub touches: i64,
}

fn one_of(well: bool) -> (f64, f64) {
    if well { (1.0, 0.0) } else { (0.0, 1.0) }
}

impl Tally {
    /// Somebody was reached, or not.
    #[must_use]
    pub fn reach(well: bool) -> Self {
        let (reached, unreached) = one_of(well);
        Self { reached, unreached, ..Self::default() }
    }

    /// Who was reached answered, or not.
    #[must_use]
    pub fn response(well: bool) -> Self {
        let (successes, failures) = one_of(well);
        Self { successes, failures, ..Self::default() }
    }

    /// So many whose time went by without an answer.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // a batch
    pub fn unanswered(count: i64) -> Self {
        Self { failures: count as f64, touches: count, ..Self::default() }
    }
}

#[derive(Debug, Clone, FromQueryResult)]
struct Row {
    segment: String,
    channel: String,
    reached: f64,
    unreached: f64,
    successes: f64,
    failures: f64,
    touches: i64,
    as_of: Timestamp,
}

const COLUMNS: &str = "segment, channel, reached, unreached, successes, failures, touches, as_of";

#[allow(clippy::cast_precision_loss)] // days
pub(super) fn days_between(from: Timestamp, to: Timestamp) -> f64 {
    to.seconds_since(from) as f64 / 86_400.0
}

impl Row {
    /// As of a later instant, or of an earlier one if the outcome comes late.
    fn with(mut self, tally: &Tally, at: Timestamp) -> Self {
        let (kept, added) = (faded(days_between(self.as_of, at)), faded(days_between(at, self.as_of)));
        self.reached = self.reached * kept + tally.reached * added;
        self.unreached = self.unreached * kept + tally.unreached * added;
        self.successes = self.successes * kept + tally.successes * added;
        self.failures = self.failures * kept + tally.failures * added;
        self.touches += tally.touches;
        self.as_of = self.as_of.max(at);
        self
    }

    fn seen(&self, now: Timestamp) -> Seen {
        let left = faded(days_between(self.as_of, now));
        let counts =
            |successes: f64, failures: f64| Counts { successes: successes * left, failures: failures * left };
        Seen {
            reach: counts(self.reached, self.unreached),
            response: counts(self.successes, self.failures),
            touches: u64::try_from(self.touches).unwrap_or(0),
        }
    }
}

/// Adds an outcome of a segment, to it and to the workspace.
///
/// # Errors
/// Whatever the database says.
pub async fn add(
    tx: &WriteTx,
    workspace: WorkspaceId,
    segment: &str,
    channel: Channel,
    tally: Tally,
    at: Timestamp,
) -> Result<()> {
    // The workspace first: two that add never wait for each other in a circle.
    for segment in [WORKSPACE, segment] {
        let row = hold(tx, workspace, segment, channel, at).await?.with(&tally, at);
        let text = "UPDATE channel_outcome SET reached = ?, unreached = ?, successes = ?, failures = ?, touches = ?, as_of = ? \
                    WHERE workspace_id = ? AND segment = ? AND channel = ?";
        let values = [
            row.reached.into(),
            row.unreached.into(),
            row.successes.into(),
            row.failures.into(),
            row.touches.into(),
            row.as_of.into(),
            workspace.into(),
            segment.into(),
            channel.key().into(),
        ];
        Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    }
    Ok(())
}

async fn hold(
    tx: &WriteTx,
    workspace: WorkspaceId,
    segment: &str,
    channel: Channel,
    at: Timestamp,
) -> Result<Row> {
    let text = "INSERT INTO channel_outcome (workspace_id, segment, channel, reached, unreached, successes, failures, touches, as_of) \
                VALUES (?, ?, ?, 0, 0, 0, 0, 0, ?) ON CONFLICT DO NOTHING";
    let values = [workspace.into(), segment.into(), channel.key().into(), at.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let mut sql = Sql::new(tx.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM channel_outcome WHERE ");
    let values = [workspace.into(), segment.into(), channel.key().into()];
    sql.push_with("workspace_id = ? AND segment = ? AND channel = ?", values);
    sql.hold();
    let row: Option<Row> = sql.one(tx.conn()).await?;
    row.ok_or_else(|| store::StoreError::Shape {
        what: "channel outcome".to_owned(),
        why: "not there".to_owned(),
    })
}

/// What was seen, by segment and channel; the segment [`WORKSPACE`] is among them.
pub type SeenBy = HashMap<(String, Channel), Seen>;

/// What was seen in the workspace and in these segments.
///
/// # Errors
/// Whatever the database says.
pub async fn seen_in(
    db: &impl Source,
    workspace: WorkspaceId,
    segments: &[String],
    now: Timestamp,
) -> Result<SeenBy> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM channel_outcome WHERE workspace_id = ").bind(workspace);
    let all = [WORKSPACE.to_owned()].into_iter().chain(segments.iter().cloned());
    sql.push(" AND segment IN ").bind_list(all.map(Into::into));
    let rows: Vec<Row> = sql.all(db.conn()).await?;
    let seen = |row: Row| Some(((row.segment.clone(), Channel::parse(&row.channel)?), row.seen(now)));
    Ok(rows.into_iter().filter_map(seen).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn row(at: Timestamp) -> Row {
        let (segment, channel) = (String::new(), "email".to_owned());
        Row {
            segment,
            channel,
            reached: 0.0,
            unreached: 0.0,
            successes: 0.0,
            failures: 0.0,
            touches: 0,
            as_of: at,
        }
    }

    #[test]
    fn counts_fade_from_when_they_happened_in_whatever_order_they_come() {
        let start = Timestamp(1_700_000_000_000_000);
        let later = start.plus_seconds(180 * DAY);
        let (well, badly) = (Tally::response(true), Tally::response(false));
        for row in [
            row(start).with(&well, start).with(&badly, later),
            row(start).with(&badly, later).with(&well, start),
        ] {
            let seen = row.seen(later.plus_seconds(180 * DAY));
            assert!((seen.response.successes - 0.25).abs() < 1e-12, "{seen:?}");
            assert!((seen.response.failures - 0.5).abs() < 1e-12, "{seen:?}");
        }
    }
}
