//! Products over HTTP. What they cost us is told to managers only.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, IfMatch, Manager, Member, Problem, Reader, Right, Tagged};
use kernel::{Money, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::db::Source;
use store::{NewEvent, Sql, Subject};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{PRODUCT_ARCHIVED, PRODUCT_CHANGED, PRODUCT_CREATED, check, queries};
use crate::price::{Quantity, Tax};

/// A text in both languages; one of them may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BothLanguages {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

/// A product in a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BundlePart {
    /// The product.
    pub product_id: Uuid,
    /// How many for one bundle.
    #[serde(default)]
    pub quantity: Quantity,
}

/// What is known of a product.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ProductContent {
    /// Its code; one product has it.
    pub code: String,
    /// What it is called.
    pub name: BothLanguages,
    /// What it is.
    pub text: BothLanguages,
    /// Counted in: `seat`, `day`.
    pub unit: String,
    /// Its tax.
    pub tax: Tax,
    /// What it consists of, when it is a bundle: its parts come into an offer as lines of their own.
    #[schema(required = true)]
    pub parts: Vec<BundlePart>,
}

/// A product.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Product {
    /// Its id.
    pub id: Uuid,
    /// What is known of it.
    pub content: ProductContent,
    /// What one costs us; managers see it.
    pub cost: Option<Money>,
    /// Counts changes.
    pub revision: i64,
    /// Since when it is not sold any more.
    pub archived_at: Option<Timestamp>,
}

/// A product as it is sent.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProduct {
    /// What is known of it.
    pub content: ProductContent,
    /// What one costs us.
    #[serde(default)]
    pub cost: Option<Money>,
}

fn seen(me: &Member, product: Product) -> Product {
    let cost = if me.role.has(Right::Manage) { product.cost } else { None };
    Product { cost, ..product }
}

#[utoipa::path(get, path = "/products", tag = "offer", operation_id = "list_products",
    responses((status = 200, description = "What is sold, by code, 2,000 at most", body = Vec<Product>)))]
