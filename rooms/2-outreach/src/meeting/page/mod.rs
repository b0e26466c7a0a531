//! The pages of meetings as a guest sees them: a month and its hours to pick from, and the meeting that was booked.
//!
//! They work without scripts; a small one shows times where the guest is and moves about the month by arrow keys.
//! Everything is put in by templates that escape.

mod words;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{Datelike, Months, NaiveDate};
use chrono_tz::Tz;
use http_room::{Answer, Problem};
use kernel::{Locale, Timestamp};
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use serde::Serialize;

use super::kind::MeetingKind;
use super::letters::{day_text, hour_text, place, when, zone_text};
use super::model::Meeting;

pub use words::words;

/// The style of every page.
pub const STYLE: &str = include_str!("page.css");
/// What runs on them.
pub const SCRIPT: &str = include_str!("page.js");

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut env = Environment::new();
    for (name, text) in [
        ("frame.html", include_str!("frame.html")),
        ("pick.html", include_str!("pick.html")),
        ("meeting.html", include_str!("meeting.html")),
        ("notice.html", include_str!("notice.html")),
    ] {
        env.add_template(name, text).expect("the templates are part of the program");
    }
    env
});

/// Zones a guest chooses from, besides their own and the host's.
const ZONES: [&str; 38] = [
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Denver",
    "America/Phoenix",
    "America/Chicago",
    "America/Mexico_City",
    "America/New_York",
    "America/Toronto",
    "America/Bogota",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
    "UTC",
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Paris",
    "Europe/Berlin",
    "Europe/Madrid",
    "Europe/Amsterdam",
    "Europe/Stockholm",
    "Europe/Warsaw",
    "Europe/Helsinki",
    "Europe/Istanbul",
    "Africa/Lagos",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Bangkok",
    "Asia/Ho_Chi_Minh",
    "Asia/Singapore",
    "Asia/Shanghai",
    "Asia/Taipei",
    "Asia/Seoul",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
];

/// What a guest filled in.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Filled {
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// What they wrote.
    pub note: String,
}

/// What is wrong with what was filled in.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Wrong {
    /// With the hour.
    pub at: Option<&'static str>,
    /// With the name.
    pub name: Option<&'static str>,
    /// With the address.
    pub email: Option<&'static str>,
    /// With what they wrote.
    pub note: Option<&'static str>,
}

impl Wrong {
    /// Whether anything is.
    #[must_use]
    pub fn any(&self) -> bool {
        self.at.or(self.name).or(self.email).or(self.note).is_some()
    }
}

/// The page to pick a time on.
#[derive(Debug, Clone)]
pub struct Picking<'a> {
    /// In which language.
    pub locale: Locale,
    /// Of which kind.
    pub kind: &'a MeetingKind,
    /// With whom.
    pub host: &'a str,
    /// Where the guest is.
    pub zone: Tz,
    /// Where the host is.
    pub host_zone: Tz,
    /// Whether the guest said where they are.
    pub zone_said: bool,
    /// Beginnings by the guest's days.
    pub days: BTreeMap<NaiveDate, Vec<Timestamp>>,
    /// The day that is open.
    pub day: Option<NaiveDate>,
    /// The hour that is picked.
    pub at: Option<Timestamp>,
    /// Proof of when the page was opened.
    pub ticket: String,
    /// The token of the mail whose link was followed.
    pub via: Option<&'a str>,
    /// The meeting that is to be moved, with its token.
    pub moving: Option<(&'a Meeting, &'a str)>,
    /// What was filled in.
    pub filled: Filled,
    /// What is wrong with it.
    pub wrong: Wrong,
    /// What is wrong with the whole.
    pub alert: Option<&'static str>,
    /// What time it is.
    pub now: Timestamp,
}

#[derive(Serialize)]
struct Cell {
    day: u32,
    iso: String,
    label: String,
    free: bool,
    open: bool,
    here: bool,
}

#[derive(Serialize)]
struct Hour {
    value: i64,
    label: String,
    picked: bool,
}

#[derive(Serialize)]
struct Choice {
    name: String,
    label: String,
    chosen: bool,
}

fn render(name: &str, values: Value) -> Answer<String> {
    let template = TEMPLATES.get_template(name).map_err(|e| Problem::internal(&e))?;
    template.render(values).map_err(|e| Problem::internal(&e))
}

fn month_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn month_text(locale: Locale, month: NaiveDate) -> String {
    match locale {
        Locale::En => month.format("%B %Y").to_string(),
        Locale::Ko => format!("{}년 {}월", month.year(), month.month()),
    }
}

