//! Sources of values: what a workspace set up, and what is kept of how it goes.

mod queries;

pub use queries::{
    all, automatic, find, found, hold, insert, is_in_trouble, is_well, remove, save_meter, update,
};

use http_room::App;
use kernel::{EnrichmentProviderId, Timestamp, WorkspaceId};
use records::Kind;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use store::Result;

use super::mapping::EnrichmentRule;
use super::quota::{EnrichmentQuota, Meter, turned};

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnrichmentSource {
    /// A service, by a request made from a template.
    Http,
    /// DNS and the company's own home page.
    Website,
}

/// How it is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum EnrichmentMethod {
    /// Nothing is sent but the address.
    #[default]
    Get,
    /// A body is sent.
    Post,
}

/// A header; its value is a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrichmentHeader {
    /// Its name.
    pub name: String,
    /// Its value: `Bearer {{ secret.key }}`.
    pub value: String,
}

/// A request as a template: `{{ domain }}` stands for the record's domain, `{{ secret.key }}` for a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrichmentRequest {
    /// How.
    #[serde(default)]
    pub method: EnrichmentMethod,
    /// Where; values are percent-encoded and stand behind the server's name only.
    pub url: String,
    /// What else to say.
    #[serde(default)]
    pub headers: Vec<EnrichmentHeader>,
    /// JSON to send by POST; values are escaped for it.
    #[serde(default)]
    pub body: Option<String>,
}

/// What was set up of a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrichmentProviderContent {
    /// What it is called.
    pub name: String,
    /// Whether it is asked.
    #[serde(default)]
    pub enabled: bool,
    /// What is asked.
    pub source: EnrichmentSource,
    /// Of which records it knows something: `company` or `person`.
    pub on: Kind,
    /// The request, for `http`.
    #[serde(default)]
    pub request: Option<EnrichmentRequest>,
    /// What to take from an answer.
    pub mapping: Vec<EnrichmentRule>,
    /// How often it may be asked.
    #[serde(default)]
    pub quota: EnrichmentQuota,
    /// Days an answer serves for the same question.
    #[serde(default = "thirty")]
    pub cache_days: i64,
    /// Seconds an answer may take.
    #[serde(default = "fifteen")]
    pub timeout_seconds: i64,
    /// Whether new records are looked up as they come in.
    #[serde(default)]
    pub on_arrival: bool,
    /// After how many days a record is looked up again by itself.
    #[serde(default)]
    pub refresh_days: Option<i64>,
}

fn thirty() -> i64 {
    30
}

fn fifteen() -> i64 {
    15
}

/// A source as it is kept, secrets included. Never leaves the crate as JSON.
#[derive(Debug, Clone)]
pub struct ProviderRow {
    /// Its id.
    pub id: EnrichmentProviderId,
    /// Whose.
    pub workspace: WorkspaceId,
    /// What was set up.
    pub content: EnrichmentProviderContent,
    /// Sealed, by name.
    pub secrets: BTreeMap<String, String>,
    /// What was used.
    pub meter: Meter,
    /// Failures in a row.
    pub failures: i64,
    /// What is wrong with it, as a word and in the source's own.
    pub trouble: Option<(String, String, Timestamp)>,
    /// No call before.
    pub paused_until: Option<Timestamp>,
    /// Counts changes.
    pub revision: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// What is wrong with a source.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct EnrichmentTrouble {
    /// `unauthorized`, `payment_required`, `rate_limited`, `server_error`, `late`, `unreachable`, `private_address`, …
    pub reason: String,
    /// In English, with figures.
    pub detail: String,
    /// Since when.
    pub at: Timestamp,
}

/// A source as clients see it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct EnrichmentProvider {
    /// Its id.
    pub id: EnrichmentProviderId,
    /// What was set up.
    pub content: EnrichmentProviderContent,
    /// Names of its secrets; they are never shown.
    pub secret_names: Vec<String>,
    /// Calls of this day, in UTC.
    pub used_today: i64,
    /// Calls of this month, in UTC.
    pub used_this_month: i64,
    /// What is wrong with it.
    pub trouble: Option<EnrichmentTrouble>,
    /// It is not asked before.
    pub paused_until: Option<Timestamp>,
    /// Counts changes.
    pub revision: i64,
    /// Set up when.
    pub created_at: Timestamp,
    /// Changed when.
    pub updated_at: Timestamp,
}

impl ProviderRow {
    /// One that is not kept.
    #[must_use]
    pub fn fresh(
        id: EnrichmentProviderId,
        workspace: WorkspaceId,
        content: EnrichmentProviderContent,
        meter: Meter,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            workspace,
            content,
            secrets: BTreeMap::new(),
            meter,
            failures: 0,
            trouble: None,
            paused_until: None,
            revision: 0,
            created_at: now,
            updated_at: now,
        }
    }

    /// The same, otherwise set up.
    #[must_use]
    pub fn with(self, content: EnrichmentProviderContent) -> Self {
        Self { content, ..self }
    }

    /// Without its secrets.
    #[must_use]
    pub fn view(&self, now: Timestamp) -> EnrichmentProvider {
        let meter = turned(self.meter, now);
        let trouble = self.trouble.clone();
        EnrichmentProvider {
            id: self.id,
            content: self.content.clone(),
            secret_names: self.secrets.keys().cloned().collect(),
            used_today: meter.day_calls,
            used_this_month: meter.month_calls,
            trouble: trouble.map(|(reason, detail, at)| EnrichmentTrouble { reason, detail, at }),
            paused_until: self.paused_until.filter(|until| *until > now),
            revision: self.revision,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    /// Its secrets, opened.
    ///
    /// # Errors
    /// When one does not open.
    pub fn opened(&self, app: &App) -> Result<Map<String, Json>> {
        let open = |(name, sealed): (&String, &String)| {
            Ok((name.clone(), Json::from(app.secrets.open(&purpose(self.id, name), sealed)?)))
        };
        self.secrets.iter().map(open).collect()
    }
}

/// What a secret is sealed for: this source and this name, nothing else.
fn purpose(id: EnrichmentProviderId, name: &str) -> String {
    format!("enrichment_provider {id} {name}")
}

/// Seals what was sent over what is kept: a text replaces, null takes away, what is absent stays.
#[must_use]
pub fn sealed(
    app: &App,
    id: EnrichmentProviderId,
    mut kept: BTreeMap<String, String>,
    sent: &BTreeMap<String, Option<String>>,
) -> BTreeMap<String, String> {
    for (name, secret) in sent {
        match secret {
            Some(secret) => kept.insert(name.clone(), app.secrets.seal(&purpose(id, name), secret.trim())),
            None => kept.remove(name),
        };
    }
    kept
}
