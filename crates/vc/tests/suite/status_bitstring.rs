//! Bitstring Status List: the vectors of the specification and of 1EdTech, and bad input as rows S1 to S9 have it.

use crate::claims::NOW;
use crate::status_bombs::{bomb, gzip};
use serde_json::{Value, json};
use vc::Map;
use vc::encoding::b64url;
use vc::status_list::bitstring::{self, ListFacts, MIN_ENTRIES, decode, encode};
use vc::status_list::{
    Bitstring, BitstringList, CheckedList, ListText, Purpose, RevocationList, Standing, Status, StatusEntry, StatusList, StatusListError,
    recognise,
};

const URI: &str = "https://issuer.example/hogeschool-voorbeeld/status/1/revocation";
const ISSUER: &str = "did:web:issuer.example:hogeschool-voorbeeld";

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn object(value: &Value) -> Map {
    value.as_object().unwrap().clone()
}

fn facts() -> ListFacts<'static> {
    ListFacts { uri: URI, issuer: ISSUER, purpose: Purpose::Revocation, valid_from: NOW - 60, valid_until: NOW + 3600, ttl: 60 }
}

/// A list credential that revokes index 5.
fn credential() -> Value {
    let mut bits = Bitstring::new(1 << 20);
    bits.set(5, true).unwrap();
    Value::Object(bitstring::credential(&bits, &facts()).unwrap())
}

fn entry(index: u64, purpose: Purpose, size: u8) -> StatusEntry {
    StatusEntry::Bitstring { uri: URI.into(), index, purpose, size }
}

fn read(credential: &Value) -> Result<CheckedList, StatusListError> {
    BitstringList::of_verified(&object(credential), URI, NOW).map(CheckedList::from)
}

#[test]
fn list_of_the_specification() {
    let vector = json_of(include_str!("../vectors/bitstring-status-list/spec-example.json"));
    let bits = decode(vector["encodedList"].as_str().unwrap()).unwrap();
    assert_eq!(bits.to_bytes().len() as u64, vector["uncompressed_bytes"].as_u64().unwrap());
    assert!(bits.to_bytes().iter().all(|byte| *byte == 0) && vector["all_zero"] == true);
    assert!(decode(&encode(&bits).unwrap()).unwrap() == bits);
    assert!(encode(&bits).unwrap().starts_with("uH4sI"));
}

#[test]
fn entries_of_a_list_of_our_own_writing() {
    let vector = json_of(include_str!("../vectors/bitstring-status-list/own-revocation.json"));
    let document = object(&vector["statusListCredential"]);
    let uri = document["id"].as_str().unwrap();
    let list = CheckedList::from(BitstringList::of_verified(&document, uri, NOW).unwrap());
    assert_eq!((list.uri(), list.issuers()), (uri, ["did:example:12345".to_owned()].as_slice()));
    let cases = vector["cases"].as_array().unwrap();
    for case in cases {
        let entry = StatusEntry::of_credential_status(&case["entry"]).unwrap().remove(0);
        let standing = list.standing(&entry, None).unwrap();
        assert_eq!(standing == Standing::Revoked, case["expect"]["status"] == 1, "{case}");
        assert_eq!(standing == Standing::Valid, case["expect"]["valid"] == true, "{case}");
    }
    let out = StatusEntry::Bitstring { uri: uri.into(), index: 131_072, purpose: Purpose::Revocation, size: 1 };
    assert_eq!(list.standing(&out, None), Err(StatusListError::Index));
}

#[test]
fn list_and_credential_of_1edtech() {
    let document = json_of(include_str!("../vectors/bitstring-status-list/1edtech-testlist.json"));
    let bits = decode(document["credentialSubject"]["encodedList"].as_str().unwrap()).unwrap();
    let set: Vec<u64> = (0..bits.len() as u64).filter(|index| bits.value(*index, 1).unwrap() == 1).collect();
    assert_eq!(set, [23]);
    let named = document["id"].as_str().unwrap();
    let list = BitstringList::of_verified(&object(&document), named, NOW).unwrap();
    assert_eq!(
        (list.issuer.as_str(), list.valid_from, list.valid_until),
        ("https://1edtech.edu/issuers/565049", Some(1_617_632_860), None)
    );
    assert_eq!(list.fresh_until(NOW), NOW + 300);
    let holder = json_of(include_str!("../vectors/bitstring-status-list/1edtech-credential-status-revoked.json"));
    assert!(holder["credentialStatus"]["statusListIndex"].is_u64());
    let entry = StatusEntry::of_credential(&object(&holder)).unwrap().remove(0);
    // It is published at another address than it names: of that one it says nothing.
    let published = entry.uri().unwrap().to_owned();
    assert_eq!(BitstringList::of_verified(&object(&document), &published, NOW).err(), Some(StatusListError::Subject));
    let StatusEntry::Bitstring { index, purpose, size, .. } = entry else { panic!("a bitstring entry") };
    assert_eq!(list.standing(index, purpose, size), Ok(Standing::Revoked));
}

