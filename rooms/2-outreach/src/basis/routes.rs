//! Grounds for writing, over HTTP: what the law says of a person, consents, and the law of each country as it is set.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, Problem, Reader, Writer};
use kernel::{PersonId, Timestamp, limits};
use process::room::{given, optional};
use records::workspace::{MailRule, Workspace};
use serde::{Deserialize, Serialize};
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::consent::{self, Consent, NewConsent, Which};
use super::law::{self, Ground, PLACES, Verdict};
use super::notice::{self, ConsentNotice};
use super::standings;
use crate::recipient;

/// On what ground a person may get automatic mail.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MailBasis {
    /// The country whose law holds, ISO 3166 alpha-2.
    pub country: String,
    /// Which law: `kr_network_act`, `us_can_spam`, `ca_casl`, `opt_in`, `companies_opt_out`, `fr_function`,
    /// `published_or_opt_in`, `legitimate_interest`.
    pub law: String,
    /// Grounds of which it asks one; none: it asks nothing.
    pub grounds: Vec<Ground>,
    /// What an admin set instead.
    pub rule: Option<MailRule>,
    /// `allowed`, `refused`, or `lapsed` where a ground has run out.
    pub standing: String,
    /// The ground that allows it, or has run out.
    pub ground: Option<Ground>,
    /// Whether mails to them begin with "(광고)".
    pub marked: bool,
    /// What the workspace's settings lack for such mails: `postal_address`, `sender_phone`.
    pub sender_lacks: Vec<String>,
    /// Consents, the newest first, with those that were taken back.
    pub consents: Vec<Consent>,
    /// What they have to be told of consents and refusals, the newest first.
    pub notices: Vec<ConsentNotice>,
}

/// A consent several people gave, or why what is written to them is no advertisement.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConsents {
    /// Who, 1,000 at most.
    pub person_ids: Vec<PersonId>,
    /// `consent` or `not_advertising`.
    pub kind: Ground,
    /// When it was given; left out: now.
    #[serde(default)]
    pub given_at: Option<Timestamp>,
    /// How: a form, a call, at a fair.
    pub how: String,
    /// In what words; for what is no advertisement, why it is none.
    pub wording: String,
}

/// How many consents were put on record.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ConsentsPut {
    /// People whose it is now.
    pub put: usize,
    /// People who are not there.
    pub unknown: Vec<PersonId>,
}

/// Why a consent is taken back.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// In your words.
    #[serde(default)]
    pub reason: Option<String>,
}

/// The law of a country as it is set.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MailLaw {
    /// ISO 3166 alpha-2, or `other`.
    pub place: String,
    /// Which law.
    pub law: String,
    /// Grounds of which it asks one; none: it asks nothing.
    pub grounds: Vec<Ground>,
    /// What an admin set instead.
    pub rule: Option<MailRule>,
}

async fn workspace(db: &impl Source, id: kernel::WorkspaceId) -> Answer<Workspace> {
    records::workspace::find(db, id).await?.ok_or_else(|| Problem::not_found("workspace"))
}

#[utoipa::path(get, path = "/people/{id}/mail-basis", tag = "outreach", operation_id = "get_mail_basis", params(("id" = Uuid, Path, description = "The person")),
    responses((status = 200, description = "Whether they may get automatic mail, and why", body = MailBasis), (status = 404, description = "Not there", body = Problem)))]
async fn of_person(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<PersonId>,
) -> Answer<Answered<MailBasis>> {
    let workspace = workspace(&app.db, me.workspace).await?;
    let who =
        recipient::find(&app.db, me.workspace, id).await?.ok_or_else(|| Problem::not_found("person"))?;
    let country = who.zone(&app.db, &workspace).await?.1.unwrap_or(kernel::Country::US);
    let verdicts = standings(&app.db, &workspace, &[(&who, country)], app.clock.now()).await?;
    let (standing, ground, marked) = match verdicts.get(&id) {
        Some(Verdict::Allowed { ground, marked }) => ("allowed", *ground, *marked),
        Some(Verdict::Lapsed(ground)) => ("lapsed", Some(*ground), false),
        _ => ("refused", None, false),
    };
    let law = law::of(country);
    Ok(Answered(MailBasis {
        country: country.code().to_owned(),
        law: law.key.to_owned(),
        grounds: law.grounds().collect(),
        rule: law::set_otherwise(country, &workspace.settings().mail_rules).cloned(),
        standing: standing.to_owned(),
        ground,
        marked,
        sender_lacks: if marked { sender_lacks(&workspace) } else { Vec::new() },
        consents: consent::of_person(&app.db, me.workspace, id).await?,
        notices: notice::of_person(&app.db, me.workspace, id).await?,
    }))
}

