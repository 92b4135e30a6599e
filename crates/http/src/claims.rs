//! Claims of a credential as people read them: labels from the type's metadata, values with their units, words for codes.

mod w3c;
mod words;

pub use w3c::{OPEN_BADGE, View, view};

use model::Timestamp;
use serde_json::{Map, Value as Json};
use vc::bundled::{MICROCREDENTIAL_VCT, claim_label, credential_type};
use vc::sd_jwt::{Path, Segment};
use web::{Day, Fact, Moment, Text, Value};

/// The type whose words are used: those of the microcredential for every Open Badge.
fn words_of(vct: &str) -> &str {
    if vct == OPEN_BADGE { MICROCREDENTIAL_VCT } else { vct }
}

/// The name of a claim; for a type or claim that we do not know, its own last word.
pub fn label(vct: &str, path: &Path) -> Text {
    let vct = words_of(vct);
    match (claim_label(vct, path, "nl"), claim_label(vct, path, "en")) {
        (Some(nl), Some(en)) => Text::new(nl, en),
        (Some(only), None) | (None, Some(only)) => Text::same(only),
        (None, None) => words::label(last_name(path)).unwrap_or_else(|| Text::same(last_word(path))),
    }
}

fn last_word(path: &Path) -> String {
    web::format::capital(&last_name(path).replace('_', " "))
}

/// The innermost name of a path.
fn last_name(path: &Path) -> &str {
    let names = path.segments().iter().rev().filter_map(|segment| match segment {
        Segment::Key(name) => Some(name.as_str()),
        Segment::Index(_) | Segment::All => None,
    });
    { names }.next().unwrap_or_default()
}

/// One claim with its value; a path that selects several shows them as a list. `None` when it selects nothing.
pub fn fact(vct: &str, path: &Path, claims: &Map<String, Json>) -> Option<Fact> {
    let selected = path.select(claims);
    let shown = match (selected.as_slice(), localised(path, claims)) {
        ([], _) => return None,
        ([_], Some(text)) => Value::Text(text),
        ([one], None) => value(vct, path, one),
        (several, _) => Value::List(several.iter().map(|one| value(vct, path, one)).collect()),
    };
    Some(Fact::new(label(vct, path), shown))
}

/// All claims in the order of their type, then those that it does not know. What is there in several languages is shown once.
pub fn facts(vct: &str, claims: &Map<String, Json>) -> Vec<Fact> {
    tops(vct, claims).iter().filter_map(|path| fact(vct, path, claims)).collect()
}

