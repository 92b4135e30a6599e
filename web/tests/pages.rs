//! Every page in every state and both languages keeps the rules that hold for all of them.

use std::collections::HashSet;

use web::samples::{self, Sample};
use web::{Frame, Lang, badge};

/// Renders every page, and hands on its name with the HTML.
fn each(mut look: impl FnMut(&str, Lang, &str)) {
    for Sample { page, state, view } in samples::all() {
        for lang in Lang::ALL {
            let name = format!("{page}/{state}/{}", lang.tag());
            let html = view.render(&Frame::sample(lang, "/page?x=1"));
            assert!(html.is_ok(), "{name}: {:?}", html.err());
            look(&name, lang, &html.unwrap_or_default());
        }
    }
}

/// Every tag of a document as written: `div class="x"`.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).filter_map(|rest| rest.split('>').next()).filter(|tag| !tag.starts_with(['/', '!']))
}

/// Name and value of the attributes of a tag.
fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut rest = tag.split_once(char::is_whitespace).map_or("", |(_, rest)| rest).trim_start();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix("=\"") {
            let (inside, left) = after.split_once('"').unwrap_or((after, ""));
            value = inside.to_owned();
            rest = left;
        }
        assert!(!rest.starts_with('='), "unquoted attribute in <{tag}>");
        found.push((name, value));
        rest = rest.trim_start();
    }
    found
}

#[test]
fn nothing_that_the_content_security_policy_forbids() {
    each(|name, _, html| {
        for tag in tags(html) {
            assert!(!tag.starts_with("style") && !tag.starts_with("iframe") && !tag.starts_with("select"), "{name}: <{tag}>");
            for (attribute, value) in attributes(tag) {
                assert!(attribute != "style" && !attribute.starts_with("on"), "{name}: <{tag}>");
                let loads = matches!(attribute.as_str(), "src" | "action" | "formaction" | "srcset" | "poster")
                    || (attribute == "href" && tag.starts_with("link"));
                assert!(!loads || value.is_empty() || (value.starts_with('/') && !value.starts_with("//")), "{name}: {attribute}={value}");
                assert!(attribute != "href" || !value.trim_start().to_ascii_lowercase().starts_with("javascript:"), "{name}: {value}");
            }
            if tag.starts_with("script") {
                assert!(attributes(tag).iter().any(|(name, _)| name == "src"), "{name}: <{tag}>");
            }
        }
    });
}

#[test]
fn one_heading_one_main_and_headings_in_order() {
    each(|name, lang, html| {
        assert!(html.starts_with(&format!("<!doctype html>\n<html lang=\"{}\">", lang.tag())), "{name}");
        for once in ["<h1", "<main id=\"main\"", "<title>", "class=\"skip\" href=\"#main\"", "<footer", "<header"] {
            assert!(html.matches(once).count() >= 1, "{name}: no {once}");
        }
        assert_eq!(html.matches("<h1").count(), 1, "{name}: one h1");
        let mut level = 0;
        for tag in tags(html) {
            let Some(next) = tag.strip_prefix('h').and_then(|rest| rest.chars().next()).and_then(|digit| digit.to_digit(10)) else {
                continue;
            };
            assert!(next <= level + 1, "{name}: h{next} after h{level}");
            level = next;
        }
    });
}

#[test]
fn ids_are_unique_and_what_points_at_them_finds_them() {
    each(|name, _, html| {
        let all: Vec<(String, String)> = tags(html).flat_map(attributes).collect();
        let mut ids = HashSet::new();
        for (_, id) in all.iter().filter(|(attribute, _)| attribute == "id") {
            assert!(ids.insert(id.as_str()), "{name}: id {id} twice");
        }
        for (attribute, value) in &all {
            let points = matches!(attribute.as_str(), "for" | "aria-labelledby" | "aria-describedby" | "form" | "data-copy" | "data-share");
            for id in value.split_whitespace().filter(|_| points) {
                assert!(ids.contains(id), "{name}: {attribute}={id} points nowhere");
            }
            if let (true, Some(icon)) = (attribute == "href", value.strip_prefix('#')) {
                assert!(ids.contains(icon), "{name}: no #{icon}");
            }
        }
    });
}

#[test]
fn every_form_that_posts_carries_the_token_and_every_control_a_name() {
    each(|name, _, html| {
        for form in html.split("<form ").skip(1) {
            let inside = form.split("</form>").next().unwrap_or_default();
            let posts = inside.split('>').next().unwrap_or_default().contains("method=\"post\"");
            assert!(!posts || inside.contains("name=\"csrf\" value=\"sample-token\""), "{name}: form without token");
        }
        for tag in tags(html).filter(|tag| tag.starts_with("img")) {
            assert!(tag.contains("alt=\""), "{name}: <{tag}>");
        }
        for tag in tags(html).filter(|tag| tag.starts_with("input")) {
            let all = attributes(tag);
            let value = |wanted: &str| all.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
            let hidden = matches!(value("type"), Some("hidden" | "radio" | "checkbox" | "file"));
            let labelled = value("id").is_some_and(|id| html.contains(&format!("for=\"{id}\""))) || value("aria-label").is_some();
            assert!(hidden || labelled, "{name}: <{tag}> has no label");
        }
    });
}

