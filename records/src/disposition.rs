//! What became of a dial, as reps say it, and the outcome it counts as (docs/metrics.md). Pure.

/// Dispositions with their outcomes. Only those of `intended` are connects.
pub const DISPOSITIONS: &[(&str, &str)] = &[
    ("no_answer", "no_answer"),
    ("busy", "busy"),
    ("voicemail", "voicemail"),
    ("voicemail_left", "voicemail"),
    ("gatekeeper", "gatekeeper"),
    ("wrong_person", "wrong_person"),
    ("wrong_number", "wrong_person"),
    ("hung_up_at_once", "dropped"),
    ("conversation", "intended"),
    ("callback_agreed", "intended"),
    ("meeting_booked", "intended"),
    ("refused_after_talk", "intended"),
];

/// The outcome a disposition counts as; `None` when there is no such disposition.
#[must_use]
pub fn outcome_of(disposition: &str) -> Option<&'static str> {
    DISPOSITIONS.iter().find(|(key, _)| *key == disposition).map(|(_, outcome)| *outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::CALL_OUTCOMES;

    #[test]
    fn every_disposition_counts_as_an_outcome_and_only_talks_with_the_intended_person_connect() {
        for (disposition, outcome) in DISPOSITIONS {
            assert!(CALL_OUTCOMES.contains(outcome), "{disposition}");
        }
        let talks = ["conversation", "callback_agreed", "meeting_booked", "refused_after_talk"];
        for (disposition, outcome) in DISPOSITIONS {
            assert_eq!(talks.contains(disposition), *outcome == "intended", "{disposition}");
        }
        assert_eq!(outcome_of("voicemail_left"), Some("voicemail"));
        assert_eq!(outcome_of("hung_up_at_once"), Some("dropped"));
        assert_eq!(outcome_of("sold"), None);
    }
}
