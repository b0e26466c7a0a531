use super::*;

/// Cues as `start-end who: words`, a dash for what is not known.
fn shown(name: &str, text: &str) -> Vec<String> {
    let read = read(name, text.as_bytes()).unwrap_or_else(|fault| panic!("{text}: {fault}"));
    let at = |time: Option<Millis>| time.map_or("-".to_owned(), |time| time.seconds().to_string());
    let cues = read.cues.iter();
    cues.map(|c| format!("{}>{} {}: {}", at(c.start), at(c.end), c.speaker.as_deref().unwrap_or("-"), c.text))
        .collect()
}

fn refused(name: &str, text: &str) -> (usize, &'static str) {
    let fault = read(name, text.as_bytes()).expect_err(text);
    (fault.line, fault.reason.key())
}

#[test]
fn webvtt_names_who_speaks_and_drops_how_it_looks() {
    let file = include_str!("../../../tests/fixtures/transcripts/own/voices.vtt");
    assert_eq!(
        shown("a.vtt", file),
        [
            "0.5>4.25 Jane Doe: Thanks for making the time & the effort.",
            "4.75>9 Kim & Lee: Sure.\nJane Doe: Then let me begin.",
            "9.5>14.125 -: <Nobody> speaks here",
        ]
    );
    let notes = read("a.vtt", file.as_bytes()).expect("a transcript").notes;
    assert_eq!(notes, [Note { line: 17, what: Noted::SeveralVoices }]);
}

#[test]
fn webvtt_is_refused_where_words_would_be_lost() {
    for (text, expected) in [
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\nA\n", (1, "no_header")),
        ("WEBVTT\n\n00:01.000 --> 00:0\nA\n", (3, "times")),
        ("WEBVTT\n\n1\n00:61.000 --> 00:62.000\nA\n", (4, "times")),
        ("WEBVTT\n\n00:01 --> 00:02\nA\n", (3, "times")),
        ("WEBVTT\n\n-00:01.000 --> 00:02.000\nA\n", (3, "times")),
    ] {
        assert_eq!(refused("a.vtt", text), expected, "{text}");
    }
}

#[test]
fn names_before_words_are_speakers_when_they_come_again_or_everywhere() {
    let zoom = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nAnn Lee: Hello\n\n2\n00:00:03.000 --> 00:00:04.000\nBen: Hi\n";
    assert_eq!(shown("a.vtt", zoom), ["1>2 Ann Lee: Hello", "3>4 Ben: Hi"]);
    let film = "1\n00:00:01,000 --> 00:00:02,000\nOne thing: go\n\n2\n00:00:03,000 --> 00:00:04,000\nAt 10:30\n\n\
                3\n00:00:05,000 --> 00:00:06,000\nYes\n";
    assert_eq!(shown("a.srt", film), ["1>2 -: One thing: go", "3>4 -: At 10:30", "5>6 -: Yes"]);
}

#[test]
fn srt_keeps_words_that_have_lost_their_times() {
    let text =
        "1\n00:00:01,000 --> 00:00:02,000\nA\n\n2\nB\n\n3\n00:00:05,000 --> 00:00:06,000\nC\n\nstill C\n";
    assert_eq!(shown("a.srt", text), ["1>2 -: A\nB", "5>6 -: C\nstill C"]);
    let notes = read("a.srt", text.as_bytes()).expect("a transcript").notes;
    assert_eq!(notes, [Note { line: 5, what: Noted::TextJoined }]);
}

