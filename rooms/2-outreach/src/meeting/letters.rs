//! What the guest is written about a meeting, with the invitation that their calendar reads. These mails are sent like
//! those written by hand: they wait for no window and count for no cap, and nobody who must not be written to gets one.

use chrono::{Datelike, Timelike};
use chrono_tz::Tz;
use http_room::{Answer, App};
use kernel::{Locale, Timestamp};
use store::WriteTx;

use super::invite::{Invite, Method};
use super::kind;
use super::model::Meeting;
use crate::mailbox::{self, MailboxRow};
use crate::message::{self, Calendar, NewMessage};

/// What a mail is about.
#[derive(Debug, Clone, Copy)]
pub enum Why<'a> {
    /// It was booked; its link's token.
    Booked(&'a str),
    /// It has another time.
    Moved {
        /// Its link's token.
        token: Option<&'a str>,
        /// When it was to begin before.
        from: Timestamp,
        /// Why, in the rep's words.
        word: Option<&'a str>,
    },
    /// It will not take place.
    Cancelled,
}

/// The page of a meeting that was booked.
#[must_use]
pub fn own_url(app: &App, token: &str) -> String {
    format!("{}/m/b/{token}", app.config.base_url.trim_end_matches('/'))
}

/// The page that books a kind of meeting.
#[must_use]
pub fn booking_url(app: &App, token: &str) -> String {
    format!("{}/m/{token}", app.config.base_url.trim_end_matches('/'))
}

/// Queues the mail. Without a mailbox to send it from there is none; the guest has seen the page.
///
/// # Errors
/// Whatever the database says.
pub async fn queue(app: &App, tx: &WriteTx, meeting: &Meeting, why: Why<'_>, now: Timestamp) -> Answer<()> {
    let Some(from) = mailbox::find(tx, meeting.workspace_id, meeting.mailbox_id).await? else {
        return Ok(());
    };
    let kind = kind::find(tx, meeting.workspace_id, meeting.kind_id).await?;
    let again = kind.filter(|kind| kind.active).map(|kind| booking_url(app, &kind.token));
    let letter = Letter { meeting, from: &from, locale: meeting.locale(), own: own(app, why), again };
    let (method, text) = match why {
        Why::Cancelled => (Method::Cancel, letter.cancelled()),
        Why::Booked(_) => (Method::Request, letter.booked()),
        Why::Moved { from, word, .. } => (Method::Request, letter.moved(from, word)),
    };
    let invite = letter.invite(method, now).to_text();
    let new = NewMessage {
        person: meeting.person_id,
        company: meeting.company_id,
        deal: meeting.deal_id,
        to_name: meeting.name.clone(),
        to_address: meeting.email.clone(),
        subject: letter.subject(why),
        text,
        calendar: Some(Calendar { method: method.key().to_owned(), text: invite }),
        due_at: Some(now),
        ..NewMessage::default()
    };
    message::write_out(tx, &from, new, now).await?;
    Ok(())
}

fn own(app: &App, why: Why<'_>) -> Option<String> {
    match why {
        Why::Booked(token) | Why::Moved { token: Some(token), .. } => Some(own_url(app, token)),
        _ => None,
    }
}

struct Letter<'a> {
    meeting: &'a Meeting,
    from: &'a MailboxRow,
    locale: Locale,
    own: Option<String>,
    again: Option<String>,
}

