//! `cargo xtask mutations [NAME…]`: every deliberate defect of `tests/mutations` in a copy of the work tree, with the modules' tests
//! run over it: exactly the test that the checklist names must fail (decision 0021).

#[path = "../../../tests/conformance/table.rs"]
mod table;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{fs, io};

use crate::run::{root, say};
use table::Module;

/// The packages that have the modules' tests, which lie in rooms called `conformance`.
const TESTED: [&str; 3] = ["eduwallet-credential-issuer", "eduwallet-wallet-server", "eduwallet-verifier"];

/// Tries the defects of these modules, by the end of their names; of all modules when none is named.
pub(crate) fn all(names: &[&str]) -> ExitCode {
    match tried(names) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("the defects could not be tried: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn tried(names: &[&str]) -> io::Result<bool> {
    let list = fs::read_to_string(root().join("tests/conformance/modules.md"))?;
    let mut modules = table::modules(&list).map_err(io::Error::other)?;
    if let Some(unknown) = names.iter().find(|name| !modules.iter().any(|module| is_called(module, name))) {
        return Err(io::Error::other(format!("no module is called {unknown}")));
    }
    modules.retain(|module| names.is_empty() || names.iter().any(|name| is_called(module, name)));
    let copy = Copy::make()?;
    match copy.failing()? {
        Some(failing) if failing.is_empty() => say("without a defect every test passes"),
        Some(failing) => return Err(io::Error::other(format!("without a defect these fail already: {failing:?}"))),
        None => return Err(io::Error::other("it does not build")),
    }
    let mut all = true;
    for module in &modules {
        let verdict = copy.with_defect(module)?;
        say(&format!("  {}  {}{}", if verdict.is_none() { "exact " } else { "FAILED" }, module.name, verdict.as_deref().unwrap_or("")));
        all &= verdict.is_none();
    }
    Ok(all)
}

fn is_called(module: &Module, name: &str) -> bool {
    let short = |prefix| module.name.strip_prefix(prefix) == Some(name);
    module.name == name || short("oid4vci-1_0-") || short("oid4vp-1final-")
}

/// A copy of what git knows of the work tree, with what is built from it beside.
struct Copy {
    tree: PathBuf,
    built: PathBuf,
}

impl Copy {
    /// Brings the copy up to date: only what changed is written, so that only that is built again.
    fn make() -> io::Result<Self> {
        let folder = root().join("target/mutations");
        let copy = Self { tree: folder.join("tree"), built: folder.join("built") };
        let mut list = Command::new("git");
        let listed = list.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root()).output()?;
        if !listed.status.success() {
            return Err(io::Error::other("git does not list the work tree"));
        }
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        let names: BTreeSet<&Path> = listed.split('\0').filter(|name| !name.is_empty()).map(Path::new).collect();
        for name in &names {
            // Git also lists what was deleted and not committed yet.
            let Ok(bytes) = fs::read(root().join(name)) else { continue };
            let to = copy.tree.join(name);
            if fs::read(&to).is_ok_and(|there| there == bytes) {
                continue;
            }
            fs::create_dir_all(to.parent().unwrap_or(&copy.tree))?;
            fs::write(&to, bytes)?;
        }
        copy.remove_what_is_gone(&copy.tree, &names)?;
        Ok(copy)
    }

    fn remove_what_is_gone(&self, folder: &Path, names: &BTreeSet<&Path>) -> io::Result<()> {
        for entry in fs::read_dir(folder)?.flatten() {
            let path = entry.path();
            if path.is_dir() {
                self.remove_what_is_gone(&path, names)?;
            } else if path.strip_prefix(&self.tree).is_ok_and(|name| !names.contains(name) || !root().join(name).is_file()) {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    }

    /// What is wrong with a module's defect; nothing when it turns exactly the module's test red.
    fn with_defect(&self, module: &Module) -> io::Result<Option<String>> {
        let patch = root().join("tests/mutations").join(format!("{}.patch", module.name));
        if !self.apply(&patch, &[])? {
            return Ok(Some(": the patch does not apply".to_owned()));
        }
        let failing = self.failing();
        if !self.apply(&patch, &["--reverse"])? {
            return Err(io::Error::other(format!("{} could not be taken back", module.name)));
        }
        let expected = module.test.rsplit("::").next().unwrap_or_default();
        Ok(match failing? {
            None => Some(": it does not build with the patch".to_owned()),
            Some(failing) if failing.len() == 1 && failing.contains(expected) => None,
            Some(failing) if failing.is_empty() => Some(": no test fails".to_owned()),
            Some(failing) => Some(format!(": these fail: {failing:?}")),
        })
    }

    fn apply(&self, patch: &Path, options: &[&str]) -> io::Result<bool> {
        let mut apply = Command::new("git");
        apply.arg("apply").args(options).arg(patch).current_dir(&self.tree);
        // The copy lies inside a repository that it is no part of.
        apply.env("GIT_CEILING_DIRECTORIES", self.tree.parent().unwrap_or(&self.tree));
        Ok(apply.status()?.success())
    }

    /// The modules' tests that fail, by their functions; nothing when it does not build.
    fn failing(&self) -> io::Result<Option<BTreeSet<String>>> {
        let mut test = Command::new(env!("CARGO"));
        test.args(["test", "--locked", "--no-fail-fast", "--lib", "--test", "verifier"]);
        test.args(TESTED.iter().flat_map(|package| ["-p", package]));
        test.args(["--", "--format=pretty", "conformance::"]).current_dir(&self.tree).env("CARGO_TARGET_DIR", &self.built);
        let output = test.stdin(Stdio::null()).output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        let results: Vec<(&str, &str)> = said.lines().filter_map(result).collect();
        if results.is_empty() {
            say(&String::from_utf8_lossy(&output.stderr));
            return Ok(None);
        }
        let failed = results.iter().filter(|(_, outcome)| *outcome != "ok");
        Ok(Some(failed.filter_map(|(name, _)| Some(name.rsplit("::").next()?.to_owned())).collect()))
    }
}

/// A line of the test harness: the test and how it ended.
fn result(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("test ")?.split_once(" ... ")
}
