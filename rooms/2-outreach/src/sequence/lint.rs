//! A first mail read critically (R33): what makes people stop reading, and filters stop a mail. Pure.

use http_room::FieldError;

use super::Step;

/// Words of a first mail beyond which people stop reading (R33).
pub const FIRST_MAIL_WORDS: usize = 150;

/// What a first mail should not have (R33): keys for the screen. `source` is its text before the merge fields are
/// filled in.
#[must_use]
pub fn first_mail_warnings(subject: &str, text: &str, source: &str) -> Vec<&'static str> {
    let words = text.split_whitespace().count();
    let folded = format!("{subject}\n{text}").to_lowercase();
    let has = |cues: &[&str]| cues.iter().any(|cue| folded.contains(cue));
    let checks = [
        (words > FIRST_MAIL_WORDS, "too_long"),
        (folded.matches("http://").count() + folded.matches("https://").count() > 1, "links"),
        (has(&["price", "pricing", "가격", "견적", "요금"]), "price"),
        (has(&["discount", "% off", "할인", "특가"]), "discount"),
        (has(&["contract", "계약"]), "contract"),
        (has(&["attached", "attachment", "첨부"]), "attachment"),
        (!folded.contains('?') && !folded.contains('？'), "no_question"),
        (!source.contains("{{"), "impersonal"),
        (has(SPAM) || shouts(subject), "spam"),
    ];
    checks.into_iter().filter(|(hit, _)| *hit).map(|(_, key)| key).collect()
}

/// Words of a price, a discount or an offer: a long campaign is about the relation (R107).
const PRICE_WORDS: &[&str] = &[
    "price",
    "pricing",
    "discount",
    "% off",
    "percent off",
    "special offer",
    "our offer",
    "quote for you",
    "promotion",
    "coupon",
    "voucher",
    "가격",
    "견적",
    "요금",
    "할인",
    "특가",
    "프로모션",
    "쿠폰",
];

/// The word of a price, a discount or an offer that a text holds.
#[must_use]
pub fn price_word(text: &str) -> Option<&'static str> {
    let folded = text.to_lowercase().replace(" %", "%");
    PRICE_WORDS.iter().find(|word| folded.contains(**word)).copied()
}

/// What keeps steps out of a long campaign: where a price, a discount or an offer is named.
#[must_use]
pub fn campaign_faults(steps: &[Step]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (n, step) in steps.iter().enumerate() {
        for arm in 0..step.arms() {
            let place = arm.checked_sub(1).map_or(String::new(), |v| format!("variants.{v}."));
            let (subject, body) = step.wording(arm);
            for (field, text) in [("subject", subject), ("body", body)] {
                if let Some(word) = price_word(text) {
                    let why = format!("a long campaign names no price and no offer: \"{word}\"");
                    errors.push(FieldError::new(format!("steps.{n}.{place}{field}"), "price_word", why));
                }
            }
        }
    }
    errors
}

/// Words that filters and people take for advertising.
const SPAM: &[&str] = &[
    "act now",
    "limited time",
    "risk-free",
    "100% free",
    "buy now",
    "click here",
    "guarantee",
    "no obligation",
    "!!!",
    "지금 바로 신청",
    "무료 체험",
    "선착순",
    "마감 임박",
    "100% 보장",
    "클릭하세요",
];

/// Whether a subject is written in capitals, or ends with more than one mark.
fn shouts(subject: &str) -> bool {
    let letters = subject.chars().filter(|c| c.is_alphabetic());
    let (mut capital, mut small) = (0, 0);
    for letter in letters {
        capital += usize::from(letter.is_uppercase());
        small += usize::from(letter.is_lowercase());
    }
    (capital > 8 && small == 0) || subject.trim_end().ends_with("!!")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r107_a_long_campaign_names_no_price_no_discount_and_no_offer() {
        let step = |subject: &str, body: &str| Step {
            subject: subject.into(),
            body: body.into(),
            ..Step::default()
        };
        let table = [
            (step("Now 20 % off", "Hello"), Some("steps.0.subject")),
            (step("Now 20% off", "Hello"), Some("steps.0.subject")),
            (step("News", "Our prices fall"), Some("steps.0.body")),
            (step("소식", "이번 달 할인"), Some("steps.0.body")),
            (step("A checklist", "What others changed first"), None),
        ];
        for (step, expected) in table {
            let found = campaign_faults(std::slice::from_ref(&step)).into_iter().next().map(|e| e.field);
            assert_eq!(found.as_deref(), expected, "{step:?}");
        }
    }

    #[test]
    fn r33_a_first_mail_is_read_critically() {
        assert!(
            first_mail_warnings("A question", "How do you do this today?", "{{ person.name }}").is_empty()
        );
        let pushy = "Our prices are low, 20% discount, sign the contract: https://a.test https://b.test";
        assert_eq!(
            first_mail_warnings("Offer", pushy, "{{"),
            ["links", "price", "discount", "contract", "no_question"]
        );
        assert_eq!(first_mail_warnings("x", &"word ".repeat(151), "{{"), ["too_long", "no_question"]);
        assert_eq!(first_mail_warnings("할인", "괜찮으세요?", "{{"), ["discount"]);
    }
}
