//! Being asked, from the link to the answer: rows R1 to R3, R8, R12, R14, Q1, Q11 and X6 to X8, and what the page says.

use openid4vc::response::Incoming;
use openid4vc::{RequestParameters, ResponseMode};
use serde_json::{Value, json};
use testkit::TestDatabase;
use vc::sd_jwt::SdJwt;

use crate::testing::{Answer, Behaviour, Browser, StubIssuer, StubVerifier, TestWallet, WALLET};

/// A wallet whose learner holds one microcredential, and a verifier that the register knows.
async fn wallet() -> (TestWallet, StubIssuer, StubVerifier) {
    wallet_on(TestDatabase::sqlite()).await
}

async fn wallet_on(database: TestDatabase) -> (TestWallet, StubIssuer, StubVerifier) {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/discovery").await;
    let verifier = StubVerifier::start().await;
    verifier.register(&wallet, "Werkgever Voorbeeld");
    (wallet, issuer, verifier)
}

async fn receive(learner: &Browser<'_>, issuer: &StubIssuer) {
    let offer = openid4vc::CredentialOffer::query(&issuer.at("/offers/1"));
    let page = path(&learner.get(&format!("/credential-offer?{offer}")).await);
    let kept = learner.take(&page).await;
    assert!(kept.location().contains("/wallet/credentials/"), "{} {}", kept.status, kept.body);
}

fn path(answer: &Answer) -> String {
    answer.location().replace(WALLET, "")
}

/// Opens a request and gives the consent page and where its form goes.
async fn open(learner: &Browser<'_>, link: &str) -> (String, Answer, String) {
    let opened = learner.get(link).await;
    assert_eq!(opened.status.as_u16(), 303, "{}", opened.body);
    let page = path(&opened);
    let shown = learner.get(&page).await;
    let action = shown.body.split("action=\"").find(|part| part.starts_with("/wallet/requests/")).unwrap_or_default();
    let action = action.split('"').next().unwrap_or_default().replace("&#38;", "&");
    (page, shown, action)
}

fn presented(verifier: &StubVerifier, body: &str) -> Value {
    let read = Incoming::parse(body).ok().and_then(|incoming| incoming.decrypt(verifier.encryption()).ok()).unwrap();
    assert_eq!(read.state.as_deref(), Some("state-1"));
    read.vp_token.unwrap()
}

#[tokio::test]
async fn a_registered_party_asks_and_gets_what_was_shown_once() {
    for database in testkit::each_database() {
        let (wallet, issuer, verifier) = wallet_on(database).await;
        let samira = wallet.learner("samira").await;
        receive(&samira, &issuer).await;
        verifier.answers(200, json!({"redirect_uri": verifier.at("/done?response_code=c")}));
        let (page, shown, action) = open(&samira, &verifier.asks(&verifier.parameters(&verifier.client_id(), "n1"))).await;
        for words in
            ["Werkgever Voorbeeld", "Sollicitatie beoordelen", "Data-analyse basis", "Samira", "de Vries", "resultaat", "toestemming"]
        {
            assert!(shown.body.contains(words), "{words}: {}", shown.body);
        }
        assert!(!shown.body.contains("name=\"confirm\""), "a registered party needs no typing");
        assert!(verifier.received().is_empty(), "looking releases nothing");

        let answered = samira.post(&action, &[("choice", "share")]).await;
        assert_eq!(answered.status.as_u16(), 200, "{}", answered.body);
        assert!(answered.body.contains(&verifier.at("/done?response_code=c")), "{}", answered.body);
        let token = presented(&verifier, &verifier.received()[0]);
        let sent = SdJwt::parse(token["mc"][0].as_str().unwrap()).unwrap();
        assert!(sent.disclosed_claims().contains_key("given_name") && !sent.disclosed_claims().contains_key("result"));
        let binding = sent.key_binding().unwrap().payload_unverified();
        assert_eq!((binding["aud"].as_str(), binding["nonce"].as_str()), (Some(verifier.client_id().as_str()), Some("n1")));

        // Pressing again shows what became of it; opening the link again is row R14.
        assert_eq!(samira.post(&action, &[("choice", "refuse")]).await.status.as_u16(), 200);
        assert_eq!(samira.get(&page).await.status.as_u16(), 200);
        let again = samira.get(&verifier.asks(&verifier.parameters(&verifier.client_id(), "n1"))).await;
        assert_eq!((again.status.as_u16(), again.code()), (409, Some("request_used")));
        // So it is when the verifier serves its object no more; what it never asked here is simply gone.
        verifier.serves_no_more();
        let link = |client_id: &str| format!("/authorize?client_id={client_id}&request_uri={}", verifier.at("/request"));
        assert_eq!(samira.get(&link(&verifier.client_id())).await.code(), Some("request_used"));
        let other = format!("/authorize?client_id={}&request_uri={}", verifier.client_id(), verifier.at("/never"));
        assert_eq!(samira.get(&other).await.code(), Some("request_gone"));
        assert_eq!(verifier.received().len(), 1);
        let activity = samira.get("/wallet/activity").await;
        assert!(activity.body.contains("Werkgever Voorbeeld") && !activity.body.contains("de Vries"), "{}", activity.body);
    }
}

