//! What may be asked: use cases by name, queries in DCQL, what the law forbids, and what the register allows.

use model::LocalText;
use model::register::Service;
use openid4vc::dcql::{self, Format, Meta, Query, QueryError};
use serde_json::{Map, Value, json};
use vc::bundled::{self, ENROLMENT_VCT, MICROCREDENTIAL_VCT};
use vc::sd_jwt::Path;
use web::Text;

/// Why a question is not put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotAsked {
    /// No such use case.
    #[error("unknown use case")]
    UseCase,
    /// A parameter that the use case does not have, or of another type.
    #[error("unknown or mistyped parameter")]
    Parameters,
    /// The query does not read.
    #[error("the query does not read")]
    Query(#[from] QueryError),
    /// A claim that may not be asked for.
    #[error("a claim that is never asked for")]
    Forbidden,
    /// The register does not allow it.
    #[error("the register does not allow this")]
    NotAllowed,
}

impl NotAsked {
    /// The code of the API.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::UseCase => "use_case_unknown",
            Self::Parameters => "parameters",
            Self::Query(QueryError::Invalid) => "invalid_request",
            Self::Query(QueryError::Formats) => "vp_formats_not_supported",
            Self::Forbidden => "claim_forbidden",
            Self::NotAllowed => "not_allowed",
        }
    }
}

/// A question that everybody understands by its name.
pub(crate) struct UseCase {
    pub(crate) id: &'static str,
    pub(crate) name: (&'static str, &'static str),
    pub(crate) about: (&'static str, &'static str),
    /// Parameters: name, JSON type, Dutch and English sentence.
    pub(crate) parameters: &'static [(&'static str, &'static str, &'static str)],
}

/// All use cases.
pub(crate) const USE_CASES: [UseCase; 2] = [
    UseCase {
        id: "proof-of-enrolment",
        name: ("Bewijs van inschrijving", "Proof of enrolment"),
        about: ("Of iemand nu staat ingeschreven, en waarvoor.", "Whether somebody is enrolled now, and for what."),
        parameters: &[("programme_code", "string", "only this CROHO or crebo code"), ("birthdate", "boolean", "also the date of birth")],
    },
    UseCase {
        id: "microcredential",
        name: ("Microcredential", "Microcredential"),
        about: ("Wat iemand heeft geleerd, en op welk niveau.", "What somebody has learned, and at which level."),
        parameters: &[
            ("title", "string", "only the microcredential with this title"),
            ("learning_outcomes", "boolean", "also the learning outcomes"),
            ("result", "boolean", "the holder may add the result"),
        ],
    },
];

/// The query of a use case.
pub(crate) fn of_use_case(id: &str, parameters: &Map<String, Value>) -> Result<Value, NotAsked> {
    let case = USE_CASES.iter().find(|case| case.id == id).ok_or(NotAsked::UseCase)?;
    for (name, value) in parameters {
        let known = case.parameters.iter().find(|(known, ..)| known == name).ok_or(NotAsked::Parameters)?;
        let fits =
            if known.1 == "string" { value.as_str().is_some_and(|text| !text.is_empty() && text.len() <= 300) } else { value.is_boolean() };
        if !fits {
            return Err(NotAsked::Parameters);
        }
    }
    Ok(match id {
        "proof-of-enrolment" => enrolment(parameters),
        _ => microcredential(parameters),
    })
}

fn enrolment(parameters: &Map<String, Value>) -> Value {
    let mut claims = vec![claim("given_name"), claim("family_name"), claim("is_enrolled"), claim("name"), claim("startDate")];
    if let Some(code) = parameters.get("programme_code") {
        claims.push(json!({"id": "crohoCreboCode", "path": ["crohoCreboCode"], "values": [code]}));
    }
    if flag(parameters, "birthdate") {
        claims.push(claim("birthdate"));
    }
    one("enrolment", ENROLMENT_VCT, claims, None)
}

fn microcredential(parameters: &Map<String, Value>) -> Value {
    let mut claims = vec![claim("given_name"), claim("family_name"), claim("awarded_date")];
    match parameters.get("title") {
        Some(title) => claims.push(json!({"id": "title", "path": ["title"], "values": [title]})),
        None => claims.push(claim("title")),
    }
    if flag(parameters, "learning_outcomes") {
        claims.push(claim("learning_outcomes"));
    }
    let optional = flag(parameters, "result").then(|| claim("result"));
    one("microcredential", MICROCREDENTIAL_VCT, claims, optional)
}

fn flag(parameters: &Map<String, Value>, name: &str) -> bool {
    parameters.get(name).and_then(Value::as_bool).unwrap_or(false)
}

fn claim(name: &str) -> Value {
    json!({"id": name, "path": [name]})
}

