//! Chapters to begin an offer with, in both languages.

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::{Answer, App, Body, Manager, Member, Problem, Reader};
use kernel::{Timestamp, limits};
use process::room::given;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Sql, StoreError};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::check::checked;
use crate::content::{Content, Section};

/// Templates of one workspace.
const MOST: usize = 200;

/// What a template brings.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateContent {
    /// What it is called.
    pub name: String,
    /// `en` or `ko`.
    pub locale: String,
    /// The words in front, Markdown with merge fields.
    #[serde(default)]
    pub note: String,
    /// Its chapters.
    #[serde(default)]
    #[schema(required = true)]
    pub sections: Vec<Section>,
    /// What is said about paying.
    #[serde(default)]
    pub payment_terms: String,
}

/// A template.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OfferTemplate {
    /// Its id; none of what is shipped.
    pub id: Option<Uuid>,
    /// What it brings.
    pub content: TemplateContent,
}

/// What is shipped: one in each language.
fn shipped() -> Vec<OfferTemplate> {
    [include_str!("../templates/en.json"), include_str!("../templates/ko.json")]
        .into_iter()
        .filter_map(|text| serde_json::from_str(text).ok())
        .map(|content| OfferTemplate { id: None, content })
        .collect()
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    content: Json,
}

async fn all(db: &impl Source, me: &Member) -> Answer<Vec<OfferTemplate>> {
    let text = "SELECT id, content FROM offer_template WHERE workspace_id = ? ORDER BY name, id";
    let rows: Vec<Row> = Sql::with(db.engine(), text, [me.workspace.into()]).all(db.conn()).await?;
    let read = |row: Row| {
        let shape = |e: serde_json::Error| StoreError::Shape {
            what: "offer template".to_owned(),
            why: e.to_string(),
        };
        let content = serde_json::from_value(row.content).map_err(shape)?;
        Ok(OfferTemplate { id: Some(row.id), content })
    };
    rows.into_iter().map(read).collect()
}

#[utoipa::path(get, path = "/offer-templates", tag = "offer", operation_id = "list_offer_templates",
    responses((status = 200, description = "The workspace's own by name, then what is shipped", body = Vec<OfferTemplate>)))]
async fn list(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<OfferTemplate>>> {
    let mut found = all(&app.db, &me).await?;
    found.extend(shipped());
    Ok(Answered(found))
}

fn tidied(new: TemplateContent) -> Answer<TemplateContent> {
    let name = given("name", &new.name, limits::NAME_CHARS)?;
    let TemplateContent { locale, note, sections, payment_terms, .. } = new;
    let content =
        Content { title: name.clone(), locale, note, sections, payment_terms, ..Content::default() };
    let Content { locale, note, sections, payment_terms, .. } = checked(content, &[])?;
    for (n, section) in sections.iter().enumerate() {
        let field = format!("sections.{n}.body");
        mail::variables(&section.body).map_err(|e| Problem::field(&field, "invalid", e.to_string()))?;
    }
    Ok(TemplateContent { name, locale, note, sections, payment_terms })
}

#[utoipa::path(post, path = "/offer-templates", tag = "offer", operation_id = "create_offer_template", request_body = TemplateContent,
    responses((status = 201, description = "Written down", body = OfferTemplate), (status = 409, description = "There are 200", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn create(
    me: Manager,
    State(app): State<App>,
    Body(new): Body<TemplateContent>,
) -> Answer<(StatusCode, Answered<OfferTemplate>)> {
    let content = tidied(new)?;
    let tx = app.db.write_tx().await?;
    if all(&tx, &me).await?.len() >= MOST {
        return Err(Problem::conflict("too_many", "There are 200 templates; delete one first."));
    }
    let (id, now): (Uuid, Timestamp) = (Uuid::now_v7(), app.clock.now());
    let text = "INSERT INTO offer_template (id, workspace_id, name, locale, content, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
    let values = [
        id.into(),
        me.workspace.into(),
        content.name.clone().into(),
        content.locale.clone().into(),
        json!(content).into(),
        now.into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Answered(OfferTemplate { id: Some(id), content })))
}

#[utoipa::path(put, path = "/offer-templates/{id}", tag = "offer", operation_id = "change_offer_template", request_body = TemplateContent, params(("id" = Uuid, Path, description = "The template")),
    responses((status = 200, description = "As it is now; offers begun with it stay", body = OfferTemplate), (status = 404, description = "Not there", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn change(
    me: Manager,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Body(new): Body<TemplateContent>,
) -> Answer<Answered<OfferTemplate>> {
    let content = tidied(new)?;
    let tx = app.db.write_tx().await?;
    there(&tx, &me, id).await?;
    let text = "UPDATE offer_template SET name = ?, locale = ?, content = ?, updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [
        content.name.clone().into(),
        content.locale.clone().into(),
        json!(content).into(),
        app.clock.now().into(),
        id.into(),
        me.workspace.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await?;
    Ok(Answered(OfferTemplate { id: Some(id), content }))
}

async fn there(db: &impl Source, me: &Member, id: Uuid) -> Answer<()> {
    match all(db, me).await?.iter().any(|t| t.id == Some(id)) {
        true => Ok(()),
        false => Err(Problem::not_found("offer_template")),
    }
}

#[utoipa::path(delete, path = "/offer-templates/{id}", tag = "offer", operation_id = "delete_offer_template", params(("id" = Uuid, Path, description = "The template")),
    responses((status = 204, description = "Deleted; offers begun with it stay"), (status = 404, description = "Not there", body = Problem)))]
async fn remove(me: Manager, State(app): State<App>, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    let tx = app.db.write_tx().await?;
    there(&tx, &me, id).await?;
    let text = "DELETE FROM offer_template WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [id.into(), me.workspace.into()]).run(tx.conn()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Routes of templates.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(change, remove))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped_is_sound_in_both_languages() {
        let found = shipped();
        assert_eq!(found.iter().map(|t| t.content.locale.as_str()).collect::<Vec<_>>(), ["en", "ko"]);
        for template in found {
            let sections = template.content.sections.len();
            assert!(sections >= 4);
            assert_eq!(tidied(template.content).unwrap().sections.len(), sections);
        }
    }
}
