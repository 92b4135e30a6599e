//! The life of signing keys: announced, active, retained, revoked; seen alike by two servers.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Method;
use serde_json::{Value, json};
use storage::issuer::key::{KeyRow, KeyState};
use tower::ServiceExt;
use vc::did::{Document, Relationship, web_did};
use vc::key::{Algorithm, Jwk, SigningKey, VerifyingKey};
use vc::sd_jwt::SdJwt;
use vc::status_list::{Status, TokenKeys, read_token};
use vc::trust::{ArchivedKey, KeyRefusal, Mechanism, Trust, TrustedIssuer};
use vc::x509::{Chain, LeafRequest};

use super::{App, KEY, ORIGIN, On, SLUG, identifier, microcredential, on_each_database};
use crate::{CredentialIssuer, KeyFault, SigningSource, Start};

on_each_database! {
    every_institution_has_a_key_of_each_algorithm,
    institutions_of_an_earlier_release_get_their_second_key,
    a_key_is_announced_before_it_signs_and_published_after,
    keys_get_their_successors_in_time,
    a_stolen_key_is_cut_off_and_what_it_signed_is_issued_again,
    a_next_key_takes_the_place_of_a_stolen_one,
    two_servers_see_the_same_keys,
    private_halves_are_destroyed,
    keys_of_the_configuration_are_exchanged_there,
    what_was_prepared_for_a_stolen_key_is_never_signed,
    a_rotation_amid_many_wallets,
}

async fn keys(app: &App) -> Vec<KeyRow> {
    app.issuer.store().read().await.unwrap().institution_keys(SLUG).await.unwrap()
}

/// The thumbprints of an algorithm's keys in a state.
async fn kids(app: &App, algorithm: Algorithm, state: KeyState) -> Vec<String> {
    keys(app).await.into_iter().filter(|key| key.algorithm == algorithm && key.state == state).map(|key| key.kid).collect()
}

async fn active(app: &App, algorithm: Algorithm) -> String {
    let found = kids(app, algorithm, KeyState::Active).await;
    assert_eq!(found.len(), 1);
    found[0].clone()
}

async fn ensure(app: &App) {
    let institution = app.issuer.institutions.get(SLUG).unwrap();
    crate::key::ensure(&app.issuer, institution).await.unwrap();
}

/// A document of a server, by its path.
async fn read(router: &Router, path: &str) -> Value {
    let response = router.clone().oneshot(super::request(Method::GET, path, None).body(Body::empty()).unwrap()).await.unwrap();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    serde_json::from_slice(&body).unwrap()
}

