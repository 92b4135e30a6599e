//! Claims of a credential as people read them: labels from the type's metadata, values with their units, words for codes.

use serde_json::{Map, Value as Json};
use vc::bundled::{claim_label, credential_type};
use vc::sd_jwt::{Path, Segment};
use web::{Day, Fact, Text, Value};

/// Codes that stand in our types, in words.
const CODES: [(&str, &str, &str); 38] = [
    ("programme", "opleiding", "programme"),
    ("course", "vak", "course"),
    ("component", "onderdeel", "component"),
    ("pending", "in behandeling", "pending"),
    ("associated", "ingeschreven", "enrolled"),
    ("queued", "op de wachtlijst", "on the waiting list"),
    ("finished", "afgerond", "finished"),
    ("cancelled", "beëindigd", "ended"),
    ("denied", "afgewezen", "refused"),
    ("associate_degree", "associate degree", "associate degree"),
    ("propedeuse", "propedeuse", "first-year phase"),
    ("bachelor", "bachelor", "bachelor"),
    ("master", "master", "master"),
    ("full-time", "voltijd", "full-time"),
    ("part-time", "deeltijd", "part-time"),
    ("dual training", "duaal", "dual training"),
    ("self-paced", "in eigen tempo", "self-paced"),
    ("micro_credential", "microcredential", "microcredential"),
    ("regular", "regulier onderwijs", "regular education"),
    ("extra_curricular", "buiten het onderwijs om", "extra-curricular"),
    ("stand-alone", "staat op zichzelf", "stands alone"),
    ("stackable", "stapelbaar", "stackable"),
    ("testing", "toets", "test"),
    ("application of a skill", "toepassen van een vaardigheid", "application of a skill"),
    ("portfolio", "portfolio", "portfolio"),
    ("recognition of prior learning", "erkenning van wat iemand al kan", "recognition of prior learning"),
    ("online", "online", "online"),
    ("onsite", "op locatie", "on site"),
    ("onsite or blended", "op locatie of gemengd", "on site or blended"),
    ("blended", "gemengd", "blended"),
    ("unsupervised with no identity verification", "zonder toezicht, identiteit niet gecontroleerd", "unsupervised, identity not checked"),
    ("supervised with no identity verification", "met toezicht, identiteit niet gecontroleerd", "supervised, identity not checked"),
    ("unsupervised with identity verification", "zonder toezicht, identiteit gecontroleerd", "unsupervised, identity checked"),
    ("supervised online", "online met toezicht", "supervised online"),
    ("onsite with identity verification", "op locatie, identiteit gecontroleerd", "on site, identity checked"),
    ("nl", "Nederlands", "Dutch"),
    ("en", "Engels", "English"),
    ("NL", "Nederland", "the Netherlands"),
];

/// The name of a claim; for a type or claim that we do not know, its own last word.
pub fn label(vct: &str, path: &Path) -> Text {
    match (claim_label(vct, path, "nl"), claim_label(vct, path, "en")) {
        (Some(nl), Some(en)) => Text::new(nl, en),
        (Some(only), None) | (None, Some(only)) => Text::same(only),
        (None, None) => Text::same(last_word(path)),
    }
}

fn last_word(path: &Path) -> String {
    let name = path.segments().iter().rev().find_map(|segment| match segment {
        Segment::Key(name) => Some(name.replace('_', " ")),
        Segment::Index(_) | Segment::All => None,
    });
    web::format::capital(&name.unwrap_or_default())
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
    let known = credential_type(vct).into_iter().flat_map(|kind| &kind.claims).map(|claim| claim.path.clone());
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
        Json::String(text) => string(text),
        Json::Bool(truth) => Value::Truth(*truth),
        Json::Number(number) => Value::Number(number.to_string(), ""),
        Json::Array(list) => Value::List(list.iter().map(|item| value(vct, &path.child(Segment::All), item)).collect()),
        Json::Object(members) => object(vct, path, members),
        Json::Null => Value::same("–"),
    }
}

fn string(text: &str) -> Value {
    if let Some(day) = Day::parse(text).filter(|_| text.len() == 10) {
        return Value::Day(day);
    }
    Value::Text(words(text))
}

/// The words for a code, or the text itself.
pub fn words(text: &str) -> Text {
    CODES.iter().find(|(code, _, _)| *code == text).map_or_else(|| Text::same(text), |(_, nl, en)| Text::new(*nl, *en))
}

fn object(vct: &str, path: &Path, members: &Map<String, Json>) -> Value {
    let text = |name: &str| members.get(name).and_then(Json::as_str);
    match (text("unit"), members.get("value"), text("framework")) {
        (Some(unit), Some(Json::Number(amount)), _) => return Value::Number(amount.to_string(), unit_word(unit)),
        (_, Some(Json::String(level)), Some(framework)) => return Value::same(format!("{framework}\u{a0}{level}")),
        _ => {}
    }
    if let (Some(nl), true) = (text("nl"), members.keys().all(|name| name == "nl" || name == "en")) {
        return Value::Text(text("en").map_or_else(|| Text::dutch(nl), |en| Text::new(nl, en)));
    }
    if let (Some(title), true) = (text("title"), members.keys().all(|name| name == "title" || name == "uri")) {
        return Value::same(title);
    }
    let inner = |(name, json): (&String, &Json)| {
        let path = path.child(name.as_str());
        Fact::new(label(vct, &path), value(vct, &path, json))
    };
    Value::Group(members.iter().map(inner).collect())
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
            "assessment_type": "testing", "learning_outcomes": [{"title": "Tellen"}, {"title": "Rekenen"}], "extra_claim": true,
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
            ("level", "Niveau", "NLQF\u{a0}6"),
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
