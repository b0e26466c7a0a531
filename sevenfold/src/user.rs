//! `sevenfold user`: who can sign in.

use crate::output::{Failure, Printer, table};
use clap::{Args, Subcommand};
use http_room::{App, Problem, Role};
use server::Settings;
use server::accounts::console::{self, NewUser, NewWorkspace};
use std::io::{BufRead, IsTerminal, Write};
use std::process::{Command, ExitCode, Stdio};

/// What to do with users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a user to a workspace, and print a link with which they choose a password.
    Create(Create),
    /// List users with their workspaces and roles.
    List,
    /// Print a link with which a user sets a new password, good once and for an hour.
    ResetLink {
        /// Mail address.
        email: String,
    },
    /// Set a user's password, read from the terminal or from standard input. Signs them out everywhere.
    SetPassword {
        /// Mail address.
        email: String,
    },
}

/// A user to add.
#[derive(Debug, Args)]
pub struct Create {
    /// Mail address.
    email: String,
    /// Name.
    #[arg(long)]
    name: String,
    /// owner, admin, manager, rep or read_only.
    #[arg(long, default_value = "rep", value_parser = role)]
    role: Role,
    /// The workspace's name in addresses; may be left out when there is only one.
    #[arg(long, value_name = "SLUG", conflicts_with = "new_workspace")]
    workspace: Option<String>,
    /// Make a workspace of this name, with the user as its owner.
    #[arg(long, value_name = "NAME")]
    new_workspace: Option<String>,
    /// Country of the new workspace, two letters.
    #[arg(long, default_value = "US", requires = "new_workspace")]
    country: String,
    /// Time zone of the new workspace.
    #[arg(long, default_value = "UTC", requires = "new_workspace")]
    time_zone: String,
    /// Currency of the new workspace.
    #[arg(long, default_value = "USD", requires = "new_workspace")]
    currency: String,
    /// Language, en or ko.
    #[arg(long, default_value = "en")]
    locale: String,
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "choose owner, admin, manager, rep or read_only".to_owned())
}

/// Runs the command.
pub async fn run(command: UserCommand, settings: &Settings, printer: &Printer) -> Result<ExitCode, Failure> {
    let base_url = settings.base_url.clone().unwrap_or_else(|| format!("http://{}", settings.listen));
    let (app, _) = server::open_app(settings, &base_url).await.map_err(Failure::of)?;
    match command {
        UserCommand::List => list(&app, printer).await?,
        UserCommand::Create(asked) => create(&app, asked, printer).await?,
        UserCommand::ResetLink { email } => {
            let link = console::reset_link(&app, &email).await.map_err(failure)?;
            printer.print(&serde_json::json!({ "email": email, "link": link }), |_| link.clone())?;
        }
        UserCommand::SetPassword { email } => {
            console::set_password(&app, &email, &read_password()?).await.map_err(failure)?;
            let done = serde_json::json!({ "email": email, "changed": true });
            printer.print(&done, |_| {
                format!("The password of {email} is changed; they are signed out everywhere.")
            })?;
        }
    }
    app.db.clone().close().await.map_err(Failure::of)?;
    Ok(ExitCode::SUCCESS)
}

async fn list(app: &App, printer: &Printer) -> Result<(), Failure> {
    let users = console::list(app).await.map_err(failure)?;
    printer.print(&users, |users| {
        let mut rows = vec![["E-MAIL", "NAME", "WORKSPACES", "CAN SIGN IN"].map(str::to_owned).to_vec()];
        rows.extend(users.iter().map(|user| {
            let workspaces = user.memberships.iter().map(|m| format!("{} ({})", m.workspace_name, m.role));
            let can = if user.can_sign_in { "yes" } else { "no" };
            vec![
                user.email.clone(),
                user.name.clone(),
                workspaces.collect::<Vec<_>>().join(", "),
                can.to_owned(),
            ]
        }));
        table(&rows)
    })
}

async fn create(app: &App, asked: Create, printer: &Printer) -> Result<(), Failure> {
    let new_workspace = asked.new_workspace.map(|name| NewWorkspace {
        name,
        country: asked.country,
        time_zone: asked.time_zone,
        currency: asked.currency,
    });
    let new = NewUser {
        email: asked.email,
        name: asked.name,
        role: asked.role,
        locale: asked.locale,
        workspace: asked.workspace,
        new_workspace,
    };
    let made = console::create(app, new).await.map_err(failure)?;
    printer.print(&made, |made| match &made.link {
        Some(link) => format!("{} is in {}. To choose a password:\n{link}", made.email, made.workspace),
        None => format!("{} is in {} and signs in with the password they have.", made.email, made.workspace),
    })
}

fn failure(problem: Problem) -> Failure {
    match problem.status {
        404 => Failure::NotFound(problem.detail),
        409 | 422 | 403 => Failure::Refused(problem.detail),
        _ => Failure::Failed(problem.detail),
    }
}

/// One line: without echo from a terminal, as it is from a pipe.
fn read_password() -> Result<String, Failure> {
    let terminal = std::io::stdin().is_terminal();
    if terminal {
        eprint!("New password: ");
        let _ = std::io::stderr().flush();
        echo(false);
    }
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    if terminal {
        echo(true);
        eprintln!();
    }
    read.map_err(Failure::of)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn echo(on: bool) {
    let word = if on { "echo" } else { "-echo" };
    let _ = Command::new("stty").arg(word).stderr(Stdio::null()).status();
}
