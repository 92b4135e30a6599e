//! Connecting a school: which ones there are, what connecting means, and the step to the school's own site.

use crate::badge::Colour;
use crate::party::Party;
use crate::view::{template, words};
use crate::{Chrome, Frame, Lang, Moment, PageView, Section, Text, format};

/// `GET /wallet/institutions`.
#[derive(Clone, Debug)]
pub struct Institutions {
    /// Those of the register that deliver to this wallet, connected ones first.
    pub rows: Vec<InstitutionRow>,
}

/// One institution of the list.
#[derive(Clone, Debug)]
pub struct InstitutionRow {
    /// `/wallet/institutions/{slug}/connect`
    pub href: String,
    /// Who.
    pub party: Party,
    /// Whether it is connected.
    pub state: Link,
}

/// Where a connection stands.
#[derive(Clone, Debug)]
pub enum Link {
    /// There is none.
    None,
    /// The institution was asked to keep it.
    Registering,
    /// The institution may deliver.
    Connected {
        /// Since when.
        since: Moment,
        /// Until when.
        until: Moment,
        /// How many credentials came over it.
        delivered: usize,
    },
    /// The learner ended it; the institution is being told.
    Ending,
}

/// `GET /wallet/institutions/{slug}/connect`.
#[derive(Clone, Debug)]
pub struct Connect {
    /// Who, and how proven.
    pub party: Party,
    /// Kinds of things that will come.
    pub kinds: Vec<Text>,
    /// Until when the connection would last.
    pub until: Moment,
    /// Where it stands.
    pub state: Link,
    /// Whether it was made a moment ago.
    pub just_made: bool,
    /// Set when the last try did not work: the learner stopped it, or the institution did not answer.
    pub failed: Option<ConnectFailure>,
    /// Where the form that starts it posts to.
    pub action: String,
    /// Where the form that ends it posts to.
    pub disconnect: String,
}

/// Why connecting did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectFailure {
    /// The learner refused at the institution.
    Refused,
    /// The institution does not know this person.
    Unknown,
    /// The institution did not answer.
    Unreachable,
}

/// The answer to a form whose next step is on another site: 200 with a link, never a redirect.
#[derive(Clone, Debug)]
pub struct Continue {
    /// The next step's address.
    pub href: String,
    /// Whose site that is.
    pub site: Text,
    /// Its host, shown so that it can be compared.
    pub host: String,
    /// What happens there.
    pub what: NextStep,
}

/// What a step elsewhere is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Logging in at an institution, to connect it.
    Connect,
    /// Logging in at an institution, to collect an offer.
    Collect,
    /// Logging in with eduID.
    LogIn,
}

impl Link {
    /// Icon, class and words of where it stands.
    fn said(&self, frame: &Frame, w: &Words) -> (&'static str, &'static str, String) {
        match self {
            Self::None => ("none", "mute", w.not_connected.to_owned()),
            Self::Registering => ("soon", "mute", w.registering.to_owned()),
            Self::Connected { since, .. } => ("ok", "ok", (w.connected)(&frame.day_of(since))),
            Self::Ending => ("soon", "mute", w.ending.to_owned()),
        }
    }

    const fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    const fn is_connected(&self) -> bool {
        matches!(self, Self::Connected { .. })
    }
}

impl Institutions {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let school = Party { service: None, ..Party::sample_school() };
        let college =
            Party { name: Text::same("ROC Voorbeeld"), colour: Colour::from_hex("#a8451d").unwrap_or(Colour::of("")), ..school.clone() };
        let row = |party: &Party, state| InstitutionRow { href: "/wallet/institutions/x/connect".to_owned(), party: party.clone(), state };
        let connected = Link::Connected { since: Moment(1_770_000_000), until: Moment(1_927_000_000), delivered: 7 };
        vec![
            (
                "some",
                Self {
                    rows: vec![
                        row(&school, connected),
                        row(&college, Link::None),
                        row(&college, Link::Registering),
                        row(&school, Link::Ending),
                    ],
                },
            ),
            ("none", Self { rows: vec![] }),
        ]
    }
}

