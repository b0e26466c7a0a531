//! What the store promises, checked on SQLite and on PostgreSQL alike.

#![allow(clippy::unwrap_used)]

use kernel::{Timestamp, WorkspaceId};
use serde_json::json;
use store::db::Source;
use store::event::{Cursor, read_after};
use store::job::{self, Ended, NewJob};
use store::reaction::{Reaction, advance, is_behind};
use store::search::{self, Entry};
use store::{Actor, Db, NewEvent, OpenOptions, Sql, StoreError, migrate};
use uuid::Uuid;

async fn sqlite() -> (Db, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&format!("sqlite:{}", dir.path().join("t.db").display()), &OpenOptions::default())
        .await
        .unwrap();
    migrate::run(&db, migrate::MIGRATIONS).await.unwrap();
    (db, dir)
}

async fn postgres() -> Db {
    let url = hosts::postgres::fresh_database().unwrap();
    let db = Db::open(&url, &OpenOptions::default()).await.unwrap();
    migrate::run(&db, migrate::MIGRATIONS).await.unwrap();
    db
}

/// Runs a check on both databases.
macro_rules! on_both {
    ($name:ident, $check:ident) => {
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let (db, _dir) = super::sqlite().await;
                super::$check(db).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                super::$check(super::postgres().await).await;
            }
        }
    };
}

const NOW: Timestamp = Timestamp(1_763_900_000_000_000);

