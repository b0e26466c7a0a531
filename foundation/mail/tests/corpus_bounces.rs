//! Agreement with Sisimai's table of truth on real bounce mails. `BOUNCE_CORPUS=<dir>` measures another
//! folder (searched with its subfolders bsd, dos, mac) with the same test.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use chrono::{TimeZone, Utc};
use mail::incoming::{AutomaticKind, BounceKind, Bounced, delayed, unreached, weekday};
use mail::{Class, Context, Mailbox, Verdict, classify, read};

/// Share of rows that must be told for what they are; measured 2026-11-26: all, here and in the whole corpus.
const RECOGNISED: f64 = 0.99;
/// Share of bounced rows whose mail must list as many recipients, all by address; measured: all, here and there.
const COUNTED: f64 = 0.99;
/// Share of rows that must agree in kind; measured: 141 of 149 here, 294 of 308 in the whole corpus. Most of the
/// rest is one convention of the corpus: "user unknown" is a filter's unless the notice shows it in answer to RCPT.
const AGREED: f64 = 0.94;

struct Row {
    file: String,
    index: usize,
    reason: String,
}

fn rows(dir: &Path) -> Vec<Row> {
    let table = std::fs::read_to_string(dir.join("truth.tsv")).expect("truth.tsv");
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        Row { file: cells[0].into(), index: cells[1].parse().expect("a number"), reason: cells[4].into() }
    };
    table.lines().skip(1).map(row).collect()
}

/// Section 6: the corpus's labels by our kinds.
fn expected(reason: &str) -> &'static str {
    match reason {
        "userunknown" | "hostunknown" | "hasmoved" | "notaccept" | "suspend" => "hard",
        "mailboxfull" | "expired" | "networkerror" | "systemerror" | "speeding" | "toomanyconn" => "soft",
        "blocked" | "rejected" | "filtered" | "spamdetected" | "authfailure" | "requireptr"
        | "badreputation" | "policyviolation" | "securityerror" | "norelaying" | "virusdetected" => "block",
        "feedback" => "complaint",
        "vacation" => "automatic",
        "delivered" => "receipt",
        _ => "other",
    }
}

fn find(dir: &Path, file: &str) -> Option<PathBuf> {
    let places = ["", "bsd", "dos", "mac"].map(|sub| dir.join(sub).join(file));
    places.into_iter().find(|p| p.is_file())
}

fn context() -> Context<'static> {
    Context {
        is_ours: &|_| false,
        is_token: &|_| false,
        token_header: "x-sevenfold-token",
        in_sent_folder: false,
        sent_at: None,
        received_at: Utc.with_ymd_and_hms(2026, 11, 23, 0, 0, 0).single().expect("a time"),
        country: None,
        is_business_day: &weekday,
    }
}

/// What we say of one mail.
struct Answer {
    class: &'static str,
    rule: String,
    /// Kind, or class, and rule per recipient, in order.
    recipients: Vec<(&'static str, String)>,
    /// How many of them have an address.
    named: usize,
}

/// Each mail as if it came back to our return path.
fn answer(path: &Path) -> Answer {
    let mut mail = read(&std::fs::read(path).expect("readable")).expect("a mail");
    mail.to.push(Mailbox::bare("b+token@sevenfold.test"));
    let context = Context { is_token: &|token| token == "token", ..context() };
    let Verdict { class, rule } = classify(&mail, &context);
    let waiting = delayed(&mail);
    match &class {
        // The corpus lists those who still wait among the failed; for us they are no bounce (section 6).
        Class::Bounce { recipients } => {
            judged("bounce", rule, &unreached(&mail, recipients).iter().collect::<Vec<_>>())
        }
        Class::Receipt if !waiting.is_empty() => judged("delayed", rule, &waiting.iter().collect::<Vec<_>>()),
        other => Answer { class: other.key(), rule, recipients: Vec::new(), named: 0 },
    }
}

fn judged(class: &'static str, rule: String, bounced: &[&Bounced]) -> Answer {
    let named: HashSet<&str> = bounced.iter().filter_map(|b| b.recipient.as_deref()).collect();
    let said = |b: &&Bounced| {
        let text: String = b.text.chars().take(90).collect();
        (kind_name(b.kind), format!("{} {text:?}", b.rule))
    };
    Answer { class, rule, recipients: bounced.iter().map(said).collect(), named: named.len() }
}

fn kind_name(kind: BounceKind) -> &'static str {
    match kind {
        BounceKind::Hard => "hard",
        BounceKind::Soft => "soft",
        BounceKind::Block => "block",
        BounceKind::Other => "other",
    }
}

