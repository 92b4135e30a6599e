//! `cargo xtask bench`: the release binary measured from outside, on both databases.

use std::process::{Command, ExitCode};

use crate::postgres::Postgres;
use crate::run::{root, say, succeeds};

/// The software of others that is measured beside ours, as the lock file has it.
const INSTALL: [&str; 5] = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"];

/// Builds the release binary and the client, starts a durable PostgreSQL of our own, and measures.
pub(crate) fn all(arguments: &[&str]) -> ExitCode {
    let cargo = env!("CARGO");
    if arguments == ["formats"] {
        return if formats(cargo) { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    if !succeeds(Command::new(cargo).args(["build", "--release", "--locked", "-p", "eduwallet", "-p", "eduwallet-bench"])) {
        return ExitCode::FAILURE;
    }
    let folder = root().join("tests/browser");
    if !succeeds(Command::new("npm").args(INSTALL).arg(&folder)) {
        return ExitCode::FAILURE;
    }
    let mut bench = Command::new(cargo);
    bench.env("BENCH_PEER", folder.join("peer.mjs"));
    bench.args(["run", "--quiet", "--release", "--locked", "-p", "eduwallet-bench", "--"]).args(arguments);
    let server = Postgres::start(true);
    match &server {
        Ok(Some(server)) => drop(bench.env("BENCH_POSTGRES", server.url())),
        Ok(None) => say("PostgreSQL is not installed: only SQLite is measured"),
        Err(error) => say(&format!("PostgreSQL did not start: {error}")),
    }
    let measured = succeeds(&mut bench);
    // Rates that somebody names are a question of their own.
    let built = !arguments.is_empty() || from_nothing(cargo);
    if measured && built { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Times what `vc` does with credentials on one thread, and directly after it what other people's software takes for the same.
fn formats(cargo: &str) -> bool {
    let build = ["build", "--release", "--locked", "-p", "eduwallet-vc", "--examples"];
    let folder = root().join("tests/browser");
    if !succeeds(Command::new(cargo).args(build)) || !succeeds(Command::new("npm").args(INSTALL).arg(&folder)) {
        return false;
    }
    let ours = ["speed", "speed_badge", "speed_status"].map(|example| {
        let mut run = Command::new(cargo);
        succeeds(run.args(["run", "--quiet", "--release", "--locked", "-p", "eduwallet-vc", "--example", example]))
    });
    let theirs = succeeds(Command::new("node").arg(folder.join("speed.mjs")));
    ours.iter().all(|done| *done) && theirs
}

/// Times the release build and the fast tests with nothing compiled, in a target folder of their own.
fn from_nothing(cargo: &str) -> bool {
    let folder = std::env::temp_dir().join(format!("eduwallet-cold-{}", std::process::id()));
    let steps: [(&str, &[&str]); 2] = [
        ("release build, nothing compiled", &["build", "--release", "--locked", "--quiet"]),
        ("cargo test --workspace, nothing compiled", &["test", "--workspace", "--locked", "--quiet"]),
    ];
    let mut all = true;
    for (name, arguments) in steps {
        let started = now();
        let mut command = Command::new(cargo);
        let done = succeeds(command.args(arguments).env("CARGO_TARGET_DIR", &folder).env("CARGO_INCREMENTAL", "0"));
        say(&format!("{name}: {:.0} s{}", started.elapsed().as_secs_f64(), if done { "" } else { ", FAILED" }));
        all &= done;
    }
    drop(std::fs::remove_dir_all(&folder));
    all
}

#[expect(clippy::disallowed_methods, reason = "this task measures time")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}
