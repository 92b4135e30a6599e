//! Searching and filtering the overview, by a form with GET. A value that means nothing filters nothing.

use std::collections::BTreeMap;

use model::Timestamp;
use model::held::{Card, HeldState, Kind};
use model::register::Register;
use serde::Deserialize;
use web::Text;
use web::overview::{Choice, Counts, Search};

use super::display;

/// The query of the overview.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Filter {
    #[serde(default)]
    q: String,
    #[serde(default)]
    institution: String,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    year: String,
}

/// States by which the list is filtered, with their words.
const STATES: [(&str, &str, &str); 8] = [
    ("valid", "Geldig", "Valid"),
    ("soon", "Binnenkort verlopen", "Expires soon"),
    ("expired", "Verlopen", "Expired"),
    ("suspended", "Opgeschort", "Suspended"),
    ("withdrawn", "Ingetrokken", "Withdrawn"),
    ("replaced", "Vervangen", "Replaced"),
    ("later", "Nog niet geldig", "Not yet valid"),
    ("unknown", "Niet te controleren", "Cannot be checked"),
];

fn state_word(state: HeldState) -> &'static str {
    match state {
        HeldState::Valid => "valid",
        HeldState::ExpiresSoon => "soon",
        HeldState::Expired => "expired",
        HeldState::Suspended => "suspended",
        HeldState::Withdrawn => "withdrawn",
        HeldState::Replaced => "replaced",
        HeldState::NotYetValid => "later",
        HeldState::Uncheckable => "unknown",
    }
}

fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Microcredential => "microcredential",
        Kind::Enrolment => "enrolment",
        Kind::Other => "other",
    }
}

fn year(card: &Card) -> Option<&str> {
    card.front.summary.date.as_deref()?.get(..4)
}

/// What the address of an institution is in the query: the last part of its identifier.
fn institution_word(issuer: &str) -> &str {
    issuer.trim_end_matches('/').rsplit('/').next().unwrap_or(issuer)
}

impl Filter {
    /// Whether a card is shown.
    pub(crate) fn takes(&self, card: &Card, register: &Register, now: Timestamp) -> bool {
        let front = &card.front;
        let state = front.validity.state(now);
        let by_state = match self.state.as_str() {
            "attention" => !state.is_in_force(),
            "valid" => state.is_in_force(),
            word if STATES.iter().any(|(known, ..)| *known == word) => state_word(state) == word,
            _ => true,
        };
        let by_kind =
            !["microcredential", "enrolment", "other"].contains(&self.kind.as_str()) || kind_word(front.summary.kind) == self.kind;
        let by_institution = self.institution.is_empty() || institution_word(&front.issuer) == self.institution;
        let by_year = self.year.is_empty() || year(card) == Some(self.year.as_str());
        by_state && by_kind && by_institution && by_year && self.finds(card, register)
    }

    /// Every word that was typed stands somewhere in title, institution or study load.
    fn finds(&self, card: &Card, register: &Register) -> bool {
        let summary = &card.front.summary;
        let institution = display::issuer_name(register, &card.front.issuer, &summary.institution);
        let texts = [summary.title.nl.as_str(), summary.title.get("en"), &institution.nl, institution.get(web::Lang::En)];
        let all = texts.join("\n").to_lowercase();
        self.q.to_lowercase().split_whitespace().all(|word| all.contains(word))
    }

    /// The search form, with the choices that these cards offer.
    pub(crate) fn search(&self, cards: &[Card], register: &Register, now: Timestamp) -> Search {
        let mut institutions = BTreeMap::new();
        let (mut kinds, mut states, mut years) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
        for card in cards {
            let front = &card.front;
            let name = display::issuer_name(register, &front.issuer, &front.summary.institution);
            institutions.insert(institution_word(&front.issuer).to_owned(), name);
            let kind = kind_word(front.summary.kind);
            let named = if kind == "other" { Text::new("Ander bewijs", "Other credential") } else { display::type_name(kind) };
            kinds.insert(kind.to_owned(), named);
            states.push(state_word(front.validity.state(now)));
            years.extend(year(card).map(|year| (year.to_owned(), Text::same(year))));
        }
        let present = STATES.iter().filter(|(word, ..)| states.contains(word));
        Search {
            text: self.q.chars().take(100).collect(),
            institution: choices(institutions, &self.institution),
            kind: choices(kinds, &self.kind),
            state: present.map(|(word, nl, en)| choice((*word).to_owned(), Text::new(*nl, *en), &self.state)).collect(),
            year: choices(years, &self.year).into_iter().rev().collect(),
        }
    }

    /// How many cards there are of each class, and which class is shown.
    pub(crate) fn counts(&self, cards: &[Card], now: Timestamp) -> Counts {
        let valid = cards.iter().filter(|card| card.front.validity.state(now).is_in_force()).count();
        let shown = match self.state.as_str() {
            "valid" => "valid",
            "attention" => "attention",
            _ => "",
        };
        Counts { all: cards.len(), valid, attention: cards.len() - valid, shown }
    }
}

fn choices(of: BTreeMap<String, Text>, chosen: &str) -> Vec<Choice> {
    of.into_iter().map(|(value, label)| choice(value, label, chosen)).collect()
}

fn choice(value: String, label: Text, chosen: &str) -> Choice {
    Choice { chosen: value == chosen, value, label }
}
