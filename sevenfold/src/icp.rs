//! `sevenfold icp`: what won deals have in common, from exports of any CRM. Needs no database.

use clap::{Args, Subcommand};
use prospecting::learn::files::{self, FileRead, Named, Role, Source};
use prospecting::learn::report::{Learned, LearnedGroup};
use prospecting::learn::rules::{Asked, learn};
use serde::Serialize;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::output::{Failure, Printer, table};

/// The ideal customer profile.
#[derive(Debug, Subcommand)]
pub enum IcpCommand {
    /// Learn from won and lost deals which customers are likelier to buy, or that nothing tells them apart.
    ///
    /// Reads CSV files: one of deals with a column that says which were won and which lost, and beside it files
    /// of companies, products or teams that share a column with it. Only what was known of a company before its
    /// deal is tested. Deals of one company count as one witness: a group needs 30 deals of 5 companies.
    Learn(LearnArgs),
}

/// What to learn from.
#[derive(Debug, Args)]
pub struct LearnArgs {
    /// CSV files, in any order. One of them holds the deals.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The column that says how a deal ended.
    #[arg(long, value_name = "COLUMN")]
    outcome: Option<String>,
    /// The column that names the company. Without one each row is a company of its own.
    #[arg(long, value_name = "COLUMN")]
    company: Option<String>,
    /// The column that holds what a deal was worth.
    #[arg(long, value_name = "COLUMN")]
    value: Option<String>,
    /// A column that is to be left out; may be given several times.
    #[arg(long, value_name = "COLUMN")]
    leave_out: Vec<String>,
    /// Seed of the draws behind the intervals of value.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What was learned, and from what.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    learned: Learned,
    files: Vec<FileRead>,
}

/// Runs the command. Finding nothing is an answer: exit code 0.
pub fn run(command: &IcpCommand, printer: &Printer) -> Result<ExitCode, Failure> {
    let IcpCommand::Learn(asked) = command;
    let mut read = Vec::new();
    for path in &asked.files {
        let bytes = std::fs::read(path).map_err(|e| Failure::NotFound(format!("{}: {e}", path.display())))?;
        read.push((path.display().to_string(), bytes));
    }
    let sources: Vec<Source<'_>> = read.iter().map(|(name, bytes)| Source { name, bytes }).collect();
    let named = Named {
        outcome: asked.outcome.clone(),
        company: asked.company.clone(),
        value: asked.value.clone(),
        leave_out: asked.leave_out.clone(),
    };
    let from = files::read(&sources, &named).map_err(|e| Failure::Usage(e.to_string()))?;
    let learned = learn(&from.observed, &Asked { window: from.window, seed: asked.seed, ..Asked::default() });
    printer.print(&Told { learned, files: from.files }, text)?;
    Ok(ExitCode::SUCCESS)
}

fn text(told: &Told) -> String {
    let found = &told.learned;
    let mut text = String::new();
    for file in &told.files {
        let role = match file.role {
            Role::Deals => "deals",
            Role::Companies => "companies",
            Role::Selling => "of the sale, never criteria",
            Role::Unused => "not used: it shares no column with the deals",
        };
        text.push_str(&format!("{}: {role} ({} rows, {})\n", file.name, file.rows, file.encoding));
    }
    let rate = found.rate.map_or_else(|| "–".to_owned(), |rate| format!("{:.1} %", rate * 100.0));
    text.push_str(&format!("\n{} of {} decided deals won ({rate}).\n", found.won, found.decided));
    for proposal in &found.proposed {
        let of = &proposal.finding;
        let line = format!(
            "Proposed: {} {}, weight {}: lift {:.2} [{:.2}, {:.2}], {} of {} deals, {} companies, q {:.4}\n",
            of.field,
            of.value,
            proposal.weight,
            of.lift,
            of.interval.low,
            of.interval.high,
            of.k,
            of.n,
            of.companies,
            of.q
        );
        text.push_str(&line);
    }
    if let Some(reason) = &found.reason {
        text.push_str(&format!("{reason}\n"));
    }
    if !found.tests.is_empty() {
        text.push_str(&format!("\n{}", table(&lines(&found.tests))));
    }
    text
}

fn lines(tests: &[LearnedGroup]) -> Vec<Vec<String>> {
    let head = ["fact", "group", "won/decided", "companies", "lift", "95 %", "p", "q"];
    let line = |t: &LearnedGroup| {
        vec![
            t.field.clone(),
            t.value.clone(),
            format!("{}/{}", t.k, t.n),
            t.companies.to_string(),
            format!("{:.3}", t.lift),
            format!("{:.3}–{:.3}", t.interval.low, t.interval.high),
            format!("{:.4}", t.p),
            format!("{:.4}", t.q),
        ]
    };
    std::iter::once(head.map(str::to_owned).to_vec()).chain(tests.iter().map(line)).collect()
}
