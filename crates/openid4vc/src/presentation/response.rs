//! Answers to `response_uri` (OpenID4VP section 8): what a wallet posts, what a verifier reads.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vc::jwe;
use vc::key::AgreementKey;

use super::client_metadata::Recipient;
use super::vp_token::VpToken;
use crate::oauth::form::{Params, encode};

/// What a wallet answers. Holds personal data, so it has no `Debug`.
#[derive(Clone)]
pub enum Answer {
    /// Presentations.
    Presented {
        /// By query id.
        vp_token: VpToken,
        /// From the request.
        state: Option<String>,
    },
    /// An error; never encrypted, so that refusing and holding nothing are equal byte for byte (row Q11).
    Error {
        /// The protocol's code.
        error: &'static str,
        /// From the request.
        state: Option<String>,
    },
}

/// The learner refused, holds nothing, or does not match: the verifier cannot tell (row Q11).
pub const ACCESS_DENIED: &str = "access_denied";

/// An answer that cannot be made or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid_request")]
pub struct ResponseError;

impl Answer {
    /// The form body. With a recipient, presentations are encrypted.
    ///
    /// # Errors
    /// [`ResponseError`] when the recipient's key cannot be used.
    pub fn form(&self, recipient: Option<&Recipient>) -> Result<String, ResponseError> {
        match (self, recipient) {
            (Self::Error { error, state }, _) => {
                Ok(encode([("error", *error)].into_iter().chain(state.as_deref().map(|state| ("state", state)))))
            }
            (Self::Presented { vp_token, state }, None) => {
                let token = vp_token.to_json().to_string();
                Ok(encode([("vp_token", token.as_str())].into_iter().chain(state.as_deref().map(|state| ("state", state)))))
            }
            (Self::Presented { vp_token, state }, Some(recipient)) => {
                let mut payload = json!({"vp_token": vp_token.to_json()});
                if let (Some(state), Some(members)) = (state, payload.as_object_mut()) {
                    members.insert("state".into(), state.as_str().into());
                }
                let sealed = jwe::encrypt(payload.to_string().as_bytes(), &recipient.key, recipient.enc, jwe::Extra::default());
                Ok(encode([("response", sealed.map_err(|_| ResponseError)?.as_str())]))
            }
        }
    }
}

/// What arrived at `response_uri`.
#[derive(Clone)]
pub enum Incoming {
    /// Read, not checked.
    Plain(Parameters),
    /// To be decrypted with the request's key: [`Incoming::decrypt`].
    Encrypted(String),
}

/// The members of an answer, not checked.
#[derive(Clone, Default, Deserialize)]
pub struct Parameters {
    /// Presentations.
    #[serde(default)]
    pub vp_token: Option<Value>,
    /// The link's own value.
    #[serde(default)]
    pub state: Option<String>,
    /// An error of the wallet.
    #[serde(default)]
    pub error: Option<String>,
}

impl Incoming {
    /// Reads a form body.
    ///
    /// # Errors
    /// [`ResponseError`] when a parameter comes twice, or there is neither an answer nor an error.
    pub fn parse(body: &str) -> Result<Self, ResponseError> {
        let mut params = Params::parse(body).map_err(|_| ResponseError)?;
        if let Some(response) = params.take("response") {
            return Ok(Self::Encrypted(response));
        }
        let token = params.take("vp_token").map(|text| vc::strict_json::parse(text.as_bytes()).map_err(|_| ResponseError)).transpose()?;
        Parameters { vp_token: token, state: params.take("state"), error: params.take("error") }.checked().map(Self::Plain)
    }

    /// The members, decrypted when they have to be.
    ///
    /// # Errors
    /// [`ResponseError`].
    pub fn decrypt(self, key: &AgreementKey) -> Result<Parameters, ResponseError> {
        match self {
            Self::Plain(parameters) => Ok(parameters),
            Self::Encrypted(text) => {
                let plaintext = jwe::decrypt(&text, key).map_err(|_| ResponseError)?;
                let value = vc::strict_json::parse(&plaintext).map_err(|_| ResponseError)?;
                serde_json::from_value::<Parameters>(value).map_err(|_| ResponseError)?.checked()
            }
        }
    }

    /// Whether the answer came encrypted.
    pub fn is_encrypted(&self) -> bool {
        matches!(self, Self::Encrypted(_))
    }
}

impl Parameters {
    /// Exactly one of an answer and an error.
    fn checked(self) -> Result<Self, ResponseError> {
        (self.vp_token.is_some() != self.error.is_some()).then_some(self).ok_or(ResponseError)
    }
}

/// What a verifier answers to a wallet: 200 JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// Where the learner's browser goes next, with a fresh `response_code`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
}

impl Received {
    /// Reads a verifier's body; anything that is not ours is an answer without a next page.
    pub fn parse(body: &[u8]) -> Self {
        vc::strict_json::parse(body).ok().and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presentation::client_metadata::ClientMetadata;

    fn answer() -> Answer {
        let mut vp_token = VpToken::default();
        vp_token.add("a", "x~");
        Answer::Presented { vp_token, state: Some("s".into()) }
    }

    #[test]
    fn plain_and_encrypted_answers_are_read() {
        let key = AgreementKey::generate().unwrap();
        let metadata = ClientMetadata::ours(&key.public_jwk().unwrap().with_kid("k1").with_use("enc").with_alg("ECDH-ES"), None);
        for recipient in [None, metadata.recipient()] {
            let form = answer().form(recipient.as_ref()).unwrap();
            let incoming = Incoming::parse(&form).unwrap_or_else(|_| panic!("{form}"));
            assert_eq!(incoming.is_encrypted(), recipient.is_some());
            let read = incoming.decrypt(&key).unwrap_or_default();
            assert_eq!(read.vp_token, Some(json!({"a": ["x~"]})));
            assert_eq!(read.state.as_deref(), Some("s"));
        }
    }

    #[test]
    fn row_q11() {
        let key = AgreementKey::generate().unwrap();
        let metadata = ClientMetadata::ours(&key.public_jwk().unwrap(), None);
        let error = || Answer::Error { error: ACCESS_DENIED, state: Some("s".into()) };
        assert_eq!(error().form(None).unwrap(), "error=access_denied&state=s");
        assert_eq!(error().form(metadata.recipient().as_ref()), error().form(None));
    }

    #[test]
    fn specification_example_decrypts() {
        let vector: Value = serde_json::from_str(include_str!("../../tests/vectors/openid4vp/encrypted-response.json")).unwrap();
        let scalar = vc::encoding::b64url_decode(vector["private_jwk"]["d"].as_str().unwrap()).unwrap();
        let key = AgreementKey::from_scalar(&scalar).unwrap();
        let incoming = Incoming::Encrypted(vector["jwe"].as_str().unwrap().to_owned());
        let read = incoming.decrypt(&key).unwrap_or_default();
        assert_eq!(read.vp_token.as_ref(), vector["plaintext_json"].get("vp_token"));
    }

    #[test]
    fn neither_answer_nor_error_is_nothing() {
        assert!(Incoming::parse("state=s").is_err());
        assert!(Incoming::parse("vp_token=%7B%7D&error=x").is_err());
        assert_eq!(Received::parse(b"<html>"), Received::default());
    }
}
