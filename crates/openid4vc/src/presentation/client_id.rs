//! Client identifiers and their prefixes (OpenID4VP section 5.9), rows R3 and R4.

use super::RequestError;

/// How a client identifier is to be read; what stands before its first `:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    /// Never signed; the rest is the `response_uri`.
    RedirectUri,
    /// The rest is a dNSName of the leaf certificate.
    X509SanDns,
    /// The rest is the SHA-256 of the leaf certificate, base64url.
    X509Hash,
    /// The rest is a DID.
    DecentralizedIdentifier,
    /// The rest is the identifier in a federation. Read, and not supported.
    OpenidFederation,
    /// The rest is the `sub` of an attestation in the request's header.
    VerifierAttestation,
    /// No prefix: known to the wallet beforehand, by the register.
    PreRegistered,
}

/// A client identifier. `aud` of a presentation is always the full text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientId {
    full: String,
    prefix: Prefix,
}

impl Prefix {
    /// The text before the `:`, none for pre-registered clients.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::RedirectUri => Some("redirect_uri"),
            Self::X509SanDns => Some("x509_san_dns"),
            Self::X509Hash => Some("x509_hash"),
            Self::DecentralizedIdentifier => Some("decentralized_identifier"),
            Self::OpenidFederation => Some("openid_federation"),
            Self::VerifierAttestation => Some("verifier_attestation"),
            Self::PreRegistered => None,
        }
    }

    /// Whether requests of such a client are signed; `redirect_uri` ones cannot be.
    pub const fn is_signed(self) -> bool {
        !matches!(self, Self::RedirectUri)
    }

    /// The prefixes that this product answers, for metadata.
    pub const SUPPORTED: [&'static str; 6] =
        ["x509_hash", "x509_san_dns", "decentralized_identifier", "verifier_attestation", "redirect_uri", "pre-registered"];
}

impl ClientId {
    /// Reads an identifier. `origin:` is reserved and an unknown prefix is no pre-registered client.
    ///
    /// # Errors
    /// [`RequestError::ClientPrefix`].
    pub fn parse(text: &str) -> Result<Self, RequestError> {
        let prefix = match text.split_once(':') {
            None if text.is_empty() => return Err(RequestError::ClientPrefix),
            None => Prefix::PreRegistered,
            Some((_, "")) => return Err(RequestError::ClientPrefix),
            Some(("redirect_uri", _)) => Prefix::RedirectUri,
            Some(("x509_san_dns", _)) => Prefix::X509SanDns,
            Some(("x509_hash", _)) => Prefix::X509Hash,
            Some(("decentralized_identifier", rest)) if rest.starts_with("did:") => Prefix::DecentralizedIdentifier,
            Some(("openid_federation", _)) => Prefix::OpenidFederation,
            Some(("verifier_attestation", _)) => Prefix::VerifierAttestation,
            Some(_) => return Err(RequestError::ClientPrefix),
        };
        Ok(Self { full: text.to_owned(), prefix })
    }

    /// An identifier of a prefix that this product answers.
    ///
    /// # Errors
    /// [`RequestError::ClientPrefix`], and [`RequestError::Federation`] for the one prefix that is known and not answered.
    pub fn parse_supported(text: &str) -> Result<Self, RequestError> {
        Self::parse(text).and_then(|id| if id.prefix == Prefix::OpenidFederation { Err(RequestError::Federation) } else { Ok(id) })
    }

    /// The full text, prefix included.
    pub fn as_str(&self) -> &str {
        &self.full
    }

    /// How it is to be read.
    pub fn prefix(&self) -> Prefix {
        self.prefix
    }

    /// What stands behind the prefix.
    pub fn rest(&self) -> &str {
        match self.prefix {
            Prefix::PreRegistered => &self.full,
            _ => self.full.split_once(':').map_or("", |(_, rest)| rest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/vectors/openid4vp/own-client-id-cases.json")).unwrap();
        for case in vectors["cases"].as_array().unwrap() {
            let text = case["client_id"].as_str().unwrap();
            match ClientId::parse(text) {
                Err(error) => {
                    assert!(case.get("expect").is_some(), "{text}");
                    assert_eq!(error.code(), "client_prefix");
                }
                Ok(id) => {
                    assert!(case.get("expect").is_none(), "{text}");
                    assert_eq!((id.prefix().name(), Some(id.rest())), (case["prefix"].as_str(), case["rest"].as_str()));
                    assert_eq!(id.prefix().is_signed(), case["signed_request_allowed"].as_bool().unwrap_or(true), "{text}");
                    assert_eq!(id.as_str(), text);
                }
            }
        }
    }
}
