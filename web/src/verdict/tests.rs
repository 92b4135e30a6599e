//! What a verdict page shows in each of its states, and what it never shows.

use super::*;
use crate::{Frame, Lang, PageView};

#[test]
fn no_name_of_a_person_stands_in_title_or_head() {
    for (state, page) in VerdictPage::samples() {
        for lang in Lang::ALL {
            let html = page.render(&Frame::sample(lang, "/s/x")).unwrap();
            let (head, _) = html.split_once("</head>").unwrap();
            assert!(!head.contains("Samira") && !head.contains("Barry"), "{state}");
            assert!(head.contains("noindex"), "{state}");
        }
    }
}

#[test]
fn an_altered_credential_shows_nothing_of_itself() {
    let (_, page) = VerdictPage::samples().into_iter().find(|(state, _)| *state == "invalid-signature").unwrap();
    let html = page.render(&Frame { signed_in_name: None, ..Frame::sample(Lang::Nl, "/s/x") }).unwrap();
    for content in ["Samira", "Data-analyse", "Hogeschool", "dataset"] {
        assert!(!html.contains(content), "{content}");
    }
}

#[test]
fn only_a_page_with_every_check_passed_is_green() {
    for (state, page) in VerdictPage::samples() {
        let html = page.render(&Frame::sample(Lang::Nl, "/s/x")).unwrap();
        let all_passed = page.credentials.iter().flat_map(|one| &one.checks).all(|check| check.state == CheckState::Passed);
        assert_eq!(html.contains("plane p-ok"), all_passed, "{state}");
    }
}

/// A sample in a language.
fn shown(state: &str, lang: Lang) -> String {
    let (_, page) = VerdictPage::samples().into_iter().find(|(name, _)| *name == state).unwrap();
    page.render(&Frame { signed_in_name: None, ..Frame::sample(lang, "/s/x") }).unwrap()
}

#[test]
fn a_badge_shows_results_frameworks_and_evidence_in_both_languages() {
    let words = [
        (
            Lang::Nl,
            [
                "Resultaten",
                "Schaal van 1 tot en met 10; nodig om te slagen: 5.5; behaald",
                "Mogelijk: A, B, C, D",
                "Waar dit op aansluit",
                "Deze stukken hebben wij niet bekeken.",
            ],
        ),
        (
            Lang::En,
            [
                "Results",
                "Scale from 1 to 10; needed to pass: 5.5; completed",
                "Possible: A, B, C, D",
                "What this connects to",
                "We did not look at these.",
            ],
        ),
    ];
    for (lang, parts) in words {
        let html = shown("badge", lang);
        for part in parts.iter().chain(&["S1.4.2", "Verslag van drie interviews", "urn:uuid:0a6c2b1e-3b8f-4a54-9f0f"]) {
            assert!(html.contains(part), "{lang:?}: {part}");
        }
        // Addresses of others are links only where they lead to the web, and tell nobody where somebody came from.
        assert!(
            html.contains("<a class=\"tap mono\" href=\"https://vaardigheden.example/lijst/s1-4-2\" rel=\"noopener noreferrer nofollow\">")
        );
        assert!(!html.contains("href=\"urn:"));
        assert!(!shown("valid", lang).contains(parts[3]), "a page without them has no empty places");
    }
}

#[test]
fn each_endorsement_has_its_own_verdict_and_a_broken_one_says_nothing() {
    for (lang, parts) in [
        (
            Lang::Nl,
            [
                "Wat anderen erover zeggen",
                "over wat is behaald",
                "Opgegeven uitgever: https://onbekend.example/wij",
                "De handtekening onder deze aanbeveling klopt niet",
            ],
        ),
        (
            Lang::En,
            [
                "What others say about it",
                "about what was achieved",
                "Issuer as stated: https://onbekend.example/wij",
                "The signature under this endorsement is wrong",
            ],
        ),
    ] {
        let html = shown("badge-endorsed", lang);
        for part in parts.iter().chain(&["Branchevereniging Voorbeeld", "kan bij ons als interviewer beginnen"]) {
            assert!(html.contains(part), "{lang:?}: {part}");
        }
        assert_eq!(html.matches("class=\"quote\"").count(), 2, "the third says nothing");
        assert!(html.contains("plane p-ok"), "what others say changes nothing about the badge");
    }
}

#[test]
fn what_became_of_an_issuer_is_told_in_words() {
    let told = [
        ("issuer-renamed", Lang::Nl, "heette de uitgever Hogeschool De Brug"),
        ("issuer-renamed", Lang::En, "the issuer was called De Brug College"),
        ("issuer-left", Lang::Nl, "De uitgever is gestopt op 1\u{a0}september\u{a0}2026."),
        ("issuer-left", Lang::En, "The issuer stopped on 1\u{a0}September\u{a0}2026."),
        ("issuer-merged", Lang::Nl, "op 1\u{a0}september\u{a0}2026 verder gegaan als Universiteit Voorbeeld."),
        ("issuer-merged", Lang::En, "went on as Example University on 1\u{a0}September\u{a0}2026."),
    ];
    for (state, lang, words) in told {
        assert!(shown(state, lang).contains(words), "{state} {lang:?}");
    }
    assert!(!shown("valid", Lang::Nl).contains("heette"));
}

#[test]
fn what_could_not_be_read_or_not_be_checked_says_why() {
    for (state, lang, words) in [
        ("unavailable-picture", Lang::Nl, "In deze afbeelding zit geen digitaal bewijs."),
        ("unavailable-picture", Lang::En, "There is no digital credential in this picture."),
        ("unavailable-key", Lang::Nl, "We konden de sleutel van de uitgever niet vinden."),
    ] {
        let html = shown(state, lang);
        let (lead, _) = html.split_once("class=\"checks\"").unwrap();
        assert!(lead.contains(words) && html.contains("plane p-mute"), "{state} {lang:?}");
        for genuine in ["Echt", "Genuine", "De handtekening klopt", "Samira"] {
            assert!(!html.contains(genuine), "{state} {lang:?}: {genuine}");
        }
    }
}
