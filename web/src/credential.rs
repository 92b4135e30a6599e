//! A credential in the wallet: what it says, whether it holds, who sees it now, and the way to delete it.

use crate::head::{Head, State};
use crate::{Day, Fact, Moment, Text};

/// `GET /wallet/credentials/{id}`.
#[derive(Clone, Debug)]
pub struct Credential {
    /// What it is.
    pub head: Head,
    /// Whether it holds.
    pub state: State,
    /// When its status was last read.
    pub checked: Option<Moment>,
    /// Its newer version, when another one took its place.
    pub replaced_by: Option<String>,
    /// Who earned it, when, result, until when: the head of the values, labelled.
    pub facts: Vec<Fact>,
    /// What the holder can do now.
    pub outcomes: Vec<Text>,
    /// How it was assessed, in a sentence or a few words.
    pub assessment: Option<Text>,
    /// Everything else that the credential says.
    pub more: Vec<Fact>,
    /// Where the name on it comes from; none is shown as "not recorded".
    pub name_source: Option<Text>,
    /// Who can see it now.
    pub shared: Vec<SharedNow>,
    /// What happened to it, newest first.
    pub history: Vec<Event>,
    /// Labels and values for technicians, folded.
    pub technical: Vec<(Text, String)>,
    /// The form that makes a link; none when nothing can be shared.
    pub share_href: Option<String>,
    /// The page to print; none when there is none.
    pub certificate_href: Option<String>,
    /// The credential as a file; none when there is none.
    pub download_href: Option<String>,
    /// The page that asks before deleting.
    pub delete_href: String,
    /// Whom to tell when something is wrong.
    pub contact: Contact,
}

/// Whom to tell when something on a credential is wrong.
#[derive(Clone, Debug)]
pub struct Contact {
    /// Who can correct it.
    pub institution: Text,
    /// A mail address.
    pub mail: Option<String>,
    /// A page of the institution.
    pub site: Option<String>,
}

/// Somebody who can see it, or who holds a copy.
#[derive(Clone, Debug)]
pub enum SharedNow {
    /// A link.
    Link {
        /// The learner's own name for it.
        label: String,
        /// Its page.
        href: String,
        /// Its end; none is "until I stop".
        until: Option<Day>,
        /// How often it was opened.
        opened: u64,
        /// When it was last opened.
        last: Option<Moment>,
        /// Where the form that stops it posts to.
        stop: String,
    },
    /// A party that asked and got an answer.
    Party {
        /// Who.
        name: Text,
        /// How many claims went there.
        facts: usize,
        /// When.
        at: Moment,
        /// The end that the party promised.
        until: Option<Day>,
        /// The row of the activity list.
        href: String,
    },
}

/// Something that happened to a credential.
#[derive(Clone, Debug)]
pub struct Event {
    /// What.
    pub what: Happened,
    /// When.
    pub at: Moment,
    /// With whom, or under which name.
    pub with: Option<Text>,
}

/// What can happen to a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It came in.
    Received,
    /// A link was made.
    LinkMade,
    /// A link was stopped.
    LinkStopped,
    /// It was shown to a party.
    Shared,
    /// The issuer suspended it.
    Suspended,
    /// The issuer made it valid again.
    Reinstated,
    /// The issuer withdrew it.
    Withdrawn,
}

/// `GET /wallet/credentials/{id}/delete`: asks before deleting.
#[derive(Clone, Debug)]
pub struct DeleteCredential {
    /// What would be deleted.
    pub head: Head,
    /// How many live links would stop.
    pub links: usize,
    /// Where the form posts to.
    pub action: String,
    /// The credential's page.
    pub back: String,
}
