//! Snippets over HTTP.

use std::collections::BTreeMap;

use axum::Json as Answered;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use http_room::body::patched;
use http_room::{Answer, App, Body, FieldError, IfMatch, Member, Problem, Reader, Tagged, Writer};
use kernel::{Locale, SnippetId, UserId, limits};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{NewEvent, Sql, Subject, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{
    COLUMNS, SNIPPET_CHANGED, SNIPPET_CREATED, SNIPPET_DELETED, SNIPPETS, Snippet, SnippetKind, all, inserts,
};

/// Longest text of a snippet, in characters.
const TEXT_CHARS: usize = 5_000;
/// Pains of a story at most.
const PAINS: usize = 10;

/// A snippet to write.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSnippet {
    /// Its name in mails: small letters, figures and `_`.
    pub key: String,
    /// What it is called in lists.
    pub name: String,
    /// `text`, `story`.
    pub kind: SnippetKind,
    /// The text by language, `en` and `ko`, one at least; may hold merge fields.
    pub texts: BTreeMap<String, String>,
    /// What a story is about.
    #[serde(default)]
    pub pains: Vec<String>,
    /// Whose story it is; left out: everybody may tell it.
    #[serde(default)]
    pub owner_id: Option<UserId>,
}

/// Changes to a snippet; what is left out stays. Its key stays: mails name it.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SnippetPatch {
    /// What it is called in lists.
    #[serde(default)]
    pub name: Option<String>,
    /// `text`, `story`.
    #[serde(default)]
    pub kind: Option<SnippetKind>,
    /// The text by language, all of it.
    #[serde(default)]
    pub texts: Option<BTreeMap<String, String>>,
    /// What a story is about, all of it.
    #[serde(default)]
    pub pains: Option<Vec<String>>,
    /// Whose story it is; null: everybody may tell it.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<UserId>)]
    pub owner_id: Option<Option<UserId>>,
}

/// What is wrong with a snippet, by its fields. Blank texts and pains are gone by then.
fn faults(new: &NewSnippet) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut say =
        |field: String, code: &'static str, why: &str| errors.push(FieldError::new(field, code, why));
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let begins = new.key.starts_with(|c: char| c.is_ascii_lowercase());
    if !begins || !new.key.chars().all(plain) || new.key.len() > 40 {
        say("key".into(), "invalid", "up to 40 small letters, figures and _, a letter first");
    }
    if new.name.trim().is_empty() || !limits::fits(&new.name, limits::NAME_CHARS) {
        say("name".into(), "required", "from 1 to 200 characters");
    }
    if new.texts.is_empty() {
        say("texts".into(), "required", "the text in one language at least");
    }
    for (tag, text) in &new.texts {
        let place = format!("texts.{tag}");
        if !Locale::ALL.iter().any(|locale| locale.tag() == tag) {
            say(place, "invalid", "en or ko");
        } else if !limits::fits(text, TEXT_CHARS) {
            say(place, "too_long", "at most 5,000 characters");
        } else {
            match mail::variables(text) {
                Err(why) => say(place, "invalid", &why.to_string()),
                Ok(names) if names.iter().any(|name| inserts(name)) => {
                    say(place, "invalid", "a snippet inserts no other snippet");
                }
                Ok(_) => {}
            }
        }
    }
    if new.pains.len() > PAINS {
        say("pains".into(), "too_many", "at most 10");
    }
    if new.pains.iter().any(|pain| !limits::fits(pain, limits::LABEL_CHARS)) {
        say("pains".into(), "too_long", "at most 100 characters each");
    }
    match new.kind {
        SnippetKind::Story if new.pains.is_empty() => {
            say("pains".into(), "required", "say which pain the story is about");
        }
        SnippetKind::Text if new.owner_id.is_some() => {
            say("owner_id".into(), "not_allowed", "only a story is somebody's");
        }
        _ => {}
    }
    errors
}

/// The same without blanks around it and without what is blank.
fn trimmed(new: NewSnippet) -> NewSnippet {
    let texts = new.texts.into_iter().filter(|(_, text)| !text.trim().is_empty()).collect();
    let said = new.pains.iter().map(|pain| pain.trim().to_owned()).filter(|pain| !pain.is_empty());
    let mut pains: Vec<String> = Vec::new();
    for pain in said {
        if !pains.contains(&pain) {
            pains.push(pain);
        }
    }
    let pains = if new.kind == SnippetKind::Story { pains } else { Vec::new() };
    NewSnippet { name: new.name.trim().to_owned(), texts, pains, ..new }
}

