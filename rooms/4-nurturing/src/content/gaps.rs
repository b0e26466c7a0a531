//! Challenges of open deals that nobody has a story for (R85).

use std::collections::BTreeMap;

use http_room::Answer;
use kernel::fold::fold_key;
use kernel::{DealId, WorkspaceId};
use outreach::snippet::rules::fitting;
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::Sql;
use store::db::Source;

use super::queries;

/// Challenges looked at, the newest first.
const CHALLENGES: i64 = 2_000;

/// A challenge without a story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Gap {
    /// The challenge, as it was written down last.
    pub challenge: String,
    /// Open deals that have it.
    pub deals: Vec<GapDeal>,
}

/// A deal whose challenge has no story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct GapDeal {
    /// The deal.
    pub id: DealId,
    /// Its name.
    pub name: String,
}

#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Challenge {
    deal_id: DealId,
    deal_name: String,
    summary: String,
    words: Option<String>,
}

/// Challenges of open and parked deals without a story, those of most deals first.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn gaps(db: &impl Source, workspace: WorkspaceId) -> Answer<Vec<Gap>> {
    let text = "SELECT f.deal_id, d.name AS deal_name, f.summary, f.words FROM finding f JOIN deal d ON d.id = f.deal_id \
                WHERE f.workspace_id = ? AND f.kind = 'challenge' AND f.deleted_at IS NULL AND d.deleted_at IS NULL \
                AND d.status IN ('open', 'not_yet') ORDER BY f.created_at DESC, f.id DESC LIMIT ?";
    let sql = Sql::with(db.engine(), text, [workspace.into(), CHALLENGES.into()]);
    let challenges: Vec<Challenge> = sql.all(db.conn()).await?;
    let told = stories(db, workspace).await?;
    Ok(without_story(challenges, &told))
}

/// What each story is about: those of the library, and those that mails insert.
async fn stories(db: &impl Source, workspace: WorkspaceId) -> Answer<Vec<Vec<String>>> {
    let library = queries::all(db, workspace).await?.into_iter().filter(|row| row.form == "story");
    let mut all: Vec<Vec<String>> = library.map(|row| row.piece().challenges).collect();
    let snippets = outreach::snippet::all(db, workspace).await?.into_iter();
    all.extend(
        snippets
            .filter(|snippet| snippet.kind == "story")
            .map(|snippet| serde_json::from_value(snippet.pains).unwrap_or_default()),
    );
    Ok(all)
}

fn without_story(challenges: Vec<Challenge>, stories: &[Vec<String>]) -> Vec<Gap> {
    let mut gaps: BTreeMap<String, Gap> = BTreeMap::new();
    for one in challenges {
        let said = vec![format!("{} {}", one.summary, one.words.unwrap_or_default())];
        if stories.iter().any(|story| fitting(story, &said) > 0) {
            continue;
        }
        let gap = gaps
            .entry(fold_key(&one.summary))
            .or_insert_with(|| Gap { challenge: one.summary.clone(), deals: Vec::new() });
        if gap.deals.iter().all(|deal| deal.id != one.deal_id) {
            gap.deals.push(GapDeal { id: one.deal_id, name: one.deal_name });
        }
    }
    let mut all: Vec<Gap> = gaps.into_values().collect();
    all.sort_by_key(|gap| std::cmp::Reverse(gap.deals.len()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r85_challenges_no_story_is_about_are_listed_with_their_deals() {
        let challenge = |deal: u128, summary: &str, words: Option<&str>| Challenge {
            deal_id: DealId(uuid::Uuid::from_u128(deal)),
            deal_name: format!("deal {deal}"),
            summary: summary.into(),
            words: words.map(Into::into),
        };
        let all = vec![
            challenge(1, "Late reports", None),
            challenge(2, "late  reports", None),
            challenge(2, "Scrap", Some("too much waste")),
            challenge(3, "Hiring", None),
        ];
        let found = without_story(all, &[vec!["waste".into()]]);
        let told: Vec<(String, usize)> =
            found.into_iter().map(|gap| (gap.challenge, gap.deals.len())).collect();
        assert_eq!(told, [("Late reports".to_owned(), 2), ("Hiring".to_owned(), 1)]);
    }
}
