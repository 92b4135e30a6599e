//! Signing keys of institutions: made or taken in at start, kept sealed, used for credentials and status lists.

use http::failure::chain;
use serde_json::{Value, json};
use storage::StorageError;
use storage::issuer::key::{InstitutionKey, NewInstitutionKey};
use vc::Map;
use vc::key::{Algorithm, KeyError, SigningKey};
use vc::x509::{Chain, LeafRequest, X509Error};

use crate::Issuer;
use crate::config::SigningSource;
use crate::institution::Institution;

/// Life of a certificate that our own authority makes, in days: verifiers refuse more than two years.
const LEAF_DAYS: i64 = 729;
/// A key is renewed when its certificate has fewer days left than this.
const RENEW_DAYS: i64 = 60;

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
}

/// The algorithms of which every institution has a key: P-256 with a certificate, Ed25519 for the institution's DID.
const ALGORITHMS: [Algorithm; 2] = [Algorithm::Es256, Algorithm::EdDsa];

/// Makes sure that an institution has an active key of each algorithm, and that the one with a certificate will not end soon.
pub(crate) async fn ensure(issuer: &Issuer, institution: &Institution) -> Result<(), KeyFault> {
    for algorithm in ALGORITHMS {
        ensure_one(issuer, institution, algorithm).await?;
    }
    Ok(())
}

async fn ensure_one(issuer: &Issuer, institution: &Institution, algorithm: Algorithm) -> Result<(), KeyFault> {
    let now = issuer.core.now();
    let mut tx = issuer.store.read().await?;
    let active = tx.active_key(institution.slug(), algorithm).await?;
    drop(tx);
    if active.is_some_and(|active| is_good(&active, institution, now.plus_days(RENEW_DAYS).seconds())) {
        return Ok(());
    }
    let (key, x5c) = obtain(institution, algorithm, now.seconds())?;
    let jwk = key.public_jwk()?;
    let new = NewInstitutionKey {
        institution: institution.slug(),
        algorithm,
        kid: &jwk.thumbprint(),
        private: &key.to_pkcs8()?,
        jwk: &jwk.to_value().to_string(),
        x5c: &x5c,
    };
    let mut tx = issuer.store.write().await?;
    match tx.activate_key(&new, now).await {
        Ok(()) => Ok(tx.commit().await?),
        // Another server made one at the same moment: theirs is as good.
        Err(StorageError::Conflict) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn is_good(active: &InstitutionKey, institution: &Institution, until: i64) -> bool {
    if active.algorithm == Algorithm::EdDsa {
        return true;
    }
    let leaf = Chain::from_x5c(&active.x5c).and_then(|chain| chain.leaf_unverified());
    let Ok(leaf) = leaf else { return false };
    match &institution.config.signing {
        // An authority that was exchanged (a demo over old data) does not certify the old key any more.
        SigningSource::Authority(authority) => {
            let certified = Chain::from_x5c(&active.x5c).and_then(|chain| chain.verify(&[authority.anchor_der().to_vec()], until));
            certified.is_ok() && leaf.not_after > until
        }
        SigningSource::Given { key, chain } => {
            key.public_jwk().is_ok_and(|jwk| jwk.thumbprint() == active.kid) && chain.to_x5c() == active.x5c
        }
    }
}

fn obtain(institution: &Institution, algorithm: Algorithm, now: i64) -> Result<(SigningKey, Vec<String>), KeyFault> {
    if algorithm == Algorithm::EdDsa {
        return Ok((SigningKey::generate(algorithm)?, Vec::new()));
    }
    match &institution.config.signing {
        SigningSource::Authority(authority) => {
            let key = SigningKey::generate(algorithm)?;
            let host = url::Url::parse(&institution.identifier).ok().and_then(|url| url.host_str().map(str::to_owned));
            let request = LeafRequest {
                public_jwk: key.public_jwk()?,
                common_name: institution.config.name.nl.clone(),
                san_uri: Some(institution.identifier.clone()),
                san_dns: host.into_iter().collect(),
                not_before: now.saturating_sub(86_400),
                not_after: now.saturating_add(LEAF_DAYS * 86_400),
            };
            let leaf = authority.issue_leaf(&request)?;
            Ok((key, Chain::from_der(vec![leaf])?.to_x5c()))
        }
        SigningSource::Given { key, chain } => {
            let leaf = chain.leaf_unverified()?;
            let fits = leaf.jwk.same_key(&key.public_jwk()?) && leaf.san_uris.contains(&institution.identifier);
            if !fits {
                return Err(KeyFault::Mismatch(institution.identifier.clone()));
            }
            Ok((key.clone(), chain.to_x5c()))
        }
    }
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
