//! Reading and checking certificate chains: leaf, at most one intermediate, anchor.

use super::{X509Error, constraints};
use crate::encoding::{b64, b64_decode, b64url, sha256};
use crate::key::{Algorithm, Jwk};
use crate::signature_cache::SignatureCache;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, UnparsedPublicKey,
    VerificationAlgorithm,
};
use x509_parser::prelude::{FromDer, GeneralName, ParsedExtension, X509Certificate, X509Version};

/// A leaf lives two years at most; one day of slack for leap years and time zones.
const MAX_LEAF_SECONDS: i64 = (2 * 365 + 2) * 86_400;
/// `ecdsa-with-SHA256` and `ecdsa-with-SHA384`.
const ECDSA_SHA256: &str = "1.2.840.10045.4.3.2";
const ECDSA_SHA384: &str = "1.2.840.10045.4.3.3";

/// A certificate chain as in `x5c`: the leaf first, without the anchor. Well-formed, not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain(Vec<Vec<u8>>);

/// What a leaf certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Its public key.
    pub jwk: Jwk,
    /// SAN URIs: for an issuer its Credential Issuer Identifier.
    pub san_uris: Vec<String>,
    /// SAN dNSNames.
    pub san_dns: Vec<String>,
    /// Common name of the subject.
    pub common_name: Option<String>,
    /// Start of validity, Unix seconds.
    pub not_before: i64,
    /// End of validity, Unix seconds.
    pub not_after: i64,
}

impl Chain {
    /// Reads the texts of an `x5c` header (RFC 7515 section 4.1.6): standard base64 of DER, one to three.
    pub fn from_x5c(texts: &[String]) -> Result<Self, X509Error> {
        let ders: Result<Vec<_>, _> = texts.iter().map(|text| b64_decode(text)).collect();
        Self::from_der(ders.map_err(|_| X509Error::Malformed)?)
    }

    /// A chain from DER certificates, the leaf first.
    pub fn from_der(ders: Vec<Vec<u8>>) -> Result<Self, X509Error> {
        if !(1..=3).contains(&ders.len()) {
            return Err(X509Error::Malformed);
        }
        for der in &ders {
            read(der)?;
        }
        Ok(Self(ders))
    }

    /// The texts for an `x5c` header.
    pub fn to_x5c(&self) -> Vec<String> {
        self.0.iter().map(b64).collect()
    }

    /// SHA-256 of the leaf, as in client identifier prefix `x509_hash`.
    pub fn leaf_sha256(&self) -> [u8; 32] {
        sha256(self.0.first().map(Vec::as_slice).unwrap_or_default())
    }

    /// The identifiers of the keys that signed its certificates, as each names its own signer's (`authorityKeyIdentifier`, RFC 5280
    /// section 4.2.1.1), base64url: what `aki` of a query is compared with (OpenID4VP section 6.1.1.1). The chain says so itself; that
    /// it leads to an anchor is not checked here.
    pub fn authority_keys(&self) -> Vec<String> {
        let signer = |certificate: &X509Certificate<'_>| {
            let named = certificate.extensions().iter().find_map(|extension| match extension.parsed_extension() {
                ParsedExtension::AuthorityKeyIdentifier(named) => named.key_identifier.as_ref(),
                _ => None,
            });
            named.map(|key| b64url(key.0))
        };
        self.0.iter().filter_map(|der| signer(&read(der).ok()?)).collect()
    }

    /// What the leaf says, before anybody verified the chain.
    pub fn leaf_unverified(&self) -> Result<Leaf, X509Error> {
        leaf(&read(self.0.first().ok_or(X509Error::Malformed)?)?)
    }

    /// Checks the chain up to one of `anchors` (DER), everything valid at the time `at`, with at most one intermediate.
    /// An anchor that was sent along against the rules is passed over.
    pub fn verify(&self, anchors: &[Vec<u8>], at: i64) -> Result<Leaf, X509Error> {
        self.verify_remembering(anchors, at, None)
    }

    /// [`Chain::verify`], without the signatures that `cache` has seen hold on exactly these certificates.
    pub fn verify_remembering(&self, anchors: &[Vec<u8>], at: i64, cache: Option<&SignatureCache>) -> Result<Leaf, X509Error> {
        let sent = match self.0.split_last() {
            Some((last, rest)) if !rest.is_empty() && anchors.contains(last) => rest,
            _ => self.0.as_slice(),
        };
        let certificates: Vec<X509Certificate<'_>> = sent.iter().map(|der| read(der)).collect::<Result<_, _>>()?;
        let (first, above) = certificates.split_first().ok_or(X509Error::Malformed)?;
        if above.len() > 1 {
            return Err(X509Error::Authority);
        }
        let leaf = leaf(first)?;
        fits_leaf(first, &leaf)?;
        let mut last = first;
        within(first, at)?;
        for (depth, parent) in above.iter().enumerate() {
            signed_by(last, parent, depth, cache)?;
            within(parent, at)?;
            constraints::hold(parent, first)?;
            last = parent;
        }
        let mut outcome = Err(X509Error::Unknown);
        for anchor in anchors {
            let anchor = read(anchor)?;
            if last.issuer().as_raw() == anchor.subject().as_raw() && signed_by(last, &anchor, above.len(), cache).is_ok() {
                match within(&anchor, at).and_then(|()| constraints::hold(&anchor, first)) {
                    Ok(()) => return Ok(leaf),
                    Err(e) => outcome = Err(e),
                }
            }
        }
        outcome
    }
}

