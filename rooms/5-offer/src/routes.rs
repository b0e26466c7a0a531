//! Offers over HTTP: write, send, look, answer.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, Problem, Reader, Writer};
use kernel::{Currency, DealId, OfferId, PersonId, limits};
use process::deal_row;
use process::room::{Visit, given, look, optional};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::change::{check_way, end, find};
use crate::offer::{
    OFFER_CHANGED, OFFER_DRAFTED, OFFER_FEEDBACK, OFFER_VIEWED, Offer, OfferLine, lacks, of_deal, refresh,
    total,
};
use crate::relevance::PromisedResult;
use crate::send;
use crate::state::OfferState;

/// Lines of one offer.
const MAX_LINES: usize = 200;

/// What an offer says; a change sends the whole of it.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// What it is called.
    pub title: String,
    /// What it says in words.
    #[serde(default)]
    pub note: String,
    /// ISO 4217; the deal's or the workspace's when absent.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// What it offers.
    #[serde(default)]
    pub lines: Vec<OfferLine>,
    /// What it promises.
    #[serde(default)]
    pub results: Vec<PromisedResult>,
    /// No long-term ambition of theirs is known.
    #[serde(default)]
    pub no_ambition_known: bool,
    /// Why it may cost more than they have.
    #[serde(default)]
    pub budget_note: Option<String>,
}

async fn checked(visit: &Visit, mut draft: Draft) -> Answer<(Draft, Currency)> {
    draft.title = given("title", &draft.title, limits::NAME_CHARS)?;
    draft.budget_note = optional("budget_note", draft.budget_note.as_deref(), limits::REASON_CHARS)?;
    if draft.note.len() > limits::NOTE_BYTES {
        return Err(Problem::field("note", "too_long", "at most 100 KiB"));
    }
    if draft.lines.len() > MAX_LINES {
        return Err(Problem::field("lines", "too_many", format!("at most {MAX_LINES}")));
    }
    let found = qualification::finding::of_deal(&visit.tx, visit.workspace, visit.deal.id).await?;
    for (n, line) in draft.lines.iter().enumerate() {
        given(&format!("lines.{n}.text"), &line.text, limits::LINE_CHARS)?;
        if line.minor < 0 {
            return Err(Problem::field(&format!("lines.{n}.minor"), "invalid", "must not be negative"));
        }
        if line.answers.iter().any(|a| !found.iter().any(|f| f.id.0 == *a)) {
            let message = "must name findings of this deal";
            return Err(Problem::field(&format!("lines.{n}.answers"), "not_found", message));
        }
    }
    let of_deal = visit.deal.position()?.value.map(|v| v.currency);
    let space = deal_row::workspace(&visit.tx, visit.workspace).await?;
    let currency = draft.currency.or(of_deal).unwrap_or_else(|| space.currency());
    if total(&draft.lines, currency).is_none() {
        return Err(Problem::field("lines", "too_large", "the total is too large"));
    }
    Ok((draft, currency))
}

/// An offer as it is shown: a draft with what it lacks now.
async fn shown(db: &impl Source, me: &http_room::Member, mut offer: Offer) -> Answer<Offer> {
    if offer.sent_at.is_none() {
        offer.lacking = lacks(db, me.workspace, &offer).await?;
    }
    Ok(offer)
}

