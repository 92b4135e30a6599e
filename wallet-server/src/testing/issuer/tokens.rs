//! The authorization server of the stub: metadata, pushed requests, tokens with and without DPoP, connections.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use openid4vc::{client_assertion, client_attestation, dpop};
use serde_json::{Value, json};

use super::answers::{merge, refused, takes};
use super::{Behaviour, StubIssuer};

/// The nonce that DPoP proofs must have.
const NONCE: &str = "dpop-nonce-1";

pub(super) fn routes(router: Router<StubIssuer>) -> Router<StubIssuer> {
    router
        .route("/.well-known/oauth-authorization-server/school", get(server))
        .route("/school/token", post(token))
        .route("/school/par", post(par))
        .route("/school/challenge", post(challenge))
        .route("/school/api/v1/connections/{id}", put(connect).delete(disconnect))
}

async fn server(State(issuer): State<StubIssuer>) -> Json<Value> {
    issuer.note("server");
    let behaviour = issuer.behaviour();
    let mut document = json!({
        "issuer": issuer.id(), "token_endpoint": issuer.at("/token"), "authorization_endpoint": issuer.at("/authorize"),
        "pushed_authorization_request_endpoint": issuer.at("/par"), "pre-authorized_grant_anonymous_access_supported": true,
        "authorization_response_iss_parameter_supported": true, "token_endpoint_auth_methods_supported": ["private_key_jwt"],
    });
    if behaviour.dpop {
        document["dpop_signing_alg_values_supported"] = json!(["ES256"]);
    }
    merge(&mut document, &behaviour.server);
    Json(document)
}

/// The connection that a request's assertion names; nothing is verified here, that is the real issuer's work.
fn named_connection(issuer: &StubIssuer, params: &HashMap<String, String>) -> Option<String> {
    let jws = vc::jws::Jws::parse(params.get("client_assertion")?).ok()?;
    assert_eq!(jws.payload_unverified()["aud"], issuer.id(), "threat T13: the audience is the server's identifier");
    jws.payload_unverified().get("connection")?.as_str().map(str::to_owned)
}

/// Checks a DPoP proof. An answer when it is missing, wrong or without the nonce.
pub(super) fn proof_of(issuer: &StubIssuer, headers: &HeaderMap, path: &str, token: Option<&str>) -> Option<Response> {
    let Some(proof) = headers.get(dpop::HEADER).and_then(|value| value.to_str().ok()) else {
        return Some(refused("invalid_dpop_proof"));
    };
    assert_eq!(headers.get_all(dpop::HEADER).iter().count(), 1);
    let now = vc::jws::Jws::parse(proof).unwrap().payload_unverified()["iat"].as_i64().unwrap();
    let uri = issuer.at(path);
    let expected = dpop::ExpectedDpop { method: "POST", uri: &uri, now, access_token: token };
    let proof = dpop::verify(proof, &expected).unwrap();
    issuer.0.seen.lock().unwrap().dpop.push(proof.jkt);
    if proof.nonce.as_deref() == Some(NONCE) {
        return None;
    }
    issuer.note("dpop-nonce");
    let nonce = [(dpop::NONCE_HEADER, NONCE)];
    Some(match token {
        Some(_) => (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE.as_str(), "DPoP error=\"use_dpop_nonce\""), nonce[0]]).into_response(),
        None => (StatusCode::BAD_REQUEST, nonce, Json(json!({"error": "use_dpop_nonce"}))).into_response(),
    })
}

/// A challenge for the proofs of attested clients, another one each time.
async fn challenge(State(issuer): State<StubIssuer>) -> Json<Value> {
    issuer.note("challenge");
    Json(json!({"attestation_challenge": format!("challenge-{}", issuer.count("challenge"))}))
}

/// Remembers an attestation. An answer when its challenge is refused.
fn attested(issuer: &StubIssuer, headers: &HeaderMap, at: &'static str) -> Option<Response> {
    let one = |name: &str| {
        assert!(headers.get_all(name).iter().count() <= 1);
        headers.get(name).map(|value| value.to_str().unwrap().to_owned())
    };
    let (attestation, pop) = (one(client_attestation::HEADER)?, one(client_attestation::POP_HEADER).unwrap());
    issuer.0.seen.lock().unwrap().attested.push((at, attestation, pop));
    takes(issuer, |behaviour| &mut behaviour.challenge_refused).then(|| {
        let given = [(client_attestation::CHALLENGE_HEADER, "challenge-of-the-header")];
        (StatusCode::BAD_REQUEST, given, Json(json!({"error": "use_attestation_challenge"}))).into_response()
    })
}

