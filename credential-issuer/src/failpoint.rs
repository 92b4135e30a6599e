//! Points by name at which a fault test stops the process; nothing at all but in unit tests and with the feature `failpoints`.
//!
//! In the order of issuing: `issuer.eligible`, `.reserved`, `.built`, `.prepared`, `.signed`, `.compared`, `.stored`, `.answering`; before
//! that, for who is put off, `.deferring` and `.deferred`. After each part of what a revoked key signed: `issuer.taken_back`.
//!
//! On the way there, before and after each commit: `issuer.offering` and `.offered`, `.pushing` and `.pushed`, `.beginning` and `.begun`
//! of an authorization, `.arriving` and `.arrived` from eduID, `.choosing` and `.chosen`, `.redeeming` and `.redeemed` of a
//! pre-authorized code, `.granting` and `.granted` of an authorization code, `.refreshing` and `.refreshed`, and last `.noting` and
//! `.noted` of a notification. Of a delivery: `.delivering` before it is posted, `.delivered` before that is written down. Nonces leave no
//! row, so nothing of them can be lost.

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
