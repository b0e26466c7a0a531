//! The command line. Thin: it reads flags, environment and file, and calls the house.

mod config;
mod dedupe;
mod demo;
mod doctor;
mod doctor_mail;
mod export;
mod icp;
mod import;
mod mail;
mod offer;
mod openapi;
mod output;
mod place;
mod serve;
mod transcript;
mod user;

use clap::{CommandFactory, Parser, Subcommand};
use config::Flags;
use output::{Failure, Printer};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ABOUT: &str = "Sevenfold: the sales cycle in seven rooms, designed, run and measured.";

const AFTER: &str = "\
Settings come from flags, then the environment (SEVENFOLD_…), then a TOML file: ./sevenfold.toml, or the one \
--config names. Every flag `data-dir` is `data_dir` in the file and SEVENFOLD_DATA_DIR in the environment.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 refused or done in part.

First steps:
  sevenfold serve              start, and open the address it prints
  sevenfold doctor             check database, key, disk, clock and mail
  sevenfold doctor mail        check the domains mail is sent from
  sevenfold user list          who can sign in";

#[derive(Parser)]
#[command(name = "sevenfold", version, about = ABOUT, after_help = AFTER, propagate_version = true)]
struct Cli {
    /// Print data as JSON, for programs.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the program: API, web app and worker in one process.
    ///
    /// Migrates the database first, after a copy of an SQLite file. Prints one line with the address when
    /// it is ready. Ctrl-C or SIGTERM ends it: requests under way are finished, work is handed back.
    Serve,
    /// Import a list of companies, people or deals from CSV, Excel, vCards or a web page.
    ///
    /// Encoding, delimiter and columns are recognised; unknown columns become custom fields. Each row is made,
    /// updated, skipped or refused with a reason, and counted as exactly one of these. Killed in the middle,
    /// the same command goes on where it stopped. Exit code 4 when rows were refused.
    Import(import::ImportArgs),
    /// Make a workspace with sample data: a team, and a year of history over two versions of the process.
    ///
    /// The same seed tells the same story every time. Names are invented, addresses reach nobody. Prints what
    /// was made, and a link with which the owner chooses a password.
    Demo(demo::DemoArgs),
    /// Find records in CSV files that mean the same person or company. Needs no database.
    ///
    /// One file: pairs within it. Two: pairs between them. Encoding, delimiter and columns are recognised,
    /// weights are learned from the records themselves. Prints ids, probability and what spoke for each pair.
    Dedupe(dedupe::DedupeArgs),
    /// Export a list as CSV or XLSX.
    Export(export::ExportArgs),
    /// Manage who can sign in, without the web app.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Learn the ideal customer profile from exports of won and lost deals. Needs no database.
    #[command(subcommand)]
    Icp(icp::IcpCommand),
    /// Look at mails: what they are and what they say. Needs no database.
    #[command(subcommand)]
    Mail(mail::MailCommand),
    /// Read transcripts of talks: what was said by whom and when, talk share, patience, questions. Needs no database.
    ///
    /// One line for each file, in JSON or as a table. What was left out of a file is noted on standard error. Exit code
    /// 4 when a file is no transcript; standard error names it with the line and why.
    Transcript(transcript::TranscriptArgs),
    /// Check sealed agreements of offers. Needs no database.
    #[command(subcommand)]
    Offer(offer::OfferCommand),
    /// Print the API's description (OpenAPI 3.1). Needs no database.
    Openapi,
    /// Check database, migrations, key, clock, disk and mail, and say how to mend what is not well.
    ///
    /// `sevenfold doctor mail` looks at the domains mail is sent from.
    Doctor {
        #[command(subcommand)]
        what: Option<DoctorCommand>,
    },
    /// Print a completion script: `sevenfold completions bash > /etc/bash_completion.d/sevenfold`.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// What to look at more closely.
#[derive(Debug, Subcommand)]
enum DoctorCommand {
    /// Say whether mails of a domain are believed and welcome: SPF, DKIM, DMARC, alignment, MX, PTR, TLS, one-click
    /// unsubscribe, content, bounces, complaints.
    ///
    /// Each is ok, warn or FAIL, with how to mend it, in English or Korean (LANG). Without --domain all domains that
    /// mailboxes send from. Writes nothing. Exit code 1 when anything fails.
    Mail(doctor_mail::MailArgs),
}

fn main() -> ExitCode {
    small_pages();
    let cli = Cli::parse();
    let printer = Printer { json: cli.json };
    match run(cli, &printer) {
        Ok(code) => code,
        Err(failure) => printer.fail(&failure),
    }
}

/// The allocator asks for pages of two megabytes, of which most hold little: an import of a million rows took a fifth
/// more memory with them, and was no faster.
fn small_pages() {
    #[cfg(target_os = "linux")]
    // Where it is refused, more memory is taken.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

fn run(cli: Cli, printer: &Printer) -> Result<ExitCode, Failure> {
    match &cli.command {
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut Cli::command(), "sevenfold", &mut std::io::stdout());
            return Ok(ExitCode::SUCCESS);
        }
        Command::Openapi => return openapi::print(),
        Command::Dedupe(asked) => return dedupe::run(asked, printer),
        Command::Icp(command) => return icp::run(command, printer),
        Command::Mail(command) => return mail::run(command, printer),
        Command::Transcript(asked) => return transcript::run(asked, printer),
        Command::Offer(command) => return offer::run(command, printer),
        _ => {}
    }
    let settings = config::read(&cli.flags)?;
    settings.start_log(matches!(cli.command, Command::Serve));
    // Two libraries bring TLS; both must use the same cryptography.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::of)?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve => serve::run(&settings.server).await,
            Command::Import(asked) => import::run(asked, &settings.server, printer).await,
            Command::Demo(asked) => demo::run(asked, &settings.server, printer).await,
            Command::Export(asked) => export::run(asked, &settings.server, printer).await,
            Command::User(command) => user::run(command, &settings.server, printer).await,
            Command::Doctor { what: None } => doctor::run(&settings, printer).await,
            Command::Doctor { what: Some(DoctorCommand::Mail(asked)) } => {
                doctor_mail::run(&asked, &settings.server, printer).await
            }
            Command::Dedupe(_)
            | Command::Openapi
            | Command::Icp(_)
            | Command::Mail(_)
            | Command::Transcript(_)
            | Command::Offer(_)
            | Command::Completions { .. } => Ok(ExitCode::SUCCESS),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
