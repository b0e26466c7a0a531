//! What makes a good first-touch piece, how it is followed, and when the call after it is due (R104). Pure.

use http_room::FieldError;
use kernel::{Money, Timestamp, limits};
use serde::{Deserialize, Serialize};

use crate::timing::{Delay, Timing};

/// Longest text of a piece, in characters: two pages of a letter.
pub const BODY_CHARS: usize = 6_000;

/// What is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PieceKind {
    /// A letter in an envelope with a window.
    #[default]
    Letter,
    /// A card.
    Postcard,
    /// A thing they can use.
    Gift,
    /// A booklet about us: impersonal.
    Brochure,
    /// A leaflet about an offer: impersonal.
    Flyer,
}

impl PieceKind {
    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Letter => "letter",
            Self::Postcard => "postcard",
            Self::Gift => "gift",
            Self::Brochure => "brochure",
            Self::Flyer => "flyer",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::from(key)).ok()
    }
}

/// Where a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PieceState {
    /// Written.
    Prepared,
    /// On paper.
    Printed,
    /// In the post.
    Sent,
    /// In their hands.
    Delivered,
    /// It came back.
    Returned,
}

impl PieceState {
    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Printed => "printed",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Returned => "returned",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::from(key)).ok()
    }

    /// Whether its way is over.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Delivered | Self::Returned)
    }
}

/// What a `post` step makes. Texts may hold merge fields; the text itself is the step's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PieceForm {
    /// `letter`, `postcard`, `gift`, `brochure`, `flyer`.
    pub kind: PieceKind,
    /// The letter's subject line, the large words on a card.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub headline: String,
    /// What makes it personal: a line by hand, something they said.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub personality: String,
    /// What they have of it that nobody else gives them.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unique_value: String,
    /// What one costs, postage included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Money>,
}

impl PieceForm {
    /// What is wrong with its sizes, by field.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        let lines = [
            ("headline", &self.headline),
            ("personality", &self.personality),
            ("unique_value", &self.unique_value),
        ];
        let mut errors = Vec::new();
        for (field, text) in lines {
            if !limits::fits(text, limits::LINE_CHARS) || text.chars().any(char::is_control) {
                errors.push(FieldError::new(field, "too_long", "one line of at most 500 characters"));
            } else if let Err(why) = mail::variables(text) {
                errors.push(FieldError::new(field, "invalid", why.to_string()));
            }
        }
        if self.cost.is_some_and(|cost| cost.minor < 0) {
            errors.push(FieldError::new("cost", "invalid", "not less than nothing"));
        }
        errors
    }
}

/// What a first touch by post should have and has not: `brochure`, `flyer`, `impersonal`, `no_value`, `no_goal`, `no_cost`.
#[must_use]
pub fn warnings(form: &PieceForm, goal: &str) -> Vec<&'static str> {
    let checks = [
        (form.kind == PieceKind::Brochure, "brochure"),
        (form.kind == PieceKind::Flyer, "flyer"),
        (form.personality.trim().is_empty(), "impersonal"),
        (form.unique_value.trim().is_empty(), "no_value"),
        (goal.trim().is_empty(), "no_goal"),
        (form.cost.is_none(), "no_cost"),
    ];
    checks.into_iter().filter(|(hit, _)| *hit).map(|(_, key)| key).collect()
}

/// When to call somebody whom a piece was sent before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Now.
    Now,
    /// Not before then.
    At(Timestamp),
    /// Once it arrived or came back.
    Wait,
}

/// A call waits until the piece before it was delivered and a business day has passed where they are; a piece that came
/// back is not waited for. `key` decides the point of the window.
#[must_use]
pub fn call_after(
    piece: Option<(PieceState, Option<Timestamp>)>,
    timing: &Timing,
    key: &[u8],
    now: Timestamp,
) -> Call {
    match piece {
        None | Some((PieceState::Returned, _)) => Call::Now,
        Some((PieceState::Delivered, at)) => match timing.due(at.unwrap_or(now), Delay::days(1), key) {
            Some(due) if due > now => Call::At(due),
            _ => Call::Now,
        },
        Some(_) => Call::Wait,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timing::Windows;
    use kernel::{Country, Currency};

    fn form(kind: PieceKind) -> PieceForm {
        PieceForm {
            kind,
            headline: "For {{ person.name }}".into(),
            personality: "A line by hand".into(),
            unique_value: "A table of their own figures".into(),
            cost: Some(Money::new(1_500, Currency::parse("KRW").expect("a currency"))),
        }
    }

    #[test]
    fn r104_a_piece_without_personality_value_goal_or_cost_and_a_brochure_are_warned_of() {
        let bare = PieceForm::default();
        let table = [
            (form(PieceKind::Letter), "A talk", vec![]),
            (form(PieceKind::Gift), "A talk", vec![]),
            (form(PieceKind::Brochure), "A talk", vec!["brochure"]),
            (form(PieceKind::Flyer), " ", vec!["flyer", "no_goal"]),
            (bare, "", vec!["impersonal", "no_value", "no_goal", "no_cost"]),
        ];
        for (form, goal, expected) in table {
            assert_eq!(warnings(&form, goal), expected, "{form:?}");
            assert!(form.faults().is_empty());
        }
        let wrong = PieceForm {
            headline: "{{ person.".into(),
            personality: "x".repeat(501),
            ..form(PieceKind::Gift)
        };
        let fields: Vec<String> = wrong.faults().into_iter().map(|e| e.field).collect();
        assert_eq!(fields, ["headline", "personality"]);
    }

    #[test]
    fn r104_the_call_waits_for_the_delivery_and_a_business_day() {
        let at = |text: &str| Timestamp::parse(text).expect("an instant");
        let timing = Timing {
            zone: chrono_tz::Asia::Seoul,
            quiet_zones: Vec::new(),
            country: Some(Country::KR),
            windows: Windows { always: true, ..Windows::default() },
        };
        let friday = at("2026-11-27T05:00:00Z");
        let monday = at("2026-11-29T15:00:00Z");
        let table = [
            (None, friday, Call::Now),
            (Some((PieceState::Prepared, None)), friday, Call::Wait),
            (Some((PieceState::Printed, None)), friday, Call::Wait),
            (Some((PieceState::Sent, None)), friday, Call::Wait),
            (Some((PieceState::Delivered, Some(friday))), friday, Call::At(monday)),
            (Some((PieceState::Delivered, Some(friday))), monday, Call::Now),
            (Some((PieceState::Returned, None)), friday, Call::Now),
        ];
        for (piece, now, expected) in table {
            assert_eq!(call_after(piece, &timing, b"key", now), expected, "{piece:?}");
        }
    }

    #[test]
    fn states_read_back_from_their_words_in_the_order_of_their_way() {
        use PieceState::{Delivered, Prepared, Printed, Returned, Sent};
        let way = [Prepared, Printed, Sent, Delivered, Returned];
        assert!(way.is_sorted());
        for state in way {
            assert_eq!(PieceState::parse(state.key()), Some(state));
        }
        for kind in ["letter", "postcard", "gift", "brochure", "flyer"] {
            assert_eq!(PieceKind::parse(kind).map(PieceKind::key), Some(kind));
        }
    }
}
