//! What a credential says, as display values, each in its place on the page.

use model::register::Register;
use serde_json::Value as Json;
use vc::report::{self, CredentialReport};
use vc::sd_jwt::Path;
use vc::{Map, bundled};
use web::badge::{self, BadgeSpec, Colour, Shape};
use web::head::{Level, Load, Unit};
use web::verdict::{Content, Enrolment, NameSource};
use web::{Day, Fact, Moment, Text};

use super::{detail, issuer, moment};
use crate::claims;

/// Claims that the page shows in a place of their own, or that are about the credential and not about the person.
const PLACED: [&str; 40] = [
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
    "results",
    "alignments",
    "evidence",
    "learning_outcomes",
    "assessment_type",
    "given_name",
    // A part of the family name.
    "family_name_prefix",
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

/// Everything that a verified credential says.
pub(super) fn content(report: &CredentialReport, claims: &Map, register: &Register) -> Content {
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
        result: of.get("result").and_then(Json::as_object).and_then(detail::grade),
        results: detail::results(of),
        alignments: detail::alignments(of),
        evidence: detail::evidence(of),
        enrolment: enrolled.then(|| enrolment(of)),
        other: other(&vct, of),
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

/// A text with its translations: `title` and `title_by_language`.
pub(super) fn words(claims: &Map, name: &str) -> Option<Text> {
    let by_language = |language: &str| claims.get(&format!("{name}_by_language"))?.get(language)?.as_str().map(str::to_owned);
    let nl = by_language("nl").or_else(|| text(claims, name))?;
    Some(Text { nl, en: by_language("en") })
}

/// A text or a number as text.
pub(super) fn plain(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A text that is not empty.
pub(super) fn text(claims: &Map, name: &str) -> Option<String> {
    claims.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn day(claims: &Map, name: &str) -> Option<Day> {
    Day::parse(claims.get(name)?.as_str()?)
}
