//! An offer of an institution: everything in it is shown before the learner takes it or refuses it.

mod words;

use self::words::Words;
use crate::error::{self, Collecting};
use crate::head::Head;
use crate::party::Party;
use crate::text::Value;
use crate::view::template;
use crate::{Chrome, Day, ErrorMark, Fact, Frame, Lang, Moment, PageView, Section, Text};

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
    /// Its issuer is in no register: the learner says first that they go on with it. No code is asked for before that.
    Stranger {
        /// Where the form with `choice` (`know`, `refuse`) posts to.
        action: String,
        /// Its host, which is all that is known.
        host: String,
        /// Whether it will ask for a code.
        wants_code: bool,
        /// Until when it can be answered.
        until: Option<Moment>,
    },
    /// It can be collected, to be looked at, or refused.
    Open {
        /// Where the form with `choice` posts to.
        action: String,
        /// The code that the institution sent by another way, when it asks for one.
        code: Option<Code>,
        /// Whether the learner logs in at the issuer first.
        login: bool,
        /// Until when it can be accepted.
        until: Option<Moment>,
    },
    /// It came, is shown in full, and is kept or not.
    Arrived {
        /// Where the form with `choice` posts to.
        action: String,
        /// Until when it waits.
        until: Option<Moment>,
        /// The name on it, when it differs from the learner's.
        other_name: Option<String>,
        /// Why a part of it will not come, as a code of the catalogue.
        missing: Option<String>,
        /// Whether the institution is still preparing a part of it.
        more: bool,
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
    Preparing {
        /// Since when the institution says so; none when the wallet is still asking.
        since: Option<Moment>,
    },
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
        let (action, until) = ("/wallet/offers/o".to_owned(), Some(Moment(1_797_000_000)));
        let open = |code, login| OfferState::Open { action: action.clone(), code, login, until };
        let arrived = |other_name, missing: Option<&str>, more| OfferState::Arrived {
            action: action.clone(),
            until,
            other_name,
            missing: missing.map(str::to_owned),
            more,
        };
        let stranger = |wants_code| Self {
            credentials: vec![Offered { facts: vec![], outcomes: vec![], ..known.clone() }],
            party: Party { service: None, ..Party::sample_stranger() },
            state: OfferState::Stranger {
                action: action.clone(),
                host: "vacatures.bakkerij-voorbeeld.example".to_owned(),
                wants_code,
                until,
            },
        };
        let failed = |code: &str| OfferState::Failed {
            code: code.to_owned(),
            reference: "R-7F3K2".to_owned(),
            again: Some("/wallet/offers/o".to_owned()),
        };
        let code = Code {
            length: Some(6),
            numeric: true,
            description: Some(Text::new("Staat in de mail van je school.", "In the mail from your school.")),
            wrong: false,
        };
        let offer =
            Self { party: Party { service: None, ..Party::sample_school() }, credentials: vec![known.clone()], state: open(None, false) };
        let state = |state| Self { state, ..offer.clone() };
        vec![
            ("with-code", state(open(Some(code.clone()), false))),
            ("wrong-code", state(open(Some(Code { wrong: true, length: None, numeric: false, description: None }), false))),
            (
                "announced",
                Self {
                    credentials: vec![known.clone(), announced],
                    party: Party { service: None, ..Party::sample_stranger() },
                    ..offer.clone()
                },
            ),
            ("login", state(open(None, true))),
            ("stranger", stranger(true)),
            ("stranger-no-code", stranger(false)),
            ("arrived", state(arrived(None, None, false))),
            ("arrived-in-part", state(arrived(None, Some("credential_request_denied"), true))),
            ("other-name", state(arrived(Some("S. Jansen".to_owned()), None, false))),
            ("expired", state(OfferState::Expired)),
            ("already-have", state(OfferState::AlreadyHave { href: "/wallet/credentials/x".to_owned() })),
            ("refused", state(OfferState::Refused)),
            ("accepted", state(OfferState::Accepted { href: "/wallet/credentials/x".to_owned() })),
            ("preparing", state(OfferState::Preparing { since: None })),
            ("deferred", state(OfferState::Preparing { since: Some(Moment(1_795_000_000)) })),
            ("failed", state(failed("issuer_unreachable"))),
            ("failed-for-good", state(failed("credential_signature"))),
            ("failed-unsure", state(failed("authorization_lost"))),
            ("open", offer),
        ]
    }

    /// What a state without buttons says: icon, class, sentence.
    fn said(&self, frame: &Frame, w: &'static Words) -> Option<(&'static str, &'static str, String)> {
        let (icon, class, sentence) = match &self.state {
            OfferState::Stranger { .. } | OfferState::Open { .. } | OfferState::Arrived { .. } => return None,
            OfferState::Expired => ("expired", "warn", w.expired),
            OfferState::AlreadyHave { .. } => ("info", "", w.already),
            OfferState::Refused => ("info", "", w.refused),
            OfferState::Accepted { .. } => ("ok", "", w.accepted),
            OfferState::Preparing { since: None } => ("soon", "", w.preparing),
            OfferState::Preparing { since: Some(since) } => return Some(("soon", "", (w.deferred)(&frame.day_of(since)))),
            OfferState::Failed { code, .. } => return Some(("alert", "bad", self.told(frame.lang, code).what.to_owned())),
        };
        Some((icon, class, sentence.to_owned()))
    }

    /// What is told of a failure: what happened, whether anything was lost, and what to do now.
    fn told(&self, lang: Lang, code: &str) -> Collecting {
        error::told_of_collecting(lang, code)
    }

    fn heading(&self, w: &Words, lang: &Lang) -> String {
        let name = self.party.name.get(*lang);
        match &self.state {
            OfferState::Stranger { host, .. } => (w.stranger)(host),
            OfferState::Open { .. } => (w.collect_question)(name),
            OfferState::Arrived { .. } => (w.question)(name),
            _ => (w.about)(name),
        }
    }

    /// What it says above everything where there is a form.
    fn nothing_yet(&self, w: &'static Words) -> &'static str {
        match self.state {
            OfferState::Arrived { .. } => w.nothing_yet,
            _ => w.nothing_yet_collect,
        }
    }
}

impl PageView for Offer {
    fn title(&self, lang: Lang) -> String {
        self.heading(Words::of(lang), &lang)
    }

    fn chrome(&self) -> Chrome {
        match self.state {
            OfferState::Stranger { .. } | OfferState::Open { .. } | OfferState::Arrived { .. } => Chrome::Focus("/wallet".to_owned()),
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
