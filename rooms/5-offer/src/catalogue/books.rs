//! Price books over HTTP: a draft, and versions that never change.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, IfMatch, Manager, Member, Problem, Reader, Tagged};
use kernel::DealId;
use process::room::look;
use serde_json::json;
use store::db::Source;
use store::{NewEvent, Sql, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::products::subject;
use super::queries::{self, PriceBook, PriceBookVersion};
use super::rules::Book;
use super::{BOOK_ARCHIVED, BOOK_CREATED, BOOK_PUBLISHED, check};

async fn checked(db: &impl Source, me: &Member, new: Book) -> Answer<Book> {
    let known: Vec<Uuid> = queries::products(db, me.workspace, true).await?.iter().map(|p| p.id).collect();
    check::book(new, &known)
}

async fn found(db: &impl Source, me: &Member, id: Uuid) -> Answer<PriceBook> {
    queries::book(db, me.workspace, id).await?.ok_or_else(|| Problem::not_found("price_book"))
}

async fn tell(
    tx: &mut WriteTx,
    me: &Member,
    app: &App,
    kind: &'static str,
    id: Uuid,
    payload: serde_json::Value,
) -> Answer<()> {
    let event = NewEvent::now(me.workspace, kind, me.actor(), app.clock.now());
    tx.record(event.about(subject(id)).with(payload)).await?;
    Ok(())
}

#[utoipa::path(get, path = "/price-books", tag = "offer", operation_id = "list_price_books",
    responses((status = 200, description = "The price books, the oldest first, 200 at most", body = Vec<PriceBook>)))]
async fn list(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<PriceBook>>> {
    Ok(Answered(queries::books(&app.db, me.workspace).await?))
}

#[utoipa::path(post, path = "/price-books", tag = "offer", operation_id = "create_price_book", request_body = Book,
    responses((status = 201, description = "Begun; nobody is offered its prices before it is published", body = PriceBook),
        (status = 409, description = "There are 200", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn create(
    me: Manager,
    State(app): State<App>,
    Body(new): Body<Book>,
) -> Answer<(StatusCode, Tagged<PriceBook>)> {
    let mut tx = app.db.write_tx().await?;
    let new = checked(&tx, &me, new).await?;
    if queries::books(&tx, me.workspace).await?.len() >= check::BOOKS {
        return Err(Problem::conflict("too_many", "There are 200 price books; archive one first."));
    }
    let (id, now) = (Uuid::now_v7(), app.clock.now());
    let text = "INSERT INTO price_book (id, workspace_id, draft, revision, created_at, updated_at) VALUES (?, ?, ?, 1, ?, ?)";
    let values = [id.into(), me.workspace.into(), json!(new).into(), now.into(), now.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tell(&mut tx, &me, &app, BOOK_CREATED, id, json!({ "name": new.name })).await?;
    let made = found(&tx, &me, id).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Tagged(made.revision, made)))
}

#[utoipa::path(get, path = "/price-books/{id}", tag = "offer", operation_id = "get_price_book", params(("id" = Uuid, Path, description = "The price book")),
    responses((status = 200, description = "The price book, with its revision as ETag", body = PriceBook), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<Tagged<PriceBook>> {
    let book = found(&app.db, &me, id).await?;
    Ok(Tagged(book.revision, book))
}

#[utoipa::path(put, path = "/price-books/{id}", tag = "offer", operation_id = "change_price_book", request_body = Book, params(("id" = Uuid, Path, description = "The price book")),
    responses((status = 200, description = "The draft as it is now; what was published stays", body = PriceBook), (status = 404, description = "Not there", body = Problem),
        (status = 412, description = "Changed by somebody else", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn change(
    me: Manager,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    Body(new): Body<Book>,
) -> Answer<Tagged<PriceBook>> {
    let tx = app.db.write_tx().await?;
    if_match.check(found(&tx, &me, id).await?.revision)?;
    let new = checked(&tx, &me, new).await?;
    let text = "UPDATE price_book SET draft = ?, revision = revision + 1, updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [json!(new).into(), app.clock.now().into(), id.into(), me.workspace.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let after = found(&tx, &me, id).await?;
    tx.commit().await?;
    Ok(Tagged(after.revision, after))
}

#[utoipa::path(delete, path = "/price-books/{id}", tag = "offer", operation_id = "archive_price_book", params(("id" = Uuid, Path, description = "The price book")),
    responses((status = 204, description = "Not used any more; offers keep its prices"), (status = 404, description = "Not there", body = Problem)))]
async fn archive(me: Manager, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let book = found(&tx, &me, id).await?;
    let text = "UPDATE price_book SET archived_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [app.clock.now().into(), id.into(), me.workspace.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tell(&mut tx, &me, &app, BOOK_ARCHIVED, id, json!({ "name": book.draft.name })).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/price-books/{id}/publish", tag = "offer", operation_id = "publish_price_book", params(("id" = Uuid, Path, description = "The price book")),
    responses((status = 201, description = "The version as it will always be", body = PriceBookVersion), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "Nothing changed since the last, or it has no prices", body = Problem)))]
async fn publish(
    me: Manager,
    State(app): State<App>,
    Path(id): Path<Uuid>,
) -> Answer<(StatusCode, Answered<PriceBookVersion>)> {
    let mut tx = app.db.write_tx().await?;
    let book = found(&tx, &me, id).await?;
    if !book.is_changed || book.draft.items.is_empty() {
        return Err(Problem::conflict(
            "nothing_to_publish",
            "Nothing changed since it was published, or it has no prices.",
        ));
    }
    let (version_id, version) = (Uuid::now_v7(), book.published_version.unwrap_or(0) + 1);
    let text = "INSERT INTO price_book_version (id, workspace_id, price_book_id, version, content, published_by, published_at) \
                VALUES (?, ?, ?, ?, ?, ?, ?)";
    let values = [
        version_id.into(),
        me.workspace.into(),
        id.into(),
        version.into(),
        json!(book.draft).into(),
        me.user.into(),
        app.clock.now().into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let payload = json!({ "name": book.draft.name, "version": version });
    tell(&mut tx, &me, &app, BOOK_PUBLISHED, id, payload).await?;
    let made = queries::version(&tx, me.workspace, version_id).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Answered(made.ok_or_else(|| Problem::not_found("price_book"))?)))
}

