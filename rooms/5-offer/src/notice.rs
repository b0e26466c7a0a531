//! What the owner of a deal is told to look at: a task on Today, and no push (R54).

use http_room::Answer;
use kernel::{Locale, PersonId};
use process::deal_row;
use process::owner_task::{Owed, owe};
use process::room::Visit;
use process::stage::Phase;
use records::task;
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

/// What asked for the task to ask what they think.
pub const FOLLOW_UP: &str = "offer:follow_up";
const VIEWED: &str = "offer:notice:viewed";
const SAID: &str = "offer:notice:said";
const ENDED: &str = "offer:notice:ended";

impl What<'_> {
    /// The key of its task, and of those whose reason is gone: who asked has looked, who decided has said enough.
    fn keys(self) -> (&'static str, &'static [&'static str]) {
        match self {
            What::Viewed(_) => (VIEWED, &[]),
            What::Said(_) => (SAID, &[VIEWED, FOLLOW_UP]),
            What::Signed(_) | What::Declined(_) => (ENDED, &[VIEWED, FOLLOW_UP]),
        }
    }
}

/// Puts it on the owner's day, in the place of what it overtakes.
///
/// # Errors
/// Whatever the database says.
pub async fn tell_owner(visit: &mut Visit, person: Option<PersonId>, what: What<'_>) -> Answer<()> {
    let space = deal_row::workspace(&visit.tx, visit.workspace).await?;
    let (key, overtaken) = what.keys();
    let whose = (visit.workspace, Actor::System, visit.deal.id);
    task::end_of_keys(&mut visit.tx, whose, overtaken, "cancelled", visit.now).await?;
    let owed = Owed {
        person,
        key: Some(key.to_owned()),
        // Somebody waits for an answer.
        kind: matches!(what, What::Said(_)).then_some("reply"),
        stage: Some(Phase::Offer),
        ..Owed::notice(title(space.locale(), what))
    };
    owe(&mut visit.tx, &space, &visit.deal, Actor::System, owed, (visit.now, visit.now)).await?;
    Ok(())
}