#[tokio::test]
async fn rows_r1_r2_r3_and_r8() {
    let (wallet, _, verifier) = wallet().await;
    let samira = wallet.learner("samira").await;
    let honest = verifier.parameters(&verifier.client_id(), "n1");
    for typ in [None, Some("JWT")] {
        let answer = samira.get(&verifier.asks_oddly(&verifier.client_id(), typ, honest.members())).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("request_typ")));
    }
    let outer = verifier.asks_oddly("x509_san_dns:localhost", Some("oauth-authz-req+jwt"), honest.members());
    assert_eq!(samira.get(&outer).await.code(), Some("client_mismatch"));
    let reserved = wallet.get("/authorize?client_id=origin:https://v.example&request=a.b.c").await;
    assert_eq!((reserved.status.as_u16(), reserved.code()), (400, Some("client_prefix")));
    for nonce in [None, Some("a b"), Some("é")] {
        let mut members = honest.members();
        members.remove("nonce");
        members.extend(nonce.map(|nonce| ("nonce".to_owned(), Value::from(nonce))));
        let answer = samira.get(&verifier.asks_oddly(&verifier.client_id(), Some("oauth-authz-req+jwt"), members)).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("invalid_request")), "{nonce:?}");
    }
    assert!(verifier.received().is_empty());
}

#[tokio::test]
async fn a_certificate_of_the_register_is_known_by_its_dns_name_too() {
    let (wallet, issuer, verifier) = wallet().await;
    let samira = wallet.learner("samira").await;
    receive(&samira, &issuer).await;
    let (_, shown, action) = open(&samira, &verifier.asks(&verifier.parameters("x509_san_dns:localhost", "n1"))).await;
    assert!(shown.body.contains("Werkgever Voorbeeld") && !shown.body.contains("name=\"confirm\""), "{}", shown.body);
    samira.post(&action, &[("choice", "share")]).await;
    let token = presented(&verifier, &verifier.received()[0]);
    let sent = SdJwt::parse(token["mc"][0].as_str().unwrap()).unwrap();
    assert_eq!(sent.key_binding().unwrap().payload_unverified()["aud"], "x509_san_dns:localhost");
}

#[tokio::test]
async fn a_visitor_logs_in_first_and_a_posted_request_waits() {
    let (wallet, _, verifier) = wallet().await;
    // Only a client that nobody can be is refused before the login, by GET and by POST.
    for query in ["", "client_id=x509_hash:x&request_uri=https://v.example/r&request_uri_method=PUT", "client_id=a&client_id=b"] {
        let answer = wallet.get(&format!("/authorize?{query}")).await;
        assert!(answer.location().contains("/auth/login?return_to="), "{query}: {}", answer.status);
    }
    let visitor = wallet.learner("visitor").await;
    let reserved = visitor.post_as_is("/authorize", &[("client_id", "origin:https://v.example")]).await;
    assert_eq!((reserved.status.as_u16(), reserved.code()), (400, Some("client_prefix")));
    let odd = visitor.post_as_is("/authorize", &[("client_id", "x509_hash:x")]).await;
    let told = visitor.get(&path(&odd)).await;
    assert_eq!((odd.status.as_u16(), told.status.as_u16(), told.code()), (303, 400, Some("client_auth")));
    let link = verifier.asks(&verifier.parameters(&verifier.client_id(), "n1"));
    let answer = wallet.get(&link).await;
    assert!(answer.location().contains("/auth/login?return_to=%2Fauthorize%3F"), "{}", answer.location());
    let samira = wallet.learner("samira").await;
    let query = link.split_once('?').unwrap().1.to_owned();
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let posted = samira.post_as_is("/authorize", &fields).await;
    assert!(path(&posted).starts_with("/authorize?handle="), "{} {}", posted.status, posted.body);
    assert!(path(&samira.get(&path(&posted)).await).starts_with("/wallet/requests/"));
}