impl PageView for Institutions {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).schools.to_owned()
    }

    fn chrome(&self) -> Chrome {
        Chrome::Learner(Section::Institutions)
    }

    template!(Institutions, "wallet/institutions.html", Words);
}

impl Connect {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let connect = Self {
            party: Party { service: None, ..Party::sample_school() },
            kinds: vec![Text::new("microcredentials", "microcredentials"), Text::new("bewijzen van inschrijving", "proofs of enrolment")],
            until: Moment(1_952_500_000),
            state: Link::None,
            just_made: false,
            failed: None,
            action: "/wallet/institutions/hogeschool-voorbeeld/connect".to_owned(),
            disconnect: "/wallet/institutions/hogeschool-voorbeeld/disconnect".to_owned(),
        };
        let failed = |why| Self { failed: Some(why), ..connect.clone() };
        let connected = Link::Connected { since: Moment(1_770_000_000), until: Moment(1_927_000_000), delivered: 7 };
        vec![
            ("refused", failed(ConnectFailure::Refused)),
            ("unknown", failed(ConnectFailure::Unknown)),
            ("unreachable", failed(ConnectFailure::Unreachable)),
            ("connected", Self { state: connected.clone(), ..connect.clone() }),
            ("just-connected", Self { state: connected, just_made: true, ..connect.clone() }),
            ("registering", Self { state: Link::Registering, just_made: true, ..connect.clone() }),
            ("ending", Self { state: Link::Ending, ..connect.clone() }),
            ("new", connect),
        ]
    }

    fn failure(&self, w: &Words) -> Option<&'static str> {
        self.failed.map(|why| match why {
            ConnectFailure::Refused => w.failed_refused,
            ConnectFailure::Unknown => w.failed_unknown,
            ConnectFailure::Unreachable => w.failed_unreachable,
        })
    }

    fn heading(&self, lang: Lang) -> String {
        let (w, name) = (Words::of(lang), self.party.name.get(lang));
        match self.state {
            Link::None => (w.question)(name),
            _ => (w.about)(name),
        }
    }

    /// How many came, once connected.
    fn delivered(&self, lang: &Lang, w: &Words) -> Option<String> {
        match self.state {
            Link::Connected { delivered, .. } => Some((w.delivered)(&format::capital(&format::count(*lang, delivered)), delivered)),
            _ => None,
        }
    }

    /// Until when it lasts, once it is there.
    fn lasts(&self) -> Moment {
        match self.state {
            Link::Connected { until, .. } => until,
            _ => self.until,
        }
    }
}

impl PageView for Connect {
    fn title(&self, lang: Lang) -> String {
        self.heading(lang)
    }

    fn chrome(&self) -> Chrome {
        match self.state {
            Link::None => Chrome::Focus("/wallet/institutions".to_owned()),
            _ => Chrome::Learner(Section::Institutions),
        }
    }

    template!(Connect, "wallet/connect.html", Words);
}

impl Continue {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let to = |what| Self {
            href: "https://badges.hogeschool-voorbeeld.example/hogeschool-voorbeeld/authorize?request_uri=urn:x".to_owned(),
            site: Text::same("Hogeschool Voorbeeld"),
            host: "badges.hogeschool-voorbeeld.example".to_owned(),
            what,
        };
        vec![("connect", to(NextStep::Connect)), ("collect", to(NextStep::Collect)), ("log-in", to(NextStep::LogIn))]
    }

    fn tells(&self, w: &Words) -> &'static str {
        match self.what {
            NextStep::Connect => w.next_connect,
            NextStep::Collect => w.next_collect,
            NextStep::LogIn => w.next_log_in,
        }
    }
}

impl PageView for Continue {
    fn title(&self, lang: Lang) -> String {
        (Words::of(lang).next)(self.site.get(lang))
    }

    fn chrome(&self) -> Chrome {
        Chrome::Focus("/wallet".to_owned())
    }

    template!(Continue, "wallet/continue.html", Words);
}

