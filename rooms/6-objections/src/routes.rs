//! Objections over HTTP: heard, listed, understood, linked. What is done about one is in `steps`.

use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, Problem, Reader, Writer};
use kernel::{DealId, ObjectionId, PersonId, Timestamp, limits};
use process::room::{Visit, look, optional};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::label;
use crate::objection::{OBJECTION_LINKED, OBJECTION_UNDERSTOOD, Objection, of_deal, refresh};
use crate::raise::{self, NewObjection, find};
use crate::rules::ObjectionKind;

/// Objections of all deals that are shown.
const SHOWN: i64 = 200;

#[utoipa::path(get, path = "/deals/{id}/objections", tag = "objections", operation_id = "list_objections", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "Oldest first", body = Vec<Objection>), (status = 404, description = "Not there", body = Problem)))]
async fn list(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<DealId>,
) -> Answer<Answered<Vec<Objection>>> {
    look(&app, &me, id).await?;
    Ok(Answered(of_deal(&app.db, me.workspace, id).await?))
}

/// An objection among those of all deals.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct ObjectionLine {
    /// Its id.
    pub id: ObjectionId,
    /// Of which deal.
    pub deal_id: DealId,
    /// Its name.
    pub deal_name: String,
    /// With whom.
    pub company_name: Option<String>,
    /// Who raised it.
    pub person_name: Option<String>,
    /// What they said.
    pub stated: String,
    /// What it sounds like.
    #[schema(value_type = ObjectionKind)]
    pub stated_kind: String,
    /// What is behind it.
    #[schema(value_type = Option<ObjectionKind>)]
    pub real_kind: Option<String>,
    /// Where it stands.
    #[schema(value_type = process::facts::ObjectionState)]
    pub state: String,
    /// How often it was raised.
    pub times: i64,
    /// When it was last raised.
    pub raised_at: Timestamp,
}

/// Which objections.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct Which {
    /// Settled ones too.
    #[serde(default)]
    all: bool,
    /// Of one kind, as far as known.
    #[serde(default)]
    kind: Option<ObjectionKind>,
}

#[utoipa::path(get, path = "/objections", tag = "objections", operation_id = "list_all_objections", params(Which),
    responses((status = 200, description = "Those that are open, of open deals, the one that waits longest first, 200 at most", body = Vec<ObjectionLine>)))]
async fn everywhere(
    me: Reader,
    State(app): State<App>,
    Query(which): Query<Which>,
) -> Answer<Answered<Vec<ObjectionLine>>> {
    let mut sql = Sql::new(
        app.db.engine(),
        "SELECT o.id, o.deal_id, d.name AS deal_name, c.name AS company_name, p.name AS person_name, o.stated, o.stated_kind, \
         o.real_kind, o.state, o.times, o.raised_at FROM objection o JOIN deal d ON d.id = o.deal_id AND d.deleted_at IS NULL \
         LEFT JOIN company c ON c.id = d.company_id LEFT JOIN person p ON p.id = o.person_id WHERE o.workspace_id = ",
    );
    sql.bind(me.workspace);
    if !which.all {
        sql.push(" AND o.state IN ('open', 'probing', 'answered') AND d.status IN ('open', 'not_yet')");
    }
    if let Some(kind) = which.kind {
        sql.push(" AND COALESCE(o.real_kind, o.stated_kind) = ").bind(kind.key());
    }
    sql.push(" ORDER BY o.raised_at, o.id LIMIT ").bind(SHOWN);
    Ok(Answered(sql.all(app.db.read()).await?))
}

#[utoipa::path(post, path = "/deals/{id}/objections", tag = "objections", operation_id = "raise_objection", params(("id" = Uuid, Path, description = "The deal")), request_body = NewObjection,
    responses((status = 201, description = "Written down", body = Objection), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn raise(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<NewObjection>,
) -> Answer<(StatusCode, Answered<Objection>)> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    let objection = raise::raise(&mut visit, new).await?;
    let made = find(&visit, objection).await?;
    visit.leave().await?;
    Ok((StatusCode::CREATED, Answered(made)))
}

#[utoipa::path(post, path = "/people/{id}/objections", tag = "objections", operation_id = "raise_objection_of_person", params(("id" = Uuid, Path, description = "The person")), request_body = NewObjection,
    responses((status = 201, description = "Written down with their newest open deal; of a kind it has already, that one is raised again", body = Objection), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "`no_deal`: they are in no open deal", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn raise_of_person(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<PersonId>,
    Body(new): Body<NewObjection>,
) -> Answer<(StatusCode, Answered<Objection>)> {
    if outreach::recipient::find(&app.db, me.workspace, id).await?.is_none() {
        return Err(Problem::not_found("person"));
    }
    let deal = outreach::recipient::open_deal(&app.db, me.workspace, id).await?;
    let deal =
        deal.ok_or_else(|| Problem::conflict("no_deal", "They are in no open deal; begin one first."))?;
    let mut visit = Visit::begin(&app, &me, deal).await?;
    let new = NewObjection { person_id: Some(id), ..new };
    let objection = raise::raise_or_repeat(&mut visit, new).await?;
    let made = find(&visit, objection).await?;
    visit.leave().await?;
    Ok((StatusCode::CREATED, Answered(made)))
}

/// What is behind an objection.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Understood {
    /// The real kind; null when it is not known after all.
    pub real_kind: Option<ObjectionKind>,
    /// More closely; of a hidden one the hypothesis that held.
    #[serde(default)]
    pub real_sub: Option<String>,
    /// How sure we are, in percent.
    #[serde(default)]
    pub confidence: Option<i64>,
}