#[utoipa::path(get, path = "/price-book-versions/{id}", tag = "offer", operation_id = "get_price_book_version", params(("id" = Uuid, Path, description = "The published version")),
    responses((status = 200, description = "As it was published", body = PriceBookVersion), (status = 404, description = "Not there", body = Problem)))]
async fn version(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<Uuid>,
) -> Answer<Answered<PriceBookVersion>> {
    let found = queries::version(&app.db, me.workspace, id).await?;
    Ok(Answered(found.ok_or_else(|| Problem::not_found("price_book"))?))
}

#[utoipa::path(get, path = "/deals/{id}/price-books", tag = "offer", operation_id = "list_deal_price_books", params(("id" = Uuid, Path, description = "The deal")),
    responses((status = 200, description = "Published price books that hold today and are for this company, the closest fit first", body = Vec<PriceBookVersion>),
        (status = 404, description = "Not there", body = Problem)))]
async fn for_deal(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<DealId>,
) -> Answer<Answered<Vec<PriceBookVersion>>> {
    look(&app, &me, id).await?;
    let who = queries::customer(&app.db, me.workspace, id).await?;
    let today = app.clock.now().to_utc().date_naive();
    let all = queries::newest(&app.db, me.workspace).await?;
    let mut fitting: Vec<(u32, PriceBookVersion)> = all
        .into_iter()
        .filter(|v| v.content.holds_on(today))
        .filter_map(|v| Some((v.content.segment.fit(&who)?, v)))
        .collect();
    fitting.sort_by_key(|(fit, _)| std::cmp::Reverse(*fit));
    Ok(Answered(fitting.into_iter().map(|(_, v)| v).collect()))
}

/// Routes of price books.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, change, archive))
        .routes(routes!(publish))
        .routes(routes!(version))
        .routes(routes!(for_deal))
}
