//! Every configuration: issued, asked for again, revoked together, and what its reader gets.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use vc::data_integrity::{self, ExpectedProof, KeyProblem, Keys, Purpose, ResolvedKey};
use vc::did::{Document, Relationship};
use vc::encoding::b64url_decode;
use vc::key::{Algorithm, Jwk, SigningKey, VerifyingKey};
use vc::sd_jwt::SdJwt;
use vc::vcdm::{self, Credential};
use vc::{bundled, json_ld, open_badge};

use super::{Answer, App, KEY, On, SLUG, enrolment, error, identifier, microcredential, on_each_database};

on_each_database! {
    every_form_is_issued_and_given_again_byte_for_byte,
    a_badge_is_one_for_everybody,
    a_badge_as_jwt_says_everything_twice_the_same,
    a_proof_of_enrolment_as_w3c_credential_names_nobody,
    one_status_for_all_forms,
    forms_are_notified_one_by_one,
    achievements_are_served_under_their_address,
    names_are_as_sources_have_them,
    copies_share_nothing_but_what_is_public,
}

pub(super) const MICROCREDENTIAL: [&str; 3] = ["microcredential-sd-jwt", "microcredential-open-badge", "microcredential-open-badge-jwt"];
const ENROLMENT: [&str; 2] = ["enrolment-sd-jwt", "enrolment-vc"];

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

pub(super) fn request(configuration: &str, proof: &str) -> Value {
    json!({"credential_configuration_id": configuration, "proofs": {"jwt": [proof]}})
}

impl App {
    /// An offer of an award in several forms: the API's answer.
    pub(super) async fn offered_as(&self, body: &Value, configurations: &[&str]) -> Value {
        let award = self.award(body).await;
        assert_eq!(award.status, StatusCode::CREATED, "{}", award.body);
        let offer = self.offer(&json!({"award": award.text("/id"), "credential_configuration_ids": configurations})).await;
        assert_eq!(offer.status, StatusCode::CREATED, "{}", offer.body);
        offer.json()
    }

    pub(super) async fn form_of(&self, token: &str, configuration: &str, holder: &SigningKey) -> Answer {
        self.credential(Some(token), &request(configuration, &self.proof(holder).await)).await
    }
}

/// The institution's keys as its DID document has them.
struct DidKeys(Document, String);

impl DidKeys {
    async fn of(app: &App) -> Self {
        let did = vc::did::web_did(&identifier()).unwrap();
        let document = app.get(&format!("/{SLUG}/did.json")).await.body;
        Self(Document::parse(document.as_bytes(), &did).unwrap(), did)
    }

    fn jwk(&self, method: &str) -> Option<Jwk> {
        self.0.key(method, Relationship::AssertionMethod).cloned()
    }
}

impl Keys for DidKeys {
    fn key(&self, method: &str, _: Purpose) -> Result<ResolvedKey, KeyProblem> {
        Ok(ResolvedKey { jwk: self.jwk(method).ok_or(KeyProblem::Unknown)?, controller: self.1.clone() })
    }
}

fn proved(app: &App, document: &Value, keys: &DidKeys) {
    let now = app.now().seconds();
    let expected = ExpectedProof { purpose: Purpose::AssertionMethod, challenge: None, domain: None, now, clock_tolerance: 60 };
    let proofs = data_integrity::verify(document.as_object().unwrap(), keys, &expected).unwrap();
    assert_eq!(proofs.len(), 1);
    assert_eq!(proofs[0].cryptosuite.name(), "eddsa-rdfc-2022");
    assert!(document["proof"].is_array());
}

async fn every_form_is_issued_and_given_again_byte_for_byte(on: On) {
    let app = App::new(on).await;
    for (body, configurations) in [(microcredential(), &MICROCREDENTIAL[..]), (enrolment(), &ENROLMENT[..])] {
        let offer = app.offered_as(&body, configurations).await;
        assert_eq!(offer["credential_offer"]["credential_configuration_ids"], json!(configurations));
        let token = app.token(&offer).await;
        let mut first = Vec::new();
        for configuration in configurations {
            let holder = key();
            let answer = app.form_of(&token, configuration, &holder).await;
            assert_eq!(answer.status, StatusCode::OK, "{configuration}: {}", answer.body);
            assert_eq!(
                answer.json()["credentials"][0]["credential"].is_object(),
                ["microcredential-open-badge", "enrolment-vc"].contains(configuration)
            );
            first.push((holder, answer.body));
        }
        for (configuration, (holder, body)) in configurations.iter().zip(&first) {
            assert_eq!(&app.form_of(&token, configuration, holder).await.body, body, "{configuration}");
            let other = app.form_of(&token, configuration, &key()).await;
            assert_eq!(other.error(), error(400, "credential_request_denied"), "{configuration}");
        }
    }
    assert_eq!(app.issued().await, 5);
    assert_eq!(app.rows("credential.issued", "done").await, 5);
}

