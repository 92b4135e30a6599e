//! Both shapes of client attestations, and the MUSTs of draft 07 sections 5 and 9 and of the drafts after it.

use vc::key::Algorithm;

use super::super::attester::tests::with_certificate;
use super::super::dpop::{self, ExpectedDpop};
use super::*;

const NOW: i64 = 1_760_000_000;
const SERVER: &str = "https://issuer.example/roc-voorbeeld";
const CLIENT: &str = "https://wallet.example";
const PROVIDER: &str = "https://provider.example";

/// A provider, a wallet of theirs, and what both say; tests change a member, `null` removing it.
struct World {
    provider: SigningKey,
    instance: SigningKey,
    attestation: (Value, Value),
    pop: (Value, Value),
    trusted: Vec<TrustedAttester>,
}

impl World {
    fn new() -> Self {
        let (provider, instance) = (SigningKey::generate(Algorithm::Es256).unwrap(), SigningKey::generate(Algorithm::Es256).unwrap());
        let jwk = instance.public_jwk().unwrap().to_value();
        Self {
            attestation: (
                json!({"typ": TYP}),
                json!({"iss": PROVIDER, "sub": CLIENT, "exp": NOW + 3600, "nbf": NOW, "cnf": {"jwk": jwk}, "wallet_name": "A wallet"}),
            ),
            pop: (json!({"typ": POP_TYP}), json!({"iss": CLIENT, "aud": SERVER, "jti": "j1", "iat": NOW, "challenge": "c1"})),
            trusted: vec![TrustedAttester {
                issuer: Some(PROVIDER.into()),
                keys: vec![provider.public_jwk().unwrap()],
                ..TrustedAttester::default()
            }],
            provider,
            instance,
        }
    }

    fn expected(&self) -> ExpectedAttestation<'_> {
        ExpectedAttestation { audience: SERVER, now: NOW, issuers: &self.trusted }
    }

    fn attestation(&self) -> String {
        signed(&self.attestation, &self.provider)
    }

    fn outcome(&self) -> Result<ClientAttestation, AttestationError> {
        verify(&self.attestation(), &signed(&self.pop, &self.instance), &self.expected())
    }
}

fn signed((header, payload): &(Value, Value), key: &SigningKey) -> String {
    let bare = |value: &Value| value.as_object().unwrap().clone().into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>();
    jws::sign(&bare(header), Value::Object(bare(payload)).to_string().as_bytes(), key).unwrap()
}

fn refused(change: impl FnOnce(&mut World)) -> Option<AttestationError> {
    let mut world = World::new();
    change(&mut world);
    world.outcome().err()
}

#[test]
fn a_wallet_is_vouched_for() {
    let world = World::new();
    let client = world.outcome().unwrap();
    assert!(client.instance.same_key(&world.instance.public_jwk().unwrap()));
    assert_eq!((client.client_id.as_str(), client.issuer.as_deref()), (CLIENT, Some(PROVIDER)));
    assert_eq!((client.jti.as_str(), client.challenge.as_deref()), ("j1", Some("c1")));
    assert_eq!(client.wallet_name.as_deref(), Some("A wallet"));
    assert_eq!(claimed_client(&world.attestation()).as_deref(), Some(CLIENT));
}

#[test]
fn abca_07_5_1_typ_is_explicit() {
    for typ in [json!("JWT"), json!("wallet-attestation+jwt"), Value::Null] {
        assert_eq!(refused(|world| world.attestation.0["typ"] = typ.clone()), Some(AttestationError::Malformed), "{typ}");
    }
}

#[test]
fn abca_07_5_1_sub_exp_and_cnf_are_required() {
    for name in ["sub", "exp"] {
        assert_eq!(refused(|world| world.attestation.1[name] = Value::Null), Some(AttestationError::Malformed), "{name}");
    }
    assert_eq!(refused(|world| world.attestation.1["cnf"] = Value::Null), Some(AttestationError::Key));
    assert_eq!(refused(|world| world.attestation.1["cnf"] = json!({"jkt": "x"})), Some(AttestationError::Key));
}

#[test]
fn abca_07_5_1_an_expired_attestation_is_rejected() {
    assert_eq!(refused(|world| world.attestation.1["exp"] = (NOW - 61).into()), Some(AttestationError::Expired));
    assert_eq!(refused(|world| world.attestation.1["nbf"] = (NOW + 61).into()), Some(AttestationError::Expired));
    assert_eq!(refused(|world| world.attestation.1["iat"] = (NOW + 61).into()), Some(AttestationError::Expired));
    assert_eq!(AttestationError::Expired.code(), "use_fresh_attestation");
    assert_eq!(AttestationError::Attester.code(), "invalid_client_attestation");
}

