//! Pushed authorization requests (RFC 9126), and the answer that the browser brings back (RFC 6749 section 4.1.2, RFC 9207).

use serde::{Deserialize, Serialize};
use url::Url;

use super::form::{Params, encode};
use super::{OAuthError, client_assertion, pkce};

/// The body of a pushed authorization request for a code with PKCE.
#[derive(Clone)]
pub struct PushedAuthorizationRequest {
    /// The client.
    pub client_id: String,
    /// Where the browser goes back to, compared exactly.
    pub redirect_uri: String,
    /// Space-separated scopes, as sent.
    pub scope: Option<String>,
    /// The client's own value; may be absent (a pushed request needs none, RFC 9126).
    pub state: Option<String>,
    /// PKCE S256.
    pub code_challenge: String,
    /// RFC 9396, as JSON text.
    pub authorization_details: Option<String>,
    /// OpenID4VCI: echoed from an offer; no proof of anything.
    pub issuer_state: Option<String>,
    /// RFC 9449 section 10: thumbprint of the key that the token will be bound to.
    pub dpop_jkt: Option<String>,
    /// `private_key_jwt`, when the client authenticates.
    pub client_assertion: Option<String>,
}

/// Why a pushed request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PushedRequestError {
    /// A parameter is missing, comes twice, or is none of ours; PKCE with S256 is not used.
    #[error("invalid_request")]
    Invalid,
    /// Another `response_type` than `code`.
    #[error("unsupported_response_type")]
    ResponseType,
}

impl PushedRequestError {
    /// The OAuth error code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invalid => "invalid_request",
            Self::ResponseType => "unsupported_response_type",
        }
    }
}

impl PushedAuthorizationRequest {
    /// Reads a form body (rows P1, P5). Whether the client and its `redirect_uri` are known is for the caller.
    ///
    /// # Errors
    /// [`PushedRequestError`].
    pub fn parse(body: &str) -> Result<Self, PushedRequestError> {
        let mut params = Params::parse(body).map_err(|_| PushedRequestError::Invalid)?;
        let mut required = |name: &str| params.take(name).ok_or(PushedRequestError::Invalid);
        if required("response_type")? != "code" {
            return Err(PushedRequestError::ResponseType);
        }
        let (client_id, redirect_uri, code_challenge) = (required("client_id")?, required("redirect_uri")?, required("code_challenge")?);
        let s256 = required("code_challenge_method")? == pkce::S256 && pkce::is_challenge(&code_challenge);
        let elsewhere = params.text("response_mode").is_some_and(|mode| mode != "query");
        if !s256 || elsewhere || params.text("request_uri").is_some() || params.text("request").is_some() {
            return Err(PushedRequestError::Invalid);
        }
        Ok(Self {
            client_id,
            redirect_uri,
            code_challenge,
            scope: params.take("scope"),
            state: params.take("state"),
            authorization_details: params.take("authorization_details"),
            issuer_state: params.take("issuer_state"),
            dpop_jkt: params.take("dpop_jkt"),
            client_assertion: client_assertion::from_form(&mut params).map_err(|_| PushedRequestError::Invalid)?,
        })
    }

    /// The scopes that were asked for.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.as_deref().unwrap_or_default().split(' ').filter(|scope| !scope.is_empty())
    }

    /// The form body.
    pub fn form(&self) -> String {
        let optional = [
            ("scope", &self.scope),
            ("state", &self.state),
            ("authorization_details", &self.authorization_details),
            ("issuer_state", &self.issuer_state),
            ("dpop_jkt", &self.dpop_jkt),
            ("client_assertion", &self.client_assertion),
        ];
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", self.client_id.as_str()),
            ("redirect_uri", &self.redirect_uri),
            ("code_challenge", &self.code_challenge),
            ("code_challenge_method", pkce::S256),
        ];
        pairs.extend(optional.iter().filter_map(|(name, value)| value.as_deref().map(|value| (*name, value))));
        if self.client_assertion.is_some() {
            pairs.push(("client_assertion_type", client_assertion::TYPE));
        }
        encode(pairs)
    }
}

/// The answer to a pushed request: 201.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedAuthorizationResponse {
    /// Stands for the request at the authorization endpoint, once.
    pub request_uri: String,
    /// Seconds.
    pub expires_in: u64,
}

