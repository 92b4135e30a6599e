//! Parsers of the protocols and of OOAPI: what wallets, verifiers, issuers and institutions send.

use crate::{json, text};
use openid4vc::client_attestation::{self, ExpectedAttestation};
use openid4vc::dcql::Query;
use openid4vc::dpop::{self, ExpectedDpop};
use openid4vc::encryption::{ENC, ResponseEncryption, decrypt_answer, decrypt_request};
use openid4vc::issuer_metadata::signed::{self, TrustedSigner};
use openid4vc::key_attestation::{self, Policy};
use openid4vc::older::{self, Bridges};
use openid4vc::{
    AuthorizationCodeAnswer, AuthorizationRequest, AuthorizationServerMetadata, ClientId, CredentialOffer, CredentialRequest, CredentialResponse, DeferredRequest,
    IssuerMetadata, Notification, OfferSource, PushedAuthorizationRequest, RequestObject, RequestSource, TokenRequest, TokenResponse, TrustedAttester,
    VpToken, authorization_details, di_vp, proof, response,
};
use std::sync::OnceLock;
use vc::key::{AgreementKey, Algorithm, SigningKey};

const ISSUER: &str = "https://issuer.example/school";
const NOW: i64 = 1_790_000_000;

pub(crate) fn credential_offer(input: &[u8]) {
    drop(CredentialOffer::parse(input, false));
}

pub(crate) fn offer_link(input: &[u8]) {
    text(input, |text| {
        drop(OfferSource::from_query(text, false));
        drop(OfferSource::from_pasted(text, false));
    });
}

pub(crate) fn authorization_details(input: &[u8]) {
    text(input, |text| {
        drop(authorization_details::configurations(text));
        drop(authorization_details::configurations_at(text, ISSUER));
    });
}

pub(crate) fn authorization_answer(input: &[u8]) {
    text(input, |text| drop(AuthorizationCodeAnswer::parse(text)));
}

pub(crate) fn notification(input: &[u8]) {
    drop(Notification::parse(input));
}

pub(crate) fn deferred_request(input: &[u8]) {
    drop(DeferredRequest::parse(input));
}

pub(crate) fn issuer_metadata(input: &[u8]) {
    drop(IssuerMetadata::parse(input, ISSUER, false));
}

pub(crate) fn server_metadata(input: &[u8]) {
    drop(AuthorizationServerMetadata::parse(input, ISSUER, false));
}

pub(crate) fn token_request(input: &[u8]) {
    text(input, |text| drop(TokenRequest::parse(text)));
    drop(TokenResponse::parse(input));
}

pub(crate) fn pushed_request(input: &[u8]) {
    text(input, |text| {
        drop(PushedAuthorizationRequest::parse(text));
    });
}

pub(crate) fn credential_request(input: &[u8]) {
    drop(CredentialRequest::parse(input));
    drop(CredentialResponse::parse(input));
}

pub(crate) fn key_proof(input: &[u8]) {
    text(input, |text| drop(proof::verify(text, ISSUER, NOW)));
}

/// A key whose signatures are believed, so that what stands behind the signature is read too.
fn believed() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate(Algorithm::EdDsa).expect("a key"))
}

fn attester() -> TrustedAttester {
    TrustedAttester { keys: vec![believed().public_jwk().expect("a key")], ..TrustedAttester::default() }
}

/// The input as the payload of a JWS of that key.
fn signed_by_us(input: &[u8], typ: &str) -> String {
    let mut header = vc::Map::new();
    header.insert("typ".into(), typ.into());
    header.insert("jwk".into(), believed().public_jwk().expect("a key").to_value());
    vc::jws::sign(&header, input, believed()).expect("a signature")
}

pub(crate) fn dpop_proof(input: &[u8]) {
    let expected = ExpectedDpop { method: "POST", uri: ISSUER, now: NOW, access_token: Some("t") };
    text(input, |text| drop(dpop::verify(text, &expected)));
    drop(dpop::verify(&signed_by_us(input, dpop::TYP), &expected));
}

