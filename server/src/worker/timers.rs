//! Runs what comes again and again.

use super::Held;
use http_room::{App, Timer};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Runs a timer until asked to stop: again at once while there is work, else after its pause or when it is woken.
pub(super) async fn run(app: App, mut timer: Timer, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        if let Some(woken) = &mut timer.woken {
            // Whatever was made until now is found by this run.
            woken.mark_unchanged();
        }
        if once(&app, &timer).await > 0 {
            continue;
        }
        let woken = async {
            // Whoever could wake it is gone: its pause is all there is.
            let told = match &mut timer.woken {
                Some(woken) => woken.changed().await.is_ok(),
                None => false,
            };
            if !told {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => return,
            () = woken => {}
            () = tokio::time::sleep(Duration::from_secs(timer.every_seconds.max(1))) => {}
        }
    }
}

/// One run; a failure or a panic is logged and counts as nothing done.
pub(super) async fn once(app: &App, timer: &Timer) -> usize {
    let began = Instant::now();
    let (theirs, work) = (app.clone(), Arc::clone(&timer.run));
    let done = match Held::spawn(async move { work(theirs).await }).ended().await {
        Ok(Ok(done)) => done,
        Ok(Err(why)) => {
            tracing::error!(timer = timer.name, %why, "a timer failed");
            metrics::counter!("timer_failures_total", "timer" => timer.name).increment(1);
            0
        }
        Err(why) => {
            tracing::error!(timer = timer.name, %why, "a timer broke down");
            metrics::counter!("timer_failures_total", "timer" => timer.name).increment(1);
            0
        }
    };
    metrics::histogram!("timer_duration_seconds", "timer" => timer.name)
        .record(began.elapsed().as_secs_f64());
    metrics::counter!("timer_work_total", "timer" => timer.name).increment(done as u64);
    done
}
