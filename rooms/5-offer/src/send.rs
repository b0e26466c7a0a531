//! Sending an offer: what is not relevant goes only with a reason; older versions give way; in three
//! business days somebody asks.

use axum::Json as Answered;
use axum::extract::{Path, State};
use chrono::NaiveDate;
use http_room::{Answer, App, Body, Member, Problem, Writer};
use kernel::{DealId, Locale, OfferId, PersonId, limits};
use outreach::{letter, recipient};
use process::deal_row;
use process::owner_task::{Owed, owe};
use process::room::{Visit, look, optional};
use process::stage::Phase;
use records::task;
use serde::Deserialize;
use serde_json::json;
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::audit::{self, Happened};
use crate::change::{check_way, end, find};
use crate::content::Content;
use crate::notice::FOLLOW_UP;
use crate::offer::{self, OFFER_DISCOUNTED, OFFER_SENT, Offer, judge, of_deal, refresh};
use crate::relevance::Lack;
use crate::routes::hash_of;
use crate::standing::Standing;
use crate::state::{OfferState, default_expiry};

/// The task of the shipped process that is done once an offer is out.
const WRITE_OFFER: &str = "write_offer";
/// Business days after sending by which somebody asks what they think.
const FOLLOW_UP_DAYS: u32 = 3;

/// How an offer is sent.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sending {
    /// To whom; members of the committee.
    pub sent_to: Vec<PersonId>,
    /// Its last day; the content's, or 30 days from today, when absent.
    #[serde(default)]
    pub expires_on: Option<NaiveDate>,
    /// Why it is sent though it lacks something.
    #[serde(default)]
    pub override_reason: Option<String>,
}

#[utoipa::path(post, path = "/deals/{id}/offers/{offer_id}/send", tag = "offer", operation_id = "send_offer", request_body = Sending,
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "Sent", body = Offer), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "`offer_not_relevant` naming what it lacks, `offer_needs_approval` naming the rules, `offer_text_incomplete` naming the fields, `offer_not_printable`, or a state that cannot be sent", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn send(
    me: Writer,
    State(app): State<App>,
    Path((id, offer)): Path<(DealId, OfferId)>,
    Body(sending): Body<Sending>,
) -> Answer<Answered<Offer>> {
    let reason = optional("override_reason", sending.override_reason.as_deref(), limits::REASON_CHARS)?;
    let printed = check_printable(&app, &me, id, offer).await?;
    let mut visit = Visit::begin(&app, &me, id).await?;
    let draft = find(&visit, offer).await?;
    check_way(&draft, OfferState::Sent)?;
    if draft.content_hash != printed {
        return Err(Problem::conflict("offer_changed", "It was changed just now; look at it once more."));
    }
    check_recipients(&visit, &sending).await?;
    check_agreed(&visit, &draft).await?;
    let lacking = judge(&visit.tx, visit.workspace, &draft).await?.lacking;
    if !lacking.is_empty() && reason.is_none() {
        let detail = "The offer does not answer what was found; mend it, or say why it is right as it is.";
        return Err(Problem::conflict("offer_not_relevant", detail).with_facts(json!({ "lacking": lacking })));
    }
    let content = filled(&visit, &draft, &sending).await?;
    supersede(&mut visit, offer).await?;
    write(&mut visit, &draft, &content, &sending, reason, &lacking).await?;
    discounted(&mut visit, &draft).await?;
    let whose = (visit.workspace, visit.actor, id);
    let written = format!("{}:{WRITE_OFFER}", Phase::Offer.key());
    task::end_of_keys(&mut visit.tx, whose, &[&written], "done", visit.now).await?;
    follow_up(&mut visit).await?;
    refresh(&visit.tx, visit.workspace, id, visit.now).await?;
    let sent = find(&visit, offer).await?;
    visit.leave().await?;
    Ok(Answered(sent))
}

/// Sets its pages once, before anything is held: what goes out can be printed and signed. Answers the content's hash.
async fn check_printable(app: &App, me: &Member, deal: DealId, id: OfferId) -> Answer<String> {
    let row = look(app, me, deal).await?;
    let found = offer::find(&app.db, me.workspace, deal, id).await?;
    let found = found.ok_or_else(|| Problem::not_found("offer"))?;
    let standing = Standing::of_offer(app, &app.db, me.workspace, row, found).await?;
    match standing.prints(app).await? {
        Ok(()) => Ok(standing.hash),
        Err(why) => {
            let detail = format!("Its pages cannot be set: {why}.");
            Err(Problem::conflict("offer_not_printable", detail))
        }
    }
}

async fn check_recipients(visit: &Visit, sending: &Sending) -> Answer<()> {
    if sending.sent_to.is_empty() {
        return Err(Problem::field("sent_to", "required", "at least one person"));
    }
    for person in &sending.sent_to {
        visit.check_person("sent_to", Some(*person)).await?;
    }
    Ok(())
}

/// A draft goes out when no rule asks for anybody's agreement; what was agreed to goes out as it was.
async fn check_agreed(visit: &Visit, draft: &Offer) -> Answer<()> {
    crate::discount::check_reason(draft)?;
    if draft.state == OfferState::Approved {
        return Ok(());
    }
    let rules = crate::approval::needed(&visit.tx, visit.workspace, draft, visit.now).await?;
    if rules.is_empty() {
        return Ok(());
    }
    let detail = "Somebody has to agree to this offer first; ask for it.";
    Err(Problem::conflict("offer_needs_approval", detail).with_facts(json!({ "rules": rules })))
}

