use super::question::{is_question, sentences};
use super::*;
use crate::transcript::read::Format;

fn cue(start: f64, end: f64, speaker: &str, text: &str) -> Cue {
    let at = |seconds| Millis::of_seconds(seconds);
    Cue { start: at(start), end: at(end), speaker: Some(speaker.to_owned()), text: text.to_owned() }
}

fn of(cues: Vec<Cue>) -> Transcript {
    Transcript { format: Format::Json, encoding: "utf-8", timing: Timing::Full, cues, notes: Vec::new() }
}

#[test]
fn the_worked_table_comes_out() {
    let talk = measure(
        &of(vec![
            cue(0.0, 8.0, "R", "Thanks for taking the call. How is your team booking demos today?"),
            cue(9.5, 25.0, "P", "Mostly by hand. We lose about a week each time."),
            cue(26.0, 40.0, "R", "A week is long. What have you tried so far?"),
            cue(41.2, 60.0, "P", "We tried a shared calendar. Is yours any different?"),
            cue(59.0, 95.0, "R", "Yes. It reads replies and proposes times, I will show you."),
            cue(95.5, 130.0, "R", "Here is how it looks, right?"),
            cue(128.5, 150.0, "P", "가격이 얼마인가요"),
            cue(152.0, 160.0, "R", "월 30만 원입니다. 예산은 잡혀 있으신가요?"),
        ]),
        |name| name == "R",
    );
    let talk = talk.expect("people speak").talk;
    assert_eq!(talk.seconds, Some(Sides { rep: 100.5, prospect: 55.8 }));
    assert!((talk.share.expect("times") - 0.642_994).abs() < 0.000_001);
    assert_eq!(talk.longest_monologue, Some(Sides { rep: 71.0, prospect: 21.5 }));
    assert_eq!(talk.patience, Some(Patience { mean: 1.0, median: 1.0, changes: 3, too_few: true }));
    assert_eq!(talk.interruptions, Some(Sides { rep: 1, prospect: 1 }));
    assert_eq!(talk.turns, 7);
    assert_eq!(talk.questions, Sides { rep: 4, prospect: 2 });
}

#[test]
fn a_sentence_asks_with_a_mark_or_by_its_words() {
    for (sentence, asks) in [
        ("What is the budget", true),
        ("I know what you mean", false),
        ("Can you send it", true),
        ("What a day.", false),
        ("Which budget", false),
        ("Is it", false),
        ("Do your people like it", true),
        ("You like it?", true),
        ("가격이 얼마인가요", true),
        ("바쁘니까 나중에 하죠", false),
        ("언제 시작하면 되죠", true),
        ("검토해 보겠습니다", false),
        ("검토하셨습니까", true),
        ("그렇게 할까", true),
        ("어떻게 하는지 보여드리죠", true),
        ("정말？", true),
        ("…", false),
    ] {
        assert_eq!(is_question(sentence), asks, "{sentence}");
    }
}

#[test]
fn sentences_end_after_runs_of_marks() {
    let cut: Vec<&str> = sentences("... Well?! Yes。정말？ 네. no end").collect();
    assert_eq!(cut, ["Well?!", "Yes。", "정말？", "네.", "no end"]);
    assert_eq!(sentences(" . ! ").count(), 0);
}

#[test]
fn whoever_is_not_named_counts_for_the_prospect_and_is_told_of() {
    let mut cues = vec![cue(0.0, 10.0, "R", "Hello."), cue(11.0, 16.0, "P", "Hello.")];
    cues.push(Cue { speaker: None, ..cue(17.0, 22.0, "", "Hello?") });
    let talk = measure(&of(cues), |name| name == "R").expect("people speak").talk;
    assert_eq!(talk.seconds, Some(Sides { rep: 10.0, prospect: 10.0 }));
    assert_eq!((talk.unnamed_cues, talk.turns), (1, 3));
    assert_eq!(talk.speakers[2].name, NOBODY);
}

#[test]
fn an_end_before_its_start_counts_as_no_time() {
    let talk = measure(&of(vec![cue(5.0, 4.0, "R", "A"), cue(6.0, 8.0, "P", "B")]), |name| name == "R");
    let talk = talk.expect("people speak").talk;
    assert_eq!(talk.seconds, Some(Sides { rep: 0.0, prospect: 2.0 }));
    assert_eq!(talk.longest_monologue.map(|m| m.rep), Some(0.0));
}

#[test]
fn without_speakers_there_is_nothing_to_measure() {
    let cues = vec![Cue { speaker: None, ..cue(0.0, 1.0, "", "Hello?") }];
    assert_eq!(measure(&of(cues), |_| true), None);
}