impl Picking<'_> {
    /// The month that is open, in weeks that begin on Monday; empty cells before its first day.
    fn weeks(&self, month: NaiveDate) -> Vec<Vec<Option<Cell>>> {
        let today = kernel::window::local_date(self.zone, self.now);
        let before = month.weekday().num_days_from_monday() as usize;
        let mut cells: Vec<Option<Cell>> = std::iter::repeat_with(|| None).take(before).collect();
        cells.extend(month.iter_days().take_while(|day| month_of(*day) == month).map(|day| {
            Some(Cell {
                day: day.day(),
                iso: day.to_string(),
                label: day_text(self.locale, day),
                free: self.days.contains_key(&day),
                open: self.day == Some(day),
                here: day == today,
            })
        }));
        let mut weeks = Vec::new();
        while !cells.is_empty() {
            let rest = cells.split_off(cells.len().min(7));
            weeks.push(std::mem::replace(&mut cells, rest));
        }
        weeks
    }

    /// The nearest free day in an earlier and in a later month.
    fn turns(&self, month: NaiveDate) -> (Option<String>, Option<String>) {
        let next = month.checked_add_months(Months::new(1));
        let earlier = self.days.range(..month).next_back().map(|(day, _)| month_of(*day));
        let first_in = |month: NaiveDate| self.days.range(month..).next().map(|(day, _)| day.to_string());
        let later = next.and_then(|next| self.days.range(next..).next()).map(|(day, _)| day.to_string());
        (earlier.and_then(first_in), later)
    }

    fn hours(&self) -> Vec<Hour> {
        let free = self.day.and_then(|day| self.days.get(&day)).cloned().unwrap_or_default();
        let label = |at: Timestamp| hour_text(self.locale, at.to_utc().with_timezone(&self.zone).time());
        free.into_iter()
            .map(|at| Hour { value: at.0, label: label(at), picked: self.at == Some(at) })
            .collect()
    }

    fn zones(&self) -> Vec<Choice> {
        let mut zones: Vec<Tz> = ZONES.iter().filter_map(|name| name.parse().ok()).collect();
        zones.extend([self.zone, self.host_zone]);
        let offset =
            |zone: &Tz| chrono::Offset::fix(self.now.to_utc().with_timezone(zone).offset()).local_minus_utc();
        zones.sort_by_key(|zone| (offset(zone), zone.name()));
        zones.dedup();
        let choice = |zone: Tz| Choice {
            name: zone.name().to_owned(),
            label: zone_text(zone, self.now),
            chosen: zone == self.zone,
        };
        zones.into_iter().map(choice).collect()
    }

    /// The rest of an address that shows a day, in a language if another is wanted.
    fn query(&self) -> Value {
        let (zone, own) = (self.zone_said.then(|| self.zone.name()), self.locale.tag());
        let via = self.via.map(str::to_owned);
        Value::from_function(move |day: Option<String>, lang: Option<String>| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("lang", lang.as_deref().unwrap_or(own));
            for (key, value) in [("zone", zone), ("day", day.as_deref()), ("r", via.as_deref())] {
                if let Some(value) = value {
                    query.append_pair(key, value);
                }
            }
            query.finish()
        })
    }

    /// The page.
    ///
    /// # Errors
    /// 500 when the template cannot be filled, which is a mistake in the program.
    pub fn render(&self) -> Answer<String> {
        let (locale, words) = (self.locale, words(self.locale));
        let month = month_of(self.day.unwrap_or_else(|| kernel::window::local_date(self.zone, self.now)));
        let (earlier, later) = self.turns(month);
        let moving = self.moving.map(|(meeting, token)| {
            let now = when(locale, self.zone, meeting.starts_at, meeting.ends_at);
            context! { token, now }
        });
        render(
            "pick.html",
            context! {
                lang => locale.tag(), other => other(locale), words => Serde(words), title => &self.kind.name, host => self.host,
                text => &self.kind.text, minutes => self.kind.minutes, token => &self.kind.token,
                place => place(locale, &self.kind.place_kind, if self.kind.place_kind == "video" { "" } else { &self.kind.place }),
                month => month_text(locale, month), weeks => Serde(self.weeks(month)), earlier, later,
                day => self.day.map(|day| day.to_string()), day_text => self.day.map(|day| day_text(locale, day)),
                hours => Serde(self.hours()), zones => Serde(self.zones()), zone => self.zone.name(), zone_said => self.zone_said,
                ticket => &self.ticket, via => self.via, moving, filled => Serde(&self.filled), wrong => Serde(self.wrong),
                query => self.query(), alert => self.alert, empty => self.days.is_empty(),
            },
        )
    }
}

fn other(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "ko",
        Locale::Ko => "en",
    }
}

/// The page of a meeting that was booked.
///
/// # Errors
/// 500 when the template cannot be filled, which is a mistake in the program.
pub fn meeting(
    locale: Locale,
    (meeting, token): (&Meeting, &str),
    (host, again): (&str, Option<&str>),
    (fresh, now): (bool, Timestamp),
) -> Answer<String> {
    let words = words(locale);
    let state = meeting.state()?;
    let open = state.is_open() && meeting.starts_at > now;
    let title = match (meeting.state.as_str(), open, fresh) {
        ("cancelled", ..) => words.cancelled,
        ("moved", true, true) => words.moved,
        (_, true, true) => words.booked,
        _ => words.yours,
    };
    render(
        "meeting.html",
        context! {
            lang => locale.tag(), other => other(locale), words => Serde(words), title, host, kind => &meeting.kind_name,
            when => when(locale, meeting.zone(), meeting.starts_at, meeting.ends_at),
            place => place(locale, &meeting.place_kind, &meeting.place),
            link => meeting.place.starts_with("https://").then_some(&meeting.place),
            token, again, open, fresh, cancelled => meeting.state == "cancelled",
        },
    )
}

/// One sentence.
///
/// # Errors
/// 500 when the template cannot be filled, which is a mistake in the program.
pub fn notice(locale: Locale, title: &str, text: &str) -> Answer<String> {
    let words = Serde(words(locale));
    render("notice.html", context! { lang => locale.tag(), other => other(locale), words, title, text })
}
