//! Token Status List: the vectors of the draft, and rows S1 to S9 of bad input.

use crate::claims::{INDEX, ISSUER, LIST, NOW, World, object, x5c};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use serde_json::{Value, json};
use std::io::Write;
use vc::encoding::b64url;
use vc::jws;
use vc::key::{Algorithm, Jwk, SigningKey};
use vc::status_list::{Status, StatusList, StatusListError, TokenClaims, TokenKeys, issue_token, read_token};

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn short_lists_of_the_draft() {
    for text in
        [include_str!("../vectors/token-status-list/short-1-bit.json"), include_str!("../vectors/token-status-list/short-2-bit.json")]
    {
        let vector = json_of(text);
        let list = StatusList::decode(&vector["encoded"]).unwrap();
        let expected = vector["expected_status"].as_array().unwrap();
        assert_eq!(list.len(), expected.len());
        let mut built = StatusList::new(u8::try_from(vector["encoded"]["bits"].as_u64().unwrap()).unwrap(), list.len()).unwrap();
        for (index, value) in expected.iter().enumerate() {
            let status = Status::from_value(u8::try_from(value.as_u64().unwrap()).unwrap());
            assert_eq!(list.status(index), Some(status));
            built.set(index, status).unwrap();
        }
        let hex: String = built.as_bytes().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, vector["byte_array_hex"].as_str().unwrap());
    }
}

#[test]
fn long_lists_of_the_draft() {
    for text in [include_str!("../vectors/token-status-list/long-1-bit.json"), include_str!("../vectors/token-status-list/long-4-bit.json")]
    {
        let vector = json_of(text);
        let list = StatusList::decode(&vector["encoded"]).unwrap();
        assert_eq!(list.len() as u64, vector["entries"].as_u64().unwrap());
        let mut set = 0;
        for index in 0..list.len() {
            let expected = vector["expected_status"].get(index.to_string()).map_or(0, |v| v.as_u64().unwrap());
            set += u64::from(expected != 0);
            assert_eq!(u64::from(list.status(index).unwrap().value()), expected, "{index}");
        }
        assert_eq!(set, vector["nonzero_entries"].as_u64().unwrap());
        assert_eq!(list.status(list.len()), None);
        assert!(StatusList::decode(&list.encode().unwrap()).unwrap() == list);
    }
}

#[test]
fn token_of_the_draft() {
    let vector = json_of(include_str!("../vectors/token-status-list/status-list-token.json"));
    let keys = [Jwk::from_value(&vector["public_jwk"]).unwrap()];
    let uri = vector["payload"]["sub"].as_str().unwrap();
    let token = read_token(vector["jwt"].as_str().unwrap(), TokenKeys::Given(&keys), uri, NOW).unwrap();
    assert_eq!((token.iat, token.exp, token.ttl), (1_686_920_170, Some(2_291_720_170), Some(43_200)));
    assert_eq!(token.list.status(0), Some(Status::Invalid));
    assert_eq!(token.fresh_until(NOW), NOW + 43_200);
}

#[test]
fn setting_and_refusing() {
    let mut list = StatusList::new(2, 1 << 20).unwrap();
    assert_eq!(list.as_bytes().len(), 1 << 18);
    list.set(INDEX, Status::Suspended).unwrap();
    list.set(INDEX, Status::Invalid).unwrap();
    assert_eq!((list.status(INDEX - 1), list.status(INDEX)), (Some(Status::Valid), Some(Status::Invalid)));
    assert_eq!(list.set(1 << 20, Status::Valid), Err(StatusListError::Index));
    assert_eq!(list.set(0, Status::Other(4)), Err(StatusListError::Value));
    assert_eq!(StatusList::new(3, 8).err(), Some(StatusListError::Bits));
}

fn signed(world: &World, header: &Value, payload: &Value) -> String {
    let mut all = world.header.clone();
    all.extend(object(header.clone()));
    jws::sign(&all, payload.to_string().as_bytes(), &world.issuer).unwrap()
}

