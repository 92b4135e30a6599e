//! Checking badges in every form in which they travel, by machines (`POST /api/v1/verify`) and by people (`/verify`).

use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use testkit::badges::{self, ACHIEVEMENT, COMMENT, SAID, Somebody};

use crate::world::{Reply, World};

/// An issuer and an endorser that the register knows, a holder, and somebody that nobody knows.
struct People {
    issuer: Somebody,
    endorser: Somebody,
    holder: Somebody,
    stranger: Somebody,
}

impl People {
    fn known_to(world: &World) -> Self {
        let people = Self { issuer: Somebody::new(), endorser: Somebody::new(), holder: Somebody::new(), stranger: Somebody::new() };
        world.edit_register(|register| {
            let parties = register["parties"].as_array_mut().unwrap();
            parties.push(people.issuer.party("badgeschool", "Badgeschool Voorbeeld"));
            parties.push(people.endorser.party("vereniging", "Branchevereniging Voorbeeld"));
        });
        people
    }

    fn badge(&self) -> Value {
        self.issuer.badge(self.holder.did())
    }

    /// A badge with three endorsements: of somebody known, of somebody unknown, and one that was changed afterwards.
    fn endorsed(&self) -> Value {
        let mut forged = self.endorser.endorses(ACHIEVEMENT);
        forged["credentialSubject"]["endorsementComment"] = json!("De allerbeste badge.");
        self.issuer.endorsed(self.holder.did(), &[self.endorser.endorses(ACHIEVEMENT), self.stranger.endorses(ACHIEVEMENT), forged])
    }
}

async fn machine(world: &World, body: Vec<u8>, kind: Option<&str>) -> Reply {
    let mut request = Request::post("/api/v1/verify").header("host", "localhost:8082");
    if let Some(kind) = kind {
        request = request.header(header::CONTENT_TYPE, kind);
    }
    world.send(request.body(body.into()).unwrap()).await
}