async fn check(tx: &WriteTx, me: &Member, new: &NewSnippet) -> Answer<()> {
    let mut errors = faults(new);
    if let Some(owner) = new.owner_id
        && !records::workspace::is_member(tx, me.workspace, owner).await?
    {
        errors.push(FieldError::new("owner_id", "not_found", "this is no member of the workspace"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

async fn found(db: &impl Source, me: &Member, id: SnippetId) -> Answer<Snippet> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM snippet WHERE ");
    sql.push_with("id = ? AND workspace_id = ? AND deleted_at IS NULL", [id.into(), me.workspace.into()]);
    sql.one(db.conn()).await?.ok_or_else(|| Problem::not_found("snippet"))
}

async fn tell(
    tx: &mut WriteTx,
    app: &App,
    me: &Member,
    kind: &'static str,
    id: SnippetId,
    payload: Json,
) -> Answer<()> {
    let subject = Subject { row: Some(id.0), ..Subject::default() };
    let event = NewEvent::now(me.workspace, kind, me.actor(), app.clock.now());
    tx.record(event.about(subject).with(payload)).await?;
    Ok(())
}

#[utoipa::path(get, path = "/snippets", tag = "outreach", operation_id = "list_snippets",
    responses((status = 200, description = "All of them, by name", body = Vec<Snippet>)))]
async fn list(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<Snippet>>> {
    Ok(Answered(all(&app.db, me.workspace).await?))
}

#[utoipa::path(post, path = "/snippets", tag = "outreach", operation_id = "create_snippet", request_body = NewSnippet,
    responses((status = 201, description = "Written", body = Snippet), (status = 409, description = "The key is taken, or there are 500", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn create(
    me: Writer,
    State(app): State<App>,
    Body(new): Body<NewSnippet>,
) -> Answer<(StatusCode, Tagged<Snippet>)> {
    let new = trimmed(new);
    let mut tx = app.db.write_tx().await?;
    check(&tx, &me, &new).await?;
    let known = all(&tx, me.workspace).await?;
    if known.len() >= SNIPPETS {
        return Err(Problem::conflict("too_many", "There are 500 snippets; delete one first."));
    }
    if known.iter().any(|one| one.key == new.key) {
        return Err(Problem::field("key", "taken", "another snippet has this key"));
    }
    let (id, now) = (SnippetId::new(), app.clock.now());
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO snippet (id, workspace_id, key, name, kind, texts, pains, owner_id, created_by, revision, created_at, \
         updated_at) VALUES ",
    );
    sql.bind_list([
        id.into(),
        me.workspace.into(),
        new.key.into(),
        new.name.into(),
        new.kind.key().into(),
        json!(new.texts).into(),
        json!(new.pains).into(),
        new.owner_id.into(),
        me.user.into(),
        1_i64.into(),
        now.into(),
        now.into(),
    ]);
    sql.run(tx.conn()).await?;
    let made = found(&tx, &me, id).await?;
    tell(&mut tx, &app, &me, SNIPPET_CREATED, id, json!({ "after": made })).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Tagged(made.revision, made)))
}

#[utoipa::path(get, path = "/snippets/{id}", tag = "outreach", operation_id = "get_snippet", params(("id" = Uuid, Path, description = "The snippet")),
    responses((status = 200, description = "The snippet, with its revision as ETag", body = Snippet), (status = 404, description = "Not there", body = Problem)))]
async fn get(me: Reader, State(app): State<App>, Path(id): Path<SnippetId>) -> Answer<Tagged<Snippet>> {
    let found = found(&app.db, &me, id).await?;
    Ok(Tagged(found.revision, found))
}

