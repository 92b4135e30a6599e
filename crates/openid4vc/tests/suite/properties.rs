//! What holds for any input: what is written is read, and what was tampered with is not believed.

use openid4vc::authorization_details::{AskedDetail, asked, request};
use openid4vc::credential::{Proofs, Wanted};
use openid4vc::dpop::{self, ExpectedDpop};
use openid4vc::encryption::{RequestEncryptionSupport, decrypt_request};
use openid4vc::{CredentialRequest, DeferredRequest, Grant, Notification, NotificationEvent, OAuthError, TokenRequest, di_vp, proof};
use proptest::prelude::*;
use vc::key::{AgreementKey, Algorithm, SigningKey};

use crate::world::{ISSUER, NOW, proved};

fn word() -> impl Strategy<Value = String> {
    "[ -~\u{e9}\u{1F393}]{1,24}"
}

fn some_proofs() -> impl Strategy<Value = Proofs> {
    prop_oneof![
        Just(Proofs::None),
        prop::collection::vec(word(), 1..4).prop_map(Proofs::Jwt),
        word().prop_map(Proofs::Attestation),
        prop::collection::vec(word(), 1..4)
            .prop_map(|list| Proofs::DiVp(list.into_iter().map(|text| serde_json::json!({"a": text})).collect())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn credential_requests_are_read_as_they_were_written(id in word(), by_configuration: bool, proofs in some_proofs()) {
        let wanted = if by_configuration { Wanted::Configuration(id) } else { Wanted::Identifier(id) };
        let written = CredentialRequest::new(wanted, proofs);
        prop_assert_eq!(CredentialRequest::parse(written.body().as_bytes()), Ok(written));
    }

    #[test]
    fn deferred_requests_are_read_as_they_were_written(transaction_id in word()) {
        let written = DeferredRequest { transaction_id, response_encryption: None };
        prop_assert_eq!(DeferredRequest::parse(written.body().as_bytes()), Ok(written));
    }

    #[test]
    fn token_requests_are_read_as_they_were_written(refresh_token in word(), scope in prop::option::of(word()), client_id in prop::option::of(word())) {
        let grant = Grant::RefreshToken { refresh_token, scope };
        let written = TokenRequest { grant, client_id, client_assertion: None, authorization_details: None };
        prop_assert_eq!(TokenRequest::parse(&written.form()).map(|read| read.form()), Ok(written.form()));
    }

    #[test]
    fn details_are_read_as_they_were_written(ids in prop::collection::vec(word(), 1..4), location in prop::option::of(word())) {
        let written: Vec<AskedDetail> = ids.into_iter().map(|id| AskedDetail::new(id, location.as_deref())).collect();
        prop_assert_eq!(asked(&request(&written)), Ok(written));
    }

    #[test]
    fn descriptions_are_printable(words in any::<String>()) {
        let allowed = |text: &str| text.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E));
        let described = OAuthError::new("x").describe(&words).error_description.unwrap();
        prop_assert!(allowed(&described));
        let told = Notification { notification_id: "n".into(), event: NotificationEvent::CredentialFailure, event_description: Some(words) };
        let read = Notification::parse(told.body().as_bytes()).unwrap();
        prop_assert!(read.event_description.is_some_and(|text| allowed(&text)));
    }

    #[test]
    fn encrypted_requests_open_with_the_issuers_key_alone(body in word(), flip in 0usize..400) {
        let key = AgreementKey::generate().unwrap();
        let public = key.public_jwk().unwrap();
        let kid = public.thumbprint();
        let sent = RequestEncryptionSupport::new(&[public], true).encrypt(&body).unwrap();
        prop_assert_eq!(decrypt_request(&sent, &[(&kid, &key)]), Ok(body.into_bytes()));
        prop_assert!(decrypt_request(&sent, &[(&kid, &AgreementKey::generate().unwrap())]).is_err());
        prop_assert!(decrypt_request(&tampered(&sent, flip), &[(&kid, &key)]).is_err());
    }

    #[test]
    fn a_tampered_proof_proves_nothing(flip in 0usize..600) {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let jwt = proof::build(&key, ISSUER, Some("n1"), NOW, None).unwrap();
        prop_assert!(proved(&Proofs::Jwt(vec![jwt.clone()])).is_ok());
        prop_assert!(proved(&Proofs::Jwt(vec![tampered(&jwt, flip)])).is_err());
        let expected = ExpectedDpop { method: "POST", uri: ISSUER, now: NOW, access_token: None };
        let jwt = dpop::build(&key, "POST", ISSUER, NOW, "j", None, None).unwrap();
        prop_assert!(dpop::verify(&jwt, &expected).is_ok());
        prop_assert!(dpop::verify(&tampered(&jwt, flip), &expected).is_err());
    }

    #[test]
    fn a_tampered_presentation_proves_nothing(flip in 0usize..2000) {
        let key = SigningKey::generate(Algorithm::EdDsa).unwrap();
        let text = di_vp::build(&key, ISSUER, Some("n1"), NOW).unwrap().to_string();
        let changed = tampered(&text, flip);
        let same_key = |value: &serde_json::Value| {
            di_vp::verify(value, ISSUER, NOW).is_ok_and(|proof| proof.nonce == "n1" && proof.holder.same_key(&key.public_jwk().unwrap()))
        };
        prop_assert!(same_key(&serde_json::from_str(&text).unwrap()));
        if let Ok(value) = serde_json::from_str::<serde_json::Value>(&changed) {
            prop_assert!(!same_key(&value), "{}", changed);
        }
    }
}

/// The text with one letter or digit replaced by another.
fn tampered(text: &str, at: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let places: Vec<usize> = (0..bytes.len()).filter(|place| bytes[*place].is_ascii_alphanumeric()).collect();
    let place = places[at % places.len()];
    bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
    String::from_utf8(bytes).unwrap()
}
