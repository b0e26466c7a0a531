//! Snippets and stories filled in for one person, ready to be put into a mail written by hand.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::{Answer, App, Member, Problem, Reader};
use kernel::PersonId;
use serde::Serialize;
use store::Sql;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::insert::{Whom, fits};
use super::{all, troubles_of};
use crate::mailbox::{self, MailboxRow};
use crate::{letter, recipient};

/// A snippet as one person would read it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReadySnippet {
    /// Its name in mails.
    pub key: String,
    /// What it is called in lists.
    pub name: String,
    /// `text`, `story`.
    pub kind: String,
    /// The text in the person's language, else in the other; a merge field without value shows as `[person.title]`.
    pub text: String,
    /// Merge fields without value.
    pub missing: Vec<String>,
    /// Whether a story is about what troubles them and is the reader's to tell; a text always fits.
    pub fits: bool,
}

#[utoipa::path(get, path = "/people/{id}/snippets", tag = "outreach", operation_id = "list_ready_snippets", params(("id" = Uuid, Path, description = "The person")),
    responses((status = 200, description = "Filled in for them, those that fit first", body = Vec<ReadySnippet>), (status = 404, description = "Not there", body = Problem)))]
async fn ready(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<PersonId>,
) -> Answer<Answered<Vec<ReadySnippet>>> {
    let who =
        recipient::find(&app.db, me.workspace, id).await?.ok_or_else(|| Problem::not_found("person"))?;
    let workspace = records::workspace::find(&app.db, me.workspace).await?;
    let workspace = workspace.ok_or_else(|| Problem::not_found("workspace"))?;
    let deal = match recipient::open_deal(&app.db, me.workspace, id).await? {
        Some(deal) => recipient::deal(&app.db, me.workspace, deal).await?,
        None => None,
    };
    let troubles = troubles_of(&app.db, me.workspace, &who, deal.as_ref()).await?;
    let locale = who.language().unwrap_or_else(|| workspace.locale());
    let whom = Whom { troubles: &troubles, sender: Some(me.user), locale };
    let from = own_mailbox(&app, &me).await?;
    let fields = letter::fields(&who, deal.as_ref(), "", from.as_ref(), None);
    let mut answer: Vec<ReadySnippet> = Vec::new();
    for snippet in all(&app.db, me.workspace).await? {
        let mut texts = snippet.texts();
        let own = texts.remove(locale.tag());
        let Some(text) = own.or_else(|| texts.into_values().next()) else { continue };
        let filled = letter::fill(&text, &fields);
        let fits = !snippet.is_story() || fits(&snippet, &whom);
        answer.push(ReadySnippet {
            key: snippet.key,
            name: snippet.name,
            kind: snippet.kind,
            text: filled.text,
            missing: filled.missing,
            fits,
        });
    }
    answer.sort_by(|a, b| (!a.fits, &a.name).cmp(&(!b.fits, &b.name)));
    Ok(Answered(answer))
}

/// The reader's oldest mailbox: whose name stands under what they write.
async fn own_mailbox(app: &App, me: &Member) -> Answer<Option<MailboxRow>> {
    let mut sql = Sql::new(app.db.engine(), "SELECT ");
    sql.push(mailbox::COLUMNS)
        .push(" FROM mailbox WHERE deleted_at IS NULL AND workspace_id = ")
        .bind(me.workspace);
    sql.push(" AND owner_id = ").bind(me.user).push(" ORDER BY created_at, id LIMIT 1");
    Ok(sql.one(app.db.read()).await?)
}

/// Routes of ready snippets.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(ready))
}
