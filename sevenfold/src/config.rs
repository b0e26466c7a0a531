//! Settings from flags, environment and file, in that order.

use crate::output::Failure;
use clap::{Args, ValueEnum};
use figment::Figment;
use figment::providers::{Format, Serialized, Toml};
use http_room::app::SpeechToText;
use serde::{Deserialize, Serialize};
use server::Settings;
use server::accounts::system_mail::SystemMailSettings;
use server::settings::Roles;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tracing_subscriber::EnvFilter;

/// The file read when `--config` names none.
const DEFAULT_FILE: &str = "sevenfold.toml";

/// How log lines look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for log collectors.
    Json,
}

/// A part of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Answers requests.
    Web,
    /// Sends mail, imports, reacts.
    Worker,
}

/// Flags every command takes; each can stand in the environment and in the file instead.
#[derive(Debug, Args)]
pub struct Flags {
    /// The configuration file [default: ./sevenfold.toml if it is there].
    #[arg(long, global = true, env = "SEVENFOLD_CONFIG", value_name = "FILE", hide_env_values = true)]
    config: Option<PathBuf>,
    #[command(flatten)]
    values: Values,
    #[command(flatten)]
    smtp: SmtpFlags,
}

/// What can be set by flag, environment and file alike.
#[derive(Debug, Default, Clone, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Values {
    /// Where to listen [default: 127.0.0.1:7000].
    #[arg(long, global = true, env = "SEVENFOLD_LISTEN", value_name = "ADDRESS", hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<SocketAddr>,
    /// The database: sqlite:PATH, or postgres://USER:PASSWORD@HOST/NAME [default: sqlite:DATA_DIR/sevenfold.db].
    #[arg(long, global = true, env = "SEVENFOLD_DATABASE", value_name = "URL", hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<String>,
    /// Database connections: those that read (SQLite), or all of them (PostgreSQL) [default: 8].
    #[arg(long, global = true, env = "SEVENFOLD_CONNECTIONS", value_name = "N", hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    connections: Option<u32>,
    /// Where the embedded database and the key live [default: ./data].
    #[arg(long, global = true, env = "SEVENFOLD_DATA_DIR", value_name = "DIR", hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    data_dir: Option<PathBuf>,
    /// What this process runs [default: web,worker].
    #[arg(
        long,
        global = true,
        env = "SEVENFOLD_ROLES",
        value_delimiter = ',',
        value_name = "ROLES",
        hide_env_values = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<Role>>,
    /// Where people reach it, as in links in mails: https://sales.example.com [default: where it listens].
    #[arg(long, global = true, env = "SEVENFOLD_BASE_URL", value_name = "URL", hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    base_url: Option<String>,
    /// The file with the key that seals secrets, made at the first start [default: DATA_DIR/secret.key].
    #[arg(
        long,
        global = true,
        env = "SEVENFOLD_SECRET_KEY_FILE",
        value_name = "FILE",
        hide_env_values = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_key_file: Option<PathBuf>,
    /// The key itself, 32 bytes in base64; set it in the environment, not on the command line.
    #[arg(long, global = true, hide = true, env = "SEVENFOLD_SECRET_KEY", hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_key: Option<String>,
    /// Let mail go to private addresses and before SPF, DKIM and DMARC are set up: closed networks and tests.
    #[arg(long, global = true, env = "SEVENFOLD_CLOSED_NETWORK", num_args = 0..=1, default_missing_value = "true", hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_network: Option<bool>,
    /// Let requests that administrators set up (enrichment) go to private and loopback addresses too.
    #[arg(long, global = true, env = "SEVENFOLD_PRIVATE_REQUESTS", num_args = 0..=1, default_missing_value = "true", hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    private_requests: Option<bool>,
    /// The name server to ask for those requests and for sending domains, ADDRESS:PORT [default: the system's].
    #[arg(
        long,
        global = true,
        env = "SEVENFOLD_NAME_SERVER",
        value_name = "ADDRESS",
        hide_env_values = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    name_server: Option<SocketAddr>,
    /// A program that prints what is said in a recording, `{file}` for its path: "whisper-cli -ovtt -of - {file}". It runs
    /// with the rights of the server, without a shell, for two hours at most [default: none].
    #[arg(
        long,
        global = true,
        env = "SEVENFOLD_SPEECH_TO_TEXT",
        value_name = "COMMAND",
        hide_env_values = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    speech_to_text: Option<String>,
    /// A folder where meeting tools put transcripts: WORKSPACE_ID/ACTIVITY_ID--spoken--WHO_AGREED.vtt [default: none].
    #[arg(
        long,
        global = true,
        env = "SEVENFOLD_TRANSCRIPTS_FOLDER",
        value_name = "DIR",
        hide_env_values = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    transcripts_folder: Option<PathBuf>,
    /// A proxy of yours stands in front: believe the last entry of its X-Forwarded-For.
    #[arg(long, global = true, env = "SEVENFOLD_BEHIND_PROXY", num_args = 0..=1, default_missing_value = "true", hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    behind_proxy: Option<bool>,
    /// The bearer token /metrics asks for [default: none, only this machine may read it].
    #[arg(long, global = true, hide = true, env = "SEVENFOLD_METRICS_TOKEN", hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics_token: Option<String>,
    /// How log lines look [default: text].
    #[arg(long, global = true, env = "SEVENFOLD_LOG_FORMAT", value_name = "FORMAT", hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    log_format: Option<LogFormat>,
    /// The `[smtp]` table of the file.
    #[arg(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    smtp: Option<figment::value::Dict>,
}

