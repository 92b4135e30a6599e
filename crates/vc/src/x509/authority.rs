//! A small certificate authority: anchors, intermediates and leaves for the demo, tests and small installations.

use super::X509Error;
use crate::encoding::sha256;
use crate::key::{Algorithm, Jwk, SigningKey};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PublicKeyData, SanType,
    SerialNumber, SignatureAlgorithm,
};
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

/// An authority lives ten years.
const AUTHORITY_LIFE: Duration = Duration::days(3652);

/// What a leaf certificate shall say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafRequest {
    /// The key that it certifies; P-256.
    pub public_jwk: Jwk,
    /// Common name of the subject.
    pub common_name: String,
    /// SAN URI, for an issuer its Credential Issuer Identifier.
    pub san_uri: Option<String>,
    /// SAN dNSNames.
    pub san_dns: Vec<String>,
    /// Start of validity, Unix seconds.
    pub not_before: i64,
    /// End of validity, Unix seconds; verifiers refuse more than two years.
    pub not_after: i64,
}

/// A certificate with its private key, allowed to sign others. Never printed.
pub struct CertificateAuthority {
    certificate: Vec<u8>,
    key: SigningKey,
}

impl CertificateAuthority {
    /// A self-signed anchor, valid from a day before `now` for ten years.
    pub fn new(common_name: &str, now: i64) -> Result<Self, X509Error> {
        let key = SigningKey::generate(Algorithm::Es256).map_err(|_| X509Error::Engine)?;
        let certificate = authority(common_name, now, BasicConstraints::Unconstrained)?.self_signed(&pair(&key)?);
        Ok(Self { certificate: certificate.map_err(|_| X509Error::Engine)?.der().to_vec(), key })
    }

    /// An authority that was kept: its certificate in DER and its key in PKCS#8.
    pub fn from_parts(certificate: &[u8], key_pkcs8: &[u8]) -> Result<Self, X509Error> {
        let key = SigningKey::from_pkcs8(key_pkcs8).map_err(|_| X509Error::Malformed)?;
        Ok(Self { certificate: certificate.to_vec(), key })
    }

    /// An authority below this one, that may sign leaves only.
    pub fn intermediate(&self, common_name: &str, now: i64) -> Result<Self, X509Error> {
        let key = SigningKey::generate(Algorithm::Es256).map_err(|_| X509Error::Engine)?;
        let mut params = authority(common_name, now, BasicConstraints::Constrained(0))?;
        params.use_authority_key_identifier_extension = true;
        let certificate = self.sign(params, &key.public_jwk().map_err(|_| X509Error::Engine)?)?;
        Ok(Self { certificate, key })
    }

    /// A leaf certificate in DER.
    pub fn issue_leaf(&self, request: &LeafRequest) -> Result<Vec<u8>, X509Error> {
        let mut params = named(&request.common_name);
        params.not_before = at(request.not_before)?;
        params.not_after = at(request.not_after)?;
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let name = |text: &str| text.try_into().map_err(|_| X509Error::Malformed);
        if let Some(uri) = &request.san_uri {
            params.subject_alt_names.push(SanType::URI(name(uri)?));
        }
        for dns in &request.san_dns {
            params.subject_alt_names.push(SanType::DnsName(name(dns)?));
        }
        // A serial of its own for each key and validity; repeating a request repeats the serial.
        let seed = format!("{} {} {}", request.public_jwk.thumbprint(), request.not_before, request.not_after);
        let mut serial = sha256(seed.as_bytes()).into_iter().take(16).collect::<Vec<u8>>();
        if let Some(first) = serial.first_mut() {
            *first = (*first & 0x7f) | 0x40;
        }
        params.serial_number = Some(SerialNumber::from(serial));
        params.use_authority_key_identifier_extension = true;
        self.sign(params, &request.public_jwk)
    }

    /// This authority's certificate in DER: the anchor, or an intermediate's member of `x5c`.
    pub fn anchor_der(&self) -> &[u8] {
        &self.certificate
    }

    /// This authority's key in PKCS#8, for sealing.
    pub fn key_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, X509Error> {
        self.key.to_pkcs8().map_err(|_| X509Error::Engine)
    }

    fn sign(&self, params: CertificateParams, subject: &Jwk) -> Result<Vec<u8>, X509Error> {
        let issuer = Issuer::from_ca_cert_der(&CertificateDer::from(self.certificate.as_slice()), pair(&self.key)?);
        let issuer = issuer.map_err(|_| X509Error::Malformed)?;
        let subject = Subject(subject.p256_point().map_err(|_| X509Error::Leaf)?);
        Ok(params.signed_by(&subject, &issuer).map_err(|_| X509Error::Engine)?.der().to_vec())
    }
}

/// The public key of a certificate to be made.
struct Subject(Vec<u8>);

impl PublicKeyData for Subject {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }
    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}

fn pair(key: &SigningKey) -> Result<KeyPair, X509Error> {
    let pkcs8 = key.to_pkcs8().map_err(|_| X509Error::Engine)?;
    let der = PrivatePkcs8KeyDer::from(pkcs8.as_slice());
    KeyPair::from_pkcs8_der_and_sign_algo(&der, &PKCS_ECDSA_P256_SHA256).map_err(|_| X509Error::Engine)
}

fn named(common_name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params
}

fn authority(common_name: &str, now: i64, constraints: BasicConstraints) -> Result<CertificateParams, X509Error> {
    let mut params = named(common_name);
    params.not_before = at(now)? - Duration::DAY;
    params.not_after = at(now)? + AUTHORITY_LIFE;
    params.is_ca = IsCa::Ca(constraints);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn at(seconds: i64) -> Result<OffsetDateTime, X509Error> {
    OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| X509Error::Malformed)
}
