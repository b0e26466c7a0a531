//! `sevenfold serve`.

use crate::output::Failure;
use server::Settings;
use std::io::Write;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// Starts, says where, and runs until asked to stop. Asked twice, it stops at once.
pub async fn run(settings: &Settings) -> Result<ExitCode, Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::of)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::of)?;
    let running = server::start(settings).await.map_err(Failure::of)?;
    announce(&running)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: requests under way are finished first");
    tokio::select! {
        stopped = running.stop() => stopped.map_err(Failure::of)?,
        _ = interrupt.recv() => return Ok(ExitCode::from(130)),
    }
    Ok(ExitCode::SUCCESS)
}

/// The one line on standard output, for people and for whoever waits for it.
fn announce(running: &server::Running) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match running.address {
        Some(_) => writeln!(out, "Sevenfold is ready: {}", running.app.config.base_url),
        None => writeln!(out, "Sevenfold is ready: worker {}", running.app.config.node),
    }
    .and_then(|()| out.flush())
    .map_err(Failure::of)
}