struct Words {
    schools: &'static str,
    platforms: &'static str,
    schools_text: &'static str,
    schools_none: &'static str,
    manage: &'static str,
    connect: &'static str,
    not_connected: &'static str,
    registering: &'static str,
    connected: fn(&str) -> String,
    ending: &'static str,
    question: fn(&str) -> String,
    about: fn(&str) -> String,
    nothing_yet: &'static str,
    who: &'static str,
    who_more: &'static str,
    what: &'static str,
    what_text: fn(&str) -> String,
    what_see: &'static str,
    goes: &'static str,
    goes_text: fn(&str) -> String,
    goes_not: &'static str,
    how_long: &'static str,
    until: fn(&str) -> String,
    end_any_time: &'static str,
    how: &'static str,
    how_text: fn(&str) -> String,
    stop: &'static str,
    just_made: &'static str,
    just_made_text: &'static str,
    delivered: fn(&str, usize) -> String,
    disconnect: &'static str,
    disconnect_text: &'static str,
    disconnect_do: &'static str,
    registering_text: &'static str,
    ending_text: &'static str,
    failed_refused: &'static str,
    failed_unknown: &'static str,
    failed_unreachable: &'static str,
    back: &'static str,
    next: fn(&str) -> String,
    next_connect: &'static str,
    next_collect: &'static str,
    next_log_in: &'static str,
    next_check: fn(&str) -> String,
    next_go: fn(&str) -> String,
    to_wallet: &'static str,
}

words!(Words);

const NL: Words = Words {
    schools: "Je scholen",
    platforms: "Badgeplatforms die je koppelde",
    schools_text: "Een school kan pas bewijzen in je wallet zetten als jij die school koppelt. Je maakt een koppeling in één keer weer los.",
    schools_none: "In het register van deze wallet staan nu geen scholen die bewijzen sturen. Met een link van je school kun je wel een bewijs ophalen.",
    manage: "Bekijk de koppeling",
    connect: "Koppel",
    not_connected: "Niet gekoppeld",
    registering: "Wordt gekoppeld",
    connected: |day| format!("Gekoppeld sinds {day}"),
    ending: "Wordt losgemaakt",
    question: |name| format!("Wil je {name} koppelen?"),
    about: |name| format!("Koppeling met {name}"),
    nothing_yet: "Zolang je niet koppelt, bewaart deze wallet niets van deze school.",
    who: "Met wie",
    who_more: "Wie is dit?",
    what: "Wat er komt",
    what_text: |kinds| format!("{kinds} die deze school aan jou uitgeeft, zodra ze definitief zijn. Ook wat er al voor je klaarligt."),
    what_see: "Je ziet elk nieuw bewijs bovenaan je overzicht en kunt het altijd verwijderen.",
    goes: "Wat de school krijgt",
    goes_text: |name| format!("{name} weet dat je deze wallet gebruikt, en waar bewijzen naartoe mogen."),
    goes_not: "De school ziet niet wat er in je wallet zit, en niet wat je deelt of verwijdert.",
    how_long: "Hoe lang",
    until: |day| format!("Tot {day}, of tot je de koppeling eerder losmaakt."),
    end_any_time: "Losmaken kan altijd, op deze pagina. Wat er al is blijft van jou.",
    how: "Hoe het gaat",
    how_text: |name| {
        format!("Je gaat naar de site van {name} en logt daar in met eduID. Zo weet de school dat jij het bent. Daarna kom je hier terug.")
    },
    stop: "Niet nu",
    just_made: "Gelukt. Je school is gekoppeld.",
    just_made_text: "Wat er voor je klaarligt komt nu binnen. Ververs je overzicht over een paar tellen.",
    delivered: |count, number| format!("{count} {} via deze koppeling ontvangen.", if number == 1 { "bewijs" } else { "bewijzen" }),
    disconnect: "Koppeling losmaken",
    disconnect_text: "Daarna komt er niets nieuws meer van deze school binnen. Wat je hebt blijft staan. Je kunt later opnieuw koppelen.",
    disconnect_do: "Maak los",
    registering_text: "De school heeft het verzoek gekregen, maar nog niet bevestigd. Dat gaat vanzelf verder; je hoeft niets te doen.",
    ending_text: "Er komt niets meer binnen. De school krijgt nog bericht dat de koppeling is gestopt.",
    failed_refused: "De koppeling is niet gemaakt: je bent gestopt op de site van de school. Er is niets gedeeld.",
    failed_unknown: "De koppeling is niet gemaakt: de school kent je niet bij deze eduID. Kijk in eduID of je school gekoppeld is, en vraag het anders aan je school.",
    failed_unreachable: "De koppeling is niet gemaakt: de school geeft nu geen antwoord. Er is niets gedeeld. Probeer het later opnieuw.",
    back: "Alle scholen",
    next: |site| format!("Verder bij {site}"),
    next_connect: "Je logt daar in met eduID, zodat de school weet dat jij het bent. Daarna kom je hier terug.",
    next_collect: "Je logt daar in met eduID om het bewijs op te halen. Daarna kom je hier terug.",
    next_log_in: "Je logt daar in en komt daarna hier terug.",
    next_check: |host| format!("Kijk of het adres straks begint met {host}."),
    next_go: |site| format!("Ga verder bij {site}"),
    to_wallet: "Naar je bewijzen",
};

