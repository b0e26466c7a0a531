//! The group in which outcomes are compared: how the company fits, where they are, and what they decide. Pure.

use process::facts::CommitteeRole::{Champion, DecisionMaker, EconomicBuyer};

use crate::desk::titles::role_of;

/// The whole workspace.
pub const WORKSPACE: &str = "";

/// ICP grade × country × seniority, as `A|KR|decides`; what is not known is `?`.
#[must_use]
pub fn segment(grade: Option<&str>, country: Option<&str>, title: Option<&str>) -> String {
    let seniority = match title.and_then(role_of) {
        Some(DecisionMaker | EconomicBuyer) => "decides",
        Some(Champion) => "leads",
        Some(_) => "works",
        None => "?",
    };
    format!("{}|{}|{seniority}", grade.unwrap_or("?"), country.unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    use super::segment;

    #[test]
    fn a_segment_is_named_by_what_is_known() {
        let table = [
            (Some("A"), Some("KR"), Some("대표이사"), "A|KR|decides"),
            (Some("B"), Some("US"), Some("Sales manager"), "B|US|leads"),
            (None, Some("US"), Some("Sales representative"), "?|US|works"),
            (None, None, None, "?|?|?"),
        ];
        for (grade, country, title, expected) in table {
            assert_eq!(segment(grade, country, title), expected);
        }
    }
}
