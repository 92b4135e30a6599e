//! Withdrawing and suspending, and what the published list says of it.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use storage::issuer::status_list::CredentialStatus;
use vc::data_integrity::{ExpectedProof, KeyProblem, Keys, Purpose as ProofPurpose, ResolvedKey};
use vc::did::{Document, Relationship};
use vc::key::{Algorithm, SigningKey};
use vc::sd_jwt::SdJwt;
use vc::status_list::{BitstringList, CheckedList, Purpose, Standing, Status, StatusEntry, TokenKeys, read_token};
use vc::trust::{IssuerState, Trust, TrustedIssuer};

use super::{Answer, App, KEY, ORIGIN, On, SLUG, error, identifier, on_each_database};

on_each_database! {
    a_change_shows_in_the_list_at_once,
    the_list_is_public_cached_and_has_no_past,
    a_change_shows_although_the_server_that_made_it_is_behind,
    lists_are_made_anew_before_they_end,
    every_list_is_named_in_one_place,
    only_the_institution_changes_its_own_credentials,
    the_same_idempotency_key_changes_nothing_again,
    the_list_of_credentials_is_read_page_by_page,
    a_verifier_with_the_anchor_alone_accepts_the_credential,
}

/// One collected credential: its id at the API, the address of its list, its index.
async fn collected(app: &App) -> (String, String, usize) {
    let (_, offer) = app.offered().await;
    let text = app.collect(&offer, &SigningKey::generate(Algorithm::Es256).unwrap()).await;
    let credential = SdJwt::parse(&text).unwrap();
    let status = &credential.disclosed_claims()["status"]["status_list"];
    let list = app.api(Method::GET, "/api/v1/credentials", Some(KEY), None).await.json();
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    (id, status["uri"].as_str().unwrap().to_owned(), usize::try_from(status["idx"].as_u64().unwrap()).unwrap())
}

fn trust(app: &App) -> Trust {
    Trust {
        register: "Testregister".into(),
        keeper: "Beheerder".into(),
        anchors: vec![app.authority.anchor_der().to_vec()],
        issuers: vec![TrustedIssuer {
            id: identifier(),
            name_nl: "Hogeschool".into(),
            name_en: "University".into(),
            logo: None,
            site: None,
            types: vec!["microcredential".into()],
            state: IssuerState::Admitted,
            keeps_register: false,
            ..TrustedIssuer::default()
        }],
        digest: None,
    }
}

async fn published(app: &App, uri: &str) -> Answer {
    app.get(uri.strip_prefix(ORIGIN).unwrap()).await
}

async fn status_of(app: &App, uri: &str, index: usize) -> Status {
    let answer = published(app, uri).await;
    let token = read_token(&answer.body, TokenKeys::Trust(&trust(app)), uri, app.now().seconds()).unwrap();
    assert_eq!(token.issuers, [identifier()]);
    token.list.status(index).unwrap()
}

/// The keys of an institution's DID document.
struct OfDocument(Document);

impl Keys for OfDocument {
    fn key(&self, verification_method: &str, _: ProofPurpose) -> Result<ResolvedKey, KeyProblem> {
        let jwk = self.0.key(verification_method, Relationship::AssertionMethod).ok_or(KeyProblem::Unknown)?;
        Ok(ResolvedKey { jwk: jwk.clone(), controller: self.0.id.clone() })
    }
}

/// A Bitstring list below the Token Status List at `uri`, its proof verified by the institution's DID document.
async fn bitstring(app: &App, uri: &str, purpose: Purpose) -> CheckedList {
    let uri = format!("{uri}/{}", purpose.as_str());
    let answer = published(app, &uri).await;
    assert_eq!(answer.headers["content-type"], "application/vc");
    let did = vc::did::web_did(&identifier()).unwrap();
    let document = Document::parse(app.get(&format!("/{SLUG}/did.json")).await.body.as_bytes(), &did).unwrap();
    let credential = answer.json().as_object().unwrap().clone();
    let expected = ExpectedProof {
        purpose: ProofPurpose::AssertionMethod,
        challenge: None,
        domain: None,
        now: app.now().seconds(),
        clock_tolerance: 0,
    };
    let proofs = vc::data_integrity::verify(&credential, &OfDocument(document), &expected).unwrap();
    assert_eq!((proofs.len(), proofs[0].controller.as_str(), proofs[0].jwk.algorithm()), (1, did.as_str(), Algorithm::EdDsa));
    let list = CheckedList::from(BitstringList::of_verified(&credential, &uri, app.now().seconds()).unwrap());
    assert!(list.is_tied_to(&did));
    list
}

