//! The sandbox eduID as a relying party meets it: login, tokens, pairwise values, refusals.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, LazyLock};

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use sandbox::{Client, EduidProvider, EduidSettings, IdTokenAlgorithm, ProviderKeys, World};
use serde_json::{Value, json};
use url::Url;
use vc::encoding::{b64url, b64url_decode, sha256};
use vc::jws::{self, Jws};
use vc::key::{Algorithm, Jwk, SigningKey, VerifyingKey};

use super::support::{PRESENT, Time, http, listener, random, world};

const VERIFIER: &str = "0123456789012345678901234567890123456789abc";
const BACK: &str = "http://localhost:1/auth/callback";

/// Made once: an RSA key takes its time without optimisation.
static CLIENT_KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Es256).unwrap());

struct Op {
    issuer: String,
    world: Arc<World>,
    time: Time,
    http: reqwest::Client,
}

impl Op {
    async fn start() -> Self {
        let (world, time) = (world(), Time::at(PRESENT));
        let (listener, issuer) = listener().await;
        let client = |id: &str, service: &str| Client::new(id, &format!("{id} secret"), service, &[BACK]);
        let clients = vec![
            client("wallet", "wallet").returning_to("http://localhost:1/bye"),
            client("issuer-hogeschool", "hogeschool-voorbeeld").signed_with(IdTokenAlgorithm::Es256),
            client("desk-hogeschool", "hogeschool-voorbeeld"),
            client("issuer-roc", "roc-voorbeeld").with_keys(vec![CLIENT_KEY.public_jwk().unwrap()]),
        ];
        let keys = ProviderKeys::generate().unwrap();
        let settings =
            EduidSettings { issuer: issuer.clone(), clients, keys, world: Arc::clone(&world), clock: time.clock(), random: random() };
        let provider = EduidProvider::new(settings);
        tokio::spawn(async move { provider.serve(listener).await });
        Self { issuer, world, time, http: http() }
    }

