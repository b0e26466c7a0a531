//! What every HTTP route shares: who is asking, problems, lists, tags of state, live changes.
//!
//! A handler takes a [`Reader`], [`Writer`], [`Manager`] or [`Admin`], which is proof of sign-in and
//! right at once, and answers with a value or a [`Problem`]. What is *not* here: how somebody signs
//! in (server) and what the rooms do.

pub mod app;
pub mod body;
pub mod door;
pub mod guarded;
pub mod idempotency;
pub mod list;
pub mod live;
pub mod member;
pub mod problem;
pub mod revision;
pub mod visitor;

pub use app::App;
pub use body::Body;
pub use door::{Door, Furnish, JobHandler, NewWorkspace, Timer};
pub use guarded::guarded;
pub use list::{Field, FieldKind, ListQuery, Page};
pub use member::{Admin, Manager, Member, Reader, Right, Role, Scope, Writer};
pub use problem::{FieldError, Problem};
pub use revision::{IfMatch, Tagged};
pub use visitor::Visitor;

/// Shorthand for what handlers answer.
pub type Answer<T> = Result<T, Problem>;
