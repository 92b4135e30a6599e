//! From our nouns to what pages show: names from the register, pictures by their grammar, states in words.

use model::held::{HeldState, Kind, Level, Summary, Validity, Way};
use model::receipt::Came;
use model::register::{Logo, Register};
use model::{LocalText, Timestamp};
use web::badge::{BadgeSpec, Colour, Shape};
use web::head::{self, Head, Load, State, Unit};
use web::party::{Party, Proof};
use web::{Day, Fact, Lang, Moment, Text, Value};

use crate::parties::{self, Institution};

/// A text of a person or an institution.
pub(crate) fn text(text: &LocalText) -> Text {
    Text { nl: text.nl.clone(), en: text.en.clone() }
}

/// A moment as pages take it.
pub(crate) fn moment(at: Timestamp) -> Moment {
    Moment(at.seconds())
}

/// The calendar date of a moment.
pub(crate) fn day(at: Timestamp) -> Day {
    moment(at).day()
}

/// By which way a credential came, in words that follow "it came" or stand alone.
pub(crate) fn way(way: Way, came: Option<Came>) -> Text {
    let brought = match came {
        Some(Came::Pasted) => Text::new("met een link die je plakte", "by a link that you pasted"),
        Some(Came::Photo) => Text::new("met een foto van een code", "by a photo of a code"),
        Some(Came::Camera) => Text::new("met een code die je scande", "by a code that you scanned"),
        Some(Came::Link) | None => Text::new("met een link of code die je opende", "by a link or code that you opened"),
    };
    match way {
        Way::Delivery => Text::new("bezorgd, omdat je deze school koppelde", "delivered, because you connected this school"),
        Way::Offer => brought,
        Way::Login => {
            let (nl, en) = (brought.get(Lang::Nl), brought.get(Lang::En));
            Text::new(format!("{nl}, na inloggen bij de uitgever"), format!("{en}, after logging in at the issuer"))
        }
        Way::Pushed => Text::new("gestuurd door een badgeplatform", "sent by a badge platform"),
        Way::File => Text::new("uit een bestand dat je koos", "from a file that you chose"),
    }
}

/// The name of a type by its short name, as "what will come" is listed.
pub(crate) fn type_name(short_name: &str) -> Text {
    match vc::bundled::by_short_name(short_name) {
        Some(kind) => Text::new(kind.name("nl"), kind.name("en")),
        None => Text::same(short_name),
    }
}

/// An institution of the register, as a page shows a party.
pub(crate) fn party(register: &Register, institution: &Institution) -> Party {
    let mut facts: Vec<Fact> = Vec::new();
    if let Some(party) = register.party(&institution.slug) {
        let legal = party.legal_name.clone().map(|name| Fact::new(Text::new("Wettelijke naam", "Legal name"), Value::same(name)));
        let place = party.place.as_ref().map(|place| Fact::new(Text::new("Plaats", "Place"), Value::Text(text(place))));
        let site = party.site.clone().map(|site| Fact::new(Text::new("Website", "Website"), Value::same(site)));
        facts.extend([legal, place, site].into_iter().flatten());
    }
    Party {
        name: text(&institution.name),
        service: None,
        colour: colour(register, &institution.slug),
        picture: register.party(&institution.slug).and_then(|party| party.logo.as_ref()).map(Logo::path),
        proof: Proof::Register { keeper: text(&register.keeper.name) },
        facts,
    }
}

/// An issuer that the register does not know: only its address is known, or its key.
pub(crate) fn unknown_party(issuer: &str, own_name: Option<&LocalText>) -> Party {
    let host = host_of(issuer);
    let known = host.clone().unwrap_or_else(|| issuer.to_owned());
    Party {
        name: own_name.map_or_else(|| Text::same(known.clone()), text),
        service: None,
        colour: Colour::of(&known),
        picture: None,
        proof: host.map_or(Proof::Key, |host| Proof::Address { host }),
        facts: Vec::new(),
    }
}

/// The host that an issuer's identifier names, when it names one: of an address, or of a `did:web`.
fn host_of(issuer: &str) -> Option<String> {
    if let Some(named) = issuer.strip_prefix("did:web:") {
        return named.split(':').next().map(|host| host.split("%3A").next().unwrap_or(host).to_owned());
    }
    url::Url::parse(issuer).ok()?.host_str().map(str::to_owned)
}

