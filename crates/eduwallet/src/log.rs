//! Logging: lines on standard error, filtered by `EDUWALLET_LOG`, as JSON when nobody is looking.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts logging. `usual` is the filter when the environment has none.
pub(crate) fn start(usual: &str) {
    let filter = EnvFilter::try_from_env("EDUWALLET_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let started = if std::io::stderr().is_terminal() { lines.compact().try_init() } else { lines.json().flatten_event(true).try_init() };
    // A second start, in tests, changes nothing.
    drop(started);
}
