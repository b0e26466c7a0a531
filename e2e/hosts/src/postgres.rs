//! A PostgreSQL of the tests' own: one server in `target/test-postgres`, a fresh database per test.
//!
//! The first test that asks starts it, under a file lock; `make test` stops it at the end. The
//! server's durability is switched off: it lives only for the tests.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// The URL of a new, empty database.
///
/// # Errors
/// When PostgreSQL 15 or later is not installed or does not start; the sentence names the package.
pub fn fresh_database() -> Result<String> {
    let server = Server::running()?;
    server.drop_left_over()?;
    let name = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
    server.psql(&format!(
        "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
    ))?;
    Ok(format!("postgres://postgres@127.0.0.1:{}/{name}", server.port))
}

/// Stops the server if it runs.
///
/// # Errors
/// When it does not stop.
pub fn stop() -> Result<()> {
    let dir = directory()?;
    if dir.join("data/postmaster.pid").exists() {
        as_postgres(&bin("pg_ctl")?, &["-D", &shown(&dir.join("data")), "-m", "immediate", "stop"])?;
    }
    Ok(())
}

struct Server {
    port: u16,
    bin: PathBuf,
}

impl Server {
    fn running() -> Result<Self> {
        let dir = directory()?;
        let lock = std::fs::File::create(dir.join("lock"))?;
        lock.lock()?;
        let data = dir.join("data");
        if !data.join("PG_VERSION").exists() {
            let init = [
                "-D",
                &shown(&data),
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
                "--locale=C.UTF-8",
            ];
            as_postgres(&bin("initdb")?, &init)?;
        }
        let port_file = dir.join("port");
        let known = std::fs::read_to_string(&port_file).ok().and_then(|p| p.trim().parse().ok());
        if let Some(port) = known {
            let server = Self { port, bin: bin("psql")? };
            if server.psql("SELECT 1").is_ok() {
                return Ok(server);
            }
        }
        let port = free_port()?;
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c synchronous_commit=off \
             -c full_page_writes=off -c max_connections=300 -c shared_buffers=128MB"
        );
        let log = shown(&dir.join("log"));
        as_postgres(
            &bin("pg_ctl")?,
            &["-D", &shown(&data), "-o", &options, "-l", &log, "-w", "-t", "60", "start"],
        )?;
        std::fs::write(&port_file, port.to_string())?;
        Ok(Self { port, bin: bin("psql")? })
    }

    /// Drops the databases of tests that are over: a whole run's would take some ten gigabytes.
    fn drop_left_over(&self) -> Result<()> {
        let names = self.psql("SELECT datname FROM pg_database WHERE datname ~ '^t[0-9]+_[0-9]+$'")?;
        for name in names.lines() {
            let owner = name.trim_start_matches('t').split('_').next().unwrap_or_default();
            if owner == std::process::id().to_string() || is_alive(owner) {
                continue;
            }
            // Another test may be dropping it too; what stays is dropped by the next.
            self.psql(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).ok();
        }
        Ok(())
    }

    /// Runs one statement; the rows it answers, a line each.
    fn psql(&self, sql: &str) -> Result<String> {
        let port = self.port.to_string();
        let args = [
            "-h",
            "127.0.0.1",
            "-p",
            &port,
            "-U",
            "postgres",
            "-d",
            "postgres",
            "-qXAt",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            sql,
        ];
        run(Command::new(&self.bin).args(args))
    }
}

/// `target/test-postgres`, found from the test's own executable.
fn directory() -> Result<PathBuf> {
    let exe = std::env::current_exe()?;
    let target = exe.ancestors().find(|p| p.file_name().is_some_and(|n| n == "target"));
    let dir = match target {
        Some(target) => target.join("test-postgres"),
        None => std::env::temp_dir().join("sevenfold-test-postgres"),
    };
    std::fs::create_dir_all(&dir)?;
    if is_root() {
        run(Command::new("chown").arg("postgres").arg(&dir))?;
    }
    Ok(dir)
}

fn bin(name: &str) -> Result<PathBuf> {
    let root = Path::new("/usr/lib/postgresql");
    let mut versions: Vec<PathBuf> =
        std::fs::read_dir(root).map(|d| d.flatten().map(|e| e.path()).collect()).unwrap_or_default();
    versions.sort();
    let found = versions.into_iter().rev().map(|v| v.join("bin").join(name)).find(|p| p.exists());
    match found {
        Some(path) => Ok(path),
        None => {
            match Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status() {
                Ok(_) => Ok(PathBuf::from(name)),
                Err(_) => bail!(
                    "{name} is not installed: install the Debian package postgresql (brew: postgresql@15)"
                ),
            }
        }
    }
}

/// PostgreSQL refuses to run as root, so root steps down to the user `postgres` first.
fn as_postgres(program: &Path, args: &[&str]) -> Result<()> {
    let done = if is_root() {
        run(Command::new("setpriv")
            .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
            .arg(program)
            .args(args))
    } else {
        run(Command::new(program).args(args))
    };
    done.map(drop)
}

/// Whether the process with this number still runs.
fn is_alive(process: &str) -> bool {
    Command::new("kill").args(["-0", process]).stderr(Stdio::null()).status().map_or(true, |s| s.success())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout.trim_ascii() == b"0")
}

/// Runs a command to its end; what it printed.
fn run(command: &mut Command) -> Result<String> {
    let shown = format!("{command:?}");
    let output = command
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {shown}"))?;
    if !output.status.success() {
        bail!(
            "{shown}: {}{}",
            String::from_utf8_lossy(&output.stderr),
            String::from_utf8_lossy(&output.stdout)
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
