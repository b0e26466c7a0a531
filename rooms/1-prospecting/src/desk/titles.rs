//! What a title says of somebody's role in buying: a guess, to be confirmed by talking.

use process::facts::CommitteeRole::{
    self, Assistant, Champion, DecisionMaker, EconomicBuyer, Influencer, Legal, Procurement, Technical, User,
};

/// Cues in titles, the strongest first. Latin ones match whole words, Korean ones anywhere.
const CUES: &[(&[&str], CommitteeRole)] = &[
    (&["assistant", "secretary", "비서"], Assistant),
    (&["legal", "counsel", "compliance", "법무", "준법"], Legal),
    (&["procurement", "purchasing", "buyer", "sourcing", "구매", "조달"], Procurement),
    (&["cfo", "finance", "financial", "controller", "treasurer", "재무", "회계"], EconomicBuyer),
    (
        &[
            "cto",
            "cio",
            "ciso",
            "technology",
            "architect",
            "developer",
            "engineer",
            "engineering",
            "it",
            "기술",
            "개발",
            "전산",
            "정보보안",
        ],
        Technical,
    ),
    (
        &[
            "ceo",
            "coo",
            "cro",
            "cmo",
            "chief",
            "president",
            "founder",
            "owner",
            "대표",
            "사장",
            "회장",
            "창업자",
            "전무",
            "상무",
            "부사장",
            "임원",
        ],
        DecisionMaker,
    ),
    (&["vp", "vice", "director", "head", "본부장", "이사", "실장", "부문장"], DecisionMaker),
    (&["manager", "lead", "leader", "팀장", "부장", "차장", "과장", "파트장"], Champion),
    (&["consultant", "advisor", "adviser", "고문", "자문"], Influencer),
    (
        &[
            "specialist",
            "representative",
            "analyst",
            "associate",
            "coordinator",
            "operator",
            "staff",
            "대리",
            "사원",
            "주임",
            "담당",
            "매니저",
        ],
        User,
    ),
];

/// The role a title most likely stands for; none when it says nothing.
#[must_use]
pub fn role_of(title: &str) -> Option<CommitteeRole> {
    let folded = title.to_lowercase();
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let says = |cue: &str| if cue.is_ascii() { words.contains(&cue) } else { folded.contains(cue) };
    CUES.iter().find(|(cues, _)| cues.iter().any(|cue| says(cue))).map(|(_, role)| *role)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_says_what_somebody_probably_is_to_the_purchase() {
        let cases = [
            ("CEO & Co-founder", Some(DecisionMaker)),
            ("Chief Financial Officer", Some(EconomicBuyer)),
            ("Executive Assistant to the CEO", Some(Assistant)),
            ("VP Sales", Some(DecisionMaker)),
            ("Head of Procurement", Some(Procurement)),
            ("Sales Operations Manager", Some(Champion)),
            ("General Counsel", Some(Legal)),
            ("Senior Software Engineer", Some(Technical)),
            ("IT director", Some(Technical)),
            ("Sales representative", Some(User)),
            ("Strategy consultant", Some(Influencer)),
            ("대표이사", Some(DecisionMaker)),
            ("재무팀장", Some(EconomicBuyer)),
            ("영업본부장", Some(DecisionMaker)),
            ("구매팀 과장", Some(Procurement)),
            ("영업팀장", Some(Champion)),
            ("법무담당", Some(Legal)),
            ("IT기획 대리", Some(User)),
            ("Italy", None),
            ("", None),
        ];
        for (title, role) in cases {
            assert_eq!(role_of(title), role, "{title}");
        }
    }
}
