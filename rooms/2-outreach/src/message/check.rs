//! Whether a mail may leave at this moment: asked when it is claimed, after everything was locked. Pure.

use kernel::Timestamp;

use crate::basis::NO_BASIS;

/// Nobody gets a second automatic mail within this many seconds.
pub const REST_SECONDS: i64 = 20 * 3600;
/// Seconds after which a mailbox whose domain is not set up is looked at again.
const DOMAIN_SECONDS: i64 = 600;
/// First mails to people of one company in a day.
pub const FIRST_TOUCHES: i64 = 3;

/// Why a mail waits whose mailbox's domain is not set up.
pub const DOMAIN_UNREADY: &str = "domain_unready";

/// What is known at the moment of the claim.
#[derive(Debug, Clone)]
pub struct Checks {
    /// A sequence sends it, not a person.
    pub automatic: bool,
    /// The enrolment is on its way; always true for mail by hand.
    pub enrolment_active: bool,
    /// The enrolment is over.
    pub enrolment_over: bool,
    /// The sequence is switched on; always true for mail by hand.
    pub sequence_active: bool,
    /// Why this person must not be written to, if so.
    pub suppressed: Option<String>,
    /// The person asked not to get mail.
    pub do_not_contact: bool,
    /// The law wants a ground for writing to them, and none is known.
    pub no_basis: bool,
    /// Person or mailbox is gone.
    pub gone: bool,
    /// Why the mailbox does not send, if so.
    pub mailbox_state: Option<String>,
    /// When a window is open next; `Some(now)` when one is open; `None` when none ever opens.
    pub window: Option<Timestamp>,
    /// Mails sent today from this mailbox.
    pub sent_today: i64,
    /// How many a day it may send.
    pub daily_cap: i64,
    /// Mails sent in this hour from this mailbox.
    pub sent_in_hour: i64,
    /// How many an hour it may send, if there is a limit.
    pub hourly_cap: Option<i64>,
    /// When the next hour begins.
    pub next_hour: Timestamp,
    /// SPF, DKIM or DMARC of the mailbox's domain are not set up.
    pub domain_unready: bool,
    /// When tomorrow's first window opens.
    pub tomorrow: Option<Timestamp>,
    /// When this mailbox may send its next mail.
    pub mailbox_free_at: Timestamp,
    /// When the person got the last automatic mail.
    pub last_mail_at: Option<Timestamp>,
    /// When the recipient's domain may get the next automatic mail, if it must wait.
    pub domain_free_at: Option<Timestamp>,
    /// People of the company who got their first mail today; 0 for later mails.
    pub first_touches_today: i64,
    /// No rule of timing holds (closed networks and tests).
    pub untimed: bool,
}

impl Default for Checks {
    /// Nothing is known and nothing forbids.
    fn default() -> Self {
        Self {
            automatic: false,
            enrolment_active: true,
            enrolment_over: false,
            sequence_active: true,
            suppressed: None,
            do_not_contact: false,
            no_basis: false,
            gone: false,
            mailbox_state: None,
            window: None,
            sent_today: 0,
            daily_cap: 0,
            sent_in_hour: 0,
            hourly_cap: None,
            next_hour: Timestamp(0),
            domain_unready: false,
            tomorrow: None,
            mailbox_free_at: Timestamp(0),
            last_mail_at: None,
            domain_free_at: None,
            first_touches_today: 0,
            untimed: false,
        }
    }
}

/// What to do with the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Send it.
    Send,
    /// Leave it as it is for now; somebody else decides when it goes on.
    Hold,
    /// Not before then, for this reason.
    Defer(Timestamp, &'static str),
    /// Never, for this reason.
    Cancel(String),
}

/// The first rule that speaks decides: who must not be written to, then who may not send, then when.
#[must_use]
pub fn may_send(checks: &Checks, now: Timestamp) -> Decision {
    if checks.gone {
        return Decision::Cancel("gone".to_owned());
    }
    if checks.enrolment_over {
        return Decision::Cancel("enrolment_over".to_owned());
    }
    if let Some(reason) = &checks.suppressed {
        return Decision::Cancel(format!("suppressed_{reason}"));
    }
    if checks.do_not_contact {
        return Decision::Cancel("do_not_contact".to_owned());
    }
    if checks.automatic && checks.no_basis {
        return Decision::Cancel(NO_BASIS.to_owned());
    }
    if checks.mailbox_state.is_some() || !checks.enrolment_active || !checks.sequence_active {
        return Decision::Hold;
    }
    if checks.automatic {
        return timing(checks, now);
    }
    Decision::Send
}

