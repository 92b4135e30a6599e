//! The situations of `own-behaviour-cases.json`: what of each is decided by a message alone is decided here as the case says. What
//! needs a code, a token or a row is for the endpoints of the roles, and named as such.

use openid4vc::credential::Proofs;
use openid4vc::deferred::DeferredAnswer;
use openid4vc::issuer_metadata::IssuerMetadataError;
use openid4vc::older::{Bridges, read_request};
use openid4vc::token::PRE_AUTHORIZED_CODE;
use openid4vc::{
    CredentialErrorCode, CredentialOffer, CredentialRequest, CredentialResponse, DeferredRequest, Grant, IssuerMetadata, NonceResponse,
    Notification, NotificationErrorCode, OfferSource, TokenRequest, pkce,
};
use serde_json::{Value, json};

use crate::world::{ISSUER, issuer, proof_with, proved, server, with_proofs};

/// What a situation comes to.
#[derive(Debug, PartialEq)]
enum Outcome {
    /// The message is accepted.
    Accepted,
    /// The error of the protocol.
    Error(&'static str),
    /// A wallet goes no further.
    Abort,
    /// A code, a token or a row decides.
    Endpoint,
}

use Outcome::{Abort, Accepted, Endpoint, Error};

fn of<T>(result: Result<T, CredentialErrorCode>) -> Outcome {
    result.map_or_else(|code| Error(code.code()), |_| Accepted)
}

fn proofs_of(body: &[u8]) -> Outcome {
    of(CredentialRequest::parse(body).and_then(|request| {
        request.require_proofs(10)?;
        proved(&request.proofs).map_err(|error| error.credential_error())
    }))
}

fn one_proof(case: &Value) -> Outcome {
    let part = |name: &str| case["when"].get(name).cloned().unwrap_or_else(|| json!({}));
    let mut payload = part("proof_payload");
    if payload.get("aud").is_some() {
        payload["aud"] = "https://as.example".into();
    }
    proofs_of(&with_proofs(&json!({"jwt": [proof_with(&part("proof_header"), &payload)]})))
}

fn forged(alg: &str) -> Outcome {
    let jwt = proof_with(&json!({}), &json!({}));
    let (_, rest) = jwt.split_once('.').unwrap();
    let header = json!({"typ": "openid4vci-proof+jwt", "alg": alg, "jwk": {"kty": "oct", "k": "AA"}});
    proofs_of(&with_proofs(&json!({"jwt": [format!("{}.{rest}", vc::encoding::b64url(header.to_string()))]})))
}

fn body(case: &Value) -> Vec<u8> {
    case["when"]["body"].to_string().into_bytes()
}

fn token(case: &Value) -> Outcome {
    let when = &case["when"];
    let mut form = format!("grant_type={PRE_AUTHORIZED_CODE}&pre-authorized_code=c");
    if let Some(tx_code) = when["tx_code"].as_str() {
        form.push_str(&format!("&tx_code={tx_code}"));
    }
    let request = TokenRequest::parse(&form).unwrap();
    let Grant::PreAuthorizedCode { tx_code, .. } = request.grant else { panic!("another grant") };
    let expected = when.get("offer_tx_code").is_some();
    let unknown = when.get("offer_has_tx_code").is_none() && !expected;
    if unknown {
        Endpoint
    } else if tx_code.is_some() == expected {
        Accepted
    } else {
        Error("invalid_request")
    }
}

fn offered(change: impl FnOnce(&mut Value)) -> Outcome {
    let mut offer = json!({"credential_issuer": ISSUER, "credential_configuration_ids": ["dc+sd-jwt"],
        "grants": {PRE_AUTHORIZED_CODE: {"pre-authorized_code": "c"}}});
    change(&mut offer);
    let read = CredentialOffer::parse(offer.to_string().as_bytes(), false);
    if read.and_then(|offer| offer.check_against(&issuer())).is_ok() { Accepted } else { Abort }
}

fn deferred(response: &CredentialResponse) -> Outcome {
    let body = serde_json::to_vec(response).unwrap();
    let request = DeferredRequest { transaction_id: "t".into(), response_encryption: None };
    match request.answer(&body) {
        Some(DeferredAnswer::Later { interval }) if interval > 0 => Accepted,
        Some(_) => panic!("issued"),
        None => Abort,
    }
}

/// A batch in another order: each copy is found by its key.
fn by_key() -> Outcome {
    let keys: Vec<_> = (0..3).map(|_| proof_with(&json!({}), &json!({}))).collect();
    let own = proved(&Proofs::Jwt(keys)).unwrap().keys;
    let answer = CredentialResponse::issued(own.iter().rev().map(|key| json!({"cnf": {"jwk": key.to_value()}})), None);
    let copies = CredentialResponse::parse(&serde_json::to_vec(&answer).unwrap()).unwrap().credentials.unwrap();
    let bound = |key: &vc::key::Jwk| copies.iter().filter(|copy| copy.credential["cnf"]["jwk"] == key.to_value()).count();
    if own.iter().all(|key| bound(key) == 1) { Accepted } else { Abort }
}

fn outcome(name: &str, case: &Value) -> Outcome {
    match name {
        "pre-auth happy" | "tx_code given, none expected" | "tx_code missing though offered (even as empty object)" | "tx_code wrong" => {
            token(case)
        }
        "wrong code_verifier" => match pkce::answers("w".repeat(43).as_str(), &pkce::challenge(&"v".repeat(43))) {
            true => Accepted,
            false => Error("invalid_grant"),
        },
        "anonymous access not supported, no client_id" => {
            let server = openid4vc::AuthorizationServerMetadata { pre_authorized_grant_anonymous_access_supported: false, ..server() };
            let request = TokenRequest::parse(&format!("grant_type={PRE_AUTHORIZED_CODE}&pre-authorized_code=c")).unwrap();
            let anonymous = request.client_id.is_none() && request.client_assertion.is_none();
            if anonymous && !server.pre_authorized_grant_anonymous_access_supported { Error("invalid_client") } else { Accepted }
        }
        "nonce endpoint needs no token" => {
            let answer = serde_json::to_vec(&NonceResponse { c_nonce: "n".into() }).unwrap();
            if NonceResponse::parse(&answer).is_some() { Accepted } else { Abort }
        }
        "code expired"
        | "code used twice"
        | "no token"
        | "token in query"
        | "unknown configuration"
        | "unknown identifier"
        | "proof with stale nonce"
        | "deferred: unknown id"
        | "deferred: refused for good"
        | "notification repeated is idempotent"
        | "notification unknown id" => Endpoint,
        "both identifiers" | "unsupported enc" => {
            let mut body = case["when"]["body"].clone();
            if name == "unsupported enc" {
                body["credential_configuration_id"] = "mc".into();
            }
            of(CredentialRequest::parse(body.to_string().as_bytes()))
        }
        "proofs missing while required" => proofs_of(&body(case)),
        "singular proof of drafts up to 15" => {
            let bridged = read_request(
                &body(case),
                Bridges { single_proof: true, ..Bridges::default() },
                &issuer().credential_configurations_supported,
            );
            assert_eq!(bridged.unwrap().proofs, Proofs::Jwt(vec!["...".into()]), "the bridge");
            proofs_of(&body(case))
        }
        "proof typ wrong" | "proof without nonce" | "proof aud is the AS, not the Credential Issuer" => one_proof(case),
        "proof header jwk carries d" => {
            let key = vc::key::SigningKey::generate(vc::key::Algorithm::Es256).unwrap();
            let mut jwk = key.public_jwk().unwrap().to_value();
            jwk["d"] = "secret".into();
            proofs_of(&with_proofs(&json!({"jwt": [proof_with(&json!({"jwk": jwk}), &json!({}))]})))
        }
        "proof alg HS256 or none" => {
            assert_eq!(forged("HS256"), Error("invalid_proof"));
            forged("none")
        }
        "more proofs than batch_size" => {
            let many: Vec<String> = (0..99).map(|at| format!("a.{at}.c")).collect();
            proofs_of(&with_proofs(&json!({"jwt": many})))
        }
        "unknown members ignored" => of(CredentialRequest::parse(&body(case))),
        "deferred: not ready" | "deferred: still pending" => deferred(&CredentialResponse::deferred("t".into(), 5)),
        "notification ok" => of(Notification::parse(&body(case)).map_err(|_| CredentialErrorCode::InvalidCredentialRequest)),
        "notification unknown event" => match Notification::parse(&body(case)) {
            Err(code @ NotificationErrorCode::InvalidNotificationRequest) => Error(code.code()),
            _ => Accepted,
        },
        "metadata unsigned always there" => {
            let body = serde_json::to_vec(&issuer()).unwrap();
            if IssuerMetadata::parse(&body, ISSUER, false).is_ok() { Accepted } else { Abort }
        }
        "metadata credential_issuer mismatch (wallet side)" => {
            let body = serde_json::to_vec(&issuer()).unwrap();
            match IssuerMetadata::parse(&body, "https://other.example", false) {
                Err(IssuerMetadataError::Mismatch) => Abort,
                _ => Accepted,
            }
        }
        "offer with both credential_offer and credential_offer_uri (wallet side)" => {
            match OfferSource::from_query("credential_offer=%7B%7D&credential_offer_uri=https%3A%2F%2Fissuer.example%2Fo", false) {
                Err(_) => Abort,
                Ok(_) => Accepted,
            }
        }
        "offer authorization_server not in metadata (wallet side)" => {
            assert_eq!(offered(|_| ()), Accepted);
            offered(|offer| offer["grants"][PRE_AUTHORIZED_CODE]["authorization_server"] = "https://evil.example".into())
        }
        "batch response order differs from proofs (wallet side)" => by_key(),
        unknown => panic!("nobody decided {unknown}"),
    }
}

fn fits(outcome: &Outcome, expect: &Value) -> bool {
    match outcome {
        Endpoint => expect.get("wallet").is_none(),
        Accepted => {
            expect["status"].as_u64().is_some_and(|status| status < 300) || expect["wallet"].as_str().is_some_and(|text| text != "abort")
        }
        Abort => expect["wallet"] == "abort",
        Error(code) => expect["error"] == *code || expect["error_in"].as_array().is_some_and(|list| list.iter().any(|one| one == code)),
    }
}

#[test]
fn each_situation_comes_to_what_its_case_says() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/openid4vci/own-behaviour-cases.json")).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 38);
    let mut left = 0;
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let outcome = outcome(name, case);
        assert!(fits(&outcome, &case["expect"]), "{name}: {outcome:?}, expected {}", case["expect"]);
        left += usize::from(outcome == Endpoint);
    }
    // Those that only an endpoint decides, with its rows.
    assert_eq!(left, 13);
}
