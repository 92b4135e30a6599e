//! Chains: what holds, and what does not for which reason.

use super::super::{CertificateAuthority, LeafRequest};
use super::*;
use crate::key::{Algorithm, SigningKey};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, SanType,
};
use time::{Duration, OffsetDateTime};

const NOW: i64 = 1_790_000_000;
const DAY: i64 = 86_400;

fn request(key: &SigningKey) -> LeafRequest {
    LeafRequest {
        public_jwk: key.public_jwk().unwrap(),
        common_name: "Hogeschool Voorbeeld".into(),
        san_uri: Some("https://issuer.example/hogeschool-voorbeeld".into()),
        san_dns: vec!["issuer.example".into()],
        not_before: NOW - DAY,
        not_after: NOW + 700 * DAY,
    }
}

fn chain(ders: &[&[u8]]) -> Chain {
    Chain::from_der(ders.iter().map(|d| d.to_vec()).collect()).unwrap()
}

#[test]
fn direct_and_by_one_intermediate() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let root = CertificateAuthority::new("Voorbeeld Anker", NOW).unwrap();
    let root = CertificateAuthority::from_parts(root.anchor_der(), &root.key_pkcs8().unwrap()).unwrap();
    let between = root.intermediate("Voorbeeld Tussen", NOW).unwrap();
    let anchors = [root.anchor_der().to_vec()];
    let direct = root.issue_leaf(&request(&key)).unwrap();
    let leaf = chain(&[&direct]).verify(&anchors, NOW).unwrap();
    assert_eq!(leaf.jwk, key.public_jwk().unwrap());
    assert_eq!(leaf.san_uris, ["https://issuer.example/hogeschool-voorbeeld"]);
    assert_eq!((leaf.san_dns, leaf.common_name), (vec!["issuer.example".to_owned()], Some("Hogeschool Voorbeeld".to_owned())));
    let below = between.issue_leaf(&request(&key)).unwrap();
    let long = chain(&[&below, between.anchor_der()]);
    assert!(long.verify(&anchors, NOW).is_ok());
    assert!(chain(&[&below, between.anchor_der(), root.anchor_der()]).verify(&anchors, NOW).is_ok());
    assert_eq!(Chain::from_x5c(&long.to_x5c()).unwrap(), long);
    assert_eq!(chain(&[&below]).verify(&anchors, NOW), Err(X509Error::Unknown));
    // The intermediate may not sign further authorities.
    let third = between.intermediate("Te diep", NOW).unwrap();
    let deep = third.issue_leaf(&request(&key)).unwrap();
    assert_eq!(chain(&[&deep, third.anchor_der(), between.anchor_der()]).verify(&anchors, NOW), Err(X509Error::Authority));
    let middle = [between.anchor_der().to_vec()];
    assert_eq!(chain(&[&deep, third.anchor_der()]).verify(&middle, NOW), Err(X509Error::Unknown));
}

#[test]
fn names_the_keys_that_signed_it() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let root = CertificateAuthority::new("Voorbeeld Anker", NOW).unwrap();
    let between = root.intermediate("Voorbeeld Tussen", NOW).unwrap();
    let leaf = between.issue_leaf(&request(&key)).unwrap();
    let own = |der: &[u8]| {
        let certificate = read(der).unwrap();
        let named = certificate.extensions().iter().find_map(|extension| match extension.parsed_extension() {
            ParsedExtension::SubjectKeyIdentifier(named) => Some(b64url(named.0)),
            _ => None,
        });
        named.unwrap()
    };
    let signers = [own(between.anchor_der()), own(root.anchor_der())];
    assert_eq!(chain(&[&leaf]).authority_keys(), signers[..1]);
    assert_eq!(chain(&[&leaf, between.anchor_der()]).authority_keys(), signers);
}

