//! OAuth 2.0 as both specifications use it: forms, PKCE, metadata, pushed requests, tokens bound to keys, clients that authenticate.

pub mod attester;
pub mod authorization_details;
pub mod client_assertion;
pub mod client_attestation;
pub mod client_metadata;
pub mod dpop;
pub mod form;
pub mod par;
pub mod pkce;
pub mod server_metadata;
pub mod token;
pub mod well_known;

use serde::{Deserialize, Serialize};

/// An OAuth error body (RFC 6749 section 5.2), also used by credential and response endpoints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuthError {
    /// The error code.
    pub error: String,
    /// Printable ASCII without `"` and `\`; never an echo of the input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

impl OAuthError {
    /// A code without a description.
    pub fn new(error: impl Into<String>) -> Self {
        Self { error: error.into(), error_description: None }
    }
}