/// Rules of timing: automatic mail only.
fn timing(checks: &Checks, now: Timestamp) -> Decision {
    if checks.domain_unready {
        return Decision::Defer(now.plus_seconds(DOMAIN_SECONDS), DOMAIN_UNREADY);
    }
    if checks.sent_today >= checks.daily_cap {
        let next = checks.tomorrow.unwrap_or_else(|| now.plus_days(1));
        return Decision::Defer(next.max(now.plus_seconds(60)), "daily_cap");
    }
    if checks.hourly_cap.is_some_and(|cap| checks.sent_in_hour >= cap) {
        return Decision::Defer(checks.next_hour.max(now.plus_seconds(60)), "hourly_cap");
    }
    if checks.untimed {
        return Decision::Send;
    }
    match checks.window {
        None => return Decision::Hold,
        Some(at) if at > now => return Decision::Defer(at, "window"),
        Some(_) => {}
    }
    if let Some(last) = checks.last_mail_at
        && now.seconds_since(last) < REST_SECONDS
    {
        return Decision::Defer(last.plus_seconds(REST_SECONDS), "rest");
    }
    if checks.first_touches_today >= FIRST_TOUCHES {
        let next = checks.tomorrow.unwrap_or_else(|| now.plus_days(1));
        return Decision::Defer(next.max(now.plus_seconds(60)), "company_day");
    }
    if let Some(free) = checks.domain_free_at
        && free > now
    {
        return Decision::Defer(free, "domain_gap");
    }
    if checks.mailbox_free_at > now {
        return Decision::Defer(checks.mailbox_free_at, "gap");
    }
    Decision::Send
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_392_000_000_000);

    fn fine() -> Checks {
        Checks {
            automatic: true,
            enrolment_active: true,
            sequence_active: true,
            window: Some(NOW),
            daily_cap: 5,
            tomorrow: Some(NOW.plus_days(1)),
            mailbox_free_at: NOW,
            ..Checks::default()
        }
    }

    #[test]
    fn each_check_stops_or_delays_as_stated() {
        let later = NOW.plus_seconds(90);
        let cancel = |why: &str| Decision::Cancel(why.to_owned());
        let unsubscribed = Some("unsubscribe".to_owned());
        let table = [
            ("all is well", fine(), Decision::Send),
            ("gone", Checks { gone: true, ..fine() }, cancel("gone")),
            ("over", Checks { enrolment_over: true, ..fine() }, cancel("enrolment_over")),
            (
                "suppressed",
                Checks { suppressed: unsubscribed.clone(), ..fine() },
                cancel("suppressed_unsubscribe"),
            ),
            ("no ground", Checks { no_basis: true, ..fine() }, cancel(NO_BASIS)),
            ("asked", Checks { do_not_contact: true, ..fine() }, cancel("do_not_contact")),
            ("paused person", Checks { enrolment_active: false, ..fine() }, Decision::Hold),
            ("paused sequence", Checks { sequence_active: false, ..fine() }, Decision::Hold),
            ("mailbox", Checks { mailbox_state: Some("paused".into()), ..fine() }, Decision::Hold),
            ("window", Checks { window: Some(later), ..fine() }, Decision::Defer(later, "window")),
            ("never open", Checks { window: None, ..fine() }, Decision::Hold),
            ("cap", Checks { sent_today: 5, ..fine() }, Decision::Defer(NOW.plus_days(1), "daily_cap")),
            (
                "domain not set up",
                Checks { domain_unready: true, untimed: true, ..fine() },
                Decision::Defer(NOW.plus_seconds(600), "domain_unready"),
            ),
            (
                "hour full",
                Checks { hourly_cap: Some(3), sent_in_hour: 3, next_hour: NOW.plus_seconds(900), ..fine() },
                Decision::Defer(NOW.plus_seconds(900), "hourly_cap"),
            ),
            ("hour not full", Checks { hourly_cap: Some(3), sent_in_hour: 2, ..fine() }, Decision::Send),
            ("gap", Checks { mailbox_free_at: later, ..fine() }, Decision::Defer(later, "gap")),
            (
                "rest",
                Checks { last_mail_at: Some(NOW.plus_seconds(-3600)), ..fine() },
                Decision::Defer(NOW.plus_seconds(19 * 3600), "rest"),
            ),
            (
                "a colleague's mail a moment ago",
                Checks { domain_free_at: Some(later), ..fine() },
                Decision::Defer(later, "domain_gap"),
            ),
            ("long ago", Checks { domain_free_at: Some(NOW), ..fine() }, Decision::Send),
            (
                "three first mails to the company today",
                Checks { first_touches_today: 3, ..fine() },
                Decision::Defer(NOW.plus_days(1), "company_day"),
            ),
            ("two", Checks { first_touches_today: 2, ..fine() }, Decision::Send),
            ("rested", Checks { last_mail_at: Some(NOW.plus_seconds(-20 * 3600)), ..fine() }, Decision::Send),
            ("untimed", Checks { untimed: true, window: None, ..fine() }, Decision::Send),
            (
                "untimed keeps the cap",
                Checks { untimed: true, sent_today: 5, ..fine() },
                Decision::Defer(NOW.plus_days(1), "daily_cap"),
            ),
        ];
        for (name, checks, expected) in table {
            assert_eq!(may_send(&checks, NOW), expected, "{name}");
        }
    }

    #[test]
    fn mail_by_hand_ignores_windows_and_caps_but_not_suppression() {
        let hand = Checks {
            automatic: false,
            window: None,
            sent_today: 900,
            mailbox_free_at: NOW.plus_days(1),
            last_mail_at: Some(NOW),
            ..fine()
        };
        assert_eq!(may_send(&hand, NOW), Decision::Send);
        assert_eq!(may_send(&Checks { no_basis: true, ..hand.clone() }, NOW), Decision::Send);
        let refused = Checks { suppressed: Some("complaint".into()), ..hand.clone() };
        assert_eq!(may_send(&refused, NOW), Decision::Cancel("suppressed_complaint".into()));
        let asked = Checks { do_not_contact: true, ..hand };
        assert_eq!(may_send(&asked, NOW), Decision::Cancel("do_not_contact".into()));
    }
}