impl Letter<'_> {
    fn when(&self, at: Timestamp) -> String {
        let minutes = self.meeting.ends_at.seconds_since(self.meeting.starts_at) / 60;
        when(self.locale, self.meeting.zone(), at, at.plus_seconds(minutes * 60))
    }

    fn subject(&self, why: Why<'_>) -> String {
        let (kind, host) = (&self.meeting.kind_name, &self.from.from_name);
        match (self.locale, why) {
            (Locale::En, Why::Booked(_)) => format!("Booked: {kind} with {host}"),
            (Locale::En, Why::Moved { .. }) => format!("New time: {kind} with {host}"),
            (Locale::En, Why::Cancelled) => format!("Cancelled: {kind} with {host}"),
            (Locale::Ko, Why::Booked(_)) => format!("예약 확인: {host}님과 {kind}"),
            (Locale::Ko, Why::Moved { .. }) => format!("시간 변경: {host}님과 {kind}"),
            (Locale::Ko, Why::Cancelled) => format!("취소: {host}님과 {kind}"),
        }
    }

    fn hello(&self) -> String {
        match self.locale {
            Locale::En => format!("Hello {},", self.meeting.name),
            Locale::Ko => format!("{}님, 안녕하세요.", self.meeting.name),
        }
    }

    /// When and where, and the way to change it.
    fn facts(&self) -> String {
        let mut lines = vec![self.when(self.meeting.starts_at)];
        lines.extend(place(self.locale, &self.meeting.place_kind, &self.meeting.place));
        let mut parts = vec![lines.join("\n")];
        if let Some(url) = &self.own {
            parts.push(match self.locale {
                Locale::En => format!("To move or cancel it: {url}"),
                Locale::Ko => format!("시간을 바꾸거나 취소하려면: {url}"),
            });
        }
        parts.join("\n\n")
    }

    fn booked(&self) -> String {
        let first = match self.locale {
            Locale::En => "our meeting is booked. The invitation for your calendar is attached.",
            Locale::Ko => "미팅이 예약되었습니다. 캘린더에 넣을 수 있는 초대장을 함께 보냅니다.",
        };
        [self.hello().as_str(), first, self.facts().as_str()].join("\n\n")
    }

    fn moved(&self, from: Timestamp, word: Option<&str>) -> String {
        let before = self.when(from);
        let first = match self.locale {
            Locale::En => format!("our meeting has a new time. It was to be: {before}\n\nNow it is:"),
            Locale::Ko => format!("미팅 시간이 바뀌었습니다. 이전 시간: {before}\n\n새 시간:"),
        };
        let mut parts = vec![self.hello()];
        parts.extend(word.map(str::to_owned));
        parts.extend([first, self.facts()]);
        parts.join("\n\n")
    }

    fn cancelled(&self) -> String {
        let at = self.when(self.meeting.starts_at);
        let mut parts = vec![self.hello()];
        parts.push(match self.locale {
            Locale::En => format!("our meeting will not take place: {at}"),
            Locale::Ko => format!("다음 미팅이 취소되었습니다: {at}"),
        });
        parts.extend(self.meeting.reason.clone());
        if let Some(url) = &self.again {
            parts.push(match self.locale {
                Locale::En => format!("Another time: {url}"),
                Locale::Ko => format!("다른 시간 고르기: {url}"),
            });
        }
        parts.join("\n\n")
    }

    fn invite(&self, method: Method, now: Timestamp) -> Invite {
        let meeting = self.meeting;
        let title = match self.locale {
            Locale::En => format!("{}: {} and {}", meeting.kind_name, self.from.from_name, meeting.name),
            Locale::Ko => format!("{}: {}, {}", meeting.kind_name, self.from.from_name, meeting.name),
        };
        Invite {
            method,
            uid: meeting.uid.clone(),
            sequence: meeting.ics_sequence,
            starts: meeting.starts_at,
            ends: meeting.ends_at,
            now,
            title,
            text: if method == Method::Cancel { String::new() } else { self.facts() },
            place: meeting.place.clone(),
            url: self.own.clone(),
            host: (self.from.from_name.clone(), self.from.address.clone()),
            guest: (meeting.name.clone(), meeting.email.clone()),
        }
    }
}

/// The invitation as the meeting stands now, for whoever fetches it from its page.
///
/// # Errors
/// Whatever the database says.
pub async fn invitation(app: &App, meeting: &Meeting, token: &str) -> Answer<Option<String>> {
    let from = mailbox::find(&app.db, meeting.workspace_id, meeting.mailbox_id).await?;
    let Some(from) = from.filter(|_| meeting.state().is_ok_and(super::rules::MeetingState::is_open)) else {
        return Ok(None);
    };
    let own = Some(own_url(app, token));
    let letter = Letter { meeting, from: &from, locale: meeting.locale(), own, again: None };
    Ok(Some(letter.invite(Method::Request, app.clock.now()).to_text()))
}

/// Where a meeting takes place, in words.
#[must_use]
pub fn place(locale: Locale, kind: &str, place: &str) -> Option<String> {
    let place = place.trim();
    let word = match (locale, kind) {
        (Locale::En, "video") => "Video call",
        (Locale::Ko, "video") => "화상 회의",
        (Locale::En, "phone") if place.is_empty() => "We call you",
        (Locale::Ko, "phone") if place.is_empty() => "저희가 전화드립니다",
        (Locale::En, "phone") => "By phone",
        (Locale::Ko, "phone") => "전화",
        (Locale::En, "in_person") => "In person",
        (Locale::Ko, "in_person") => "직접 만남",
        _ => "",
    };
    match (word.is_empty(), place.is_empty()) {
        (true, true) => None,
        (true, false) => Some(place.to_owned()),
        (false, true) => Some(word.to_owned()),
        (false, false) => Some(format!("{word}: {place}")),
    }
}