/// The colour of an institution: the register's, else one of ours by its slug.
fn colour(register: &Register, slug: &str) -> Colour {
    let chosen = register.party(slug).and_then(|party| party.colour.as_deref());
    chosen.and_then(Colour::from_hex).unwrap_or_else(|| Colour::of(slug))
}

/// The name of an issuer: the register's, so that a name that changed there changes here; else what the credential says.
pub(crate) fn issuer_name(register: &Register, issuer: &str, says: &LocalText) -> Text {
    register.issuer(issuer).map_or_else(|| text(says), |party| text(&party.name))
}

/// What lists and page heads show of a credential.
pub(crate) fn head(summary: &Summary, issuer: &str, register: &Register) -> Head {
    let slug = parties::issuer(register, issuer).map(|institution| institution.slug).or_else(|| summary.institution_slug.clone());
    let colour = slug.map_or_else(|| Colour::of(issuer), |slug| colour(register, &slug));
    let level = summary.level.as_ref().map(shown_level);
    let figure = level.as_ref().and_then(head::Level::figure);
    let (amount, unit) = figure_of(summary);
    let enrolment = summary.kind == Kind::Enrolment;
    Head {
        badge: BadgeSpec::new(shape(summary.kind), colour, &summary.pattern, figure, (&amount, unit)),
        title: text(&summary.title),
        kind: match summary.kind {
            Kind::Microcredential => head::Kind::Microcredential,
            Kind::Enrolment => head::Kind::Enrolment,
            Kind::Other if summary.badge => head::Kind::Badge,
            Kind::Other => head::Kind::Other(Text::new("Bewijs", "Credential")),
        },
        institution: issuer_name(register, issuer, &summary.institution),
        date: summary.date.as_deref().and_then(Day::parse),
        academic_year: summary.academic_year.clone(),
        load: load(summary),
        level: level.filter(|_| !enrolment),
    }
}

fn shape(kind: Kind) -> Shape {
    match kind {
        Kind::Microcredential => Shape::Microcredential,
        Kind::Enrolment => Shape::Enrolment,
        Kind::Other => Shape::Badge,
    }
}

fn shown_level(level: &Level) -> head::Level {
    head::Level { framework: level.framework.clone(), value: level.value.clone(), verified: level.verified }
}

/// The amount of study, in a unit that is never added to another.
pub(crate) fn load(summary: &Summary) -> Option<Load> {
    let workload = summary.workload.as_ref()?;
    let unit = match workload.unit.as_str() {
        "ects" => Unit::Ec,
        "sbu" => Unit::Sbu,
        _ => Unit::Hours,
    };
    Some(Load { amount: workload.value, unit })
}

/// The figure in the badge and the unit under it: study load, or the academic year of an enrolment.
fn figure_of(summary: &Summary) -> (String, &'static str) {
    if let Some(load) = load(summary) {
        let amount =
            if load.amount.fract() == 0.0 { format!("{:.0}", load.amount) } else { format!("{:.1}", load.amount).replace('.', ",") };
        return (amount, load.unit.words(Lang::Nl));
    }
    let short = |year: &str| year.get(2..4).unwrap_or_default().to_owned();
    match summary.academic_year.as_deref().and_then(|years| years.split_once('-')) {
        Some((from, to)) => (format!("{}/{}", short(from), short(to)), ""),
        None => (summary.date.as_deref().and_then(|date| date.get(..4)).unwrap_or_default().to_owned(), ""),
    }
}

/// The state of a credential in words, icon and colour.
pub(crate) fn state(validity: &Validity, now: Timestamp) -> State {
    let until = validity.until.map(|until| day(until.plus_seconds(-1)));
    let from = validity.from.map(day);
    match (validity.state(now), until, from) {
        (HeldState::ExpiresSoon, Some(until), _) => State::ExpiresSoon(until),
        (HeldState::Expired, Some(until), _) => State::Expired(until),
        (HeldState::NotYetValid, _, Some(from)) => State::NotYetValid(from),
        (HeldState::Suspended, ..) => State::Suspended(None),
        (HeldState::Withdrawn, ..) => State::Withdrawn(None),
        (HeldState::Replaced, ..) => State::Replaced,
        (HeldState::Uncheckable, ..) => State::Uncheckable,
        (HeldState::Valid | HeldState::ExpiresSoon | HeldState::Expired | HeldState::NotYetValid, ..) => State::Valid,
    }
}
