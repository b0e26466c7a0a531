//! What a member sees of an offer's page and does with it: its links, who signs, what they did there, its PDF.

mod files;
mod renew;

use std::collections::BTreeSet;

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::{Answer, App, Body, Member, Problem, Reader, Right, Writer};
use kernel::{DealId, MailboxId, MessageId, OfferId, PersonId, Timestamp, limits};
use outreach::message::{HandWritten, write_by_hand};
use process::room::{Visit, given, look};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::audit::{self, Audited, Happened};
use crate::change::find;
use crate::incentive::{self, Incentive};
use crate::link::{self, Link};
use crate::offer::{self, Offer};
use crate::sign::accept::{self, Receipt};
use crate::theme;

/// Signers of one version.
const SIGNERS: usize = 10;

/// The page of a version as a member sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PageView {
    /// A link for each person it was sent to.
    pub links: Vec<LinkView>,
    /// What they said on the page, the oldest first.
    pub comments: Vec<CommentView>,
    /// What they get for deciding by a day.
    pub incentive: Option<Incentive>,
    /// Whether there is a sealed agreement.
    pub agreed: bool,
}

/// A link and what was done with it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LinkView {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub person_id: PersonId,
    /// Its address; null for members who may only read.
    pub url: Option<String>,
    /// The place among those who sign; null for who only reads.
    pub signs_at: Option<i64>,
    /// When it was opened first.
    pub first_opened_at: Option<Timestamp>,
    /// When it was opened last.
    pub last_opened_at: Option<Timestamp>,
    /// From how many networks or programs it was opened: more than a few, and it was passed on.
    pub places: i64,
    /// Whether they agreed that reading is timed; null while they have not said.
    pub timed: Option<bool>,
    /// Seconds for which chapters were in sight, of those who agreed.
    pub reading: Vec<ReadingView>,
    /// What they signed.
    pub receipt: Option<Receipt>,
}

/// How long a chapter was in sight.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct ReadingView {
    /// The chapter's id, or `price`.
    pub section: String,
    /// Seconds.
    pub seconds: i64,
}

/// What was said on the page.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct CommentView {
    /// `question` or `comment`.
    pub kind: String,
    /// In their words.
    pub words: Option<String>,
    /// The chapter's id, or `price`.
    pub section: Option<String>,
    /// Who.
    pub person_id: Option<PersonId>,
    /// When.
    pub at: Timestamp,
}

/// Who signs, in their order.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Signers {
    /// Members of the committee; each has to sign after the one before. Left out: whoever it was sent to first.
    #[serde(default)]
    pub signers: Option<Vec<PersonId>>,
}

async fn version(db: &impl Source, me: &Member, deal: DealId, id: OfferId) -> Answer<Offer> {
    let found = offer::find(db, me.workspace, deal, id).await?;
    found.ok_or_else(|| Problem::not_found("offer"))
}

async fn view(app: &App, me: &Member, offer: OfferId) -> Answer<PageView> {
    let (db, workspace) = (&app.db, me.workspace);
    let signed = accept::of_offer(db, workspace, offer).await?;
    let events = audit::of_offer(db, workspace, offer).await?;
    let mut links = Vec::new();
    for one in link::of_offer(db, workspace, offer).await? {
        let receipt = signed.iter().find(|a| a.link_id == one.id).map(|a| a.receipt.clone());
        let url = if me.role.has(Right::Write) { Some(one.url(app)?) } else { None };
        links.push(LinkView { url, ..link_view(app, &one, &events, receipt).await? });
    }
    let text = "SELECT kind, words, section, person_id, at FROM offer_feedback WHERE offer_id = ? AND workspace_id = ? \
                AND link_id IS NOT NULL ORDER BY at, id LIMIT 500";
    let comments = Sql::with(db.engine(), text, [offer.into(), workspace.into()]).all(db.read()).await?;
    let incentive = incentive::of_offer(db, workspace, offer).await?;
    let agreed = events.iter().any(|e| e.kind == "accepted");
    Ok(PageView { links, comments, incentive, agreed })
}