/// The paths of the top-level claims that are shown, in order.
pub fn tops(vct: &str, claims: &Map<String, Json>) -> Vec<Path> {
    let known = credential_type(words_of(vct)).into_iter().flat_map(|kind| &kind.claims).map(|claim| claim.path.clone());
    let mut paths: Vec<Path> =
        known.filter(|path| path.segments().len() == 1 && path.top().is_some_and(|top| claims.contains_key(top))).collect();
    let unknown = claims.keys().map(|name| Path::key(name)).filter(|path| !TECHNICAL.contains(&path.top().unwrap_or_default()));
    for path in unknown {
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    let shown_already =
        |path: &Path| path.top().and_then(|top| top.strip_suffix("_by_language")).is_some_and(|base| claims.contains_key(base));
    paths.retain(|path| !shown_already(path));
    paths
}

/// Claims that belong to the credential itself and are told by its checks.
const TECHNICAL: [&str; 11] = ["iss", "iat", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status", "jti", "sub"];

/// The text of a claim in both languages, when the credential has it beside the plain one.
pub fn localised(path: &Path, claims: &Map<String, Json>) -> Option<Text> {
    let [Segment::Key(top)] = path.segments() else { return None };
    let plain = claims.get(top)?.as_str()?;
    let both = claims.get(&format!("{top}_by_language"))?;
    let text = |language: &str| both.get(language).and_then(Json::as_str);
    Some(text("en").map_or_else(|| Text::dutch(text("nl").unwrap_or(plain)), |en| Text::new(text("nl").unwrap_or(plain), en)))
}

/// A value as it is read.
pub fn value(vct: &str, path: &Path, json: &Json) -> Value {
    match json {
        Json::String(text) => string(last_name(path), text),
        Json::Bool(truth) => Value::Truth(*truth),
        Json::Number(number) => Value::Number(number.to_string(), ""),
        Json::Array(list) => Value::List(list.iter().map(|item| value(vct, &path.child(Segment::All), item)).collect()),
        Json::Object(members) => object(vct, path, members),
        Json::Null => Value::same("–"),
    }
}

fn string(claim: &str, text: &str) -> Value {
    if let Some(words) = words::of(claim, text) {
        return Value::Text(words);
    }
    match (Day::parse(text), Timestamp::parse(text)) {
        (Some(day), _) if text.len() == 10 || text.ends_with("T00:00:00Z") => Value::Day(day),
        (Some(_), Some(at)) => Value::Moment(Moment(at.seconds())),
        _ => Value::same(text),
    }
}

/// The words for a code of a claim, or the code itself.
pub fn words(claim: &str, code: &str) -> Text {
    words::of(claim, code).unwrap_or_else(|| Text::same(code))
}

fn object(vct: &str, path: &Path, members: &Map<String, Json>) -> Value {
    if let Some(value) = amount(members).or_else(|| level(members)).or_else(|| grade(members)) {
        return value;
    }
    let text = |name: &str| members.get(name).and_then(Json::as_str);
    let only = |names: [&str; 2]| members.keys().all(|name| names.contains(&name.as_str()));
    match (text("nl"), text("title")) {
        (Some(nl), _) if only(["nl", "en"]) => Value::Text(Text { nl: nl.to_owned(), en: text("en").map(str::to_owned) }),
        (_, Some(title)) if only(["title", "uri"]) => Value::same(title),
        _ => group(vct, path, members),
    }
}

/// An amount with its unit reads as one value.
fn amount(members: &Map<String, Json>) -> Option<Value> {
    let Json::Number(amount) = members.get("value")? else { return None };
    Some(Value::Number(amount.to_string(), unit_word(members.get("unit")?.as_str()?)))
}

/// A level in a framework reads as one value; one that nobody verified is the institution's own word.
fn level(members: &Map<String, Json>) -> Option<Value> {
    let level = format!("{}\u{a0}{}", members.get("framework")?.as_str()?, members.get("value")?.as_str()?);
    Some(match members.get("verified").and_then(Json::as_bool) {
        Some(true) => Value::same(level),
        _ => Value::Text(Text::new(format!("{level} (volgens de instelling)"), format!("{level} (according to the institution)"))),
    })
}

/// A result reads as its grade, or as whether it was a pass, or as how far it is.
fn grade(members: &Map<String, Json>) -> Option<Value> {
    let passed = members.get("passed").and_then(Json::as_bool);
    let status = members.get("status").and_then(Json::as_str);
    match (members.get("value"), passed, status) {
        (_, None, None) => None,
        (Some(Json::String(grade)), ..) => Some(Value::same(grade.as_str())),
        (Some(Json::Number(grade)), ..) => Some(Value::Number(grade.to_string(), "")),
        (_, Some(true), _) => Some(Value::Text(Text::new("behaald", "passed"))),
        (_, Some(false), _) => Some(Value::Text(Text::new("niet behaald", "not passed"))),
        (_, None, Some(status)) => Some(Value::Text(words("status", status))),
    }
}

/// The members of a nested claim, in the order of its type.
fn group(vct: &str, path: &Path, members: &Map<String, Json>) -> Value {
    let known = credential_type(words_of(vct)).map(|kind| kind.claims.as_slice()).unwrap_or_default();
    let deeper = path.segments().len();
    let place = |name: &str| known.iter().position(|claim| claim.path.segments().len() > deeper && claim.path.touches(&path.child(name)));
    let mut names: Vec<&String> = members.keys().collect();
    names.sort_by_key(|name| place(name).unwrap_or(usize::MAX));
    let inner = names.into_iter().filter_map(|name| {
        let path = path.child(name.as_str());
        Some(Fact::new(label(vct, &path), value(vct, &path, members.get(name)?)))
    });
    Value::Group(inner.collect())
}

/// The word behind an amount of study.
pub fn unit_word(unit: &str) -> &'static str {
    match unit {
        "ects" => "EC",
        "sbu" => "SBU",
        "hour" => "uur",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use vc::bundled::MICROCREDENTIAL_VCT as VCT;
    use web::Lang;

    fn claims() -> Map<String, Json> {
        let claims = json!({
            "iss": "https://i.example", "title": "Data-analyse basis", "title_by_language": {"nl": "Data-analyse basis", "en": "Data analysis basics"},
            "awarded_date": "2026-02-01", "workload": {"unit": "ects", "value": 2.5}, "level": {"framework": "NLQF", "value": "6"},
            "assessment_type": "testing", "result": {"type": "pass-or-fail", "passed": true}, "awarding_body": {"country": "NL", "name": "Hogeschool Voorbeeld"},
             "learning_outcomes": [{"title": "Tellen"}, {"title": "Rekenen"}], "extra_claim": true,
        });
        claims.as_object().cloned().unwrap_or_default()
    }

    fn shown(path: &Path) -> Option<(String, String)> {
        fact(VCT, path, &claims()).map(|fact| (fact.label.nl.clone(), fact.value.plain(Lang::En)))
    }

    #[test]
    fn values_read_as_people_write_them() {
        let pairs = [
            ("title", "Titel", "Data analysis basics"),
            ("awarded_date", "Datum van toekenning", "1\u{a0}February\u{a0}2026"),
            ("workload", "Studielast", "2.5\u{a0}EC"),
            ("level", "Niveau", "NLQF\u{a0}6 (according to the institution)"),
            ("result", "Resultaat", "passed"),
            ("awarding_body", "Toegekend door", "Name of the institution: Hogeschool Voorbeeld; Country: Netherlands"),
            ("assessment_type", "Vorm van toetsing", "test"),
            ("learning_outcomes", "Leeruitkomsten", "Tellen, Rekenen"),
            ("extra_claim", "Extra claim", "yes"),
        ];
        for (name, label, value) in pairs {
            assert_eq!(shown(&Path::key(name)), Some((label.to_owned(), value.to_owned())), "{name}");
        }
        let titles = Path::key("learning_outcomes").child(Segment::All).child("title");
        assert_eq!(shown(&titles).unwrap().1, "Tellen, Rekenen");
    }

    #[test]
    fn technical_claims_and_second_languages_are_not_listed() {
        let names: Vec<_> = tops(VCT, &claims()).iter().filter_map(|path| path.top().map(str::to_owned)).collect();
        assert_eq!(names.first().map(String::as_str), Some("title"));
        assert!(!names.contains(&"iss".to_owned()) && !names.contains(&"title_by_language".to_owned()));
        assert_eq!(names.last().map(String::as_str), Some("extra_claim"));
    }
}