#[utoipa::path(get, path = "/deals/{id}/offers", tag = "offer", operation_id = "list_offers", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "Versions, newest first", body = Vec<Offer>), (status = 404, description = "Not there", body = Problem)))]
async fn list(me: Reader, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<Vec<Offer>>> {
    look(&app, &me, id).await?;
    let mut offers = Vec::new();
    for offer in of_deal(&app.db, me.workspace, id).await? {
        offers.push(shown(&app.db, &me, offer).await?);
    }
    Ok(Answered(offers))
}

#[utoipa::path(post, path = "/deals/{id}/offers", tag = "offer", operation_id = "draft_offer", params(("id" = Uuid, Path, description = "The deal")), request_body = Draft,
    responses((status = 201, description = "The new version", body = Offer), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "There is a draft already", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn draft(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<Draft>,
) -> Answer<(StatusCode, Answered<Offer>)> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    let (new, currency) = checked(&visit, new).await?;
    let before = of_deal(&visit.tx, visit.workspace, id).await?;
    if before.iter().any(|o| o.state == OfferState::Draft) {
        return Err(Problem::conflict(
            "draft_exists",
            "There is a draft already: change, send or discard it.",
        ));
    }
    let version = before.first().map_or(1, |o| o.version + 1);
    let offer = OfferId::new();
    insert(&visit, offer, version, &new, currency).await?;
    let payload = json!({ "version": version, "title": new.title });
    visit.tell(OFFER_DRAFTED, offer.0, None, payload).await?;
    refresh(&visit.tx, visit.workspace, id, visit.now).await?;
    let made = shown(&visit.tx, &me, find(&visit, offer).await?).await?;
    visit.leave().await?;
    Ok((StatusCode::CREATED, Answered(made)))
}

async fn insert(visit: &Visit, id: OfferId, version: i64, new: &Draft, currency: Currency) -> Answer<()> {
    let mut sql = Sql::new(
        visit.tx.engine(),
        "INSERT INTO offer (id, workspace_id, deal_id, version, state, title, note, currency, lines, results, \
         no_ambition_known, budget_note, lacking, sent_to, created_by, created_at, updated_at) VALUES ",
    );
    sql.bind_list([
        id.into(),
        visit.workspace.into(),
        visit.deal.id.into(),
        version.into(),
        OfferState::Draft.key().into(),
        new.title.clone().into(),
        new.note.clone().into(),
        currency.code().to_owned().into(),
        json!(new.lines).into(),
        json!(new.results).into(),
        new.no_ambition_known.into(),
        new.budget_note.clone().into(),
        json!([]).into(),
        json!([]).into(),
        visit.actor.user().into(),
        visit.now.into(),
        visit.now.into(),
    ]);
    sql.run(visit.tx.conn()).await?;
    Ok(())
}

#[utoipa::path(put, path = "/deals/{id}/offers/{offer_id}", tag = "offer", operation_id = "change_offer", request_body = Draft,
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "As it is now", body = Offer), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "Only a draft can be changed", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn change(
    me: Writer,
    State(app): State<App>,
    Path((id, offer)): Path<(DealId, OfferId)>,
    Body(new): Body<Draft>,
) -> Answer<Answered<Offer>> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    let before = find(&visit, offer).await?;
    if !before.state.is_editable() {
        return Err(Problem::conflict("offer_state", "Only a draft can be changed; begin a new version."));
    }
    let (new, currency) = checked(&visit, new).await?;
    let text = "UPDATE offer SET title = ?, note = ?, currency = ?, lines = ?, results = ?, no_ambition_known = ?, \
                budget_note = ?, updated_at = ? WHERE id = ?";
    let values = [
        new.title.into(),
        new.note.into(),
        currency.code().to_owned().into(),
        json!(new.lines).into(),
        json!(new.results).into(),
        new.no_ambition_known.into(),
        new.budget_note.into(),
        visit.now.into(),
        offer.into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    visit.tell(OFFER_CHANGED, offer.0, None, json!({ "version": before.version })).await?;
    refresh(&visit.tx, visit.workspace, id, visit.now).await?;
    let after = shown(&visit.tx, &me, find(&visit, offer).await?).await?;
    visit.leave().await?;
    Ok(Answered(after))
}

/// Who looked.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Viewing {
    /// Who, when known.
    pub person_id: Option<PersonId>,
}

#[utoipa::path(post, path = "/deals/{id}/offers/{offer_id}/views", tag = "offer", operation_id = "view_offer", request_body = Viewing,
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "Written down", body = Offer), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It is not out", body = Problem)))]
async fn view(
    me: Writer,
    State(app): State<App>,
    Path((id, offer)): Path<(DealId, OfferId)>,
    Body(viewing): Body<Viewing>,
) -> Answer<Answered<Offer>> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    visit.check_person("person_id", viewing.person_id).await?;
    let seen = find(&visit, offer).await?;
    check_way(&seen, OfferState::Viewed)?;
    let row = Uuid::now_v7();
    let text = "INSERT INTO offer_view (id, workspace_id, offer_id, person_id, at) VALUES (?, ?, ?, ?, ?)";
    let values =
        [row.into(), visit.workspace.into(), offer.into(), viewing.person_id.into(), visit.now.into()];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    let text = "UPDATE offer SET state = ?, updated_at = ? WHERE id = ?";
    let values = [OfferState::Viewed.key().into(), visit.now.into(), offer.into()];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    visit.tell(OFFER_VIEWED, offer.0, viewing.person_id, json!({ "version": seen.version })).await?;
    refresh(&visit.tx, visit.workspace, id, visit.now).await?;
    let seen = find(&visit, offer).await?;
    visit.leave().await?;
    Ok(Answered(seen))
}

