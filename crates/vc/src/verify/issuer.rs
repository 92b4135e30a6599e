//! Whose signature it is, and whether the register vouches for that issuer.

use super::Case;
use crate::bundled;
use crate::did;
use crate::jws::JwsError;
use crate::key::{Jwk, KeyError, VerifyingKey};
use crate::report::{Check, CheckName, CheckState, IssuerReport};
use crate::sd_jwt::SdJwt;
use crate::trust::{IssuerState, Trust};
use crate::x509::{Chain, Leaf, X509Error};

/// What the signature was verified with.
pub(super) enum Signer {
    /// A key that the caller gave.
    Given,
    /// The leaf of this chain, whose SAN URI is the issuer. The chain itself is not verified yet.
    Certificate { chain: Chain, leaf: Box<Leaf> },
    /// A DID that is its own key and equals `iss`.
    Did,
}

/// The `signature` check, and the signer when it passed.
pub(super) fn signature(credential: &SdJwt, inputs: &Case<'_>) -> (Check, Option<Signer>) {
    let outcome = match inputs.key_given {
        Some(keys) => given(credential, keys).map(|()| Signer::Given),
        None => carried(credential),
    };
    match outcome {
        Ok(signer) => (Check::passed(CheckName::Signature), Some(signer)),
        Err(code) => (Check::failed(CheckName::Signature, code), None),
    }
}

/// Verifies with the given keys, those with the `kid` of the header first and only, when there are such.
fn given(credential: &SdJwt, keys: &[Jwk]) -> Result<(), &'static str> {
    let kid = credential.jwt().kid();
    let named: Vec<&Jwk> = keys.iter().filter(|key| kid.is_some() && key.kid() == kid).collect();
    let tried = if named.is_empty() { keys.iter().collect() } else { named };
    let mut outcome = Err("signature");
    for key in tried {
        outcome = verify(credential, key);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

/// Verifies with the key that the credential itself brings along: a certificate, or a DID that is a key. One that brings
/// neither is refused (`no_key`), not left open: keys published elsewhere are no mechanism that our register allows.
fn carried(credential: &SdJwt) -> Result<Signer, &'static str> {
    let jwt = credential.jwt();
    if jwt.header().contains_key("x5c") {
        let chain = jwt.x5c().ok_or(X509Error::Malformed).and_then(|texts| Chain::from_x5c(&texts)).map_err(|_| "malformed_x5c")?;
        let leaf = chain.leaf_unverified().map_err(|_| "malformed_x5c")?;
        verify(credential, &leaf.jwk)?;
        if credential.issuer().is_some_and(|iss| !leaf.san_uris.iter().any(|uri| uri == iss)) {
            return Err("issuer_mismatch");
        }
        return Ok(Signer::Certificate { chain, leaf: Box::new(leaf) });
    }
    let did = credential.issuer().filter(|iss| iss.starts_with("did:jwk:") || iss.starts_with("did:key:")).ok_or("no_key")?;
    let kid = jwt.kid().unwrap_or(did);
    if !kid.starts_with('#') && kid.split('#').next() != Some(did) {
        return Err("issuer_mismatch");
    }
    verify(credential, &did::key_of_url(did).map_err(|_| "unsupported_key")?)?;
    Ok(Signer::Did)
}

fn verify(credential: &SdJwt, jwk: &Jwk) -> Result<(), &'static str> {
    let key = VerifyingKey::from_jwk(jwk).map_err(|_| "unsupported_key")?;
    credential.jwt().verify(&key, None).map(|_| ()).map_err(|error| match error {
        JwsError::Algorithm | JwsError::Key(KeyError::Algorithm) => "algorithm",
        _ => "signature",
    })
}

/// The issuer as the credential states it; without `iss` the SAN URI of the certificate.
pub(super) fn identifier(credential: &SdJwt, signer: Option<&Signer>) -> String {
    let certified = || match signer {
        Some(Signer::Certificate { leaf, .. }) => leaf.san_uris.first().cloned(),
        _ => None,
    };
    credential.issuer().map(str::to_owned).or_else(certified).unwrap_or_default()
}

/// The `issuer` check and what the report says of the issuer.
///
/// A chain is judged at the credential's `iat`: a credential outlives its issuer's certificate (two years at most),
/// and `dates` refuses an `iat` that lies ahead. A key that was lost is answered by the register and the status list.
pub(super) fn issuer(id: String, signer: &Signer, vct: &str, iat: Option<i64>, inputs: &Case<'_>) -> (Check, IssuerReport) {
    let unvouched = |id: String| IssuerReport { id, ..IssuerReport::default() };
    let unknown = |reason: &str| Check::failed(CheckName::Issuer, "issuer_unknown").with("reason", reason);
    match signer {
        Signer::Given => return (Check::new(CheckName::Issuer, CheckState::Passed, "key_given"), unvouched(id)),
        Signer::Certificate { chain, .. } => {
            let at = iat.unwrap_or(inputs.now).min(inputs.now);
            if let Err(error) = chain.verify(&inputs.trust.anchors, at) {
                return (unknown(reason(error)), unvouched(id));
            }
        }
        Signer::Did => {}
    }
    registered(id, vct, inputs.trust)
}

fn registered(id: String, vct: &str, trust: &Trust) -> (Check, IssuerReport) {
    let Some(known) = trust.issuer(&id) else {
        let check = Check::failed(CheckName::Issuer, "issuer_unknown").with("reason", "not_registered");
        return (check, IssuerReport { id, ..IssuerReport::default() });
    };
    let report = IssuerReport {
        id,
        name: Some(known.name_nl.clone()),
        register: Some(trust.register.clone()),
        register_keeper: Some(trust.keeper.clone()),
    };
    let kind = bundled::short_name(vct).unwrap_or(vct);
    let check = match known.state {
        IssuerState::Suspended => Check::failed(CheckName::Issuer, "issuer_suspended"),
        IssuerState::Admitted if !known.types.iter().any(|t| t == kind) => {
            Check::failed(CheckName::Issuer, "issuer_unknown").with("reason", "not_registered_for_type")
        }
        IssuerState::Admitted if known.keeps_register => {
            let check = Check::new(CheckName::Issuer, CheckState::Passed, "own_register");
            check.with("note", "The issuer keeps the register that vouches for it.")
        }
        IssuerState::Admitted => Check::passed(CheckName::Issuer),
    };
    (check, report)
}

fn reason(error: X509Error) -> &'static str {
    match error {
        X509Error::Unknown => "no_anchor",
        X509Error::Dates => "certificate_dates",
        _ => "certificate_chain",
    }
}
