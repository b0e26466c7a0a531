//! The process: the seven stages, their gates, and the moves a deal may make.

pub mod criterion;
pub mod definition;
pub mod facts;
pub mod gate;
pub mod next_step;
pub mod sla;
pub mod stage;
pub mod transition;
