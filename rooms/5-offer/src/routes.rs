//! Offers over HTTP: read, write, compare.

use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, IfMatch, Problem, Reader, Tagged, Writer};
use kernel::{DealId, FileId, OfferId};
use process::room::{Visit, look};
use serde::Deserialize;
use serde_json::json;
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::change::find;
use crate::check::{SECTIONS, checked};
use crate::content::Content;
use crate::diff::{VersionChange, changes};
use crate::offer::{self, OFFER_CHANGED, OFFER_DRAFTED, Offer, of_deal, refresh};
use crate::state::OfferState;
use crate::{answers, approval, catalogue, discount, margin, send, template};

/// What is sent of a content, tidied, with the prices of its price book.
async fn tidied(visit: &Visit, content: Content) -> Answer<Content> {
    let found = qualification::finding::of_deal(&visit.tx, visit.workspace, visit.deal.id).await?;
    let findings: Vec<Uuid> = found.iter().map(|f| f.id.0).collect();
    let today = catalogue::today(&visit.tx, visit.workspace, visit.deal.id, visit.now).await?;
    for (n, section) in content.sections.iter().take(SECTIONS).enumerate() {
        if let Some(id) = section.file_id {
            let file = store::file::info(&visit.tx, visit.workspace, FileId(id)).await?;
            if !file.is_some_and(|f| f.media_type.starts_with("image/")) {
                let field = format!("sections.{n}.file_id");
                return Err(Problem::field(&field, "not_found", "a picture that was uploaded"));
            }
        }
    }
    if let Some(version) = content.price_book_version {
        let before = of_deal(&visit.tx, visit.workspace, visit.deal.id).await?;
        // What they were quoted by goes on; nobody quotes anew by prices of the past.
        if !before.iter().any(|o| o.content.price_book_version == Some(version)) {
            catalogue::check_new(&visit.tx, visit.workspace, version, today).await?;
        }
    }
    let priced = catalogue::stamp(&visit.tx, visit.workspace, content, today).await?;
    checked(priced, &findings)
}

#[utoipa::path(get, path = "/deals/{id}/offers", tag = "offer", operation_id = "list_offers", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "Versions, newest first", body = Vec<Offer>), (status = 404, description = "Not there", body = Problem)))]
async fn list(me: Reader, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<Vec<Offer>>> {
    look(&app, &me, id).await?;
    let mut offers = Vec::new();
    for offer in of_deal(&app.db, me.workspace, id).await? {
        offers.push(offer.judged(&app.db, me.workspace).await?);
    }
    Ok(Answered(offers))
}

async fn one(db: &impl Source, me: &http_room::Member, deal: DealId, id: OfferId) -> Answer<Offer> {
    let found = offer::find(db, me.workspace, deal, id).await?;
    let found = found.ok_or_else(|| Problem::not_found("offer"))?;
    Ok(found.judged(db, me.workspace).await?)
}

#[utoipa::path(get, path = "/deals/{id}/offers/{offer_id}", tag = "offer", operation_id = "get_offer",
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "The version, with its revision as ETag", body = Offer), (status = 404, description = "Not there", body = Problem)))]
async fn get(
    me: Reader,
    State(app): State<App>,
    Path((deal, id)): Path<(DealId, OfferId)>,
) -> Answer<Tagged<Offer>> {
    let offer = one(&app.db, &me, deal, id).await?;
    Ok(Tagged(offer.revision, offer))
}

#[utoipa::path(post, path = "/deals/{id}/offers", tag = "offer", operation_id = "draft_offer", params(("id" = Uuid, Path, description = "The deal")), request_body = Content,
    responses((status = 201, description = "The new version", body = Offer), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "There is a version that was not sent yet", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn draft(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<Content>,
) -> Answer<(StatusCode, Answered<Offer>)> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    let new = tidied(&visit, new).await?;
    let before = of_deal(&visit.tx, visit.workspace, id).await?;
    if before.iter().any(|o| o.state.is_editable()) {
        return Err(Problem::conflict(
            "draft_exists",
            "There is a draft already: change, send or discard it.",
        ));
    }
    let version = before.first().map_or(1, |o| o.version + 1);
    let offer = OfferId::new();
    insert(&visit, offer, version, &new).await?;
    let payload = json!({ "version": version, "title": new.title });
    visit.tell(OFFER_DRAFTED, offer.0, None, payload).await?;
    refresh(&visit.tx, visit.workspace, id, visit.now).await?;
    let made = find(&visit, offer).await?.judged(&visit.tx, visit.workspace).await?;
    visit.leave().await?;
    Ok((StatusCode::CREATED, Answered(made)))
}

