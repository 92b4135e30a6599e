//! The pages around consent: when it cannot be answered, and what became of the answer.

use crate::party::Party;
use crate::view::{template, words};
use crate::{Chrome, Day, ErrorMark, Lang, Moment, PageView, Text};

/// A request that the wallet cannot answer with what it holds.
#[derive(Clone, Debug)]
pub struct Missing {
    /// Where the form with `choice=refuse` posts to.
    pub action: String,
    /// Who asks.
    pub party: Party,
    /// Why.
    pub purpose: Text,
    /// What is asked and not there, in words.
    pub missing: Vec<Text>,
    /// Until when it can be answered.
    pub expires: Moment,
    /// This page again, to look whether it is there by now.
    pub again: String,
    /// Who issues it: a name, and the page where that school is connected; none when it is connected already.
    pub issuers: Vec<(Text, Option<String>)>,
    /// Whether the learner is told when it is there; none where nobody can know.
    pub told: Option<bool>,
}

/// A request that cannot be answered any more.
#[derive(Clone, Debug)]
pub struct Closed {
    /// Who asked; none when that must not be shown.
    pub party: Option<Text>,
    /// Why it is closed.
    pub why: WhyClosed,
    /// Code of the catalogue.
    pub code: String,
    /// The reference under which it was logged.
    pub reference: String,
}

/// Why a request is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyClosed {
    /// Its time is over.
    Expired,
    /// It was answered from another device or link.
    AnsweredElsewhere,
    /// The party took it back.
    Withdrawn,
}

/// The answer to the consent form, and what a second press shows again.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Who asked.
    pub party: Text,
    /// What happened.
    pub outcome: Outcome,
    /// When.
    pub at: Moment,
    /// Labels of what went, without values.
    pub labels: Vec<Text>,
    /// Titles of the credentials that it came from.
    pub titles: Vec<Text>,
    /// Why, in the party's words.
    pub purpose: Option<Text>,
    /// Until when the party promised to keep it.
    pub until: Option<Day>,
    /// The proof of sharing.
    pub proof_href: Option<String>,
    /// Where the party wants the learner back, and that host.
    pub continue_to: Option<(String, String)>,
    /// The row in the activity list.
    pub activity_href: Option<String>,
    /// Whether this answer had been given before.
    pub again: bool,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The party has it.
    Shared,
    /// Nothing went.
    Refused,
    /// It was sent, and it is not certain that it arrived; the wallet tries again.
    Uncertain,
    /// It was sent and the party did not accept it.
    Rejected,
}

impl Missing {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let missing = Self {
            action: "/wallet/requests/r".to_owned(),
            party: Party::sample_school(),
            purpose: Text::new("Toelating tot de minor Data", "Admission to the minor Data"),
            missing: vec![Text::new("Microcredential met naam, titel en studielast", "Microcredential with name, title and study load")],
            expires: Moment(1_795_353_120),
            again: "/wallet/requests/r".to_owned(),
            issuers: vec![
                (Text::same("Hogeschool Voorbeeld"), None),
                (Text::same("ROC Voorbeeld"), Some("/wallet/institutions/roc-voorbeeld/connect".to_owned())),
            ],
            told: Some(false),
        };
        vec![
            ("unproven", Self { party: Party::sample_stranger(), ..missing.clone() }),
            ("told", Self { told: Some(true), ..missing.clone() }),
            ("nobody-issues", Self { issuers: vec![], told: None, ..missing.clone() }),
            ("missing", missing),
        ]
    }
}

impl PageView for Missing {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).missing.to_owned()
    }

    fn chrome(&self) -> Chrome {
        Chrome::Focus("/wallet".to_owned())
    }

    template!(Missing, "wallet/consent_missing.html", Words);
}

impl Closed {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let closed = |why, party, code: &str| Self { party, why, code: code.to_owned(), reference: "R-7F3K2".to_owned() };
        let school = Some(Text::same("Hogeschool Voorbeeld"));
        vec![
            ("expired", closed(WhyClosed::Expired, school.clone(), "request_expired")),
            ("answered-elsewhere", closed(WhyClosed::AnsweredElsewhere, school, "request_answered")),
            ("withdrawn", closed(WhyClosed::Withdrawn, None, "request_withdrawn")),
        ]
    }

    fn why(&self, w: &Words) -> &'static str {
        match self.why {
            WhyClosed::Expired => w.expired,
            WhyClosed::AnsweredElsewhere => w.answered_elsewhere,
            WhyClosed::Withdrawn => w.withdrawn,
        }
    }
}

impl PageView for Closed {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).closed.to_owned()
    }

    fn chrome(&self) -> Chrome {
        Chrome::Focus("/wallet".to_owned())
    }

    fn error(&self) -> Option<ErrorMark> {
        Some(ErrorMark { code: self.code.clone(), reference: self.reference.clone() })
    }

    template!(Closed, "wallet/consent_closed.html", Words);
}

