//! Touches that came out, counted by the database along the index of those with advice.

use std::collections::BTreeMap;

use kernel::{Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use stats::ClusterSums;
use store::db::Source;
use store::{Result, Sql};

use super::rules::CUTS;
use crate::channel::Channel;

/// What is asked: touches of a workspace begun from the first instant up to the second.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// Whose.
    pub workspace: WorkspaceId,
    /// From.
    pub from: Timestamp,
    /// Up to, not including.
    pub to: Timestamp,
}

/// Touches alike: by channel, as advised or not, and whether a lot decided the advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// The channel.
    pub channel: Channel,
    /// As advised.
    pub followed: bool,
    /// Drawn or not; `None` where no lot was cast.
    pub lot: Option<bool>,
}

#[derive(FromQueryResult)]
struct Counted {
    clusters: i64,
    k: i64,
    n: i64,
    kk: i64,
    kn: i64,
    nn: i64,
}

impl Counted {
    #[allow(clippy::cast_precision_loss)] // touches
    fn sums(&self) -> ClusterSums {
        ClusterSums {
            clusters: self.clusters as f64,
            k: self.k as f64,
            n: self.n as f64,
            kk: self.kk as f64,
            kn: self.kn as f64,
            nn: self.nn as f64,
        }
    }
}

/// Sums over people, named as in [`Counted`].
const SUMS: &str = "COUNT(*) AS clusters, CAST(SUM(k) AS BIGINT) AS k, CAST(SUM(n) AS BIGINT) AS n, \
    CAST(SUM(k * k) AS BIGINT) AS kk, CAST(SUM(k * n) AS BIGINT) AS kn, CAST(SUM(n * n) AS BIGINT) AS nn";
const OF_ONE: &str = "COUNT(*) AS n, SUM(CASE WHEN state = 'success' THEN 1 ELSE 0 END) AS k";

fn push_settled(sql: &mut Sql, span: Span) {
    let values = [span.workspace.into(), span.from.into(), span.to.into()];
    sql.push_with(
        " FROM channel_touch WHERE workspace_id = ? AND advised IS NOT NULL AND at >= ? AND at < ? AND state <> 'open'",
        values,
    );
}

/// Touches that came out, by group.
///
/// # Errors
/// Whatever the database says.
pub async fn groups(db: &impl Source, span: Span) -> Result<BTreeMap<Group, ClusterSums>> {
    #[derive(FromQueryResult)]
    struct Row {
        channel: String,
        followed: i64,
        lot: i64,
        #[sea_orm(nested)]
        counted: Counted,
    }
    let mut sql = Sql::new(db.engine(), "SELECT channel, followed, lot, ");
    sql.push(SUMS).push(
        " FROM (SELECT person_id, channel, CAST(CASE WHEN as_advised THEN 1 ELSE 0 END AS BIGINT) AS followed, \
         CAST(CASE WHEN drawn THEN 1 WHEN drawn IS NULL THEN -1 ELSE 0 END AS BIGINT) AS lot, ",
    );
    sql.push(OF_ONE);
    push_settled(&mut sql, span);
    sql.push(" GROUP BY 1, 2, 3, 4) AS touched GROUP BY channel, followed, lot");
    let rows: Vec<Row> = sql.all(db.conn()).await?;
    let group = |row: Row| {
        let lot = (row.lot >= 0).then_some(row.lot == 1);
        let group = Group { channel: Channel::parse(&row.channel)?, followed: row.followed == 1, lot };
        Some((group, row.counted.sums()))
    };
    Ok(rows.into_iter().filter_map(group).collect())
}

/// Touches that came out, by what was believed of them: the group of [`CUTS`], the mean of what was believed, the touches.
///
/// # Errors
/// Whatever the database says.
pub async fn by_belief(db: &impl Source, span: Span) -> Result<Vec<(usize, f64, ClusterSums)>> {
    #[derive(FromQueryResult)]
    struct Row {
        bin: i64,
        believed: f64,
        #[sea_orm(nested)]
        counted: Counted,
    }
    let mut sql = Sql::new(db.engine(), "SELECT bin, SUM(believed) AS believed, ");
    sql.push(SUMS).push(" FROM (SELECT person_id, channel, CAST(CASE");
    for (bin, cut) in CUTS.iter().enumerate().skip(1) {
        sql.push(&format!(" WHEN predicted < {cut} THEN {}", bin - 1));
    }
    sql.push(&format!(" ELSE {} END AS BIGINT) AS bin, SUM(predicted) AS believed, ", CUTS.len() - 1));
    sql.push(OF_ONE);
    push_settled(&mut sql, span);
    sql.push(" AND predicted IS NOT NULL GROUP BY 1, 2, 3) AS touched GROUP BY bin ORDER BY bin");
    let rows: Vec<Row> = sql.all(db.conn()).await?;
    let bin = |row: Row| {
        let sums = row.counted.sums();
        (usize::try_from(row.bin).unwrap_or(0), row.believed / sums.n.max(1.0), sums)
    };
    Ok(rows.into_iter().map(bin).collect())
}

/// How many touches with advice were begun in the span.
///
/// # Errors
/// Whatever the database says.
pub async fn begun(db: &impl Source, span: Span) -> Result<i64> {
    let text = "SELECT COUNT(*) FROM channel_touch WHERE workspace_id = ? AND advised IS NOT NULL AND at >= ? AND at < ?";
    let values = [span.workspace.into(), span.from.into(), span.to.into()];
    Ok(Sql::with(db.engine(), text, values).scalar(db.conn()).await?.unwrap_or(0))
}
