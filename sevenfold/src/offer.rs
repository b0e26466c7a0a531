//! `sevenfold offer`: whether a sealed agreement is the one that was sealed.

use crate::output::{Failure, Printer};
use ::offer::sign::seal::verify;
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// What to do with offers.
#[derive(Debug, Subcommand)]
pub enum OfferCommand {
    /// Check a sealed agreement: whether it was changed since, and with which key it was sealed.
    ///
    /// Needs no database: the public key of an installation is shown at /api/v1/offer-seal-key, and may be kept
    /// anywhere. Without --key it is only said with which key the file was sealed. Exit code 4 when the file is not
    /// believed.
    Verify(VerifyArgs),
}

/// Which file, and who is believed.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The agreement.
    file: PathBuf,
    /// The public key of the installation that sealed it, in base64.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

/// Runs the command.
pub fn run(command: &OfferCommand, printer: &Printer) -> Result<ExitCode, Failure> {
    let OfferCommand::Verify(asked) = command;
    let file = std::fs::read(&asked.file).map_err(Failure::of)?;
    let found = verify(&file, asked.key.as_deref());
    if printer.json {
        let told = match &found {
            Ok(seal) => json!({
                "believed": true, "key": seal.key, "key_checked": asked.key.is_some(), "sha256": seal.sha256,
            }),
            Err(why) => json!({ "believed": false, "why": why.to_string() }),
        };
        println!("{told}");
    } else {
        match &found {
            Ok(seal) => {
                println!("{}: unchanged since it was sealed", asked.file.display());
                let known =
                    if asked.key.is_some() { "as expected" } else { "compare it with the installation's" };
                println!("sealed with {} ({known})", seal.key);
                println!("SHA-256 of what was sealed: {}", seal.sha256);
            }
            Err(why) => println!("{}: {why}", asked.file.display()),
        }
    }
    Ok(ExitCode::from(if found.is_ok() { 0 } else { 4 }))
}
