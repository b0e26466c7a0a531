//! The buying committee of a deal: who decides, who helps, who stands in the way, and how we know.

use crate::deal::{DealPerson, ROLES, committee};
use crate::events;
use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, FieldError, Problem, Reader, Writer};
use kernel::{DealId, PersonId, WorkspaceId, limits};
use serde::Deserialize;
use serde_json::json;
use store::db::Source;
use store::{NewEvent, Sql, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Somebody's place in the committee.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Roles; see the list in the documentation.
    #[serde(default)]
    pub roles: Vec<String>,
    /// From -2, against us, to 2, for us.
    #[serde(default)]
    pub stance: Option<i32>,
    /// How we know.
    #[serde(default)]
    pub evidence: Option<String>,
}

/// Puts somebody in a deal's committee, or changes their place, in the caller's transaction.
///
/// # Errors
/// 404 for the deal, 422 for the person or the roles.
pub async fn place(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    actor: store::Actor,
    deal: DealId,
    person: PersonId,
    place: &Place,
    now: kernel::Timestamp,
) -> Answer<()> {
    let links = crate::link::resolve(tx, workspace, Some(deal), None, Some(person)).await?;
    if links.errors().iter().any(|e| e.field == "deal_id") {
        return Err(Problem::not_found("deal"));
    }
    let mut errors = links.errors();
    if let Some(unknown) = place.roles.iter().find(|r| !ROLES.contains(&r.as_str())) {
        errors.push(FieldError::new("roles", "invalid", format!("'{unknown}': one of {}", ROLES.join(", "))));
    }
    if place.stance.is_some_and(|s| !(-2..=2).contains(&s)) {
        errors.push(FieldError::new("stance", "invalid", "from -2 to 2"));
    }
    if place.evidence.as_deref().is_some_and(|e| !limits::fits(e, limits::REASON_CHARS)) {
        let most = format!("at most {} characters", limits::REASON_CHARS);
        errors.push(FieldError::new("evidence", "too_long", most));
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let before = placed(tx, workspace, deal, person).await?;
    let text = "INSERT INTO deal_person (deal_id, person_id, workspace_id, roles, stance, evidence, created_at) VALUES (?, ?, ?, ?, ?, ?, ?) \
                ON CONFLICT (deal_id, person_id) DO UPDATE SET roles = excluded.roles, stance = excluded.stance, evidence = excluded.evidence";
    let values = [
        deal.into(),
        person.into(),
        workspace.into(),
        json!(place.roles).into(),
        place.stance.into(),
        place.evidence.clone().into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let payload = json!({
        "before": before,
        "after": { "roles": place.roles, "stance": place.stance, "evidence": place.evidence },
    });
    tx.record(
        NewEvent::now(workspace, events::COMMITTEE_CHANGED, actor, now)
            .about(links.subject(None))
            .with(payload),
    )
    .await?;
    Ok(())
}

/// The place somebody has in a committee, as events tell it.
async fn placed(
    tx: &WriteTx,
    workspace: WorkspaceId,
    deal: DealId,
    person: PersonId,
) -> Answer<Option<serde_json::Value>> {
    let found = committee(tx, workspace, deal).await?.into_iter().find(|p| p.person_id == person);
    Ok(found.map(|p| json!({ "roles": p.roles, "stance": p.stance, "evidence": p.evidence })))
}

#[utoipa::path(get, path = "/deals/{id}/people", tag = "deals", operation_id = "list_deal_people", params(("id" = uuid::Uuid, Path, description = "The deal")),
    responses((status = 200, description = "The buying committee", body = Vec<DealPerson>), (status = 404, description = "Not there", body = Problem)))]
async fn list(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<DealId>,
) -> Answer<Answered<Vec<DealPerson>>> {
    let text = "SELECT 1 FROM deal WHERE id = ? AND workspace_id = ?";
    if Sql::with(app.db.engine(), text, [id.into(), me.workspace.into()])
        .rows(app.db.read())
        .await?
        .is_empty()
    {
        return Err(Problem::not_found("deal"));
    }
    Ok(Answered(committee(&app.db, me.workspace, id).await?))
}

#[utoipa::path(put, path = "/deals/{id}/people/{person_id}", tag = "deals", operation_id = "place_deal_person", request_body = Place,
    params(("id" = uuid::Uuid, Path, description = "The deal"), ("person_id" = uuid::Uuid, Path, description = "The person")),
    responses((status = 200, description = "The committee as it is now", body = Vec<DealPerson>), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn put(
    me: Writer,
    State(app): State<App>,
    Path((id, person)): Path<(DealId, PersonId)>,
    Body(wanted): Body<Place>,
) -> Answer<Answered<Vec<DealPerson>>> {
    let mut tx = app.db.write_tx().await?;
    place(&mut tx, me.workspace, me.actor(), id, person, &wanted, app.clock.now()).await?;
    let people = committee(&tx, me.workspace, id).await?;
    tx.commit().await?;
    Ok(Answered(people))
}

#[utoipa::path(delete, path = "/deals/{id}/people/{person_id}", tag = "deals", operation_id = "remove_deal_person",
    params(("id" = uuid::Uuid, Path, description = "The deal"), ("person_id" = uuid::Uuid, Path, description = "The person")),
    responses((status = 204, description = "No longer in the committee"), (status = 404, description = "Not there", body = Problem)))]
async fn remove(
    me: Writer,
    State(app): State<App>,
    Path((id, person)): Path<(DealId, PersonId)>,
) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let links = crate::link::resolve(&tx, me.workspace, Some(id), None, Some(person)).await?;
    let before = placed(&tx, me.workspace, id, person).await?;
    let text = "DELETE FROM deal_person WHERE deal_id = ? AND person_id = ? AND workspace_id = ?";
    let gone =
        Sql::with(tx.engine(), text, [id.into(), person.into(), me.workspace.into()]).run(tx.conn()).await?;
    if gone == 0 {
        return Err(Problem::not_found("member of this committee"));
    }
    let event = NewEvent::now(me.workspace, events::COMMITTEE_CHANGED, me.actor(), app.clock.now());
    tx.record(event.about(links.subject(None)).with(json!({ "before": before, "after": null }))).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Routes of the committee.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(put, remove))
}