async fn link_view(app: &App, link: &Link, events: &[Audited], receipt: Option<Receipt>) -> Answer<LinkView> {
    let opened: Vec<&Audited> =
        events.iter().filter(|e| e.kind == "opened" && e.link_id == Some(link.id)).collect();
    let mut places: Vec<(&str, &str)> = opened
        .iter()
        .map(|e| (e.address.as_str(), e.facts["user_agent"].as_str().unwrap_or_default()))
        .collect();
    places.sort_unstable();
    places.dedup();
    let text = "SELECT section, seconds FROM offer_reading WHERE link_id = ? AND workspace_id = ? ORDER BY seconds DESC";
    let values = [link.id.into(), link.workspace_id.into()];
    Ok(LinkView {
        id: link.id,
        person_id: link.person_id,
        url: None,
        signs_at: link.signs_at,
        first_opened_at: opened.first().map(|e| e.at),
        last_opened_at: opened.last().map(|e| e.at),
        places: i64::try_from(places.len()).unwrap_or(i64::MAX),
        timed: link.timed,
        reading: Sql::with(app.db.engine(), text, values).all(app.db.read()).await?,
        receipt,
    })
}

#[utoipa::path(get, path = "/deals/{id}/offers/{offer_id}/page", tag = "offer", operation_id = "get_offer_page",
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "Links, and what was done with them", body = PageView), (status = 404, description = "Not there", body = Problem)))]
async fn get(
    me: Reader,
    State(app): State<App>,
    Path((deal, id)): Path<(DealId, OfferId)>,
) -> Answer<Answered<PageView>> {
    look(&app, &me, deal).await?;
    version(&app.db, &me, deal, id).await?;
    Ok(Answered(view(&app, &me, id).await?))
}

#[utoipa::path(put, path = "/deals/{id}/offers/{offer_id}/page", tag = "offer", operation_id = "set_offer_signers", request_body = Signers,
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "A link for each person, those who sign in their order", body = PageView), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "It was not sent, or somebody has signed", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn set(
    me: Writer,
    State(app): State<App>,
    Path((deal, id)): Path<(DealId, OfferId)>,
    Body(wanted): Body<Signers>,
) -> Answer<Answered<PageView>> {
    let visit = Visit::begin(&app, &me, deal).await?;
    prepare(&app, &visit, id, wanted.signers).await?;
    visit.leave().await?;
    Ok(Answered(view(&app, &me, id).await?))
}

fn check_once(field: &str, people: &[PersonId]) -> Answer<()> {
    let mut seen = BTreeSet::new();
    match people.iter().all(|person| seen.insert(*person)) {
        true => Ok(()),
        false => Err(Problem::field(field, "invalid", "nobody twice")),
    }
}

/// Makes the links that are missing, and puts who signs in their order.
async fn prepare(app: &App, visit: &Visit, id: OfferId, wanted: Option<Vec<PersonId>>) -> Answer<Vec<Link>> {
    let offer = find(visit, id).await?;
    if offer.sent_at.is_none() {
        return Err(Problem::conflict("offer_state", "It has to be sent before anybody reads it."));
    }
    if wanted.as_ref().is_some_and(|all| all.is_empty() || all.len() > SIGNERS) {
        return Err(Problem::field("signers", "invalid", format!("from 1 to {SIGNERS} people")));
    }
    check_once("signers", wanted.as_deref().unwrap_or_default())?;
    for person in wanted.iter().flatten() {
        visit.check_person("signers", Some(*person)).await?;
    }
    let (tx, workspace) = (&visit.tx, visit.workspace);
    let before = link::of_offer(tx, workspace, id).await?;
    let everybody = offer.sent_to.iter().chain(wanted.iter().flatten());
    let mut have: Vec<PersonId> = before.iter().map(|l| l.person_id).collect();
    for person in everybody {
        if !have.contains(person) {
            link::issue(app, tx, workspace, id, *person, visit.now).await?;
            have.push(*person);
        }
    }
    let order = match wanted {
        Some(order) => order,
        None if before.iter().any(|l| l.signs_at.is_some()) => {
            return Ok(link::of_offer(tx, workspace, id).await?);
        }
        None => offer.sent_to.first().copied().into_iter().collect(),
    };
    order_signers(visit, id, &order).await?;
    Ok(link::of_offer(tx, workspace, id).await?)
}

