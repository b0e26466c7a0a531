//! How the company of a deal fits the published profile, with everything the figures rest on.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::{Answer, App, Problem, Reader};
use kernel::{CompanyId, DealId, IcpProfileId};
use process::deal_row;
use records::company::Company;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::icp::criteria::Criterion;
use crate::icp::rules::Score;
use crate::profile;
use crate::scoring::{Judged, Published, WordedReason, companies, published};

/// The fit of a deal's company.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DealFit {
    /// The company; null when the deal has none.
    pub company: Option<FitCompany>,
    /// By which profile; null when none is published.
    pub profile: Option<FitProfile>,
    /// How it fits; null without company or profile.
    pub fit: Option<Fit>,
}

/// The company that was judged.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FitCompany {
    /// Which.
    pub id: CompanyId,
    /// Its name.
    pub name: String,
}

/// The profile it was judged by.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FitProfile {
    /// Which.
    pub id: IcpProfileId,
    /// Its name.
    pub name: String,
    /// The version.
    pub version: i64,
    /// Its criteria; the matches are in their order.
    #[schema(value_type = Vec<Criterion>)]
    pub criteria: serde_json::Value,
}

/// Figures and reasons.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Fit {
    /// Score, grade, coverage, both halves, and the match of each criterion.
    #[serde(flatten)]
    pub score: Score,
    /// Up to three for it, then up to two against.
    pub reasons: Vec<WordedReason>,
    /// What speaks for it in a sentence, to begin `why_them` with; empty when nothing does.
    pub why_them: String,
}

impl From<Judged> for Fit {
    fn from(judged: Judged) -> Self {
        let speaks_for = judged.reasons.iter().filter(|r| r.reason.points > 0 && !r.reason.exclusion);
        let texts: Vec<&str> =
            speaks_for.map(|r| r.text.rsplit_once(" (").map_or(&*r.text, |t| t.0)).collect();
        Self { why_them: texts.join("; "), score: judged.score, reasons: judged.reasons }
    }
}

#[utoipa::path(get, path = "/deals/{id}/fit", tag = "prospecting", operation_id = "get_deal_fit", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "How its company fits the published profile at this moment", body = DealFit), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<DealId>) -> Answer<Answered<DealFit>> {
    let deal = deal_row::find(&app.db, me.workspace, id).await?.ok_or_else(|| Problem::not_found("deal"))?;
    let company: Option<Company> = match deal.company_id {
        Some(company) => {
            let mut sql = companies(app.db.engine(), me.workspace);
            sql.push(" AND id = ").bind(company);
            sql.one(app.db.read()).await?
        }
        None => None,
    };
    let at_work: Option<Published> = published(&app.db, me.workspace).await?;
    let profile = profile::published(&app.db, me.workspace).await?.map(|p| FitProfile {
        id: p.id,
        name: p.name,
        version: p.version,
        criteria: p.published_criteria.unwrap_or_default(),
    });
    let fit = company.as_ref().zip(at_work).map(|(company, by)| by.scorer.judge(company).into());
    let company = company.map(|c| FitCompany { id: c.id, name: c.name });
    Ok(Answered(DealFit { company, profile, fit }))
}

/// Routes of the fit.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get))
}
