//! Who the speakers of a transcript are.

use std::collections::HashSet;

use http_room::{Answer, FieldError, Problem};
use kernel::fold::fold_key;
use kernel::{PersonId, TranscriptId, UserId, WorkspaceId};
use records::activity::Activity;
use records::workspace::{is_member, members};
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use store::db::Source as Db;
use store::{Sql, WriteTx};

use super::super::read::{Cue, Transcript};
use super::super::talk::{first_speaker, measure};
use super::{Speaker, is_rep};

/// Voices of a talk; more are a mistake of whoever named them.
pub(super) const MOST: usize = 200;

#[derive(FromQueryResult)]
struct Known {
    id: PersonId,
    name: String,
}

/// Names of a transcript in the order in which they come.
pub(super) fn names(cues: &[Cue]) -> Vec<String> {
    let mut seen = HashSet::new();
    cues.iter().filter_map(|cue| cue.speaker.clone()).filter(|name| seen.insert(name.clone())).collect()
}

/// Who the names may be: members and people of the deal, company or activity who are called so. `reps` are ours because
/// somebody says so. Answers whether it had to be assumed who is.
pub(super) async fn propose(
    tx: &WriteTx,
    workspace: WorkspaceId,
    activity: &Activity,
    (cues, reps): (&[Cue], &[String]),
) -> Answer<(Vec<Speaker>, bool)> {
    let names = names(cues);
    if names.len() > MOST {
        return Err(Problem::field("file", "too_many_speakers", format!("more than {MOST} speakers")));
    }
    if let Some(unknown) = reps.iter().find(|rep| !names.contains(rep)) {
        return Err(Problem::field("rep", "not_found", format!("nobody is called {unknown} in this file")));
    }
    let ours = members(tx, workspace).await?;
    let theirs = people_of(tx, workspace, activity).await?;
    let mut speakers: Vec<Speaker> = names
        .iter()
        .map(|name| {
            let key = fold_key(name);
            let user_id =
                ours.iter().find(|member| fold_key(&member.name) == key).map(|member| member.user_id);
            let person = theirs.iter().find(|person| fold_key(&person.name) == key).map(|person| person.id);
            let is_rep = reps.contains(name) || user_id.is_some() && reps.is_empty();
            let side = if is_rep { "rep" } else { "prospect" }.to_owned();
            let person_id = if is_rep { None } else { person };
            Speaker { name: name.clone(), side, person_id, user_id: user_id.filter(|_| is_rep) }
        })
        .collect();
    let assumed = !speakers.iter().any(Speaker::is_rep);
    if let Some(first) = first_speaker(cues).filter(|_| assumed) {
        let first = first.to_owned();
        for speaker in speakers.iter_mut().filter(|speaker| speaker.name == first) {
            (speaker.side, speaker.person_id) = ("rep".to_owned(), None);
        }
    }
    Ok((speakers, assumed))
}

async fn people_of(tx: &WriteTx, workspace: WorkspaceId, activity: &Activity) -> Answer<Vec<Known>> {
    let text = "SELECT p.id, p.name FROM person p WHERE p.workspace_id = ? AND p.deleted_at IS NULL AND (p.id = ? OR p.company_id = ? \
                OR EXISTS (SELECT 1 FROM deal_person d WHERE d.person_id = p.id AND d.deal_id = ?)) ORDER BY p.id LIMIT 1000";
    let values =
        [workspace.into(), activity.person_id.into(), activity.company_id.into(), activity.deal_id.into()];
    Ok(Sql::with(tx.engine(), text, values).all(tx.conn()).await?)
}

/// Refuses what names nobody of the transcript, the workspace or its people.
pub(super) async fn check(
    tx: &WriteTx,
    workspace: WorkspaceId,
    names: &[String],
    given: &[Speaker],
) -> Answer<()> {
    let mut errors = Vec::new();
    let mut seen = HashSet::new();
    for (at, speaker) in given.iter().enumerate() {
        let mut fault = |field: &str, code: &str, why: &str| {
            errors.push(FieldError::new(format!("speakers.{at}.{field}"), code, why));
        };
        if !names.contains(&speaker.name) || !seen.insert(&speaker.name) {
            fault("name", "not_found", "nobody else of this name speaks here");
        }
        if !matches!(speaker.side.as_str(), "rep" | "prospect") {
            fault("side", "invalid", "rep or prospect");
        }
        if speaker.user_id.is_some() && !speaker.is_rep() || speaker.person_id.is_some() && speaker.is_rep() {
            fault("side", "invalid", "members are on our side, people on theirs");
        }
        if let Some(user) = speaker.user_id
            && !is_member(tx, workspace, user).await?
        {
            fault("user_id", "not_found", "no member of this workspace");
        }
        if let Some(person) = speaker.person_id
            && !is_person(tx, workspace, person).await?
        {
            fault("person_id", "not_found", "there is no such person");
        }
    }
    if names.len() != given.len() && errors.is_empty() {
        errors.push(FieldError::new("speakers", "required", "name everybody who speaks"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

async fn is_person(tx: &WriteTx, workspace: WorkspaceId, person: PersonId) -> Answer<bool> {
    let text = "SELECT 1 FROM person WHERE id = ? AND workspace_id = ? AND deleted_at IS NULL";
    Ok(!Sql::with(tx.engine(), text, [person.into(), workspace.into()]).rows(tx.conn()).await?.is_empty())
}

/// Writes who they are, and the figures that follow.
pub(super) async fn write(
    tx: &WriteTx,
    (workspace, id): (WorkspaceId, TranscriptId),
    transcript: &Transcript,
    speakers: &[Speaker],
    assumed: bool,
) -> Answer<Json> {
    let text = "DELETE FROM transcript_speaker WHERE transcript_id = ? AND workspace_id = ?";
    Sql::with(tx.engine(), text, [id.into(), workspace.into()]).run(tx.conn()).await?;
    for (speaker, place) in speakers.iter().zip(0_i64..) {
        let text = "INSERT INTO transcript_speaker (transcript_id, name, workspace_id, place, side, person_id, user_id) \
                    VALUES (?, ?, ?, ?, ?, ?, ?)";
        let user: Option<UserId> = speaker.user_id;
        let values = [
            id.into(),
            speaker.name.clone().into(),
            workspace.into(),
            place.into(),
            speaker.side.clone().into(),
            speaker.person_id.into(),
            user.into(),
        ];
        Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    }
    let talk = measure(transcript, is_rep(speakers)).map(|measured| measured.talk);
    let talk = serde_json::to_value(talk).unwrap_or_default();
    let text = "UPDATE transcript SET talk = ?, rep_assumed = ? WHERE id = ? AND workspace_id = ?";
    let values = [talk.clone().into(), assumed.into(), id.into(), workspace.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(talk)
}