/// How they said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackKind {
    /// By mail.
    Reply,
    /// In a call.
    CallNote,
    /// Nothing speaks against it.
    NoObjection,
}

/// What they said about an offer.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    /// How.
    pub kind: FeedbackKind,
    /// In their words; may be left out when nothing speaks against it.
    #[serde(default)]
    pub words: Option<String>,
    /// Who.
    #[serde(default)]
    pub person_id: Option<PersonId>,
}

#[utoipa::path(post, path = "/deals/{id}/offers/{offer_id}/feedback", tag = "offer", operation_id = "hear_feedback", request_body = Feedback,
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "Written down", body = Offer), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It was never sent", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn feedback(
    me: Writer,
    State(app): State<App>,
    Path((id, offer)): Path<(DealId, OfferId)>,
    Body(said): Body<Feedback>,
) -> Answer<Answered<Offer>> {
    let words = optional("words", said.words.as_deref(), limits::REASON_CHARS)?;
    if said.kind != FeedbackKind::NoObjection && words.is_none() {
        return Err(Problem::field("words", "required", "in their words"));
    }
    let mut visit = Visit::begin(&app, &me, id).await?;
    visit.check_person("person_id", said.person_id).await?;
    let about = find(&visit, offer).await?;
    if about.sent_at.is_none() {
        return Err(Problem::conflict("offer_state", "It was never sent."));
    }
    let text = "INSERT INTO offer_feedback (id, workspace_id, offer_id, kind, words, person_id, at, created_by) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let kind = json!(said.kind).as_str().unwrap_or_default().to_owned();
    let values = [
        Uuid::now_v7().into(),
        visit.workspace.into(),
        offer.into(),
        kind.into(),
        words.clone().into(),
        said.person_id.into(),
        visit.now.into(),
        visit.actor.user().into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    let payload = json!({ "version": about.version, "kind": said.kind, "words": words });
    visit.tell(OFFER_FEEDBACK, offer.0, said.person_id, payload).await?;
    refresh(&visit.tx, visit.workspace, id, visit.now).await?;
    visit.leave().await?;
    Ok(Answered(about))
}

/// How a version ends.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// `declined`, `withdrawn` or `discarded`.
    pub state: OfferState,
    /// Why; needed for `declined`.
    #[serde(default)]
    pub reason: Option<String>,
}

#[utoipa::path(post, path = "/deals/{id}/offers/{offer_id}/end", tag = "offer", operation_id = "end_offer", request_body = Ending,
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "Ended", body = Offer), (status = 404, description = "Not there", body = Problem), (status = 409, description = "It cannot end so", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn end_offer(
    me: Writer,
    State(app): State<App>,
    Path((id, offer)): Path<(DealId, OfferId)>,
    Body(ending): Body<Ending>,
) -> Answer<Answered<Offer>> {
    let reason = optional("reason", ending.reason.as_deref(), limits::REASON_CHARS)?;
    if !matches!(ending.state, OfferState::Declined | OfferState::Withdrawn | OfferState::Discarded) {
        return Err(Problem::field("state", "invalid", "declined, withdrawn or discarded"));
    }
    if ending.state == OfferState::Declined && reason.is_none() {
        return Err(Problem::field("reason", "required", "why they declined"));
    }
    let mut visit = Visit::begin(&app, &me, id).await?;
    let before = find(&visit, offer).await?;
    end(&mut visit, &before, ending.state, reason.as_deref()).await?;
    let after = find(&visit, offer).await?;
    visit.leave().await?;
    Ok(Answered(after))
}

/// Routes of this room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, draft))
        .routes(routes!(change))
        .routes(routes!(view))
        .routes(routes!(feedback))
        .routes(routes!(end_offer))
        .merge(send::routes())
}
