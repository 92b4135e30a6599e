//! The walk, from a result at an institution to an employer's verdict: both learners, over HTTP, on both databases.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail loudly, also in their own actors")]

use std::collections::HashSet;
use std::io::Write;

use eduwallet::demo::{Options, start};
use model::{Clock, SystemClock};
use sandbox::World;
use serde_json::{Value, json};
use testkit::browser::Browser;
use testkit::database::POSTGRES;
use testkit::demo::{Demo, until};
use vc::jws::Jws;
use vc::key::VerifyingKey;
use vc::sd_jwt::SdJwt;
use vc::x509::Chain;

const HBO: &str = "hogeschool-voorbeeld";
const MBO: &str = "roc-voorbeeld";
const EMPLOYER: &str = "werkgever-voorbeeld";

async fn story(demo: &Demo) {
    both_learners_have_what_their_schools_gave(demo).await;
    a_result_changed_after_the_start_is_reflected(demo).await;
    an_award_is_delivered_shown_with_consent_and_believed(demo).await;
    the_same_award_is_held_and_shown_as_a_badge(demo).await;
    barry_shows_that_he_is_enrolled_at_the_portal(demo).await;
    a_badge_platform_pushes_what_samira_allowed_and_a_mail_says_so(demo).await;
    a_refusal_says_nothing(demo).await;
    who_is_not_in_the_register_is_shown_as_unproven(demo).await;
    a_link_shows_a_verdict_until_it_is_stopped(demo).await;
    a_withdrawal_shows_at_the_next_opening(demo).await;
    names_come_from_the_register(demo).await;
    eduid_values_are_pairwise(demo).await;
    a_foreign_verifier_needs_the_credential_and_the_anchors_only(demo).await;
}

/// Ids of the credentials on a learner's overview.
async fn overview(browser: &mut Browser, demo: &Demo, query: &str) -> Vec<String> {
    browser.open(&demo.at("wallet", &format!("/wallet{query}"))).await.expect(200);
    browser.page.linked("/wallet/credentials/")
}

/// The credential of a learner whose page says all of these words, waited for.
async fn credential(browser: &mut Browser, demo: &Demo, words: &[&str]) -> String {
    until(&format!("a credential with {words:?}"), async || {
        for id in overview(browser, demo, "").await {
            browser.open(&demo.at("wallet", &format!("/wallet/credentials/{id}"))).await.expect(200);
            if words.iter().all(|words| browser.says(words)) {
                return Some(id);
            }
        }
        None
    })
    .await
}

fn microcredential(demo: &Demo, persona: &str, slug: &str, template: &str, reference: &str) -> Value {
    let (given, family, born) = if persona == "samira" { ("Samira", "de Vries", "2004-05-17") } else { ("Barry", "Jansen", "1984-03-02") };
    json!({"kind": "microcredential", "reference": reference, "template": template,
        "learner": {"eduid": demo.eduid(persona, slug), "given_name": given, "family_name": family, "birthdate": born},
        "awarded_date": "2026-02-01", "result": {"type": "1-10", "value": "8", "passed": true},
        "final": {"by": "examination board", "on": "2026-02-03"}})
}

/// Makes a link with the usual choices.
async fn share(browser: &mut Browser, demo: &Demo, credential: &str) -> String {
    browser.open(&demo.at("wallet", &format!("/wallet/share?c={credential}"))).await.expect(200);
    browser.press("step", "make", &[("label", "Story")]).await.expect(200);
    browser.page.value("link").unwrap().to_owned()
}

async fn report(demo: &Demo, link: &str) -> Value {
    demo.get(&format!("{link}/report.json"), "application/json").await.expect(200).json()
}

async fn both_learners_have_what_their_schools_gave(demo: &Demo) {
    let mut all = HashSet::new();
    for (persona, other) in [("samira", "Barry"), ("barry", "Samira")] {
        let mut browser = demo.learner(persona).await;
        let ids = overview(&mut browser, demo, "").await;
        assert!(ids.len() >= 5, "{persona}: {}", browser.told());
        assert!(!browser.says(other), "{persona} sees {other}");
        all.extend(ids);
        let expected: &[(&str, usize)] = if persona == "samira" { &[("expired", 1), ("suspended", 1), ("withdrawn", 1)] } else { &[] };
        for (state, count) in expected {
            assert!(overview(&mut browser, demo, &format!("?state={state}")).await.len() >= *count, "{state}: {}", browser.told());
        }
    }
    assert!(all.len() >= 14, "{}", all.len());
    // Somebody else's credential is not there.
    let mut barry = demo.learner("barry").await;
    let own: HashSet<String> = overview(&mut barry, demo, "").await.into_iter().collect();
    let foreign = all.iter().find(|id| !own.contains(*id)).unwrap();
    barry.open(&demo.at("wallet", &format!("/wallet/credentials/{foreign}"))).await.expect(404);
}

