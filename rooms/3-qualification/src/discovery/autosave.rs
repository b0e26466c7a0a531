//! Keeping what is typed, place by place: a change says on which revision it was made, and nothing is lost in silence.
//!
//! A change that was sent twice is one change. What two people wrote in one text is merged; where it cannot be, what
//! stands there stays, what was sent is kept beside it as a revision, and whoever sent it is told both.

use std::collections::BTreeMap;

use http_room::{Answer, FieldError, Problem};
use kernel::{TalkId, Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Result, Sql, WriteTx};
use uuid::Uuid;

use super::cell::{Cell, Landing, land};
use super::talk::{self, Talk, TalkCell};

/// Changes of one request.
pub const PATCHES: usize = 100;
/// Revisions shown of one place.
const REVISIONS: i64 = 200;

/// A change of one place.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CellPatch {
    /// The sender's own id of this change; sent again, it is the same change.
    pub id: Uuid,
    /// Which place: `notes`, `next_step`, `check.camera_on`, `q.today.words`, `.summary`, `.value`, `.person_id`.
    pub cell: String,
    /// The revision it was made on; 0 where nothing stood.
    pub base: i64,
    /// What it is to be; null clears.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub value: Json,
}

/// Changes to keep.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CellPatches {
    /// In the order in which they were made, at most 100.
    pub patches: Vec<CellPatch>,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Landed {
    /// The change.
    pub id: Uuid,
    /// Which place.
    pub cell: String,
    /// `kept`, `merged`, or `refused`: then it is a revision beside what stands there.
    pub outcome: String,
    /// The revision that stands there now.
    pub revision: i64,
    /// What stands there now.
    #[schema(value_type = Object)]
    pub value: Json,
}

/// What became of all changes of a request.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Saved {
    /// One for each change, in their order.
    pub cells: Vec<Landed>,
    /// When.
    pub saved_at: Timestamp,
}

/// A revision of a place.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct TalkRevision {
    /// Which place.
    pub cell: String,
    /// The revision it was made on.
    pub base: i64,
    /// The revision that stood there afterwards.
    pub revision: i64,
    /// `kept`, `merged`, `refused`.
    pub outcome: String,
    /// What was sent.
    #[schema(value_type = Object)]
    pub value: Json,
    /// What stood there afterwards.
    #[schema(value_type = Object)]
    pub result: Json,
    /// By whom.
    pub written_by: Option<UserId>,
    /// When.
    pub at: Timestamp,
}

/// Who saves.
#[derive(Debug, Clone, Copy)]
pub struct Saver {
    /// Where.
    pub workspace: WorkspaceId,
    /// Who; nobody of ours for a form.
    pub user: Option<UserId>,
    /// When.
    pub now: Timestamp,
}

/// Everything ever sent for a place, or for all of them, the newest first.
///
/// # Errors
/// Whatever the database says.
pub async fn revisions(
    db: &impl Source,
    workspace: WorkspaceId,
    id: TalkId,
    cell: Option<&str>,
) -> Result<Vec<TalkRevision>> {
    let text = "SELECT cell, base, revision, outcome, value, result, written_by, at FROM talk_revision \
                WHERE talk_id = ? AND workspace_id = ?";
    let mut sql = Sql::with(db.engine(), text, [id.into(), workspace.into()]);
    if let Some(cell) = cell {
        sql.push(" AND cell = ").bind(cell);
    }
    sql.push(" ORDER BY at DESC, revision DESC, patch_id DESC LIMIT ").bind(REVISIONS);
    sql.all(db.conn()).await
}

