//! The MUSTs of appendix D.

use vc::key::Algorithm;

use super::*;
use crate::oauth::attester::tests::with_certificate;

const NOW: i64 = 1_760_000_000;

struct World {
    provider: SigningKey,
    header: Value,
    claims: Value,
    trusted: Vec<TrustedAttester>,
    required: Required,
}

fn levels(list: &[&str]) -> Option<Vec<String>> {
    Some(list.iter().map(|level| (*level).to_owned()).collect())
}

impl World {
    fn new() -> Self {
        let provider = SigningKey::generate(Algorithm::Es256).unwrap();
        let keys: Vec<Value> = [Algorithm::Es256, Algorithm::EdDsa]
            .map(|algorithm| SigningKey::generate(algorithm).unwrap().public_jwk().unwrap().to_value())
            .into();
        Self {
            header: json!({"typ": TYP}),
            claims: json!({
                "iat": NOW, "exp": NOW + 3600, "attested_keys": keys, "nonce": "n1", "certification": "https://provider.example/c",
                "key_storage": ["iso_18045_moderate"], "user_authentication": ["iso_18045_basic"],
            }),
            trusted: vec![TrustedAttester { keys: vec![provider.public_jwk().unwrap()], ..TrustedAttester::default() }],
            required: Required { key_storage: levels(&LEVELS[..2]), user_authentication: None },
            provider,
        }
    }

    fn outcome(&self) -> Result<KeyAttestation, KeyAttestationError> {
        let bare =
            |value: &Value| value.as_object().unwrap().clone().into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>();
        let jwt = jws::sign(&bare(&self.header), Value::Object(bare(&self.claims)).to_string().as_bytes(), &self.provider).unwrap();
        verify(&jwt, &Policy { required: Some(&self.required), attesters: &self.trusted }, NOW)
    }
}

fn refused(change: impl FnOnce(&mut World)) -> Option<KeyAttestationError> {
    let mut world = World::new();
    change(&mut world);
    world.outcome().err()
}

#[test]
fn keys_are_attested() {
    let attested = World::new().outcome().unwrap();
    assert_eq!((attested.keys.len(), attested.nonce.as_deref(), attested.exp), (2, Some("n1"), Some(NOW + 3600)));
    assert_eq!(attested.key_storage, ["iso_18045_moderate"]);
}

#[test]
fn vci_d_1_typ_is_explicit() {
    for typ in [json!("JWT"), json!("keyattestation+jwt"), Value::Null] {
        assert_eq!(refused(|world| world.header["typ"] = typ.clone()), Some(KeyAttestationError::Malformed), "{typ}");
    }
}

#[test]
fn vci_d_1_the_algorithm_is_asymmetric() {
    let world = World::new();
    for alg in ["none", "HS256"] {
        let forged = [json!({"typ": TYP, "alg": alg}), world.claims.clone()].map(|part| vc::encoding::b64url(part.to_string()));
        let policy = Policy { required: None, attesters: &world.trusted };
        assert_eq!(verify(&format!("{}.{}.", forged[0], forged[1]), &policy, NOW), Err(KeyAttestationError::Attester), "{alg}");
    }
}

#[test]
fn vci_d_1_iat_and_attested_keys_are_required() {
    for name in ["iat", "attested_keys"] {
        assert_eq!(refused(|world| world.claims[name] = Value::Null), Some(KeyAttestationError::Malformed), "{name}");
    }
    assert_eq!(refused(|world| world.claims["attested_keys"] = json!([])), Some(KeyAttestationError::Malformed));
    assert_eq!(refused(|world| world.claims["exp"] = Value::Null), None);
}

#[test]
fn attested_keys_are_public_and_each_is_there_once() {
    assert_eq!(refused(|world| world.claims["attested_keys"][0]["d"] = "AAAA".into()), Some(KeyAttestationError::Key));
    assert_eq!(refused(|world| world.claims["attested_keys"][0] = json!({"kty": "oct", "k": "AA"})), Some(KeyAttestationError::Key));
    let rsa = json!({"kty": "RSA", "n": vc::encoding::b64url([0xC1; 256]), "e": "AQAB"});
    assert_eq!(refused(|world| world.claims["attested_keys"][0] = rsa), Some(KeyAttestationError::Key));
    let twice = |world: &mut World| world.claims["attested_keys"][1] = world.claims["attested_keys"][0].clone();
    assert_eq!(refused(twice), Some(KeyAttestationError::Key));
    let off_curve = |world: &mut World| world.claims["attested_keys"][0]["y"] = world.claims["attested_keys"][0]["x"].clone();
    assert_eq!(refused(off_curve), Some(KeyAttestationError::Key));
    let many: Vec<Value> = std::iter::repeat_n(World::new().claims["attested_keys"][0].clone(), MAX_KEYS + 1).collect();
    assert_eq!(refused(|world| world.claims["attested_keys"] = json!(many)), Some(KeyAttestationError::Malformed));
}

#[test]
fn an_attestation_ends() {
    assert_eq!(refused(|world| world.claims["exp"] = (NOW - 61).into()), Some(KeyAttestationError::Expired));
    assert_eq!(refused(|world| world.claims["iat"] = (NOW + 61).into()), Some(KeyAttestationError::Expired));
    assert_eq!(refused(|world| world.claims["exp"] = "x".into()), Some(KeyAttestationError::Malformed));
}

#[test]
fn a_stranger_attests_nothing() {
    assert_eq!(refused(|world| world.provider = SigningKey::generate(Algorithm::Es256).unwrap()), Some(KeyAttestationError::Attester));
    assert_eq!(refused(|world| world.trusted.clear()), Some(KeyAttestationError::Attester));
}

#[test]
fn vci_12_2_4_the_levels_are_among_the_accepted() {
    assert_eq!(refused(|world| world.claims["key_storage"] = json!(["iso_18045_basic"])), Some(KeyAttestationError::Level));
    assert_eq!(refused(|world| world.claims["key_storage"] = Value::Null), Some(KeyAttestationError::Level));
    assert_eq!(refused(|world| world.claims["key_storage"] = json!(["ISO_18045_HIGH"])), Some(KeyAttestationError::Level));
    assert_eq!(refused(|world| world.claims["key_storage"] = json!([])), Some(KeyAttestationError::Malformed));
    assert_eq!(refused(|world| world.claims["key_storage"] = json!(["x", "iso_18045_high"])), None);
    assert_eq!(refused(|world| world.claims["user_authentication"] = Value::Null), None);
    assert_eq!(refused(|world| world.required.user_authentication = levels(&["iso_18045_high"])), Some(KeyAttestationError::Level));
    assert_eq!(refused(|world| world.required = Required::default()), None);
    assert!(!Required { key_storage: Some(Vec::new()), user_authentication: None }.is_sound());
}

#[test]
fn what_is_built_is_read() {
    let (key, chain, trusted) = with_certificate(NOW);
    let attested = World::new().outcome().unwrap();
    let jwt = build(&key, &chain, &attested).unwrap();
    let policy = Policy { required: None, attesters: std::slice::from_ref(&trusted) };
    assert_eq!(verify(&jwt, &policy, NOW), Ok(attested));
}