/// What the two Bitstring lists say of an index.
async fn standings(app: &App, uri: &str, index: usize) -> [Standing; 2] {
    let mut said = Vec::new();
    for purpose in [Purpose::Revocation, Purpose::Suspension] {
        let list = bitstring(app, uri, purpose).await;
        let entry = StatusEntry::Bitstring { uri: list.uri().to_owned(), index: index as u64, purpose, size: 1 };
        said.push(list.standing(&entry, None).unwrap());
    }
    [said[0], said[1]]
}

async fn set(app: &App, id: &str, body: Value) -> Answer {
    app.api(Method::POST, &format!("/api/v1/credentials/{id}/status"), Some(KEY), Some(&body)).await
}

async fn a_change_shows_in_the_list_at_once(on: On) {
    let app = App::new(on).await;
    let (id, uri, index) = collected(&app).await;
    assert_eq!(status_of(&app, &uri, index).await, Status::Valid);
    assert_eq!(standings(&app, &uri, index).await, [Standing::Valid, Standing::Valid]);
    for (status, expected, bits) in [
        ("suspended", Status::Suspended, [Standing::Valid, Standing::Suspended]),
        ("valid", Status::Valid, [Standing::Valid, Standing::Valid]),
        ("revoked", Status::Invalid, [Standing::Revoked, Standing::Valid]),
    ] {
        let answer = set(&app, &id, json!({"status": status, "reason": "dubbel uitgereikt"})).await;
        assert_eq!((answer.status, answer.text("/status").as_str()), (StatusCode::OK, status));
        assert_eq!(status_of(&app, &uri, index).await, expected);
        assert_eq!(standings(&app, &uri, index).await, bits);
        // Its neighbours hold.
        assert_eq!(status_of(&app, &uri, index ^ 1).await, Status::Valid);
        assert_eq!(standings(&app, &uri, index ^ 1).await, [Standing::Valid, Standing::Valid]);
    }
    let app = app.restarted().await;
    assert_eq!(status_of(&app, &uri, index).await, Status::Invalid);
    assert_eq!(standings(&app, &uri, index).await, [Standing::Revoked, Standing::Valid]);
    let again = set(&app, &id, json!({"status": "revoked"})).await;
    assert_eq!(again.status, StatusCode::OK);
    for other in ["valid", "suspended"] {
        assert_eq!(set(&app, &id, json!({"status": other})).await.error(), error(409, "status_final"));
    }
    let history = app.api(Method::GET, &format!("/api/v1/credentials/{id}"), Some(KEY), None).await.json();
    let told: Vec<&str> = history["history"].as_array().unwrap().iter().map(|c| c["status"].as_str().unwrap()).collect();
    assert_eq!(told, ["suspended", "valid", "revoked"]);
    assert_eq!(history["history"][2]["reason"], "dubbel uitgereikt");
}

