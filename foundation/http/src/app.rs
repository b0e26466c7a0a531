//! What every handler, reaction and job can reach.

use crate::Door;
use crate::live::Live;
use std::sync::Arc;
use store::secret::Secrets;
use store::{Clock, Db, Reference};

/// The running program. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// The database.
    pub db: Db,
    /// Seals and opens secrets at rest.
    pub secrets: Secrets,
    /// Tells the time.
    pub clock: Clock,
    /// Tells open screens of changes.
    pub live: Live,
    /// What was configured.
    pub config: Arc<Config>,
    /// Every column of the house that names a company or a person.
    pub references: Arc<[Reference]>,
}

/// Settings of this installation that rooms may need.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where people reach it, without a slash at the end: `https://sales.example.com`.
    pub base_url: String,
    /// This node's name in leases and logs.
    pub node: String,
    /// Whether mail may go to servers on private or loopback addresses and before SPF, DKIM and
    /// DMARC are set up: for closed networks and tests, shown as a banner.
    pub closed_network: bool,
    /// Whether requests people set up (sources of values) may go to private and loopback addresses too.
    pub private_requests: bool,
    /// The name server asked for those requests; the system's when absent.
    pub name_server: Option<std::net::SocketAddr>,
    /// What turns the sound of a talk into words; none when whoever runs the server set nothing up.
    pub speech_to_text: Option<SpeechToText>,
    /// Where meeting tools put transcripts: a folder for each workspace, by its id.
    pub transcripts_folder: Option<std::path::PathBuf>,
}

/// A program that prints what is said in a sound file.
#[derive(Debug, Clone)]
pub struct SpeechToText {
    /// The program and its arguments; `{file}` stands for the sound file, which else comes last. No shell reads it.
    pub command: Vec<String>,
    /// Seconds after which it is ended.
    pub seconds: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            base_url: "http://127.0.0.1:7000".to_owned(),
            node: "node".to_owned(),
            closed_network: false,
            private_requests: false,
            name_server: None,
            speech_to_text: None,
            transcripts_folder: None,
        }
    }
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(db: Db, secrets: Secrets, clock: Clock, config: Config) -> Self {
        let references = store::reference::OF_EVENTS.into();
        Self { db, secrets, clock, live: Live::new(), config: Arc::new(config), references }
    }

    /// The same, knowing the columns these doors bring.
    #[must_use]
    pub fn knowing(self, doors: &[Door]) -> Self {
        let of_doors = doors.iter().flat_map(|door| door.references.iter().copied());
        let references = store::reference::OF_EVENTS.iter().copied().chain(of_doors).collect();
        Self { references, ..self }
    }
}
