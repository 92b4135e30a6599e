//! Rows V1 to V20 of the catalogue of bad inputs: rejected, and the question stays open with nothing kept.

use axum::http::StatusCode;
use openid4vc::AuthorizationRequest;
use serde_json::{Value, json};
use vc::bundled::ENROLMENT_VCT;
use vc::encoding::{b64url, sha256};
use vc::key::{Algorithm, SigningKey};
use vc::sd_jwt::Path;
use vc::x509::Chain;

use crate::world::World;

/// A key binding JWT by hand, so that each part can be wrong.
#[derive(Clone, Copy)]
pub(crate) struct Binding<'a> {
    pub(crate) typ: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) iat: i64,
    pub(crate) over: &'a str,
}

impl Binding<'_> {
    pub(crate) fn sign(&self, shown: &str, key: &SigningKey) -> String {
        let header = json!({"typ": self.typ});
        let payload = json!({"aud": self.audience, "nonce": self.nonce, "iat": self.iat, "sd_hash": b64url(sha256(self.over.as_bytes()))});
        let jwt = vc::jws::sign(header.as_object().unwrap(), payload.to_string().as_bytes(), key).unwrap();
        format!("{shown}{jwt}")
    }
}

async fn rejected(world: &World, id: &Value, request: &AuthorizationRequest, row: &str, presentation: &str) {
    let reply = world.answer(request, presentation).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{row}: {}", reply.text);
    assert_eq!(reply.json(), json!({"error": "invalid_request"}), "{row}");
    let became = world.state(id).await;
    assert_eq!((became["state"].as_str(), became["claims"].is_null(), became["report"].is_null()), (Some("opened"), true, true), "{row}");
}

