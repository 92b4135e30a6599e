//! How we authenticate at an institution: HTTP Basic, or a token that OAuth 2.0 client credentials gave.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use zeroize::Zeroizing;

use super::{Failure, Fetched, json};

/// Credentials for one endpoint. No `Debug`.
pub enum Credentials {
    /// None.
    None,
    /// HTTP Basic (RFC 7617).
    Basic {
        /// User name.
        user: String,
        /// Password.
        password: Zeroizing<String>,
    },
    /// Bearer token (RFC 6750).
    Bearer(Zeroizing<String>),
}

impl Credentials {
    /// HTTP Basic.
    pub fn basic(user: &str, password: &str) -> Self {
        Self::Basic { user: user.to_owned(), password: Zeroizing::new(password.to_owned()) }
    }

    /// Bearer token.
    pub fn bearer(token: &str) -> Self {
        Self::Bearer(Zeroizing::new(token.to_owned()))
    }

    pub(super) fn header(&self) -> Option<(String, String)> {
        let value = match self {
            Self::None => return None,
            Self::Basic { user, password } => basic(user, password),
            Self::Bearer(token) => format!("Bearer {}", token.as_str()),
        };
        Some(("authorization".to_owned(), value))
    }
}

/// The client credentials grant (RFC 6749 section 4.4): what to post to the token endpoint.
pub struct TokenRequest {
    /// `Authorization` header with the client's id and secret.
    pub authorization: Zeroizing<String>,
    /// Body, `application/x-www-form-urlencoded`.
    pub body: String,
}

impl TokenRequest {
    /// For a client and, where the institution wants one, a scope.
    pub fn new(client_id: &str, client_secret: &str, scope: Option<&str>) -> Self {
        let form = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let scope = scope.map(|scope| format!("&scope={}", form(scope))).unwrap_or_default();
        Self {
            authorization: Zeroizing::new(basic(&form(client_id), &form(client_secret))),
            body: format!("grant_type=client_credentials{scope}"),
        }
    }
}

/// Token and its life in seconds from the token endpoint's answer (section 5.1); 300 where the answer does not say.
///
/// # Errors
/// [`Failure`] when it is no token answer.
pub fn token_answer(fetched: &Fetched) -> Result<(Credentials, u64), Failure> {
    let value = json(fetched)?;
    let token = value.get("access_token").and_then(Value::as_str).ok_or(Failure::Shape)?;
    let bearer = value.get("token_type").and_then(Value::as_str).is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
    let life = value.get("expires_in").and_then(Value::as_u64).unwrap_or(300);
    if bearer { Ok((Credentials::bearer(token), life)) } else { Err(Failure::Shape) }
}

fn basic(user: &str, password: &str) -> String {
    let pair = Zeroizing::new(format!("{user}:{password}"));
    format!("Basic {}", STANDARD.encode(pair.as_bytes()))
}