#[tokio::test]
async fn rows_q1_and_r12_are_told_to_the_client() {
    let (wallet, _, verifier) = wallet().await;
    let samira = wallet.learner("samira").await;
    let client_id = verifier.client_id();
    let none = RequestParameters { dcql_query: json!({"credentials": []}), ..verifier.parameters(&client_id, "n1") };
    let answer = samira.get(&verifier.asks(&none)).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("invalid_request")));
    let mut members = verifier.parameters(&client_id, "n2").members();
    members.insert("transaction_data".to_owned(), json!(["e30"]));
    let answer = samira.get(&verifier.asks_oddly(&client_id, Some("oauth-authz-req+jwt"), members)).await;
    assert_eq!(answer.code(), Some("invalid_transaction_data"));
    assert_eq!(verifier.received(), ["error=invalid_request&state=state-1", "error=invalid_transaction_data&state=state-1"]);
}

#[tokio::test]
async fn row_q11_refusing_and_holding_nothing_look_alike() {
    let (wallet, issuer, verifier) = wallet().await;
    let (samira, barry) = (wallet.learner("samira").await, wallet.learner("barry").await);
    receive(&samira, &issuer).await;
    for (learner, nonce) in [(&samira, "n1"), (&barry, "n2")] {
        let (_, shown, action) = open(learner, &verifier.asks(&verifier.parameters(&verifier.client_id(), nonce))).await;
        assert_eq!(shown.body.contains("value=\"share\""), nonce == "n1", "{}", shown.body);
        let answered = learner.post(&action, &[("choice", "refuse")]).await;
        assert_eq!(answered.status.as_u16(), 200, "{}", answered.body);
    }
    assert_eq!(verifier.received(), ["error=access_denied&state=state-1", "error=access_denied&state=state-1"]);
}

#[tokio::test]
async fn rows_x6_x7_x8_send_nothing() {
    let (wallet, issuer, verifier) = wallet().await;
    let samira = wallet.learner("samira").await;
    receive(&samira, &issuer).await;
    let (page, _, action) = open(&samira, &verifier.asks(&verifier.parameters(&verifier.client_id(), "n1"))).await;
    let before = wallet.row_counts().await;
    for fields in [vec![("choice", "share")], vec![("choice", "share"), ("csrf", "stale")]] {
        let answer = samira.post_as_is(&action, &fields).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (403, Some("csrf")));
    }
    let answer = samira.post(&format!("{page}?shown=other"), &[("choice", "share")]).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (409, Some("request_changed")));
    for extra in [("claims[]", "birthdate"), ("optional", "mc/x/0"), ("credential-other", "x"), ("credential-mc", "not-mine")] {
        let answer = samira.post(&action, &[("choice", "share"), extra]).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("form")), "{extra:?}");
    }
    verifier.register(&wallet, "Andere Naam");
    let answer = samira.post(&action, &[("choice", "share")]).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (409, Some("request_changed")), "the register changed after the page was shown");
    assert!(verifier.received().is_empty());
    assert_eq!(wallet.row_counts().await, before);
    assert!(samira.get(&page).await.body.contains("Andere Naam"));
}

#[tokio::test]
async fn an_unproven_party_needs_its_host_typed() {
    let (wallet, issuer, verifier) = wallet().await;
    let samira = wallet.learner("samira").await;
    receive(&samira, &issuer).await;
    let client_id = format!("redirect_uri:{}", verifier.at("/response"));
    let by_value = RequestParameters { response_mode: ResponseMode::DirectPost, ..verifier.parameters(&client_id, "n1") };
    let (_, shown, action) = open(&samira, &format!("/authorize?{}", by_value.query())).await;
    assert!(shown.body.contains("data-expect=\"localhost\""), "{}", shown.body);
    for typed in ["", "werkgever"] {
        let answer = samira.post(&action, &[("choice", "share"), ("confirm", typed)]).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (422, Some("confirm")));
    }
    assert!(verifier.received().is_empty());
    let answer = samira.post(&action, &[("choice", "share"), ("confirm", " Localhost ")]).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    assert!(verifier.received()[0].starts_with("vp_token="));
}

#[tokio::test]
async fn a_login_older_than_ten_minutes_is_renewed_before_the_page() {
    let (wallet, issuer, verifier) = wallet().await;
    let samira = wallet.learner("samira").await;
    receive(&samira, &issuer).await;
    wallet.clock.advance_seconds(540);
    let link = verifier.asks(&verifier.parameters(&verifier.client_id(), "n1"));
    let page = path(&samira.get(&link).await);
    wallet.clock.advance_seconds(61);
    let expired = samira.get(&page).await;
    assert_eq!(expired.status.as_u16(), 410, "the request object ends ten minutes after it was signed");
    let fresh = RequestParameters { response_mode: ResponseMode::DirectPost, ..verifier.parameters(&address(&verifier), "n2") };
    let page = path(&samira.get(&format!("/authorize?{}", fresh.query())).await);
    assert_eq!(path(&samira.get(&page).await), format!("/auth/login?again=1&return_to={page}"));
}

