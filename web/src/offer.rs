//! An offer of an institution: everything in it is shown before the learner takes it or refuses it.

use crate::head::Head;
use crate::party::Party;
use crate::text::Value;
use crate::view::{template, words};
use crate::{Chrome, Day, ErrorMark, Fact, Lang, Moment, PageView, Section, Text};

/// `GET /wallet/offers/{id}`.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Who offers, and how that was proven.
    pub party: Party,
    /// What is offered.
    pub credentials: Vec<Offered>,
    /// Where it stands.
    pub state: OfferState,
}

/// One credential of an offer.
#[derive(Clone, Debug)]
pub struct Offered {
    /// What it is.
    pub head: Head,
    /// What it will say, as far as it is known before it is made; empty when the institution tells it only on acceptance.
    pub facts: Vec<Fact>,
    /// What the holder can do now.
    pub outcomes: Vec<Text>,
    /// Its end.
    pub valid_until: Option<Day>,
}

/// Where an offer stands.
#[derive(Clone, Debug)]
pub enum OfferState {
    /// It can be accepted or refused.
    Open {
        /// Where the form with `choice` posts to.
        action: String,
        /// The code that the institution sent by another way, when it asks for one.
        code: Option<Code>,
        /// Until when it can be accepted.
        until: Option<Moment>,
        /// Whether the name on it differs from the learner's.
        other_name: Option<String>,
    },
    /// Its time is over, or the institution took it back.
    Expired,
    /// The learner has it already.
    AlreadyHave {
        /// Its page.
        href: String,
    },
    /// It was refused.
    Refused,
    /// It was accepted; the credential is in the wallet.
    Accepted {
        /// Its page.
        href: String,
    },
    /// It was accepted; the institution still has to make it.
    Preparing,
    /// It could not be fetched.
    Failed {
        /// Code of the catalogue.
        code: String,
        /// The reference under which the cause was logged.
        reference: String,
        /// Where to try again; none when it makes no sense.
        again: Option<String>,
    },
}

/// A transaction code (OpenID4VCI 1.0 section 4.1.1).
#[derive(Clone, Debug)]
pub struct Code {
    /// How many characters, when the offer says so.
    pub length: Option<u8>,
    /// Digits only.
    pub numeric: bool,
    /// What the offer says of where to find it.
    pub description: Option<Text>,
    /// Whether the one that was typed was wrong.
    pub wrong: bool,
}

impl Offer {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let [head, enrolment, ..] = Head::samples();
        let known = Offered {
            head,
            facts: vec![
                Fact::new(Text::new("Naam", "Name"), Value::same("Samira de Vries")),
                Fact::new(Text::new("Behaald op", "Earned on"), Value::Day(Day { year: 2026, month: 2, day: 1 })),
                Fact::new(Text::new("Resultaat", "Result"), Value::same("8")),
            ],
            outcomes: vec![Text::dutch("Een dataset opschonen en controleren op fouten")],
            valid_until: None,
        };
        let announced = Offered { head: enrolment, facts: vec![], outcomes: vec![], valid_until: Day::parse("2027-03-01") };
        let open = |code, other_name| OfferState::Open {
            action: "/wallet/offers/o".to_owned(),
            code,
            until: Some(Moment(1_797_000_000)),
            other_name,
        };
        let code = Code {
            length: Some(6),
            numeric: true,
            description: Some(Text::new("Staat in de mail van je school.", "In the mail from your school.")),
            wrong: false,
        };
        let offer =
            Self { party: Party { service: None, ..Party::sample_school() }, credentials: vec![known.clone()], state: open(None, None) };
        let state = |state| Self { state, ..offer.clone() };
        vec![
            ("with-code", state(open(Some(code.clone()), None))),
            ("wrong-code", state(open(Some(Code { wrong: true, length: None, numeric: false, description: None }), None))),
            (
                "announced",
                Self { credentials: vec![known, announced], party: Party { service: None, ..Party::sample_stranger() }, ..offer.clone() },
            ),
            ("other-name", state(open(None, Some("S. Jansen".to_owned())))),
            ("expired", state(OfferState::Expired)),
            ("already-have", state(OfferState::AlreadyHave { href: "/wallet/credentials/x".to_owned() })),
            ("refused", state(OfferState::Refused)),
            ("accepted", state(OfferState::Accepted { href: "/wallet/credentials/x".to_owned() })),
            ("preparing", state(OfferState::Preparing)),
            (
                "failed",
                state(OfferState::Failed {
                    code: "issuer_unreachable".to_owned(),
                    reference: "R-7F3K2".to_owned(),
                    again: Some("/wallet/offers/o".to_owned()),
                }),
            ),
            ("open", offer),
        ]
    }

    /// What a state without buttons says: icon, class, sentence.
    fn said(&self, w: &'static Words) -> Option<(&'static str, &'static str, &'static str)> {
        match self.state {
            OfferState::Open { .. } => None,
            OfferState::Expired => Some(("expired", "warn", w.expired)),
            OfferState::AlreadyHave { .. } => Some(("info", "", w.already)),
            OfferState::Refused => Some(("info", "", w.refused)),
            OfferState::Accepted { .. } => Some(("ok", "", w.accepted)),
            OfferState::Preparing => Some(("soon", "", w.preparing)),
            OfferState::Failed { .. } => Some(("alert", "bad", w.failed)),
        }
    }

    fn heading(&self, w: &Words, lang: &Lang) -> String {
        let name = self.party.name.get(*lang);
        match self.state {
            OfferState::Open { .. } => (w.question)(name),
            _ => (w.about)(name),
        }
    }
}

