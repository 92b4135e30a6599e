//! Verifying a credential or presentation from its text alone: the report that every page and API shows.
//!
//! The caller fetches what [`status_uri`] names and hands it in; nothing here opens a connection.

mod binding;
mod credential;
mod format;
mod issuer;
mod lint;
mod prepared;
mod standing;

pub use binding::Binding;
pub use lint::{Finding, lint, lint_content};
pub use prepared::{NotAsPrepared, prepared};
pub use standing::FetchedStatusList;

use crate::key::Jwk;
use crate::report::Report;
use crate::sd_jwt::SdJwt;
use crate::trust::Trust;
use std::collections::HashMap;

/// What a verification rests on, beside the text.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// Now, Unix seconds.
    pub now: i64,
    /// Whom to believe.
    pub trust: &'a Trust,
    /// Status lists by their address, as fetched; what is missing here is reported as `status_unknown`.
    pub status_lists: &'a HashMap<String, FetchedStatusList>,
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
}

/// The addresses of the status lists that a credential names; empty when it names none or cannot be read.
pub fn status_uri(text: &str) -> Vec<String> {
    let Ok(credential) = SdJwt::parse(text.trim()) else { return Vec::new() };
    match standing::Reference::of(credential.disclosed_claims()) {
        Ok(Some(reference)) => vec![reference.uri],
        _ => Vec::new(),
    }
}

/// Checks an SD-JWT VC, with or without key binding. Anything else is `unavailable` with the reason as code of `format`.
pub fn credential(text: &str, inputs: &Inputs<'_>) -> Report {
    match format::read(text.trim()) {
        format::Read::Unsupported(code) => Report::unavailable(code, inputs.now, inputs.software),
        format::Read::Broken { code, format } => {
            let report = credential::broken(text.trim(), code, format);
            Report::of(vec![report], inputs.now, inputs.software)
        }
        format::Read::Credential(credential) => {
            let report = credential::check(&credential, inputs);
            Report::of(vec![report], inputs.now, inputs.software)
        }
    }
}