/// What the settings lack that a mail which advertises in Korea has to show.
#[must_use]
pub fn sender_lacks(workspace: &Workspace) -> Vec<String> {
    let settings = workspace.settings();
    let shown = [("postal_address", settings.postal_address), ("sender_phone", settings.sender_phone)];
    shown.into_iter().filter(|(_, text)| text.trim().is_empty()).map(|(key, _)| key.to_owned()).collect()
}

#[utoipa::path(post, path = "/consents", tag = "outreach", operation_id = "put_consents", request_body = NewConsents,
    responses((status = 201, description = "On record", body = ConsentsPut), (status = 422, description = "Fields at fault", body = Problem)))]
async fn put(
    me: Writer,
    State(app): State<App>,
    Body(new): Body<NewConsents>,
) -> Answer<(StatusCode, Answered<ConsentsPut>)> {
    if new.person_ids.is_empty() || new.person_ids.len() > limits::BULK_ROWS {
        return Err(Problem::field("person_ids", "invalid", "from 1 to 1000 people"));
    }
    if !matches!(new.kind, Ground::Consent | Ground::NotAdvertising) {
        return Err(Problem::field("kind", "invalid", "consent or not_advertising"));
    }
    let now = app.clock.now();
    let given_at = new.given_at.unwrap_or(now);
    if given_at > now {
        return Err(Problem::field("given_at", "in_future", "not later than now"));
    }
    let consent = NewConsent {
        ground: new.kind,
        given_at,
        how: given("how", &new.how, limits::REASON_CHARS)?,
        wording: given("wording", &new.wording, limits::REASON_CHARS)?,
        arrival: None,
    };
    let mut tx = app.db.write_tx().await?;
    let there = recipient::find_all(&tx, me.workspace, &new.person_ids).await?;
    let mut answer = ConsentsPut { put: 0, unknown: Vec::new() };
    for person in new.person_ids {
        if there.contains_key(&person) {
            consent::put(&mut tx, (me.workspace, me.actor()), person, &consent, now).await?;
            answer.put += 1;
        } else {
            answer.unknown.push(person);
        }
    }
    tx.commit().await?;
    Ok((StatusCode::CREATED, Answered(answer)))
}

#[utoipa::path(post, path = "/consents/{id}/confirm", tag = "outreach", operation_id = "confirm_consent", params(("id" = Uuid, Path, description = "The consent")),
    responses((status = 204, description = "They were told again what they agreed to; it holds on"), (status = 404, description = "Not there, or taken back", body = Problem)))]
async fn confirm(me: Writer, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let now = app.clock.now();
    if !consent::confirm(&mut tx, (me.workspace, me.actor()), id, now, now).await? {
        return Err(Problem::not_found("consent"));
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/consents/{id}/withdraw", tag = "outreach", operation_id = "withdraw_consent", request_body = Withdrawal, params(("id" = Uuid, Path, description = "The consent")),
    responses((status = 204, description = "Taken back; mails that need it do not leave any more"), (status = 404, description = "Not there, or taken back already", body = Problem)))]
async fn withdraw(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Body(asked): Body<Withdrawal>,
) -> Answer<StatusCode> {
    let why = optional("reason", asked.reason.as_deref(), limits::REASON_CHARS)?;
    let why = why.unwrap_or_else(|| "by_hand".to_owned());
    let mut tx = app.db.write_tx().await?;
    let by = (me.workspace, me.actor());
    if consent::withdraw(&mut tx, by, Which::One(id), &why, app.clock.now()).await? == 0 {
        return Err(Problem::not_found("consent"));
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/mail-laws", tag = "outreach", operation_id = "list_mail_laws",
    responses((status = 200, description = "What automatic mail needs where; changed by the workspace's setting `mail_rules`", body = Vec<MailLaw>)))]
async fn laws(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<MailLaw>>> {
    let rules = workspace(&app.db, me.workspace).await?.settings().mail_rules;
    let mut places: Vec<String> = PLACES.iter().map(|place| (*place).to_owned()).collect();
    let end = places.len() - 1;
    let own = rules.keys().filter(|place| !PLACES.contains(&place.as_str()));
    places.splice(end..end, own.cloned());
    let shown = |place: String| {
        let law = law::of_place(&place);
        MailLaw {
            law: law.key.to_owned(),
            grounds: law.grounds().collect(),
            rule: rules.get(&place).cloned(),
            place,
        }
    };
    Ok(Answered(places.into_iter().map(shown).collect()))
}

/// Routes of grounds for writing.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(of_person))
        .routes(routes!(put))
        .routes(routes!(confirm))
        .routes(routes!(withdraw))
        .routes(routes!(laws))
}
