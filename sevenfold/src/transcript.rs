//! `sevenfold transcript`: what was said in a talk, and what the talk was like, without a database.

use crate::output::{Failure, Printer, table};
use clap::Args;
use qualification::transcript::read::{Cue, SIZE_CAP, Transcript, read};
use qualification::transcript::talk::{Talk, first_speaker, measure};
use serde::Serialize;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Which transcripts, and who of ours speaks in them.
#[derive(Debug, Args)]
pub struct TranscriptArgs {
    /// WebVTT, SRT, SBV, "Name: words", or JSON of a meeting tool, in any encoding.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Who of ours speaks, as the file has the name; may be given several times. Without it whoever speaks first.
    #[arg(long, value_name = "NAME")]
    rep: Vec<String>,
}

/// A line of output.
#[derive(Serialize)]
struct Told<'a> {
    format: &'static str,
    encoding: &'static str,
    cues: &'a [Cue],
    talk: Option<TalkTold>,
}

#[derive(Serialize)]
struct TalkTold {
    /// Who was taken for ours.
    rep: Vec<String>,
    /// Nobody said so: it is whoever speaks first.
    rep_assumed: bool,
    #[serde(flatten)]
    talk: Talk,
}

/// Runs the command.
pub fn run(asked: &TranscriptArgs, printer: &Printer) -> Result<ExitCode, Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut rows =
        vec![["FILE", "FORMAT", "ENCODING", "CUES", "REP", "REP'S SHARE"].map(str::to_owned).to_vec()];
    let mut refused = false;
    for path in &asked.files {
        let shown = path.display();
        let transcript = match load(path) {
            Ok(transcript) => transcript,
            Err(why) => {
                refused = true;
                eprintln!("{shown}: {why}");
                continue;
            }
        };
        for note in &transcript.notes {
            eprintln!("{shown}: line {}: note: {}", note.line, note.what);
        }
        let talk = talk_of(&transcript, &asked.rep);
        if printer.json {
            let (format, encoding) = (transcript.format.key(), transcript.encoding);
            let told = Told { format, encoding, cues: &transcript.cues, talk };
            let line = serde_json::to_string(&told).map_err(Failure::of)?;
            writeln!(out, "{line}").map_err(Failure::of)?;
        } else {
            rows.push(row(path, &transcript, talk.as_ref()));
        }
    }
    if !printer.json {
        write!(out, "{}", table(&rows)).map_err(Failure::of)?;
    }
    out.flush().map_err(Failure::of)?;
    Ok(ExitCode::from(if refused { 4 } else { 0 }))
}

/// Reads one file; why it is no transcript, with the line.
fn load(path: &Path) -> Result<Transcript, String> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|e| e.to_string())?;
    // One byte more tells that it is too large.
    file.take(SIZE_CAP as u64 + 1).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    read(&path.to_string_lossy(), &bytes).map_err(|fault| fault.to_string())
}

fn talk_of(transcript: &Transcript, named: &[String]) -> Option<TalkTold> {
    let rep = match named {
        [] => vec![first_speaker(&transcript.cues)?.to_owned()],
        named => named.to_vec(),
    };
    let talk = measure(transcript, |name| rep.iter().any(|rep| rep == name))?.talk;
    Some(TalkTold { rep, rep_assumed: named.is_empty(), talk })
}

fn row(path: &Path, transcript: &Transcript, talk: Option<&TalkTold>) -> Vec<String> {
    let rep = talk.map(|t| format!("{}{}", t.rep.join(", "), if t.rep_assumed { " (assumed)" } else { "" }));
    let share = talk.and_then(|t| t.talk.share).map(|share| format!("{:.0} %", share * 100.0));
    let told = [
        path.display().to_string(),
        transcript.format.key().to_owned(),
        transcript.encoding.to_owned(),
        transcript.cues.len().to_string(),
        rep.unwrap_or_default(),
        share.unwrap_or_default(),
    ];
    // What a file says must not move the cursor of whoever looks at it.
    told.map(|cell| cell.replace(char::is_control, " ")).to_vec()
}