impl Answered {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let shared = Self {
            party: Text::same("Hogeschool Voorbeeld"),
            outcome: Outcome::Shared,
            at: Moment(1_795_352_580),
            labels: vec![Text::new("Naam", "Name"), Text::new("Titel", "Title"), Text::new("Studielast", "Study load")],
            titles: vec![Text::new("Data-analyse basis", "Data analysis basics")],
            purpose: Some(Text::new("Toelating tot de minor Data", "Admission to the minor Data")),
            until: Day::parse("2027-02-01"),
            proof_href: Some("/wallet/activity/a/proof".to_owned()),
            continue_to: Some((
                "https://inschrijven.hogeschool-voorbeeld.example/klaar?response_code=x".to_owned(),
                "inschrijven.hogeschool-voorbeeld.example".to_owned(),
            )),
            activity_href: Some("/wallet/activity/a".to_owned()),
            again: false,
        };
        let away = |outcome| Self { outcome, continue_to: None, ..shared.clone() };
        vec![
            ("shared-elsewhere", away(Outcome::Shared)),
            ("shared-again", Self { again: true, ..shared.clone() }),
            ("refused", Self { outcome: Outcome::Refused, labels: vec![], titles: vec![], until: None, ..shared.clone() }),
            (
                "refused-elsewhere",
                Self { labels: vec![], titles: vec![], until: None, proof_href: None, activity_href: None, ..away(Outcome::Refused) },
            ),
            ("uncertain", away(Outcome::Uncertain)),
            ("rejected", away(Outcome::Rejected)),
            ("shared", shared),
        ]
    }

    /// Whether something left, or may have.
    fn went(&self) -> bool {
        self.outcome != Outcome::Refused
    }

    /// Icon, colour class, heading, explanation.
    fn said(&self, lang: Lang) -> (&'static str, &'static str, String, String) {
        let (w, name) = (Words::of(lang), self.party.get(lang));
        match self.outcome {
            Outcome::Shared => ("ok", "ok", (w.shared)(name), (w.shared_text)(name)),
            Outcome::Refused => ("hide", "mute", w.refused.to_owned(), (w.refused_text)(name)),
            Outcome::Uncertain => ("alert", "warn", (w.uncertain)(name), (w.uncertain_text)(name)),
            Outcome::Rejected => ("x", "bad", (w.rejected)(name), (w.rejected_text)(name)),
        }
    }
}

impl PageView for Answered {
    fn title(&self, lang: Lang) -> String {
        self.said(lang).2
    }

    fn chrome(&self) -> Chrome {
        Chrome::Focus("/wallet".to_owned())
    }

    template!(Answered, "wallet/consent_answered.html", Words);
}

struct Words {
    missing: &'static str,
    missing_text: fn(&str, &str) -> String,
    missing_what: &'static str,
    missing_how: &'static str,
    who_issues: &'static str,
    connected: &'static str,
    connect: fn(&str) -> String,
    tell: &'static str,
    tell_text: &'static str,
    told: &'static str,
    tell_stop: &'static str,
    missing_tell: fn(&str) -> String,
    again: &'static str,
    schools: &'static str,
    refuse: &'static str,
    until: fn(&str) -> String,
    closed: &'static str,
    closed_by: fn(&str) -> String,
    expired: &'static str,
    answered_elsewhere: &'static str,
    withdrawn: &'static str,
    nothing_went: &'static str,
    reference: &'static str,
    to_wallet: &'static str,
    shared: fn(&str) -> String,
    shared_text: fn(&str) -> String,
    refused: &'static str,
    refused_text: fn(&str) -> String,
    uncertain: fn(&str) -> String,
    uncertain_text: fn(&str) -> String,
    rejected: fn(&str) -> String,
    rejected_text: fn(&str) -> String,
    went: &'static str,
    from: &'static str,
    to: &'static str,
    why: &'static str,
    kept: &'static str,
    kept_unknown: &'static str,
    when: &'static str,
    afterwards: &'static str,
    proof: &'static str,
    again_text: &'static str,
    go_on: fn(&str) -> String,
    other_screen: &'static str,
    activity: &'static str,
}

words!(Words);

