//! `sevenfold mail inspect` over mails and texts.

use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../foundation/mail/tests/fixtures").join(name)
}

fn inspect(args: &[&str], files: &[PathBuf]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sevenfold"));
    command.args(["mail", "inspect"]).args(args).args(files).output().unwrap()
}

fn lines(output: &Output) -> Vec<Json> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_file_is_a_line_that_says_what_it_is() {
    let files = [
        "bounces-sisimai/lhost-postfix-67.eml",
        "bounces-sisimai/arf-01.eml",
        "bounces-sisimai/rfc3834-01.eml",
        "replies/talon/standard_replies/gmail.eml",
        "replies/github/email_1_5.txt",
    ];
    let output = inspect(&["--json"], &files.map(fixture));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = lines(&output);
    let classes: Vec<&str> = said.iter().map(|line| line["class"].as_str().unwrap()).collect();
    assert_eq!(classes, ["bounce", "complaint", "automatic", "human", "human"]);
    assert_eq!(said[0]["bounces"][0]["kind"], "block");
    assert_eq!(said[0]["bounces"][0]["status"], "5.7.9");
    assert!(said[0]["bounces"][0]["recipient"].as_str().unwrap().contains('@'));
    assert_eq!(said[1]["bounces"], json!([]));
    assert!(said[2]["automatic"]["kind"].is_string());
    assert_eq!((&said[3]["reply"]["text"], &said[3]["reply"]["quoted"]), (&json!("Hello"), &json!(true)));
    // A text that begins like a header field is a text.
    assert!(said[4]["reply"]["text"].as_str().unwrap().starts_with("One: Here's what I've got."));
    assert!(said[4]["intents"][0]["intent"].is_string());
    let sure = said[4]["intents"][0]["confidence"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&sure), "{sure}");
    assert_eq!(said[0]["intents"], json!([]), "only what a person wrote means something");
}

#[test]
fn a_mail_is_read_as_a_body_when_asked() {
    let output = inspect(&["--json", "--body"], &[fixture("replies/talon/standard_replies/gmail.eml")]);
    let said = lines(&output);
    assert_eq!(said[0]["class"], "human");
    assert_ne!(said[0]["reply"]["text"], "Hello");
}

#[test]
fn what_cannot_be_read_says_why_and_the_rest_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let large = dir.path().join("large.eml");
    std::fs::File::create(&large).unwrap().set_len(40 << 30).unwrap();
    let files = [PathBuf::from("/nowhere/at-all.eml"), large, fixture("bounces-sisimai/arf-01.eml")];
    let output = inspect(&["--json"], &files);
    assert_eq!(output.status.code(), Some(4));
    let said = lines(&output);
    assert!(said[0]["error"].is_string() && said[0]["class"].is_null(), "{}", said[0]);
    assert_eq!(said[1]["error"], "more than the 25 MiB a mail may have");
    assert_eq!(said[2]["class"], "complaint");
    let table = inspect(&[], &files);
    assert!(String::from_utf8_lossy(&table.stdout).contains("complaint.feedback_report"));
}

#[test]
fn what_a_mail_says_does_not_move_the_cursor() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("hostile.txt");
    std::fs::write(&file, "Sure\u{1b}[2J\u{9b}31m, tell me more").unwrap();
    let said = String::from_utf8(inspect(&[], &[file]).stdout).unwrap();
    assert!(said.contains("tell me more") && !said.contains(['\u{1b}', '\u{9b}']), "{said:?}");
}

#[test]
fn everything_an_answer_means_is_printed_the_primary_one_first_in_english_and_korean() {
    let dir = tempfile::tempdir().unwrap();
    let texts = [
        ("later.txt", "Interested, but not before Q3.", "not_now"),
        ("price.txt", "We already use Pipedrive but send me the price.", "objection"),
        ("meet.txt", "네, 목요일 오후 2시에 통화 가능합니다.", "meeting"),
        ("refuse.txt", "관심 없으니 더 이상 메일 보내지 마세요.", "unsubscribe"),
    ];
    let files = texts.map(|(name, text, _)| {
        let file = dir.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    });
    let said = lines(&inspect(&["--json"], &files));
    for (line, (_, text, intent)) in said.iter().zip(texts) {
        assert_eq!(line["intents"][0]["intent"], intent, "{text}: {}", line["intents"]);
    }
    let table = String::from_utf8(inspect(&[], &files).stdout).unwrap();
    assert!(table.contains("unsubscribe") && table.contains("관심 없으니"), "{table}");
}