async fn person(world: &World, file: &[u8], language: &str) -> Reply {
    let mut body = b"--b\r\nContent-Disposition: form-data; name=\"credential\"\r\n\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\nContent-Type: application/octet-stream\r\n\r\n".to_vec();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let request = Request::post(format!("/verify?lang={language}")).header("host", "localhost:8082");
    world.send(request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=b").body(body.into()).unwrap()).await
}

#[tokio::test]
async fn machines_give_any_form_under_any_name() {
    let world = World::new().await;
    let people = People::known_to(&world);
    let badge = people.badge();
    let record = people.issuer.record(people.holder.did(), &[badge.clone(), people.issuer.badge("urn:somebody-else")]);
    let forms: [(&str, Vec<u8>, usize); 5] = [
        ("png", badges::png(&badge), 1),
        ("svg", badges::svg(&badge), 1),
        ("json", badge.to_string().into_bytes(), 1),
        ("wrapped", json!({"credential": badge}).to_string().into_bytes(), 1),
        ("record", record.to_string().into_bytes(), 3),
    ];
    for (name, bytes, count) in forms {
        for kind in [None, Some("image/png"), Some("image/svg+xml"), Some("application/octet-stream"), Some("application/json")] {
            let reply = machine(&world, bytes.clone(), kind).await;
            let report = reply.json();
            assert_eq!((reply.status, report["verdict"].as_str()), (StatusCode::OK, Some("valid")), "{name} {kind:?}: {}", reply.text);
            assert_eq!(report["credentials"].as_array().unwrap().len(), count, "{name}");
        }
    }
    for picture in [badges::png(&badges::altered(&badge)), badges::svg(&badges::altered(&badge))] {
        let reply = machine(&world, picture, None).await;
        assert_eq!((reply.status, reply.json()["verdict"].as_str().map(str::to_owned)), (StatusCode::OK, Some("invalid".into())));
        assert!(reply.json()["credentials"][0].get("claims").is_none());
        assert!(SAID.iter().all(|said| !reply.text.contains(said)), "{}", reply.text);
    }
    for (bytes, code) in [(badges::pixel(), "no_credential_in_image"), (b"\xff\xd8\xff\xe0 a photo".to_vec(), "unreadable")] {
        let report = machine(&world, bytes, Some("image/png")).await.json();
        assert_eq!((report["verdict"].as_str(), report["checks"][0]["code"].as_str()), (Some("unavailable"), Some(code)));
    }
}

#[tokio::test]
async fn a_presentation_answers_the_nonce_that_is_named() {
    let world = World::new().await;
    let people = People::known_to(&world);
    let shown = people.holder.shows(&[people.badge()], "werkgever", "n-1");
    let checked = async |nonce: &str| {
        let body = json!({"credential": shown, "nonce": nonce, "audience": "werkgever"}).to_string();
        let report = machine(&world, body.into_bytes(), None).await.json();
        let bound = report["checks"].as_array().unwrap().iter().find(|check| check["check"] == "holder_binding").unwrap()["code"].clone();
        (report["verdict"].clone(), bound)
    };
    assert_eq!(checked("n-1").await, (json!("valid"), json!("ok")));
    assert_eq!(checked("n-2").await, (json!("invalid"), json!("binding_nonce")));
    let unasked = machine(&world, shown.to_string().into_bytes(), None).await.json();
    assert_eq!(unasked["verdict"], "attention", "a check that was not made is never green");
}

#[tokio::test]
async fn endorsements_are_reported_with_verdicts_of_their_own() {
    let world = World::new().await;
    let people = People::known_to(&world);
    let report = machine(&world, badges::png(&people.endorsed()), None).await.json();
    assert_eq!(report["verdict"], "valid", "{report}");
    let badge = &report["credentials"][0];
    let told: Vec<_> = badge["endorsements"].as_array().unwrap().iter().map(|one| one["verdict"].as_str().unwrap()).collect();
    assert_eq!(told, ["valid", "attention", "invalid"]);
    assert!(badge["endorsements"][2].get("claims").is_none());
    assert!(
        !badge["claims"].to_string().contains("allerbeste") && !badge["claims"].to_string().contains(COMMENT),
        "only what the issuer said"
    );
}

#[tokio::test]
async fn people_see_the_whole_badge_in_both_languages() {
    let world = World::new().await;
    let people = People::known_to(&world);
    let badge = people.endorsed();
    for (language, words) in [
        (
            "nl",
            [
                "Echt en geldig",
                "Resultaten",
                "Waar dit op aansluit",
                "Bewijsstukken",
                "Wat anderen erover zeggen",
                "over wat is behaald",
                "Niet geldig",
            ],
        ),
        (
            "en",
            [
                "Genuine and valid",
                "Results",
                "What this connects to",
                "Evidence",
                "What others say about it",
                "about what was achieved",
                "Not valid",
            ],
        ),
    ] {
        for picture in [badges::png(&badge), badges::svg(&badge)] {
            let page = person(&world, &picture, language).await;
            assert_eq!(page.status, StatusCode::OK);
            for word in words.iter().chain(&SAID).chain(&["Badgeschool Voorbeeld", "Branchevereniging Voorbeeld", COMMENT]) {
                assert!(page.text.contains(word), "{language}: {word} is missing in {}", page.text);
            }
            // Names come from the register, and what was changed is not repeated.
            assert!(!page.text.contains("Zelfbedacht") && !page.text.contains("allerbeste"), "{}", page.text);
        }
    }
    let record = people.issuer.record(people.holder.did(), &[people.badge(), badges::altered(&people.badge())]);
    let page = person(&world, record.to_string().as_bytes(), "nl").await;
    assert!(page.text.contains("Overzicht van Samira") && page.text.contains("Bewijs 3 van 3: Niet geldig"), "{}", page.text);
    assert_eq!(page.text.matches("We laten de inhoud niet zien").count(), 1);
}

#[tokio::test]
async fn nothing_of_a_broken_badge_is_on_the_page() {
    let world = World::new().await;
    let people = People::known_to(&world);
    let broken = badges::altered(&people.endorsed());
    for picture in [badges::png(&broken), badges::svg(&broken), broken.to_string().into_bytes()] {
        let page = person(&world, &picture, "nl").await;
        assert!(page.status == StatusCode::OK && page.text.contains("<h1>Niet geldig</h1>"), "{}", page.text);
        for said in SAID.iter().chain(&[COMMENT, "Badgeschool", "Branchevereniging", "Zelfbedacht", people.issuer.did()]) {
            assert!(!page.text.contains(said), "{said}");
        }
    }
}

#[tokio::test]
async fn a_picture_without_a_credential_gets_a_verdict_that_says_so() {
    let world = World::new().await;
    for (bytes, code, nl, en) in [
        (
            badges::pixel(),
            "no_credential_in_image",
            "In deze afbeelding zit geen digitaal bewijs.",
            "There is no digital credential in this picture.",
        ),
        (
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(),
            "no_credential_in_image",
            "In deze afbeelding zit geen",
            "no digital credential",
        ),
        (
            b"\xff\xd8\xff\xe0 a photo".to_vec(),
            "unreadable",
            "Hier staat geen digitaal bewijs in.",
            "There is no digital credential in this.",
        ),
    ] {
        let page = person(&world, &bytes, "nl").await;
        assert_eq!(page.status, StatusCode::OK);
        for part in ["<h1>Niet te controleren</h1>", nl, code, "Een ander bewijs controleren"] {
            assert!(page.text.contains(part), "{part}: {}", page.text);
        }
        assert!(!page.text.contains("name=\"file\""), "a verdict, and not the form again");
        assert!(person(&world, &bytes, "en").await.text.contains(en));
    }
}

#[tokio::test]
async fn an_issuer_that_was_renamed_and_merged_is_told_in_words() {
    let world = World::new().await;
    let people = People::known_to(&world);
    let key = people.issuer.jwk();
    world.edit_register(|register| {
        let parties = register["parties"].as_array_mut().unwrap();
        parties.push(json!({"slug": "opvolger", "name": {"nl": "Universiteit Voorbeeld", "en": "Example University"}}));
        let school = parties.iter_mut().find(|party| party["slug"] == "badgeschool").unwrap();
        school["state"] = json!("merged");
        school["left"] = json!({"on": "2026-09-01", "successor": "opvolger"});
        school["former_names"] = json!([{"name": {"nl": "De Brug", "en": "The Bridge"}, "until": "2026-06-01"}]);
        school["issues"]["keys"] = json!([{"jwk": key, "valid_from": "2026-01-01"}]);
    });
    let picture = badges::png(&people.badge());
    for (language, words) in [
        ("nl", ["Heette toen", "De Brug", "1\u{a0}september\u{a0}2026 verder gegaan als Universiteit Voorbeeld"]),
        ("en", ["Called at that time", "The Bridge", "went on as Example University on 1\u{a0}September\u{a0}2026"]),
    ] {
        let page = person(&world, &picture, language).await;
        for word in words {
            assert!(page.text.contains(word), "{language}: {word} is missing in {}", page.text);
        }
    }
    let report = machine(&world, picture, None).await.json();
    let issuer = report["checks"].as_array().unwrap().iter().find(|check| check["check"] == "issuer").unwrap()["detail"].clone();
    assert_eq!((issuer["name_then"].as_str(), issuer["successor"].as_str()), (Some("De Brug"), Some("Universiteit Voorbeeld")));
    assert_eq!(report["verdict"], "valid");
}
