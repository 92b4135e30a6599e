//! Points by name at which a fault test stops the process; nothing at all without the feature `failpoints`.

/// Stops the process here when `FAILPOINT` is `{name}=abort`.
#[cfg(feature = "failpoints")]
pub(crate) fn reached(name: &str) {
    let wanted = std::env::var("FAILPOINT").unwrap_or_default();
    if wanted.strip_suffix("=abort") == Some(name) {
        std::process::abort();
    }
}

#[cfg(not(feature = "failpoints"))]
pub(crate) fn reached(_name: &str) {}