pub(crate) fn client_attestation(input: &[u8]) {
    let issuers = [attester()];
    let expected = ExpectedAttestation { audience: ISSUER, now: NOW, issuers: &issuers };
    text(input, |text| drop(client_attestation::verify(text, text, &expected)));
    let attestation = signed_by_us(input, client_attestation::TYP);
    drop(client_attestation::claimed_client(&attestation));
    drop(client_attestation::verify(&attestation, &signed_by_us(input, client_attestation::POP_TYP), &expected));
}

pub(crate) fn client_document(input: &[u8]) {
    drop(openid4vc::oauth::client_metadata::ClientMetadata::parse(input, ISSUER));
    text(input, |text| drop(openid4vc::oauth::client_metadata::document_url(text, true)));
}

pub(crate) fn key_attestation(input: &[u8]) {
    let attesters = [attester()];
    let policy = Policy { required: None, attesters: &attesters };
    text(input, |text| drop(key_attestation::verify(text, &policy, NOW)));
    drop(key_attestation::verify(&signed_by_us(input, key_attestation::TYP), &policy, NOW));
}

pub(crate) fn presentation_proof(input: &[u8]) {
    json(input, |value| drop(di_vp::verify(value, ISSUER, NOW)));
}

pub(crate) fn signed_metadata(input: &[u8]) {
    let keys = [believed().public_jwk().expect("a key")];
    let trusted = TrustedSigner { anchors: &[], keys: &keys };
    text(input, |text| drop(signed::verify(text, ISSUER, &trusted, NOW, false)));
    drop(signed::verify(&signed_by_us(input, signed::TYP), ISSUER, &trusted, NOW, false));
}

pub(crate) fn encrypted_message(input: &[u8]) {
    static KEY: OnceLock<AgreementKey> = OnceLock::new();
    let key = KEY.get_or_init(|| AgreementKey::generate().expect("a key"));
    text(input, |text| {
        drop(decrypt_answer(text, key));
        drop(decrypt_request(text, &[("1", key)]));
    });
    json(input, |value| {
        if let Ok(asked) = ResponseEncryption::from_value(value) {
            assert!(ENC.contains(&asked.enc));
            drop(asked.encrypt(value).expect("a key on the curve"));
        }
    });
}

pub(crate) fn older_request(input: &[u8]) {
    static CONFIGURATIONS: OnceLock<IssuerMetadata> = OnceLock::new();
    let issuer = CONFIGURATIONS.get_or_init(|| {
        let document = format!(
            r#"{{"credential_issuer":"{ISSUER}","credential_endpoint":"{ISSUER}/c","credential_configurations_supported":{{
                "a":{{"format":"dc+sd-jwt","vct":"v"}},"b":{{"format":"ldp_vc","credential_definition":{{"type":["A"]}}}}}}}}"#
        );
        IssuerMetadata::parse(document.as_bytes(), ISSUER, false).expect("metadata")
    });
    let open = Bridges { single_proof: true, by_format: true, ..Bridges::default() };
    drop(older::read_request(input, open, &issuer.credential_configurations_supported));
    let _wait = older::pending_interval(input);
}

pub(crate) fn authorization_request(input: &[u8]) {
    text(input, |text| {
        drop(RequestSource::parse(text, false));
        drop(response::Incoming::parse(text));
        if let Ok(client) = ClientId::parse(text) {
            drop(client);
        }
        if let Ok(client) = ClientId::parse_supported("x509_san_dns:verifier.example") {
            drop(RequestObject::parse(text, &client));
        }
    });
    json(input, |value| {
        let (Some(parameters), Ok(client)) = (value.as_object(), ClientId::parse_supported("redirect_uri:https://verifier.example/r"))
        else {
            return;
        };
        let authentication = openid4vc::Authentication::AddressOnly;
        drop(AuthorizationRequest::parse(parameters, &client, authentication, false));
    });
}

pub(crate) fn dcql(input: &[u8]) {
    json(input, |value| {
        if let Ok(query) = Query::parse(value) {
            drop(openid4vc::dcql::match_credentials(&query, &[]));
            drop(VpToken::parse(value, &query));
        }
    });
}

pub(crate) fn ooapi_association(input: &[u8]) {
    if let Ok(value) = serde_json::from_slice(input) {
        drop(ooapi::read::association(value));
    }
}
