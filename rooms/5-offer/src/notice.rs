//! What the owner of a deal is told to look at: a task on Today, and no push (R54).

use http_room::Answer;
use kernel::{Locale, PersonId};
use process::deal_row;
use process::room::Visit;
use records::task::{self, NewTask};
use store::Actor;

/// What happened.
#[derive(Debug, Clone, Copy)]
pub enum What<'a> {
    /// Somebody opened the offer for the first time.
    Viewed(&'a str),
    /// Somebody said something about it.
    Said(&'a str),
    /// Somebody signed.
    Signed(&'a str),
    /// Somebody declined.
    Declined(&'a str),
}

/// The words of the task.
#[must_use]
pub fn title(locale: Locale, what: What<'_>) -> String {
    match (locale, what) {
        (Locale::En, What::Viewed(who)) => format!("{who} opened the offer"),
        (Locale::En, What::Said(who)) => format!("Answer {who}: a word about the offer"),
        (Locale::En, What::Signed(who)) => format!("{who} signed the offer: thank them"),
        (Locale::En, What::Declined(who)) => format!("{who} declined the offer"),
        (Locale::Ko, What::Viewed(who)) => format!("{who}님이 제안서를 열어 보았습니다"),
        (Locale::Ko, What::Said(who)) => format!("{who}님이 제안서에 의견을 남겼습니다. 답변하기"),
        (Locale::Ko, What::Signed(who)) => format!("{who}님이 제안서에 서명했습니다. 감사 인사하기"),
        (Locale::Ko, What::Declined(who)) => format!("{who}님이 제안서를 거절했습니다"),
    }
}

/// Puts it on the owner's day.
///
/// # Errors
/// Whatever the database says.
pub async fn tell_owner(visit: &mut Visit, person: Option<PersonId>, what: What<'_>) -> Answer<()> {
    let space = deal_row::workspace(&visit.tx, visit.workspace).await?;
    let owner = match visit.deal.owner_id {
        Some(user) if records::workspace::is_member(&visit.tx, visit.workspace, user).await? => Some(user),
        _ => None,
    };
    let today = deal_row::calendar(&visit.tx, &space, owner).await?.date(visit.now);
    let new = NewTask {
        title: title(space.locale(), what),
        due_on: Some(today.to_string()),
        owner_id: owner,
        deal_id: Some(visit.deal.id),
        person_id: person,
        origin: Some("notice"),
        stage: Some("offer".to_owned()),
        ..NewTask::default()
    };
    task::create(&mut visit.tx, visit.workspace, Actor::System, new, visit.now).await?;
    Ok(())
}
