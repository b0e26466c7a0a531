//! Files in the database, in pieces, so that every node can reach them and a backup holds them.

use crate::db::Source;
use crate::{Db, Result, Sql, StoreError, WriteTx};
use kernel::{FileId, Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::path::Path;

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

/// SHA-256 of a file on disk, in hex, and its size.
///
/// # Errors
/// When it cannot be read.
pub fn sha256_of(path: &Path) -> std::io::Result<(String, u64)> {
    let mut hash = Sha256::new();
    let mut file = std::fs::File::open(path)?;
    let mut piece = vec![0; PIECE];
    let mut size = 0;
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok((hex::encode(hash.finalize()), size));
        }
        hash.update(&piece[..read]);
        size += read as u64;
    }
}

/// Pieces of one transaction when a file comes from disk: others may write between them.
const PIECES: usize = 16;
/// The size of a file that is not whole yet.
const UNFINISHED: i64 = -1;
/// After a day nobody goes on with a file that a crash cut short.
const LEFT_AFTER_SECONDS: i64 = 24 * 3600;

/// Keeps a file from disk, a few pieces at a time, so that neither memory nor other writers suffer
/// from its size. It can be read once the whole of it is kept.
///
/// # Errors
/// Whatever the database or the disk says.
pub async fn keep_from(
    db: &Db,
    workspace: WorkspaceId,
    name: &str,
    media_type: &str,
    path: &Path,
    now: Timestamp,
) -> Result<FileInfo> {
    let disk = |e: std::io::Error| disk(path, &e);
    let (sha256, size) = sha256_of(path).map_err(disk)?;
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    let id = FileId::new();
    let info = FileInfo { id, name: name.to_owned(), media_type: media_type.to_owned(), size, sha256 };
    let tx = db.write_tx().await?;
    let left = now.plus_seconds(-LEFT_AFTER_SECONDS);
    Sql::with(
        tx.engine(),
        "DELETE FROM file WHERE size = ? AND created_at < ?",
        [UNFINISHED.into(), left.into()],
    )
    .run(tx.conn())
    .await?;
    describe(&tx, workspace, &FileInfo { size: UNFINISHED, ..info.clone() }, now).await?;
    tx.commit().await?;
    let file = std::fs::File::open(path).map_err(disk)?;
    let mut n = 0;
    loop {
        let mut part = Vec::new();
        (&file).take((PIECES * PIECE) as u64).read_to_end(&mut part).map_err(disk)?;
        if part.is_empty() {
            break;
        }
        // Lasting with the last change of this file, which is forced to the disk with all that is before it.
        let tx = db.bulk_tx().await?;
        for piece in part.chunks(PIECE) {
            keep_piece(&tx, id, n, piece).await?;
            n += 1;
        }
        tx.commit().await?;
    }
    let tx = db.write_tx().await?;
    Sql::with(tx.engine(), "UPDATE file SET size = ? WHERE id = ?", [size.into(), id.into()])
        .run(tx.conn())
        .await?;
    tx.commit().await?;
    Ok(info)
}

fn disk(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::File { path: path.display().to_string(), why: error.to_string() }
}

async fn describe(tx: &WriteTx, workspace: WorkspaceId, info: &FileInfo, now: Timestamp) -> Result<()> {
    let text = "INSERT INTO file (id, workspace_id, name, media_type, size, sha256, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
    let values = [
        info.id.into(),
        workspace.into(),
        info.name.clone().into(),
        info.media_type.clone().into(),
        info.size.into(),
        info.sha256.clone().into(),
        now.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

async fn keep_piece(tx: &WriteTx, file: FileId, n: usize, piece: &[u8]) -> Result<()> {
    let values = [file.into(), i32::try_from(n).unwrap_or(i32::MAX).into(), piece.to_vec().into()];
    Sql::with(tx.engine(), "INSERT INTO file_piece (file_id, n, bytes) VALUES (?, ?, ?)", values)
        .run(tx.conn())
        .await?;
    Ok(())
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
    describe(tx, workspace, &info, now).await?;
    for (n, piece) in bytes.chunks(PIECE).enumerate() {
        keep_piece(tx, info.id, n, piece).await?;
    }
    Ok(info)
}

/// What is known of a file of a workspace.
///
/// # Errors
/// Whatever the database says.
pub async fn info(db: &impl Source, workspace: WorkspaceId, id: FileId) -> Result<Option<FileInfo>> {
    let text =
        "SELECT id, name, media_type, size, sha256 FROM file WHERE id = ? AND workspace_id = ? AND size >= 0";
    Sql::with(db.engine(), text, [id.into(), workspace.into()]).one(db.conn()).await
}

/// A file's bytes.
///
/// # Errors
/// Whatever the database says.
pub async fn bytes(db: &impl Source, workspace: WorkspaceId, id: FileId) -> Result<Option<Vec<u8>>> {
    head(db, workspace, id, usize::MAX).await
}

/// A file's first bytes, `most` at least where it has as many.
///
/// # Errors
/// Whatever the database says.
pub async fn head(
    db: &impl Source,
    workspace: WorkspaceId,
    id: FileId,
    most: usize,
) -> Result<Option<Vec<u8>>> {
    if info(db, workspace, id).await?.is_none() {
        return Ok(None);
    }
    let mut head = Vec::new();
    for n in 0.. {
        let Some(piece) = piece(db, id, n).await? else { break };
        head.extend_from_slice(&piece);
        if head.len() >= most {
            break;
        }
    }
    Ok(Some(head))
}

/// Writes a file's bytes out, a piece at a time. Answers whether it is there.
///
/// # Errors
/// Whatever the database or the writer says.
pub async fn copy_to(
    db: &impl Source,
    workspace: WorkspaceId,
    id: FileId,
    out: &mut (impl Write + Send),
) -> Result<bool> {
    if info(db, workspace, id).await?.is_none() {
        return Ok(false);
    }
    for n in 0.. {
        let Some(piece) = piece(db, id, n).await? else { break };
        out.write_all(&piece).map_err(|e| disk(Path::new("a copy of a file"), &e))?;
    }
    out.flush().map_err(|e| disk(Path::new("a copy of a file"), &e))?;
    Ok(true)
}

async fn piece(db: &impl Source, id: FileId, n: i32) -> Result<Option<Vec<u8>>> {
    let text = "SELECT bytes FROM file_piece WHERE file_id = ? AND n = ?";
    Sql::with(db.engine(), text, [id.into(), n.into()]).scalar(db.conn()).await
}

/// Forgets a file.
///
/// # Errors
/// Whatever the database says.
pub async fn forget(tx: &WriteTx, workspace: WorkspaceId, id: FileId) -> Result<()> {
    let text = "DELETE FROM file WHERE id = ? AND workspace_id = ? AND size >= 0";
    Sql::with(tx.engine(), text, [id.into(), workspace.into()]).run(tx.conn()).await?;
    Ok(())
}
