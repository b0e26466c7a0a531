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

use chrono::NaiveDate;
use http_room::{Answer, App, Problem};
use kernel::WorkspaceId;
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
        Some(id) => Some(queries::version(db, workspace, id).await?.ok_or_else(|| {
            Problem::field("price_book_version", "not_found", "a published version of a price book")
        })?),
    };
    let written = rules::stamp(&mut content, book.as_ref().map(|b| &b.content), today);
    written.map_err(|e| Problem::field("packages", "invalid", e.to_string()))?;
    Ok(content)
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