/// What agrees and what does not, over all rows of a table.
#[derive(Debug, Default)]
struct Tally {
    rows: usize,
    /// Rows of mails that are not told for what they are: a bounce, or something else by name.
    missed: usize,
    /// Rows that agree in kind, or in class where it is no bounce.
    agreed: usize,
    /// Rows called hard wrongly.
    false_hard: usize,
    /// Rows of bounces, and those whose mail has as many named recipients as rows.
    bounced: usize,
    counted: usize,
    /// Rows of complaints, absence notes and delivery reports, and those told as such.
    others: usize,
    told_apart: usize,
    /// Rows of mails that say the server still tries.
    delayed: usize,
}

fn tally(dir: &Path) -> Tally {
    let mut tally = Tally::default();
    let rows: Vec<Row> = rows(dir).into_iter().filter(|row| find(dir, &row.file).is_some()).collect();
    for row in &rows {
        let answer = answer(&find(dir, &row.file).expect("found before"));
        let place = row.index - 1;
        let said = match answer.class {
            "bounce" | "delayed" => {
                answer.recipients.get(place).map_or("no such recipient", |(kind, _)| kind)
            }
            class => class,
        };
        let wanted = expected(&row.reason);
        let is_bounce = matches!(wanted, "hard" | "soft" | "block" | "other");
        tally.rows += 1;
        if is_bounce {
            let same = rows.iter().filter(|r| r.file == row.file).count();
            let seen = matches!(answer.class, "bounce" | "delayed");
            let counted = seen && answer.recipients.len() == same && answer.named == same;
            tally.bounced += 1;
            tally.missed += usize::from(!seen);
            tally.delayed += usize::from(answer.class == "delayed");
            tally.counted += usize::from(counted);
            if !counted {
                let (listed, named) = (answer.recipients.len(), answer.named);
                println!("{} {}: {same} recipients but we list {listed}, {named} named", row.file, row.index);
            }
        } else {
            tally.others += 1;
            tally.told_apart += usize::from(said == wanted);
            tally.missed += usize::from(said != wanted);
        }
        if said == wanted {
            tally.agreed += 1;
        } else {
            tally.false_hard += usize::from(said == "hard");
            let why = answer.recipients.get(place).map_or("", |(_, rule)| rule);
            let Answer { rule, .. } = &answer;
            println!(
                "{} {}: {wanted} ({}) but we say {said} by {rule} {why}",
                row.file, row.index, row.reason
            );
        }
    }
    tally
}

#[test]
fn bounces_agree_with_the_table_of_truth() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/bounces-sisimai");
    let dir = std::env::var_os("BOUNCE_CORPUS").map_or(own, PathBuf::from);
    let tally = tally(&dir);
    println!("{tally:?}");
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    let Tally { rows, missed, agreed, bounced, counted, others, told_apart, .. } = tally;
    assert!(rows >= 100, "the corpus is not there");
    assert!(share(rows - missed, rows) >= RECOGNISED, "recognised");
    assert!(share(counted, bounced) >= COUNTED, "recipients");
    assert!(share(agreed, rows) >= AGREED, "kinds: {:.3}", share(agreed, rows));
    assert_eq!(told_apart, others, "complaints, absence notes and delivery reports");
}

#[test]
fn an_absence_note_of_the_corpus_is_automatic_with_a_kind() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/bounces-sisimai");
    let notes: Vec<Row> = rows(&dir).into_iter().filter(|r| r.reason == "vacation").collect();
    assert!(!notes.is_empty());
    for row in notes {
        let mail = read(&std::fs::read(dir.join(&row.file)).expect("readable")).expect("a mail");
        let Class::Automatic(found) = classify(&mail, &context()).class else { panic!("{}", row.file) };
        assert!(matches!(found.kind, AutomaticKind::Ooo | AutomaticKind::Ack), "{}: {found:?}", row.file);
    }
}
