//! The feed: what is new, what an issuer withdrew, who asks, what left the wallet, and who signed in.

mod words;

use crate::view::template;
use crate::{Chrome, Lang, Moment, PageView, Section, Text};
use words::Words;

/// `GET /wallet/feed`.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    /// Newest first.
    pub items: Vec<FeedItem>,
    /// The moment of the newest item, in milliseconds: what came since stays unread.
    pub until: i64,
    /// For how many days an item stays.
    pub kept_days: i64,
}

/// One thing to know.
#[derive(Clone, Debug)]
pub struct FeedItem {
    /// What.
    pub what: FeedDeed,
    /// When.
    pub at: Moment,
    /// Whether it is unread.
    pub unread: bool,
    /// Title of the credential.
    pub title: Option<Text>,
    /// The other party.
    pub party: Option<Text>,
    /// Where more is told.
    pub href: Option<String>,
    /// Until when a question can be answered.
    pub until: Option<Moment>,
    /// Whether that time is over.
    pub over: bool,
}

/// What can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedDeed {
    /// A credential is in the wallet.
    Kept,
    /// What was being prepared came, and waits.
    Ready,
    /// What was on its way will not come.
    NotComing,
    /// What the learner waited for is there.
    Wished,
    /// A credential was suspended.
    Suspended,
    /// A credential was withdrawn.
    Revoked,
    /// A suspended credential is valid again.
    Valid,
    /// Somebody asks.
    Asked,
    /// An answer went out.
    Shared,
    /// An answer was not taken.
    NotShared,
    /// A link was made.
    LinkMade,
    /// A link was closed by wrong PINs.
    LinkLocked,
    /// A sign-in from a new device.
    SignedIn,
}

impl FeedDeed {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Kept,
        Self::Ready,
        Self::NotComing,
        Self::Wished,
        Self::Suspended,
        Self::Revoked,
        Self::Valid,
        Self::Asked,
        Self::Shared,
        Self::NotShared,
        Self::LinkMade,
        Self::LinkLocked,
        Self::SignedIn,
    ];

    /// Icon and colour class.
    const fn sign(self) -> (&'static str, &'static str) {
        match self {
            Self::Kept | Self::Ready | Self::Wished => ("down", "ok"),
            Self::NotComing => ("x", "warn"),
            Self::Suspended => ("pause", "warn"),
            Self::Revoked => ("x", "bad"),
            Self::Valid => ("ok", "ok"),
            Self::Asked => ("info", "warn"),
            Self::Shared => ("share", "mute"),
            Self::NotShared => ("alert", "warn"),
            Self::LinkMade => ("link", "mute"),
            Self::LinkLocked => ("lock", "warn"),
            Self::SignedIn => ("alert", "warn"),
        }
    }

    fn words(self, w: &Words) -> &'static str {
        match self {
            Self::Kept => w.kept,
            Self::Ready => w.ready,
            Self::NotComing => w.not_coming,
            Self::Wished => w.wished,
            Self::Suspended => w.suspended,
            Self::Revoked => w.revoked,
            Self::Valid => w.valid,
            Self::Asked => w.asked,
            Self::Shared => w.shared,
            Self::NotShared => w.not_shared,
            Self::LinkMade => w.link_made,
            Self::LinkLocked => w.link_locked,
            Self::SignedIn => w.signed_in,
        }
    }

    /// What it means for the learner, where the heading alone leaves that open.
    fn meaning(self, w: &Words) -> Option<&'static str> {
        match self {
            Self::NotComing => Some(w.not_coming_text),
            Self::Wished => Some(w.wished_text),
            Self::Suspended => Some(w.suspended_text),
            Self::Revoked => Some(w.revoked_text),
            Self::NotShared => Some(w.not_shared_text),
            Self::LinkLocked => Some(w.link_locked_text),
            Self::SignedIn => Some(w.signed_in_text),
            _ => None,
        }
    }
}

impl FeedItem {
    fn sample(what: FeedDeed, at: i64) -> Self {
        let title = Some(Text::new("Data-analyse basis", "Data analysis basics"));
        let (title, party) = match what {
            FeedDeed::SignedIn => (None, None),
            FeedDeed::LinkMade | FeedDeed::LinkLocked => (title, None),
            FeedDeed::Asked | FeedDeed::Shared | FeedDeed::NotShared => (None, Some(Text::same("Werkgever Voorbeeld"))),
            _ => (title, Some(Text::same("Hogeschool Voorbeeld"))),
        };
        let href = (!matches!(what, FeedDeed::SignedIn | FeedDeed::NotShared)).then(|| "/wallet/credentials/a".to_owned());
        Self { what, at: Moment(at), unread: at > 1_795_250_000, title, party, href, until: None, over: false }
    }
}

impl Feed {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let at = |days: i64| 1_795_345_000 - days * 90_000;
        let mut items: Vec<FeedItem> = FeedDeed::ALL.into_iter().zip(0..).map(|(what, days)| FeedItem::sample(what, at(days))).collect();
        let asked = FeedItem { until: Some(Moment(1_795_353_120)), ..FeedItem::sample(FeedDeed::Asked, at(0)) };
        items.insert(1, asked);
        for item in items.iter_mut().skip(2).filter(|item| item.what == FeedDeed::Asked) {
            (item.until, item.over, item.href) = (Some(Moment(at(5))), true, None);
        }
        let some = Self { items, until: 1, kept_days: 90 };
        let read = some.items.iter().filter(|item| item.what != FeedDeed::SignedIn).take(3).cloned();
        let read = read.map(|item| FeedItem { unread: false, ..item }).collect();
        vec![("none", Self { kept_days: 90, ..Self::default() }), ("read", Self { items: read, ..some.clone() }), ("some", some)]
    }

    fn any_unread(&self) -> bool {
        self.items.iter().any(|item| item.unread)
    }

    /// Whether a new device is told of: then all sessions can be ended from here.
    fn any_device(&self) -> bool {
        self.items.iter().any(|item| item.what == FeedDeed::SignedIn)
    }
}

impl PageView for Feed {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).title.to_owned()
    }

    fn chrome(&self) -> Chrome {
        Chrome::Learner(Section::Feed)
    }

    template!(Feed, "wallet/feed.html", Words);
}
