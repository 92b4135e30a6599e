//! What a credential says, sorted for the verdict page; claims that have no place of their own are listed at the end.

use model::register::Register;
use serde_json::{Map, Value};
use vc::bundled::by_short_name;
use vc::report::{CheckName, CredentialReport};
use vc::sd_jwt::Path;
use web::badge::{self, BadgeSpec, Colour, Shape};
use web::head::{Level, Load, Unit};
use web::verdict::{Content, Enrolment, NameSource};
use web::{Day, Fact, Text};

use super::moment;
use crate::claims::{facts, localised, words};

/// Claims that have a place of their own on the page.
const PLACED: [&str; 26] = [
    "title",
    "title_by_language",
    "name",
    "name_by_language",
    "given_name",
    "family_name",
    "birthdate",
    "holder_identity",
    "awarded_date",
    "workload",
    "level",
    "learning_outcomes",
    "assessment_type",
    "result",
    "state",
    "startDate",
    "endDate",
    "phase",
    "modeOfStudy",
    "crohoCreboCode",
    "as_of",
    "awarding_body",
    "institution_name",
    "institution_name_by_language",
    "class",
    "kind",
];

/// What is shown; nothing when the signature failed, because then there are no claims.
pub(super) fn content(credential: &CredentialReport, register: &Register) -> Option<Content> {
    let claims = credential.claims.as_ref()?;
    let vct = by_short_name(&credential.kind).map_or(credential.kind.as_str(), |kind| kind.vct);
    let level = level(claims);
    let workload = workload(claims);
    let title = title(claims);
    let dates = credential.check(CheckName::Dates).map(|check| &check.detail);
    let date = |name: &str| dates.and_then(|detail| detail.get(name)).and_then(Value::as_str).and_then(moment);
    Some(Content {
        badge: Some(badge::path(&picture(credential, register, title.as_ref(), workload.as_ref(), level.as_ref(), claims))),
        title,
        holder: holder(claims),
        given_name: text(claims, "given_name"),
        birth_date: day(claims, "birthdate"),
        name_source: name_source(claims),
        awarded_on: day(claims, "awarded_date"),
        valid_from: date("not_before").or_else(|| date("issued_at")),
        valid_until: date("expires_at"),
        workload,
        level,
        outcomes: outcomes(claims),
        assessment: text(claims, "assessment_type").map(|code| words(&code)),
        result: result(claims),
        enrolment: enrolment(credential, claims),
        other: other(vct, claims),
    })
}

fn text(claims: &Map<String, Value>, name: &str) -> Option<String> {
    claims.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn day(claims: &Map<String, Value>, name: &str) -> Option<Day> {
    claims.get(name).and_then(Value::as_str).and_then(Day::parse)
}

fn title(claims: &Map<String, Value>) -> Option<Text> {
    ["title", "name"].into_iter().find_map(|name| {
        let plain = text(claims, name)?;
        Some(localised(&Path::key(name), claims).unwrap_or_else(|| Text::dutch(plain)))
    })
}

fn holder(claims: &Map<String, Value>) -> Option<String> {
    let parts: Vec<String> = ["given_name", "family_name"].into_iter().filter_map(|name| text(claims, name)).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn name_source(claims: &Map<String, Value>) -> Option<NameSource> {
    let identity = claims.get("holder_identity")?.as_object()?;
    Some(NameSource { source: text(identity, "name_source")?, checked_on: day(identity, "checked_on") })
}

fn workload(claims: &Map<String, Value>) -> Option<Load> {
    let load = claims.get("workload")?;
    let unit = match load.get("unit")?.as_str()? {
        "ects" => Unit::Ec,
        "sbu" => Unit::Sbu,
        _ => Unit::Hours,
    };
    Some(Load { amount: load.get("value")?.as_f64()?, unit })
}

fn level(claims: &Map<String, Value>) -> Option<Level> {
    if let Some(level) = claims.get("level").and_then(Value::as_object) {
        let verified = level.get("verified").and_then(Value::as_bool).unwrap_or(false);
        return Some(Level { framework: text(level, "framework")?, value: text(level, "value")?, verified });
    }
    text(claims, "eqf_level").map(|value| Level { framework: "EQF".to_owned(), value, verified: false })
}

fn outcomes(claims: &Map<String, Value>) -> Vec<Text> {
    let list = claims.get("learning_outcomes").and_then(Value::as_array);
    let titles = list.into_iter().flatten().filter_map(|outcome| outcome.as_str().or_else(|| outcome.get("title")?.as_str()));
    titles.map(Text::dutch).collect()
}

fn result(claims: &Map<String, Value>) -> Option<Text> {
    let result = claims.get("result")?;
    match result.get("value").and_then(Value::as_str) {
        Some(value) => Some(Text::same(value)),
        None => match result.get("passed").and_then(Value::as_bool) {
            Some(true) => Some(Text::new("behaald", "passed")),
            _ => None,
        },
    }
}

fn enrolment(credential: &CredentialReport, claims: &Map<String, Value>) -> Option<Enrolment> {
    (credential.kind == "enrolment").then(|| Enrolment {
        state: text(claims, "state").unwrap_or_default(),
        from: day(claims, "startDate"),
        until: day(claims, "endDate"),
        phase: text(claims, "phase"),
        mode: text(claims, "modeOfStudy"),
        code: text(claims, "crohoCreboCode"),
        as_of: day(claims, "as_of"),
    })
}

fn other(vct: &str, claims: &Map<String, Value>) -> Vec<Fact> {
    let mut rest = claims.clone();
    rest.retain(|name, value| !(PLACED.contains(&name.as_str()) && is_placed(name, value)));
    facts(vct, &rest)
}

/// An enrolment's level is a word, and has no place of its own.
fn is_placed(name: &str, value: &Value) -> bool {
    name != "level" || value.is_object()
}

/// The picture by its grammar, in the colour that the register gives the issuer.
fn picture(
    credential: &CredentialReport,
    register: &Register,
    title: Option<&Text>,
    load: Option<&Load>,
    level: Option<&Level>,
    claims: &Map<String, Value>,
) -> BadgeSpec {
    let party = register.issuer(&credential.issuer.id);
    let named = party.and_then(|party| party.colour.as_deref()).and_then(Colour::from_hex);
    let colour = named.unwrap_or_else(|| Colour::of(party.map_or(credential.issuer.id.as_str(), |party| party.slug.as_str())));
    let shape = match credential.kind.as_str() {
        "microcredential" => Shape::Microcredential,
        "enrolment" => Shape::Enrolment,
        _ => Shape::Badge,
    };
    let year = text(claims, "academic_year").map(|year| short_year(&year));
    let figure = load.map(|load| web::format::decimal(web::Lang::Nl, &format!("{:.2}", load.amount))).or(year).unwrap_or_default();
    let unit = load.map_or("", |load| load.unit.words(web::Lang::Nl));
    let pattern = title.map_or(credential.kind.as_str(), |title| title.nl.as_str());
    BadgeSpec::new(shape, colour, pattern, level.and_then(Level::figure), (&figure, unit))
}

/// `2026-2027` as `26/27`.
fn short_year(year: &str) -> String {
    let parts: Vec<&str> = year.split('-').filter_map(|part| part.get(2..4)).collect();
    parts.join("/")
}
