//! From a report to what the verdict page shows: names from the register as it is now, claims as display values.

mod content;

use model::Timestamp;
use model::register::Register;
use serde_json::Value as Json;
use vc::report::{self, CredentialReport, Report, Verdict};
use vc::sd_jwt::Path;
use web::head::Kind;
use web::verdict::{Check, CheckName, CheckState, Credential, Face, HolderKey, Issuer};
use web::{Moment, Text};

use self::content::content;
use crate::claims;

/// The face of a verdict.
pub fn face(verdict: Verdict) -> Face {
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
        face: face(report.verdict),
        kind: Kind::Other(Text::new("Onbekend", "Unknown")),
        issuer: None,
        checks: report.checks.iter().map(check).collect(),
        content: None,
        holder_key: HolderKey::NotShown,
    }
}

fn credential(report: &CredentialReport, register: &Register, holder_key: HolderKey) -> Credential {
    let bound = report.check(report::CheckName::HolderBinding).is_some_and(|check| check.state == report::CheckState::Passed);
    Credential {
        face: face(report.verdict),
        kind: kind(&report.kind),
        issuer: report.claims.as_ref().map(|_| issuer(report, register)),
        checks: report.checks.iter().map(check).collect(),
        content: report.claims.as_ref().map(|claims| content(report, claims, register)),
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
        register: register.name.nl.clone(),
        register_keeper: local(&register.keeper.name),
    }
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
const TOLD: [&str; 6] = ["as_of", "not_before", "issued_at", "expires_at", "note", "reason"];

/// One check in plain words: heading, and what its code means. `language` is a tag such as `nl` or `en_GB`; Dutch only when it says so.
pub fn explained(of: &report::Check, language: &str) -> (&'static str, String) {
    check(of).explained(if language.starts_with("nl") { web::Lang::Nl } else { web::Lang::En })
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
mod tests {
    use serde_json::json;
    use vc::bundled;

    use super::*;

    fn report(signature: report::Check) -> Report {
        let claims = json!({
            "vct": bundled::MICROCREDENTIAL_VCT, "iss": "https://i.example/hv", "title": "Data-analyse basis",
            "title_by_language": {"nl": "Data-analyse basis", "en": "Data analysis basics"}, "given_name": "Samira", "family_name": "de Vries",
            "workload": {"unit": "ects", "value": 5}, "level": {"framework": "NLQF", "value": "6"}, "language": "nl",
            "learning_outcomes": [{"title": "Opschonen"}], "holder_identity": {"name_source": "eduid", "checked_on": "2026-01-12"}
        });
        let mut one = CredentialReport {
            verdict: Verdict::Valid,
            checks: Vec::new(),
            format: "dc+sd-jwt".into(),
            kind: "microcredential".into(),
            issuer: report::IssuerReport { id: "https://i.example/hv".into(), ..Default::default() },
            claims: claims.as_object().cloned(),
            endorsements: Vec::new(),
        };
        one.set(signature);
        Report::of(vec![one], 1_795_352_580, "test")
    }

    fn register() -> Register {
        let file = json!({"name": {"nl": "Register"}, "keeper": {"name": {"nl": "Voorbeeld Onderwijs"}}, "parties": [
            {"slug": "hv", "name": {"nl": "Hogeschool Voorbeeld"}, "issues": {"credential_issuer": "https://i.example/hv", "types": ["microcredential"]}}]});
        Register::parse(file.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn names_come_from_the_register_and_claims_are_placed() {
        let report = report(report::Check::passed(report::CheckName::Signature));
        let shown = credentials(&report, &register(), HolderKey::ThisServer).remove(0);
        assert_eq!(shown.issuer.unwrap().name.nl, "Hogeschool Voorbeeld");
        let content = shown.content.unwrap();
        assert_eq!(content.holder.as_deref(), Some("Samira de Vries"));
        assert_eq!(content.title.unwrap().en.as_deref(), Some("Data analysis basics"));
        assert!(!content.level.unwrap().verified && content.outcomes.len() == 1 && content.name_source.is_some());
        assert_eq!(content.other.len(), 1);
    }

    #[test]
    fn what_fails_its_signature_has_no_content() {
        let report = report(report::Check::failed(report::CheckName::Signature, "bad_signature"));
        let shown = credentials(&report, &register(), HolderKey::ThisServer).remove(0);
        assert!(shown.content.is_none() && shown.issuer.is_none());
        assert_eq!(shown.face, Face::Invalid);
    }
}
