//! News of a wallet: what its learner is told of, in the feed and by mail, and what they do not want to be told.

use serde::{Deserialize, Serialize};

use crate::{LocalText, Timestamp, id};

id! {
    /// An item of the feed: 128 random bits in base62.
    NewsId
}

/// The sorts of news that can be chosen apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewsKind {
    /// A credential came in, is ready to be looked at, or will not come.
    New,
    /// An issuer suspended or withdrew a credential, or lifted that.
    Withdrawn,
    /// Somebody asks.
    Asked,
    /// Something left the wallet: an answer to who asked, or a link that shows it.
    Released,
    /// A sign-in from a device that was not seen before. Always told.
    Device,
}

impl NewsKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::New, Self::Withdrawn, Self::Asked, Self::Released, Self::Device];

    /// The sorts that can be switched off.
    pub const CHOSEN: [Self; 4] = [Self::New, Self::Withdrawn, Self::Asked, Self::Released];

    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Withdrawn => "withdrawn",
            Self::Asked => "asked",
            Self::Released => "released",
            Self::Device => "device",
        }
    }

    /// From the word in the table.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Where a learner is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// In the wallet.
    Feed,
    /// By mail, where the operator has it.
    Mail,
}

impl Channel {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Feed, Self::Mail];

    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Mail => "mail",
        }
    }

    /// From the word in the table.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == text)
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    /// A credential is in the wallet that the learner did not fetch just now.
    Kept,
    /// What an issuer was preparing came, and waits to be looked at.
    Ready,
    /// What was on its way will not come.
    NotComing,
    /// What the learner waited for, because somebody asked for it, is in the wallet.
    Wished,
    /// An issuer suspended a credential.
    Suspended,
    /// An issuer withdrew a credential.
    Revoked,
    /// A suspended credential is valid again.
    Valid,
    /// Somebody asks.
    Asked,
    /// An answer went to who asked.
    Shared,
    /// An answer was not taken.
    NotShared,
    /// A link was made.
    LinkMade,
    /// A link was closed, because its PIN was wrong too often.
    LinkLocked,
    /// A sign-in from a new device.
    SignedIn,
}

impl Happened {
    /// The sort of news.
    pub const fn kind(self) -> NewsKind {
        match self {
            Self::Kept | Self::Ready | Self::NotComing | Self::Wished => NewsKind::New,
            Self::Suspended | Self::Revoked | Self::Valid => NewsKind::Withdrawn,
            Self::Asked => NewsKind::Asked,
            Self::Shared | Self::NotShared | Self::LinkMade | Self::LinkLocked => NewsKind::Released,
            Self::SignedIn => NewsKind::Device,
        }
    }
}

/// The page that tells more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A credential, by its id.
    Credential(String),
    /// An offer, by its receipt.
    Offer(String),
    /// A request, by its consent.
    Request(String),
    /// A share, by its id.
    Share(String),
    /// An entry of the activity list.
    Activity(String),
}

/// What an item says. Sealed. Names of parties and titles, never values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewsAbout {
    /// What happened.
    pub what: Happened,
    /// Title of the credential.
    #[serde(default)]
    pub title: Option<LocalText>,
    /// The other party.
    #[serde(default)]
    pub party: Option<LocalText>,
    /// Where more is told.
    #[serde(default)]
    pub target: Option<Target>,
    /// Until when something can be done, in milliseconds.
    #[serde(default)]
    pub until: Option<i64>,
}

impl NewsAbout {
    /// News without more.
    pub const fn of(what: Happened) -> Self {
        Self { what, title: None, party: None, target: None, until: None }
    }
}

/// News as it is born, in the transaction of what it tells.
#[derive(Clone, Debug)]
pub struct News {
    /// The event, unique for this learner: told again it is no news.
    pub event: String,
    /// The card that it is about: gone with it, read with it.
    pub card: Option<String>,
    /// What it says.
    pub about: NewsAbout,
}

/// An item of the feed.
#[derive(Clone, Debug)]
pub struct NewsItem {
    /// Which.
    pub id: NewsId,
    /// When it happened.
    pub at: Timestamp,
    /// Whether the learner has said that they read it.
    pub read: bool,
    /// What it says.
    pub about: NewsAbout,
}

/// For how long the feed keeps an item, in days, read or not. Then its row is deleted.
pub const KEPT_DAYS: i64 = 90;

/// What a learner does not want to be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SwitchedOff(Vec<(NewsKind, Channel)>);

impl SwitchedOff {
    /// These; a sign-in from a new device cannot be among them and is left out.
    pub fn new(all: impl IntoIterator<Item = (NewsKind, Channel)>) -> Self {
        Self(all.into_iter().filter(|(kind, _)| *kind != NewsKind::Device).collect())
    }

    /// Whether this sort is told there.
    pub fn wants(&self, kind: NewsKind, channel: Channel) -> bool {
        !self.0.contains(&(kind, channel))
    }

    /// What is switched off.
    pub fn iter(&self) -> impl Iterator<Item = (NewsKind, Channel)> {
        self.0.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_channels_keep_their_words() {
        assert_eq!(NewsKind::ALL.map(NewsKind::as_str), ["new", "withdrawn", "asked", "released", "device"]);
        for kind in NewsKind::ALL {
            assert_eq!(NewsKind::parse(kind.as_str()), Some(kind));
        }
        for channel in Channel::ALL {
            assert_eq!(Channel::parse(channel.as_str()), Some(channel));
        }
        assert_eq!((NewsKind::parse("all"), Channel::parse("fax")), (None, None));
    }

    #[test]
    fn a_sign_in_from_a_new_device_is_always_told() {
        let off = SwitchedOff::new([(NewsKind::Device, Channel::Feed), (NewsKind::Device, Channel::Mail), (NewsKind::New, Channel::Mail)]);
        assert!(Channel::ALL.into_iter().all(|channel| off.wants(NewsKind::Device, channel)));
        assert!(!off.wants(NewsKind::New, Channel::Mail) && off.wants(NewsKind::New, Channel::Feed));
        assert!(!NewsKind::CHOSEN.contains(&NewsKind::Device));
        assert_eq!(Happened::SignedIn.kind(), NewsKind::Device);
    }
}
