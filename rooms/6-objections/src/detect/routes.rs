//! Proposals over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use http_room::{Answer, App, Body, Member, Problem, Reader, Writer};
use kernel::{DealId, ObjectionId};
use process::room::Visit;
use serde::{Deserialize, Serialize};
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{COLUMNS, ObjectionProposal};
use crate::objection;
use crate::raise::{NewObjection, Source as HeardAt, raise_or_repeat};
use crate::rules::ObjectionKind;

/// Proposals that are shown.
const SHOWN: i64 = 200;

/// Of which.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct Which {
    /// Of one deal.
    #[serde(default)]
    deal_id: Option<DealId>,
    /// Of one mail or question.
    #[serde(default)]
    source_id: Option<Uuid>,
    /// Decided ones too.
    #[serde(default)]
    all: bool,
}

#[utoipa::path(get, path = "/objection-proposals", tag = "objections", operation_id = "list_objection_proposals", params(Which),
    responses((status = 200, description = "Open ones, the newest first, 200 at most", body = Vec<ObjectionProposal>)))]
async fn list(
    me: Reader,
    State(app): State<App>,
    Query(which): Query<Which>,
) -> Answer<Answered<Vec<ObjectionProposal>>> {
    let mut sql = Sql::new(app.db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" WHERE d.deleted_at IS NULL AND p.workspace_id = ").bind(me.workspace);
    if let Some(deal) = which.deal_id {
        sql.push(" AND p.deal_id = ").bind(deal);
    }
    if let Some(source) = which.source_id {
        sql.push(" AND p.source_id = ").bind(source);
    }
    if !which.all {
        sql.push(" AND p.state = 'open'");
    }
    sql.push(" ORDER BY p.at DESC, p.id DESC LIMIT ").bind(SHOWN);
    Ok(Answered(sql.all(app.db.read()).await?))
}

async fn found(db: &impl Source, me: &Member, id: Uuid) -> Answer<ObjectionProposal> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" WHERE ");
    sql.push_with("p.id = ? AND p.workspace_id = ?", [id.into(), me.workspace.into()]);
    sql.one(db.conn()).await?.ok_or_else(|| Problem::not_found("proposal"))
}

/// What is done about a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProposalVerdict {
    /// It is one: write it down.
    Take,
    /// It is none.
    Leave,
}

/// How a proposal is settled.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleProposal {
    /// Take it or leave it.
    pub verdict: ProposalVerdict,
    /// What it really sounds like; the proposal's own kind when left out.
    #[serde(default)]
    pub kind: Option<ObjectionKind>,
}

#[utoipa::path(post, path = "/objection-proposals/{id}", tag = "objections", operation_id = "settle_objection_proposal", request_body = SettleProposal, params(("id" = Uuid, Path, description = "The proposal")),
    responses((status = 200, description = "Settled; one that was settled before and is raised again is open once more", body = ObjectionProposal), (status = 404, description = "Not there", body = Problem), (status = 409, description = "`already_decided`", body = Problem)))]
async fn settle(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Body(how): Body<SettleProposal>,
) -> Answer<Answered<ObjectionProposal>> {
    let deal = found(&app.db, &me, id).await?.deal_id;
    let mut visit = Visit::begin(&app, &me, deal).await?;
    let proposal = found(&visit.tx, &me, id).await?;
    if proposal.state != "open" {
        return Err(Problem::conflict("already_decided", "This proposal was decided before."));
    }
    let objection: Option<ObjectionId> = match how.verdict {
        ProposalVerdict::Leave => None,
        ProposalVerdict::Take => {
            let kind = how.kind.or_else(|| ObjectionKind::parse(&proposal.kind));
            let source = if proposal.source == "mail" { HeardAt::Mail } else { HeardAt::OfferPage };
            let person = match visit.check_person("person_id", proposal.person_id).await {
                Ok(()) => proposal.person_id,
                // Whoever is not in the committee is named by the mail alone.
                Err(_) => None,
            };
            let new = NewObjection {
                stated: proposal.quote.clone(),
                stated_kind: kind.unwrap_or(ObjectionKind::Hidden),
                stated_sub: None,
                person_id: person,
                source: Some(source),
                source_id: Some(proposal.source_id),
            };
            Some(raise_or_repeat(&mut visit, new).await?)
        }
    };
    let state = if objection.is_some() { "taken" } else { "left" };
    let text = "UPDATE objection_proposal SET state = ?, objection_id = ?, decided_by = ?, decided_at = ? WHERE id = ?";
    let values = [state.into(), objection.into(), me.user.into(), visit.now.into(), id.into()];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    objection::refresh(&visit.tx, visit.workspace, deal, visit.now).await?;
    let settled = found(&visit.tx, &me, id).await?;
    visit.leave().await?;
    Ok(Answered(settled))
}

/// Routes of proposals.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(settle))
}
