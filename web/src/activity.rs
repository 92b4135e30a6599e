//! What came, what went, and what was refused; without values.

use crate::error::{self, Collecting};
use crate::view::{template, words};
use crate::{Chrome, Day, Frame, Lang, Moment, PageView, Section, Text};

/// Up to how many claims the list names what went.
const NAMED: usize = 4;

/// `GET /wallet/activity`.
#[derive(Clone, Debug, Default)]
pub struct Activity {
    /// Newest first.
    pub rows: Vec<ActivityRow>,
    /// Older ones.
    pub older_href: Option<String>,
}

/// `GET /wallet/activity/{id}`.
#[derive(Clone, Debug)]
pub struct ActivityDetail {
    /// The row.
    pub row: ActivityRow,
    /// Why, in the party's words.
    pub purpose: Option<Text>,
    /// What was asked, labels only.
    pub requested: Vec<Text>,
    /// The request's id, for talking with the party.
    pub request: Option<String>,
    /// Where deletion can be asked: a mail address or a page.
    pub contact: Option<String>,
    /// Why a collection failed, as a code of the catalogue.
    pub failure: Option<String>,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct ActivityRow {
    /// Its page; none when there is no more to tell.
    pub href: Option<String>,
    /// When.
    pub at: Moment,
    /// What.
    pub what: Deed,
    /// Title of the credential.
    pub title: Option<Text>,
    /// With whom.
    pub party: Option<Text>,
    /// Labels of what went.
    pub labels: Vec<Text>,
    /// Until when the other promised to keep it.
    pub until: Option<Day>,
    /// By which way a credential came, or was to come.
    pub how: Option<Text>,
}

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A credential came.
    Received,
    /// An issuer gave a credential anew.
    Renewed,
    /// A credential could not be collected.
    NotCollected,
    /// An offer was refused.
    OfferRefused,
    /// Claims went to a party.
    Shared,
    /// A request was refused: nothing went.
    Refused,
    /// A request could not be answered: nothing went.
    Failed,
    /// It was sent, and it is not certain that it arrived.
    Uncertain,
    /// A link was made.
    LinkMade,
    /// A link was stopped.
    LinkStopped,
    /// A credential was deleted.
    Deleted,
    /// A school was connected.
    Connected,
    /// A connection ended.
    Disconnected,
    /// An issuer suspended, withdrew or reinstated a credential.
    StatusChanged,
}

impl Deed {
    /// Icon and colour class.
    const fn sign(self) -> (&'static str, &'static str) {
        match self {
            Self::Received | Self::Renewed => ("down", "ok"),
            Self::Shared => ("share", "ok"),
            Self::OfferRefused | Self::Refused => ("hide", "mute"),
            Self::Failed | Self::NotCollected => ("x", "warn"),
            Self::Uncertain => ("alert", "warn"),
            Self::LinkMade => ("link", "ok"),
            Self::LinkStopped | Self::Disconnected => ("broken", "mute"),
            Self::Deleted => ("bin", "mute"),
            Self::Connected => ("lock", "ok"),
            Self::StatusChanged => ("info", "warn"),
        }
    }

    fn words(self, w: &Words) -> &'static str {
        match self {
            Self::Received => w.received,
            Self::Renewed => w.renewed,
            Self::NotCollected => w.not_collected,
            Self::OfferRefused => w.offer_refused,
            Self::Shared => w.shared,
            Self::Refused => w.refused,
            Self::Failed => w.failed,
            Self::Uncertain => w.uncertain,
            Self::LinkMade => w.link_made,
            Self::LinkStopped => w.link_stopped,
            Self::Deleted => w.deleted,
            Self::Connected => w.connected,
            Self::Disconnected => w.disconnected,
            Self::StatusChanged => w.status_changed,
        }
    }
}

impl ActivityRow {
    /// What went, in the list: by name when it is little, else how many, with the names on the row's own page.
    fn went(&self, frame: &Frame, w: &Words) -> Option<String> {
        match self.labels.len() {
            0 => None,
            count if count > NAMED && self.href.is_some() => Some((w.several)(count)),
            _ => Some(frame.sentence(&self.labels)),
        }
    }

    fn sample(what: Deed, at: i64) -> Self {
        Self {
            href: Some("/wallet/activity/a".to_owned()),
            at: Moment(at),
            what,
            title: Some(Text::new("Data-analyse basis", "Data analysis basics")),
            party: Some(Text::same("Hogeschool Voorbeeld")),
            labels: vec![],
            until: None,
            how: None,
        }
    }

