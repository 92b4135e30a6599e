//! Token Status List: the vectors of the draft, and rows S1 to S9 of bad input.

use crate::claims::{INDEX, ISSUER, LIST, NOW, World, object, x5c};
use crate::status_bombs::{bomb, gzip, zlib};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::{Value, json};
use std::io::Write;
use vc::encoding::b64url;
use vc::jws;
use vc::key::{Algorithm, Jwk, SigningKey};
use vc::status_list::{
    CheckedList, ListText, Standing, Status, StatusEntry, StatusList, StatusListError, TokenClaims, TokenKeys, issue_token, read_token,
    recognise,
};

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
        let hex: String = built.to_bytes().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, vector["byte_array_hex"].as_str().unwrap());
    }
}

#[test]
fn long_lists_of_the_draft() {
    for text in [
        include_str!("../vectors/token-status-list/long-1-bit.json"),
        include_str!("../vectors/token-status-list/long-2-bit.json"),
        include_str!("../vectors/token-status-list/long-4-bit.json"),
        include_str!("../vectors/token-status-list/long-8-bit.json"),
    ] {
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
        assert_eq!(vector["out_of_range_index"], list.len());
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
    assert_eq!(list.to_bytes().len(), 1 << 18);
    list.set(INDEX, Status::Suspended).unwrap();
    list.set(INDEX, Status::Invalid).unwrap();
    assert_eq!((list.status(INDEX - 1), list.status(INDEX)), (Some(Status::Valid), Some(Status::Invalid)));
    assert_eq!(list.set(1 << 20, Status::Valid), Err(StatusListError::Index));
    assert_eq!(list.set(0, Status::Other(4)), Err(StatusListError::Value));
    for bits in [0, 3, 5, 16] {
        assert_eq!(StatusList::new(bits, 8).err(), Some(StatusListError::Bits));
    }
    for (bits, value) in [(1, 1), (2, 3), (4, 15), (8, 255)] {
        let mut list = StatusList::new(bits, 40).unwrap();
        list.set(37, Status::Other(value)).unwrap();
        let read = StatusList::decode(&list.encode().unwrap()).unwrap();
        assert_eq!((read.len(), read.status(36), read.status(37)), (40, Some(Status::Valid), Some(Status::from_value(value))), "{bits}");
    }
}

fn signed(world: &World, header: &Value, payload: &Value) -> String {
    let mut all = world.header.clone();
    all.extend(object(header.clone()));
    jws::sign(&all, payload.to_string().as_bytes(), &world.issuer).unwrap()
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
    let list = |bytes: &[u8]| with("status_list", json!({"bits": 2, "lst": b64url(bytes)}));
    let whole = zlib(&[0; 64]);
    for (what, payload, expected) in [
        ("S1 other sub", with("sub", json!(format!("{LIST}/"))), StatusListError::Subject),
        ("S3 expired", with("exp", json!(NOW)), StatusListError::Dates),
        ("iat ahead", with("iat", json!(NOW + 3600)), StatusListError::Dates),
        ("no iat", with("iat", Value::Null), StatusListError::Malformed),
        ("S5 three bits", with("status_list", json!({"bits": 3, "lst": "eNpjAAAAAQAB"})), StatusListError::Bits),
        ("S6 bomb", list(&bomb(false)), StatusListError::Limit),
        ("S7 raw deflate", list(&raw), StatusListError::Encoding),
        ("S7 gzip", list(&gzip(&[0; 64])), StatusListError::Encoding),
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

/// S8, S4 and cross-use: for whom a token speaks, and of which places.
#[test]
fn a_token_speaks_for_its_issuer_and_address_only() {
    let mut world = World::new();
    world.list.set(INDEX, Status::Suspended).unwrap();
    let text = world.token();
    assert!(matches!(recognise(text.as_bytes(), LIST), Ok(ListText::Token)));
    let certified = CheckedList::from(read_token(&text, TokenKeys::Trust(&world.trust), LIST, NOW).unwrap());
    assert!(certified.is_tied_to(ISSUER) && !certified.is_tied_to("https://issuer.example/roc-voorbeeld"));
    let keys = [SigningKey::generate(Algorithm::Es256).unwrap(), world.issuer.clone()].map(|key| key.public_jwk().unwrap());
    let did = "did:web:issuer.example";
    let published = read_token(&text, TokenKeys::Published { issuer: did, keys: &keys }, LIST, NOW).unwrap();
    assert_eq!(published.issuers, [did]);
    let stranger = TokenKeys::Published { issuer: did, keys: &keys[..1] };
    assert_eq!(read_token(&text, stranger, LIST, NOW).err(), Some(StatusListError::Signature));
    let given = CheckedList::from(read_token(&text, TokenKeys::Given(&keys), LIST, NOW).unwrap());
    assert!(!given.is_tied_to(ISSUER));

    let at = |uri: &str, index: u64| certified.standing(&StatusEntry::TokenStatusList { uri: uri.into(), index }, None);
    assert_eq!((at(LIST, INDEX as u64), at(LIST, 0)), (Ok(Standing::Suspended), Ok(Standing::Valid)));
    for out in [1 << 13, 1 << 40, u64::MAX] {
        assert_eq!(at(LIST, out), Err(StatusListError::Index));
    }
    assert_eq!(at("https://issuer.example/other", 0), Err(StatusListError::Subject));
    let bitstring = StatusEntry::Bitstring { uri: LIST.into(), index: 0, purpose: vc::status_list::Purpose::Revocation, size: 1 };
    assert_eq!(certified.standing(&bitstring, None), Err(StatusListError::Type));
}

/// Many small members cost many times their length in memory: refused before they are read, and before anybody's signature.
#[test]
fn a_frame_of_many_members_is_refused() {
    let world = World::new();
    let many = format!("{{\"sub\":\"{LIST}\",\"x\":[{}{{}}]}}", "{},".repeat(10_000));
    let token = jws::sign(&object(json!({"typ": "statuslist+jwt"})), many.as_bytes(), &world.issuer).unwrap();
    assert_eq!(read_token(&token, TokenKeys::Trust(&world.trust), LIST, NOW).err(), Some(StatusListError::Limit));
    assert_eq!(recognise(token.as_bytes(), LIST).err(), Some(StatusListError::Limit));
    let text = "x".repeat((8 << 20) + 1);
    assert_eq!(recognise(text.as_bytes(), LIST).err(), Some(StatusListError::Limit));
    for nothing in ["", "x", "a.b", "<html>", "{\"a\":1,\"a\":2}", "a.b.c"] {
        assert_eq!(recognise(nothing.as_bytes(), LIST).err(), Some(StatusListError::Malformed), "{nothing}");
    }
    assert_eq!(recognise(&[0xff], LIST).err(), Some(StatusListError::Malformed));
}