const EN: Words = Words {
    schools: "Your schools",
    platforms: "Badge platforms that you connected",
    schools_text: "A school can only put credentials in your wallet once you connect that school. You end a connection in one action.",
    schools_none: "The register of this wallet now holds no schools that send credentials. With a link from your school you can still collect a credential.",
    manage: "View the connection",
    connect: "Connect",
    not_connected: "Not connected",
    registering: "Being connected",
    connected: |day| format!("Connected since {day}"),
    ending: "Being disconnected",
    question: |name| format!("Do you want to connect {name}?"),
    about: |name| format!("Connection with {name}"),
    nothing_yet: "As long as you do not connect, this wallet keeps nothing of this school.",
    who: "With whom",
    who_more: "Who is this?",
    what: "What will come",
    what_text: |kinds| format!("{kinds} that this school issues to you, as soon as they are final. Also what already waits for you."),
    what_see: "You see each new credential at the top of your overview and can always delete it.",
    goes: "What the school gets",
    goes_text: |name| format!("{name} knows that you use this wallet, and where credentials may be sent."),
    goes_not: "The school does not see what is in your wallet, nor what you share or delete.",
    how_long: "How long",
    until: |day| format!("Until {day}, or until you end the connection earlier."),
    end_any_time: "You can end it at any time, on this page. What is there stays yours.",
    how: "How it goes",
    how_text: |name| {
        format!(
            "You go to the site of {name} and log in there with eduID. That is how the school knows that it is you. Then you come back here."
        )
    },
    stop: "Not now",
    just_made: "Done. Your school is connected.",
    just_made_text: "What waits for you is coming in now. Refresh your overview in a few seconds.",
    delivered: |count, number| format!("{count} {} received over this connection.", if number == 1 { "credential" } else { "credentials" }),
    disconnect: "End the connection",
    disconnect_text: "After that nothing new comes in from this school. What you have stays. You can connect again later.",
    disconnect_do: "End it",
    registering_text: "The school got the request but has not confirmed it yet. That goes on by itself; you need not do anything.",
    ending_text: "Nothing comes in any more. The school is still to be told that the connection has ended.",
    failed_refused: "The connection was not made: you stopped at the school’s site. Nothing was shared.",
    failed_unknown: "The connection was not made: the school does not know you by this eduID. See in eduID whether your school is linked, or else ask your school.",
    failed_unreachable: "The connection was not made: the school is not answering now. Nothing was shared. Try again later.",
    back: "All schools",
    next: |site| format!("Continue at {site}"),
    next_connect: "You log in there with eduID, so that the school knows that it is you. Then you come back here.",
    next_collect: "You log in there with eduID to collect the credential. Then you come back here.",
    next_log_in: "You log in there and then come back here.",
    next_check: |host| format!("Check that the address then begins with {host}."),
    next_go: |site| format!("Continue at {site}"),
    to_wallet: "To your credentials",
};
