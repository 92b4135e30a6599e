//! Logging in with eduID, and out. An account is (issuer, eduid); without an eduid there is none.

pub(crate) mod callback;
mod device;
pub(crate) mod everywhere;
pub(crate) mod logout;
pub(crate) mod start;
#[cfg(test)]
mod tests;
