//! Files in the database, in pieces, so that every node can reach them and a backup holds them.

use crate::db::Source;
use crate::{Result, Sql, WriteTx};
use kernel::{FileId, Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};

/// What is known of a stored file.
#[derive(Debug, Clone, FromQueryResult)]
pub struct FileInfo {
    /// Its id.
    pub id: FileId,
    /// The name it came with.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the bytes, in hex.
    pub sha256: String,
}

const PIECE: usize = 1 << 20;

/// SHA-256 of bytes, in hex.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Keeps a file.
///
/// # Errors
/// Whatever the database says.
pub async fn keep(
    tx: &WriteTx,
    workspace: WorkspaceId,
    name: &str,
    media_type: &str,
    bytes: &[u8],
    now: Timestamp,
) -> Result<FileInfo> {
    let info = FileInfo {
        id: FileId::new(),
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        sha256: sha256(bytes),
    };
    let text = "INSERT INTO file (id, workspace_id, name, media_type, size, sha256, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
    let values = [
        info.id.into(),
        workspace.into(),
        name.into(),
        media_type.into(),
        info.size.into(),
        info.sha256.clone().into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    for (n, piece) in bytes.chunks(PIECE).enumerate() {
        let values = [info.id.into(), i32::try_from(n).unwrap_or(i32::MAX).into(), piece.to_vec().into()];
        Sql::with(tx.engine(), "INSERT INTO file_piece (file_id, n, bytes) VALUES (?, ?, ?)", values)
            .run(tx.conn())
            .await?;
    }
    Ok(info)
}

/// What is known of a file of a workspace.
///
/// # Errors
/// Whatever the database says.
pub async fn info(db: &impl Source, workspace: WorkspaceId, id: FileId) -> Result<Option<FileInfo>> {
    let text = "SELECT id, name, media_type, size, sha256 FROM file WHERE id = ? AND workspace_id = ?";
    Sql::with(db.engine(), text, [id.into(), workspace.into()]).one(db.conn()).await
}

/// A file's bytes.
///
/// # Errors
/// Whatever the database says.
pub async fn bytes(db: &impl Source, workspace: WorkspaceId, id: FileId) -> Result<Option<Vec<u8>>> {
    let Some(info) = info(db, workspace, id).await? else {
        return Ok(None);
    };
    let mut whole = Vec::with_capacity(usize::try_from(info.size).unwrap_or(0));
    let text = "SELECT bytes FROM file_piece WHERE file_id = ? ORDER BY n";
    for row in Sql::with(db.engine(), text, [id.into()]).rows(db.conn()).await? {
        let piece: Vec<u8> = row.try_get_by_index(0)?;
        whole.extend_from_slice(&piece);
    }
    Ok(Some(whole))
}

/// Forgets a file.
///
/// # Errors
/// Whatever the database says.
pub async fn forget(tx: &WriteTx, workspace: WorkspaceId, id: FileId) -> Result<()> {
    let text = "DELETE FROM file WHERE id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [id.into(), workspace.into()]).run(tx.conn()).await?;
    Ok(())
}