async fn a_result_changed_after_the_start_is_reflected(demo: &Demo) {
    let mut samira = demo.learner("samira").await;
    let association = demo.association(HBO, "samira", "schrijven-voor-het-web");
    let before = overview(&mut samira, demo, "").await.len();
    let result = |pass: &str, score: &str| {
        json!({"result": {"state": "completed", "pass": pass, "score": score, "resultDate": "2026-02-01", "ext": {"finalBy": "examination board"},
            "consumers": [{"consumerKey": "nl-test-admin", "final": true}]}})
    };
    demo.result(HBO, &association, &result("passed", "7.5")).await;
    let id = credential(&mut samira, demo, &["Schrijven voor het web", "Geldig"]).await;
    assert_eq!(overview(&mut samira, demo, "").await.len(), before + 1);
    let link = share(&mut samira, demo, &id).await;
    assert_eq!(report(demo, &link).await["verdict"], "valid");

    demo.result(HBO, &association, &result("failed", "4")).await;
    until("the withdrawal on the share page", async || (report(demo, &link).await["verdict"] == "invalid").then_some(())).await;
    until("the withdrawal in the wallet", async || {
        samira.open(&demo.at("wallet", &format!("/wallet/credentials/{id}"))).await.expect(200);
        samira.says("Ingetrokken").then_some(())
    })
    .await;
}

async fn an_award_is_delivered_shown_with_consent_and_believed(demo: &Demo) {
    let body = microcredential(demo, "barry", MBO, "zorgtechnologie", "story-barry-1");
    let award = demo.award(MBO, &body).await.expect(201);
    assert_eq!((award.text("/decision").as_str(), demo.award(MBO, &body).await.expect(200).text("/id")), ("issue", award.text("/id")));
    let mut barry = demo.learner("barry").await;
    let id = credential(&mut barry, demo, &["Zorgtechnologie", "1 februari 2026"]).await;

    let purpose = json!({"use_case": "microcredential", "purpose": {"nl": "Beoordelen van je sollicitatie", "en": "Looking at your application"},
        "retention_days": 30, "reference": "story-1"});
    let asked = demo.ask(EMPLOYER, &purpose).await;
    barry.open(&asked.link("wallet_link")).await.expect(200);
    for words in ["Werkgever Voorbeeld", "Beoordelen van je sollicitatie", "Gecontroleerd", "Zorgtechnologie"] {
        assert!(barry.says(words), "{words}: {}", barry.told());
    }
    assert_eq!(asked.told().await["state"], "opened");
    barry.press("choice", "share", &[("credential-microcredential", &id)]).await.expect(200);
    // On a busy machine the page may say that it is not certain yet; the wallet then sends again by itself.
    let page = barry.url.to_string();
    until("the receipt", async || {
        barry.open(&page).await.expect(200);
        barry.says("heeft je gegevens ontvangen").then_some(())
    })
    .await;
    let told = asked.answered().await;
    assert_eq!((&told["state"], &told["report"]["verdict"], &told["reference"]), (&json!("received"), &json!("valid"), &json!("story-1")));
    let claims = &told["claims"]["microcredential"][0];
    assert_eq!(
        (&claims["title"], &claims["given_name"], &claims["family_name"]),
        (&json!("Zorgtechnologie"), &json!("Barry"), &json!("Jansen"))
    );
    assert!(claims.get("birthdate").is_none(), "nobody asked for it");
    for check in told["report"]["checks"].as_array().unwrap() {
        assert_eq!(check["state"], "passed", "{check}");
    }
    // It is over: nobody answers twice, and the learner finds back what went.
    let mut again = demo.learner("barry").await;
    again.open(&asked.link("wallet_link")).await;
    assert!(again.page.form_with("choice", "share").is_none(), "{}", again.told());
    barry.open(&demo.at("wallet", "/wallet/activity")).await.expect(200);
    assert!(barry.says("Zorgtechnologie – Werkgever Voorbeeld"), "{}", barry.told());
}

