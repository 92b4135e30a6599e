//! A credential in a learner's wallet: what its card shows and where it stands.

use serde::{Deserialize, Serialize};

use crate::receipt::{Came, ReceiptId};
use crate::{LocalText, Timestamp, id};

id! {
    /// A credential in a wallet: 128 random bits in base62, as in `/wallet/credentials/{id}`. The issuer does not know it.
    CredentialId
}

/// Days before its end from which a credential "expires soon".
pub const SOON_DAYS: i64 = 30;

/// What a status list last said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Valid, or no status list is named.
    Valid,
    /// Suspended: may become valid again.
    Suspended,
    /// Withdrawn for good.
    Revoked,
    /// No list could be read, or it says something else.
    Unknown,
}

impl Standing {
    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Unknown => "unknown",
        }
    }

    /// From the word in the table.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Valid, Self::Suspended, Self::Revoked, Self::Unknown].into_iter().find(|standing| standing.as_str() == text)
    }
}

/// The state of a credential as people see it (`ux.md` 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldState {
    /// In force.
    Valid,
    /// In force, and ends within 30 days.
    ExpiresSoon,
    /// Its dates are not reached yet.
    NotYetValid,
    /// Its end has passed.
    Expired,
    /// The issuer suspended it.
    Suspended,
    /// The issuer withdrew it.
    Withdrawn,
    /// The issuer withdrew it and put another one in its place.
    Replaced,
    /// Its status could not be read.
    Uncheckable,
}

impl HeldState {
    /// Whether it counts: valid now, maybe not for long.
    pub const fn is_in_force(self) -> bool {
        matches!(self, Self::Valid | Self::ExpiresSoon)
    }
}

/// Dates and standing of a held credential, enough to tell its state at any moment.
#[derive(Clone, Copy, Debug)]
pub struct Validity {
    /// `nbf`.
    pub from: Option<Timestamp>,
    /// `exp`.
    pub until: Option<Timestamp>,
    /// By the status list.
    pub standing: Standing,
    /// When a list last said so.
    pub standing_at: Option<Timestamp>,
    /// Whether another credential took its place.
    pub superseded: bool,
}

impl Validity {
    /// The state at `now`. What the issuer did comes before what the calendar did.
    pub fn state(&self, now: Timestamp) -> HeldState {
        match self.standing {
            Standing::Revoked if self.superseded => return HeldState::Replaced,
            Standing::Revoked => return HeldState::Withdrawn,
            Standing::Suspended => return HeldState::Suspended,
            Standing::Valid | Standing::Unknown => {}
        }
        if self.until.is_some_and(|until| until <= now) {
            return HeldState::Expired;
        }
        if self.from.is_some_and(|from| now < from) {
            return HeldState::NotYetValid;
        }
        if self.superseded {
            return HeldState::Replaced;
        }
        if self.standing == Standing::Unknown {
            return HeldState::Uncheckable;
        }
        match self.until {
            Some(until) if until <= now.plus_days(SOON_DAYS) => HeldState::ExpiresSoon,
            _ => HeldState::Valid,
        }
    }
}

/// The kind of thing that a credential says, which decides the shape of its badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A microcredential.
    Microcredential,
    /// A proof of enrolment.
    Enrolment,
    /// Anything else.
    Other,
}

/// An amount of study and its unit: EC (`ects`), SBU (`sbu`) or hours (`hour`). Units are never added to each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    /// `ects`, `sbu` or `hour`.
    pub unit: String,
    /// How much.
    pub value: f64,
}

/// A level in a framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// `NLQF` or `EQF`.
    pub framework: String,
    /// `1` … `8`, or `4+`.
    pub value: String,
    /// Whether the keeper of the framework verified it.
    pub verified: bool,
}

/// What a card and a list show of a credential, taken from its claims when it was kept. Sealed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// What it is.
    pub kind: Kind,
    /// Its title.
    pub title: LocalText,
    /// The institution's name as the credential says it.
    pub institution: LocalText,
    /// The institution's slug, when it is one that this wallet knows; decides the badge's colour.
    pub institution_slug: Option<String>,
    /// A full-date: when it was awarded, or when the enrolment starts.
    pub date: Option<String>,
    /// How much study.
    pub workload: Option<Workload>,
    /// At which level.
    pub level: Option<Level>,
    /// An enrolment's academic year, `2026-2027`.
    pub academic_year: Option<String>,
    /// An enrolment's phase, such as `bachelor`.
    pub phase: Option<String>,
    /// Whether it is an Open Badge; what is no type of ours and no badge is told as a credential.
    #[serde(default)]
    pub badge: bool,
    /// What the bands of the badge are drawn from: the same achievement has the same bands.
    pub pattern: String,
    /// The name on it.
    #[serde(default)]
    pub holder: Option<String>,
    /// The result on it.
    #[serde(default)]
    pub result: Option<String>,
    /// The identifier that a W3C credential gives itself: an issuer that uses it again replaces what it named before.
    #[serde(default)]
    pub own_id: Option<String>,
    /// What its claims are called, for a type that this software does not know: from its type metadata, else from its issuer.
    #[serde(default)]
    pub labels: Vec<ClaimLabel>,
    /// Where it came from and how.
    #[serde(default)]
    pub origin: Option<Origin>,
}

