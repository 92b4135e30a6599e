//! What came, what went, and what was refused; without values.

mod letter;
mod proof;
mod removal;
mod words;

pub use letter::{Contact, Letter, LetterKind};
pub use proof::{Proof, ProofPage, ProofProblem, ProofResult};
pub use removal::RemoveActivity;

use crate::error::{self, Collecting};
use crate::view::template;
use crate::{Chrome, Day, Frame, Lang, Moment, PageView, Section, Text};
use words::Words;

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
    /// Why a collection failed, as a code of the catalogue.
    pub failure: Option<String>,
    /// Whether the other party said that it has it.
    pub taken: bool,
    /// Its own address: what can be done about it stands below that.
    pub here: String,
    /// When the party was asked to delete it, the last time.
    pub asked_at: Option<Moment>,
    /// When it was reported, the last time.
    pub reported_at: Option<Moment>,
    /// The entry that this one is about: a report or a question to delete.
    pub about_href: Option<String>,
    /// Where a standing permission can be given to this party.
    pub permission_href: Option<String>,
    /// Whether there is a proof of it to take along.
    pub has_proof: bool,
    /// Name of the authority that a report goes to.
    pub authority: String,
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
    /// A party was asked to delete what it got.
    DeletionAsked,
    /// A party was reported to the authority.
    Reported,
    /// A standing permission was given.
    PermissionGiven,
    /// A standing permission was withdrawn.
    PermissionWithdrawn,
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
            Self::DeletionAsked => ("bin", "ok"),
            Self::Reported => ("alert", "mute"),
            Self::PermissionGiven => ("lock", "ok"),
            Self::PermissionWithdrawn => ("broken", "mute"),
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
            Self::DeletionAsked => w.deletion_asked,
            Self::Reported => w.reported,
            Self::PermissionGiven => w.permission_given,
            Self::PermissionWithdrawn => w.permission_withdrawn,
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
            Deed::DeletionAsked,
            Deed::Reported,
            Deed::PermissionGiven,
            Deed::PermissionWithdrawn,
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
            failure: None,
            taken: true,
            here: "/wallet/activity/a".to_owned(),
            asked_at: None,
            reported_at: None,
            about_href: None,
            permission_href: Some("/wallet/activity/a/permission".to_owned()),
            has_proof: true,
            authority: "Autoriteit Persoonsgegevens".to_owned(),
        };
        let bare = |row| Self {
            row,
            requested: vec![],
            request: None,
            purpose: None,
            taken: false,
            permission_href: None,
            has_proof: false,
            ..shared.clone()
        };
        let received = ActivityRow::sample_received();
        let not_collected =
            |code: &str| Self { failure: Some(code.to_owned()), ..bare(ActivityRow { what: Deed::NotCollected, ..received.clone() }) };
        let row = |what| ActivityRow { title: None, ..ActivityRow::sample(what, 1_795_340_000) };
        let later = |what| Self {
            about_href: Some("/wallet/activity/b".to_owned()),
            permission_href: None,
            ..Self { row: row(what), taken: false, ..shared.clone() }
        };
        let given = ActivityRow { what: Deed::PermissionGiven, title: None, until: None, ..ActivityRow::sample_shared() };
        let permission =
            Self { about_href: None, request: None, requested: vec![], has_proof: false, row: given, ..later(Deed::PermissionGiven) };
        vec![
            ("refused", Self { row: row(Deed::Refused), taken: false, ..shared.clone() }),
            (
                "uncertain",
                Self { row: ActivityRow { what: Deed::Uncertain, ..ActivityRow::sample_shared() }, taken: false, ..shared.clone() },
            ),
            ("failed", bare(row(Deed::Failed))),
            ("received", bare(received.clone())),
            ("not-collected", not_collected("credential_signature")),
            ("not-collected-offer", not_collected("offer_gone")),
            ("not-collected-why", not_collected("something_new")),
            ("permission-given", permission),
            ("deletion-asked", later(Deed::DeletionAsked)),
            ("reported", later(Deed::Reported)),
            (
                "asked-and-reported",
                Self { asked_at: Some(Moment(1_795_341_000)), reported_at: Some(Moment(1_795_351_000)), ..shared.clone() },
            ),
            ("shared", shared),
        ]
    }

    /// Whether something went, or may have gone, to a party.
    fn went(&self) -> bool {
        matches!(self.row.what, Deed::Shared | Deed::Uncertain)
    }

    /// Whether it is about a standing permission.
    fn permits(&self) -> bool {
        matches!(self.row.what, Deed::PermissionGiven | Deed::PermissionWithdrawn)
    }

    /// Whether it can be reported: somebody asked.
    fn reportable(&self) -> bool {
        self.at_stake() && self.request.is_some()
    }

    /// Whether anything could have gone to a party.
    fn at_stake(&self) -> bool {
        self.went() || matches!(self.row.what, Deed::Refused | Deed::Failed)
    }

    /// What is told of a failed collection: what happened, whether anything was lost, and what to do now.
    fn told(&self, lang: Lang) -> Option<Collecting> {
        (self.row.what == Deed::NotCollected).then(|| error::told_of_collecting(lang, self.failure.as_deref().unwrap_or_default()))
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
