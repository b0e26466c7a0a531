//! A real postfix and a real dovecot on loopback ports, with a directory and accounts of their own.
//!
//! Nothing leaves the machine: outside addresses are accepted after sign-in and then bounced by postfix
//! itself as unknown users (5.1.1), which gives tests honest delivery reports. Needs root and the Debian
//! packages `postfix` and `dovecot-imapd`. Several hosts may run at once.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::mail_config as config;

/// Longest time for both servers to answer.
const START: Duration = Duration::from_secs(20);
/// How often a port or a folder is looked at while waiting.
const LOOK: Duration = Duration::from_millis(10);
/// Debian's user and group `mail`, owner of the mailboxes.
const MAIL_ID: u32 = 8;

/// Two running servers. Dropping it ends them and removes their files.
#[derive(Debug)]
pub struct MailHost {
    /// Asks for a password; takes mail for anywhere. Offers STARTTLS.
    pub smtp_port: u16,
    /// The same with TLS from the first byte.
    pub smtps_port: u16,
    /// Takes mail for the accounts without a password, as a stranger's server would bring it.
    pub mx_port: u16,
    /// IMAP, plain or STARTTLS.
    pub imap_port: u16,
    /// IMAP with TLS from the first byte.
    pub imaps_port: u16,
    /// The self-signed certificate for `localhost` and `127.0.0.1`, to be trusted by clients.
    pub certificate_pem: String,
    servers: Vec<Child>,
    dir: TempDir,
}

impl MailHost {
    /// Starts both servers with the accounts (`address`, `password`) and waits until they greet.
    ///
    /// Errors: a package is missing (the sentence names it), not root, or a server did not greet in time
    /// (the error holds its log).
    pub async fn start(accounts: &[(&str, &str)]) -> Result<MailHost> {
        Self::start_asking(accounts, None).await
    }

    /// [`Self::start`], and both servers also take tokens (XOAUTH2) that this address says are good (RFC 7662).
    pub async fn start_with_tokens(accounts: &[(&str, &str)], introspection: &str) -> Result<MailHost> {
        Self::start_asking(accounts, Some(introspection)).await
    }

    async fn start_asking(accounts: &[(&str, &str)], introspection: Option<&str>) -> Result<MailHost> {
        for (program, package) in [
            ("/usr/sbin/postfix", "postfix"),
            ("/usr/sbin/dovecot", "dovecot-core"),
            ("/usr/lib/dovecot/imap-login", "dovecot-imapd"),
            ("/usr/bin/openssl", "openssl"),
        ] {
            ensure!(
                Path::new(program).exists(),
                "{program} is missing: install the Debian package {package}"
            );
        }
        let mut last = anyhow!("no attempt was made");
        // A free port may be taken by somebody else before the server binds it.
        for _ in 0..3 {
            match Self::attempt(accounts, introspection).await {
                Ok(host) => return Ok(host),
                Err(e) => last = e,
            }
        }
        Err(last)
    }

