//! Products and price books in the database.

use kernel::{DealId, Money, Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql, StoreError};
use uuid::Uuid;

use super::products::{Product, ProductContent};
use super::rules::{Book, Customer};

fn read<T: DeserializeOwned>(what: &str, id: Uuid, value: Json) -> Result<T> {
    let shape = |e: serde_json::Error| StoreError::Shape { what: format!("{what} {id}"), why: e.to_string() };
    serde_json::from_value(value).map_err(shape)
}

#[derive(FromQueryResult)]
struct ProductRow {
    id: Uuid,
    content: Json,
    cost_minor: Option<i64>,
    cost_currency: Option<String>,
    revision: i64,
    archived_at: Option<Timestamp>,
}

impl TryFrom<ProductRow> for Product {
    type Error = StoreError;
    fn try_from(row: ProductRow) -> Result<Self> {
        let content: ProductContent = read("product", row.id, row.content)?;
        let currency = row.cost_currency.as_deref().and_then(|c| kernel::Currency::parse(c).ok());
        let cost = row.cost_minor.zip(currency).map(|(minor, currency)| Money::new(minor, currency));
        Ok(Self { id: row.id, content, cost, revision: row.revision, archived_at: row.archived_at })
    }
}

const PRODUCT: &str =
    "SELECT id, content, cost_minor, cost_currency, revision, archived_at FROM product WHERE ";

/// All that is sold, by code; `archived` too when asked for.
pub async fn products(db: &impl Source, workspace: WorkspaceId, archived: bool) -> Result<Vec<Product>> {
    let mut sql = Sql::new(db.engine(), PRODUCT);
    sql.push("workspace_id = ").bind(workspace);
    sql.push(if archived { "" } else { " AND archived_at IS NULL" }).push(" ORDER BY code, id");
    let rows: Vec<ProductRow> = sql.all(db.conn()).await?;
    rows.into_iter().map(Product::try_from).collect()
}

/// A product.
pub async fn product(db: &impl Source, workspace: WorkspaceId, id: Uuid) -> Result<Option<Product>> {
    let mut sql = Sql::new(db.engine(), PRODUCT);
    sql.push("id = ").bind(id).push(" AND ").push_check("workspace_id", workspace);
    sql.one::<ProductRow>(db.conn()).await?.map(Product::try_from).transpose()
}

/// Whether another product has this code.
pub async fn has_code(db: &impl Source, workspace: WorkspaceId, code: &str, but: Uuid) -> Result<bool> {
    let text = "SELECT 1 FROM product WHERE workspace_id = ? AND code = ? AND id <> ?";
    let values = [workspace.into(), code.to_owned().into(), but.into()];
    Ok(!Sql::with(db.engine(), text, values).rows(db.conn()).await?.is_empty())
}

/// A price book.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PriceBook {
    /// Its id.
    pub id: Uuid,
    /// What is worked on.
    pub draft: Book,
    /// The newest published version's id.
    pub published_id: Option<Uuid>,
    /// Its number.
    pub published_version: Option<i64>,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// The draft says something else than what was published.
    pub is_changed: bool,
    /// Counts changes of the draft.
    pub revision: i64,
}

#[derive(FromQueryResult)]
struct BookRow {
    id: Uuid,
    draft: Json,
    revision: i64,
    published_id: Option<Uuid>,
    published_version: Option<i64>,
    published_at: Option<Timestamp>,
    published: Option<Json>,
}

impl TryFrom<BookRow> for PriceBook {
    type Error = StoreError;
    fn try_from(row: BookRow) -> Result<Self> {
        let draft: Book = read("price book", row.id, row.draft)?;
        let published: Option<Book> =
            row.published.map(|content| read("price book", row.id, content)).transpose()?;
        Ok(Self {
            id: row.id,
            is_changed: published.as_ref() != Some(&draft),
            draft,
            published_id: row.published_id,
            published_version: row.published_version,
            published_at: row.published_at,
            revision: row.revision,
        })
    }
}

