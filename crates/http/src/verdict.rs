//! From a report to what the verdict page shows: names from the register as it is now, claims as display values.

use model::Timestamp;
use model::register::Register;
use serde_json::Value as Json;
use vc::Map;
use vc::bundled;
use vc::report::{self, CredentialReport, Report, Verdict};
use vc::sd_jwt::Path;
use web::badge::{self, BadgeSpec, Colour, Shape};
use web::head::{Kind, Level, Load, Unit};
use web::verdict::{Check, CheckName, CheckState, Content, Credential, Enrolment, Face, HolderKey, Issuer, NameSource};
use web::{Day, Fact, Moment, Text};

use crate::claims;

/// Claims that the page shows in a place of their own, or that are about the credential and not about the person.
const PLACED: [&str; 36] = [
    "as_of",
    "iss",
    "iat",
    "nbf",
    "exp",
    "cnf",
    "vct",
    "vct#integrity",
    "aka_vcts",
    "status",
    "_sd_alg",
    "jti",
    "title",
    "name",
    "awarding_body",
    "institution_name",
    "institutionBRINCode",
    "schac_home_organization",
    "kind",
    "class",
    "level",
    "workload",
    "awarded_date",
    "result",
    "learning_outcomes",
    "assessment_type",
    "given_name",
    "family_name",
    "birthdate",
    "holder_identity",
    "state",
    "startDate",
    "endDate",
    "phase",
    "modeOfStudy",
    "crohoCreboCode",
];

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

/// What a report's credential says, in the words of our types, whatever form it is in.
fn view(report: &CredentialReport, claims: &Map) -> claims::View {
    match claims.get("credentialSubject") {
        Some(_) => claims::view(claims),
        None => {
            let vct = bundled::by_short_name(&report.kind).map_or(report.kind.as_str(), |kind| kind.vct);
            claims::View { vct: vct.to_owned(), claims: claims.clone() }
        }
    }
}

fn content(report: &CredentialReport, claims: &Map, register: &Register) -> Content {
    let claims::View { vct, claims: of } = view(report, claims);
    let of = &of;
    let enrolled = report.kind == "enrolment";
    let given = text(of, "given_name");
    let names = [given.clone(), text(of, "family_name")].into_iter().flatten().collect::<Vec<_>>();
    let title = words(of, "title").or_else(|| words(of, "name"));
    Content {
        badge: Some(badge::path(&picture(report, of, title.as_ref(), register))),
        title,
        holder: (!names.is_empty()).then(|| names.join(" ")),
        given_name: given,
        birth_date: day(of, "birthdate"),
        name_source: of
            .get("holder_identity")
            .and_then(Json::as_object)
            .and_then(|identity| name_source(identity, &issuer(report, register).name.nl)),
        awarded_on: day(of, "awarded_date"),
        valid_from: date(report, "not_before").or_else(|| date(report, "issued_at")),
        valid_until: date(report, "expires_at"),
        workload: workload(of),
        level: level(of),
        outcomes: of.get("learning_outcomes").and_then(Json::as_array).into_iter().flatten().filter_map(outcome).collect(),
        assessment: text(of, "assessment_type").map(|code| claims::words("assessment_type", &code)),
        result: of.get("result").and_then(|result| result.get("value")).and_then(plain).map(Text::same),
        enrolment: enrolled.then(|| enrolment(of)),
        other: other(&vct, of).into_iter().chain(evidence(claims)).collect(),
    }
}

fn enrolment(claims: &Map) -> Enrolment {
    Enrolment {
        state: text(claims, "state").unwrap_or_default(),
        from: day(claims, "startDate"),
        until: day(claims, "endDate"),
        phase: text(claims, "phase"),
        mode: text(claims, "modeOfStudy"),
        code: text(claims, "crohoCreboCode"),
        as_of: day(claims, "as_of"),
    }
}

/// The same picture as in the wallet: shape, colour, level, figure and pattern from claims that are never hidden.
fn picture(report: &CredentialReport, claims: &Map, title: Option<&Text>, register: &Register) -> BadgeSpec {
    let party = register.issuer(&report.issuer.id);
    let chosen = party.and_then(|party| party.colour.as_deref()).and_then(Colour::from_hex);
    let colour = chosen.unwrap_or_else(|| Colour::of(party.map_or(report.issuer.id.as_str(), |party| &party.slug)));
    let shape = match report.kind.as_str() {
        "microcredential" => Shape::Microcredential,
        "enrolment" => Shape::Enrolment,
        _ => Shape::Badge,
    };
    let (figure, unit) = match workload(claims) {
        Some(load) if load.amount.fract() == 0.0 => (format!("{:.0}", load.amount), load.unit.words(web::Lang::Nl)),
        Some(load) => (format!("{:.1}", load.amount).replace('.', ","), load.unit.words(web::Lang::Nl)),
        None => (academic_year(claims), ""),
    };
    let pattern = title.map_or("", |title| title.nl.as_str());
    BadgeSpec::new(shape, colour, pattern, level(claims).as_ref().and_then(Level::figure), (&figure, unit))
}