    fn sample_received() -> Self {
        let how = Text::new("met een foto van een code", "by a photo of a code");
        Self { how: Some(how), ..Self::sample(Deed::Received, 1_795_320_000) }
    }

    fn sample_shared() -> Self {
        Self {
            labels: vec![Text::new("Naam", "Name"), Text::new("Titel", "Title"), Text::new("Studielast", "Study load")],
            until: Day::parse("2027-02-01"),
            ..Self::sample(Deed::Shared, 1_795_340_000)
        }
    }
}

impl Activity {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let deeds = [
            Deed::Renewed,
            Deed::NotCollected,
            Deed::OfferRefused,
            Deed::Refused,
            Deed::Failed,
            Deed::Uncertain,
            Deed::LinkMade,
            Deed::LinkStopped,
            Deed::Deleted,
            Deed::Connected,
            Deed::Disconnected,
            Deed::StatusChanged,
        ];
        let mut rows = vec![ActivityRow::sample_shared()];
        rows.push(ActivityRow::sample_received());
        let mut at = 1_795_250_000;
        for what in deeds {
            rows.push(ActivityRow { href: None, ..ActivityRow::sample(what, at) });
            at -= 400_000;
        }
        vec![("some", Self { rows, older_href: Some("/wallet/activity?before=x".to_owned()) }), ("none", Self::default())]
    }
}

impl PageView for Activity {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).title.to_owned()
    }

    fn chrome(&self) -> Chrome {
        Chrome::Learner(Section::Activity)
    }

    template!(Activity, "wallet/activity.html", Words);
}

impl ActivityDetail {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let shared = Self {
            row: ActivityRow::sample_shared(),
            purpose: Some(Text::new("Toelating tot de minor Data", "Admission to the minor Data")),
            requested: vec![Text::new("Naam", "Name"), Text::new("Titel", "Title"), Text::new("Studielast", "Study load")],
            request: Some("6fVnq2bYw0ZkT8rXcLm4Hs".to_owned()),
            contact: Some("privacy@hogeschool-voorbeeld.example".to_owned()),
            failure: None,
        };
        let bare = |row| Self { row, requested: vec![], request: None, contact: None, purpose: None, failure: None };
        let received = ActivityRow::sample_received();
        let not_collected =
            |code: &str| Self { failure: Some(code.to_owned()), ..bare(ActivityRow { what: Deed::NotCollected, ..received.clone() }) };
        let row = |what| ActivityRow { title: None, ..ActivityRow::sample(what, 1_795_340_000) };
        vec![
            ("refused", Self { row: row(Deed::Refused), contact: None, ..shared.clone() }),
            (
                "uncertain",
                Self {
                    row: ActivityRow { what: Deed::Uncertain, ..ActivityRow::sample_shared() },
                    contact: Some("https://hogeschool-voorbeeld.example/privacy".to_owned()),
                    ..shared.clone()
                },
            ),
            ("failed", bare(row(Deed::Failed))),
            ("received", bare(received.clone())),
            ("not-collected", not_collected("credential_signature")),
            ("not-collected-offer", not_collected("offer_gone")),
            ("not-collected-why", not_collected("something_new")),
            ("shared", shared),
        ]
    }

    /// Whether something went, or may have gone, to a party.
    fn went(&self) -> bool {
        matches!(self.row.what, Deed::Shared | Deed::Uncertain)
    }

    /// Whether anything could have gone to a party.
    fn at_stake(&self) -> bool {
        self.went() || matches!(self.row.what, Deed::Refused | Deed::Failed)
    }

    /// What is told of a failed collection: what happened, whether anything was lost, and what to do now.
    fn told(&self, lang: Lang) -> Option<Collecting> {
        (self.row.what == Deed::NotCollected).then(|| error::told_of_collecting(lang, self.failure.as_deref().unwrap_or_default()))
    }

    /// The contact as an address for a link: mail or page.
    fn contact_href(&self) -> Option<String> {
        self.contact.as_ref().map(|contact| if contact.starts_with("https://") { contact.clone() } else { format!("mailto:{contact}") })
    }
}

impl PageView for ActivityDetail {
    fn title(&self, lang: Lang) -> String {
        self.row.what.words(Words::of(lang)).to_owned()
    }

    fn chrome(&self) -> Chrome {
        Chrome::Learner(Section::Activity)
    }

    template!(ActivityDetail, "wallet/activity_detail.html", Words);
}