#[test]
fn revocation_list_of_1edtech() {
    let holder = json_of(include_str!("../vectors/bitstring-status-list/1edtech-revocation-list-credential.json"));
    let entry = StatusEntry::of_credential(&object(&holder)).unwrap().remove(0);
    let (uri, id, issuer) = (entry.uri().unwrap(), holder["id"].as_str().unwrap(), holder["issuer"]["id"].as_str().unwrap());
    let read = |revoked: Value| {
        let document = json!({"@context": "https://purl.imsglobal.org/spec/ob/v3p0/context.json", "id": uri, "issuer": issuer,
            "revokedCredentials": revoked});
        let ListText::OneEdTech(list) = recognise(document.to_string().as_bytes(), uri).ok()? else { return None };
        let list = CheckedList::from(list);
        assert!(list.is_tied_to(issuer) && !list.is_tied_to("did:web:other.example"));
        assert_eq!((list.made_at(), list.is_current(NOW), list.fresh_until(NOW)), (None, true, NOW + 300));
        Some(list.standing(&entry, Some(id)).unwrap())
    };
    for (revoked, expected) in [
        (json!([]), Standing::Valid),
        (json!([{"id": "https://dc.example/other"}]), Standing::Valid),
        (json!([{"id": id}]), Standing::Revoked),
        (json!([{"id": id, "revoked": true, "revocationReason": "Issued in error"}]), Standing::Revoked),
        (json!([{"id": id, "revoked": "true"}]), Standing::Revoked),
        (json!([{"id": id, "revoked": false}]), Standing::Valid),
        (json!([{"id": id, "revoked": "false"}]), Standing::Valid),
        (json!([{"id": id, "revoked": false}, {"id": id}]), Standing::Revoked),
    ] {
        assert_eq!(read(revoked.clone()), Some(expected), "{revoked}");
    }
    for refused in [json!("x"), json!([{}]), json!([id]), Value::Null] {
        assert_eq!(read(refused), None);
    }
    let elsewhere = json!({"id": "https://dc.example/2", "issuer": issuer, "revokedCredentials": []}).to_string();
    assert_eq!(RevocationList::read(elsewhere.as_bytes(), uri).err(), Some(StatusListError::Subject));
    let huge = format!("{{\"id\":\"{uri}\",\"issuer\":\"x\",\"revokedCredentials\":[{}{{}}]}}", "{},".repeat(400_000));
    assert_eq!(RevocationList::read(huge.as_bytes(), uri).err(), Some(StatusListError::Limit));
    assert_eq!(recognise(huge.as_bytes(), uri).err(), Some(StatusListError::Limit));
}

#[test]
fn what_is_written_is_read() {
    let document = credential();
    assert_eq!(document["credentialSubject"]["ttl"], 60_000);
    assert_eq!((&document["validFrom"], &document["validUntil"]), (&json!("2026-09-21T14:12:20Z"), &json!("2026-09-21T15:13:20Z")));
    let list = read(&document).unwrap();
    assert!(list.is_tied_to(ISSUER) && list.is_current(NOW) && !list.is_current(NOW + 3600));
    assert_eq!((list.made_at(), list.fresh_until(NOW)), (Some(NOW - 60), NOW + 60));
    assert_eq!(list.standing(&entry(5, Purpose::Revocation, 1), None), Ok(Standing::Revoked));
    assert_eq!(list.standing(&entry(4, Purpose::Revocation, 1), None), Ok(Standing::Valid));
    // S4, and cross-use: another purpose, another kind, another address.
    assert_eq!(list.standing(&entry(1 << 20, Purpose::Revocation, 1), None), Err(StatusListError::Index));
    assert_eq!(list.standing(&entry(u64::MAX, Purpose::Revocation, 1), None), Err(StatusListError::Index));
    assert_eq!(list.standing(&entry(5, Purpose::Suspension, 1), None), Err(StatusListError::Purpose));
    let token = StatusEntry::TokenStatusList { uri: URI.into(), index: 5 };
    assert_eq!(list.standing(&token, None), Err(StatusListError::Type));
    let other = StatusEntry::Bitstring { uri: format!("{URI}/"), index: 5, purpose: Purpose::Revocation, size: 1 };
    assert_eq!(list.standing(&other, None), Err(StatusListError::Subject));
}

