//! What is left of an offer once what is sold in it has been paid for.
//!
//! Told to managers only; whether a rule of agreement asks for somebody is told to all. What is *not* here: the costs
//! themselves (`catalogue`).

use std::collections::BTreeMap;

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::{Answer, App, Manager, Problem};
use kernel::{DealId, Money, OfferId, WorkspaceId};
use process::room::look;
use serde::Serialize;
use store::Result;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::catalogue;
use crate::content::{Content, OfferLine, Package};
use crate::offer::{self, Offer};
use crate::price::{Period, PriceError, Term, round_half_away};

/// What is left of a package over its term, nothing optional chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Margin {
    /// The package.
    pub package_id: Uuid,
    /// What its lines of known cost come to over the term, discounts taken off, without tax.
    pub revenue: Money,
    /// What they cost us.
    pub cost: Money,
    /// What is left of that revenue, in basis points, rounded down; none when nothing of it has a known cost.
    pub margin_bp: Option<i64>,
    /// The least of it: of the package, or of a line they may choose beside it. What rules ask about.
    pub least_bp: Option<i64>,
    /// Lines whose cost is not known in the offer's currency; they are left out.
    pub unknown: u32,
}

/// How often a line is paid within a term.
fn times(period: Period, term: Term) -> i128 {
    match period {
        Period::OneOff => 1,
        Period::Monthly => i128::from(term.committed_months()),
        Period::Yearly => i128::from(term.committed_years()),
    }
}

fn small(sum: i128) -> std::result::Result<i64, PriceError> {
    i64::try_from(sum).map_err(|_| PriceError::TooLarge)
}

/// The amount without the tax it contains.
fn net(content: &Content, line: &OfferLine, amount: i64) -> i128 {
    let amount = i128::from(amount);
    match content.tax.inclusive {
        true => round_half_away(amount * 10_000, 10_000 + i128::from(line.tax.bp)),
        false => amount,
    }
}

fn of_package(
    content: &Content,
    package: &Package,
    costs: &BTreeMap<Uuid, Money>,
) -> std::result::Result<Margin, PriceError> {
    let priced = content.price(package, &std::collections::BTreeSet::new())?;
    let amounts = priced.amounts();
    let apart: BTreeMap<Uuid, i64> = priced.apart.iter().map(|a| (a.line_id, a.amount.amount)).collect();
    let (mut all, mut unknown, mut least) = (Left::default(), 0, None);
    for line in &package.lines {
        let known = line.product_id.and_then(|id| costs.get(&id)).filter(|c| c.currency == content.currency);
        let of_line = |amount: &i64| known.map(|cost| Left::of(content, line, *amount, cost.minor));
        match (amounts.get(&line.id).map(of_line), apart.get(&line.id).map(of_line)) {
            (Some(Some(left)), _) => all = all.and(left),
            (Some(None), _) => unknown += 1,
            // Chosen or not, it is offered at that price.
            (None, Some(Some(left))) => least = lesser(least, left.share_bp()?),
            (None, _) => {}
        }
    }
    let margin_bp = all.share_bp()?;
    Ok(Margin {
        package_id: package.id,
        revenue: Money::new(small(all.revenue)?, content.currency),
        cost: Money::new(small(all.cost)?, content.currency),
        margin_bp,
        least_bp: lesser(least, margin_bp),
        unknown,
    })
}

fn lesser(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    one.into_iter().chain(other).min()
}

/// What comes in over the term, and what it costs.
#[derive(Debug, Clone, Copy, Default)]
struct Left {
    revenue: i128,
    cost: i128,
}

impl Left {
    fn of(content: &Content, line: &OfferLine, amount: i64, one: i64) -> Self {
        let times = times(line.period, content.term);
        let cost = round_half_away(i128::from(line.quantity.micro()) * i128::from(one), 1_000_000);
        Self { revenue: net(content, line, amount) * times, cost: cost * times }
    }

    fn and(self, other: Self) -> Self {
        Self { revenue: self.revenue + other.revenue, cost: self.cost + other.cost }
    }

    fn share_bp(self) -> std::result::Result<Option<i64>, PriceError> {
        match self {
            // What is given away costs all of it.
            Self { revenue: 0, cost } => Ok((cost > 0).then_some(-10_000)),
            Self { revenue, cost } => Ok(Some(small(((revenue - cost) * 10_000).div_euclid(revenue))?)),
        }
    }
}

/// What is left of each package, in their order. `costs` is what one of each product costs us.
///
/// # Errors
/// When a price does not fit.
pub fn margins(
    content: &Content,
    costs: &BTreeMap<Uuid, Money>,
) -> std::result::Result<Vec<Margin>, PriceError> {
    content.packages.iter().map(|package| of_package(content, package, costs)).collect()
}

