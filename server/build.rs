//! Makes the folder the web app is embedded from, so that the server builds before the web app does.

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let dist = Path::new("../web/dist");
    if let Err(why) = std::fs::create_dir_all(dist) {
        println!("cargo:warning=web/dist cannot be made: {why}");
    }
    // Debug builds read the files when asked for them; others carry them, so must notice new ones.
    if std::env::var("PROFILE").is_ok_and(|profile| profile != "debug") {
        println!("cargo:rerun-if-changed=../web/dist");
    }
}