async fn a_badge_is_one_for_everybody(on: On) {
    let app = App::new(on).await;
    let offer = app.offered_as(&microcredential(), &["microcredential-open-badge"]).await;
    let holder = key();
    let answer = app.form_of(&app.token(&offer).await, "microcredential-open-badge", &holder).await;
    let badge = answer.json()["credentials"][0]["credential"].clone();
    proved(&app, &badge, &DidKeys::of(&app).await);
    let mut unsigned = badge.as_object().unwrap().clone();
    unsigned.remove("proof");
    json_ld::check_terms(&unsigned).unwrap();
    assert_eq!(badge["@context"], json!(bundled::OPEN_BADGE_CONTEXTS));
    assert_eq!(badge["issuer"]["id"], "did:web:localhost%3A8081:hogeschool-voorbeeld");
    assert_eq!(badge["credentialSubject"]["id"], vc::did::jwk_did(&holder.public_jwk().unwrap()));
    assert!(badge["id"].as_str().unwrap().starts_with("urn:uuid:"));
    assert_eq!(badge["validFrom"], "2026-11-22T00:00:00Z");
    assert_eq!(badge["awardedDate"], "2026-02-01T00:00:00Z");
    for (entry, purpose) in badge["credentialStatus"].as_array().unwrap().iter().zip(["revocation", "suspension"]) {
        assert_eq!((&entry["type"], &entry["statusPurpose"]), (&json!("BitstringStatusListEntry"), &json!(purpose)));
        let list = entry["statusListCredential"].as_str().unwrap();
        assert!(list.starts_with(&format!("{}/status/", identifier())) && list.ends_with(purpose), "{list}");
        assert_eq!(entry["statusListIndex"], badge["credentialStatus"][0]["statusListIndex"]);
    }
    let schema = bundled::by_short_name("microcredential").unwrap().w3c.schema_id;
    assert_eq!(badge["credentialSchema"], json!([{"id": schema, "type": "1EdTechJsonSchemaValidator2019"}]));
    let achievement = &badge["credentialSubject"]["achievement"];
    assert_eq!((&achievement["ECTS"], &achievement["creditsAvailable"], achievement.get("SBU")), (&json!(5), &json!(5), None));
    let kinds: Vec<&str> = achievement["alignment"].as_array().unwrap().iter().map(|one| one["targetType"].as_str().unwrap()).collect();
    assert_eq!(kinds[..2], ["ext:EQF", "ext:QualityAssurance"]);
    assert_eq!(achievement["alignment"][1]["targetFramework"], "kwaliteitskader-ho@1");
    assert_eq!(achievement["resultDescription"][0]["requiredValue"], "5.5");
    assert_eq!(badge["credentialSubject"]["result"][0]["value"], "8");
    assert_eq!(badge["credentialSubject"]["result"][0]["resultDescription"], achievement["resultDescription"][0]["id"]);
    let parsed = Credential::parse(badge.as_object().unwrap().clone()).unwrap();
    let read = open_badge::check(&parsed).unwrap();
    assert!(matches!(read.image, Some(open_badge::Picture::Embedded { .. })));
    for said in ["Samira", "Vries", "2004-05-17", super::EDUID] {
        assert!(!badge.to_string().contains(said), "{said}");
    }
}

async fn a_badge_as_jwt_says_everything_twice_the_same(on: On) {
    let app = App::new(on).await;
    let offer = app.offered_as(&microcredential(), &["microcredential-open-badge-jwt"]).await;
    let text = app.form_of(&app.token(&offer).await, "microcredential-open-badge-jwt", &key()).await.text("/credentials/0/credential");
    let read = vcdm::jwt::read(&text).unwrap();
    assert_eq!(read.dialect(), vcdm::jwt::Dialect::JwtVcJson);
    let header: Value = serde_json::from_slice(&b64url_decode(text.split('.').next().unwrap()).unwrap()).unwrap();
    let kid = header["kid"].as_str().unwrap();
    assert_eq!((&header["alg"], &header["typ"], header.as_object().unwrap().len()), (&json!("ES256"), &json!("JWT"), 3));
    let jwk = DidKeys::of(&app).await.jwk(kid).unwrap();
    let badge = Value::Object(read.verify(&VerifyingKey::from_jwk(&jwk).unwrap()).unwrap().clone());
    let payload: Value = serde_json::from_slice(&b64url_decode(text.split('.').nth(1).unwrap()).unwrap()).unwrap();
    assert!(payload.get("vc").is_none());
    assert_eq!(payload["iss"], badge["issuer"]["id"]);
    assert_eq!(payload["jti"], badge["id"]);
    assert_eq!(payload["sub"], badge["credentialSubject"]["id"]);
    assert_eq!(payload["nbf"].as_i64().unwrap(), app.now().day_start().seconds());
    assert!(badge.get("proof").is_none());
}