impl PageView for Offer {
    fn title(&self, lang: Lang) -> String {
        self.heading(Words::of(lang), &lang)
    }

    fn chrome(&self) -> Chrome {
        match self.state {
            OfferState::Open { .. } => Chrome::Focus("/wallet".to_owned()),
            _ => Chrome::Learner(Section::Credentials),
        }
    }

    fn error(&self) -> Option<ErrorMark> {
        match &self.state {
            OfferState::Failed { code, reference, .. } => Some(ErrorMark { code: code.clone(), reference: reference.clone() }),
            _ => None,
        }
    }

    template!(Offer, "wallet/offer.html", Words);
}

struct Words {
    question: fn(&str) -> String,
    about: fn(&str) -> String,
    nothing_yet: &'static str,
    who: &'static str,
    who_more: &'static str,
    what: &'static str,
    announced: &'static str,
    outcomes: &'static str,
    valid_until: fn(&str) -> String,
    other_name: &'static str,
    other_name_text: fn(&str) -> String,
    code: &'static str,
    code_text: &'static str,
    code_wrong: &'static str,
    until: fn(&str) -> String,
    told: &'static str,
    accept: &'static str,
    refuse: &'static str,
    expired: &'static str,
    already: &'static str,
    refused: &'static str,
    accepted: &'static str,
    preparing: &'static str,
    failed: &'static str,
    reference: &'static str,
    again: &'static str,
    open: &'static str,
    to_wallet: &'static str,
}

words!(Words);

const NL: Words = Words {
    question: |name| format!("Wil je dit bewijs van {name} bewaren?"),
    about: |name| format!("Aanbod van {name}"),
    nothing_yet: "Er komt niets in je wallet voordat je onderaan op Bewaren drukt.",
    who: "Wie biedt het aan",
    who_more: "Wie is dit?",
    what: "Wat het is",
    announced: "De instelling maakt dit bewijs pas als je het aanneemt. Je ziet het daarna helemaal, en kunt het dan nog verwijderen.",
    outcomes: "Wat je nu kunt",
    valid_until: |day| format!("Geldig tot {day}"),
    other_name: "De naam is anders dan die van jou",
    other_name_text: |name| {
        format!("Op dit bewijs staat {name}. Is het niet voor jou? Bewaar het dan niet en laat het de instelling weten.")
    },
    code: "Code van de instelling",
    code_text: "De instelling gaf je deze code langs een andere weg, bijvoorbeeld per mail.",
    code_wrong: "Deze code klopt niet. Kijk hem na en typ hem opnieuw; na een paar keer vervalt het aanbod.",
    until: |when| format!("Je kunt kiezen tot {when}."),
    told: "Neem je het aan, dan hoort de instelling alleen dat het is opgehaald. Weiger je, dan hoort zij niets.",
    accept: "Bewaren",
    refuse: "Niet bewaren",
    expired: "Dit aanbod is verlopen of teruggenomen. Er is niets in je wallet gekomen. Vraag je school om een nieuw aanbod.",
    already: "Je hebt dit bewijs al in je wallet.",
    refused: "Je hebt dit aanbod geweigerd. Er is niets in je wallet gekomen, en de instelling hoort er niets van.",
    accepted: "Het bewijs staat in je wallet.",
    preparing: "Je hebt het aangenomen. De instelling maakt het bewijs nu; het komt vanzelf in je wallet.",
    failed: "Het bewijs kon niet worden opgehaald. Er is niets in je wallet gekomen en niets gedeeld.",
    reference: "Kenmerk",
    again: "Probeer het opnieuw",
    open: "Bekijk het bewijs",
    to_wallet: "Naar je bewijzen",
};

const EN: Words = Words {
    question: |name| format!("Do you want to keep this credential from {name}?"),
    about: |name| format!("Offer from {name}"),
    nothing_yet: "Nothing enters your wallet until you press Keep below.",
    who: "Who offers it",
    who_more: "Who is this?",
    what: "What it is",
    announced: "The institution only makes this credential when you take it. You then see all of it, and can still delete it.",
    outcomes: "What you can do now",
    valid_until: |day| format!("Valid until {day}"),
    other_name: "The name is not yours",
    other_name_text: |name| format!("This credential says {name}. Is it not for you? Then do not keep it, and tell the institution."),
    code: "Code from the institution",
    code_text: "The institution gave you this code by another way, for example by mail.",
    code_wrong: "This code is not right. Check it and type it again; after a few tries the offer ends.",
    until: |when| format!("You can choose until {when}."),
    told: "If you take it, the institution only learns that it was collected. If you refuse, it learns nothing.",
    accept: "Keep",
    refuse: "Do not keep",
    expired: "This offer has ended or was taken back. Nothing entered your wallet. Ask your school for a new offer.",
    already: "You already have this credential in your wallet.",
    refused: "You refused this offer. Nothing entered your wallet, and the institution is not told.",
    accepted: "The credential is in your wallet.",
    preparing: "You took it. The institution is making the credential now; it arrives in your wallet by itself.",
    failed: "The credential could not be collected. Nothing entered your wallet and nothing was shared.",
    reference: "Reference",
    again: "Try again",
    open: "View the credential",
    to_wallet: "To your credentials",
};