#[test]
fn text_with_names_has_many_shapes() {
    for (text, expected) in [
        ("Ann: Hello.\nHow are you?\nBen: Fine.\n", &["->- Ann: Hello.\nHow are you?", "->- Ben: Fine."][..]),
        ("[00:00:02] Ann: Hello.\n[00:01:02] Ben: Fine.\n", &["2>62 Ann: Hello.", "62>- Ben: Fine."]),
        ("00:00:02 Ann: Hello.\n00:00:05 Ben: Fine.\n", &["2>5 Ann: Hello.", "5>- Ben: Fine."]),
        ("(0:02) Ann: Hello.\n(1:00:05.5) Ben: Fine.\n", &["2>3605.5 Ann: Hello.", "3605.5>- Ben: Fine."]),
        (
            "[00:00.000 --> 00:02.500]  Hello.\n[00:02.500 --> 00:04.000]  Fine.\n",
            &["0>2.5 -: Hello.", "2.5>4 -: Fine."],
        ),
        (
            "Ann Lee  0:02\nHello.\n\nBen  0:05\nFine.\nThanks.\n",
            &["2>5 Ann Lee: Hello.", "5>- Ben: Fine.\nThanks."],
        ),
        (
            "참석자 1 00:02\n안녕하세요.\n\n참석자 2 00:05\n네.\n",
            &["2>5 참석자 1: 안녕하세요.", "5>- 참석자 2: 네."],
        ),
        ("김민수: 안녕하세요.\n이서연： 네.\n", &["->- 김민수: 안녕하세요.", "->- 이서연: 네."]),
        ("One paragraph.\nGoes on.\n\nAnother.\n", &["->- -: One paragraph.\nGoes on.", "->- -: Another."]),
    ] {
        assert_eq!(shown("a.txt", text), expected, "{text}");
    }
    assert_eq!(refused("a.txt", "[00:00:02] Ann: Hello.\n[00:99:02] Ben: Fine.\n"), (2, "stamp"));
    assert_eq!(refused("a.txt", "\n \n"), (1, "empty"));
}

#[test]
fn json_of_many_tools_is_understood() {
    for (tool, text) in [
        (
            "whisper",
            r#"{"text":"x","segments":[{"id":0,"start":1.0,"end":2.5,"text":" Hi"},{"start":3,"end":4,"text":"Yes"}]}"#,
        ),
        (
            "assemblyai",
            r#"{"utterances":[{"start":1000,"end":2500,"speaker":"A","text":"Hi"},{"start":3000,"end":4000,"speaker":"B","text":"Yes"}]}"#,
        ),
        (
            "deepgram",
            r#"{"metadata":{},"results":{"utterances":[{"start":1.0,"end":2.5,"speaker":0,"transcript":"Hi"},{"start":3.0,"end":4.0,"speaker":1,"transcript":"Yes"}]}}"#,
        ),
        (
            "deepgram paragraphs",
            r#"{"results":{"channels":[{"alternatives":[{"transcript":"Hi Yes","paragraphs":{"paragraphs":[{"speaker":0,"sentences":[{"text":"Hi","start":1.0,"end":2.5}]},{"speaker":1,"sentences":[{"text":"Yes","start":3,"end":4}]}]}}]}]}}"#,
        ),
        (
            "fireflies",
            r#"{"data":{"transcript":{"title":"x","sentences":[{"index":0,"speaker_name":"Ann","speaker_id":0,"text":"Hi","start_time":1.0,"end_time":2.5},{"speaker_name":"Ben","text":"Yes","start_time":"3.0","end_time":"4"}]}}}"#,
        ),
        (
            "teams",
            r#"[{"startDateTime":"2026-03-02T10:00:00Z","endDateTime":"2026-03-02T10:00:01.5Z","speakerName":"Ann","spokenText":"Hi"},{"startDateTime":"2026-03-02T10:00:02Z","endDateTime":"2026-03-02T10:00:03Z","speakerName":"Ben","spokenText":"Yes"}]"#,
        ),
        (
            "stream",
            r#"{"entries":[{"text":"Hi","speakerDisplayName":"Ann","startOffset":"00:00:01","endOffset":"00:00:02.5000000"},{"text":"Yes","speakerDisplayName":"Ben","startOffset":"00:00:03","endOffset":"00:00:04"}]}"#,
        ),
        (
            "meet",
            r#"{"transcriptEntries":[{"participant":"conferenceRecords/1/participants/2","text":"Hi","startTime":"2026-03-02T10:00:00Z","endTime":"2026-03-02T10:00:01.5Z"},{"participant":"b","text":"Yes","startTime":"2026-03-02T10:00:02Z","endTime":"2026-03-02T10:00:03Z"}]}"#,
        ),
        (
            "gong",
            r#"{"callTranscripts":[{"callId":"7","transcript":[{"speakerId":"1","sentences":[{"start":1000,"end":2500,"text":"Hi"}]},{"speakerId":"2","sentences":[{"start":3000,"end":4000,"text":"Yes"}]}]}]}"#,
        ),
        (
            "rev",
            r#"{"monologues":[{"speaker":0,"elements":[{"type":"text","value":"Hi","ts":1.0,"end_ts":2.5}]},{"speaker":1,"elements":[{"type":"text","value":"Yes","ts":3,"end_ts":4},{"type":"punct","value":"."}]}]}"#,
        ),
        (
            "azure",
            r#"{"recognizedPhrases":[{"offsetInTicks":10000000,"durationInTicks":15000000,"speaker":1,"nBest":[{"display":"Hi"}]},{"offsetInTicks":30000000,"durationInTicks":10000000,"speaker":2,"nBest":[{"display":"Yes"}]}]}"#,
        ),
        (
            "transcribe",
            r#"{"results":{"transcripts":[{"transcript":"Hi Yes"}],"audio_segments":[{"start_time":"1.0","end_time":"2.5","speaker_label":"spk_0","transcript":"Hi"},{"start_time":"3","end_time":"4","speaker_label":"spk_1","transcript":"Yes"}]}}"#,
        ),
        (
            "ours",
            r#"{"format":"webvtt","encoding":"utf-8","cues":[{"start":1.0,"end":2.5,"speaker":null,"text":"Hi"},{"start":3.0,"end":4.0,"speaker":"Ben","text":"Yes"}]}"#,
        ),
    ] {
        let read = read("a.json", text.as_bytes()).unwrap_or_else(|fault| panic!("{tool}: {fault}"));
        let zero = read.cues[0].start.expect("a start").0;
        let shown: Vec<(i64, i64, &str)> = read
            .cues
            .iter()
            .map(|c| {
                (
                    c.start.expect("a start").0 - zero,
                    c.end.expect("an end").0 - zero,
                    c.text.trim_end_matches('.'),
                )
            })
            .collect();
        assert_eq!(shown, [(0, 1500, "Hi"), (2000, 3000, "Yes")], "{tool}");
        assert_eq!(read.cues[1].speaker.is_some(), tool != "whisper", "{tool}");
    }
}

