//! Verifying whatever comes in from its bytes alone: the report that every page and API shows.
//!
//! What lies elsewhere (status lists, keys) is asked for by [`attempt`] and handed in as [`Fetched`]; nothing here opens a
//! connection.

mod binding;
mod credential;
mod fetched;
mod format;
mod issuer;
mod lint;
mod prepared;
mod standing;

pub use binding::Binding;
pub use fetched::{Fetched, FetchedStatusList, Need};
pub use lint::{Finding, is_name, lint, lint_content, lint_w3c, lint_w3c_content};
pub use prepared::{NotAsPrepared, prepared};

use crate::key::Jwk;
use crate::report::Report;
use crate::sd_jwt::SdJwt;
use crate::trust::Trust;
use std::cell::RefCell;
use std::ops::Deref;
use std::sync::LazyLock;

/// Most bytes of text that are looked at, white space around it included.
const MAX_TEXT: usize = 1024 * 1024;

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

    /// The same where it may be that nothing is to be fetched.
    #[must_use]
    pub fn with_offline(self, offline: bool) -> Self {
        Self { offline, ..self }
    }
}

/// One verification at work: its inputs, and what it turned out to need.
struct Case<'a> {
    inputs: Inputs<'a>,
    needs: RefCell<Vec<Need>>,
}

impl<'a> Deref for Case<'a> {
    type Target = Inputs<'a>;

    fn deref(&self) -> &Inputs<'a> {
        &self.inputs
    }
}

impl<'a> Case<'a> {
    fn new(inputs: &Inputs<'a>) -> Self {
        Self { inputs: *inputs, needs: RefCell::default() }
    }

    /// Notes what is missing, once.
    fn ask(&self, need: Need) {
        let mut needs = self.needs.borrow_mut();
        if !self.inputs.fetched.settles(&need) && !needs.contains(&need) {
            needs.push(need);
        }
    }
}

/// The addresses of the status lists that a credential names; empty when it names none or cannot be read.
pub fn status_uri(text: &str) -> Vec<String> {
    let Ok(credential) = SdJwt::parse(text.trim()) else { return Vec::new() };
    match standing::Reference::of(credential.disclosed_claims()) {
        Ok(Some(reference)) => vec![reference.uri],
        _ => Vec::new(),
    }
}

/// The report on whatever these bytes are; what cannot be read is `unavailable` with the reason as code of `format`.
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
    let case = Case::new(inputs);
    let report = match std::str::from_utf8(bytes) {
        Ok(text) if text.len() <= MAX_TEXT => recognise(text.trim(), &case),
        Ok(_) => Report::unavailable("too_large", inputs.now, inputs.software),
        Err(_) => Report::unavailable("unreadable", inputs.now, inputs.software),
    };
    (report, case.needs.into_inner())
}

fn recognise(text: &str, case: &Case<'_>) -> Report {
    let report = match format::read(text) {
        format::Read::Unsupported(code) => return Report::unavailable(code, case.now, case.software),
        format::Read::Broken { code, format } => credential::broken(text, code, format),
        format::Read::Credential(credential) => credential::check(&credential, case),
    };
    Report::of(vec![report], case.now, case.software)
}
