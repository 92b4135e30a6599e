//! Claims as people read them: labels from the type's metadata, values typed far enough to be written in Dutch and English.

use model::Timestamp;
use serde_json::Value as Json;
use vc::Map;
use vc::sd_jwt::{Path, Segment};
use web::{Day, Fact, Moment, Text, Value};

use super::words;

/// Members that are about the credential and not about the person; checks and pages say them in their own words.
const TECHNICAL: [&str; 11] = ["iss", "iat", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status", "_sd_alg", "jti"];

/// The label of a claim. A claim that its type does not describe has its name, spaced out.
pub(crate) fn label(vct: &str, path: &Path) -> Text {
    let nl = vc::bundled::claim_label(vct, path, "nl");
    let en = vc::bundled::claim_label(vct, path, "en");
    match (nl, en) {
        (Some(nl), en) => Text { nl, en },
        (None, Some(en)) => Text::same(en),
        (None, None) => Text::same(last_key(path).replace('_', " ")),
    }
}

/// The top-level claims of a credential with labels, in the order of its type, without the technical ones and those in `skip`.
pub(crate) fn facts(vct: &str, claims: &Map, skip: &[&str]) -> Vec<Fact> {
    let shown = |name: &str| !TECHNICAL.contains(&name) && !skip.contains(&name) && !is_translation(name, claims);
    let known = vc::bundled::credential_type(vct).map(|kind| kind.claims.as_slice()).unwrap_or_default();
    let described = known.iter().filter(|claim| claim.path.segments().len() == 1).filter_map(|claim| claim.path.top());
    let mut names: Vec<&str> = described.filter(|name| claims.contains_key(*name)).collect();
    names.extend(claims.keys().map(String::as_str).filter(|name| !names.contains(name)).collect::<Vec<_>>());
    names.into_iter().filter(|name| shown(name)).filter_map(|name| fact(vct, claims, name)).collect()
}

/// One top-level claim with its label.
pub(crate) fn fact(vct: &str, claims: &Map, name: &str) -> Option<Fact> {
    let path = Path::key(name);
    let value = match translated(claims, name) {
        Some(text) => Value::Text(text),
        None => self::value(vct, &path, claims.get(name)?),
    };
    Some(Fact::new(label(vct, &path), value))
}

/// `title_by_language` is shown as `title`.
fn is_translation(name: &str, claims: &Map) -> bool {
    name.strip_suffix("_by_language").is_some_and(|base| claims.contains_key(base))
}

fn translated(claims: &Map, name: &str) -> Option<Text> {
    by_language(claims.get(&format!("{name}_by_language"))?)
}

fn by_language(value: &Json) -> Option<Text> {
    let members = value.as_object()?;
    let text = |language: &str| members.get(language).and_then(Json::as_str).map(str::to_owned);
    let only_languages = members.keys().all(|key| matches!(key.as_str(), "nl" | "en"));
    (only_languages && !members.is_empty()).then(|| Text { nl: text("nl").or_else(|| text("en")).unwrap_or_default(), en: text("en") })
}

/// A value at a path, as people read it.
pub(crate) fn value(vct: &str, path: &Path, json: &Json) -> Value {
    match json {
        Json::Null => Value::same("–"),
        Json::Bool(truth) => Value::Truth(*truth),
        Json::Number(number) => Value::Number(number.to_string(), ""),
        Json::String(text) => words_or_date(path, text),
        Json::Array(items) => Value::List(items.iter().enumerate().map(|(at, item)| value(vct, &path.child(at), item)).collect()),
        Json::Object(members) => {
            special(members).or_else(|| by_language(json).map(Value::Text)).unwrap_or_else(|| group(vct, path, members))
        }
    }
}

/// Amounts with a unit and levels in a framework read as one value.
fn special(members: &Map) -> Option<Value> {
    let text = |name: &str| members.get(name).and_then(Json::as_str);
    if let (Some(unit), Some(Json::Number(amount))) = (text("unit"), members.get("value")) {
        let unit = match unit {
            "ects" => "EC",
            "sbu" => "SBU",
            "hour" => "uur",
            _ => return None,
        };
        return Some(Value::Number(amount.to_string(), unit));
    }
    let framework = text("framework")?;
    let level = format!("{framework}\u{a0}{}", text("value")?);
    Some(match members.get("verified").and_then(Json::as_bool) {
        Some(true) => Value::same(level),
        _ => Value::Text(Text::new(format!("{level} (volgens de instelling)"), format!("{level} (according to the institution)"))),
    })
}

fn group(vct: &str, path: &Path, members: &Map) -> Value {
    let known = vc::bundled::credential_type(vct).map(|kind| kind.claims.as_slice()).unwrap_or_default();
    let order = |name: &str| {
        known.iter().position(|claim| claim.path.touches(&path.child(name)) && claim.path.segments().len() > path.segments().len())
    };
    let mut names: Vec<&String> = members.keys().collect();
    names.sort_by_key(|name| order(name).unwrap_or(usize::MAX));
    let facts = names.into_iter().filter_map(|name| {
        let at = path.child(name.as_str());
        members.get(name).map(|json| Fact::new(label(vct, &at), value(vct, &at, json)))
    });
    Value::Group(facts.collect())
}

fn words_or_date(path: &Path, text: &str) -> Value {
    if let Some(words) = words::of(last_key(path), text) {
        return Value::Text(super::display::text(&words));
    }
    if let Some(day) = Day::parse(text) {
        return Value::Day(day);
    }
    match Timestamp::parse(text) {
        Some(at) if text.contains('T') => Value::Moment(Moment(at.seconds())),
        _ => Value::same(text),
    }
}

/// The innermost name of a path.
fn last_key(path: &Path) -> &str {
    let keys = path.segments().iter().rev();
    keys.filter_map(|segment| if let Segment::Key(key) = segment { Some(key.as_str()) } else { None }).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use vc::bundled::{ENROLMENT_VCT, MICROCREDENTIAL_VCT};
    use web::Lang;

    fn read(vct: &str, claims: Json) -> Vec<(String, String)> {
        let claims = claims.as_object().cloned().unwrap();
        facts(vct, &claims, &[]).into_iter().map(|fact| (fact.label.nl.clone(), fact.value.plain(Lang::Nl))).collect()
    }

    #[test]
    fn claims_read_as_dutch() {
        let read = read(
            MICROCREDENTIAL_VCT,
            json!({"iss": "x", "awarded_date": "2026-02-01", "title": "Data", "title_by_language": {"nl": "Data", "en": "Data basics"},
                   "workload": {"unit": "ects", "value": 2.5}, "level": {"framework": "NLQF", "value": "6"}, "stackability": "stackable"}),
        );
        assert_eq!(read.first(), Some(&("Titel".to_owned(), "Data".to_owned())));
        assert!(read.contains(&("Studielast".to_owned(), "2,5\u{a0}EC".to_owned())), "{read:?}");
        assert!(read.contains(&("Niveau".to_owned(), "NLQF\u{a0}6 (volgens de instelling)".to_owned())), "{read:?}");
        assert!(read.iter().any(|(_, value)| value == "te stapelen met andere"));
        assert!(read.iter().all(|(label, _)| label != "iss" && label != "Titel per taal"));
    }

    #[test]
    fn nested_values_have_labels_and_unknown_ones_their_names() {
        let read = read(ENROLMENT_VCT, json!({"state": "associated", "extra_thing": {"deep_down": true}}));
        assert!(read.contains(&("Stand van de inschrijving".to_owned(), "ingeschreven".to_owned())), "{read:?}");
        assert!(read.contains(&("extra thing".to_owned(), "deep down: ja".to_owned())), "{read:?}");
    }
}
