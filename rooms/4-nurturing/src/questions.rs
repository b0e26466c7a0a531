//! What a prospect asked and when they were answered (R48): the clock of our answers, person by person, and rep by rep.

use axum::Json as Answered;
use axum::extract::{Path, State};
use http_room::{Answer, App, Problem, Reader};
use kernel::{MessageId, PersonId, Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use store::Sql;
use store::db::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Mails of a person that are shown.
const SHOWN: i64 = 200;
/// Days over which a rep's clock is read.
const CLOCK_DAYS: i64 = 90;
/// Mails of a workspace that the clocks of its reps are read from.
const READ: i64 = 10_000;

/// Something they wrote, and when it was answered.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Asked {
    /// Their mail.
    pub id: MessageId,
    /// Who asked.
    pub person_id: PersonId,
    /// Their name.
    pub person_name: String,
    /// What it was taken for: `question`, `interested`, …
    pub intent: Option<String>,
    /// Its subject.
    pub subject: String,
    /// How it begins.
    pub excerpt: Option<String>,
    /// When it came.
    pub asked_at: Timestamp,
    /// When somebody of us wrote or called; null: it waits.
    pub answered_at: Option<Timestamp>,
    /// To whom of us it was written.
    pub rep_id: Option<UserId>,
}

/// What a person asked.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Questions {
    /// The middle of the seconds until we answered; null without an answer.
    pub median_seconds: Option<i64>,
    /// Answers it is the middle of.
    pub answered: usize,
    /// What waits for an answer.
    pub waiting: usize,
    /// All they wrote, the newest first, 200 at most.
    pub items: Vec<Asked>,
}

/// How fast somebody of us answers.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Clock {
    /// Who.
    pub user_id: UserId,
    /// The middle of the seconds until they answered; null without an answer.
    pub median_seconds: Option<i64>,
    /// Answers it is the middle of.
    pub answered: usize,
    /// What waits for them.
    pub waiting: usize,
    /// The mails behind it, the newest first, 200 at most.
    pub items: Vec<Asked>,
}

/// Mails of people with the first thing we did after each.
const ASKED: &str = "SELECT m.id, m.person_id, p.name AS person_name, m.intent, m.subject, m.excerpt, m.created_at AS asked_at, b.owner_id AS rep_id, \
    (SELECT MIN(at) FROM (SELECT MIN(o.sent_at) AS at FROM message o WHERE o.person_id = m.person_id AND o.direction = 'out' \
      AND o.origin = 'hand' AND o.sent_at >= m.created_at \
      UNION ALL SELECT MIN(a.at) FROM activity a WHERE a.person_id = m.person_id AND a.deleted_at IS NULL AND a.kind = 'call' \
      AND a.outcome = 'intended' AND a.at >= m.created_at) AS answer) AS answered_at \
    FROM message m JOIN person p ON p.id = m.person_id LEFT JOIN mailbox b ON b.id = m.mailbox_id WHERE m.direction = 'in' AND m.class = 'human' \
    AND COALESCE(m.intent, '') <> 'unsubscribe' AND m.workspace_id = ? ";

/// The middle of the times it took, how many, and how many wait.
#[must_use]
pub fn summary(items: &[Asked]) -> (Option<i64>, usize, usize) {
    let mut took: Vec<i64> =
        items.iter().filter_map(|one| Some(one.answered_at?.seconds_since(one.asked_at))).collect();
    took.sort_unstable();
    let middle = took.len() / 2;
    let median = match took.len() % 2 {
        0 => middle.checked_sub(1).map(|before| (took[before] + took[middle]) / 2),
        _ => took.get(middle).copied(),
    };
    (median, took.len(), items.len() - took.len())
}

async fn of_person(db: &impl Source, workspace: WorkspaceId, person: PersonId) -> Answer<Vec<Asked>> {
    let text = format!("{ASKED} AND m.person_id = ? ORDER BY m.created_at DESC, m.id DESC LIMIT ?");
    let values = [workspace.into(), person.into(), SHOWN.into()];
    Ok(Sql::with(db.engine(), &text, values).all(db.conn()).await?)
}

#[utoipa::path(get, path = "/people/{id}/questions", tag = "nurturing", operation_id = "list_questions", params(("id" = Uuid, Path, description = "The person")),
    responses((status = 200, description = "What they wrote, and when it was answered", body = Questions), (status = 404, description = "Not there", body = Problem)))]
async fn questions(
    me: Reader,
    State(app): State<App>,
    Path(id): Path<PersonId>,
) -> Answer<Answered<Questions>> {
    // A record that was merged away is asked for while its page leads to the one that was kept.
    let text = "SELECT 1 FROM person WHERE id = ? AND workspace_id = ?";
    let there = Sql::with(app.db.engine(), text, [id.into(), me.workspace.into()]);
    if there.rows(app.db.read()).await?.is_empty() {
        return Err(Problem::not_found("person"));
    }
    let items = of_person(&app.db, me.workspace, id).await?;
    let (median_seconds, answered, waiting) = summary(&items);
    Ok(Answered(Questions { median_seconds, answered, waiting, items }))
}

#[utoipa::path(get, path = "/response-times", tag = "nurturing", operation_id = "list_response_times",
    responses((status = 200, description = "How fast each of us answered in the last 90 days, with the mails behind it", body = Vec<Clock>)))]
async fn clocks(me: Reader, State(app): State<App>) -> Answer<Answered<Vec<Clock>>> {
    let since = app.clock.now().plus_days(-CLOCK_DAYS);
    let text = format!("{ASKED} AND m.created_at >= ? ORDER BY m.created_at DESC, m.id DESC LIMIT ?");
    let values = [me.workspace.into(), since.into(), READ.into()];
    let all: Vec<Asked> = Sql::with(app.db.engine(), &text, values).all(app.db.read()).await?;
    let mut by_rep: std::collections::BTreeMap<UserId, Vec<Asked>> = std::collections::BTreeMap::new();
    for one in all {
        if let Some(rep) = one.rep_id {
            by_rep.entry(rep).or_default().push(one);
        }
    }
    let clock = |(user_id, mut items): (UserId, Vec<Asked>)| {
        let (median_seconds, answered, waiting) = summary(&items);
        items.truncate(usize::try_from(SHOWN).unwrap_or(usize::MAX));
        Clock { user_id, median_seconds, answered, waiting, items }
    };
    Ok(Answered(by_rep.into_iter().map(clock).collect()))
}

/// Routes of questions and clocks.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(questions)).routes(routes!(clocks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r48_the_clock_shows_the_middle_of_the_answers_and_what_waits() {
        let asked = |took: Option<i64>| Asked {
            id: MessageId::new(),
            person_id: PersonId::new(),
            person_name: "Stone".into(),
            intent: Some("question".into()),
            subject: "How?".into(),
            excerpt: None,
            asked_at: Timestamp(0),
            answered_at: took.map(|s| Timestamp(0).plus_seconds(s)),
            rep_id: None,
        };
        let table = [
            (vec![], (None, 0, 0)),
            (vec![None], (None, 0, 1)),
            (vec![Some(60), None, Some(600), Some(120)], (Some(120), 3, 1)),
            (vec![Some(60), Some(120)], (Some(90), 2, 0)),
        ];
        for (took, expected) in table {
            let items: Vec<Asked> = took.iter().copied().map(asked).collect();
            assert_eq!(summary(&items), expected, "{took:?}");
        }
    }
}
