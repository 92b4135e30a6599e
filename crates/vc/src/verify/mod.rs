//! Verifying whatever comes in from its bytes alone: the report that every page and API shows.
//!
//! What lies elsewhere (status lists, keys) is asked for by [`attempt`] and handed in as [`Fetched`]; nothing here opens a
//! connection.

mod binding;
mod fetched;
mod issuer;
mod keys;
mod link;
mod lint;
mod prepared;
mod presentation;
mod recognise;
mod schema;
mod sd_jwt_vc;
mod shown;
mod standing;
mod status;
mod w3c;

pub use binding::Binding;
pub use fetched::{Fetched, FetchedStatusList, Need};
pub use lint::{Finding, is_name, is_never_held, lint, lint_content, lint_w3c, lint_w3c_content};
pub use prepared::{NotAsPrepared, PreparedForm, prepared};
pub use shown::{Shown, shown};

use crate::Map;
use crate::json_ld::Budget;
use crate::key::Jwk;
use crate::report::{Check, CheckName, CredentialReport, IssuerReport, Report, Verdict};
use crate::sd_jwt::SdJwt;
use crate::signature_cache::SignatureCache;
use crate::status_list::{CheckedList, StatusEntry, StatusListError};
use crate::trust::Trust;
use crate::vcdm::MAX_CREDENTIALS;
use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::sync::LazyLock;

static NOTHING: LazyLock<Fetched> = LazyLock::new(Fetched::new);

/// What a verification rests on, beside the bytes.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// Now, Unix seconds.
    pub now: i64,
    /// Whom to believe.
    pub trust: &'a Trust,
    /// What was fetched; what is missing here is asked for, and its check is not made.
    pub fetched: &'a Fetched,
    /// Issuer keys given by hand: the only keys tried, and `issuer` passes with code `key_given`.
    pub key_given: Option<&'a [Jwk]>,
    /// What a presentation must be bound to; `None` when nobody asked for one.
    pub binding: Option<Binding<'a>>,
    /// Software and version, for the report.
    pub software: &'a str,
    /// Nothing was to be fetched; only changes the reason given for an unknown status.
    pub offline: bool,
    /// Seconds by which clocks may differ.
    pub clock_tolerance: i64,
    /// Plain http to `localhost` counts as an address: the demo.
    pub allow_localhost: bool,
    /// Where it is remembered which documents and certificates hold under which keys.
    pub signatures: Option<&'a SignatureCache>,
}

impl<'a> Inputs<'a> {
    /// With nothing fetched, no key given, no binding asked and clocks that agree.
    pub fn new(now: i64, trust: &'a Trust, software: &'a str) -> Self {
        Self {
            now,
            trust,
            fetched: &NOTHING,
            key_given: None,
            binding: None,
            software,
            offline: false,
            clock_tolerance: 0,
            allow_localhost: false,
            signatures: None,
        }
    }

    /// The same with what was fetched.
    #[must_use]
    pub fn with_fetched(self, fetched: &'a Fetched) -> Self {
        Self { fetched, ..self }
    }

    /// The same with what a presentation must be bound to.
    #[must_use]
    pub fn with_binding(self, binding: Option<Binding<'a>>) -> Self {
        Self { binding, ..self }
    }

    /// The same with issuer keys given by hand.
    #[must_use]
    pub fn with_keys(self, keys: Option<&'a [Jwk]>) -> Self {
        Self { key_given: keys, ..self }
    }

    /// The same with clocks that may differ by some seconds.
    #[must_use]
    pub fn with_tolerance(self, seconds: i64) -> Self {
        Self { clock_tolerance: seconds, ..self }
    }

    /// The same where plain http to `localhost` may be allowed.
    #[must_use]
    pub fn with_localhost(self, allowed: bool) -> Self {
        Self { allow_localhost: allowed, ..self }
    }

    /// The same with a memory of documents that hold under which keys.
    #[must_use]
    pub fn with_signatures(self, cache: &'a SignatureCache) -> Self {
        Self { signatures: Some(cache), ..self }
    }

    /// The same where it may be that nothing is to be fetched.
    #[must_use]
    pub fn with_offline(self, offline: bool) -> Self {
        Self { offline, ..self }
    }
}

/// What a verification turned out to need, and how much it did.
#[derive(Default)]
struct Work {
    needs: RefCell<Vec<Need>>,
    credentials: Cell<usize>,
    complexity: Budget,
}

/// One verification at work: its inputs, and where it is.
struct Case<'a> {
    inputs: Inputs<'a>,
    work: &'a Work,
    /// The origin of the shared link behind which this is.
    shared: Option<&'a str>,
    packed: u8,
}

impl<'a> Deref for Case<'a> {
    type Target = Inputs<'a>;

    fn deref(&self) -> &Inputs<'a> {
        &self.inputs
    }
}

impl<'a> Case<'a> {
    /// Notes what is missing, once.
    fn ask(&self, need: Need) {
        let mut needs = self.work.needs.borrow_mut();
        if !self.inputs.fetched.settles(&need) && !needs.contains(&need) {
            needs.push(need);
        }
    }

