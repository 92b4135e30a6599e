//! How an authorization request reaches the wallet: plain parameters, a request object, or a reference to one (rows R3, R4, R9).

use serde_json::{Map, Value};
use url::{Host, Url};

use super::RequestError;
use super::client_id::ClientId;
use crate::oauth::form::Params;
use crate::oauth::well_known::{fetchable, literal};

/// A request as it arrived.
#[derive(Clone)]
pub enum RequestSource {
    /// All parameters by value, unsigned.
    Parameters {
        /// Who asks.
        client_id: ClientId,
        /// The parameters, those that are JSON already read.
        parameters: Map<String, Value>,
    },
    /// A request object by value.
    Object {
        /// Who asks, as said outside of the object.
        client_id: ClientId,
        /// The object.
        jwt: String,
    },
    /// A request object to be fetched.
    Reference {
        /// Who asks, as said outside of the object.
        client_id: ClientId,
        /// Where; no redirect is followed.
        request_uri: Url,
        /// How.
        method: Method,
    },
}

/// `request_uri_method`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// POST of `wallet_metadata` and `wallet_nonce`.
    Post,
}

/// Parameters whose value is JSON.
const JSON: [&str; 5] = ["dcql_query", "client_metadata", "verifier_info", "transaction_data", "presentation_definition"];

impl RequestSource {
    /// Reads the query of `/authorize`, or its form body. What is wrong here is said before the learner logs in.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn parse(query: &str, allow_localhost: bool) -> Result<Self, RequestError> {
        let mut params = Params::parse(query).map_err(|_| RequestError::Invalid)?;
        let client_id = ClientId::parse_supported(params.text("client_id").ok_or(RequestError::Invalid)?)?;
        let source = match (params.take("request"), params.take("request_uri")) {
            (Some(_), Some(_)) => return Err(RequestError::Invalid),
            (Some(jwt), None) => Self::Object { client_id, jwt },
            (None, Some(uri)) => {
                let method = method(params.text("request_uri_method"))?;
                Self::Reference { client_id, request_uri: reference(&uri, allow_localhost)?, method }
            }
            (None, None) => return Self::plain(client_id, &params),
        };
        source.client_id().prefix().is_signed().then_some(source).ok_or(RequestError::ClientPrefix)
    }

    /// Plain parameters prove nothing, so only a client whose identifier is its address may use them.
    fn plain(client_id: ClientId, params: &Params) -> Result<Self, RequestError> {
        if client_id.prefix().is_signed() {
            return Err(RequestError::ClientAuth);
        }
        let read = |(name, text): (&str, &str)| {
            let value = if JSON.contains(&name) {
                vc::strict_json::parse(text.as_bytes()).map_err(|_| RequestError::Invalid)?
            } else {
                Value::from(text)
            };
            Ok((name.to_owned(), value))
        };
        let parameters = params.iter().map(read).collect::<Result<_, RequestError>>()?;
        Ok(Self::Parameters { client_id, parameters })
    }

    /// Where the object is to be fetched, when it is.
    pub fn request_uri(&self) -> Option<&str> {
        match self {
            Self::Reference { request_uri, .. } => Some(request_uri.as_str()),
            Self::Parameters { .. } | Self::Object { .. } => None,
        }
    }

    /// Who asks.
    pub fn client_id(&self) -> &ClientId {
        match self {
            Self::Parameters { client_id, .. } | Self::Object { client_id, .. } | Self::Reference { client_id, .. } => client_id,
        }
    }
}

/// Case-sensitive (row R9).
fn method(text: Option<&str>) -> Result<Method, RequestError> {
    match text {
        None | Some("get") => Ok(Method::Get),
        Some("post") => Ok(Method::Post),
        Some(_) => Err(RequestError::RequestUriMethod),
    }
}

/// A `request_uri` that may be fetched, as far as its text tells.
fn reference(uri: &str, allow_localhost: bool) -> Result<Url, RequestError> {
    let url = Url::parse(uri).map_err(|_| RequestError::RequestUriScheme)?;
    if matches!(url.scheme(), "http" | "https") && matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_))) {
        return Err(RequestError::RequestUriAddress);
    }
    let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let plain = bare && literal(uri, &url) && fetchable(&url, allow_localhost);
    plain.then_some(url).ok_or(RequestError::RequestUriScheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(query: &str) -> Option<RequestError> {
        RequestSource::parse(query, true).err()
    }

    #[test]
    fn rows_r3_r4_r9() {
        assert_eq!(refused("client_id=origin:https://v.example&request=a.b.c"), Some(RequestError::ClientPrefix));
        assert_eq!(refused("client_id=redirect_uri:https://v.example/r&request=a.b.c"), Some(RequestError::ClientPrefix));
        let by_reference = "client_id=x509_hash:x&request_uri=https://v.example/r&request_uri_method=";
        for method in ["PUT", "POST", "Get"] {
            assert_eq!(refused(&format!("{by_reference}{method}")), Some(RequestError::RequestUriMethod));
        }
        assert!(matches!(
            RequestSource::parse(&format!("{by_reference}post"), false),
            Ok(RequestSource::Reference { method: Method::Post, .. })
        ));
    }

    #[test]
    fn addresses_and_schemes() {
        assert_eq!(refused("client_id=x509_hash:x&request_uri=file:///etc/passwd"), Some(RequestError::RequestUriScheme));
        assert_eq!(refused("client_id=x509_hash:x&request_uri=http://127.0.0.1/"), Some(RequestError::RequestUriAddress));
        assert_eq!(refused("client_id=x509_hash:x&request_uri=http://LOCALHOST:1/"), Some(RequestError::RequestUriScheme));
        assert_eq!(refused("client_id=x509_hash:x&nonce=n"), Some(RequestError::ClientAuth));
        assert_eq!(refused("request=a.b.c"), Some(RequestError::Invalid));
    }
}
