//! Metadata of clients whose `client_id` is the address of the document itself (draft-ietf-oauth-client-id-metadata-document), with
//! the members of RFC 7591 and of OpenID4VCI section 12.1.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;
use vc::key::Jwk;

use super::well_known::{fetchable, literal};

/// The longest document that is read, in bytes.
pub const LIMIT: usize = 64 * 1024;

/// A client's own document. Unknown members are ignored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClientMetadata {
    /// The address of the document.
    pub client_id: String,
    /// Its name, as it says itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// Its web site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// Its logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// Where the browser may go back to; compared exactly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redirect_uris: Vec<String>,
    /// Grants that it uses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grant_types: Vec<String>,
    /// Answers that it asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub response_types: Vec<String>,
    /// Scopes that it may ask for, space-separated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// How it authenticates; `none` for a public client. See [`ClientMetadata::auth_method`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<String>,
    /// With which algorithm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// Its keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    /// Where its keys are, when they are not here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// RFC 9449: whether it always proves possession.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dpop_bound_access_tokens: bool,
    /// OpenID4VCI: where it takes credential offers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_offer_endpoint: Option<String>,
}

/// Why a client's document is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientMetadataError {
    /// A `client_id` that is no address of such a document.
    #[error("client_id")]
    ClientId,
    /// Not the JSON of one, or too long.
    #[error("malformed")]
    Malformed,
    /// It names another `client_id` than its address.
    #[error("client_id_mismatch")]
    Mismatch,
    /// Authentication by a secret, or a secret in a public document.
    #[error("shared secret")]
    Secret,
    /// An address in it to which nobody may be sent.
    #[error("address")]
    Address,
}

/// Reads a `client_id` that is the address of a document: https to a named host with a path, no dots as segments, no userinfo or
/// fragment. With `allow_localhost`, `http://localhost` too.
///
/// # Errors
/// [`ClientMetadataError::ClientId`].
pub fn document_url(client_id: &str, allow_localhost: bool) -> Result<Url, ClientMetadataError> {
    let url = Url::parse(client_id).map_err(|_| ClientMetadataError::ClientId)?;
    let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    // What the parser took away, as dots, made another address: a comparison as plain strings finds all of it.
    let same = url.as_str() == client_id && url.path() != "/";
    let allowed = bare && same && literal(client_id, &url) && fetchable(&url, allow_localhost);
    allowed.then_some(url).ok_or(ClientMetadataError::ClientId)
}

impl ClientMetadata {
    /// Reads a fetched document (200, no redirect) for the `client_id` that it was fetched from.
    ///
    /// # Errors
    /// [`ClientMetadataError`].
    pub fn parse(body: &[u8], client_id: &str) -> Result<Self, ClientMetadataError> {
        if body.len() > LIMIT {
            return Err(ClientMetadataError::Malformed);
        }
        let value = vc::strict_json::parse(body).map_err(|_| ClientMetadataError::Malformed)?;
        let secret = ["client_secret", "client_secret_expires_at"].iter().any(|name| value.get(name).is_some());
        let metadata: Self = serde_json::from_value(value).map_err(|_| ClientMetadataError::Malformed)?;
        if metadata.client_id != client_id {
            return Err(ClientMetadataError::Mismatch);
        }
        if secret || metadata.auth_method().starts_with("client_secret") {
            return Err(ClientMetadataError::Secret);
        }
        if metadata.jwks.is_some() && metadata.jwks_uri.is_some() {
            return Err(ClientMetadataError::Malformed);
        }
        metadata.check_addresses()?;
        Ok(metadata)
    }

    /// How it authenticates. A document that does not say so is of a public client, because it has no secret.
    pub fn auth_method(&self) -> &str {
        self.token_endpoint_auth_method.as_deref().unwrap_or("none")
    }

    /// The keys that are in the document; ones that we cannot read hide no others.
    pub fn keys(&self) -> Vec<Jwk> {
        self.jwks.as_ref().map(keys_of_set).unwrap_or_default()
    }

    /// Whether the browser may be sent here: exactly one of the document's own addresses.
    pub fn returns_to(&self, redirect_uri: &str) -> bool {
        self.redirect_uris.iter().any(|own| own == redirect_uri)
    }

    fn check_addresses(&self) -> Result<(), ClientMetadataError> {
        let https = |text: &String| Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
        let absolute = |text: &String| Url::parse(text).is_ok_and(|url| url.fragment().is_none() && !is_script(&url));
        let links = [&self.jwks_uri, &self.client_uri, &self.logo_uri, &self.credential_offer_endpoint];
        let (mut links, mut returns) = (links.into_iter().flatten(), self.redirect_uris.iter());
        let offers = self.credential_offer_endpoint.as_ref();
        let linked = links.all(|link| https(link) || (offers == Some(link) && absolute(link)));
        if linked && returns.all(absolute) { Ok(()) } else { Err(ClientMetadataError::Address) }
    }
}