/// One award is one card, whatever the number of its forms; who asks for a badge gets the badge.
async fn the_same_award_is_held_and_shown_as_a_badge(demo: &Demo) {
    let mut barry = demo.learner("barry").await;
    let before = overview(&mut barry, demo, "").await.len();
    demo.award(MBO, &microcredential(demo, "barry", MBO, "zorg-op-afstand", "story-barry-2")).await.expect(201);
    let id = credential(&mut barry, demo, &["Zorg op afstand", "1 februari 2026", "Ook als Open Badge"]).await;
    assert_eq!(overview(&mut barry, demo, "").await.len(), before + 1, "{}", barry.told());
    let badge = json!({"id": "badge", "format": "ldp_vc",
        "meta": {"type_values": [["https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"]]},
        "claims": [{"path": ["credentialSubject", "achievement", "name"], "values": ["Zorg op afstand"]}]});
    let asked = demo
        .ask(
            EMPLOYER,
            &json!({"dcql_query": {"credentials": [badge]}, "purpose": {"nl": "Badge bekijken", "en": "Looking at a badge"},
            "retention_days": 7}),
        )
        .await;
    barry.open(&asked.link("wallet_link")).await.expect(200);
    assert!(barry.says("gaat altijd in zijn geheel mee") && !barry.says("Jansen"), "{}", barry.told());
    barry.press("choice", "share", &[]).await.expect(200);
    let told = asked.answered().await;
    assert_eq!((&told["state"], &told["report"]["verdict"]), (&json!("received"), &json!("valid")), "{told}");
    assert_eq!(told["report"]["credentials"][0]["format"], "ldp_vc");
    // Deleting takes every form.
    barry.open(&demo.at("wallet", &format!("/wallet/credentials/{id}/delete"))).await.expect(200);
    assert!(barry.says("drie vormen"), "{}", barry.told());
    barry.press("choice", "delete", &[]).await.expect(200);
    assert_eq!(overview(&mut barry, demo, "").await.len(), before);
}

async fn barry_shows_that_he_is_enrolled_at_the_portal(demo: &Demo) {
    let mut barry = demo.learner("barry").await;
    barry.open(demo.text("/sandbox/fii")).await.expect(200);
    barry.press("ask", "proof-of-enrolment", &[]).await;
    if barry.page.link("continue").is_some() {
        barry.follow("continue").await;
    }
    barry.expect(200);
    assert!(barry.says("FII-portaal Voorbeeld"), "{}", barry.told());
    barry.press("choice", "share", &[]).await.expect(200);
    if barry.page.link("continue").is_some() {
        barry.follow("continue").await;
    }
    assert!(barry.url.as_str().starts_with(demo.text("/sandbox/fii")), "{}", barry.told());
    assert!(barry.says("Barry") && barry.says("ROC Voorbeeld"), "{}", barry.told());
}

/// The sandbox's platform registers, is allowed, asks whom the badge is for and pushes it; told once more, nothing is new.
async fn a_badge_platform_pushes_what_samira_allowed_and_a_mail_says_so(demo: &Demo) {
    let (platform, mail) = (demo.text("/sandbox/badges").to_owned(), demo.text("/sandbox/mail").to_owned());
    let mut browser = demo.learner("samira").await;
    let before = overview(&mut browser, demo, "").await;
    browser.open(&platform).await.follow("connect").await.expect(200);
    assert!(browser.says("Oefenbadges") && browser.says("Niemand heeft dit platform voor je nagekeken"), "{}", browser.told());
    browser.press("choice", "refuse", &[]).await.expect(200);
    assert!(browser.says("Je hebt ons niet gekoppeld"), "{}", browser.told());
    assert_eq!(overview(&mut browser, demo, "").await, before, "nothing came");
    for outcome in ["Je badge staat in je wallet", "Je had deze badge al"] {
        browser.open(&platform).await.follow("connect").await.expect(200).press("choice", "allow", &[]).await.expect(200);
        assert!(browser.says(outcome), "{}", browser.told());
    }
    assert_eq!(overview(&mut browser, demo, "").await.len(), before.len() + 1);
    credential(&mut browser, demo, &["Presenteren voor een groep", "gestuurd door een badgeplatform"]).await;
    // Nobody else can come back with what was begun here.
    let mut other = Browser::new();
    assert_eq!(other.open(&format!("{platform}/back?code=x&state=y")).await.status, 400);
    until("a mail to Samira", async || {
        let page = other.open(&mail).await.expect(200);
        (page.says("samira@post.example") && page.says("Er is ingelogd op je wallet vanaf een nieuw apparaat")).then_some(())
    })
    .await;
    assert!(!other.says("Presenteren") && !other.says("Oefenbadges"), "a mail never says what: {}", other.told());
}

