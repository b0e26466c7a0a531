//! Speech to text: the recording of a talk goes into a program, what it prints is read as a transcript, in the background.
//!
//! Which program is said by whoever runs the server (`--speech-to-text`), never in a workspace: it runs with the rights of
//! the server, so that naming it is as much as signing in there. It is started without a shell, without the server's
//! environment, and ended when it takes too long. The recording is kept until its transcript is.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use http_room::app::SpeechToText;
use http_room::door::JobHandler;
use http_room::{Answer, App, Problem};
use kernel::{ActivityId, FileId, JobId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Sql;
use store::db::Source as _;
use store::job::{self, Ended, Job};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

use super::super::read::SIZE_CAP;
use super::ConsentHow;
use super::add::{NewTranscript, add};

/// The kind of these jobs.
pub(super) const KIND: &str = "transcribe";
/// Between two reports that the program is still at work; a claim holds a minute.
const BEAT: Duration = Duration::from_secs(15);
/// Bytes of its complaints that are looked at.
const COMPLAINTS: usize = 4_096;
/// What it sees of the server's environment.
const ENVIRONMENT: [&str; 5] = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"];

/// What a job has to do.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Recording {
    pub file: FileId,
    pub name: String,
    pub activity: ActivityId,
    pub consent_how: ConsentHow,
    pub consent_by: String,
}

/// Does these jobs.
#[must_use]
pub fn handler() -> JobHandler {
    JobHandler { kind: KIND, run: Arc::new(|app, job| Box::pin(work(app, job))) }
}

async fn work(app: App, job: Job) -> Ended {
    match transcribe(&app, &job).await {
        Ok(ended) => ended,
        Err(problem) if problem.status < 500 => Ended::Failed(problem.detail),
        Err(problem) => Ended::Retry(problem.detail),
    }
}

async fn transcribe(app: &App, job: &Job) -> Answer<Ended> {
    let Some(speech) = &app.config.speech_to_text else {
        return Ok(Ended::Failed(
            "no program for speech is set up on this server (--speech-to-text)".to_owned(),
        ));
    };
    if made(app, job.id).await? {
        return Ok(Ended::Done(json!({})));
    }
    let recording: Recording =
        serde_json::from_value(job.payload.clone()).map_err(|why| Problem::internal(&why))?;
    let folder = tempfile::tempdir().map_err(|why| Problem::internal(&why))?;
    let path = folder.path().join(format!("recording{}", ending(&recording.name)));
    let mut file = std::fs::File::create(&path).map_err(|why| Problem::internal(&why))?;
    if !store::file::copy_to(&app.db, job.workspace_id, recording.file, &mut file).await? {
        return Ok(Ended::Failed("the recording is gone".to_owned()));
    }
    drop(file);
    let bytes = match listen(app, job.id, speech, &path).await? {
        Heard::Text(bytes) => bytes,
        Heard::Stopped => return Ok(Ended::Cancelled(json!({}))),
        Heard::Nothing(why) => return Ok(Ended::Failed(why)),
    };
    let new = NewTranscript {
        activity: recording.activity,
        consent_how: recording.consent_how,
        consent_by: recording.consent_by,
        reps: Vec::new(),
        name: format!("{}.txt", recording.name),
        bytes,
        job: Some((job.id, recording.file)),
    };
    let id = add(app, (job.workspace_id, super::add::actor_of(job.created_by)), new).await?;
    Ok(Ended::Done(json!({ "transcript_id": id })))
}

/// Whether a crash cut off only the end of the job.
async fn made(app: &App, job: JobId) -> Answer<bool> {
    let sql = Sql::with(app.db.engine(), "SELECT 1 FROM transcript WHERE job_id = ?", [job.into()]);
    Ok(!sql.rows(app.db.conn()).await?.is_empty())
}

/// The ending of a file's name: programs tell the format by it.
fn ending(name: &str) -> String {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
    let sound = (1..=5).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    if sound { format!(".{ending}") } else { String::new() }
}

/// What came of listening.
enum Heard {
    Text(Vec<u8>),
    Stopped,
    Nothing(String),
}

async fn listen(app: &App, job: JobId, speech: &SpeechToText, path: &Path) -> Answer<Heard> {
    let file = path.to_string_lossy();
    let Some((program, args)) = speech.command.split_first() else {
        return Ok(Heard::Nothing("the command for speech is empty".to_owned()));
    };
    let mut command = Command::new(program);
    command.args(args.iter().map(|arg| arg.replace("{file}", &file)));
    if !args.iter().any(|arg| arg.contains("{file}")) {
        command.arg(path);
    }
    command.env_clear().envs(ENVIRONMENT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(why) => return Ok(Heard::Nothing(format!("{program} could not be started: {why}"))),
    };
    let (out, complaints) = (child.stdout.take(), child.stderr.take());
    let ended = async {
        let (text, complaints) = tokio::join!(first(out, SIZE_CAP + 1), last(complaints, COMPLAINTS));
        (text, complaints, child.wait().await)
    };
    tokio::pin!(ended);
    let late = tokio::time::sleep(Duration::from_secs(speech.seconds));
    tokio::pin!(late);
    let mut beat = tokio::time::interval(BEAT);
    let (text, complaints, status) = loop {
        tokio::select! {
            all = &mut ended => break all,
            () = &mut late => {
                return Ok(Heard::Nothing(format!("{program} was ended: it took longer than {} s", speech.seconds)));
            }
            _ = beat.tick() => {
                let tx = app.db.write_tx().await?;
                let go_on = job::progress(&tx, job, 0, 1, app.clock.now()).await?;
                tx.commit().await?;
                if !go_on {
                    return Ok(Heard::Stopped);
                }
            }
        }
    };
    Ok(match status {
        Ok(status) if status.success() && text.len() <= SIZE_CAP => Heard::Text(text),
        Ok(status) if status.success() => {
            Heard::Nothing(format!("{program} printed more than {} MiB", SIZE_CAP >> 20))
        }
        Ok(status) => Heard::Nothing(format!("{program} failed ({status}): {}", line(&complaints))),
        Err(why) => Heard::Nothing(format!("{program} failed: {why}")),
    })
}

/// The first bytes of what a program prints.
async fn first(from: Option<impl AsyncRead + Unpin>, most: usize) -> Vec<u8> {
    let mut all = Vec::new();
    if let Some(from) = from {
        // A broken pipe ends it; the program's status tells why.
        let _ = from.take(most as u64).read_to_end(&mut all).await;
    }
    all
}

/// The last bytes of it; all is read, so that the program never waits for us.
async fn last(from: Option<impl AsyncRead + Unpin>, most: usize) -> Vec<u8> {
    let mut all = Vec::new();
    let Some(mut from) = from else { return all };
    let mut piece = vec![0; most];
    while let Ok(read @ 1..) = from.read(&mut piece).await {
        all.extend_from_slice(&piece[..read]);
        let over = all.len().saturating_sub(most);
        all.drain(..over);
    }
    all
}

/// The last line of a program's complaints.
fn line(complaints: &[u8]) -> String {
    let text = String::from_utf8_lossy(complaints);
    let line = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    line.chars().filter(|c| !c.is_control()).take(300).collect()
}
