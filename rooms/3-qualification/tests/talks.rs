//! The measures of talks agree with values worked out by hand.

use qualification::transcript::read::Millis;
use qualification::transcript::talk::{Sides, Talk, first_speaker, measure};

use crate::transcripts::{fixtures, read_file};

/// Figures of a talk; of each pair the first is the rep's.
struct Expected {
    file: &'static str,
    reps: &'static [&'static str],
    seconds: (f64, f64),
    share: f64,
    longest: (f64, f64),
    /// Mean, median, changes.
    patience: (f64, f64, usize),
    interruptions: (usize, usize),
    turns: usize,
    questions: (usize, usize),
}

const TALKS: [Expected; 11] = [
    Expected {
        file: "even.vtt",
        reps: &["Ann"],
        seconds: (60.0, 50.0),
        share: 0.545_455,
        longest: (10.0, 10.0),
        patience: (0.64, 0.5, 5),
        interruptions: (0, 0),
        turns: 11,
        questions: (3, 1),
    },
    Expected {
        file: "interrupted.vtt",
        reps: &["Ann"],
        seconds: (34.4, 30.999),
        share: 0.526_002,
        longest: (12.0, 12.0),
        patience: (0.0, 0.0, 2),
        interruptions: (1, 2),
        turns: 6,
        questions: (0, 3),
    },
    Expected {
        file: "monologue.srt",
        reps: &["Ann"],
        seconds: (132.999, 65.0),
        share: 0.671_716,
        longest: (60.0, 59.0),
        patience: (1.0, 1.0, 1),
        interruptions: (0, 0),
        turns: 4,
        questions: (0, 0),
    },
    Expected {
        file: "short.sbv",
        reps: &["Ann"],
        seconds: (9.75, 4.5),
        share: 0.684_211,
        longest: (5.0, 3.0),
        patience: (0.25, 0.25, 1),
        interruptions: (0, 0),
        turns: 4,
        questions: (2, 0),
    },
    Expected {
        file: "four-people.vtt",
        reps: &["Ann", "Cho"],
        seconds: (48.3, 59.5),
        share: 0.448_052,
        longest: (20.0, 19.5),
        patience: (0.5, 0.5, 2),
        interruptions: (1, 1),
        turns: 9,
        questions: (3, 0),
    },
    Expected {
        file: "prospect-first.srt",
        reps: &["Ann"],
        seconds: (21.5, 359.0),
        share: 0.056_505,
        longest: (7.5, 60.0),
        patience: (2.3, 2.5, 5),
        interruptions: (0, 0),
        turns: 11,
        questions: (2, 3),
    },
    Expected {
        file: "한국어-상담.vtt",
        reps: &["김민수"],
        seconds: (45.8, 52.0),
        share: 0.468_303,
        longest: (14.7, 20.5),
        patience: (0.475, 0.45, 4),
        interruptions: (1, 0),
        turns: 9,
        questions: (3, 1),
    },
    Expected {
        file: "한국어-받아쓰기.json",
        reps: &["상담원"],
        seconds: (41.35, 53.5),
        share: 0.435_952,
        longest: (13.1, 25.5),
        patience: (1.166_667, 0.5, 3),
        interruptions: (1, 0),
        turns: 8,
        questions: (4, 0),
    },
    Expected {
        file: "whisper.json",
        reps: &["SPEAKER_00"],
        seconds: (29.56, 38.76),
        share: 0.432_67,
        longest: (12.46, 21.48),
        patience: (0.333_333, 0.5, 3),
        interruptions: (0, 0),
        turns: 7,
        questions: (1, 0),
    },
    Expected {
        file: "gong.json",
        reps: &["Ann"],
        seconds: (23.9, 45.0),
        share: 0.346_88,
        longest: (10.0, 36.5),
        patience: (0.05, 0.05, 2),
        interruptions: (0, 0),
        turns: 5,
        questions: (2, 2),
    },
    Expected {
        file: "unsorted.json",
        reps: &["Ann"],
        seconds: (22.0, 36.0),
        share: 0.379_31,
        longest: (10.0, 20.0),
        patience: (2.5, 2.5, 2),
        interruptions: (0, 2),
        turns: 6,
        questions: (2, 1),
    },
];

