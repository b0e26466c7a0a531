//! `sevenfold doctor`: what is well, what is not, and how to mend it.

use crate::config::Configured;
use crate::output::{Failure, Printer};
use serde::Serialize;
use server::accounts::system_mail::SystemMail;
use server::{Settings, assemble};
use std::path::Path;
use std::process::{Command, ExitCode};
use store::db::Source;
use store::secret::Secrets;
use store::{Clock, Db, Engine, OpenOptions, Sql};

/// Free space below which to warn, in MiB.
const LOW_MIB: u64 = 1024;
/// Free space below which writing soon fails, in MiB.
const OUT_MIB: u64 = 100;
/// Difference of clocks, in seconds, from which events get out of order.
const SKEW_SECONDS: i64 = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    Warn,
    Fail,
}

/// One finding.
#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    state: State,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

impl Finding {
    fn ok(what: &'static str, detail: impl Into<String>) -> Self {
        Self { what, state: State::Ok, detail: detail.into(), fix: None }
    }

    fn warn(what: &'static str, detail: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { what, state: State::Warn, detail: detail.into(), fix: Some(fix.into()) }
    }

    fn fail(what: &'static str, detail: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { what, state: State::Fail, detail: detail.into(), fix: Some(fix.into()) }
    }
}

/// Checks everything. Exit code 1 when anything fails; warnings alone are 0.
pub async fn run(configured: &Configured, printer: &Printer) -> Result<ExitCode, Failure> {
    let settings = &configured.server;
    let mut findings = vec![match &configured.file {
        Some(file) => Finding::ok("configuration", format!("read from {}", file.display())),
        None => Finding::ok("configuration", "flags and environment; no file"),
    }];
    findings.extend(database(settings).await);
    findings.push(key(settings));
    findings.push(disk(&settings.data_dir));
    findings.push(mail(settings).await);
    findings.push(if server::web::is_built() {
        Finding::ok("web app", "built into this program")
    } else {
        Finding::warn("web app", "not built into this program; the API works", "make web, then build again")
    });
    let failed = findings.iter().any(|finding| finding.state == State::Fail);
    printer.print(&findings, |findings| findings.iter().map(line).collect())?;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn line(finding: &Finding) -> String {
    let word = match finding.state {
        State::Ok => "ok  ",
        State::Warn => "warn",
        State::Fail => "FAIL",
    };
    let fix = finding.fix.as_ref().map(|fix| format!("\n      {fix}")).unwrap_or_default();
    format!("{word}  {}: {}{fix}\n", finding.what, finding.detail)
}

async fn database(settings: &Settings) -> Vec<Finding> {
    let path = settings.database.strip_prefix("sqlite:").map(|path| path.trim_start_matches("//"));
    if path.is_some_and(|path| !Path::new(path).exists()) {
        let detail = format!("{} is not there yet", settings.database);
        return vec![Finding::warn("database", detail, "sevenfold serve makes it")];
    }
    let options = OpenOptions { connections: 2, cache_mib: 8 };
    let db = match Db::open(&settings.database, &options).await {
        Ok(db) => db,
        Err(why) => {
            let fix = "check --database, that the server runs, and its password";
            return vec![Finding::fail("database", why.to_string(), fix)];
        }
    };
    let mut findings = vec![Finding::ok("database", db.shown_url()), migrations(&db).await, clock(&db).await];
    if let Err(why) = db.close().await {
        findings.push(Finding::warn("database", why.to_string(), "see the database's log"));
    }
    findings
}

async fn migrations(db: &Db) -> Finding {
    let what = "migrations";
    let rows = match Sql::new(db.engine(), "SELECT id FROM schema_migration").rows(db.conn()).await {
        Ok(rows) => rows,
        Err(_) => return Finding::warn(what, "the database is empty", "sevenfold serve fills it"),
    };
    let done: Vec<String> = rows.iter().filter_map(|row| row.try_get_by_index(0).ok()).collect();
    let known: Vec<&str> = assemble::migrations(&assemble::doors(None)).iter().map(|m| m.id).collect();
    if let Some(newer) = done.iter().find(|id| !known.contains(&id.as_str())) {
        let detail = format!("the database knows '{newer}', this program does not");
        return Finding::fail(
            what,
            detail,
            "start the newer program, or restore the copy made before the upgrade",
        );
    }
    let missing = known.iter().filter(|id| !done.iter().any(|d| d == *id)).count();
    if missing > 0 {
        return Finding::warn(
            what,
            format!("{missing} are missing"),
            "sevenfold serve runs them, after a copy",
        );
    }
    Finding::ok(what, format!("all {} are done", done.len()))
}

/// PostgreSQL has a clock of its own; an SQLite file at least knows when it was last written.
async fn clock(db: &Db) -> Finding {
    let what = "clock";
    let text = match db.engine() {
        Engine::Postgres => "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
        Engine::Sqlite => "SELECT coalesce(max(recorded_at), 0) FROM event",
    };
    let now = Clock::system().now();
    let other = Sql::new(db.engine(), text).scalar::<i64>(db.conn()).await.ok().flatten();
    let Some(other) = other.map(kernel::Timestamp) else {
        return Finding::ok(what, now.to_string());
    };
    let behind = other.seconds_since(now);
    let apart = if db.engine() == Engine::Postgres { behind.abs() } else { behind };
    if apart > SKEW_SECONDS {
        let detail = format!("{apart} seconds apart from the database's");
        return Finding::fail(what, detail, "set the machines' clocks by NTP");
    }
    Finding::ok(what, now.to_string())
}

fn key(settings: &Settings) -> Finding {
    let what = "secret key";
    let path = &settings.secret_key_file;
    let fix = "without this key mailbox passwords cannot be read: restore it from the backup";
    if let Some(key) = &settings.secret_key {
        return match Secrets::from_base64(key) {
            Ok(_) => Finding::ok(what, "from SEVENFOLD_SECRET_KEY"),
            Err(why) => Finding::fail(what, why.to_string(), fix),
        };
    }
    if !path.exists() {
        let fix = "the first start makes it; if there was one before, restore it from the backup";
        return Finding::warn(what, format!("{} is not there", path.display()), fix);
    }
    match Secrets::from_file(path) {
        Ok(_) => Finding::ok(what, format!("{}, private", path.display())),
        Err(why) => Finding::fail(what, why.to_string(), fix),
    }
}

fn disk(data_dir: &Path) -> Finding {
    let what = "disk";
    let place = data_dir.ancestors().find(|place| place.exists()).unwrap_or(Path::new("."));
    let Some(free) = free_mib(place) else {
        return Finding::warn(what, "the free space is not known", "check it by hand");
    };
    let detail = format!("{free} MiB free in {}", place.display());
    match free {
        0..OUT_MIB => Finding::fail(what, detail, "make room: the database cannot grow"),
        OUT_MIB..LOW_MIB => Finding::warn(what, detail, "make room soon"),
        _ => Finding::ok(what, detail),
    }
}

/// Asks `df`, whose output POSIX fixes.
fn free_mib(place: &Path) -> Option<u64> {
    let place = if place.as_os_str().is_empty() { Path::new(".") } else { place };
    let out = Command::new("df").args(["-Pk"]).arg(place).output().ok()?;
    let text = String::from_utf8(out.stdout).ok()?;
    let kib: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kib / 1024)
}

async fn mail(settings: &Settings) -> Finding {
    let what = "mail";
    let Some(smtp) = &settings.smtp else {
        let detail = "no SMTP server is configured: resets and invitations are not mailed";
        return Finding::warn(
            what,
            detail,
            "set [smtp] host and from, or pass on links by hand (sevenfold user reset-link)",
        );
    };
    match SystemMail::new(smtp).probe().await {
        Ok(()) => Finding::ok(what, format!("{}:{} lets us in", smtp.host, smtp.port)),
        Err(why) => Finding::fail(what, why.to_string(), "check [smtp] in the configuration"),
    }
}
