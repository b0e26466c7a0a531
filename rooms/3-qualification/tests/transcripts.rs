//! Transcripts as files: the same cues as webvtt-py and pysrt find, in every encoding, and a line where a file is none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use qualification::transcript::read::{Cue, Fault, Transcript, read};
use serde::Deserialize;

pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/transcripts")
}

pub fn read_file(path: &Path) -> Result<Transcript, Fault> {
    read(&path.file_name().unwrap().to_string_lossy(), &std::fs::read(path).unwrap())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.unwrap().path()).filter(|p| p.is_file()).collect();
    files.sort();
    files
}

/// Those kept here, and those of the data beside the project, where it is.
fn samples() -> Vec<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/transcripts");
    let mut samples: Vec<PathBuf> =
        ["own", "webvtt-py"].iter().flat_map(|f| files(&fixtures().join(f))).collect();
    if beside.is_dir() {
        samples.extend(["pysrt", "webvtt-py"].iter().flat_map(|f| files(&beside.join(f))));
    }
    samples
}

/// What the other programs read.
#[derive(Debug, Deserialize)]
struct Others {
    path: PathBuf,
    webvtt: Option<Vec<(i64, i64)>>,
    pysrt: Option<Vec<(i64, i64)>>,
}

/// By webvtt-py and pysrt, which `scripts/install test` puts into target/captions.
fn by_others(files: &[PathBuf]) -> Vec<Others> {
    let python = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/captions/bin/python");
    let answer = Command::new(python).arg(fixtures().join("compare.py")).args(files).output();
    let answer = answer.unwrap_or_else(|e| panic!("{python}: {e}: run `scripts/install test`"));
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    String::from_utf8(answer.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn times<'a>(cues: impl Iterator<Item = &'a Cue>) -> Vec<(i64, i64)> {
    cues.map(|cue| (cue.start.unwrap().0, cue.end.unwrap().0)).collect()
}

#[test]
fn cues_and_times_are_those_of_webvtt_py_and_pysrt_and_what_neither_reads_is_refused() {
    let samples = samples();
    let mut refused = Vec::new();
    for others in by_others(&samples) {
        let name = others.path.file_name().unwrap().to_string_lossy().into_owned();
        let ours = read_file(&others.path);
        // pysrt is the measure of SRT: it keeps cues without words. What it refuses webvtt-py may still read, unless a cue
        // is broken, which webvtt-py skips. An SRT file in which neither finds a cue is none.
        let some = |cues: &Vec<(i64, i64)>| !name.ends_with("srt") || !cues.is_empty();
        let theirs =
            others.pysrt.or(others.webvtt.clone()).filter(some).filter(|_| !name.starts_with("invalid-"));
        match (&ours, theirs) {
            (Ok(ours), Some(theirs)) => assert_eq!(times(ours.cues.iter()), theirs, "{name}"),
            (Err(fault), None) => {
                assert!(fault.line >= 1 && fault.to_string().starts_with("line "), "{name}: {fault}");
                refused.push(name.clone());
            }
            (ours, theirs) => panic!("{name}: {ours:?}, they {theirs:?}"),
        }
        if let (Ok(ours), Some(theirs), true) = (&ours, others.webvtt, name.ends_with("srt")) {
            assert_eq!(
                times(ours.cues.iter().filter(|cue| !cue.text.is_empty())),
                theirs,
                "{name}: with words"
            );
        }
    }
    let expected = [
        "invalid-blank.sbv",
        "invalid-blank.srt",
        "invalid-blank.vtt",
        "invalid-no-fraction.srt",
        "invalid-no-header.vtt",
        "invalid-words-only.sbv",
        "invalid-words-only.srt",
        "empty.vtt",
        "invalid.vtt",
        "invalid_format.sbv",
        "invalid_format3.srt",
    ];
    assert_eq!(refused[..expected.len()], expected.map(str::to_owned));
}

#[test]
fn an_invalid_file_is_refused_at_its_line() {
    let lines: BTreeMap<&str, (usize, &str)> = BTreeMap::from([
        ("own/invalid-no-fraction.srt", (6, "times")),
        ("own/invalid-no-header.vtt", (1, "no_header")),
        ("own/invalid-words-only.srt", (1, "no_times")),
        ("own/invalid-words-only.sbv", (1, "times")),
        ("own/invalid-blank.vtt", (1, "empty")),
        ("webvtt-py/empty.vtt", (1, "empty")),
        ("webvtt-py/invalid.vtt", (1, "no_header")),
        ("webvtt-py/invalid_format.sbv", (1, "no_times")),
        ("webvtt-py/invalid_format3.srt", (2, "no_times")),
    ]);
    for (name, (line, reason)) in lines {
        let fault = read_file(&fixtures().join(name)).unwrap_err();
        assert_eq!((fault.line, fault.reason.key()), (line, reason), "{name}");
    }
}

#[test]
fn one_text_in_every_encoding_is_the_same_cues() {
    let of = |name: &str| read_file(&fixtures().join("own").join(name)).unwrap();
    let english = of("utf-8-bom.srt");
    assert_eq!(english.encoding, "utf-8-bom");
    for name in ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"] {
        let read = of(&format!("{name}.srt"));
        assert_eq!(
            (read.encoding, &read.cues),
            (name.replacen("-le", "le", 1).replacen("-be", "be", 1).as_str(), &english.cues)
        );
    }
    let korean = of("cp949.vtt");
    assert_eq!(
        (korean.encoding, korean.cues[3].text.as_str()),
        ("cp949", "대부분 손으로 잡고 있어서 한 주를 잃습니다.")
    );
    assert_eq!(korean.cues[3].speaker.as_deref(), Some("이서연"));
    for name in ["cp949.srt", "utf-16-le.vtt", "utf-32-be.vtt"] {
        assert_eq!(of(name).cues, korean.cues, "{name}");
    }
    let western = of("windows-1252.srt");
    assert_eq!(
        (western.encoding, western.cues[2].text.as_str()),
        ("windows-1252", "Será más fácil mañana, ¿no?")
    );
}

#[test]
fn no_file_cut_at_any_byte_hangs_or_fails_but_by_a_fault() {
    let small = |path: &PathBuf| std::fs::metadata(path).unwrap().len() < 10_000;
    let talks = files(&fixtures().join("talks"));
    for path in samples().into_iter().chain(talks).filter(small) {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for end in 0..bytes.len() {
            for name in [name.as_str(), "transcript.txt"] {
                if let Err(fault) = read(name, &bytes[..end]) {
                    assert!(fault.line >= 1, "{name} cut at {end}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn whatever_bytes_come_there_is_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400), which in 0..5usize) {
        let name = ["a.vtt", "a.srt", "a.sbv", "a.json", "a"][which];
        let _ = read(name, &bytes);
    }

    #[test]
    fn pieces_of_every_format_in_any_order_have_an_answer(pieces in prop::collection::vec(0..16usize, 0..40), which in 0..5usize) {
        const PIECES: [&str; 16] = [
            "WEBVTT", "\n", "\n\n", "00:00:01.000 --> 00:00:02.000", "00:00:01,000 --> 00:00:02,000", "1", "NOTE", "<v A>",
            "Ann: yes", "[00:01:02]", "0:00:01.000,0:00:02.000", "{\"cues\":[", "]}", "김민수:", "<", "\u{1F600}",
        ];
        let text: String = pieces.iter().map(|at| PIECES[*at]).collect();
        let name = ["a.vtt", "a.srt", "a.sbv", "a.json", "a"][which];
        let _ = read(name, text.as_bytes());
    }
}
