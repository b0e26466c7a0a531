//! The workspace's own settings.

use super::person::Reading;
use axum::Json;
use axum::extract::State;
use http_room::{Admin, Answer, App, Body, Problem, Reader};
use records::workspace::{Settings, Workspace};
use serde::Deserialize;
use serde_json::{Value, json};
use store::db::Source;
use store::{NewEvent, Sql};

/// The workspace.
#[utoipa::path(get, path = "/workspace", tag = "accounts",
    responses((status = 200, description = "The workspace, with every setting.", body = Workspace)))]
pub async fn show_workspace(me: Reader, State(app): State<App>) -> Answer<Json<Workspace>> {
    let found = records::workspace::find(&app.db, me.workspace).await?;
    found.map(complete).map(Json).ok_or_else(|| Problem::not_found("workspace"))
}

/// With the defaults of settings nobody has touched.
fn complete(mut workspace: Workspace) -> Workspace {
    workspace.settings = json!(workspace.settings());
    workspace
}

/// What to change; what is left out stays. `settings` is merged key by key.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkspacePatch {
    /// Name.
    pub name: Option<String>,
    /// IANA zone.
    pub time_zone: Option<String>,
    /// ISO 3166 alpha-2.
    pub country: Option<String>,
    /// `en` or `ko`.
    pub locale: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Settings to change; null puts one back to its default.
    #[schema(value_type = Option<Object>)]
    pub settings: Option<Value>,
}

/// Changes the workspace.
#[utoipa::path(patch, path = "/workspace", tag = "accounts", request_body = WorkspacePatch,
    responses((status = 200, description = "The workspace as it is now.", body = Workspace),
        (status = 422, description = "Fields are at fault.", body = Problem)))]
pub async fn change_workspace(
    me: Admin,
    State(app): State<App>,
    Body(asked): Body<WorkspacePatch>,
) -> Answer<Json<Workspace>> {
    let mut tx = app.db.write_tx().await?;
    let before = records::workspace::find(&tx, me.workspace).await?;
    let before = before.ok_or_else(|| Problem::not_found("workspace"))?;
    let after = patched(&before, asked)?;
    let text = "UPDATE workspace SET name = ?, time_zone = ?, country = ?, locale = ?, currency = ?, settings = ? WHERE id = ?";
    let values = [
        after.name.clone().into(),
        after.time_zone.clone().into(),
        after.country.clone().into(),
        after.locale.clone().into(),
        after.currency.clone().into(),
        after.settings.clone().into(),
        after.id.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let event = NewEvent::now(me.workspace, "workspace.changed", me.actor(), app.clock.now());
    tx.record(event.with(json!({ "before": before, "after": after }))).await?;
    tx.commit().await?;
    Ok(Json(complete(after)))
}

fn patched(before: &Workspace, asked: WorkspacePatch) -> Result<Workspace, Problem> {
    let mut reading = Reading::default();
    let mut after = before.clone();
    if let Some(text) = asked.name {
        after.name = reading.name("name", &text);
    }
    if let Some(text) = asked.time_zone {
        after.time_zone = reading.zone("time_zone", &text);
    }
    if let Some(text) = asked.country {
        after.country = reading.country("country", &text);
    }
    if let Some(text) = asked.locale {
        after.locale = reading.locale("locale", &text).tag().to_owned();
    }
    if let Some(text) = asked.currency {
        after.currency = reading.currency("currency", &text).code().to_owned();
    }
    if let Some(settings) = asked.settings {
        merge_settings(&mut after.settings, settings, &mut reading);
    }
    reading.finish()?;
    Ok(after)
}

fn merge_settings(kept: &mut Value, asked: Value, reading: &mut Reading) {
    let Value::Object(asked) = asked else {
        reading.complain("settings", "invalid", "Send an object of settings.");
        return;
    };
    let known = json!(Settings::default());
    let mut merged = kept.as_object().cloned().unwrap_or_default();
    for (key, value) in asked {
        if known.get(&key).is_none() {
            reading.complain(&format!("settings.{key}"), "unknown", "There is no such setting.");
        } else if value.is_null() {
            merged.remove(&key);
        } else if let Err(why) = serde_json::from_value::<Settings>(json!({ &key: value })) {
            reading.complain(&format!("settings.{key}"), "invalid", &why.to_string());
        } else {
            merged.insert(key, value);
        }
    }
    *kept = Value::Object(merged);
}

/// A workspace's name in addresses: its Latin letters and digits, and something of its own.
#[must_use]
pub fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for c in name.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug: String = slug.trim_matches('-').chars().take(40).collect();
    if slug.is_empty() { "workspace".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_has_latin_letters_only() {
        for (name, slug) in
            [("Acme Sales, Inc.", "acme-sales-inc"), ("한빛소프트", "workspace"), ("한빛 B2B", "b2b")]
        {
            assert_eq!(slug_of(name), slug);
        }
    }

    #[test]
    fn settings_are_merged_and_strangers_refused() {
        let mut kept = json!({ "fit_needed": 70 });
        let mut reading = Reading::default();
        merge_settings(&mut kept, json!({ "fit_needed": null, "research_items_needed": 4 }), &mut reading);
        assert!(reading.finish().is_ok());
        assert_eq!(kept, json!({ "research_items_needed": 4 }));
        let mut reading = Reading::default();
        merge_settings(&mut kept, json!({ "nonsense": 1, "fit_needed": "high" }), &mut reading);
        let problem = reading.finish().unwrap_err();
        assert_eq!(problem.errors.len(), 2);
    }
}
