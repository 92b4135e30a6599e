//! Standing permissions: what a receiver of the register may get again, given with some friction, listed, and withdrawn at once.

use crate::party::Party;
use crate::view::{template, words};
use crate::{Chrome, Day, Lang, Moment, PageView, Section, Text};

/// `GET /wallet/activity/{id}/permission`: asks before a permission is given.
#[derive(Clone, Debug)]
pub struct GivePermission {
    /// To whom.
    pub party: Party,
    /// Labels of what it would get.
    pub labels: Vec<Text>,
    /// For what.
    pub purpose: Text,
    /// The ends that can be chosen: value, and the date; the first is preselected.
    pub ends: Vec<(&'static str, Day)>,
    /// For how many days it may keep what it gets.
    pub keeps_days: u32,
    /// Where the form posts to.
    pub action: String,
    /// The entry that it starts from.
    pub back: String,
}

/// `GET /wallet/permissions`.
#[derive(Clone, Debug, Default)]
pub struct Permissions {
    /// The first to end first.
    pub rows: Vec<PermissionRow>,
}

/// One permission.
#[derive(Clone, Debug)]
pub struct PermissionRow {
    /// To whom.
    pub party: Text,
    /// Its service.
    pub service: Text,
    /// Labels of what it may get.
    pub labels: Vec<Text>,
    /// For what.
    pub purpose: Text,
    /// When it was given.
    pub given: Moment,
    /// Until when.
    pub until: Day,
    /// Whether it holds; one that does not is over because the receiver's entry changed.
    pub holds: bool,
    /// Where the form to withdraw it posts to.
    pub withdraw: String,
}

impl GivePermission {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            party: Party::sample_school(),
            labels: vec![Text::new("Inschrijving", "Enrolment"), Text::new("Opleiding", "Programme")],
            purpose: Text::new("Je inschrijving bijwerken", "Keeping your enrolment up to date"),
            ends: vec![("year", Day { year: 2027, month: 8, day: 31 }), ("quarter", Day { year: 2027, month: 2, day: 24 })],
            keeps_days: 90,
            action: "/wallet/activity/a/permission".to_owned(),
            back: "/wallet/activity/a".to_owned(),
        };
        vec![("ask", page)]
    }
}

impl Permissions {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let row = PermissionRow {
            party: Text::same("Hogeschool Voorbeeld"),
            service: Text::new("Flexibel inschrijven", "Flexible enrolment"),
            labels: vec![Text::new("Inschrijving", "Enrolment"), Text::new("Opleiding", "Programme")],
            purpose: Text::new("Je inschrijving bijwerken", "Keeping your enrolment up to date"),
            given: Moment(1_795_340_000),
            until: Day { year: 2027, month: 8, day: 31 },
            holds: true,
            withdraw: "/wallet/permissions/p/withdraw".to_owned(),
        };
        let over = PermissionRow {
            party: Text::same("ROC Voorbeeld"),
            holds: false,
            withdraw: "/wallet/permissions/q/withdraw".to_owned(),
            ..row.clone()
        };
        vec![("none", Self::default()), ("some", Self { rows: vec![row, over] })]
    }
}

impl PageView for GivePermission {
    fn title(&self, lang: Lang) -> String {
        (Words::of(lang).give)(self.party.name.get(lang))
    }

    fn chrome(&self) -> Chrome {
        Chrome::Focus(self.back.clone())
    }

    template!(GivePermission, "wallet/permission.html", Words);
}

impl PageView for Permissions {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).title.to_owned()
    }

    fn chrome(&self) -> Chrome {
        Chrome::Learner(Section::Activity)
    }

    template!(Permissions, "wallet/permissions.html", Words);
}

struct Words {
    title: &'static str,
    intro: &'static str,
    none: &'static str,
    back: &'static str,
    give: fn(&str) -> String,
    give_text: &'static str,
    what: &'static str,
    why: &'static str,
    keeps: fn(u32) -> String,
    promised: &'static str,
    until: &'static str,
    lasts: &'static str,
    year: fn(&str) -> String,
    quarter: fn(&str) -> String,
    only: &'static str,
    not_others: &'static str,
    told: &'static str,
    ends_itself: &'static str,
    confirm: &'static str,
    refuse: &'static str,
    given: &'static str,
    over: &'static str,
    withdraw: &'static str,
    withdrawn: &'static str,
}

words!(Words);

const NL: Words = Words {
    title: "Doorlopende toestemmingen",
    intro: "Wie dezelfde gegevens opnieuw mag krijgen zonder dat je er elke keer naar kijkt. Je trekt een toestemming in met één druk op de knop.",
    none: "Je gaf niemand een doorlopende toestemming. Bij elke vraag beslis je zelf.",
    back: "Activiteit",
    give: |name| format!("Mag {name} dit opnieuw krijgen?"),
    give_text: "Dit is een doorlopende toestemming. Ze geldt alleen voor berichten over een inschrijving waar je zelf aan begon. Zonder inschrijving gaat er niets.",
    what: "Welke gegevens",
    why: "Waarvoor",
    keeps: |days| format!("hoogstens {days} dagen"),
    promised: "Beloofd: bewaard",
    until: "Tot wanneer?",
    lasts: "Geldt tot en met",
    year: |day| format!("Het einde van het studiejaar, {day}"),
    quarter: |day| format!("Drie maanden, tot {day}"),
    only: "Alleen deze gegevens, en alleen hiervoor. Vraagt deze partij iets anders, dan beslis je zelf.",
    not_others: "Niemand anders krijgt iets.",
    told: "Elke keer dat er iets gaat, staat het bij Nieuws en bij Activiteit.",
    ends_itself: "De toestemming stopt vanzelf als de afspraken met deze partij veranderen.",
    confirm: "Toestemming geven",
    refuse: "Niet geven",
    given: "Gegeven",
    over: "Gestopt: de afspraken met deze partij zijn veranderd",
    withdraw: "Intrekken",
    withdrawn: "Wat al gedeeld is, haal je hiermee niet terug. Je kunt bij Activiteit vragen om het te verwijderen.",
};

const EN: Words = Words {
    title: "Standing permissions",
    intro: "Who may get the same data again without you looking at it each time. You withdraw a permission by one press of a button.",
    none: "You gave nobody a standing permission. You decide about each question yourself.",
    back: "Activity",
    give: |name| format!("May {name} get this again?"),
    give_text: "This is a standing permission. It is only for messages about an enrolment that you began yourself. Without an enrolment nothing goes.",
    what: "Which data",
    why: "For what",
    keeps: |days| format!("at most {days} days"),
    promised: "Promised: kept",
    until: "Until when?",
    lasts: "Holds until",
    year: |day| format!("The end of the academic year, {day}"),
    quarter: |day| format!("Three months, until {day}"),
    only: "Only these data, and only for this. If this party asks something else, you decide yourself.",
    not_others: "Nobody else gets anything.",
    told: "Each time something goes, it stands under News and under Activity.",
    ends_itself: "The permission ends by itself when what was agreed with this party changes.",
    confirm: "Give permission",
    refuse: "Do not give",
    given: "Given",
    over: "Over: what was agreed with this party has changed",
    withdraw: "Withdraw",
    withdrawn: "What was shared already is not taken back by this. You can ask for its deletion under Activity.",
};
