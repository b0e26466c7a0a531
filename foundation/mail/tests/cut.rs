//! Mails of which an end is missing, as a connection that breaks or a mailbox that is full leaves them: cut at any byte,
//! each is read or refused, at once. Of the larger ones a part of the places is tried, unless `SEVENFOLD_EVERY_BYTE` is
//! set; it may name a folder of other mails.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{TimeZone, Utc};
use mail::incoming::{delayed, weekday};
use mail::{Context, classify, read, reply_text};

/// Longest time for one mail: what is promised, and what a build without optimisation makes of it.
const LONGEST: Duration = Duration::from_millis(if cfg!(debug_assertions) { 1_000 } else { 50 });
/// Mails up to here are cut at every byte.
const SMALL: usize = 6_000;
/// Bytes between two cuts of larger ones; a prime, so that it falls in step with nothing.
const STRIDE: usize = 211;

fn all_below(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all_below(&path, into);
        } else {
            into.push(path);
        }
    }
}

fn take(bytes: &[u8]) {
    let context = Context {
        is_ours: &|id| id.ends_with("@sevenfold.test"),
        is_token: &|_| true,
        token_header: "X-Sevenfold-Token",
        in_sent_folder: false,
        sent_at: None,
        received_at: Utc.with_ymd_and_hms(2026, 11, 23, 0, 0, 0).single().expect("a time"),
        country: None,
        is_business_day: &weekday,
    };
    if let Ok(mail) = read(bytes) {
        classify(&mail, &context);
        delayed(&mail);
        reply_text(&mail);
    }
}

#[test]
fn a_mail_cut_at_any_byte_is_read_or_refused_at_once() {
    let every = std::env::var("SEVENFOLD_EVERY_BYTE").ok();
    let mut files = Vec::new();
    match every.as_deref().filter(|folder| Path::new(folder).is_dir()) {
        Some(folder) => all_below(Path::new(folder), &mut files),
        None => {
            let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
            for folder in ["mime-flanker", "bounces-sisimai", "replies"] {
                all_below(&fixtures.join(folder), &mut files);
            }
        }
    }
    let (mut cuts, mut longest) = (0, (Duration::ZERO, PathBuf::new(), 0));
    for path in files {
        let bytes = std::fs::read(&path).expect("readable");
        let flanker = path.components().any(|part| part.as_os_str() == "mime-flanker");
        let step = if every.is_some() || (flanker && bytes.len() <= SMALL) { 1 } else { STRIDE };
        for cut in (0..bytes.len()).step_by(step) {
            let begun = Instant::now();
            take(&bytes[..cut]);
            let spent = begun.elapsed();
            cuts += 1;
            if spent > longest.0 {
                longest = (spent, path.clone(), cut);
            }
        }
    }
    println!("{cuts} cuts; the longest took {:?}: {} at {}", longest.0, longest.1.display(), longest.2);
    assert!(cuts > 10_000, "{cuts} cuts");
    assert!(longest.0 < LONGEST, "{:?}: {} at {}", longest.0, longest.1.display(), longest.2);
}
