//! `client_metadata` (OpenID4VP section 5.1): the verifier's keys and formats.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vc::jwe::Enc;
use vc::key::{Jwk, PublicKey};

use super::vp_formats::{self, VpFormat};
use crate::dcql::Format;

/// What a verifier says of itself. Names and logos in it are claims of its own; ours come from the register.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClientMetadata {
    /// Its keys for encrypted answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    /// Which content encryptions it reads; absent: `A128GCM`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub encrypted_response_enc_values_supported: Vec<String>,
    /// Which formats it reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vp_formats_supported: Option<Value>,
    /// How it calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
}

/// Whom an answer is encrypted to.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipient {
    /// P-256, with `kid` when the verifier gave one.
    pub key: Jwk,
    /// Content encryption.
    pub enc: Enc,
}

impl ClientMetadata {
    /// The metadata of a verifier of ours with one fresh key; both content encryptions are read (HAIP section 5).
    pub fn ours(key: &Jwk, client_name: Option<String>) -> Self {
        Self {
            jwks: Some(json!({"keys": [key.to_value()]})),
            encrypted_response_enc_values_supported: vec!["A128GCM".into(), "A256GCM".into()],
            vp_formats_supported: Some(vp_formats::of_verifier()),
            client_name,
        }
    }

    /// What it says of a format.
    pub fn format(&self, format: &Format) -> VpFormat<'_> {
        VpFormat::of(self.vp_formats_supported.as_ref(), format)
    }

    /// Whom to encrypt to: the first key that is meant for it and that we can use.
    pub fn recipient(&self) -> Option<Recipient> {
        let keys = Jwk::set_from_value(self.jwks.as_ref()?).ok()?;
        let usable = |key: &Jwk| {
            let agrees = key.alg().is_none_or(|alg| alg == "ECDH-ES");
            let encrypts = key.usage().is_none_or(|usage| usage == "enc");
            agrees && encrypts && matches!(key.key(), PublicKey::P256 { .. })
        };
        Some(Recipient { key: keys.into_iter().find(usable)?, enc: self.enc()? })
    }

    fn enc(&self) -> Option<Enc> {
        let offered = &self.encrypted_response_enc_values_supported;
        let offers = |name: &str| offered.iter().any(|value| value == name);
        match (offers("A256GCM"), offered.is_empty() || offers("A128GCM")) {
            (true, _) => Some(Enc::A256Gcm),
            (false, true) => Some(Enc::A128Gcm),
            (false, false) => None,
        }
    }
}
