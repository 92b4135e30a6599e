//! The Host list of 1EdTech's certification guide (standards.md 7.3): provider-read and provider-write, each call with what it must do,
//! over the router and on both databases.

use axum::http::Method;
use model::held::Way;
use serde_json::{Value, json};
use testkit::badges::{self, Somebody};
use testkit::{TestDatabase, each_database};

use super::access::Access;
use super::platform::Platform;
use super::push;
use super::tests::{ALL, Client, call, json_of, read};
use crate::import::judge::{self, Came};
use crate::import::tests::school;
use crate::testing::{Answer, Browser, TestWallet};

/// A badge for somebody whom a platform knows by an identifier, from a month of 2026.
fn badge(issuer: &Somebody, id: u32, subject: &str, month: u32) -> Value {
    let mut badge = issuer.unsigned(subject);
    badge["id"] = format!("https://badges.example/{id}").into();
    badge["validFrom"] = format!("2026-{month:02}-01T00:00:00Z").into();
    issuer.sign(badge)
}

async fn sends(wallet: &TestWallet, token: &str, badge: &Value) -> Answer {
    call(wallet, Method::POST, "credentials", token, Some(("application/json", badge.to_string()))).await
}

/// Status, and the words of an `Imsx_StatusInfo`: the kind and the code.
fn refused(answer: &Answer) -> (u16, String, String) {
    let body = json_of(answer);
    assert_eq!((body["imsx_codeMajor"].as_str(), body["imsx_severity"].as_str()), (Some("failure"), Some("error")), "{body}");
    let minor = body["imsx_codeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"].as_str().unwrap().to_owned();
    let code = body["imsx_description"].as_str().unwrap().split(':').next().unwrap().to_owned();
    (answer.status.as_u16(), minor, code)
}

fn expected(status: u16, minor: &str, code: &str) -> (u16, String, String) {
    (status, minor.to_owned(), code.to_owned())
}

async fn platform(wallet: &TestWallet, learner: &Browser<'_>) -> String {
    Client::registered(wallet).await.connected(wallet, learner, &ALL).await.0
}

#[tokio::test]
async fn provider_write_upsert_creates_replaces_or_has_nothing_to_do() {
    for database in each_database() {
        let (wallet, issuer) = school(database).await;
        let samira = wallet.learner("samira").await;
        let token = platform(&wallet, &samira).await;
        let (first, newer) = (badge(&issuer, 1, "mailto:s@example.org", 2), badge(&issuer, 1, "mailto:s@example.org", 3));
        let created = sends(&wallet, &token, &first).await;
        assert_eq!((created.status.as_u16(), json_of(&created)), (201, first.clone()), "{}", created.body);
        let before = wallet.row_counts().await;
        let again = sends(&wallet, &token, &first).await;
        assert_eq!((again.status.as_u16(), again.body.as_str()), (304, ""));
        let after = wallet.row_counts().await;
        assert_eq!(after, before, "nothing to do, nothing done");
        assert_eq!(sends(&wallet, &token, &newer).await.status.as_u16(), 200);
        assert_eq!(sends(&wallet, &token, &first).await.status.as_u16(), 304, "an older one replaces nothing");
        let listed = json_of(&call(&wallet, Method::GET, "credentials", &token, None).await);
        assert_eq!(listed["credential"], json!([newer]), "what was sent, unchanged");
        let copies = wallet.state().store.read().await.unwrap().copies(&samira.learner).await.unwrap();
        assert_eq!(copies.len(), 2);
        let origin = copies[0].summary.origin.clone().unwrap();
        assert_eq!((origin.way, origin.via.as_deref()), (Way::Pushed, Some("Badgeplatform (badges.platform.example)")));
        let page = samira.get(&format!("/wallet/credentials/{}", copies[0].id)).await;
        assert!(page.body.contains("gestuurd door een badgeplatform"), "{}", page.body);
        // Equality looks through percent-encoding (section 7).
        let mut encoded = issuer.unsigned("mailto:s@example.org");
        encoded["id"] = "https://badges.example/%31".into();
        assert_eq!(sends(&wallet, &token, &issuer.sign(encoded)).await.status.as_u16(), 304);
    }
}

