//! Whose attestations are believed: wallet providers, for wallets as clients and for the keys that wallets hold.

use serde_json::Value;
use vc::jws::Jws;
use vc::key::Jwk;
use vc::x509::Chain;

use crate::jwt;

/// Somebody who attests, and how their signature is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrustedAttester {
    /// Their `iss`, when they have one: an attestation that names an issuer must name this one. Compared as a plain string.
    pub issuer: Option<String>,
    /// Their keys, with `kid` where the header is to choose among them.
    pub keys: Vec<Jwk>,
    /// DER certificates to which a chain in `x5c` must lead.
    pub anchors: Vec<Vec<u8>>,
}

impl TrustedAttester {
    /// Whether they signed it. A key that the header brings along counts only as the leaf of a chain under an anchor.
    fn signed(&self, jws: &Jws, typ: &str, now: i64) -> bool {
        let named = jws.payload_unverified().get("iss").and_then(Value::as_str);
        if self.issuer.as_deref().is_some_and(|own| named.is_some_and(|named| named != own)) {
            return false;
        }
        let meant = |key: &&Jwk| jws.kid().is_none() || key.kid().is_none() || key.kid() == jws.kid();
        if self.keys.iter().filter(meant).any(|key| jwt::is_signed_by(jws, key, typ)) {
            return true;
        }
        let leaf =
            jws.x5c().filter(|_| !self.anchors.is_empty()).and_then(|x5c| Chain::from_x5c(&x5c).ok()?.verify(&self.anchors, now).ok());
        leaf.is_some_and(|leaf| jwt::is_signed_by(jws, &leaf.jwk, typ))
    }
}

/// Whether one of the attesters signed it.
pub(crate) fn vouched_for(jws: &Jws, typ: &str, attesters: &[TrustedAttester], now: i64) -> bool {
    attesters.iter().any(|attester| attester.signed(jws, typ, now))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use serde_json::json;
    use vc::encoding::b64;
    use vc::key::{Algorithm, SigningKey};
    use vc::x509::{CertificateAuthority, LeafRequest};

    const NOW: i64 = 1_760_000_000;

    /// An attester whose key has a certificate: the key, its chain, and the trust in the anchor.
    pub(crate) fn with_certificate(now: i64) -> (SigningKey, Vec<String>, TrustedAttester) {
        let authority = CertificateAuthority::new("Proefanker", now).unwrap();
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let leaf = LeafRequest {
            public_jwk: key.public_jwk().unwrap(),
            common_name: "Portemonneemaker Voorbeeld".into(),
            san_uri: None,
            san_dns: vec!["provider.example".into()],
            not_before: now - 100,
            not_after: now + 100_000,
        };
        let chain = vec![b64(authority.issue_leaf(&leaf).unwrap())];
        (key, chain, TrustedAttester { anchors: vec![authority.anchor_der().to_vec()], ..TrustedAttester::default() })
    }

    fn signed(key: &SigningKey, header: &Value) -> Jws {
        Jws::parse(&vc::jws::sign(header.as_object().unwrap(), b"{}", key).unwrap()).unwrap()
    }

    #[test]
    fn a_chain_counts_under_its_anchor_alone() {
        let (key, chain, trusted) = with_certificate(NOW);
        let (_, _, other) = with_certificate(NOW);
        let jws = signed(&key, &json!({"typ": "t", "x5c": chain}));
        assert!(vouched_for(&jws, "t", std::slice::from_ref(&trusted), NOW));
        assert!(vouched_for(&jws, "t", &[other.clone(), trusted.clone()], NOW));
        assert!(!vouched_for(&jws, "t", &[other], NOW));
        assert!(!vouched_for(&jws, "t", std::slice::from_ref(&trusted), NOW + 200_000));
        assert!(!vouched_for(&jws, "u", std::slice::from_ref(&trusted), NOW));
        let stranger = signed(&SigningKey::generate(Algorithm::Es256).unwrap(), &json!({"typ": "t", "x5c": chain}));
        assert!(!vouched_for(&stranger, "t", &[trusted], NOW));
    }

    #[test]
    fn keys_are_known_by_kid_or_without() {
        let key = SigningKey::generate(Algorithm::EdDsa).unwrap();
        let public = key.public_jwk().unwrap();
        let trusting = |key: Jwk| [TrustedAttester { keys: vec![key], ..TrustedAttester::default() }];
        let jws = signed(&key, &json!({"typ": "t", "kid": "11"}));
        assert!(vouched_for(&jws, "t", &trusting(public.clone()), NOW));
        assert!(vouched_for(&jws, "t", &trusting(public.clone().with_kid("11")), NOW));
        assert!(!vouched_for(&jws, "t", &trusting(public.with_kid("12")), NOW));
    }
}