#[test]
fn abca_07_5_1_unknown_claims_are_ignored() {
    assert_eq!(refused(|world| world.attestation.1["x"] = json!({"y": []})), None);
    assert_eq!(refused(|world| world.pop.1["x"] = json!({"y": []})), None);
}

#[test]
fn abca_07_5_1_the_attester_is_known_and_signed_it() {
    let stranger = SigningKey::generate(Algorithm::Es256).unwrap();
    assert_eq!(refused(|world| world.provider = stranger.clone()), Some(AttestationError::Attester));
    assert_eq!(refused(|world| world.attestation.1["iss"] = "https://provider.example/".into()), Some(AttestationError::Attester));
    assert_eq!(refused(|world| world.trusted.clear()), Some(AttestationError::Attester));
    // A key in the header says nothing about whose it is.
    let jwk = stranger.public_jwk().unwrap().to_value();
    let own = |world: &mut World| {
        world.provider = stranger.clone();
        world.attestation.0["jwk"] = jwk.clone();
    };
    assert_eq!(refused(own), Some(AttestationError::Attester));
}

#[test]
fn abca_07_9_the_algorithm_is_asymmetric() {
    let world = World::new();
    let attestation = world.attestation();
    let (_, rest) = attestation.split_once('.').unwrap();
    for alg in ["none", "HS256", "ES256K"] {
        let forged = format!("{}.{rest}", vc::encoding::b64url(json!({"typ": TYP, "alg": alg}).to_string()));
        assert_eq!(verify(&forged, &signed(&world.pop, &world.instance), &world.expected()), Err(AttestationError::Attester), "{alg}");
    }
}

#[test]
fn abca_07_9_the_instance_key_is_public() {
    assert_eq!(refused(|world| world.attestation.1["cnf"]["jwk"]["d"] = "AAAA".into()), Some(AttestationError::Key));
}

#[test]
fn abca_07_5_2_the_proof_has_its_claims() {
    for typ in [json!("JWT"), Value::Null] {
        assert_eq!(refused(|world| world.pop.0["typ"] = typ), Some(AttestationError::Pop));
    }
    for name in ["jti", "iat"] {
        assert_eq!(refused(|world| world.pop.1[name] = Value::Null), Some(AttestationError::Pop), "{name}");
    }
    assert_eq!(refused(|world| world.pop.1["aud"] = Value::Null), Some(AttestationError::Audience));
    assert_eq!(refused(|world| world.pop.1["challenge"] = Value::Null), None);
    assert_eq!(refused(|world| world.pop.1["challenge"] = 5.into()), Some(AttestationError::Pop));
}

#[test]
fn abca_07_5_2_the_proof_is_signed_by_the_key_in_cnf() {
    let other = SigningKey::generate(Algorithm::Es256).unwrap();
    assert_eq!(refused(|world| world.instance = other), Some(AttestationError::PopKey));
}

#[test]
fn abca_07_5_2_iss_is_the_client_where_it_is_named() {
    assert_eq!(refused(|world| world.pop.1["iss"] = "https://other.example".into()), Some(AttestationError::Client));
    assert_eq!(refused(|world| world.pop.1["iss"] = Value::Null), None);
}

#[test]
fn abca_07_9_the_audience_is_this_server() {
    for aud in [json!("https://issuer.example"), json!([SERVER, "https://other.example"]), json!([])] {
        assert_eq!(refused(|world| world.pop.1["aud"] = aud.clone()), Some(AttestationError::Audience), "{aud}");
    }
    assert_eq!(refused(|world| world.pop.1["aud"] = json!([SERVER])), None);
}

#[test]
fn abca_07_9_the_proof_was_made_within_a_window() {
    for (iat, outcome) in
        [(60, None), (61, Some(AttestationError::PopTime)), (-LIFETIME, None), (-LIFETIME - 1, Some(AttestationError::PopTime))]
    {
        assert_eq!(refused(|world| world.pop.1["iat"] = (NOW + iat).into()), outcome, "{iat}");
    }
    assert_eq!(refused(|world| world.pop.1["exp"] = (NOW - 61).into()), Some(AttestationError::PopTime));
}

#[test]
fn abca_10_iss_is_left_out() {
    let newer = |world: &mut World| {
        world.attestation.1["iss"] = Value::Null;
        world.pop.1["iss"] = Value::Null;
    };
    assert_eq!(refused(newer), None);
}

#[test]
fn abca_10_a_dpop_proof_of_the_same_key_stands_for_the_second_header() {
    let mut world = World::new();
    world.attestation.1["iss"] = Value::Null;
    let uri = "https://issuer.example/roc-voorbeeld/token";
    let proven = |key: &SigningKey| {
        let proof = dpop::build(key, "POST", uri, NOW, "d1", None, Some("n1")).unwrap();
        dpop::verify(&proof, &ExpectedDpop { method: "POST", uri, now: NOW, access_token: None }).unwrap()
    };
    let client = verify_combined(&world.attestation(), &proven(&world.instance), &world.expected()).unwrap();
    assert_eq!((client.jti.as_str(), client.challenge.as_deref()), ("d1", Some("n1")));
    let other = proven(&SigningKey::generate(Algorithm::Es256).unwrap());
    assert_eq!(verify_combined(&world.attestation(), &other, &world.expected()), Err(AttestationError::PopKey));
}