#[tokio::test]
async fn provider_write_the_same_badge_twice_at_once_is_created_once() {
    for database in each_database() {
        let (wallet, issuer) = school(database).await;
        let samira = wallet.learner("samira").await;
        let token = platform(&wallet, &samira).await;
        let badge = badge(&issuer, 1, "mailto:s@example.org", 2);
        let mut statuses: Vec<u16> = Vec::new();
        let (a, b, c) = tokio::join!(sends(&wallet, &token, &badge), sends(&wallet, &token, &badge), sends(&wallet, &token, &badge));
        statuses.extend([a, b, c].map(|answer| answer.status.as_u16()));
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 304, 304]);
        assert_eq!(wallet.state().store.read().await.unwrap().copies(&samira.learner).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn what_is_being_checked_when_the_learner_disconnects_is_not_kept() {
    for database in each_database() {
        let (wallet, issuer) = school(database).await;
        let samira = wallet.learner("samira").await;
        let _token = platform(&wallet, &samira).await;
        let state = wallet.state();
        let access = {
            let mut tx = state.store.read().await.unwrap();
            let grant = tx.badge_grants(&samira.learner).await.unwrap().remove(0);
            let row = tx.platform(&grant.platform).await.unwrap().unwrap();
            Access { platform: Platform::of(row, &state.platforms).unwrap(), grant }
        };
        let text = badge(&issuer, 1, "mailto:s@example.org", 2).to_string();
        let judged = judge::judge(state, &text, Came::Pushed(access.platform.known_as())).await.ok().unwrap();
        let path = format!("/wallet/platforms/{}/disconnect", access.grant.id);
        assert_eq!(samira.post(&path, &[]).await.status.as_u16(), 303);
        let before = wallet.row_counts().await;
        assert!(push::keep(state, &access, &judged, state.core.now()).await.is_err());
        assert_eq!(wallet.row_counts().await, before);
    }
}

#[tokio::test]
async fn provider_write_what_does_not_verify_is_refused() {
    for database in each_database() {
        let (wallet, issuer) = school(database).await;
        let samira = wallet.learner("samira").await;
        let token = platform(&wallet, &samira).await;
        let good = badge(&issuer, 1, "mailto:s@example.org", 2);
        let mut barry = issuer.unsigned("mailto:b@example.org");
        barry["credentialSubject"]["identifier"] =
            json!([{"type": "IdentityObject", "hashed": false, "identityHash": "Barry Jansen", "identityType": "name"}]);
        let before = wallet.row_counts().await;
        let rows = [
            (badges::altered(&good), "import_signature"),
            (issuer.unsigned("mailto:s@example.org"), "import_signature"),
            (issuer.sign(barry), "import_subject"),
            (json!({"hello": "world"}), "import_format"),
        ];
        for (sent, code) in rows {
            assert_eq!(refused(&sends(&wallet, &token, &sent).await), expected(400, "invalid_data", code));
        }
        let text = |kind: &'static str, body: String| call(&wallet, Method::POST, "credentials", &token, Some((kind, body)));
        assert_eq!(refused(&text("text/plain", good.to_string()).await), expected(400, "invalid_data", "import_format"));
        assert_eq!(refused(&text("application/json", "a.b.c".to_owned()).await), expected(400, "invalid_data", "import_format"));
        assert_eq!(refused(&text("application/xml", good.to_string()).await), expected(415, "invalid_data", "media_type"));
        let large = text("application/json", format!("{{\"x\":\"{}\"}}", "x".repeat(300 << 10))).await;
        assert_eq!(refused(&large), expected(400, "invalid_data", "import_too_large"));
        assert_eq!(wallet.row_counts().await, before, "not in the wallet");
    }
}

#[tokio::test]
async fn provider_write_a_stranger_s_badge_is_kept_and_marked() {
    let (wallet, _) = school(TestDatabase::sqlite()).await;
    let samira = wallet.learner("samira").await;
    let token = platform(&wallet, &samira).await;
    assert_eq!(sends(&wallet, &token, &badge(&Somebody::new(), 1, "mailto:s@example.org", 2)).await.status.as_u16(), 201);
    let copies = wallet.state().store.read().await.unwrap().copies(&samira.learner).await.unwrap();
    assert!(!copies[0].summary.origin.as_ref().unwrap().listed);
    let page = samira.get(&format!("/wallet/credentials/{}", copies[0].id)).await;
    assert!(page.body.contains("nee, alleen het webadres is bekend"), "{}", page.body);
}

#[tokio::test]
async fn provider_read_pages_with_their_headers() {
    for database in each_database() {
        let (wallet, issuer) = school(database).await;
        let samira = wallet.learner("samira").await;
        let token = platform(&wallet, &samira).await;
        let sent: Vec<Value> = (1..=5).map(|n| badge(&issuer, n, "mailto:s@example.org", n)).collect();
        for badge in &sent {
            assert_eq!(sends(&wallet, &token, badge).await.status.as_u16(), 201);
        }
        let get = |query: &'static str| {
            let (wallet, token) = (&wallet, &token);
            async move {
                let answer = call(wallet, Method::GET, &format!("credentials{query}"), token, None).await;
                assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
                let links = answer.headers["link"].to_str().unwrap().to_owned();
                (json_of(&answer), answer.headers["x-total-count"].to_str().unwrap().to_owned(), links)
            }
        };
        let (all, total, links) = get("").await;
        assert_eq!((all["credential"].as_array().unwrap().len(), total.as_str()), (5, "5"));
        assert_eq!(all["compactJwsString"], json!([]));
        assert!(links.contains("rel=\"first\"") && links.contains("rel=\"last\"") && !links.contains("rel=\"next\""), "{links}");
        let (page, total, links) = get("?limit=2&offset=2").await;
        assert_eq!((page["credential"].clone(), total.as_str()), (json!([sent[2], sent[3]]), "5"));
        let base = "http://localhost:8080/ims/ob/v3p0/credentials?limit=2&offset=";
        for (rel, offset) in [("first", 0), ("last", 4), ("next", 4), ("prev", 0)] {
            assert!(links.contains(&format!("<{base}{offset}>; rel=\"{rel}\"")), "{rel}: {links}");
        }
        let (since, total, _) = get("?since=2026-03-15T00:00:00Z").await;
        assert_eq!((since["credential"].clone(), total.as_str()), (json!([sent[3], sent[4]]), "2"));
        let (none, _, links) = get("?limit=2&offset=40").await;
        assert!(none["credential"].as_array().unwrap().is_empty() && links.contains("rel=\"prev\""), "{links}");
        for query in ["?limit=0", "?offset=-1", "?since=yesterday"] {
            let answer = call(&wallet, Method::GET, &format!("credentials{query}"), &token, None).await;
            assert_eq!(refused(&answer), expected(400, "invalid_query_parameter", "query"), "{query}");
        }
        // In the wallet's own words: titles and names of claims, no values.
        let activity = samira.get("/wallet/activity").await;
        assert!(activity.body.contains("Badgeplatform") && activity.body.contains("Interviewen"));
        assert!(!activity.body.contains("mailto:s@example.org"));
    }
}

