//! Running other programs, and saying what is going on.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Says a line to whoever started the task.
#[expect(clippy::print_stdout, reason = "a task speaks to the person who started it")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Runs a program in the repository's root and tells whether it succeeded.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    say(&format!("\n> {}", shown(command)));
    command.current_dir(root()).stdin(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The standard output of a program that succeeded, trimmed.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether we may install packages.
pub(crate) fn is_root() -> bool {
    output(Command::new("id").arg("-u")).as_deref() == Some("0")
}

/// Where a program is, among the given places and on the PATH.
pub(crate) fn find(name: &str, places: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).chain(places.iter().cloned()).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn shown(command: &Command) -> String {
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(command.get_program().to_string_lossy().into_owned()).chain(arguments).collect::<Vec<_>>().join(" ")
}
