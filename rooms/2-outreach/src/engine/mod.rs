//! The engine: plans what is due, sends what is queued, settles what is uncertain, reads what came back.
//!
//! Every part is a timer that many nodes may run at once: rows are held and re-checked before anything
//! happens, and nothing is remembered outside the database but open connections.

mod around;
pub mod claim;
pub(crate) mod connect;
mod first_touch;
mod handed;
mod keys;
mod known;
pub mod lease;
pub mod plan;
mod pool;
pub mod read;
pub mod refused;
pub mod rehearse;
mod rest;
mod rotation;
mod round;
pub mod send;
pub mod settle;
pub mod step_back;
mod stories;
pub mod tasks;
mod together;
mod written;

use std::sync::Arc;

pub use handed::Handed;
use http_room::{App, Timer};
use tokio::sync::watch;

use crate::basis::notice::{confirm, tell};
use crate::conversation;
use crate::sequence::variant;
use crate::{deliverability, mailbox};

/// Mailboxes that one node sends from at once: a slow server keeps one sender busy, not all.
const SENDERS: usize = 8;

fn timer<F, W>(name: &'static str, every_seconds: u64, work: F) -> Timer
where
    F: Fn(App) -> W + Send + Sync + Clone + 'static,
    W: Future<Output = http_room::Answer<usize>> + Send + 'static,
{
    Timer {
        name,
        every_seconds,
        woken: None,
        run: Arc::new(move |app| {
            let work = work.clone();
            Box::pin(async move { Ok(work(app).await?) })
        }),
    }
}

/// The timers of this room.
#[must_use]
pub fn timers() -> Vec<Timer> {
    let (sender, incoming) = (Arc::new(send::Sender::default()), Arc::new(read::Connections::default()));
    // What was just planned need not wait until a sender looks again, nor be read anew.
    let (planned, to_send) = watch::channel(());
    let handed = Arc::clone(&sender.handed);
    let senders = std::iter::repeat_n((sender, to_send), SENDERS).map(|(sender, to_send)| {
        let timer = timer("outreach.send", 1, move |app| {
            let sender = Arc::clone(&sender);
            async move { send::send_next(&app, &sender).await }
        });
        Timer { woken: Some(to_send), ..timer }
    });
    let plan = timer("outreach.plan", 2, move |app| {
        let (planned, handed) = (planned.clone(), Arc::clone(&handed));
        async move {
            let done = plan::plan_for(&app, &handed).await?;
            if done > 0 {
                planned.send_replace(());
            }
            Ok(done)
        }
    });
    let others = vec![
        timer("outreach.release", 5, |app| async move { lease::release_lost(&app).await }),
        timer("outreach.settle_uncertain", 60, |app| async move { lease::look_for_uncertain(&app).await }),
        timer("outreach.read", 3, move |app| {
            let connections = Arc::clone(&incoming);
            async move { read::read_next(&app, &connections).await }
        }),
        timer("outreach.calendars", 5, |app| async move { crate::meeting::reading::read_due(&app).await }),
        timer("outreach.variants", 600, |app| async move { variant::look(&app).await }),
        timer("outreach.wake_conversations", 5, |app| async move { conversation::wake_due(&app).await }),
        timer("outreach.ramps", 60, |app| async move { mailbox::judge_ramps(&app).await }),
        timer("outreach.domains", 60, |app| async move { deliverability::look_again(&app).await }),
        timer("outreach.consents", 600, |app| async move { confirm::confirm_due(&app).await }),
        timer("outreach.notices", 30, |app| async move { tell::tell_due(&app).await }),
        timer("outreach.rehearse", 5, |app| async move { rehearse::answer_next(&app).await }),
    ];
    std::iter::once(plan).chain(senders).chain(others).collect()
}