const DAYS_KO: [&str; 7] = ["월", "화", "수", "목", "금", "토", "일"];

/// A day with its name: `Thursday 3 December 2026`, `2026년 12월 3일 목요일`.
#[must_use]
pub fn day_text(locale: Locale, day: chrono::NaiveDate) -> String {
    match locale {
        Locale::En => day.format("%A %-d %B %Y").to_string(),
        Locale::Ko => {
            let name = DAYS_KO[day.weekday().num_days_from_monday() as usize];
            format!("{}년 {}월 {}일 {name}요일", day.year(), day.month(), day.day())
        }
    }
}

/// A time of day: `9:30 am`, `오전 9:30`.
#[must_use]
pub fn hour_text(locale: Locale, time: chrono::NaiveTime) -> String {
    let (afternoon, hour) = time.hour12();
    match locale {
        Locale::En => format!("{hour}:{:02} {}", time.minute(), if afternoon { "pm" } else { "am" }),
        Locale::Ko => format!("{} {hour}:{:02}", if afternoon { "오후" } else { "오전" }, time.minute()),
    }
}

/// The zone's name with its hours from UTC at an instant: `Asia/Seoul, UTC+9`.
#[must_use]
pub fn zone_text(zone: Tz, at: Timestamp) -> String {
    let local = at.to_utc().with_timezone(&zone);
    let seconds = chrono::Offset::fix(local.offset()).local_minus_utc();
    let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
    let name = zone.name().replace('_', " ");
    match minutes % 60 {
        0 => format!("{name}, UTC{sign}{}", minutes / 60),
        rest => format!("{name}, UTC{sign}{}:{rest:02}", minutes / 60),
    }
}

/// From when to when, where the guest is.
#[must_use]
pub fn when(locale: Locale, zone: Tz, starts: Timestamp, ends: Timestamp) -> String {
    let (from, to) = (starts.to_utc().with_timezone(&zone), ends.to_utc().with_timezone(&zone));
    let (day, zone) = (day_text(locale, from.date_naive()), zone_text(zone, starts));
    let (from, to) = (hour_text(locale, from.time()), hour_text(locale, to.time()));
    format!("{day}, {from} – {to} ({zone})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_where_the_guest_is() {
        let at = |text: &str| Timestamp::parse(text).expect("an instant");
        let (from, to) = (at("2026-12-03T01:00:00Z"), at("2026-12-03T01:30:00Z"));
        let table = [
            (
                Locale::En,
                Tz::Asia__Seoul,
                "Thursday 3 December 2026, 10:00 am – 10:30 am (Asia/Seoul, UTC+9)",
            ),
            (
                Locale::Ko,
                Tz::Asia__Seoul,
                "2026년 12월 3일 목요일, 오전 10:00 – 오전 10:30 (Asia/Seoul, UTC+9)",
            ),
            (
                Locale::En,
                Tz::America__New_York,
                "Wednesday 2 December 2026, 8:00 pm – 8:30 pm (America/New York, UTC-5)",
            ),
            (
                Locale::En,
                Tz::Asia__Kolkata,
                "Thursday 3 December 2026, 6:30 am – 7:00 am (Asia/Kolkata, UTC+5:30)",
            ),
        ];
        for (locale, zone, expected) in table {
            assert_eq!(when(locale, zone, from, to), expected);
        }
        assert_eq!(hour_text(Locale::En, chrono::NaiveTime::MIN), "12:00 am");
        assert_eq!(
            hour_text(Locale::Ko, chrono::NaiveTime::from_hms_opt(12, 5, 0).unwrap_or_default()),
            "오후 12:05"
        );
    }

    #[test]
    fn a_place_is_said_as_far_as_it_is_known() {
        assert_eq!(place(Locale::En, "phone", "").as_deref(), Some("We call you"));
        assert_eq!(
            place(Locale::Ko, "video", "https://meet.test/a").as_deref(),
            Some("화상 회의: https://meet.test/a")
        );
        assert_eq!(place(Locale::En, "other", " "), None);
    }
}