#[utoipa::path(patch, path = "/deals/{id}/objections/{objection_id}", tag = "objections", operation_id = "understand_objection", request_body = Understood,
    params(("id" = Uuid, Path, description = "The deal"), ("objection_id" = Uuid, Path, description = "The objection")),
    responses((status = 200, description = "As it is now", body = Objection), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn understand(
    me: Writer,
    State(app): State<App>,
    Path((id, objection)): Path<(DealId, ObjectionId)>,
    Body(new): Body<Understood>,
) -> Answer<Answered<Objection>> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    let before = find(&visit, objection).await?;
    if new.confidence.is_some_and(|percent| !(0..=100).contains(&percent)) {
        return Err(Problem::field("confidence", "invalid", "from 0 to 100"));
    }
    let sub = match new.real_kind {
        Some(kind) => label::checked(&visit, "real_sub", kind, new.real_sub.as_deref()).await?,
        None => None,
    };
    let text =
        "UPDATE objection SET real_kind = ?, real_sub = ?, real_confidence = ?, updated_at = ? WHERE id = ?";
    let kind = new.real_kind.map(|k| k.key().to_owned());
    let confidence = new.confidence.filter(|_| new.real_kind.is_some());
    let values = [kind.into(), sub.clone().into(), confidence.into(), visit.now.into(), objection.into()];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    let payload = json!({
        "stated_kind": before.stated_kind, "real_kind": new.real_kind, "real_sub": sub, "confidence": confidence,
    });
    visit.tell(OBJECTION_UNDERSTOOD, objection.0, before.person_id, payload).await?;
    refresh(&visit.tx, visit.workspace, id, visit.now).await?;
    let after = find(&visit, objection).await?;
    visit.leave().await?;
    Ok(Answered(after))
}

/// Something related that was checked.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckedRelated {
    /// What: one of the objection's related things.
    pub related: String,
    /// The objection of the deal it turned out to be.
    #[serde(default)]
    pub linked_id: Option<ObjectionId>,
    /// What was found.
    #[serde(default)]
    pub note: Option<String>,
}

#[utoipa::path(post, path = "/deals/{id}/objections/{objection_id}/related", tag = "objections", operation_id = "check_related", request_body = CheckedRelated,
    params(("id" = Uuid, Path, description = "The deal"), ("objection_id" = Uuid, Path, description = "The objection")),
    responses((status = 200, description = "Kept", body = Objection), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn check_related(
    me: Writer,
    State(app): State<App>,
    Path((id, objection)): Path<(DealId, ObjectionId)>,
    Body(new): Body<CheckedRelated>,
) -> Answer<Answered<Objection>> {
    let note = optional("note", new.note.as_deref(), limits::REASON_CHARS)?;
    let mut visit = Visit::begin(&app, &me, id).await?;
    let before = find(&visit, objection).await?;
    if !before.related.contains(&new.related) {
        return Err(Problem::field("related", "invalid", "not related to this kind"));
    }
    if let Some(linked) = new.linked_id
        && (linked == objection || find(&visit, linked).await.is_err())
    {
        return Err(Problem::field("linked_id", "not_found", "no other objection of this deal"));
    }
    let text = "INSERT INTO objection_link (objection_id, related, workspace_id, linked_id, note, created_by, at) VALUES (?, ?, ?, ?, ?, ?, ?) \
                ON CONFLICT (objection_id, related) DO UPDATE SET linked_id = excluded.linked_id, note = excluded.note, at = excluded.at";
    let values = [
        objection.into(),
        new.related.clone().into(),
        visit.workspace.into(),
        new.linked_id.into(),
        note.clone().into(),
        visit.actor.user().into(),
        visit.now.into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    let payload = json!({ "related": new.related, "linked_id": new.linked_id, "note": note });
    visit.tell(OBJECTION_LINKED, objection.0, before.person_id, payload).await?;
    let after = find(&visit, objection).await?;
    visit.leave().await?;
    Ok(Answered(after))
}

/// Routes of objections.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, raise))
        .routes(routes!(everywhere))
        .routes(routes!(raise_of_person))
        .routes(routes!(understand))
        .routes(routes!(check_related))
}