async fn the_list_is_public_cached_and_has_no_past(on: On) {
    let app = App::new(on).await;
    let (_, uri, _) = collected(&app).await;
    let path = uri.strip_prefix(ORIGIN).unwrap();
    for (path, media_type) in [
        (path.to_owned(), "application/statuslist+jwt"),
        (format!("{path}/revocation"), "application/vc"),
        (format!("{path}/suspension"), "application/vc"),
    ] {
        let answer = app.get(&path).await;
        assert_eq!(answer.headers["content-type"], media_type);
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
        assert_eq!(answer.headers["cache-control"], "public, max-age=2, must-revalidate");
        let etag = answer.headers["etag"].clone();
        let known = super::request(Method::GET, &path, None).header("if-none-match", etag).body(axum::body::Body::empty()).unwrap();
        let known = app.send(known).await;
        assert_eq!((known.status, known.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
        for question in ["time=1", "time=", "x=1&time=5"] {
            assert_eq!(app.get(&format!("{path}?{question}")).await.error(), error(501, "status_history"));
        }
        let gzip = super::request(Method::GET, &path, None).header("accept-encoding", "gzip").body(axum::body::Body::empty()).unwrap();
        let gzip = tower::ServiceExt::oneshot(app.router.clone(), gzip).await.unwrap();
        let codings: Vec<_> = gzip.headers().get_all("content-encoding").iter().collect();
        assert!(codings == ["gzip"] && gzip.headers()["vary"] == "Accept-Encoding");
        let packed = axum::body::to_bytes(gzip.into_body(), 1 << 20).await.unwrap();
        let plain = std::io::read_to_string(flate2::read::GzDecoder::new(packed.as_ref())).unwrap();
        assert_eq!(plain, answer.body);
    }
    for unknown in ["refresh", "message", "x"] {
        assert_eq!(app.get(&format!("{path}/{unknown}")).await.error(), error(404, "not_found"));
    }
    assert_eq!(app.get(&format!("/{SLUG}/status/unknown")).await.error(), error(404, "not_found"));
    // Another institution does not serve this one's list.
    assert_eq!(app.get(&path.replace(SLUG, "roc-voorbeeld")).await.status, StatusCode::NOT_FOUND);
}

/// A verifier keeps the list that was made last. So the time of a list is that of its last change, which only goes forward, and not
/// the clock of whichever server answers.
async fn a_change_shows_although_the_server_that_made_it_is_behind(on: On) {
    let app = App::new(on).await;
    let (id, uri, index) = collected(&app).await;
    let read = async |app: &App| {
        let text = published(app, &uri).await.body;
        read_token(&text, TokenKeys::Trust(&trust(app)), &uri, app.now().seconds()).unwrap()
    };
    set(&app, &id, json!({"status": "suspended"})).await;
    let ahead = read(&app).await;
    let mut tx = app.issuer.store().write().await.unwrap();
    let row = tx.credential(SLUG, &id).await.unwrap().unwrap();
    let behind = app.now().plus_seconds(-20);
    assert!(tx.change_status(&row, CredentialStatus::Revoked, ("by_institution", None), behind).await.unwrap());
    tx.commit().await.unwrap();
    let after = read(&app).await;
    assert_eq!((ahead.list.status(index), after.list.status(index)), (Some(Status::Suspended), Some(Status::Invalid)));
    assert!(CheckedList::from(after).may_replace(&CheckedList::from(ahead)));
}

async fn lists_are_made_anew_before_they_end(on: On) {
    let app = App::new(on).await;
    let (_, uri, _) = collected(&app).await;
    let first = published(&app, &uri).await;
    assert_eq!(published(&app, &uri).await.body, first.body);
    let bits = bitstring(&app, &uri, Purpose::Revocation).await;
    app.clock.advance_seconds(86_400);
    assert!(!bits.is_current(app.now().seconds()));
    assert_ne!(published(&app, &uri).await.body, first.body);
    let anew = bitstring(&app, &uri, Purpose::Revocation).await;
    assert!(anew.is_current(app.now().plus_seconds(86_400 - 900).seconds()) && anew.made_at() > bits.made_at());
}

async fn every_list_is_named_in_one_place(on: On) {
    let app = App::new(on).await;
    let (_, uri, _) = collected(&app).await;
    let metadata = app.get(&format!("/.well-known/oauth-authorization-server/{SLUG}")).await.json();
    let address = metadata["status_list_aggregation_endpoint"].as_str().unwrap();
    assert_eq!(address, format!("{}/status", identifier()));
    let answer = app.get(address.strip_prefix(ORIGIN).unwrap()).await;
    assert_eq!(
        (&answer.headers["content-type"], &answer.headers["access-control-allow-origin"]),
        (&"application/json".parse().unwrap(), &"*".parse().unwrap())
    );
    let named: Vec<String> = serde_json::from_value(answer.json()["status_lists"].clone()).unwrap();
    assert!(named.contains(&uri));
    for uri in named {
        assert_eq!(status_of(&app, &uri, 0).await, Status::Valid);
    }
    assert_eq!(app.get("/roc-voorbeeld/status").await.json(), json!({"status_lists": []}));
}

async fn only_the_institution_changes_its_own_credentials(on: On) {
    let app = App::new(on).await;
    let (id, _, _) = collected(&app).await;
    let path = format!("/roc-voorbeeld/api/v1/credentials/{id}/status");
    let foreign = super::request(Method::POST, &path, Some(super::OTHER_KEY))
        .header("content-type", "application/json")
        .body(axum::body::Body::from(json!({"status": "revoked"}).to_string()))
        .unwrap();
    assert_eq!(app.send(foreign).await.error(), error(404, "not_found"));
    assert_eq!(set(&app, &id, json!({"status": "gone"})).await.error(), error(422, "status"));
    assert_eq!(set(&app, &id, json!({"status": "revoked", "index": 1})).await.error(), error(400, "malformed"));
}

async fn the_same_idempotency_key_changes_nothing_again(on: On) {
    let app = App::new(on).await;
    let (id, _, _) = collected(&app).await;
    let path = format!("/{SLUG}/api/v1/credentials/{id}/status");
    let send = |body: Value| {
        let request = super::request(Method::POST, &path, Some(KEY)).header("content-type", "application/json");
        app.send(request.header("idempotency-key", "once").body(axum::body::Body::from(body.to_string())).unwrap())
    };
    let suspended = send(json!({"status": "suspended", "reason": " "})).await;
    assert_eq!((suspended.text("/status").as_str(), &suspended.json()["history"][0]["reason"]), ("suspended", &Value::Null));
    set(&app, &id, json!({"status": "valid"})).await;
    assert_eq!(send(json!({"status": "suspended", "reason": " "})).await.body, suspended.body);
    assert_eq!(send(json!({"status": "revoked"})).await.error(), error(422, "idempotency_mismatch"));
    let now = app.api(Method::GET, &format!("/api/v1/credentials/{id}"), Some(KEY), None).await;
    assert_eq!(now.text("/status"), "valid");
}

async fn the_list_of_credentials_is_read_page_by_page(on: On) {
    let app = App::new(on).await;
    let mut made = Vec::new();
    for reference in ["one", "two", "three"] {
        let mut body = super::microcredential();
        body["reference"] = json!(reference);
        let award = app.award(&body).await.text("/id");
        let offer = app.offer(&json!({"award": award})).await.json();
        app.collect(&offer, &SigningKey::generate(Algorithm::Es256).unwrap()).await;
        app.clock.advance_seconds(1);
        made.push(award);
    }
    let mut next = Some("/api/v1/credentials?limit=2".to_owned());
    let mut seen = Vec::new();
    while let Some(path) = next {
        let page = app.api(Method::GET, &path, Some(KEY), None).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["award"].as_str().unwrap().to_owned()));
        next = page["next"].as_str().map(|next| next.strip_prefix(&identifier()).unwrap().to_owned());
    }
    made.reverse();
    assert_eq!(seen, made);
    for (query, code) in [("after=x", "cursor"), ("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit")] {
        let path = format!("/api/v1/credentials?{query}");
        assert_eq!(app.api(Method::GET, &path, Some(KEY), None).await.error(), error(400, code));
    }
}

async fn a_verifier_with_the_anchor_alone_accepts_the_credential(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let text = app.collect(&offer, &SigningKey::generate(Algorithm::Es256).unwrap()).await;
    let trust = trust(&app);
    let uri = vc::verify::status_uri(&text).pop().unwrap();
    let token = published(&app, &uri).await.body;
    let fetched = vc::verify::Fetched::new().with_list(uri, token);
    let inputs = vc::verify::Inputs::new(app.now().seconds(), &trust, "test").with_fetched(&fetched).with_tolerance(60);
    let report = vc::verify::anything(text.as_bytes(), &inputs);
    assert_eq!(report.verdict, vc::report::Verdict::Valid, "{}", serde_json::to_string(&report).unwrap());
}