/// Keeps changes of a held talk.
///
/// # Errors
/// 422 for a change that can never fit; a change that meets another's is no error here, its outcome says so.
pub async fn save(tx: &WriteTx, by: Saver, talk: &Talk, patches: &[CellPatch]) -> Answer<Saved> {
    let outline = talk::outline(tx, by.workspace, talk).await?;
    if patches.len() > PATCHES {
        return Err(Problem::field("patches", "too_many", format!("at most {PATCHES}")));
    }
    let mut errors = Vec::new();
    let mut read = Vec::new();
    for (n, patch) in patches.iter().enumerate() {
        let place = format!("patches.{n}");
        match Cell::parse(&patch.cell).filter(|c| c.is_in(&outline, &talk.kind)) {
            None => errors.push(FieldError::new(
                format!("{place}.cell"),
                "not_found",
                "the talk has no such place",
            )),
            Some(cell) => {
                errors.extend(cell.fault(&format!("{place}.value"), &patch.value));
                read.push((cell, patch));
            }
        }
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let mut cells = talk::cells(tx, by.workspace, talk.id).await?;
    let mut landed = Vec::new();
    for (cell, patch) in read {
        landed.push(one(tx, by, talk.id, (&cell, patch), &mut cells).await?);
    }
    let text = "UPDATE talk SET updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [by.now.into(), talk.id.into(), by.workspace.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(Saved { cells: landed, saved_at: by.now })
}

async fn one(
    tx: &WriteTx,
    by: Saver,
    talk: TalkId,
    (cell, patch): (&Cell, &CellPatch),
    cells: &mut BTreeMap<String, TalkCell>,
) -> Result<Landed> {
    let now = cells.get(&patch.cell).map_or((Json::Null, 0), |c| (c.value.clone(), c.revision));
    let landed = |outcome: &str, revision: i64, value: Json| Landed {
        id: patch.id,
        cell: patch.cell.clone(),
        outcome: outcome.to_owned(),
        revision,
        value,
    };
    if let Some(outcome) = sent_before(tx, by, talk, patch.id).await? {
        return Ok(landed(&outcome, now.1, now.0));
    }
    let new = tidy(cell, &patch.value);
    let base = base_of(tx, by, talk, patch, &now).await?;
    let (outcome, value, revision) =
        match base.map_or(Landing::Refused, |base| land(cell, &base, &now.0, &new)) {
            Landing::Same => ("kept", now.0, now.1),
            Landing::Kept(value) => ("kept", value, now.1 + 1),
            Landing::Merged(value) => ("merged", value, now.1 + 1),
            Landing::Refused => ("refused", now.0, now.1),
        };
    if revision > now.1 {
        put(tx, by, talk, &patch.cell, &value, revision).await?;
        let kept = TalkCell { value: value.clone(), revision, updated_by: by.user, updated_at: by.now };
        cells.insert(patch.cell.clone(), kept);
    }
    let text = "INSERT INTO talk_revision (talk_id, patch_id, workspace_id, cell, base, revision, outcome, value, result, \
                written_by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        talk.into(),
        patch.id.into(),
        by.workspace.into(),
        patch.cell.clone().into(),
        patch.base.into(),
        revision.into(),
        outcome.into(),
        new.into(),
        value.clone().into(),
        by.user.into(),
        by.now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(landed(outcome, revision, value))
}

/// Line breaks are one character, and blank is nothing.
fn tidy(cell: &Cell, value: &Json) -> Json {
    match value.as_str().filter(|_| cell.is_text()) {
        Some("") => Json::Null,
        Some(text) => json!(text.replace("\r\n", "\n").replace('\r', "\n")),
        None => value.clone(),
    }
}

async fn sent_before(tx: &WriteTx, by: Saver, talk: TalkId, patch: Uuid) -> Result<Option<String>> {
    let text = "SELECT outcome FROM talk_revision WHERE talk_id = ? AND patch_id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [talk.into(), patch.into(), by.workspace.into()]).scalar(tx.conn()).await
}

/// What stood there when the change was made; `None` when no such revision was ever there.
async fn base_of(
    tx: &WriteTx,
    by: Saver,
    talk: TalkId,
    patch: &CellPatch,
    now: &(Json, i64),
) -> Result<Option<Json>> {
    if patch.base == now.1 {
        return Ok(Some(now.0.clone()));
    }
    if patch.base == 0 {
        return Ok(Some(Json::Null));
    }
    let text = "SELECT result FROM talk_revision WHERE talk_id = ? AND workspace_id = ? AND cell = ? AND revision = ? LIMIT 1";
    let values = [talk.into(), by.workspace.into(), patch.cell.clone().into(), patch.base.into()];
    let rows = Sql::with(tx.engine(), text, values).rows(tx.conn()).await?;
    rows.first().map(|row| Ok(row.try_get_by_index(0)?)).transpose()
}

async fn put(tx: &WriteTx, by: Saver, talk: TalkId, cell: &str, value: &Json, revision: i64) -> Result<()> {
    let text = "INSERT INTO talk_cell (talk_id, cell, workspace_id, value, revision, updated_by, updated_at) \
                VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (talk_id, cell) DO UPDATE SET value = excluded.value, \
                revision = excluded.revision, updated_by = excluded.updated_by, updated_at = excluded.updated_at";
    let values = [
        talk.into(),
        cell.into(),
        by.workspace.into(),
        value.clone().into(),
        revision.into(),
        by.user.into(),
        by.now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// 409 when any change was refused, naming both texts; everything else of the request is kept.
///
/// # Errors
/// 409 `edited_elsewhere`.
pub fn told(saved: Saved, patches: &[CellPatch]) -> Answer<Saved> {
    let refused: Vec<Json> = saved
        .cells
        .iter()
        .zip(patches)
        .filter(|(landed, _)| landed.outcome == "refused")
        .map(|(l, p)| json!({ "id": l.id, "cell": l.cell, "yours": p.value, "theirs": l.value, "revision": l.revision }))
        .collect();
    if refused.is_empty() {
        return Ok(saved);
    }
    let detail = "Somebody changed the same words. Both texts are kept: choose, or write them together.";
    let facts = json!({ "conflicts": refused, "cells": saved.cells, "saved_at": saved.saved_at });
    Err(Problem::conflict("edited_elsewhere", detail).with_facts(facts))
}
