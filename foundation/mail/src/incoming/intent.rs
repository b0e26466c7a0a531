//! What a person wants, by cue words in their own words only. Ordered: the first that matches is the
//! primary one; every match is kept.

use serde::{Deserialize, Serialize};

use super::cues::{folded, holds_unnegated};

/// What an answer says, in the order in which one is chosen as the primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Take me off.
    Unsubscribe,
    /// Threat or accusation.
    Hostile,
    /// Somebody else is right for this, and named.
    Referral,
    /// I am not right for this.
    WrongPerson,
    /// Later.
    NotNow,
    /// No.
    NotInterested,
    /// A reason against.
    Objection,
    /// Let us talk.
    Meeting,
    /// Go on.
    Interested,
    /// Asks something.
    Question,
    /// None of these.
    Other,
}

impl Intent {
    /// Whether it counts as a positive answer by default (R94; a workspace may choose otherwise).
    pub fn is_positive(self) -> bool {
        matches!(self, Intent::Referral | Intent::Meeting | Intent::Interested | Intent::Question)
    }
}

const CUES: [(Intent, &[&str]); 10] = [
    (
        Intent::Unsubscribe,
        &[
            "unsubscribe",
            "remove me",
            "stop emailing",
            "take me off",
            "stop sending",
            "opt out",
            "수신거부",
            "수신 거부",
            "보내지 마",
            "보내지마",
            "보내지 말",
            "삭제해 주",
            "삭제해주",
            "그만 보내",
        ],
    ),
    (
        Intent::Hostile,
        &["spam", "report you", "lawyer", "gdpr complaint", "legal action", "스팸", "신고", "불법", "법적"],
    ),
    (
        Intent::Referral,
        &[
            "reach out to",
            "cc'ing",
            "ccing",
            "cc'd",
            "talk to",
            "speak to",
            "speak with",
            "right person is",
            "the best person",
            "please contact",
            "담당자는",
            "에게 연락",
            "께 연락",
            "참조로",
            "전달해",
        ],
    ),
    (
        Intent::WrongPerson,
        &[
            "not the right person",
            "not the right contact",
            "wrong person",
            "don't handle",
            "do not handle",
            "담당이 아니",
            "담당자가 아니",
            "제 업무가 아닙",
            "제 업무가 아니",
        ],
    ),
    (
        Intent::NotNow,
        &[
            "not now",
            "not right now",
            "next quarter",
            "circle back",
            "later this year",
            "next year",
            "not a good time",
            "나중에",
            "다음 분기",
            "내년",
            "지금은 어렵",
            "지금은 힘들",
            "아직",
        ],
    ),
    (
        Intent::NotInterested,
        &[
            "not interested",
            "no thanks",
            "no thank you",
            "all set",
            "pass",
            "관심 없",
            "관심없",
            "관심이 없",
            "필요 없",
            "필요없",
            "괜찮습니다",
            "사양",
        ],
    ),
    (
        Intent::Objection,
        &[
            "too expensive",
            "risk",
            "risky",
            "contract",
            "already use",
            "already using",
            "no budget",
            "비싸",
            "비쌉",
            "예산이 없",
            "위험",
            "계약",
            "이미 사용",
            "이미 쓰고",
        ],
    ),
    (
        Intent::Meeting,
        &[
            "book a call",
            "schedule a call",
            "are you free",
            "works for me",
            "calendar",
            "set up a call",
            "hop on a call",
            "미팅",
            "통화 가능",
            "시간 되",
            "시간되",
            "일정",
        ],
    ),
    (
        Intent::Interested,
        &[
            "interested",
            "sounds good",
            "send me more",
            "tell me more",
            "관심 있",
            "관심있",
            "관심이 있",
            "좋습니다",
            "자료 보내",
            "자료를 보내",
            "자세히",
        ],
    ),
    (Intent::Question, &["?", "？", "how", "how much", "얼마", "어떻게", "가능한가요"]),
];

/// Every intent of the reply text, the primary first; [`Intent::Other`] alone if no cue stands.
pub fn intents(reply: &str) -> Vec<Intent> {
    let text = folded(reply);
    let found: Vec<Intent> =
        CUES.iter().filter(|(_, cues)| holds_unnegated(&text, cues)).map(|(intent, _)| *intent).collect();
    if found.is_empty() { vec![Intent::Other] } else { found }
}

#[cfg(test)]
mod tests {
    use super::Intent::*;
    use super::*;

    #[test]
    fn the_primary_intent_follows_the_order_of_the_table() {
        for (text, primary) in [
            ("Please remove me from your list.", Unsubscribe),
            ("수신거부 부탁드립니다", Unsubscribe),
            ("This is spam and I will report you.", Hostile),
            ("법적 조치를 하겠습니다", Hostile),
            ("Please reach out to Dana, she owns this. Sounds good?", Referral),
            ("구매 담당자는 이영희 과장입니다", Referral),
            ("I'm not the right person for this", WrongPerson),
            ("제 담당이 아니라서요", WrongPerson),
            ("Not now, maybe next quarter", NotNow),
            ("내년에 다시 이야기해요", NotNow),
            ("We are all set, no thanks", NotInterested),
            ("I'm not interested", NotInterested),
            ("저희는 관심 없습니다", NotInterested),
            ("It is too expensive for us", Objection),
            ("예산이 없어서 어렵습니다", Objection),
            ("Tuesday works for me", Meeting),
            ("화요일에 통화 가능하세요?", Meeting),
            ("Tell me more", Interested),
            ("자료 보내 주세요", Interested),
            ("What is the price?", Question),
            ("어떻게 시작하나요", Question),
            ("Thanks", Other),
            ("감사합니다", Other),
        ] {
            assert_eq!(intents(text)[0], primary, "{text}");
        }
    }

    #[test]
    fn a_negation_close_by_in_the_same_clause_cancels_a_cue() {
        for (text, intent, there) in [
            ("I'm not interested", Interested, false),
            ("I am not at all interested", Interested, false),
            ("Not sure about the price, but interested", Interested, true),
            ("It is not too expensive", Objection, false),
            ("생각보다 비싸지 않네요", Objection, false),
            ("관심 있는 건 아니에요", Interested, false),
            ("Don't unsubscribe me, please", Unsubscribe, false),
            ("no, the contract is fine", Objection, true),
            ("compass and passage", NotInterested, false),
            ("somehow", Question, false),
        ] {
            assert_eq!(intents(text).contains(&intent), there, "{text}");
        }
    }

    #[test]
    fn every_intent_that_matches_is_kept_in_order() {
        assert_eq!(intents("Sounds good. Are you free Friday? How much?"), [Meeting, Interested, Question]);
        assert!(Question.is_positive() && !NotNow.is_positive());
    }
}