#[test]
fn refuses_what_does_not_hold() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let root = CertificateAuthority::new("Voorbeeld Anker", NOW).unwrap();
    let anchors = [root.anchor_der().to_vec()];
    let good = root.issue_leaf(&request(&key)).unwrap();
    assert_eq!(chain(&[&good]).verify(&anchors, NOW - 2 * DAY), Err(X509Error::Dates));
    assert_eq!(chain(&[&good]).verify(&anchors, NOW + 701 * DAY), Err(X509Error::Dates));
    let impostor = CertificateAuthority::new("Voorbeeld Anker", NOW).unwrap();
    let forged = impostor.issue_leaf(&request(&key)).unwrap();
    assert_eq!(chain(&[&forged]).verify(&anchors, NOW), Err(X509Error::Unknown));
    assert_eq!(chain(&[&good]).verify(&[], NOW), Err(X509Error::Unknown));
    let long = root.issue_leaf(&LeafRequest { not_after: NOW + 800 * DAY, ..request(&key) }).unwrap();
    assert_eq!(chain(&[&long]).verify(&anchors, NOW), Err(X509Error::Leaf));
    assert_eq!(chain(&[root.anchor_der()]).verify(&anchors, NOW), Err(X509Error::Leaf));
    // A leaf signs no leaf.
    let other = SigningKey::generate(Algorithm::Es256).unwrap();
    let fake = CertificateAuthority::from_parts(&good, &key.to_pkcs8().unwrap()).unwrap();
    let under = fake.issue_leaf(&request(&other)).unwrap();
    assert_eq!(chain(&[&under, &good]).verify(&anchors, NOW), Err(X509Error::Authority));
    let mut bent = good.clone();
    let at = bent.len() - 80;
    bent[at] ^= 1;
    assert!(Chain::from_der(vec![bent]).and_then(|c| c.verify(&anchors, NOW)).is_err());
    assert_eq!(Chain::from_der(vec![[good, vec![0]].concat()]), Err(X509Error::Malformed));
}

#[test]
fn remembering_signatures_remembers_nothing_else() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let root = CertificateAuthority::new("Voorbeeld Anker", NOW).unwrap();
    let between = root.intermediate("Voorbeeld Tussen", NOW).unwrap();
    let anchors = [root.anchor_der().to_vec()];
    let good = between.issue_leaf(&request(&key)).unwrap();
    let good = chain(&[&good, between.anchor_der()]);
    let cache = SignatureCache::new(8);
    for _ in 0..2 {
        assert!(good.verify_remembering(&anchors, NOW, Some(&cache)).is_ok());
    }
    assert_eq!(good.verify_remembering(&anchors, NOW + 701 * DAY, Some(&cache)), Err(X509Error::Dates));
    assert_eq!(good.verify_remembering(&[], NOW, Some(&cache)), Err(X509Error::Unknown), "the anchor went");
    let namesake = CertificateAuthority::new("Voorbeeld Anker", NOW).unwrap().anchor_der().to_vec();
    assert_eq!(good.verify_remembering(&[namesake], NOW, Some(&cache)), Err(X509Error::Unknown), "another key of the same name");
    let impostor = CertificateAuthority::new("Voorbeeld Tussen", NOW).unwrap().issue_leaf(&request(&key)).unwrap();
    for _ in 0..2 {
        let forged = chain(&[&impostor, between.anchor_der()]);
        assert_eq!(forged.verify_remembering(&anchors, NOW, Some(&cache)), Err(X509Error::Broken), "refusals are not remembered");
    }
}

/// An authority made by hand, with a key of either curve and whatever its certificate shall say.
struct Hand(CertificateParams, KeyPair);

impl Hand {
    fn new(algorithm: &'static rcgen::SignatureAlgorithm, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "Anker met de hand");
        params.not_before = moment(NOW - 10 * DAY);
        params.not_after = moment(NOW + 1_000 * DAY);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        change(&mut params);
        Self(params, KeyPair::generate_for(algorithm).unwrap())
    }

    fn anchor(&self) -> Vec<u8> {
        self.0.clone().self_signed(&self.1).unwrap().der().to_vec()
    }

    /// A leaf under it, for `issuer.example`.
    fn leaf(&self, change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "Hogeschool Voorbeeld");
        params.not_before = moment(NOW - DAY);
        params.not_after = moment(NOW + 300 * DAY);
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.subject_alt_names = vec![
            SanType::URI("https://issuer.example/hogeschool-voorbeeld".try_into().unwrap()),
            SanType::DnsName("issuer.example".try_into().unwrap()),
        ];
        change(&mut params);
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        params.signed_by(&key, &Issuer::from_params(&self.0, &self.1)).unwrap().der().to_vec()
    }

    fn outcome(&self, change: impl FnOnce(&mut CertificateParams)) -> Result<(), X509Error> {
        chain(&[&self.leaf(change)]).verify(&[self.anchor()], NOW).map(|_| ())
    }
}

fn moment(at: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::seconds(at)
}

