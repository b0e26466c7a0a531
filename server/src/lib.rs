//! The front door: puts the rooms' doors into one program, lets people and programs in, keeps the
//! worker going, serves the web app.
//!
//! The server knows of a room only its [`http_room::Door`]. What is *not* here: anything of the sales
//! cycle, and reading flags or files of configuration (the binary does).

pub mod accounts;
pub mod assemble;
pub mod document;
pub mod health;
pub mod layers;
pub mod live;
pub mod sample;
pub mod serve;
pub mod settings;
#[cfg(feature = "testing")]
pub mod testing;
pub mod web;
pub mod worker;

pub use assemble::{doors, migrations, openapi};
pub use serve::{Running, ServeError, open_app, start};
pub use settings::Settings;

/// Where the API begins.
pub const API: &str = "/api/v1";