#[utoipa::path(patch, path = "/snippets/{id}", tag = "outreach", operation_id = "update_snippet", request_body = SnippetPatch, params(("id" = Uuid, Path, description = "The snippet")),
    responses((status = 200, description = "As it is now", body = Snippet), (status = 404, description = "Not there", body = Problem), (status = 412, description = "Changed by somebody else", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn patch(
    me: Writer,
    State(app): State<App>,
    Path(id): Path<SnippetId>,
    if_match: IfMatch,
    Body(patch): Body<SnippetPatch>,
) -> Answer<Tagged<Snippet>> {
    let mut tx = app.db.write_tx().await?;
    let before = found(&tx, &me, id).await?;
    if_match.check(before.revision)?;
    let kind = if before.is_story() { SnippetKind::Story } else { SnippetKind::Text };
    let new = trimmed(NewSnippet {
        key: before.key.clone(),
        name: patch.name.unwrap_or_else(|| before.name.clone()),
        kind: patch.kind.unwrap_or(kind),
        texts: patch.texts.unwrap_or_else(|| before.texts()),
        pains: patch.pains.unwrap_or_else(|| before.pains()),
        owner_id: patch.owner_id.unwrap_or(before.owner_id),
    });
    check(&tx, &me, &new).await?;
    let text = "UPDATE snippet SET name = ?, kind = ?, texts = ?, pains = ?, owner_id = ?, revision = revision + 1, \
                updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [
        new.name.into(),
        new.kind.key().into(),
        json!(new.texts).into(),
        json!(new.pains).into(),
        new.owner_id.into(),
        app.clock.now().into(),
        id.into(),
        me.workspace.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let after = found(&tx, &me, id).await?;
    tell(&mut tx, &app, &me, SNIPPET_CHANGED, id, json!({ "before": before, "after": after })).await?;
    tx.commit().await?;
    Ok(Tagged(after.revision, after))
}

#[utoipa::path(delete, path = "/snippets/{id}", tag = "outreach", operation_id = "delete_snippet", params(("id" = Uuid, Path, description = "The snippet")),
    responses((status = 204, description = "Gone; mails that insert it wait for a person"), (status = 404, description = "Not there", body = Problem)))]
async fn remove(me: Writer, State(app): State<App>, Path(id): Path<SnippetId>) -> Answer<StatusCode> {
    let mut tx = app.db.write_tx().await?;
    let gone = found(&tx, &me, id).await?;
    let text = "UPDATE snippet SET deleted_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [app.clock.now().into(), id.into(), me.workspace.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let payload = json!({ "name": gone.name, "key": gone.key });
    tell(&mut tx, &app, &me, SNIPPET_DELETED, id, payload).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Routes of snippets.
pub fn routes() -> OpenApiRouter<App> {
    super::ready::routes().routes(routes!(list, create)).routes(routes!(get, patch, remove))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(change: impl FnOnce(&mut NewSnippet)) -> NewSnippet {
        let mut new = NewSnippet {
            key: "late_parts".into(),
            name: "Late parts".into(),
            kind: SnippetKind::Story,
            texts: BTreeMap::from([("en".into(), "Dear {{ person.given_name }}".into())]),
            pains: vec!["late parts".into()],
            owner_id: None,
        };
        change(&mut new);
        trimmed(new)
    }

    #[test]
    fn what_is_wrong_with_a_snippet_is_named_by_its_field() {
        let text = |tag: &str, text: &str| BTreeMap::from([(tag.to_owned(), text.to_owned())]);
        let table = [
            (new(|_| {}), vec![]),
            (new(|s| s.key = "Late".into()), vec!["key"]),
            (new(|s| s.key = "1st".into()), vec!["key"]),
            (new(|s| s.key = String::new()), vec!["key"]),
            (new(|s| s.name = " ".into()), vec!["name"]),
            (new(|s| s.texts = text("en", " ")), vec!["texts"]),
            (new(|s| s.texts = text("de", "Hallo")), vec!["texts.de"]),
            (new(|s| s.texts = text("ko", &"가".repeat(5_001))), vec!["texts.ko"]),
            (new(|s| s.texts = text("en", "{{ person.")), vec!["texts.en"]),
            (new(|s| s.texts = text("en", "{{ snippet.other }}")), vec!["texts.en"]),
            (new(|s| s.texts = text("en", "{{ story }}")), vec!["texts.en"]),
            (new(|s| s.pains = vec![" ".into()]), vec!["pains"]),
            (new(|s| s.pains = (0..11).map(|n| n.to_string()).collect()), vec!["pains"]),
            (new(|s| s.pains = vec!["x".repeat(101)]), vec!["pains"]),
            (
                new(|s| {
                    s.kind = SnippetKind::Text;
                    s.owner_id = Some(UserId::new());
                }),
                vec!["owner_id"],
            ),
        ];
        for (new, expected) in table {
            let fields: Vec<String> = faults(&new).into_iter().map(|e| e.field).collect();
            assert_eq!(fields, expected, "{new:?}");
        }
    }
}