/// One credential of a type; an optional claim makes two claim sets, the fuller one first.
fn one(id: &str, vct: &str, mut claims: Vec<Value>, optional: Option<Value>) -> Value {
    let ids = |claims: &[Value]| claims.iter().filter_map(|claim| claim.get("id").cloned()).collect::<Vec<_>>();
    let meta = json!({"vct_values": [vct]});
    let Some(optional) = optional else {
        return json!({"credentials": [{"id": id, "format": "dc+sd-jwt", "meta": meta, "claims": claims}]});
    };
    let bare = ids(&claims);
    claims.push(optional);
    let full = ids(&claims);
    json!({"credentials": [{"id": id, "format": "dc+sd-jwt", "meta": meta, "claims": claims, "claim_sets": [full, bare]}]})
}

/// The same question for every form of its type: the SD-JWT, which shows least, is asked for first. A W3C credential goes whole,
/// so only who may ask all of its type gets it as an alternative.
pub(crate) fn in_every_form(query: Value, service: Option<&Service>) -> Value {
    let whole = |short: &str| service.is_some_and(|service| service.may_ask(short, EVERYTHING));
    let one = query.pointer("/credentials/0").filter(|_| query.pointer("/credentials/1").is_none());
    let kind = one.and_then(|one| bundled::credential_type(one.pointer("/meta/vct_values/0")?.as_str()?));
    let (Some(one), Some(kind)) = (one, kind.filter(|kind| whole(kind.short_name))) else { return query };
    let mut credentials = vec![one.clone()];
    for (format, name) in [("ldp_vc", "w3c"), ("jwt_vc_json", "w3c-jwt")] {
        let id = format!("{}-{name}", kind.short_name);
        credentials.push(json!({"id": id, "format": format, "meta": {"type_values": [w3c_types(kind, format)]}}));
    }
    let options: Vec<Value> = credentials.iter().map(|one| json!([one.get("id")])).collect();
    json!({"credentials": credentials, "credential_sets": [{"options": options}]})
}

/// A claim that no type has: only who may ask every claim may ask it.
const EVERYTHING: &str = "*";

/// The types of a W3C form as a query names them: expanded where there is JSON-LD, plain in a JWT.
fn w3c_types(kind: &bundled::CredentialType, format: &str) -> Vec<String> {
    let plain = kind.w3c.types.iter().filter(|name| **name != "VerifiableCredential");
    if format == "jwt_vc_json" {
        return plain.map(|name| (*name).to_owned()).collect();
    }
    let document = json!({"@context": kind.w3c.contexts, "type": plain.collect::<Vec<_>>()});
    let expanded = document.as_object().map(|document| dcql::types(document, vc::json_ld::context)).unwrap_or_default();
    expanded.into_iter().filter(|name| name.contains("://")).collect()
}

/// Reads a query and refuses what is never asked. Only formats that we can verify are asked for.
pub(crate) fn read(query: &Value) -> Result<Query, NotAsked> {
    let query = Query::parse(query)?;
    if query.credentials.iter().any(|one| matches!(one.format, Format::Other(_))) {
        return Err(NotAsked::Query(QueryError::Formats));
    }
    let paths = query.credentials.iter().flat_map(|one| &one.claims).map(|claim| &claim.path);
    if paths.flat_map(Path::segments).any(forbidden) {
        return Err(NotAsked::Forbidden);
    }
    Ok(query)
}

fn forbidden(segment: &vc::sd_jwt::Segment) -> bool {
    matches!(segment, vc::sd_jwt::Segment::Key(name) if vc::verify::is_never_held(name))
}

/// Whether the register's entry allows a query: every claim of every type that it names. Claims that a type never hides come
/// along with the type itself, so for those the type is what must be allowed.
pub(crate) fn check_allowed(query: &Query, service: &Service) -> Result<(), NotAsked> {
    for one in &query.credentials {
        // A W3C credential goes whole, whatever is asked of it.
        if let Meta::Types { type_values } = &one.meta
            && !type_values.iter().all(|types| service.may_ask(short_of_types(types), EVERYTHING))
        {
            return Err(NotAsked::NotAllowed);
        }
        for vct in vct_values(&one.meta) {
            let short = bundled::short_name(vct).unwrap_or(vct);
            if !service.claims.contains_key(short) {
                return Err(NotAsked::NotAllowed);
            }
            let hidden = bundled::concealed(vct);
            let asked = one.claims.iter().filter_map(|claim| claim.path.top());
            let all = asked.filter(|top| bundled::credential_type(vct).is_none() || hidden.iter().any(|path| path.top() == Some(*top)));
            if !all.into_iter().all(|top| service.may_ask(short, top)) {
                return Err(NotAsked::NotAllowed);
            }
        }
    }
    Ok(())
}

