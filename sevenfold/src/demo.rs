//! `sevenfold demo`: a workspace with a team and a year of history, to try things in.

use crate::output::{Failure, Printer};
use clap::Args;
use http_room::{App, Problem, Role};
use serde_json::{Value as Json, json};
use server::Settings;
use server::accounts::console::{self, Created, NewUser, NewWorkspace};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use store::job::{self, Job};

/// What to make.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// The workspace's name.
    #[arg(long, value_name = "NAME", default_value = "Sample team")]
    workspace_name: String,
    /// The owner's mail address; a new one gets a link with which to choose a password.
    #[arg(long, default_value = "demo@sevenfold.example")]
    email: String,
    /// The owner's name.
    #[arg(long, default_value = "Demo")]
    name: String,
    /// Language of the texts: en or ko.
    #[arg(long, default_value = "en", value_parser = ["en", "ko"])]
    locale: String,
    /// Time zone of the workspace.
    #[arg(long, default_value = "Asia/Seoul")]
    time_zone: String,
    /// Country of the workspace, two letters.
    #[arg(long, default_value = "KR")]
    country: String,
    /// Currency of the workspace.
    #[arg(long, default_value = "KRW")]
    currency: String,
}

/// Runs the command: makes the workspace with its owner, and fills it.
pub async fn run(asked: DemoArgs, settings: &Settings, printer: &Printer) -> Result<ExitCode, Failure> {
    let base_url = settings.base_url.clone().unwrap_or_else(|| format!("http://{}", settings.listen));
    let (app, _) = server::open_app(settings, &base_url).await.map_err(Failure::of)?;
    let begun = Instant::now();
    let new = NewUser {
        email: asked.email,
        name: asked.name,
        role: Role::Owner,
        locale: asked.locale,
        workspace: None,
        new_workspace: Some(NewWorkspace {
            name: asked.workspace_name,
            country: asked.country,
            time_zone: asked.time_zone,
            currency: asked.currency,
        }),
    };
    let made = console::create(&app, new).await.map_err(failure)?;
    let asked_for = server::sample::ask_for(&app, &made.workspace, made.user_id).await.map_err(failure)?;
    let ended = work(&app, asked_for).await?;
    app.db.clone().close().await.map_err(Failure::of)?;
    printer.print(&summary(&made, &ended, begun.elapsed()), told)?;
    match ended.state.as_str() {
        "done" => Ok(ExitCode::SUCCESS),
        "cancelled" => Ok(ExitCode::from(4)),
        _ => {
            Err(Failure::Failed(ended.error.unwrap_or_else(|| "the sample data did not end well".to_owned())))
        }
    }
}

/// Does the job here, or watches the worker that has it, until it has ended.
async fn work(app: &App, job: Job) -> Result<Job, Failure> {
    let node = format!("demo-{}", std::process::id());
    let watcher = tokio::spawn(watch(app.clone(), job.clone()));
    loop {
        let now = app.clock.now();
        if let Some(mine) = job::claim_one(&app.db, job.id, &node, now).await.map_err(Failure::of)? {
            let ended = server::sample::work(app.clone(), mine.clone()).await;
            let tx = app.db.write_tx().await.map_err(Failure::of)?;
            job::finish(&tx, &mine, ended, app.clock.now()).await.map_err(Failure::of)?;
            tx.commit().await.map_err(Failure::of)?;
        }
        match job::find(&app.db, job.workspace_id, job.id).await.map_err(Failure::of)? {
            Some(seen) if seen.finished_at.is_some() => {
                watcher.abort();
                return Ok(seen);
            }
            Some(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            None => return Err(Failure::NotFound("the job is gone".to_owned())),
        }
    }
}

/// A line of progress on a terminal.
async fn watch(app: App, job: Job) {
    if !std::io::stderr().is_terminal() {
        return;
    }
    let mut heard = app.live.listen();
    while let Ok((_, heard)) = heard.recv().await {
        if let http_room::live::Heard::Job(told) = heard
            && told.id == job.id
        {
            eprint!("\r{} of {} parts of the story   ", told.done, told.total);
            let _ = std::io::stderr().flush();
            if told.done >= told.total {
                eprintln!();
            }
        }
    }
}

fn summary(made: &Created, job: &Job, took: Duration) -> Json {
    json!({
        "workspace": made.workspace, "email": made.email, "link": made.link, "state": job.state,
        "made": job.result, "seconds": (took.as_secs_f64() * 10.0).round() / 10.0,
    })
}

fn told(summary: &Json) -> String {
    let n = |key: &str| summary["made"][key].as_i64().unwrap_or(0);
    let sign_in = match summary["link"].as_str() {
        Some(link) => format!("Choose a password, then sign in:\n{link}"),
        None => "Sign in with the password you have.".to_owned(),
    };
    format!(
        "Workspace '{}' for {}: {} companies, {} people, {} deals ({} open, {} not yet, {} won, {} lost, {} disqualified), \
         {} calls, meetings and notes, {} events, in {} s.\n{sign_in}",
        summary["workspace"].as_str().unwrap_or_default(),
        summary["email"].as_str().unwrap_or_default(),
        n("companies"),
        n("people"),
        n("deals"),
        n("open"),
        n("not_yet"),
        n("won"),
        n("lost"),
        n("disqualified"),
        n("activities"),
        n("events"),
        summary["seconds"],
    )
}

fn failure(problem: Problem) -> Failure {
    match problem.status {
        404 => Failure::NotFound(problem.detail),
        409 | 422 | 403 => Failure::Refused(problem.detail),
        _ => Failure::Failed(problem.detail),
    }
}
