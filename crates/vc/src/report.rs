//! The report of a verification: the same everywhere, as JSON in `schemas/report.schema.json`.

use crate::Map;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The outcome in one word, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every check that applies passed.
    Valid,
    /// Real, but its standing needs a look: expired, suspended, unknown issuer, or a check that could not be made.
    Attention,
    /// Nothing readable or fetchable.
    Unavailable,
    /// Not to be believed.
    Invalid,
}

/// What was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckName {
    /// Well-formed by its specification. Always applies.
    Format,
    /// Signed by the issuer's key and unchanged. Always applies.
    Signature,
    /// The issuer stands in the register for this type. Always applies.
    Issuer,
    /// Within its validity. Always applies.
    Dates,
    /// Not revoked or suspended. Applies when the credential names a status.
    Status,
    /// Claims fit the type. Applies when the type is bundled or the credential names a schema.
    Schema,
    /// Presented by its holder for this verifier. Applies to presentations and shares.
    HolderBinding,
    /// Answers the request. Applies when there is a request.
    Query,
}

/// Outcome of one check, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// Held.
    Passed,
    /// Applies, but could not be made.
    NotChecked,
    /// Did not hold.
    Failed,
}

/// One check that applies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// What was checked.
    pub check: CheckName,
    /// Outcome.
    pub state: CheckState,
    /// `ok`, or a stable reason.
    pub code: String,
    /// More for machines and pages; never the issuer's reason for a status.
    pub detail: Map,
}

impl Check {
    /// Passed with code `ok`.
    pub fn passed(check: CheckName) -> Self {
        Self::new(check, CheckState::Passed, "ok")
    }

    /// Failed with a reason.
    pub fn failed(check: CheckName, code: &str) -> Self {
        Self::new(check, CheckState::Failed, code)
    }

    /// Could not be made, with a reason.
    pub fn not_checked(check: CheckName, code: &str) -> Self {
        Self::new(check, CheckState::NotChecked, code)
    }

    /// The same with a moment as detail; one that the calendar does not have is left out.
    #[must_use]
    pub fn with_time(self, name: &str, seconds: i64) -> Self {
        match rfc3339(seconds) {
            Some(text) => self.with(name, text),
            None => self,
        }
    }

    /// Any outcome.
    pub fn new(check: CheckName, state: CheckState, code: &str) -> Self {
        Self { check, state, code: code.to_owned(), detail: Map::new() }
    }

    /// The same with one more detail.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(name.to_owned(), value.into());
        self
    }

    /// What this check alone makes of the verdict.
    pub fn verdict(&self) -> Verdict {
        const STANDING: [&str; 6] = ["expired", "not_yet_valid", "suspended", "superseded", "issuer_unknown", "issuer_suspended"];
        match self.state {
            CheckState::Passed => Verdict::Valid,
            CheckState::NotChecked => Verdict::Attention,
            CheckState::Failed if STANDING.contains(&self.code.as_str()) => Verdict::Attention,
            CheckState::Failed => Verdict::Invalid,
        }
    }

    fn rank(&self) -> (Verdict, CheckState) {
        (self.verdict(), self.state)
    }
}

/// Who issued a credential, and who vouches for it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct IssuerReport {
    /// Credential Issuer Identifier as the credential states it.
    pub id: String,
    /// Name in the register (Dutch); absent when no register vouches.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// Register that vouches.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub register: Option<String>,
    /// Who keeps that register.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub register_keeper: Option<String>,
}

/// One credential's part of the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CredentialReport {
    /// Outcome for this credential.
    pub verdict: Verdict,
    /// Checks that apply to it.
    pub checks: Vec<Check>,
    /// `dc+sd-jwt` or another format name.
    pub format: String,
    /// Short name of the type, or the type itself when it is not bundled.
    #[serde(rename = "type")]
    pub kind: String,
    /// Who issued it.
    pub issuer: IssuerReport,
    /// What it says; absent when `format` or `signature` failed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub claims: Option<Map>,
    /// What others say of it, each with a verdict of its own, which never makes this credential more valid, nor less.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub endorsements: Vec<CredentialReport>,
}

impl CredentialReport {
    /// The check of this name, when it applies.
    pub fn check(&self, name: CheckName) -> Option<&Check> {
        self.checks.iter().find(|c| c.check == name)
    }

