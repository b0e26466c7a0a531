//! `sevenfold openapi`.

use crate::output::Failure;
use std::io::Write;
use std::process::ExitCode;

/// Prints the document, always as JSON.
pub fn print() -> Result<ExitCode, Failure> {
    std::io::stdout().lock().write_all(server::assemble::openapi_text().as_bytes()).map_err(Failure::of)?;
    Ok(ExitCode::SUCCESS)
}
