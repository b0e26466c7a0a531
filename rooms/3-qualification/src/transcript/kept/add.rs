//! Keeping a transcript.

use std::collections::HashSet;

use http_room::{Answer, App, Problem};
use kernel::{ActivityId, FileId, JobId, TranscriptId, UserId, WorkspaceId, limits};
use process::room::given;
use records::activity::{self, Activity};
use records::events;
use serde_json::json;
use store::db::Source as _;
use store::search::Entry;
use store::{Actor, NewEvent, Sql, Subject, WriteTx};

use super::super::read::{Cue, Fault, Transcript, read};
use super::speakers::{propose, write};
use super::{ConsentHow, to_kept};

/// A transcript to keep.
#[derive(Debug)]
pub(super) struct NewTranscript {
    pub activity: ActivityId,
    pub consent_how: ConsentHow,
    pub consent_by: String,
    /// Names of ours, as the file has them.
    pub reps: Vec<String>,
    /// The file.
    pub name: String,
    pub bytes: Vec<u8>,
    /// The job that wrote it down, and the recording it no longer needs.
    pub job: Option<(JobId, FileId)>,
}

/// For whom a job works.
pub(super) fn actor_of(user: Option<UserId>) -> Actor {
    user.map_or(Actor::System, Actor::User)
}

/// Bytes of distinct words that a talk is found by: an hour has some ten thousand.
const WORDS_BYTES: usize = 60_000;

/// A refused file, with its line for a screen.
fn refused(fault: &Fault) -> Problem {
    let facts =
        json!({ "line": fault.line, "reason": fault.reason.key(), "words": fault.reason.to_string() });
    Problem::field("file", "not_a_transcript", fault.to_string()).with_facts(facts)
}

/// Keeps a transcript.
///
/// # Errors
/// 404 without such a call or meeting, 422 when the file is no transcript, with its line.
pub(super) async fn add(
    app: &App,
    (workspace, actor): (WorkspaceId, Actor),
    new: NewTranscript,
) -> Answer<TranscriptId> {
    let consent_by = given("consent_by", &new.consent_by, limits::NAME_CHARS)?;
    let transcript = read(&new.name, &new.bytes).map_err(|fault| refused(&fault))?;
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    let activity = activity::find(&tx, workspace, new.activity).await?;
    if !matches!(activity.kind.as_str(), "call" | "meeting") {
        return Err(Problem::field("activity_id", "invalid", "a call or a meeting"));
    }
    let (speakers, assumed) = propose(&tx, workspace, &activity, (&transcript.cues, &new.reps)).await?;
    let name: String = new.name.chars().take(limits::NAME_CHARS).collect();
    let file = store::file::keep(&tx, workspace, &name, "text/plain", &new.bytes, now).await?;
    let id = TranscriptId::new();
    let text = "INSERT INTO transcript (id, workspace_id, activity_id, file_id, name, format, encoding, timing, consent_how, \
                consent_by, cues, notes, talk, rep_assumed, job_id, created_by, created_at) VALUES ";
    let mut sql = Sql::new(tx.engine(), text);
    sql.bind_list([
        id.into(),
        workspace.into(),
        activity.id.into(),
        file.id.into(),
        name.clone().into(),
        transcript.format.key().into(),
        transcript.encoding.into(),
        transcript.timing.key().into(),
        new.consent_how.key().into(),
        consent_by.clone().into(),
        to_kept(&transcript.cues).into(),
        json!(transcript.notes).into(),
        serde_json::Value::Null.into(),
        false.into(),
        new.job.map(|(job, _)| job).into(),
        actor.user().into(),
        now.into(),
    ]);
    sql.run(tx.conn()).await?;
    write(&tx, (workspace, id), &transcript, &speakers, assumed).await?;
    if let Some((_, recording)) = new.job {
        store::file::forget(&tx, workspace, recording).await?;
    }
    index(&tx, workspace, id, &activity, &transcript).await?;
    let payload = json!({
        "activity_id": activity.id, "kind": activity.kind, "name": name, "cues": transcript.cues.len(),
        "consent_how": new.consent_how, "consent_by": consent_by,
    });
    let event = NewEvent::now(workspace, events::TRANSCRIPT_ADDED, actor, now);
    tx.record(event.about(subject(&activity, id)).with(payload)).await?;
    tx.commit().await?;
    Ok(id)
}

pub(super) fn subject(activity: &Activity, id: TranscriptId) -> Subject {
    Subject {
        company: activity.company_id,
        person: activity.person_id,
        deal: activity.deal_id,
        row: Some(id.0),
    }
}

/// Lets the transcript be found by what was said.
async fn index(
    tx: &WriteTx,
    workspace: WorkspaceId,
    id: TranscriptId,
    activity: &Activity,
    read: &Transcript,
) -> Answer<()> {
    let title = activity.title.clone().unwrap_or_else(|| activity.kind.clone());
    let entry = Entry::new(workspace, "transcript", id.0, &title, String::new(), words(&read.cues));
    store::search::index(tx, &[entry]).await?;
    Ok(())
}

/// Every word once.
fn words(cues: &[Cue]) -> String {
    let mut seen = HashSet::new();
    let mut all = String::new();
    for word in cues.iter().flat_map(|cue| cue.text.split_whitespace()) {
        if all.len() + word.len() >= WORDS_BYTES {
            break;
        }
        if seen.insert(word) {
            all.push_str(word);
            all.push(' ');
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_kept_once_and_not_without_end() {
        let cue = |text: String| Cue { start: None, end: None, speaker: None, text };
        assert_eq!(words(&[cue("a b a".to_owned()), cue("b c".to_owned())]), "a b c ");
        let many = (0..100_000).map(|n| cue(format!("word{n}"))).collect::<Vec<_>>();
        assert!(words(&many).len() <= WORDS_BYTES);
    }
}