#[test]
fn one_row_of_statuses_becomes_both_lists() {
    for bits in [2, 8] {
        let mut list = StatusList::new(bits, 1 << 20).unwrap();
        let places = [(0, Status::Invalid), (1, Status::Suspended), (6, Status::Invalid), (131_071, Status::Suspended)];
        for (index, status) in places {
            list.set(index, status).unwrap();
        }
        list.set((1 << 20) - 1, Status::Invalid).unwrap();
        for (status, expected) in [(Status::Invalid, vec![0, 6, (1 << 20) - 1]), (Status::Suspended, vec![1, 131_071])] {
            let bits = Bitstring::of(&list, status);
            assert_eq!(bits.len(), 1 << 20);
            let set: Vec<u64> = (0..1 << 20).filter(|index| bits.value(*index, 1).unwrap() == 1).collect();
            assert_eq!(set, expected);
        }
    }
    // A short list is as long as it must be to hide an index.
    assert_eq!(Bitstring::of(&StatusList::new(2, 64).unwrap(), Status::Invalid).len(), MIN_ENTRIES);
}

#[test]
fn entries_of_more_than_one_bit() {
    let mut bits = Bitstring::new(MIN_ENTRIES * 2);
    // Entry 3 of two bits: 10, the more significant bit first.
    bits.set(6, true).unwrap();
    assert_eq!((bits.value(3, 2), bits.value(2, 2), bits.value(6, 1)), (Ok(2), Ok(0), Ok(1)));
    assert_eq!(bits.value(MIN_ENTRIES as u64, 2), Err(StatusListError::Index));
    assert_eq!(
        (bits.value(0, 4), bits.value(0, 0), bits.value(0, 33)),
        (Err(StatusListError::Length), Err(StatusListError::Entry), Err(StatusListError::Entry))
    );
    let mut document = Value::Object(bitstring::credential(&bits, &ListFacts { purpose: Purpose::Message, ..facts() }).unwrap());
    document["credentialSubject"]["statusSize"] = json!(2);
    let list = read(&document).unwrap();
    assert_eq!(list.standing(&entry(3, Purpose::Message, 2), None), Ok(Standing::Message(2)));
    assert_eq!(list.standing(&entry(3, Purpose::Message, 1), None), Err(StatusListError::Malformed));
    for (purpose, expected) in [("refresh", Standing::Refresh), ("suspension", Standing::Suspended)] {
        document["credentialSubject"]["statusPurpose"] = json!([purpose, "mood"]);
        let list = read(&document).unwrap();
        assert_eq!(list.standing(&entry(3, Purpose::parse(purpose).unwrap(), 2), None), Ok(expected));
    }
}