fn talk_of(file: &str, reps: &[&str]) -> Talk {
    let read = read_file(&fixtures().join("talks").join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
    measure(&read, |name| reps.contains(&name)).unwrap_or_else(|| panic!("{file}: nobody speaks")).talk
}

fn pair<T: Copy>(sides: Sides<T>) -> (T, T) {
    (sides.rep, sides.prospect)
}

#[test]
fn talks_measure_as_worked_out_by_hand() {
    let near = |a: f64, b: f64| (a - b).abs() < 0.000_001;
    for expected in TALKS {
        let talk = talk_of(expected.file, expected.reps);
        let file = expected.file;
        assert_eq!(pair(talk.seconds.unwrap()), expected.seconds, "{file}: seconds");
        assert!(near(talk.share.unwrap(), expected.share), "{file}: share {:?}", talk.share);
        assert_eq!(pair(talk.longest_monologue.unwrap()), expected.longest, "{file}: longest monologue");
        let patience = talk.patience.unwrap();
        let (mean, median, changes) = expected.patience;
        assert!(near(patience.mean, mean) && near(patience.median, median), "{file}: {patience:?}");
        assert_eq!((patience.changes, patience.too_few), (changes, changes < 5), "{file}: patience");
        assert_eq!(pair(talk.interruptions.unwrap()), expected.interruptions, "{file}: interruptions");
        assert_eq!(
            (talk.turns, pair(talk.questions)),
            (expected.turns, expected.questions),
            "{file}: turns, questions"
        );
    }
}

#[test]
fn where_only_starts_are_known_nothing_is_said_of_pauses() {
    let talk = talk_of("stamped.txt", &["Ann"]);
    assert_eq!(pair(talk.seconds.unwrap()), (53.0, 17.0));
    assert_eq!(pair(talk.longest_monologue.unwrap()), (45.0, 12.0));
    assert_eq!((talk.patience, talk.interruptions, talk.turns), (None, None, 5));
    assert_eq!(pair(talk.questions), (2, 1));
}

#[test]
fn without_times_turns_and_questions_are_left() {
    let talk = talk_of("이름만.txt", &["박지훈"]);
    assert_eq!(
        (talk.share, talk.longest_monologue, talk.patience, talk.interruptions),
        (None, None, None, None)
    );
    assert_eq!((talk.turns, pair(talk.questions)), (5, (2, 1)));
}

#[test]
fn every_figure_has_its_rows() {
    let read = read_file(&fixtures().join("talks/한국어-상담.vtt")).unwrap();
    assert_eq!(first_speaker(&read.cues), Some("김민수"));
    let measured = measure(&read, |name| name == "김민수").unwrap();
    let kinds: Vec<String> = measured
        .moments
        .iter()
        .map(|m| {
            format!(
                "{:?} {:?} {} {}",
                m.kind,
                m.side,
                m.cue,
                m.seconds.map_or_else(|| m.text.clone().unwrap(), |s| s.to_string())
            )
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "Question Rep 0 지금은 예약을 어떻게 잡고 계신가요?",
            "LongestMonologue Prospect 1 20.5",
            "Question Rep 2 한 주에 몇 건이나 놓치세요",
            "Pause Rep 2 0.8",
            "Question Prospect 3 이거 비용이 얼마인가요",
            "LongestMonologue Rep 4 14.7",
            "Pause Rep 4 0",
            "Interruption Rep 4 0.7",
            "Question Rep 6 언제 같이 뵐까요?",
            "Pause Rep 6 1",
            "Pause Rep 8 0.1",
        ]
    );
    assert_eq!(read.cues[4].start, Some(Millis(51_300)));
}
