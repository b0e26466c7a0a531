//! One thing that happened to a deal, with who did it and when.

use super::Place;
use kernel::Timestamp;
use serde_json::Value as Json;
use uuid::Uuid;

/// What happened.
#[derive(Debug, Clone)]
pub enum Act {
    /// Somebody asked a room for this: method, path below `/deals/{deal}`, body. `{offer}` and
    /// `{objection}` in path and body stand for the newest of the deal.
    Ask(&'static str, String, Json),
    /// A call, meeting or note of the deal.
    Log(Json),
    /// A mail of ours went out.
    Mail {
        /// To whom.
        person: Uuid,
        /// Its id.
        message: Uuid,
        /// Counted from 0.
        number: usize,
        /// Its subject.
        subject: String,
    },
    /// It came back for good.
    Bounce {
        /// From whom.
        person: Uuid,
        /// Our mail.
        message: Uuid,
    },
    /// They answered.
    Reply {
        /// Who.
        person: Uuid,
        /// Their mail.
        message: Uuid,
        /// Our mail.
        answers: Uuid,
        /// What they want.
        intent: &'static str,
        /// What they wrote.
        text: String,
    },
    /// An offer was drafted; its lines answer what was found by then.
    Offer(Json),
    /// A task was made.
    Task(Json),
    /// What was to be done for the deal is done.
    Done,
}

/// A step of a deal's history.
#[derive(Debug, Clone)]
pub struct Step {
    /// When. No two steps of a deal share it.
    pub at: Timestamp,
    /// Who of the team, as a place in `Place::members`.
    pub who: usize,
    /// What.
    pub act: Act,
    /// To be taken once the reactions to everything before have run.
    pub last: bool,
}

/// Fills in people (`{p0}` decides, `{p1}` helps) and days: `@14` is two weeks after the step, `#3` in
/// three days from today.
pub(super) fn fill(value: &mut Json, people: &[Uuid], place: &Place, at: Timestamp) {
    match value {
        Json::String(text) => {
            if let Some(day) = text.strip_prefix('@').and_then(|d| d.parse::<i64>().ok()) {
                *text = place.date(at.plus_days(day));
            } else if let Some(day) = text.strip_prefix('#').and_then(|d| d.parse::<i64>().ok()) {
                *text = place.date(place.now.plus_days(day));
            } else {
                *text = with_people(text, people);
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| fill(item, people, place, at)),
        Json::Object(map) => map.values_mut().for_each(|item| fill(item, people, place, at)),
        _ => {}
    }
}

/// The same for a path.
pub(super) fn with_people(text: &str, people: &[Uuid]) -> String {
    let mut text = text.to_owned();
    for (n, person) in people.iter().enumerate() {
        text = text.replace(&format!("{{p{n}}}"), &person.to_string());
    }
    text
}