const BOOK: &str = "SELECT b.id, b.draft, b.revision, v.id AS published_id, v.version AS published_version, v.published_at, \
    v.content AS published FROM price_book b LEFT JOIN price_book_version v ON v.price_book_id = b.id AND v.version = \
    (SELECT MAX(x.version) FROM price_book_version x WHERE x.price_book_id = b.id) WHERE b.archived_at IS NULL AND ";

/// The price books, the oldest first.
pub async fn books(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<PriceBook>> {
    let mut sql = Sql::new(db.engine(), BOOK);
    sql.push("b.workspace_id = ").bind(workspace).push(" ORDER BY b.created_at, b.id");
    let rows: Vec<BookRow> = sql.all(db.conn()).await?;
    rows.into_iter().map(PriceBook::try_from).collect()
}

/// A price book that is in use.
pub async fn book(db: &impl Source, workspace: WorkspaceId, id: Uuid) -> Result<Option<PriceBook>> {
    let mut sql = Sql::new(db.engine(), BOOK);
    sql.push("b.id = ").bind(id).push(" AND ").push_check("b.workspace_id", workspace);
    sql.one::<BookRow>(db.conn()).await?.map(PriceBook::try_from).transpose()
}

/// A published version of a price book.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PriceBookVersion {
    /// Its id; what offers name.
    pub id: Uuid,
    /// The price book.
    pub price_book_id: Uuid,
    /// Counted from 1 within the book.
    pub version: i64,
    /// What it says.
    pub content: Book,
    /// When it was published.
    pub published_at: Timestamp,
}

#[derive(FromQueryResult)]
struct VersionRow {
    id: Uuid,
    price_book_id: Uuid,
    version: i64,
    content: Json,
    published_at: Timestamp,
}

impl TryFrom<VersionRow> for PriceBookVersion {
    type Error = StoreError;
    fn try_from(row: VersionRow) -> Result<Self> {
        let content = read("price book version", row.id, row.content)?;
        let VersionRow { id, price_book_id, version, published_at, .. } = row;
        Ok(Self { id, price_book_id, version, content, published_at })
    }
}

const VERSION: &str =
    "SELECT v.id, v.price_book_id, v.version, v.content, v.published_at FROM price_book_version v ";

/// A published version.
pub async fn version(db: &impl Source, workspace: WorkspaceId, id: Uuid) -> Result<Option<PriceBookVersion>> {
    let mut sql = Sql::new(db.engine(), VERSION);
    sql.push("WHERE v.id = ").bind(id).push(" AND ").push_check("v.workspace_id", workspace);
    sql.one::<VersionRow>(db.conn()).await?.map(PriceBookVersion::try_from).transpose()
}

/// The newest published version of every book in use.
pub async fn newest(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<PriceBookVersion>> {
    let mut sql = Sql::new(db.engine(), VERSION);
    sql.push("JOIN price_book b ON b.id = v.price_book_id WHERE b.archived_at IS NULL AND v.workspace_id = ");
    sql.bind(workspace).push(
        " AND v.version = (SELECT MAX(x.version) FROM price_book_version x WHERE x.price_book_id = b.id) \
         ORDER BY b.created_at, b.id",
    );
    let rows: Vec<VersionRow> = sql.all(db.conn()).await?;
    rows.into_iter().map(PriceBookVersion::try_from).collect()
}

#[derive(FromQueryResult)]
struct CustomerRow {
    country: Option<String>,
    industry: Option<String>,
    employees: Option<i64>,
}

/// The company of a deal, as far as segments ask.
pub async fn customer(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Result<Customer> {
    let text = "SELECT c.country, c.industry, c.employees FROM deal d JOIN company c ON c.id = d.company_id \
                WHERE d.id = ? AND d.workspace_id = ?";
    let row: Option<CustomerRow> =
        Sql::with(db.engine(), text, [deal.into(), workspace.into()]).one(db.conn()).await?;
    Ok(row.map_or_else(Customer::default, |r| Customer {
        country: r.country,
        industry: r.industry,
        employees: r.employees,
    }))
}
