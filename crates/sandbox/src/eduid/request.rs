//! An authorization request (OpenID Connect Core section 3.1.2.1) and what is refused in it.

use serde_json::Value;
use url::Url;

use super::Client;

/// A sound request of a known client.
pub(super) struct AuthenticationRequest {
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) code_challenge: String,
    pub(super) acr_values: Vec<String>,
    /// Claims that the `claims` parameter wants in the ID token.
    pub(super) id_token_claims: Vec<String>,
    pub(super) ui_locales: Option<String>,
}

/// Why a request is refused.
pub(super) enum Refusal {
    /// Nobody to send an answer to: unknown client or address.
    Here(&'static str),
    /// Back to the client with an error.
    Back { redirect_uri: String, state: Option<String>, error: &'static str },
}

impl AuthenticationRequest {
    /// Reads parameters in the order in which they came.
    pub(super) fn read(
        parameters: &[(String, String)],
        client: impl Fn(&str) -> bool,
        registered: impl Fn(&str, &str) -> bool,
    ) -> Result<Self, Refusal> {
        let all = |name: &str| parameters.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect::<Vec<_>>();
        let one = |name: &str| all(name).first().map(|value| (*value).to_owned()).filter(|value| !value.is_empty());
        let client_id = one("client_id").filter(|id| client(id)).ok_or(Refusal::Here("unknown_client"))?;
        let redirect_uri = one("redirect_uri").filter(|uri| registered(&client_id, uri)).ok_or(Refusal::Here("unknown_redirect_uri"))?;
        let state = one("state");
        let back = |error| Refusal::Back { redirect_uri: redirect_uri.clone(), state: state.clone(), error };
        let repeated = parameters.iter().any(|(name, _)| all(name).len() > 1);
        if repeated || one("response_mode").is_some_and(|mode| mode != "query") {
            return Err(back("invalid_request"));
        }
        if one("request").is_some() || one("request_uri").is_some() {
            return Err(back(if one("request").is_some() { "request_not_supported" } else { "request_uri_not_supported" }));
        }
        if one("response_type").as_deref() != Some("code") {
            return Err(back("unsupported_response_type"));
        }
        if !words(one("scope")).iter().any(|scope| scope == "openid") {
            return Err(back("invalid_scope"));
        }
        if words(one("prompt")).iter().any(|prompt| prompt == "none") {
            return Err(back("login_required"));
        }
        let challenge = one("code_challenge").filter(|challenge| challenge.len() == 43);
        let (Some(code_challenge), Some("S256")) = (challenge, one("code_challenge_method").as_deref()) else {
            return Err(back("invalid_request"));
        };
        let id_token_claims = id_token_claims(one("claims").as_deref()).ok_or_else(|| back("invalid_request"))?;
        Ok(Self {
            nonce: one("nonce"),
            acr_values: words(one("acr_values")),
            ui_locales: one("ui_locales"),
            client_id,
            redirect_uri,
            state,
            code_challenge,
            id_token_claims,
        })
    }

    /// The redirect URI with an answer, its `state` and our `iss` (RFC 9207).
    pub(super) fn answer(&self, answer: (&str, &str), issuer: Option<&str>) -> String {
        address(&self.redirect_uri, answer, self.state.as_deref(), issuer)
    }

    /// Origin of the redirect URI, for `form-action`.
    pub(super) fn origin(&self) -> Option<String> {
        Url::parse(&self.redirect_uri).ok().map(|url| url.origin().ascii_serialization())
    }
}

pub(super) fn address(redirect_uri: &str, (name, value): (&str, &str), state: Option<&str>, issuer: Option<&str>) -> String {
    let Ok(mut url) = Url::parse(redirect_uri) else { return redirect_uri.to_owned() };
    url.query_pairs_mut().append_pair(name, value);
    if let Some(state) = state {
        url.query_pairs_mut().append_pair("state", state);
    }
    if let Some(issuer) = issuer {
        url.query_pairs_mut().append_pair("iss", issuer);
    }
    url.into()
}

/// Whether an address is registered for a client, character by character.
pub(super) fn is_registered(clients: &[Client], client_id: &str, uri: &str) -> bool {
    clients.iter().any(|client| client.client_id == client_id && client.redirect_uris.iter().any(|known| known == uri))
}

fn words(text: Option<String>) -> Vec<String> {
    text.unwrap_or_default().split_ascii_whitespace().map(str::to_owned).collect()
}

/// Member names of `claims.id_token`; `None` when the parameter is no JSON object.
fn id_token_claims(text: Option<&str>) -> Option<Vec<String>> {
    let Some(text) = text else { return Some(Vec::new()) };
    let claims: Value = serde_json::from_str(text).ok().filter(Value::is_object)?;
    let asked = claims.get("id_token").and_then(Value::as_object);
    Some(asked.map(|members| members.keys().cloned().collect()).unwrap_or_default())
}