#[tokio::test]
async fn an_unproven_asker_takes_a_login_for_this_question() {
    let (wallet, issuer, verifier) = wallet().await;
    let samira = wallet.learner("samira").await;
    receive(&samira, &issuer).await;
    wallet.clock.advance_seconds(121);
    let asked =
        |nonce: &str| RequestParameters { response_mode: ResponseMode::DirectPost, ..verifier.parameters(&address(&verifier), nonce) };
    let page = path(&samira.get(&format!("/authorize?{}", asked("n1").query())).await);
    assert_eq!(path(&samira.get(&page).await), format!("/auth/login?again=1&return_to={page}"));
    let (_, known, _) = open(&samira, &verifier.asks(&verifier.parameters(&verifier.client_id(), "n2"))).await;
    assert_eq!(known.status.as_u16(), 200, "who is in the register may be answered on a login of ten minutes");
    let again = wallet.learner("samira").await;
    assert_eq!(again.get(&page).await.status.as_u16(), 200, "after the login the question is still there");
}

#[tokio::test]
async fn a_page_that_was_opened_in_time_shares_nothing_once_the_login_is_too_old() {
    let (wallet, issuer, verifier) = wallet().await;
    let samira = wallet.learner("samira").await;
    receive(&samira, &issuer).await;
    wallet.clock.advance_seconds(100);
    let asked = RequestParameters { response_mode: ResponseMode::DirectPost, ..verifier.parameters(&address(&verifier), "n1") };
    let (page, _, action) = open(&samira, &format!("/authorize?{}", asked.query())).await;
    wallet.clock.advance_seconds(501);
    let late = samira.post(&action, &[("choice", "share"), ("confirm", "localhost")]).await;
    assert_eq!(path(&late), format!("/auth/login?again=1&return_to={page}"));
    assert!(verifier.received().is_empty(), "nothing went");
    let refused = samira.post(&action, &[("choice", "refuse")]).await;
    assert!(refused.status.as_u16() == 200 && verifier.received().len() == 1, "refusing takes no login: {}", refused.body);
}

#[tokio::test]
async fn more_time_is_given_once_and_never_beyond_the_object() {
    for database in testkit::each_database() {
        let (wallet, issuer, verifier) = wallet_on(database).await;
        let samira = wallet.learner("samira").await;
        receive(&samira, &issuer).await;
        // A signed object that ends in ten minutes leaves nothing to give.
        let (_, shown, _) = open(&samira, &verifier.asks(&verifier.parameters(&verifier.client_id(), "n1"))).await;
        assert!(shown.status.as_u16() == 200 && !shown.body.contains("value=\"extend\""), "{}", shown.body);
        let asked = RequestParameters { response_mode: ResponseMode::DirectPost, ..verifier.parameters(&address(&verifier), "n2") };
        let (page, shown, action) = open(&samira, &format!("/authorize?{}", asked.query())).await;
        assert!(shown.body.contains("value=\"extend\""), "{}", shown.body);
        assert_eq!(path(&samira.post(&action, &[("choice", "extend")]).await), page);
        assert!(!samira.get(&page).await.body.contains("value=\"extend\""), "once");
        samira.post(&action, &[("choice", "extend")]).await;
        wallet.clock.advance_seconds(1199);
        assert_eq!(samira.get(&page).await.status.as_u16(), 303, "open still, for a new login");
        wallet.clock.advance_seconds(1);
        assert_eq!(samira.get(&page).await.status.as_u16(), 410);
        assert!(verifier.received().is_empty());
    }
}

fn address(verifier: &StubVerifier) -> String {
    format!("redirect_uri:{}", verifier.at("/response"))
}

