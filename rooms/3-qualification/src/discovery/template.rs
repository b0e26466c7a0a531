//! Frameworks that ship, in English and Korean.

use serde::Serialize;

use super::outline::Outline;

/// A framework that ships.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OutlineTemplate {
    /// Its key.
    pub key: &'static str,
    /// Its document.
    pub outline: Outline,
}

const SHIPPED: [(&str, &str); 3] = [
    ("plain", include_str!("templates/plain.json")),
    ("bant", include_str!("templates/bant.json")),
    ("meddic", include_str!("templates/meddic.json")),
];

/// All of them, the plain one first.
#[must_use]
pub fn templates() -> Vec<OutlineTemplate> {
    let read = |(key, text): (&'static str, &str)| OutlineTemplate {
        key,
        outline: serde_json::from_str(text).expect("the shipped frameworks are tested to parse"),
    };
    SHIPPED.into_iter().map(read).collect()
}

/// One of them.
#[must_use]
pub fn template(key: &str) -> Option<OutlineTemplate> {
    templates().into_iter().find(|t| t.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bant::rules::Factor;
    use crate::discovery::outline::AnswerTarget;
    use crate::finding::FindingKind;
    use records::custom_field::Label;

    #[test]
    fn every_shipped_framework_is_faultless_and_said_in_both_languages() {
        let both = |l: &Label| !l.en.trim().is_empty() && !l.ko.trim().is_empty();
        for t in templates() {
            assert_eq!(t.outline.faults(), [], "{}", t.key);
            assert!(both(&t.outline.name) && both(&t.outline.purpose), "{}", t.key);
            for q in &t.outline.questions {
                assert!(both(&q.ask) && both(&q.purpose), "{} {}", t.key, q.key);
                assert!(q.follow_ups.iter().all(both) && q.fills.is_some(), "{} {}", t.key, q.key);
            }
        }
        assert_eq!(template("plain").unwrap().outline.questions.len(), 7);
    }

    #[test]
    fn bant_asks_for_the_four_factors_and_each_framework_for_what_the_gate_needs() {
        let fills = |key: &str| -> Vec<AnswerTarget> {
            template(key).unwrap().outline.questions.into_iter().filter_map(|q| q.fills).collect()
        };
        for factor in Factor::ALL {
            assert!(fills("bant").contains(&AnswerTarget::Bant { factor }), "{factor:?}");
        }
        for key in ["plain", "bant", "meddic"] {
            for kind in [FindingKind::Challenge, FindingKind::Goal, FindingKind::CurrentSolution] {
                assert!(fills(key).contains(&AnswerTarget::Finding { kind }), "{key} {kind:?}");
            }
        }
    }
}
