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

    /// Whom to encrypt to: the first key that is meant for it and that we can use. A key that does not read is passed over like
    /// one that we cannot use: it says nothing about the others (OpenID4VP section 8.3).
    pub fn recipient(&self) -> Option<Recipient> {
        let keys = self.jwks.as_ref()?.get("keys")?.as_array()?;
        let usable = |key: &Jwk| {
            let agrees = key.alg().is_none_or(|alg| alg == "ECDH-ES");
            let encrypts = key.usage().is_none_or(|usage| usage == "enc");
            agrees && encrypts && matches!(key.key(), PublicKey::P256 { .. })
        };
        Some(Recipient { key: keys.iter().filter_map(|key| Jwk::from_value(key).ok()).find(usable)?, enc: self.enc()? })
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

#[cfg(test)]
mod tests {
    use super::*;
    use vc::key::AgreementKey;

    #[test]
    fn keys_that_nobody_can_use_are_passed_over() {
        let good = AgreementKey::generate().unwrap().public_jwk().unwrap().with_kid("good").to_value();
        let unusable = [
            json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "bad"}),
            json!({"kty": "EC", "crv": "P-256", "kid": "bad"}),
            json!({"kty": "unheard-of", "kid": "bad"}),
            json!({"kid": "bad"}),
            json!("bad"),
        ];
        for bad in unusable {
            let with = |keys: Value| ClientMetadata { jwks: Some(json!({"keys": keys})), ..ClientMetadata::default() }.recipient();
            let found = with(json!([bad, good])).map(|recipient| recipient.key.kid().map(str::to_owned));
            assert_eq!(found, Some(Some("good".to_owned())), "{bad}");
            assert_eq!(with(json!([bad])), None, "{bad}");
        }
    }
}
