//! Looking ahead: what a chunk's keys mean among what is there is asked while the chunk before is taken. What that one
//! makes is known to whoever takes.

use super::read::{Chunk, Taken};
use crate::import::record::RowValues;
use crate::import::resolve::{Known, look_up};
use crate::kind::Kind;
use http_room::{Answer, Problem};
use kernel::WorkspaceId;
use std::time::{Duration, Instant};
use store::Db;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Chunks of one transaction, while nobody else waits to write: the more rows it has, the fewer times each page of the
/// indexes is written.
const TOGETHER: usize = 40;
/// How long a transaction takes in chunks: on a slow machine, too, progress is seen, little is done again after a crash,
/// and another program need not wait long to write.
const LONGEST: Duration = Duration::from_secs(2);

/// Chunks as they are read.
pub(super) type Chunks = mpsc::Receiver<Answer<Chunk>>;
/// Chunks of one transaction, with what is known of their keys.
pub(super) type LookedUp = mpsc::Receiver<Answer<(Chunk, Known)>>;

/// Looks up the chunks of one transaction, and gives the rest back. What is asked is what was there before that
/// transaction: nobody else writes while it is open, and what it makes itself is remembered.
pub(super) fn ahead(
    db: Db,
    workspace: WorkspaceId,
    kind: Kind,
    mut chunks: Chunks,
) -> (LookedUp, JoinHandle<Chunks>) {
    let (to, looked_up) = mpsc::channel(1);
    let looking = tokio::spawn(async move {
        let begun = Instant::now();
        for _ in 0..TOGETHER {
            let next = next(&db, workspace, kind, &mut chunks).await;
            let last = next.as_ref().map_or(true, |(chunk, _)| chunk.last);
            if to.send(next).await.is_err() || last || db.is_waited_for() || begun.elapsed() > LONGEST {
                break;
            }
        }
        chunks
    });
    (looked_up, looking)
}

async fn next(db: &Db, workspace: WorkspaceId, kind: Kind, chunks: &mut Chunks) -> Answer<(Chunk, Known)> {
    // The reader ends with the last chunk; without one it broke off.
    let broken_off = || Problem::internal(&"the file was not read to its end");
    let chunk = chunks.recv().await.ok_or_else(broken_off)??;
    let values = chunk.rows.iter().filter_map(|taken| match taken {
        Taken::Values(said) => Some(&said.values),
        Taken::Refused(_) => None,
    });
    let rows: Vec<&RowValues> = values.collect();
    let known = look_up(db, workspace, kind, &rows).await?;
    Ok((chunk, known))
}
