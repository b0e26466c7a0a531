//! `sevenfold doctor mail`: whether mails of a domain are believed and welcome, and how to mend what is not.

use crate::output::{Failure, Printer};
use clap::Args;
use http_room::app::Config;
use outreach::deliverability::{Finding, Light, Report, Words, domains_of_all, look, look_from_outside};
use server::Settings;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use store::Clock;

/// Which domains.
#[derive(Debug, Clone, Args)]
pub struct MailArgs {
    /// A domain to look at; may be given several times [default: all that mailboxes send from].
    #[arg(long = "domain", value_name = "DOMAIN")]
    domains: Vec<String>,
}

/// Looks at every domain. Exit code 1 when anything is red.
pub async fn run(asked: &MailArgs, settings: &Settings, printer: &Printer) -> Result<ExitCode, Failure> {
    let wanted: BTreeSet<String> = asked.domains.iter().map(|d| d.trim().to_lowercase()).collect();
    if let Some(odd) = wanted.iter().find(|domain| kernel::domain::host_of(domain).as_ref() != Some(*domain))
    {
        return Err(Failure::Usage(format!("'{odd}' is no domain; write it as in example.com")));
    }
    let reports = if wanted.is_empty() || has_database(settings) {
        ours(&wanted, settings).await?
    } else {
        strangers(&wanted, settings).await?
    };
    let korean = is_korean();
    printer.print(&reports, |reports| reports.iter().map(|report| text(report, korean)).collect())?;
    let red = reports.iter().any(|report| report.state == Light::Red);
    Ok(if red { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Whether there is a database to open; one is not made for looking at a domain.
fn has_database(settings: &Settings) -> bool {
    let file = settings.database.strip_prefix("sqlite:").map(|path| path.trim_start_matches("//"));
    file.is_none_or(|path| Path::new(path).exists())
}

async fn ours(wanted: &BTreeSet<String>, settings: &Settings) -> Result<Vec<Report>, Failure> {
    if !has_database(settings) {
        return Err(Failure::NotFound(format!("{} is not there yet; name a --domain", settings.database)));
    }
    let (app, _) = server::open_app(settings, &base_url(settings)).await.map_err(Failure::of)?;
    let mut all = domains_of_all(&app.db).await.map_err(Failure::of)?;
    all.retain(|(_, domain)| wanted.is_empty() || wanted.contains(domain));
    let mut reports = Vec::new();
    for (workspace, domain) in &all {
        reports.push(look(&app, *workspace, domain).await.map_err(|p| Failure::Failed(p.detail))?);
    }
    let found: BTreeSet<&String> = all.iter().map(|(_, domain)| domain).collect();
    let others = wanted.iter().filter(|domain| !found.contains(domain)).cloned().collect();
    reports.extend(strangers(&others, settings).await?);
    Ok(reports)
}

/// Domains no mailbox sends from: what DNS says of them.
async fn strangers(domains: &BTreeSet<String>, settings: &Settings) -> Result<Vec<Report>, Failure> {
    let config = Config {
        base_url: base_url(settings),
        closed_network: settings.closed_network,
        name_server: settings.name_server,
        ..Config::default()
    };
    let mut reports = Vec::new();
    for domain in domains {
        let report = look_from_outside(&config, domain, Clock::system().now()).await;
        reports.push(report.map_err(|p| Failure::Failed(p.detail))?);
    }
    Ok(reports)
}

fn base_url(settings: &Settings) -> String {
    settings.base_url.clone().unwrap_or_else(|| format!("http://{}", settings.listen))
}

/// Whether whoever asks reads Korean, by the environment.
fn is_korean() -> bool {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    set.is_some_and(|locale| locale.starts_with("ko"))
}

fn text(report: &Report, korean: bool) -> String {
    let gate = match (report.ready, korean) {
        (true, false) => "automatic mail may leave",
        (false, false) => "automatic mail waits",
        (true, true) => "자동 메일을 보낼 수 있습니다",
        (false, true) => "자동 메일이 대기합니다",
    };
    let lines: String = report.findings.iter().map(|finding| line(finding, korean)).collect();
    format!("{}: {gate}\n{lines}\n", report.domain)
}

fn line(finding: &Finding, korean: bool) -> String {
    let say = |words: &Words| if korean { words.ko.clone() } else { words.en.clone() };
    let word = match finding.state {
        Light::Green => "ok  ",
        Light::Amber => "warn",
        Light::Red => "FAIL",
    };
    let fix = finding.fix.as_ref().map(|fix| format!("\n      {}", say(fix))).unwrap_or_default();
    // What servers say must not move the cursor of whoever reads it.
    let said = say(&finding.says).replace(char::is_control, " ");
    format!("{word}  {}: {said}{fix}\n", finding.check.key())
}
