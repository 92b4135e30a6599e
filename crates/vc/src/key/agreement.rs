//! P-256 keys for ECDH-ES, to which answers are encrypted.

use super::{Jwk, KeyError};
use aws_lc_rs::agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use zeroize::Zeroizing;

/// A private P-256 key that agrees on secrets. Never printed.
pub struct AgreementKey(PrivateKey);

impl AgreementKey {
    /// A fresh key. The engine draws its own randomness.
    pub fn generate() -> Result<Self, KeyError> {
        PrivateKey::generate(&ECDH_P256).map(Self).map_err(|_| KeyError::Engine)
    }

    /// A key from PKCS#8.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        PrivateKey::from_private_key_der(&ECDH_P256, der).map(Self).map_err(|_| KeyError::Malformed)
    }

    /// A key from its 32 bytes, as JWK member `d` holds them.
    pub fn from_scalar(d: &[u8]) -> Result<Self, KeyError> {
        PrivateKey::from_private_key(&ECDH_P256, d).map(Self).map_err(|_| KeyError::Malformed)
    }

    /// The key as PKCS#8, for sealing.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let der: Pkcs8V1Der<'_> = self.0.as_der().map_err(|_| KeyError::Engine)?;
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    }

    /// The public half.
    pub fn public_jwk(&self) -> Result<Jwk, KeyError> {
        let public = self.0.compute_public_key().map_err(|_| KeyError::Engine)?;
        Jwk::from_p256_point(public.as_ref().strip_prefix(&[4]).ok_or(KeyError::Engine)?)
    }

    /// The shared secret `Z` with `peer`: the x coordinate, 32 bytes.
    pub(crate) fn agree(&self, peer: &Jwk) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let peer = UnparsedPublicKey::new(&ECDH_P256, peer.p256_point()?);
        agreement::agree(&self.0, peer, KeyError::Malformed, |secret| Ok(Zeroizing::new(secret.to_vec())))
    }
}