    fn authorize(&self, client: &str, change: &[(&str, &str)]) -> Url {
        let challenge = b64url(sha256(VERIFIER.as_bytes()));
        let mut parameters: BTreeMap<&str, &str> = BTreeMap::from([
            ("response_type", "code"),
            ("client_id", client),
            ("redirect_uri", BACK),
            ("scope", "openid"),
            ("state", "s1"),
            ("nonce", "n1"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        parameters.extend(change.iter().copied());
        let mut url = Url::parse(&format!("{}/authorize", self.issuer)).unwrap();
        url.query_pairs_mut().extend_pairs(parameters.iter().filter(|(_, value)| !value.is_empty()));
        url
    }

    /// The login page: status, headers and body.
    async fn page(&self, url: Url) -> (reqwest::header::HeaderMap, String) {
        let response = self.http.get(url).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        let headers = response.headers().clone();
        (headers, response.text().await.unwrap())
    }

    /// Presses a button of the page and gives the parameters of the answer.
    async fn press(&self, url: Url, button: (&str, &str)) -> BTreeMap<String, String> {
        let (headers, body) = self.page(url).await;
        let handle = body.split("name=\"handle\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        let cookie = headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let request = self.http.post(format!("{}/login", self.issuer)).header("origin", &self.issuer).header("cookie", cookie);
        let response = request.form(&[("handle", handle.as_str()), button]).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 303);
        answer(response.headers()["location"].to_str().unwrap())
    }

    async fn token(&self, code: &str, change: &[(&str, &str)], authentication: Option<(&str, &str)>) -> (u16, Value) {
        let mut form: BTreeMap<&str, &str> =
            BTreeMap::from([("grant_type", "authorization_code"), ("code", code), ("redirect_uri", BACK), ("code_verifier", VERIFIER)]);
        form.extend(change.iter().copied());
        let mut request = self.http.post(format!("{}/token", self.issuer)).form(&form);
        if let Some((user, password)) = authentication {
            request = request.basic_auth(user, Some(password));
        }
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    async fn userinfo(&self, token: &str) -> (u16, Value) {
        let response = self.http.get(format!("{}/userinfo", self.issuer)).bearer_auth(token).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap_or_default())
    }

    /// A whole login: claims of the ID token, unverified, and userinfo.
    async fn login(&self, client: &str, persona: &str, change: &[(&str, &str)]) -> (Value, Value) {
        let code = self.press(self.authorize(client, change), ("persona", persona)).await.remove("code").unwrap();
        let (status, tokens) = self.token(&code, &[], Some((client, &format!("{client} secret")))).await;
        assert_eq!(status, 200, "{tokens}");
        let id_token = Jws::parse(tokens["id_token"].as_str().unwrap()).map(|jws| jws.payload_unverified().clone()).unwrap();
        let (status, userinfo) = self.userinfo(tokens["access_token"].as_str().unwrap()).await;
        assert_eq!(status, 200);
        (id_token, userinfo)
    }

    async fn fault(&self, kind: &str) {
        let order = json!({"kind": kind, "times": 1});
        let response = self.http.post(format!("{}/sandbox/faults", self.issuer)).json(&order).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200, "{kind}");
    }
}

fn answer(location: &str) -> BTreeMap<String, String> {
    assert!(location.starts_with(BACK), "{location}");
    Url::parse(location).unwrap().query_pairs().into_owned().collect()
}

#[tokio::test]
async fn a_login_ends_with_claims_that_hold() {
    let op = Op::start().await;
    let code = {
        let answer = op.press(op.authorize("wallet", &[]), ("persona", "samira")).await;
        assert_eq!((answer["state"].as_str(), &answer["iss"]), ("s1", &op.issuer), "RFC 9207");
        answer["code"].clone()
    };
    let (status, tokens) = op.token(&code, &[], Some(("wallet", "wallet secret"))).await;
    assert_eq!((status, &tokens["token_type"]), (200, &json!("Bearer")));

    let configuration: Value =
        op.http.get(format!("{}/.well-known/openid-configuration", op.issuer)).send().await.unwrap().json().await.unwrap();
    assert_eq!(configuration["issuer"], json!(op.issuer));
    let jwks: Value = op.http.get(configuration["jwks_uri"].as_str().unwrap()).send().await.unwrap().json().await.unwrap();
    let id_token = tokens["id_token"].as_str().unwrap();
    let jws = Jws::parse(id_token).unwrap();
    let key = jwks["keys"].as_array().unwrap().iter().find(|key| key["kid"].as_str() == jws.kid()).unwrap();
    assert_eq!((&jws.header()["alg"], &key["kty"]), (&json!("RS256"), &json!("RSA")));
    let part = |name: &str| b64url_decode(key[name].as_str().unwrap()).unwrap();
    let (signed, signature) = id_token.rsplit_once('.').unwrap();
    let public = RsaPublicKeyComponents { n: part("n"), e: part("e") };
    public.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &b64url_decode(signature).unwrap()).unwrap();

    let claims = jws.payload_unverified();
    assert_eq!((&claims["iss"], &claims["aud"], &claims["nonce"]), (&json!(op.issuer), &json!("wallet"), &json!("n1")));
    assert_eq!((claims["auth_time"].as_i64(), claims["exp"].as_i64()), (Some(PRESENT), Some(PRESENT + 600)));
    assert!(claims.get("eduid").is_none(), "without asking, claims are at userinfo only");
    let (_, userinfo) = op.userinfo(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(userinfo["sub"], claims["sub"]);
    assert_eq!(userinfo["eduid"].as_str(), op.world.eduid("samira", "wallet").as_deref());
    assert_eq!((&userinfo["given_name"], &userinfo["family_name"]), (&json!("Samira"), &json!("de Vries")));
    assert_eq!(userinfo["eduperson_affiliation"], json!(["affiliate", "student"]));
}

#[tokio::test]
async fn es256_clients_and_the_claims_parameter() {
    let op = Op::start().await;
    let wanted = json!({"id_token": {"eduid": {"essential": true}, "given_name": null, "nothing": null}}).to_string();
    let code = op.press(op.authorize("issuer-hogeschool", &[("claims", &wanted)]), ("persona", "samira")).await.remove("code").unwrap();
    let (_, tokens) = op.token(&code, &[], Some(("issuer-hogeschool", "issuer-hogeschool secret"))).await;
    let jwks: Value = op.http.get(format!("{}/jwks", op.issuer)).send().await.unwrap().json().await.unwrap();
    let jws = Jws::parse(tokens["id_token"].as_str().unwrap()).unwrap();
    let key = jwks["keys"].as_array().unwrap().iter().find(|key| key["kid"].as_str() == jws.kid()).unwrap();
    let claims = jws.verify(&VerifyingKey::from_jwk(&Jwk::from_value(key).unwrap()).unwrap(), None).unwrap();
    assert_eq!(claims["eduid"].as_str(), op.world.eduid("samira", "hogeschool-voorbeeld").as_deref());
    assert_eq!(claims["given_name"], json!("Samira"));
    assert!(claims.get("nothing").is_none() && claims.get("family_name").is_none());
}

#[tokio::test]
async fn values_that_must_differ_differ_and_those_that_must_not_do_not() {
    let op = Op::start().await;
    let (mut eduids, mut subjects) = (HashSet::new(), HashSet::new());
    for client in ["wallet", "issuer-hogeschool", "desk-hogeschool"] {
        for persona in ["samira", "barry"] {
            let (id_token, userinfo) = op.login(client, persona, &[]).await;
            assert!(subjects.insert(id_token["sub"].clone()), "sub is pairwise per client");
            eduids.insert((persona, client, userinfo["eduid"].as_str().unwrap().to_owned()));
        }
    }
    let of = |persona: &str, client: &str| {
        eduids.iter().find(|(p, c, _)| (*p, *c) == (persona, client)).map(|(_, _, eduid)| eduid.clone()).unwrap()
    };
    assert_eq!(of("samira", "issuer-hogeschool"), of("samira", "desk-hogeschool"), "one institution sees one value");
    assert_ne!(of("samira", "wallet"), of("samira", "issuer-hogeschool"));
    let mut all = HashSet::new();
    for persona in op.world.personas() {
        for service in ["wallet", "hogeschool-voorbeeld", "roc-voorbeeld", "verifier", "werkgever-voorbeeld"] {
            assert!(all.insert(op.world.eduid(persona.id, service).unwrap()), "{} at {service} is not alone", persona.id);
        }
    }
    let other = World::demo(super::support::START, [8; 32]);
    assert_ne!(other.eduid("samira", "wallet"), op.world.eduid("samira", "wallet"), "another seed is another world");
}

#[tokio::test]
async fn the_data_of_an_institution_knows_its_own_value_only() {
    let op = Op::start().await;
    let server = super::support::institutions(&op.world, &op.time).await;
    for (slug, personas) in [("hogeschool-voorbeeld", vec!["samira"]), ("roc-voorbeeld", vec!["samira", "barry"])] {
        let at = super::support::At::new(&op.world, &server, slug);
        let persons = Value::Array(at.all("/persons").await).to_string();
        for persona in op.world.personas() {
            for service in ["wallet", "hogeschool-voorbeeld", "roc-voorbeeld"] {
                let there = persons.contains(&op.world.eduid(persona.id, service).unwrap());
                assert_eq!(there, service == slug && personas.contains(&persona.id), "{} of {service} at {slug}", persona.id);
            }
        }
    }
}

#[tokio::test]
async fn private_key_jwt_proves_a_client_once() {
    let op = Op::start().await;
    let assertion = |jti: &str, audience: &str, subject: &str| {
        let claims = json!({"iss": subject, "sub": subject, "aud": audience, "exp": PRESENT + 60, "iat": PRESENT, "jti": jti});
        jws::sign(&vc::Map::new(), claims.to_string().as_bytes(), &CLIENT_KEY).unwrap()
    };
    let attempt = async |assertion: String| {
        let code = op.press(op.authorize("issuer-roc", &[]), ("persona", "barry")).await.remove("code").unwrap();
        let jwt_bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        op.token(&code, &[("client_assertion", &assertion), ("client_assertion_type", jwt_bearer)], None).await.0
    };
    assert_eq!(attempt(assertion("1", &op.issuer, "issuer-roc")).await, 200);
    assert_eq!(attempt(assertion("1", &op.issuer, "issuer-roc")).await, 401, "a jti is good once");
    assert_eq!(attempt(assertion("2", "https://other.example", "issuer-roc")).await, 401);
    assert_eq!(attempt(assertion("3", &op.issuer, "wallet")).await, 401, "a client with a secret has no keys");
    let forged = jws::sign(&vc::Map::new(), b"{}", &SigningKey::generate(Algorithm::Es256).unwrap()).unwrap();
    assert_eq!(attempt(forged).await, 401);
}

#[tokio::test]
async fn codes_are_good_once_for_their_client_and_verifier() {
    let op = Op::start().await;
    let fresh = async || op.press(op.authorize("wallet", &[]), ("persona", "samira")).await.remove("code").unwrap();
    let wallet = Some(("wallet", "wallet secret"));
    for (change, authentication, status, error) in [
        (("code_verifier", "9123456789012345678901234567890123456789abc"), wallet, 400, "invalid_grant"),
        (("redirect_uri", "http://localhost:2/"), wallet, 400, "invalid_grant"),
        (("grant_type", "password"), wallet, 400, "unsupported_grant_type"),
        (("scope", "openid"), Some(("desk-hogeschool", "desk-hogeschool secret")), 400, "invalid_grant"),
        (("scope", "openid"), Some(("wallet", "wrong")), 401, "invalid_client"),
        (("scope", "openid"), None, 401, "invalid_client"),
    ] {
        let (got, body) = op.token(&fresh().await, &[change], authentication).await;
        assert_eq!((got, &body["error"]), (status, &json!(error)), "{change:?}");
    }
    let code = fresh().await;
    let (_, tokens) = op.token(&code, &[], wallet).await;
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(op.userinfo(token).await.0, 200);
    assert_eq!(op.token(&code, &[], wallet).await.1["error"], json!("invalid_grant"));
    assert_eq!(op.userinfo(token).await.0, 401, "a code used twice ends what it gave");
    let late = fresh().await;
    op.time.set(PRESENT + 61);
    assert_eq!(op.token(&late, &[], wallet).await.1["error"], json!("invalid_grant"));
}

#[tokio::test]
async fn bad_requests_go_back_with_an_error_or_stay_here() {
    let op = Op::start().await;
    for change in
        [("client_id", "nobody"), ("redirect_uri", "http://localhost:1/auth/callback/"), ("redirect_uri", "https://evil.example/")]
    {
        let response = op.http.get(op.authorize("wallet", &[change])).send().await.unwrap();
        assert_eq!((response.status().as_u16(), response.headers().get("location")), (400, None), "{change:?}");
    }
    for (change, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", "profile"), "invalid_scope"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("response_mode", "fragment"), "invalid_request"),
        (("claims", "[]"), "invalid_request"),
        (("prompt", "none"), "login_required"),
        (("request", "eyJ"), "request_not_supported"),
    ] {
        let response = op.http.get(op.authorize("wallet", &[change])).send().await.unwrap();
        let answer = answer(response.headers()["location"].to_str().unwrap());
        assert_eq!((answer["error"].as_str(), answer["state"].as_str(), &answer["iss"]), (error, "s1", &op.issuer), "{change:?}");
    }
    let mut twice = op.authorize("wallet", &[]);
    twice.query_pairs_mut().append_pair("nonce", "n2");
    let response = op.http.get(twice).send().await.unwrap();
    assert_eq!(answer(response.headers()["location"].to_str().unwrap())["error"], "invalid_request");
}

#[tokio::test]
async fn levels_of_assurance_are_met_or_refused() {
    let op = Op::start().await;
    let student = "https://eduid.nl/trust/affiliation-student";
    assert_eq!(op.login("wallet", "samira", &[("acr_values", student)]).await.0["acr"], json!(student));
    assert_eq!(op.login("wallet", "barry", &[("prompt", "login"), ("max_age", "0")]).await.0["auth_time"], json!(PRESENT));
    let refused = op.press(op.authorize("wallet", &[("acr_values", student)]), ("persona", "admin-roc")).await;
    assert_eq!(refused["error"], "unmet_authentication_requirements");
    let bank = op.authorize("wallet", &[("acr_values", "https://refeds.org/assurance/IAP/high")]);
    assert_eq!(op.press(bank, ("persona", "samira")).await["error"], "unmet_authentication_requirements");
    assert_eq!(op.press(op.authorize("wallet", &[]), ("cancel", "yes")).await["error"], "access_denied");
}

#[tokio::test]
async fn the_page_is_strict_and_belongs_to_its_browser() {
    let op = Op::start().await;
    let (headers, body) = op.page(op.authorize("wallet", &[("ui_locales", "en")])).await;
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("form-action 'self' http://localhost:1;") && !policy.contains("unsafe")
    );
    assert!(body.contains("<html lang=\"en\">") && !body.contains("<script"));
    for persona in op.world.personas() {
        assert!(body.contains(&format!("<button name=\"persona\" value=\"{}\">", persona.id)));
    }
    let handle = body.split("name=\"handle\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let cookie = headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("sandbox_eduid=") && cookie.contains("HttpOnly") && !cookie.contains("Domain"));
    let own = cookie.split(';').next().unwrap();
    for (cookie, origin) in [("", op.issuer.as_str()), ("sandbox_eduid=AAAAAAAAAAAAAAAAAAAAAA", &op.issuer), (own, "https://evil.example")]
    {
        let request = op.http.post(format!("{}/login", op.issuer)).header("origin", origin).header("cookie", cookie);
        let response = request.form(&[("handle", handle), ("persona", "samira")]).send().await.unwrap();
        assert!(response.status().as_u16() == 400 && !response.headers().contains_key("location"), "{cookie} {origin}");
    }
}

#[tokio::test]
async fn a_logout_goes_only_where_it_may() {
    let op = Op::start().await;
    let logout = async |target: &str| {
        let response = op
            .http
            .get(format!("{}/logout", op.issuer))
            .query(&[("post_logout_redirect_uri", target), ("state", "x")])
            .send()
            .await
            .unwrap();
        response.headers().get("location").map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(logout("http://localhost:1/bye").await.as_deref(), Some("http://localhost:1/bye?state=x"));
    assert_eq!(logout("https://evil.example/").await, None);
}

#[tokio::test]
async fn it_misbehaves_as_ordered() {
    let op = Op::start().await;
    op.fault("missing_iss").await;
    assert!(!op.press(op.authorize("wallet", &[]), ("persona", "samira")).await.contains_key("iss"));
    op.fault("wrong_iss").await;
    assert_eq!(op.press(op.authorize("wallet", &[]), ("persona", "samira")).await["iss"], "https://other-op.example");
    for (kind, member, value) in [
        ("wrong_nonce", "nonce", json!("another-nonce")),
        ("missing_nonce", "nonce", Value::Null),
        ("wrong_issuer", "iss", json!("https://other-op.example")),
        ("two_audiences", "aud", json!(["wallet", "another-client"])),
        ("expired", "exp", json!(PRESENT - 600)),
    ] {
        op.fault(kind).await;
        assert_eq!(op.login("wallet", "samira", &[]).await.0[member], value, "{kind}");
    }
    op.fault("no_eduid").await;
    assert!(op.login("wallet", "samira", &[]).await.1.get("eduid").is_none());
    op.fault("alg_none").await;
    let code = op.press(op.authorize("wallet", &[]), ("persona", "samira")).await.remove("code").unwrap();
    let (_, tokens) = op.token(&code, &[], Some(("wallet", "wallet secret"))).await;
    assert!(tokens["id_token"].as_str().unwrap().ends_with('.'), "no signature");
    assert_eq!(op.login("wallet", "samira", &[]).await.0["nonce"], json!("n1"), "and then it is well again");
}