async fn order_signers(visit: &Visit, id: OfferId, order: &[PersonId]) -> Answer<()> {
    let (tx, workspace) = (&visit.tx, visit.workspace);
    if !accept::of_offer(tx, workspace, id).await?.is_empty() {
        return Err(Problem::conflict(
            "signing_began",
            "Somebody has signed; who signs cannot change any more.",
        ));
    }
    for one in link::of_offer(tx, workspace, id).await? {
        let place = order.iter().position(|person| *person == one.person_id);
        let place = place.and_then(|n| i64::try_from(n + 1).ok());
        if place != one.signs_at {
            link::place(tx, &one, place).await?;
        }
    }
    let facts = json!({ "signers": order, "by": visit.actor.user() });
    let happened = Happened { kind: "linked", link: None, visitor: None, facts };
    Ok(audit::add(tx, workspace, id, happened, visit.now).await?)
}

/// A mail that brings somebody their link.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferMail {
    /// From which mailbox.
    pub mailbox_id: MailboxId,
    /// To whom: people it was sent to. Each gets a mail with a link of their own.
    #[schema(required = true)]
    pub person_ids: Vec<PersonId>,
    /// Subject.
    pub subject: String,
    /// Text; `{{link}}` is where the address goes, at its end otherwise.
    pub text: String,
}

/// Mails on their way.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OfferMailed {
    /// The mails, in the order of the people.
    pub messages: Vec<MessageId>,
}

#[utoipa::path(post, path = "/deals/{id}/offers/{offer_id}/mail", tag = "offer", operation_id = "mail_offer", request_body = OfferMail,
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "On their way", body = OfferMailed), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "It was not sent, or they must not be written to", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn mail(
    me: Writer,
    State(app): State<App>,
    Path((deal, id)): Path<(DealId, OfferId)>,
    Body(mail): Body<OfferMail>,
) -> Answer<Answered<OfferMailed>> {
    if mail.person_ids.is_empty() || mail.person_ids.len() > SIGNERS {
        return Err(Problem::field("person_ids", "invalid", format!("from 1 to {SIGNERS} people")));
    }
    check_once("person_ids", &mail.person_ids)?;
    given("text", &mail.text, limits::NOTE_BYTES)?;
    let mut visit = Visit::begin(&app, &me, deal).await?;
    let links = prepare(&app, &visit, id, None).await?;
    let mut messages = Vec::new();
    for person in &mail.person_ids {
        let link = links.iter().find(|l| l.person_id == *person);
        let link =
            link.ok_or_else(|| Problem::field("person_ids", "not_found", "somebody it was sent to"))?;
        messages.push(mail_one(&app, &mut visit, &me, link, &mail).await?);
    }
    visit.leave().await?;
    Ok(Answered(OfferMailed { messages }))
}

async fn mail_one(
    app: &App,
    visit: &mut Visit,
    me: &Member,
    link: &Link,
    mail: &OfferMail,
) -> Answer<MessageId> {
    let url = link.url(app)?;
    let text = match mail.text.contains("{{link}}") {
        true => mail.text.replace("{{link}}", &url),
        false => format!("{}\n\n{url}", mail.text.trim_end()),
    };
    let new = HandWritten {
        mailbox_id: mail.mailbox_id,
        person_id: link.person_id,
        deal_id: Some(visit.deal.id),
        answers_id: None,
        subject: mail.subject.clone(),
        text,
    };
    let id = write_by_hand(&mut visit.tx, me, new, visit.now).await?;
    let message = outreach::message::find(&visit.tx, visit.workspace, id).await?;
    let mime = message.and_then(|m| m.mime_id);
    let facts = json!({ "message_id": id, "mime_id": mime, "by": me.user });
    let happened = Happened { kind: "mailed", link: Some(link.id), visitor: None, facts };
    audit::add(&visit.tx, visit.workspace, link.offer_id, happened, visit.now).await?;
    Ok(id)
}

#[utoipa::path(get, path = "/deals/{id}/offers/{offer_id}/audit", tag = "offer", operation_id = "export_offer_audit",
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "What happened, row by row, each sealed with the one before", body = Vec<Audited>), (status = 404, description = "Not there", body = Problem)))]
async fn export(
    me: Reader,
    State(app): State<App>,
    Path((deal, id)): Path<(DealId, OfferId)>,
) -> Answer<Answered<Vec<Audited>>> {
    look(&app, &me, deal).await?;
    version(&app.db, &me, deal, id).await?;
    Ok(Answered(audit::of_offer(&app.db, me.workspace, id).await?))
}

/// Routes of the page, for members.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get, set))
        .routes(routes!(mail))
        .routes(routes!(export))
        .merge(files::routes())
        .merge(renew::routes())
        .merge(incentive::routes())
        .merge(theme::routes())
}
