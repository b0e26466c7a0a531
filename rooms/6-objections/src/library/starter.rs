//! What the library of a new workspace begins with: one or two responses for each kind, in both languages.

use http_room::door::NewWorkspace;
use kernel::{Timestamp, UserId, WorkspaceId};
use serde::Deserialize;
use serde_json::json;
use store::db::Source;
use store::{Sql, StoreError, WriteTx};
use uuid::Uuid;

use super::ResponseTexts;
use crate::rules::ObjectionKind;
use process::facts::CommitteeRole;

#[derive(Deserialize)]
struct Starter {
    key: String,
    kind: ObjectionKind,
    roles: Vec<CommitteeRole>,
    texts: ResponseTexts,
}

fn starters() -> Result<Vec<Starter>, StoreError> {
    serde_json::from_str(include_str!("starter.json"))
        .map_err(|why| StoreError::Shape { what: "starter responses".to_owned(), why: why.to_string() })
}

/// Gives a new workspace its first responses.
///
/// # Errors
/// Whatever the database says.
pub async fn furnish(tx: &WriteTx, new: &NewWorkspace) -> Result<(), StoreError> {
    add(tx, new.id, new.owner, new.now).await?;
    Ok(())
}

/// Adds those that are not there, deleted ones too. Answers how many.
pub(super) async fn add(
    tx: &WriteTx,
    workspace: WorkspaceId,
    user: UserId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let text = "SELECT starter FROM objection_response WHERE workspace_id = ? AND starter IS NOT NULL AND deleted_at IS NULL";
    let mut there: Vec<String> = Vec::new();
    for row in Sql::with(tx.engine(), text, [workspace.into()]).rows(tx.conn()).await? {
        there.push(row.try_get_by_index(0)?);
    }
    let mut added = 0;
    for one in starters()?.into_iter().filter(|one| !there.contains(&one.key)) {
        let mut sql = Sql::new(
            tx.engine(),
            "INSERT INTO objection_response (id, workspace_id, kind, roles, texts, starter, version, revision, created_by, \
             created_at, updated_at) VALUES ",
        );
        sql.bind_list([
            Uuid::now_v7().into(),
            workspace.into(),
            one.kind.key().into(),
            json!(one.roles).into(),
            json!(one.texts).into(),
            one.key.into(),
            1_i64.into(),
            1_i64.into(),
            user.into(),
            now.into(),
            now.into(),
        ]);
        added += sql.run(tx.conn()).await?;
    }
    Ok(added)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r57_every_kind_has_a_response_in_both_languages_that_acknowledges_and_asks_first() {
        let all = starters().unwrap();
        for kind in ObjectionKind::ALL {
            assert!(all.iter().any(|one| one.kind == kind), "{kind:?}");
        }
        for one in all {
            for lang in ["en", "ko"] {
                let text = &one.texts[lang];
                assert!(!text.acknowledge.is_empty() && !text.answer.is_empty(), "{} {lang}", one.key);
                assert!(text.questions.len() >= 2, "{} {lang}: ask before you answer", one.key);
            }
        }
    }
}