async fn a_refusal_says_nothing(demo: &Demo) {
    let question = json!({"use_case": "proof-of-enrolment", "purpose": {"nl": "Inschrijven", "en": "Enrolling"}, "retention_days": 30});
    for persona in ["samira", "barry"] {
        let asked = demo.ask("fii-portaal", &question).await;
        let mut learner = demo.learner(persona).await;
        learner.open(&asked.link("wallet_link")).await.expect(200);
        learner.press("choice", "refuse", &[]).await.expect(200);
        let told = asked.answered().await;
        assert_eq!(told["state"], "refused");
        assert!(told["claims"].is_null() && told["report"].is_null(), "{told}");
    }
}

async fn who_is_not_in_the_register_is_shown_as_unproven(demo: &Demo) {
    let mut employer = Browser::new();
    employer.open(&demo.at("verifier", "/ask")).await.expect(200);
    let fields = [
        ("use_case", "microcredential"),
        ("name", "Bakkerij De Korst"),
        ("contact", "vraag@bakkerij.example"),
        ("purpose", "Kijken of u bij ons past"),
        ("ground", "contract"),
        ("days", "7"),
    ];
    employer.submit("/ask", &fields).await.expect(200);
    let own = employer.url.to_string();
    let start = demo.at("verifier", "/r/");
    let link = employer.page.words.split(' ').find(|word| word.starts_with(&start)).unwrap().to_owned();

    // The candidate opens the link, sees on which page, and goes on to the wallet.
    let mut samira = demo.learner("samira").await;
    let to_wallet = async |samira: &mut Browser| {
        samira.open(&link).await.expect(200);
        let wallet = demo.at("wallet", "/authorize");
        let authorize = samira.page.links.iter().map(|link| link.href.clone()).find(|href| href.starts_with(&wallet)).unwrap();
        samira.open(&authorize).await.expect(200);
    };
    to_wallet(&mut samira).await;
    assert!(samira.says("Bakkerij De Korst") && !samira.says("staat in het register"), "{}", samira.told());
    samira.press("choice", "share", &[]).await;
    assert_ne!(samira.status, 200, "without the typed confirmation nothing goes: {}", samira.told());
    employer.open(&own).await.expect(200);
    assert!(!employer.says("Samira"), "{}", employer.told());
    to_wallet(&mut samira).await;
    samira.press("choice", "share", &[("confirm", "localhost")]).await.expect(200);
    employer.open(&own).await.expect(200);
    assert!(employer.says("Echt en geldig") && employer.says("Samira"), "{}", employer.told());
}

async fn a_link_shows_a_verdict_until_it_is_stopped(demo: &Demo) {
    let mut samira = demo.learner("samira").await;
    let id = credential(&mut samira, demo, &["Datavisualisatie", "Geldig"]).await;
    let link = share(&mut samira, demo, &id).await;
    let mut visitor = Browser::new();
    visitor.open(&link).await.expect(200);
    assert!(visitor.says("Echt en geldig") && visitor.says("Datavisualisatie") && visitor.says("Samira de Vries"), "{}", visitor.told());
    visitor.open(&format!("{link}?lang=en")).await.expect(200);
    assert!(visitor.says("Genuine") || visitor.says("valid"), "{}", visitor.told());
    let report = report(demo, &link).await;
    assert_eq!(report["verdict"], "valid");
    assert!(report["credentials"][0]["claims"].get("birthdate").is_none(), "not ticked, not shown");
    assert!(report["checks"].as_array().unwrap().iter().any(|check| check["check"] == "holder_binding" && check["state"] == "passed"));

    samira.open(&demo.at("wallet", "/wallet/shares")).await.expect(200);
    let shares = samira.page.linked("/wallet/shares/");
    let mut stopped = false;
    for share in shares {
        samira.open(&demo.at("wallet", &format!("/wallet/shares/{share}"))).await.expect(200);
        if samira.body.contains(&link) {
            samira.submit("/stop", &[]).await.expect(200);
            stopped = true;
            break;
        }
    }
    assert!(stopped, "the link is found back among the shares");
    for copy in ["", "/report.json", "/credential", "/certificate"] {
        let accept = if copy == "/report.json" { "application/json" } else { "*/*" };
        let answer = demo.get(&format!("{link}{copy}"), accept).await;
        assert_eq!(answer.status, 404, "{copy}");
        assert!(!answer.body.contains("Samira") && !answer.body.contains("Datavisualisatie"), "{copy}");
    }
    assert_eq!(demo.get(&demo.at("wallet", "/s/AAAAAAAAAAAAAAAAAAAAAA"), "text/html").await.status, 404);
}

