//! Whether a badge from elsewhere may be kept: found in its picture or text, checked by the one verdict, and summarised.

use http::AppCore;
use http::failure::{Failure, Kind};
use model::LocalText;
use model::held::{Origin, Way};
use serde_json::Value;
use storage::StorageError;
use storage::wallet::credential::NewCredential;
use vc::open_badge::bake::{self, BakeError, ImageKind, MAX_CREDENTIAL};
use vc::report::{CheckName, CheckState, CredentialReport, Report, Verdict};
use vc::verify::{Inputs, shown};
use zeroize::Zeroizing;

use crate::hold::form::Form;
use crate::hold::summary::summarise;
use crate::hold::view::{self, View};
use crate::parties;
use crate::receive::check::{TOLERANCE, status_of, validity};
use crate::state::AppState;

/// What the rows of a badge from elsewhere say that they came as.
pub(crate) const CONFIGURATION: &str = "badge";
/// What is taken in: credentials of the Open Badges family that are about a person.
const TYPES: [&str; 3] = ["OpenBadgeCredential", "AchievementCredential", "ClrCredential"];

/// Why a badge is not kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unfit {
    /// A picture without a badge in it.
    #[error("nothing is in the picture")]
    Nothing,
    /// A picture that is refused, or a badge of Open Badges 2.
    #[error(transparent)]
    Picture(#[from] BakeError),
    /// More text than a credential has.
    #[error("longer than a credential")]
    TooLarge,
    /// No credential, not one alone, or not as its specification has it.
    #[error("not one badge")]
    Format,
    /// Altered, or signed by somebody else.
    #[error("the signature does not hold")]
    Signature,
    /// The issuer's key could not be had.
    #[error("the signature could not be checked")]
    Unchecked,
    /// Its issuer withdrew it.
    #[error("withdrawn")]
    Revoked,
    /// It names another person, or a key that is not this learner's.
    #[error("issued to another subject")]
    Subject,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Failure for Unfit {
    fn kind(&self) -> Kind {
        match self {
            Self::Subject => Kind::Conflict,
            Self::Storage(_) => Kind::Unavailable,
            _ => Kind::Unprocessable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "no_credential_in_image",
            Self::Picture(error) => error.code(),
            Self::TooLarge => "import_too_large",
            Self::Format => "import_format",
            Self::Signature => "import_signature",
            Self::Unchecked => "import_unchecked",
            Self::Revoked => "import_revoked",
            Self::Subject => "import_subject",
            Self::Storage(_) => "unavailable",
        }
    }
}
http::failure!(Unfit);

/// By which way a badge comes.
#[derive(Clone)]
pub(crate) enum Came {
    /// From a file that the learner chose.
    File,
    /// From a platform: its name and host.
    Pushed(String),
}

/// A badge that was checked and may be kept.
pub(crate) struct Judged {
    /// As it would be kept.
    pub(crate) credential: NewCredential,
    /// Read.
    pub(crate) form: Form,
    /// The check.
    pub(crate) report: Report,
}

/// The credential in a file: in a PNG or SVG, or the text itself.
///
/// # Errors
/// [`Unfit`].
pub(crate) fn text_of(bytes: &[u8]) -> Result<String, Unfit> {
    let text = match ImageKind::of(bytes) {
        Some(_) => bake::unbake(bytes)?.ok_or(Unfit::Nothing)?,
        None => std::str::from_utf8(bytes).map_err(|_| Unfit::Format)?.to_owned(),
    };
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.len() > MAX_CREDENTIAL { Err(Unfit::TooLarge) } else { Ok(text.to_owned()) }
}

/// Checks a badge and makes of it what is kept. Nothing is fetched for what is no badge. It is kept as it came, byte for byte but for
/// white space around it.
///
/// # Errors
/// [`Unfit`].
pub(crate) async fn judge(state: &AppState, text: &str, came: Came) -> Result<Judged, Unfit> {
    let (format, body) = match shown(text).as_slice() {
        [one] if !one.bound && one.format == "ldp_vc" => ("ldp_vc", text.to_owned()),
        [one] if !one.bound && matches!(one.format, "jwt_vc_json" | "vc+jwt") => (one.format, one.text.clone()),
        _ => return Err(Unfit::Format),
    };
    let form = Form::read(format, &body).ok_or(Unfit::Format)?;
    if !is_badge(&form) {
        return Err(Unfit::Format);
    }
    let (now, register) = (state.core.now(), state.register.current());
    let trust = register.trust();
    let inputs = Inputs::new(now.seconds(), &trust, AppCore::software()).with_tolerance(TOLERANCE);
    let report = state.gather.report(body.as_bytes(), &inputs).await;
    believe(&report)?;
    let issuer = form.issuer().ok_or(Unfit::Format)?.to_owned();
    let listed = register.issuer(&issuer).is_some();
    let slug = parties::issuer(&register, &issuer).map(|institution| institution.slug);
    let View { vct, claims } = view::of(&form);
    let mut summary = summarise(&vct, &claims, slug);
    summary.badge = true;
    summary.own_id = form.own_id().map(vc::open_badge::comparable);
    let own_name = summary.institution.clone();
    if summary.institution.nl.is_empty() {
        summary.institution = LocalText::same(issuer.as_str());
    }
    let (way, via) = match came {
        Came::File => (Way::File, None),
        Came::Pushed(by) => (Way::Pushed, Some(by)),
    };
    let name = (!own_name.nl.is_empty()).then_some(own_name);
    summary.origin = Some(Origin { from: issuer.clone(), name, way, came: None, listed, deferred: false, via });
    let credential = NewCredential {
        holder_key: None,
        configuration: CONFIGURATION.to_owned(),
        format: format.to_owned(),
        vct,
        issuer,
        body: Zeroizing::new(body),
        summary,
        validity: validity(&report, now),
        status: status_of(form.document()),
    };
    Ok(Judged { credential, form, report })
}

/// Whether it is of the family, by the names of its types.
fn is_badge(form: &Form) -> bool {
    let named = match form.document().get("type") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    named.iter().any(|name| TYPES.contains(name))
}

/// What must hold before a badge is kept, of it and of every badge in a record: well-formed and signed by its issuer. That nobody
/// vouches for the issuer, that it has ended, or that a schema or list cannot be had is shown and no reason to refuse.
fn believe(report: &Report) -> Result<(), Unfit> {
    let first = report.credentials.first().ok_or(Unfit::Format)?;
    report.credentials.iter().try_for_each(believe_one)?;
    if first.check(CheckName::Status).is_some_and(|check| check.code == "revoked") { Err(Unfit::Revoked) } else { Ok(()) }
}

fn believe_one(credential: &CredentialReport) -> Result<(), Unfit> {
    let check = |name: CheckName| credential.check(name);
    let broken = |name: CheckName| check(name).is_some_and(|check| check.verdict() == Verdict::Invalid);
    let unread = check(CheckName::Format).is_none_or(|check| check.state != CheckState::Passed);
    // A presentation is no badge.
    if unread || broken(CheckName::Schema) || check(CheckName::HolderBinding).is_some() {
        return Err(Unfit::Format);
    }
    if broken(CheckName::Signature) || broken(CheckName::Issuer) {
        return Err(Unfit::Signature);
    }
    if check(CheckName::Signature).is_none_or(|check| check.state != CheckState::Passed) { Err(Unfit::Unchecked) } else { Ok(()) }
}

/// The badges in a record, for the page that shows it: as each would be kept alone.
pub(crate) fn inside(record: &NewCredential) -> Vec<NewCredential> {
    let Some(form) = Form::read(&record.format, &record.body) else { return Vec::new() };
    let subject = form.document().get("credentialSubject").map(|subject| subject.get(0).unwrap_or(subject));
    let inner = subject.and_then(|subject| subject.get("verifiableCredential")).and_then(Value::as_array);
    inner.map(Vec::as_slice).unwrap_or_default().iter().filter_map(|one| shown_alone(record, one)).collect()
}

fn shown_alone(record: &NewCredential, badge: &Value) -> Option<NewCredential> {
    // One that is a token stands in an envelope, as a `data:` address.
    let token = badge.as_str().or_else(|| badge.get("id")?.as_str()?.strip_prefix("data:")?.split_once(',').map(|(_, token)| token));
    let (format, body) = match token {
        Some(token) => ("jwt_vc_json", token.to_owned()),
        None => ("ldp_vc", badge.to_string()),
    };
    let form = Form::read(format, &body)?;
    let issuer = form.issuer()?.to_owned();
    let View { vct, claims } = view::of(&form);
    let mut summary = summarise(&vct, &claims, None);
    if summary.institution.nl.is_empty() {
        summary.institution = LocalText::same(issuer.as_str());
    }
    Some(NewCredential {
        holder_key: None,
        configuration: record.configuration.clone(),
        format: format.to_owned(),
        vct,
        issuer,
        body: Zeroizing::new(body),
        summary,
        validity: record.validity,
        status: vc::Map::new(),
    })
}
