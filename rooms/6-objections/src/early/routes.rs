//! What is to be expected, and what came late, over HTTP.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::{Answer, App, Problem, Reader};
use kernel::DealId;
use process::room::look;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::queries::{AnswerPiece, expected_of, of_workspace, pieces, when_raised};
use super::rules::{ENOUGH_DEALS, Expected, Seen, Segment, expected};
use crate::objection::of_deal;
use crate::rules::ObjectionKind;

/// A kind a deal will probably meet.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ExpectedObjection {
    /// How often comparable deals raised it.
    #[serde(flatten)]
    pub expected: Expected,
    /// The deal raised it already.
    pub raised_here: bool,
    /// Pieces of nurturing's library that answer it beforehand.
    pub pieces: Vec<AnswerPiece>,
}

/// What a deal will probably meet.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Forecast {
    /// By which deals; null: there are fewer than 20, so nothing is foretold.
    pub segment: Option<Segment>,
    /// The most frequent first.
    pub kinds: Vec<ExpectedObjection>,
}

#[utoipa::path(get, path = "/deals/{id}/expected-objections", tag = "objections", operation_id = "expected_objections", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "Kinds that at least 15 % of 20 or more comparable deals raised", body = Forecast), (status = 404, description = "Not there", body = Problem)))]
async fn forecast(me: Reader, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<Forecast>> {
    let deal = look(&app, &me, id).await?;
    let Some((segment, list)) = expected_of(&app.db, me.workspace, &deal).await? else {
        return Ok(Answered(Forecast { segment: None, kinds: Vec::new() }));
    };
    let (raised, all) = (of_deal(&app.db, me.workspace, id).await?, pieces(&app.db, me.workspace).await?);
    let view = |one: Expected| ExpectedObjection {
        raised_here: raised.iter().any(|objection| objection.kind() == one.kind),
        pieces: all.iter().filter(|p| p.kinds.iter().any(|k| k == one.kind.key())).cloned().collect(),
        expected: one,
    };
    Ok(Answered(Forecast { segment: Some(segment), kinds: list.into_iter().map(view).collect() }))
}

/// When a kind is raised.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RaisedEarly {
    /// Which.
    pub kind: ObjectionKind,
    /// Raised up to nurturing.
    pub early: u64,
    /// Raised from the offer on.
    pub late: u64,
    /// Of the early ones, confirmed as settled.
    pub early_settled: u64,
    /// Of the late ones.
    pub late_settled: u64,
    /// Late ones that were to be expected, and so could have been met in nurturing.
    pub could_be_early: u64,
    /// Share of deals that raise it; null below 20 deals.
    pub share: Option<f64>,
    /// Pieces of nurturing's library that answer it.
    pub pieces: u64,
}

/// Which objections come late that could come early.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct EarlyReport {
    /// Deals that came past the first talks.
    pub deals: u64,
    /// There are fewer than 20 of them.
    pub too_few: bool,
    /// By kind, those that could most often have been met earlier first.
    pub kinds: Vec<RaisedEarly>,
}

/// Share of deals that raised a kind; none below 20 deals.
#[allow(clippy::cast_precision_loss)] // counts of deals
fn share(seen: &Seen, kind: ObjectionKind) -> Option<f64> {
    let raised = seen.raised.iter().find(|(one, _)| *one == kind).map_or(0, |(_, raised)| *raised);
    (seen.deals >= ENOUGH_DEALS).then(|| raised as f64 / seen.deals as f64)
}

#[utoipa::path(get, path = "/objection-report", tag = "objections", operation_id = "objection_report",
    responses((status = 200, description = "By kind: raised early, raised late, and what could have been met in nurturing", body = EarlyReport)))]
async fn report(me: Reader, State(app): State<App>) -> Answer<Answered<EarlyReport>> {
    let seen = of_workspace(&app.db, me.workspace).await?;
    let all = pieces(&app.db, me.workspace).await?;
    let foreseen = expected(&seen);
    let n = |n: i64| u64::try_from(n).unwrap_or(0);
    let mut kinds: Vec<RaisedEarly> = Vec::new();
    for row in when_raised(&app.db, me.workspace).await? {
        let Some(kind) = ObjectionKind::parse(&row.kind) else { continue };
        let to_expect = foreseen.iter().flatten().any(|one| one.kind == kind);
        kinds.push(RaisedEarly {
            kind,
            early: n(row.early),
            late: n(row.late),
            early_settled: n(row.early_settled),
            late_settled: n(row.late_settled),
            could_be_early: if to_expect { n(row.late) } else { 0 },
            share: share(&seen, kind),
            pieces: all.iter().filter(|p| p.kinds.iter().any(|k| k == kind.key())).count() as u64,
        });
    }
    kinds.sort_by_key(|one| std::cmp::Reverse((one.could_be_early, one.late, one.early)));
    Ok(Answered(EarlyReport { deals: seen.deals, too_few: seen.deals < ENOUGH_DEALS, kinds }))
}

/// Routes of what is to be expected.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(forecast)).routes(routes!(report))
}
