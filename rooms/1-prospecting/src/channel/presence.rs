//! Whether somebody can be reached on a network, by what is known of them there (R29). Pure.

use chrono::NaiveDate;

use super::rules::Access;

/// Days after which somebody who was active on a network counts as inactive.
const ACTIVE_DAYS: u32 = 90;

/// What is known of somebody on a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// A profile, nothing more.
    Unknown,
    /// Active so many days ago.
    Active(u32),
    /// There, and silent.
    Inactive,
    /// A request of ours waits so many days.
    Pending(u32),
    /// Not there.
    Absent,
    /// They took our request.
    Connected,
}

impl Presence {
    /// Of what a person's record says, since which day, on a day.
    #[must_use]
    pub fn read(state: Option<&str>, since: Option<NaiveDate>, today: NaiveDate) -> Self {
        let days = since.map_or(0, |day| u32::try_from((today - day).num_days()).unwrap_or(0));
        match state {
            Some("active") => Self::Active(days),
            Some("inactive") => Self::Inactive,
            Some("pending") => Self::Pending(days),
            Some("absent") => Self::Absent,
            Some("connected") => Self::Connected,
            _ => Self::Unknown,
        }
    }

    /// Why one should not insist there: `absent`, `inactive`, `silent` when a request waits for more than `pending` days.
    #[must_use]
    pub fn closed(self, pending: u32) -> Option<&'static str> {
        match self {
            Self::Absent => Some("absent"),
            Self::Inactive => Some("inactive"),
            Self::Active(days) if days > ACTIVE_DAYS => Some("inactive"),
            Self::Pending(days) if days > pending => Some("silent"),
            _ => None,
        }
    }

    /// How they can be reached there; a request may wait for `pending` days.
    #[must_use]
    pub fn access(self, pending: u32) -> Access {
        match self {
            _ if self.closed(pending).is_some() => Access::Inactive,
            Self::Active(0..=30) | Self::Connected => Access::Verified,
            _ => Access::Unverified,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r29_presence_decides_whether_a_network_can_be_used() {
        let table = [
            (Presence::Unknown, 0.5, None),
            (Presence::Active(30), 1.0, None),
            (Presence::Active(31), 0.5, None),
            (Presence::Active(90), 0.5, None),
            (Presence::Active(91), 0.0, Some("inactive")),
            (Presence::Inactive, 0.0, Some("inactive")),
            (Presence::Pending(14), 0.5, None),
            (Presence::Pending(15), 0.0, Some("silent")),
            (Presence::Absent, 0.0, Some("absent")),
            (Presence::Connected, 1.0, None),
        ];
        for (presence, share, closed) in table {
            let found = (presence.access(14).share().to_string(), presence.closed(14));
            assert_eq!(found, (share.to_string(), closed), "{presence:?}");
        }
        assert_eq!(Presence::Pending(15).closed(20), None, "the days are the workspace's");
    }

    #[test]
    fn a_record_says_since_when() {
        let day = |d: u32| NaiveDate::from_ymd_opt(2026, 11, d).expect("a day");
        let table = [
            (None, None, Presence::Unknown),
            (Some("pending"), Some(day(3)), Presence::Pending(20)),
            (Some("pending"), None, Presence::Pending(0)),
            (Some("active"), Some(day(24)), Presence::Active(0)),
            (Some("absent"), Some(day(1)), Presence::Absent),
            (Some("connected"), None, Presence::Connected),
        ];
        for (state, since, expected) in table {
            assert_eq!(Presence::read(state, since, day(23)), expected, "{state:?}");
        }
    }
}
