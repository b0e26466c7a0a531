//! Leads that other systems pass on.

use axum::Json as Answered;
use axum::extract::State;
use axum::http::StatusCode;
use http_room::{Answer, App, Body, FieldError, Member, Problem, Writer};
use kernel::{Timestamp, UserId, limits};
use records::Kind;
use records::workspace;
use records::write::Author;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use store::WriteTx;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::arrival::{self, Coming, Consented};
use super::arrive::{Arrived, Newcomer, arrive};
use super::ask::{MESSAGE_CHARS, faults};
use super::form;
use super::rules::CONSENT_CHARS;

/// A consent that was given elsewhere.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeadConsent {
    /// The text they agreed to.
    pub text: String,
    /// When; now when absent.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

/// A lead from another system.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLead {
    /// Who: fields of a person, `custom` among them. A name or a mail address is needed.
    #[schema(value_type = records::PersonInput)]
    pub person: Map<String, Json>,
    /// Where they work: fields of a company, `custom` among them.
    #[serde(default)]
    #[schema(value_type = records::CompanyInput)]
    pub company: Map<String, Json>,
    /// What they wrote; then a task asks somebody to answer.
    #[serde(default)]
    pub message: Option<String>,
    /// Where they come from: a fair, a partner, a product. New records get it as their source.
    #[serde(default)]
    pub source: Option<String>,
    /// Its id in that system: sent again under the same source, nothing happens again.
    #[serde(default)]
    pub external_id: Option<String>,
    /// What they agreed to.
    #[serde(default)]
    pub consent: Option<LeadConsent>,
    /// Whose new records are; the caller's when absent.
    #[serde(default)]
    pub owner_id: Option<UserId>,
}

fn said(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned)
}

fn too_long(lead: &NewLead) -> Vec<FieldError> {
    let texts = [
        ("message", lead.message.as_deref(), MESSAGE_CHARS),
        ("source", lead.source.as_deref(), limits::LINE_CHARS),
        ("external_id", lead.external_id.as_deref(), limits::NAME_CHARS),
        ("consent.text", lead.consent.as_ref().map(|c| c.text.as_str()), CONSENT_CHARS),
    ];
    let long = texts.into_iter().filter(|(_, text, max)| text.is_some_and(|t| !limits::fits(t, *max)));
    long.map(|(field, _, max)| FieldError::new(field, "too_long", format!("at most {max} characters")))
        .collect()
}

/// Refuses what does not fit, every fault at once.
async fn check(tx: &WriteTx, me: &Member, lead: &NewLead) -> Answer<()> {
    let own = form::own_fields(tx, me.workspace).await?;
    let mut errors = too_long(lead);
    errors.extend(faults(Kind::Person, &lead.person, &own.person));
    errors.extend(faults(Kind::Company, &lead.company, &own.company));
    if ["email", "name", "given_name", "family_name"]
        .iter()
        .all(|key| said(lead.person.get(*key).and_then(Json::as_str)).is_none())
    {
        errors.push(FieldError::new("person.email", "required", "a mail address or a name is needed"));
    }
    for (map, key) in [
        (&lead.person, "person.company_id"),
        (&lead.person, "person.owner_id"),
        (&lead.company, "company.owner_id"),
    ] {
        if key.split_once('.').is_some_and(|(_, key)| map.contains_key(key)) {
            errors.push(FieldError::new(key, "unknown_field", "send `company` and `owner_id` instead"));
        }
    }
    if let Some(owner) = lead.owner_id
        && !workspace::is_member(tx, me.workspace, owner).await?
    {
        errors.push(FieldError::new("owner_id", "not_found", "this is no member of the workspace"));
    }
    errors.dedup_by(|a, b| a.field == b.field);
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

fn coming(me: &Member, lead: &NewLead, now: Timestamp) -> Coming {
    let consent = lead.consent.as_ref().map(|c| Consented { text: c.text.clone(), version: None, at: c.at });
    Coming {
        workspace: me.workspace,
        form: None,
        origin: format!("api:{}", said(lead.source.as_deref()).unwrap_or_default()),
        external_id: said(lead.external_id.as_deref()),
        spam_reason: None,
        given: json!({ "person": lead.person, "company": lead.company, "message": lead.message }),
        source: said(lead.source.as_deref()),
        locale: None,
        consent,
        visitor: None,
        now,
    }
}

/// What was answered when it was sent first.
async fn repeated(tx: &WriteTx, coming: &Coming) -> Answer<Arrived> {
    let id = coming.external_id.as_deref().unwrap_or_default();
    let outcome = arrival::outcome_of(tx, coming.workspace, &coming.origin, id).await?;
    let outcome = outcome.ok_or_else(|| Problem::not_found("lead"))?;
    let done: Arrived = serde_json::from_value(outcome).map_err(|e| Problem::internal(&e))?;
    Ok(Arrived { repeated: true, ..done })
}

#[utoipa::path(post, path = "/leads", tag = "prospecting", operation_id = "add_lead", request_body = NewLead,
    responses((status = 201, description = "A new person", body = Arrived), (status = 200, description = "Somebody known, or sent before under this `external_id`", body = Arrived),
        (status = 422, description = "Fields at fault", body = Problem)))]
async fn add(
    me: Writer,
    State(app): State<App>,
    Body(lead): Body<NewLead>,
) -> Answer<(StatusCode, Answered<Arrived>)> {
    let mut tx = app.db.write_tx().await?;
    check(&tx, &me, &lead).await?;
    let coming = coming(&me, &lead, app.clock.now());
    let Some(arrival) = arrival::reserve(&tx, &coming).await? else {
        return Ok((StatusCode::OK, Answered(repeated(&tx, &coming).await?)));
    };
    let currency = workspace::find(&tx, me.workspace).await?.map_or(kernel::Currency::USD, |w| w.currency());
    let by = Author { workspace: me.workspace, actor: me.actor(), now: coming.now, cause: None, currency };
    let message = said(lead.message.as_deref());
    let newcomer = Newcomer {
        person: lead.person,
        company: lead.company,
        owner: lead.owner_id,
        basis: if lead.consent.is_some() { "consent" } else { "inquiry" },
        source: coming.source,
        form: None,
        arrival,
        answer: message.is_some(),
        message,
    };
    let done = arrive(&mut tx, &by, &newcomer).await?;
    tx.commit().await?;
    let status = if done.created.person { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Answered(done)))
}

/// Routes of leads.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(add))
}