/// The same with the costs of a workspace's products.
///
/// # Errors
/// Whatever the database says.
pub async fn of_offer(
    db: &impl Source,
    workspace: WorkspaceId,
    offer: &Offer,
) -> Result<std::result::Result<Vec<Margin>, PriceError>> {
    Ok(margins(&offer.content, &catalogue::costs(db, workspace).await?))
}

#[utoipa::path(get, path = "/deals/{id}/offers/{offer_id}/margin", tag = "offer", operation_id = "get_offer_margin",
    params(("id" = Uuid, Path, description = "The deal"), ("offer_id" = Uuid, Path, description = "The version")),
    responses((status = 200, description = "What is left of each package", body = Vec<Margin>), (status = 403, description = "For managers", body = Problem), (status = 404, description = "Not there", body = Problem)))]
async fn get(
    me: Manager,
    State(app): State<App>,
    Path((deal, id)): Path<(DealId, OfferId)>,
) -> Answer<Answered<Vec<Margin>>> {
    look(&app, &me, deal).await?;
    let found = offer::find(&app.db, me.workspace, deal, id).await?;
    let found = found.ok_or_else(|| Problem::not_found("offer"))?;
    let margins = of_offer(&app.db, me.workspace, &found).await?;
    Ok(Answered(margins.map_err(|e| Problem::internal(&e))?))
}

/// The route of margins.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::price::{OrderDiscount, Quantity, Tax};
    use kernel::Currency;

    fn line(product: Option<u128>, quantity: &str, unit_minor: i64, period: Period) -> OfferLine {
        OfferLine {
            id: Uuid::now_v7(),
            product_id: product.map(Uuid::from_u128),
            quantity: Quantity::parse(quantity).expect("a quantity"),
            unit_minor,
            period,
            tax: Tax { bp: 1_000, ..Tax::default() },
            ..OfferLine::default()
        }
    }

    fn costs() -> BTreeMap<Uuid, Money> {
        let usd = |minor| Money::new(minor, Currency::USD);
        let won = Money::new(1, Currency::KRW);
        [(1, usd(4_000)), (2, usd(100_000)), (3, won)].map(|(id, cost)| (Uuid::from_u128(id), cost)).into()
    }

    /// Lines, discount, prices contain tax; revenue, cost, margin, unknown.
    type Case = (Vec<OfferLine>, OrderDiscount, bool, (i64, i64, Option<i64>, u32));

    #[test]
    fn what_is_left_counts_the_term_discounts_and_known_costs_only() {
        let monthly = || line(Some(1), "10", 10_000, Period::Monthly);
        let once = || line(Some(2), "1", 150_000, Period::OneOff);
        let free = || line(None, "1", 50_000, Period::OneOff);
        let foreign = || line(Some(3), "1", 50_000, Period::OneOff);
        let table: [Case; 7] = [
            (vec![monthly()], OrderDiscount::None, false, (1_200_000, 480_000, Some(6_000), 0)),
            (vec![monthly(), once()], OrderDiscount::None, false, (1_350_000, 580_000, Some(5_703), 0)),
            (
                vec![monthly(), free(), foreign()],
                OrderDiscount::None,
                false,
                (1_200_000, 480_000, Some(6_000), 2),
            ),
            (vec![free()], OrderDiscount::None, false, (0, 0, None, 1)),
            (vec![once()], OrderDiscount::Share { bp: 5_000 }, false, (75_000, 100_000, Some(-3_334), 0)),
            (vec![once()], OrderDiscount::Share { bp: 10_000 }, false, (0, 100_000, Some(-10_000), 0)),
            // 1,650.00 with 10 % in it is 1,500.00.
            (
                vec![line(Some(2), "1", 165_000, Period::OneOff)],
                OrderDiscount::None,
                true,
                (150_000, 100_000, Some(3_333), 0),
            ),
        ];
        for (lines, discount, inclusive, wanted) in table {
            let package = Package { id: Uuid::now_v7(), lines, discount, ..Package::default() };
            let mut content = Content { packages: vec![package], ..Content::default() };
            content.tax.inclusive = inclusive;
            let found = margins(&content, &costs()).expect("it fits").remove(0);
            assert_eq!((found.revenue.minor, found.cost.minor, found.margin_bp, found.unknown), wanted);
            assert_eq!(found.least_bp, found.margin_bp, "nothing can be chosen beside it");
        }
    }

    #[test]
    fn a_loss_that_can_be_chosen_is_seen() {
        let loss = OfferLine { mandatory: false, ..line(Some(2), "1", 50_000, Period::OneOff) };
        let lines = vec![line(Some(1), "10", 10_000, Period::Monthly), loss];
        let package = Package { id: Uuid::now_v7(), lines, ..Package::default() };
        let content = Content { packages: vec![package], ..Content::default() };
        let found = margins(&content, &costs()).expect("it fits").remove(0);
        assert_eq!((found.margin_bp, found.least_bp), (Some(6_000), Some(-10_000)));
    }
}