/// What a claim of a foreign type is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimLabel {
    /// Where the claim stands: names, indexes, and null for every element of a list.
    pub path: Vec<serde_json::Value>,
    /// What it is called.
    pub label: LocalText,
}

/// Where a credential came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Who gave it: a Credential Issuer Identifier, or the name of a badge platform or file.
    pub from: String,
    /// What that party calls itself.
    #[serde(default)]
    pub name: Option<LocalText>,
    /// By which way.
    pub way: Way,
    /// How the learner gave the offer to the wallet; none when nobody gave one, or it was not noted then.
    #[serde(default)]
    pub came: Option<Came>,
    /// Whether the register named the issuer when it came.
    pub listed: bool,
    /// Whether the issuer prepared it first and gave it later.
    #[serde(default)]
    pub deferred: bool,
    /// Who brought it, when that was not its issuer: the name and the host of a badge platform.
    #[serde(default)]
    pub via: Option<String>,
}

/// The way by which a credential came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Delivered by an institution that the learner connected.
    Delivery,
    /// By an offer with a code in it (OpenID4VCI, pre-authorized code).
    Offer,
    /// By an offer and a login at the issuer (OpenID4VCI, authorization code).
    Login,
    /// Pushed by a badge platform (Open Badges API).
    Pushed,
    /// From a file.
    File,
}

impl Summary {
    /// Whether two credentials of one issuer say the same to their reader. A form that leaves something out agrees with any
    /// value of it, as a plain badge does with every kind; title and date are in every form.
    pub fn says_the_same(&self, other: &Self) -> bool {
        fn agree<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
            one.is_none() || other.is_none() || one == other
        }
        let kinds = self.kind == other.kind || self.kind == Kind::Other || other.kind == Kind::Other;
        let same = kinds && self.same_title(other) && self.date.is_some() && self.date == other.date;
        let details = agree(&self.workload, &other.workload) && agree(&self.level, &other.level) && agree(&self.phase, &other.phase);
        same && details
            && agree(&self.academic_year, &other.academic_year)
            && agree(&self.holder, &other.holder)
            && agree(&self.result, &other.result)
    }

    /// Whether both have one title, in whichever language they share.
    pub fn same_title(&self, other: &Self) -> bool {
        let english = self.title.en.is_some() && self.title.en == other.title.en;
        english || self.title.nl == other.title.nl
    }
}

/// One copy of an achievement in a wallet, without its body.
#[derive(Clone, Debug)]
pub struct HeldCopy {
    /// As in its page's address.
    pub id: CredentialId,
    /// The card that it is on.
    pub card: String,
    /// The offer that it came by.
    pub receipt: ReceiptId,
    /// Credential format, such as `dc+sd-jwt`.
    pub format: String,
    /// The type (`vct`).
    pub vct: String,
    /// Credential Issuer Identifier.
    pub issuer: String,
    /// What it shows.
    pub summary: Summary,
    /// Dates and standing.
    pub validity: Validity,
    /// When it came.
    pub received_at: Timestamp,
    /// Whether the learner has looked at it.
    pub opened: bool,
    /// Whether it is bound to a key that this wallet keeps. A badge from a file or a platform is not: it can be shown, but nobody can
    /// prove with it that it is theirs.
    pub has_key: bool,
}

/// A card of the overview: one achievement, however many copies and corrections there are of it.
#[derive(Clone, Debug)]
pub struct Card {
    /// The copy that the card shows and links to.
    pub front: HeldCopy,
    /// The others, newest first: other formats, and what was replaced.
    pub others: Vec<HeldCopy>,
}

