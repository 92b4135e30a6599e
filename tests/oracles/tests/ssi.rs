//! `ssi`, where it is right: DIDs, Bitstring status lists, and Data Integrity on documents that it canonicalises as others do.

use ssi::dids::{DIDJWK, DIDKey};
use ssi::jwk::JWK;
use ssi::status::bitstring_status_list::{BitString, EncodedList, StatusSize};
use vc::did;
use vc::key::{Algorithm, Jwk, SigningKey};
use vc::status_list::bitstring::{self, Bitstring};

fn theirs(jwk: &Jwk) -> JWK {
    serde_json::from_value(jwk.to_value()).unwrap()
}

#[test]
fn dids_of_one_key_are_equal() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        let jwk = SigningKey::generate(algorithm).unwrap().public_jwk().unwrap();
        let did = did::key_did(&jwk).unwrap();
        assert_eq!(DIDKey::generate(&theirs(&jwk)).unwrap().as_str(), did);
        assert!(did::key_of_url(&did).unwrap().same_key(&jwk));
        // A did:jwk holds the JWK as it was written; ours reads what theirs wrote.
        let theirs = DIDJWK::generate(&theirs(&jwk));
        assert!(did::key_of_url(theirs.as_str()).unwrap().same_key(&jwk));
    }
}

#[test]
fn bitstrings_are_read_both_ways() {
    let set = [0_usize, 1, 7, 8, 94_567, 131_071];
    let one = StatusSize::try_from(1).unwrap();

    let mut ours = Bitstring::new(bitstring::MIN_ENTRIES);
    set.iter().for_each(|&index| ours.set(index, true).unwrap());
    let read = BitString::from_bytes(EncodedList::new(ours.encode().unwrap()).decode(None).unwrap());

    let mut theirs = BitString::new_zeroed(one, bitstring::MIN_ENTRIES);
    for index in set {
        assert_eq!(theirs.set(one, index, 1).unwrap(), 0);
    }
    let decoded = Bitstring::decode(serde_json::to_value(theirs.encode()).unwrap().as_str().unwrap()).unwrap();

    for index in 0..bitstring::MIN_ENTRIES {
        let expected = u8::from(set.contains(&index));
        assert_eq!(read.get(one, index), Some(expected), "{index}");
        assert_eq!(decoded.value(index as u64, 1).unwrap(), u32::from(expected), "{index}");
    }
}
