//! The credential issuer of the stub: metadata, offers, nonces, credentials at once and later, notifications, status lists.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use openid4vc::encryption::{RequestEncryptionSupport, ResponseEncryptionSupport, decrypt_request};
use openid4vc::{CredentialOffer, ResponseEncryption, proof};
use serde_json::{Value, json};
use vc::bundled::MICROCREDENTIAL_VCT;
use vc::key::Jwk;
use vc::status_list::bitstring::{self, ListFacts};
use vc::status_list::{Bitstring, Purpose as BitstringPurpose, Status, TokenClaims, issue_token};

use super::{Behaviour, Served, StubIssuer, start_seconds, tokens};

pub(super) fn routes(router: Router<StubIssuer>) -> Router<StubIssuer> {
    router
        .route("/.well-known/openid-credential-issuer/school", get(metadata))
        .route("/.well-known/openid-credential-issuer/school/", get(slashed))
        .route("/school/.well-known/openid-credential-issuer", get(appended))
        .route("/school/offers/{id}", get(offers))
        .route("/school/nonce", post(nonce))
        .route("/school/credential", post(credential))
        .route("/school/deferred", post(deferred))
        .route("/school/notification", post(notification))
        .route("/school/types/1", get(described))
        .route("/school/status/1", get(status))
        .route("/school/status/1/{purpose}", get(bitstring))
        .route("/school/did.json", get(did))
}

/// JSON merge patch (RFC 7396).
pub(super) fn merge(document: &mut Value, patch: &Value) {
    let (Some(members), Some(patch)) = (document.as_object_mut(), patch.as_object()) else {
        if !patch.is_null() {
            *document = patch.clone();
        }
        return;
    };
    for (name, value) in patch {
        match value {
            Value::Null => drop(members.remove(name)),
            value => merge(members.entry(name).or_insert(Value::Null), value),
        }
    }
}

pub(super) fn refused(error: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response()
}

/// The `kid` of the key that requests are encrypted for.
fn agreement_kid(issuer: &StubIssuer) -> String {
    issuer.0.agreement.public_jwk().unwrap().thumbprint()
}

fn document(issuer: &StubIssuer, behaviour: &Behaviour) -> Value {
    let bound = json!({"jwt": {"proof_signing_alg_values_supported": ["ES256"]}});
    let badge = |format: &str| {
        json!({
            "format": format, "credential_definition": {"type": ["VerifiableCredential", "OpenBadgeCredential"]},
            "cryptographic_binding_methods_supported": ["did:jwk"], "proof_types_supported": bound,
            "credential_metadata": {"display": [{"name": "Open Badge", "locale": "nl"}]},
        })
    };
    let display = json!([{"name": "Microcredential", "locale": "nl"}, {"name": "Microcredential", "locale": "en"}]);
    let vct = if behaviour.foreign_type.is_some() { issuer.at("/types/1") } else { MICROCREDENTIAL_VCT.to_owned() };
    let mut document = json!({
        "credential_issuer": issuer.id(), "credential_endpoint": issuer.at("/credential"), "nonce_endpoint": issuer.at("/nonce"),
        "notification_endpoint": issuer.at("/notification"), "deferred_credential_endpoint": issuer.at("/deferred"),
        "display": [{"name": "Zichzelf", "locale": "nl"}],
        "credential_configurations_supported": {
            "microcredential-sd-jwt": {
                "format": "dc+sd-jwt", "vct": vct, "cryptographic_binding_methods_supported": ["jwk"],
                "proof_types_supported": bound, "credential_metadata": {"display": display},
            },
            "microcredential-open-badge": badge("ldp_vc"), "microcredential-open-badge-jwt": badge("jwt_vc_json"),
        },
    });
    if behaviour.encrypts {
        let request = RequestEncryptionSupport::new(&[issuer.0.agreement.public_jwk().unwrap()], true);
        document["credential_request_encryption"] = serde_json::to_value(request).unwrap();
        document["credential_response_encryption"] = serde_json::to_value(ResponseEncryptionSupport::new(true)).unwrap();
    }
    if behaviour.older {
        document.as_object_mut().unwrap().remove("nonce_endpoint");
    }
    merge(&mut document, &behaviour.metadata);
    document
}