impl PushedAuthorizationResponse {
    /// Where the browser goes: the authorization endpoint with `client_id` and `request_uri` only. `None` when the endpoint is no URL.
    pub fn authorization_url(&self, authorization_endpoint: &str, client_id: &str) -> Option<Url> {
        let mut url = Url::parse(authorization_endpoint).ok()?;
        url.query_pairs_mut().append_pair("client_id", client_id).append_pair("request_uri", &self.request_uri);
        Some(url)
    }
}

/// What the authorization server sends the browser back with.
#[derive(Clone)]
pub enum AuthorizationCodeAnswer {
    /// A code.
    Code {
        /// The authorization code.
        code: String,
        /// The client's own value.
        state: Option<String>,
        /// RFC 9207.
        iss: Option<String>,
    },
    /// An error.
    Error {
        /// What went wrong.
        error: OAuthError,
        /// The client's own value.
        state: Option<String>,
        /// RFC 9207.
        iss: Option<String>,
    },
}

impl AuthorizationCodeAnswer {
    /// Reads the query of the redirect. `None` when it holds neither a code nor an error, or a parameter twice.
    pub fn parse(query: &str) -> Option<Self> {
        let mut params = Params::parse(query).ok()?;
        let (state, iss) = (params.take("state"), params.take("iss"));
        match (params.take("code"), params.take("error")) {
            (Some(code), None) => Some(Self::Code { code, state, iss }),
            (None, Some(error)) => {
                let error = OAuthError { error, error_description: params.take("error_description") };
                Some(Self::Error { error, state, iss })
            }
            _ => None,
        }
    }

    /// The redirect to `redirect_uri`. `None` when that is no URL.
    pub fn redirect(&self, redirect_uri: &str) -> Option<Url> {
        let mut url = Url::parse(redirect_uri).ok()?;
        let mut pairs = url.query_pairs_mut();
        let (state, iss) = match self {
            Self::Code { code, state, iss } => {
                pairs.append_pair("code", code);
                (state, iss)
            }
            Self::Error { error, state, iss } => {
                pairs.append_pair("error", &error.error);
                (state, iss)
            }
        };
        for (name, value) in [("state", state), ("iss", iss)] {
            if let Some(value) = value {
                pairs.append_pair(name, value);
            }
        }
        drop(pairs);
        Some(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> PushedAuthorizationRequest {
        PushedAuthorizationRequest {
            client_id: "https://wallet.example/client-metadata.json".into(),
            redirect_uri: "https://wallet.example/cb".into(),
            scope: Some("delivery".into()),
            state: None,
            code_challenge: pkce::challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            authorization_details: None,
            issuer_state: None,
            dpop_jkt: Some("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I".into()),
            client_assertion: None,
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let read = PushedAuthorizationRequest::parse(&sample().form()).unwrap();
        assert_eq!(read.form(), sample().form());
        assert_eq!(read.scopes().collect::<Vec<_>>(), ["delivery"]);
    }

    #[test]
    fn rows_p1_and_p5() {
        let plain = sample().form().replace("method=S256", "method=plain");
        assert_eq!(PushedAuthorizationRequest::parse(&plain).err(), Some(PushedRequestError::Invalid));
        let none = sample().form().replace("code_challenge=", "x=");
        assert_eq!(PushedAuthorizationRequest::parse(&none).err(), Some(PushedRequestError::Invalid));
        let twice = format!("{}&scope=openid", sample().form());
        assert_eq!(PushedAuthorizationRequest::parse(&twice).err(), Some(PushedRequestError::Invalid));
    }

    #[test]
    fn the_browser_comes_back_with_a_code_or_an_error() {
        let code = AuthorizationCodeAnswer::Code { code: "c".into(), state: Some("s".into()), iss: Some("https://as.example".into()) };
        let url = code.redirect("https://wallet.example/cb").unwrap();
        let Some(AuthorizationCodeAnswer::Code { code, state, iss }) = AuthorizationCodeAnswer::parse(url.query().unwrap()) else {
            panic!("no code")
        };
        assert_eq!((code.as_str(), state.as_deref(), iss.as_deref()), ("c", Some("s"), Some("https://as.example")));
        assert!(AuthorizationCodeAnswer::parse("code=a&error=b").is_none());
    }
}
