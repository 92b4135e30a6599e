//! Badge platforms: the page on which a learner decides whether one is connected, and those that are.

use crate::party::Party;
use crate::view::{template, words};
use crate::{Chrome, Lang, Moment, PageView, Section, Text};

/// What a platform may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Read badges.
    ReadBadges,
    /// Add badges, or replace them by newer ones.
    AddBadges,
    /// Read the learner's name.
    ReadName,
    /// Write a profile down, for itself.
    WriteProfile,
    /// Go on while the learner is away.
    WhileAway,
}

/// `GET /badges/authorize`: a platform asks. The form posts `choice` = `allow` or `refuse`.
#[derive(Clone, Debug)]
pub struct PlatformAsks {
    /// Where the form posts to.
    pub action: String,
    /// Who asks, and what is known of it.
    pub party: Party,
    /// Its host.
    pub host: String,
    /// What for.
    pub asks: Vec<Asks>,
    /// Who is signed in.
    pub learner: String,
}

/// `GET /wallet/platforms`.
#[derive(Clone, Debug)]
pub struct Platforms {
    /// Those that are connected, the newest first.
    pub rows: Vec<PlatformRow>,
    /// The address of this wallet, for a platform that asks for it.
    pub address: String,
}

/// One connected platform.
#[derive(Clone, Debug)]
pub struct PlatformRow {
    /// Who.
    pub party: Party,
    /// What it may do.
    pub asks: Vec<Asks>,
    /// Since when.
    pub since: Moment,
    /// When it last did.
    pub used: Option<Moment>,
    /// Where the form that ends it posts to.
    pub disconnect: String,
}

impl Asks {
    fn words(self, w: &Words) -> &'static str {
        match self {
            Self::ReadBadges => w.read_badges,
            Self::AddBadges => w.add_badges,
            Self::ReadName => w.read_name,
            Self::WriteProfile => w.write_profile,
            Self::WhileAway => w.while_away,
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::ReadBadges | Self::ReadName => "eye",
            Self::AddBadges => "down",
            Self::WriteProfile => "info",
            Self::WhileAway => "cal",
        }
    }
}

impl PlatformAsks {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let unknown = Self {
            action: "/badges/authorize?client_id=x".to_owned(),
            party: Party { name: Text::same("Badgeplatform Voorbeeld"), ..Party::sample_stranger() },
            host: "vacatures.bakkerij-voorbeeld.example".to_owned(),
            asks: vec![Asks::ReadBadges, Asks::AddBadges, Asks::ReadName, Asks::WriteProfile, Asks::WhileAway],
            learner: "Samira".to_owned(),
        };
        let known = Self {
            party: Party {
                proof: crate::party::Proof::Operator { name: "Voorbeeld Onderwijs".to_owned(), host: unknown.host.clone() },
                ..unknown.party.clone()
            },
            asks: vec![Asks::AddBadges],
            ..unknown.clone()
        };
        vec![("admitted", known), ("unknown", unknown)]
    }

    fn is_unknown(&self) -> bool {
        matches!(self.party.proof, crate::party::Proof::Address { .. })
    }

    fn reads(&self) -> bool {
        self.asks.contains(&Asks::ReadBadges)
    }
}

impl PageView for PlatformAsks {
    fn title(&self, lang: Lang) -> String {
        (Words::of(lang).question)(self.party.name.get(lang))
    }

    fn chrome(&self) -> Chrome {
        Chrome::Focus("/wallet".to_owned())
    }

    template!(PlatformAsks, "wallet/platform_asks.html", Words);
}

impl Platforms {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let row = |asks: &[Asks], used| PlatformRow {
            party: Party { name: Text::same("Badgeplatform Voorbeeld"), ..Party::sample_stranger() },
            asks: asks.to_vec(),
            since: Moment(1_790_000_000),
            used,
            disconnect: "/wallet/platforms/p/disconnect".to_owned(),
        };
        let address = "https://wallet.voorbeeld-onderwijs.example".to_owned();
        let rows =
            vec![row(&[Asks::AddBadges, Asks::WhileAway], Some(Moment(1_795_350_000))), row(&[Asks::ReadBadges, Asks::ReadName], None)];
        vec![("none", Self { rows: vec![], address: address.clone() }), ("some", Self { rows, address })]
    }
}

impl PageView for Platforms {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).title.to_owned()
    }

    fn chrome(&self) -> Chrome {
        Chrome::Learner(Section::Institutions)
    }

    template!(Platforms, "wallet/platforms.html", Words);
}

