//! What objections are about more closely, and what may stand behind one that is not said (domain, objections).
//! Pure.

use serde::Serialize;

use crate::rules::ObjectionKind;

/// Strength of the belief that every hypothesis is as likely as any other.
pub const HYPOTHESIS_STRENGTH: f64 = 10.0;

/// What may stand behind "not interested" and its like, with the kind it turns out to be.
pub const HYPOTHESES: [(&str, ObjectionKind); 5] = [
    ("past_disappointment", ObjectionKind::Risk),
    ("no_trust", ObjectionKind::Risk),
    ("wrong_person", ObjectionKind::Authority),
    ("wrong_time", ObjectionKind::Timing),
    ("no_need", ObjectionKind::Content),
];

impl ObjectionKind {
    /// What it may be more closely.
    #[must_use]
    pub fn sub_kinds(self) -> &'static [&'static str] {
        match self {
            Self::PriceValue => &["too_dear", "no_roi", "no_budget", "cheaper_rival"],
            Self::Risk => {
                &["failure", "security", "switching", "bad_past", "past_disappointment", "no_trust"]
            }
            Self::Content => &["missing", "too_much", "not_understood", "no_need"],
            Self::Contract => &["term", "notice", "payment", "legal"],
            Self::Timing => &["too_busy", "later", "wrong_time"],
            Self::Authority => &["boss_decides", "procurement", "wrong_person"],
            Self::Competitor => &["other_vendor", "status_quo"],
            Self::Hidden => &[],
        }
    }

    /// The kind a reason of losing belongs to, where it belongs to one.
    #[must_use]
    pub fn of_loss(reason: &str) -> Option<Self> {
        match reason {
            "price" => Some(Self::PriceValue),
            "competitor" => Some(Self::Competitor),
            "timing" => Some(Self::Timing),
            "no_authority" => Some(Self::Authority),
            "no_need" => Some(Self::Content),
            _ => None,
        }
    }
}

/// What may stand behind an objection that was not said, and how often it did here.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Hypothesis {
    /// Which.
    pub key: String,
    /// The kind it turns out to be.
    pub kind: ObjectionKind,
    /// How often it was found behind one here.
    pub times: u64,
    /// How likely it is, shrunk towards all being equal.
    pub share: f64,
}

/// The hypothesis a named reason counts for.
#[must_use]
pub fn hypothesis_of(kind: ObjectionKind, sub: Option<&str>) -> Option<&'static str> {
    let named = HYPOTHESES.into_iter().find(|(key, _)| Some(*key) == sub);
    let by_kind = || match kind {
        ObjectionKind::Risk => Some("past_disappointment"),
        ObjectionKind::Authority => Some("wrong_person"),
        ObjectionKind::Timing => Some("wrong_time"),
        ObjectionKind::Content | ObjectionKind::Competitor => Some("no_need"),
        _ => None,
    };
    named.map(|(key, _)| key).or_else(by_kind)
}

/// The hypotheses, the likeliest first: (times + 10 / 5) / (all + 10); equals in the order of the table.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of objections
pub fn hypotheses(found: &[(&str, u64)]) -> Vec<Hypothesis> {
    let times = |key: &str| found.iter().filter(|(found, _)| *found == key).map(|(_, n)| n).sum::<u64>();
    let all: u64 = HYPOTHESES.iter().map(|(key, _)| times(key)).sum();
    let equal = HYPOTHESIS_STRENGTH / HYPOTHESES.len() as f64;
    let mut list: Vec<Hypothesis> = HYPOTHESES
        .into_iter()
        .map(|(key, kind)| Hypothesis {
            key: key.to_owned(),
            kind,
            times: times(key),
            share: (times(key) as f64 + equal) / (all as f64 + HYPOTHESIS_STRENGTH),
        })
        .collect();
    list.sort_by(|a, b| b.share.total_cmp(&a.share));
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r60_hypotheses_begin_equal_and_follow_what_was_found() {
        let equal = hypotheses(&[]);
        assert!(equal.iter().all(|h| (h.share - 0.2).abs() < 1e-12), "{equal:?}");
        assert_eq!(equal[0].key, "past_disappointment");
        let found = hypotheses(&[("wrong_person", 4), ("no_trust", 1)]);
        let order: Vec<&str> = found.iter().map(|h| h.key.as_str()).collect();
        assert_eq!(order, ["wrong_person", "no_trust", "past_disappointment", "wrong_time", "no_need"]);
        assert!((found[0].share - 6.0 / 15.0).abs() < 1e-12 && (found[4].share - 2.0 / 15.0).abs() < 1e-12);
        assert!((found.iter().map(|h| h.share).sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_was_named_counts_for_its_hypothesis() {
        use ObjectionKind::{Authority, Competitor, Content, PriceValue, Risk, Timing};
        let table = [
            (Risk, Some("no_trust"), Some("no_trust")),
            (Risk, Some("security"), Some("past_disappointment")),
            (Risk, None, Some("past_disappointment")),
            (Authority, None, Some("wrong_person")),
            (Timing, Some("later"), Some("wrong_time")),
            (Content, None, Some("no_need")),
            (Competitor, Some("status_quo"), Some("no_need")),
            (PriceValue, Some("too_dear"), None),
        ];
        for (kind, sub, expected) in table {
            assert_eq!(hypothesis_of(kind, sub), expected, "{kind:?} {sub:?}");
        }
    }

    #[test]
    fn r55_every_usual_objection_has_its_kind_and_a_reason_of_losing_may_name_it() {
        for kind in ObjectionKind::ALL {
            assert_eq!(kind.sub_kinds().is_empty(), kind == ObjectionKind::Hidden);
        }
        assert_eq!(ObjectionKind::of_loss("price"), Some(ObjectionKind::PriceValue));
        assert_eq!(ObjectionKind::of_loss("lost_contact"), None);
    }
}
