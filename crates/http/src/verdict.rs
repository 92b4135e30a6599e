//! From a report to what the verdict page shows: names from the register as it is now, claims as display values.

mod content;
mod detail;

use model::Timestamp;
use model::register::{Logo, Register};
use serde_json::Value as Json;
use vc::report::{self, CredentialReport, Report, Verdict};
use vc::sd_jwt::Path;
use web::head::Kind;
use web::verdict::{Check, CheckName, CheckState, Credential, Face, HolderKey, Issuer, Left, Past};
use web::{Moment, Text};

use self::content::content;
use crate::claims;

/// The face of a report.
pub fn face(report: &Report) -> Face {
    let unsigned = |one: &CredentialReport| face_of(one) == Face::Unavailable;
    match report.verdict {
        Verdict::Attention if report.credentials.iter().any(unsigned) => Face::Unavailable,
        verdict => plain_face(verdict),
    }
}

/// The face of one credential: what nobody could check is never called genuine.
fn face_of(report: &CredentialReport) -> Face {
    let signed = report.check(report::CheckName::Signature).is_some_and(|check| check.state == report::CheckState::Passed);
    match report.verdict {
        Verdict::Attention if !signed => Face::Unavailable,
        verdict => plain_face(verdict),
    }
}

fn plain_face(verdict: Verdict) -> Face {
    match verdict {
        Verdict::Valid => Face::Valid,
        Verdict::Attention => Face::Attention,
        Verdict::Unavailable => Face::Unavailable,
        Verdict::Invalid => Face::Invalid,
    }
}

/// When a report was made.
pub fn checked_at(report: &Report) -> Moment {
    moment(&report.checked_at).unwrap_or(Moment(0))
}

/// The credentials of a report. `holder_key` says who keeps the key that the holder proved to have.
pub fn credentials(report: &Report, register: &Register, holder_key: HolderKey) -> Vec<Credential> {
    if report.credentials.is_empty() {
        return vec![unreadable(report)];
    }
    report.credentials.iter().map(|one| credential(one, register, holder_key)).collect()
}

/// Nothing was readable: the checks say why.
fn unreadable(report: &Report) -> Credential {
    Credential {
        face: plain_face(report.verdict),
        kind: Kind::Other(Text::new("Onbekend", "Unknown")),
        issuer: None,
        checks: report.checks.iter().map(check).collect(),
        content: None,
        endorsements: Vec::new(),
        holder_key: HolderKey::NotShown,
    }
}

fn credential(report: &CredentialReport, register: &Register, holder_key: HolderKey) -> Credential {
    let bound = report.check(report::CheckName::HolderBinding).is_some_and(|check| check.state == report::CheckState::Passed);
    Credential {
        face: face_of(report),
        kind: kind(&report.kind),
        issuer: report.claims.as_ref().map(|_| issuer(report, register)),
        checks: report.checks.iter().map(check).collect(),
        content: report.claims.as_ref().map(|claims| content(report, claims, register)),
        endorsements: detail::endorsements(report, register),
        holder_key: if bound { holder_key } else { HolderKey::NotShown },
    }
}

fn kind(name: &str) -> Kind {
    match name {
        "microcredential" => Kind::Microcredential,
        "enrolment" => Kind::Enrolment,
        "OpenBadgeCredential" | "AchievementCredential" => Kind::Badge,
        "EndorsementCredential" => Kind::Other(Text::new("Aanbeveling", "Endorsement")),
        "ClrCredential" => Kind::Other(Text::new("Overzicht van bewijzen", "Learner record")),
        _ => Kind::Other(Text::new("Bewijs", "Credential")),
    }
}

fn issuer(report: &CredentialReport, register: &Register) -> Issuer {
    let party = register.issuer(&report.issuer.id);
    Issuer {
        name: party.map_or_else(|| Text::same(report.issuer.id.clone()), |party| local(&party.name)),
        site: party.and_then(|party| party.site.clone()),
        logo: party.and_then(|party| party.logo.as_ref()).map(Logo::path),
        register: register.name.nl.clone(),
        register_keeper: local(&register.keeper.name),
        past: report.check(report::CheckName::Issuer).map(|check| past(check, Some(register))).unwrap_or_default(),
    }
}

/// What the `issuer` check remembers, with the register's words in both languages.
fn past(check: &report::Check, register: Option<&Register>) -> Past {
    let text = |name: &str| check.detail.get(name).and_then(Json::as_str);
    let parties = register.map(|register| register.parties.as_slice()).unwrap_or_default();
    let names = || parties.iter().flat_map(|party| party.former_names.iter().map(|former| &former.name).chain([&party.name]));
    let named = |name: &str| names().find(|known| known.nl == name).map_or_else(|| Text::same(name), local);
    Past {
        then: text("name_then").map(named),
        left: text("left_at").and_then(moment).map(|at| Left { on: at.day(), successor: text("successor").map(named) }),
    }
}

/// What a register remembers of an issuer, by its `issuer` check, in a sentence each. `language` as in [`explained`].
pub fn remembered(of: &report::Check, register: Option<&Register>, language: &str) -> Vec<String> {
    past(of, register).sentences(language_of(language))
}

fn check(check: &report::Check) -> Check {
    let text = |name: &str| check.detail.get(name).and_then(Json::as_str);
    let at = match (check.check, check.code.as_str()) {
        (report::CheckName::Status, _) => text("as_of"),
        (report::CheckName::Dates, "not_yet_valid") => text("not_before").or_else(|| text("issued_at")),
        (report::CheckName::Dates, _) => text("expires_at"),
        _ => None,
    };
    let technical = check.detail.iter().filter(|(name, _)| !TOLD.contains(&name.as_str()));
    Check {
        name: match check.check {
            report::CheckName::Format => CheckName::Format,
            report::CheckName::Signature => CheckName::Signature,
            report::CheckName::Issuer => CheckName::Issuer,
            report::CheckName::Dates => CheckName::Dates,
            report::CheckName::Status => CheckName::Status,
            report::CheckName::Schema => CheckName::Schema,
            report::CheckName::HolderBinding => CheckName::HolderBinding,
            report::CheckName::Query => CheckName::Query,
        },
        state: match check.state {
            report::CheckState::Passed => CheckState::Passed,
            report::CheckState::Failed => CheckState::Failed,
            report::CheckState::NotChecked => CheckState::NotChecked,
        },
        code: check.code.clone(),
        at: at.and_then(moment),
        reason: text("reason").map(str::to_owned),
        technical: technical.filter_map(|(_, value)| value.as_str()).map(str::to_owned).collect(),
    }
}

/// Details of a check that have a place of their own.
const TOLD: [&str; 9] = ["as_of", "not_before", "issued_at", "expires_at", "note", "reason", "name_then", "left_at", "successor"];

/// One check in plain words: heading, and what its code means. `language` is a tag such as `nl` or `en_GB`; Dutch only when it says so.
pub fn explained(of: &report::Check, language: &str) -> (&'static str, String) {
    check(of).explained(language_of(language))
}

fn language_of(tag: &str) -> web::Lang {
    if tag.starts_with("nl") { web::Lang::Nl } else { web::Lang::En }
}

/// The label of a claim as the type's metadata has it; else its name, spaced out.
pub fn label(vct: &str, path: &Path) -> Text {
    claims::label(vct, path)
}

fn moment(text: &str) -> Option<Moment> {
    Timestamp::parse(text).map(|at| Moment(at.seconds()))
}

fn local(text: &model::LocalText) -> Text {
    Text { nl: text.nl.clone(), en: text.en.clone() }
}

#[cfg(test)]
mod tests;