#[tokio::test]
async fn an_answer_that_did_not_arrive_is_uncertain_and_sent_again() {
    for database in testkit::each_database() {
        let (wallet, issuer, verifier) = wallet_on(database).await;
        let samira = wallet.learner("samira").await;
        receive(&samira, &issuer).await;
        verifier.answers(503, json!({}));
        let (page, _, action) = open(&samira, &verifier.asks(&verifier.parameters(&verifier.client_id(), "n1"))).await;
        let uncertain = samira.post(&action, &[("choice", "share")]).await;
        assert_eq!(uncertain.status.as_u16(), 200);
        verifier.answers(200, json!({}));
        wallet.clock.advance_seconds(2);
        wallet.work().await;
        let arrived = samira.get(&page).await;
        assert_ne!(uncertain.body, arrived.body);
        assert_eq!(verifier.received().len(), 2);
        assert_eq!(verifier.received()[0], verifier.received()[1], "the same bytes");
    }
}

#[tokio::test]
async fn what_the_verifier_does_not_accept_is_said() {
    let (wallet, issuer, verifier) = wallet().await;
    let samira = wallet.learner("samira").await;
    receive(&samira, &issuer).await;
    verifier.answers(400, json!({"error": "invalid_request"}));
    let (_, _, action) = open(&samira, &verifier.asks(&verifier.parameters(&verifier.client_id(), "n1"))).await;
    assert_eq!(samira.post(&action, &[("choice", "share")]).await.status.as_u16(), 200);
    wallet.work().await;
    assert_eq!(verifier.received().len(), 1);
}

/// Numbers that the law keeps to itself are asked in vain at any depth and however they are written, and the asker hears so.
#[tokio::test]
async fn what_nobody_may_ask_is_refused_wherever_it_stands() {
    let (wallet, _, verifier) = wallet().await;
    let samira = wallet.learner("samira").await;
    let client_id = verifier.client_id();
    let asking = |nonce: &str, path: Value| {
        let credential =
            json!({"id": "a", "format": "ldp_vc", "meta": {"type_values": [["https://x.example/T"]]}, "claims": [{"path": path}]});
        RequestParameters { dcql_query: json!({"credentials": [credential]}), ..verifier.parameters(&client_id, nonce) }
    };
    for (nonce, path) in
        [("n1", json!(["bsn"])), ("n2", json!(["credentialSubject", "BSN"])), ("n3", json!(["personal_administrative_number"]))]
    {
        let answer = samira.get(&verifier.asks(&asking(nonce, path))).await;
        assert_eq!(answer.code(), Some("claim_forbidden"), "{nonce}: {}", answer.body);
    }
    assert_eq!(verifier.received(), ["error=invalid_request&state=state-1"; 3]);
}

#[tokio::test]
async fn who_is_suspended_while_the_question_is_open_gets_no_answer_and_no_page() {
    for database in testkit::each_database() {
        let (wallet, issuer, verifier) = wallet_on(database).await;
        let samira = wallet.learner("samira").await;
        receive(&samira, &issuer).await;
        let (page, _, action) = open(&samira, &verifier.asks(&verifier.parameters(&verifier.client_id(), "n1"))).await;
        let before = wallet.row_counts().await;
        for state in ["suspended", "exited"] {
            verifier.is_now(&wallet, state);
            let shown = samira.get(&page).await;
            assert_eq!((shown.status.as_u16(), shown.code()), (400, Some("asker_suspended")), "{state}");
            let confirmed = [("choice", "share"), ("confirm", "localhost")];
            for fields in [&confirmed[..1], &confirmed[..]] {
                let answer = samira.post(&action, fields).await;
                assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("asker_suspended")), "{state}");
            }
        }
        assert!(verifier.received().is_empty());
        assert_eq!(wallet.row_counts().await, before);
        // Admitted again, the question stands as it was asked.
        verifier.is_now(&wallet, "admitted");
        let answered = samira.post(&action, &[("choice", "share")]).await;
        assert_eq!(answered.status.as_u16(), 200, "{}", answered.body);
        assert_eq!(verifier.received().len(), 1);
    }
}

#[tokio::test]
async fn a_purpose_that_the_register_does_not_allow_is_named_as_such() {
    let (wallet, issuer, verifier) = wallet().await;
    let samira = wallet.learner("samira").await;
    receive(&samira, &issuer).await;
    let beyond = "Daarvoor mag hij dit volgens het register niet vragen";
    for (allowed, warned) in [("Sollicitatie beoordelen", false), ("Stage regelen", true)] {
        verifier.may_ask_for(&wallet, allowed);
        let (_, shown, _) =
            open(&samira, &verifier.asks(&verifier.parameters(&verifier.client_id(), allowed.split(' ').next().unwrap()))).await;
        assert_eq!(shown.body.contains(beyond), warned, "{}", shown.body);
        assert!(shown.body.contains(allowed) && shown.body.contains("Sollicitatie beoordelen"), "{}", shown.body);
    }
    assert!(verifier.received().is_empty());
}
