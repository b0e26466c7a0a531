//! Radicale, a calendar server that is not ours, which `scripts/install test` puts into target/radicale.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use outward::{Ask, HeaderMap, HeaderValue, Method, Outside, Policy};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};

/// Who has calendars there, and their password.
pub const ADA: (&str, &str) = ("ada", "correct horse");

/// The server; it ends with this value.
pub struct Radicale {
    at: String,
    child: Child,
    _dir: TempDir,
}

impl Drop for Radicale {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Radicale {
    /// Started, and ready when it is there.
    pub async fn start() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let users = dir.path().join("users");
        std::fs::write(&users, format!("{}:{}\n", ADA.0, ADA.1)).expect("a file");
        let port = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = port.local_addr().expect("its address").to_string();
        drop(port);
        let place = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/radicale/bin/python");
        let mut child = Command::new(place)
            .args(["-m", "radicale", "--config", "", "--auth-type", "htpasswd", "--auth-delay", "0"])
            .args(["--auth-htpasswd-encryption", "plain", "--rights-type", "owner_only", "--hosts", &at])
            .arg("--auth-htpasswd-filename")
            .arg(&users)
            .arg("--storage-filesystem-folder")
            .arg(dir.path().join("storage"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|why| panic!("{place}: {why}; run scripts/install test"));
        let ready = async {
            while TcpStream::connect(&at).await.is_err() {
                assert!(
                    child.try_wait().expect("a state").is_none(),
                    "radicale ended; run scripts/install test"
                );
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), ready).await.expect("radicale answers");
        Self { at, child, _dir: dir }
    }

    /// An address there.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    /// Makes a calendar, or puts an event into one.
    pub async fn put(&self, method: &str, path: &str, body: &str) {
        use base64::Engine as _;
        let basic = base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", ADA.0, ADA.1));
        let mut headers = HeaderMap::new();
        headers.insert("authorization", HeaderValue::from_str(&format!("Basic {basic}")).expect("a header"));
        headers.insert("content-type", HeaderValue::from_static("text/calendar; charset=utf-8"));
        let ask = Ask {
            method: Method::from_bytes(method.as_bytes()).expect("a method"),
            url: self.url(path).parse().expect("an address"),
            headers,
            body: Some(body.to_owned()).filter(|body| !body.is_empty()),
            within: Duration::from_secs(20),
            most_bytes: 1 << 20,
            cut: false,
            redirects: 0,
        };
        let outside = Outside::new(Policy { private: true, name_server: None }).expect("a client");
        let answer = outside.ask(&ask).await.expect("an answer");
        assert!((200..300).contains(&answer.status), "{method} {path}: {} {:?}", answer.status, answer.body);
    }
}
