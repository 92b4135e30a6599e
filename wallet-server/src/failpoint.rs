//! Points by name at which a fault test stops the process; nothing at all but in unit tests and with the feature `failpoints`.
//!
//! In the order of receiving: `wallet.opened` (an offer was taken in), `.accepted` (the first press), `.leaving` (to a login at the issuer),
//! `.returned` and `.taken` (back from it, before and after it is written down), `.token` and `.authorized` (before and after the
//! token is), `.nonce`, `.answered` (credentials came), `.laid` (they are laid aside), `.concluded` (and shown), `.put_off` and
//! `.waiting` (before and after it is written that the issuer prepares them), `.polled` (they came at last), `.keeping` and `.kept` (the second press),
//! `.notified` (the issuer heard of it). Of what is renewed: `.renewing` (a new token), `.renewed` (new copies came), `.replaced` (they are stored).

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