/// Parses one certificate; nothing may follow it, and no critical extension may be unknown.
fn read(der: &[u8]) -> Result<X509Certificate<'_>, X509Error> {
    let (rest, certificate) = X509Certificate::from_der(der).map_err(|_| X509Error::Malformed)?;
    if !rest.is_empty() || certificate.version() != X509Version::V3 {
        return Err(X509Error::Malformed);
    }
    let known = |e: &ParsedExtension<'_>| {
        matches!(
            e,
            ParsedExtension::BasicConstraints(_)
                | ParsedExtension::KeyUsage(_)
                | ParsedExtension::SubjectAlternativeName(_)
                | ParsedExtension::ExtendedKeyUsage(_)
                | ParsedExtension::NameConstraints(_)
        )
    };
    if certificate.extensions().iter().any(|e| e.critical && !known(e.parsed_extension())) {
        return Err(X509Error::Critical);
    }
    Ok(certificate)
}

fn leaf(certificate: &X509Certificate<'_>) -> Result<Leaf, X509Error> {
    let jwk = Jwk::from_spki(certificate.public_key().raw).map_err(|_| X509Error::Leaf)?;
    let (mut san_uris, mut san_dns) = (Vec::new(), Vec::new());
    if let Some(names) = certificate.subject_alternative_name().map_err(|_| X509Error::Malformed)? {
        for name in &names.value.general_names {
            match name {
                GeneralName::URI(uri) => san_uris.push((*uri).to_owned()),
                GeneralName::DNSName(name) => san_dns.push((*name).to_owned()),
                _ => {}
            }
        }
    }
    let common_name = certificate.subject().iter_common_name().next().and_then(|cn| cn.as_str().ok()).map(str::to_owned);
    let validity = certificate.validity();
    let (not_before, not_after) = (validity.not_before.timestamp(), validity.not_after.timestamp());
    Ok(Leaf { jwk, san_uris, san_dns, common_name, not_before, not_after })
}

/// The profile of a leaf: P-256, digitalSignature, no authority, at most two years, and not made for another job alone.
fn fits_leaf(certificate: &X509Certificate<'_>, leaf: &Leaf) -> Result<(), X509Error> {
    let usage = certificate.key_usage().map_err(|_| X509Error::Malformed)?;
    let signs = usage.is_some_and(|u| u.value.digital_signature());
    let authority = certificate.basic_constraints().map_err(|_| X509Error::Malformed)?.is_some_and(|b| b.value.ca);
    let short = leaf.not_after.saturating_sub(leaf.not_before) <= MAX_LEAF_SECONDS;
    let p256 = leaf.jwk.p256_point().is_ok();
    let purposes = certificate.extended_key_usage().map_err(|_| X509Error::Malformed)?;
    let other_job = purposes.is_some_and(|purposes| constraints::is_for_another_job(purposes.value));
    if signs && !authority && short && p256 && !other_job { Ok(()) } else { Err(X509Error::Leaf) }
}

fn within(certificate: &X509Certificate<'_>, at: i64) -> Result<(), X509Error> {
    let validity = certificate.validity();
    let inside = validity.not_before.timestamp() <= at && at <= validity.not_after.timestamp();
    inside.then_some(()).ok_or(X509Error::Dates)
}

/// Whether `parent` may and did sign `child`, with `below` intermediates under it.
fn signed_by(
    child: &X509Certificate<'_>,
    parent: &X509Certificate<'_>,
    below: usize,
    cache: Option<&SignatureCache>,
) -> Result<(), X509Error> {
    let constraints = parent.basic_constraints().map_err(|_| X509Error::Malformed)?.ok_or(X509Error::Authority)?.value;
    let usage = parent.key_usage().map_err(|_| X509Error::Malformed)?.ok_or(X509Error::Authority)?.value;
    let deep = constraints.path_len_constraint.is_some_and(|most| usize::try_from(most).is_ok_and(|most| below > most));
    if !constraints.ca || !usage.key_cert_sign() || deep {
        return Err(X509Error::Authority);
    }
    if child.issuer().as_raw() != parent.subject().as_raw() || child.signature_algorithm != child.tbs_certificate.signature {
        return Err(X509Error::Broken);
    }
    let curve = Jwk::from_spki(parent.public_key().raw).map_err(|_| X509Error::Authority)?.algorithm();
    let algorithm: &'static dyn VerificationAlgorithm = match (curve, child.signature_algorithm.algorithm.to_id_string().as_str()) {
        (Algorithm::Es256, ECDSA_SHA256) => &ECDSA_P256_SHA256_ASN1,
        (Algorithm::Es256, ECDSA_SHA384) => &ECDSA_P256_SHA384_ASN1,
        (Algorithm::Es384, ECDSA_SHA256) => &ECDSA_P384_SHA256_ASN1,
        (Algorithm::Es384, ECDSA_SHA384) => &ECDSA_P384_SHA384_ASN1,
        _ => return Err(X509Error::Broken),
    };
    let seen = cache.map(|cache| (cache, name(child, parent)));
    if seen.as_ref().is_some_and(|(cache, name)| cache.contains(name)) {
        return Ok(());
    }
    UnparsedPublicKey::new(algorithm, parent.public_key().raw)
        .verify(child.tbs_certificate.as_ref(), child.signature_value.as_ref())
        .map_err(|_| X509Error::Broken)?;
    if let Some((cache, name)) = seen {
        cache.insert(name);
    }
    Ok(())
}

/// What the signature of `child` under the key of `parent` is remembered by. No JSON text begins as this does.
fn name(child: &X509Certificate<'_>, parent: &X509Certificate<'_>) -> [u8; 32] {
    let (child, parent) = (sha256(child.as_raw()), sha256(parent.public_key().raw));
    sha256(&[b"x509".as_slice(), &child, &parent].concat())
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