/// Addresses that run in the browser that is sent there.
fn is_script(url: &Url) -> bool {
    matches!(url.scheme(), "javascript" | "data" | "vbscript" | "blob" | "about" | "file")
}

/// The keys of a JWK set that can be read here.
pub fn keys_of_set(set: &Value) -> Vec<Jwk> {
    let keys = set.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    keys.iter().filter_map(|key| Jwk::from_value(key).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const CLIENT: &str = "https://wallet.example/client-metadata.json";

    fn read(change: impl FnOnce(&mut Value)) -> Result<ClientMetadata, ClientMetadataError> {
        let mut document = json!({
            "client_id": CLIENT, "client_name": "A wallet", "redirect_uris": ["https://wallet.example/cb", "org.example.wallet:/cb"],
            "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://wallet.example/jwks",
            "credential_offer_endpoint": "openid-credential-offer://", "unknown": {"a": 1},
        });
        change(&mut document);
        ClientMetadata::parse(document.to_string().as_bytes(), CLIENT)
    }

    #[test]
    fn a_document_is_read() {
        let metadata = read(|_| ()).unwrap();
        assert!(metadata.returns_to("https://wallet.example/cb") && !metadata.returns_to("https://wallet.example/cb/"));
        assert_eq!(metadata.auth_method(), "private_key_jwt");
        assert_eq!(
            read(|document| drop(document.as_object_mut().unwrap().remove("token_endpoint_auth_method"))).unwrap().auth_method(),
            "none"
        );
    }

    #[test]
    fn cimd_3_the_client_id_is_an_https_url_with_a_path() {
        assert!(document_url(CLIENT, false).is_ok());
        assert!(document_url("https://wallet.example:8443/c.json?a=b", false).is_ok());
        for bad in [
            "http://wallet.example/c.json",
            "https://wallet.example",
            "https://wallet.example/",
            "https://wallet.example/a/../c.json",
            "https://wallet.example/./c.json",
            "https://wallet.example/%2e%2e/c.json",
            "https://wallet.example/c.json#a",
            "https://u@wallet.example/c.json",
            "https://u:p@wallet.example/c.json",
            "https://127.0.0.1/c.json",
            "https://[::1]/c.json",
            "https://WALLET.example/c.json",
            "wallet",
            "",
        ] {
            assert_eq!(document_url(bad, true), Err(ClientMetadataError::ClientId), "{bad}");
        }
        assert!(document_url("http://localhost:8080/c.json", true).is_ok());
        assert!(document_url("http://localhost:8080/c.json", false).is_err());
    }

    #[test]
    fn cimd_4_1_client_id_is_the_address_of_the_document() {
        assert_eq!(read(|document| document["client_id"] = "https://wallet.example/other.json".into()), Err(ClientMetadataError::Mismatch));
        assert_eq!(read(|document| document["client_id"] = format!("{CLIENT}/").into()), Err(ClientMetadataError::Mismatch));
        assert_eq!(read(|document| document["client_id"] = 5.into()), Err(ClientMetadataError::Malformed));
    }

    #[test]
    fn cimd_4_1_there_are_no_shared_secrets() {
        for method in ["client_secret_post", "client_secret_basic", "client_secret_jwt"] {
            assert_eq!(
                read(|document| document["token_endpoint_auth_method"] = method.into()),
                Err(ClientMetadataError::Secret),
                "{method}"
            );
        }
        assert_eq!(read(|document| document["client_secret"] = "s".into()), Err(ClientMetadataError::Secret));
        assert_eq!(read(|document| document["client_secret_expires_at"] = 0.into()), Err(ClientMetadataError::Secret));
    }

    #[test]
    fn rfc7591_2_keys_are_here_or_there() {
        assert_eq!(read(|document| document["jwks"] = json!({"keys": []})), Err(ClientMetadataError::Malformed));
        let key = vc::key::SigningKey::generate(vc::key::Algorithm::Es256).unwrap().public_jwk().unwrap();
        let here = read(|document| {
            drop(document.as_object_mut().unwrap().remove("jwks_uri"));
            document["jwks"] = json!({"keys": [{"kty": "oct", "k": "AA"}, key.to_value(), 5]});
        });
        assert_eq!(here.unwrap().keys(), [key]);
    }

    #[test]
    fn addresses_run_nothing_in_a_browser() {
        for bad in ["javascript:alert(1)", "data:text/html,x", "/cb", "https://wallet.example/cb#a"] {
            assert_eq!(read(|document| document["redirect_uris"] = json!([bad])), Err(ClientMetadataError::Address), "{bad}");
        }
        for name in ["client_uri", "logo_uri", "jwks_uri", "credential_offer_endpoint"] {
            assert_eq!(read(|document| document[name] = "javascript:alert(1)".into()), Err(ClientMetadataError::Address), "{name}");
        }
    }

    #[test]
    fn long_documents_are_refused() {
        assert_eq!(read(|document| document["x"] = "x".repeat(LIMIT).into()), Err(ClientMetadataError::Malformed));
    }
}
