//! The moves of a deal: which there are, what each needs, and what it leads to.
//!
//! A pure decision over the process, the deal, its facts and who asks. Writing it down, making tasks
//! and telling others is not here.

mod endings;
mod model;
mod rules;
mod state;

pub use model::{MoveKind, MoveRequest, Refusal, Settings, Told, Transition, WAKE_CAUSES};
pub use rules::{allowed, decide, wakes_at};
pub use state::{Context, DealState, LastMove, Position};

/// Points of interest at which a parked deal wakes.
pub const WAKE_POINTS: f64 = 40.0;
/// Local hour of the owner at which a parked deal wakes on its day.
pub const WAKE_HOUR: u32 = 9;
/// Seconds within which a move can be undone.
pub const UNDO_SECONDS: i64 = 600;
/// Days within which a won deal can be reopened.
pub const REOPEN_WON_DAYS: i64 = 30;
/// Causes for parking, as keys.
pub const PARK_CAUSES: [&str; 5] =
    ["budget_cycle", "contract_until", "reorganisation", "project_later", "other"];
/// Longest parking, in years.
pub const PARK_YEARS: u32 = 3;
/// What stands for the missing attempt when a deal is given up in closing without asking.
pub const ASK_MISSING: &str = "ask_missing";

#[cfg(test)]
mod tests;
#[cfg(test)]
mod walk;
