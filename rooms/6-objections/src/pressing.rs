//! Words that press: urgency, scarcity, a bonus. They have no place while an objection is open (R57), and elsewhere only
//! with a fact behind them. Pure; a list of phrases in both languages, nothing is understood.

use serde::{Deserialize, Serialize};

/// What a phrase does.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Pressure {
    /// It says that time, or what is there, runs out.
    Urgency,
    /// It offers something for deciding.
    Incentive,
}

const URGENCY: &[&str] = &[
    "last chance",
    "only today",
    "today only",
    "by today",
    "ends today",
    "ends tomorrow",
    "ends soon",
    "before it is too late",
    "before it's too late",
    "act now",
    "sign today",
    "sign now",
    "limited time",
    "while it lasts",
    "while stocks last",
    "seats left",
    "places left",
    "spots left",
    "price goes up",
    "prices go up",
    "price will go up",
    "prices will go up",
    "price increase",
    "price rises",
    "prices rise",
    "offer expires",
    "expires on",
    "deadline",
    "first come",
    "오늘만",
    "오늘까지만",
    "마지막 기회",
    "곧 마감",
    "마감 임박",
    "마감됩니다",
    "선착순",
    "한정 수량",
    "한정된 자리",
    "자리가 얼마 남지",
    "자리 남았",
    "가격이 오르",
    "가격이 오릅",
    "가격이 올라",
    "가격 인상",
    "인상될 예정",
    "인상 예정",
    "서두르",
    "지금 바로 계약",
    "지금 계약하",
];

const INCENTIVE: &[&str] = &[
    "bonus",
    "free month",
    "months free",
    "month free",
    "extra for free",
    "on top for free",
    "sign-up gift",
    "special price",
    "special offer",
    "if you sign",
    "if you decide today",
    "discount if",
    "보너스",
    "무료로 더",
    "개월 무료",
    "한 달 무료",
    "사은품",
    "특별가",
    "특별 할인",
    "계약하시면 드",
    "오늘 결정하시면",
    "지금 결정하시면",
];

/// What presses in a text, each phrase once, with what it does.
#[must_use]
pub fn pressing(text: &str) -> Vec<(Pressure, &'static str)> {
    let lower = text.to_lowercase().replace('’', "'");
    let spaced = format!(" {} ", lower.split_whitespace().collect::<Vec<_>>().join(" "));
    let hit = |phrase: &&&str| match phrase.is_ascii() {
        true => spaced.match_indices(**phrase).any(|(at, found)| {
            !is_word(spaced[..at].chars().last()) && !is_word(spaced[at + found.len()..].chars().next())
        }),
        false => spaced.contains(**phrase),
    };
    let of = |pressure: Pressure, list: &'static [&'static str]| {
        list.iter().filter(hit).map(move |phrase| (pressure, *phrase)).collect::<Vec<_>>()
    };
    [of(Pressure::Urgency, URGENCY), of(Pressure::Incentive, INCENTIVE)].concat()
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Pressure::{Incentive, Urgency};

    #[test]
    fn r57_words_that_press_are_seen_in_both_languages() {
        let table: [(&str, &[Pressure]); 9] = [
            ("I understand, let us look at the figures together.", &[]),
            ("Sign today and you get a bonus.", &[Urgency, Incentive]),
            ("There are only 3 seats left, so act now!", &[Urgency, Urgency]),
            ("The bonuses of your reps are theirs.", &[]),
            ("Our deadlines are yours.", &[]),
            ("오늘만 한 달 무료로 드립니다.", &[Urgency, Incentive]),
            ("다음 달부터 가격이 오릅니다.", &[Urgency]),
            ("천천히 살펴보시고 말씀해 주세요.", &[]),
            ("지금  결정하시면 사은품을 드립니다.", &[Incentive, Incentive]),
        ];
        for (text, expected) in table {
            let found: Vec<Pressure> = pressing(text).into_iter().map(|(pressure, _)| pressure).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