async fn metadata(State(issuer): State<StubIssuer>) -> Response {
    issuer.note("metadata");
    let behaviour = issuer.behaviour();
    match &behaviour.served {
        Served::Json => Json(document(&issuer, &behaviour)).into_response(),
        Served::Appended | Served::Slashed => StatusCode::NOT_FOUND.into_response(),
        Served::Jwt(text) => ([(CONTENT_TYPE, "application/jwt")], text.clone()).into_response(),
        Served::Redirect(to) => (StatusCode::FOUND, [(LOCATION, to.clone())]).into_response(),
        Served::Huge => ([(CONTENT_TYPE, "application/json")], " ".repeat(300 * 1024)).into_response(),
        Served::Endless => {
            let pieces = futures_util::stream::repeat_with(|| Ok::<_, std::convert::Infallible>(Bytes::from_static(&[b' '; 4096])));
            ([(CONTENT_TYPE, "application/json")], Body::from_stream(pieces)).into_response()
        }
    }
}

async fn slashed(State(issuer): State<StubIssuer>) -> Response {
    let behaviour = issuer.behaviour();
    match behaviour.served {
        Served::Slashed => Json(document(&issuer, &behaviour)).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn appended(State(issuer): State<StubIssuer>) -> Response {
    issuer.note("appended");
    let behaviour = issuer.behaviour();
    match behaviour.served {
        Served::Appended => Json(document(&issuer, &behaviour)).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn offers(State(issuer): State<StubIssuer>) -> Response {
    issuer.note("offer");
    let behaviour = issuer.behaviour();
    let text = behaviour.offer.to_string().replace("{issuer}", &issuer.id());
    let plain = behaviour.offer_type == "application/json" && !text.contains("[]") && !text.contains("\"credentials\"");
    assert!(!plain || CredentialOffer::parse(text.as_bytes(), true).is_ok());
    ([(CONTENT_TYPE, behaviour.offer_type)], text).into_response()
}

async fn nonce(State(issuer): State<StubIssuer>) -> Json<Value> {
    issuer.note("nonce");
    Json(json!({"c_nonce": "nonce-1"}))
}

/// Whether one of the next so many requests is to fail.
pub(super) fn takes(issuer: &StubIssuer, of: impl Fn(&mut Behaviour) -> &mut usize) -> bool {
    let mut behaviour = issuer.0.behaviour.lock().unwrap();
    let left = of(&mut behaviour);
    let takes = *left > 0;
    *left = left.saturating_sub(1);
    takes
}

/// Checks the access token. An answer when it does not count.
fn authorized(issuer: &StubIssuer, headers: &HeaderMap, path: &str) -> Option<Response> {
    let given = headers.get(AUTHORIZATION).unwrap().to_str().unwrap();
    let (scheme, token) = given.split_once(' ').unwrap();
    if !issuer.seen(|seen| seen.live.iter().any(|live| live == token)) {
        return Some(StatusCode::UNAUTHORIZED.into_response());
    }
    if issuer.behaviour().dpop {
        assert_eq!(scheme, "DPoP", "a bound token is never sent as Bearer");
        return tokens::proof_of(issuer, headers, path, Some(token));
    }
    assert_eq!(scheme, "Bearer");
    None
}

/// The body of a request, decrypted where it came encrypted.
fn opened(issuer: &StubIssuer, headers: &HeaderMap, body: &Bytes) -> Value {
    let encrypted = headers.get(CONTENT_TYPE).is_some_and(|value| value == "application/jwt");
    assert_eq!(encrypted, issuer.behaviour().encrypts);
    let body = match encrypted {
        true => {
            let kid = agreement_kid(issuer);
            decrypt_request(std::str::from_utf8(body).unwrap(), &[(kid.as_str(), &issuer.0.agreement)]).unwrap()
        }
        false => body.to_vec(),
    };
    serde_json::from_slice(&body).unwrap()
}

/// An answer, encrypted where the request asks for that.
fn answered(status: StatusCode, behaviour: &Behaviour, request: &Value, answer: &Value) -> Response {
    match request.get("credential_response_encryption") {
        Some(asked) if !behaviour.in_the_clear => {
            let compact = ResponseEncryption::from_value(asked).unwrap().encrypt(answer).unwrap();
            (status, [(CONTENT_TYPE, "application/jwt")], compact).into_response()
        }
        _ => (status, Json(answer.clone())).into_response(),
    }
}

async fn credential(State(issuer): State<StubIssuer>, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(answer) = authorized(&issuer, &headers, "/credential") {
        return answer;
    }
    issuer.note("credential");
    if takes(&issuer, |behaviour| &mut behaviour.failing) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let (request, behaviour) = (opened(&issuer, &headers, &body), issuer.behaviour());
    issuer.0.seen.lock().unwrap().requests.push(request.clone());
    let configuration = match request["credential_identifier"].as_str() {
        Some(identifier) => {
            assert!(behaviour.identifiers.contains(&identifier) && request.get("credential_configuration_id").is_none());
            behaviour.offer["credential_configuration_ids"][0].as_str().unwrap().to_owned()
        }
        None => request["credential_configuration_id"].as_str().unwrap().to_owned(),
    };
    issuer.note(&configuration);
    if takes(&issuer, |behaviour| &mut behaviour.nonce_refused) {
        let again = json!({"error": "invalid_nonce", "c_nonce": "nonce-of-the-error"});
        return (StatusCode::BAD_REQUEST, Json(again)).into_response();
    }
    if behaviour.broken == Some(configuration.as_str()) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    if behaviour.denied == Some(configuration.as_str()) {
        return refused("credential_request_denied");
    }
    let keys = holders(&issuer, &behaviour, &request);
    // Who has it already gets it again.
    let given = issuer.seen(|seen| keys.iter().all(|key| seen.issued.contains_key(&key.thumbprint())));
    if behaviour.deferred.is_some() && !given {
        let id = format!("transaction-{}", issuer.count("credential"));
        issuer.0.seen.lock().unwrap().waiting.insert(id.clone(), (configuration, keys, 0));
        return answered(StatusCode::ACCEPTED, &behaviour, &request, &json!({"transaction_id": id, "interval": 2}));
    }
    let answer = issued(&issuer, &behaviour, &configuration, &keys);
    if takes(&issuer, |behaviour| &mut behaviour.lost) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    answered(StatusCode::OK, &behaviour, &request, &answer)
}

/// The keys that a request proves.
fn holders(issuer: &StubIssuer, behaviour: &Behaviour, request: &Value) -> Vec<Jwk> {
    let proofs = request["proofs"]["jwt"].as_array().cloned().unwrap_or_default();
    let each = proofs.iter().map(|jwt| {
        let jwt = jwt.as_str().unwrap();
        let now = vc::jws::Jws::parse(jwt).unwrap().payload_unverified()["iat"].as_i64().unwrap();
        let proof = proof::verify(jwt, &issuer.id(), now).unwrap();
        assert!(!behaviour.older || proof.nonce != "nonce-1");
        proof.holder
    });
    each.collect()
}

/// What is given for these keys: the same keys get the same credential, byte for byte; the order is turned round.
fn issued(issuer: &StubIssuer, behaviour: &Behaviour, configuration: &str, keys: &[Jwk]) -> Value {
    let one = |key: &Jwk| {
        let fresh = issuer.issue(configuration, key, behaviour);
        issuer.0.seen.lock().unwrap().issued.entry(key.thumbprint()).or_insert(fresh).clone()
    };
    let all: Vec<Value> = keys.iter().take(behaviour.at_most).rev().map(one).collect();
    match behaviour.older {
        true => json!({"credential": all[0], "c_nonce": "nonce-of-the-answer"}),
        false => {
            let list: Vec<Value> = all.into_iter().map(|credential| json!({"credential": credential})).collect();
            json!({"credentials": list, "notification_id": "n-1"})
        }
    }
}

async fn deferred(State(issuer): State<StubIssuer>, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(answer) = authorized(&issuer, &headers, "/deferred") {
        return answer;
    }
    issuer.note("deferred");
    let (request, behaviour) = (opened(&issuer, &headers, &body), issuer.behaviour());
    if let Some(error) = behaviour.deferred_error {
        return refused(error);
    }
    let id = request["transaction_id"].as_str().unwrap().to_owned();
    let ready = {
        let mut seen = issuer.0.seen.lock().unwrap();
        let Some((_, _, asked)) = seen.waiting.get_mut(&id) else { return refused("invalid_transaction_id") };
        *asked += 1;
        *asked >= behaviour.deferred.unwrap_or(1)
    };
    if !ready {
        return answered(StatusCode::ACCEPTED, &behaviour, &request, &json!({"transaction_id": id, "interval": 2}));
    }
    let (configuration, keys, _) = issuer.0.seen.lock().unwrap().waiting.remove(&id).unwrap();
    let answer = issued(&issuer, &behaviour, &configuration, &keys);
    if takes(&issuer, |behaviour| &mut behaviour.lost) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    answered(StatusCode::OK, &behaviour, &request, &answer)
}

async fn notification(State(issuer): State<StubIssuer>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    if let Some(answer) = authorized(&issuer, &headers, "/notification") {
        return answer;
    }
    issuer.0.seen.lock().unwrap().notifications.push(body);
    StatusCode::NO_CONTENT.into_response()
}

async fn described(State(issuer): State<StubIssuer>) -> Response {
    issuer.note("type");
    let text = issuer.behaviour();
    let text = text.type_after_issuing.or(text.foreign_type).map(|described| issuer.described(&described)).unwrap_or_default();
    ([(CONTENT_TYPE, "application/json")], text).into_response()
}

async fn status(State(issuer): State<StubIssuer>) -> Response {
    issuer.note("status");
    let now = start_seconds();
    let claims = TokenClaims { uri: issuer.at("/status/1"), iat: now, exp: now + 86_400, ttl: 60 };
    let text = issue_token(&issuer.0.list.lock().unwrap(), &claims, &issuer.header("statuslist+jwt"), &issuer.0.key).unwrap();
    ([(CONTENT_TYPE, "application/statuslist+jwt")], text).into_response()
}

async fn bitstring(State(issuer): State<StubIssuer>, Path(purpose): Path<String>) -> Response {
    issuer.note("bitstring");
    let (purpose, status) = match purpose.as_str() {
        "revocation" => (BitstringPurpose::Revocation, Status::Invalid),
        _ => (BitstringPurpose::Suspension, Status::Suspended),
    };
    let uri = issuer.at(&format!("/status/1/{}", purpose.as_str()));
    let list = Bitstring::of(&issuer.0.list.lock().unwrap(), status);
    let facts = ListFacts {
        uri: &uri,
        issuer: &issuer.did(),
        purpose,
        valid_from: start_seconds(),
        valid_until: start_seconds() + 86_400,
        ttl: 60,
    };
    let signed = issuer.proven(bitstring::credential(&list, &facts).unwrap());
    ([(CONTENT_TYPE, "application/vc")], Value::Object(signed).to_string()).into_response()
}

async fn did(State(issuer): State<StubIssuer>) -> Json<Value> {
    let keys = [&issuer.0.key, &issuer.0.proof_key].map(|key| {
        let jwk = key.public_jwk().unwrap();
        (jwk.thumbprint(), jwk)
    });
    Json(vc::did::build_document(&issuer.did(), &keys).unwrap())
}