struct Words {
    question: fn(&str) -> String,
    nothing_yet: &'static str,
    unknown: fn(&str) -> String,
    who: &'static str,
    who_more: &'static str,
    as_who: fn(&str) -> String,
    may: &'static str,
    read_badges: &'static str,
    add_badges: &'static str,
    read_name: &'static str,
    write_profile: &'static str,
    while_away: &'static str,
    reads_note: &'static str,
    how_long: &'static str,
    until: &'static str,
    allow: &'static str,
    refuse: &'static str,
    title: &'static str,
    intro: &'static str,
    none: &'static str,
    since: fn(&str) -> String,
    used: fn(&str) -> String,
    unused: &'static str,
    disconnect: &'static str,
    disconnected: &'static str,
    connect: &'static str,
    connect_text: &'static str,
    address: &'static str,
    back: &'static str,
}

words!(Words);

const NL: Words = Words {
    question: |name| format!("Wil je {name} koppelen?"),
    nothing_yet: "Er gebeurt niets voordat je onderaan kiest. Weigeren kan altijd: je wallet blijft zoals hij is.",
    unknown: |host| {
        format!(
            "Niemand heeft dit platform voor je nagekeken. De naam heeft het zichzelf gegeven; we weten alleen het webadres {host}. Ken je het niet? Weiger dan."
        )
    },
    who: "Wie vraagt het",
    who_more: "Website, voorwaarden en privacy",
    as_who: |name| format!("Je bent ingelogd als {name}."),
    may: "Wat het mag",
    read_badges: "al je badges in deze wallet lezen, met alles wat erop staat",
    add_badges: "badges in je wallet zetten, of vervangen door een nieuwere",
    read_name: "je naam lezen, zoals eduID die gaf",
    write_profile: "voor zichzelf een profiel van jou bijhouden",
    while_away: "dit blijven doen als je er niet bij bent",
    reads_note: "Andere bewijzen, zoals een bewijs van inschrijving, leest het niet. Elke keer dat het leest, zie je bij Activiteit. Wat het eenmaal las, kun je niet terughalen.",
    how_long: "Hoe lang",
    until: "Tot je het weer loskoppelt, bij Gekoppelde platforms.",
    allow: "Koppelen",
    refuse: "Weigeren",
    title: "Gekoppelde platforms",
    intro: "Badgeplatforms die badges in je wallet mogen zetten of eruit mogen lezen. Elke keer dat ze iets lezen of erin zetten, staat het bij Activiteit.",
    none: "Je hebt geen platform gekoppeld.",
    since: |day| format!("Gekoppeld op {day}"),
    used: |day| format!("laatst gebruikt {day}"),
    unused: "nog niet gebruikt",
    disconnect: "Loskoppelen",
    disconnected: "Loskoppelen werkt meteen. De badges die je kreeg, houd je.",
    connect: "Een platform koppelen",
    connect_text: "Dat begint bij het platform: kies daar voor een Open Badges-wallet (Open Badges 3.0 API) en vul dit adres in.",
    address: "Adres van deze wallet",
    back: "Alle scholen",
};

const EN: Words = Words {
    question: |name| format!("Do you want to connect {name}?"),
    nothing_yet: "Nothing happens before you choose at the bottom. You can always refuse: your wallet stays as it is.",
    unknown: |host| {
        format!(
            "Nobody looked at this platform for you. It gave itself its name; we know only the web address {host}. Do you not know it? Then refuse."
        )
    },
    who: "Who asks",
    who_more: "Website, terms and privacy",
    as_who: |name| format!("You are logged in as {name}."),
    may: "What it may do",
    read_badges: "read all your badges in this wallet, with everything on them",
    add_badges: "put badges into your wallet, or replace them by a newer one",
    read_name: "read your name, as eduID gave it",
    write_profile: "keep a profile of you for itself",
    while_away: "go on doing this while you are away",
    reads_note: "It does not read other credentials, such as a proof of enrolment. Each time that it reads, you see so under Activity. What it has read you cannot take back.",
    how_long: "For how long",
    until: "Until you disconnect it, under Connected platforms.",
    allow: "Connect",
    refuse: "Refuse",
    title: "Connected platforms",
    intro: "Badge platforms that may put badges into your wallet or read them from it. Each time that they read or add something, it is listed under Activity.",
    none: "You have not connected any platform.",
    since: |day| format!("Connected on {day}"),
    used: |day| format!("last used {day}"),
    unused: "not used yet",
    disconnect: "Disconnect",
    disconnected: "Disconnecting works at once. You keep the badges that you got.",
    connect: "Connect a platform",
    connect_text: "That begins at the platform: choose an Open Badges wallet there (Open Badges 3.0 API) and fill in this address.",
    address: "Address of this wallet",
    back: "All schools",
};
