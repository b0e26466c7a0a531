//! Sending domains over HTTP: how each stands, the key it signs with, looking again.

use std::collections::BTreeMap;

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Admin, Answer, App, Member, Problem, Reader, Writer};
use serde::Serialize;
use serde_json::{Value as Json, json};
use store::{NewEvent, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::look::real_mailboxes;
use super::{DOMAIN_KEY_MADE, DOMAIN_KEY_TAKEN, KeyRecord, Report, dkim_key, gate};

/// A domain that mailboxes send from.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SendingDomain {
    /// The domain.
    pub domain: String,
    /// Addresses of the mailboxes that send from it.
    pub mailboxes: Vec<String>,
    /// Whether automatic mail waits until the domain is set up.
    pub waits: bool,
    /// The record to publish for the key mails are signed with, if one was made here.
    pub key: Option<KeyRecord>,
    /// What was found when it was looked at last.
    pub report: Option<Report>,
}

/// All sending domains of a workspace.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SendingDomains {
    /// The operator lets automatic mail leave whatever the domains' state: for closed networks and tests.
    pub closed_network: bool,
    /// By name.
    pub domains: Vec<SendingDomain>,
}

async fn all(app: &App, me: &Member) -> Answer<Vec<SendingDomain>> {
    let mut by_name: BTreeMap<String, SendingDomain> = BTreeMap::new();
    for mailbox in real_mailboxes(&app.db, me.workspace).await? {
        let domain = mailbox.domain();
        let waits = mailbox.awaits_domain(app.config.closed_network);
        let entry = by_name.entry(domain.clone()).or_insert_with(|| SendingDomain {
            domain,
            mailboxes: Vec::new(),
            waits: false,
            key: None,
            report: None,
        });
        entry.waits |= waits;
        entry.mailboxes.push(mailbox.address);
    }
    for (domain, entry) in &mut by_name {
        entry.key = dkim_key::of(&app.db, me.workspace, domain).await?.map(|key| key.record());
        entry.report =
            gate::kept(&app.db, me.workspace, domain).await?.map(|check| check.report()).transpose()?;
    }
    Ok(by_name.into_values().collect())
}

/// A domain of the workspace's mailboxes, or 404.
async fn found(app: &App, me: &Member, domain: &str) -> Answer<SendingDomain> {
    let domain = crate::mailbox::domain_of(domain);
    let all = all(app, me).await?;
    all.into_iter().find(|one| one.domain == domain).ok_or_else(|| Problem::not_found("sending_domain"))
}

async fn tell(tx: &mut WriteTx, app: &App, me: &Member, kind: &'static str, payload: Json) -> Answer<()> {
    tx.record(NewEvent::now(me.workspace, kind, me.actor(), app.clock.now()).with(payload)).await?;
    Ok(())
}

#[utoipa::path(get, path = "/sending-domains", tag = "outreach", operation_id = "list_sending_domains",
    responses((status = 200, description = "Domains that mailboxes send from, by name, as they were found last", body = SendingDomains)))]
async fn list(me: Reader, State(app): State<App>) -> Answer<Answered<SendingDomains>> {
    let domains = all(&app, &me).await?;
    Ok(Answered(SendingDomains { closed_network: app.config.closed_network, domains }))
}

#[utoipa::path(post, path = "/sending-domains/{domain}/check", tag = "outreach", operation_id = "check_sending_domain", params(("domain" = String, Path, description = "The domain")),
    responses((status = 200, description = "What was found: SPF, DKIM, DMARC, alignment, MX, PTR, TLS, one-click unsubscribe, content, bounces, complaints", body = Report), (status = 404, description = "No mailbox sends from it", body = Problem)))]
async fn check(me: Writer, State(app): State<App>, Path(domain): Path<String>) -> Answer<Answered<Report>> {
    let one = found(&app, &me, &domain).await?;
    gate::check(&app, me.workspace, &one.domain, me.actor()).await.map(Answered)
}

#[utoipa::path(post, path = "/sending-domains/{domain}/key", tag = "outreach", operation_id = "make_sending_key", params(("domain" = String, Path, description = "The domain")),
    responses((status = 201, description = "A key was made: publish its record. Mails are signed with it from now on", body = KeyRecord), (status = 404, description = "No mailbox sends from it", body = Problem), (status = 409, description = "It has a key", body = Problem)))]
async fn make_key(
    me: Admin,
    State(app): State<App>,
    Path(domain): Path<String>,
) -> Answer<(StatusCode, Answered<KeyRecord>)> {
    let one = found(&app, &me, &domain).await?;
    let made = dkim_key::make(&app, me.workspace, &one.domain, me.user).await?;
    let mut tx = app.db.write_tx().await?;
    let payload = json!({ "domain": made.domain, "selector": made.selector });
    tell(&mut tx, &app, &me, DOMAIN_KEY_MADE, payload).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Answered(made.record())))
}

#[utoipa::path(delete, path = "/sending-domains/{domain}/key", tag = "outreach", operation_id = "take_sending_key", params(("domain" = String, Path, description = "The domain")),
    responses((status = 204, description = "Mails of the domain are not signed here any more"), (status = 404, description = "No mailbox sends from it, or it has no key", body = Problem)))]
async fn take_key(me: Admin, State(app): State<App>, Path(domain): Path<String>) -> Answer<StatusCode> {
    let one = found(&app, &me, &domain).await?;
    let mut tx = app.db.write_tx().await?;
    if !dkim_key::take_away(&tx, me.workspace, &one.domain, app.clock.now()).await? {
        return Err(Problem::not_found("dkim_key"));
    }
    tell(&mut tx, &app, &me, DOMAIN_KEY_TAKEN, json!({ "domain": one.domain })).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Routes of sending domains.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(check)).routes(routes!(make_key, take_key))
}
