//! Authorization servers that want the wallet's provider to vouch for it: the attestation, the proof of the instance's key, and the
//! server's challenge (draft-ietf-oauth-attestation-based-client-auth-07).

use model::Clock;
use openid4vc::client_attestation::{self, ClientAttestation, ExpectedAttestation};
use openid4vc::{TrustedAttester, dpop};
use serde_json::{Value, json};
use testkit::TestDatabase;
use vc::encoding::b64_decode;
use vc::jws::Jws;

use crate::testing::{Behaviour, StubIssuer, TestWallet, login_offer};

const COOKIE: &str = "ew_wallet_collect_8080";

/// An issuer whose server takes attested wallets and nobody else.
pub(super) async fn started(database: TestDatabase, behaviour: Behaviour) -> (TestWallet, StubIssuer) {
    let issuer = StubIssuer::start(behaviour).await;
    issuer.behave(|b| {
        b.server = json!({
            "token_endpoint_auth_methods_supported": ["attest_jwt_client_auth"], "challenge_endpoint": issuer.at("/challenge"),
            "client_attestation_signing_alg_values_supported": ["ES256"], "client_attestation_pop_signing_alg_values_supported": ["ES256"],
            "pre-authorized_grant_anonymous_access_supported": false,
        });
    });
    let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/").await;
    (wallet, issuer)
}

/// Who is believed, as the wallet says it.
async fn provider(wallet: &TestWallet) -> TrustedAttester {
    let document: Value = serde_json::from_str(&wallet.get("/client-attester.json").await.body).unwrap();
    let anchors = document["x5c_trust_anchors"].as_array().unwrap().iter().map(|anchor| b64_decode(anchor.as_str().unwrap()).unwrap());
    let issuer = Some(document["issuer"].as_str().unwrap().to_owned());
    TrustedAttester { issuer, keys: Vec::new(), anchors: anchors.collect() }
}

/// Checks everything that came as an authorization server does: where it came to, and what it says.
pub(super) async fn checked(wallet: &TestWallet, issuer: &StubIssuer) -> Vec<(&'static str, ClientAttestation)> {
    let (issuers, audience) = ([provider(wallet).await], issuer.id());
    let expected = ExpectedAttestation { audience: &audience, now: wallet.clock.now().seconds(), issuers: &issuers };
    let each = issuer.seen(|seen| seen.attested.clone()).into_iter().map(|(at, attestation, pop)| {
        // What the OpenID Foundation's suite looks at beside the signatures.
        let (word, proof) = (Jws::parse(&attestation).unwrap(), Jws::parse(&pop).unwrap());
        let claims = word.payload_unverified();
        assert_eq!(claims["iss"], "http://localhost:8080");
        assert_eq!((&claims["sub"], &proof.payload_unverified()["aud"]), (&proof.payload_unverified()["iss"], &json!(audience)));
        assert_eq!(word.header()["x5c"].as_array().map(Vec::len), Some(1), "the leaf, without the anchor");
        assert!(claims["cnf"]["jwk"].get("d").is_none() && claims["wallet_name"] == "Eduwallet", "{claims}");
        (at, client_attestation::verify(&attestation, &pop, &expected).unwrap())
    });
    each.collect()
}

#[tokio::test]
async fn abca_8_a_challenge_is_fetched_and_proven_for_the_token() {
    for database in testkit::each_database() {
        let (wallet, issuer) = started(database, Behaviour::default()).await;
        let samira = wallet.learner("samira").await;
        let page = samira.opens(&issuer.at("/offers/1")).await;
        assert!(samira.take(&page).await.location().contains("/wallet/credentials/"));
        let shown = checked(&wallet, &issuer).await;
        let [(at, one)] = shown.as_slice() else { panic!("{shown:?}") };
        assert_eq!((*at, one.challenge.as_deref(), issuer.count("challenge")), ("token", Some("challenge-1"), 1));
        let token = issuer.seen(|seen| seen.tokens[0].clone());
        assert_eq!((token.get("client_id"), token.get("client_assertion")), (Some(&one.client_id), None));
        // Key proofs name the client that authenticated (OpenID4VCI F.1).
        let proof = issuer.seen(|seen| seen.requests[0]["proofs"]["jwt"][0].as_str().unwrap().to_owned());
        assert_eq!(Jws::parse(&proof).unwrap().payload_unverified()["iss"], one.client_id.as_str());

        // Another learner is another instance of the same client; another server, and a restart, change neither.
        let barry = wallet.learner("barry").await;
        let page = barry.opens(&issuer.at("/offers/2")).await;
        barry.take(&page).await;
        drop((samira, barry));
        let wallet = wallet.restarted().await;
        let samira = wallet.learner("samira").await;
        let page = samira.opens(&issuer.at("/offers/3")).await;
        samira.take(&page).await;
        let shown = checked(&wallet, &issuer).await;
        let [(_, first), (_, other), (_, again)] = shown.as_slice() else { panic!("{shown:?}") };
        assert_eq!((&first.client_id, &first.client_id), (&other.client_id, &again.client_id));
        assert!(first.instance.same_key(&again.instance) && !first.instance.same_key(&other.instance));
        let jtis: std::collections::HashSet<&str> = shown.iter().map(|(_, one)| one.jti.as_str()).collect();
        assert_eq!(jtis.len(), 3);
    }
}