#[test]
fn authorities_of_either_curve() {
    for algorithm in [&PKCS_ECDSA_P256_SHA256, &PKCS_ECDSA_P384_SHA384] {
        assert_eq!(Hand::new(algorithm, |_| {}).outcome(|_| {}), Ok(()));
    }
    // A leaf of P-384 does not fit the profile.
    let authority = Hand::new(&PKCS_ECDSA_P384_SHA384, |_| {});
    let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    let mut params = CertificateParams::default();
    params.not_before = moment(NOW - DAY);
    params.not_after = moment(NOW + DAY);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let wide = params.signed_by(&key, &Issuer::from_params(&authority.0, &authority.1)).unwrap();
    assert_eq!(chain(&[wide.der()]).verify(&[authority.anchor()], NOW), Err(X509Error::Leaf));
}

#[test]
fn authorities_that_may_not_sign() {
    let without = Hand::new(&PKCS_ECDSA_P256_SHA256, |params| params.key_usages = vec![KeyUsagePurpose::CrlSign]);
    assert_eq!(without.outcome(|_| {}), Err(X509Error::Unknown));
    let none = Hand::new(&PKCS_ECDSA_P256_SHA256, |params| params.key_usages = Vec::new());
    assert_eq!(none.outcome(|_| {}), Err(X509Error::Unknown));
    let no_authority = Hand::new(&PKCS_ECDSA_P256_SHA256, |params| params.is_ca = IsCa::ExplicitNoCa);
    assert_eq!(no_authority.outcome(|_| {}), Err(X509Error::Unknown));
    let over = Hand::new(&PKCS_ECDSA_P256_SHA256, |params| params.not_after = moment(NOW - DAY));
    assert_eq!(over.outcome(|_| {}), Err(X509Error::Dates));
}

#[test]
fn leaves_for_another_job() {
    use ExtendedKeyUsagePurpose::{Any, ClientAuth, CodeSigning, EmailProtection, OcspSigning, Other, ServerAuth, TimeStamping};
    let authority = Hand::new(&PKCS_ECDSA_P256_SHA256, |_| {});
    let with = |purposes: Vec<ExtendedKeyUsagePurpose>| authority.outcome(|params| params.extended_key_usages = purposes);
    for fine in [vec![], vec![Any], vec![ServerAuth], vec![ClientAuth, CodeSigning], vec![Other(vec![1, 0, 18013, 5, 1, 2])]] {
        assert_eq!(with(fine.clone()), Ok(()), "{fine:?}");
    }
    for other in [vec![CodeSigning], vec![EmailProtection], vec![TimeStamping, OcspSigning]] {
        assert_eq!(with(other.clone()), Err(X509Error::Leaf), "{other:?}");
    }
    assert_eq!(authority.outcome(|params| params.key_usages = vec![KeyUsagePurpose::KeyAgreement]), Err(X509Error::Leaf));
    assert_eq!(authority.outcome(|params| params.key_usages = Vec::new()), Err(X509Error::Leaf));
}

#[test]
fn names_are_within_the_constraints() {
    let constrained = |permitted: &[GeneralSubtree], excluded: &[GeneralSubtree]| {
        let (permitted_subtrees, excluded_subtrees) = (permitted.to_vec(), excluded.to_vec());
        let authority = Hand::new(&PKCS_ECDSA_P256_SHA256, |params| {
            params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees });
        });
        authority.outcome(|_| {})
    };
    let dns = |name: &str| GeneralSubtree::DnsName(name.to_owned());
    // What an authority may sign for covers the name and all below it.
    assert_eq!(constrained(&[dns("issuer.example")], &[]), Ok(()));
    assert_eq!(constrained(&[dns("example")], &[]), Ok(()));
    assert_eq!(constrained(&[dns("other.example"), dns("ISSUER.example")], &[]), Ok(()));
    assert_eq!(constrained(&[dns("suer.example")], &[]), Err(X509Error::Names));
    assert_eq!(constrained(&[dns("www.issuer.example")], &[]), Err(X509Error::Names));
    assert_eq!(constrained(&[], &[dns("issuer.example")]), Err(X509Error::Names));
    assert_eq!(constrained(&[dns("example")], &[dns("issuer.example")]), Err(X509Error::Names));
    assert_eq!(constrained(&[], &[dns("other.example")]), Ok(()));
    // Constraints on names that the leaf does not have do not matter; one on its subject is not understood.
    assert_eq!(constrained(&[GeneralSubtree::Rfc822Name("example".to_owned())], &[]), Ok(()));
    let mut subject = rcgen::DistinguishedName::new();
    subject.push(DnType::CountryName, "NL");
    assert_eq!(constrained(&[GeneralSubtree::DirectoryName(subject)], &[]), Err(X509Error::Names));
}
