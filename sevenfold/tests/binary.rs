//! The real binary, as an operator meets it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

const BINARY: &str = env!("CARGO_BIN_EXE_sevenfold");

fn sevenfold(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.current_dir(dir).args(args).env_remove("RUST_LOG");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SEVENFOLD_")) {
        command.env_remove(name);
    }
    command
}

fn run(dir: &Path, args: &[&str]) -> Output {
    sevenfold(dir, args).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A program that serves; killed when dropped.
struct Serving {
    child: Child,
    address: SocketAddr,
    line: String,
}

impl Serving {
    fn start(dir: &Path, more: &[&str]) -> Self {
        let mut args = vec!["serve", "--listen", "127.0.0.1:0"];
        args.extend(more);
        let mut child = sevenfold(dir, &args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("Sevenfold is ready: http://").map(str::parse);
        let Some(Ok(address)) = address else {
            let mut why = String::new();
            child.stderr.take().unwrap().read_to_string(&mut why).unwrap();
            panic!("not ready: '{line}' {why}");
        };
        Self { child, address, line }
    }

    fn signal(&self, name: &str) {
        let done =
            Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status().unwrap();
        assert!(done.success());
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }

    fn get(&self, path: &str) -> String {
        let mut stream = self.connect();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn wait(mut self) -> (ExitStatus, String) {
        let mut rest = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap(), rest)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const OWNER: &str = r#"{"name":"Ada","email":"ada@acme.example","password":"a decent sentence",
    "workspace_name":"Acme","locale":"en","time_zone":"Asia/Seoul","country":"KR","currency":"KRW"}"#;

fn sigterm_ends_it_cleanly(dir: &Path, more: &[&str]) {
    let serving = Serving::start(dir, more);
    assert!(serving.get("/readyz").contains("\"ready\":true"));
    // A request of which half is sent when the signal comes.
    let mut stream = serving.connect();
    let (first, second) = OWNER.split_at(40);
    let head =
        "POST /api/v1/setup HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close";
    write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{first}", OWNER.len()).unwrap();
    stream.flush().unwrap();
    // Answered on another connection, so the first is being served by now.
    assert!(serving.get("/healthz").contains("200 OK"));
    serving.signal("TERM");
    stream.write_all(second.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let (status, rest) = serving.wait();
    assert_eq!(status.code(), Some(0));
    assert_eq!(rest, "", "one line on standard output and no more");
}

#[test]
fn sigterm_finishes_the_request_under_way_and_exits_0_on_sqlite() {
    let dir = tempfile::tempdir().unwrap();
    sigterm_ends_it_cleanly(dir.path(), &[]);
    let names: Vec<String> = std::fs::read_dir(dir.path().join("data"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(
        names.contains(&"sevenfold.db".to_owned()) && names.contains(&"secret.key".to_owned()),
        "{names:?}"
    );
    assert!(!names.iter().any(|name| name.ends_with("-wal")), "the log is folded into the file: {names:?}");
    let again = Serving::start(dir.path(), &[]);
    assert!(again.get("/api/v1/setup").contains("\"first_run\":false"));
}

#[test]
fn sigterm_finishes_the_request_under_way_and_exits_0_on_postgres() {
    let dir = tempfile::tempdir().unwrap();
    let url = hosts::postgres::fresh_database().unwrap();
    sigterm_ends_it_cleanly(dir.path(), &["--database", &url]);
}

#[test]
fn ctrl_c_ends_it_though_a_screen_listens() {
    let dir = tempfile::tempdir().unwrap();
    let serving = Serving::start(dir.path(), &[]);
    let mut stream = serving.connect();
    let head =
        "POST /api/v1/setup HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close";
    write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{OWNER}", OWNER.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let mut screen = serving.connect();
    write!(screen, "GET /api/v1/live HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\n\r\n").unwrap();
    let mut hello = String::new();
    let mut reader = BufReader::new(screen);
    while !hello.contains(": listening") {
        assert!(reader.read_line(&mut hello).unwrap() > 0, "{hello}");
    }
    serving.signal("INT");
    let (status, _) = serving.wait();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn the_one_line_is_a_clickable_address() {
    let dir = tempfile::tempdir().unwrap();
    let serving = Serving::start(dir.path(), &[]);
    assert_eq!(serving.line, format!("Sevenfold is ready: http://{}\n", serving.address));
    assert!(serving.get("/").contains("<html"));
}

#[test]
fn a_port_in_use_is_said_in_one_clear_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = run(dir.path(), &["serve", "--listen", &address]);
    assert_eq!(refused.status.code(), Some(1));
    let said = text(&refused.stderr);
    assert!(said.contains("is in use by another program") && said.contains("--listen"), "{said}");
    assert!(!dir.path().join("data").exists(), "nothing was made");
}

#[test]
fn a_worker_alone_listens_nowhere_and_stops_as_asked() {
    let dir = tempfile::tempdir().unwrap();
    let args = ["serve", "--roles", "worker"];
    let mut child =
        sevenfold(dir.path(), &args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("Sevenfold is ready: worker "), "{line}");
    Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("sevenfold.toml"), "data_dir = \"from_file\"\n").unwrap();
    let made = |command: &mut Command| {
        let out = command.stdin(Stdio::null()).output().unwrap();
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    };
    made(&mut sevenfold(dir.path(), &["user", "list"]));
    assert!(dir.path().join("from_file/sevenfold.db").exists());
    made(sevenfold(dir.path(), &["user", "list"]).env("SEVENFOLD_DATA_DIR", "from_env"));
    assert!(dir.path().join("from_env/sevenfold.db").exists());
    made(
        sevenfold(dir.path(), &["user", "list", "--data-dir", "from_flag"])
            .env("SEVENFOLD_DATA_DIR", "not_this"),
    );
    assert!(dir.path().join("from_flag/sevenfold.db").exists());
    assert!(!dir.path().join("not_this").exists());
}

#[test]
fn a_strange_word_in_the_file_is_wrong_usage() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("sevenfold.toml"), "lisen = \"127.0.0.1:1\"\n").unwrap();
    let refused = run(dir.path(), &["doctor"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("lisen"), "{}", text(&refused.stderr));
}

#[test]
fn users_are_made_listed_and_let_in_from_the_command_line() {
    let dir = tempfile::tempdir().unwrap();
    let go = |args: &[&str]| run(dir.path(), args);
    let none = go(&["user", "create", "ada@acme.example", "--name", "Ada"]);
    assert_eq!(none.status.code(), Some(3), "there is no workspace: {}", text(&none.stderr));
    let made =
        go(&["user", "create", "Ada@acme.example", "--name", "Ada", "--new-workspace", "Acme", "--json"]);
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    let made: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    assert_eq!((&made["email"], &made["workspace"]), (&"ada@acme.example".into(), &"acme".into()));
    assert!(made["link"].as_str().unwrap().starts_with("http://127.0.0.1:7000/reset/"));
    let twice = go(&["user", "create", "ada@acme.example", "--name", "Ada"]);
    assert_eq!(twice.status.code(), Some(4), "{}", text(&twice.stderr));
    let mut child = sevenfold(dir.path(), &["user", "set-password", "ada@acme.example"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"a decent sentence\n").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let list = go(&["user", "list", "--json"]);
    let list: serde_json::Value = serde_json::from_slice(&list.stdout).unwrap();
    assert_eq!(list[0]["can_sign_in"], true);
    assert_eq!(list[0]["memberships"][0]["role"], "owner");
    assert!(text(&go(&["user", "list"]).stdout).contains("Acme (owner)"));
    let link = go(&["user", "reset-link", "ada@acme.example"]);
    assert!(text(&link.stdout).starts_with("http://127.0.0.1:7000/reset/"));
    let nobody = go(&["user", "reset-link", "nobody@acme.example", "--json"]);
    assert_eq!(nobody.status.code(), Some(3));
    let why: serde_json::Value = serde_json::from_slice(&nobody.stderr).unwrap();
    assert_eq!(why["error"], "not_found");
}

#[test]
fn the_doctor_says_what_is_wrong_and_how_to_mend_it() {
    let dir = tempfile::tempdir().unwrap();
    let new = run(dir.path(), &["doctor"]);
    assert_eq!(new.status.code(), Some(0), "a new installation has warnings only: {}", text(&new.stdout));
    assert!(!dir.path().join("data").exists(), "looking makes nothing");
    assert_eq!(run(dir.path(), &["user", "list"]).status.code(), Some(0));
    let well = run(dir.path(), &["doctor", "--json"]);
    let findings: serde_json::Value = serde_json::from_slice(&well.stdout).unwrap();
    let state = |what: &str| {
        let all = findings.as_array().unwrap();
        all.iter().find(|f| f["what"] == what).map(|f| f["state"].as_str().unwrap().to_owned())
    };
    for what in ["database", "migrations", "clock", "secret key"] {
        assert_eq!(state(what).as_deref(), Some("ok"), "{what}: {findings}");
    }
    assert_eq!(state("mail").as_deref(), Some("warn"));
    open_to_all(&dir.path().join("data/secret.key"));
    let sick = run(dir.path(), &["doctor"]);
    assert_eq!(sick.status.code(), Some(1));
    assert!(text(&sick.stdout).contains("chmod 600"), "{}", text(&sick.stdout));
}

fn open_to_all(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).unwrap();
}

#[test]
fn the_document_and_completions_need_no_database() {
    let dir = tempfile::tempdir().unwrap();
    let document = run(dir.path(), &["openapi"]);
    let document: serde_json::Value = serde_json::from_slice(&document.stdout).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    for shell in ["bash", "zsh", "fish"] {
        let script = run(dir.path(), &["completions", shell]);
        assert!(text(&script.stdout).contains("reset-link"), "{shell}");
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn r11_learning_from_files_needs_no_database_and_finding_nothing_is_an_answer() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    let deals: String =
        (0..200).map(|n| format!("firm {},{}\n", n % 50, if n < 100 { "won" } else { "lost" })).collect();
    let firms: String =
        (0..50).map(|n| format!("firm {n},{}\n", if n % 2 == 0 { "retail" } else { "finance" })).collect();
    write("deals.csv", &format!("account,stage\n{deals}"));
    write("firms.csv", &format!("account,sector\n{firms}"));
    let told = run(dir.path(), &["icp", "learn", "firms.csv", "deals.csv", "--json"]);
    assert_eq!(told.status.code(), Some(0), "{}", text(&told.stderr));
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(
        (told["decided"].as_u64(), told["won"].as_u64(), told["rate"].as_f64()),
        (Some(200), Some(100), Some(0.5))
    );
    assert_eq!((told["tests"].as_array().unwrap().len(), told["proposed"].as_array().unwrap().len()), (1, 0));
    assert_eq!(told["reason_code"], "nothing_separates");
    assert_eq!(told["files"][0]["role"], "companies");
    let said = run(dir.path(), &["icp", "learn", "firms.csv", "deals.csv"]);
    assert!(
        text(&said.stdout).contains("Nothing in these facts separates won from lost."),
        "{}",
        text(&said.stdout)
    );
    assert_eq!(
        run(dir.path(), &["icp", "learn", "firms.csv"]).status.code(),
        Some(2),
        "no column of outcomes"
    );
    assert_eq!(run(dir.path(), &["icp", "learn", "nowhere.csv"]).status.code(), Some(3));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2, "nothing is made");
}

#[test]
fn wrong_usage_is_2_and_help_is_0() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(run(dir.path(), &["nonsense"]).status.code(), Some(2));
    assert_eq!(run(dir.path(), &["serve", "--config", "nowhere.toml"]).status.code(), Some(2));
    let help = run(dir.path(), &["--help"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(text(&help.stdout).contains("Exit codes"), "{}", text(&help.stdout));
}
