//! `cargo xtask test`: format, lints, every test on both databases, the browser and other people's software.

use std::process::{Command, ExitCode};

use crate::oracles;
use crate::postgres::{self, Postgres};
use crate::run::{find, is_root, output, root, say, succeeds};

/// How a step ended.
enum Outcome {
    Passed,
    Failed,
    LeftOut(&'static str),
}

/// Runs everything and ends with one line for each step.
pub(crate) fn all() -> ExitCode {
    let ci = std::env::var("CI").is_ok_and(|value| value == "true");
    install();
    let mut steps: Vec<(&str, Outcome)> = vec![
        ("format", step(cargo().args(["fmt", "--all", "--check"]))),
        ("lints", step(cargo().args(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))),
        ("dependencies", dependencies()),
    ];
    steps.extend(rust_tests());
    steps.push(("mutated input to every parser", if oracles::fuzz(env!("CARGO")) { Outcome::Passed } else { Outcome::Failed }));
    steps.push(("josekit, ssi and Python's sd-jwt", beside()));
    steps.push(("browser and foreign software", browser()));

    say("\nWhat ran:");
    let mut failed = false;
    for (name, outcome) in &steps {
        match outcome {
            Outcome::Passed => say(&format!("  passed    {name}")),
            Outcome::Failed => say(&format!("  FAILED    {name}")),
            Outcome::LeftOut(why) => say(&format!("  LEFT OUT  {name}: {why}")),
        }
        // A database or the browser may be missing on somebody's laptop, never in CI.
        failed |= matches!(outcome, Outcome::Failed) || (ci && matches!(outcome, Outcome::LeftOut(_)) && *name != "dependencies");
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn cargo() -> Command {
    Command::new(env!("CARGO"))
}

fn step(command: &mut Command) -> Outcome {
    if succeeds(command) { Outcome::Passed } else { Outcome::Failed }
}

/// Installs what is missing, where that is ours to do: as root, on Debian.
fn install() {
    let debian = find("apt-get", &[]).is_some();
    if !(is_root() && debian) {
        return;
    }
    let mut wanted = Vec::new();
    if find("chromium", &[]).is_none() {
        wanted.extend(["chromium", "fonts-noto-core"]);
    }
    // A machine may have PostgreSQL's client without its server.
    if postgres::binaries().is_none() {
        wanted.push("postgresql");
    }
    if find("node", &[]).is_none() {
        wanted.extend(["nodejs", "npm"]);
    }
    if output(Command::new("python3").args(["-c", "import ensurepip"])).is_none() {
        wanted.extend(["python3", "python3-venv"]);
    }
    // `josekit` links OpenSSL; nothing of the product does.
    if find("pkg-config", &[]).is_none() || output(Command::new("pkg-config").args(["--exists", "openssl"])).is_none() {
        wanted.extend(["pkg-config", "libssl-dev"]);
    }
    if wanted.is_empty() {
        return;
    }
    let updated = succeeds(Command::new("apt-get").args(["update", "-q"]));
    let mut get = Command::new("apt-get");
    get.env("DEBIAN_FRONTEND", "noninteractive").args(["install", "-q", "-y", "--no-install-recommends"]).args(&wanted);
    if !(updated && succeeds(&mut get)) {
        say(&format!("could not install {}", wanted.join(", ")));
    }
}

/// Licences, sources and duplicates of what we build on.
fn dependencies() -> Outcome {
    if output(cargo().args(["deny", "--version"])).is_none() {
        return Outcome::LeftOut("cargo-deny is not installed (cargo install cargo-deny)");
    }
    step(cargo().args(["deny", "--offline", "check", "licenses", "bans", "sources"]))
}

/// Every Rust test; those that need a database run once on each.
fn rust_tests() -> Vec<(&'static str, Outcome)> {
    let mut test = cargo();
    test.args(["test", "--workspace", "--locked", "--no-fail-fast"]);
    match Postgres::start(false) {
        Ok(Some(server)) => {
            test.env("TEST_POSTGRES", server.url());
            let both = succeeds(&mut test);
            let outcome = || if both { Outcome::Passed } else { Outcome::Failed };
            vec![("tests on SQLite", outcome()), ("tests on PostgreSQL", outcome())]
        }
        Ok(None) => vec![("tests on SQLite", step(&mut test)), ("tests on PostgreSQL", Outcome::LeftOut("PostgreSQL is not installed"))],
        Err(error) => {
            say(&format!("PostgreSQL did not start: {error}"));
            vec![("tests on SQLite", step(&mut test)), ("tests on PostgreSQL", Outcome::Failed)]
        }
    }
}

/// What other people's implementations make of our formats, and we of theirs.
fn beside() -> Outcome {
    match oracles::compare(env!("CARGO")) {
        Some(true) => Outcome::Passed,
        Some(false) => Outcome::Failed,
        None => Outcome::LeftOut("Python with venv, or pkg-config and OpenSSL's headers, are not installed"),
    }
}

/// The release binary in a real browser, and with wallets, verifiers and providers that others wrote.
fn browser() -> Outcome {
    if find("node", &[]).is_none() || find("npm", &[]).is_none() {
        return Outcome::LeftOut("Node.js is not installed");
    }
    if find("chromium", &[]).is_none() {
        return Outcome::LeftOut("Chromium is not installed");
    }
    let folder = root().join("tests/browser");
    let installed = succeeds(Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]).arg(&folder));
    if !installed || !succeeds(cargo().args(["build", "--release", "--locked"])) {
        return Outcome::Failed;
    }
    step(Command::new("npm").args(["test", "--prefix"]).arg(&folder))
}