async fn a_proof_of_enrolment_as_w3c_credential_names_nobody(on: On) {
    let app = App::new(on).await;
    let offer = app.offered_as(&enrolment(), &["enrolment-vc"]).await;
    let answer = app.form_of(&app.token(&offer).await, "enrolment-vc", &key()).await;
    let credential = answer.json()["credentials"][0]["credential"].clone();
    proved(&app, &credential, &DidKeys::of(&app).await);
    assert_eq!(credential["type"], json!(["VerifiableCredential", "AcademicEnrollmentCredential"]));
    let about = &credential["credentialSubject"];
    for (claim, value) in [
        ("crohoCreboCode", "34401"),
        ("name", "Communicatie"),
        ("phase", "bachelor"),
        ("modeOfStudy", "full-time"),
        ("institutionBRINCode", "98HV"),
        ("startDate", "2026-09-01"),
        ("endDate", "2027-08-31"),
        ("as_of", "2026-11-22"),
    ] {
        assert_eq!(about[claim], value, "{claim}");
    }
    assert_eq!(about["is_enrolled"], true);
    assert!(credential["validUntil"].as_str().unwrap().ends_with("T00:00:00Z"));
    assert!(!credential.to_string().contains("Samira"));
}

async fn one_status_for_all_forms(on: On) {
    let app = App::new(on).await;
    let offer = app.offered_as(&microcredential(), &MICROCREDENTIAL).await;
    let token = app.token(&offer).await;
    for configuration in MICROCREDENTIAL {
        assert_eq!(app.form_of(&token, configuration, &key()).await.status, StatusCode::OK);
    }
    let list = || async { app.api(Method::GET, "/api/v1/credentials", Some(KEY), None).await.json()["items"].as_array().unwrap().clone() };
    let ids: Vec<String> = list().await.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 3);
    let set = |status: &'static str| {
        let (app, path) = (&app, format!("/api/v1/credentials/{}/status", ids[1]));
        async move { app.api(Method::POST, &path, Some(KEY), Some(&json!({"status": status, "reason": "nagekeken"}))).await }
    };
    for status in ["suspended", "valid", "revoked"] {
        assert_eq!(set(status).await.status, StatusCode::OK);
        assert!(list().await.iter().all(|item| item["status"] == status), "{status}");
    }
    assert_eq!(app.rows("credential.status", "revoked").await, 3);
    assert_eq!(set("valid").await.error(), error(409, "status_final"));
}

