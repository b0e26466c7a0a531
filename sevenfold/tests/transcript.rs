//! `sevenfold transcript` over files of every kind.

use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../rooms/3-qualification/tests/fixtures/transcripts")
        .join(name)
}

fn transcript(args: &[&str], files: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sevenfold"));
    command.arg("transcript").args(args).args(files.iter().map(|name| fixture(name))).output().unwrap()
}

#[test]
fn each_transcript_is_a_line_with_its_cues_and_its_talk() {
    let output = transcript(&["--json"], &["talks/even.vtt", "own/cp949.srt", "webvtt-py/comments.vtt"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let keys: Vec<&String> = lines[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["cues", "encoding", "format", "talk"]);
    assert_eq!((&lines[0]["format"], &lines[0]["encoding"]), (&json!("webvtt"), &json!("utf-8")));
    assert_eq!(
        lines[0]["cues"][1],
        json!({"start": 11.0, "end": 21.0, "speaker": "Ben", "text": "A spreadsheet."})
    );
    assert_eq!(lines[0]["talk"]["rep"], json!(["Ann"]));
    assert_eq!(lines[0]["talk"]["rep_assumed"], true);
    assert_eq!(
        lines[0]["talk"]["patience"],
        json!({"mean": 0.64, "median": 0.5, "changes": 5, "too_few": false})
    );
    assert_eq!((&lines[1]["format"], &lines[1]["encoding"]), (&json!("srt"), &json!("cp949")));
    assert_eq!(lines[1]["cues"][0]["speaker"], "김민수");
    assert_eq!(lines[2]["talk"], Json::Null, "nobody is named");
}

#[test]
fn who_is_ours_can_be_said() {
    let output = transcript(&["--json", "--rep", "Ben"], &["talks/even.vtt"]);
    let line: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(line["talk"]["rep_assumed"], false);
    assert_eq!(line["talk"]["seconds"], json!({"rep": 50.0, "prospect": 60.0}));
}

#[test]
fn what_is_no_transcript_is_named_with_its_line_and_the_rest_is_read() {
    let files = ["own/invalid-no-fraction.srt", "talks/even.vtt", "webvtt-py/missing_timeframe.vtt"];
    let output = transcript(&["--json"], &files);
    assert_eq!(output.status.code(), Some(4));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("invalid-no-fraction.srt: line 6: “00:00:03 --> 00:00:05” are not the times"),
        "{said}"
    );
    assert!(
        said.contains("missing_timeframe.vtt: line 6: note: text without times; it was left out"),
        "{said}"
    );
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 2);
}