impl Card {
    /// Lays copies out as cards, newest card first. In front of a card lies a copy that nothing replaced, as SD-JWT VC when
    /// there is one, and the newest of those.
    pub fn lay_out(copies: Vec<HeldCopy>) -> Vec<Self> {
        let mut cards: Vec<Vec<HeldCopy>> = Vec::new();
        for copy in copies {
            match cards.iter_mut().find(|card| card.iter().any(|other| other.card == copy.card)) {
                Some(card) => card.push(copy),
                None => cards.push(vec![copy]),
            }
        }
        let mut cards: Vec<Self> = cards.into_iter().filter_map(Self::of).collect();
        cards.sort_by_key(|card| std::cmp::Reverse(card.front.received_at));
        cards
    }

    fn of(mut copies: Vec<HeldCopy>) -> Option<Self> {
        copies.sort_by_key(|copy| (copy.validity.superseded, place(&copy.format), std::cmp::Reverse(copy.received_at)));
        let mut copies = copies.into_iter();
        copies.next().map(|front| Self { front, others: copies.collect() })
    }

    /// The forms in which the achievement is held: the newest copy of each format that nothing replaced, the one with selective
    /// disclosure first. When all of it was replaced, the copy in front alone.
    pub fn forms(&self) -> Vec<&HeldCopy> {
        let mut forms = vec![&self.front];
        for other in self.others.iter().filter(|other| !other.validity.superseded) {
            if !forms.iter().any(|form| form.format == other.format) {
                forms.push(other);
            }
        }
        forms
    }
}

/// The order of formats: those with selective disclosure first, then as people meet them.
pub fn place(format: &str) -> usize {
    const ORDER: [&str; 5] = ["dc+sd-jwt", "vc+sd-jwt", "ldp_vc", "jwt_vc_json", "vc+jwt"];
    ORDER.iter().position(|known| *known == format).unwrap_or(ORDER.len())
}

/// The card for a credential that comes in: that of the same achievement from the same offer, else of one that says the same and is
/// not held in this form yet. Two awards that say the same word for word stay two, because each comes in the same forms.
pub fn card_for<'c>(receipt: &ReceiptId, format: &str, issuer: &str, summary: &Summary, copies: &'c [HeldCopy]) -> Option<&'c str> {
    let beside = |copy: &&HeldCopy| copy.receipt == *receipt && copy.issuer == issuer && copy.summary.same_title(summary);
    if let Some(copy) = copies.iter().find(beside) {
        return Some(&copy.card);
    }
    let again = |copy: &&HeldCopy| {
        let own_id = &copy.summary.own_id;
        own_id.is_some() && *own_id == summary.own_id && copy.issuer == issuer && copy.format == format
    };
    if let Some(copy) = copies.iter().find(again) {
        return Some(&copy.card);
    }
    let current = |copy: &HeldCopy| !copy.validity.superseded && copy.validity.standing != Standing::Revoked;
    let has_form = |card: &str| copies.iter().any(|copy| copy.card == card && copy.format == format);
    let same = copies.iter().filter(|copy| current(copy) && copy.issuer == issuer && copy.summary.says_the_same(summary));
    same.map(|copy| copy.card.as_str()).find(|card| !has_form(card))
}

/// Which copies were replaced by which: an issuer that corrects a credential withdraws it and issues another one of the same
/// type and title. Copies carry nothing that links them, so that this is all there is to see it by; a form that does not come
/// back is replaced by another form. A W3C credential that uses an identifier again replaces what it named, as Open Badges has
/// it. Gives (old, new).
pub fn replacements(copies: &[HeldCopy]) -> Vec<(CredentialId, CredentialId)> {
    let later = |old: &HeldCopy, new: &HeldCopy| {
        let stands = new.validity.standing != Standing::Revoked && !new.validity.superseded;
        old.id != new.id && old.issuer == new.issuer && new.received_at > old.received_at && stands
    };
    let corrected = |old: &HeldCopy, new: &HeldCopy| {
        let kinds = old.vct == new.vct || old.format != new.format;
        old.validity.standing == Standing::Revoked && kinds && old.summary.same_title(&new.summary) && old.card != new.card
    };
    let renewed = |old: &HeldCopy, new: &HeldCopy| {
        let (was, is) = (&old.summary.own_id, &new.summary.own_id);
        was.is_some() && was == is && old.format == new.format && old.validity.from <= new.validity.from
    };
    let newer = |old: &HeldCopy, new: &HeldCopy| later(old, new) && (corrected(old, new) || renewed(old, new));
    let standing = copies.iter().filter(|copy| !copy.validity.superseded);
    let found = standing.filter_map(|old| {
        let candidates = copies.iter().filter(|new| newer(old, new));
        Some((old, candidates.min_by_key(|new| (old.format != new.format, new.received_at))?))
    });
    found.map(|(old, new)| (old.id.clone(), new.id.clone())).collect()
}

#[cfg(test)]
mod tests;
