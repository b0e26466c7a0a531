//! How fast mails are read, told apart and relieved of quotes: `reading speed DIR…` reads every file again and again for
//! some seconds; `reading cuts DIR…` reads every file cut at every byte and names the slowest.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use mail::incoming::weekday;
use mail::{Context, classify, read, reply_text};

/// How long mails are read for their speed.
const SECONDS: u64 = 5;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((what, dirs)) = arguments.split_first() else {
        eprintln!("reading speed|cuts DIR…");
        return ExitCode::FAILURE;
    };
    let mut files = Vec::new();
    for dir in dirs {
        collect(Path::new(dir), &mut files);
    }
    files.sort();
    match what.as_str() {
        "cuts" => cuts(&files),
        _ => speed(&files),
    }
    ExitCode::SUCCESS
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(path) else {
        files.push(path.to_owned());
        return;
    };
    for entry in entries.flatten() {
        collect(&entry.path(), files);
    }
}

/// Everything that is done with a mail when it comes in; how long it took.
fn take_in(bytes: &[u8]) -> Duration {
    let begun = Instant::now();
    if let Ok(mail) = read(bytes) {
        let context = Context {
            is_ours: &|_| false,
            is_token: &|_| false,
            token_header: "x-token",
            in_sent_folder: false,
            sent_at: None,
            received_at: DateTime::<Utc>::UNIX_EPOCH,
            country: None,
            is_business_day: &weekday,
        };
        std::hint::black_box(classify(&mail, &context));
        std::hint::black_box(reply_text(&mail));
    }
    begun.elapsed()
}

fn speed(files: &[PathBuf]) {
    let mails: Vec<Vec<u8>> = files.iter().filter_map(|file| std::fs::read(file).ok()).collect();
    let bytes: usize = mails.iter().map(Vec::len).sum();
    let (begun, mut count) = (Instant::now(), 0_u32);
    while begun.elapsed() < Duration::from_secs(SECONDS) {
        for mail in &mails {
            take_in(mail);
            count += 1;
        }
    }
    let each = f64::from(count) / begun.elapsed().as_secs_f64();
    println!("{} files, {bytes} bytes: {each:.0} mails/s", mails.len());
}

fn cuts(files: &[PathBuf]) {
    let mut slowest: Vec<(Duration, String)> = Vec::new();
    let (mut count, mut total) = (0_u64, Duration::ZERO);
    for file in files {
        let Ok(bytes) = std::fs::read(file) else { continue };
        // A file of hundreds of kilobytes is cut at so many places that it would take all day.
        let step = (bytes.len() / 100_000).max(1);
        let worst = (0..=bytes.len()).step_by(step).chain([bytes.len()]).map(|end| {
            let took = take_in(&bytes[..end]);
            count += 1;
            total += took;
            (took, format!("{} at {end} of {}", file.display(), bytes.len()))
        });
        slowest.extend(worst.max());
    }
    slowest.sort();
    println!(
        "{} files, {count} mails, {:.0} mails/s; the slowest:",
        files.len(),
        count as f64 / total.as_secs_f64()
    );
    for (took, what) in slowest.iter().rev().take(8) {
        println!("{:>10.3} ms  {what}", took.as_secs_f64() * 1000.0);
    }
}
