//! The verdict: what somebody sees who checks a credential, by a shared link, by a pasted file or by an answer to a question.
//!
//! A page says first whether it is real, then what it is, then what was checked (`ux.md` 4.3). A check that was not made is
//! grey and never makes a green page; content of which the signature fails is not shown at all.

mod detail;
mod line;
mod samples;
mod samples_badge;
mod view;
mod words;

use crate::head::{Kind, Level, Load};
use crate::{Day, Fact, Moment, Text};
pub(crate) use detail::is_link;
pub use detail::{Alignment, Endorsement, Endorses, Evidence, Left, Past, ResultEntry, Scale};
pub(crate) use view::{level_like, load_explained, scale};
pub(crate) use words::Words;

/// The four faces of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Face {
    /// Every check was made and passed.
    Valid,
    /// Genuine, but expired, suspended, of an unknown issuer, or not everything could be checked.
    Attention,
    /// Altered, withdrawn, or not an answer to the question.
    Invalid,
    /// Nothing readable.
    Unavailable,
}

/// The checks of a report, by the names of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckName {
    /// The bytes are a credential of a format that we know.
    Format,
    /// The issuer's signature fits the content.
    Signature,
    /// The issuer stands in the register.
    Issuer,
    /// Within its dates.
    Dates,
    /// Not withdrawn, not suspended.
    Status,
    /// The content has the shape that its type prescribes.
    Schema,
    /// The holder proved to have the key.
    HolderBinding,
    /// It answers what was asked.
    Query,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckState {
    /// Made, and right.
    Passed,
    /// Made, and wrong.
    Failed,
    /// Could not be made.
    NotChecked,
}

/// One line of "what did we check".
#[derive(Clone, Debug)]
pub struct Check {
    /// Which check.
    pub name: CheckName,
    /// How it ended.
    pub state: CheckState,
    /// The report's code: `ok`, `expired`, `issuer_unknown` …
    pub code: String,
    /// The moment that the check is about: when the status list was fetched, when a date passed.
    pub at: Option<Moment>,
    /// The report's reason beside the code: `offline`, `not_registered_for_type` …
    pub reason: Option<String>,
    /// Technical facts for the fold: algorithm, key id, address of the list.
    pub technical: Vec<String>,
}

impl Check {
    /// Heading and plain sentences for this outcome; the issuer is not named.
    pub fn explained(&self, lang: crate::Lang) -> (&'static str, String) {
        (self.line(Words::of(lang)).title, self.why(lang))
    }
}

/// Whether a code of a report has words of its own, in both languages.
pub fn has_words(code: &str) -> bool {
    crate::Lang::ALL.iter().all(|lang| words::why(*lang, code).is_some())
}

/// Who issued it, in the words of the register, never of the credential.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// Name in the register; the identifier when the register does not know it.
    pub name: Text,
    /// Web address in the register.
    pub site: Option<String>,
    /// Path of its logo in the register.
    pub logo: Option<String>,
    /// The register that was asked.
    pub register: String,
    /// Who keeps that register.
    pub register_keeper: Text,
    /// Its former name, and that it left.
    pub past: Past,
}

/// Where the holder's name comes from (claim `holder_identity`).
#[derive(Clone, Debug)]
pub struct NameSource {
    /// Who confirmed it: `eduID`.
    pub source: String,
    /// When.
    pub checked_on: Option<Day>,
}

/// What a proof of enrolment says.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// OOAPI's state: `associated`, `finished`, `cancelled`, `pending`, `queued`, `denied`.
    pub state: String,
    /// First day.
    pub from: Option<Day>,
    /// Last day.
    pub until: Option<Day>,
    /// `bachelor`, `master` …, when disclosed.
    pub phase: Option<String>,
    /// `full-time`, `part-time` …, when disclosed.
    pub mode: Option<String>,
    /// The code of the programme (CROHO, CREBO), when disclosed.
    pub code: Option<String>,
    /// The day of which this is true.
    pub as_of: Option<Day>,
}

