//! A folder that is watched: meeting tools put transcripts there, and each is kept beside its call or meeting.
//!
//! `FOLDER/<workspace id>/<call or meeting id>--<how>--<who agreed>.vtt`; the name says what an upload says in its fields,
//! for nothing is kept without consent. A file is taken by moving it, so that two workers never take the same; it ends in
//! `kept` or in `refused`, with why beside it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use http_room::door::Timer;
use http_room::{App, Problem};
use kernel::{ActivityId, WorkspaceId};
use store::Actor;
use uuid::Uuid;

use super::super::read::SIZE_CAP;
use super::ConsentHow;
use super::add::{NewTranscript, add};

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// A file that changed since may still be written.
const SETTLED: Duration = Duration::from_secs(5);
/// Files taken in one go.
const MOST: usize = 100;

/// Looks into the folder, where one is set up.
#[must_use]
pub fn timer() -> Timer {
    Timer {
        name: "transcripts.folder",
        every_seconds: 30,
        woken: None,
        run: Arc::new(|app| Box::pin(async move { look(&app).await })),
    }
}

async fn look(app: &App) -> Result<usize, Failed> {
    let Some(folder) = &app.config.transcripts_folder else { return Ok(0) };
    let mut taken = 0;
    for (workspace, path) in waiting(folder)?.into_iter().take(MOST) {
        let Some(path) = take(&path)? else { continue };
        taken += 1;
        match keep(app, workspace, &path).await {
            Ok(()) => put(&path, "kept", None)?,
            Err(problem) if problem.status < 500 => put(&path, "refused", Some(&problem.detail))?,
            Err(problem) => {
                put(&path, ".", None)?;
                return Err(problem.detail.into());
            }
        }
    }
    Ok(taken)
}

/// Files of workspaces, in the order of their names.
fn waiting(folder: &Path) -> std::io::Result<Vec<(WorkspaceId, PathBuf)>> {
    let mut found = Vec::new();
    for space in std::fs::read_dir(folder)?.flatten() {
        let Some(id) = space.file_name().to_str().and_then(|name| Uuid::parse_str(name).ok()) else {
            continue;
        };
        for file in std::fs::read_dir(space.path())?.flatten() {
            let about = file.metadata()?;
            let settled = about.modified()?.elapsed().is_ok_and(|age| age >= SETTLED);
            if about.is_file() && settled && !file.file_name().to_string_lossy().starts_with('.') {
                found.push((WorkspaceId(id), file.path()));
            }
        }
    }
    found.sort_by(|(_, one), (_, other)| one.cmp(other));
    Ok(found)
}

/// Moves a file to where nobody else takes it; none when somebody did.
fn take(path: &Path) -> std::io::Result<Option<PathBuf>> {
    let to = beside(path, "taken")?;
    match std::fs::rename(path, &to) {
        Ok(()) => Ok(Some(to)),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(why) => Err(why),
    }
}

/// Moves a taken file to where it ends.
fn put(path: &Path, folder: &str, why: Option<&str>) -> std::io::Result<()> {
    let to =
        beside(&path.parent().unwrap_or(path).with_file_name(path.file_name().unwrap_or_default()), folder)?;
    if let Some(why) = why {
        let mut name = to.clone().into_os_string();
        name.push(".why.txt");
        std::fs::write(name, why)?;
    }
    std::fs::rename(path, to)
}

/// The same name in a folder beside.
fn beside(path: &Path, folder: &str) -> std::io::Result<PathBuf> {
    let folder = path.with_file_name(folder);
    std::fs::create_dir_all(&folder)?;
    Ok(folder.join(path.file_name().unwrap_or_default()))
}

async fn keep(app: &App, workspace: WorkspaceId, path: &Path) -> Result<(), Problem> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (activity, consent_how, consent_by) = named(&name).ok_or_else(|| {
        let shape = "the name is not of the shape <call or meeting id>--<spoken, written or notice>--<who agreed>.vtt";
        Problem::field("file", "invalid", shape)
    })?;
    let size = std::fs::metadata(path).map_err(|why| Problem::internal(&why))?.len();
    if size > SIZE_CAP as u64 {
        return Err(Problem::field("file", "too_long", "at most 20 MiB"));
    }
    let bytes = std::fs::read(path).map_err(|why| Problem::internal(&why))?;
    let new = NewTranscript { activity, consent_how, consent_by, reps: Vec::new(), name, bytes, job: None };
    add(app, (workspace, Actor::System), new).await.map(drop)
}

/// What a file's name says.
fn named(name: &str) -> Option<(ActivityId, ConsentHow, String)> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut parts = stem.splitn(3, "--");
    let activity = Uuid::parse_str(parts.next()?).ok()?;
    let how = ConsentHow::parse(parts.next()?)?;
    let by = parts.next()?.trim();
    (!by.is_empty()).then(|| (ActivityId(activity), how, by.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_which_talk_and_who_agreed() {
        let id = "0199a0f0-0000-7000-8000-000000000001";
        let of = |name: String| named(&name).map(|(_, how, by)| (how, by));
        assert_eq!(of(format!("{id}--spoken--이서연.vtt")), Some((ConsentHow::Spoken, "이서연".to_owned())));
        assert_eq!(
            of(format!("{id}--notice--Ann--Lee.srt")),
            Some((ConsentHow::Notice, "Ann--Lee".to_owned()))
        );
        for name in [
            format!("{id}.vtt"),
            format!("{id}--maybe--Ann.vtt"),
            format!("{id}--spoken--.vtt"),
            "a--spoken--b.vtt".to_owned(),
        ] {
            assert_eq!(of(name.clone()), None, "{name}");
        }
    }
}
