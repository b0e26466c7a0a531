//! The tracks that ship with the program, in both languages, as texts of sequences.

use kernel::Locale;

use super::rules::TrackKind;

macro_rules! shipped {
    ($key:literal) => {
        [
            include_str!(concat!("../../templates/", $key, ".en.yaml")),
            include_str!(concat!("../../templates/", $key, ".ko.yaml")),
        ]
    };
}

const REGULAR: [&str; 2] = shipped!("regular");
const NOT_YET: [&str; 2] = shipped!("not-yet");
const TWO_YEAR: [&str; 2] = shipped!("two-year");

/// The text of a track in a language.
#[must_use]
pub fn text(kind: TrackKind, locale: Locale) -> &'static str {
    let texts = match kind {
        TrackKind::Regular => REGULAR,
        TrackKind::NotYet => NOT_YET,
        TrackKind::TwoYear => TWO_YEAR,
    };
    texts[usize::from(locale == Locale::Ko)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::lint::{carries_content, touch_warnings};
    use crate::signal::{ValueKind, asks_too_much};
    use crate::track::rules::{CAMPAIGN_BY_HAND, CAMPAIGN_TOUCHES};
    use outreach::sequence::lint::campaign_faults;
    use outreach::sequence::{Step, StepKind, read_draft};

    fn steps(kind: TrackKind, locale: Locale) -> Vec<Step> {
        read_draft(text(kind, locale)).unwrap().steps
    }

    #[test]
    fn r46_every_touch_that_ships_carries_a_value_kind_and_no_track_asks_too_much() {
        for kind in [TrackKind::Regular, TrackKind::NotYet, TrackKind::TwoYear] {
            for locale in Locale::ALL {
                let steps = steps(kind, locale);
                let kinds: Vec<ValueKind> = steps.iter().map(|s| s.gives.unwrap().into()).collect();
                assert!(!asks_too_much(&kinds), "{kind:?} {locale:?}");
                for step in steps.iter().filter(|step| step.kind == StepKind::Mail) {
                    let matched = carries_content(&step.body);
                    assert_eq!(
                        touch_warnings(&step.subject, &step.body, matched),
                        Vec::<&str>::new(),
                        "{step:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn r107_the_campaign_has_eight_touches_two_of_them_by_a_person_and_names_no_price() {
        for locale in Locale::ALL {
            let steps = steps(TrackKind::TwoYear, locale);
            assert_eq!(steps.len(), CAMPAIGN_TOUCHES);
            let by_hand = steps.iter().filter(|step| step.kind.is_task()).count();
            assert!(by_hand >= CAMPAIGN_BY_HAND, "{locale:?}: {by_hand}");
            assert!(campaign_faults(&steps).is_empty(), "{locale:?}");
        }
    }

    #[test]
    fn both_languages_have_the_same_steps() {
        for kind in [TrackKind::Regular, TrackKind::NotYet, TrackKind::TwoYear] {
            let shape = |locale| -> Vec<_> {
                steps(kind, locale).into_iter().map(|s| (s.kind, s.gives, s.delay_days)).collect()
            };
            assert_eq!(shape(Locale::En), shape(Locale::Ko), "{kind:?}");
        }
    }
}
