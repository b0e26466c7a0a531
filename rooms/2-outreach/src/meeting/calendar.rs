//! When a calendar says its owner is busy: an iCalendar text (RFC 5545) read into spans of time. Pure.
//!
//! Recurrence, its exceptions, moved and cancelled occurrences, zones by IANA and Microsoft names, all-day events and
//! free/busy lists count. What is free, cancelled or unreadable does not; what could not be read is counted. What is
//! *not* here: how the text is fetched.

use std::collections::BTreeMap;

use calcard::common::PartialDateTime;
use calcard::common::timezone::Tz as CalendarTz;
use calcard::icalendar::dates::TimeOrDelta;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarDuration, ICalendarEntry,
    ICalendarFreeBusyType, ICalendarParameter, ICalendarParameterName, ICalendarParameterValue,
    ICalendarPeriod, ICalendarProperty, ICalendarStatus, ICalendarTransparency, ICalendarValue,
};
use calcard::{Entry, Parser};
use chrono::{Datelike, NaiveDateTime, TimeDelta, Timelike};
use chrono_tz::Tz;
use kernel::Timestamp;
use kernel::window::instant_of;

use super::invite::OURS;
use super::rules::{Span, merged};

/// Occurrences of one event that are looked at; a daily one has so many in 54 years.
const OF_ONE: usize = 20_000;
/// Occurrences of a whole calendar that are looked at.
const OF_ALL: usize = 400_000;
/// Calendars and stray lines in one text.
const ENTRIES: usize = 10_000;
/// Spans that are kept.
pub const SPANS: usize = 5_000;

/// What a calendar says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Busy {
    /// Busy spans in order, none touching another.
    pub spans: Vec<Span>,
    /// Events and free/busy lists that were read.
    pub events: usize,
    /// Events that could not be read, or not to the end.
    pub unread: usize,
}

/// The text is no calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what came back is no iCalendar file")]
pub struct NoCalendar;

/// Busy spans within a span of time. Times without a zone are in `zone`, their owner's.
///
/// # Errors
/// When the text holds no calendar.
pub fn busy(text: &str, zone: Tz, within: Span) -> Result<Busy, NoCalendar> {
    let mut parser = Parser::new(text);
    let mut found = Reading { zone, within, busy: Busy::default(), left: OF_ALL };
    let mut calendars = 0;
    for _ in 0..ENTRIES {
        match parser.entry() {
            Entry::ICalendar(calendar) => {
                calendars += 1;
                found.read(calendar);
            }
            Entry::Eof => break,
            _ => {}
        }
    }
    if calendars == 0 {
        return Err(NoCalendar);
    }
    found.busy.spans = merged(found.busy.spans);
    if found.busy.spans.len() > SPANS {
        found.busy.unread += 1;
        found.busy.spans.truncate(SPANS);
    }
    Ok(found.busy)
}

struct Reading {
    zone: Tz,
    within: Span,
    busy: Busy,
    left: usize,
}

impl Reading {
    /// Events are looked at one after the other, each with its own exceptions: the same moment of another event is
    /// none of its occurrences, and one without an end does not keep the others from being read.
    fn read(&mut self, calendar: ICalendar) {
        let (mut zones, mut events) = (Vec::new(), BTreeMap::<String, Vec<ICalendarComponent>>::new());
        for (n, component) in calendar.components.into_iter().enumerate() {
            if component.component_type == ICalendarComponentType::VTimezone {
                zones.push(component);
            } else if component.component_type.is_freebusy() {
                self.busy.events += 1;
                component.entries.iter().for_each(|entry| self.list(entry));
            } else if component.component_type.is_event() {
                let uid = component.uid().map_or_else(|| format!("#{n}"), str::to_owned);
                events.entry(uid).or_default().push(component);
            }
        }
        for (uid, components) in events {
            if !uid.starts_with(OURS) {
                self.busy.events += 1;
                self.event(&zones, components);
            }
        }
    }

    fn event(&mut self, zones: &[ICalendarComponent], mut components: Vec<ICalendarComponent>) {
        if components.iter().all(|c| over(c, self.within.from)) {
            return;
        }
        for component in &mut components {
            plain(component, zones, self.zone, self.within.to);
        }
        let first = zones.len();
        let whole = ICalendar { components: zones.iter().cloned().chain(components).collect() };
        let most = OF_ONE.min(self.left);
        let expanded = whole.expand_dates(self.zone, most);
        self.left -= expanded.events.len().min(self.left);
        self.busy.unread += expanded.errors.len() + usize::from(expanded.events.len() >= most);
        for event in expanded.events {
            let component = usize::try_from(event.comp_id).ok().filter(|id| *id >= first);
            let Some(component) = component.and_then(|id| whole.components.get(id)) else { continue };
            if is_busy(component) {
                let start = event.start.naive_local();
                let span = match event.end {
                    TimeOrDelta::Time(end) => (self.at(event.start), self.at(end)),
                    TimeOrDelta::Delta(length) => {
                        (self.at(event.start), self.after(event.start.timezone(), start, length))
                    }
                };
                self.keep(span);
            }
        }
    }

    /// Times that fall into a night's change of clocks come without a zone.
    fn at(&self, at: chrono::DateTime<CalendarTz>) -> Option<Timestamp> {
        if at.timezone().is_floating() {
            return instant_of(self.zone, at.naive_local());
        }
        Some(Timestamp::from_utc(at.to_utc()))
    }

    /// So long after a local time, by the clocks of its zone: a whole day may have 23 hours.
    fn after(&self, zone: CalendarTz, start: NaiveDateTime, length: TimeDelta) -> Option<Timestamp> {
        let end = start.checked_add_signed(length)?;
        match zone {
            CalendarTz::Floating => instant_of(self.zone, end),
            CalendarTz::Tz(zone) => instant_of(zone, end),
            CalendarTz::Fixed(offset) => {
                let seconds = i64::from(offset.local_minus_utc());
                Some(Timestamp::from_utc(end.and_utc()).plus_seconds(-seconds))
            }
        }
    }