async fn forms_are_notified_one_by_one(on: On) {
    let app = App::new(on).await;
    let offer = app.offered_as(&microcredential(), &MICROCREDENTIAL).await;
    let token = app.token(&offer).await;
    let holder = key();
    let mut told = Vec::new();
    for configuration in &MICROCREDENTIAL[..2] {
        told.push(app.form_of(&token, configuration, &holder).await.text("/notification_id"));
    }
    assert_ne!(told[0], told[1]);
    let notify = |id: String| {
        let (app, token) = (&app, token.clone());
        let body = json!({"notification_id": id, "event": "credential_accepted"});
        async move { app.api(Method::POST, "/notification", Some(&token), Some(&body)).await.status }
    };
    assert_eq!(notify(told[0].clone()).await, StatusCode::NO_CONTENT);
    // The one that is told of is not given again; the others are, and the last can still be collected.
    let again = app.form_of(&token, MICROCREDENTIAL[0], &holder).await;
    assert_eq!(again.error(), error(400, "credential_request_denied"));
    assert_eq!(app.form_of(&token, MICROCREDENTIAL[1], &holder).await.status, StatusCode::OK);
    let last = app.form_of(&token, MICROCREDENTIAL[2], &holder).await;
    assert_eq!(last.status, StatusCode::OK);
    let path = format!("/{SLUG}/offers/{}", offer["id"].as_str().unwrap());
    assert_eq!(notify(told[1].clone()).await, StatusCode::NO_CONTENT);
    assert_eq!(app.get(&path).await.status, StatusCode::OK);
    let token = app.token(&json!({"credential_offer": app.get(&path).await.json(), "tx_code": offer["tx_code"]})).await;
    let body = json!({"notification_id": last.text("/notification_id"), "event": "credential_accepted"});
    assert_eq!(app.api(Method::POST, "/notification", Some(&token), Some(&body)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(app.get(&path).await.error(), error(410, "offer_gone"));
}

async fn achievements_are_served_under_their_address(on: On) {
    let app = App::new(on).await;
    let offer = app.offered_as(&microcredential(), &["microcredential-open-badge"]).await;
    let answer = app.form_of(&app.token(&offer).await, "microcredential-open-badge", &key()).await;
    let achievement = answer.json()["credentials"][0]["credential"]["credentialSubject"]["achievement"].clone();
    let path = achievement["id"].as_str().unwrap().strip_prefix(super::ORIGIN).unwrap().to_owned();
    let served = app.get(&path).await;
    assert_eq!((served.status, &served.headers["content-type"]), (StatusCode::OK, &"application/ld+json".parse().unwrap()));
    let mut document = served.json();
    assert_eq!(document["@context"], json!(bundled::OPEN_BADGE_CONTEXTS));
    document.as_object_mut().unwrap().remove("@context");
    assert_eq!(document, achievement);
    let page = super::request(Method::GET, &path, None).header("accept", "text/html").body(axum::body::Body::empty()).unwrap();
    assert!(app.send(page).await.body.contains("Data-analyse basis"));
    let path = format!("/{SLUG}/achievements/data-analyse-basis");
    let request = super::request(Method::GET, &path, None).header("accept", "application/ld+json").body(axum::body::Body::empty()).unwrap();
    let template = app.send(request).await.json();
    assert_eq!((&template["name"], &template["ECTS"]), (&json!("Data-analyse basis"), &json!(5)));
    assert_eq!(app.get(&format!("/{SLUG}/achievements/unknown")).await.status, StatusCode::NOT_FOUND);
    let id = achievement["id"].as_str().unwrap().rsplit('/').next().unwrap();
    let elsewhere = format!("/roc-voorbeeld/achievements/{id}");
    assert_eq!(app.get(&elsewhere).await.status, StatusCode::NOT_FOUND);
}

async fn names_are_as_sources_have_them(on: On) {
    let app = App::new(on).await;
    for (number, (learner, expected)) in [
        (json!({"given_name": "Samira", "family_name_prefix": "de", "family_name": "Vries"}), json!(["Samira", "de", "de Vries"])),
        (json!({"given_name": "Suharto"}), json!(["Suharto", null, null])),
        (json!({"family_name": "Sukarno"}), json!([null, null, "Sukarno"])),
        (json!({"given_name": "سميرة", "family_name": "الحسن"}), json!(["سميرة", null, "الحسن"])),
    ]
    .into_iter()
    .enumerate()
    {
        let mut body = microcredential();
        body["reference"] = json!(format!("name-{number}"));
        body["learner"] = learner;
        body["learner"]["eduid"] = json!(format!("eduid-{number}"));
        let offer = app.offered_as(&body, &["microcredential-sd-jwt"]).await;
        let text = app.form_of(&app.token(&offer).await, "microcredential-sd-jwt", &key()).await.text("/credentials/0/credential");
        let claims = SdJwt::parse(&text).unwrap().disclosed_claims().clone();
        let said: Vec<Value> =
            ["given_name", "family_name_prefix", "family_name"].iter().map(|name| claims.get(*name).cloned().unwrap_or_default()).collect();
        assert_eq!(json!(said), expected);
        assert_eq!(claims["holder_identity"]["name_source"], "institution");
    }
    for (learner, refused) in [
        (json!({"eduid": "x"}), error(400, "malformed")),
        (json!({"eduid": "x", "given_name": ""}), error(400, "malformed")),
        (json!({"eduid": "x", "given_name": "Sam\u{0}"}), error(400, "malformed")),
        (json!({"eduid": "x", "given_name": "Jo", "family_name_prefix": "de"}), error(400, "malformed")),
        (json!({"eduid": "x", "given_name": "Sam\u{202e}ira"}), error(422, "not_for_a_credential")),
    ] {
        let mut body = microcredential();
        body["learner"] = learner;
        assert_eq!(app.award(&body).await.error(), refused, "{}", body["learner"]);
    }
}

/// What is the same in every copy is what the institution says of itself, of the course and of the type.
async fn copies_share_nothing_but_what_is_public(on: On) {
    let app = App::new(on).await;
    let mut texts = Vec::new();
    for reference in ["a", "b"] {
        let mut body = microcredential();
        body["reference"] = json!(reference);
        let offer = app.offered_as(&body, &["microcredential-open-badge"]).await;
        let answer = app.form_of(&app.token(&offer).await, "microcredential-open-badge", &key()).await;
        texts.push(answer.json()["credentials"][0]["credential"].clone());
        app.clock.advance_seconds(3_600);
    }
    let (one, two) = (&texts[0], &texts[1]);
    for different in ["/id", "/credentialSubject/id", "/credentialStatus/0/id", "/proof/0/proofValue"] {
        assert_ne!(one.pointer(different), two.pointer(different), "{different}");
    }
    for same in ["/issuer", "/validFrom", "/awardedDate", "/credentialSubject/achievement", "/proof/0/created"] {
        assert_eq!(one.pointer(same), two.pointer(same), "{same}");
    }
}