/// `26/27` from claim `academic_year`, else the year in which it starts.
fn academic_year(claims: &Map) -> String {
    let years = text(claims, "academic_year");
    match years.as_deref().and_then(|years| years.split_once('-')) {
        Some((from, to)) => format!("{}/{}", from.get(2..4).unwrap_or_default(), to.get(2..4).unwrap_or_default()),
        None => text(claims, "startDate").and_then(|date| date.get(..4).map(str::to_owned)).unwrap_or_default(),
    }
}

fn workload(claims: &Map) -> Option<Load> {
    let workload = claims.get("workload")?;
    let unit = match workload.get("unit")?.as_str()? {
        "ects" => Unit::Ec,
        "sbu" => Unit::Sbu,
        _ => Unit::Hours,
    };
    Some(Load { amount: workload.get("value")?.as_f64()?, unit })
}

/// A level in its framework; an enrolment's `level` is a plain word and no level of one.
fn level(claims: &Map) -> Option<Level> {
    let level = claims.get("level")?.as_object()?;
    Some(Level {
        framework: text(level, "framework")?,
        value: text(level, "value")?,
        verified: level.get("verified").and_then(Json::as_bool).unwrap_or(false),
    })
}

fn outcome(outcome: &Json) -> Option<Text> {
    match outcome {
        Json::String(text) => Some(Text::dutch(text.clone())),
        Json::Object(members) => words(members, "title"),
        _ => None,
    }
}

/// Where the name comes from; when it is the institution's own administration, that has the institution's name.
fn name_source(identity: &Map, institution: &str) -> Option<NameSource> {
    let source = match text(identity, "name_source")?.as_str() {
        "eduid" | "eduID" => "eduID".to_owned(),
        "institution" => institution.to_owned(),
        other => other.to_owned(),
    };
    Some(NameSource { source, checked_on: day(identity, "checked_on") })
}

/// A date of the credential itself; its checks tell it, because it is no claim of the report.
fn date(report: &CredentialReport, name: &str) -> Option<Moment> {
    report.check(report::CheckName::Dates)?.detail.get(name)?.as_str().and_then(moment)
}

/// Every disclosed claim that has no place of its own, with the label of its type.
fn other(vct: &str, of: &Map) -> Vec<Fact> {
    let placed = |path: &Path| path.top().is_some_and(|top| PLACED.contains(&top.strip_suffix("_by_language").unwrap_or(top)));
    claims::tops(vct, of).iter().filter(|path| !placed(path)).filter_map(|path| claims::fact(vct, path, of)).collect()
}

/// Evidence of a badge: what it is called, and where it is. What lies there nobody checked.
fn evidence(claims: &Map) -> Option<Fact> {
    // An SD-JWT has it among its other claims.
    claims.get("credentialSubject")?;
    let items = match claims.get("evidence")? {
        Json::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let named = |item: &Json| ["name", "narrative", "id"].iter().find_map(|member| item.get(*member)?.as_str()).map(web::Value::same);
    let all: Vec<web::Value> = items.iter().filter(|item| item.is_object()).filter_map(named).collect();
    (!all.is_empty())
        .then(|| Fact::new(Text::new("Bewijsstukken (door ons niet bekeken)", "Evidence (not looked at by us)"), web::Value::List(all)))
}

/// The label of a claim as the type's metadata has it; else its name, spaced out.
pub fn label(vct: &str, path: &Path) -> Text {
    claims::label(vct, path)
}

/// A text with its translations: `title` and `title_by_language`.
fn words(claims: &Map, name: &str) -> Option<Text> {
    let by_language = |language: &str| claims.get(&format!("{name}_by_language"))?.get(language)?.as_str().map(str::to_owned);
    let nl = by_language("nl").or_else(|| text(claims, name))?;
    Some(Text { nl, en: by_language("en") })
}

fn plain(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn text(claims: &Map, name: &str) -> Option<String> {
    claims.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn day(claims: &Map, name: &str) -> Option<Day> {
    Day::parse(claims.get(name)?.as_str()?)
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
