//! A source tried out on one record before it is switched on: what would be asked, what came back, what would be
//! written. It counts as a call of a source that is kept; nothing else is kept.

use http_room::{Answer, App, Problem};
use kernel::{EnrichmentProviderId, Timestamp};
use records::write::{Author, load};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use uuid::Uuid;

use super::asking::{self, Failure, Made, Raw, context, make, masked};
use super::claim::{Claim, Question, claim};
use super::mapping::{EnrichmentFinding, map};
use super::provider::{EnrichmentProviderContent, ProviderRow};
use super::quota::WaitReason;
use super::settle::judge;
use super::standing::Standing;
use super::value;

/// Characters of an answer that are shown.
const SHOWN: usize = 20_000;

/// A source to try.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TryEnrichment {
    /// The source as it is kept, whose secrets and quota count.
    #[serde(default)]
    pub provider_id: Option<EnrichmentProviderId>,
    /// What to try.
    pub content: EnrichmentProviderContent,
    /// Secrets that are not kept yet.
    #[serde(default)]
    pub secrets: BTreeMap<String, Option<String>>,
    /// On which record.
    pub record_id: Uuid,
}

/// The request, secrets masked.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TriedRequest {
    /// `GET` or `POST`.
    pub method: String,
    /// Where.
    pub url: String,
    /// Headers, one a line.
    pub headers: Vec<String>,
    /// What was sent.
    pub body: Option<String>,
}

/// What came back.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TriedAnswer {
    /// The HTTP status; none for a website.
    pub status: Option<u16>,
    /// The first 20,000 characters.
    pub text: String,
    /// Milliseconds it took.
    pub took_ms: i64,
}

/// What would become of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnrichmentStanding {
    /// It would be written.
    Write,
    /// The record says so already.
    Same,
    /// It would be proposed.
    Propose,
    /// It was refused before.
    Rejected,
    /// It would be kept beside the record.
    Beside,
    /// It does not fit.
    Unfit,
}

/// A value that was found.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TriedValue {
    /// What was found.
    #[serde(flatten)]
    pub finding: EnrichmentFinding,
    /// What the record holds.
    #[schema(value_type = Object)]
    pub current: Json,
    /// What would become of it.
    pub standing: EnrichmentStanding,
}

/// What a trial came to.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct TriedEnrichment {
    /// What was asked; null when it could not be made.
    pub request: Option<TriedRequest>,
    /// What came back; null when nothing did.
    pub answer: Option<TriedAnswer>,
    /// What was found.
    pub values: Vec<TriedValue>,
    /// Why it came to nothing, as a word.
    pub reason: Option<String>,
    /// The same in English, with figures.
    pub detail: Option<String>,
}

/// Tries.
///
/// # Errors
/// 404 when the record is not there; 409 when the source may not be asked now.
pub async fn try_out(
    app: &App,
    by: &Author,
    row: &ProviderRow,
    kept: bool,
    secrets: Map<String, Json>,
    record: Uuid,
) -> Answer<TriedEnrichment> {
    let kind = row.content.on;
    let context = context(app, by.workspace, kind, record, secrets).await?;
    let masked = masked(&context);
    let mut tried = TriedEnrichment { request: shown(row, &masked), ..TriedEnrichment::default() };
    let made = match make(row, &context) {
        Ok(made) => made,
        Err((word, detail)) => {
            return Ok(TriedEnrichment { reason: Some(word.to_owned()), detail: Some(detail), ..tried });
        }
    };
    if kept {
        count(app, by, row).await?;
    }
    let began = std::time::Instant::now();
    let answer = asking::put(&super::outside(app)?, row, &made, &masked, 0, app.clock.now()).await;
    let took_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
    let raw = match answer {
        Ok(raw) => {
            tried.values = values(app, by, row, record, &raw).await?;
            tried.reason = tried.values.is_empty().then(|| "unknown_there".to_owned());
            Some(raw)
        }
        Err(failure) => fail(&mut tried, failure),
    };
    tried.answer = raw.map(|raw| TriedAnswer {
        status: raw.status,
        text: raw.text.chars().take(SHOWN).collect(),
        took_ms,
    });
    Ok(tried)
}

fn fail(tried: &mut TriedEnrichment, failure: Failure) -> Option<Raw> {
    let (word, detail, raw) = match failure {
        Failure::Nothing(raw) => ("unknown_there", String::new(), raw),
        Failure::Once(word, detail, raw) => (word, detail, raw),
        Failure::Source(word, detail, _, _, raw) => (word, detail, raw),
    };
    tried.reason = Some(word.to_owned());
    tried.detail = Some(detail).filter(|detail| !detail.is_empty());
    raw
}

/// A trial is a call like any other.
async fn count(app: &App, by: &Author, row: &ProviderRow) -> Answer<()> {
    let question = Question { workspace: by.workspace, provider: row.id, key: String::new(), trial: true };
    let tx = app.db.write_tx().await?;
    match claim(&tx, &question, app.clock.now()).await? {
        Claim::Wait(wait) => Err(waits(wait.until, wait.why)),
        _ => Ok(tx.commit().await?),
    }
}

fn waits(until: Timestamp, why: WaitReason) -> Problem {
    let detail = "The quota is used up for now.";
    Problem::conflict("quota_used_up", detail).with_facts(serde_json::json!({ "until": until, "why": why }))
}

fn shown(row: &ProviderRow, masked: &Json) -> Option<TriedRequest> {
    if let Ok(Made::Website(domain, site)) = make(row, masked) {
        let url = site.unwrap_or_else(|| format!("https://{domain}/"));
        let headers = vec![format!("DNS MX {domain}"), format!("DNS TXT {domain}")];
        return Some(TriedRequest { method: "GET".to_owned(), url, headers, body: None });
    }
    let request = row.content.request.as_ref()?;
    let rendered = asking::request_of(request, masked)?;
    let header = |(name, value): &(outward::HeaderName, outward::HeaderValue)| {
        format!("{name}: {}", value.to_str().unwrap_or_default())
    };
    let method = serde_json::to_value(request.method).ok()?.as_str()?.to_owned();
    Some(TriedRequest {
        method,
        url: unmasked_dots(rendered.url.as_str()),
        headers: rendered.headers.iter().map(header).collect(),
        body: rendered.body,
    })
}

/// An address spells the mask in percents; people read dots.
fn unmasked_dots(url: &str) -> String {
    url.replace("%E2%80%A2", "\u{2022}")
}

async fn values(
    app: &App,
    by: &Author,
    row: &ProviderRow,
    record: Uuid,
    raw: &Raw,
) -> Answer<Vec<TriedValue>> {
    let kind = row.content.on;
    let of = load(&app.db, by.workspace, kind, record).await?.unwrap_or_default();
    let known = value::of_record(&app.db, by.workspace, (kind, record)).await?;
    let findings = map(&raw.document, &row.content.mapping, by.currency);
    let judged = judge(&app.db, by, row, &of, &known, &findings).await?;
    let tried = judged.into_iter().map(|one| {
        let standing = match one.standing {
            _ if one.finding.fault.is_some() => EnrichmentStanding::Unfit,
            None => EnrichmentStanding::Beside,
            Some(Standing::Write) => EnrichmentStanding::Write,
            Some(Standing::Same) => EnrichmentStanding::Same,
            Some(Standing::Propose) => EnrichmentStanding::Propose,
            Some(Standing::Rejected) => EnrichmentStanding::Rejected,
        };
        TriedValue { current: value::held(&of, &one.finding.to), finding: one.finding, standing }
    });
    Ok(tried.collect())
}