async fn list(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<Product>>> {
    let all = queries::products(&app.db, me.workspace, false).await?;
    Ok(Answered(all.into_iter().map(|p| seen(&me, p)).collect()))
}

#[utoipa::path(get, path = "/products/{id}", tag = "offer", operation_id = "get_product", params(("id" = Uuid, Path, description = "The product")),
    responses((status = 200, description = "The product, with its revision as ETag", body = Product), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<Tagged<Product>> {
    let found = found(&app.db, &me, id).await?;
    Ok(Tagged(found.revision, seen(&me, found)))
}

async fn found(db: &impl Source, me: &Member, id: Uuid) -> Answer<Product> {
    queries::product(db, me.workspace, id).await?.ok_or_else(|| Problem::not_found("product"))
}

async fn checked(db: &impl Source, me: &Member, new: NewProduct, id: Uuid) -> Answer<NewProduct> {
    let all = queries::products(db, me.workspace, false).await?;
    let known: Vec<Uuid> = all.iter().filter(|p| p.content.parts.is_empty()).map(|p| p.id).collect();
    let content = check::product(new.content, id, &known)?;
    if queries::has_code(db, me.workspace, &content.code, id).await? {
        return Err(Problem::field("code", "taken", "another product has this code"));
    }
    if new.cost.is_some_and(|c| c.minor < 0) {
        return Err(Problem::field("cost", "invalid", "must not be negative"));
    }
    Ok(NewProduct { content, cost: new.cost })
}

#[utoipa::path(post, path = "/products", tag = "offer", operation_id = "create_product", request_body = NewProduct,
    responses((status = 201, description = "Written down", body = Product), (status = 409, description = "There are 2,000", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn create(
    me: Manager,
    State(app): State<App>,
    Body(new): Body<NewProduct>,
) -> Answer<(StatusCode, Tagged<Product>)> {
    let mut tx = app.db.write_tx().await?;
    let (id, now) = (Uuid::now_v7(), app.clock.now());
    let new = checked(&tx, &me, new, id).await?;
    if queries::products(&tx, me.workspace, false).await?.len() >= check::PRODUCTS {
        return Err(Problem::conflict("too_many", "There are 2,000 products; archive one first."));
    }
    let made = insert(&mut tx, &me, id, &new, now).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Tagged(made.revision, made)))
}

/// Writes a product that was checked.
pub(super) async fn insert(
    tx: &mut store::WriteTx,
    me: &Member,
    id: Uuid,
    new: &NewProduct,
    now: Timestamp,
) -> Answer<Product> {
    let text = "INSERT INTO product (id, workspace_id, code, content, cost_minor, cost_currency, revision, created_at, updated_at) VALUES ";
    let mut sql = Sql::new(tx.engine(), text);
    sql.bind_list([
        id.into(),
        me.workspace.into(),
        new.content.code.clone().into(),
        json!(new.content).into(),
        new.cost.map(|c| c.minor).into(),
        new.cost.map(|c| c.currency.code().to_owned()).into(),
        1_i64.into(),
        now.into(),
        now.into(),
    ]);
    sql.run(tx.conn()).await?;
    let event = NewEvent::now(me.workspace, PRODUCT_CREATED, me.actor(), now);
    tx.record(event.about(subject(id)).with(json!({ "after": new.content }))).await?;
    found(tx, me, id).await
}

pub(super) fn subject(id: Uuid) -> Subject {
    Subject { row: Some(id), ..Subject::default() }
}

#[utoipa::path(put, path = "/products/{id}", tag = "offer", operation_id = "change_product", request_body = NewProduct, params(("id" = Uuid, Path, description = "The product")),
    responses((status = 200, description = "As it is now", body = Product), (status = 404, description = "Not there", body = Problem),
        (status = 412, description = "Changed by somebody else", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn change(
    me: Manager,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    Body(new): Body<NewProduct>,
) -> Answer<Tagged<Product>> {
    let mut tx = app.db.write_tx().await?;
    let before = found(&tx, &me, id).await?;
    if_match.check(before.revision)?;
    let new = checked(&tx, &me, new, id).await?;
    let now = app.clock.now();
    update(&mut tx, &me, &before, &new, now).await?;
    let after = found(&tx, &me, id).await?;
    tx.commit().await?;
    Ok(Tagged(after.revision, after))
}

/// Writes a change of a product that was checked.
pub(super) async fn update(
    tx: &mut store::WriteTx,
    me: &Member,
    before: &Product,
    new: &NewProduct,
    now: Timestamp,
) -> Answer<()> {
    let text = "UPDATE product SET code = ?, content = ?, cost_minor = ?, cost_currency = ?, updated_at = ?, \
                archived_at = NULL, revision = revision + 1 WHERE id = ? AND workspace_id = ?";
    let values = [
        new.content.code.clone().into(),
        json!(new.content).into(),
        new.cost.map(|c| c.minor).into(),
        new.cost.map(|c| c.currency.code().to_owned()).into(),
        now.into(),
        before.id.into(),
        me.workspace.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let payload = json!({ "before": before.content, "after": new.content });
    let event = NewEvent::now(me.workspace, PRODUCT_CHANGED, me.actor(), now);
    tx.record(event.about(subject(before.id)).with(payload)).await?;
    Ok(())
}

#[utoipa::path(delete, path = "/products/{id}", tag = "offer", operation_id = "archive_product", params(("id" = Uuid, Path, description = "The product")),
    responses((status = 204, description = "It is not sold any more; offers and price books keep it"), (status = 404, description = "Not there", body = Problem)))]
async fn archive(me: Manager, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let before = found(&tx, &me, id).await?;
    let now = app.clock.now();
    let text =
        "UPDATE product SET archived_at = ?, revision = revision + 1 WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [now.into(), id.into(), me.workspace.into()]).run(tx.conn()).await?;
    let event = NewEvent::now(me.workspace, PRODUCT_ARCHIVED, me.actor(), now);
    tx.record(event.about(subject(id)).with(json!({ "name": before.content.code }))).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Routes of products.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, change, archive))
}
