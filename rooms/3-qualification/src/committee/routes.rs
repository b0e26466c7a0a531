//! Proofs of roles over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::{Answer, App, Body, Problem, Reader, Writer};
use kernel::{DealId, PersonId, Timestamp, WorkspaceId, limits};
use process::facts::{Committee, CommitteeRole, RoleProof};
use process::room::{Visit, given, look};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ROLE_PROVED;

/// Why somebody is held to have a role.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Proof {
    /// Who.
    pub person_id: PersonId,
    /// Which role.
    pub role: String,
    /// How we know.
    pub evidence: String,
    /// Who of the committee named them.
    pub named_by: Option<PersonId>,
    /// Since when we know.
    pub created_at: Timestamp,
}

/// A proof to write down.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProof {
    /// Who; must have the role in the committee.
    pub person_id: PersonId,
    /// Which role.
    pub role: CommitteeRole,
    /// How we know.
    pub evidence: String,
    /// Who of the committee named them.
    #[serde(default)]
    pub named_by: Option<PersonId>,
}

async fn proofs(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Answer<Vec<Proof>> {
    let text = "SELECT person_id, role, evidence, named_by, created_at FROM role_proof \
                WHERE deal_id = ? AND workspace_id = ? ORDER BY created_at, person_id, role";
    Ok(Sql::with(db.engine(), text, [deal.into(), workspace.into()]).all(db.conn()).await?)
}

#[utoipa::path(get, path = "/deals/{id}/role-proofs", tag = "qualification", operation_id = "list_role_proofs", params(("id" = uuid::Uuid, Path, description = "The deal")),
    responses((status = 200, description = "How roles are known", body = Vec<Proof>), (status = 404, description = "Not there", body = Problem)))]
async fn list(me: Reader, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<Vec<Proof>>> {
    look(&app, &me, id).await?;
    Ok(Answered(proofs(&app.db, me.workspace, id).await?))
}

async fn has_role(visit: &Visit, new: &NewProof, role: &str) -> Answer<bool> {
    let seats = records::deal::committee(&visit.tx, visit.workspace, visit.deal.id).await?;
    let seat = seats.into_iter().find(|s| s.person_id == new.person_id);
    Ok(seat.is_some_and(|s| s.roles.as_array().is_some_and(|roles| roles.iter().any(|r| r == role))))
}

#[utoipa::path(post, path = "/deals/{id}/role-proofs", tag = "qualification", operation_id = "prove_role", params(("id" = uuid::Uuid, Path, description = "The deal")), request_body = NewProof,
    responses((status = 200, description = "How roles are known", body = Vec<Proof>), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn prove(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<DealId>,
    Body(new): Body<NewProof>,
) -> Answer<Answered<Vec<Proof>>> {
    let evidence = given("evidence", &new.evidence, limits::REASON_CHARS)?;
    let mut visit = Visit::begin(&app, &me, id).await?;
    visit.check_person("named_by", new.named_by).await?;
    let role = json!(new.role).as_str().unwrap_or_default().to_owned();
    if !has_role(&visit, &new, &role).await? {
        return Err(Problem::field("role", "invalid", "give this person the role in the committee first"));
    }
    let all = keep_proof(&mut visit, &new, &role, &evidence).await?;
    visit.leave().await?;
    Ok(Answered(all))
}

/// Writes a proof down, and the committee's fact with it. Answers all of them.
pub(crate) async fn keep_proof(
    visit: &mut Visit,
    new: &NewProof,
    role: &str,
    evidence: &str,
) -> Answer<Vec<Proof>> {
    let text = "INSERT INTO role_proof (deal_id, person_id, role, workspace_id, evidence, named_by, created_by, created_at) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (deal_id, person_id, role) \
                DO UPDATE SET evidence = excluded.evidence, named_by = excluded.named_by";
    let values = [
        visit.deal.id.into(),
        new.person_id.into(),
        role.into(),
        visit.workspace.into(),
        evidence.into(),
        new.named_by.into(),
        visit.actor.user().into(),
        visit.now.into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    let all = proofs(&visit.tx, visit.workspace, visit.deal.id).await?;
    visit.know(&Committee { proofs: all.iter().filter_map(as_fact).collect() }, &[]).await?;
    let payload = json!({ "role": role, "evidence": evidence, "named_by": new.named_by });
    visit.tell(ROLE_PROVED, new.person_id.0, Some(new.person_id), payload).await?;
    Ok(all)
}

fn as_fact(proof: &Proof) -> Option<RoleProof> {
    let role = serde_json::from_value(Json::from(proof.role.clone())).ok()?;
    Some(RoleProof { person: proof.person_id, role, named_by: proof.named_by })
}

/// Routes of role proofs.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, prove))
}