#[test]
fn bad_lists() {
    let with = |pointer: &str, value: Value| {
        let mut document = credential();
        *document.pointer_mut(pointer).unwrap() = value;
        document
    };
    let list = |bytes: &[u8]| with("/credentialSubject/encodedList", json!(format!("u{}", b64url(gzip(bytes)))));
    let raw = |text: String| with("/credentialSubject/encodedList", json!(text));
    let whole = gzip(&[0; 16_384]);
    for (what, document, expected) in [
        ("S1 other id", with("/id", json!(format!("{URI}/"))), StatusListError::Subject),
        ("S2 type", with("/type", json!(["VerifiableCredential"])), StatusListError::Type),
        ("S2 subject type", with("/credentialSubject/type", json!("StatusList2021")), StatusListError::Type),
        ("S3 expired", with("/validUntil", json!("2026-09-21T14:13:20Z")), StatusListError::Dates),
        ("from the future", with("/validFrom", json!("2026-09-21T14:14:21Z")), StatusListError::Dates),
        ("date without zone", with("/validFrom", json!("2026-09-21T14:12:20")), StatusListError::Malformed),
        ("S6 bomb", raw(format!("u{}", b64url(bomb(true)))), StatusListError::Limit),
        ("S7 zlib", raw("ueNpjAAAAAQAB".into()), StatusListError::Encoding),
        ("cut", raw(format!("u{}", b64url(&whole[..whole.len() - 1]))), StatusListError::Encoding),
        ("something behind", raw(format!("u{}", b64url([whole.as_slice(), &[0]].concat()))), StatusListError::Encoding),
        ("two streams", raw(format!("u{}", b64url([whole.as_slice(), &whole].concat()))), StatusListError::Encoding),
        ("no multibase", raw(b64url(&whole)), StatusListError::Encoding),
        ("base58", raw(format!("z{}", b64url(&whole))), StatusListError::Encoding),
        ("padding", raw(format!("u{}=", b64url(&whole))), StatusListError::Encoding),
        ("too short", list(&[0; 16_383]), StatusListError::Length),
        ("no list", with("/credentialSubject/encodedList", Value::Null), StatusListError::Malformed),
        ("no issuer", with("/issuer", json!({})), StatusListError::Malformed),
        ("no purpose", with("/credentialSubject/statusPurpose", Value::Null), StatusListError::Malformed),
        ("ttl as text", with("/credentialSubject/ttl", json!("60000")), StatusListError::Malformed),
        ("two subjects", with("/credentialSubject", json!([{}, {}])), StatusListError::Malformed),
    ] {
        assert_eq!(read(&document).err(), Some(expected), "{what}");
        assert!(matches!(expected.code(), "status_unknown"), "{what}");
    }
    let mut nameless = credential();
    nameless.as_object_mut().unwrap().remove("id");
    assert!(read(&nameless).is_ok(), "its subject names the address");
    nameless["credentialSubject"]["id"] = json!("https://issuer.example/other#list");
    assert_eq!(read(&nameless).err(), Some(StatusListError::Subject));
}

/// S9: milliseconds, kept between 60 seconds and 24 hours.
#[test]
fn ttl_is_clamped() {
    for (ttl, fresh) in [(json!(0), 60), (json!(-1), 60), (json!(1e12), 86_400), (json!(1e300), 86_400), (json!(120_000), 120)] {
        let mut document = credential();
        document["validUntil"] = json!("2027-01-01T00:00:00Z");
        document["credentialSubject"]["ttl"] = ttl.clone();
        assert_eq!(read(&document).unwrap().fresh_until(NOW), NOW + fresh, "{ttl}");
    }
    assert_eq!(read(&credential()).unwrap().fresh_until(NOW + 3590), NOW + 3600);
}

/// S3: what its issuer made earlier does not take the place of what it made later.
#[test]
fn a_list_does_not_go_back() {
    let at = |date: Value| {
        let mut document = credential();
        document["validFrom"] = date;
        read(&document).unwrap()
    };
    let (old, new) = (at(json!("2026-09-21T14:00:00Z")), at(json!("2026-09-21T14:00:01Z")));
    assert!(new.may_replace(&old) && new.may_replace(&new) && !old.may_replace(&new));
    let mut undated = credential();
    undated.as_object_mut().unwrap().remove("validFrom");
    let undated = read(&undated).unwrap();
    assert!(new.may_replace(&undated) && undated.may_replace(&undated) && !undated.may_replace(&new));
}

#[test]
fn its_forerunner_is_read() {
    let document = json!({
        "@context": ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/vc/status-list/2021/v1"], "id": URI,
        "type": ["VerifiableCredential", "StatusList2021Credential"], "issuer": {"id": ISSUER}, "issuanceDate": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": format!("{URI}#list"), "type": "StatusList2021", "statusPurpose": "revocation",
            "encodedList": &credential()["credentialSubject"]["encodedList"].as_str().unwrap()[1..]},
    });
    assert_eq!(read(&document).unwrap().standing(&entry(5, Purpose::Revocation, 1), None), Ok(Standing::Revoked));
}

#[test]
fn names_of_the_errors() {
    for (error, name, code) in [
        (StatusListError::Signature, "STATUS_VERIFICATION_ERROR", "status_unknown"),
        (StatusListError::Purpose, "STATUS_VERIFICATION_ERROR", "status_unknown"),
        (StatusListError::Length, "STATUS_LIST_LENGTH_ERROR", "status_unknown"),
        (StatusListError::Entry, "MALFORMED_VALUE_ERROR", "malformed_status"),
        (StatusListError::Index, "RANGE_ERROR", "status_out_of_range"),
    ] {
        assert_eq!((error.name(), error.code()), (name, code));
    }
}
