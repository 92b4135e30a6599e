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

    /// The same with words for whoever wrote the client; characters that may not stand there are left out.
    #[must_use]
    pub fn describe(mut self, words: &str) -> Self {
        self.error_description = Some(printable(words));
        self
    }

    /// Reads an error body. `None` when it is none.
    pub fn parse(body: &[u8]) -> Option<Self> {
        serde_json::from_value(vc::strict_json::parse(body).ok()?).ok()
    }
}

/// The characters of `%x20-21 / %x23-5B / %x5D-7E`, of which descriptions are made (RFC 6749 section 5.2).
pub(crate) fn printable(words: &str) -> String {
    words.chars().filter(|character| matches!(character, ' '..='~') && !matches!(character, '"' | '\\')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vci_8_3_1_2_descriptions_are_printable_ascii() {
        let described = OAuthError::new("invalid_proof").describe("a \"b\" \\ caf\u{e9}\n~ !");
        assert_eq!(described.error_description.as_deref(), Some("a b  caf~ !"));
        let body = serde_json::to_vec(&described).unwrap();
        assert_eq!(OAuthError::parse(&body), Some(described));
        assert_eq!(OAuthError::parse(b"<html>"), None);
    }
}