fn zlib(bytes: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    bytes.for_each(|chunk| encoder.write_all(&chunk).unwrap());
    encoder.finish().unwrap()
}

#[test]
fn bad_tokens() {
    let world = World::new();
    let good = json!({"sub": LIST, "iat": NOW, "exp": NOW + 60, "status_list": world.list.encode().unwrap()});
    let with = |name: &str, value: Value| {
        let mut payload = good.clone();
        payload[name] = value;
        payload
    };
    let typ = json!({"typ": "statuslist+jwt"});
    let read = |token: &str| read_token(token, TokenKeys::Trust(&world.trust), LIST, NOW).err();
    assert_eq!(read(&signed(&world, &typ, &good)), None);
    let raw = {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&[0; 64]).unwrap();
        encoder.finish().unwrap()
    };
    let gzip = {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&[0; 64]).unwrap();
        encoder.finish().unwrap()
    };
    let list = |bytes: &[u8]| with("status_list", json!({"bits": 2, "lst": b64url(bytes)}));
    let whole = zlib(std::iter::once(vec![0; 64]));
    let bomb = zlib((0..1024).map(|_| vec![0; 1 << 20]));
    for (what, payload, expected) in [
        ("S1 other sub", with("sub", json!(format!("{LIST}/"))), StatusListError::Subject),
        ("S3 expired", with("exp", json!(NOW)), StatusListError::Dates),
        ("iat ahead", with("iat", json!(NOW + 3600)), StatusListError::Dates),
        ("no iat", with("iat", Value::Null), StatusListError::Malformed),
        ("S5 three bits", with("status_list", json!({"bits": 3, "lst": "eNpjAAAAAQAB"})), StatusListError::Bits),
        ("S6 bomb", list(&bomb), StatusListError::Limit),
        ("S7 raw deflate", list(&raw), StatusListError::Encoding),
        ("S7 gzip", list(&gzip), StatusListError::Encoding),
        ("cut", list(&whole[..whole.len() - 1]), StatusListError::Encoding),
        ("something behind", list(&[whole.as_slice(), &[0]].concat()), StatusListError::Encoding),
        ("padding", with("status_list", json!({"bits": 2, "lst": "eNpjAAAAAQAB="})), StatusListError::Encoding),
    ] {
        assert_eq!(read(&signed(&world, &typ, &payload)), Some(expected), "{what}");
    }
    for (what, header, expected) in [
        ("S2 typ", json!({"typ": "JWT"}), StatusListError::Type),
        ("no chain", json!({"typ": "statuslist+jwt", "x5c": null}), StatusListError::Signature),
        (
            "chain of another key",
            json!({"typ": "statuslist+jwt", "x5c": x5c(&world.authority, &world.holder, ISSUER)}),
            StatusListError::Signature,
        ),
    ] {
        assert_eq!(read(&signed(&world, &header, &good)), Some(expected), "{what}");
    }
    let stranger = World::new();
    assert_eq!(read(&stranger.token()), Some(StatusListError::Signature));
    assert_eq!(read("x"), Some(StatusListError::Malformed));
}

/// S9: a list is asked for again between 60 seconds and 24 hours, whatever it says, and never after its end.
#[test]
fn ttl_is_clamped() {
    let world = World::new();
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let keys = [key.public_jwk().unwrap()];
    for (ttl, exp, fresh) in [(0, 1_000_000, 60), (-1, 1_000_000, 60), (1_000_000_000_000, 1_000_000, 86_400), (600, 120, 120)] {
        let claims = TokenClaims { uri: LIST.into(), iat: NOW, exp: NOW + exp, ttl };
        let token = issue_token(&world.list, &claims, &vc::Map::new(), &key).unwrap();
        let token = read_token(&token, TokenKeys::Given(&keys), LIST, NOW).unwrap();
        assert_eq!(token.fresh_until(NOW), NOW + fresh, "{ttl}");
    }
}