#[tokio::test]
async fn rows_v() {
    let world = World::new().await;
    for mode in ["direct_post.jwt", "direct_post"] {
        let asked = world.ask(json!({"response_mode": mode})).await;
        let id = asked["id"].clone();
        let other = world.ask(json!({})).await;
        let request = world.open(asked["wallet_link"].as_str().unwrap()).await;
        let elsewhere = world.open(other["wallet_link"].as_str().unwrap()).await;
        let now = world.clock_seconds();
        let credential = world.valid_credential();
        let shown = world.revealed(&credential).to_string();
        let client = request.client_id.as_str().to_owned();
        let right = Binding { typ: "kb+jwt", audience: &client, nonce: &request.nonce, iat: now, over: &shown };
        let holder = &world.holder;

        rejected(&world, &id, &request, "V1", &shown).await;
        let bare = client.split_once(':').unwrap().1;
        rejected(&world, &id, &request, "V2", &Binding { audience: bare, ..right }.sign(&shown, holder)).await;
        rejected(&world, &id, &request, "V3", &Binding { nonce: &elsewhere.nonce, ..right }.sign(&shown, holder)).await;
        assert_eq!(world.state(&other["id"]).await["state"], "opened", "V3: the other stays open too");
        rejected(&world, &id, &request, "V4 old", &Binding { iat: now - 600, ..right }.sign(&shown, holder)).await;
        rejected(&world, &id, &request, "V4 ahead", &Binding { iat: now + 120, ..right }.sign(&shown, holder)).await;
        rejected(&world, &id, &request, "V5 binding", &Binding { typ: "JWT", ..right }.sign(&shown, holder)).await;
        let untyped = world.revealed(&world.credential_typed(now + 86_400, "JWT")).to_string();
        rejected(&world, &id, &request, "V5 credential", &Binding { over: &untyped, ..right }.sign(&untyped, holder)).await;
        let fewer = credential.reveal(&["given_name", "family_name"].map(Path::key)).unwrap().to_string();
        rejected(&world, &id, &request, "V6", &Binding { over: &fewer, ..right }.sign(&shown, holder)).await;
        let thief = SigningKey::generate(Algorithm::Es256).unwrap();
        rejected(&world, &id, &request, "V7", &right.sign(&shown, &thief)).await;
        let flipped = flip_payload(&shown);
        rejected(&world, &id, &request, "V8", &Binding { over: &flipped, ..right }.sign(&flipped, holder)).await;
        let foreign = format!("{shown}{}~", b64url(r#"["c2FsdHNhbHRzYWx0c2FsdA","extra",true]"#));
        rejected(&world, &id, &request, "V10", &Binding { over: &foreign, ..right }.sign(&foreign, holder)).await;
        rejected(&world, &id, &request, "V19", &Binding { over: &fewer, ..right }.sign(&fewer, holder)).await;
        rejected(&world, &id, &request, "unreadable", "nonsense").await;

        let accepted = world.answer(&request, &right.sign(&shown, holder)).await;
        assert_eq!(accepted.status, StatusCode::OK, "{}", accepted.text);
    }
}

pub(crate) fn flip_payload(shown: &str) -> String {
    let (jwt, disclosures) = shown.split_once('~').unwrap();
    let parts: Vec<&str> = jwt.split('.').collect();
    let payload = String::from_utf8(vc::encoding::b64url_decode(parts[1]).unwrap()).unwrap().replace("associated", "associateD");
    format!("{}.{}.{}~{disclosures}", parts[0], b64url(payload), parts[2])
}

/// A disclosure of this content, and its digest.
fn disclosure(content: &Value) -> (String, String) {
    let text = b64url(content.to_string());
    let digest = b64url(sha256(text.as_bytes()));
    (text, digest)
}

/// What the institution itself could have signed and never would.
#[tokio::test]
async fn rows_v_of_what_was_signed() {
    let world = World::new().await;
    // V18 asks for a verifier that wants no credential that is over: others get it, and the report says so.
    let asked = world.ask(json!({"response_mode": "direct_post", "accept_expired": false})).await;
    let id = asked["id"].clone();
    let request = world.open(asked["wallet_link"].as_str().unwrap()).await;
    let now = world.clock_seconds();
    let client = request.client_id.as_str().to_owned();
    let bound = |shown: &str| {
        let binding = Binding { typ: "kb+jwt", audience: &client, nonce: &request.nonce, iat: now, over: shown };
        binding.sign(shown, &world.holder)
    };
    let shown = world.revealed(&world.valid_credential());
    let plain = shown.to_string();
    for alg in ["none", "HS256", "ES256K", "ES384"] {
        let (jwt, disclosures) = plain.split_once('~').unwrap();
        let mut header = shown.jwt().header().clone();
        header.insert("alg".into(), alg.into());
        let bent = format!("{}.{}~{disclosures}", b64url(Value::Object(header).to_string()), jwt.split_once('.').unwrap().1);
        rejected(&world, &id, &request, &format!("V9 {alg}"), &bound(&bent)).await;
    }
    let first = shown.disclosures()[0].as_str().to_owned();
    rejected(&world, &id, &request, "V11", &bound(&format!("{plain}{first}~"))).await;

    let with = |row: &str, extra: Option<String>, change: &dyn Fn(&mut Value)| {
        (row.to_owned(), bound(&world.signed_anew(&shown, change, extra.as_deref())))
    };
    let hidden = |content: Value| disclosure(&content);
    let add = |digest: String| move |payload: &mut Value| payload["_sd"].as_array_mut().unwrap().push(json!(digest));
    let mut rows = vec![
        with("V12 in one list", None, &|payload| {
            let digest = payload["_sd"][0].clone();
            payload["_sd"].as_array_mut().unwrap().push(digest);
        }),
        with("V12 on two levels", None, &|payload| payload["deeper"] = json!({"_sd": [payload["_sd"][0]]})),
        with("V12 in an array too", None, &|payload| payload["list"] = json!([{"...": payload["_sd"][0]}])),
        // Clocks may differ by a minute.
        with("V18 over", None, &|payload| payload["exp"] = json!(now - 61)),
        with("V18 not yet", None, &|payload| payload["nbf"] = json!(now + 3600)),
        with("V19 another type", None, &|payload| payload["vct"] = json!(vc::bundled::MICROCREDENTIAL_VCT)),
    ];
    for (row, content) in [
        ("V13 _sd", json!(["salt", "_sd", ["x"]])),
        ("V13 ...", json!(["salt", "...", "x"])),
        ("V14", json!(["salt", "institution_name", "Een andere"])),
        ("V15 an element in an object", json!(["salt", "x"])),
    ] {
        let (text, digest) = hidden(content);
        rows.push(with(row, Some(text), &add(digest)));
    }
    let (text, digest) = hidden(json!(["salt", "name", "x"]));
    rows.push(with("V15 a member in an array", Some(text), &|payload| payload["list"] = json!([{"...": digest}])));
    for alg in [json!("md5"), json!("SHA-256"), json!("sha-256-32"), json!(256)] {
        rows.push(with(&format!("V16 {alg}"), None, &|payload| payload["_sd_alg"] = alg.clone()));
    }
    let (text, digest) = hidden(json!(["salt", "exp", now + 86_400]));
    rows.push(with("V17", Some(text), &|payload| {
        payload.as_object_mut().unwrap().remove("exp");
        add(digest.clone())(payload);
    }));
    for (row, presentation) in rows {
        rejected(&world, &id, &request, &row, &presentation).await;
    }

    let (_, unchanged) = with("as it was", None, &|_| {});
    let accepted = world.answer(&request, &unchanged).await;
    assert_eq!(accepted.status, StatusCode::OK, "{}", accepted.text);
}

#[tokio::test]
async fn what_is_no_message_is_rejected() {
    let world = World::new().await;
    let asked = world.ask(json!({"response_mode": "direct_post"})).await;
    let request = world.open(asked["wallet_link"].as_str().unwrap()).await;
    let (path, state) = (request.response_uri.path(), request.state.as_deref().unwrap());
    let good = world.presentation(&request, &world.valid_credential());
    let encode = |pairs: &[(&str, &str)]| url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let token = |value: Value| value.to_string();
    let bodies = [
        ("V20 foreign id", encode(&[("vp_token", &token(json!({"other": [good]}))), ("state", state)])),
        ("V20 two", encode(&[("vp_token", &token(json!({"enrolment": [good, good]}))), ("state", state)])),
        ("V20 no array", encode(&[("vp_token", &token(json!({"enrolment": good}))), ("state", state)])),
        ("no state", encode(&[("vp_token", &token(json!({"enrolment": [good]})))])),
        ("wrong state", encode(&[("vp_token", &token(json!({"enrolment": [good]}))), ("state", "AAAA")])),
        ("no answer", encode(&[("state", state)])),
        ("both", encode(&[("vp_token", "{}"), ("error", "access_denied"), ("state", state)])),
        ("twice", format!("{0}&{0}", encode(&[("state", state)]))),
        ("refusal without state", encode(&[("error", "access_denied")])),
        ("foreign jwe", encode(&[("response", "a.b.c.d.e")])),
    ];
    for (row, body) in bodies {
        let reply = world.form(path, body).await;
        assert_eq!((reply.status, reply.json()), (StatusCode::BAD_REQUEST, json!({"error": "invalid_request"})), "{row}: {}", reply.text);
        assert_eq!(world.state(&asked["id"]).await["state"], "opened", "{row}");
    }
    // A request that wants encryption takes no plain answer.
    let sealed = world.ask(json!({})).await;
    let request = world.open(sealed["wallet_link"].as_str().unwrap()).await;
    let good = world.presentation(&request, &world.valid_credential());
    let plain = encode(&[("vp_token", &token(json!({"enrolment": [good]}))), ("state", request.state.as_deref().unwrap())]);
    assert_eq!(world.form(request.response_uri.path(), plain).await.status, StatusCode::BAD_REQUEST);
}

/// One message that reads as two things: a genuine SD-JWT in its JSON form, and a presentation of a credential that nobody signed.
/// What is checked is what is handed on, or nothing is.
#[tokio::test]
async fn what_is_checked_is_what_is_handed_on() {
    let world = World::new().await;
    world.edit_register(|register| register["parties"][1]["asks"][0]["claims"] = json!({"enrolment": ["*"]}));
    let kind = vc::bundled::by_short_name("enrolment").unwrap();
    let document = json!({"@context": kind.w3c.contexts, "type": ["AcademicEnrollmentCredential"]});
    let types = openid4vc::dcql::types(document.as_object().unwrap(), vc::json_ld::context);
    let types: Vec<_> = types.into_iter().filter(|name| name.contains("://")).collect();
    let query = json!({"credentials": [{"id": "enrolment", "format": "ldp_vc", "meta": {"type_values": [types]}}]});
    let asked = world.ask(json!({"use_case": null, "dcql_query": query, "response_mode": "direct_post"})).await;
    let request = world.open(asked["wallet_link"].as_str().unwrap()).await;
    let genuine = world.presentation(&request, &world.valid_credential());
    let parts: Vec<&str> = genuine.split('~').collect();
    let (kb_jwt, disclosures) = parts[1..].split_last().unwrap();
    let jwt: Vec<&str> = parts[0].split('.').collect();
    let forged = json!({
        "@context": kind.w3c.contexts, "type": kind.w3c.types, "issuer": "https://issuer.example",
        "credentialSubject": {"type": "AcademicEnrollment", "name": "Geneeskunde"},
    });
    let both = json!({
        "protected": jwt[0], "payload": jwt[1], "signature": jwt[2], "header": {"disclosures": disclosures, "kb_jwt": kb_jwt},
        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"], "verifiableCredential": [forged],
        "proof": {"type": "DataIntegrityProof"},
    });
    rejected(&world, &asked["id"], &request, "two in one", &both.to_string()).await;
}

#[tokio::test]
async fn an_authority_that_was_asked_for_stands_behind_what_is_shown() {
    let world = World::new().await;
    let credential = world.valid_credential();
    let keys = Chain::from_x5c(&credential.jwt().x5c().unwrap()).unwrap().authority_keys();
    assert_eq!(keys.len(), 1);
    for (key, answered) in [(keys[0].as_str(), StatusCode::OK), ("AAAA", StatusCode::BAD_REQUEST)] {
        let claims: Vec<Value> =
            ["given_name", "family_name", "is_enrolled", "name", "startDate"].map(|name| json!({"path": [name]})).to_vec();
        let query = json!({"credentials": [{
            "id": "enrolment", "format": "dc+sd-jwt", "meta": {"vct_values": [ENROLMENT_VCT]}, "claims": claims,
            "trusted_authorities": [{"type": "aki", "values": [key]}],
        }]});
        let asked = world.ask(json!({"use_case": null, "dcql_query": query})).await;
        let request = world.open(asked["wallet_link"].as_str().unwrap()).await;
        let reply = world.answer(&request, &world.presentation(&request, &credential)).await;
        assert_eq!(reply.status, answered, "{key} {}", reply.text);
        assert_eq!(world.state(&asked["id"]).await["state"], if answered == StatusCode::OK { "received" } else { "opened" });
    }
}