    async fn attempt(accounts: &[(&str, &str)], introspection: Option<&str>) -> Result<MailHost> {
        let dir = tempfile::Builder::new().prefix("sevenfold-mail-").tempdir()?;
        std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o755))?;
        let [smtp_port, smtps_port, mx_port, imap_port, imaps_port] = free_ports()?;
        let certificate_pem = make_certificate(dir.path())?;
        make_directories(dir.path())?;
        let ports = config::Ports { smtp_port, smtps_port, mx_port, imap_port, imaps_port };
        config::write(dir.path(), accounts, ports, introspection)?;
        make_mailboxes(dir.path(), accounts)?;
        let mut host = MailHost {
            smtp_port,
            smtps_port,
            mx_port,
            imap_port,
            imaps_port,
            certificate_pem,
            servers: Vec::new(),
            dir,
        };
        host.servers.push(start_dovecot(host.dir.path())?);
        host.servers.push(start_postfix(host.dir.path())?);
        for (port, greeting) in [(imap_port, "* OK"), (smtp_port, "220"), (mx_port, "220")] {
            host.wait_for_greeting(port, greeting).await?;
        }
        Ok(host)
    }

    /// Hands a mail to the server as a stranger would, with the null sender if `from` is empty. Line ends
    /// are made CRLF.
    pub async fn deliver_from(&self, bytes: &[u8], from: &str, to: &str) -> Result<()> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.mx_port)).await?;
        stream.set_nodelay(true)?;
        let mut smtp = BufReader::new(stream);
        answer(&mut smtp, "220").await?;
        for (line, wanted) in [
            ("EHLO outside.test".to_owned(), "250"),
            (format!("MAIL FROM:<{from}>"), "250"),
            (format!("RCPT TO:<{to}>"), "250"),
            ("DATA".to_owned(), "354"),
        ] {
            smtp.write_all(format!("{line}\r\n").as_bytes()).await?;
            answer(&mut smtp, wanted).await.with_context(|| line)?;
        }
        smtp.write_all(&on_the_wire(bytes)).await?;
        answer(&mut smtp, "250").await.context("end of the mail")?;
        smtp.write_all(b"QUIT\r\n").await?;
        Ok(())
    }

    /// [`Self::deliver_from`] with the sender `outside@elsewhere.test`.
    pub async fn deliver(&self, bytes: &[u8], to: &str) -> Result<()> {
        self.deliver_from(bytes, "outside@elsewhere.test", to).await
    }

    /// Every mail in the account's inbox, oldest first.
    pub fn read_maildir(&self, account: &str) -> Result<Vec<Vec<u8>>> {
        let maildir = self.dir.path().join("mail").join(config::home(account)?).join("Maildir");
        let mut files: Vec<PathBuf> = Vec::new();
        for part in ["cur", "new"] {
            if let Ok(entries) = std::fs::read_dir(maildir.join(part)) {
                files.extend(entries.filter_map(Result::ok).map(|e| e.path()));
            }
        }
        files.sort_by_key(|f| f.file_name().map(ToOwned::to_owned));
        files.iter().map(|f| Ok(std::fs::read(f)?)).collect()
    }

    /// Waits until the account holds at least `n` mails and gives all of them.
    pub async fn wait_for_mail(&self, account: &str, n: usize, deadline: Duration) -> Result<Vec<Vec<u8>>> {
        let until = Instant::now() + deadline;
        loop {
            let mails = self.read_maildir(account).unwrap_or_default();
            if mails.len() >= n {
                return Ok(mails);
            }
            if Instant::now() > until {
                bail!("{account} has {} of {n} mails after {deadline:?}\n{}", mails.len(), self.log());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// What both servers wrote so far, for messages of failing tests.
    pub fn log(&self) -> String {
        let read = |name: &str| std::fs::read_to_string(self.dir.path().join(name)).unwrap_or_default();
        let [postfix, dovecot, said] = ["postfix.log", "dovecot.log", "said.log"].map(read);
        format!("postfix:\n{postfix}\ndovecot:\n{dovecot}\n{said}")
    }

    /// Ends both servers now; a client connected to them sees its connection close.
    pub fn stop(&mut self) {
        for mut server in self.servers.drain(..) {
            end(&mut server);
        }
    }

    async fn wait_for_greeting(&mut self, port: u16, greeting: &str) -> Result<()> {
        let until = Instant::now() + START;
        loop {
            if greets(port, greeting).await {
                return Ok(());
            }
            for server in &mut self.servers {
                if let Some(status) = server.try_wait()? {
                    bail!("a mail server ended at once ({status})\n{}", self.log());
                }
            }
            if Instant::now() > until {
                bail!("port {port} did not greet within {START:?}\n{}", self.log());
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

impl Drop for MailHost {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn greets(port: u16, greeting: &str) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let Ok(stream) = TcpStream::connect(address).await else { return false };
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    let read = tokio::time::timeout(START, stream.read_line(&mut line)).await;
    matches!(read, Ok(Ok(_))) && line.starts_with(greeting)
}

async fn answer(smtp: &mut BufReader<TcpStream>, wanted: &str) -> Result<()> {
    loop {
        let mut line = String::new();
        ensure!(smtp.read_line(&mut line).await? > 0, "the server closed the connection");
        ensure!(line.starts_with(wanted), "the server said: {}", line.trim());
        if line.as_bytes().get(3) != Some(&b'-') {
            return Ok(());
        }
    }
}

/// CRLF line ends, dots stuffed, final dot.
fn on_the_wire(bytes: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(bytes.len() + 64);
    let body = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    for line in body.split(|b| *b == b'\n') {
        if line.starts_with(b".") {
            wire.push(b'.');
        }
        wire.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b".\r\n");
    wire
}

fn free_ports<const N: usize>() -> Result<[u16; N]> {
    let held: Result<Vec<_>, _> = (0..N).map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).collect();
    let held = held?;
    let mut ports = [0; N];
    for (port, listener) in ports.iter_mut().zip(&held) {
        *port = listener.local_addr()?.port();
    }
    Ok(ports)
}

fn make_certificate(dir: &Path) -> Result<String> {
    let made = Command::new("/usr/bin/openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
        .args([
            "-days",
            "30",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
        ])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", "key.pem", "-out", "cert.pem"])
        .current_dir(dir)
        .output()?;
    ensure!(made.status.success(), "openssl: {}", String::from_utf8_lossy(&made.stderr));
    Ok(std::fs::read_to_string(dir.join("cert.pem"))?)
}

/// What `postfix check` would make, without its two seconds.
fn make_directories(dir: &Path) -> Result<()> {
    let postfix = id_of("/etc/passwd", "postfix")?;
    let postdrop = id_of("/etc/group", "postdrop")?;
    let queue = dir.join("queue");
    std::fs::create_dir_all(queue.join("pid"))?;
    for name in [
        "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "saved", "trace",
        "private",
    ] {
        make_owned(&queue.join(name), 0o700, Some(postfix), None)?;
    }
    make_owned(&queue.join("maildrop"), 0o730, Some(postfix), Some(postdrop))?;
    make_owned(&queue.join("public"), 0o710, Some(postfix), Some(postdrop))?;
    make_owned(&dir.join("data"), 0o700, Some(postfix), None)?;
    std::fs::create_dir_all(dir.join("postfix"))?;
    std::fs::create_dir_all(dir.join("run"))?;
    Ok(())
}

fn make_mailboxes(dir: &Path, accounts: &[(&str, &str)]) -> Result<()> {
    make_owned(&dir.join("mail"), 0o755, Some(MAIL_ID), Some(MAIL_ID))?;
    for (account, _) in accounts {
        let mut place = dir.join("mail");
        for part in config::home(account)?.iter() {
            place.push(part);
            make_owned(&place, 0o755, Some(MAIL_ID), Some(MAIL_ID))?;
        }
    }
    Ok(())
}

fn make_owned(path: &Path, mode: u32, user: Option<u32>, group: Option<u32>) -> Result<()> {
    std::fs::create_dir_all(path)?;
    chown(path, user, group).with_context(|| format!("{}: this must run as root", path.display()))?;
    Ok(std::fs::set_permissions(path, PermissionsExt::from_mode(mode))?)
}

fn id_of(file: &str, name: &str) -> Result<u32> {
    let text = std::fs::read_to_string(file)?;
    let line = text.lines().find(|l| l.split(':').next() == Some(name));
    let id = line.and_then(|l| l.split(':').nth(2)).ok_or_else(|| anyhow!("{file} has no {name}"))?;
    Ok(id.parse()?)
}

fn start_postfix(dir: &Path) -> Result<Child> {
    spawn("/usr/lib/postfix/sbin/master", &["-s", "-c"], &dir.join("postfix"), dir)
}

fn start_dovecot(dir: &Path) -> Result<Child> {
    spawn("/usr/sbin/dovecot", &["-F", "-c"], &dir.join("dovecot.conf"), dir)
}

/// Each server leads a session and process group of its own, so that all of its children can be ended with
/// it.
fn spawn(program: &str, flags: &[&str], config: &Path, dir: &Path) -> Result<Child> {
    let said = std::fs::File::options().create(true).append(true).open(dir.join("said.log"))?;
    let mut command = Command::new("/usr/bin/setsid");
    command.arg(program).args(flags).arg(config);
    command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said);
    command.spawn().with_context(|| format!("{command:?}"))
}

/// Kills the server's whole process group: there is nothing to save, and dovecot takes seconds to end by
/// itself.
fn end(server: &mut Child) {
    let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", server.id())]).output();
    let _ = server.wait();
}