struct Words {
    title: &'static str,
    text: &'static str,
    none: &'static str,
    older: &'static str,
    more: &'static str,
    back: &'static str,
    received: &'static str,
    renewed: &'static str,
    not_collected: &'static str,
    from: &'static str,
    how: &'static str,
    happened: &'static str,
    lost: &'static str,
    now: &'static str,
    code: &'static str,
    offer_refused: &'static str,
    shared: &'static str,
    refused: &'static str,
    failed: &'static str,
    uncertain: &'static str,
    link_made: &'static str,
    link_stopped: &'static str,
    deleted: &'static str,
    connected: &'static str,
    disconnected: &'static str,
    status_changed: &'static str,
    with: &'static str,
    what: &'static str,
    when: &'static str,
    why: &'static str,
    asked: &'static str,
    went: &'static str,
    went_nothing: &'static str,
    several: fn(usize) -> String,
    promised: &'static str,
    request: &'static str,
    ask: &'static str,
    ask_text: fn(&str) -> String,
    ask_do: &'static str,
    ask_nobody: &'static str,
    no_values: &'static str,
}

words!(Words);

const NL: Words = Words {
    title: "Activiteit",
    text: "Wat er binnenkwam, wat je deelde en wat je weigerde.",
    none: "Er is nog niets gebeurd. Zodra er iets binnenkomt of weggaat, staat het hier.",
    older: "Ouder",
    more: "Meer",
    back: "Alle activiteit",
    received: "Bewijs ontvangen",
    renewed: "Bewijs vernieuwd",
    not_collected: "Ophalen lukte niet",
    from: "Van wie",
    how: "Hoe",
    happened: "Wat er gebeurde",
    lost: "Is er iets verloren?",
    now: "Wat nu?",
    code: "Code voor de helpdesk",
    offer_refused: "Aanbod geweigerd",
    shared: "Gedeeld",
    refused: "Niet gedeeld: je weigerde",
    failed: "Niet gedeeld: het lukte niet",
    uncertain: "Verstuurd, niet zeker of het aankwam",
    link_made: "Link gemaakt",
    link_stopped: "Link gestopt",
    deleted: "Bewijs verwijderd",
    connected: "Koppeling gemaakt",
    disconnected: "Koppeling losgemaakt",
    status_changed: "Staat van een bewijs veranderd",
    with: "Met wie",
    what: "Welk bewijs",
    when: "Wanneer",
    why: "Waarom",
    asked: "Gevraagd",
    went: "Wat er ging",
    went_nothing: "Er is niets gedeeld.",
    several: |count| format!("{count} gegevens"),
    promised: "Beloofd: bewaard tot",
    request: "Nummer van de vraag",
    ask: "Vraag om verwijderen",
    ask_text: |name| {
        format!(
            "Je kunt {name} vragen je gegevens te verwijderen. Noem het nummer van de vraag. Wij kunnen niet controleren of het gebeurt."
        )
    },
    ask_do: "Vraag om verwijderen",
    ask_nobody: "Deze partij gaf geen adres op. Zoek het op haar eigen site.",
    no_values: "In dit overzicht staan alleen de namen van gegevens, nooit de gegevens zelf.",
};

const EN: Words = Words {
    title: "Activity",
    text: "What came in, what you shared and what you refused.",
    none: "Nothing has happened yet. As soon as something comes in or goes out, it stands here.",
    older: "Older",
    more: "More",
    back: "All activity",
    received: "Credential received",
    renewed: "Credential renewed",
    not_collected: "Could not be collected",
    from: "From whom",
    how: "How",
    happened: "What happened",
    lost: "Was anything lost?",
    now: "What now?",
    code: "Code for the help desk",
    offer_refused: "Offer refused",
    shared: "Shared",
    refused: "Not shared: you refused",
    failed: "Not shared: it did not work",
    uncertain: "Sent, not certain whether it arrived",
    link_made: "Link made",
    link_stopped: "Link stopped",
    deleted: "Credential deleted",
    connected: "Connected",
    disconnected: "Connection ended",
    status_changed: "State of a credential changed",
    with: "With whom",
    what: "Which credential",
    when: "When",
    why: "Why",
    asked: "Asked",
    went: "What went",
    went_nothing: "Nothing was shared.",
    several: |count| format!("{count} items"),
    promised: "Promised: kept until",
    request: "Number of the request",
    ask: "Ask for deletion",
    ask_text: |name| format!("You can ask {name} to delete your data. Name the number of the request. We cannot check whether it is done."),
    ask_do: "Ask for deletion",
    ask_nobody: "This party gave no address. Look for it on its own site.",
    no_values: "This overview holds only the names of items, never the data themselves.",
};
