//! How a group becomes a criterion a profile can take in.

use super::groups::FactGroup;
use crate::icp::criteria::{Half, Role, Test, UnknownPolicy};

/// clamp(round(5 + 5 log₂ lift), 1, 10).
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 1 to 10
pub(super) fn weight(lift: f64) -> u8 {
    (5.0 + 5.0 * lift.log2()).round().clamp(1.0, 10.0) as u8
}

pub(super) fn weighted(weight: u8) -> Role {
    Role::Weight { half: Half::ToUs, weight, unknown: UnknownPolicy::Neutral }
}

pub(super) fn asks_for(group: &FactGroup, whole: bool) -> Option<Test> {
    let choice = |accepts: Vec<String>| Test::Choice { accepts, partial: Vec::new() };
    Some(match group {
        FactGroup::Word { spellings, .. } => choice(spellings.clone()),
        FactGroup::Elsewhere { values } => choice(values.clone()),
        FactGroup::YesNo { yes } => choice(vec![if *yes { "yes" } else { "no" }.to_owned()]),
        FactGroup::Exactly { number } => {
            Test::Range { from: Some(*number), to: Some(*number), soft_percent: 0 }
        }
        FactGroup::Band { above, to } => Test::Range {
            from: above.map(|edge| if whole { edge + 1.0 } else { edge }),
            to: *to,
            soft_percent: 0,
        },
    })
}

/// What asks for all but the group; a range cannot when the group lies in the middle.
pub(super) fn asks_for_others(group: &FactGroup, others: &[FactGroup], whole: bool) -> Option<Test> {
    match group {
        FactGroup::Band { above: None, to } => asks_for(&FactGroup::Band { above: *to, to: None }, whole),
        FactGroup::Band { above, to: None } => asks_for(&FactGroup::Band { above: None, to: *above }, whole),
        FactGroup::Band { .. } | FactGroup::Exactly { .. } => None,
        _ => {
            let tests = others.iter().filter_map(|other| asks_for(other, whole));
            let accepts: Vec<String> = tests
                .flat_map(|test| if let Test::Choice { accepts, .. } = test { accepts } else { Vec::new() })
                .collect();
            let fits = !accepts.is_empty() && accepts.len() <= kernel::limits::ICP_CHOICES;
            fits.then_some(Test::Choice { accepts, partial: Vec::new() })
        }
    }
}