/// The keys that a server publishes in each of the three documents: always the same ones.
async fn published(router: &Router) -> Vec<String> {
    let jwks = read(router, &format!("/{SLUG}/jwks")).await;
    let metadata = read(router, &format!("/.well-known/jwt-vc-issuer/{SLUG}")).await;
    assert_eq!(metadata["jwks"], jwks);
    let did = web_did(&identifier()).unwrap();
    let document = Document::parse(read(router, &format!("/{SLUG}/did.json")).await.to_string().as_bytes(), &did).unwrap();
    let named: Vec<&str> = document.methods_for(Relationship::AssertionMethod).map(|method| method.id.split_once('#').unwrap().1).collect();
    let kids: Vec<String> = jwks["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect();
    assert_eq!(named, kids);
    kids
}

async fn collected(app: &App, reference: &str) -> String {
    let mut body = microcredential();
    body["reference"] = json!(reference);
    let award = app.award(&body).await.text("/id");
    let offer = app.offer(&json!({"award": award})).await.json();
    app.collect(&offer, &SigningKey::generate(Algorithm::Es256).unwrap()).await
}

/// The key that signed a credential, as its chain certifies it, and the `kid` of its header.
fn signer(app: &App, text: &str) -> (Jwk, String) {
    let credential = SdJwt::parse(text).unwrap();
    let chain = Chain::from_x5c(&credential.jwt().x5c().unwrap()).unwrap();
    let leaf = chain.verify(&[app.authority.anchor_der().to_vec()], app.now().seconds()).unwrap();
    credential.jwt().verify(&VerifyingKey::from_jwk(&leaf.jwk).unwrap(), Some("dc+sd-jwt")).unwrap();
    (leaf.jwk, credential.jwt().kid().unwrap().to_owned())
}

async fn every_institution_has_a_key_of_each_algorithm(on: On) {
    let app = App::new(on).await;
    let (p256, ed25519) = (active(&app, Algorithm::Es256).await, active(&app, Algorithm::EdDsa).await);
    let mut expected = vec![p256, ed25519];
    let mut found = published(&app.router).await;
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    let app = app.restarted().await;
    let mut again = published(&app.router).await;
    again.sort();
    assert_eq!(again, expected);
}

async fn institutions_of_an_earlier_release_get_their_second_key(on: On) {
    let app = App::new(on).await;
    // As it was before there was a second key.
    let institution = app.issuer.institutions.get(SLUG).unwrap();
    let stolen = active(&app, Algorithm::EdDsa).await;
    let mut tx = app.issuer.store().write().await.unwrap();
    assert!(tx.revoke_key(SLUG, &stolen, app.now()).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(published(&app.router).await, [active(&app, Algorithm::Es256).await]);
    crate::key::ensure(&app.issuer, institution).await.unwrap();
    assert_ne!(active(&app, Algorithm::EdDsa).await, stolen);
    assert_eq!(published(&app.router).await.len(), 2);
}

async fn a_key_is_announced_before_it_signs_and_published_after(on: On) {
    let app = App::new(on).await;
    let old = collected(&app, "before").await;
    let first = active(&app, Algorithm::Es256).await;
    assert_eq!(signer(&app, &old).1, first);
    let rotated = app.issuer.rotate_key(SLUG, Algorithm::Es256, Start::Announced).await.unwrap();
    let ahead = rotated.signs_from.seconds() - app.now().seconds();
    assert!((86_300..=86_400).contains(&ahead), "{ahead}");
    assert!(matches!(app.issuer.rotate_key(SLUG, Algorithm::Es256, Start::Announced).await, Err(KeyFault::Announced)));
    // Published at once, and signs nothing yet.
    assert!(published(&app.router).await.contains(&rotated.kid));
    ensure(&app).await;
    assert_eq!(signer(&app, &collected(&app, "meanwhile").await).1, first);
    app.clock.advance_seconds(86_400);
    ensure(&app).await;
    let new = collected(&app, "after").await;
    assert_eq!(signer(&app, &new).1, rotated.kid);
    // The old key is still published, and what it signed still verifies.
    assert_eq!(kids(&app, Algorithm::Es256, KeyState::Retained).await, std::slice::from_ref(&first));
    assert!(published(&app.router).await.contains(&first));
    assert_eq!(signer(&app, &old).1, first);
    // Other algorithms were not touched.
    assert_eq!(kids(&app, Algorithm::EdDsa, KeyState::Retained).await, Vec::<String>::new());
    let at_once = app.issuer.rotate_key(SLUG, Algorithm::EdDsa, Start::Now).await.unwrap();
    assert_eq!(active(&app, Algorithm::EdDsa).await, at_once.kid);
    assert!(matches!(app.issuer.rotate_key(SLUG, Algorithm::Rs256, Start::Now).await, Err(KeyFault::Algorithm("RS256"))));
    assert!(matches!(app.issuer.rotate_key("nowhere", Algorithm::EdDsa, Start::Now).await, Err(KeyFault::Institution(_))));
}

async fn keys_get_their_successors_in_time(on: On) {
    let app = App::new(on).await;
    let first = active(&app, Algorithm::Es256).await;
    app.clock.advance_seconds(364 * 86_400);
    ensure(&app).await;
    assert_eq!(keys(&app).await.len(), 2);
    app.clock.advance_seconds(86_400);
    ensure(&app).await;
    ensure(&app).await;
    let (next_p256, next_ed25519) =
        (kids(&app, Algorithm::Es256, KeyState::Next).await, kids(&app, Algorithm::EdDsa, KeyState::Next).await);
    assert_eq!((next_p256.len(), next_ed25519.len()), (1, 1));
    assert_eq!(active(&app, Algorithm::Es256).await, first);
    app.clock.advance_seconds(86_400);
    ensure(&app).await;
    assert_eq!(active(&app, Algorithm::Es256).await, next_p256[0]);
    assert_eq!(active(&app, Algorithm::EdDsa).await, next_ed25519[0]);
}

async fn a_stolen_key_is_cut_off_and_what_it_signed_is_issued_again(on: On) {
    let app = App::new(on).await;
    let texts = [collected(&app, "one").await, collected(&app, "two").await];
    let (jwk, stolen) = signer(&app, &texts[0]);
    let before = app.issuer.store().read().await.unwrap().count_under_key(SLUG, &stolen).await.unwrap();
    assert_eq!(before, 2);
    let revoked = app.issuer.revoke_key(SLUG, &stolen, true).await.unwrap();
    assert_eq!((revoked.taken_back, revoked.opened, revoked.standing), (2, 2, 0));
    let replacement = active(&app, Algorithm::Es256).await;
    assert_eq!(revoked.replaced_by, Some(replacement.clone()));
    // Nobody is told of the key any more, and the status list, signed by its successor, says what became of the credentials.
    assert!(!published(&app.router).await.contains(&stolen));
    for text in &texts {
        let status = SdJwt::parse(text).unwrap().disclosed_claims()["status"]["status_list"].clone();
        let uri = status["uri"].as_str().unwrap();
        let token = app.get(uri.strip_prefix(ORIGIN).unwrap()).await.body;
        let list = read_token(&token, TokenKeys::Trust(&trust(&app, None)), uri, app.now().seconds()).unwrap().list;
        assert_eq!(list.status(usize::try_from(status["idx"].as_u64().unwrap()).unwrap()).unwrap(), Status::Invalid);
        assert_eq!(vc::jws::Jws::parse(&token).unwrap().kid(), Some(replacement.as_str()));
    }
    // What the register says of it settles it for whoever sees no status list.
    let known = trust(&app, Some((jwk.clone(), revoked.at.seconds())));
    let issuer = known.issuer(&identifier()).unwrap();
    assert_eq!(issuer.key_counts(&jwk, Mechanism::X5c, 0), Err(KeyRefusal::Revoked(revoked.at.seconds())));
    // The awards wait to be collected again, and are, under the new key.
    let credentials = app.api(Method::GET, "/api/v1/credentials", Some(KEY), None).await.json();
    for item in credentials["items"].as_array().unwrap() {
        assert_eq!(item["status"], "revoked");
        let offer = app.offer(&json!({"award": item["award"]})).await.json();
        let again = app.collect(&offer, &SigningKey::generate(Algorithm::Es256).unwrap()).await;
        assert_eq!(signer(&app, &again).1, replacement);
    }
    assert_eq!(app.rows("key.revoke", "done").await, 1);
    // Once more changes nothing.
    let again = app.issuer.revoke_key(SLUG, &stolen, true).await.unwrap();
    assert_eq!((again.taken_back, again.replaced_by), (0, None));
    assert!(matches!(app.issuer.revoke_key(SLUG, "other", true).await, Err(KeyFault::Unknown(_))));
}

fn trust(app: &App, revoked: Option<(Jwk, i64)>) -> Trust {
    let archived = |(jwk, at)| ArchivedKey { jwk, valid_from: None, valid_until: None, revoked_at: Some(at) };
    let issuer = TrustedIssuer {
        id: identifier(),
        types: vec!["microcredential".into()],
        keys: revoked.map(archived).into_iter().collect(),
        ..TrustedIssuer::default()
    };
    Trust { anchors: vec![app.authority.anchor_der().to_vec()], issuers: vec![issuer], ..Trust::default() }
}

async fn a_next_key_takes_the_place_of_a_stolen_one(on: On) {
    let app = App::new(on).await;
    let text = collected(&app, "one").await;
    let stolen = active(&app, Algorithm::Es256).await;
    let next = app.issuer.rotate_key(SLUG, Algorithm::Es256, Start::Announced).await.unwrap();
    let revoked = app.issuer.revoke_key(SLUG, &stolen, false).await.unwrap();
    assert_eq!((revoked.replaced_by, revoked.taken_back, revoked.standing), (Some(next.kid.clone()), 0, 1));
    assert_eq!(active(&app, Algorithm::Es256).await, next.kid);
    assert_eq!(signer(&app, &text).1, stolen);
    // A key that was never active goes without a successor.
    let unused = app.issuer.rotate_key(SLUG, Algorithm::Es256, Start::Announced).await.unwrap();
    assert_eq!(app.issuer.revoke_key(SLUG, &unused.kid, true).await.unwrap().replaced_by, None);
    assert_eq!(active(&app, Algorithm::Es256).await, next.kid);
}

async fn two_servers_see_the_same_keys(on: On) {
    let app = App::new(on).await;
    let other: CredentialIssuer = app.beside(|_| {}).await;
    let router = other.router();
    assert_eq!(published(&router).await, published(&app.router).await);
    let rotated = app.issuer.rotate_key(SLUG, Algorithm::Es256, Start::Now).await.unwrap();
    assert_eq!(published(&router).await, published(&app.router).await);
    assert!(published(&router).await.contains(&rotated.kid));
    let offered = other.revoke_key(SLUG, &rotated.kid, true).await.unwrap();
    assert!(!published(&app.router).await.contains(&rotated.kid));
    assert_eq!(signer(&app, &collected(&app, "here").await).1, offered.replaced_by.unwrap());
    // Both find at the same moment that a successor is due.
    app.clock.advance_seconds(400 * 86_400);
    let institution = other.institutions.get(SLUG).unwrap();
    let (one, two) = tokio::join!(ensure(&app), crate::key::ensure(&other, institution));
    let () = one;
    two.unwrap();
    assert_eq!(kids(&app, Algorithm::Es256, KeyState::Next).await.len(), 1);
}

async fn private_halves_are_destroyed(on: On) {
    let app = App::new(on).await;
    let first = keys(&app).await.into_iter().find(|key| key.algorithm == Algorithm::Es256).unwrap();
    app.issuer.rotate_key(SLUG, Algorithm::Es256, Start::Now).await.unwrap();
    let opens = async |id: &str| app.issuer.store().read().await.unwrap().signing_key(id).await.is_ok_and(|key| key.is_some());
    // What was prepared for it a moment ago can still be signed.
    assert!(opens(&first.id).await);
    app.clock.advance_seconds(2 * 86_400);
    crate::key::forget(&app.issuer, app.now()).await.unwrap();
    assert!(!opens(&first.id).await);
    let ed25519 = keys(&app).await.into_iter().find(|key| key.algorithm == Algorithm::EdDsa).unwrap();
    assert!(opens(&ed25519.id).await);
    app.issuer.revoke_key(SLUG, &ed25519.kid, false).await.unwrap();
    assert!(!opens(&ed25519.id).await);
}

/// A certificate for a key, as an institution gets it elsewhere.
fn certified(app: &App, key: &SigningKey) -> Chain {
    let (from, serial) = (app.now().seconds() - 86_400, vc::random::token128(&vc::random::SystemRandom));
    let request = LeafRequest {
        public_jwk: key.public_jwk().unwrap(),
        common_name: format!("Hogeschool Voorbeeld {serial}"),
        san_uri: Some(identifier()),
        san_dns: vec!["localhost".into()],
        not_before: from,
        not_after: from + 300 * 86_400,
    };
    Chain::from_der(vec![app.authority.issue_leaf(&request).unwrap()]).unwrap()
}

async fn keys_of_the_configuration_are_exchanged_there(on: On) {
    let app = App::new(on).await;
    let made = active(&app, Algorithm::Es256).await;
    let given = [0, 1].map(|_| SigningKey::generate(Algorithm::Es256).unwrap());
    let kid = |at: usize| given[at].public_jwk().unwrap().thumbprint();
    let with = |at: usize, chain: Chain| {
        let key = given[at].clone();
        app.beside(move |config| config.institutions[0].signing = SigningSource::Given { key, chain })
    };
    let server = with(0, certified(&app, &given[0])).await;
    assert_eq!(active(&app, Algorithm::Es256).await, kid(0));
    assert_eq!(kids(&app, Algorithm::Es256, KeyState::Retained).await, [made]);
    // Neither rotated nor revoked as long as the configuration names it; the other key is made here as ever.
    assert!(matches!(server.rotate_key(SLUG, Algorithm::Es256, Start::Now).await, Err(KeyFault::Configured(_))));
    assert!(matches!(server.revoke_key(SLUG, &kid(0), true).await, Err(KeyFault::Configured(_))));
    assert!(server.rotate_key(SLUG, Algorithm::EdDsa, Start::Now).await.is_ok());
    // A new certificate for the same key, then another key.
    let renewed = certified(&app, &given[0]);
    let count = keys(&app).await.len();
    with(0, renewed.clone()).await;
    let now = keys(&app).await;
    assert_eq!((now.len(), &now.iter().find(|key| key.kid == kid(0)).unwrap().x5c), (count, &renewed.to_x5c()));
    let server = with(1, certified(&app, &given[1])).await;
    assert_eq!(active(&app, Algorithm::Es256).await, kid(1));
    assert_eq!(server.revoke_key(SLUG, &kid(0), true).await.unwrap().replaced_by, None);
    // A configuration that names the stolen key again does not bring it back.
    with(0, renewed).await;
    assert_eq!(active(&app, Algorithm::Es256).await, kid(1));
    assert_eq!(kids(&app, Algorithm::Es256, KeyState::Revoked).await, [kid(0)]);
}

async fn what_was_prepared_for_a_stolen_key_is_never_signed(on: On) {
    let app = App::new(on).await;
    let stolen = active(&app, Algorithm::Es256).await;
    let (_, hash) = super::recovery::left_prepared(&app, &SigningKey::generate(Algorithm::Es256).unwrap()).await;
    assert!(!hash.is_empty());
    let revoked = app.issuer.revoke_key(SLUG, &stolen, false).await.unwrap();
    assert_eq!((revoked.taken_back, revoked.opened, revoked.standing), (1, 1, 0));
    let app = app.restarted().await;
    assert_eq!(app.issued().await, 0);
    assert_eq!(app.issuer.store().read().await.unwrap().count_credentials(SLUG, "void").await.unwrap(), 1);
}

async fn a_rotation_amid_many_wallets(on: On) {
    let app = App::new(on).await;
    let collecting = futures_util::future::join_all((0..12).map(|at| {
        let app = &app;
        async move { collected(app, &format!("result-{at}")).await }
    }));
    let rotating = async {
        for _ in 0..3 {
            app.issuer.rotate_key(SLUG, Algorithm::Es256, Start::Now).await.unwrap();
        }
    };
    let (texts, ()) = tokio::join!(collecting, rotating);
    let published = published(&app.router).await;
    for text in &texts {
        let (jwk, kid) = signer(&app, text);
        assert_eq!(jwk.thumbprint(), kid);
        assert!(published.contains(&kid));
    }
    assert_eq!((texts.len(), app.issued().await), (12, 12));
}