const NL: Words = Words {
    missing: "Je hebt dit bewijs niet in je wallet",
    missing_text: |name, purpose| format!("{name} vraagt iets voor: {purpose}. Dat kun je nu niet beantwoorden. Er is niets gedeeld."),
    missing_what: "Wat er gevraagd wordt",
    missing_how: "Een school die je koppelt kan dit bewijs sturen. Daarna kun je de vraag hier alsnog beantwoorden, zolang hij loopt.",
    missing_tell: |name| format!("Kies je Niet delen, dan hoort {name} alleen dat er niets komt, niet waarom."),
    who_issues: "Wie het uitgeeft",
    connected: "gekoppeld",
    connect: |name| format!("Koppel {name}"),
    tell: "Laat het me weten als het er is",
    tell_text: "Dan krijg je bericht zodra dit bewijs in je wallet komt. Wie het vraagt merkt daar niets van.",
    told: "Je krijgt bericht zodra het er is.",
    tell_stop: "Toch geen bericht",
    again: "Kijk opnieuw",
    schools: "Koppel je school",
    refuse: "Niet delen",
    until: |when| format!("De vraag loopt tot {when}."),
    closed: "Deze vraag is gesloten",
    closed_by: |name| format!("De vraag was van {name}."),
    expired: "De tijd om te antwoorden is voorbij. Vraag om een nieuwe link of code als het nog nodig is.",
    answered_elsewhere: "De vraag is al beantwoord, op een ander scherm of via een andere link.",
    withdrawn: "Wie de vraag stelde, heeft haar teruggenomen.",
    nothing_went: "Vanaf dit scherm is niets gedeeld.",
    reference: "Kenmerk",
    to_wallet: "Naar je bewijzen",
    shared: |name| format!("Gedeeld met {name}"),
    shared_text: |name| format!("{name} heeft je gegevens ontvangen."),
    refused: "Er is niets gedeeld",
    refused_text: |name| format!("{name} hoort alleen dat er niets komt, niet waarom."),
    uncertain: |name| format!("Niet zeker of {name} het heeft"),
    uncertain_text: |name| {
        format!(
            "Je gegevens zijn verstuurd, maar {name} heeft de ontvangst niet bevestigd. De wallet probeert het vanzelf opnieuw. Je ziet de uitkomst bij Activiteit."
        )
    },
    rejected: |name| format!("{name} nam het antwoord niet aan"),
    rejected_text: |name| {
        format!("Je gegevens zijn verstuurd, maar {name} zegt dat het antwoord niet past. Vraag daar om een nieuwe link of code.")
    },
    went: "Wat er ging",
    from: "Uit",
    to: "Naar",
    why: "Waarvoor",
    kept: "Beloofd: bewaard tot",
    kept_unknown: "Dat zei de ander niet",
    afterwards: "Je kunt later vragen om het te verwijderen, of het melden als er iets mis is.",
    proof: "Download het bewijs van delen",
    when: "Wanneer",
    again_text: "Je had deze vraag al beantwoord. Er is niets opnieuw verstuurd.",
    go_on: |host| format!("Ga verder bij {host}"),
    other_screen: "Ga verder op het scherm waar je de code scande. Dit venster mag dicht.",
    activity: "Bekijk dit bij Activiteit",
};

const EN: Words = Words {
    missing: "You do not have this credential in your wallet",
    missing_text: |name, purpose| format!("{name} asks something for: {purpose}. You cannot answer that now. Nothing was shared."),
    missing_what: "What is asked",
    missing_how: "A school that you connect can send this credential. Then you can still answer the question here, while it is open.",
    missing_tell: |name| format!("If you choose Do not share, {name} only learns that nothing comes, not why."),
    who_issues: "Who issues it",
    connected: "connected",
    connect: |name| format!("Connect {name}"),
    tell: "Tell me when it is there",
    tell_text: "Then you hear as soon as this credential comes into your wallet. Whoever asks does not notice.",
    told: "You will hear as soon as it is there.",
    tell_stop: "Do not tell me after all",
    again: "Look again",
    schools: "Connect your school",
    refuse: "Do not share",
    until: |when| format!("The question is open until {when}."),
    closed: "This question is closed",
    closed_by: |name| format!("The question was from {name}."),
    expired: "The time to answer is over. Ask for a new link or code if it is still needed.",
    answered_elsewhere: "The question was answered already, on another screen or through another link.",
    withdrawn: "Whoever asked has taken the question back.",
    nothing_went: "Nothing was shared from this screen.",
    reference: "Reference",
    to_wallet: "To your credentials",
    shared: |name| format!("Shared with {name}"),
    shared_text: |name| format!("{name} has received your data."),
    refused: "Nothing was shared",
    refused_text: |name| format!("{name} only learns that nothing comes, not why."),
    uncertain: |name| format!("Not certain whether {name} has it"),
    uncertain_text: |name| {
        format!(
            "Your data were sent, but {name} has not confirmed that they arrived. The wallet keeps trying. You see what became of it under Activity."
        )
    },
    rejected: |name| format!("{name} did not accept the answer"),
    rejected_text: |name| format!("Your data were sent, but {name} says that the answer does not fit. Ask them for a new link or code."),
    went: "What went",
    from: "From",
    to: "To",
    why: "For",
    kept: "Promised: kept until",
    kept_unknown: "The other party did not say",
    afterwards: "Later you can ask for deletion, or report it when something is wrong.",
    proof: "Download the proof of sharing",
    when: "When",
    again_text: "You had answered this question already. Nothing was sent again.",
    go_on: |host| format!("Continue at {host}"),
    other_screen: "Continue on the screen where you scanned the code. You may close this window.",
    activity: "See this under Activity",
};