async fn a_withdrawal_shows_at_the_next_opening(demo: &Demo) {
    let award = demo.award(HBO, &microcredential(demo, "samira", HBO, "statistiek", "story-samira-1")).await.expect(201).text("/id");
    let mut samira = demo.learner("samira").await;
    let id = credential(&mut samira, demo, &["Statistiek", "1 februari 2026"]).await;
    let link = share(&mut samira, demo, &id).await;
    let mut visitor = Browser::new();
    for (status, verdict, code) in
        [("valid", "valid", "ok"), ("suspended", "attention", "suspended"), ("valid", "valid", "ok"), ("revoked", "invalid", "revoked")]
    {
        demo.status(HBO, &award, status).await;
        let report = until(&format!("{status} on the share page"), async || {
            let report = report(demo, &link).await;
            (report["verdict"] == verdict).then_some(report)
        })
        .await;
        let check = report["checks"].as_array().unwrap().iter().find(|check| check["check"] == "status").unwrap();
        assert_eq!(check["code"], code);
        visitor.open(&link).await.expect(200);
        assert_eq!(visitor.says("Echt en geldig"), verdict == "valid", "{}", visitor.told());
        assert!(!visitor.says("test"), "the issuer's reason is not for visitors: {}", visitor.told());
    }
}

async fn names_come_from_the_register(demo: &Demo) {
    let file = demo.text("/register_file");
    let before = std::fs::read_to_string(file).unwrap();
    let mut samira = demo.learner("samira").await;
    let id = credential(&mut samira, demo, &["Data-analyse basis", "Geldig", "Hogeschool Voorbeeld"]).await;
    let link = share(&mut samira, demo, &id).await;
    let mut register: Value = serde_json::from_str(&before).unwrap();
    for party in register["parties"].as_array_mut().unwrap() {
        let name = match party["slug"].as_str().unwrap() {
            HBO => "Hogeschool Nieuwe Naam",
            EMPLOYER => "Werkgever Andere Naam",
            _ => continue,
        };
        party["name"] = json!({"nl": name, "en": name});
    }
    std::fs::write(file, register.to_string()).unwrap();

    let asked = demo
        .ask(EMPLOYER, &json!({"use_case": "microcredential", "purpose": {"nl": "Sollicitatie", "en": "Job"}, "retention_days": 3}))
        .await;
    samira.open(&asked.link("wallet_link")).await.expect(200);
    assert!(samira.says("Wil je dit delen met Werkgever Andere Naam?"), "{}", samira.told());
    samira.press("choice", "share", &[("credential-microcredential", &id)]).await.expect(200);
    let told = asked.answered().await;
    assert_eq!(told["report"]["credentials"][0]["issuer"]["name"], "Hogeschool Nieuwe Naam");
    let mut visitor = Browser::new();
    visitor.open(&link).await.expect(200);
    assert!(visitor.says("Hogeschool Nieuwe Naam staat in het register"), "{}", visitor.told());
    assert_eq!(report(demo, &link).await["credentials"][0]["issuer"]["name"], "Hogeschool Nieuwe Naam");
    std::fs::write(file, before).unwrap();
    visitor.open(&link).await.expect(200);
    assert!(visitor.says("Hogeschool Voorbeeld staat in het register"), "{}", visitor.told());
}

async fn eduid_values_are_pairwise(demo: &Demo) {
    let mut seen = HashSet::new();
    for (persona, slug, about) in
        [("samira", HBO, "data-analyse-basis"), ("samira", MBO, "zorgtechnologie"), ("barry", MBO, "zorgtechnologie")]
    {
        let eduid = demo.eduid(persona, slug);
        // The institution's OOAPI data, its own login and the description see the same value.
        let person = demo.told(slug, &demo.association(slug, persona, about)).await;
        assert!(person["person"]["otherCodes"].as_array().unwrap().iter().any(|code| code["code"] == eduid.as_str()), "{person}");
        assert!(seen.insert(eduid), "two values that must differ are equal");
    }
    let world = World::demo(SystemClock.now().seconds(), [3; 32]);
    let services = [HBO, MBO, "wallet", "fii-portaal"];
    let values: HashSet<String> =
        ["samira", "barry"].iter().flat_map(|persona| services.map(|service| world.eduid(persona, service).unwrap())).collect();
    assert_eq!(values.len(), 2 * services.len());
}

