//! `sevenfold mail`: what a mail is, without a mailbox or a database.

use crate::output::{Failure, Printer, table};
use ::mail::incoming::{Bounced, delayed, unreached, weekday};
use ::mail::read::SIZE_CAP;
use ::mail::{Class, Context, Incoming, Mailbox, Verdict, classify, reply_text};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use records::import::decode::decode;
use serde_json::{Value as Json, json};
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// In the return path to which an inspected mail is said to have come: a notice is about a mail of ours.
const TOKEN: &str = "inspected";

/// Lines in which a mail has named a field that every mail has.
const HEADER_LINES: usize = 200;

/// What to do with mails.
#[derive(Debug, Subcommand)]
pub enum MailCommand {
    /// Say what mails are: bounce, complaint, absence note, answer of a person …, and what they say.
    ///
    /// One line for each file, in JSON or as a table. Notices are read as if they were about mails of ours. Exit code 4
    /// when a file could not be read as a mail.
    Inspect(InspectArgs),
}

/// Which mails.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// Mails as they were received (RFC 5322), or texts without headers, which are read as the body of an answer.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Read every file as the body of an answer, whatever its first lines look like.
    #[arg(long)]
    body: bool,
}

/// Runs the command.
pub fn run(command: &MailCommand, printer: &Printer) -> Result<ExitCode, Failure> {
    let MailCommand::Inspect(asked) = command;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut rows = vec![["FILE", "CLASS", "RULE", "WHAT IT SAYS"].map(str::to_owned).to_vec()];
    let mut unread = 0;
    for path in &asked.files {
        let said = inspect(path, asked.body);
        unread += u32::from(said.is_err());
        if printer.json {
            let line = match said {
                Ok((mail, verdict)) => as_json(path, &mail, &verdict),
                Err(why) => json!({"file": path.display().to_string(), "error": why}),
            };
            writeln!(out, "{line}").map_err(Failure::of)?;
        } else {
            let told = said.map_or_else(|why| ["unread".into(), String::new(), why], |(_, v)| as_row(&v));
            rows.push(std::iter::once(path.display().to_string()).chain(told).collect());
        }
    }
    if !printer.json {
        write!(out, "{}", table(&rows)).map_err(Failure::of)?;
    }
    out.flush().map_err(Failure::of)?;
    Ok(ExitCode::from(if unread > 0 { 4 } else { 0 }))
}

/// Reads one file; why it cannot be read, in a sentence.
fn inspect(path: &Path, body: bool) -> Result<(Incoming, Verdict), String> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|e| e.to_string())?;
    file.take(SIZE_CAP as u64 + 1).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    if bytes.len() > SIZE_CAP {
        return Err(format!("more than the {} MiB a mail may have", SIZE_CAP >> 20));
    }
    let mut mail = if body || !has_header(&bytes) {
        let (_, text) = decode(&bytes).map_err(|e| e.to_string())?;
        Incoming { text, has_plain: true, ..Incoming::default() }
    } else {
        ::mail::read(&bytes).map_err(|e| e.to_string())?
    };
    let return_path = format!("b+{TOKEN}@sevenfold.invalid");
    mail.to.push(Mailbox::bare(&return_path));
    let context = Context {
        is_ours: &|_| false,
        is_token: &|token| token == TOKEN,
        token_header: "",
        in_sent_folder: false,
        sent_at: None,
        received_at: mail.date.map_or_else(Utc::now, |date: DateTime<_>| date.to_utc()),
        country: None,
        is_business_day: &weekday,
    };
    let verdict = classify(&mail, &context);
    Ok((mail, verdict))
}

/// Fields of which every mail has one.
const FIELDS: [&[u8]; 9] = [
    b"received",
    b"return-path",
    b"from",
    b"date",
    b"to",
    b"subject",
    b"message-id",
    b"mime-version",
    b"content-type",
];

/// Whether a file begins with the header of a mail: fields, or what mailboxes put before them, one of which every mail
/// has. A text may begin with "One: …".
fn has_header(bytes: &[u8]) -> bool {
    let lines = bytes.split(|b| *b == b'\n' || *b == b'\r');
    let begin = lines.skip_while(|line| line.is_empty() || line.starts_with(b"From "));
    let fields = begin.take(HEADER_LINES).map_while(|line| match line {
        [] => Some(&b""[..]),
        [b' ' | b'\t', ..] => Some(&b""[..]),
        _ => line.split(|b| *b == b':').next().filter(|name| name.len() < line.len() && is_name(name)),
    });
    fields.into_iter().any(|name| FIELDS.iter().any(|field| name.eq_ignore_ascii_case(field)))
}

fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(u8::is_ascii_graphic)
}

/// Always every key. A delay notice is a receipt whose recipients are named with what delays them; a bounce names them
/// beside those who were given up.
fn as_json(path: &Path, mail: &Incoming, verdict: &Verdict) -> Json {
    let (mut bounces, mut automatic, mut own, mut intents) = (Vec::new(), Json::Null, None, Vec::new());
    match &verdict.class {
        Class::Bounce { recipients } => bounces = unreached(mail, recipients).iter().map(bounce).collect(),
        Class::Receipt => bounces = delayed(mail).iter().map(bounce).collect(),
        Class::Automatic(found) => automatic = json!({"kind": found.kind, "return_date": found.returns}),
        Class::Human { reply, intents: found } => {
            own = Some(reply.clone());
            intents = found.iter().map(|heard| json!(heard)).collect();
        }
        _ => {}
    }
    let own = own.unwrap_or_else(|| reply_text(mail));
    let reply = json!({"text": own.text, "quoted": own.quoted, "signature": own.signature});
    json!({
        "file": path.display().to_string(), "class": verdict.class.key(), "rule": verdict.rule,
        "bounces": bounces, "automatic": automatic, "reply": reply, "intents": intents,
    })
}

fn bounce(one: &Bounced) -> Json {
    json!({"recipient": one.recipient, "status": one.status, "reply_code": one.code, "kind": one.kind})
}

/// Class, rule, and the gist in a few words.
fn as_row(verdict: &Verdict) -> [String; 3] {
    let gist = match &verdict.class {
        Class::Bounce { recipients } => recipients.iter().map(bounce_gist).collect::<Vec<_>>().join("; "),
        Class::Complaint(complaint) => format!("{} {}", complaint.kind, complaint.recipients.join(", ")),
        Class::Automatic(found) => match found.returns {
            Some(day) => format!("{}, back on {day}", key(&found.kind)),
            None => key(&found.kind),
        },
        Class::Human { reply, intents } => {
            let intents: Vec<&str> = intents.iter().map(|heard| heard.intent.key()).collect();
            let start: String =
                reply.text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect();
            format!("{}: {start}", intents.join(", "))
        }
        Class::Calendar { method, answer } => format!("{method} {}", answer.as_deref().unwrap_or_default()),
        Class::Own | Class::Receipt | Class::Unsubscribe { .. } | Class::Bulk => String::new(),
    };
    // What a mail says must not move the cursor of whoever looks at it.
    let gist = gist.replace(char::is_control, " ");
    [verdict.class.key().to_owned(), verdict.rule.clone(), gist]
}

fn bounce_gist(one: &Bounced) -> String {
    let codes = [one.status.clone(), one.code.map(|code| code.to_string())];
    let codes: Vec<String> = codes.into_iter().flatten().collect();
    format!("{} {} {}", one.recipient.as_deref().unwrap_or("?"), key(&one.kind), codes.join(" "))
}

/// The word a unit variant is written as.
fn key(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}
