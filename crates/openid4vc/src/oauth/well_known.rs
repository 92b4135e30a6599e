//! Where the metadata of an identifier lives: `/.well-known/…` between host and path (OpenID4VCI 12.2.2, RFC 8414 section 3.1,
//! SD-JWT VC section 4).

use url::{Host, Url};

/// Metadata documents of an issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// `openid-credential-issuer`
    CredentialIssuer,
    /// `oauth-authorization-server`
    AuthorizationServer,
    /// `jwt-vc-issuer`
    JwtVcIssuer,
}

impl Document {
    /// The last segment of the well-known path.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CredentialIssuer => "openid-credential-issuer",
            Self::AuthorizationServer => "oauth-authorization-server",
            Self::JwtVcIssuer => "jwt-vc-issuer",
        }
    }
}

/// Why a text is no issuer identifier (row M2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("issuer_identifier")]
pub struct IdentifierError;

/// Reads an issuer identifier: https, no userinfo, query or fragment. With `allow_localhost`, `http://localhost` with any port is
/// read too; IP literals never are.
///
/// # Errors
/// [`IdentifierError`] for everything else.
pub fn identifier(text: &str, allow_localhost: bool) -> Result<Url, IdentifierError> {
    let url = Url::parse(text).map_err(|_| IdentifierError)?;
    let clean = url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    (clean && literal(text, &url) && fetchable(&url, allow_localhost)).then_some(url).ok_or(IdentifierError)
}

/// Whether the rules for addresses allow a connection to this URL as far as its text tells: https to a named host, or the one
/// exception `http://localhost` of the demo.
pub fn fetchable(url: &Url, allow_localhost: bool) -> bool {
    match (url.scheme(), url.host()) {
        ("https", Some(Host::Domain(_))) => true,
        ("http", Some(Host::Domain("localhost"))) => allow_localhost,
        _ => false,
    }
}

/// Whether an address is written as it will be used: `http` names the literal host `localhost`, in small letters and without
/// anything around it.
pub(crate) fn literal(text: &str, url: &Url) -> bool {
    let rest = text.strip_prefix("http://localhost");
    url.scheme() != "http" || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/', '?', '#']))
}

/// The URL of a document, inserted between host and path. `None` when the identifier has no host.
pub fn inserted(identifier: &str, document: Document) -> Option<String> {
    let url = Url::parse(identifier).ok()?;
    url.host()?;
    let path = url.path().trim_end_matches('/');
    Some(format!("{}/.well-known/{}{path}", url.origin().ascii_serialization(), document.name()))
}

/// The URL of a document as drafts up to 15 formed it: appended to the identifier. Tried second, and served for tenants in paths.
pub fn appended(identifier: &str, document: Document) -> String {
    format!("{}/.well-known/{}", identifier.trim_end_matches('/'), document.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors() {
        let vectors: serde_json::Value = serde_json::from_str(include_str!("../../tests/vectors/oauth/well-known-url-cases.json")).unwrap();
        for case in vectors["cases"].as_array().unwrap() {
            let id = case["identifier"].as_str().unwrap();
            if case.get("expect").is_some() {
                assert!(identifier(id, true).is_err(), "{id}");
                continue;
            }
            assert!(identifier(id, false).is_ok(), "{id}");
            for document in [Document::CredentialIssuer, Document::AuthorizationServer, Document::JwtVcIssuer] {
                assert_eq!(inserted(id, document).as_deref(), case[document.name()].as_str(), "{id}");
            }
            if let Some(legacy) = case["legacy_draft_form"].as_str() {
                assert_eq!(appended(id, Document::CredentialIssuer), legacy);
            }
        }
    }

    #[test]
    fn localhost_is_the_only_exception() {
        assert!(identifier("http://localhost:8081/roc-voorbeeld", true).is_ok());
        for bad in ["http://localhost:8081/x", "https://127.0.0.1/x", "https://[::1]/", "https://2130706433/", "https://a@b.example/"] {
            assert!(identifier(bad, false).is_err(), "{bad}");
        }
        assert!(identifier("http://127.0.0.1:8081/", true).is_err());
    }
}
