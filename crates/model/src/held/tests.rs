//! Cards, forms and what replaces what.

use super::*;

fn validity() -> Validity {
    let now = Timestamp::from_seconds(1_000_000_000);
    Validity { from: Some(now), until: Some(now.plus_days(100)), standing: Standing::Valid, standing_at: Some(now), superseded: false }
}

#[test]
fn the_calendar_and_the_issuer_decide_together() {
    let now = Timestamp::from_seconds(1_000_000_000);
    let held = validity();
    assert_eq!(held.state(now), HeldState::Valid);
    assert_eq!(held.state(now.plus_seconds(-1)), HeldState::NotYetValid);
    assert_eq!(held.state(now.plus_days(70)), HeldState::ExpiresSoon);
    assert_eq!(held.state(now.plus_days(100)), HeldState::Expired);
    assert_eq!(Validity { standing: Standing::Suspended, ..held }.state(now.plus_days(200)), HeldState::Suspended);
    assert_eq!(Validity { standing: Standing::Revoked, ..held }.state(now), HeldState::Withdrawn);
    assert_eq!(Validity { standing: Standing::Revoked, superseded: true, ..held }.state(now), HeldState::Replaced);
    assert_eq!(Validity { standing: Standing::Unknown, ..held }.state(now), HeldState::Uncheckable);
}

#[test]
fn standings_keep_their_words() {
    for standing in [Standing::Valid, Standing::Suspended, Standing::Revoked, Standing::Unknown] {
        assert_eq!(Standing::parse(standing.as_str()), Some(standing));
    }
}

fn copy(id: &str, card: &str, format: &str, received: i64, superseded: bool) -> HeldCopy {
    HeldCopy {
        id: CredentialId::new(id),
        card: card.to_owned(),
        receipt: ReceiptId::new(card),
        format: format.to_owned(),
        vct: "https://example.org/vct".to_owned(),
        issuer: "https://issuer.example/school".to_owned(),
        summary: Summary {
            kind: Kind::Microcredential,
            title: LocalText::same("Data"),
            institution: LocalText::same("School"),
            institution_slug: None,
            date: Some("2026-02-01".to_owned()),
            workload: None,
            level: None,
            academic_year: None,
            phase: None,
            badge: false,
            pattern: "data".to_owned(),
            holder: None,
            result: None,
            own_id: None,
            labels: Vec::new(),
            origin: None,
        },
        validity: Validity { superseded, ..validity() },
        received_at: Timestamp::from_seconds(received),
        opened: false,
        has_key: true,
    }
}

#[test]
fn one_achievement_is_one_card() {
    let cards = Card::lay_out(vec![
        copy("old", "a", "dc+sd-jwt", 10, true),
        copy("badge", "a", "ldp_vc", 30, false),
        copy("new", "a", "dc+sd-jwt", 20, false),
        copy("other", "b", "dc+sd-jwt", 40, false),
    ]);
    let fronts: Vec<_> = cards.iter().map(|card| card.front.id.as_str()).collect();
    assert_eq!(fronts, ["other", "new"]);
    assert_eq!(cards[1].others.iter().map(|copy| copy.id.as_str()).collect::<Vec<_>>(), ["badge", "old"]);
    assert_eq!(cards[1].forms().iter().map(|copy| copy.id.as_str()).collect::<Vec<_>>(), ["new", "badge"]);
}

fn arrives<'c>(receipt: &str, format: &str, change: impl FnOnce(&mut Summary), copies: &'c [HeldCopy]) -> Option<&'c str> {
    let mut summary = copy("x", "x", format, 50, false).summary;
    change(&mut summary);
    card_for(&ReceiptId::new(receipt), format, "https://issuer.example/school", &summary, copies)
}

#[test]
fn a_form_finds_the_card_of_its_achievement() {
    let held = [copy("sd", "a", "dc+sd-jwt", 10, false)];
    assert_eq!(arrives("a", "ldp_vc", |_| (), &held), Some("a"), "the same offer");
    assert_eq!(arrives("b", "ldp_vc", |_| (), &held), Some("a"), "another way, the same content");
    assert_eq!(arrives("b", "dc+sd-jwt", |_| (), &held), None, "an award that says the same is another award");
    assert_eq!(arrives("a", "ldp_vc", |s| s.title = LocalText::same("Care"), &held), None);
    assert_eq!(arrives("b", "ldp_vc", |s| s.date = Some("2026-02-02".to_owned()), &held), None);
    assert_eq!(arrives("b", "ldp_vc", |s| s.date = None, &held), None, "without a date nothing says that it is the same");
    let mut known = held.clone();
    known[0].summary.result = Some("8".to_owned());
    assert_eq!(arrives("b", "ldp_vc", |s| s.result = Some("7".to_owned()), &known), None);
    assert_eq!(arrives("b", "ldp_vc", |s| s.holder = Some("Samira".to_owned()), &known), Some("a"), "left out in one form");
    known[0].validity.standing = Standing::Revoked;
    assert_eq!(arrives("b", "ldp_vc", |_| (), &known), None, "what was withdrawn gets no new forms");
    let mut badge = copy("badge", "c", "ldp_vc", 10, false);
    badge.summary.own_id = Some("urn:uuid:1".to_owned());
    assert_eq!(arrives("b", "ldp_vc", |s| s.own_id = Some("urn:uuid:1".to_owned()), &[badge]), Some("c"), "the same badge again");
}

#[test]
fn a_withdrawn_copy_is_replaced_by_the_next_of_its_title() {
    let old = copy("old", "a", "dc+sd-jwt", 10, false);
    let withdrawn = HeldCopy { validity: Validity { standing: Standing::Revoked, ..old.validity }, ..old.clone() };
    let new = copy("new", "b", "dc+sd-jwt", 20, false);
    let ids = |copies: &[HeldCopy]| {
        replacements(copies).into_iter().map(|(old, new)| (old.as_str().to_owned(), new.as_str().to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(ids(&[withdrawn.clone(), new.clone()]), [("old".to_owned(), "new".to_owned())]);
    assert!(ids(&[old, new.clone()]).is_empty());
    assert!(ids(&[withdrawn.clone(), HeldCopy { issuer: "https://other.example".to_owned(), ..new.clone() }]).is_empty());
    // Each form by its own, and one that did not come back by another; a form that came later replaces nothing beside it.
    let badge = HeldCopy { format: "ldp_vc".to_owned(), id: CredentialId::new("old-badge"), ..withdrawn.clone() };
    let jwt = HeldCopy { format: "jwt_vc_json".to_owned(), id: CredentialId::new("old-jwt"), ..withdrawn.clone() };
    let again = copy("new-badge", "b", "ldp_vc", 20, false);
    let pairs = ids(&[withdrawn.clone(), badge, jwt, new, again]);
    let expected = [("old", "new"), ("old-badge", "new-badge"), ("old-jwt", "new")];
    assert_eq!(pairs, expected.map(|(old, new)| (old.to_owned(), new.to_owned())));
    assert!(ids(&[withdrawn, copy("late", "a", "ldp_vc", 30, false)]).is_empty());
}

#[test]
fn a_badge_that_uses_its_identifier_again_replaces_itself() {
    let mut old = copy("old", "a", "ldp_vc", 10, false);
    old.summary.own_id = Some("urn:uuid:1".to_owned());
    let mut new = HeldCopy { id: CredentialId::new("new"), received_at: Timestamp::from_seconds(20), ..old.clone() };
    assert_eq!(replacements(&[old.clone(), new.clone()]).len(), 1);
    new.summary.own_id = Some("urn:uuid:2".to_owned());
    assert!(replacements(&[old, new]).is_empty());
}
