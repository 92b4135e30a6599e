//! `cargo xtask bench`: the release binary measured from outside, on both databases.

use std::process::{Command, ExitCode};

use crate::postgres::Postgres;
use crate::run::{say, succeeds};

/// Builds the release binary and the client, starts a durable PostgreSQL of our own, and measures.
pub(crate) fn all(arguments: &[&str]) -> ExitCode {
    let cargo = env!("CARGO");
    if !succeeds(Command::new(cargo).args(["build", "--release", "--locked", "-p", "eduwallet", "-p", "eduwallet-bench"])) {
        return ExitCode::FAILURE;
    }
    let mut bench = Command::new(cargo);
    bench.args(["run", "--quiet", "--release", "--locked", "-p", "eduwallet-bench", "--"]).args(arguments);
    let server = Postgres::start(true);
    match &server {
        Ok(Some(server)) => drop(bench.env("BENCH_POSTGRES", server.url())),
        Ok(None) => say("PostgreSQL is not installed: only SQLite is measured"),
        Err(error) => say(&format!("PostgreSQL did not start: {error}")),
    }
    if succeeds(&mut bench) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
