//! The provider's signing keys: RS256, as eduID has it, and ES256.

use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256};
use serde_json::{Value, json};
use vc::Map;
use vc::encoding::{b64url, sha256};
use vc::jws;
use vc::key::{Algorithm, SigningKey};

use super::IdTokenAlgorithm;

/// Both keys. No `Debug`.
pub struct ProviderKeys {
    rsa: RsaKeyPair,
    rsa_kid: String,
    ec: SigningKey,
    ec_kid: String,
    jwks: Value,
}

/// Making keys or signing failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sandbox eduID cannot sign")]
pub struct KeyFailure;

impl ProviderKeys {
    /// New keys.
    ///
    /// # Errors
    /// When the crypto engine fails.
    pub fn generate() -> Result<Self, KeyFailure> {
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyFailure)?;
        let ec = SigningKey::generate(Algorithm::Es256).map_err(|_| KeyFailure)?;
        let public: PublicKeyComponents<Vec<u8>> = PublicKeyComponents::from(rsa.public_key());
        let rsa_kid = b64url(sha256(&public.n)).chars().take(16).collect::<String>();
        let ec_jwk = ec.public_jwk().map_err(|_| KeyFailure)?;
        let ec_kid = ec_jwk.thumbprint();
        let ec_jwk = ec_jwk.with_kid(ec_kid.clone()).with_alg("ES256").with_use("sig").to_value();
        let rsa_jwk = json!({"kty": "RSA", "n": b64url(&public.n), "e": b64url(&public.e), "kid": rsa_kid, "alg": "RS256", "use": "sig"});
        Ok(Self { rsa, rsa_kid, ec, ec_kid, jwks: json!({"keys": [rsa_jwk, ec_jwk]}) })
    }

    /// The JWK Set.
    pub fn jwks(&self) -> &Value {
        &self.jwks
    }

    /// A signed JWT.
    pub(super) fn sign(&self, claims: &Value, algorithm: IdTokenAlgorithm) -> Result<String, KeyFailure> {
        let payload = claims.to_string();
        let mut header = Map::new();
        header.insert("typ".to_owned(), json!("JWT"));
        match algorithm {
            IdTokenAlgorithm::Es256 => {
                header.insert("kid".to_owned(), json!(self.ec_kid));
                jws::sign(&header, payload.as_bytes(), &self.ec).map_err(|_| KeyFailure)
            }
            IdTokenAlgorithm::Rs256 => {
                header.insert("kid".to_owned(), json!(self.rsa_kid));
                let input = jws::signing_input(&header, payload.as_bytes(), Algorithm::Rs256);
                let mut signature = vec![0; self.rsa.public_modulus_len()];
                self.rsa.sign(&RSA_PKCS1_SHA256, &vc::random::engine(), input.as_bytes(), &mut signature).map_err(|_| KeyFailure)?;
                Ok(jws::attach(&input, &signature))
            }
        }
    }
}