#[test]
fn json_is_refused_at_its_line() {
    for (text, expected) in [
        (
            "{\"segments\":[\n{\"start\":0,\"end\":1,\"text\":\"A\"},\n{\"start\":1,\"end\":2}\n]}",
            (3, "entry_text"),
        ),
        (
            "{\"segments\":[\n{\"start\":0,\"end\":1,\"text\":\"A\"},\n{\"start\":-1,\"end\":2,\"text\":\"B\"}\n]}",
            (3, "entry_time"),
        ),
        ("{\"segments\":[\n{\"start\":0,\"text\":\"A\"},\n{\"text\":\"B\"}\n]}", (3, "entry_start")),
        ("{\n\"segments\": [}\n", (2, "json")),
        ("{\"a\":1}", (1, "shape")),
        ("{\"callTranscripts\":[{},{}]}", (1, "several_talks")),
        ("{\"segments\":[]}", (1, "shape")),
    ] {
        assert_eq!(refused("a.json", text), expected, "{text}");
    }
    let deep = "[".repeat(1_000_000);
    assert_eq!(refused("a.json", &deep).1, "json");
}

#[test]
fn what_is_no_text_or_too_much_is_refused() {
    assert_eq!(read("a.vtt", b"PK\x03\x04").expect_err("a zip").reason.key(), "not_text");
    assert_eq!(read("a.srt", &[0xFF, 0xFE, 0, 0, 0x41, 0, 0]).expect_err("cut").reason.key(), "not_text");
    assert_eq!(read("a.txt", &vec![b'a'; SIZE_CAP + 1]).expect_err("large").reason.key(), "too_large");
    assert_eq!(refused("a.txt", &"a".repeat(CUE_CHARS + 1)), (1, "cue_too_long"));
    let many = "A: x\n".repeat(CUES_CAP + 1);
    assert_eq!(refused("a.txt", &many), (CUES_CAP + 1, "too_many_cues"));
}
