//! What the house itself proposes to say, in both languages: kind and unhurried.

use kernel::Locale;

use crate::rules::ObjectionKind;

/// That it was heard, where the library says nothing better.
#[must_use]
pub fn acknowledge(locale: Locale, kind: ObjectionKind) -> &'static str {
    use ObjectionKind::{Authority, Competitor, Content, Contract, Hidden, PriceValue, Risk, Timing};
    match (locale, kind) {
        (Locale::En, PriceValue) => "I understand: it is a real sum, and you have to answer for it.",
        (Locale::En, Risk) => "It is fair to be careful here.",
        (Locale::En, Content) => "Thank you for saying it before you decide.",
        (Locale::En, Contract) => "Nobody likes to be bound before they know.",
        (Locale::En, Timing) => "I believe you; there is always more than fits in.",
        (Locale::En, Authority) => "Of course others have to agree.",
        (Locale::En, Competitor) => "Good that you have something that works.",
        (Locale::En, Hidden) => "That is perfectly all right, and thank you for saying it straight.",
        (Locale::Ko, PriceValue) => "충분히 이해합니다. 적지 않은 금액이지요.",
        (Locale::Ko, Risk) => "신중하게 보시는 것이 당연합니다.",
        (Locale::Ko, Content) => "결정하시기 전에 말씀해 주셔서 감사합니다.",
        (Locale::Ko, Contract) => "확신이 서기 전에 묶이고 싶지 않으신 마음 이해합니다.",
        (Locale::Ko, Timing) => "이해합니다. 늘 할 일이 많으시지요.",
        (Locale::Ko, Authority) => "물론 다른 분들의 동의가 필요하시겠지요.",
        (Locale::Ko, Competitor) => "잘 쓰고 계신 것이 있다니 좋습니다.",
        (Locale::Ko, Hidden) => "괜찮습니다. 솔직하게 말씀해 주셔서 감사합니다.",
    }
}

/// Whether it is settled (R59).
#[must_use]
pub fn is_it_settled(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "Does that settle it for you, or is something still open?",
        Locale::Ko => "이 답변으로 충분하신가요? 아직 마음에 걸리는 점이 있으면 편하게 말씀해 주세요.",
    }
}

/// A question where nothing better is known.
#[must_use]
pub fn tell_me_more(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "Can you tell me a little more about what is behind it?",
        Locale::Ko => "어떤 점 때문에 그렇게 느끼시는지 조금 더 들려주실 수 있을까요?",
    }
}

/// One question for each thing that may stand behind "not interested" (R60).
#[must_use]
pub fn probe(locale: Locale, hypothesis: &str) -> &'static str {
    match (locale, hypothesis) {
        (Locale::En, "past_disappointment") => "Have you tried something like this before? How did it go?",
        (Locale::En, "no_trust") => "What would you have to know about us before it was worth a thought?",
        (Locale::En, "wrong_person") => {
            "Is this something you deal with, or would somebody else be the right one to ask?"
        }
        (Locale::En, "wrong_time") => "Is it the subject or the moment? When would a look make sense?",
        (Locale::En, _) => "How do you do it today, and what would you change about it?",
        (Locale::Ko, "past_disappointment") => {
            "예전에 비슷한 것을 써 보신 적이 있으신가요? 그때는 어떠셨나요?"
        }
        (Locale::Ko, "no_trust") => "저희에 대해 무엇을 확인하시면 한번 생각해 볼 만하실까요?",
        (Locale::Ko, "wrong_person") => "담당하시는 일이 맞을까요, 아니면 다른 분께 여쭤보는 것이 좋을까요?",
        (Locale::Ko, "wrong_time") => "주제가 맞지 않으신 건가요, 시기가 아닌 건가요? 언제쯤이면 좋을까요?",
        (Locale::Ko, _) => "지금은 어떻게 하고 계시고, 바꾸고 싶은 점은 무엇인가요?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pressing::pressing;
    use crate::taxonomy::HYPOTHESES;

    #[test]
    fn r57_nothing_the_house_proposes_presses() {
        for locale in [Locale::En, Locale::Ko] {
            for kind in ObjectionKind::ALL {
                assert!(pressing(acknowledge(locale, kind)).is_empty());
            }
            for (key, _) in HYPOTHESES {
                assert!(probe(locale, key).ends_with('?'));
            }
            assert!(is_it_settled(locale).contains('?') && tell_me_more(locale).ends_with('?'));
        }
    }
}
