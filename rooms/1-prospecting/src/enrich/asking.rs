//! One source asked about one record: the question is made, claimed, asked and answered. Nothing is held while
//! the source takes its time.

use http_room::{Answer, App, Problem};
use kernel::{CompanyId, Currency, Timestamp, WorkspaceId};
use outward::{Ask, HeaderMap, HeaderName, HeaderValue, Method, Outside, OutwardError};
use records::Kind;
use records::write::load;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};
use std::time::Duration;
use uuid::Uuid;

use super::claim::{Claim, Question, Remembered, claim};
use super::mapping::{EnrichmentFinding, map};
use super::provider::{EnrichmentMethod, EnrichmentRequest, EnrichmentSource, ProviderRow};
use super::quota::Wait;
use super::template::{self, MASK, Rendered, TemplateFault};
use super::verdict::{Verdict, judge, pause};
use super::website;

/// Longest answer.
pub const MOST_BYTES: usize = 1024 * 1024;
/// Seconds a source is left alone that refuses us.
const REFUSED_PAUSE: i64 = 3_600;

/// What came of asking.
#[derive(Debug, Clone)]
pub enum Asked {
    /// Values, perhaps none, and whether they were remembered.
    Found(Remembered, bool),
    /// The record lacks what the question needs, or the question cannot be put: as a word and in English.
    Unasked(&'static str, String),
    /// It failed for this record.
    Failed(&'static str, String),
    /// The source failed, and is left alone until then. `true`: somebody has to mend it first.
    Trouble(&'static str, String, Timestamp, bool),
    /// It has to wait.
    Wait(Wait),
    /// The source is off.
    Off,
}

/// A question, made from a record.
#[derive(Debug, Clone)]
pub enum Made {
    /// A request.
    Http(Box<Rendered>),
    /// A company's own site.
    Website(String, Option<String>),
}

/// An answer as it came, for whoever tries a source out.
#[derive(Debug, Clone)]
pub struct Raw {
    /// The HTTP status; none for a website.
    pub status: Option<u16>,
    /// What was said.
    pub text: String,
    /// As JSON.
    pub document: Json,
    /// Where it came from.
    pub source_url: String,
}

/// Why there is no answer.
#[derive(Debug, Clone)]
pub enum Failure {
    /// The source knows nothing.
    Nothing(Option<Raw>),
    /// Of this question.
    Once(&'static str, String, Option<Raw>),
    /// Of the source; left alone until then.
    Source(&'static str, String, Timestamp, bool, Option<Raw>),
}

/// What templates may ask for: the record's fields, its company's, and secrets.
///
/// # Errors
/// 404, or whatever the database says.
pub async fn context(
    app: &App,
    workspace: WorkspaceId,
    kind: Kind,
    id: Uuid,
    secrets: Map<String, Json>,
) -> Answer<Json> {
    let record = load(&app.db, workspace, kind, id).await?;
    let record =
        record.filter(|r| r["deleted_at"].is_null()).ok_or_else(|| Problem::not_found(kind.key()))?;
    let mut context = record;
    let company = context["company_id"].as_str().and_then(|id| id.parse().ok()).map(|CompanyId(id)| id);
    if let Some(company) = company.filter(|_| kind == Kind::Person) {
        context["company"] = load(&app.db, workspace, Kind::Company, company).await?.unwrap_or_default();
    }
    context["secret"] = Json::Object(secrets);
    Ok(without_nothing(context))
}

/// Without nulls and blank texts, so that they count as missing wherever they are asked for.
fn without_nothing(value: Json) -> Json {
    match value {
        Json::Object(map) => {
            let said =
                |value: &Json| !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty());
            map.into_iter().filter(|(_, v)| said(v)).map(|(k, v)| (k, without_nothing(v))).collect()
        }
        other => other,
    }
}

/// The same with every secret masked.
#[must_use]
pub fn masked(context: &Json) -> Json {
    let mut context = context.clone();
    if let Some(secrets) = context["secret"].as_object_mut() {
        secrets.values_mut().for_each(|secret| *secret = json!(MASK));
    }
    context
}

/// Makes the question.
///
/// # Errors
/// As a word and in English, why there is none.
pub fn make(row: &ProviderRow, context: &Json) -> Result<Made, (&'static str, String)> {
    match row.content.source {
        EnrichmentSource::Website => {
            let place = website::place_of(context);
            let (domain, site) = place.ok_or(("missing", "domain".to_owned()))?;
            Ok(Made::Website(domain, site))
        }
        EnrichmentSource::Http => {
            let request =
                row.content.request.as_ref().ok_or(("template", "there is no request".to_owned()))?;
            match template::render(request, context) {
                Ok(rendered) => Ok(Made::Http(Box::new(rendered))),
                Err(TemplateFault::Missing(fields)) => Err(("missing", fields.join(", "))),
                Err(wrong) => Err(("template", wrong.to_string())),
            }
        }
    }
}

/// What tells a question from others: what is asked, and what is taken from the answer. Without secrets.
fn key(row: &ProviderRow, context: &Json) -> String {
    let asked = match make(row, &masked(context)) {
        Ok(Made::Http(made)) => {
            let headers: Vec<_> = made.headers.iter().map(|(n, v)| (n.as_str(), v.as_bytes())).collect();
            json!([row.content.request.as_ref().map(|r| r.method), made.url.as_str(), headers, made.body])
        }
        Ok(Made::Website(domain, site)) => json!([domain, site]),
        Err(_) => Json::Null,
    };
    let whole = json!([asked, row.content.mapping]).to_string();
    hex::encode(Sha256::digest(whole.as_bytes()))
}

/// Asks `row` about a record. What is found is not yet kept; what fails is not yet told.
///
/// # Errors
/// 404 when the record is gone; whatever the database says.
pub async fn ask(
    app: &App,
    outside: &Outside,
    row: &ProviderRow,
    (kind, id): (Kind, Uuid),
    currency: Currency,
) -> Answer<(Asked, Question)> {
    let context = context(app, row.workspace, kind, id, row.opened(app)?).await?;
    let question =
        Question { workspace: row.workspace, provider: row.id, key: key(row, &context), trial: false };
    let made = match make(row, &context) {
        Ok(made) => made,
        Err((word, detail)) => return Ok((Asked::Unasked(word, detail), question)),
    };
    let tx = app.db.write_tx().await?;
    let claimed = claim(&tx, &question, app.clock.now()).await?;
    tx.commit().await?;
    let asked = match claimed {
        Claim::Off => Asked::Off,
        Claim::Wait(wait) => Asked::Wait(wait),
        Claim::Known(answer) => Asked::Found(answer, true),
        Claim::Go(failures) => {
            let asked_at = app.clock.now();
            let answer = put(outside, row, &made, &masked(&context), failures, asked_at).await;
            answered(row, answer, asked_at, currency)
        }
    };
    Ok((asked, question))
}

fn answered(
    row: &ProviderRow,
    answer: Result<Raw, Failure>,
    asked_at: Timestamp,
    currency: Currency,
) -> Asked {
    let remember = |findings: Vec<EnrichmentFinding>, source_url| {
        Asked::Found(Remembered { findings, source_url, asked_at }, false)
    };
    match answer {
        Ok(raw) => remember(map(&raw.document, &row.content.mapping, currency), Some(raw.source_url)),
        Err(Failure::Nothing(_)) => remember(Vec::new(), None),
        Err(Failure::Once(word, detail, _)) => Asked::Failed(word, detail),
        Err(Failure::Source(word, detail, until, mend, _)) => Asked::Trouble(word, detail, until, mend),
    }
}

/// Puts a question that was claimed.
///
/// # Errors
/// Why there is no answer to map.
pub async fn put(
    outside: &Outside,
    row: &ProviderRow,
    made: &Made,
    masked: &Json,
    failures: i64,
    now: Timestamp,
) -> Result<Raw, Failure> {
    let seconds = u64::try_from(row.content.timeout_seconds).unwrap_or(15);
    match made {
        Made::Website(domain, site) => {
            let learnt = website::learn(outside, domain, site.as_deref(), seconds).await;
            let learnt = learnt.map_err(|why| Failure::Once("site_unreachable", why.to_string(), None))?;
            let text = serde_json::to_string_pretty(&learnt.document).unwrap_or_default();
            Ok(Raw { status: None, text, document: learnt.document, source_url: learnt.source_url })
        }
        Made::Http(rendered) => {
            let method = row.content.request.as_ref().map(|r| r.method).unwrap_or_default();
            let request = row.content.request.as_ref();
            let shown = request.and_then(|r| template::render(r, masked).ok()).map(|r| source_of(&r));
            let ask = question(method, rendered, Duration::from_secs(seconds));
            let answer = outside.ask(&ask).await.map_err(|why| unanswered(&why, failures, now))?;
            read(&answer, shown.unwrap_or_default(), failures, now)
        }
    }
}

/// Where values came from, without what was put into the query.
fn source_of(masked: &Rendered) -> String {
    let mut url = masked.url.clone();
    url.set_query(None);
    url.to_string()
}

fn question(method: EnrichmentMethod, rendered: &Rendered, within: Duration) -> Ask {
    let mut headers = HeaderMap::new();
    headers.insert(HeaderName::from_static("accept"), HeaderValue::from_static("application/json"));
    if rendered.body.is_some() {
        headers.insert(HeaderName::from_static("content-type"), HeaderValue::from_static("application/json"));
    }
    for (name, value) in &rendered.headers {
        headers.insert(name.clone(), value.clone());
    }
    Ask {
        method: match method {
            EnrichmentMethod::Get => Method::GET,
            EnrichmentMethod::Post => Method::POST,
        },
        url: rendered.url.clone(),
        headers,
        body: rendered.body.clone(),
        within,
        most_bytes: MOST_BYTES,
        cut: false,
        redirects: 5,
    }
}

fn read(answer: &outward::Answer, source_url: String, failures: i64, now: Timestamp) -> Result<Raw, Failure> {
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let document: Option<Json> = serde_json::from_slice(&answer.body).ok();
    let raw =
        Raw { status: Some(answer.status), text, document: document.clone().unwrap_or_default(), source_url };
    let said = || format!("it answered {}", answer.status);
    match judge(answer.status, answer.header("retry-after"), failures, now) {
        Verdict::Answer if document.is_none() => {
            Err(Failure::Once("not_json", "its answer is not JSON".to_owned(), Some(raw)))
        }
        Verdict::Answer => Ok(raw),
        Verdict::Nothing => Err(Failure::Nothing(Some(raw))),
        Verdict::Refused => Err(Failure::Once("refused", said(), Some(raw))),
        Verdict::Stop(word) => {
            Err(Failure::Source(word, said(), now.plus_seconds(REFUSED_PAUSE), true, Some(raw)))
        }
        Verdict::Later(word, until) => Err(Failure::Source(word, said(), until, false, Some(raw))),
    }
}

fn unanswered(why: &OutwardError, failures: i64, now: Timestamp) -> Failure {
    let detail = why.to_string();
    let (word, mend) = match why {
        OutwardError::TooLong { .. } => return Failure::Once("too_long", detail, None),
        OutwardError::Redirects { .. } => return Failure::Once("refused", detail, None),
        OutwardError::Private { .. } => ("private_address", true),
        OutwardError::Address(_) => ("template", true),
        OutwardError::Late { .. } => ("late", false),
        OutwardError::Name { .. } | OutwardError::Unreachable { .. } | OutwardError::Setup(_) => {
            ("unreachable", false)
        }
    };
    let until = if mend { now.plus_seconds(REFUSED_PAUSE) } else { pause(None, failures, now) };
    Failure::Source(word, detail, until, mend, None)
}

/// The request as it is shown: secrets masked.
#[must_use]
pub fn request_of(content: &EnrichmentRequest, masked: &Json) -> Option<Rendered> {
    template::render(content, masked).ok()
}
