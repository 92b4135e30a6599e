//! Property: a credential or presentation that was changed anywhere never verifies as it did.

use crate::claims::{NOW, World};
use proptest::prelude::*;
use std::sync::LazyLock;
use vc::report::{Report, Verdict};
use vc::sd_jwt::{IatWindow, Path, SdJwt};
use vc::strict_json;
use vc::verify::{self, Binding, Inputs};

static WORLD: LazyLock<(World, String)> = LazyLock::new(|| {
    let world = World::new();
    let issued = world.issue(world.microcredential());
    let shown = issued.reveal(&["result", "learning_outcomes", "given_name"].map(Path::key)).unwrap();
    let text = shown.bind(&world.holder, "aud", "n", NOW).unwrap();
    (world, text)
});

fn verify(text: &str) -> Report {
    let world = &WORLD.0;
    let lists = world.lists();
    let binding = Binding { nonce: "n", audience: "aud", iat_window: Some(IatWindow::PRESENTATION) };
    let inputs = Inputs::new(NOW, &world.trust, "t").with_fetched(&lists).with_binding(Some(binding));
    verify::anything(text.as_bytes(), &inputs)
}

/// Whatever happened to the text: it is refused, and shows no claims.
fn refused(text: &str) {
    let report = verify(text);
    assert!(matches!(report.verdict, Verdict::Invalid | Verdict::Unavailable), "{:?}", report.checks);
}

#[test]
fn untouched_it_verifies() {
    assert_eq!(verify(&WORLD.1).verdict, Verdict::Valid);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_character_changed(at in 0..WORLD.1.len(), with in "[A-Za-z0-9_.~-]") {
        let mut text = WORLD.1.clone();
        text.replace_range(at..=at, &with);
        if text != WORLD.1 {
            refused(&text);
        }
    }

    #[test]
    fn a_piece_removed_or_doubled(a in 0..WORLD.1.len(), length in 1usize..200, double: bool) {
        let text = &WORLD.1;
        let b = (a + length).min(text.len());
        let middle = if double { text[a..b].repeat(2) } else { String::new() };
        let changed = format!("{}{middle}{}", &text[..a], &text[b..]);
        if &changed != text {
            refused(&changed);
        }
    }

    #[test]
    fn disclosures_mixed(order in Just((1..5usize).collect::<Vec<_>>()).prop_shuffle(), keep in 0usize..5) {
        let parts: Vec<&str> = WORLD.1.split('~').collect();
        prop_assert_eq!(parts.len(), 6);
        let picked: Vec<&str> = order.iter().take(keep).map(|at| parts[*at]).collect();
        if picked != parts[1..5] {
            refused(&[&[parts[0]], picked.as_slice(), &[parts[5]]].concat().join("~"));
        }
    }

    #[test]
    fn anything_at_all_is_answered(text in "\\PC{0,300}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        refused(&text);
        prop_assert!(SdJwt::parse(&text).is_err());
        let ours = strict_json::parse(&bytes);
        if let Ok(value) = ours {
            prop_assert_eq!(value, serde_json::from_slice::<serde_json::Value>(&bytes).unwrap());
        }
    }
}
