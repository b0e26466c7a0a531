//! The engine: plans what is due, sends what is queued, settles what is uncertain, reads what came back.
//!
//! Every part is a timer that many nodes may run at once: rows are held and re-checked before anything
//! happens, and nothing is remembered outside the database but open connections.

pub mod lease;
pub mod plan;
pub mod read;
pub mod refused;
pub mod rehearse;
pub mod send;
pub mod settle;

use std::sync::Arc;

use http_room::{App, Timer};

fn timer<F, W>(name: &'static str, every_seconds: u64, work: F) -> Timer
where
    F: Fn(App) -> W + Send + Sync + Clone + 'static,
    W: Future<Output = http_room::Answer<usize>> + Send + 'static,
{
    Timer {
        name,
        every_seconds,
        run: Arc::new(move |app| {
            let work = work.clone();
            Box::pin(async move { Ok(work(app).await?) })
        }),
    }
}

/// The timers of this room.
#[must_use]
pub fn timers() -> Vec<Timer> {
    let (outgoing, incoming) =
        (Arc::new(send::Connections::default()), Arc::new(read::Connections::default()));
    vec![
        timer("outreach.plan", 2, |app| async move { plan::plan_due(&app).await }),
        timer("outreach.send", 1, move |app| {
            let connections = Arc::clone(&outgoing);
            async move { send::send_next(&app, &connections).await }
        }),
        timer("outreach.release", 5, |app| async move { lease::release_lost(&app).await }),
        timer("outreach.settle_uncertain", 60, |app| async move { lease::look_for_uncertain(&app).await }),
        timer("outreach.read", 3, move |app| {
            let connections = Arc::clone(&incoming);
            async move { read::read_next(&app, &connections).await }
        }),
        timer("outreach.rehearse", 5, |app| async move { rehearse::answer_next(&app).await }),
    ]
}
