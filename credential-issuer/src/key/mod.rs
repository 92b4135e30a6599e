//! Signing keys of institutions: made or taken in at start, kept sealed, used for credentials and status lists.
//!
//! Of each algorithm one key is active. `lifecycle` moves keys from next to active to retained to revoked, `make` makes them.

mod compromise;
mod encryption;
mod lifecycle;
mod make;

use http::failure::chain;
use serde_json::{Value, json};
use storage::StorageError;
use storage::issuer::key::InstitutionKey;
use vc::Map;
use vc::key::{Algorithm, KeyError, SigningKey};
use vc::x509::X509Error;

pub use compromise::Revoked;
pub(crate) use compromise::{give_up_prepared, revoke};
pub(crate) use encryption::{ensure_encryption, forget_encryption};
pub use lifecycle::{Rotated, Start};
pub(crate) use lifecycle::{ensure, forget, rotate};

/// The algorithms of which every institution has a key: P-256 with a certificate, Ed25519 for the institution's DID.
const ALGORITHMS: [Algorithm; 2] = [Algorithm::Es256, Algorithm::EdDsa];

/// What is wrong with a signing key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The key.
    #[error("the signing key is not usable: {0}")]
    Key(#[from] KeyError),
    /// The certificate.
    #[error("the certificate is not usable: {0}")]
    Certificate(#[from] X509Error),
    /// The certificate is for another key or another issuer.
    #[error("the certificate does not certify this key for {0}")]
    Mismatch(String),
    /// The configuration still names a key that was revoked, or is to be.
    #[error("key {0} comes from the configuration: name another key and its certificates there first")]
    Configured(String),
    /// No institution of the configuration is called so.
    #[error("no institution is called {0}")]
    Institution(String),
    /// No key of the institution is called so.
    #[error("the institution has no key {0}")]
    Unknown(String),
    /// There is a next key already.
    #[error("a next key is announced already")]
    Announced,
    /// Not an algorithm that institutions sign with.
    #[error("institutions do not sign with {0}")]
    Algorithm(&'static str),
}

/// The protected header of what a key signs.
pub(crate) fn header(key: &InstitutionKey, typ: &str) -> Map {
    let mut header = Map::new();
    header.insert("typ".into(), json!(typ));
    header.insert("kid".into(), json!(key.kid));
    header.insert("x5c".into(), Value::from(key.x5c.clone()));
    header
}

/// The key, ready to sign.
pub(crate) fn open(key: &InstitutionKey) -> Result<SigningKey, StorageError> {
    SigningKey::from_pkcs8(&key.private).map_err(|error| {
        tracing::error!(cause = chain(&error), "a stored signing key is not usable");
        StorageError::Row { table: "institution_key", column: "private" }
    })
}
