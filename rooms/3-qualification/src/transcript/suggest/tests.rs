use super::*;

fn talk(lines: &[(&str, &str)]) -> Vec<Suggestion> {
    let cues: Vec<Cue> = lines
        .iter()
        .zip(0..)
        .map(|((who, text), nth)| Cue {
            start: Some(Millis(nth * 10_000)),
            end: Some(Millis(nth * 10_000 + 9_000)),
            speaker: Some((*who).to_owned()),
            text: (*text).to_owned(),
        })
        .collect();
    // A Monday.
    let held = NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day");
    suggest(&cues, |name| name == "R", held, None)
}

fn shown(found: &[Suggestion]) -> Vec<String> {
    let day = |s: &Suggestion| s.day.map_or(String::new(), |day| format!(" {day}"));
    found
        .iter()
        .map(|s| format!("{} {} @{}{}", s.kind.key(), s.key, s.at.map_or(-1, |at| at.0 / 1000), day(s)))
        .collect()
}

#[test]
fn an_english_talk_is_pointed_at() {
    let found = talk(&[
        ("R", "What do you use today? It is not too expensive, I hope."),
        ("P", "We use a spreadsheet, by hand. We lose about a week each time."),
        ("P", "We want to halve that by June 5. But your price is too expensive for us."),
        ("R", "I'll send a quote tomorrow. How much is the budget?"),
        ("P", "Let me think about it. My boss decides on the budget."),
    ]);
    assert_eq!(
        shown(&found),
        [
            "topic price @0",
            "topic budget @30",
            "topic current_solution @10",
            "topic decision @40",
            "challenge challenge @10",
            "challenge challenge @10",
            "goal goal @20 2026-06-05",
            "date date @20 2026-06-05",
            "objection price_value @20",
            "next_step next_step @30 2026-03-03",
            "objection hidden @40",
            "objection authority @40",
        ]
    );
    let hidden = found.iter().find(|s| s.key == "hidden").expect("heard");
    assert_eq!(hidden.hypotheses, HYPOTHESES);
    assert_eq!((hidden.quote.as_str(), hidden.side), ("Let me think about it.", Side::Prospect));
    assert_eq!(found[0].times, 3);
}

#[test]
fn a_korean_talk_is_pointed_at() {
    let found = talk(&[
        ("R", "지금은 예약을 어떻게 잡고 계신가요?"),
        ("P", "손으로 잡아서 한 주를 잃습니다. 올해 목표는 절반으로 줄이는 것입니다."),
        ("R", "월 삼십만 원입니다."),
        ("P", "좀 비싸네요. 내부 검토가 필요하고 대표님이 정합니다."),
        ("R", "그럼 다음 주 화요일에 뵙겠습니다."),
        ("P", "자료 보내주시면 검토해 보겠습니다."),
    ]);
    let kinds: Vec<String> = shown(&found).into_iter().filter(|line| !line.starts_with("topic")).collect();
    assert_eq!(
        kinds,
        [
            "challenge challenge @10",
            "goal goal @10",
            "objection price_value @30",
            "objection authority @30",
            "next_step next_step @40 2026-03-10",
            "objection hidden @50",
        ]
    );
}

#[test]
fn what_we_say_is_no_objection_of_theirs() {
    let found = talk(&[("R", "Others found it too expensive. Not interested?"), ("P", "No.")]);
    assert_eq!(shown(&found), ["topic price @0"]);
}

#[test]
fn there_are_no_more_suggestions_than_anybody_reads() {
    let lines = vec![("P", "Not interested."); 500];
    assert_eq!(talk(&lines).len(), MOST);
}
