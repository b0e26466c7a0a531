//! Agreement with Sisimai's table of truth on real bounce mails. `BOUNCE_CORPUS=<dir>` measures another
//! folder (searched with its subfolders bsd, dos, mac) with the same test.

use std::path::{Path, PathBuf};

use chrono::{TimeZone, Utc};
use mail::incoming::{AutomaticKind, BounceKind, weekday};
use mail::{Class, Context, Mailbox, classify, read};

/// Share of recipients that must agree; measured 2026-11-23: 102 of 134 here, 231 of 308 in the
/// whole corpus. Most of the rest is one convention of the corpus: "user unknown" said after DATA is "filtered".
const FLOOR: f64 = 0.74;

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

/// What we say of the recipient of that index, and by which rule; each mail as if it came back to our return path.
fn said(path: &Path, index: usize) -> (String, String) {
    let mut mail = match read(&std::fs::read(path).expect("readable")) {
        Ok(mail) => mail,
        Err(e) => return ("unread".into(), e.to_string()),
    };
    mail.to.push(Mailbox::bare("b+token@sevenfold.test"));
    let context = Context { is_token: &|token| token == "token", ..context() };
    let verdict = classify(&mail, &context);
    let kind = match &verdict.class {
        Class::Bounce { recipients } => match recipients.get(index - 1) {
            None => "no such recipient",
            Some(r) => {
                let rule =
                    format!("{} {} {:?}", verdict.rule, r.rule, r.text.chars().take(90).collect::<String>());
                return (kind_name(r.kind).into(), rule);
            }
        },
        Class::Complaint(_) => "complaint",
        Class::Automatic(_) => "automatic",
        Class::Receipt => "receipt",
        Class::Own => "own",
        Class::Unsubscribe { .. } => "unsubscribe",
        Class::Calendar { .. } => "calendar",
        Class::Bulk => "bulk",
        Class::Human { .. } => "human",
    };
    (kind.into(), verdict.rule)
}

fn kind_name(kind: BounceKind) -> &'static str {
    match kind {
        BounceKind::Hard => "hard",
        BounceKind::Soft => "soft",
        BounceKind::Block => "block",
        BounceKind::Other => "other",
    }
}

#[test]
fn bounce_kinds_agree_with_the_table_of_truth() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/bounces-sisimai");
    let dir = std::env::var_os("BOUNCE_CORPUS").map_or(own, PathBuf::from);
    let (mut agreed, mut all, mut false_hard, mut missed) = (0_u32, 0_u32, 0_u32, 0_u32);
    for row in rows(&dir) {
        let Some(path) = find(&dir, &row.file) else { continue };
        let (kind, rule) = said(&path, row.index);
        let wanted = expected(&row.reason);
        all += 1;
        if kind == wanted {
            agreed += 1;
            continue;
        }
        false_hard += u32::from(kind == "hard");
        missed += u32::from(matches!(kind.as_str(), "human" | "bulk" | "own" | "unread"));
        println!("{} {}: {} ({}) but we say {kind} by {rule}", row.file, row.index, wanted, row.reason);
    }
    let share = f64::from(agreed) / f64::from(all);
    println!(
        "{agreed} of {all} agree ({share:.3}); called hard wrongly {false_hard}; not seen as a report {missed}"
    );
    assert!(all >= 100, "the corpus is not there");
    assert!(share >= FLOOR, "{share:.3} is under {FLOOR}");
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
