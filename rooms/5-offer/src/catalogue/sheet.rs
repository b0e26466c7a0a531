//! Products as a sheet of comma-separated values: out, and in again.

use axum::Json as Answered;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use csv::StringRecord;
use http_room::{Answer, App, Body, Manager, Problem};
use kernel::{Currency, Money};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::products::{BothLanguages, NewProduct, Product, ProductContent, insert, update};
use super::{check, queries};
use crate::price::{Tax, TaxKind};

/// A row of the sheet.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Line {
    code: String,
    name_en: String,
    name_ko: String,
    text_en: String,
    text_ko: String,
    unit: String,
    tax_kind: Option<TaxKind>,
    tax_percent: String,
    cost: String,
    cost_currency: String,
}

/// Basis points of a percentage with at most two places.
fn bp(percent: &str) -> Option<u32> {
    if percent.trim().is_empty() {
        return Some(0);
    }
    let hundredths = Money::from_major(percent, Currency::USD).ok()?.minor;
    u32::try_from(hundredths).ok()
}

impl Line {
    fn of(product: &Product) -> Self {
        let content = product.content.clone();
        Self {
            code: content.code,
            name_en: content.name.en,
            name_ko: content.name.ko,
            text_en: content.text.en,
            text_ko: content.text.ko,
            unit: content.unit,
            tax_percent: Money::new(i64::from(content.tax.bp), Currency::USD).to_major(),
            tax_kind: Some(content.tax.kind),
            cost: product.cost.map(Money::to_major).unwrap_or_default(),
            cost_currency: product.cost.map(|c| c.currency.code().to_owned()).unwrap_or_default(),
        }
    }

    /// The product of the row; what the sheet has no column for is kept.
    fn product(self, before: Option<&Product>, columns: &StringRecord) -> Result<NewProduct, &'static str> {
        let kept = before.map(|p| p.content.clone()).unwrap_or_default();
        let has = |name: &str| columns.iter().any(|column| column == name);
        let text = |name: &str, new: String, kept: String| if has(name) { new } else { kept };
        let cost = match self.cost.trim() {
            _ if !has("cost") => before.and_then(|p| p.cost),
            "" => None,
            text => {
                let currency = match before.and_then(|p| p.cost) {
                    Some(cost) if !has("cost_currency") => cost.currency,
                    _ => Currency::parse(&self.cost_currency).map_err(|_| "cost_currency")?,
                };
                Some(Money::from_major(text, currency).map_err(|_| "cost")?)
            }
        };
        let tax = Tax {
            kind: self.tax_kind.unwrap_or(kept.tax.kind),
            bp: if has("tax_percent") { bp(&self.tax_percent).ok_or("tax_percent")? } else { kept.tax.bp },
            text: kept.tax.text,
        };
        let content = ProductContent {
            code: self.code,
            name: BothLanguages {
                en: text("name_en", self.name_en, kept.name.en),
                ko: text("name_ko", self.name_ko, kept.name.ko),
            },
            text: BothLanguages {
                en: text("text_en", self.text_en, kept.text.en),
                ko: text("text_ko", self.text_ko, kept.text.ko),
            },
            unit: text("unit", self.unit, kept.unit),
            tax,
            parts: kept.parts,
        };
        Ok(NewProduct { content, cost })
    }
}

#[utoipa::path(get, path = "/products/sheet", tag = "offer", operation_id = "export_products",
    responses((status = 200, description = "Every product that is sold, one row each", body = String, content_type = "text/csv")))]
async fn export(me: Manager, State(app): State<App>) -> Answer<impl IntoResponse> {
    let mut out = csv::Writer::from_writer(Vec::new());
    for product in queries::products(&app.db, me.workspace, false).await? {
        out.serialize(Line::of(&product)).map_err(|e| Problem::bad_request(e.to_string()))?;
    }
    let bytes = out.into_inner().map_err(|e| Problem::bad_request(e.to_string()))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"products.csv\""),
    ];
    Ok((headers, bytes))
}

/// A sheet.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// Its text: comma-separated values with a first row of `code`, `name_en`, `name_ko`, `text_en`, `text_ko`, `unit`,
    /// `tax_kind`, `tax_percent`, `cost`, `cost_currency`; what a missing column says is kept, but for `code`.
    pub text: String,
}

/// What became of a sheet.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub struct Taken {
    /// Products written down anew.
    pub created: u64,
    /// Products that had the code.
    pub changed: u64,
}

#[utoipa::path(post, path = "/products/sheet", tag = "offer", operation_id = "import_products", request_body = Sheet,
    responses((status = 200, description = "All of it was taken in; products are known by their code", body = Taken),
        (status = 422, description = "A row at fault, counted from 1 without the first; nothing was taken in", body = Problem)))]
async fn import(me: Manager, State(app): State<App>, Body(sheet): Body<Sheet>) -> Answer<Answered<Taken>> {
    let mut rows = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(sheet.text.as_bytes());
    let columns = rows.headers().cloned().map_err(|e| Problem::field("text", "invalid", e.to_string()))?;
    if !columns.iter().any(|column| column == "code") {
        return Err(Problem::field("text", "invalid", "the first row names no column `code`"));
    }
    let (mut tx, now) = (app.db.write_tx().await?, app.clock.now());
    let mut known = queries::products(&tx, me.workspace, true).await?;
    let mut taken = Taken::default();
    for (n, line) in (1_usize..).zip(rows.deserialize::<Line>()) {
        let at = |field: &str| format!("rows.{n}.{field}");
        if n > check::PRODUCTS {
            return Err(Problem::field("rows", "too_many", "at most 2,000"));
        }
        let line = line.map_err(|e| Problem::field(&at("text"), "invalid", e.to_string()))?;
        let before = known.iter().find(|p| p.content.code == line.code.trim()).cloned();
        let new = line.product(before.as_ref(), &columns);
        let new = new.map_err(|field| Problem::field(&at(field), "invalid", "cannot be read"))?;
        let id = before.as_ref().map_or_else(Uuid::now_v7, |p| p.id);
        let ids: Vec<Uuid> = known.iter().map(|p| p.id).collect();
        let content = check::product(new.content, id, &ids).map_err(|p| of_row(p, n))?;
        let new = NewProduct { content, cost: new.cost };
        match before {
            Some(before) => {
                update(&mut tx, &me, &before, &new, now).await?;
                taken.changed += 1;
            }
            None => {
                if known.len() >= check::PRODUCTS {
                    return Err(Problem::field(&at("code"), "too_many", "at most 2,000 products"));
                }
                known.push(insert(&mut tx, &me, id, &new, now).await?);
                taken.created += 1;
            }
        }
    }
    tx.commit().await?;
    Ok(Answered(taken))
}

fn of_row(mut problem: Problem, n: usize) -> Problem {
    for error in &mut problem.errors {
        error.field = format!("rows.{n}.{}", error.field);
    }
    problem
}

/// Routes of the sheet.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(export, import))
}