/// What somebody does who has never heard of us: the chain up to the anchor, the signature under the leaf, the issuer's name in it,
/// the holder's signature, and nothing else.
async fn a_foreign_verifier_needs_the_credential_and_the_anchors_only(demo: &Demo) {
    let mut barry = demo.learner("barry").await;
    let id = credential(&mut barry, demo, &["Zorgtechnologie", "Geldig"]).await;
    let link = share(&mut barry, demo, &id).await;
    let text = demo.get(&format!("{link}/credential"), "application/dc+sd-jwt").await.expect(200);
    assert_eq!(text.media_type, "application/dc+sd-jwt");
    let anchor: String = demo.text("/trust_anchors_pem").lines().filter(|line| !line.starts_with("-----")).collect();
    let anchors = [vc::encoding::b64_decode(&anchor).unwrap()];
    let claims = believed(&text.body, &anchors).unwrap();
    assert_eq!((&claims["title"], &claims["given_name"]), (&json!("Zorgtechnologie"), &json!("Barry")));
    assert_eq!(claims["iss"], demo.institution(MBO, "/credential_issuer"));

    let other = vc::x509::CertificateAuthority::new("Somebody else", SystemClock.now().plus_days(-1).seconds()).unwrap();
    assert!(believed(&text.body, &[other.anchor_der().to_vec()]).is_none(), "another anchor vouches for nothing");
    // One flipped bit anywhere in the signed part or a disclosure is noticed.
    for at in (0..text.body.len()).step_by(text.body.len() / 40) {
        let mut flipped = text.body.clone().into_bytes();
        flipped[at] ^= 1;
        let flipped = String::from_utf8(flipped).unwrap();
        assert!(believed(&flipped, &anchors).is_none(), "byte {at}");
    }
    // The status is published for anybody.
    let uris = vc::verify::status_uri(&text.body);
    assert_eq!(uris.len(), 1);
    assert_eq!(demo.get(&uris[0], "*/*").await.expect(200).media_type, "application/statuslist+jwt");
}

/// The claims, when the presentation is to be believed.
fn believed(text: &str, anchors: &[Vec<u8>]) -> Option<serde_json::Map<String, Value>> {
    let presentation = SdJwt::parse(text).ok()?;
    let jwt = presentation.jwt();
    let x5c: Vec<String> = serde_json::from_value(jwt.header().get("x5c")?.clone()).ok()?;
    let leaf = Chain::from_x5c(&x5c).ok()?.verify(anchors, SystemClock.now().seconds()).ok()?;
    let payload = jwt.verify(&VerifyingKey::from_jwk(&leaf.jwk).ok()?, Some("dc+sd-jwt")).ok()?;
    let named = leaf.san_uris.iter().any(|uri| payload.get("iss").and_then(Value::as_str) == Some(uri));
    let holder = vc::key::Jwk::from_value(payload.pointer("/cnf/jwk")?).ok()?;
    let (signed, binding) = text.rsplit_once('~')?;
    let binding = Jws::parse(binding).ok()?;
    let bound = binding.verify(&VerifyingKey::from_jwk(&holder).ok()?, Some("kb+jwt")).ok()?;
    let hash = vc::encoding::b64url(vc::encoding::sha256(format!("{signed}~").as_bytes()));
    (named && bound.get("sd_hash").and_then(Value::as_str) == Some(&hash)).then(|| presentation.disclosed_claims().clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_walk_on_sqlite() {
    let running = start(Options::default()).await.unwrap();
    story(&Demo::of(running.description())).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_walk_on_postgresql() {
    let Ok(admin) = std::env::var(POSTGRES) else {
        writeln!(std::io::stderr(), "LEFT OUT: the walk on PostgreSQL ({POSTGRES} names no server)").unwrap();
        return;
    };
    let running = start(Options { postgres: Some(admin), ..Options::default() }).await.unwrap();
    story(&Demo::of(running.description())).await;
    running.stop().await;
}
