//! What the command says on the terminal. The only place that writes to it.

use std::io::Write;

/// A line on standard output.
pub(crate) fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    // A reader that went away is no reason to fail.
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// A line on standard error.
pub(crate) fn error(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "eduwallet: {text}");
}