#[tokio::test]
async fn every_endpoint_needs_a_token_with_its_scope() {
    let (wallet, issuer) = school(TestDatabase::sqlite()).await;
    let samira = wallet.learner("samira").await;
    let client = Client::registered(&wallet).await;
    let badge = badge(&issuer, 1, "mailto:s@example.org", 2).to_string();
    let profile = json!({"id": "urn:x:1", "type": ["Profile"]}).to_string();
    let calls = [
        (Method::GET, "credentials", None, "credential.readonly"),
        (Method::POST, "credentials", Some(badge), "credential.upsert"),
        (Method::GET, "profile", None, "profile.readonly"),
        (Method::PUT, "profile", Some(profile), "profile.update"),
    ];
    for (method, path, body, needed) in calls {
        let others: Vec<&str> = ALL.into_iter().filter(|name| *name != needed).collect();
        let (token, _) = client.connected(&wallet, &samira, &others).await;
        let body = || body.clone().map(|body| ("application/json", body));
        let before = wallet.row_counts().await;
        let without = call(&wallet, method.clone(), path, "", body()).await;
        assert_eq!(refused(&without), expected(401, "unauthorizedrequest", "unauthorized"));
        let unknown = call(&wallet, method.clone(), path, "unknown", body()).await;
        assert_eq!(refused(&unknown), expected(401, "unauthorizedrequest", "unauthorized"));
        assert!(unknown.headers["www-authenticate"].to_str().unwrap().contains("invalid_token"));
        let narrow = call(&wallet, method.clone(), path, &token, body()).await;
        assert_eq!(refused(&narrow), expected(403, "forbidden", "insufficient_scope"), "{method} {path}");
        assert_eq!(wallet.row_counts().await, before, "{method} {path}");
        let (token, _) = client.connected(&wallet, &samira, &[needed]).await;
        assert!(call(&wallet, method.clone(), path, &token, body()).await.status.is_success(), "{method} {path}");
    }
    let (token, _) = client.connected(&wallet, &samira, &ALL).await;
    assert_eq!(
        refused(&call(&wallet, Method::DELETE, "credentials", &token, None).await),
        expected(405, "not_allowed", "method_not_allowed")
    );
    assert_eq!(refused(&call(&wallet, Method::GET, "nothing", &token, None).await), expected(404, "not_found", "not_found"));
    let barry = wallet.learner("barry").await;
    let (other, _) = client.connected(&wallet, &barry, &ALL).await;
    let listed = json_of(&call(&wallet, Method::GET, "credentials", &other, None).await);
    assert_eq!(listed["credential"], json!([]), "each learner's own");
    assert_eq!(read(&wallet, &token).await, 200);
}

