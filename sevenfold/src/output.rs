//! Printing for people and for programs, and exit codes that mean something.

use serde::Serialize;
use std::io::Write;
use std::process::ExitCode;

/// How a command failed; decides the exit code.
#[derive(Debug)]
pub enum Failure {
    /// Something went wrong: 1.
    Failed(String),
    /// It was asked for wrongly: 2.
    Usage(String),
    /// What it is about is not there: 3.
    NotFound(String),
    /// It was refused, or done only in part: 4.
    Refused(String),
}

impl Failure {
    /// Something went wrong.
    pub fn of(why: impl std::fmt::Display) -> Self {
        Self::Failed(why.to_string())
    }

    fn parts(&self) -> (u8, &'static str, &str) {
        match self {
            Self::Failed(why) => (1, "failed", why),
            Self::Usage(why) => (2, "usage", why),
            Self::NotFound(why) => (3, "not_found", why),
            Self::Refused(why) => (4, "refused", why),
        }
    }
}

/// Prints data on standard output and everything else on standard error.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    /// As JSON.
    pub json: bool,
}

impl Printer {
    /// Prints data: as JSON, or as the text made from it.
    pub fn print<T: Serialize>(&self, data: &T, text: impl FnOnce(&T) -> String) -> Result<(), Failure> {
        let text =
            if self.json { serde_json::to_string_pretty(data).map_err(Failure::of)? } else { text(data) };
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}", text.trim_end()).map_err(Failure::of)
    }

    /// Says why it failed; answers the exit code.
    pub fn fail(&self, failure: &Failure) -> ExitCode {
        let (code, word, why) = failure.parts();
        if self.json {
            eprintln!("{}", serde_json::json!({ "error": word, "detail": why }));
        } else {
            eprintln!("sevenfold: {why}");
        }
        ExitCode::from(code)
    }
}

/// Lines up columns by their widest entry, counted in characters.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| Some(row.get(column)?.chars().count())).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (entry, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{entry:width$}  "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
