//! Stops the PostgreSQL that the tests started.

fn main() -> anyhow::Result<()> {
    hosts::postgres::stop()
}
