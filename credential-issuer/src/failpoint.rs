//! Points by name at which a fault test stops the process; nothing at all but in unit tests and with the feature `failpoints`.
//!
//! In the order of issuing: `issuer.eligible`, `.reserved`, `.built`, `.prepared`, `.signed`, `.compared`, `.stored`, `.answering`; before
//! that, for who is put off, `.deferring` and `.deferred`. After each part of what a revoked key signed: `issuer.taken_back`.

/// Stops the process here when `FAILPOINT` is `{name}=abort`.
#[cfg(any(test, feature = "failpoints"))]
pub(crate) fn reached(name: &str) {
    let wanted = std::env::var("FAILPOINT").unwrap_or_default();
    if wanted.strip_suffix("=abort") == Some(name) {
        std::process::abort();
    }
}

#[cfg(not(any(test, feature = "failpoints")))]
pub(crate) fn reached(_name: &str) {}