#[tokio::test]
async fn abca_6_pushed_requests_and_tokens_are_attested_and_bound_to_one_instance() {
    let behaviour = Behaviour { offer: login_offer(&["microcredential-sd-jwt"]), dpop: true, refreshes: true, ..Behaviour::default() };
    let (wallet, issuer) = started(TestDatabase::sqlite(), behaviour).await;
    let mut samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    let left = samira.post(&page, &[("choice", "accept")]).await;
    assert!(left.body.contains("id=\"continue\""), "{}", left.body);
    samira.keep(&left, COOKIE);
    let pushed = issuer.seen(|seen| seen.pushed[0].clone());
    let callback = pushed["redirect_uri"].replace("http://localhost:8080", "");
    let iss: String = url::form_urlencoded::byte_serialize(issuer.id().as_bytes()).collect();
    samira.get(&format!("{callback}?code=c-1&state={}&iss={iss}", pushed["state"])).await;
    assert!(samira.post(&page, &[("choice", "accept")]).await.location().contains("/wallet/credentials/"));
    let shown = checked(&wallet, &issuer).await;
    let places: Vec<&str> = shown.iter().map(|(at, _)| *at).collect();
    assert_eq!(places, ["par", "token"]);
    let challenges: Vec<Option<&str>> = shown.iter().map(|(_, one)| one.challenge.as_deref()).collect();
    assert_eq!(challenges, [Some("challenge-1"), Some("challenge-2")], "a fresh one for each request");
    // The instance is the key that the token is bound to, and to which the code was bound before (dpop_jkt).
    let bound = issuer.seen(|seen| seen.dpop.clone());
    assert!(shown.iter().all(|(_, one)| one.instance.thumbprint() == bound[0] && one.instance.thumbprint() == pushed["dpop_jkt"]));
    assert_eq!(dpop::HEADER, "DPoP");
}

#[tokio::test]
async fn abca_8_1_another_challenge_is_taken_from_the_refusal_once() {
    let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour { challenge_refused: 1, ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    assert!(samira.take(&page).await.location().contains("/wallet/credentials/"));
    let challenges: Vec<_> = checked(&wallet, &issuer).await.into_iter().map(|(_, one)| one.challenge.unwrap()).collect();
    assert_eq!(challenges, ["challenge-1", "challenge-of-the-header"]);
    issuer.behave(|b| b.challenge_refused = 5);
    let page = samira.opens(&issuer.at("/offers/2")).await;
    let refused = samira.post(&page, &[("choice", "accept")]).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (400, Some("invalid_client")), "{}", refused.body);
    assert_eq!((issuer.seen(|seen| seen.attested.len()), issuer.count("token")), (4, 1));
}

#[tokio::test]
async fn a_server_that_gives_no_challenge_although_it_says_so_gets_no_code() {
    let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour::default()).await;
    issuer.behave(|b| b.server["challenge_endpoint"] = issuer.at("/nowhere").into());
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    samira.post(&page, &[("choice", "accept")]).await;
    assert!(samira.get(&page).await.body.contains("Je wallet haalt het op"), "it is tried again");
    assert_eq!((issuer.count("token"), issuer.seen(|seen| seen.attested.len())), (0, 0));
    // Row M3: a place where no connection goes makes the document unusable.
    issuer.behave(|b| b.server["challenge_endpoint"] = "https://10.0.0.1/challenge".into());
    wallet.clock.advance_seconds(120);
    let query = openid4vc::CredentialOffer::query(&issuer.at("/offers/2"));
    let refused = samira.get(&format!("/credential-offer?{query}")).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (400, Some("issuer_metadata")));
}

#[tokio::test]
async fn the_providers_keys_are_sealed_and_shared() {
    for database in testkit::each_database() {
        let (wallet, issuer) = started(database, Behaviour::default()).await;
        let told = wallet.get("/client-attester.json").await.body;
        if let Some(second) = wallet.second().await {
            assert_eq!(second.state.client.attester().unwrap().to_string(), serde_json::from_str::<Value>(&told).unwrap().to_string());
        }
        let kept = wallet.state().store.read().await.unwrap().attester().await.unwrap().unwrap();
        let kept: Value = serde_json::from_slice(&kept).unwrap();
        let mut rows = testkit::rows::Rows::open(wallet.url()).await;
        let sealed = rows.blobs("SELECT private FROM client_key").await;
        let within = |text: &Value| sealed.iter().any(|cell| String::from_utf8_lossy(cell).contains(text.as_str().unwrap()));
        assert_eq!((sealed.len(), within(&kept["key"]), within(&kept["authority"])), (2, false, false));
        drop(issuer);
    }
}
