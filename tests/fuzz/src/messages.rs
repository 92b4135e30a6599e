//! Parsers of the protocols and of OOAPI: what wallets, verifiers, issuers and institutions send.

use crate::{json, text};
use openid4vc::dcql::Query;
use openid4vc::{
    AuthorizationRequest, AuthorizationServerMetadata, ClientId, CredentialOffer, CredentialRequest, CredentialResponse, IssuerMetadata,
    Notification, PushedAuthorizationRequest, RequestObject, RequestSource, TokenRequest, TokenResponse, VpToken, proof, response,
};

const ISSUER: &str = "https://issuer.example/school";
const NOW: i64 = 1_790_000_000;

pub(crate) fn credential_offer(input: &[u8]) {
    drop(CredentialOffer::parse(input, false));
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
    text(input, |text| drop(PushedAuthorizationRequest::parse(text)));
}

pub(crate) fn credential_request(input: &[u8]) {
    drop(CredentialRequest::parse(input));
    drop(CredentialResponse::parse(input));
    drop(Notification::parse(input));
}

pub(crate) fn key_proof(input: &[u8]) {
    text(input, |text| drop(proof::verify(text, ISSUER, NOW)));
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