/// Reads the log until it holds `n` events: other tests' open transactions on the same PostgreSQL
/// server may hold the readers back for a moment.
async fn read_until(db: &Db, n: usize) -> Vec<store::Event> {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        let seen = read_after(db, Cursor::default(), 100).await.unwrap();
        if seen.len() >= n || tokio::time::Instant::now() > deadline {
            return seen;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

fn event(workspace: WorkspaceId, n: i64) -> NewEvent {
    NewEvent::now(workspace, "test.happened", Actor::System, NOW).with(json!({ "n": n }))
}

on_both!(a_change_and_its_event_are_committed_together_or_not_at_all, together);
async fn together(db: Db) {
    let workspace = WorkspaceId::new();
    let mut tx = db.write_tx().await.unwrap();
    tx.record(event(workspace, 1)).await.unwrap();
    drop(tx);
    let mut tx = db.write_tx().await.unwrap();
    tx.record(event(workspace, 2)).await.unwrap();
    tx.commit().await.unwrap();
    let seen = read_until(&db, 1).await;
    assert_eq!(seen.iter().map(|e| e.payload["n"].as_i64().unwrap()).collect::<Vec<_>>(), [2]);
}

on_both!(forty_writers_at_once_lose_nothing, many_writers);
async fn many_writers(db: Db) {
    let workspace = WorkspaceId::new();
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..40 {
        let db = db.clone();
        tasks.spawn(async move {
            let mut tx = db.write_tx().await.unwrap();
            tx.record(event(workspace, n)).await.unwrap();
            tx.commit().await.unwrap();
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    assert_eq!(read_until(&db, 40).await.len(), 40);
}

#[tokio::test]
async fn an_event_that_commits_late_is_never_missed_on_postgres() {
    let db = postgres().await;
    let workspace = WorkspaceId::new();
    let mut early = db.write_tx().await.unwrap();
    early.record(event(workspace, 1)).await.unwrap();
    let mut late = db.write_tx().await.unwrap();
    late.record(event(workspace, 2)).await.unwrap();
    late.commit().await.unwrap();
    // The second committed first. Reading now must not move past the first.
    assert!(read_after(&db, Cursor::default(), 10).await.unwrap().is_empty());
    early.commit().await.unwrap();
    let seen = read_until(&db, 2).await;
    assert_eq!(seen.iter().map(|e| e.payload["n"].as_i64().unwrap()).collect::<Vec<_>>(), [1, 2]);
}

on_both!(statements_begun_together_run_in_their_order_whoever_asks_beside_them, in_order);
async fn in_order(db: Db) {
    const MANY: i64 = 3_000;
    let tx = db.write_tx().await.unwrap();
    Sql::new(tx.engine(), "CREATE TABLE probe (n INTEGER NOT NULL)").run(tx.conn()).await.unwrap();
    let (tx, engine) = (std::sync::Arc::new(tx), db.engine());
    let (to, ready) = tokio::sync::mpsc::channel(1);
    let on = tx.clone();
    let writing = tokio::spawn(async move { store::run_received(on.conn(), ready).await });
    // Each row asks for all those before it.
    let next = "INSERT INTO probe SELECT count(*) FROM probe HAVING count(*) = ?";
    for some in 0..MANY / 3 {
        let three = (some * 3..).take(3).map(move |n| Sql::with(engine, next, [n.into()]));
        to.send(Box::new(three) as store::Statements<'static>).await.unwrap();
        search::number(&tx, 1).await.unwrap();
    }
    drop(to);
    writing.await.unwrap().unwrap();
    let rows: Option<i64> = Sql::new(engine, "SELECT count(*) FROM probe").scalar(tx.conn()).await.unwrap();
    assert_eq!(rows, Some(MANY));
}

on_both!(a_reaction_sees_each_event_once_though_it_fails_in_between, reactions);
async fn reactions(db: Db) {
    {
        let tx = db.write_tx().await.unwrap();
        Sql::new(db.engine(), "CREATE TABLE seen (n BIGINT PRIMARY KEY)").run(&*tx).await.unwrap();
        tx.commit().await.unwrap();
    }
    let workspace = WorkspaceId::new();
    let mut tx = db.write_tx().await.unwrap();
    for n in 0..5 {
        tx.record(event(workspace, n)).await.unwrap();
        // Not told of: the reaction would fail on it.
        let other = NewEvent::now(workspace, "test.other", Actor::System, NOW).with(json!({ "n": 3 }));
        tx.record(other).await.unwrap();
    }
    tx.commit().await.unwrap();
    let reaction = Reaction::each("test", &["test.happened"], |event, tx| {
        Box::pin(async move {
            let n = event.payload["n"].as_i64().unwrap();
            Sql::with(tx.engine(), "INSERT INTO seen (n) VALUES (?)", [n.into()]).run(&**tx).await?;
            if n == 3 { Err("three is refused".into()) } else { Ok(()) }
        })
    });
    read_until(&db, 10).await;
    assert!(is_behind(&db, &reaction).await.unwrap());
    let mut taken = 0;
    loop {
        let step = advance(&db, &reaction, NOW).await.unwrap();
        if step == 0 {
            break;
        }
        taken += step;
    }
    assert_eq!(taken, 5);
    assert!(!is_behind(&db, &reaction).await.unwrap());
    let rows = Sql::new(db.engine(), "SELECT n FROM seen ORDER BY n").rows(db.read()).await.unwrap();
    let seen: Vec<i64> = rows.iter().map(|r| r.try_get_by_index(0).unwrap()).collect();
    assert_eq!(seen, [0, 1, 2, 4], "what the failing event wrote is undone, the others are kept");
    let failures: Option<i64> =
        Sql::new(db.engine(), "SELECT count(*) FROM reaction_failure").scalar(db.read()).await.unwrap();
    assert_eq!(failures, Some(1));
}

on_both!(what_was_looked_at_is_not_written_when_another_node_was_faster, looked);
async fn looked(db: Db) {
    let workspace = WorkspaceId::new();
    let mut tx = db.write_tx().await.unwrap();
    Sql::new(db.engine(), "CREATE TABLE seen (n BIGINT NOT NULL)").run(&*tx).await.unwrap();
    for n in 0..3 {
        tx.record(event(workspace, n)).await.unwrap();
    }
    tx.commit().await.unwrap();
    read_until(&db, 3).await;
    // Two nodes look at the same events before either of them writes.
    let both = std::sync::Arc::new(tokio::sync::Barrier::new(2));
    let reaction = Reaction::looked("looked", &["test.happened"], move |events, _| {
        let (both, found) = (both.clone(), events.len());
        Box::pin(async move {
            if found == 3 {
                both.wait().await;
            }
            let write: store::reaction::Write = Box::new(|events, tx| {
                Box::pin(async move {
                    for event in events {
                        let n = event.payload["n"].as_i64().unwrap();
                        let text = "INSERT INTO seen (n) VALUES (?)";
                        Sql::with(tx.engine(), text, [n.into()]).run(&**tx).await?;
                    }
                    Ok(())
                })
            });
            Ok(write)
        })
    });
    let (one, other) = tokio::join!(advance(&db, &reaction, NOW), advance(&db, &reaction, NOW));
    assert_eq!(one.unwrap() + other.unwrap(), 3, "one of them took all, the other nothing");
    let mut tx = db.write_tx().await.unwrap();
    tx.record(event(workspace, 3)).await.unwrap();
    tx.commit().await.unwrap();
    read_until(&db, 4).await;
    assert_eq!(advance(&db, &reaction, NOW).await.unwrap(), 1);
    let rows = Sql::new(db.engine(), "SELECT n FROM seen ORDER BY n").rows(db.read()).await.unwrap();
    let seen: Vec<i64> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    assert_eq!(seen, [0, 1, 2, 3]);
}

on_both!(a_job_is_claimed_by_one_worker_and_again_when_its_lease_runs_out, jobs);
async fn jobs(db: Db) {
    let workspace = WorkspaceId::new();
    let tx = db.write_tx().await.unwrap();
    let new = NewJob { workspace, kind: "count", payload: json!({}), run_at: NOW, created_by: None };
    let id = job::enqueue(&tx, new, NOW).await.unwrap();
    tx.commit().await.unwrap();
    let first = job::claim(&db, &["count"], "a", NOW).await.unwrap().unwrap();
    assert_eq!((first.id, first.attempts), (id, 1));
    assert!(job::claim(&db, &["count"], "b", NOW).await.unwrap().is_none());
    let later = NOW.plus_seconds(job::LEASE_SECONDS + 1);
    let second = job::claim(&db, &["count"], "b", later).await.unwrap().unwrap();
    assert_eq!((second.id, second.attempts), (id, 2));
    let tx = db.write_tx().await.unwrap();
    assert!(job::progress(&tx, id, 1, 2, later).await.unwrap());
    assert!(job::request_cancel(&tx, workspace, id, later).await.unwrap());
    assert!(!job::progress(&tx, id, 2, 2, later).await.unwrap());
    job::finish(&tx, &second, Ended::Cancelled(json!({ "done": 2 })), later).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(job::find(&db, workspace, id).await.unwrap().unwrap().state, "cancelled");
    assert!(job::find(&db, WorkspaceId::new(), id).await.unwrap().is_none());
}

on_both!(search_finds_two_korean_syllables_and_english_prefixes_inside_one_workspace, searching);
async fn searching(db: Db) {
    let (mine, other) = (WorkspaceId::new(), WorkspaceId::new());
    let record = Uuid::now_v7();
    let named = |workspace, record, title: &str| {
        Entry::new(workspace, "company", record, title, String::new(), String::new())
    };
    let entry = |workspace, title: &str| named(workspace, Uuid::now_v7(), title);
    let kept = named(mine, record, "주식회사 한빛소프트");
    let tx = db.write_tx().await.unwrap();
    search::index(&tx, &[kept, entry(mine, "Acme Robotics"), entry(other, "한빛은행")]).await.unwrap();
    tx.commit().await.unwrap();
    let found = |query: &'static str| {
        let db = db.clone();
        async move {
            let hits = search::find(&db, mine, query, &[], 10).await.unwrap();
            hits.into_iter().map(|h| h.title).collect::<Vec<_>>()
        }
    };
    assert_eq!(found("한빛").await, ["주식회사 한빛소프트"]);
    assert_eq!(found("빛소").await, ["주식회사 한빛소프트"]);
    assert_eq!(found("robo").await, ["Acme Robotics"]);
    assert!(found("은행").await.is_empty());
    assert!(found("' OR 1=1 --").await.is_empty());
    let tx = db.write_tx().await.unwrap();
    search::index(&tx, &[named(mine, record, "Renamed")]).await.unwrap();
    tx.commit().await.unwrap();
    assert!(found("한빛").await.is_empty());
    assert_eq!(found("renam").await, ["Renamed"]);
}

on_both!(a_file_comes_back_byte_for_byte, files);
async fn files(db: Db) {
    let workspace = WorkspaceId::new();
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    let tx = db.write_tx().await.unwrap();
    let info = store::file::keep(&tx, workspace, "a.csv", "text/csv", &bytes, NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store::file::bytes(&db, workspace, info.id).await.unwrap().unwrap(), bytes);
    assert!(store::file::bytes(&db, WorkspaceId::new(), info.id).await.unwrap().is_none());
}

on_both!(a_file_from_disk_is_kept_in_pieces_and_can_be_read_once_it_is_whole, from_disk);
async fn from_disk(db: Db) {
    let workspace = WorkspaceId::new();
    let bytes: Vec<u8> = (0..18_000_000_u32).map(|n| (n % 251) as u8).collect();
    let on_disk = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(on_disk.path(), &bytes).unwrap();
    let kept =
        store::file::keep_from(&db, workspace, "a.csv", "text/csv", on_disk.path(), NOW).await.unwrap();
    assert_eq!((kept.size, kept.sha256), (18_000_000, store::file::sha256(&bytes)));
    let mut copy = Vec::new();
    assert!(store::file::copy_to(&db, workspace, kept.id, &mut copy).await.unwrap());
    assert_eq!(copy, bytes);
    let head = store::file::head(&db, workspace, kept.id, 100).await.unwrap().unwrap();
    assert!(head.len() >= 100 && head.len() < bytes.len() && bytes.starts_with(&head));
    assert!(!store::file::copy_to(&db, WorkspaceId::new(), kept.id, &mut Vec::new()).await.unwrap());
    let tx = db.write_tx().await.unwrap();
    Sql::new(db.engine(), "UPDATE file SET size = -1").run(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    assert!(store::file::bytes(&db, workspace, kept.id).await.unwrap().is_none(), "half a file is none");
    let later = NOW.plus_seconds(2 * 24 * 3600);
    store::file::keep_from(&db, workspace, "b.csv", "text/csv", on_disk.path(), later).await.unwrap();
    let left: Option<i64> =
        Sql::new(db.engine(), "SELECT count(*) FROM file WHERE size < 0").scalar(db.read()).await.unwrap();
    assert_eq!(left, Some(0), "what a crash left goes away");
}

on_both!(a_database_newer_than_the_binary_is_refused_with_a_clear_sentence, newer);
async fn newer(db: Db) {
    let tx = db.write_tx().await.unwrap();
    let text = "INSERT INTO schema_migration (id, ran_at) VALUES ('2999-01-01-future', 'then')";
    Sql::new(db.engine(), text).run(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    let refused = migrate::run(&db, migrate::MIGRATIONS).await.unwrap_err();
    assert!(matches!(refused, StoreError::Newer(_)));
    assert!(refused.to_string().contains("newer Sevenfold"), "{refused}");
}

#[tokio::test]
async fn an_sqlite_file_is_backed_up_before_it_is_migrated() {
    let (db, dir) = sqlite().await;
    let more =
        [migrate::MIGRATIONS, &[store::Migration { id: "2030-01-01-x", sql: "CREATE TABLE x (a TEXT);" }]]
            .concat();
    let done = migrate::run(&db, &more).await.unwrap();
    assert_eq!(done.ran, ["2030-01-01-x"]);
    let backup = done.backup.unwrap();
    assert!(backup.starts_with(dir.path().to_str().unwrap()));
    let old = Db::open(&format!("sqlite:{backup}"), &OpenOptions::default()).await.unwrap();
    assert!(migrate::run(&old, migrate::MIGRATIONS).await.unwrap().ran.is_empty());
}

on_both!(a_failed_migration_leaves_nothing_behind, half);
async fn half(db: Db) {
    let bad = store::Migration {
        id: "2030-01-01-bad",
        sql: "CREATE TABLE half (a TEXT); INSERT INTO nowhere VALUES (1);",
    };
    let migrations = [migrate::MIGRATIONS, &[bad]].concat();
    assert!(matches!(migrate::run(&db, &migrations).await.unwrap_err(), StoreError::Migration { .. }));
    let none = Sql::new(db.engine(), "SELECT a FROM half").rows(db.read()).await;
    assert!(none.is_err(), "the table is not there");
}

#[tokio::test]
async fn whoever_writes_much_learns_that_somebody_waits() {
    let (db, _dir) = sqlite().await;
    let writing = db.bulk_tx().await.unwrap();
    assert!(!db.is_waited_for(), "nobody waits for whoever has the turn");
    let others = db.clone();
    let waiting = tokio::spawn(async move { others.write_tx().await.unwrap().commit().await });
    let others = db.clone();
    let impatient = tokio::spawn(async move { others.write_tx().await.map(|_| ()) });
    while !db.is_waited_for() {
        tokio::task::yield_now().await;
    }
    impatient.abort();
    writing.rollback().await.unwrap();
    waiting.await.unwrap().unwrap();
    assert!(impatient.await.is_err_and(|end| end.is_cancelled()));
    assert!(!db.is_waited_for(), "neither who had their turn nor who gave up");
}

#[tokio::test]
async fn who_met_a_full_disk_can_write_again_once_there_is_room() {
    let (db, _dir) = sqlite().await;
    let tx = db.write_tx().await.unwrap();
    Sql::new(db.engine(), "CREATE TABLE heap (bytes BLOB NOT NULL)").run(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    let more = || Sql::new(db.engine(), "INSERT INTO heap (bytes) VALUES (zeroblob(1000000))");
    let tx = db.write_tx().await.unwrap();
    more().run(&*tx).await.unwrap();
    // As full as a disk is: the limit is this connection's.
    Sql::new(db.engine(), "PRAGMA max_page_count = 1").rows(&*tx).await.unwrap();
    let why = loop {
        if let Err(why) = more().run(&*tx).await {
            break why;
        }
    };
    let StoreError::Db(why) = why else { panic!("{why}") };
    assert_eq!(store::Trouble::behind(&why), Some(store::Trouble::Full), "{why}");
    drop(tx);
    let tx = db.write_tx().await.unwrap();
    more().run(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    let rows: Option<i64> =
        Sql::new(db.engine(), "SELECT count(*) FROM heap").scalar(db.read()).await.unwrap();
    assert_eq!(rows, Some(1), "nothing of what met the full disk was kept");
}
