//! The examination board's decision at the desk: about one result that the student information system does not call final.

use crate::desk::{Desk, DeskTab};
use crate::desk_offer::OfferedAward;
use crate::view::{template, words};
use crate::{Chrome, Lang, PageView};

/// `GET /{institution}/desk/awards/{id}/decision`. The form posts `decision` = `final` or `refused`, `number` and `on`.
#[derive(Clone, Debug)]
pub struct DecisionPage {
    /// Whose desk.
    pub desk: Desk,
    /// What, and of whom.
    pub award: OfferedAward,
    /// An offer is open: a wallet may be waiting.
    pub offered: bool,
    /// Where the form posts.
    pub action: String,
    /// The form came back: something is missing or does not fit.
    pub wrong: bool,
    /// The decision as chosen.
    pub decision: String,
    /// The board's number as typed.
    pub number: String,
    /// Its date as typed.
    pub on: String,
}

impl DecisionPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            desk: Desk::sample(),
            award: OfferedAward::sample(),
            offered: false,
            action: "/hogeschool-voorbeeld/desk/awards/1/decision".to_owned(),
            wrong: false,
            decision: String::new(),
            number: String::new(),
            on: String::new(),
        };
        let wrong = Self { wrong: true, decision: "final".to_owned(), number: "EXC-2026-114".to_owned(), ..page.clone() };
        vec![("waits", page.clone()), ("offered", Self { offered: true, ..page }), ("wrong", wrong)]
    }
}

impl PageView for DecisionPage {
    fn title(&self, lang: Lang) -> String {
        format!("{} – {}", Words::of(lang).title, self.award.title.get(lang))
    }

    fn chrome(&self) -> Chrome {
        self.desk.chrome(DeskTab::Results)
    }

    template!(DecisionPage, "desk/decision.html", Words);
}

struct Words {
    back: &'static str,
    title: &'static str,
    lead: &'static str,
    what: &'static str,
    whom: &'static str,
    waits: &'static str,
    wrong: &'static str,
    choice: &'static str,
    yes: &'static str,
    yes_effect: &'static str,
    no: &'static str,
    no_effect: &'static str,
    number: &'static str,
    number_hint: &'static str,
    on: &'static str,
    on_hint: &'static str,
    act: &'static str,
    cancel: &'static str,
    logged: &'static str,
}

words!(Words);

const NL: Words = Words {
    back: "Resultaten",
    title: "Besluit van de examencommissie",
    lead: "Het studentvolgsysteem zegt niet dat dit resultaat definitief is. Leg vast wat de examencommissie besloot.",
    what: "Wat",
    whom: "Van wie",
    waits: "Er is al een aanbod gedaan. Een wallet die wacht, krijgt na dit besluit het bewijs of het bericht dat het niet komt.",
    wrong: "Kies een besluit, en vul het nummer en een datum in die niet in de toekomst ligt.",
    choice: "Besluit",
    yes: "Vastgesteld",
    yes_effect: "Het resultaat is definitief. Het bewijs kan worden opgehaald.",
    no: "Niet vastgesteld",
    no_effect: "Er komt geen bewijs. Een open aanbod vervalt en dat kan niet meer terug. Komt er een ander resultaat, dan wordt dat opnieuw bekeken.",
    number: "Nummer van het besluit",
    number_hint: "Zoals op het besluit staat, bijvoorbeeld EXC-2026-114. Geen namen.",
    on: "Datum van het besluit",
    on_hint: "Vandaag of eerder.",
    act: "Besluit vastleggen",
    cancel: "Terug",
    logged: "Het besluit met nummer en datum blijft bij het resultaat staan en komt in het logboek.",
};

const EN: Words = Words {
    back: "Results",
    title: "Decision of the examination board",
    lead: "The student information system does not say that this result is final. Record what the examination board decided.",
    what: "What",
    whom: "Whose",
    waits: "An offer was made already. A wallet that waits gets the credential after this decision, or hears that there will be none.",
    wrong: "Choose a decision, and fill in the number and a date that is not in the future.",
    choice: "Decision",
    yes: "Confirmed",
    yes_effect: "The result is final. The credential can be collected.",
    no: "Not confirmed",
    no_effect: "There will be no credential. An open offer ends and that cannot be undone. When another result comes, that is looked at anew.",
    number: "Number of the decision",
    number_hint: "As it stands on the decision, such as EXC-2026-114. No names.",
    on: "Date of the decision",
    on_hint: "Today or earlier.",
    act: "Record the decision",
    cancel: "Back",
    logged: "The decision with its number and date stays with the result and is logged.",
};
