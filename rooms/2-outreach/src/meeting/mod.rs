//! Meetings: a guest books a time of a rep's on a public page, and both calendars learn of it.
//!
//! A rep says once when they can be met (`hours`) and which calendar keeps them busy (`connect`; `fetch` asks it, a file or a
//! server by `multistatus`, `reading` says when, `calendar` understands it), and offers kinds of meetings (`kind`). `rules` lays out the beginnings that are free; `page` and
//! `visit` show them where the guest is, `own_page` what they booked; `booking` gives a beginning to exactly one guest and stops their sequence in
//! the same transaction; `change` moves, cancels and closes, `other_time` for the rep; `letters` writes the mails, `invite` what calendars read
//! in them, `answer` hears what the guest's calendar answers. What is *not* here: the log of activities in which every
//! meeting stands (records), and what a held meeting means for the deal (process and the later rooms).
//!
//! Invariant: two guests never have the same host at once: whoever books holds the host, and looks again.

pub mod answer;
pub mod booking;
pub mod calendar;
pub mod change;
pub mod connect;
pub mod diary;
pub mod fetch;
pub mod hours;
pub mod invite;
pub mod kind;
pub mod letters;
pub mod model;
pub mod multistatus;
mod other_time;
mod own_page;
mod page;
pub mod reading;
mod routes;
pub mod rules;
mod visit;

pub use visit::public_routes;

use http_room::App;
use utoipa_axum::router::OpenApiRouter;

/// Routes of bookable time, kinds of meetings and meetings.
pub fn routes() -> OpenApiRouter<App> {
    routes::routes().merge(other_time::routes())
}