/// What the grant of a token request is good for: nothing when it was used.
fn spend(issuer: &StubIssuer, behaviour: &Behaviour, params: &HashMap<String, String>) -> bool {
    let grant = ["refresh_token", "code", "pre-authorized_code"].iter().find_map(|name| params.get(*name)).unwrap();
    let mut seen = issuer.0.seen.lock().unwrap();
    let counts = behaviour.one_time || params.contains_key("refresh_token");
    if counts && seen.spent.contains(grant) {
        return false;
    }
    seen.spent.push(grant.clone());
    true
}

async fn token(State(issuer): State<StubIssuer>, headers: HeaderMap, body: String) -> Response {
    let behaviour = issuer.behaviour();
    if behaviour.dpop
        && let Some(answer) = proof_of(&issuer, &headers, "/token", None)
    {
        return answer;
    }
    if let Some(answer) = attested(&issuer, &headers, "token") {
        return answer;
    }
    issuer.note("token");
    let params: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    issuer.0.seen.lock().unwrap().tokens.push(params.clone());
    if let Some(verifier) = params.get("code_verifier") {
        let challenge = issuer.seen(|seen| seen.pushed.last().and_then(|pushed| pushed.get("code_challenge")).cloned());
        assert!(challenge.is_none_or(|challenge| openid4vc::pkce::answers(verifier, &challenge)));
    }
    let coded = behaviour.tx_code.is_none_or(|code| params.get("tx_code").map(String::as_str) == Some(code))
        || params.contains_key("refresh_token");
    let connected = behaviour.connection.is_none() || named_connection(&issuer, &params) == behaviour.connection;
    if !coded || !connected || !spend(&issuer, &behaviour, &params) {
        return refused("invalid_grant");
    }
    let number = issuer.count("token");
    issuer.0.seen.lock().unwrap().live = vec![format!("token-{number}")];
    let lost = {
        let mut behaviour = issuer.0.behaviour.lock().unwrap();
        let lost = behaviour.lost_tokens > 0;
        behaviour.lost_tokens = behaviour.lost_tokens.saturating_sub(1);
        lost
    };
    if lost {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let scheme = if behaviour.dpop { "DPoP" } else { "Bearer" };
    let mut answer = json!({"access_token": format!("token-{number}"), "token_type": scheme, "expires_in": 300});
    if behaviour.refreshes {
        answer["refresh_token"] = format!("refresh-{number}").into();
    }
    if behaviour.older {
        answer["c_nonce"] = "nonce-of-the-token".into();
    }
    if !behaviour.identifiers.is_empty() {
        let configuration = &behaviour.offer["credential_configuration_ids"][0];
        answer["authorization_details"] = json!([{
            "type": "openid_credential", "credential_configuration_id": configuration, "credential_identifiers": behaviour.identifiers,
        }]);
    }
    Json(answer).into_response()
}

async fn par(State(issuer): State<StubIssuer>, headers: HeaderMap, body: String) -> Response {
    if let Some(answer) = attested(&issuer, &headers, "par") {
        return answer;
    }
    issuer.note("par");
    let params: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    assert_eq!(params.get("code_challenge_method").map(String::as_str), Some("S256"));
    if headers.contains_key(client_attestation::HEADER) {
        assert!(!params.contains_key("client_assertion"), "one way of showing who it is");
    } else {
        let assertion = params.get("client_assertion").unwrap();
        assert_eq!(client_assertion::claimed_client(assertion).as_deref(), params.get("client_id").map(String::as_str));
    }
    if params.get("scope").map(String::as_str) == Some("delivery") {
        assert!(named_connection(&issuer, &params).is_some());
    }
    let request_uri = format!("urn:request:{}", params.get("state").unwrap());
    issuer.0.seen.lock().unwrap().pushed.push(params);
    (StatusCode::CREATED, Json(json!({"request_uri": request_uri, "expires_in": 60}))).into_response()
}

async fn connect(State(issuer): State<StubIssuer>, Path(id): Path<String>, headers: HeaderMap, Json(body): Json<Value>) -> StatusCode {
    assert!(headers.get(AUTHORIZATION).unwrap().to_str().unwrap().starts_with("Bearer token-"));
    issuer.0.seen.lock().unwrap().connections.push((id, body));
    StatusCode::CREATED
}

async fn disconnect(State(issuer): State<StubIssuer>, Path(id): Path<String>, headers: HeaderMap) -> StatusCode {
    issuer.note("disconnect");
    let mut seen = issuer.0.seen.lock().unwrap();
    let key = headers.get(AUTHORIZATION).unwrap().to_str().unwrap().trim_start_matches("Bearer ").to_owned();
    let known = seen.connections.iter().position(|(known, body)| *known == id && body["delivery_key"] == key.as_str());
    known.map_or(StatusCode::UNAUTHORIZED, |at| {
        seen.connections.remove(at);
        StatusCode::NO_CONTENT
    })
}
