//! What the guest's calendar answers to an invitation (RFC 5546, REPLY): accepted and tentative are noted, declined
//! cancels the meeting.

use http_room::Answer;
use kernel::{Timestamp, WorkspaceId};
use store::db::Source;
use store::{Actor, Sql, WriteTx};

use super::change::By;
use super::{change, model};

/// An answer, as it came by mail.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// The invitation's UID.
    pub uid: &'a str,
    /// PARTSTAT.
    pub answer: &'a str,
    /// Who sent it: only the guest's own answer counts.
    pub sender: &'a str,
}

/// The word an answer is kept by.
fn word(answer: &str) -> Option<&'static str> {
    Some(match answer {
        "ACCEPTED" => "accepted",
        "DECLINED" => "declined",
        "TENTATIVE" => "tentative",
        _ => return None,
    })
}

/// Hears it. Answers whether it was about a meeting of ours that lies ahead.
///
/// # Errors
/// Whatever the database says.
pub async fn hear(tx: &mut WriteTx, workspace: WorkspaceId, said: &Said<'_>, now: Timestamp) -> Answer<bool> {
    let Some(word) = word(said.answer) else { return Ok(false) };
    let Some(found) = model::by_uid(tx, workspace, said.uid).await? else { return Ok(false) };
    let Some(meeting) = model::hold(tx, found.id).await? else { return Ok(false) };
    let fold = records::person::fold_email;
    let ahead = meeting.state()?.is_open() && meeting.starts_at > now;
    if !ahead || fold(said.sender) != fold(&meeting.email) || meeting.answer.as_deref() == Some(word) {
        return Ok(false);
    }
    let text = "UPDATE meeting SET answer = ?, revision = revision + 1, updated_at = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [word.into(), now.into(), meeting.id.into()]).run(tx.conn()).await?;
    if word == "declined" {
        let by = By { actor: Actor::Outside, reason: None, token: None, tell: false };
        change::cancel_held(tx, &meeting, &by, now).await?;
    }
    Ok(true)
}
