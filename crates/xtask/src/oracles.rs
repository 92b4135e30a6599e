//! Our formats beside other people's software, and mutated input to every parser: two workspaces of their own.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{find, root, succeeds};

/// Seconds that each fuzz target gets; `--seconds` of the program itself takes more.
const FUZZ_SECONDS: &str = "2";

/// `josekit`, `ssi` and the Python package `sd-jwt`. `None` when what they need is not installed.
pub(crate) fn compare(cargo: &str) -> Option<bool> {
    let folder = root().join("tests/oracles");
    find("pkg-config", &[])?;
    let python = python(&folder)?;
    let mut test = Command::new(cargo);
    test.args(["test", "--locked", "--manifest-path"]).arg(folder.join("Cargo.toml")).env("ORACLE_PYTHON", python);
    Some(succeeds(&mut test))
}

/// Every fuzz target for a fixed short time.
pub(crate) fn fuzz(cargo: &str) -> bool {
    let manifest = root().join("tests/fuzz/Cargo.toml");
    let mut run = Command::new(cargo);
    run.args(["run", "--locked", "--quiet", "--manifest-path"]).arg(manifest).args(["--", "--seconds", FUZZ_SECONDS]);
    succeeds(&mut run)
}

/// A Python of our own with the packages of `requirements.txt`, made once.
fn python(folder: &Path) -> Option<PathBuf> {
    let home = folder.join("target/python");
    let python = home.join("bin/python");
    if !python.exists() {
        find("python3", &[])?;
        // Half a folder from a broken first try is no Python.
        drop(std::fs::remove_dir_all(&home));
        if !succeeds(Command::new("python3").args(["-m", "venv"]).arg(&home)) {
            return None;
        }
    }
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    let installed = succeeds(Command::new(&python).args(install).arg(folder.join("python/requirements.txt")));
    installed.then_some(python)
}
