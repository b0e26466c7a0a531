//! Whoever has to agree next, or to change something, finds it among their tasks.

use http_room::{Answer, Member};
use kernel::{Locale, TaskId, UserId};
use process::deal_row;
use process::room::Visit;
use records::task::{self, NewTask};
use store::Sql;
use store::db::Source;

use super::{Approval, ApprovalState, authors, queries};
use crate::offer::Offer;
use crate::state::OfferState;

/// Which task it is.
const AGREE: &str = "offer:approval";
const CHANGE: &str = "offer:changes";

/// Ends the tasks of before and makes the one that follows from how the review stands.
///
/// # Errors
/// Whatever the database says.
pub async fn follow(visit: &mut Visit, me: &Member, offer: &Offer) -> Answer<()> {
    finish(visit).await?;
    let all = queries::of_offer(&visit.tx, visit.workspace, offer.id).await?;
    let last = |state: ApprovalState| all.iter().rfind(|a: &&Approval| a.state == state);
    let first = all.iter().find(|a| a.state == ApprovalState::Pending);
    let (english, korean, owner, key, words) = match offer.state {
        OfferState::Draft => {
            let Some(wish) = last(ApprovalState::ChangesRequested) else { return Ok(()) };
            ("Change the offer", "제안 수정하기", wish.asked_by, CHANGE, wish.words.clone())
        }
        OfferState::InReview => {
            let Some(next) = first else { return Ok(()) };
            let hands = authors(&visit.tx, visit.workspace, offer, next.asked_by).await?;
            let may = queries::approvers(&visit.tx, me, &next.rule, &hands, visit.now).await?;
            ("Agree to an offer", "제안 승인하기", may.first().copied(), AGREE, None)
        }
        _ => return Ok(()),
    };
    let space = deal_row::workspace(&visit.tx, visit.workspace).await?;
    let title = if space.locale() == Locale::Ko { korean } else { english };
    let title = format!("{title}: {}", offer.content.title);
    make(visit, title, owner, key, words).await
}

async fn make(
    visit: &mut Visit,
    title: String,
    owner: Option<UserId>,
    key: &str,
    body: Option<String>,
) -> Answer<()> {
    let Some(owner) = owner else { return Ok(()) };
    let space = deal_row::workspace(&visit.tx, visit.workspace).await?;
    let calendar = deal_row::calendar(&visit.tx, &space, Some(owner)).await?;
    let new = NewTask {
        title: title.chars().take(kernel::limits::NAME_CHARS).collect(),
        body,
        due_on: Some(calendar.days.add(calendar.date(visit.now), 1).date.to_string()),
        owner_id: Some(owner),
        deal_id: Some(visit.deal.id),
        origin: Some("process"),
        origin_key: Some(key.to_owned()),
        stage: Some("offer".to_owned()),
        ..NewTask::default()
    };
    task::create(&mut visit.tx, visit.workspace, visit.actor, new, visit.now).await?;
    Ok(())
}

/// Ends what waited for an answer or a change.
///
/// # Errors
/// Whatever the database says.
pub async fn finish(visit: &mut Visit) -> Answer<()> {
    let text = "SELECT id FROM task WHERE deal_id = ? AND workspace_id = ? AND state = 'open' AND deleted_at IS NULL \
                AND origin_key IN (?, ?) ORDER BY id";
    let values = [visit.deal.id.into(), visit.workspace.into(), AGREE.into(), CHANGE.into()];
    let rows = Sql::with(visit.tx.engine(), text, values).rows(visit.tx.conn()).await?;
    for row in rows {
        let id = TaskId(row.try_get_by_index(0).map_err(store::StoreError::from)?);
        task::set_state(&mut visit.tx, visit.workspace, visit.actor, id, "done", visit.now).await?;
    }
    Ok(())
}