    /// How much is missing by now.
    fn needs_so_far(&self) -> usize {
        self.work.needs.borrow().len()
    }

    /// Forgets what was asked for something that turned out to be refused anyway.
    fn forget_needs_after(&self, count: usize) {
        self.work.needs.borrow_mut().truncate(count);
    }

    /// Counts one more credential; too many at once are refused.
    fn count(&self) -> Result<(), &'static str> {
        let count = self.work.credentials.get() + 1;
        self.work.credentials.set(count);
        if count > MAX_CREDENTIALS { Err("too_many") } else { Ok(()) }
    }

    /// One level further in; none when it is packed too deep.
    fn deeper(&self, most: u8) -> Option<Case<'a>> {
        let packed = self.packed + 1;
        (packed <= most).then_some(Case { packed, ..*self })
    }

    /// The same, judged at another time: what a register kept.
    fn at(&self, now: i64) -> Case<'a> {
        Case { inputs: Inputs { now, ..self.inputs }, ..*self }
    }

    /// For what is shown as a part of something else: its binding is that of the whole.
    fn without_binding(&self) -> Case<'a> {
        Case { inputs: self.inputs.with_binding(None), shared: None, ..*self }
    }

    /// For what a shared link of this origin shows.
    fn shown_by<'s>(&'s self, audience: &'s str) -> Case<'s> {
        Case { inputs: self.inputs, work: self.work, shared: Some(audience), packed: self.packed }
    }

    /// The audience for which a shared link is made.
    fn shown_at(&self) -> Option<&str> {
        self.shared
    }
}

/// Whom a credential is bound to: the subjects that it names, or a key.
#[derive(Default)]
struct Holder {
    ids: Vec<String>,
    key: Option<Jwk>,
}

/// One credential after its checks.
struct Checked {
    report: CredentialReport,
    holder: Holder,
}

impl Checked {
    /// Of which nothing is believed, nor whom it is bound to.
    fn unbound(report: CredentialReport) -> Self {
        Self { report, holder: Holder::default() }
    }
}

/// A check that is not made because nobody signed.
fn unproven(name: CheckName) -> Check {
    Check::not_checked(name, "unproven")
}

fn assemble(checks: Vec<Check>, format: &str, kind: &str, issuer: IssuerReport, claims: Option<Map>) -> CredentialReport {
    let mut report = CredentialReport {
        verdict: Verdict::Invalid,
        checks: Vec::new(),
        format: format.to_owned(),
        kind: kind.to_owned(),
        issuer,
        claims,
        endorsements: Vec::new(),
    };
    for check in checks {
        report.set(check);
    }
    report
}

/// The addresses of the status lists that an SD-JWT VC names; empty when it names none or cannot be read.
pub fn status_uri(text: &str) -> Vec<String> {
    let Ok(credential) = SdJwt::parse(text.trim()) else { return Vec::new() };
    let entries = credential.disclosed_claims().get("status").and_then(|claim| StatusEntry::of_status(claim).ok());
    entries.unwrap_or_default().iter().filter_map(StatusEntry::uri).map(str::to_owned).collect()
}

/// The report on whatever these bytes are: a credential or presentation of any form, as JSON, token, picture or shared link.
/// What cannot be read is `unavailable` with the reason as code of `format`.
pub fn anything(bytes: &[u8], inputs: &Inputs<'_>) -> Report {
    attempt(bytes, inputs).0
}

/// What is missing for a whole report. Ask again with it fetched: one document may name the next.
pub fn needs(bytes: &[u8], inputs: &Inputs<'_>) -> Vec<Need> {
    attempt(bytes, inputs).1
}

/// The report as far as it goes, and what is missing for a whole one. Nothing is asked for on behalf of a credential whose
/// format is broken, nor a status list before its signature held.
pub fn attempt(bytes: &[u8], inputs: &Inputs<'_>) -> (Report, Vec<Need>) {
    let work = Work::default();
    let case = Case { inputs: *inputs, work: &work, shared: None, packed: 0 };
    let report = match recognise::bytes(bytes, &case) {
        Ok(found) => Report::of(found.into_iter().map(|checked| checked.report).collect(), inputs.now, inputs.software),
        Err(code) => Report::unavailable(code, inputs.now, inputs.software),
    };
    (report, work.needs.into_inner())
}

/// A status list of any kind, verified as a verification of credentials does it, for whoever keeps lists; and what is
/// missing to do so.
///
/// # Errors
/// `Signature` when it is not proven, or its issuer's key is among what is missing; else what is wrong with the list.
pub fn status_list(served: &[u8], uri: &str, inputs: &Inputs<'_>) -> (Result<CheckedList, StatusListError>, Vec<Need>) {
    let work = Work::default();
    let case = Case { inputs: *inputs, work: &work, shared: None, packed: 0 };
    (status::read(served, uri, &case), work.needs.into_inner())
}
