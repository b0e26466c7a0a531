//! Links of automatic mails lead by us: a click is written down, and the reader goes on to where the mail said. Only
//! addresses that stand in the mail's own text are led to. Opens are not counted: programs open mails, people read them.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http_room::{Answer, App};
use kernel::{EnrolmentId, Timestamp};
use serde_json::json;
use store::db::Source;
use store::{Actor, NewEvent, Sql, WriteTx};

use crate::enrolment;
use crate::message::{COLUMNS, MessageRow};
use crate::sequence::condition::Fact;

/// A link of one of our mails was followed. Payload: `message_id`, `sequence_id`, `step`, `link` (from 1), `url`.
pub const MAIL_CLICKED: &str = "mail.clicked";
/// Longest token that is looked for.
const TOKEN: usize = 64;
/// Seconds after sending within which a scanner follows links, not a reader.
const SCAN_SECONDS: i64 = 5;

/// `/c/{token}/{link}`, to be mounted at the root.
pub fn routes() -> Router<App> {
    Router::new().route("/c/{token}/{link}", get(follow))
}

async fn follow(
    method: Method,
    State(app): State<App>,
    Path((token, link)): Path<(String, usize)>,
) -> Answer<Response> {
    let no_store =
        [(header::CACHE_CONTROL, "no-store"), (HeaderName::from_static("x-robots-tag"), "noindex")];
    let message = if token.len() <= TOKEN { find(&app, &token).await? } else { None };
    let place = link.checked_sub(1);
    let url = message.as_ref().zip(place).and_then(|(m, n)| target(&m.text, n));
    let (Some(message), Some(url)) = (message, url) else {
        return Ok((
            StatusCode::NOT_FOUND,
            no_store,
            "This link is not complete. · 링크가 올바르지 않습니다.",
        )
            .into_response());
    };
    let now = app.clock.now();
    let read = message.sent_at.is_some_and(|sent| now.seconds_since(sent) >= SCAN_SECONDS);
    if read && method == Method::GET {
        write(&app, &message, link, &url, now).await?;
    }
    Ok((StatusCode::FOUND, no_store, [(header::LOCATION, url)]).into_response())
}

/// The link at this place of a text, as a header can carry it: letters outside ASCII are encoded, and what is no web
/// address leads nowhere.
fn target(text: &str, place: usize) -> Option<String> {
    let url = url::Url::parse(mail::links(text).nth(place)?).ok()?;
    Some(url.to_string()).filter(|url| url.is_ascii())
}

async fn find(app: &App, token: &str) -> Answer<Option<MessageRow>> {
    let mut sql = Sql::new(app.db.engine(), "SELECT ");
    sql.push(COLUMNS)
        .push(" FROM message WHERE direction = 'out' AND origin = 'sequence' AND token = ")
        .bind(token);
    Ok(sql.one(app.db.read()).await?)
}

/// The click, once a link.
async fn write(app: &App, message: &MessageRow, link: usize, url: &str, now: Timestamp) -> Answer<()> {
    let Some(id) = message.enrolment_id else { return Ok(()) };
    let mut tx = app.db.write_tx().await?;
    let new = NewFact { enrolment: id, step: message.step, what: Fact::Clicked, value: link.to_string() };
    if note(&tx, message.workspace_id, &new, now).await? {
        let payload = json!({
            "message_id": message.id, "sequence_id": message.sequence_id, "step": message.step, "link": link, "url": url,
        });
        let event = NewEvent::now(message.workspace_id, MAIL_CLICKED, Actor::Outside, now);
        tx.record(event.about(message.subject_of_events()).with(payload)).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Something that happened to somebody on their way.
pub(crate) struct NewFact {
    pub enrolment: EnrolmentId,
    pub step: Option<i64>,
    pub what: Fact,
    pub value: String,
}

/// Notes it, once with this outcome; answers whether it was new.
pub(crate) async fn note(
    tx: &WriteTx,
    workspace: kernel::WorkspaceId,
    new: &NewFact,
    now: Timestamp,
) -> Answer<bool> {
    // Whoever holds the enrolment asks alone whether it is there.
    if enrolment::hold(tx, new.enrolment).await?.is_none() {
        return Ok(false);
    }
    let text = "INSERT INTO enrolment_fact (id, workspace_id, enrolment_id, step, kind, value, at) SELECT ?, ?, ?, ?, ?, ?, ? \
                WHERE NOT EXISTS (SELECT 1 FROM enrolment_fact WHERE enrolment_id = ? AND kind = ? AND value = ?)";
    let values = [
        uuid::Uuid::now_v7().into(),
        workspace.into(),
        new.enrolment.into(),
        new.step.into(),
        new.what.key().into(),
        new.value.clone().into(),
        now.into(),
        new.enrolment.into(),
        new.what.key().into(),
        new.value.clone().into(),
    ];
    Ok(Sql::with(tx.engine(), text, values).run(tx.conn()).await? > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_where_a_header_can_say_it_or_nowhere() {
        let table = [
            ("see https://stone.test/plan now", Some("https://stone.test/plan")),
            ("https://stone.test/계획?q=가", Some("https://stone.test/%EA%B3%84%ED%9A%8D?q=%EA%B0%80")),
            ("https://한국.test/", Some("https://xn--3e0b707e.test/")),
            ("https://stone.test/a\u{1}b", Some("https://stone.test/a%01b")),
            ("https:// stone.test", None),
            ("nothing", None),
        ];
        for (text, expected) in table {
            assert_eq!(target(text, 0).as_deref(), expected, "{text:?}");
        }
    }
}