/// The installation's own mail: password resets and invitations.
#[derive(Debug, Default, Clone, Args, Serialize)]
struct SmtpFlags {
    /// SMTP server for password resets and invitations ([smtp] host in the file).
    #[arg(
        long = "smtp-host",
        global = true,
        env = "SEVENFOLD_SMTP_HOST",
        value_name = "HOST",
        hide_env_values = true
    )]
    #[serde(rename = "host", skip_serializing_if = "Option::is_none")]
    smtp_host: Option<String>,
    /// Its port [default: 587].
    #[arg(
        long = "smtp-port",
        global = true,
        hide = true,
        env = "SEVENFOLD_SMTP_PORT",
        hide_env_values = true
    )]
    #[serde(rename = "port", skip_serializing_if = "Option::is_none")]
    smtp_port: Option<u16>,
    /// starttls, tls or plain [default: starttls].
    #[arg(
        long = "smtp-security",
        global = true,
        hide = true,
        env = "SEVENFOLD_SMTP_SECURITY",
        hide_env_values = true
    )]
    #[serde(rename = "security", skip_serializing_if = "Option::is_none")]
    smtp_security: Option<String>,
    /// User name.
    #[arg(
        long = "smtp-username",
        global = true,
        hide = true,
        env = "SEVENFOLD_SMTP_USERNAME",
        hide_env_values = true
    )]
    #[serde(rename = "username", skip_serializing_if = "Option::is_none")]
    smtp_username: Option<String>,
    /// Password; set it in the environment, not on the command line.
    #[arg(
        long = "smtp-password",
        global = true,
        hide = true,
        env = "SEVENFOLD_SMTP_PASSWORD",
        hide_env_values = true
    )]
    #[serde(rename = "password", skip_serializing_if = "Option::is_none")]
    smtp_password: Option<String>,
    /// Sender of those mails ([smtp] from in the file).
    #[arg(
        long = "smtp-from",
        global = true,
        env = "SEVENFOLD_SMTP_FROM",
        value_name = "ADDRESS",
        hide_env_values = true
    )]
    #[serde(rename = "from", skip_serializing_if = "Option::is_none")]
    smtp_from: Option<String>,
}