/// The claims that were disclosed, as display values. Absent altogether when the signature fails.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// Title of the achievement or programme.
    pub title: Option<Text>,
    /// Address of the picture, on our own origin.
    pub badge: Option<String>,
    /// Full name of the holder, when disclosed.
    pub holder: Option<String>,
    /// First name, for headings.
    pub given_name: Option<String>,
    /// Date of birth, when disclosed.
    pub birth_date: Option<Day>,
    /// Where the name comes from; nothing when the credential does not say.
    pub name_source: Option<NameSource>,
    /// Day it was awarded.
    pub awarded_on: Option<Day>,
    /// First moment of validity.
    pub valid_from: Option<Moment>,
    /// Last moment of validity; nothing means no end.
    pub valid_until: Option<Moment>,
    /// Workload.
    pub workload: Option<Load>,
    /// Level.
    pub level: Option<Level>,
    /// Learning outcomes.
    pub outcomes: Vec<Text>,
    /// How it was tested.
    pub assessment: Option<Text>,
    /// Result, when disclosed: `8`, `goed`.
    pub result: Option<Text>,
    /// Results with their scales, where there is more to say than that one.
    pub results: Vec<ResultEntry>,
    /// Places in frameworks that it is aligned to.
    pub alignments: Vec<Alignment>,
    /// Pieces of evidence.
    pub evidence: Vec<Evidence>,
    /// The enrolment, when it is one.
    pub enrolment: Option<Enrolment>,
    /// Any other disclosed claim.
    pub other: Vec<Fact>,
}

/// One credential with its own verdict.
#[derive(Clone, Debug)]
pub struct Credential {
    /// Its verdict.
    pub face: Face,
    /// What kind it is.
    pub kind: Kind,
    /// Who issued it; nothing when the signature fails.
    pub issuer: Option<Issuer>,
    /// Its checks, in the order of the report.
    pub checks: Vec<Check>,
    /// What it says; nothing when the signature fails.
    pub content: Option<Content>,
    /// What others say of it; nothing when the signature fails.
    pub endorsements: Vec<Endorsement>,
    /// The holder's key: kept by this wallet server (a share), or proven by the holder's own wallet (an answer).
    pub holder_key: HolderKey,
}

/// Who keeps the key that the holder proved to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HolderKey {
    /// The wallet server that shows this page keeps it.
    ThisServer,
    /// A wallet that we know nothing about answered with it.
    Wallet,
    /// No proof was part of this.
    NotShown,
}

/// Addresses of the copies that a visitor may keep.
#[derive(Clone, Debug)]
pub struct Copies {
    /// Printable certificate.
    pub certificate: String,
    /// The credential itself.
    pub credential: String,
    /// The report as JSON.
    pub report: String,
}

/// How the credential came here.
#[derive(Clone, Debug)]
pub enum Occasion {
    /// A link that the holder shared.
    Share {
        /// End of the link; nothing means until the holder stops it.
        until: Option<Moment>,
        /// Copies to keep.
        copies: Copies,
    },
    /// Pasted or uploaded at `/verify`; nothing was kept.
    Pasted,
    /// An answer to a question of an organisation or an unregistered asker.
    Answer {
        /// The purpose that was stated.
        purpose: Text,
        /// When the claims will be erased here.
        kept_until: Moment,
        /// Address of the report as JSON, when the visitor may fetch it.
        report: Option<String>,
    },
}

/// The verdict page. Its title and preview never hold the holder's name.
#[derive(Clone, Debug)]
pub struct VerdictPage {
    /// The worst verdict of all.
    pub face: Face,
    /// When it was checked.
    pub checked_at: Moment,
    /// How it came here.
    pub occasion: Occasion,
    /// The credentials, at least one unless nothing was readable.
    pub credentials: Vec<Credential>,
    /// Host name of this server, as the visitor should see it in the address bar.
    pub host: String,
    /// Address of `/verify` on a server that can check a file again.
    pub verify_url: String,
}

#[cfg(test)]
mod tests;