    fn keep(&mut self, span: (Option<Timestamp>, Option<Timestamp>)) {
        if let (Some(from), Some(to)) = span {
            let span = Span { from: from.max(self.within.from), to: to.min(self.within.to) };
            if span.from < span.to {
                self.busy.spans.push(span);
            }
        }
    }

    /// A line of a free/busy list.
    fn list(&mut self, entry: &ICalendarEntry) {
        let free = |value: &ICalendarParameterValue| {
            matches!(value, ICalendarParameterValue::Fbtype(ICalendarFreeBusyType::Free))
        };
        let name = ICalendarParameterName::Fbtype;
        if entry.name != ICalendarProperty::Freebusy || entry.parameters(&name).any(free) {
            return;
        }
        for value in &entry.values {
            let ICalendarValue::Period(period) = value else { continue };
            let span = match period {
                ICalendarPeriod::Range { start, end } => (self.instant(start), self.instant(end)),
                ICalendarPeriod::Duration { start, duration } => {
                    let start = self.instant(start);
                    (start, start.map(|at| at.plus_seconds(duration.as_seconds())))
                }
            };
            self.keep(span);
        }
    }

    fn instant(&self, at: &PartialDateTime) -> Option<Timestamp> {
        self.at(at.to_date_time_with_tz(CalendarTz::from(self.zone))?)
    }
}

/// An event as it is expanded rightly: exceptions are told by their moment alone, since their SEQUENCE is often another
/// than the event's; what begins in UTC repeats in UTC; a rule ends where the event's own clocks say, and at the latest
/// where nobody looks any more; what has no end takes no time (RFC 5545, section 3.6.1).
fn plain(component: &mut ICalendarComponent, zones: &[ICalendarComponent], zone: Tz, last: Timestamp) {
    component.entries.retain(|entry| entry.name != ICalendarProperty::Sequence);
    let whole = ICalendar { components: zones.to_vec() };
    let resolver = whole.build_tz_resolver().with_default(zone);
    let Some(entry) = component.entries.iter_mut().find(|entry| entry.name == ICalendarProperty::Dtstart)
    else {
        return;
    };
    let Some(ICalendarValue::PartialDateTime(start)) = entry.values.first() else { return };
    let (start, timed) = ((**start).clone(), start.has_time());
    let own =
        if start.tz_hour.is_some() { CalendarTz::UTC } else { resolver.resolve_or_default(entry.tz_id()) };
    if start.tz_hour.is_some() && entry.tz_id().is_none() {
        entry.params.push(ICalendarParameter {
            name: ICalendarParameterName::Tzid,
            value: ICalendarParameterValue::Text("Etc/UTC".to_owned()),
        });
    }
    let Some(start) = start.to_date_time().map(|start| start.date_time) else { return };
    let ends = [ICalendarProperty::Dtend, ICalendarProperty::Duration];
    if timed && !component.entries.iter().any(|entry| ends.contains(&entry.name)) {
        component.entries.push(ICalendarEntry {
            name: ICalendarProperty::Duration,
            params: Vec::new(),
            values: vec![ICalendarValue::Duration(ICalendarDuration::default())],
        });
    }
    let local = |at: Timestamp| at.to_utc().with_timezone(&own).naive_local();
    for entry in &mut component.entries {
        if let Some(ICalendarValue::RecurrenceRule(rule)) = entry.values.first_mut()
            && rule.count.is_none()
        {
            let until = rule.until.as_ref().and_then(|until| {
                let at = until.to_date_time_with_tz(own)?.with_timezone(&own).naive_local();
                // The whole of a last day counts.
                if until.has_time() { Some(at) } else { at.date().and_hms_opt(23, 59, 59) }
            });
            let until = until.map_or(local(last), |until| until.min(local(last)));
            rule.until = Some(partial(until.max(start)));
        }
    }
}

fn partial(at: NaiveDateTime) -> PartialDateTime {
    let small = |n: u32| u8::try_from(n).ok();
    PartialDateTime {
        year: u16::try_from(at.year()).ok(),
        month: small(at.month()),
        day: small(at.day()),
        hour: small(at.hour()),
        minute: small(at.minute()),
        second: small(at.second()),
        ..PartialDateTime::default()
    }
}

/// Whether a repeating event has ended for good. Unknown ends are looked at.
fn over(component: &ICalendarComponent, before: Timestamp) -> bool {
    let rule = component.entries.iter().find_map(|entry| match entry.values.first() {
        Some(ICalendarValue::RecurrenceRule(rule)) if entry.name == ICalendarProperty::Rrule => Some(rule),
        _ => None,
    });
    let until = rule.and_then(|rule| rule.until.as_ref()?.to_date_time());
    // Two days for zones, thirty for what lasts long.
    until.is_some_and(|until| Timestamp::from_utc(until.date_time.and_utc()).plus_days(32) < before)
}

fn is_busy(component: &ICalendarComponent) -> bool {
    let free = component.entries.iter().any(|entry| {
        let name =
            matches!(&entry.name, ICalendarProperty::Other(name) if name == "X-MICROSOFT-CDO-BUSYSTATUS");
        let said = entry.values.first().and_then(ICalendarValue::as_text);
        name && said.is_some_and(|said| said.eq_ignore_ascii_case("FREE"))
    });
    !free
        && component.status() != Some(&ICalendarStatus::Cancelled)
        && component.transparency() != Some(&ICalendarTransparency::Transparent)
}

#[cfg(test)]
#[path = "calendar_tests.rs"]
mod tests;