/// The content as they read it: merge fields filled in.
async fn filled(visit: &Visit, draft: &Offer, sending: &Sending) -> Answer<Content> {
    let (db, workspace) = (&visit.tx, visit.workspace);
    let mut content = draft.content.clone();
    let Some(first) = sending.sent_to.first() else { return Ok(content) };
    let who = recipient::find(db, workspace, *first).await?;
    let who = who.ok_or_else(|| Problem::field("sent_to", "not_found", "a person who is there"))?;
    let deal = recipient::deal(db, workspace, visit.deal.id).await?;
    let mut fields = letter::fields(&who, deal.as_ref(), "", None, None);
    let members = records::workspace::members(db, workspace).await?;
    let sender = members.into_iter().find(|m| Some(m.user_id) == visit.actor.user());
    if let Some(sender) = sender {
        fields["sender"] = json!({ "name": sender.name, "email": sender.email });
    }
    let mut missing = Vec::new();
    let mut fill = |text: &mut String| {
        let filled = letter::fill(text, &fields);
        *text = filled.text;
        missing.extend(filled.missing);
    };
    fill(&mut content.note);
    content.sections.iter_mut().for_each(|s| fill(&mut s.body));
    if missing.is_empty() {
        return Ok(content);
    }
    let detail = "Fields of its text have no value; fill them in, or write a fallback.";
    Err(Problem::conflict("offer_text_incomplete", detail).with_facts(json!({ "missing": missing })))
}

/// What was taken off stands on the deal's timeline too, with its reason.
async fn discounted(visit: &mut Visit, draft: &Offer) -> Answer<()> {
    if draft.discount_bp == 0 {
        return Ok(());
    }
    let content = &draft.content;
    let payload = json!({
        "version": draft.version, "discount_bp": draft.discount_bp, "reason": content.discount_reason, "term": content.term,
    });
    visit.tell(OFFER_DISCOUNTED, draft.id.0, None, payload).await?;
    Ok(())
}

async fn write(
    visit: &mut Visit,
    draft: &Offer,
    content: &Content,
    sending: &Sending,
    reason: Option<String>,
    lacking: &[Lack],
) -> Answer<()> {
    let expires_on = expiry(visit, sending.expires_on.or(content.valid_until)).await?;
    let hash = hash_of(content)?;
    let text = "UPDATE offer SET state = ?, content = ?, content_hash = ?, discount_bp = ?, term = ?, sent_to = ?, \
                sent_at = ?, expires_on = ?, override_reason = ?, lacking = ?, updated_at = ?, revision = revision + 1 WHERE id = ?";
    let values = [
        OfferState::Sent.key().into(),
        json!(content).into(),
        hash.clone().into(),
        i64::from(draft.discount_bp).into(),
        content.term.key().into(),
        json!(sending.sent_to).into(),
        visit.now.into(),
        expires_on.to_string().into(),
        reason.clone().into(),
        json!(lacking).into(),
        visit.now.into(),
        draft.id.into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    let payload = json!({
        "version": draft.version, "total": draft.total, "sent_to": sending.sent_to, "expires_on": expires_on,
        "override_reason": reason, "lacking": lacking, "term": content.term, "discount_bp": draft.discount_bp,
        "content_hash": hash,
    });
    visit.tell(OFFER_SENT, draft.id.0, sending.sent_to.first().copied(), payload).await?;
    let facts = json!({
        "version": draft.version, "content_sha256": hash, "sent_to": sending.sent_to, "by": visit.actor.user(),
    });
    let happened = Happened { kind: "sent", link: None, visitor: None, facts };
    audit::add(&visit.tx, visit.workspace, draft.id, happened, visit.now).await?;
    Ok(())
}

async fn expiry(visit: &Visit, wanted: Option<NaiveDate>) -> Answer<NaiveDate> {
    let space = deal_row::workspace(&visit.tx, visit.workspace).await?;
    let today = deal_row::calendar(&visit.tx, &space, visit.deal.owner_id).await?.date(visit.now);
    match wanted {
        Some(day) if day < today => Err(Problem::field("expires_on", "invalid", "must not lie in the past")),
        Some(day) => Ok(day),
        None => Ok(default_expiry(today)),
    }
}

/// A version that is still with them gives way to the new one.
async fn supersede(visit: &mut Visit, newer: OfferId) -> Answer<()> {
    for older in of_deal(&visit.tx, visit.workspace, visit.deal.id).await? {
        if older.id != newer && older.state.may_become(OfferState::Superseded) {
            end(visit, &older, OfferState::Superseded, None).await?;
        }
    }
    Ok(())
}

/// The ball is in their court; in three business days somebody asks (R54).
async fn follow_up(visit: &mut Visit) -> Answer<()> {
    let space = deal_row::workspace(&visit.tx, visit.workspace).await?;
    let title = match space.locale() {
        Locale::En => "Ask what they think of the offer",
        Locale::Ko => "제안에 대한 의견 물어보기",
    };
    let owed = Owed {
        kind: Some("call"),
        key: Some(FOLLOW_UP.to_owned()),
        stage: Some(Phase::Offer),
        ..Owed::process(title.to_owned(), FOLLOW_UP_DAYS)
    };
    owe(&mut visit.tx, &space, &visit.deal, visit.actor, owed, (visit.now, visit.now)).await?;
    Ok(())
}

/// The route of sending.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(send))
}
