//! Where a key of an institution comes from: made here and certified by an authority of ours, or taken from the configuration.

use storage::issuer::key::{KeyRow, NewInstitutionKey};
use vc::key::{Algorithm, SigningKey};
use vc::x509::{Chain, LeafRequest};
use zeroize::Zeroizing;

use super::KeyFault;
use crate::config::SigningSource;
use crate::institution::Institution;

/// Life of a certificate that our own authority makes, in days: verifiers refuse more than two years.
const LEAF_DAYS: i64 = 729;

/// A key to be kept, with everything that is kept of it.
pub(super) struct Made {
    algorithm: Algorithm,
    pub(super) kid: String,
    private: Zeroizing<Vec<u8>>,
    jwk: String,
    x5c: Vec<String>,
}

impl Made {
    /// A new key, or the one that the configuration names. Times are Unix seconds.
    pub(super) fn obtain(institution: &Institution, algorithm: Algorithm, now: i64) -> Result<Self, KeyFault> {
        let (key, x5c) = obtain(institution, algorithm, now)?;
        let jwk = key.public_jwk()?;
        Ok(Self { algorithm, kid: jwk.thumbprint(), private: key.to_pkcs8()?, jwk: jwk.to_value().to_string(), x5c })
    }

    /// As storage wants it.
    pub(super) fn for_institution<'a>(&'a self, slug: &'a str) -> NewInstitutionKey<'a> {
        NewInstitutionKey {
            institution: slug,
            algorithm: self.algorithm,
            kid: &self.kid,
            private: &self.private,
            jwk: &self.jwk,
            x5c: &self.x5c,
        }
    }
}

/// The thumbprint of the key that the configuration names for an algorithm; none when keys are made here.
pub(super) fn configured(institution: &Institution, algorithm: Algorithm) -> Option<String> {
    match &institution.config.signing {
        SigningSource::Given { key, .. } if algorithm == Algorithm::Es256 => key.public_jwk().ok().map(|jwk| jwk.thumbprint()),
        _ => None,
    }
}

/// Whether a key can sign at `now` (Unix seconds): it is the one that the configuration names, or is certified by its authority.
pub(super) fn is_good(key: &KeyRow, institution: &Institution, now: i64) -> bool {
    if key.algorithm == Algorithm::EdDsa {
        return true;
    }
    match &institution.config.signing {
        // An authority that was exchanged (a demo over old data) does not certify the old key any more.
        SigningSource::Authority(authority) => {
            Chain::from_x5c(&key.x5c).and_then(|chain| chain.verify(&[authority.anchor_der().to_vec()], now)).is_ok()
        }
        SigningSource::Given { chain, .. } => {
            configured(institution, key.algorithm).as_ref() == Some(&key.kid) && chain.to_x5c() == key.x5c
        }
    }
}

/// When the certificate of a key ends, Unix seconds.
pub(super) fn ends(key: &KeyRow) -> Option<i64> {
    Chain::from_x5c(&key.x5c).and_then(|chain| chain.leaf_unverified()).ok().map(|leaf| leaf.not_after)
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