#[tokio::test]
async fn provider_read_and_write_the_profile() {
    for database in each_database() {
        let (wallet, issuer) = school(database).await;
        let samira = wallet.learner("samira").await;
        let (client, other) = (Client::registered(&wallet).await, Client::registered(&wallet).await);
        let (token, _) = client.connected(&wallet, &samira, &ALL).await;
        let (stranger, _) = other.connected(&wallet, &samira, &ALL).await;
        let get = |token: String| {
            let wallet = &wallet;
            async move { json_of(&call(wallet, Method::GET, "profile", &token, None).await) }
        };
        let (one, two) = (get(token.clone()).await, get(stranger.clone()).await);
        assert_eq!((one["name"].as_str(), one["type"].clone()), (Some("Samira de Vries"), json!(["Profile"])));
        assert_ne!(one["id"], two["id"], "two platforms know a learner by nothing in common");
        // A badge for whom the platform knows so is this learner's.
        let known = one["id"].as_str().unwrap();
        assert_eq!(sends(&wallet, &token, &badge(&issuer, 7, known, 2)).await.status.as_u16(), 201);
        let written = json!({"@context": ["https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"], "type": ["Profile"],
            "id": "https://1edtech.org/issuers/cert", "name": "Example University", "phone": "111-222-3333"});
        let put = call(&wallet, Method::PUT, "profile", &token, Some(("application/json", written.to_string()))).await;
        assert_eq!((put.status.as_u16(), json_of(&put)), (200, written.clone()));
        assert_eq!(get(token.clone()).await, written);
        assert_eq!(get(stranger).await, two, "for that platform alone");
        let bad = call(&wallet, Method::PUT, "profile", &token, Some(("application/json", json!({"name": "x"}).to_string()))).await;
        assert_eq!(refused(&bad), expected(400, "invalid_data", "profile"));
        assert!(samira.get("/settings/privacy").await.body.contains("Samira de Vries"), "nothing that others see changed");
    }
}

#[tokio::test]
async fn a_badge_as_jwt_comes_and_goes_as_text() {
    let issuer = crate::testing::StubIssuer::start(crate::testing::Behaviour::default()).await;
    let wallet = TestWallet::with(&issuer).await;
    let samira = wallet.learner("samira").await;
    let token = platform(&wallet, &samira).await;
    let key = vc::key::SigningKey::generate(vc::key::Algorithm::Es256).unwrap();
    let did = vc::did::key_did(&key.public_jwk().unwrap()).unwrap();
    let stranger = Somebody::new();
    let mut badge = stranger.unsigned("mailto:s@example.org");
    badge["issuer"]["id"] = did.clone().into();
    let mut payload = badge.as_object().unwrap().clone();
    let registered = [("iss", did.as_str()), ("jti", badge["id"].as_str().unwrap()), ("sub", "mailto:s@example.org")];
    payload.extend(registered.map(|(name, value)| (name.to_owned(), value.into())));
    payload.insert("nbf".to_owned(), 1_769_904_000.into());
    let kid = format!("{did}#{}", did.trim_start_matches("did:key:"));
    let header = vc::Map::from_iter([("typ".to_owned(), "JWT".into()), ("kid".to_owned(), kid.into())]);
    let jwt = vc::jws::sign(&header, Value::Object(payload).to_string().as_bytes(), &key).unwrap();
    let sent = call(&wallet, Method::POST, "credentials", &token, Some(("text/plain", jwt.clone()))).await;
    assert_eq!((sent.status.as_u16(), sent.body.as_str()), (201, jwt.as_str()));
    assert!(sent.headers["content-type"].to_str().unwrap().starts_with("text/plain"));
    let listed = json_of(&call(&wallet, Method::GET, "credentials", &token, None).await);
    assert_eq!((listed["compactJwsString"].clone(), listed["credential"].clone()), (json!([jwt]), json!([])));
}
