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

/// The URL of a document, inserted between host and path. RFC 8414 and SD-JWT VC take a closing slash away first; OpenID4VCI 12.2.2
/// leaves the path as it is. `None` when the identifier has no host.
pub fn inserted(identifier: &str, document: Document) -> Option<String> {
    let url = Url::parse(identifier).ok()?;
    match (document, url.path()) {
        (Document::CredentialIssuer, path) if path != "/" => between(&url, document, path),
        (_, path) => between(&url, document, path.trim_end_matches('/')),
    }
}

/// The URL of an issuer's document as many form it, by the rule of RFC 8414, where that is another one: without the closing slash of
/// the identifier. Tried when the document is not where OpenID4VCI puts it.
pub fn without_closing_slash(identifier: &str, document: Document) -> Option<String> {
    let url = Url::parse(identifier).ok()?;
    let other = between(&url, document, url.path().trim_end_matches('/'));
    other.filter(|other| inserted(identifier, document).as_ref() != Some(other))
}

fn between(url: &Url, document: Document, path: &str) -> Option<String> {
    url.host()?;
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
    fn a_closing_slash_stays_in_the_path_of_the_issuers_document_alone() {
        let id = "https://issuer.example.com/a/tenant/";
        let at = |document: Document| inserted(id, document);
        let from = |name: &str| Some(format!("https://issuer.example.com/.well-known/{name}"));
        assert_eq!(at(Document::CredentialIssuer), from("openid-credential-issuer/a/tenant/"));
        assert_eq!(at(Document::AuthorizationServer), from("oauth-authorization-server/a/tenant"));
        assert_eq!(at(Document::JwtVcIssuer), from("jwt-vc-issuer/a/tenant"));
        assert_eq!(without_closing_slash(id, Document::CredentialIssuer), from("openid-credential-issuer/a/tenant"));
        assert_eq!(without_closing_slash(id, Document::AuthorizationServer), None);
        for bare in ["https://issuer.example.com", "https://issuer.example.com/"] {
            assert_eq!(inserted(bare, Document::CredentialIssuer), from("openid-credential-issuer"), "{bare}");
            assert_eq!(without_closing_slash(bare, Document::CredentialIssuer), None, "{bare}");
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
