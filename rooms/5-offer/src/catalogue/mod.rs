//! What we sell and what it costs: products, bundles of them, and price books.
//!
//! A price book is worked on as a draft and published as versions that never change; an offer names
//! the version its prices come from (`rules` says which price applies). What a product costs us is
//! told to managers only. What is *not* here: stock, and conversion between currencies.

mod books;
mod check;
mod products;
mod queries;
pub mod rules;
mod sheet;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use http_room::{Answer, App, Problem};
use kernel::{DealId, Money, Timestamp, WorkspaceId};
use process::deal_row;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

use crate::content::Content;
use crate::price::Term;

/// A product was written down. Payload: `after`.
pub const PRODUCT_CREATED: &str = "product.created";
/// A product changed. Payload: `before`, `after`.
pub const PRODUCT_CHANGED: &str = "product.changed";
/// A product is not sold any more. Payload: `name`.
pub const PRODUCT_ARCHIVED: &str = "product.archived";
/// A price book was begun. Payload: `name`.
pub const BOOK_CREATED: &str = "price_book.created";
/// A price book was published. Payload: `name`, `version`.
pub const BOOK_PUBLISHED: &str = "price_book.published";
/// A price book is not used any more. Payload: `name`.
pub const BOOK_ARCHIVED: &str = "price_book.archived";

/// A published version an offer names.
///
/// # Errors
/// 422 when there is none.
pub(crate) async fn version(
    db: &impl Source,
    workspace: WorkspaceId,
    id: Uuid,
) -> Answer<queries::PriceBookVersion> {
    let found = queries::version(db, workspace, id).await?;
    found.ok_or_else(|| {
        Problem::field("price_book_version", "not_found", "a published version of a price book")
    })
}

/// The content with the prices of the book it names.
///
/// # Errors
/// 422 when there is no such published version, or a price does not fit.
pub(crate) async fn stamp(
    db: &impl Source,
    workspace: WorkspaceId,
    mut content: Content,
    today: NaiveDate,
) -> Answer<Content> {
    let book = match content.price_book_version {
        None => None,
        Some(id) => Some(version(db, workspace, id).await?),
    };
    let written = rules::stamp(&mut content, book.as_ref().map(|b| &b.content), today);
    written.map_err(|e| Problem::field("packages", "invalid", e.to_string()))?;
    Ok(content)
}

/// What one of each product costs us, of those whose cost is known; archived ones, too: offers go on naming them.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn costs(db: &impl Source, workspace: WorkspaceId) -> store::Result<BTreeMap<Uuid, Money>> {
    let all = queries::products(db, workspace, true).await?;
    Ok(all.into_iter().filter_map(|product| Some((product.id, product.cost?))).collect())
}

/// The day it is for whoever owns a deal: price books hold by it.
///
/// # Errors
/// 404 when the deal is gone.
pub(crate) async fn today(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: DealId,
    now: Timestamp,
) -> Answer<NaiveDate> {
    let row = deal_row::find(db, workspace, deal).await?.ok_or_else(|| Problem::not_found("deal"))?;
    let space = deal_row::workspace(db, workspace).await?;
    Ok(deal_row::calendar(db, &space, row.owner_id).await?.date(now))
}

/// Whether a published price book holds on a day.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn holds(db: &impl Source, workspace: WorkspaceId, day: NaiveDate) -> Answer<bool> {
    Ok(queries::newest(db, workspace).await?.iter().any(|book| book.content.holds_on(day)))
}

/// Refuses a version that an offer does not name yet, unless it is the newest of its book and holds.
///
/// # Errors
/// 422 naming `price_book_version`.
pub(crate) async fn check_new(
    db: &impl Source,
    workspace: WorkspaceId,
    version: Uuid,
    today: NaiveDate,
) -> Answer<()> {
    self::version(db, workspace, version).await?;
    let newest = queries::newest(db, workspace).await?;
    match newest.iter().any(|book| book.id == version && book.content.holds_on(today)) {
        true => Ok(()),
        false => {
            let message = "the newest version of a price book that holds today";
            Err(Problem::field("price_book_version", "outdated", message))
        }
    }
}

/// The terms a published version offers.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn terms(db: &impl Source, workspace: WorkspaceId, version: Uuid) -> Answer<Vec<Term>> {
    let book = queries::version(db, workspace, version).await?;
    Ok(book.map(|b| b.content.terms.iter().map(|t| t.term).collect()).unwrap_or_default())
}

/// Routes of the catalogue.
pub fn routes() -> OpenApiRouter<App> {
    products::routes().merge(books::routes()).merge(sheet::routes())
}