/// What was read.
#[derive(Debug, Clone)]
pub struct Configured {
    /// For the server.
    pub server: Settings,
    /// The file it came from, if any.
    pub file: Option<PathBuf>,
    log_format: LogFormat,
}

impl Configured {
    /// Starts the log, on standard error. `RUST_LOG` says what to log; commands other than serve log warnings only.
    pub fn start_log(&self, serving: bool) {
        let default = if serving { "info,sqlx=warn,sea_orm=warn,tower_http=warn" } else { "warn" };
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
        let colours = std::io::stderr().is_terminal();
        let log =
            tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
        match self.log_format {
            LogFormat::Text => log.init(),
            LogFormat::Json => log.json().init(),
        }
    }
}

/// Reads flags and environment (by way of the flags) over the file.
pub fn read(flags: &Flags) -> Result<Configured, Failure> {
    let file = match &flags.config {
        Some(file) if !file.exists() => {
            return Err(Failure::Usage(format!("there is no configuration file {}", file.display())));
        }
        Some(file) => Some(file.clone()),
        None => Some(PathBuf::from(DEFAULT_FILE)).filter(|file| file.exists()),
    };
    let mut figment = Figment::new();
    if let Some(file) = &file {
        figment = figment.merge(Toml::file_exact(file));
    }
    figment =
        figment.merge(Serialized::defaults(&flags.values)).merge(Serialized::default("smtp", &flags.smtp));
    let values: Values =
        figment.extract().map_err(|why| Failure::Usage(format!("the configuration: {why}")))?;
    let smtp = values.smtp.as_ref().is_some_and(|table| !table.is_empty());
    let smtp: Option<SystemMailSettings> = match smtp {
        true => Some(figment.extract_inner("smtp").map_err(|why| Failure::Usage(format!("[smtp]: {why}")))?),
        false => None,
    };
    let log_format = values.log_format.unwrap_or_default();
    Ok(Configured { server: settings(values, smtp)?, file, log_format })
}

fn settings(values: Values, smtp: Option<SystemMailSettings>) -> Result<Settings, Failure> {
    let default = Settings::default();
    let data_dir = values.data_dir.unwrap_or(default.data_dir);
    let database =
        values.database.unwrap_or_else(|| format!("sqlite:{}", data_dir.join("sevenfold.db").display()));
    let roles = values.roles.unwrap_or_else(|| vec![Role::Web, Role::Worker]);
    if let Some(url) = &values.base_url
        && !(url.starts_with("http://") || url.starts_with("https://"))
    {
        return Err(Failure::Usage(format!("--base-url '{url}' must begin with http:// or https://")));
    }
    Ok(Settings {
        listen: values.listen.unwrap_or(default.listen),
        secret_key_file: values.secret_key_file.unwrap_or_else(|| key_in(&data_dir)),
        database,
        connections: values.connections.unwrap_or(default.connections).max(1),
        cache_mib: default.cache_mib,
        data_dir,
        secret_key: values.secret_key,
        base_url: values.base_url,
        roles: Roles { web: roles.contains(&Role::Web), worker: roles.contains(&Role::Worker) },
        closed_network: values.closed_network.unwrap_or(false),
        private_requests: values.private_requests.unwrap_or(false),
        name_server: values.name_server,
        speech_to_text: values.speech_to_text.as_deref().and_then(speech),
        transcripts_folder: values.transcripts_folder,
        behind_proxy: values.behind_proxy.unwrap_or(false),
        metrics_token: values.metrics_token.filter(|token| !token.is_empty()),
        smtp,
    })
}

/// Words of a command; none of a blank one.
fn speech(command: &str) -> Option<SpeechToText> {
    let command: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
    (!command.is_empty()).then_some(SpeechToText { command, seconds: 2 * 3600 })
}

fn key_in(data_dir: &Path) -> PathBuf {
    data_dir.join("secret.key")
}