/// The short name of a bundled type that a query means; else the type itself.
fn short_of_types(types: &[String]) -> &str {
    let means = |kind: &&bundled::CredentialType| {
        let own = ["ldp_vc", "jwt_vc_json"].map(|format| w3c_types(kind, format));
        own.iter().any(|own| own.iter().any(|name| types.contains(name)))
    };
    bundled::types().iter().find(means).map(|kind| kind.short_name).or(types.last().map(String::as_str)).unwrap_or_default()
}

fn vct_values(meta: &Meta) -> &[String] {
    match meta {
        Meta::Vct { vct_values } => vct_values,
        _ => &[],
    }
}

/// What a query asks, in words: the types, and the claims by their labels.
pub(crate) fn in_words(use_case: Option<&str>, query: &Value) -> (Text, Vec<Text>) {
    let Ok(query) = Query::parse(query) else { return (Text::same(""), Vec::new()) };
    let first_vct = query.credentials.first().and_then(|one| vct_values(&one.meta).first());
    let case = use_case.and_then(|id| USE_CASES.iter().find(|case| case.id == id));
    let what = match (case, first_vct) {
        (Some(case), _) => Text::new(case.name.0, case.name.1),
        (None, Some(vct)) => type_name(vct),
        (None, None) => Text::new("Bewijs", "Credential"),
    };
    let mut claims: Vec<Text> = Vec::new();
    for one in &query.credentials {
        let vct = vct_values(&one.meta).first().map_or("", String::as_str);
        // Claims of a W3C credential are members of a document, which its own type names best.
        for claim in one.claims.iter().filter(|_| !vct.is_empty()) {
            let label = http::verdict::label(vct, &claim.path);
            if !claims.contains(&label) {
                claims.push(label);
            }
        }
    }
    (what, claims)
}

fn type_name(vct: &str) -> Text {
    bundled::credential_type(vct).map_or_else(|| Text::new("Bewijs", "Credential"), |kind| Text::new(kind.name("nl"), kind.name("en")))
}

/// A text of ours as pages take it.
pub(crate) fn text(text: &LocalText) -> Text {
    Text { nl: text.nl.clone(), en: text.en.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn use_cases_make_queries_that_read() {
        for case in &USE_CASES {
            assert!(read(&of_use_case(case.id, &Map::new()).unwrap()).is_ok(), "{}", case.id);
        }
        let with = json!({"result": true, "title": "Data-analyse basis"});
        let query = of_use_case("microcredential", with.as_object().unwrap()).unwrap();
        assert_eq!(read(&query).unwrap().credentials[0].claim_sets.len(), 2);
        assert_eq!(of_use_case("diploma", &Map::new()), Err(NotAsked::UseCase));
        assert_eq!(of_use_case("microcredential", json!({"x": 1}).as_object().unwrap()), Err(NotAsked::Parameters));
        assert_eq!(of_use_case("microcredential", json!({"result": "yes"}).as_object().unwrap()), Err(NotAsked::Parameters));
    }

    #[test]
    fn some_numbers_are_never_asked() {
        for name in ["bsn", "nationalIdentityNumber", "onderwijs_nummer"] {
            let query = one("a", ENROLMENT_VCT, vec![claim(name)], None);
            assert_eq!(read(&query), Err(NotAsked::Forbidden), "{name}");
        }
        let other = json!({"credentials": [{"id": "a", "format": "mso_mdoc", "meta": {}}]});
        assert_eq!(read(&other), Err(NotAsked::Query(QueryError::Formats)));
        assert_eq!(read(&json!({"credentials": []})), Err(NotAsked::Query(QueryError::Invalid)));
    }

    #[test]
    fn the_register_says_what_may_be_asked() {
        let service: Service = serde_json::from_value(json!({
            "name": {"nl": "x"}, "client_ids": [], "claims": {"enrolment": ["given_name", "family_name", "name", "startDate", "is_enrolled"]},
            "ground": {"nl": "x"}, "max_retention_days": 30, "contact": "c", "privacy_page": "p", "without_wallet": {"nl": "w"}}))
        .unwrap();
        let ask = |id: &str, parameters: Value| read(&of_use_case(id, parameters.as_object().unwrap()).unwrap()).unwrap();
        assert_eq!(check_allowed(&ask("proof-of-enrolment", json!({})), &service), Ok(()));
        assert_eq!(check_allowed(&ask("proof-of-enrolment", json!({"birthdate": true})), &service), Err(NotAsked::NotAllowed));
        assert_eq!(check_allowed(&ask("microcredential", json!({})), &service), Err(NotAsked::NotAllowed));
    }
}