#[test]
fn badges_in_pages_can_be_drawn() {
    each(|name, _, html| {
        for path in html.split('"').filter(|part| part.starts_with("/badge/")) {
            assert!(badge::from_path(path).is_some(), "{name}: {path}");
        }
    });
}

/// Words that would be left over from the other language. Texts marked as Dutch are taken out of English pages first.
#[test]
fn no_word_of_the_other_language_is_left_over() {
    const DUTCH: [&str; 21] = [
        "het",
        "een",
        "niet",
        "je",
        "deze",
        "wordt",
        "bewijs",
        "bewijzen",
        "delen",
        "voor",
        "naar",
        "kunt",
        "zijn",
        "geldig",
        "uitgereikt",
        "verder",
        "opnieuw",
        "ingetrokken",
        "opgeschort",
        "vandaag",
        "gisteren",
    ];
    const ENGLISH: [&str; 15] = [
        "the",
        "this",
        "your",
        "you",
        "with",
        "valid",
        "until",
        "credential",
        "credentials",
        "share",
        "shared",
        "today",
        "yesterday",
        "and",
        "not",
    ];
    each(|name, lang, html| {
        let text = visible(html, lang);
        let foreign: &[&str] = if lang == Lang::En { &DUTCH } else { &ENGLISH };
        for line in text.lines() {
            // Addresses are no words of a language.
            let tokens = line.split_whitespace().filter(|token| !token.contains('/') && !token.contains(".example"));
            for word in tokens.flat_map(|token| token.split(|c: char| !c.is_alphanumeric())).map(str::to_lowercase) {
                assert!(!foreign.contains(&word.as_str()), "{name}: {word} in {line}");
            }
        }
    });
}

/// What is read of a page: no markup, no scripts, nothing that is marked as the other language.
fn visible(html: &str, lang: Lang) -> String {
    let body = html.split("<body>").nth(1).unwrap_or_default();
    let mut text = String::new();
    let mut skipping: Option<(String, usize)> = None;
    for part in body.split('<').skip(1) {
        let (tag, after) = part.split_once('>').unwrap_or((part, ""));
        let element = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap_or_default();
        match &mut skipping {
            Some((of, depth)) if element == of => {
                if tag.starts_with('/') {
                    *depth -= 1
                } else {
                    *depth += 1
                }
                if *depth == 0 {
                    skipping = None;
                    text.push_str(after);
                }
            }
            Some(_) => {}
            None => {
                let foreign =
                    tag.contains(&format!("lang=\"{}\"", lang.other().tag())) || tag.contains("class=\"mono") || tag.starts_with("svg");
                if foreign && !tag.ends_with('/') { skipping = Some((element.to_owned(), 1)) } else { text.push_str(after) }
            }
        }
        text.push(' ');
    }
    text
}

#[test]
fn samples_have_names_of_their_own() {
    let mut names = HashSet::new();
    for Sample { page, state, .. } in samples::all() {
        assert!(names.insert((page, state)), "{page}/{state} twice");
    }
}

#[test]
fn consent_has_its_five_parts_and_two_equal_buttons() {
    let mut seen = 0;
    each(|name, _, html| {
        if !name.starts_with("consent/") {
            return;
        }
        seen += 1;
        for id in ["who", "why", "what", "how-long", "not-shared"] {
            assert!(html.contains(&format!("<section id=\"{id}\"")), "{name}: {id}");
        }
        for choice in ["share", "refuse"] {
            assert_eq!(html.matches(&format!("form=\"answer\" name=\"choice\" value=\"{choice}\"")).count(), 1, "{name}: {choice}");
        }
        assert!(!html.contains("name=\"optional\" value=\"result\" checked"), "{name}: optional parts are off");
        let form = html.split("id=\"answer\"").nth(1).unwrap();
        assert!(form.find("<button disabled hidden>").unwrap() < form.find("<button class").unwrap(), "{name}: Enter does nothing");
        if name.contains("unproven") {
            assert!(html.contains("name=\"confirm\" data-expect=\"vacatures.bakkerij-voorbeeld.example\""), "{name}");
            assert!(!html.contains("<button class=\"btn\""), "{name}: no button stands out");
        }
    });
    assert!(seen >= 16);
}

#[test]
fn at_most_one_button_is_the_primary_one() {
    each(|name, _, html| {
        let primary = |tag: &&str| {
            attributes(tag)
                .iter()
                .any(|(name, value)| name == "class" && value.split(' ').any(|class| class == "btn") && !value.contains("btn-2"))
        };
        assert!(tags(html).filter(primary).count() <= 1, "{name}");
    });
}
