//! What a code and an access token stand for.

use super::request::AuthenticationRequest;

/// A login that a client may fetch with a code, once.
pub(super) struct Grant {
    pub(super) request: AuthenticationRequest,
    pub(super) persona: &'static str,
    pub(super) acr: String,
    pub(super) auth_time: i64,
    /// The access token that was given for it: a second use of the code ends it (RFC 6749 section 4.1.2).
    pub(super) token: Option<String>,
}

/// What an access token allows: the userinfo of one persona for one client.
pub(super) struct Token {
    pub(super) client_id: String,
    pub(super) persona: &'static str,
    pub(super) id: String,
}