    /// Adds or replaces a check and recomputes the verdict; claims go when `format` or `signature` failed, or the key was revoked.
    pub fn set(&mut self, check: Check) {
        self.checks.retain(|c| c.check != check.check);
        self.checks.push(check);
        self.checks.sort_by_key(|c| c.check);
        self.verdict = worst(&self.checks);
        // What a revoked key signed may be anybody's.
        let unproven = |c: &Check| match c.check {
            CheckName::Format | CheckName::Signature => c.state != CheckState::Passed,
            _ => c.code == "key_revoked",
        };
        if self.checks.iter().any(unproven) {
            self.claims = None;
            self.endorsements.clear();
        }
    }
}

/// The whole report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Overall outcome.
    pub verdict: Verdict,
    /// The worst outcome per check.
    pub checks: Vec<Check>,
    /// One entry per credential; empty when nothing was readable.
    pub credentials: Vec<CredentialReport>,
    /// When it was checked, RFC 3339; empty when the clock stood outside the calendar.
    pub checked_at: String,
    /// Software and version.
    pub software: String,
}

impl Report {
    /// A report on credentials that were read. Without any it is `unavailable`.
    pub fn of(credentials: Vec<CredentialReport>, now: i64, software: &str) -> Self {
        let mut report = Self {
            verdict: Verdict::Unavailable,
            checks: Vec::new(),
            credentials,
            checked_at: rfc3339(now).unwrap_or_default(),
            software: software.to_owned(),
        };
        report.recompute();
        report
    }

    /// Nothing could be read: `unavailable`, with the reason as code of `format`.
    pub fn unavailable(code: &str, now: i64, software: &str) -> Self {
        let mut report = Self::of(Vec::new(), now, software);
        report.checks.push(Check::not_checked(CheckName::Format, code));
        report
    }

    /// One report over several, as for an answer with several credentials.
    pub fn merge(reports: Vec<Self>, now: i64, software: &str) -> Self {
        let unread: Vec<Check> = reports.iter().filter(|r| r.credentials.is_empty()).flat_map(|r| r.checks.clone()).collect();
        let mut merged = Self::of(reports.into_iter().flat_map(|r| r.credentials).collect(), now, software);
        if !unread.is_empty() {
            merged.verdict = merged.verdict.max(Verdict::Unavailable);
            merged.checks = worst_per_check(merged.checks.iter().chain(&unread));
        }
        merged
    }

    /// Adds a check (the caller's `query`) to every credential and recomputes the verdicts.
    pub fn add(&mut self, check: &Check) {
        for credential in &mut self.credentials {
            credential.set(check.clone());
        }
        if self.credentials.is_empty() {
            self.checks.push(check.clone());
        } else {
            self.recompute();
        }
    }

    /// Adds a check to the credential at `index`, when there is one, and recomputes the verdicts.
    pub fn add_to(&mut self, index: usize, check: Check) {
        if let Some(credential) = self.credentials.get_mut(index) {
            credential.set(check);
            self.recompute();
        }
    }

    /// The overall check of this name, when it applies.
    pub fn check(&self, name: CheckName) -> Option<&Check> {
        self.checks.iter().find(|c| c.check == name)
    }

    /// Recomputes the top level from the credentials.
    pub fn recompute(&mut self) {
        self.checks = worst_per_check(self.credentials.iter().flat_map(|c| &c.checks));
        self.verdict = self.credentials.iter().map(|c| c.verdict).max().unwrap_or(Verdict::Unavailable);
    }
}

/// The verdict that a list of checks makes.
pub fn worst(checks: &[Check]) -> Verdict {
    checks.iter().map(Check::verdict).max().unwrap_or(Verdict::Unavailable)
}

/// For each check that occurs, its worst outcome, in the order of [`CheckName`].
fn worst_per_check<'a>(checks: impl Iterator<Item = &'a Check>) -> Vec<Check> {
    let mut out: Vec<Check> = Vec::new();
    for check in checks {
        match out.iter_mut().find(|c| c.check == check.check) {
            Some(known) if known.rank() < check.rank() => *known = check.clone(),
            Some(_) => {}
            None => out.push(check.clone()),
        }
    }
    out.sort_by_key(|c| c.check);
    out
}

/// Unix seconds as RFC 3339 in UTC. `None` outside the years 0 to 9999, which it cannot write.
pub fn rfc3339(seconds: i64) -> Option<String> {
    OffsetDateTime::from_unix_timestamp(seconds).ok()?.format(&Rfc3339).ok()
}