#[test]
fn what_is_built_is_read_in_both_shapes() {
    let (key, chain, by_anchor) = with_certificate(NOW);
    let by_key = TrustedAttester { keys: vec![key.public_jwk().unwrap()], ..TrustedAttester::default() };
    let instance = SigningKey::generate(Algorithm::EdDsa).unwrap();
    for issuer in [Some(PROVIDER), None] {
        for (x5c, trusted) in [(chain.as_slice(), &by_anchor), (&[], &by_key)] {
            let jwk = instance.public_jwk().unwrap();
            let claims = AttestationClaims {
                issuer,
                client_id: CLIENT,
                instance: &jwk,
                iat: NOW,
                exp: NOW + 60,
                wallet_name: Some("A wallet"),
                wallet_link: Some("https://wallet.example/about"),
            };
            let attestation = build_attestation(&key, x5c, &claims).unwrap();
            let pop = PopClaims { client_id: CLIENT, audience: SERVER, jti: "j", iat: NOW, challenge: Some("c") };
            let pop = build_pop(&instance, &pop).unwrap();
            let expected = ExpectedAttestation { audience: SERVER, now: NOW, issuers: std::slice::from_ref(trusted) };
            let client = verify(&attestation, &pop, &expected).unwrap();
            assert_eq!((client.issuer.as_deref(), client.wallet_link.as_deref()), (issuer, Some("https://wallet.example/about")));
        }
    }
}

/// The example of appendix I: its certificate signs itself, so nobody vouches for it; its content reads.
#[test]
fn example_of_openid4vci() {
    let text = include_str!("../../../tests/vectors/openid4vci/spec-examples/wallet_attestation.jwt.txt").replace('\n', "");
    let jws = Jws::parse(&text).unwrap();
    assert_eq!(jws.typ(), Some(TYP));
    let leaf = vc::x509::Chain::from_x5c(&jws.x5c().unwrap()).unwrap().leaf_unverified().unwrap();
    let pinned =
        TrustedAttester { issuer: Some("https://wallet-provider.example.com".into()), keys: vec![leaf.jwk], ..TrustedAttester::default() };
    let now = 1_755_050_000;
    let vouched = |issuers: &[TrustedAttester]| vouched(&text, &ExpectedAttestation { audience: SERVER, now, issuers });
    let client = vouched(&[pinned]).unwrap();
    assert_eq!(client.client_id, "https://wallet.example.com");
    assert_eq!(client.wallet_name.as_deref(), Some("Wallet Solution X by Wonderland State Department"));
    assert_eq!(vouched(&[]), Err(AttestationError::Attester));
}

/// The examples of drafts 07 and 10: they read. The keys of their attesters are not published, and the proof of draft 07 is
/// printed with a signature of another key.
#[test]
fn examples_of_the_drafts() {
    let vectors: Value = serde_json::from_str(include_str!("../../../tests/vectors/oauth/client-attestation-examples.json")).unwrap();
    for (draft, issuer) in [("07", Some("https://attester.example.com")), ("10", None)] {
        let text = vectors[draft]["attestation"].as_str().unwrap();
        let claims = Jws::parse(text).unwrap();
        assert_eq!(claims.payload_unverified().get("iss").and_then(Value::as_str), issuer, "{draft}");
        assert_eq!(claimed_client(text).as_deref(), Some("https://client.example.com"), "{draft}");
        let pop = Jws::parse(vectors[draft]["pop"].as_str().unwrap()).unwrap();
        assert!(pop.typ() == Some(POP_TYP) && jwt::is_for(pop.payload_unverified(), "https://as.example.com"), "{draft}");
        let instance = Jwk::from_value(claims.payload_unverified().pointer("/cnf/jwk").unwrap()).unwrap();
        assert_eq!(jwt::is_signed_by(&pop, &instance, POP_TYP), vectors[draft]["pop_verifies"], "{draft}");
    }
}

#[test]
fn challenges_are_read() {
    let body = br#"{"attestation_challenge":"AYjcyMzY3ZDhiNmJkNTZ","more":1}"#;
    assert_eq!(ChallengeResponse::parse(body).unwrap().attestation_challenge, "AYjcyMzY3ZDhiNmJkNTZ");
    assert_eq!(ChallengeResponse::parse(br#"{"c_nonce":"x"}"#), None);
}
