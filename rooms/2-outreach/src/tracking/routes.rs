//! The host of links over HTTP.

use axum::Json as Answered;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use http_room::{Admin, Answer, App, Body, Member, Problem, Reader};
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::NewEvent;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::rules::NoHost;
use super::{TRACKING_HOST_CHANGED, find, keep, look, own, rules};

/// Where the links of automatic mails lead.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TrackingHost {
    /// A host of one's own; none: the program's.
    pub host: Option<String>,
    /// Where links begin, whichever it is.
    pub base: String,
    /// Whether it answers by https.
    pub secure: bool,
    /// When it was seen to lead here.
    pub checked_at: Option<Timestamp>,
}

/// Where the links of automatic mails shall lead.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTrackingHost {
    /// `links.customer.com`; null: the program's own host.
    pub host: Option<String>,
}

async fn view(app: &App, me: &Member) -> Answer<TrackingHost> {
    let row = find(&app.db, me.workspace).await?;
    let own = app.config.base_url.trim_end_matches('/').to_owned();
    Ok(match row {
        Some(row) => TrackingHost {
            base: row.base(),
            host: Some(row.host),
            secure: row.secure,
            checked_at: Some(row.checked_at),
        },
        None => TrackingHost { host: None, secure: own.starts_with("https://"), base: own, checked_at: None },
    })
}

#[utoipa::path(get, path = "/tracking-host", tag = "outreach", operation_id = "get_tracking_host",
    responses((status = 200, description = "Where the links of automatic mails lead", body = TrackingHost)))]
async fn get(me: Reader, State(app): State<App>) -> Answer<Answered<TrackingHost>> {
    view(&app, &me).await.map(Answered)
}

#[utoipa::path(put, path = "/tracking-host", tag = "outreach", operation_id = "save_tracking_host", request_body = NewTrackingHost,
    responses((status = 200, description = "It leads here, and links of mails that leave from now on lead there; or they lead over the program's own host again", body = TrackingHost), (status = 409, description = "`tracking_host_taken`: another workspace uses it", body = Problem), (status = 422, description = "It is no host, the program is used there, or `tracking_host`: it does not lead here, with what was found instead", body = Problem)))]
async fn save(
    me: Admin,
    State(app): State<App>,
    headers: HeaderMap,
    Body(new): Body<NewTrackingHost>,
) -> Answer<Answered<TrackingHost>> {
    let host = new.host.as_deref().map(|text| checked(&app, &headers, text)).transpose()?;
    let seen = match &host {
        Some(host) => Some((host.as_str(), leads_here(&app, &me, host).await?)),
        None => None,
    };
    let mut tx = app.db.write_tx().await?;
    let now = app.clock.now();
    if !keep(&tx, me.workspace, seen, now).await? {
        return Err(Problem::conflict("tracking_host_taken", "Another workspace uses this host."));
    }
    let event = NewEvent::now(me.workspace, TRACKING_HOST_CHANGED, me.actor(), now);
    tx.record(event.with(json!({ "host": host }))).await?;
    tx.commit().await?;
    view(&app, &me).await.map(Answered)
}

/// The host as it is kept. Where this request came to, the program is used.
fn checked(app: &App, headers: &HeaderMap, text: &str) -> Answer<String> {
    let here = headers.get(header::HOST).and_then(|host| host.to_str().ok()).map(str::to_ascii_lowercase);
    let own: Vec<String> = own(app).into_iter().chain(here).collect();
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    rules::host(text, &own).map_err(|why| match why {
        NoHost::Invalid => Problem::field("host", "invalid", "a name such as links.customer.com is expected"),
        NoHost::Own => {
            let told = "the program itself is used at this host; choose another that is for links alone";
            Problem::field("host", "not_allowed", told)
        }
    })
}

/// Whether it does so by https.
async fn leads_here(app: &App, me: &Member, host: &str) -> Answer<bool> {
    look::look(app, host).await?.map_err(|found| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "tracking_host", found.told(host, me.locale))
    })
}

/// Routes of the host of links.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, save))
}