pub(crate) fn hash_of(content: &Content) -> Answer<String> {
    Ok(content
        .hash()
        .map_err(|e| store::StoreError::Shape { what: "offer".to_owned(), why: e.to_string() })?)
}

async fn insert(visit: &Visit, id: OfferId, version: i64, new: &Content) -> Answer<()> {
    let mut sql = Sql::new(
        visit.tx.engine(),
        "INSERT INTO offer (id, workspace_id, deal_id, version, state, content, content_hash, lacking, sent_to, \
         created_by, changed_by, revision, created_at, updated_at) VALUES ",
    );
    sql.bind_list([
        id.into(),
        visit.workspace.into(),
        visit.deal.id.into(),
        version.into(),
        OfferState::Draft.key().into(),
        json!(new).into(),
        hash_of(new)?.into(),
        json!([]).into(),
        json!([]).into(),
        visit.actor.user().into(),
        visit.actor.user().into(),
        1_i64.into(),
        visit.now.into(),
        visit.now.into(),
    ]);
    sql.run(visit.tx.conn()).await?;
    Ok(())
}

#[utoipa::path(put, path = "/deals/{id}/offers/{offer_id}", tag = "offer", operation_id = "change_offer", request_body = Content,
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "As it is now; a change takes back what was agreed to", body = Offer), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "What was sent never changes", body = Problem), (status = 412, description = "Changed by somebody else", body = Problem),
        (status = 422, description = "Fields at fault", body = Problem)))]
async fn change(
    me: Writer,
    State(app): State<App>,
    Path((id, offer)): Path<(DealId, OfferId)>,
    if_match: IfMatch,
    Body(new): Body<Content>,
) -> Answer<Tagged<Offer>> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    let before = find(&visit, offer).await?;
    if_match.check(before.revision)?;
    if !before.state.is_editable() {
        return Err(Problem::conflict("offer_state", "What was sent never changes; begin a new version."));
    }
    let new = tidied(&visit, new).await?;
    if new != before.content {
        write(&mut visit, &before, &new).await?;
    }
    let after = find(&visit, offer).await?.judged(&visit.tx, visit.workspace).await?;
    visit.leave().await?;
    Ok(Tagged(after.revision, after))
}

/// A changed content is a draft again, whoever agreed to what it said before.
async fn write(visit: &mut Visit, before: &Offer, new: &Content) -> Answer<()> {
    let text = "UPDATE offer SET state = ?, content = ?, content_hash = ?, changed_by = ?, updated_at = ?, \
                revision = revision + 1 WHERE id = ?";
    let values = [
        OfferState::Draft.key().into(),
        json!(new).into(),
        hash_of(new)?.into(),
        visit.actor.user().into(),
        visit.now.into(),
        before.id.into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    approval::start_over(visit, before.id).await?;
    visit.tell(OFFER_CHANGED, before.id.0, None, json!({ "version": before.version })).await?;
    refresh(&visit.tx, visit.workspace, visit.deal.id, visit.now).await?;
    Ok(())
}

/// Against which version.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct Since {
    /// The older version's number; the one before when absent.
    #[serde(default)]
    since: Option<i64>,
}

#[utoipa::path(get, path = "/deals/{id}/offers/{offer_id}/changes", tag = "offer", operation_id = "list_offer_changes",
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The newer version"), Since),
    responses((status = 200, description = "What differs from the older version, in the offer's order; nothing when there is none", body = Vec<VersionChange>), (status = 404, description = "Not there", body = Problem)))]
async fn differences(
    me: Reader,
    State(app): State<App>,
    Path((deal, id)): Path<(DealId, OfferId)>,
    Query(asked): Query<Since>,
) -> Answer<Answered<Vec<VersionChange>>> {
    let newer = one(&app.db, &me, deal, id).await?;
    let since = asked.since.unwrap_or(newer.version - 1);
    let all = of_deal(&app.db, me.workspace, deal).await?;
    let older = all.into_iter().find(|o| o.version == since);
    Ok(Answered(older.map(|o| changes(&o.content, &newer.content)).unwrap_or_default()))
}

/// Routes of this room.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, draft))
        .routes(routes!(get, change))
        .routes(routes!(differences))
        .merge(answers::routes())
        .merge(send::routes())
        .merge(approval::routes())
        .merge(discount::routes())
        .merge(margin::routes())
        .merge(catalogue::routes())
        .merge(template::routes())
}
