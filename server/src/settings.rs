//! What the operator decides. The binary reads it from flags, environment and file.

use crate::accounts::system_mail::SystemMailSettings;
use http_room::app::SpeechToText;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Which parts of the program this process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles {
    /// Answers requests.
    pub web: bool,
    /// Runs reactions, jobs and timers.
    pub worker: bool,
}

/// Everything a process needs to start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// `sqlite:PATH` or `postgres://…`.
    pub database: String,
    /// Connections that read (SQLite) or in all (PostgreSQL).
    pub connections: u32,
    /// Page cache of each SQLite connection, in MiB.
    pub cache_mib: u32,
    /// Where files beside the database live: the key.
    pub data_dir: PathBuf,
    /// The file with the key that seals secrets; made when missing.
    pub secret_key_file: PathBuf,
    /// The key itself, in base64, instead of the file.
    pub secret_key: Option<String>,
    /// Where people reach it. None: where it listens.
    pub base_url: Option<String>,
    /// What to run.
    pub roles: Roles,
    /// Whether mail may go to private addresses and unproven domains.
    pub closed_network: bool,
    /// Whether requests people set up may go to private addresses.
    pub private_requests: bool,
    /// The name server asked for those requests. None: the system's.
    pub name_server: Option<SocketAddr>,
    /// What turns the sound of a talk into words: a program and its arguments.
    pub speech_to_text: Option<SpeechToText>,
    /// Where meeting tools put transcripts: a folder for each workspace, by its id.
    pub transcripts_folder: Option<PathBuf>,
    /// Whether a proxy of ours stands in front and says who the client is.
    pub behind_proxy: bool,
    /// The bearer token `/metrics` asks for. None: only this machine may read it.
    pub metrics_token: Option<String>,
    /// The installation's own outgoing mail.
    pub smtp: Option<SystemMailSettings>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 7000)),
            database: "sqlite:./data/sevenfold.db".to_owned(),
            connections: 8,
            cache_mib: 64,
            data_dir: PathBuf::from("./data"),
            secret_key_file: PathBuf::from("./data/secret.key"),
            secret_key: None,
            base_url: None,
            roles: Roles { web: true, worker: true },
            closed_network: false,
            private_requests: false,
            name_server: None,
            speech_to_text: None,
            transcripts_folder: None,
            behind_proxy: false,
            metrics_token: None,
            smtp: None,
        }
    }
}
